"""Counts of weeks whose variance grows with their mean and whose neighbours are alike, fitted by least squares.

The mean is exp(X β) (1 + (J - 1) s), with X the columns of a level (and a trend, or levels of later weeks) and s
a given shape from 0 to 1 of what came on top.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leaderful.statistics.blocks import Floats

_STEPS, _HALVINGS = 50, 20
_LOWEST = 0.5
"""Variances are those of a mean of at least half an event, so that weeks without one do not weigh without bounds."""
_ALIKE = np.linspace(0.0, 0.95, 39)
"""Autocorrelations that are thought possible."""
_ROUNDING = 1 / 12
"""Variance of rounding to whole numbers, as counts are. Without it a fit without residuals would pass for one whose
neighbours are wholly alike."""
_TINY = 1e-12


@dataclass(frozen=True, eq=False, kw_only=True)
class Noise:
    """What the fit takes for granted of the noise: the mean that sets its variance, and how alike neighbours are."""

    mean: Floats
    autocorrelation: float

    def free(self, rows: Floats) -> Floats:
        """Return rows (weeks first) as Pearson residuals freed from the autocorrelation."""
        scaled = (rows.T / np.sqrt(np.maximum(self.mean, _LOWEST))).T
        rho = self.autocorrelation
        later = (scaled[1:] - rho * scaled[:-1]) / np.sqrt(1 - rho**2)
        return np.concatenate([scaled[:1], later])


@dataclass(frozen=True, eq=False, kw_only=True)
class Fit:
    """A fit: coefficients of X and log J, the fitted mean, its slope in them, and the sum of squares."""

    coefficients: Floats
    without: Floats
    """exp(X β): what the mean would be without what came on top."""
    mean: Floats
    slope: Floats
    squares: float


def solve(counts: Floats, design: Floats, bump: Floats, noise: Noise, *, start: Floats) -> Fit:
    """Return the coefficients with the lowest sum of squares, by Gauss-Newton steps that are halved if need be."""
    found = _at(start, counts, design, bump, noise)
    for _ in range(_STEPS):
        left = noise.free(counts - found.mean)
        step = np.linalg.lstsq(noise.free(found.slope), left, rcond=None)[0]
        step *= min(1.0, 2.0 / max(float(np.abs(step[[0, -1]]).max()), 1e-300))
        for _ in range(_HALVINGS):
            reached = _at(found.coefficients + step, counts, design, bump, noise)
            if reached.squares <= found.squares:
                break
            step = step / 2
        gained = found.squares - reached.squares
        if gained < 0:
            return found
        found = reached
        if gained < 1e-9 * (1 + found.squares):
            return found
    return found


def settle(counts: Floats, fit: Fit, slope: Floats) -> Noise:
    """Return the noise as a fit has it: its mean, and the autocorrelation as the mean of its restricted likelihood.

    The mean rather than the peak, because a short series often has its peak at no autocorrelation whatever the truth.
    """
    plain = Noise(mean=fit.mean, autocorrelation=0.0)
    residuals, columns = plain.free(counts - fit.mean), plain.free(slope)
    columns = columns / np.linalg.norm(columns, axis=0)
    weeks, width = columns.shape
    rounding = (_ROUNDING / np.maximum(fit.mean, _LOWEST)).sum()
    heights = np.empty(len(_ALIKE))
    for place, rho in enumerate(_ALIKE):
        freed = Noise(mean=np.ones_like(counts), autocorrelation=float(rho))
        x, e = freed.free(columns), freed.free(residuals)
        q, r = np.linalg.qr(x)
        left = e - q @ (q.T @ e)
        squares = left @ left + rounding * (1 + rho**2) / (1 - rho**2)
        spread = np.log(np.abs(np.diag(r)) + _TINY).sum()
        heights[place] = -((weeks - width) * np.log(squares) + (weeks - 1) * np.log1p(-(rho**2))) / 2 - spread
    weights = np.exp(heights - heights.max())
    return Noise(mean=fit.mean, autocorrelation=float(weights @ _ALIKE / weights.sum()))


def _at(coefficients: Floats, counts: Floats, design: Floats, bump: Floats, noise: Noise) -> Fit:
    without = np.exp(np.clip(design @ coefficients[:-1], -30.0, 30.0))
    jump = np.exp(np.clip(coefficients[-1], -30.0, 30.0))
    mean = without * (1 + (jump - 1) * bump)
    slope = np.column_stack([mean[:, None] * design, without * jump * bump])
    left = noise.free(counts - mean)
    return Fit(coefficients=coefficients, without=without, mean=mean, slope=slope, squares=float(left @ left))
