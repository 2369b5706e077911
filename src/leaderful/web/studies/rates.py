"""How many have answered, by body and by tier, and what of it may be seen without telling on anybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.optimize import linprog

from leaderful.disclosure.rule import FEWEST_PEOPLE, SMALLEST_CELL

STEP: Final = SMALLEST_CELL
"""Figures are shown in steps of so many people, so that nobody can be watched by loading the page twice."""

_Numbers = NDArray[np.float64]
_Mask = NDArray[np.bool_]
_Cells = tuple[tuple[str, str, int, int], ...]


@dataclass(frozen=True)
class Rate:
    """How many of a unit have answered; of several units together where one alone is too small."""

    units: tuple[str, ...]
    asked: int
    answered: int | None
    """At least so many, in steps of `STEP`; none where it is hidden."""

    @property
    def silent(self) -> bool:
        """Whether nobody has answered yet, and that may be said."""
        return self.answered == 0


@dataclass(frozen=True)
class Rates:
    """What may be seen of who has answered."""

    total: Rate
    bodies: tuple[Rate, ...]
    tiers: tuple[Rate, ...]


@dataclass(frozen=True)
class _Table:
    """Bodies by tiers as everybody knows them, with what only the server knows beside them."""

    asked: _Numbers
    answered: _Numbers
    parts: _Numbers
    """A row for each figure that could be shown, with 1 for each cell that it sums."""
    family: NDArray[np.int64]
    """Which figures stand in one list: the total, bodies, tiers."""
    secret: _Numbers
    """A row for each smaller unit that is never shown by itself."""


def reckon(people: pl.DataFrame, *, fewest: int = FEWEST_PEOPLE) -> Rates:
    """Return what may be seen of the people asked: columns ``body``, ``tier`` and ``answered`` (yes or no).

    Hidden first is every figure of fewer than `fewest` people, with 1 to 4 who have answered, or with fewer
    than 5 who have not. The reader knows whom each unit holds, so what is hidden lies between bounds: others
    are hidden too until those bounds stand 5 apart for each hidden figure, and until nothing smaller can be
    worked out, except that nobody of a silent unit has answered.
    """
    counted = people.group_by("body", "tier").agg(asked=pl.len(), yes=pl.col("answered").sum())
    cells = tuple(counted.sort("body", "tier").iter_rows())
    return _reckoned(cells, fewest)


def pooled(asked: Mapping[str, int], fewest: int) -> list[tuple[str, ...]]:
    """Return the units that are large enough, each alone, and the others as one group that is large enough."""
    ordered = sorted(asked, key=lambda unit: (asked[unit], unit))
    small = [unit for unit in ordered if asked[unit] < fewest]
    others = [unit for unit in ordered if asked[unit] >= fewest]
    while small and others and sum(asked[unit] for unit in small) < fewest:
        small.append(others.pop(0))
    return [(unit,) for unit in sorted(others)] + ([tuple(sorted(small))] if small else [])


@lru_cache(maxsize=64)
def _reckoned(cells: _Cells, fewest: int) -> Rates:
    if not cells:
        return Rates(total=Rate((), 0, None), bodies=(), tiers=())
    groups = [pooled(_sums(cells, axis), fewest) for axis in (0, 1)]
    table = _table(cells, groups)
    hidden = _hide(table, fewest)
    asked, answered = table.parts @ table.asked, table.parts @ table.answered
    names: list[tuple[str, ...]] = [(), *groups[0], *groups[1]]
    shown = [
        Rate(units, int(of), None if hide else int(some) // STEP * STEP)
        for units, of, some, hide in zip(names, asked, answered, hidden, strict=True)
    ]
    split = 1 + len(groups[0])
    return Rates(total=shown[0], bodies=tuple(shown[1:split]), tiers=tuple(shown[split:]))


def _sums(cells: _Cells, axis: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for cell in cells:
        found[str(cell[axis])] = found.get(str(cell[axis]), 0) + cell[2]
    return found


def _table(cells: _Cells, groups: Sequence[Sequence[tuple[str, ...]]]) -> _Table:
    lists = [[[cell[axis] in units for cell in cells] for units in groups[axis]] for axis in (0, 1)]
    alone = [[[cell[axis] == unit for cell in cells] for unit in _sums(cells, axis)] for axis in (0, 1)]
    parts = [[True] * len(cells), *lists[0], *lists[1]]
    lone = [row for row in [*alone[0], *alone[1], *np.eye(len(cells), dtype=bool).tolist()] if row not in parts]
    return _Table(
        asked=np.array([cell[2] for cell in cells], dtype=float),
        answered=np.array([cell[3] for cell in cells], dtype=float),
        parts=np.array(parts, dtype=float),
        family=np.repeat([0, 1, 2], [1, len(lists[0]), len(lists[1])]),
        secret=np.array(lone, dtype=float).reshape(-1, len(cells)),
    )


def _hide(table: _Table, fewest: int) -> _Mask:
    asked, answered = table.parts @ table.asked, table.parts @ table.answered
    few = (answered > 0) & (answered < SMALLEST_CELL)
    hidden: _Mask = (asked < fewest) | few | (asked - answered < SMALLEST_CELL)
    while not hidden.all():
        exposed = _exposed(table, hidden)
        if exposed is None:
            break
        shown = np.flatnonzero(~hidden)
        hidden[min(shown, key=lambda at: (table.family[at] != exposed, answered[at] == 0, asked[at]))] = True
    return hidden


def _exposed(table: _Table, hidden: _Mask) -> int | None:
    """Return the list in which stands a figure that what is shown gives away; none where nothing does."""
    kept = np.vstack([table.parts[hidden], table.secret])
    families = np.concatenate([table.family[hidden], np.full(len(table.secret), -1)])
    most = kept @ table.asked
    width = np.where(families >= 0, np.minimum(SMALLEST_CELL, most), 1)
    lowest, highest = kept @ table.answered, kept @ table.answered
    for at in range(len(kept)):
        for sign in (-1.0, 1.0):
            if highest[at] - lowest[at] >= width[at]:
                break
            reached = kept @ _fitting(table, hidden, sign * kept[at])
            lowest, highest = np.minimum(lowest, reached), np.maximum(highest, reached)
        silent = families[at] < 0 and highest[at] == 0
        if highest[at] - lowest[at] < width[at] and not silent:
            return int(families[at])
    return None


def _fitting(table: _Table, hidden: _Mask, goal: _Numbers) -> _Numbers:
    """Return the table that fits all that is shown and has the least of a goal.

    Bodies and tiers are two ways of cutting up one total, so the best table is one of whole numbers.
    """
    shown = table.parts[~hidden]
    bounds = np.column_stack([np.zeros(table.asked.size), table.asked])
    found = linprog(goal, A_eq=shown, b_eq=shown @ table.answered, bounds=bounds, method="highs")
    whole: _Numbers = np.rint(found.x)
    return whole
