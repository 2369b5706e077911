"""How findings on the travel of conversations are written, and the interval of a mean over people and windows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import t

from leaderful.measures.findings import Finding
from leaderful.measures.travel_record import WINDOW, Record
from leaderful.statistics.blocks import Floats

ONE_WINDOW = f"the record holds one window of {WINDOW} days, which cannot show how windows differ"


@dataclass(frozen=True, kw_only=True)
class Mean:
    """A mean with its interval; NaN where there is none."""

    estimate: float
    lower: float
    upper: float


def over_windows(values: Floats, weights: Floats) -> Mean:
    """Return the mean over windows and people of values (windows, people), people weighted; a share, within 0 to 1.

    With S windows the variance is that of the windows' means over S, plus that of people's means, as if both were
    samples: windows of all there could be, people of those who could work there. The interval is by t with S - 1
    degrees of freedom. What happens in a window to everybody is in both parts, so it is rather too wide.
    """
    total = weights.sum()
    windows = values @ weights / total
    mean = float(windows.mean())
    if len(windows) < 2:
        return Mean(estimate=mean, lower=np.nan, upper=np.nan)
    people = ((weights * (values.mean(axis=0) - mean)) ** 2).sum() / total**2
    margin = t.isf(0.025, len(windows) - 1) * np.sqrt(windows.var(ddof=1) / len(windows) + people)
    return Mean(estimate=mean, lower=max(mean - margin, 0.0), upper=min(mean + margin, 1.0))


def in_tens(people: int) -> int:
    """Return a number of people who appear in the record, in tens: beside n the exact one would tell who does not."""
    return people // 10 * 10


def told(
    record: Record,
    measure: str,
    unit_kind: str,
    unit: str,
    method: str,
    mean: Mean,
    n: int,
    detail: dict[str, Any],
) -> Finding:
    """Return a finding on the record; without an interval it says why.

    Whatever n is, no more people are behind it than appear in the record.
    """
    bounded = not np.isnan(mean.lower)
    detail = {"people": in_tens(int(record.seen.sum()))} | detail
    return Finding(
        measure=f"travel.{measure}",
        construct="conversational_travel",
        level="micro",
        unit_kind=unit_kind,
        unit=unit,
        wave=record.wave,
        estimate=mean.estimate,
        lower=min(mean.lower, mean.estimate) if bounded else None,
        upper=max(mean.upper, mean.estimate) if bounded else None,
        n=n,
        method=method,
        detail=detail if bounded else {"no_interval": ONE_WINDOW} | detail,
    )


def not_told(
    record: Record,
    measure: str,
    unit_kind: str,
    unit: str,
    method: str,
    n: int,
    reason: str,
    detail: dict[str, Any],
    *,
    undefined: bool = False,
) -> Finding:
    """Return a finding that has no value, and why: too little evidence, or none where `undefined`."""
    return Finding(
        measure=f"travel.{measure}",
        construct="conversational_travel",
        level="micro",
        unit_kind=unit_kind,
        unit=unit,
        wave=record.wave,
        n=n,
        method=method,
        status="undefined" if undefined else "insufficient",
        reason=reason,
        detail=detail,
    )
