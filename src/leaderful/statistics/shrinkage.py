"""Predict groups and units of a random-effects model, with the error of the prediction.

`shrink` takes figures whose sampling variances are known; `shrink_means` takes the values of people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from leaderful.statistics.blocks import Blocks, Floats, Solved, arrange, inverse, solve
from leaderful.statistics.cluster_variance import Codes, Whole, kept_rows
from leaderful.statistics.random_effects import Components
from leaderful.statistics.variance_components import variance_components


@dataclass(frozen=True, eq=False, kw_only=True)
class Predicted:
    """Predictions and the variance of their error."""

    estimate: Floats
    variance_known: Floats
    """If the two variances of the model were known; includes the error of beta."""
    variance: Floats
    """With the error of the two estimated variances as well."""

    @property
    def se(self) -> Floats:
        """Square root of `variance`."""
        return np.asarray(np.sqrt(self.variance))


@dataclass(frozen=True, eq=False, kw_only=True)
class Shrunken:
    """Predicted groups, in the order of `labels`, and units, in the order in which they were given."""

    labels: NDArray[Any]
    effects: Predicted
    """u_j: how far each group stands from the mean of groups like it."""
    totals: Predicted
    """x_j' beta + u_j: where a typical unit of each group stands, x_j the mean covariates of its rows."""
    units: Predicted
    """x_ij' beta + u_j + w_ij: where each unit truly stands."""
    group_weights: Floats
    """Weight of a group's own rows, against the mean of all groups, in `effects`; 0 to 1."""
    unit_weights: Floats
    """Weight of a unit's own figure in `units`; 0 to 1."""


def shrink(y: Floats, v: Floats, groups: NDArray[Any], components: Components, *, X: Floats | None = None) -> Shrunken:
    """Predict groups and units by empirical best linear unbiased prediction.

    With V_j the variance matrix of group j and r_j = y_j - X_j beta::

        u_j     = a 1' V_j^-1 r_j
        unit ij = y_ij - v_ij (V_j^-1 r_j)_i

    ``a`` is `components.between`. The rows may be all that `components` was fitted to, or some of its
    groups with all their rows: the answer for those groups is the same.

    Parameters
    ----------
    y, v, groups, X
        As in `three_level`. X needs the columns that `components.beta` was fitted with.
    components
        The model. Its `variance_cov` adds the error of the variances to `Predicted.variance`.

    Returns
    -------
    Shrunken
        Variances are of prediction minus truth. With C the covariance of beta, P = V^-1 - V^-1 X C X' V^-1
        and h_j = X_j' V_j^-1 1, if the variances were known::

            effects  a - a^2 1' P_jj 1
            totals   effects + x_j' C x_j - 2 a x_j' C h_j
            units    v_ij - v_ij^2 P_ii

        To these `variance` adds twice the trace of the covariance of the predictors' slopes in the
        two variances times `variance_cov` (the g3 term).

    Raises
    ------
    ValueError
        As in `three_level`, or when X and `components.beta` differ in length.

    Notes
    -----
    The g3 term keeps an interval from closing when `between` is estimated as zero; there it is a rough
    guide, since the theory behind it holds away from zero.

    References
    ----------
    Kackar RN, Harville DA (1984) Journal of the American Statistical Association 79:853-862,
    doi:10.1080/01621459.1984.10477102.
    Prasad NGN, Rao JNK (1990) Journal of the American Statistical Association 85:163-171,
    doi:10.1080/01621459.1990.10475320.
    Datta GS, Lahiri P (2000) Statistica Sinica 10:613-627, for the factor of two under restricted
    maximum likelihood.

    Examples
    --------
    One unit in each group, the mean known to be 0, between-variance 1 and sampling variance 1: each
    group is drawn half of the way to the mean.

    >>> import numpy as np
    >>> known = Components(beta=np.zeros(1), beta_cov=np.zeros((1, 1)), between=1.0, within=0.0,
    ...                    variance_cov=np.zeros((2, 2)))
    >>> out = shrink(np.array([2.0, -1.0]), np.ones(2), np.array(["a", "b"]), known)
    >>> out.effects.estimate.tolist(), out.effects.variance.tolist()
    ([1.0, -0.5], [0.5, 0.5])
    """
    rows = arrange(y, v, groups, X)
    if rows.X.shape[1] != len(components.beta):
        raise ValueError(f"X has {rows.X.shape[1]} columns and beta {len(components.beta)}; one each is wanted")
    a = components.between
    at = solve(rows, a, components.within)
    e = at.residual(rows, components.beta, a)
    extra_group, extra_unit = _extra(rows, at, components)
    effects = _effects(rows, at, e, components, extra_group)
    return Shrunken(
        labels=rows.labels,
        effects=effects,
        totals=_totals(rows, at, components, effects),
        units=_units(rows, at, e, components, extra_unit),
        group_weights=a * at.s / at.shrink,
        unit_weights=rows.as_given(1 - rows.v * _diagonal(rows, at, a)),
    )


def _effects(rows: Blocks, at: Solved, e: Floats, model: Components, extra: Floats) -> Predicted:
    a = model.between
    known = a - a**2 * (at.s / at.shrink - np.sum((at.H @ model.beta_cov) * at.H, axis=1))
    known = np.maximum(known, 0.0)
    return Predicted(estimate=a * rows.per_group(e), variance_known=known, variance=known + extra)


def _totals(rows: Blocks, at: Solved, model: Components, effects: Predicted) -> Predicted:
    x = rows.per_group(rows.X) / rows.sizes[:, None]
    xC = x @ model.beta_cov
    more = np.sum(xC * x, axis=1) - 2 * model.between * np.sum(xC * at.H, axis=1)
    return Predicted(
        estimate=x @ model.beta + effects.estimate,
        variance_known=effects.variance_known + more,
        variance=effects.variance + more,
    )


def _units(rows: Blocks, at: Solved, e: Floats, model: Components, extra: Floats) -> Predicted:
    P = _diagonal(rows, at, model.between) - np.sum((at.K @ model.beta_cov) * at.K, axis=1)
    known = np.maximum(rows.v - rows.v**2 * P, 0.0)
    return Predicted(
        estimate=rows.as_given(rows.y - rows.v * e),
        variance_known=rows.as_given(known),
        variance=rows.as_given(known + extra),
    )


def _diagonal(rows: Blocks, at: Solved, between: float) -> Floats:
    """Return the diagonal of V^-1."""
    return np.asarray(at.w - between * at.w**2 / rows.per_row(at.shrink))


def _extra(rows: Blocks, at: Solved, model: Components) -> tuple[Floats, Floats]:
    """Return twice the g3 term of each group and of each sorted unit."""
    a, w, s, d = model.between, at.w, at.s, at.shrink
    squares, cubes = rows.per_group(w**2), rows.per_group(w**3)
    # Slopes of a 1' V_j^-1 in both variances are alpha w + gamma w^2, row by row.
    alpha = np.stack([1 / d**2, a**2 * squares / d**2])
    gamma = np.stack([np.zeros_like(d), -a / d])
    total = alpha * s + gamma * squares
    group = a * total[:, None] * total + (
        alpha[:, None] * alpha * s
        + (alpha[:, None] * gamma + gamma[:, None] * alpha) * squares
        + gamma[:, None] * gamma * cubes
    )
    unit = _unit_slopes(rows, at, a, squares, cubes)
    spread = 2 * model.variance_cov[:, :, None]
    return np.asarray((spread * group).sum(axis=(0, 1))), np.asarray((spread * unit).sum(axis=(0, 1)))


def _unit_slopes(rows: Blocks, at: Solved, a: float, squares: Floats, cubes: Floats) -> Floats:
    """Return the covariance, per unit, of the slopes of e_i - v_i V^-1 e_i in both variances."""
    w, d = at.w, rows.per_row(at.shrink)
    s, q, t = rows.per_row(at.s), rows.per_row(squares), rows.per_row(cubes)
    c = a * w / d
    m = w / d
    both = m**2 * s / d
    mixed = m * (w**2 - c * q) / d
    own = w**3 - 2 * c * w**3 + c**2 * t - a * (w**2 - c * q) ** 2 / d
    return np.asarray(rows.v**2 * np.array([[both, mixed], [mixed, own]]))


@dataclass(frozen=True, eq=False, kw_only=True)
class ShrunkenMeans:
    """Empirical-Bayes means of groups; entry g is the group of code g.

    Parameters
    ----------
    raw
        Mean of the group's own values; NaN where it has none.
    estimate
        Shrunken mean; NaN where the group has no values or nothing can be estimated.
    weight
        Weight of the group's own mean, against that of all groups; its reliability, 0 to 1.
    se, lower, upper
        Root of the mean squared error of the estimate, and the interval from it.
    n
        Number of values.
    mean, between, within
        Mean of all groups, variance between groups and variance within them.
    reason
        Why nothing is estimated; empty otherwise.
    """

    raw: Floats
    estimate: Floats
    weight: Floats
    se: Floats
    lower: Floats
    upper: Floats
    n: Whole
    mean: float
    between: float
    within: float
    reason: str


def shrink_means(values: Floats, groups: Codes, *, confidence: float = 0.95) -> ShrunkenMeans:
    r"""Shrink the means of groups towards the mean of all, each by how little it says.

    With ȳ_j the mean of the n_j values of group j, and μ̂, τ² (between) and σ² (within) from
    `variance_components`::

        w_j        = τ² / (τ² + σ² / n_j)
        estimate_j = w_j ȳ_j + (1 - w_j) μ̂

    and the mean squared error is the sum of what is left if all were known, of the error of μ̂ and of
    twice the error that comes from the variances, with the inverse of their expected information as their
    covariance::

        (1 - w_j) τ² + (1 - w_j)² var(μ̂)
        + 2 (σ⁴ var(τ²) + τ⁴ var(σ²) - 2 σ² τ² cov(τ², σ²)) / (n_j² (τ² + σ² / n_j)³)

    The interval is the estimate ± z times its root.

    Parameters
    ----------
    values
        Shape (n,), NaN for a person without a value, who is left out.
    groups
        Code of the group of each person, shape (n,), counted from 0; -1 leaves a person out.
    confidence
        Between 0 and 1.

    Returns
    -------
    ShrunkenMeans
        For the groups 0 to the highest code. Where the variance between groups is estimated as 0 every
        weight is 0 and every estimate the mean of all; the last term keeps the interval open. Where
        it cannot be estimated (see `variance_components`) there are raw means and a reason only.

    Raises
    ------
    ValueError
        When shapes do not fit, codes are not whole numbers, a value is infinite or confidence is not
        between 0 and 1.

    Notes
    -----
    Intervals are right on average over groups, not for each: groups far from the mean are drawn in too
    far. The two variances are estimates; with few groups they are poor ones.

    References
    ----------
    Prasad NGN, Rao JNK (1990) Journal of the American Statistical Association 85:163-171,
    doi:10.1080/01621459.1990.10475320.
    Datta GS, Lahiri P (2000) Statistica Sinica 10:613-627.
    Morris CN (1983) Journal of the American Statistical Association 78:47-55,
    doi:10.1080/01621459.1983.10477920.

    Examples
    --------
    Between 0.1285 and within 0.0189, so a group of three keeps 0.1285 / (0.1285 + 0.0063) = 0.953 of its own mean.

    >>> import numpy as np
    >>> values = np.array([0.1, 0.3, 0.2, 0.9, 1.1, 0.8, 0.5, 0.4, 0.7])
    >>> found = shrink_means(values, np.repeat([0, 1, 2], 3))
    >>> found.weight.round(3).tolist(), found.raw.round(3).tolist(), found.estimate.round(3).tolist()
    ([0.953, 0.953, 0.953], [0.2, 0.933, 0.533], [0.217, 0.916, 0.534])
    """
    kept = kept_rows(values, groups, "groups")
    count = int(groups.max(initial=-1)) + 1
    values, codes = values[kept].astype(np.float64), groups[kept].astype(np.int64)
    n = np.bincount(codes, minlength=count)
    sizes = np.where(n > 0, n, np.nan)
    raw = np.asarray(np.bincount(codes, values, minlength=count) / sizes)
    fit = variance_components(values, [codes], confidence=confidence)
    between, within = fit.groupings[0].variance, fit.residual.variance
    weight = between / (between + within / sizes)
    estimate = fit.mean + weight * (raw - fit.mean)
    missed = (1 - weight) * between + (1 - weight) ** 2 * fit.mean_se**2
    se = np.sqrt(missed + 2 * _from_variances(sizes, between, within))
    half = ndtri((1 + confidence) / 2) * se
    return ShrunkenMeans(
        raw=raw,
        estimate=estimate,
        weight=weight,
        se=se,
        lower=estimate - half,
        upper=estimate + half,
        n=n,
        mean=fit.mean,
        between=between,
        within=within,
        reason=fit.reason or fit.groupings[0].reason,
    )


def _from_variances(sizes: Floats, between: float, within: float) -> Floats:
    """Return the error that each group's estimate has from estimated variances; NaN where these are."""
    if np.isnan(between):
        return np.full(len(sizes), np.nan)
    held = sizes[~np.isnan(sizes)]
    whole = within + held * between
    both, mixed = np.sum((held / whole) ** 2), np.sum(held / whole**2)
    own = np.sum((held - 1) / within**2 + 1 / whole**2)
    (tt, ts), (_, ss) = 2 * inverse(np.array([[both, mixed], [mixed, own]]))
    spread = within**2 * tt + between**2 * ss - 2 * within * between * ts
    return np.asarray(spread / (sizes**2 * (between + within / sizes) ** 3))
