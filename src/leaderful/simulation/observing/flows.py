"""Moments taken and how far conversations travelled, from the weeks that a run noted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from leaderful.measures.findings import Finding
from leaderful.simulation.observing.rows import counted
from leaderful.simulation.system import TIERS

LATEST: Final = 13
"""Weeks of which the share of moments taken is told: the last quarter of a year."""
REACH_DAYS: Final = 56
"""Days within which a conversation of a run may travel."""
BOUNDARIES: Final = {"within": "within-body", "across": "across"}
"""Boundaries of the weeks noted; a run does not note apart what crosses sectors too."""


def flows(series: pl.DataFrame, wave: str) -> Iterator[Finding]:
    """Yield ``moments.taken`` and ``travel.reach`` from the series of a run; nothing without weeks."""
    if series.is_empty():
        return
    last = series["week"].max()
    weeks = series.filter(pl.col("week") > pl.lit(last) - LATEST)
    taken = weeks.filter(pl.col("measure") == "share_taken", pl.col("n") > 0, pl.col("system") != "").drop_nulls(
        "value"
    )
    counts = taken.with_columns(count=(pl.col("value") * pl.col("n")).round().cast(pl.Int64))
    for (system,), rows in counts.filter(pl.col("part") == "all").group_by("system", maintain_order=True):
        yield _taken(("system", str(system)), wave, rows)
    parts = {**{part: ("boundary", name) for part, name in BOUNDARIES.items()}, **{t: ("tier", t) for t in TIERS}}
    for part, unit in parts.items():
        rows = counts.filter(pl.col("part") == part)
        if rows.height:
            yield _taken(unit, wave, rows)
    reached = series.filter(pl.col("measure") == "reach", pl.col("part") == "all", pl.col("system") != "").drop_nulls(
        "value"
    )
    for (system,), rows in reached.group_by("system", maintain_order=True):
        row = rows.row(-1, named=True)
        unit, detail = ("system", str(system)), {"days": REACH_DAYS}
        construct, level = "conversational_travel", "micro"
        yield counted("travel.reach", construct, level, unit, wave, row["value"], row["n"], detail)


def _taken(unit: tuple[str, str], wave: str, rows: pl.DataFrame) -> Finding:
    count, n = int(rows["count"].sum()), int(rows["n"].sum())
    return counted("moments.taken", "moments", "micro", unit, wave, count / n, n, {"count": count})
