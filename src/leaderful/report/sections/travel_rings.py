"""How far conversations get and how fast: the rings of days, the curve, chance, and what lies outside one's own."""

from __future__ import annotations

from markupsafe import Markup

from leaderful.measures.findings import Finding
from leaderful.report.bodies import share_interval, shown
from leaderful.report.figures.cells import Cell, Column, Range, cells
from leaderful.report.figures.lines import Panel, Point, line_panel
from leaderful.report.figures.travel_rings import Ring, rings_legend, travel_rings
from leaderful.report.markup import tag
from leaderful.report.material import Material
from leaderful.report.page import Figure, Grid
from leaderful.report.sections.travel_words import FOUR_WEEKS, beside_chance, days_of, of_system, told
from leaderful.report.wording import between, counted, share, whole

_WRITTEN = {7: "1 week", 14: "2 weeks", 21: "3 weeks", FOUR_WEEKS: "4 weeks"}
_SHUFFLES = {
    "time-shuffle": ("The same meetings at other times", "the order and rhythm of meetings"),
    "interval-shuffle": (
        "The same gaps between meetings in another order",
        "bursts and pauses between the same people",
    ),
    "partner-shuffle": ("Other people of the same organisations", "who it is within an organisation that meets others"),
}
_BY = {"body": "their own organisation", "tier": "their own tier", "sector": "their own sector"}
_SHARE = Column(name="Outside", about="0 to 100 %", range=Range(low=0.0, high=1.0))


def rings_figure(material: Material) -> Figure | None:
    """Return the rings of days around a sender; None where nothing is known of them."""
    curve = _curve(material)
    if not curve:
        return None
    last = curve[-1]
    others = (last.n or 1) - 1
    rings = [_ring(finding) for finding in curve]
    weeks = [finding for finding in curve if finding.detail["days"] in _WRITTEN]
    spoken = "; ".join(f"by {ring.words}, {ring.small}" for ring in rings if ring.words)
    stands = beside_chance(last.estimate or 0.0, last.detail["null_lower"], last.detail["null_upper"])
    chance = f"{_people(last.detail['null_lower'])} to {_people(last.detail['null_upper'])}"
    drawing = travel_rings(
        rings, label=f"Rings of days around a sender: {spoken}. By chance, by 4 weeks: {chance} people."
    )
    return Figure(
        id="travel-rings",
        title=f"Within four weeks a conversation could have reached {_people(last.estimate or 0.0)} of {whole(others)} "
        f"other people: {stands}",
        subtitle="How many people something that one person says could have reached, on average, day by day. The area "
        f"of a disc is their number, if each passes it on within {last.detail['waiting']} days or not at all. Dashed: "
        "what chance would bring, had other people of the same organisations met as often.",
        body=tag("div", rings_legend(), drawing, class_="micro"),
        caption=f"{_caption(last)} By chance {chance} people within four weeks (95 of 100 shuffled records).",
        method="travel",
        cannot="Whether anything was passed on: content was not read. Talks that nobody recorded are missing, so it "
        "may have got further. Whether further is better: not everything is for everybody.",
        grids=(_curve_grid(weeks, "People reached by the end of each week"),),
    )


def curve_figure(material: Material) -> Figure | None:
    """Return the people reached day by day with intervals; None where nothing is known of them."""
    curve = _curve(material)
    if not curve:
        return None
    panel = Panel(
        points=tuple(Point(at=f.detail["days"], value=f.estimate or 0.0, lower=_low(f), upper=_high(f)) for f in curve),
        england=tuple((float(f.detail["days"]), float(f.detail["expected"])) for f in curve),
        ticks=tuple((float(day), f"day {day}" if day == 1 else str(day)) for day in (1, 7, 14, 21, FOUR_WEEKS)),
        unit="",
        spoken=f"People reached, day by day, up to {_people(curve[-1].estimate or 0.0)} by day {FOUR_WEEKS}; by chance "
        f"{_people(curve[-1].detail['expected'])}.",
    )
    return Figure(
        id="travel-curve",
        title="How many people a conversation could have reached, day by day",
        subtitle="The line is the mean number of people reached by each day after a start, with its 95 % interval. "
        "Dashed: other people of the same organisations.",
        body=tag("div", line_panel(panel), class_="micro", style="max-width:22rem"),
        caption=_caption(curve[-1]),
        method="travel",
        cannot="How fast one conversation travels: this is a mean of many, of which most go no further.",
        grids=(_curve_grid(curve, "People reached by each day"),),
        folded=True,
    )


def chance_figure(material: Material) -> Figure | None:
    """Return the reach against three ways of shuffling the record; None where it was not shuffled."""
    found = {f.detail.get("part"): f for f in told(material, "against_chance", "system")}
    rows = [(name, destroys, found[part]) for part, (name, destroys) in _SHUFFLES.items() if part in found]
    if not rows:
        return None
    return Figure(
        id="travel-chance",
        title="How far conversations get beside three ways of shuffling the record",
        subtitle="The number of people reached within four weeks, over what shuffled records bring: 1 is as far as by "
        "chance. Each way breaks one thing and keeps the rest; a ratio away from 1 says that this one thing matters.",
        body=_ratios(rows),
        caption=" ".join(_draws(finding) for _, _, finding in rows[:1]),
        method="travel",
        cannot="What would happen if people met otherwise: shuffling rearranges a record, not people.",
        folded=True,
    )


def outside_figure(material: Material) -> Figure | None:
    """Return which share of those reached is outside one's own; None where nothing is known of it."""
    found = {by: of_system(material, "outside", by=by) for by in _BY}
    if not any(finding is not None for finding in found.values()):
        return None
    rows = [(f"outside {name}", [_outside(found[by])]) for by, name in _BY.items()]
    body = found["body"]
    return Figure(
        id="travel-outside",
        title=_outside_title(body),
        subtitle="Of all people whom a conversation could have reached within four weeks, the share outside the "
        "sender's own organisation, tier and sector. The grey mark is what even mixing would give: as many people, "
        "picked from everybody.",
        body=tag("div", cells([_SHARE], rows), class_="micro"),
        caption=_caption(body) if body is not None and body.n is not None else "",
        method="travel",
        cannot="Whether staying inside is a fault: much of what is said belongs to one organisation.",
        grids=(_outside_grid(found),),
    )


def _curve(material: Material) -> list[Finding]:
    return [f for f in told(material, "curve", "system") if f.estimate is not None]


def _ring(finding: Finding) -> Ring:
    return Ring(
        people=finding.estimate or 0.0,
        lower=_low(finding),
        upper=_high(finding),
        expected=float(finding.detail["expected"]),
        words=_WRITTEN.get(finding.detail["days"], ""),
        small=f"{_people(finding.estimate or 0.0)} people",
    )


def _low(finding: Finding) -> float:
    return finding.lower if finding.lower is not None else finding.estimate or 0.0


def _high(finding: Finding) -> float:
    return finding.upper if finding.upper is not None else finding.estimate or 0.0


def _people(count: float) -> str:
    """Return a mean number of people; with one place where few."""
    return f"{count:.1f}" if count < 10 else whole(count)


def _caption(finding: Finding) -> str:
    n, windows, sources = finding.n or 0, int(finding.detail["windows"]), int(finding.detail["sources"])
    followed = "" if sources >= n else f" Conversations of {whole(sources)} of them were followed."
    return (
        f"n = {whole(n)} people, those who are not in the record among them; {days_of(finding.wave)}, "
        f"{counted(windows, 'start', 'starts')} four weeks or more apart.{followed}"
    )


def _curve_grid(curve: list[Finding], caption: str) -> Grid:
    rows = [
        (
            str(f.detail["days"]),
            _people(f.estimate or 0.0),
            "no interval" if f.lower is None else f"{_people(f.lower)} to {_people(_high(f))}",
            _people(f.detail["expected"]),
            f"{_people(f.detail['null_lower'])} to {_people(f.detail['null_upper'])}",
        )
        for f in curve
    ]
    return Grid(
        caption=caption,
        columns=("Days", "People reached", "95 % interval", "By chance", "95 of 100 shuffled records"),
        rows=tuple(rows),
        numeric=frozenset({1, 3}),
    )


def _ratios(rows: list[tuple[str, str, Finding]]) -> Markup:
    names = ("Shuffled", "What it breaks", "Ratio", "Range", "In words")
    head = tag("thead", tag("tr", *[tag("th", name, scope="col") for name in names]))
    body = [
        tag(
            "tr",
            tag("th", name, scope="row"),
            tag("td", destroys),
            tag("td", shown(finding, lambda f: f"{f.estimate:.2f}")),
            tag("td", shown(finding, lambda f: between(f.lower or 0.0, f.upper or 0.0, places=2))),
            tag("td", shown(finding, _stands)),
        )
        for name, destroys, finding in rows
    ]
    table = tag("table", head, tag("tbody", *body), class_="as-ordered")
    return tag("div", table, class_="scroll", tabindex=0, role="region", aria_label="Reach against shuffled records")


def _stands(finding: Finding) -> str:
    about = finding.detail
    return f"{beside_chance(about['observed'], about['null_lower'], about['null_upper'])} (p = {about['p']:.2g})"


def _draws(finding: Finding) -> str:
    if finding.estimate is None:
        return ""
    draws, windows = int(finding.detail["draws"]), int(finding.detail["windows"])
    people = whole(finding.n or 0)
    return f"{whole(draws)} shuffled records each, {counted(windows, 'start', 'starts')}; n = {people} people."


def _outside(finding: Finding | None) -> Cell:
    words = shown(finding, lambda f: f"{share(f.estimate or 0.0)} ({share_interval(f)})")
    if finding is None or finding.estimate is None:
        return Cell(words=words)
    even = float(finding.detail["even"])
    return Cell(
        estimate=finding.estimate,
        lower=finding.lower,
        upper=finding.upper,
        band=(even, even),
        words=f"{words}, even mixing {share(even)}",
        spoken=f"{words}; even mixing would give {share(even)}",
    )


def _outside_title(finding: Finding | None) -> str:
    if finding is None or finding.estimate is None:
        return "How much of what is reached lies outside one's own cannot be shown"
    even = float(finding.detail["even"])
    start = f"{share(finding.estimate)} of those reached are outside the sender's own organisation"
    if finding.lower is None or finding.upper is None:
        return f"{start}; even mixing would give {share(even)}"
    if finding.upper < even:
        return f"{start}, less than the {share(even)} that even mixing would give"
    if finding.lower > even:
        return f"{start}, more than the {share(even)} that even mixing would give"
    return f"{start}, which cannot be told apart from even mixing ({share(even)})"


def _outside_grid(found: dict[str, Finding | None]) -> Grid:
    rows = [
        (
            f"Outside {name}",
            shown(found[by], lambda f: share(f.estimate or 0.0)),
            shown(found[by], share_interval),
            shown(found[by], lambda f: share(f.detail["even"])),
            shown(found[by], lambda f: whole(f.n or 0)),
        )
        for by, name in _BY.items()
    ]
    return Grid(
        caption="Share of those reached who are outside one's own",
        columns=("Where", "Share", "95 % interval", "Even mixing", "n, people"),
        rows=tuple(rows),
        numeric=frozenset({1, 3, 4}),
    )
