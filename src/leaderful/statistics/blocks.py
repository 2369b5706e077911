"""Rows in groups, and the algebra of a variance matrix that is diagonal plus rank one per group.

For group j the variance of its rows is V_j = D_j + a 11' with D_j = diag(v_i + b). Its inverse is
W_j - a W_j 11' W_j / (1 + a s_j), with W_j = D_j^-1 and s_j the sum of its diagonal, so that nothing
larger than rows times covariates is ever formed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]


class TooFewError(ValueError):
    """The rows cannot carry the model: too few rows or groups, or variances that cannot be told apart."""


@dataclass(frozen=True, eq=False)
class Blocks:
    """Rows sorted by group: outcomes, their known variances and their covariates."""

    y: Floats
    v: Floats
    X: Floats
    labels: NDArray[Any]
    """The groups, sorted."""
    order: NDArray[np.intp]
    """Where each sorted row stood in what was given."""
    starts: NDArray[np.intp]
    """First row of each group."""
    sizes: NDArray[np.intp]

    def per_group(self, rows: Floats) -> Floats:
        """Return the sums over the rows of each group."""
        return np.add.reduceat(rows, self.starts, axis=0)

    def per_row(self, groups: Floats) -> Floats:
        """Return each group's value on every row of the group."""
        return np.repeat(groups, self.sizes, axis=0)

    def as_given(self, rows: Floats) -> Floats:
        """Return sorted rows in the order in which they were given."""
        out = np.empty_like(rows)
        out[self.order] = rows
        return out


def arrange(y: Floats, v: Floats, groups: NDArray[Any], X: Floats | None) -> Blocks:
    """Check the rows and sort them by group; without covariates there is an intercept only."""
    n = len(y)
    X = np.ones((n, 1)) if X is None else np.asarray(X, dtype=float)
    if n == 0:
        raise TooFewError("there are no rows")
    if not (len(v) == len(groups) == len(X) == n) or X.ndim != 2:
        raise ValueError(f"y has {n} rows, v {len(v)}, groups {len(groups)}, X {X.shape}: one row each is wanted")
    if not (np.isfinite(y).all() and np.isfinite(v).all() and np.isfinite(X).all()):
        raise ValueError("y, v and X must be finite numbers; leave rows without a value out")
    if (v <= 0).any():
        raise ValueError("every sampling variance v must be above zero")
    order = np.argsort(groups, kind="stable")
    labels, starts, sizes = np.unique(groups[order], return_index=True, return_counts=True)
    return Blocks(
        np.asarray(y, dtype=float)[order], np.asarray(v, dtype=float)[order], X[order], labels, order, starts, sizes
    )


def inverse(matrix: Floats) -> Floats:
    """Return the inverse of a symmetric matrix, exactly symmetric."""
    out = np.linalg.inv(matrix)
    return np.asarray((out + out.T) / 2, dtype=np.float64)


def standardise(rows: Blocks) -> Blocks:
    """Return the rows with orthonormal covariates and without their least-squares fit.

    The restricted likelihood does not change, and no precision is lost to large means or to
    covariates on unlike scales.
    """
    Q, _ = np.linalg.qr(rows.X)
    residual = rows.y - Q @ (Q.T @ rows.y)
    return Blocks(residual, rows.v, Q, rows.labels, rows.order, rows.starts, rows.sizes)


def restricted_loglik(rows: Blocks, between: Floats, within: Floats) -> Floats:
    """Return the restricted log-likelihood at each pair of variances; `rows` are standardised."""
    n, p = rows.X.shape
    w = 1 / (rows.v + within[:, None])
    shrink = 1 + between[:, None] * np.add.reduceat(w, rows.starts, axis=1)
    both = np.column_stack([rows.X, rows.y])
    weighted = w[:, :, None] * both
    sums = np.add.reduceat(weighted, rows.starts, axis=1)
    scaled = (between[:, None] / shrink)[:, :, None] * sums
    cross = weighted.transpose(0, 2, 1) @ both - scaled.transpose(0, 2, 1) @ sums
    XX, Xy = cross[:, :p, :p], cross[:, :p, p]
    quadratic = cross[:, p, p] - np.einsum("gp,gp->g", Xy, np.linalg.solve(XX, Xy[:, :, None])[:, :, 0])
    logdet = np.log(shrink).sum(axis=1) - np.log(w).sum(axis=1) + np.linalg.slogdet(XX)[1]
    return np.asarray(-0.5 * ((n - p) * np.log(2 * np.pi) + logdet + quadratic))


@dataclass(frozen=True, eq=False)
class Solved:
    """What V^-1 makes of the rows at one pair of variances."""

    w: Floats
    """1 / (v + b), per row."""
    s: Floats
    """Sum of w, per group."""
    shrink: Floats
    """1 + a s, per group."""
    K: Floats
    """V^-1 X, rows by covariates."""
    H: Floats
    """Z' V^-1 X, groups by covariates, Z saying which group a row is in."""
    precision: Floats
    """X' V^-1 X."""

    def residual(self, rows: Blocks, beta: Floats, between: float) -> Floats:
        """Return V^-1 (y - X beta), which is P y where beta is the generalised least-squares fit."""
        r = rows.y - rows.X @ beta
        inside = between * rows.per_group(self.w * r) / self.shrink
        return np.asarray(self.w * (r - rows.per_row(inside)))


def solve(rows: Blocks, between: float, within: float) -> Solved:
    """Apply V^-1 to the covariates."""
    w = 1 / (rows.v + within)
    s = rows.per_group(w)
    shrink = 1 + between * s
    H = rows.per_group(w[:, None] * rows.X) / shrink[:, None]
    K = w[:, None] * (rows.X - between * rows.per_row(H))
    return Solved(w, s, shrink, K, H, rows.X.T @ K)


def score(rows: Blocks, between: float, within: float) -> Floats:
    """Return the slope of the restricted log-likelihood in both variances."""
    at = solve(rows, between, within)
    C = inverse(at.precision)
    beta = C @ (at.K.T @ rows.y)
    e = at.residual(rows, beta, between)
    trace_between = np.sum(at.s / at.shrink) - np.sum((at.H @ C) * at.H)
    diagonal = at.w - between * at.w**2 / rows.per_row(at.shrink)
    trace_within = np.sum(diagonal) - np.sum((at.K @ C) * at.K)
    slopes = [np.sum(rows.per_group(e) ** 2) - trace_between, e @ e - trace_within]
    return 0.5 * np.asarray(slopes)


def information(rows: Blocks, between: float, within: float) -> Floats:
    """Return the expected information of both variances, half the trace of P V_k P V_l."""
    at = solve(rows, between, within)
    C = inverse(at.precision)
    d = at.s / at.shrink
    per_row = rows.per_row(at.shrink)
    HH, KK = at.H.T @ at.H, at.K.T @ at.K
    first = np.sum(d**2) - 2 * np.sum(d[:, None] * (at.H @ C) * at.H) + np.trace(C @ HH @ C @ HH)
    sums = rows.per_group(at.w[:, None] * at.K) / at.shrink[:, None]
    mixed = np.sum((at.w / per_row) ** 2) - 2 * np.sum((sums @ C) * at.H) + np.trace(C @ KK @ C @ HH)
    squares = rows.per_group(at.w**2)
    cubes = rows.per_group(at.w**3)
    square_trace = np.sum(at.w**2) - np.sum(2 * between * cubes / at.shrink - (between * squares / at.shrink) ** 2)
    inner = at.K.T @ (at.w[:, None] * at.K) - between * (sums * at.shrink[:, None]).T @ sums
    second = square_trace - 2 * np.trace(C @ inner) + np.trace(C @ KK @ C @ KK)
    return 0.5 * np.array([[first, mixed], [mixed, second]])
