"""What of a study folder the web application can hold: all of it, or an error that says which row to change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

from leaderful.errors import BadValuesError, UnknownNameError
from leaderful.receipts import Problem, Receipt
from leaderful.soundness import refuse_false
from leaderful.study import Study as StudyTables

_PLAIN: Final = r"^[A-Za-z0-9_-]+$"
_PLAIN_WORDS: Final = "letters from A to Z, figures, - and _"
_UNBROKEN: Final = r"^[^/]+$"
_UNBROKEN_WORDS: Final = "all characters but /"
_HELD: Final = (
    ("bodies", "id", 40, _UNBROKEN, _UNBROKEN_WORDS),
    ("people", "id", 40, _PLAIN, _PLAIN_WORDS),
    ("waves", "id", 40, _PLAIN, _PLAIN_WORDS),
    ("waves", "name", 200, "", ""),
    ("moments", "id", 40, "", ""),
    ("links", "id", 200, _PLAIN, _PLAIN_WORDS),
)
"""Table, column, longest text, and what it may be made of: these stand in addresses of pages."""
_NAMED: Final = 5


def refuse_unfit(study: StudyTables, folder: Path) -> None:
    """Refuse a study that cannot be held whole, so that nothing of it is held.

    Raises
    ------
    LeaderfulError
        Rows are not in order, a report of the study would be false, it adds instruments that are not asked here, or
        codes are of another form than addresses of pages can have.
    """
    refuse_false(study)
    wrong = [receipt for receipt in (*study.receipts, *_unheld(study)) if receipt.problems]
    if wrong:
        kind = min((each.kind for receipt in wrong for each in receipt.problems), key=lambda kind: kind.exit_code)
        text = "\n".join(receipt.text(limit=_NAMED) for receipt in wrong)
        raise kind(
            f"Nothing was taken up from {folder}, because some of it is not in order. Put this right, and start again."
            f"\n{text}"
        )
    if study.instruments:
        files = ", ".join(f"instruments/{each.file}" for each in study.instruments)
        raise UnknownNameError(
            f"Nothing was taken up from {folder}: the web application asks the packaged instrument alone, and the "
            f"folder adds {files}. Take the file out of a copy of the folder, with its answers out of responses, and "
            "serve the copy; or measure the folder with `leaderful run`."
        )


def _unheld(study: StudyTables) -> Iterator[Receipt]:
    """Yield a receipt for each column with texts that are too long, or of other characters than it may have."""
    for name, column, longest, pattern, allowed in _HELD:
        rows = study.table(name).with_row_index("row", offset=1)
        value = pl.col(column)
        fits = (value.str.len_chars() <= longest) & (value.str.contains(pattern) if pattern else pl.lit(value=True))
        faulty = rows.filter(~fits)["row"].to_list()
        if faulty:
            made_of = f", made of {allowed}" if allowed else ""
            message = (
                f"addresses of pages cannot hold this; at most {longest} characters are allowed{made_of}. Write it "
                "otherwise, here and wherever it stands"
            )
            problems = [
                Problem(file=name, row=row, column=column, kind=BadValuesError, message=message) for row in faulty
            ]
            yield Receipt(
                source=f"{name} (row 1 is the first below the header)",
                read=rows.height,
                kept=rows.height - len(faulty),
                problems=tuple(problems),
            )
