"""How much of the variance lies between groups, groups of groups and so on: nested random intercepts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from leaderful.statistics.blocks import Floats
from leaderful.statistics.cluster_variance import Codes, Whole, whole_codes
from leaderful.statistics.confidence import check_confidence
from leaderful.statistics.nested import Tree, plant
from leaderful.statistics.nested_peak import highest, share_ends

_NOTHING = 1e-8
"""Where less than this share of the sum of squares lies within the lowest groups, there is no residual."""
_ROUNDING = 1e-24
"""A sum of squares smaller than this, next to that of the values themselves, is rounding."""


@dataclass(frozen=True, kw_only=True)
class Component:
    """One part of the variance.

    Parameters
    ----------
    variance
        In squared units of the values. Exactly 0 is a possible estimate; NaN where undefined.
    share
        Of the sum of all estimated parts.
    lower, upper
        Profile-likelihood interval of the share. An end is exactly 0 or 1 where the likelihood does
        not fall far enough before it.
    groups
        Number of groups; for the residual, of values.
    reason
        Why the part is undefined; empty where it is not.
    """

    variance: float
    share: float
    lower: float
    upper: float
    groups: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class VarianceComponents:
    """A fitted model of nested random intercepts.

    Parameters
    ----------
    mean, mean_se
        Generalised least-squares mean and its standard error.
    groupings
        One part for each grouping that was given, in that order.
    residual
        What differs within the lowest groups.
    loglik
        Restricted log-likelihood.
    n
        Number of values.
    reason
        Why nothing could be estimated; empty otherwise.
    """

    mean: float
    mean_se: float
    groupings: tuple[Component, ...]
    residual: Component
    loglik: float
    n: int
    reason: str


def variance_components(values: Floats, groupings: Sequence[Codes], *, confidence: float = 0.95) -> VarianceComponents:
    r"""Split the variance of values in nested groups by restricted maximum likelihood.

    The model of value i, in group g_1(i) of the lowest grouping, that in g_2(i) of the next, and so on, is::

        y_i = μ + Σ_k u_k,g_k(i) + e_i,   u_kg ~ N(0, τ_k²),   e_i ~ N(0, σ²)

    all independent. The variances maximise the restricted likelihood, in which V is the variance of y
    and r = y - μ̂::

        -1/2 [ (n - 1) log 2 pi + log|V| + log(1' V^-1 1) - log n + r' V^-1 r ]

    The share of grouping k is τ_k² / (Σ τ² + σ²). Its interval is that of the profile likelihood: at each value
    of the share all else is maximised, and the interval holds the values with
    ``2 (l_max - l_profile) <= chi2(confidence; 1)``.

    Parameters
    ----------
    values
        Shape (n,), finite.
    groupings
        Codes of the groups of each value, counted from 0, shape (n,) each; from the lowest grouping, such
        as teams, to the highest, such as systems. Each group lies in one group of the next grouping.
    confidence
        Between 0 and 1.

    Returns
    -------
    VarianceComponents
        A grouping with one group, with one value in every group, or whose groups are those of the
        grouping below it, cannot be told apart; it is left out of the model, and its part says so.
        Nothing is estimated where no grouping is left or nothing differs within the lowest groups.

    Raises
    ------
    ValueError
        When groupings are none or not nested, shapes do not fit, a value is not finite, codes are not
        whole numbers or confidence is not between 0 and 1.

    Notes
    -----
    Only sizes, means and sums of squares of groups enter, so time grows with the number of groups. In
    balanced data whose estimates are all above zero they equal those of the analysis of variance.
    Where a true share is 0 its interval covers more often than stated, because the likelihood ratio is
    then a mixture with a point at zero. The intervals suppose normal intercepts; with few groups, as with
    five bodies, they are wide and should be.

    References
    ----------
    Patterson HD, Thompson R (1971) Biometrika 58:545-554, doi:10.1093/biomet/58.3.545.
    Harville DA (1977) Journal of the American Statistical Association 72:320-338,
    doi:10.1080/01621459.1977.10480998.
    Searle SR, Casella G, McCulloch CE (1992) Variance Components, doi:10.1002/9780470316856.
    Self SG, Liang K-Y (1987) Journal of the American Statistical Association 82:605-610,
    doi:10.1080/01621459.1987.10478472.

    Examples
    --------
    Three groups of three, with mean squares 0.4044 between and 0.0189 within, so that the variance
    between groups is (0.4044 - 0.0189) / 3 = 0.1285.

    >>> import numpy as np
    >>> values = np.array([0.1, 0.3, 0.2, 0.9, 1.1, 0.8, 0.5, 0.4, 0.7])
    >>> found = variance_components(values, [np.repeat([0, 1, 2], 3)])
    >>> round(found.mean, 4), round(found.groupings[0].variance, 4), round(found.residual.variance, 4)
    (0.5556, 0.1285, 0.0189)
    >>> found.groupings[0].lower < found.groupings[0].share < found.groupings[0].upper
    True
    """
    dense = _check(values, groupings, confidence)
    reasons = _apart(len(values), [int(codes.max(initial=-1)) + 1 for codes in dense])
    kept = [codes for codes, reason in zip(dense, reasons, strict=True) if not reason]
    nothing = _nothing(values, kept)
    if nothing:
        return _undefined(dense, reasons, len(values), nothing)
    tree = plant(np.asarray(values, dtype=np.float64), kept)
    ratios, peak = highest(tree)
    parts = np.append(ratios, 1.0)
    ends = _ends(tree, ratios, peak.height, confidence)
    groups = [int(codes.max()) + 1 for codes in kept] + [len(values)]
    fitted = [
        Component(
            variance=float(part * peak.residual),
            share=float(part / parts.sum()),
            lower=lower,
            upper=upper,
            groups=count,
            reason="",
        )
        for part, (lower, upper), count in zip(parts, ends, groups, strict=True)
    ]
    left = iter(fitted)
    return VarianceComponents(
        mean=peak.mean,
        mean_se=float(np.sqrt(peak.residual / peak.weight)),
        groupings=tuple(
            _missing(codes, reason) if reason else next(left) for codes, reason in zip(dense, reasons, strict=True)
        ),
        residual=fitted[-1],
        loglik=peak.height,
        n=len(values),
        reason="",
    )


def _ends(tree: Tree, ratios: Floats, top: float, confidence: float) -> list[tuple[float, float]]:
    """Return the interval of each share; of two shares the second says what the first does."""
    if len(ratios) > 1:
        return [share_ends(tree, ratios, top, part, confidence) for part in range(len(ratios) + 1)]
    lower, upper = share_ends(tree, ratios, top, 0, confidence)
    return [(lower, upper), (1 - upper, 1 - lower)]


def _check(values: Floats, groupings: Sequence[Codes], confidence: float) -> list[Whole]:
    """Return the codes of each grouping without gaps, refusing groupings that are not nested."""
    if not groupings:
        raise ValueError("groupings are empty; at least one is wanted")
    if values.ndim != 1 or not np.isfinite(values).all():
        raise ValueError("values must be finite numbers in one row; leave rows without a value out")
    check_confidence(confidence)
    dense = [
        np.unique(whole_codes(codes, f"groupings[{k}]", len(values)), return_inverse=True)[1]
        for k, codes in enumerate(groupings)
    ]
    for k in range(len(dense) - 1):
        parent = np.empty(dense[k].max(initial=-1) + 1, dtype=np.int64)
        parent[dense[k]] = dense[k + 1]
        torn = len(np.unique(dense[k][parent[dense[k]] != dense[k + 1]]))
        if torn:
            raise ValueError(f"{torn} groups of groupings[{k}] lie in more than one group of groupings[{k + 1}]")
    return dense


def _apart(n: int, counts: list[int]) -> list[str]:
    """Return why the variance of each grouping cannot be told apart; empty where it can."""
    reasons = []
    for count, below in zip(counts, [n, *counts], strict=False):
        if count < 2:
            reasons.append(f"groups: {count}; at least 2 are needed")
        elif count == below:
            reasons.append(f"every group holds one {'value' if not reasons else 'group of the grouping below'}")
        else:
            reasons.append("")
    return reasons


def _nothing(values: Floats, kept: list[Whole]) -> str:
    """Return why nothing can be estimated; empty where something can."""
    if not len(values):
        return "there are no values"
    if not kept:
        return "no grouping can be told apart"
    away = values - values.mean()
    means = np.bincount(kept[0], away) / np.bincount(kept[0])
    inside = float(np.sum((away - means[kept[0]]) ** 2))
    if inside <= max(_NOTHING * float(np.sum(away**2)), _ROUNDING * float(np.sum(values**2))):
        return "the values do not differ within the lowest groups"
    return ""


def _missing(codes: Whole, reason: str) -> Component:
    nan = float("nan")
    return Component(
        variance=nan, share=nan, lower=nan, upper=nan, groups=int(codes.max(initial=-1)) + 1, reason=reason
    )


def _undefined(dense: list[Whole], reasons: list[str], n: int, reason: str) -> VarianceComponents:
    return VarianceComponents(
        mean=float("nan"),
        mean_se=float("nan"),
        groupings=tuple(_missing(codes, own or reason) for codes, own in zip(dense, reasons, strict=True)),
        residual=_missing(np.arange(n), reason),
        loglik=float("nan"),
        n=n,
        reason=reason,
    )
