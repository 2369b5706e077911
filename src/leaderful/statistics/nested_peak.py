"""The highest place of the likelihood of nested intercepts, everywhere or with one share held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtri

from leaderful.statistics.blocks import Floats
from leaderful.statistics.nested import Likelihood, Tree, likelihood

_EDGE = 1e-6
_FULL = 1 - 1e-9
"""The highest coordinate, so that no ratio is infinite."""
_NEAR = 1e-6
"""Expected rise of the log-likelihood, in a full step, below which Newton steps need no watching."""
_CLOSE = 1e-5
"""The same, where a profile is known well enough."""
_SETTLED = 1e-20
"""The same, where the peak is reached; the height itself has not so many digits."""
_FAR_BELOW = 3.0
"""A start so much lower than a peak is not climbed from."""
_MANY = 30.0
_MOST_STEPS = 60


def highest(tree: Tree) -> tuple[Floats, Likelihood]:
    """Return the variance ratios at the highest peak, and the likelihood there."""
    depth = len(tree.parents)
    starts = [np.full(depth, ratio) for ratio in (0.5, 0.02, 0.001)]
    starts += [np.where(np.arange(depth) == k, 1.0, 0.02) for k in range(depth)]
    heights = [likelihood(tree, start).height for start in starts]
    anywhere = _Cut(depth, None, 0.0)
    peaks = [_climb(tree, anywhere, starts[k], _SETTLED) for k in np.argsort(heights)[::-1][:2]]
    best = max(peaks, key=lambda ratios: likelihood(tree, ratios).height)
    return best, likelihood(tree, best)


def share_ends(tree: Tree, ratios: Floats, top: float, part: int, confidence: float) -> tuple[float, float]:
    """Return the profile-likelihood interval of the share of one part; the residual is the last part."""
    estimate = float(np.append(ratios, 1.0)[part] / (1 + ratios.sum()))
    far = float(ndtri((1 + confidence) / 2))
    beside = ratios
    # The likelihood can have peaks where one grouping, or all of them, take most of what is left.
    free = [k for k in range(len(ratios)) if k != part]
    corners = [ratios.sum() * (np.arange(len(ratios)) == k) for k in (-1, *free)]
    if part < len(ratios):
        corners += [_MANY * corner for corner in corners[1:]]

    def depth(share: float) -> float:
        nonlocal beside
        beside, height = _profile(tree, _Cut(len(ratios), part, share), ratios, beside, corners)
        return float(np.sqrt(2 * max(top - height, 0.0)) - far)

    def end(edge: float) -> float:
        near = abs(edge - _EDGE)
        if abs(edge - estimate) <= _EDGE or depth(near) <= 0:
            return edge
        inner = min(max(estimate, _EDGE), 1 - _EDGE)
        return float(brentq(depth, *sorted((near, inner)), xtol=1e-6, rtol=1e-6))

    return end(0.0), end(1.0)


def _profile(tree: Tree, cut: _Cut, ratios: Floats, beside: Floats, corners: list[Floats]) -> tuple[Floats, float]:
    """Return the highest of the peaks of a cut that are reached from several starts, and its height."""
    if cut.depth == 1:
        only = cut.ratios(cut.place(ratios))
        return only, likelihood(tree, only).height
    onto = [cut.ratios(cut.place(start)) for start in (ratios, beside, *corners)]
    heights = [likelihood(tree, start).height for start in onto]
    # These two lead to the same peak.
    heights[int(heights[0] >= heights[1])] = -np.inf
    best, top = onto[0], -np.inf
    for k in np.argsort(heights)[::-1]:
        if heights[k] < top - _FAR_BELOW:
            break
        peak = _climb(tree, cut, onto[k], _CLOSE)
        height = likelihood(tree, peak).height
        if height > top:
            best, top = peak, height
    return best, top


@dataclass(frozen=True)
class _Cut:
    """All variance ratios, or those in which one part has a given share, by coordinates from 0 to 1.

    A ratio r that is free has the coordinate r / (1 + r). Where the residual's share is held the ratios
    add to a constant, and a coordinate is what a ratio takes of that which those before it leave.
    """

    depth: int
    held: int | None
    """The part, of which `depth` is the residual; None where nothing is held."""
    share: float

    def place(self, ratios: Floats) -> Floats:
        """Return the coordinates of ratios, which need not have the share."""
        if self.held == self.depth:
            total = float(ratios.sum())
            parts = ratios / total if total > 0 else np.full(self.depth, 1 / self.depth)
            left = np.maximum(1 - np.append(0.0, np.cumsum(parts[:-1])), 1 - _FULL)
            return np.asarray(np.minimum(parts / left, 1 - _EDGE)[:-1])
        free = ratios if self.held is None else np.delete(ratios, self.held)
        return np.minimum(free / (1 + free), _FULL)

    def ratios(self, place: Floats) -> Floats:
        if self.held == self.depth:
            total = (1 - self.share) / self.share
            return np.asarray(total * np.append(place, 1.0) * np.append(1.0, np.cumprod(1 - place)))
        free = place / (1 - place)
        if self.held is None:
            return np.asarray(free)
        return np.insert(free, self.held, self.share / (1 - self.share) * (1 + free.sum()))

    def slope(self, place: Floats, by_ratio: Floats) -> Floats:
        """Return slopes in the coordinates from those in the ratios."""
        if self.held == self.depth:
            earned = by_ratio * self.ratios(place)
            after = earned.sum() - np.cumsum(earned)
            left = (1 - self.share) / self.share * np.append(1.0, np.cumprod(1 - place))[:-1]
            return np.asarray(left * by_ratio[:-1] - after[:-1] / (1 - place))
        free = by_ratio
        if self.held is not None:
            free = np.delete(by_ratio, self.held) + by_ratio[self.held] * self.share / (1 - self.share)
        return np.asarray(free / (1 - place) ** 2)


def _climb(tree: Tree, cut: _Cut, ratios: Floats, settled: float) -> Floats:
    """Return the ratios at the peak of a cut, by Newton steps that stay in their bounds."""

    def at(place: Floats) -> tuple[float, Floats]:
        found = likelihood(tree, cut.ratios(place))
        return found.height, cut.slope(place, found.slope)

    place = cut.place(ratios)
    height, slope = at(place)
    for _ in range(_MOST_STEPS):
        step, gain = _step(at, place, slope)
        if gain < settled:
            break
        for halved in range(30):
            there = np.clip(place + step * 0.5**halved, 0.0, _FULL)
            there[there < _SETTLED] = 0.0
            reached, turned = at(there)
            if reached > height or gain < _NEAR:
                break
        else:
            break
        place, height, slope = there, reached, turned
    return cut.ratios(place)


def _step(at: Callable[[Floats], tuple[float, Floats]], place: Floats, slope: Floats) -> tuple[Floats, float]:
    """Return a Newton step upwards, also where the likelihood does not bend down, and its expected rise.

    The step is shortened at the first bound it meets, since to cut it there would turn it off its
    ridge; the rise is that of the whole step.
    """
    free = ((place > 0) | (slope > 0)) & ((place < _FULL) | (slope < 0))
    shape = _shape(at, place, slope, free)
    step = np.zeros(len(place))
    together = free.copy()
    while together.any():
        step[together] = _newton(shape[np.ix_(together, together)], slope[together])
        outward = together & (((place <= 0) & (step < 0)) | ((place >= _FULL) & (step > 0)))
        if not outward.any():
            break
        # One that the others would push over its bound goes its own way.
        step[outward] = slope[outward] / np.maximum(np.abs(np.diag(shape)[outward]), 1e-30)
        together &= ~outward
    room = np.where(step > 0, _FULL - place, place)
    moved = step != 0
    over = float(np.max(np.abs(step[moved]) / room[moved], initial=max(1.0, 2 * np.abs(step).max())))
    return step / over, float(np.sum(slope * step))


def _shape(
    at: Callable[[Floats], tuple[float, Floats]], place: Floats, slope: Floats, free: NDArray[np.bool_]
) -> Floats:
    """Return how the likelihood bends in the free coordinates."""
    shape = np.zeros((len(place), len(place)))
    for k in np.flatnonzero(free):
        width = 1e-5 * min(place[k], 1 - place[k]) + 1e-9
        aside = place.copy()
        aside[k] += width if aside[k] < 0.5 else -width
        shape[k] = (at(aside)[1] - slope) / (aside[k] - place[k])
    return (shape + shape.T) / 2


def _newton(shape: Floats, slope: Floats) -> Floats:
    """Return the step that solves the shape, turned uphill; coordinates are first put on one scale."""
    unit = 1 / np.sqrt(np.maximum(np.abs(np.diag(shape)), 1e-30))
    bends, turns = np.linalg.eigh(unit[:, None] * shape * unit)
    return np.asarray(unit * (turns @ ((turns.T @ (unit * slope)) / np.maximum(np.abs(bends), 1e-8))))
