"""Tables of counts with all their margins, small cells hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leaderful.disclosure.cover import Mask, Numbers, Sums, climb, cover, sum_matrix
from leaderful.disclosure.rule import HIDDEN, Rule
from leaderful.errors import DisclosureError


def protect_table(
    cells: pl.DataFrame,
    *,
    dimensions: Sequence[str],
    impossible: pl.DataFrame | None = None,
    rule: Rule = Rule(),
) -> pl.DataFrame:
    """Return a table of counts of people with all its margins, small cells hidden beyond recovery.

    Parameters
    ----------
    cells
        One row for each inner cell: the `dimensions`, and ``count``. A combination that is
        not listed counts nobody.
    dimensions
        One to three columns.
    impossible
        Combinations that everybody knows to be empty (a tier that a kind of body does not have), in
        the columns `dimensions`. Only these zeros are shown: any other says something of everyone in
        its row, and is hidden as a small cell is.
    rule
        How few is too few.

    Returns
    -------
    polars.DataFrame
        The `dimensions`, sorted; ``count``, empty where hidden; ``status`` (``ok`` or ``suppressed``);
        ``reason``. A margin has an empty cell in each dimension that it sums over.

    Raises
    ------
    DisclosureError
        For no or more than three dimensions, an empty table, an unnamed category, a repeated combination, a
        count below zero, or people in a combination called impossible.

    Notes
    -----
    Hidden first are inner cells under ``smallest_cell`` and margins under ``minimum_people``. Let x
    be the hidden counts, Mx = b the sums that tie them to what is shown. Cell i is safe when
    max{x_i} - min{x_i} over whole numbers x >= 0 with Mx = b is at least ``smallest_cell``.
    It follows that no sum of hidden cells smaller than ``smallest_cell`` can be found either.
    For an unsafe cell a linear programme finds the two tables that differ by that width in
    this cell and depart least, weighted by size, from what is shown; where they depart is
    hidden. That is repeated until every hidden cell is safe (Fischetti and Salazar
    2001, doi:10.1287/mnsc.47.7.1008.9805; Hundepool et al. 2012, doi:10.1002/9781118348239, chapter 4).

    Examples
    --------
    >>> cells = pl.DataFrame({
    ...     "tier": ["board", "board", "manager", "manager"],
    ...     "taken": ["no", "yes", "no", "yes"], "count": [3, 20, 25, 40]})
    >>> protect_table(cells, dimensions=["tier", "taken"])["count"].to_list()
    [None, None, 23, None, None, 65, 28, 60, 88]
    """
    names, counts, possible = _crossed(cells, dimensions, impossible)
    ends = np.indices(tuple(length + 1 for length in counts.shape)).reshape(counts.ndim, -1)
    inner = (ends < np.array(counts.shape)[:, None]).all(axis=0)
    values, fixed = _with_margins(counts).ravel(), _with_margins(possible.astype(float)).ravel() == 0
    sums = Sums(values, sum_matrix(_table_sums(counts.shape), values.size), fixed=fixed)

    def settle(step: Rule, hidden: Mask) -> Mask:
        small = ~fixed & (values < np.where(inner, step.smallest_cell, step.minimum_people))
        return cover(sums, hidden | small, step.smallest_cell)

    hidden = climb(rule, settle, values.size)
    labels = {
        dimension: categories.gather(pl.Series([None if at == len(categories) else at for at in ends[axis].tolist()]))
        for axis, (dimension, categories) in enumerate(names.items())
    }
    return pl.DataFrame(labels).with_columns(
        pl.Series(
            "count",
            [None if hide else int(n) for n, hide in zip(values, hidden, strict=True)],
            dtype=pl.Int64,
        ),
        pl.Series("status", np.where(hidden, "suppressed", "ok").tolist()),
        pl.Series("reason", np.where(hidden, HIDDEN, "").tolist()),
    )


def _crossed(
    cells: pl.DataFrame, dimensions: Sequence[str], impossible: pl.DataFrame | None
) -> tuple[dict[str, pl.Series], Numbers, Mask]:
    """Return the categories of each dimension, the counts, and which combinations are possible."""
    if not 1 <= len(dimensions) <= 3 or cells.is_empty():
        raise DisclosureError(
            f"a table of {cells.height} cells by {list(dimensions)}: give 1 to 3 dimensions and a cell"
        )
    never = cells.select(dimensions).clear() if impossible is None else impossible.select(dimensions)
    named = pl.concat([cells.select(dimensions), never])
    if named.null_count().sum_horizontal().item() or cells.select(dimensions).is_duplicated().any():
        raise DisclosureError(f"each cell needs a category in all of {list(dimensions)}, and each combination once")
    if cells["count"].null_count() or (cells["count"] < 0).any():
        raise DisclosureError("column count holds an empty or a negative cell; counts are 0, 1, 2, ...")
    names = {dimension: named[dimension].unique().sort() for dimension in dimensions}
    shape = tuple(len(categories) for categories in names.values())
    counts, possible = np.zeros(shape), np.ones(shape, dtype=bool)
    counts[_positions(cells, names)] = cells["count"].to_numpy()
    possible[_positions(never, names)] = False
    if (counts[~possible] > 0).any():
        raise DisclosureError("a combination listed in `impossible` counts people; take it off that list")
    return names, counts, possible


def _positions(cells: pl.DataFrame, names: Mapping[str, pl.Series]) -> tuple[NDArray[np.int64], ...]:
    return tuple(categories.search_sorted(cells[name]).to_numpy() for name, categories in names.items())


def _with_margins(counts: Numbers) -> Numbers:
    for axis in range(counts.ndim):
        counts = np.concatenate([counts, counts.sum(axis=axis, keepdims=True)], axis=axis)
    return counts


def _table_sums(shape: tuple[int, ...]) -> list[tuple[int, tuple[int, ...]]]:
    """Every line of the table along every dimension, as (total, parts)."""
    numbered = np.arange(np.prod([length + 1 for length in shape])).reshape([length + 1 for length in shape])
    lines = [
        line for axis in range(len(shape)) for line in np.moveaxis(numbered, axis, -1).reshape(-1, shape[axis] + 1)
    ]
    return [(int(line[-1]), tuple(line[:-1].tolist())) for line in lines]
