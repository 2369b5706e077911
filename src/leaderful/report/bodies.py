"""Bodies and findings as the own-evidence sections show them: by sector and name, hidden values said to be hidden."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from markupsafe import Markup

from leaderful.framework import framework
from leaderful.measures.findings import Finding
from leaderful.report.figures.cells import Cell
from leaderful.report.figures.marks import SECTORS, mark
from leaderful.report.markup import hidden, tag
from leaderful.report.material import Material
from leaderful.report.wording import between, share

NO_VALUE = {"insufficient": "too few answers", "undefined": "cannot be worked out"}
"""What stands where a finding has no value, by its status; a suppressed one is hidden."""


def latest(material: Material, measure: str, kind: str) -> Iterator[Finding]:
    """Yield the findings of a measure for units of a kind in the latest round of asking."""
    for finding in material.own.get(measure, []):
        if finding.unit_kind == kind and finding.wave == material.latest_wave:
            yield finding


def of_whole(material: Material, measure: str, **asked: str) -> Finding | None:
    """Return the latest finding of a measure for the system, of those with what was asked."""
    found = latest(material, measure, "system")
    return next((f for f in found if all(f.detail.get(key) == value for key, value in asked.items())), None)


def in_order(material: Material, bodies: Iterable[str]) -> list[str]:
    """Return bodies by sector, then by name: an order that ranks nobody."""
    places = {sector: place for place, sector in enumerate(SECTORS)}

    def key(body: str) -> tuple[int, str, str]:
        return places.get(material.sectors.get(body, ""), len(places)), material.called(body).casefold(), body

    return sorted(set(bodies), key=key)


def sector_name(sector: str) -> str:
    """Return the name of a sector."""
    names = {one.id: one.name for one in framework().sectors}
    return names.get(sector, "Sector not stated")


def named(material: Material, body: str) -> Markup:
    """Return a body's name behind the mark of its sector."""
    return tag("span", sign(material, body), tag("span", material.called(body)), class_="named")


def sign(material: Material, body: str) -> Markup:
    """Return the mark of a body's sector."""
    return tag("svg", mark(material.sectors.get(body, ""), 6, 6, 4.6), width=12, height=12, aria_hidden="true")


def sector_legend(sectors: Iterable[str]) -> Markup:
    """Return what the marks of the sectors mean."""
    wanted = set(sectors)
    entries = [
        tag("li", tag("svg", mark(sector, 7, 7, 5), width=14, height=14, aria_hidden="true"), sector_name(sector))
        for sector in SECTORS
        if sector in wanted
    ]
    return tag("ul", *entries, class_="legend")


def shown(finding: Finding | None, write: Callable[[Finding], str]) -> str:
    """Return a finding's value as `write` has it, or the word for why there is none."""
    if finding is None:
        return "no answers"
    if finding.status == "suppressed":
        return hidden()
    return NO_VALUE[finding.status] if finding.estimate is None else write(finding)


def cell_of(finding: Finding | None, write: Callable[[Finding], str], *, about: str) -> Cell:
    """Return a finding as a cell with what it is about; the word for why there is none where it has no estimate."""
    words = shown(finding, write)
    if finding is None or finding.estimate is None:
        return Cell(words=words)
    spoken = f"{about}: {words}"
    return Cell(estimate=finding.estimate, lower=finding.lower, upper=finding.upper, words=words, spoken=spoken)


def mean_words(finding: Finding) -> str:
    """Return a mean and its interval, to one decimal: 3.2 (2.9 to 3.5)."""
    if finding.lower is None or finding.upper is None:
        return f"{finding.estimate:.1f}"
    return f"{finding.estimate:.1f} ({between(finding.lower, finding.upper)})"


def share_interval(finding: Finding) -> str:
    """Return the interval of a share in whole per cent: 28 to 60 %."""
    if finding.lower is None or finding.upper is None:
        return "no interval"
    return f"{100 * finding.lower:.0f} to {share(finding.upper)}"
