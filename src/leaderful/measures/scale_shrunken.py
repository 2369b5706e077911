"""Means of units drawn towards the mean of all, each by how little it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from leaderful.framework import ItemScale
from leaderful.measures.answers import Answers
from leaderful.measures.findings import Finding
from leaderful.measures.scale_quality import justify
from leaderful.measures.scale_rows import scale_finding, within
from leaderful.statistics.shrinkage import ShrunkenMeans, shrink_means

KINDS = ("body", "team", "place")


def shrunken(asked: Answers) -> Iterator[Finding]:
    """Yield ``scale.shrunken`` of each body, team and place in which somebody has a score."""
    for scale in asked.scales:
        for kind in KINDS:
            units = asked.units[kind]
            if (units.of >= 0).any():
                justified = not justify(asked, scale, kind, units.of).reasons
                found = shrink_means(asked.scores[scale.id], units.of)
                yield from _shrunken(asked.wave, scale, kind, units.labels, found, justified)


def _shrunken(
    wave: str, scale: ItemScale, kind: str, labels: tuple[str, ...], found: ShrunkenMeans, justified: bool
) -> Iterator[Finding]:
    columns = (found.raw, found.estimate, found.weight, found.lower, found.upper, found.n)
    rows = zip(labels, *(column.tolist() for column in columns), strict=False)
    for label, raw, estimate, weight, lower, upper, n in rows:
        if not n:
            continue
        detail: dict[str, Any] = {"raw": raw, "justified": justified}
        figures: dict[str, Any] = {"status": "undefined", "reason": found.reason}
        if not np.isnan(estimate):
            detail["weight"] = weight
            figures = {"estimate": estimate, "lower": within(lower, scale), "upper": within(upper, scale)}
        yield scale_finding(
            "scale.shrunken",
            scale,
            wave=wave,
            unit_kind=kind,
            unit=label,
            method="empirical-bayes-of-units",
            n=n,
            detail=detail,
            **figures,
        )
