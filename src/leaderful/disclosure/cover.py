"""Hiding more, until what is hidden cannot be worked out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import block_array, csr_array
from scipy.sparse.csgraph import connected_components

from leaderful.disclosure.rule import RUNGS, SMALLEST_CELL, Rule

Mask = NDArray[np.bool_]
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Sums:
    """Cells and what ties them: each row of `matrix` is a total less its parts, and comes to nought."""

    values: Numbers
    """Counts; NaN where unknown here too, which must then be hidden."""
    matrix: csr_array
    fixed: Mask
    """Cells that are never hidden to cover for others: noughts that the reader knows, or what is never shown."""


def sum_matrix(sums: Sequence[tuple[int, tuple[int, ...]]], size: int) -> csr_array:
    entries = [(row, cell, 1.0) for row, (total, _) in enumerate(sums) for cell in (total,)]
    entries += [(row, cell, -1.0) for row, (_, parts) in enumerate(sums) for cell in parts]
    rows, cells, signs = (list(column) for column in zip(*entries, strict=True)) if entries else ([], [], [])
    return csr_array((signs, (rows, cells)), shape=(len(sums), size))


def climb(rule: Rule, settle: Callable[[Rule, Mask], Mask], size: int) -> Mask:
    """Return what to hide under the rule: at least all that any lower rule hides.

    Covering for small cells is a choice, and a higher rule may choose differently. Climbing from the
    lowest rule keeps the choices, so that the same table released under two rules is as safe as under one.
    The climb takes the rungs of `RUNGS`, and beyond them doubles; a rule between two is held to the higher.
    `settle` takes a rule and what lower rules hide, and returns all that is hidden under the rule.
    """
    found: dict[tuple[int, int], Mask] = {}
    for step, people in enumerate(rungs(rule)):
        for cell in range(SMALLEST_CELL, rule.smallest_cell + 1):
            hidden = np.zeros(size, dtype=bool)
            for lower in ((step - 1, cell), (step, cell - 1)):
                hidden = hidden | found.get(lower, hidden)
            found[step, cell] = settle(Rule(people, cell), hidden)
    return found[step, rule.smallest_cell]


def rungs(rule: Rule) -> list[int]:
    """Return the smallest groups by which the rule is climbed to."""
    steps = list(RUNGS)
    while steps[-1] < rule.minimum_people:
        steps.append(2 * steps[-1])
    return [people for place, people in enumerate(steps) if not place or steps[place - 1] < rule.minimum_people]


def cover(sums: Sums, hidden: Mask, width: int) -> Mask:
    """Hide more cells until no hidden one can be bounded more tightly than `width`.

    Where nothing is shown any more of all that sums tie together, nobody can bound anything in it.
    """
    hidden = hidden.copy()
    together = _tied(sums)
    while True:
        speaking = np.unique(together[~hidden & ~sums.fixed])
        exposed = [cell for cell in _exposed(sums, hidden, width) if together[cell] in speaking]
        if not exposed:
            return hidden
        before = hidden.sum()
        for cell in exposed:
            hidden |= _partners(sums, hidden, cell, width)
        if hidden.sum() == before:
            hidden[_nearest(sums, hidden, exposed[0], together)] = True


def _tied(sums: Sums) -> NDArray[np.int32]:
    """Number the cells so that those which sums tie together, through others or not, have one number."""
    ties = abs(sums.matrix).T @ abs(sums.matrix)
    numbers: NDArray[np.int32] = connected_components(ties, directed=False)[1]
    return numbers


def _exposed(sums: Sums, hidden: Mask, width: int) -> list[int]:
    """Return the hidden cells that a reader can bound more tightly than `width`.

    The true table fits what is shown, and so does every table found on the way: each is a witness for
    all its cells, which spares most of the searches.
    """
    cells = np.flatnonzero(hidden)
    unknown = np.isnan(sums.values)
    lowest, highest = np.where(unknown, np.inf, sums.values), np.where(unknown, -np.inf, sums.values)
    exposed = []
    for cell in cells[~_exchanged(sums, hidden, width)[cells]]:
        for sign in (-1.0, 1.0):
            if highest[cell] - lowest[cell] >= width:
                break
            table = _fitting_table(sums, hidden, int(cell), sign)
            if table is None:
                return cells.tolist()
            lowest, highest = np.minimum(lowest, table), np.maximum(highest, table)
        if highest[cell] - lowest[cell] < width:
            exposed.append(int(cell))
    return exposed


def _exchanged(sums: Sums, hidden: Mask, width: int) -> Mask:
    """Tell which hidden cells can trade `width` people with others that stand in the same sums as they do.

    Moving people between two such cells changes no sum, so each can hold anything from none to
    all of what they hold together. This settles most cells of a large table without a search.
    """
    settled = np.zeros(hidden.size, dtype=bool)
    columns = sums.matrix.tocsc()
    alike: dict[tuple[tuple[int, float], ...], list[int]] = defaultdict(list)
    for cell in np.flatnonzero(hidden):
        place = slice(columns.indptr[cell], columns.indptr[cell + 1])
        alike[tuple(zip(columns.indices[place].tolist(), columns.data[place].tolist(), strict=True))].append(int(cell))
    for sums_of_cells, together in alike.items():
        if sums_of_cells and len(together) > 1 and np.nansum(sums.values[together]) >= width:
            settled[together] = True
    return settled


def _fitting_table(sums: Sums, hidden: Mask, cell: int, sign: float) -> Numbers | None:
    """Return the table that fits all that is shown with the least (sign 1) or most (-1) in the cell."""
    shown = np.where(hidden, 0.0, sums.values)
    # Any ceiling above every fitting table will do; it only keeps the search bounded.
    ceiling = 2 * shown.sum() + 10_000
    right = -(sums.matrix @ shown)
    goal = np.zeros(int(hidden.sum()))
    goal[np.searchsorted(np.flatnonzero(hidden), cell)] = sign
    answer = milp(
        goal,
        integrality=np.ones(goal.size),
        bounds=Bounds(0, ceiling),
        constraints=LinearConstraint(sums.matrix[:, np.flatnonzero(hidden)], right, right),
    )
    if answer.x is None:
        return None
    shown[hidden] = np.rint(answer.x)
    return shown


def _partners(sums: Sums, hidden: Mask, cell: int, width: int) -> Mask:
    """Return the shown cells to hide with least loss so that `cell` can vary by `width`.

    Two tables are sought, each a departure up or down from one that fits. Departing costs nothing
    in hidden cells and the size of the cell in shown ones; the fraction decides between equals.
    """
    none = np.zeros(hidden.size, dtype=bool)
    start = _fitting_table(sums, hidden, cell, 1.0)
    if start is None:
        return none
    cost = np.where(hidden, 0.0, start + 1 + np.arange(hidden.size) / (2 * hidden.size))
    highest = np.where(sums.fixed & ~hidden, 0.0, np.inf)
    lowest = np.minimum(start, highest)
    apart = np.zeros((4, hidden.size))
    apart[:, cell] = (-1.0, 1.0, 1.0, -1.0)
    step = sums.matrix
    answer = linprog(
        np.tile(cost, 4),
        A_ub=apart.reshape(1, -1),
        b_ub=[-width],
        A_eq=block_array([[step, -step, None, None], [None, None, step, -step]], format="csr"),
        b_eq=np.zeros(2 * step.shape[0]),
        bounds=np.column_stack([np.zeros(4 * hidden.size), np.concatenate([highest, lowest, highest, lowest])]),
    )
    if answer.x is None:
        return none
    departs: Mask = (answer.x.reshape(4, -1) > 1e-6).any(axis=0) & ~hidden
    return departs


def _nearest(sums: Sums, hidden: Mask, cell: int, together: NDArray[np.int32]) -> int:
    """Return the smallest cell still shown that shares a sum with `cell` or, failing that, is tied to it."""
    near = abs(sums.matrix).T @ (abs(sums.matrix) @ (np.arange(hidden.size) == cell)) > 0
    tied = ~hidden & ~sums.fixed & (together == together[cell])
    choice = tied & near if (tied & near).any() else tied
    return int(np.flatnonzero(choice)[np.argmin(sums.values[choice])])
