"""Links to goals as a study holds them: from duties and from plans added here, with what was decided on each."""

from __future__ import annotations

import polars as pl

from leaderful.study import TABLES
from leaderful.web.studies import evidence
from leaderful.web.studies.models import Decision, Plan, Study

CONFIRMED = "confirmed"
REFUSED = "refused"


def links(study: Study) -> pl.DataFrame:
    """Return the table ``links`` of a study, with what was decided here as a study in a folder has it."""
    cells = Decision.objects.filter(study=study).values_list("link", "confirmed", "stance")
    words = [(link, CONFIRMED if confirmed else REFUSED, stance or None) for link, confirmed, stance in cells]
    schema = {"id": pl.String, "decided": pl.String, "corrected": pl.String}
    made = pl.DataFrame(words, schema=schema, orient="row")
    joined = as_suggested(study).join(made, on="id", how="left", maintain_order="left")
    return joined.with_columns(
        decision=pl.coalesce("decided", "decision"), stance=pl.coalesce("corrected", "stance")
    ).drop("decided", "corrected")


def as_suggested(study: Study) -> pl.DataFrame:
    """Return the table ``links`` of a study as it was before anything was decided here."""
    rows = [row for plan in _read(study) for row in plan.links]
    return pl.concat([evidence.table(study.pk, "links"), pl.DataFrame(rows, schema=TABLES["links"].schema)])


def documents(study: Study) -> pl.DataFrame:
    """Return the table ``documents`` of a study, with the plans that were read here."""
    rows = [(plan.code, plan.body, plan.title, plan.file, plan.published) for plan in _read(study)]
    read = pl.DataFrame(rows, schema=TABLES["documents"].schema, orient="row")
    return pl.concat([evidence.table(study.pk, "documents"), read])


def tables(study: Study) -> dict[str, pl.DataFrame]:
    """Return both tables, without those that have no rows."""
    held = {"documents": documents(study), "links": links(study)}
    return {name: rows for name, rows in held.items() if len(rows)}


def _read(study: Study) -> list[Plan]:
    """Return the plans that were read, without the files."""
    return list(Plan.objects.filter(study=study, read_at__isnull=False).defer("content"))
