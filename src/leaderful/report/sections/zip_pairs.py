"""The zips of pairs of bodies: a few that are drawn, and all of them in a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from markupsafe import Markup

from leaderful.measures.findings import Finding
from leaderful.report.bodies import latest, named, share_interval, shown
from leaderful.report.figures.zip_teeth import SMALL, Tooth, zip_drawing
from leaderful.report.markup import tag
from leaderful.report.material import Material
from leaderful.report.page import Figure, Grid
from leaderful.report.sections.zip_words import (
    HOLDS_FROM,
    SEVERAL,
    TIERS,
    closure_row,
    mean_tooth,
    no_tooth,
    spoken,
    stops,
)
from leaderful.report.wording import between, counted, listed, points, share, spelt, whole

MOST_DRAWN = 12
"""Pairs that are drawn; all are in the table."""
AT_ONCE = 6
"""Of these, how many are seen before one asks for more."""


@dataclass
class Pair:
    """What is found of the zip between two bodies, which stand in the order of their names."""

    bodies: tuple[str, str]
    sides: tuple[str, str]
    """Which of the findings' ends, a or b, each body is."""
    teeth: dict[str, Finding] = field(default_factory=dict)
    closure: Finding | None = None
    depth: Finding | None = None
    top: Finding | None = None

    @property
    def only_at_top(self) -> bool:
        """Whether it is closed at the top only."""
        return self.top is not None and bool(self.top.detail.get("closed_only_at_top"))

    @property
    def drawn(self) -> bool:
        """Whether any of its teeth may be shown."""
        return any(tooth.estimate is not None for tooth in self.teeth.values())

    @property
    def partly_hidden(self) -> bool:
        """Whether a tooth of it may not be shown."""
        return any(tooth.estimate is None for tooth in self.teeth.values())


def zips_of_pairs(material: Material) -> list[Pair]:
    """Return the zips of pairs of bodies, by name."""
    found: dict[str, Pair] = {}
    for measure in ("tooth", "closure", "depth", "top_heaviness"):
        for finding in latest(material, f"zip.{measure}", "pair"):
            pair = found.setdefault(finding.unit, _pair(material, finding.unit))
            if measure == "tooth":
                pair.teeth[finding.detail["tier"]] = finding
            elif measure == "top_heaviness":
                pair.top = finding
            else:
                setattr(pair, measure, finding)
    return sorted(found.values(), key=lambda pair: [_order(material, body) for body in pair.bodies])


def _pair(material: Material, unit: str) -> Pair:
    ends = dict(zip(("a", "b"), unit.split("|"), strict=True))
    first, second = sorted(ends, key=lambda end: _order(material, ends[end]))
    return Pair(bodies=(ends[first], ends[second]), sides=(first, second))


def _order(material: Material, body: str) -> tuple[str, str]:
    return material.called(body).casefold(), body


def pairs_figure(material: Material, pairs: Sequence[Pair]) -> Figure | None:
    """Return the zips of pairs; None where there are none."""
    if not pairs:
        return None
    chosen = choose(pairs)
    return Figure(
        id="zips",
        title=_pairs_title(material, pairs),
        subtitle="One zip for each pair. The teeth of the left tape are people of the first body, those of the right "
        "tape of the second; the number beside a tier is the tooth, which is the lesser of the two. Hatched teeth are "
        "hidden.",
        body=_cards(material, chosen),
        caption=_pairs_caption(pairs, chosen, spelt(material.minimum_people)),
        method="zip",
        cannot="Why a tooth is open, or at which end to begin. A tier with few people has a wide interval: read it "
        "with care.",
        grids=(_pairs_grid(material, pairs),),
    )


def choose(pairs: Sequence[Pair]) -> list[Pair]:
    """Return the pairs to draw: those closed at the top only, then enough that every body is seen, by name.

    A pair without a hidden tooth comes before one with some. The first few, seen at once, show the most bodies.
    """
    visible = [pair for pair in pairs if pair.drawn]
    fullest = sorted(visible, key=lambda pair: pair.partly_hidden)
    chosen = [pair for pair in visible if pair.only_at_top][:MOST_DRAWN]
    seen = {body for pair in chosen for body in pair.bodies}
    for wanted in (2, 1, 0):
        for pair in fullest:
            new = set(pair.bodies) - seen
            if pair not in chosen and len(chosen) < MOST_DRAWN and len(new) >= wanted:
                chosen.append(pair)
                seen |= new
    chosen.sort(key=lambda pair: (not pair.only_at_top, pair.partly_hidden))
    parts = chosen[:AT_ONCE], chosen[AT_ONCE:]
    return [pair for part in parts for pair in sorted(part, key=lambda p: (not p.only_at_top, visible.index(p)))]


def _pairs_title(material: Material, pairs: Sequence[Pair]) -> str:
    only = [pair for pair in pairs if pair.only_at_top]
    if len(only) == 1:
        a, b = (material.called(body) for body in only[0].bodies)
        return f"Between {a} and {b} the zip is closed at the top only"
    if only:
        return f"{len(only)} zips are closed at the top only"
    known = [pair.depth for pair in pairs if pair.depth is not None and pair.depth.estimate is not None]
    if not known:
        return "How far down each zip is closed cannot be shown"
    whole_ones = sum(depth.estimate == len(depth.detail["order"]) for depth in known)
    return (
        f"No zip that can be shown is closed at the top only; of {counted(len(known), 'zip', 'zips')} that can be "
        f"followed down, {whole(whole_ones)} {'holds' if whole_ones == 1 else 'hold'} at every tier"
    )


def _pairs_caption(pairs: Sequence[Pair], chosen: Sequence[Pair], fewest: str) -> str:
    start = f"{counted(len(chosen), 'pair is', 'pairs are')} drawn of {len(pairs)}"
    how = "" if len(chosen) == len(pairs) else ", chosen so that as many bodies as possible are seen"
    return (
        f"{start}{how}; all are in the table. Of some tiers a number is hidden because nearly all, or hardly any, of "
        f"its people are engaged. A pair is drawn where both are declared partners, or where {fewest} people or more "
        "at each end answered. “Closed at the top only” asks for four things: the board's tooth is at least half, that "
        "of practitioners surely below half, the gap between the two surely above 25 points, and all of it beyond what "
        "so many pairs would bring by chance (p below 0.01 after Holm's correction)."
    )


def _cards(material: Material, chosen: Sequence[Pair]) -> Markup:
    """Return the drawn zips: a few at once, the others when they are asked for."""
    cards = [_card(material, pair) for pair in chosen]
    first = tag("div", *cards[:AT_ONCE], class_="zip-cards")
    rest = cards[AT_ONCE:]
    if not rest:
        return first
    more = tag("summary", counted(len(rest), "more zip", "more zips"))
    return first + tag("details", more, tag("div", *rest, class_="zip-cards"))


def _card(material: Material, pair: Pair) -> Markup:
    present = [(tier, _pair_tooth(name, pair.teeth[tier], pair.sides)) for tier, name in TIERS if tier in pair.teeth]
    reached = int(pair.depth.estimate) if pair.depth is not None and pair.depth.estimate is not None else None
    holding = stops(reached, [tier for tier, _ in present])
    teeth = [tooth for _, tooth in present]
    label = f"Zip between {listed([material.called(body) for body in pair.bodies])}. {spoken(teeth)}{holding}"
    return tag(
        "div",
        tag("h4", *[named(material, body) for body in pair.bodies]),
        zip_drawing(teeth, reached=reached, cut=SMALL, label=label, holds=HOLDS_FROM),
        closure_row(pair.closure, "All tiers"),
        tag("p", tag("b", "Closed at the top only. ") if pair.only_at_top else Markup(""), holding),
        class_="zip-card",
    )


def _pair_tooth(name: str, finding: Finding, sides: Sequence[str]) -> Tooth:
    if finding.estimate is None:
        return no_tooth(name, finding)
    left, right = (float(finding.detail[end]) for end in sides)
    return replace(mean_tooth(name, finding), left=left, right=right, small="")


def _pairs_grid(material: Material, pairs: Sequence[Pair]) -> Grid:
    tiers = [name for _, name in TIERS]
    rows = [
        (
            listed([material.called(body) for body in pair.bodies]),
            *[_tooth_text(pair.teeth.get(tier), pair.sides) for tier, _ in TIERS],
            shown(pair.closure, lambda f: f"{share(f.estimate or 0.0)} ({share_interval(f)})"),
            shown(pair.depth, _depth_words),
            shown(pair.top, _top_words),
        )
        for pair in pairs
    ]
    return Grid(
        caption="The zips of all pairs: each tooth with its interval, and the engagement of the two ends",
        columns=("Pair", *tiers, "Closed over all", "Holds down to", "Board less practitioners, points"),
        rows=tuple(rows),
    )


def _tooth_text(finding: Finding | None, sides: Sequence[str]) -> str:
    if finding is None:
        return "nobody to ask"
    return shown(finding, lambda f: _tooth_words(f, sides))


def _tooth_words(finding: Finding, sides: Sequence[str]) -> str:
    first, second = (f"{share(finding.detail[end])} of {finding.detail[f'{end}_n']}" for end in sides)
    return f"{share(finding.estimate or 0.0)} ({share_interval(finding)}); {first} and {second}"


def _depth_words(finding: Finding) -> str:
    lowest = str(finding.detail["lowest"])
    return SEVERAL[lowest] if lowest else "open from the top"


def _top_words(finding: Finding) -> str:
    interval = between(100 * (finding.lower or 0.0), 100 * (finding.upper or 0.0), places=0)
    only = "; closed at the top only" if finding.detail["closed_only_at_top"] else ""
    return f"{points(100 * (finding.estimate or 0.0), places=0)} ({interval}){only}"
