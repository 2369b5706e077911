"""Tests by permutation: of labels, and of the nodes of a network."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice, permutations, product
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from leaderful.statistics.blocks import Floats

Orders: TypeAlias = NDArray[np.intp]

MOST_ORDERS = math.factorial(9)
"""The most orders gone through one by one when no number of permutations is given."""
_AT_ONCE = 256


@dataclass(frozen=True, eq=False, kw_only=True)
class Permuted:
    """A statistic beside what it would be if labels meant nothing; each array has the shape of the statistic."""

    observed: Floats
    mean: Floats
    """Mean over permutations: the expectation without association."""
    lower: Floats
    """2.5 % quantile over permutations."""
    upper: Floats
    """97.5 % quantile."""
    p: Floats
    """Two-sided; nan where the observed statistic is."""
    undefined: NDArray[np.int64]
    """Permutations for which the statistic was nan; they are left out."""
    permutations: int
    exact: bool
    """True where every order was gone through."""


@dataclass(frozen=True, kw_only=True)
class Qap:
    """Association of two networks, beside what it would be if the nodes of one meant nothing."""

    estimate: float
    mean: float
    lower: float
    """2.5 % quantile over permutations."""
    upper: float
    """97.5 % quantile."""
    p: float
    n: int
    """Dyads in which both networks are known."""
    nodes: int
    permutations: int
    exact: bool
    reason: str
    """Why nothing could be said; empty otherwise."""


def permutation_test(
    statistic: Callable[[NDArray[Any]], Floats],
    labels: NDArray[Any],
    *,
    permutations: int | None,
    seed: int,
    strata: NDArray[Any] | None = None,
) -> Permuted:
    """Set a statistic against its distribution when labels are dealt out anew.

    With B random permutations and s* the statistic under them (Phipson and Smyth 2010)::

        p = min(1, 2 min(1 + #{s* <= s}, 1 + #{s* >= s}) / (B + 1))

    Where all orders are gone through the observed one is among them, and neither 1 is added.

    Parameters
    ----------
    statistic
        Takes labels, shape (n,), and returns an array of any fixed shape; nan where it is undefined.
    labels
        Shape (n,), of any type.
    permutations
        How many, 1 or more. None, or as many as there are orders, goes through every order.
    seed
        Of the random orders.
    strata
        Shape (n,); labels then change places only within a stratum.

    Returns
    -------
    Permuted
        Observed value, expectation, 95 % range and p, each of the shape of the statistic.

    Raises
    ------
    ValueError
        When labels and strata differ in length, `permutations` is below 1, or None with more than
        362,880 orders.

    References
    ----------
    Phipson B, Smyth GK (2010) Statistical Applications in Genetics and Molecular Biology 9:39,
    doi:10.2202/1544-6115.1585.

    Examples
    --------
    The six orders of labels 0, 0, 1 on values 1, 2, 9: the mean under label 1 is 9 in two, 1 in two and
    2 in two.

    >>> import numpy as np
    >>> values = np.array([1.0, 2.0, 9.0])
    >>> out = permutation_test(lambda l: values[l == 1].mean(), np.array([0, 0, 1]), permutations=None, seed=1)
    >>> float(out.observed), float(out.mean), round(float(out.p), 4), out.permutations
    (9.0, 4.0, 0.6667, 6)
    """
    strata = np.zeros(len(labels), dtype=np.int64) if strata is None else strata
    if labels.ndim != 1 or strata.shape != labels.shape:
        raise ValueError(f"labels have shape {labels.shape} and strata {strata.shape}; one of each per unit is wanted")
    observed = np.asarray(statistic(labels), dtype=float)
    exact = takes_every_order(strata, permutations)
    null = np.stack([
        np.asarray(statistic(labels[order]), dtype=float)
        for orders in draw_orders(strata, permutations, seed=seed)
        for order in orders
    ])  # fmt: skip
    lost = np.isnan(null).sum(axis=0)
    mean, lower, upper = _spread(null)
    return Permuted(
        observed=observed,
        mean=mean,
        lower=lower,
        upper=upper,
        p=two_sided(observed, null, exact=exact),
        undefined=np.asarray(lost, dtype=np.int64),
        permutations=len(null),
        exact=exact,
    )


def correlation(x: Floats, y: Floats) -> float:
    """Return Pearson's correlation of two arrays of shape (n,); nan where either does not vary.

    Examples
    --------
    >>> import numpy as np
    >>> round(correlation(np.array([1.0, 2.0, 3.0]), np.array([1.0, 3.0, 2.0])), 3)
    0.5
    """
    if len(x) < 2:
        return math.nan
    x, y = x - x.mean(), y - y.mean()
    below = math.sqrt(float(x @ x) * float(y @ y))
    return float(x @ y) / below if below > 0 else math.nan


def qap(
    x: Floats,
    y: Floats,
    *,
    permutations: int | None,
    seed: int,
    directed: bool = True,
    statistic: Callable[[Floats, Floats], float] = correlation,
) -> Qap:
    """Test the association of two networks on the same nodes by the quadratic assignment procedure.

    Nodes of x change places, its rows and columns together, and the statistic is taken again over the
    dyads; p is as in `permutation_test`. This keeps everything that x has of rows and columns, such as nodes
    that are liked by all, which a test that takes dyads as independent mistakes for evidence.

    Parameters
    ----------
    x, y
        Shape (n, n), nan where unknown; the diagonal is not used.
    permutations
        How many, 1 or more. None, or n! and more, goes through every order.
    seed
        Of the random orders.
    directed
        False takes each dyad once; x and y must then be symmetric.
    statistic
        Takes the values of x and of y over dyads known in both, shape (dyads,) each. Correlation by default.

    Returns
    -------
    Qap
        With `reason` and nan where there are fewer than 3 dyads or the statistic is nan, as the
        correlation of a network that does not vary.

    Raises
    ------
    ValueError
        When x and y are not square and alike, not symmetric where undirected, or `permutations` is out
        of range as in `permutation_test`.

    Notes
    -----
    With missing dyads a permutation is taken over the dyads that are known in y and, after it, in x.

    References
    ----------
    Krackhardt D (1988) Social Networks 10:359-381, doi:10.1016/0378-8733(88)90004-4.
    Hubert L, Schultz J (1976) British Journal of Mathematical and Statistical Psychology 29:190-241,
    doi:10.1111/j.2044-8317.1976.tb00714.x.

    Examples
    --------
    >>> import numpy as np
    >>> path = np.array([[0, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 1], [0, 0, 1, 0]], dtype=float)
    >>> out = qap(path, path, permutations=None, seed=1, directed=False)
    >>> round(out.estimate, 3), round(out.p, 4), out.permutations
    (1.0, 0.1667, 24)
    """
    cells = dyads(np.stack([x, y]), directed=directed)
    strata = np.zeros(len(x), dtype=np.int64)
    exact = takes_every_order(strata, permutations)
    known = cells & np.isfinite(y)
    rows, columns = np.nonzero(known)
    values = y[known]
    observed = _over(x[rows, columns], values, statistic)
    common = {"n": int((known & np.isfinite(x)).sum()), "nodes": len(x)}
    if common["n"] < 3 or math.isnan(observed):
        why = f"{common['n']} dyads are known in both networks" if common["n"] < 3 else "a network does not vary"
        return Qap(
            **common,
            estimate=math.nan,
            mean=math.nan,
            lower=math.nan,
            upper=math.nan,
            p=math.nan,
            permutations=0,
            exact=exact,
            reason=why,
        )
    null = np.array([
        _over(x[order[rows], order[columns]], values, statistic)
        for orders in draw_orders(strata, permutations, seed=seed)
        for order in orders
    ])  # fmt: skip
    mean, lower, upper = (float(part) for part in _spread(null))
    p = float(two_sided(np.asarray(observed), null, exact=exact))
    return Qap(
        **common,
        estimate=observed,
        mean=mean,
        lower=lower,
        upper=upper,
        p=p,
        permutations=len(null),
        exact=exact,
        reason="",
    )


def dyads(networks: Floats, *, directed: bool) -> NDArray[np.bool_]:
    """Return which cells of networks, shape (k, n, n), are dyads: off the diagonal, above it where undirected."""
    if networks.ndim != 3 or networks.shape[1] != networks.shape[2]:
        raise ValueError(f"networks have shape {networks.shape[1:]}; as many rows as columns are wanted")
    every = np.ones(networks.shape[1:], dtype=bool)
    if directed:
        return every & ~np.eye(len(every), dtype=bool)
    above = np.triu(every, 1)
    if not np.array_equal(networks[:, above], networks.transpose(0, 2, 1)[:, above], equal_nan=True):
        raise ValueError("an undirected network must be symmetric; give directed=True, or make it symmetric first")
    return above


def draw_orders(strata: NDArray[Any], permutations: int | None, *, seed: int) -> Iterator[Orders]:
    """Yield orders of n units in blocks, shape (block, n): every one, or as many at random as are asked for."""
    places = [np.flatnonzero(strata == stratum) for stratum in np.unique(strata)]
    if takes_every_order(strata, permutations):
        yield from _every_order(places, len(strata))
        return
    generator = np.random.default_rng(seed)
    left = permutations or 0
    while left > 0:
        block = np.tile(np.arange(len(strata)), (min(left, _AT_ONCE), 1))
        for place in places:
            block[:, place] = generator.permuted(block[:, place], axis=1)
        left -= len(block)
        yield block


def _every_order(places: list[Orders], n: int) -> Iterator[Orders]:
    arrangements = product(*(permutations(place.tolist()) for place in places))
    where = np.concatenate(places)
    while chunk := list(islice(arrangements, _AT_ONCE)):
        block = np.empty((len(chunk), n), dtype=np.intp)
        block[:, where] = [[at for part in arrangement for at in part] for arrangement in chunk]
        yield block


def takes_every_order(strata: NDArray[Any], permutations: int | None) -> bool:
    """Say whether every order is gone through."""
    sizes = np.unique(strata, return_counts=True)[1]
    orders = math.prod(math.factorial(int(size)) for size in sizes)
    if permutations is None and orders > MOST_ORDERS:
        raise ValueError(f"there are more than {MOST_ORDERS:,} orders; give a number of permutations, such as 1000")
    if permutations is not None and permutations < 1:
        raise ValueError(f"permutations is {permutations}; 1 or more is wanted")
    return permutations is None or permutations >= orders


def _over(x: Floats, y: Floats, statistic: Callable[[Floats, Floats], float]) -> float:
    """Return the statistic over the dyads known in x too; nan where there are none."""
    known = np.isfinite(x)
    if not known.all():
        x, y = x[known], y[known]
    return statistic(x, y) if len(x) else math.nan


def _spread(null: Floats) -> tuple[Floats, Floats, Floats]:
    """Return mean, 2.5 % and 97.5 % quantile over defined permutations; nan where there are none."""
    empty = np.isnan(null).all(axis=0)
    filled = np.where(empty, 0.0, null)
    ends = np.nanquantile(filled, [0.025, 0.975], axis=0)
    mean, lower, upper = (np.where(empty, np.nan, part) for part in (np.nanmean(filled, axis=0), *ends))
    return mean, lower, upper


def two_sided(observed: Floats, null: Floats, *, exact: bool) -> Floats:
    """Return twice the smaller tail of the null, shape (permutations, ...), with the observed one counted in."""
    # Orders that come to the same statistic must tie, whatever rounding makes of them.
    near = 1e-10 * np.fmax(np.abs(observed), np.nanmax(np.abs(np.nan_to_num(null)), axis=0))
    own = 0 if exact else 1
    count = (~np.isnan(null)).sum(axis=0) + own
    low = (null <= observed + near).sum(axis=0) + own
    high = (null >= observed - near).sum(axis=0) + own
    p = np.minimum(2 * np.minimum(low, high) / np.maximum(count, 1), 1.0)
    return np.where(np.isnan(observed) | (count == own), np.nan, p)
