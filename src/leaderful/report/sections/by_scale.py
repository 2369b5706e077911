"""What several sections read of the item scales: their findings, and how these are written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from leaderful.framework import ItemScale, framework
from leaderful.measures.findings import Finding
from leaderful.report.bodies import NO_VALUE
from leaderful.report.figures.profile import Reading
from leaderful.report.material import Material
from leaderful.report.signals_answers import RELIABLE
from leaderful.report.wording import between, signed, whole

LEVELS = (
    ("macro", "Macro: the common good"),
    ("meso", "Meso: the system of organisations"),
    ("micro", "Micro: between people"),
    ("", "Across the levels"),
)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One item scale as it was answered in the latest round, with its level and the way that is good."""

    scale: ItemScale
    level: str
    direction: str
    score: Finding
    scattered: bool
    """True where its statements surely do not hang together, so that a mean of them says little."""

    @property
    def about(self) -> str:
        """Return what stands in small print beside the name."""
        return f"{self.scale.id} · lower is better" if self.direction == "low" else self.scale.id

    @property
    def warned(self) -> str:
        """Return the same with a warning where a mean says little."""
        return f"{self.about} · not one score" if self.scattered else self.about


def found(material: Material, measure: str, kind: str = "system", *, wave: str = "", **asked: str) -> list[Finding]:
    """Return the findings of a measure for a kind of unit, in the latest round unless another is named."""
    of_kind = material.of_kind(measure, kind, wave or material.latest_wave)
    return [f for f in of_kind if all(f.detail.get(key) == asked[key] for key in asked)]


def by_scale(material: Material, measure: str, *, wave: str = "", **asked: str) -> dict[str, Finding]:
    """Return the system's findings of a measure by item scale."""
    return {str(f.detail["scale"]): f for f in found(material, measure, wave=wave, **asked)}


def by_unit(material: Material, measure: str, kind: str, *, wave: str = "") -> dict[tuple[str, str], Finding]:
    """Return the findings of a measure by unit and item scale."""
    return {(f.unit, str(f.detail["scale"])): f for f in found(material, measure, kind, wave=wave)}


def rows(material: Material) -> list[Row]:
    """Return the item scales of the latest round in the order in which they were asked."""
    scores, scattered = by_scale(material, "scale.score"), _scattered(material)
    return [
        Row(
            scale=scale,
            level=scores[scale.id].level,
            direction=_direction(scale),
            score=scores[scale.id],
            scattered=scale.id in scattered,
        )
        for scale in material.item_scales
        if scale.id in scores
    ]


def _direction(scale: ItemScale) -> str:
    return framework().construct(scale.constructs[0]).direction if scale.constructs else "neutral"


def ranges(chosen: Sequence[Row]) -> list[tuple[tuple[int, int], list[Row]]]:
    """Return the item scales by the answers they allow, as only those with the same answers share an axis."""
    ends = dict.fromkeys((row.scale.lowest, row.scale.highest) for row in chosen)
    return [(end, [row for row in chosen if (row.scale.lowest, row.scale.highest) == end]) for end in ends]


def _scattered(material: Material) -> set[str]:
    return {
        scale
        for scale, alpha in by_scale(material, "scale.alpha").items()
        if alpha.upper is not None and alpha.upper < RELIABLE
    }


def tiers_of(material: Material, measure: str, *, wave: str = "") -> tuple[str, ...]:
    """Return the tiers that a measure speaks of, from the board down."""
    there = {f.unit for f in found(material, measure, "tier", wave=wave)}
    return tuple(tier.id for tier in framework().tiers if tier.id in there)


def tier_names() -> dict[str, str]:
    """Return the names of tiers by code."""
    return {tier.id: tier.name for tier in framework().tiers}


def reading(finding: Finding | None) -> Reading:
    """Return a finding as a figure draws it: an estimate with its interval, or the word for having none."""
    if finding is None:
        return Reading(word="no answers")
    if finding.estimate is None:
        return Reading(word="hidden" if finding.status == "suppressed" else NO_VALUE[finding.status])
    return Reading(estimate=finding.estimate, lower=finding.lower, upper=finding.upper)


def with_interval(finding: Finding) -> str:
    """Return an estimate and its interval as a table has them."""
    return f"{signed(finding.estimate or 0.0, 2)} {bracketed(finding.lower, finding.upper, places=2)}"


def n_of(finding: Finding) -> str:
    """Return the number behind a finding as a table has it."""
    return whole(finding.n or 0)


def most(findings: Iterable[Finding]) -> int:
    """Return the largest number of people behind any of the findings."""
    return max((f.n or 0 for f in findings), default=0)


def bracketed(lower: float | None, upper: float | None, *, places: int = 1) -> str:
    """Return an interval in brackets that is not broken over two lines."""
    if lower is None or upper is None:
        return "(no interval)"
    return f"({between(lower, upper, places=places)})".replace(" ", "\u00a0")
