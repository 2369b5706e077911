"""Who carries conversations on: how far it rests on a few, and which tiers and organisations they are of."""

from __future__ import annotations

from leaderful.framework import framework
from leaderful.measures.findings import Finding
from leaderful.report.bodies import in_order, share_interval, shown
from leaderful.report.figures.cells import Cell, Column, Range, cells
from leaderful.report.markup import tag
from leaderful.report.material import Material
from leaderful.report.page import Figure, Grid
from leaderful.report.sections.travel_words import days_of, of_system, told
from leaderful.report.wording import counted, share, whole

_TIERS = tuple((tier.id, tier.name) for tier in sorted(framework().tiers, key=lambda tier: tier.order))


def carriers_figure(material: Material) -> Figure | None:
    """Return who carries conversations on; None where nothing is known of it."""
    top = of_system(material, "carriers")
    tiers = {f.unit: f for f in told(material, "carried", "tier")}
    if top is None or not tiers:
        return None
    present = [(name, tiers[tier]) for tier, name in _TIERS if tier in tiers]
    ends = [max(f.upper or 0.0, f.estimate or 0.0, f.detail["of_people"]) for _, f in present if f.estimate is not None]
    high = min(1.0, (int(10 * max(ends, default=0.9)) + 1) / 10)
    column = Column(name="Carried on", about=f"0 to {share(high)}", range=Range(low=0.0, high=high))
    return Figure(
        id="travel-carriers",
        title=_title(top),
        subtitle="Of all conversations that go on from one person to another, the share that people of each tier "
        "carry. The grey mark is their share of all people. Nobody is named.",
        body=tag("div", cells([column], [(name, [_cell(f)]) for name, f in present]), class_="micro"),
        caption=_caption(top, present[0][1]),
        method="travel-carriers",
        cannot="Who the few are, which this report never says; and whether they know that they are. Somebody may carry "
        "much because they are in many meetings.",
        grids=(_grid(material, present),),
        folded=True,
    )


def _title(top: Finding) -> str:
    if top.estimate is None:
        return "How far conversations rest on a few people cannot be shown"
    return f"One person in twenty, those who carry most, carries {share(top.estimate)} of all that is passed on"


def _caption(top: Finding, tier: Finding) -> str:
    if top.estimate is None:
        return ""
    windows = counted(int(tier.detail["windows"]), "start", "starts") if tier.estimate is not None else "several starts"
    return (
        f"n = {whole(top.n or 0)} people, {days_of(top.wave)}, {windows}; one in twenty is {whole(top.detail['top'])} "
        f"people, found anew for each. 95 % interval {share_interval(top)}."
    )


def _cell(finding: Finding) -> Cell:
    words = shown(finding, lambda f: f"{share(f.estimate or 0.0)} ({share_interval(f)})")
    if finding.estimate is None:
        return Cell(words=words)
    part = float(finding.detail["of_people"])
    said = f"{words}; they are {share(part)} of people"
    return Cell(
        estimate=finding.estimate, lower=finding.lower, upper=finding.upper, band=(part, part), words=said, spoken=said
    )


def _grid(material: Material, tiers: list[tuple[str, Finding]]) -> Grid:
    bodies = {f.unit: f for f in told(material, "carried", "body")}
    named = [*tiers, *((material.called(body), bodies[body]) for body in in_order(material, bodies))]
    rows = [
        (
            name,
            shown(f, lambda f: share(f.estimate or 0.0)),
            shown(f, share_interval),
            shown(f, lambda f: share(f.detail["of_people"])),
            shown(f, lambda f: whole(f.n or 0)),
        )
        for name, f in named
    ]
    return Grid(
        caption="What people of each tier and organisation carry on",
        columns=("Tier or organisation", "Carried on", "95 % interval", "Share of people", "n, people"),
        rows=tuple(rows),
        numeric=frozenset({1, 3, 4}),
        sortable=False,
    )
