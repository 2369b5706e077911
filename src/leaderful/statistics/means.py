"""Means of people who come in clusters, one at a time or for thousands of units at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leaderful.statistics.blocks import Floats
from leaderful.statistics.cluster_variance import (
    Codes,
    Whole,
    cluster_variance,
    gather,
    kept_rows,
    margin,
    whole_codes,
)

NOBODY = "nobody has a value"
ONE_CLUSTER = "all values are from one cluster; an interval needs at least two"
NO_SPREAD = "the values do not differ, so that they say nothing about their uncertainty"
LIKE_CLUSTERS = "the clusters have the same mean, so that they say nothing about its uncertainty"


@dataclass(frozen=True, eq=False, kw_only=True)
class UnitMeans:
    """Means of many units; entry u is the unit of code u.

    Parameters
    ----------
    mean
        NaN where nobody has a value.
    lower, upper
        Cluster-robust interval; NaN where it is undefined, and `reason` says why.
    se, df
        Standard error of the mean and its degrees of freedom; NaN where undefined.
    sd
        Standard deviation of the values, over n - 1; NaN with fewer than two.
    n
        Number of values.
    clusters
        Number of clusters with a value.
    """

    mean: Floats
    lower: Floats
    upper: Floats
    se: Floats
    df: Floats
    sd: Floats
    n: Whole
    clusters: Whole

    def reason(self, unit: int) -> str:
        """Return why a unit has no interval; empty where it has one.

        Examples
        --------
        >>> import numpy as np
        >>> found = unit_means(np.array([1.0, 3.0, 5.0]), np.array([0, 0, 2]), np.array([0, 1, 2]))
        >>> [found.reason(unit) for unit in range(3)]
        ['', 'nobody has a value', 'all values are from one cluster; an interval needs at least two']
        """
        if self.n[unit] == 0:
            return NOBODY
        if self.clusters[unit] == 1:
            return ONE_CLUSTER
        if not np.isnan(self.lower[unit]):
            return ""
        return NO_SPREAD if self.sd[unit] == 0 else LIKE_CLUSTERS


@dataclass(frozen=True, kw_only=True)
class ClusterMean:
    """The mean of people in clusters; the fields are those of `UnitMeans`, for one unit."""

    mean: float
    lower: float
    upper: float
    se: float
    df: float
    sd: float
    n: int
    clusters: int
    reason: str
    """Why there is no interval; empty where there is one."""


def unit_means(values: Floats, units: Codes, clusters: Codes, *, confidence: float = 0.95) -> UnitMeans:
    r"""Return the mean of each unit, with an interval that allows for clusters of people who are alike.

    With n values in the unit, n_g of them in cluster g, f_g = n_g / n and S_g the sum over the cluster
    of the deviations from the mean of the unit::

        se² = (1 / n²) Σ S_g² / (1 - f_g)
        ν   = 1 / ( Σ f_g² + (Σ q_g)² - Σ q_g² ),   q_g = f_g² / (1 - f_g)

    and the interval is the mean ± t(ν) se. This is the bias-reduced estimator CR2 of Bell and McCaffrey
    with their degrees of freedom, both for independent rows as the working model. Where every person is
    a cluster it is the ordinary interval, se = sd / √n with n - 1 degrees of freedom; with G clusters
    of one size, ν = G - 1.

    Parameters
    ----------
    values
        Shape (n,), NaN for a person without a value, who is left out.
    units
        Code of the unit of each person, shape (n,), counted from 0; -1 leaves a person out.
    clusters
        Code of the cluster of each person, shape (n,), counted from 0; ``numpy.arange(n)`` where persons
        are their own clusters. The same code in two units stands for two clusters.
    confidence
        Between 0 and 1.

    Returns
    -------
    UnitMeans
        For the units 0 to the highest code. A code that nobody has is a unit of nobody. The interval
        is undefined with fewer than two clusters, and where nothing differs between them: an interval
        of no width would claim what the values cannot show.

    Raises
    ------
    ValueError
        When shapes do not fit, codes are not whole numbers, a value is infinite, or confidence is not
        between 0 and 1.

    Notes
    -----
    With few clusters, or one that holds most people, ν is small and the interval wide, as it should
    be: it can leave the range of the values. In 1,500 simulated samples for each case, with 5, 10 or 40
    clusters of log-normal sizes (sd of the logarithm 0.5 or 1.2) and intraclass correlations of 0, 0.1
    and 0.4, the 95 % interval held the mean in 93.4 to 97.1 % of samples; the usual correction
    G / (G - 1) with t(G - 1) did so in 82.7 to 95.1 %.

    References
    ----------
    Bell RM, McCaffrey DF (2002) Survey Methodology 28:169-181.
    Imbens GW, Kolesár M (2016) Review of Economics and Statistics 98:701-712,
    doi:10.1162/REST_a_00552.
    Pustejovsky JE, Tipton E (2018) Journal of Business and Economic Statistics 36:672-683,
    doi:10.1080/07350015.2016.1247004.

    Examples
    --------
    Two units of four people in two clusters each. In unit 0 the clusters differ: S = (-2, 2), so that
    se² = (4 / 0.5 + 4 / 0.5) / 16 = 1. In unit 1 people differ and clusters do not.

    >>> import numpy as np
    >>> values = np.array([1.0, 1.0, 3.0, 3.0, 1.0, 3.0, 1.0, 3.0])
    >>> found = unit_means(values, np.repeat([0, 1], 4), np.repeat([0, 1, 2, 3], 2))
    >>> found.mean.tolist(), found.se.round(6).tolist(), found.df.round(6).tolist()
    ([2.0, 2.0], [1.0, 0.0], [1.0, 1.0])
    >>> found.lower.round(1).tolist(), found.reason(1)
    ([-10.7, nan], 'the clusters have the same mean, so that they say nothing about its uncertainty')
    """
    kept = kept_rows(values, units, "units")
    cluster = whole_codes(clusters, "clusters", len(values))[kept]
    values, unit, count = values[kept].astype(np.float64), units[kept].astype(np.int64), int(units.max(initial=-1)) + 1
    first = np.zeros(count)
    first[unit[::-1]] = values[::-1]
    n = np.bincount(unit, minlength=count)
    # Counting from the first value keeps a unit of one mind at exactly no spread.
    away = values - first[unit]
    with np.errstate(divide="ignore", invalid="ignore"):
        shift = np.bincount(unit, away, minlength=count) / n
        away -= shift[unit]
        sd = np.sqrt(np.bincount(unit, away**2, minlength=count) / np.where(n > 1, n - 1, np.nan))
    cells = gather(unit, cluster, np.zeros_like(unit), away, columns=1)
    variance, df = cluster_variance(cells, n[:, None].astype(float))
    mean, se = first + shift, np.sqrt(variance)
    half = margin(se, df, sd, confidence)
    return UnitMeans(
        mean=mean,
        lower=mean - half,
        upper=mean + half,
        se=se,
        df=df,
        sd=sd,
        n=n,
        clusters=np.bincount(cells.unit, minlength=count),
    )


def cluster_mean(values: Floats, clusters: Codes, *, confidence: float = 0.95) -> ClusterMean:
    """Return the mean of people in clusters, with a cluster-robust interval.

    The formula, what is undefined and the sources are those of `unit_means`, of which this is the case
    of one unit.

    Parameters
    ----------
    values, clusters, confidence
        As in `unit_means`.

    Returns
    -------
    ClusterMean
        With a reason where there is no interval.

    Raises
    ------
    ValueError
        As in `unit_means`.

    Examples
    --------
    Persons as their own clusters: sd / sqrt(n) = 2 / sqrt(4) = 1, with 3 degrees of freedom.

    >>> import numpy as np
    >>> found = cluster_mean(np.array([1.0, 3.0, 3.0, 5.0]) * np.sqrt(1.5), np.arange(4))
    >>> round(found.se, 6), round(found.df, 6)
    (1.0, 3.0)
    >>> cluster_mean(np.array([4.0, 2.0]), np.array([0, 0])).reason
    'all values are from one cluster; an interval needs at least two'
    """
    found = unit_means(values, np.zeros(len(values), dtype=np.int64), clusters, confidence=confidence)
    if not len(found.mean):
        return ClusterMean(
            mean=np.nan, lower=np.nan, upper=np.nan, se=np.nan, df=np.nan, sd=np.nan, n=0, clusters=0, reason=NOBODY
        )
    return ClusterMean(
        mean=float(found.mean[0]),
        lower=float(found.lower[0]),
        upper=float(found.upper[0]),
        se=float(found.se[0]),
        df=float(found.df[0]),
        sd=float(found.sd[0]),
        n=int(found.n[0]),
        clusters=int(found.clusters[0]),
        reason=found.reason(0),
    )
