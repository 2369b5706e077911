"""The difference between two means of rows that come in clusters, as entries of the same diary do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from leaderful.statistics.blocks import Floats
from leaderful.statistics.cluster_variance import Codes, cluster_variance, gather, margin, whole_codes


@dataclass(frozen=True, kw_only=True)
class ClusterDifference:
    """A difference of two means; NaN where undefined, and `reason` says why.

    Parameters
    ----------
    first, second
        The means.
    difference, lower, upper
        First less second, and its interval.
    p
        Two-sided p-value of no difference.
    se, df
        Standard error of the difference and its degrees of freedom.
    reason
        Why there is no interval; empty otherwise.
    """

    first: float
    second: float
    difference: float
    lower: float
    upper: float
    p: float
    se: float
    df: float
    reason: str


def cluster_difference(
    values: Floats, first: NDArray[np.bool_], clusters: Codes, *, confidence: float = 0.95
) -> ClusterDifference:
    """Return the mean of some rows less that of the others, allowing for clusters that have rows of both kinds.

    With n_k rows of kind k, f_gk the share of them in cluster g and S_gk the sum over the cluster of their
    deviations from the mean of the kind::

        se² = Σ_g ( S_g1 / (n_1 √(1 - f_g1)) - S_g2 / (n_2 √(1 - f_g2)) )²

    with Bell and McCaffrey's degrees of freedom, as in `leaderful.statistics.paired_change.paired_change`. There a
    person has one value on each occasion; here a cluster has as many rows of either kind as there are.

    Parameters
    ----------
    values
        Shape (n,), finite.
    first
        Which rows are of the first kind, shape (n,).
    clusters
        Code of the cluster of each row, shape (n,), counted from 0.
    confidence
        Between 0 and 1.

    Returns
    -------
    ClusterDifference
        Without an interval where there are no rows of a kind, one cluster holds all rows of one, or nothing
        differs between clusters.

    Raises
    ------
    ValueError
        When shapes do not fit, a value is not finite, or confidence is not between 0 and 1.

    References
    ----------
    Bell RM, McCaffrey DF (2002) Survey Methodology 28:169-181.

    Examples
    --------
    Three clusters with one row of each kind, whose differences are 1, 2 and 3: se = 1 / sqrt(3).

    >>> import numpy as np
    >>> values, kind = np.array([3.0, 2.0, 5.0, 3.0, 4.0, 1.0]), np.array([True, False] * 3)
    >>> found = cluster_difference(values, kind, np.repeat([0, 1, 2], 2))
    >>> found.difference, round(found.se, 4), round(found.df, 6)
    (2.0, 0.5774, 2.0)
    """
    if first.shape != values.shape or values.ndim != 1 or not np.isfinite(values).all():
        raise ValueError(
            "values must be finite numbers in one row, and `first` says of each whether it is of that kind"
        )
    group = whole_codes(clusters, "clusters", len(values))
    counts = np.array([first.sum(), (~first).sum()], dtype=float)
    means = [float(values[rows].mean()) if rows.any() else np.nan for rows in (first, ~first)]
    se = df = half = np.nan
    if counts.all():
        deviations = np.where(first, values - means[0], means[1] - values)
        column = np.where(first, 0, 1)
        cells = gather(np.zeros_like(group), group, column, deviations, columns=2)
        variance, freedom = cluster_variance(cells, counts[None, :])
        error, size = np.sqrt(variance), np.array([np.abs(values).max()])
        se, df, half = float(error[0]), float(freedom[0]), float(margin(error, freedom, size, confidence)[0])
    difference = means[0] - means[1]
    return ClusterDifference(
        first=means[0],
        second=means[1],
        difference=difference,
        lower=difference - half,
        upper=difference + half,
        p=float(2 * t.sf(abs(difference) / se, df)) if not np.isnan(half) else np.nan,
        se=se,
        df=df,
        reason=_reason(counts, df, half),
    )


def _reason(counts: Floats, df: float, half: float) -> str:
    if not counts.all():
        return "there are no rows of one kind"
    if np.isnan(df):
        return "all rows of one kind are from one cluster; an interval needs at least two"
    return "nothing differs between one cluster and another" if np.isnan(half) else ""
