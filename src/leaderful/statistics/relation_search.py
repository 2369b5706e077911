"""Find the peak of the likelihood of a round robin, and how far from it one quantity may lie."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, logit

from leaderful.statistics.blocks import Floats
from leaderful.statistics.round_robin import (
    ACTOR,
    ACTOR_PARTNER,
    DYADIC,
    ERROR,
    PARTNER,
    RELATIONSHIP,
    RoundRobins,
    Solved,
)

_MOST_STEPS = 300
_EXACT, _NEAR = 1e-22, 1e-8
"""Expected rise of the log-likelihood below which a peak is reached: for estimates, for the ends of intervals."""
_TRUSTED = 1e-7
"""Expected rise below which rounding hides whether the likelihood rose, and steps are taken unseen."""
_ROUNDING = 1e-14
"""Expected rise below which steps that do not halve it any more chase rounding."""
_FURTHEST = 9.0
"""Furthest place, on the logit or the Fisher scale, at which an end is looked for."""

Whole: TypeAlias = Callable[[Floats], tuple[Floats, Floats]]
"""All parameters from the free ones, and the slopes of the former in the latter."""


class NoPeakError(ArithmeticError):
    """The restricted likelihood has no peak among variances."""


def estimate(data: RoundRobins) -> Solved:
    """Return the likelihood at its peak; variances of actor and partner may come out below zero."""
    return _climb(data, _start(data), lambda free: (free, np.eye(len(free))), exact=True)


def _start(data: RoundRobins) -> Floats:
    ratings = float(data.seen.sum())
    total = float((data.y**2).sum()) / ratings
    start = np.array([0.25, 0.25, 0.0, 0.5, 0.0]) * total
    if data.parameters == 5:
        return start
    error = data.within_squares / data.within_freedom
    start[RELATIONSHIP] = max(0.5 * total - error * float(data.error_weight.sum()) / ratings, 0.1 * total)
    return np.append(start, error)


def _climb(data: RoundRobins, free: Floats, whole: Whole, *, exact: bool) -> Solved:
    """Climb by average-information steps and, where these lead down or out, by shorter and safer ones."""
    theta, slopes = whole(free)
    at = Solved(data, theta)
    if not np.isfinite(at.loglik):
        raise NoPeakError
    gain = np.inf
    for _ in range(_MOST_STEPS):
        score, shape = at.slopes()
        before = gain
        step, gain = _step(slopes, score, shape)
        if gain < (_EXACT if exact else _NEAR) or before / 2 < gain < _ROUNDING:
            return at
        reached = _uphill(at, free, step, whole, halvings=2, unseen=gain < _TRUSTED)
        if reached is None:
            # The expected information grows towards the edge of what is a variance, and so keeps steps off it.
            safe, _ = _step(slopes, score, shape + at.information())
            reached = _uphill(at, free, safe, whole, halvings=40, unseen=False)
        if reached is None:
            break
        free, at, slopes = reached
    if gain > _TRUSTED:
        raise NoPeakError
    return at


def _step(slopes: Floats, score: Floats, shape: Floats) -> tuple[Floats, float]:
    """Return a step of the free parameters, and the rise to be expected of it."""
    score, shape = slopes.T @ score, slopes.T @ shape @ slopes
    step = np.linalg.lstsq(shape, score, rcond=1e-12)[0]
    return np.asarray(step, dtype=np.float64), float(score @ step)


def _uphill(
    at: Solved, free: Floats, step: Floats, whole: Whole, *, halvings: int, unseen: bool
) -> tuple[Floats, Solved, Floats] | None:
    """Return the first higher place on the way of a step, halved until there is one."""
    for halved in range(halvings):
        there = free + step * 0.5**halved
        theta, slopes = whole(there)
        reached = Solved(at.data, theta)
        if reached.loglik > at.loglik or (unseen and np.isfinite(reached.loglik)):
            return there, reached, slopes
    return None


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """Something made of the parameters: what it replaces, where it stands, and the scale on which it is searched."""

    replaces: int
    """Place in theta of the parameter that follows from the quantity and all others."""
    follow: Callable[[float, Floats], tuple[float, Floats]]
    """That parameter, and its slopes in all of theta, at a value of the quantity."""
    value: Callable[[Floats], float]
    lowest: float
    highest: float
    spread: Callable[[float], float]
    """From the search scale to the quantity."""
    narrow: Callable[[float], float]
    """From the quantity to the search scale."""


def share_of(part: int) -> Quantity:
    """Return the share of a variance in the sum of all variances."""
    variances = np.array([ACTOR, PARTNER, RELATIONSHIP, ERROR])

    def follow(value: float, theta: Floats) -> tuple[float, Floats]:
        others = [place for place in variances if place != part and place < len(theta)]
        slope = np.zeros(len(theta))
        slope[others] = value / (1 - value)
        return float(slope @ theta), slope

    def value(theta: Floats) -> float:
        return float(theta[part] / theta[variances[variances < len(theta)]].sum())

    return Quantity(
        replaces=part,
        follow=follow,
        value=value,
        lowest=0.0,
        highest=1.0,
        spread=lambda x: float(expit(x)),
        narrow=lambda x: float(logit(x)),
    )


def dyadic_correlation() -> Quantity:
    """Return the correlation of g_ij with g_ji."""

    def follow(value: float, theta: Floats) -> tuple[float, Floats]:
        slope = np.zeros(len(theta))
        slope[RELATIONSHIP] = value
        return float(slope @ theta), slope

    return _correlation(DYADIC, follow, lambda theta: float(theta[DYADIC] / theta[RELATIONSHIP]))


def generalised_correlation() -> Quantity:
    """Return the correlation of a_i with b_i."""

    def follow(value: float, theta: Floats) -> tuple[float, Floats]:
        actor, partner = theta[[ACTOR, PARTNER]]
        slope = np.zeros(len(theta))
        if min(actor, partner) <= 0:
            return np.nan, slope
        slope[[ACTOR, PARTNER]] = 0.5 * value * np.sqrt([partner / actor, actor / partner])
        return float(value * np.sqrt(actor * partner)), slope

    return _correlation(
        ACTOR_PARTNER,
        follow,
        lambda theta: float(theta[ACTOR_PARTNER] / np.sqrt(max(theta[ACTOR] * theta[PARTNER], 1e-300))),
    )


def _correlation(
    place: int, follow: Callable[[float, Floats], tuple[float, Floats]], value: Callable[[Floats], float]
) -> Quantity:
    return Quantity(
        replaces=place,
        follow=follow,
        value=value,
        lowest=-1.0,
        highest=1.0,
        spread=lambda x: float(np.tanh(x / 2)),
        narrow=lambda x: float(2 * np.arctanh(x)),
    )


def interval(data: RoundRobins, peak: Solved, quantity: Quantity, *, drop: float) -> tuple[float, float]:
    """Return where the profile of the log-likelihood has fallen by `drop` from its peak, or the edge."""
    theta = peak.theta[: data.parameters]
    value = quantity.value(theta)
    inside = min(max(value, quantity.lowest + 0.005), quantity.highest - 0.005)
    profile = _Profile(data, quantity, theta)
    middle, top = quantity.narrow(inside), peak.loglik
    if not quantity.lowest <= value <= quantity.highest:
        # The fall is counted from the highest place that is possible.
        edge = -_FURTHEST if value < inside else _FURTHEST
        heights = {place: profile.height(place) for place in (edge, middle)}
        top = max(heights.values())
        middle = edge if heights[middle] < top - drop else middle
    lower, upper = (profile.end(middle, way, top, drop) for way in (-1.0, 1.0))
    return (
        quantity.lowest if lower is None else quantity.spread(lower),
        quantity.highest if upper is None else quantity.spread(upper),
    )


def generalised_interval(data: RoundRobins, peak: Solved, *, drop: float) -> tuple[float, float]:
    """Return the interval of the correlation of a_i with b_i: all of -1 to 1 where either may not vary at all."""
    heights = [_without(data, peak.theta[: data.parameters], part) for part in (ACTOR, PARTNER)]
    if max(heights) >= peak.loglik - drop:
        return -1.0, 1.0
    return interval(data, peak, generalised_correlation(), drop=drop)


def _without(data: RoundRobins, theta: Floats, part: int) -> float:
    """Return the highest log-likelihood where actors, or partners, do not differ."""
    kept = np.delete(np.eye(len(theta)), [part, ACTOR_PARTNER], axis=1)
    try:
        return _climb(data, kept.T @ theta, lambda free: (kept @ free, kept), exact=False).loglik
    except NoPeakError:
        return -np.inf


class _Profile:
    """The highest log-likelihood at each value of a quantity."""

    def __init__(self, data: RoundRobins, quantity: Quantity, theta: Floats) -> None:
        self.data = data
        self.quantity = quantity
        self.theta = theta
        self.safe = theta.copy()
        variances = [place for place in (ACTOR, PARTNER, RELATIONSHIP, ERROR) if place < len(theta)]
        self.safe[variances] = np.maximum(theta[variances], 0.02 * np.abs(theta[variances]).sum())
        self.safe[[ACTOR_PARTNER, DYADIC]] = 0.0

    def height(self, place: float) -> float:
        """Return the profile at a place of the search scale, starting from where the last search ended."""
        for start in (self.theta, self.safe):
            try:
                at = _climb(self.data, np.delete(start, self.quantity.replaces), self._whole(place), exact=False)
            except NoPeakError:
                continue
            self.theta = at.theta[: self.data.parameters]
            return at.loglik
        return -np.inf

    def _whole(self, place: float) -> Whole:
        value, gap = self.quantity.spread(place), self.quantity.replaces

        def whole(free: Floats) -> tuple[Floats, Floats]:
            theta = np.insert(free, gap, 0.0)
            theta[gap], slope = self.quantity.follow(value, theta)
            slopes = np.eye(len(theta))
            slopes[gap] = slope
            return theta, np.delete(slopes, gap, axis=1)

        return whole

    def end(self, middle: float, way: float, top: float, drop: float) -> float | None:
        """Return where the profile has fallen from `top` by `drop`, going one way; None where it does not."""
        wanted = math.sqrt(drop)

        # The root of the fall is close to straight in the distance, so few places need to be tried.
        def beyond(place: float) -> float:
            return min(math.sqrt(max(top - self.height(place), 0.0)), 9 * wanted) - wanted

        near, at = middle, middle + way * 0.5
        while True:
            at = min(max(at, -_FURTHEST), _FURTHEST)
            over = beyond(at)
            if over > 0:
                return near if beyond(near) >= 0 else float(brentq(beyond, near, at, xtol=1e-4))
            if abs(at) == _FURTHEST:
                return None
            further = 1.1 * wanted / (over + wanted) if over > -wanted else 4.0
            near, at = at, middle + (at - middle) * min(max(further, 1.3), 4.0)
