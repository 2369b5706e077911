"""How much of the differences between people lies between their groups: ICC(1) and ICC(2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.stats import f

from leaderful.statistics.answers import Floats
from leaderful.statistics.group_spread import Codes, group_spread

_TAIL = 0.025
_NEAR = 1e-9


@dataclass(frozen=True, kw_only=True)
class Icc:
    """Intraclass correlations of a one-way layout.

    Parameters
    ----------
    icc1
        ICC(1) with k as the mean group size (Bliese 2000). May be negative.
    icc1_unbalanced
        ICC(1) with k as `k_unbalanced`; the same when groups are of one size.
    lower, upper
        95 % interval of ICC(1).
    icc2
        ICC(2), the reliability of the group means. May be negative.
    F, p, df1, df2
        Test that no differences lie between groups.
    between, within
        Mean squares.
    k_mean, k_unbalanced
        Mean group size, and the size that makes the expected mean square between groups right when
        groups differ in size.
    groups, singles, n
        Groups with at least one value, those with exactly one, and values.
    reason
        Why estimates (or, where icc1 is a number, other figures) are NaN; empty when none are.
    """

    icc1: float
    icc1_unbalanced: float
    lower: float
    upper: float
    icc2: float
    F: float
    p: float
    df1: int
    df2: int
    between: float
    within: float
    k_mean: float
    k_unbalanced: float
    groups: int
    singles: int
    n: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class _Layout:
    """Sizes of the groups, their means less the grand mean, and the sum of squares within."""

    sizes: Floats
    means: Floats
    inside: float

    @property
    def between(self) -> float:
        return float(np.sum(self.sizes * self.means**2)) / (len(self.sizes) - 1)

    @property
    def within(self) -> float:
        return self.inside / self.df2

    @property
    def df2(self) -> int:
        return int(self.sizes.sum()) - len(self.sizes)

    @property
    def k_unbalanced(self) -> float:
        total = float(self.sizes.sum())
        return (total - float(np.sum(self.sizes**2)) / total) / (len(self.sizes) - 1)


def icc(values: Floats, groups: Codes) -> Icc:
    """Return ICC(1), ICC(2), their test and the interval of ICC(1) for people in groups of any size.

    From the mean squares of a one-way analysis of variance over G groups of sizes n_g, N in all::

        ICC(1) = (MSB - MSW) / (MSB + (k - 1) MSW)      ICC(2) = (MSB - MSW) / MSB
        F = MSB / MSW with G - 1 and N - G degrees of freedom
        k mean = N / G      k unbalanced = (N - sum n_g**2 / N) / (G - 1)

    Parameters
    ----------
    values
        Shape (persons,), NaN for a person without a value, who is left out.
    groups
        Number of the group of each person, shape (persons,), counted from 0; -1 leaves a person out.

    Returns
    -------
    Icc
        NaN, with the reason, where there are fewer than two groups, no group of two, or no
        differences at all. Where nobody differs from their group ICC(1) is 1, F infinite and the
        interval NaN; where the groups do not differ ICC(2) is NaN.

    Raises
    ------
    ValueError
        When values are not one per person or groups are not codes of that kind.

    Notes
    -----
    The interval inverts Wald's test (1940): with theta the ratio of the variance between to that
    within and w_g = n_g / (1 + n_g theta), ``sum w_g (mean_g - weighted mean)**2 / ((G - 1) MSW)``
    follows F at the true theta, whatever the sizes. ICC(1) is theta / (1 + theta). It is exact for
    normal values, and the usual F interval when groups are of one size. It does not go below
    -1 / (largest size - 1), the least that ICC(1) can be. Groups of one count for the differences
    between groups only.

    References
    ----------
    Bliese PD (2000) in Klein KJ, Kozlowski SWJ (eds) Multilevel Theory, Research, and Methods in
    Organizations, Jossey-Bass, pp. 349-381.
    Shrout PE, Fleiss JL (1979) Psychological Bulletin 86:420-428, doi:10.1037/0033-2909.86.2.420.
    Wald A (1940) Annals of Mathematical Statistics 11:96-100, doi:10.1214/aoms/1177731946.

    Examples
    --------
    Means 2, 4 and 6, so MSB = 2 (4 + 0 + 4) / 2 = 8; within each group 2, so MSW = 6 / 3 = 2;
    ICC(1) = (8 - 2) / (8 + 2) and ICC(2) = (8 - 2) / 8.

    >>> import numpy as np
    >>> found = icc(np.array([1.0, 3.0, 3.0, 5.0, 5.0, 7.0]), np.array([0, 0, 1, 1, 2, 2]))
    >>> found.icc1, found.icc2, found.F, round(found.p, 3)
    (0.6, 0.75, 4.0, 0.142)
    """
    if values.ndim != 1:
        raise ValueError(f"values have shape {values.shape}; one for each person is wanted")
    spread = group_spread(values[:, None], groups)
    there = spread.counts[:, 0] > 0
    sizes, means = spread.counts[there, 0].astype(np.float64), spread.means[there, 0]
    inside = float(spread.squares.sum())
    reason = _impossible(sizes, means, inside)
    if reason:
        return _undefined(sizes, reason)
    grand = means[0] + float(np.sum(sizes * (means - means[0]))) / float(sizes.sum())
    return _estimate(_Layout(sizes=sizes, means=means - grand, inside=inside))


def _impossible(sizes: Floats, means: Floats, inside: float) -> str:
    if len(sizes) < 2:
        return "there are fewer than two groups"
    if sizes.max() < 2:
        return "no group has two people"
    if inside == 0 and np.ptp(means) == 0:
        return "all values are the same"
    return ""


def _undefined(sizes: Floats, reason: str) -> Icc:
    n, nan = int(sizes.sum()), float("nan")
    return Icc(
        icc1=nan,
        icc1_unbalanced=nan,
        lower=nan,
        upper=nan,
        icc2=nan,
        F=nan,
        p=nan,
        df1=max(len(sizes) - 1, 0),
        df2=n - len(sizes),
        between=nan,
        within=nan,
        k_mean=n / len(sizes) if len(sizes) else nan,
        k_unbalanced=nan,
        groups=len(sizes),
        singles=int((sizes == 1).sum()),
        n=n,
        reason=reason,
    )


def _estimate(layout: _Layout) -> Icc:
    sizes, between, within = layout.sizes, layout.between, layout.within
    df1, df2, n = len(sizes) - 1, layout.df2, int(sizes.sum())
    ratio = between / within if within > 0 else np.inf
    lower, upper = _interval(layout, df1, df2) if within > 0 else (np.nan, np.nan)
    reason = "" if within > 0 else "nobody differs from their group, so there is no interval"
    return Icc(
        icc1=_icc1(between, within, n / len(sizes)),
        icc1_unbalanced=_icc1(between, within, layout.k_unbalanced),
        lower=lower,
        upper=upper,
        icc2=(between - within) / between if between > 0 else np.nan,
        F=ratio,
        p=float(f.sf(ratio, df1, df2)),
        df1=df1,
        df2=df2,
        between=between,
        within=within,
        k_mean=n / len(sizes),
        k_unbalanced=layout.k_unbalanced,
        groups=len(sizes),
        singles=int((sizes == 1).sum()),
        n=n,
        reason=reason if between > 0 else "the groups do not differ, so ICC(2) divides by zero",
    )


def _icc1(between: float, within: float, k: float) -> float:
    return (between - within) / (between + (k - 1) * within)


def _interval(layout: _Layout, df1: int, df2: int) -> tuple[float, float]:
    """Return where Wald's ratio, which falls as ICC(1) rises, meets both quantiles of F."""
    ratio = _wald(layout)
    low, high = -1 / (layout.sizes.max() - 1), 1.0

    def meet(quantile: float) -> float:
        start, end = low + _NEAR, high - _NEAR
        if ratio(start) <= quantile:
            return float(low)
        if ratio(end) >= quantile:
            return high
        return float(brentq(lambda rho: ratio(rho) - quantile, start, end, xtol=1e-12))

    return meet(float(f.isf(_TAIL, df1, df2))), meet(float(f.ppf(_TAIL, df1, df2)))


def _wald(layout: _Layout) -> Callable[[float], float]:
    """Return the ratio as a function of ICC(1); groups of one size are taken together."""
    sizes, which, count = np.unique(layout.sizes, return_inverse=True, return_counts=True)
    sums = np.bincount(which, weights=layout.means)
    squares = np.bincount(which, weights=layout.means**2)
    under = (len(layout.sizes) - 1) * layout.within

    def ratio(rho: float) -> float:
        weights = sizes * (1 - rho) / (1 + (sizes - 1) * rho)
        return float(weights @ squares - (weights @ sums) ** 2 / (weights @ count)) / under

    return ratio
