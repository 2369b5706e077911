"""Linear regression of rows that come in clusters, with the cluster jackknife for few and unequal clusters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import t

from leaderful.statistics.blocks import Floats
from leaderful.statistics.cluster_variance import Codes, Whole, whole_codes
from leaderful.statistics.confidence import check_confidence

CONSTANT = "the predictor is the same everywhere"
COMBINATION = "the predictor follows from what it is adjusted for"
ONE_CLUSTER = "without one of the clusters nothing could be told of the predictor"
FEW_CLUSTERS = "an interval needs at least two clusters"
NO_SPREAD = "the outcome follows from the columns without any error"

_NOTHING = 1e-9


@dataclass(frozen=True, eq=False, kw_only=True)
class Slope:
    """What one more of a predictor goes with; NaN where undefined, and `reason` says why.

    Parameters
    ----------
    estimate
        Coefficient of the predictor.
    se, df
        Its standard error by the cluster jackknife, and the degrees of freedom of that.
    lower, upper
        Its interval.
    p
        Two-sided p-value of the coefficient being 0.
    n, clusters
        Number of rows and of clusters.
    reason
        Why there is no estimate or no interval; empty otherwise.
    """

    estimate: float
    se: float
    df: float
    lower: float
    upper: float
    p: float
    n: int
    clusters: int
    reason: str

    def interval(self, confidence: float) -> tuple[float, float]:
        """Return the interval of another confidence, as an adjustment for several comparisons needs it."""
        check_confidence(confidence)
        half = float(t.isf((1 - confidence) / 2, self.df) * self.se)
        return self.estimate - half, self.estimate + half


def cluster_regression(
    outcome: Floats, predictor: Floats, adjusted: Floats, clusters: Codes, *, confidence: float = 0.95
) -> Slope:
    r"""Return the coefficient of a predictor in a linear regression, allowing for clusters of rows that are alike.

    The model is y_i = α + β x_i + z_i γ + e_i by least squares. With X the columns (1, x, z), A = X'X, and A_g and
    s_g = X_g'e_g the parts of cluster g, leaving out cluster g gives::

        b_g = b - (A - A_g)⁻¹ s_g
        V   = (G - 1) / G Σ_g (b_g - b)(b_g - b)'

    the cluster jackknife (CV3), and the interval of β is b ± t(ν) √V. With P the covariance of the G terms of V for
    β if all rows erred alike and by themselves, ν = (tr P)² / tr P², as Bell and McCaffrey have it for their own V.
    It is G - 1 at most, and less where few clusters tell of β.

    Parameters
    ----------
    outcome
        Shape (n,), finite; 0 or 1 makes it a linear probability model.
    predictor
        Shape (n,), finite.
    adjusted
        Columns it is adjusted for, without an intercept, shape (n, k), finite; k may be 0. A column that follows
        from the intercept and the columns before it is left out.
    clusters
        Code of the cluster of each row, shape (n,), counted from 0.
    confidence
        Between 0 and 1.

    Returns
    -------
    Slope
        Without an estimate where the predictor does not vary or follows from the adjusted columns; without an
        interval where there is one cluster, where the predictor could not be told without one of them, or where
        nothing is left to err.

    Raises
    ------
    ValueError
        When shapes do not fit, a number is not finite, or confidence is not between 0 and 1.

    Notes
    -----
    Rows of a cluster may be alike in any way; clusters are taken to be independent of one another. With few clusters
    of unequal size this errs on the wide side: in 1000 simulated samples for each of five cases, of 8 to 30 clusters
    without an effect, p was below 0.05 in 0.9 to 4.8 %. With t(G - 1), which is often taken, it was in 4.6 to 6.3 %,
    and further out in the tail, where corrections for several tests look, about twice as often as stated. A column
    adjusted for that only one cluster tells of is settled without that cluster by the least-squares solution of least
    length.

    References
    ----------
    MacKinnon JG, Nielsen MØ, Webb MD (2023) Journal of Econometrics 232:272-299,
    doi:10.1016/j.jeconom.2022.04.001.
    Bell RM, McCaffrey DF (2002) Survey Methodology 28:169-181.

    Examples
    --------
    Three clusters of a row at 0 and a row at 1, that differ by 1, 2 and 3. Leaving out one at a time gives mean
    differences of 2.5, 2 and 1.5, so that V = 2 / 3 (0.25 + 0 + 0.25) = 1 / 3.

    >>> import numpy as np
    >>> y, x = np.array([0.0, 1, 0, 2, 0, 3]), np.array([0.0, 1, 0, 1, 0, 1])
    >>> found = cluster_regression(y, x, np.empty((6, 0)), np.repeat([0, 1, 2], 2))
    >>> round(found.estimate, 6), round(found.se**2, 6), round(found.df, 6)
    (2.0, 0.333333, 2.0)
    """
    _check(outcome, predictor, adjusted, confidence)
    cluster = np.unique(whole_codes(clusters, "clusters", len(outcome)), return_inverse=True)[1].astype(np.int64)
    held = int(cluster.max(initial=-1)) + 1
    beside = _independent(np.column_stack([np.ones(len(outcome)), adjusted]))
    reason = _untold(predictor, beside)
    if reason:
        return _without(len(outcome), held, reason)
    design = np.column_stack([beside, predictor])
    fitted = np.linalg.lstsq(design, outcome, rcond=None)[0]
    estimate = float(fitted[-1])
    if held < 2:
        return _without(len(outcome), held, FEW_CLUSTERS, estimate)
    slopes = _slopes(design, cluster, held)
    if slopes is None:
        return _without(len(outcome), held, ONE_CLUSTER, estimate)
    errors = outcome - design @ fitted
    moved = np.array([slopes[g] @ (design[cluster == g].T @ errors[cluster == g]) for g in range(held)])
    se = float(np.sqrt((held - 1) / held * (moved**2).sum()))
    if se <= _NOTHING * np.abs(outcome).max() / np.abs(predictor - predictor.mean()).max():
        return _without(len(outcome), held, NO_SPREAD, estimate)
    df = _freedom(slopes, design, cluster)
    half = float(t.isf((1 - confidence) / 2, df) * se)
    return Slope(
        estimate=estimate,
        se=se,
        df=df,
        lower=estimate - half,
        upper=estimate + half,
        p=float(2 * t.sf(abs(estimate) / se, df)),
        n=len(outcome),
        clusters=held,
        reason="",
    )


def _slopes(design: Floats, cluster: Whole, held: int) -> Floats | None:
    """Return for each cluster the last row of the inverse of the squares without it, shape (clusters, columns).

    None where the last coefficient could not be told without one of the clusters.
    """
    whole = design.T @ design
    slopes = np.zeros((held, design.shape[1]))
    for g in range(held):
        rows = cluster == g
        left, part = design[~rows], design[rows]
        if _untold(left[:, -1], _independent(left[:, :-1])):
            return None
        slopes[g] = np.linalg.pinv(whole - part.T @ part, hermitian=True)[-1]
    return slopes


def _freedom(slopes: Floats, design: Floats, cluster: Whole) -> float:
    """Return (tr P)² / tr P² of the covariance P of what leaving out each cluster moves, rows erring alike."""
    parts = np.array([design[cluster == g].T @ (design[cluster == g] @ slope) for g, slope in enumerate(slopes)])
    own = np.einsum("gk,gk->g", slopes, parts)
    covariance = np.diag(own) - parts @ np.linalg.solve(design.T @ design, parts.T)
    return float(np.trace(covariance) ** 2 / (covariance**2).sum())


def _independent(columns: Floats) -> Floats:
    """Return the columns that do not follow from those before them."""
    kept: list[int] = []
    basis = np.empty((len(columns), 0))
    for k in range(columns.shape[1]):
        rest = _rest(columns[:, k], basis)
        size = np.linalg.norm(rest)
        if size > 1e-8 * np.linalg.norm(columns[:, k]):
            kept.append(k)
            basis = np.column_stack([basis, rest / size])
    return columns[:, kept]


def _untold(predictor: Floats, beside: Floats) -> str:
    """Return why a predictor can have no coefficient; empty where it can."""
    if len(np.unique(predictor)) < 2:
        return CONSTANT
    basis = np.linalg.qr(beside)[0]
    return COMBINATION if np.linalg.norm(_rest(predictor, basis)) < 1e-8 * np.linalg.norm(predictor) else ""


def _rest(values: Floats, basis: Floats) -> Floats:
    """Return what of the values does not follow from orthonormal columns, taken away twice against rounding."""
    once = values - basis @ (basis.T @ values)
    return np.asarray(once - basis @ (basis.T @ once))


def _without(n: int, held: int, reason: str, estimate: float = np.nan) -> Slope:
    nan = np.nan
    return Slope(estimate=estimate, se=nan, df=nan, lower=nan, upper=nan, p=nan, n=n, clusters=held, reason=reason)


def _check(outcome: Floats, predictor: Floats, adjusted: Floats, confidence: float) -> None:
    if outcome.ndim != 1 or predictor.shape != outcome.shape or adjusted.ndim != 2 or len(adjusted) != len(outcome):
        raise ValueError(
            f"outcome has shape {outcome.shape}, predictor {predictor.shape}, the adjusted columns {adjusted.shape}; "
            "one row each is wanted"
        )
    if not all(np.isfinite(each).all() for each in (outcome, predictor, adjusted)):
        raise ValueError("outcome, predictor and adjusted columns must be finite; leave out rows with a missing value")
    check_confidence(confidence)
