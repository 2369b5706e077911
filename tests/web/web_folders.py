"""A study folder that is quickly read: a part of an example."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from leaderful.study import Study

EXAMPLE = Path(__file__).parents[2] / "examples" / "synthetic"
INTERACTIONS = 100


def part_of_example(folder: Path, *, people: int) -> Path:
    """Write a folder with some of the people of an example and what they said, and some of their interactions."""
    study = Study.open(EXAMPLE)
    kept = study.table("people").sort("id")["id"].head(people).implode()
    tables = {name: rows for name, rows in study.tables.items() if len(rows)}
    tables["people"] = tables["people"].filter(pl.col("id").is_in(kept))
    for name in ("responses", "relations", "moments"):
        tables[name] = tables[name].filter(pl.col("person").is_in(kept))
    known = (pl.col("about_kind") == "body") | pl.col("about").is_in(kept)
    tables["relations"] = tables["relations"].filter(known)
    among = pl.col("participants").list.eval(pl.element().is_in(kept)).list.all()
    sent = pl.col("sender").is_in(kept).fill_null(value=True)
    tables["interactions"] = tables["interactions"].filter(among & sent).sort("time").head(INTERACTIONS)
    Study.new(
        folder,
        name=study.name,
        system=study.system,
        as_at=study.as_at,
        seed=study.seed,
        tables=tables,
        created_from="made up",
        synthetic=True,
        minimum_people=12,
    )
    return folder
