"""Every format a form can be had in, and the files it consists of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

from leaderful.forms import fhir, templates, xlsform
from leaderful.forms.survey import Survey

Format = Literal["csv", "xlsx", "fhir", "xlsform"]
FORMATS: tuple[Format, ...] = get_args(Format)

_FILES: dict[Format, Callable[[Survey], dict[str, bytes]]] = {
    "csv": templates.csv_files,
    "xlsx": lambda survey: {".xlsx": templates.workbook(survey)},
    "fhir": lambda survey: {".json": fhir.questionnaire(survey), "-diary.json": fhir.diary(survey)},
    "xlsform": lambda survey: {".xlsx": xlsform.xlsform(survey), "-diary.xlsx": xlsform.diary(survey)},
}


def forms(format: Format, survey: Survey) -> dict[str, bytes]:
    """Return the files of a form by what their names end with; the first has the suffix alone.

    Raises
    ------
    BadValuesError
        A body has a code that the format cannot hold.
    """
    return _FILES[format](survey)
