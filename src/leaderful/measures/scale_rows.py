"""The findings of one item scale: what they all have in common."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leaderful.framework import ItemScale, framework
from leaderful.measures.answers import Answers, Whole
from leaderful.measures.findings import Finding


def scale_finding(measure: str, scale: ItemScale, *, detail: dict[str, Any], **figures: Any) -> Finding:
    """Return a finding that speaks of the construct of an item scale and says which scale it is."""
    construct = scale.constructs[0] if scale.constructs else ""
    return Finding(
        measure=measure,
        construct=construct,
        level=_level(construct),
        detail={"scale": scale.id} | detail,
        **figures,
    )


@cache
def _level(construct: str) -> str:
    level = framework().construct(construct).level if construct else ""
    return "" if level == "cross" else level


def number(value: float) -> float | None:
    """Return a figure as a finding holds it: a plain number, or None where there is none."""
    return float(value) if isfinite(value) else None


def within(value: float, scale: ItemScale) -> float | None:
    """Return an end of an interval, no further than answers go; None where there is none."""
    return min(max(float(value), float(scale.lowest)), float(scale.highest)) if isfinite(value) else None


def systems(asked: Answers) -> Iterator[tuple[int, str]]:
    """Yield the systems in which somebody answered an item, each with its place among the systems."""
    found = asked.units["system"]
    yield from ((unit, label) for unit, label in enumerate(found.labels) if (found.of == unit).any())


def rows_of(units: Whole, kept: NDArray[np.bool_]) -> Iterator[tuple[int, Whole]]:
    """Yield each unit that keeps a row, with those rows; units are codes, -1 for none."""
    there = np.flatnonzero(kept & (units >= 0))
    rows = there[np.argsort(units[there], kind="stable")]
    found, first = np.unique(units[rows], return_index=True)
    ends = np.append(first, len(rows))
    yield from ((unit, rows[ends[k] : ends[k + 1]]) for k, unit in enumerate(found.tolist()))
