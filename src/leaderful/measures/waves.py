"""The rounds of evidence of a study, in the order in which they were asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import polars as pl

from leaderful.study import Study

ANSWERED = ("responses", "relations")
"""The tables that hold what people answered in a wave."""


@dataclass(frozen=True, kw_only=True)
class Wave:
    """One round of evidence; bodies are taken as they stood on the day it opened."""

    id: str
    opens: date


def waves(study: Study) -> list[Wave]:
    """Return the waves in which somebody answered, earliest first."""
    answered = pl.concat([study.table(name).select("wave") for name in ANSWERED]).unique()
    rows = study.table("waves").join(answered, left_on="id", right_on="wave", how="semi").sort("opens", "id")
    return [Wave(id=id, opens=opens) for id, opens in rows.select("id", "opens").iter_rows()]


def pairs(study: Study) -> list[tuple[Wave, Wave]]:
    """Return each wave in which somebody answered with the next."""
    return list(pairwise(waves(study)))


def joined(earlier: Wave, later: Wave) -> str:
    """Return the name under which a change between two waves is found."""
    return f"{earlier.id}>{later.id}"
