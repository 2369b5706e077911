"""Twelve months at a time: the latest figure of a monthly outcome and its change between windows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leaderful.statistics.monthly import MonthlyNoise, monthly_noise

WINDOW = 12
LEAST_MATCHED = 8
"""Calendar months that two windows must both have before they are compared."""
TOO_CLOSE = "the months hang together too closely to say how far they vary by themselves"

Weights = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A weighted sum of months, with its standard error and degrees of freedom where they are known."""

    value: float
    months: int
    window: str
    error: float | None
    margin: float | None
    df: float | None


class MonthlySeries:
    """One outcome of one body by month, cut into windows of twelve months back from the latest."""

    def __init__(self, rows: pl.DataFrame) -> None:
        ordered = rows.sort("period")
        period = pl.col("period")
        self.months = (
            ordered.select(period.dt.year().cast(pl.Int64) * 12 + period.dt.month() - 1).to_series().to_numpy()
        )
        self.values = ordered["value"].to_numpy()
        self.bases = ordered["base"].fill_null(1.0).to_numpy()
        self.windows = (self.months[-1] - self.months) // WINDOW

    @cached_property
    def noise(self) -> MonthlyNoise | None:
        """How the months move by themselves; None when they are too few to say."""
        try:
            return monthly_noise(self.months, self.values, self.windows)
        except ValueError:
            return None

    @property
    def why_no_interval(self) -> str:
        """Why there is no interval; empty where there is one."""
        if self.noise is None:
            return f"{len(self.months)} months are too few to say how months vary by themselves"
        return TOO_CLOSE if self.noise.too_close else ""

    def latest(self) -> Figure:
        """Return the figure of the latest window, its months weighted by their bases."""
        latest = self.windows == 0
        weights = np.where(latest, self.bases, 0.0)
        if not weights.any():
            weights = latest.astype(np.float64)
        return self._figure(weights / weights.sum(), int(latest.sum()), self._label(0))

    def latest_range(self) -> tuple[float, float]:
        """Return the lowest and the highest month of the latest window."""
        latest = self.values[self.windows == 0]
        return float(latest.min()), float(latest.max())

    def change(self, window: int) -> Figure | None:
        """Return the latest window less an earlier one, over calendar months that both have."""
        matched = self._matched(window)
        if len(matched) < LEAST_MATCHED:
            return None
        shared = np.isin(self.months % 12, matched) / len(matched)
        weights = np.where(self.windows == 0, shared, 0.0) - np.where(self.windows == window, shared, 0.0)
        return self._figure(weights, len(matched), f"{self._label(window)} to {self._label(0)}")

    def first_window(self) -> int:
        """Return the earliest window that can be compared with the latest, or 1."""
        fit = [w for w in np.unique(self.windows) if w > 0 and len(self._matched(w)) >= LEAST_MATCHED]
        return int(max(fit, default=1))

    def _matched(self, window: int) -> NDArray[np.int64]:
        calendar = self.months % 12
        return np.intersect1d(calendar[self.windows == 0], calendar[self.windows == window])

    def _figure(self, weights: Weights, months: int, window: str) -> Figure:
        value = float(weights @ self.values)
        noise = self.noise
        if noise is None or noise.too_close:
            return Figure(value=value, months=months, window=window, error=None, margin=None, df=None)
        error = noise.error(self.months, weights)
        return Figure(value=value, months=months, window=window, error=error, margin=noise.margin(error), df=noise.df)

    def _label(self, window: int) -> str:
        """Return the window as first and last month, such as 2024-08/2025-07."""
        last = int(self.months[-1]) - WINDOW * window
        return "/".join(f"{month // 12}-{month % 12 + 1:02d}" for month in (last - WINDOW + 1, last))
