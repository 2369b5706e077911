"""What pairs of runs with and without something changed tell, as findings: differences, and courses week by week."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from leaderful.measures.findings import Finding
from leaderful.simulation.experiments.runs import LAST
from leaderful.simulation.scenarios import Scenario, describe

YEAR: Final = 52
FEWEST: Final = 8
"""Pairs of runs below which no interval is given: with fewer, all of one sign is no great chance; ours."""
_UNITS: Final = {
    "ties": "ties per person",
    "ties_across": "ties per person",
    "heard": "people who hear a conversation",
    "reach": "share of all people",
    "encounters": "meetings per person and week",
    "openings": "openings per person and week",
}
_METHOD: Final = "paired-runs"

Values = NDArray[np.float64]
Key = tuple[str, str]


def effects(scenario: str, key: Key, one: Values, two: Values, told: dict[str, Any]) -> Iterator[Finding]:
    """Yield the paired difference of an indicator in every term that the runs are long enough for."""
    weeks = one.shape[1]
    terms: dict[str, tuple[int, int]] = {"end": (max(0, weeks - LAST), weeks)}
    if weeks >= YEAR + LAST:
        terms["after-a-year"] = (YEAR - LAST, YEAR)
    if weeks > LAST:
        terms["peak"] = _furthest(two - one)
    for term, (first, stop) in terms.items():
        more = {"week": (first + stop) // 2} if term == "peak" else {}
        asked = {"indicator": key[0], "part": key[1], "term": term, "unit": _UNITS.get(key[0], "share")}
        yield _effect(scenario, _means(one[:, first:stop]), _means(two[:, first:stop]), told | asked | more)


def _furthest(apart: Values) -> tuple[int, int]:
    """Return the 13 weeks in which the mean difference over all runs is furthest from nought."""
    mean = _means(apart.T)
    sums = [_means(mean[None, first : first + LAST])[0] for first in range(len(mean) - LAST + 1)]
    first = int(np.nanargmax(np.abs(sums))) if np.isfinite(sums).any() else 0
    return first, first + LAST


def _means(values: Values) -> Values:
    """Return the mean of each row over what is there; NaN where nothing is."""
    there = np.isfinite(values)
    count = there.sum(axis=1)
    sums = np.where(there, values, 0.0).sum(axis=1)
    means: Values = np.divide(sums, count, out=np.full(len(values), np.nan), where=count > 0)
    return means


def _effect(scenario: str, one: Values, two: Values, detail: dict[str, Any]) -> Finding:
    there = np.isfinite(one) & np.isfinite(two)
    apart = (two - one)[there]
    row: dict[str, Any] = {
        "measure": "whatif.effect",
        "unit_kind": "scenario",
        "unit": scenario,
        "method": _METHOD,
        "n": len(apart),
    }
    if not len(apart):
        reason = "nothing of it happened in the simulation"
        return Finding(**row, status="undefined", reason=reason, detail=detail)
    base = one[there]
    mean, lower, upper = _spread(apart)
    holds = float((apart * mean > 0).mean())
    more: dict[str, Any] = {"baseline": float(base.mean()), "holds": holds}
    if detail["unit"] != "share" and (base > 0).any():
        more["relative"] = _spread(apart[base > 0] / base[base > 0])
    if lower is None:
        more["no_interval"] = f"fewer than {FEWEST} pairs of runs"
    return Finding(**row, estimate=mean, lower=lower, upper=upper, detail=detail | more)


def _spread(apart: Values) -> tuple[float, float | None, float | None]:
    """Return the mean of differences and ends that hold at least 95 % of them; no ends where there are too few."""
    if len(apart) < FEWEST:
        return float(apart.mean()), None, None
    # Outward to a pair that was run: between two of few pairs, ends would leave out some that went the other way.
    lower = float(np.quantile(apart, 0.025, method="lower"))
    upper = float(np.quantile(apart, 0.975, method="higher"))
    return float(apart.mean()), lower, upper


def courses(scenario: Scenario, key: Key, one: Values, two: Values) -> Iterator[Finding]:
    """Yield the course without the scenario, with it, and of the difference in each pair."""
    happening = [[event.week, getattr(event, "until", None), event.kind.replace("-", " ")] for event in scenario.events]
    events = [each for place, each in enumerate(happening) if each not in happening[:place]]
    for term, values in (("baseline", one), ("scenario", two), ("difference", two - one)):
        weeks, binned = _binned(values)
        if not weeks:
            continue
        low, middle, high = np.nanquantile(binned, (0.05, 0.5, 0.95), axis=0).round(4).tolist()
        detail = {
            "indicator": key[0],
            "part": key[1],
            "term": term,
            "weeks": weeks,
            "middle": middle,
            "low": low,
            "high": high,
            "events": events,
            "changes": describe(scenario),
        }
        yield Finding(
            measure="whatif.course",
            unit_kind="scenario",
            unit=scenario.name,
            method=_METHOD,
            estimate=middle[-1],
            n=len(values),
            detail=detail,
        )


def _binned(values: Values) -> tuple[list[int], Values]:
    """Return means over four weeks in runs of a year or more, with the week in their middle, else every week."""
    wide = 4 if values.shape[1] >= YEAR else 1
    starts = range(0, values.shape[1], wide)
    means = np.stack([_means(values[:, start : start + wide]) for start in starts], axis=1)
    there = np.flatnonzero(np.isfinite(means).any(axis=0))
    return [starts[place] + wide // 2 for place in there], means[:, there]
