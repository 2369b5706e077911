"""Intervals of any statistic of people who come in clusters, by resampling whole clusters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from leaderful.statistics.blocks import Floats
from leaderful.statistics.cluster_variance import Codes, Whole, whole_codes
from leaderful.statistics.confidence import check_confidence

Rows: TypeAlias = NDArray[np.intp]

FEWEST_DRAWN = 0.9
"""With fewer than this share of draws defined, those that are do not stand for all."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Bootstrap:
    """A statistic and how it varies when clusters are drawn anew.

    Parameters
    ----------
    estimate
        The statistic of all rows; NaN where it is undefined.
    lower, upper
        Percentile interval; NaN where undefined, and `reason` says why.
    bca_lower, bca_upper
        Bias-corrected and accelerated interval; NaN where undefined, and `bca_reason` says why.
    se
        Standard deviation of the draws.
    draws
        The statistic in each draw in which it was defined, shape (defined,).
    undefined
        Number of draws in which it was not.
    n
        Number of rows.
    clusters
        Number of clusters.
    reason, bca_reason
        Empty where there is an interval.
    """

    estimate: float
    lower: float
    upper: float
    bca_lower: float
    bca_upper: float
    se: float
    draws: Floats
    undefined: int
    n: int
    clusters: int
    reason: str
    bca_reason: str


def cluster_bootstrap(
    statistic: Callable[[Rows], float],
    clusters: Codes,
    *,
    draws: int,
    seed: int,
    confidence: float = 0.95,
) -> Bootstrap:
    r"""Return bootstrap intervals of a statistic, drawing whole clusters with replacement.

    Each draw takes as many clusters as there are, with replacement, and all rows of each. The percentile
    interval is the α/2 and 1 - α/2 quantiles of the statistic θ* in the draws. The BCa interval takes the
    quantiles::

        Φ(z0 + (z0 + z) / (1 - a (z0 + z)))
        z0 = Φ⁻¹( P(θ* < θ̂) + P(θ* = θ̂) / 2 )
        a  = Σ d_g³ / (6 (Σ d_g²)^(3/2))

    with z the normal quantiles of α/2 and 1 - α/2, and d_g the mean of the statistics without one cluster,
    less the statistic without cluster g.

    Parameters
    ----------
    statistic
        Takes row numbers, in which a row can occur more than once, and returns a number; NaN where the
        statistic is undefined in those rows.
    clusters
        Code of the cluster of each row, shape (n,), counted from 0; ``numpy.arange(n)`` where rows are
        their own clusters.
    draws
        How many, 100 or more; 2,000 are usual for an interval.
    seed
        The same seed gives the same draws.
    confidence
        Between 0 and 1.

    Returns
    -------
    Bootstrap
        There is no interval with fewer than two clusters, when the statistic is undefined in all rows or
        in more than a tenth of the draws, or when it is the same in all draws; and no BCa interval
        when every draw lies on one side of the estimate, or the statistic is undefined without one cluster.

    Raises
    ------
    ValueError
        When clusters are not whole numbers, draws are fewer than 100 or confidence is not between 0 and 1.

    Notes
    -----
    With G clusters the variance of the draws is too small by about (G - 1) / G, so with fewer than about
    20 clusters the interval is too short; `cluster_mean` does better for a mean.
    A cluster that is drawn twice is two clusters; a statistic of pairs of rows meets a row beside its copy.

    References
    ----------
    Davison AC, Hinkley DV (1997) Bootstrap Methods and their Application, sections 3.8 and 5.3,
    doi:10.1017/CBO9780511802843.
    Efron B (1987) Journal of the American Statistical Association 82:171-185,
    doi:10.1080/01621459.1987.10478410.
    Field CA, Welsh AH (2007) Journal of the Royal Statistical Society B 69:369-390,
    doi:10.1111/j.1467-9868.2007.00593.x.

    Examples
    --------
    >>> import numpy as np
    >>> values = np.array([1.0, 2.0, 2.0, 3.0, 5.0, 6.0, 4.0, 4.0])
    >>> found = cluster_bootstrap(lambda rows: values[rows].mean(), np.arange(8) // 2, draws=500, seed=1)
    >>> found.estimate, found.clusters, found.undefined
    (3.375, 4, 0)
    >>> 1.5 <= found.lower < found.estimate < found.upper <= 5.5
    True
    """
    codes = whole_codes(clusters, "clusters", len(clusters))
    if draws < 100:
        raise ValueError(f"draws is {draws}; 100 or more are wanted, and 2,000 are usual")
    check_confidence(confidence)
    members = _members(codes)
    estimate = float(statistic(np.arange(len(codes)))) if len(codes) else np.nan
    drawn = np.full(draws, np.nan)
    if members.count > 1 and not np.isnan(estimate):
        picks = np.random.default_rng(seed).integers(members.count, size=(draws, members.count))
        drawn = np.array([statistic(members.rows(picked)) for picked in picks], dtype=np.float64)
    defined = drawn[~np.isnan(drawn)]
    tail = (1 - confidence) / 2
    reason = _reason(estimate, members.count, defined, draws)
    lower, upper = (np.nan, np.nan) if reason else np.quantile(defined, [tail, 1 - tail]).tolist()
    bca_reason, ends = reason, np.array([np.nan, np.nan])
    if not reason:
        bca_reason, ends = _bca(statistic, members, estimate, defined, tail)
    return Bootstrap(
        estimate=estimate,
        lower=lower,
        upper=upper,
        bca_lower=float(ends[0]),
        bca_upper=float(ends[1]),
        se=np.nan if reason else float(defined.std(ddof=1)),
        draws=defined,
        undefined=draws - len(defined),
        n=len(codes),
        clusters=members.count,
        reason=reason,
        bca_reason=bca_reason,
    )


@dataclass(frozen=True, eq=False)
class _Members:
    """The rows of each cluster: all rows sorted by cluster, where each starts and how many it has."""

    order: Rows
    starts: Rows
    sizes: Rows

    @property
    def count(self) -> int:
        return len(self.starts)

    def rows(self, picked: Whole) -> Rows:
        """Return the rows of clusters, in the order in which they were picked."""
        long = self.sizes[picked]
        within = np.arange(long.sum()) - np.repeat(np.cumsum(long) - long, long)
        return np.asarray(self.order[np.repeat(self.starts[picked], long) + within])


def _members(codes: Whole) -> _Members:
    order = np.argsort(codes, kind="stable")
    _, starts, sizes = np.unique(codes[order], return_index=True, return_counts=True)
    return _Members(order, starts, sizes)


def _reason(estimate: float, clusters: int, defined: Floats, draws: int) -> str:
    if np.isnan(estimate):
        return "the statistic is undefined in these rows"
    if clusters < 2:
        return "all rows are from one cluster; at least two are needed"
    if len(defined) < FEWEST_DRAWN * draws:
        return f"the statistic was undefined in {draws - len(defined)} of {draws} draws"
    return "the statistic is the same in every draw" if np.ptp(defined) == 0 else ""


def _bca(
    statistic: Callable[[Rows], float], members: _Members, estimate: float, defined: Floats, tail: float
) -> tuple[str, Floats]:
    """Return why there is no BCa interval, or the interval."""
    none = np.array([np.nan, np.nan])
    below = float(np.mean(defined < estimate) + np.mean(defined == estimate) / 2)
    if below in (0.0, 1.0):
        return "every draw lies on one side of the estimate", none
    every = np.arange(members.count)
    without = np.array([statistic(members.rows(np.delete(every, g))) for g in every])
    if np.isnan(without).any():
        return "the statistic is undefined without one of the clusters", none
    away = without.mean() - without
    cubed = float(np.sum(away**2)) ** 1.5
    acceleration = float(np.sum(away**3)) / (6 * cubed) if cubed > 0 else 0.0
    reach = norm.ppf(below) + norm.ppf([tail, 1 - tail])
    if (acceleration * reach >= 1).any():
        return "the statistic leans too far on a few clusters for the acceleration to be used", none
    return "", np.quantile(defined, norm.cdf(norm.ppf(below) + reach / (1 - acceleration * reach)))
