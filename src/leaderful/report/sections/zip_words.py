"""What the system's zip and those of pairs have in common: tiers, teeth, and how far down they hold in words."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor

from markupsafe import Markup

from leaderful.framework import framework
from leaderful.measures.findings import Finding
from leaderful.report.bodies import share_interval, shown
from leaderful.report.figures.cells import Cell, Column, Range, cells
from leaderful.report.figures.zip_teeth import Tooth
from leaderful.report.markup import tag
from leaderful.report.wording import share

HOLDS_FROM = 0.30
"""A tooth below this share does not hold: the rule of ``zip.depth``, ours and not validated."""

TIERS = tuple((tier.id, tier.name) for tier in sorted(framework().tiers, key=lambda tier: tier.order))

SEVERAL = {
    "board": "the board",
    "executive": "executives",
    "manager": "managers",
    "practitioner": "practitioners",
}

_CLOSED = Column(name="Closed", about="0 to 100 %", range=Range(low=0.0, high=1.0))


def mean_tooth(name: str, finding: Finding | None) -> Tooth:
    """Return a tooth that both ends fill alike."""
    if finding is None or finding.estimate is None:
        return no_tooth(name, finding)
    return Tooth(
        name=name,
        left=finding.estimate,
        right=finding.estimate,
        lower=finding.lower if finding.lower is not None else finding.estimate,
        upper=finding.upper if finding.upper is not None else finding.estimate,
        words=tooth_share(finding.estimate),
        small=share_interval(finding),
    )


def tooth_share(value: float) -> str:
    """Return a tooth in whole per cent; in tenths, rounded down, where it would be rounded up to one that holds."""
    if value < HOLDS_FROM <= round(value, 2):
        return f"{floor(1000 * value) / 10:.1f}\u00a0%"
    return share(value)


def no_tooth(name: str, finding: Finding | None) -> Tooth:
    """Return a tooth that is hidden, or that nobody could answer for."""
    kept = finding is not None and finding.status == "suppressed"
    return Tooth(name=name, hidden=kept, words="hidden" if kept else "nobody to ask")


def spoken(teeth: Sequence[Tooth]) -> str:
    """Return in words what teeth are drawn."""
    return "; ".join(f"{tooth.name} {tooth.words}{f', {tooth.small}' if tooth.small else ''}" for tooth in teeth) + ". "


def stops(reached: int | None, tiers: Sequence[str]) -> str:
    """Return in words how far down a zip holds; `tiers` are the ids of those it has."""
    if reached is None:
        return "Where it stops cannot be shown."
    if reached == 0:
        return "It is open from the top."
    if reached == len(tiers):
        return "It holds at every tier."
    if reached == 1:
        return f"It holds at {SEVERAL[tiers[0]]} and stops there."
    return f"It holds from {SEVERAL[tiers[0]]} down to {SEVERAL[tiers[reached - 1]]}, and stops there."


def closure_row(closure: Finding | None, name: str) -> Markup:
    """Return how far a zip is closed over all tiers, beside what chance would bring."""
    return tag("div", cells([_CLOSED], [(name, [_closure_cell(closure)])]), class_="pressure closure")


def _closure_cell(closure: Finding | None) -> Cell:
    words = shown(closure, lambda f: f"{share(f.estimate or 0.0)} closed ({share_interval(f)})")
    if closure is None or closure.estimate is None:
        return Cell(words=words)
    null = closure.detail.get("null_lower"), closure.detail.get("null_upper")
    band = (float(null[0]), float(null[1])) if null[0] is not None and null[1] is not None else None
    chance = f"; if tier made no difference {100 * band[0]:.0f} to {share(band[1])}" if band else ""
    return Cell(
        estimate=closure.estimate,
        lower=closure.lower,
        upper=closure.upper,
        band=band,
        words=words,
        spoken=f"{words}{chance}",
    )
