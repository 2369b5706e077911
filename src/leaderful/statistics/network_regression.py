"""Regression of one network on others, tested by permutation of nodes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from leaderful.statistics.blocks import Floats
from leaderful.statistics.permutation import Orders, draw_orders, dyads, takes_every_order

_AT_ONCE = 8
"""Permuted networks held at a time; so many stay in a processor's cache."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Mrqap:
    """A regression over dyads; arrays have one entry per predictor."""

    coefficients: Floats
    intercept: float
    t: Floats
    """Coefficient by its standard error as if dyads were independent: what is compared, not what is believed."""
    p: Floats
    """Two-sided, by permutation."""
    lower: Floats
    """2.5 % quantile of the coefficient over permutations, where it is 0."""
    upper: Floats
    """97.5 % quantile."""
    r_squared: float
    adjusted_r_squared: float
    n: int
    """Dyads known in every network."""
    nodes: int
    permutations: int
    exact: bool
    """True where every order of nodes was gone through."""
    reason: str
    """Why nothing could be said; empty otherwise."""


def mrqap(y: Floats, xs: Floats, *, permutations: int | None, seed: int, directed: bool = True) -> Mrqap:
    """Regress a network on others, and test each coefficient by double semi-partialling.

    Over dyads ``y = intercept + sum_k b_k x_k + rest`` by least squares. To test b_k, x_k is regressed on all other
    predictors; the nodes of what is left, e_k, change places, its rows and columns together; and y is regressed
    on the permuted e_k and the other predictors. The t of e_k is compared, since unlike the coefficient it does not
    depend on how much of e_k the others happen to explain::

        p = (1 + #{|t*| >= |t|}) / (1 + permutations)

    Where all orders are gone through the observed one is among them, and neither 1 is added.

    Parameters
    ----------
    y
        Shape (n, n), nan where unknown; the diagonal is not used.
    xs
        Predictors, shape (predictors, n, n), likewise.
    permutations
        How many, 1 or more. None, or n! and more, goes through every order.
    seed
        Of the random orders; all predictors share them.
    directed
        False takes each dyad once; all networks must then be symmetric.

    Returns
    -------
    Mrqap
        With `reason` and nan where the known dyads are not more than the coefficients, y does not vary, or
        predictors do not vary or depend on each other.

    Raises
    ------
    ValueError
        When networks differ in shape, are not symmetric where undirected, or `permutations` is out of
        range as in `permutation_test`.

    Notes
    -----
    A dyad that is unknown in any network is left out. Where a permutation moves an unknown dyad of e_k to a
    known one, e_k there counts as 0, its mean. A permutation in which e_k cannot be told from the
    other predictors counts as one that reaches the observed t.

    References
    ----------
    Dekker D, Krackhardt D, Snijders TAB (2007) Psychometrika 72:563-581, doi:10.1007/s11336-007-9016-1.
    Phipson B, Smyth GK (2010) Statistical Applications in Genetics and Molecular Biology 9:39,
    doi:10.2202/1544-6115.1585.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(3)
    >>> xs = rng.normal(size=(2, 12, 12))
    >>> y = 1 + 0.5 * xs[0] + rng.normal(size=(12, 12))
    >>> out = mrqap(y, xs, permutations=999, seed=1)
    >>> out.coefficients.round(2).tolist(), out.p.round(3).tolist(), out.n
    ([0.42, 0.15], [0.001, 0.119], 132)
    """
    if xs.ndim != 3 or xs.shape[1:] != y.shape:
        raise ValueError(
            f"y has shape {y.shape} and the predictors {xs.shape}; one network of y's shape each is wanted"
        )
    cells = dyads(np.concatenate([y[None], xs]), directed=directed)
    known = cells & np.isfinite(y) & np.isfinite(xs).all(axis=0)
    outcome, predictors = y[known], xs[:, known].T
    design = np.column_stack([np.ones(len(outcome)), predictors])
    nodes = np.zeros(len(y), dtype=np.int64)
    exact = takes_every_order(nodes, permutations)
    reason = _undefined(outcome, design)
    if reason:
        return _nothing(known, xs, exact=exact, reason=reason)
    orders = np.concatenate(list(draw_orders(nodes, permutations, seed=seed)))
    fit, *_ = np.linalg.lstsq(design, outcome, rcond=None)
    parts = [_leave_one(known, outcome, design, at, directed=directed) for at in range(1, design.shape[1])]
    tests = [_test(part, orders, exact=exact) for part in parts]
    t, p, lower, upper = (np.array(column) for column in zip(*tests, strict=True))
    rest = outcome - design @ fit
    total = outcome - outcome.mean()
    unexplained = float(rest @ rest) / float(total @ total)
    freedom = len(outcome) - design.shape[1]
    return Mrqap(
        coefficients=np.asarray(fit[1:], dtype=np.float64),
        intercept=float(fit[0]),
        t=t,
        p=p,
        lower=lower,
        upper=upper,
        r_squared=1 - unexplained,
        adjusted_r_squared=1 - unexplained * (len(outcome) - 1) / freedom,
        n=len(outcome),
        nodes=len(y),
        permutations=len(orders),
        exact=exact,
        reason="",
    )


def _undefined(outcome: Floats, design: Floats) -> str:
    """Return why the regression cannot be had; empty where it can."""
    rows, columns = design.shape
    if rows <= columns:
        return f"{rows} dyads are known in every network; more than {columns} are needed"
    if outcome.min() == outcome.max():
        return "the outcome does not vary"
    centred = design[:, 1:] - design[:, 1:].mean(axis=0)
    size = np.sqrt((centred**2).sum(axis=0))
    if (size <= 1e-12 * np.abs(design[:, 1:]).max(axis=0)).any():
        return "a predictor does not vary"
    if np.linalg.matrix_rank(centred / size, tol=1e-9) < columns - 1:
        return "predictors depend on each other"
    return ""


def _nothing(known: NDArray[np.bool_], xs: Floats, *, exact: bool, reason: str) -> Mrqap:
    blank = np.full(len(xs), np.nan)
    return Mrqap(
        coefficients=blank,
        intercept=np.nan,
        t=blank,
        p=blank,
        lower=blank,
        upper=blank,
        r_squared=np.nan,
        adjusted_r_squared=np.nan,
        n=int(known.sum()),
        nodes=len(known),
        permutations=0,
        exact=exact,
        reason=reason,
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class _SemiPartial:
    """What is left of one predictor, and all that a permutation of it is multiplied with."""

    rest: Floats
    """e_k, (n, n); 0 where unknown."""
    columns: Floats
    """y less its fit on the other predictors, then an orthonormal basis of these, (n * n, 1 + others)."""
    known: Floats | None
    """1 where a dyad is known, (n * n,); None where all are, so that e_k keeps its sum of squares."""
    own: float
    """Sum of squares of e_k."""
    squares: float
    """Sum of squares of the first column."""
    freedom: int


def _leave_one(known: NDArray[np.bool_], outcome: Floats, design: Floats, at: int, *, directed: bool) -> _SemiPartial:
    basis, _ = np.linalg.qr(np.delete(design, at, axis=1))
    left = outcome - basis @ (basis.T @ outcome)
    own = design[:, at] - basis @ (basis.T @ design[:, at])
    rest = np.zeros(known.shape)
    rest[known] = own
    n = len(known)
    columns = np.zeros((n * n, 1 + basis.shape[1]))
    columns[known.ravel()] = np.column_stack([left, basis])
    complete = int(known.sum()) == n * (n - 1) // (1 if directed else 2)
    return _SemiPartial(
        rest=rest if directed else rest + rest.T,
        columns=columns,
        known=None if complete else known.ravel().astype(float),
        own=float(own @ own),
        squares=float(left @ left),
        freedom=len(outcome) - design.shape[1],
    )


def _test(part: _SemiPartial, orders: Orders, *, exact: bool) -> tuple[float, float, float, float]:
    """Return t, p and the 95 % range of the permuted coefficient."""
    (t,), _ = _refit(part, np.arange(len(part.rest))[None])
    drawn = [_refit(part, orders[at : at + _AT_ONCE]) for at in range(0, len(orders), _AT_ONCE)]
    null, coefficients = (np.concatenate(column) for column in zip(*drawn, strict=True))
    reached = int((np.abs(null) >= abs(t) * (1 - 1e-9)).sum() + np.isnan(null).sum())
    p = reached / len(null) if exact else (1 + reached) / (1 + len(null))
    lower, upper = np.nanquantile(coefficients, [0.025, 0.975])
    return float(t), p, float(lower), float(upper)


def _refit(part: _SemiPartial, orders: Orders) -> tuple[Floats, Floats]:
    """Return t and coefficient of the permuted e_k; nan where it cannot be told from the others."""
    n = len(part.rest)
    moved = np.empty((len(orders), n * n))
    move_nodes(part.rest, orders, moved)
    sums = moved @ part.columns
    own = part.own if part.known is None else (moved * moved) @ part.known
    alone = own - (sums[:, 1:] ** 2).sum(axis=1)
    alone = np.where(alone > 1e-9 * own, alone, np.nan)
    coefficient = sums[:, 0] / alone
    # A perfect fit leaves rounding only; the floor keeps its t finite.
    rest = np.maximum(part.squares - sums[:, 0] * coefficient, 1e-12 * part.squares)
    return coefficient * np.sqrt(alone * part.freedom / rest), coefficient


@njit(cache=True)
def move_nodes(matrix: Floats, orders: Orders, out: Floats) -> None:
    """Write into `out`, (orders, n * n), the matrix with its rows and columns in each order."""
    n = matrix.shape[0]
    for block in range(orders.shape[0]):
        for i in range(n):
            row = orders[block, i]
            for j in range(n):
                out[block, i * n + j] = matrix[row, orders[block, j]]
