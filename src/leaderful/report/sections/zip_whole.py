"""The zip of the whole system: the mean over all pairs of partners."""

from __future__ import annotations

from collections.abc import Mapping

from leaderful.measures.findings import Finding
from leaderful.report.bodies import latest, of_whole, share_interval, shown
from leaderful.report.figures.zip_teeth import LARGE, SMALL, zip_drawing, zip_legend
from leaderful.report.markup import tag
from leaderful.report.material import Material
from leaderful.report.page import Figure, Grid
from leaderful.report.sections.zip_words import HOLDS_FROM, TIERS, closure_row, mean_tooth, spoken, stops
from leaderful.report.wording import between, counted, points, share, whole


def whole_figure(material: Material) -> Figure | None:
    """Return the zip of the system; None where it has none."""
    teeth = {f.detail["tier"]: f for f in latest(material, "zip.tooth", "system")}
    closure = of_whole(material, "zip.closure")
    if not teeth:
        return None
    drawn = [mean_tooth(name, teeth.get(tier)) for tier, name in TIERS]
    reached = _reached(teeth)
    holding = stops(reached, [tier for tier, _ in TIERS])
    label = f"The system's zip. {spoken(drawn)}{holding}"
    about = next((f.detail for f in teeth.values() if f.estimate is not None), {})
    return Figure(
        id="system-zip",
        title=_title(material, teeth),
        subtitle="The mean of all pairs of partners. The filled part of a tooth is the share of a tier's people who "
        "work with the other body and trust it “mostly” or more; the white line on each is 30 %, from which a tooth "
        "holds, and the dark bar the 95 % interval. The slider stops above the first tooth that does not hold.",
        body=tag(
            "div",
            *[
                tag(
                    "div",
                    zip_drawing(drawn, reached=reached, cut=cut, label=label, holds=HOLDS_FROM),
                    class_=f"{kind}-only zip-{kind}",
                )
                for cut, kind in ((LARGE, "wide"), (SMALL, "narrow"))
            ],
            tag("div", zip_legend(), closure_row(closure, "Over all tiers and pairs"), tag("p", holding)),
            class_="zip-whole",
        ),
        caption=_caption(closure, about),
        method="zip",
        cannot="Whether the people at the two ends work with each other: a tooth says that people of a tier at each "
        "end work with somebody at the other. Nor whether every pair needs every tooth.",
        grids=(_grid(teeth, closure, of_whole(material, "zip.top_heaviness")),),
    )


def _reached(teeth: Mapping[str, Finding]) -> int | None:
    """Return how many tiers are closed from the top; None where a hidden tooth stands in the way of saying."""
    present = [teeth.get(tier) for tier, _ in TIERS]
    for place, tooth in enumerate(present):
        if tooth is None or tooth.estimate is None:
            return None
        if tooth.estimate < HOLDS_FROM:
            return place
    return len(present)


def _title(material: Material, teeth: Mapping[str, Finding]) -> str:
    top, bottom = (teeth.get(tier) for tier in (TIERS[0][0], TIERS[-1][0]))
    heavy = of_whole(material, "zip.top_heaviness")
    if top is None or bottom is None or top.estimate is None or bottom.estimate is None:
        return "How far the zip between partners is closed at each tier"
    told = f"{share(top.estimate)} at the board, {share(bottom.estimate)} among practitioners"
    if heavy is None or heavy.lower is None or heavy.upper is None:
        return f"Between partners the zip is closed {told}"
    if heavy.lower > 0:
        return f"Between partners the zip is closed further at the top: {told}"
    if heavy.upper < 0:
        return f"Between partners the zip is closed further at the bottom: {told}"
    return f"Between partners the zip is closed about as far at the top as at the bottom: {told}"


def _caption(closure: Finding | None, about: Mapping[str, object]) -> str:
    pairs = int(str(about.get("pairs", 0)))
    declared = "declared partners" if about.get("basis") == "declared" else "bodies that work together, none declared"
    start = f"The mean over {counted(pairs, 'pair', 'pairs')} of {declared}, each weighing the same. "
    if closure is None or closure.estimate is None:
        return start
    people = whole(int(closure.detail["people"]))
    return (
        f"{start}n = {people} people. Grey: what would be seen if the same ties fell to people whatever their tier. "
        "Intervals from 1,000 samples of the people who answered."
    )


def _grid(teeth: Mapping[str, Finding], closure: Finding | None, top: Finding | None) -> Grid:
    rows = [(name, *_row(teeth.get(tier))) for tier, name in TIERS]
    rows.append(("Closure, the mean of the teeth", *_row(closure)))
    rows.append(
        (
            "Board less practitioners, points",
            shown(top, lambda f: points(100 * (f.estimate or 0.0))),
            shown(top, lambda f: between(100 * (f.lower or 0.0), 100 * (f.upper or 0.0))),
            shown(top, lambda f: whole(f.detail["people"])),
        )
    )
    return Grid(
        caption="The system's zip",
        columns=("Tier", "Closed", "95 % interval", "n, people"),
        rows=tuple(rows),
        numeric=frozenset({1, 3}),
    )


def _row(finding: Finding | None) -> tuple[str, str, str]:
    return (
        shown(finding, lambda f: share(f.estimate or 0.0)),
        shown(finding, share_interval),
        shown(finding, lambda f: whole(f.detail["people"])),
    )
