"""A series of counts in which something jumped and may fade: the best fit, and which half-lives and jumps it allows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.stats import f

from leaderful.statistics.autoregressive import Fit, Noise, settle, solve
from leaderful.statistics.blocks import Floats

TREND_FROM = 26
"""Weeks before the interruption from which on a trend is part of the model; a shorter run takes it as level. Ours."""

EARLY = 8
"""Weeks from the interruption on whose level is set against that before, to say whether there is a change. Ours."""

SHORTEST = 0.5
"""The shortest half-life that weeks can tell of."""

_STEPS = 40
_ROUNDS = 4


@dataclass(frozen=True, eq=False, kw_only=True)
class Fading:
    """The best fit over all half-lives, with the noise it settled on."""

    counts: Floats
    times: Floats
    design: Floats
    noise: Noise
    half: float
    fit: Fit
    slope: Floats
    """Slope of the mean in all coefficients, the half-life among them where it is neither held nor at an end."""
    dispersion: float
    df: float

    def at(self, half: float) -> Fit:
        """Return the fit with a half-life."""
        start = self.fit.coefficients
        return solve(self.counts, self.design, _bump(self.times, half), self.noise, start=start)

    def highest(self, confidence: float) -> float:
        """Return the largest sum of squares that the counts allow."""
        return self.fit.squares + self.dispersion * float(f.isf(1 - confidence, 1, self.df))


def fit_fading(counts: Floats, before: int) -> Fading:
    """Return the best fit of a jump that fades, the noise being settled in rounds."""
    times = np.arange(len(counts), dtype=float) - before
    design = base(times)
    noise = Noise(mean=np.full(len(counts), counts.mean()), autocorrelation=0.0)
    halves = _halves(len(counts) - before)
    start = start_of(counts, before, design.shape[1])
    for _ in range(_ROUNDS):
        fits = _along(counts, times, design, noise, halves, start)
        place = int(np.argmin([found.squares for found in fits]))
        half = float(halves[place])
        if 0 < place < len(halves) - 2:
            near = np.geomspace(halves[place - 1], halves[place + 1], 13)
            fits, place = _along(counts, times, design, noise, near, fits[place].coefficients), 0
            place = int(np.argmin([found.squares for found in fits]))
            half = float(near[place])
        found = fits[place]
        start, slope = found.coefficients, _whole_slope(found, times, half)
        noise = settle(counts, found, slope)
    rows = len(counts) - design.shape[1] - 2
    found = solve(counts, design, _bump(times, half), noise, start=start)
    return Fading(
        counts=counts,
        times=times,
        design=design,
        noise=noise,
        half=half,
        fit=found,
        slope=_whole_slope(found, times, half),
        dispersion=max(found.squares / rows, 1.0),
        df=worth(rows, noise),
    )


def half_lives(fading: Fading, confidence: float) -> tuple[float, float]:
    """Return the half-lives that the counts allow; 0 and infinity where an end is open."""
    allowed = fading.highest(confidence)
    halves = _halves(int((fading.times >= 0).sum()))

    def over(half: float) -> float:
        return fading.at(half).squares - allowed

    below = [float(half) for half in halves[::-1] if half < fading.half]
    above = [float(half) for half in halves if half > fading.half]
    lower = _crossing(over, fading.half, below) if over(SHORTEST) > 0 else 0.0
    upper = _crossing(over, fading.half, above) if over(np.inf) > 0 else np.inf
    return lower, upper


def jumps(fading: Fading, confidence: float) -> tuple[float, float]:
    """Return the jumps that the counts allow with one half-life or another, the sum of squares taken as a parabola."""
    allowed = fading.highest(confidence)
    ends = []
    for half in [fading.half, *_halves(int((fading.times >= 0).sum()))]:
        found = fading.at(float(half))
        if found.squares <= allowed:
            variance = covariance_of(fading.noise, found.slope, 1.0)[-1, -1]
            reach = np.sqrt((allowed - found.squares) * variance)
            ends += [found.coefficients[-1] - reach, found.coefficients[-1] + reach]
    return float(np.exp(min(ends))), float(np.exp(max(ends)))


def base(times: Floats) -> Floats:
    """Return the columns of the level and, with enough weeks before, the trend."""
    level = np.ones((len(times), 1))
    return np.column_stack([level, times]) if (times < 0).sum() >= TREND_FROM else level


def start_of(counts: Floats, before: int, width: int) -> Floats:
    """Return coefficients to start from: the level before, and the first weeks against it."""
    level, early = counts[:before].mean(), counts[before : before + EARLY].mean()
    start = np.zeros(width + 1)
    start[0], start[-1] = np.log(level), np.log(max(early, 0.1) / level)
    return start


def covariance_of(noise: Noise, slope: Floats, dispersion: float) -> Floats:
    """Return the covariance of the coefficients."""
    x = noise.free(slope)
    return np.asarray(dispersion * np.linalg.pinv(x.T @ x))


def worth(rows: int, noise: Noise) -> float:
    """Return the degrees of freedom that are left when neighbouring weeks say partly the same."""
    return max(1.0, rows * (1 - noise.autocorrelation) / (1 + noise.autocorrelation))


def _along(counts: Floats, times: Floats, design: Floats, noise: Noise, halves: Floats, start: Floats) -> list[Fit]:
    """Return the fit for each half-life, each starting from the one before."""
    fits: list[Fit] = []
    for half in halves:
        fits.append(solve(counts, design, _bump(times, float(half)), noise, start=start))
        start = fits[-1].coefficients
    return fits


def _crossing(over: Callable[[float], float], near: float, halves: list[float]) -> float:
    """Return the first half-life on the way from the best one that the counts do not allow."""
    for far in halves:
        if over(far) > 0:
            return far if np.isinf(near) or np.isinf(far) else float(brentq(over, *sorted((near, far)), xtol=1e-3))
        near = far
    return near


def _halves(after: int) -> Floats:
    return np.append(np.geomspace(SHORTEST, 20 * after, _STEPS), np.inf)


def _bump(times: Floats, half: float) -> Floats:
    return np.where(times >= 0, 0.5 ** (np.maximum(times, 0.0) / half), 0.0)


def _whole_slope(found: Fit, times: Floats, half: float) -> Floats:
    """Return the slope in the coefficients and, unless it is at an end, in the logarithm of the half-life."""
    if not SHORTEST < half < np.inf:
        return found.slope
    rise = found.mean - found.without
    return np.column_stack([found.slope, rise * np.log(2) * np.maximum(times, 0.0) / half])
