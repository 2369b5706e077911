"""Units whose moments, or whose part of the record of interactions, come from too few people to be told of.

n may be large where few people keep long diaries, and a body may be large of which few people appear in the record.
What units that are hidden have together follows from the system less those that are shown, so the people of all of
them together must be enough as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeAlias

import numpy as np
import polars as pl

from leaderful.measures.moments_frame import KINDS, moment_rows, period
from leaderful.measures.momentum_series import SHOWN_COUNT
from leaderful.measures.travel_record import record
from leaderful.study import Study

Row: TypeAlias = tuple[str, str, str, str]
"""Measure, unit kind, unit and wave of findings."""


def small_groups(study: Study) -> set[Row]:
    """Return the findings on moments and on travel that tell of too few people, or by which others would."""
    return {*_of_moments(study), *_of_travel(study)}


def _of_moments(study: Study) -> Iterator[Row]:
    rows = moment_rows(study)
    if rows.is_empty():
        return
    when, fewest = period(rows), study.minimum_people
    enough = partial(_enough, fewest=fewest)
    everybody = enough(rows)
    if not everybody:
        yield "moments.taken", "system", study.system, when
    for kind in KINDS:
        units = rows[kind].drop_nulls().unique().sort()
        parts = [rows.filter(pl.col(kind) == unit) for unit in units]
        rest = rows.filter(pl.col(kind).is_null())
        yield from (("moments.taken", kind, unit, when) for unit in _hidden(units.to_list(), parts, rest, enough))
    for behaviour in rows["behaviours"].explode().drop_nulls().unique().sort():
        # what was noted of a behaviour stands beside how many moments were taken and lost over all
        if not everybody or not _enough_each(rows.filter(pl.col("behaviours").list.contains(behaviour))):
            yield "moments.behaviours", "behaviour", behaviour, when


def _of_travel(study: Study) -> Iterator[Row]:
    if study.table("interactions").is_empty():
        return
    held, enough = record(study), partial(_enough_people, fewest=study.minimum_people)
    seen = held.people.filter(pl.Series(held.seen, dtype=pl.Boolean))
    for kind in ("body", "tier"):
        units = list(held.names[kind])
        parts = [seen.filter(pl.col(kind) == unit) for unit in units]
        rest = seen.filter(pl.col(kind).is_null())
        yield from (("travel.reach", kind, unit, held.wave) for unit in _hidden(units, parts, rest, enough))


def _hidden(
    units: Sequence[str], parts: Sequence[pl.DataFrame], rest: pl.DataFrame, enough: Callable[[pl.DataFrame], bool]
) -> list[str]:
    """Return the units to hide: those of too few, and the least of the others until all hidden together are enough.

    The rest are rows of no unit, which are as good as hidden.
    """
    people = np.array([part["person"].n_unique() for part in parts])
    hidden = [not enough(part) for part in parts]
    while not all(hidden):
        together = pl.concat([rest, *(part for part, hide in zip(parts, hidden, strict=True) if hide)])
        if together.is_empty() or enough(together):
            break
        hidden[int(np.argmin(np.where(hidden, np.inf, people)))] = True
    return [unit for unit, hide in zip(units, hidden, strict=True) if hide]


def _enough_people(rows: pl.DataFrame, *, fewest: int) -> bool:
    return rows["person"].n_unique() >= fewest


def _enough(moments: pl.DataFrame, *, fewest: int) -> bool:
    return _enough_people(moments, fewest=fewest) and _enough_each(moments)


def _enough_each(moments: pl.DataFrame) -> bool:
    """Tell whether moments that were taken, and those that were lost, are none or of enough different people."""
    sides = [moments.filter(taken)["person"].n_unique() for taken in (pl.col("taken"), ~pl.col("taken"))]
    return not any(0 < people < SHOWN_COUNT for people in sides)
