"""Who answered and who did not, and what people were not able to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from markupsafe import Markup

from leaderful.framework import framework
from leaderful.measures.findings import Finding
from leaderful.report.bodies import in_order, named, sector_name, shown
from leaderful.report.figures.bars import bar_row
from leaderful.report.figures.matrix import Group, matrix, small_bar
from leaderful.report.figures.profile import share_axis
from leaderful.report.figures.strips import Axis, strip_axis
from leaderful.report.markup import join, tag
from leaderful.report.material import Material
from leaderful.report.page import Figure, Grid, Section
from leaderful.report.sections.by_scale import Row, by_scale, found, rows, tier_names
from leaderful.report.sections.silent_bounds import bounds_figure, could_change
from leaderful.report.signals import signals
from leaderful.report.wording import share, whole, within

Rates = Mapping[tuple[str, str, str], Finding]
"""Response rates by part of the questionnaire, kind of unit and unit."""

PARTS = (("items", "statements"), ("relations", "questions about partners"))
_SHORT = {"items": "On the statements", "relations": "On partners"}
EVEN = 0.02
"""Shares of "not able to say" that are this close to each other are not told apart in a title."""


def silent_section(material: Material) -> Section | None:
    """Return the section on who is silent; None where nobody was asked."""
    rates = {
        (str(f.detail["part"]), f.unit_kind, f.unit): f
        for kind in ("system", "tier", "sector", "place", "body", "body-tier", "team")
        for f in found(material, "response.rate", kind)
    }
    if not rates:
        return None
    chosen = rows(material)
    figures = (_answered(material, rates), bounds_figure(material, chosen), _unable(material, chosen))
    return Section(
        id="silent",
        name="Who is silent",
        heading="Who answered, who did not, and what that could hide",
        lead=(
            "People who do not answer are not against anything, and they are not missing at random either: they may "
            "be busy, doubtful, or never have been reached. A figure says how many; only asking says why.",
            *could_change(material, chosen),
            *(signal.text for signal in signals(material) if signal.anchor == "silent"),
        ),
        figures=tuple(figure for figure in figures if figure is not None),
        questions=(
            "Who among those who did not answer would have said something different? Who could ask them?",
            "Where nearly everybody answered, what made that possible?",
            "Where people were not able to say: is it not their business, or is it kept from them?",
        ),
    )


def _answered(material: Material, rates: Rates) -> Figure:
    bodies = in_order(material, {unit for _, kind, unit in rates if kind == "body"})
    asked = {unit for _, kind, unit in rates if kind == "tier"}
    tiers = [tier.id for tier in framework().tiers if tier.id in asked]
    parts = [part for part, _ in PARTS if any(key[0] == part for key in rates)]
    names, words = tier_names(), dict(PARTS)
    first, others = parts[0], parts[1:]
    columns = [tag("th", heading, scope="col") for heading in ("Everyone", *(names[tier] for tier in tiers))]
    columns += [tag("th", _SHORT[part], scope="col") for part in others]

    def cells(kind: str, unit: str) -> tuple[Markup, ...]:
        of_tiers = [
            rates.get((first, "tier", tier) if kind == "system" else (first, "body-tier", f"{unit}/{tier}"))
            for tier in tiers
        ]
        whole_unit = [rates.get((part, kind, unit)) for part in (first, *others)]
        return tuple(_cell(f) for f in (whole_unit[0], *of_tiers, *whole_unit[1:]))

    everyone = Group(name="All together", rows=((Markup("Everyone who was asked"), cells("system", material.system)),))
    groups = [
        Group(name=sector_name(sector), rows=tuple((named(material, b), cells("body", b)) for b in inside))
        for sector, inside in groupby(bodies, lambda body: material.sectors.get(body, ""))
    ]
    return Figure(
        id="who-answered",
        title=_answered_title(material, rates, first, tiers),
        subtitle=f"Share of those asked who answered the {words[first]}, by body and tier, and how many were asked. "
        "The last column is about everyone's answers to the questions on partners. Bodies stand by sector and name.",
        body=matrix("Who answered, by body and tier", "People of", columns, [everyone, *groups], kind="of-shares"),
        caption=f"A count of everybody on the list of people, so there is no interval. {_hidden_words(rates)}"
        "Below 65 % what is said of single bodies as go-betweens in the network is held back, and below 80 % it is "
        "provisional.",
        method="response",
        cannot="Why people did not answer. And it is as right as the list: people who were never listed are silent "
        "without being counted.",
        grids=_rate_grids(material, rates, parts),
    )


def _cell(rate: Finding | None) -> Markup:
    if rate is None:
        return tag("td", tag("small", "nobody asked"))
    if rate.estimate is None:
        return tag("td", tag("small", shown(rate, _of)))
    return tag("td", share(rate.estimate), small_bar(rate.estimate), tag("small", f"of {_of(rate)}"))


def _of(rate: Finding) -> str:
    return whole(rate.n or 0)


def _answered_title(material: Material, rates: Rates, part: str, tiers: Sequence[str]) -> str:
    whole_system = rates.get((part, "system", material.system))
    if whole_system is None or whole_system.estimate is None:
        return "How many of those asked answered cannot be shown"
    start = f"{share(whole_system.estimate)} of those asked answered"
    of_tiers = [(tier, rates.get((part, "tier", tier))) for tier in tiers]
    known = [(f.estimate, tier) for tier, f in of_tiers if f is not None and f.estimate is not None]
    if len(known) < 2:
        return start
    (least, low), (most_, high) = min(known), max(known)
    if share(least) == share(most_):
        return f"{start}, and each tier about as often"
    people = {tier: f"{within(name)}s" for tier, name in tier_names().items()} | {"board": "board members"}
    return f"{start}: from {share(least)} of {people[low]} to {share(most_)} of {people[high]}"


def _hidden_words(rates: Rates) -> str:
    hidden = [f for (_, kind, _), f in rates.items() if kind in ("body", "body-tier") and f.status == "suppressed"]
    if not hidden:
        return ""
    return "“Hidden” protects people: a small group, or one that could be worked out from the others, is not shown. "


def _rate_grids(material: Material, rates: Rates, parts: Sequence[str]) -> tuple[Grid, ...]:
    names = {
        "system": {material.system: "Everyone"},
        "tier": tier_names(),
        "sector": {sector.id: sector.name for sector in framework().sectors},
    }
    groups = [("system", [material.system]), ("tier", list(names["tier"])), ("sector", list(names["sector"]))]
    groups += [(kind, in_order(material, {u for _, k, u in rates if k == kind})) for kind in ("place", "body")]
    teams = in_order(material, {unit for _, kind, unit in rates if kind == "team"})
    return tuple(
        _rate_grid(material, caption, rates, parts, kinds, names)
        for caption, kinds in (
            ("Who answered, by tier, sector, place and body", groups),
            ("By team", [("team", teams)]),
        )
        if any(units for _, units in kinds)
    )


def _rate_grid(
    material: Material,
    caption: str,
    rates: Rates,
    parts: Sequence[str],
    groups: Sequence[tuple[str, list[str]]],
    names: Mapping[str, Mapping[str, str]],
) -> Grid:
    words = dict(PARTS)
    return Grid(
        caption=caption,
        columns=("People of", *(column for part in parts for column in (f"Answered the {words[part]}", "Asked"))),
        rows=tuple(
            (
                names[kind][unit] if kind in names else material.called(unit),
                *(cell for part in parts for cell in _rate_cells(rates.get((part, kind, unit)))),
            )
            for kind, units in groups
            for unit in units
            if any((part, kind, unit) in rates for part in parts)
        ),
        numeric=frozenset(range(1, 1 + 2 * len(parts))),
        sortable=False,
    )


def _rate_cells(rate: Finding | None) -> tuple[str, str]:
    if rate is None:
        return "nobody asked", "0"
    return shown(rate, lambda f: f"{share(f.estimate or 0.0)} ({whole(f.detail['count'])})"), shown(rate, _of)


def _unable(material: Material, chosen: Sequence[Row]) -> Figure | None:
    unable = by_scale(material, "response.unable")
    told = [row for row in chosen if row.scale.id in unable]
    if not told:
        return None
    known = [f.estimate for f in unable.values() if f.estimate is not None]
    axis = share_axis(max(known, default=0.0))
    return Figure(
        id="not-able-to-say",
        title=_unable_title(told, unable),
        subtitle="Share of the answers to each item scale that were “I am not able to say” or left empty.",
        body=join(
            [
                tag("div", strip_axis(axis, unit="share of answers"), class_="axis"),
                tag("div", *[_unable_row(row, unable[row.scale.id], axis) for row in told], class_="strips"),
            ]
        ),
        caption=f"n = up to {whole(max((f.n or 0 for f in unable.values()), default=0))} answers from "
        f"{whole(max((int(f.detail.get('people', 0)) for f in unable.values()), default=0))} people: a count of all "
        "answers, so there is no interval.",
        method="response",
        cannot="Whether people could not say or would rather not.",
        grids=(_unable_grid(told, unable),),
        folded=_even(unable),
    )


def _unable_row(row: Row, finding: Finding, axis: Axis) -> Markup:
    drawing = (
        bar_row(finding.estimate, axis, spoken=f"{row.scale.name}: {_one_place(finding)}")
        if finding.estimate is not None
        else tag("div", shown(finding, _one_place), class_="same")
    )
    return tag(
        "div",
        tag("div", row.scale.name, tag("small", row.scale.id), class_="q"),
        drawing,
        tag("div", tag("b", shown(finding, _one_place)), class_="v"),
        class_="strip slim",
    )


def _one_place(finding: Finding) -> str:
    return f"{100 * (finding.estimate or 0.0):.1f}\u00a0%"


def _even(unable: Mapping[str, Finding]) -> bool:
    """Return whether no item scale was clearly harder to judge than the others."""
    known = [f.estimate for f in unable.values() if f.estimate is not None]
    return not known or max(known) - min(known) < EVEN


def _unable_title(told: Sequence[Row], unable: Mapping[str, Finding]) -> str:
    known = [(f.estimate, row.scale.name) for row in told if (f := unable[row.scale.id]).estimate is not None]
    if not known:
        return "How often people were not able to say cannot be shown"
    (least, _), (most_, name) = min(known), max(known)
    if _even(unable):
        ends = share(most_) if share(least) == share(most_) else f"{100 * least:.0f} to {share(most_)}"
        return f"No item scale stands out as hard to judge: {ends} of the answers to each were “not able to say”"
    return f"People found {within(name)} hardest to judge: {share(most_)} were not able to say"


def _unable_grid(told: Sequence[Row], unable: Mapping[str, Finding]) -> Grid:
    return Grid(
        caption="Answers that were not given, by item scale",
        columns=("Item scale", "Not able to say", "Of answers", "People"),
        rows=tuple(
            (
                row.scale.name,
                shown(unable[row.scale.id], lambda f: f"{_one_place(f)} ({whole(f.detail['count'])})"),
                shown(unable[row.scale.id], _of),
                shown(unable[row.scale.id], lambda f: whole(f.detail["people"])),
            )
            for row in told
        ),
        numeric=frozenset({1, 2, 3}),
    )
