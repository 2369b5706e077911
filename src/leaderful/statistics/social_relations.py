"""The Social Relations Model: how much of a rating belongs to who gives it, who gets it, and the two together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2, t

from leaderful.statistics.blocks import Floats
from leaderful.statistics.confidence import check_confidence
from leaderful.statistics.relation_search import (
    NoPeakError,
    dyadic_correlation,
    estimate,
    generalised_interval,
    interval,
    share_of,
)
from leaderful.statistics.round_robin import (
    ACTOR,
    ACTOR_PARTNER,
    DYADIC,
    ERROR,
    PARTNER,
    RELATIONSHIP,
    RoundRobins,
    Solved,
    gather,
)

FEWEST_NODES = 4
"""Three nodes leave nothing over from which to tell the relationship from actor and partner."""


@dataclass(frozen=True, kw_only=True)
class VariancePart:
    """One part of the variance of a single rating."""

    variance: float
    """As estimated; below zero where sampling error exceeds it."""
    share: float
    """Of the sum of all parts, with parts below zero taken as zero."""
    lower: float
    upper: float
    negative: bool


@dataclass(frozen=True, kw_only=True)
class Reciprocity:
    """How far giving and getting go together."""

    covariance: float
    correlation: float
    """As estimated; may lie outside of -1 to 1, and is nan where a variance is not above zero."""
    lower: float
    upper: float
    out_of_range: bool
    reason: str
    """Why there is no correlation; empty otherwise."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Effects:
    """One group's predicted effects, shape (n,), in units of the rating; nan where a node gave, or got, no rating."""

    mean: float
    actor: Floats
    """How far above the mean a node rates others."""
    actor_se: Floats
    partner: Floats
    """How far above the mean a node is rated by others."""
    partner_se: Floats


@dataclass(frozen=True, eq=False, kw_only=True)
class SocialRelations:
    """Parts of the variance of ratings, and reciprocity; nan throughout where `reason` says why."""

    actor: VariancePart
    partner: VariancePart
    relationship: VariancePart
    """Holds the error too where `error` is None."""
    error: VariancePart | None
    """None where no dyad has two indicators."""
    generalised: Reciprocity
    """Of actor effect with partner effect of the same node: are those who give more given more?"""
    dyadic: Reciprocity
    """Of the relationship i to j with j to i: is what is special to one end special to the other?"""
    effects: tuple[Effects, ...]
    """In the order of the groups given, left out groups included with nan."""
    groups: int
    left_out: int
    """Groups with fewer than four nodes that rate or are rated."""
    nodes: int
    dyads: int
    """Ordered dyads with a rating."""
    pairs: int
    """Pairs with ratings both ways."""
    indicators: int
    reason: str
    """Why nothing could be said; empty otherwise."""


def social_relations(ratings: Floats | Sequence[Floats], *, confidence: float | None = 0.95) -> SocialRelations:
    """Split the variance of round-robin ratings by the Social Relations Model.

    The rating of j by i on indicator k in one group is ``mean_k + a_i + b_j + g_ij + e_ijk``. Actor effects a and
    partner effects b of the same node covary (generalised reciprocity), as do g_ij and g_ji (dyadic
    reciprocity); errors are independent. The variances of a, b, g and e are fitted by restricted maximum
    likelihood, and the share of each is its part of their sum.

    Parameters
    ----------
    ratings
        One group: shape (n, n), row i being what i gives, or (indicators, n, n). Several: a sequence of these
        with the same number of indicators; variances are common to groups and means their own. nan
        where missing; the diagonal is not used.
    confidence
        Between 0 and 1, or None to leave intervals out (they are then nan), which is some thirty times faster.

    Returns
    -------
    SocialRelations
        Variances in squared units of the rating, shares, correlations, predicted effects and counts. `reason`
        with nan where no group has four nodes that rate or are rated, ratings do not vary, or the ratings known
        are too few or too badly spread to tell the parts apart.

    Raises
    ------
    ValueError
        When a group is not square, groups differ in indicators, a rating is infinite, or `confidence` is not
        between 0 and 1.

    Notes
    -----
    Where all ratings are there, the estimates are the closed ones of Warner, Kenny and Stoto, for one group or for
    several of one size; with missing ratings they are those of the crossed model of Snijders and Kenny, but
    without holding variances above zero, which would push small ones up. A variance below zero is
    reported and flagged, and its share is zero.

    Intervals are those of the profile restricted likelihood, cut at what is possible; where an estimate lies
    outside of that, the fall is counted from the edge. Ends lie where twice the fall reaches chi-squared or, for what
    rests on the effects of nodes (actor, partner, generalised reciprocity), the square of t with as many degrees
    of freedom as there are effects, 2 (nodes - groups), a choice of ours that simulations bear out. Where actors
    or partners may not vary at all, the interval of generalised reciprocity is -1 to 1. Missing ratings are
    taken as missing at random given those seen.

    With one indicator the relationship holds the error too, and dyadic reciprocity is drawn towards zero by it. With
    several, only an error that is independent between indicators is told apart: where a node answers one
    indicator high for everybody, part of that counts as actor. Effects are best linear unbiased predictions,
    drawn towards zero; `actor_se` and `partner_se` are of prediction less truth, with the variances taken as known.

    References
    ----------
    Warner RM, Kenny DA, Stoto M (1979) Journal of Personality and Social Psychology 37:1742-1757,
    doi:10.1037/0022-3514.37.10.1742.
    Kenny DA, La Voie L (1984) Advances in Experimental Social Psychology 18:141-182,
    doi:10.1016/S0065-2601(08)60144-6.
    Snijders TAB, Kenny DA (1999) Personal Relationships 6:471-486, doi:10.1111/j.1475-6811.1999.tb00204.x.
    Gilmour AR, Thompson R, Cullis BR (1995) Biometrics 51:1440-1450, doi:10.2307/2533274, for the search.

    Examples
    --------
    >>> import numpy as np
    >>> gap = np.nan
    >>> trust = np.array([[gap, 3.0, 2, 4, 3], [2, gap, 1, 3, 2], [4, 2, gap, 4, 4], [3, 3, 1, gap, 3],
    ...                   [1, 2, 2, 3, gap]])
    >>> out = social_relations(trust)
    >>> [round(part.share, 2) for part in (out.actor, out.partner, out.relationship)]
    [0.2, 0.33, 0.47]
    """
    if confidence is not None:
        check_confidence(confidence)
    given = [_as_indicators(group) for group in ([ratings] if isinstance(ratings, np.ndarray) else ratings)]
    if len({len(group) for group in given}) > 1:
        raise ValueError(f"groups have {sorted({len(group) for group in given})} indicators; the same number is wanted")
    kept = [_nodes(group) >= FEWEST_NODES for group in given]
    if not any(kept):
        return _nothing(given, f"no group has {FEWEST_NODES} nodes that rate or are rated")
    data = gather([group for group, enough in zip(given, kept, strict=True) if enough])
    if not data.y.any():
        return _nothing(given, "the ratings do not vary")
    try:
        peak = estimate(data)
    except NoPeakError:
        peak = None
    if peak is None or not _told_apart(peak):
        return _nothing(given, "the ratings known are too few, or too badly spread, to tell the parts apart")
    return _describe(given, kept, data, peak, confidence)


def _as_indicators(group: Floats) -> Floats:
    """Return a group as (indicators, n, n) with nan on the diagonal."""
    out = np.array(group if group.ndim == 3 else group[None], dtype=float)
    if out.ndim != 3 or out.shape[1] != out.shape[2] or out.size == 0:
        raise ValueError(f"a group has shape {group.shape}; (n, n) or (indicators, n, n) is wanted")
    out[:, np.eye(out.shape[1], dtype=bool)] = np.nan
    if np.isinf(out).any():
        raise ValueError("a rating is infinite; finite numbers are wanted, and nan where missing")
    return out


def _seen(group: Floats) -> Floats:
    return np.asarray((~np.isnan(group)).any(axis=0), dtype=np.float64)


def _nodes(group: Floats) -> int:
    """Return how many nodes rate or are rated."""
    seen = _seen(group)
    return int(((seen.sum(axis=0) + seen.sum(axis=1)) > 0).sum())


def _told_apart(peak: Solved) -> bool:
    """Say whether no parameter can be traded for others without any change of the likelihood."""
    _, shape = peak.slopes()
    size = np.sqrt(np.diag(shape))
    return bool(size.min() > 0 and np.linalg.eigvalsh(shape / np.outer(size, size)).min() > 1e-7)


@dataclass(frozen=True, kw_only=True)
class _Drops:
    """How far the log-likelihood falls from its peak to the end of an interval."""

    nodes: float
    """For what rests on the effects of nodes."""
    dyads: float


def _drops(counts: dict[str, int], confidence: float | None) -> _Drops | None:
    if confidence is None:
        return None
    effects = 2 * (counts["nodes"] - counts["groups"])
    return _Drops(
        nodes=float(t.isf((1 - confidence) / 2, effects)) ** 2 / 2, dyads=float(chi2.isf(1 - confidence, 1)) / 2
    )


def _describe(
    given: list[Floats], kept: list[bool], data: RoundRobins, peak: Solved, confidence: float | None
) -> SocialRelations:
    counts = _counts(given)
    drops = _drops(counts, confidence)
    places = [ACTOR, PARTNER, RELATIONSHIP] + ([ERROR] if data.parameters == 6 else [])
    actor, partner, relationship, *error = (_part(data, peak, place, drops) for place in places)
    agree = VariancePart(variance=0.0, share=0.0, lower=0.0, upper=0.0, negative=False)
    within = agree if data.within_freedom else None
    return SocialRelations(
        actor=actor,
        partner=partner,
        relationship=relationship,
        error=error[0] if error else within,
        generalised=_generalised(data, peak, drops),
        dyadic=_dyadic(data, peak, drops),
        effects=_effects(given, kept, data, peak),
        **counts,
        reason="",
    )


def _part(data: RoundRobins, peak: Solved, place: int, drops: _Drops | None) -> VariancePart:
    variances = peak.theta[[ACTOR, PARTNER, RELATIONSHIP, ERROR]]
    variance = float(peak.theta[place])
    share = max(variance, 0.0) / float(np.maximum(variances, 0.0).sum())
    lower, upper = np.nan, np.nan
    if drops is not None:
        drop = drops.nodes if place in (ACTOR, PARTNER) else drops.dyads
        lower, upper = interval(data, peak, share_of(place), drop=drop)
    # Other parts below zero count in the likelihood and not in the share, so its ends may fall short of it.
    return VariancePart(
        variance=variance,
        share=share,
        lower=float(np.minimum(lower, share)),
        upper=float(np.maximum(upper, share)),
        negative=variance < 0,
    )


def _generalised(data: RoundRobins, peak: Solved, drops: _Drops | None) -> Reciprocity:
    actor, partner, covariance = peak.theta[[ACTOR, PARTNER, ACTOR_PARTNER]].tolist()
    if min(actor, partner) <= 0:
        return _no_correlation(covariance, "a variance of actors or partners is not above zero")
    ends = (np.nan, np.nan) if drops is None else generalised_interval(data, peak, drop=drops.nodes)
    return _correlated(covariance, covariance / (actor * partner) ** 0.5, ends)


def _dyadic(data: RoundRobins, peak: Solved, drops: _Drops | None) -> Reciprocity:
    variance, covariance = peak.theta[[RELATIONSHIP, DYADIC]].tolist()
    if variance <= 0:
        return _no_correlation(covariance, "the variance of relationships is not above zero")
    ends = (np.nan, np.nan) if drops is None else interval(data, peak, dyadic_correlation(), drop=drops.dyads)
    return _correlated(covariance, covariance / variance, ends)


def _correlated(covariance: float, correlation: float, ends: tuple[float, float]) -> Reciprocity:
    return Reciprocity(
        covariance=covariance,
        correlation=correlation,
        lower=ends[0],
        upper=ends[1],
        out_of_range=abs(correlation) > 1,
        reason="",
    )


def _no_correlation(covariance: float, reason: str) -> Reciprocity:
    return Reciprocity(
        covariance=covariance, correlation=np.nan, lower=np.nan, upper=np.nan, out_of_range=False, reason=reason
    )


def _effects(given: list[Floats], kept: list[bool], data: RoundRobins, peak: Solved) -> tuple[Effects, ...]:
    theta = peak.theta.copy()
    theta[[ACTOR, PARTNER]] = np.maximum(theta[[ACTOR, PARTNER]], 0.0)
    most = float(np.sqrt(theta[ACTOR] * theta[PARTNER]))
    theta[ACTOR_PARTNER] = np.clip(theta[ACTOR_PARTNER], -most, most)
    at = Solved(data, theta)
    predicted, spread = at.effects()
    largest = data.y.shape[-1]
    places = iter(range(len(predicted)))
    out = []
    for group, enough in zip(given, kept, strict=True):
        if not enough:
            out.append(_no_effects(group))
            continue
        place, n, seen = next(places), group.shape[-1], _seen(group)
        halves = [predicted[place], np.sqrt(np.maximum(spread[place], 0.0))]
        actor, actor_se = (np.where(seen.any(axis=1), half[:n], np.nan) for half in halves)
        partner, partner_se = (np.where(seen.any(axis=0), half[largest : largest + n], np.nan) for half in halves)
        mean = float(data.means[place] + at.shift[place])
        out.append(Effects(mean=mean, actor=actor, actor_se=actor_se, partner=partner, partner_se=partner_se))
    return tuple(out)


def _no_effects(group: Floats) -> Effects:
    blank = np.full(group.shape[-1], np.nan)
    return Effects(mean=np.nan, actor=blank, actor_se=blank, partner=blank, partner_se=blank)


def _counts(given: list[Floats]) -> dict[str, int]:
    kept = [group for group in given if _nodes(group) >= FEWEST_NODES]
    seen = [_seen(group) for group in kept]
    return {
        "groups": len(kept),
        "left_out": len(given) - len(kept),
        "nodes": sum(_nodes(group) for group in kept),
        "dyads": int(sum(one.sum() for one in seen)),
        "pairs": int(sum((one * one.T).sum() for one in seen)) // 2,
        "indicators": len(given[0]) if given else 0,
    }


def _nothing(given: list[Floats], reason: str) -> SocialRelations:
    part = VariancePart(variance=np.nan, share=np.nan, lower=np.nan, upper=np.nan, negative=False)
    none = _no_correlation(np.nan, reason)
    return SocialRelations(
        actor=part,
        partner=part,
        relationship=part,
        error=None,
        generalised=none,
        dyadic=none,
        effects=tuple(_no_effects(group) for group in given),
        **_counts(given),
        reason=reason,
    )
