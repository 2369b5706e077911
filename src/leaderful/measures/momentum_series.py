"""Interactions counted week by week around a shock, and by how many people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leaderful.measures.moments_frame import current_bodies
from leaderful.study import Study

PARTS = ("between-bodies", "within-bodies")
"""Interactions of people of two or more bodies, and those of people of one."""

SHOWN_COUNT = 5
"""A stretch of weeks is told of only when this many people took part in this many interactions, or nobody in none."""

_MISSING_DAYS = 2
"""A week is whole when at most this many of its days lie outside the record, which may end on a Friday. Ours."""

Whole = NDArray[np.int64]
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, eq=False, kw_only=True)
class Record:
    """Every interaction: its day, whether it crosses between bodies, and who took part."""

    day: Whole
    """Days since 1 January 1970 of each interaction."""
    between: NDArray[np.bool_]
    of: Whole
    """Interaction of each participation."""
    person: Whole
    """Person of each participation."""
    people: int
    fewest: int
    """Fewest people of whom anything is told."""

    @property
    def first(self) -> date:
        """The first day with an interaction."""
        return _EPOCH + timedelta(days=int(self.day.min()))

    @property
    def last(self) -> date:
        """The last day with an interaction."""
        return _EPOCH + timedelta(days=int(self.day.max()))


@dataclass(frozen=True, eq=False, kw_only=True)
class Weeks:
    """Interactions of one part in whole weeks around a shock, which begins week `before`."""

    counts: Whole
    before: int
    people: int
    """Distinct people who took part, before or after, whichever are fewer."""
    stretches: tuple[tuple[int, int], ...]
    """First week, counted from the shock, and length of each stretch that may be told of."""


def record(study: Study) -> Record:
    """Return the interactions of a study; bodies are those that stand on the study's date."""
    people = study.table("people").select("id", body=pl.col("body").replace(current_bodies(study))).sort("id")
    bodies = people["body"].rank("dense").cast(pl.Int64).to_numpy() - 1
    rows = study.table("interactions").select("time", "participants").sort("time")
    length = rows["participants"].list.len().to_numpy().astype(np.int64)
    codes = rows["participants"].explode(empty_as_null=False).cast(pl.Enum(people["id"])).to_physical()
    person = codes.to_numpy().astype(np.int64)
    start = np.concatenate([[0], np.cumsum(length)[:-1]]).astype(np.int64)
    of_body = bodies[person]
    between = np.minimum.reduceat(of_body, start) != np.maximum.reduceat(of_body, start)
    return Record(
        day=rows["time"].dt.date().to_physical().to_numpy().astype(np.int64),
        between=between,
        of=np.repeat(np.arange(len(length)), length),
        person=person,
        people=people.height,
        fewest=study.minimum_people,
    )


def around(kept: Record, part: str, shock: date, *, since: date | None, until: date | None) -> Weeks:
    """Return the whole weeks of a record around a shock, after an earlier shock and before a later one."""
    onset = (shock - _EPOCH).days
    first = _first_week(kept, onset, since)
    last = _last_week(kept, onset, until)
    length = max(0, last + 1 - first)
    before = min(max(0, -first), length)
    week = (kept.day - onset) // 7 - first
    chosen = (kept.between == (part == PARTS[0])) & (week >= 0) & (week < length)
    counts = np.bincount(week[chosen], minlength=length)
    there = chosen[kept.of]
    seen = np.zeros((length, kept.people), dtype=bool)
    seen[week[kept.of[there]], kept.person[there]] = True
    sides = [int(side.any(axis=0).sum()) for side in (seen[:before], seen[before:])]
    return Weeks(
        counts=counts,
        before=before,
        people=min((people for people in sides if people), default=0),
        stretches=_stretches(counts, seen, before, kept.fewest),
    )


def _first_week(kept: Record, onset: int, since: date | None) -> int:
    """Return the first whole week of the record, counted from the shock; after the week of an earlier shock began."""
    first = -((onset - int(kept.day.min()) + _MISSING_DAYS) // 7)
    if since is not None:
        first = max(first, -((onset - (since - _EPOCH).days) // 7))
    return first


def _last_week(kept: Record, onset: int, until: date | None) -> int:
    """Return the last whole week of the record, counted from the shock; before a later shock begins."""
    last = (int(kept.day.max()) + 1 - onset + _MISSING_DAYS) // 7 - 1
    if until is not None:
        last = min(last, ((until - _EPOCH).days - onset) // 7 - 1)
    return last


def _stretches(counts: Whole, seen: NDArray[np.bool_], before: int, fewest: int) -> tuple[tuple[int, int], ...]:
    """Return the stretches of weeks that may be told of, as short as can be, none of them across the shock."""
    found: list[tuple[int, int]] = []
    for start, end in ((0, before), (before, len(counts))):
        side: list[tuple[int, int]] = []
        at = start
        for week in range(start, end):
            if _may_show(counts[at : week + 1], seen[at : week + 1], fewest):
                side.append((at, week + 1))
                at = week + 1
        while at < end and side:  # what is left over at the end joins the last stretch, or more of them
            at, _ = side.pop()
            if _may_show(counts[at:end], seen[at:end], fewest):
                side.append((at, end))
                break
        found += [(first - before, last - first) for first, last in side]
    return tuple(found)


def _may_show(counts: Whole, seen: NDArray[np.bool_], fewest: int) -> bool:
    if not counts.any():
        return True
    return int(counts.sum()) >= SHOWN_COUNT and int(seen.any(axis=0).sum()) >= fewest
