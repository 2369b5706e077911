"""Random-effects models with known sampling variances, fitted by restricted maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from leaderful.statistics.blocks import (
    Blocks,
    Floats,
    TooFewError,
    arrange,
    information,
    inverse,
    restricted_loglik,
    score,
    solve,
    standardise,
)

FEWEST_GROUPS = 3

_CELLS = 12
_MOST_STEPS = 500
_SETTLED = 1e-14
"""Expected rise of the log-likelihood, in a full step, below which the peak is reached."""
_ROUNDING = 1e-7
"""The same, where rounding keeps the likelihood from rising further; at most 0.0003 standard errors away."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Components:
    """A fitted or given model: all that is needed to predict groups and units with it.

    Parameters
    ----------
    beta, beta_cov
        Coefficients, shape (p,), and their covariance, shape (p, p).
    between, within
        Variance between groups and between units within groups, in squared units of the outcome.
    variance_cov
        Covariance of the estimates of `between` and `within`, shape (2, 2); zeros when they are known.
    """

    beta: Floats
    beta_cov: Floats
    between: float
    within: float
    variance_cov: Floats


@dataclass(frozen=True, kw_only=True)
class Shares:
    """Parts of the variance of an observed figure; they add to 1."""

    between: float
    within: float
    sampling: float


@dataclass(frozen=True, eq=False, kw_only=True)
class Fit:
    """A random-effects model and what it was fitted to."""

    components: Components
    depth: Literal[2, 3]
    """3: units in groups. 2: units only; `components.between` is then zero because it is not in the model."""
    sampling: float
    """Mean of the known sampling variances."""
    loglik: float
    n: int
    groups: int
    rows: Blocks

    @property
    def shares(self) -> Shares:
        """Parts of the variance of an observed figure with the mean sampling variance."""
        parts = np.array([self.components.between, self.components.within, self.sampling])
        between, within, sampling = (parts / parts.sum()).tolist()
        return Shares(between=between, within=within, sampling=sampling)


def three_level(y: Floats, v: Floats, groups: NDArray[Any], *, X: Floats | None = None) -> Fit:
    """Fit units within groups, with known sampling variances.

    The model of unit i in group j is ``y_ij = x_ij' beta + u_j + w_ij + e_ij`` with independent
    ``u_j ~ N(0, between)``, ``w_ij ~ N(0, within)`` and ``e_ij ~ N(0, v_ij)``, ``v_ij`` known. The two
    variances maximise the restricted likelihood, in which V is the variance of y, r = y - X beta and
    beta the generalised least-squares fit::

        -1/2 [ (n - p) log 2 pi + log|V| + log|X' V^-1 X| - log|X'X| + r' V^-1 r ]

    Parameters
    ----------
    y
        Outcomes, shape (n,), for example logits of percentages.
    v
        Their sampling variances, shape (n,), in squared units of y; all above zero.
    groups
        Group of each row, shape (n,).
    X
        Covariates, shape (n, p), with a column of ones where an intercept is wanted. Without it the
        model has an intercept only.

    Returns
    -------
    Fit
        Coefficients, variances with the covariance of their estimates (inverse of the expected
        information), restricted log-likelihood and shares.

    Raises
    ------
    TooFewError
        With fewer than three groups, or when the covariates leave fewer than two degrees of freedom
        between groups or none within them: the two variances cannot then be told apart.
    ValueError
        When rows do not match, are not finite, a v is not above zero, or X has dependent columns.

    Notes
    -----
    A variance of zero is a possible estimate and is returned as exactly zero. The search is Fisher
    scoring in both variances, bounded at zero, from the two best cells of a grid, so that a
    second peak of the likelihood is not missed.

    References
    ----------
    Konstantopoulos S (2011) Research Synthesis Methods 2:61-76, doi:10.1002/jrsm.35.
    Van den Noortgate W et al. (2013) Behavior Research Methods 45:576-594,
    doi:10.3758/s13428-012-0261-6.
    Viechtbauer W (2005) Journal of Educational and Behavioral Statistics 30:261-293,
    doi:10.3102/10769986030003261.

    Examples
    --------
    >>> import numpy as np
    >>> y = np.array([0.1, 0.3, 0.2, 0.9, 1.1, 0.8, 0.5, 0.4, 0.7])
    >>> fit = three_level(y, np.full(9, 0.01), np.repeat(["a", "b", "c"], 3))
    >>> round(float(fit.components.beta[0]), 4), round(fit.components.between, 4)
    (0.5556, 0.1285)
    >>> round(fit.shares.between, 3)
    0.872
    """
    rows = arrange(y, v, groups, X)
    _check_estimable(rows)
    clean = standardise(rows)
    between, within = _highest(clean, depth=3)
    covariance = inverse(information(clean, between, within))
    return _fit(rows, clean, between, within, covariance, depth=3)


def two_level(y: Floats, v: Floats, *, X: Floats | None = None) -> Fit:
    """Fit units without groups, with known sampling variances.

    The model is ``y_i = x_i' beta + w_i + e_i`` with ``w_i ~ N(0, within)`` and ``e_i ~ N(0, v_i)``, the
    ordinary random-effects meta-analysis; see `three_level` for the likelihood, which this maximises
    with ``between`` left out.

    Parameters
    ----------
    y, v, X
        As in `three_level`.

    Returns
    -------
    Fit
        With ``depth`` 2 and ``between`` zero: not estimated as zero, but not in the model.

    Raises
    ------
    TooFewError
        When there are not more rows than coefficients.
    ValueError
        As in `three_level`.

    References
    ----------
    Viechtbauer W (2005) Journal of Educational and Behavioral Statistics 30:261-293,
    doi:10.3102/10769986030003261.

    Examples
    --------
    >>> import numpy as np
    >>> fit = two_level(np.array([0.1, 0.5, 0.6]), np.array([0.02, 0.02, 0.02]))
    >>> round(float(fit.components.beta[0]), 3), round(fit.components.within, 3)
    (0.4, 0.05)
    """
    rows = arrange(y, v, np.zeros(len(y), dtype=np.int64), X)
    n, p = rows.X.shape
    _check_rank(rows.X)
    if n <= p:
        raise TooFewError(f"{n} rows for {p} coefficients: at least one row more is needed")
    clean = standardise(rows)
    _, within = _highest(clean, depth=2)
    covariance = np.diag([0.0, 1 / information(clean, 0.0, within)[1, 1]])
    return _fit(rows, clean, 0.0, within, covariance, depth=2)


def _fit(
    rows: Blocks, clean: Blocks, between: float, within: float, covariance: Floats, *, depth: Literal[2, 3]
) -> Fit:
    at = solve(rows, between, within)
    beta_cov = inverse(at.precision)
    components = Components(
        beta=beta_cov @ (at.K.T @ rows.y),
        beta_cov=beta_cov,
        between=between,
        within=within,
        variance_cov=covariance,
    )
    return Fit(
        components=components,
        depth=depth,
        sampling=float(rows.v.mean()),
        loglik=float(restricted_loglik(clean, np.array([between]), np.array([within]))[0]),
        n=len(rows.y),
        groups=len(rows.labels),
        rows=rows,
    )


def _check_rank(X: Floats) -> None:
    if np.linalg.matrix_rank(X) < X.shape[1]:
        raise ValueError(f"the {X.shape[1]} columns of X depend on each other; leave one out")


def _check_estimable(rows: Blocks) -> None:
    _check_rank(rows.X)
    groups = len(rows.labels)
    if groups < FEWEST_GROUPS:
        raise TooFewError(f"{groups} groups; variance between groups needs at least {FEWEST_GROUPS}")
    # Covariates that are constant in a group use up differences between groups.
    centred = rows.X - rows.per_row(rows.per_group(rows.X) / rows.sizes[:, None])
    within_covariates = int(np.linalg.matrix_rank(centred, tol=1e-9 * np.abs(rows.X).max()))
    between_df = groups - (rows.X.shape[1] - within_covariates)
    within_df = len(rows.y) - groups - within_covariates
    if between_df < 2 or within_df < 1:
        raise TooFewError(
            f"{len(rows.y)} rows in {groups} groups with {rows.X.shape[1]} coefficients leave {between_df} "
            f"degrees of freedom between groups (2 needed) and {within_df} within them (1 needed)"
        )


def _highest(clean: Blocks, *, depth: Literal[2, 3]) -> tuple[float, float]:
    """Return the variances at the highest peak of the restricted likelihood."""
    n, p = clean.X.shape
    low = float(clean.v.min() / clean.sizes.max()) / 10
    high = 3 * max(float(clean.y @ clean.y) / (n - p), float(clean.v.mean()))
    steps = np.r_[0.0, np.geomspace(low, high, _CELLS)]
    between, within = (axis.ravel() for axis in np.meshgrid(steps if depth == 3 else [0.0], steps))
    heights = restricted_loglik(clean, between, within)
    starts = [np.array([between[cell], within[cell]]) for cell in _best_cells(heights, between, within)]
    peaks = [_climb(clean, start, depth=depth) for start in starts]
    a, b = max(peaks, key=lambda peak: _height(clean, peak)).tolist()
    return a, b


def _best_cells(heights: Floats, between: Floats, within: Floats) -> list[int]:
    """Return the best cell of the grid, and the best one away from it."""
    first = int(np.argmax(heights))
    share = between / np.maximum(between + within, np.finfo(float).tiny)
    total = between + within
    near = (np.abs(share - share[first]) < 0.3) & (np.abs(total - total[first]) <= 0.7 * total[first])
    if near.all():
        return [first]
    return [first, int(np.argmax(np.where(near, -np.inf, heights)))]


def _height(clean: Blocks, theta: Floats) -> float:
    return float(restricted_loglik(clean, theta[:1], theta[1:])[0])


def _climb(clean: Blocks, start: Floats, *, depth: Literal[2, 3]) -> Floats:
    """Climb by Fisher scoring, which does not mind variances of unlike size, and stay at or above zero."""
    theta, height = start, _height(clean, start)
    for _ in range(_MOST_STEPS):
        slope, shape = score(clean, *theta), information(clean, *theta)
        free = ((theta > 0) | (slope > 0)) & np.array([depth == 3, True])
        step = np.zeros(2)
        step[free] = np.linalg.solve(shape[np.ix_(free, free)], slope[free])
        gain = float(slope @ step)
        if gain < _SETTLED:
            return theta
        # A step cut off at zero can lead down when the two variances pull together; the plain
        # step, one variance at a time, cannot.
        plain = np.zeros(2)
        plain[free] = slope[free] / np.diag(shape)[free]
        higher = _uphill(clean, theta, height, step)
        if higher is None:
            higher = _uphill(clean, theta, height, plain)
        if higher is None:
            break
        theta, height = higher
    if gain > _ROUNDING:
        raise ArithmeticError(f"the restricted likelihood found no peak near variances {theta}")
    return theta


def _uphill(clean: Blocks, theta: Floats, height: float, step: Floats) -> tuple[Floats, float] | None:
    """Return the first higher place on the way of a step, halved until there is one."""
    for halved in range(30):
        there = np.maximum(theta + step * 0.5**halved, 0.0)
        reached = _height(clean, there)
        if reached > height:
            return there, reached
    return None
