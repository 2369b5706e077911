"""The tables kept with a study, and the whole study as measures take it, with what was collected here."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Final
from uuid import UUID

import polars as pl

from leaderful import jobs, soundness
from leaderful.disclosure.rule import FEWEST_PEOPLE
from leaderful.forms.survey import Survey
from leaderful.study import TABLES
from leaderful.study import Study as StudyTables
from leaderful.web.studies.models import Evidence, Person, Study, Wave

_KEPT: Final = 64
"""Tables that stay in memory; they do not change once a study has begun."""


def start(name: str, code: str, as_at: date, minimum_people: int = FEWEST_PEOPLE) -> Study:
    """Make a study of a system, filled in with all that packaged public data holds on it."""
    public = jobs.public_study(code, as_at)
    study = Study.objects.create(
        name=name,
        system=code,
        as_at=as_at,
        minimum_people=minimum_people,
        created_from=public.created_from or "",
    )
    keep(study, public.tables)
    return study


def keep(study: Study, tables: Mapping[str, pl.DataFrame]) -> None:
    """Keep tables with a study that has just begun, without those that have no rows."""
    Evidence.objects.bulk_create(
        Evidence(study=study, table=name, content=_parquet(rows)) for name, rows in tables.items() if len(rows)
    )


def is_invented(study: Study) -> bool:
    """Tell whether a study's system is made up, so that no public evidence stands behind it."""
    said = StudyTables(name=study.name, system=study.system, as_at=study.as_at, synthetic=study.synthetic)
    return soundness.is_invented(said)


@lru_cache(maxsize=_KEPT)
def table(study: UUID, name: str) -> pl.DataFrame:
    """Return a table kept with a study; one without rows where it has none."""
    held = Evidence.objects.filter(study=study, table=name).first()
    return pl.read_parquet(io.BytesIO(held.content)) if held is not None else TABLES[name].empty()


def roster(study: Study) -> pl.DataFrame:
    """Return the people of a study as its table ``people``."""
    rows = Person.objects.filter(study=study).order_by("code").values_list("code", "body", "team", "tier", "place")
    frame = pl.DataFrame(list(rows), schema=["id", "body", "team", "tier", "place"], orient="row")
    texts = [pl.col(name).cast(pl.String).replace("", None) for name in frame.columns]
    return pl.concat([TABLES["people"].empty(), frame.select(texts)], how="diagonal")


def rounds(study: Study) -> pl.DataFrame:
    """Return the waves of a study that were opened, as its table ``waves``."""
    rows = Wave.objects.filter(study=study, opened_on__isnull=False).order_by("pk")
    cells = list(rows.values_list("code", "name", "opened_on", "closed_on"))
    return pl.DataFrame(cells, schema=TABLES["waves"].schema, orient="row")


def survey(study: Study) -> Survey:
    """Return what a study asks: its statements, and the bodies and teams to pick from."""
    tables = {"bodies": table(study.pk, "bodies"), "people": roster(study), "waves": rounds(study)}
    held = StudyTables(
        name=study.name,
        system=study.system,
        as_at=study.as_at,
        tables=tables,
        minimum_people=study.minimum_people,
    )
    return jobs.survey(held, ())


def _parquet(rows: pl.DataFrame) -> bytes:
    stream = io.BytesIO()
    rows.write_parquet(stream, compression="zstd")
    return stream.getvalue()
