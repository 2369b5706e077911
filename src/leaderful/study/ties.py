"""Checks of ties between bodies: to themselves, outside the dates of their ends, in a circle."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from leaderful.errors import BrokenStructureError
from leaderful.framework import framework
from leaderful.study.governance import Cycle, VerticalTie, find_cycles
from leaderful.study.reading import Reading

_FIRST, _LAST = pl.lit(date.min), pl.lit(date.max)


def check_ties(reading: Reading, bodies: pl.DataFrame) -> None:
    """Leave out ties that no structure can have."""
    reading.leave_out(
        reading.frame.filter(pl.col("source") == pl.col("target")).select("line", "source"),
        BrokenStructureError,
        lambda row: f"a tie from {row['source']} to itself; name two different bodies",
        column="target",
    )
    dated = _with_dates_of_ends(reading.frame, bodies)
    _check_dates(reading, dated)
    _check_cycles(reading, dated.filter(pl.col("line").is_in(reading.frame["line"].implode())))


def _with_dates_of_ends(ties: pl.DataFrame, bodies: pl.DataFrame) -> pl.DataFrame:
    """Add the first and last day of both ends, and the days on which the tie holds: start and end."""
    for end in ("source", "target"):
        names = {"id": end, "name": f"{end}_name", "valid_from": f"{end}_from", "valid_to": f"{end}_to"}
        ties = ties.join(bodies.select(*names).rename(names), on=end, how="left", maintain_order="left")
    return ties.with_columns(
        start=pl.max_horizontal("valid_from", "source_from", "target_from").fill_null(_FIRST),
        end=pl.min_horizontal("valid_to", "source_to", "target_to").fill_null(_LAST),
    )


def _check_dates(reading: Reading, dated: pl.DataFrame) -> None:
    """Leave out ties with a date on which one of their bodies does not exist; an empty date never is one."""
    for end in ("source", "target"):
        for column in ("valid_from", "valid_to"):
            outside = (pl.col(column) < pl.col(f"{end}_from")) | (pl.col(column) > pl.col(f"{end}_to"))
            reading.leave_out(
                _still(dated, reading).filter(outside),
                BrokenStructureError,
                _Outside(end, column),
                column=column,
            )
    reading.leave_out(
        _still(dated, reading).filter(pl.col("start") > pl.col("end")),
        BrokenStructureError,
        lambda row: (
            f"{row['source']} and {row['target']} are never there on the same day; "
            "correct the dates of the bodies or the code of one of them"
        ),
    )


def _still(dated: pl.DataFrame, reading: Reading) -> pl.DataFrame:
    return dated.filter(pl.col("line").is_in(reading.frame["line"].implode()))


class _Outside:
    """What is said of a tie with a date outside the dates of one of its ends."""

    def __init__(self, end: str, column: str) -> None:
        self._end, self._column = end, column

    def __call__(self, row: dict[str, Any]) -> str:
        day, first, last = row[self._column], row[f"{self._end}_from"], row[f"{self._end}_to"]
        body = row[self._end]
        bound = f"began on {first}" if first is not None and day < first else f"ended on {last}"
        return (
            f"{self._column} {day}, but the {self._end} {body} {bound}; "
            "correct the date, or leave it empty for as long as both bodies exist"
        )


def _check_cycles(reading: Reading, dated: pl.DataFrame) -> None:
    vertical = [kind.id for kind in framework().tie_kinds if kind.direction == "vertical"]
    fields = ("line", "source", "target", "kind", "start", "end")
    rows = dated.filter(pl.col("kind").is_in(vertical)).select(fields)
    cycles = find_cycles(VerticalTie(**row) for row in rows.iter_rows(named=True))
    if not cycles:
        return
    names = {code: " ".join(name.split())[:60] for code, name in dated.select("source", "source_name").iter_rows()}
    said = {cycle.last.line: _describe(cycle, names) for cycle in cycles}
    faults = pl.DataFrame({"line": sorted(said)}, schema={"line": pl.Int64})
    reading.leave_out(faults, BrokenStructureError, lambda row: said[row["line"]], column="target")


def _describe(cycle: Cycle, names: dict[str, str]) -> str:
    if len(cycle.ties) == 1:
        return "this tie is caught in a circle of governance with many others; see the rows named before"
    day = "" if cycle.day == date.min else f" on {cycle.day}"
    steps = ", ".join(f"{names[tie.source]} {tie.kind} {names[tie.target]}" for tie in cycle.ties)
    return (
        f"this tie closes a circle of governance{day}: {steps} "
        f"(rows {', '.join(str(tie.line) for tie in cycle.ties)}). Take one of them out or date it"
    )
