"""What the figures on travel have in common: findings of the record, its days, and chance in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from leaderful.measures.findings import Finding
from leaderful.report.material import Material
from leaderful.report.wording import day

FOUR_WEEKS = 28


def of_system(material: Material, measure: str, **asked: Any) -> Finding | None:
    """Return the finding of the system on travel, of those with what was asked."""
    return next(told(material, measure, "system", **asked), None)


def told(material: Material, measure: str, kind: str, **asked: Any) -> Iterator[Finding]:
    """Yield the findings on travel for units of a kind, of those with what was asked."""
    for finding in material.own.get(f"travel.{measure}", []):
        if finding.unit_kind == kind and all(finding.detail.get(key) == value for key, value in asked.items()):
            yield finding


def days_of(wave: str) -> str:
    """Return the days of the record in words: 1 September 2025 to 27 March 2026."""
    first, last = (date.fromisoformat(part) for part in wave.split("/"))
    return f"{day(first)} to {day(last)}"


def beside_chance(estimate: float, lower: float, upper: float) -> str:
    """Return in words how a figure stands to what chance brings in 95 of 100 shuffled records."""
    if estimate > upper:
        return "more than chance would bring"
    if estimate < lower:
        return "less than chance would bring"
    return "about what chance would bring"
