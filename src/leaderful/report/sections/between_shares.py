"""How trust splits into who gives, who gets and the two together; and to whom people look for leadership."""

from __future__ import annotations

from markupsafe import Markup

from leaderful.measures.findings import Finding
from leaderful.report.bodies import NO_VALUE, in_order, latest, of_whole, share_interval, shown
from leaderful.report.figures.cells import Cell, Column, Range, cells
from leaderful.report.figures.shares import Part, split_bar
from leaderful.report.markup import hidden, join, tag
from leaderful.report.material import Material
from leaderful.report.page import Figure, Grid
from leaderful.report.wording import between, share, whole

_PARTS = (
    ("relationship", "The pair", "what is special to these two bodies", "#8a5a00", "#fff"),
    ("actor", "Who gives it", "some bodies trust everyone more than others do", "#d9b060", "#1b2430"),
    ("partner", "Who gets it", "some bodies are trusted more by everyone", "#eed9a8", "#1b2430"),
    ("error", "People of one body", "who do not see a partner alike", "#dfe3e8", "#1b2430"),
)
_RETURNED = {
    "dyadic": (
        "Is special trust returned? ",
        "Where one body trusts another more than either's habit would suggest, the other tends to do so too",
        "Where one body trusts another more than either's habit would suggest, the other tends to trust it less",
    ),
    "generalised": (
        "Do bodies that trust get trust? ",
        "Bodies that trust others more are trusted more",
        "Bodies that trust others more are trusted less",
    ),
}
_WAYS = (
    ("up", "Upwards", "to a more senior tier"),
    ("across", "Level", "to the same tier"),
    ("down", "Downwards", "to a less senior tier"),
)


def relational_figure(material: Material) -> Figure | None:
    """Return how much of the differences in trust belongs to the pair; None where it was not looked at."""
    found = {f.detail["part"]: f for f in latest(material, "space_between.share", "system")}
    pair = found.get("relationship")
    if pair is None:
        return None
    known = pair.estimate is not None and all(f.estimate is not None for f in found.values())
    return Figure(
        id="relational-share",
        title=_share_title(pair) if known else "How much of trust belongs to the pair cannot be said here",
        subtitle="The differences in trust between bodies, split into what belongs to the pair, what one body gives "
        "to all, what one gets from all, and what people of the same body do not see alike; each with its 95 % "
        "interval.",
        body=tag("div", *([_split(found), *_returned(material)] if known else [_withheld(pair)]), class_="micro"),
        caption=_share_caption(pair) if known else "",
        method="space-between",
        cannot="Which pairs trust more or why. The last part depends on how many people answered for each pair, and "
        "so do all shares: compare with other systems only where as many answered.",
        grids=(_share_grid(material, found),) if known else (),
        folded=not known,
    )


def _share_title(pair: Finding) -> str:
    part = (
        f"{share(pair.estimate or 0.0)} ({share_interval(pair)})"
        if pair.lower is not None
        else share(pair.estimate or 0.0)
    )
    return f"{part} of the differences in trust belong to the pair, not to who gives or gets it"


def _split(found: dict[str, Finding]) -> Markup:
    parts = [
        Part(
            name=name,
            about=about,
            share=found[part].estimate or 0.0,
            lower=found[part].lower,
            upper=found[part].upper,
            fill=fill,
            ink=ink,
        )
        for part, name, about, fill, ink in _PARTS
    ]
    return split_bar(parts)


def _withheld(finding: Finding) -> Markup:
    if finding.status == "suppressed":
        return tag("p", hidden(), " to protect people.")
    return tag("p", f"{NO_VALUE.get(finding.status, 'Not known').capitalize()}: {finding.reason}.")


def _share_caption(pair: Finding) -> str:
    return (
        f"n = {whole(pair.n or 0)} answers of {whole(pair.detail['people'])} people about "
        f"{whole(pair.detail['dyads'])} directions between {whole(pair.detail['bodies'])} bodies."
    )


def _share_grid(material: Material, found: dict[str, Finding]) -> Grid:
    rows = [
        (name, shown(found[part], lambda f: share(f.estimate or 0.0)), shown(found[part], share_interval))
        for part, name, *_ in _PARTS
    ]
    for part, (question, *_) in _RETURNED.items():
        one = of_whole(material, "space_between.reciprocity", part=part)
        rows.append(
            (
                question.strip(),
                shown(one, lambda f: f"{f.estimate:.2f}"),
                shown(one, lambda f: between(f.lower or 0.0, f.upper or 0.0, places=2)),
            )
        )
    return Grid(
        caption="Shares of the differences in trust, and correlations of what is given and returned",
        columns=("Part", "Share or correlation", "95 % interval"),
        rows=tuple(rows),
        numeric=frozenset({1}),
    )


def _returned(material: Material) -> list[Markup]:
    return [
        tag("p", tag("b", question), returned_words(of_whole(material, "space_between.reciprocity", part=part), part))
        for part, (question, *_) in _RETURNED.items()
    ]


def returned_words(finding: Finding | None, part: str) -> str:
    """Return whether trust is returned, as a sentence."""
    _, more, less = _RETURNED[part]
    if finding is None or finding.estimate is None or finding.lower is None or finding.upper is None:
        return "That cannot be said here."
    figures = f"{_signed(finding.estimate)}, interval {between(finding.lower, finding.upper, places=2)}"
    if finding.lower > 0 or finding.upper < 0:
        return f"{more if finding.lower > 0 else less} (correlation {figures})."
    return f"These answers cannot tell (correlation {figures})."


def _signed(value: float) -> str:
    return f"{'−' if value < 0 else ''}{abs(value):.2f}"


def looks_to_figure(material: Material) -> Figure | None:
    """Return to whom people look for leadership; None where it was not asked."""
    ways = {f.detail["direction"]: f for f in latest(material, "plural.direction", "system")}
    if not ways:
        return None
    known = {way: f.estimate for way, f in ways.items() if f.estimate is not None}
    return Figure(
        id="looks-to",
        title=_ways_title(known),
        subtitle="Where the people are to whom people look for leadership, seen from the tier of the one who looks, "
        "with 95 % intervals.",
        body=join([_ways(ways), _outside_words(material)]),
        caption=_ways_caption(next(iter(ways.values()))),
        method="plural",
        cannot="Who is named: nobody is, here or in the tables. Nor how good their leadership is. People could name "
        "at most ten others, and only those who answered could name anybody.",
        grids=(_ways_grid(ways), _plural_grid(material)),
    )


def _ways_title(known: dict[str, float]) -> str:
    if len(known) < len(_WAYS):
        return "To whom people look for leadership cannot be shown in full"
    up, across, down = (share(known[way]) for way, *_ in _WAYS)
    return (
        f"Looking for leadership, people turn upwards in {up} of namings, to their own tier in {across}, downwards in "
        f"{down}"
    )


def _ways(ways: dict[str, Finding]) -> Markup:
    column = Column(name="Share of namings", about="0 to 100 %", range=Range(low=0.0, high=1.0))
    rows = []
    for way, name, about in _WAYS:
        found = ways.get(way)
        words = shown(found, lambda f: f"{share(f.estimate or 0.0)} ({share_interval(f)})")
        drawn = found if found is not None and found.estimate is not None else None
        cell = Cell(
            estimate=drawn.estimate if drawn else None,
            lower=drawn.lower if drawn else None,
            upper=drawn.upper if drawn else None,
            words=words,
            spoken=f"{name}, {about}: {words}",
        )
        rows.append((tag("span", name, tag("small", about)), [cell]))
    return tag("div", cells([column], rows), class_="pressure")


def _outside_words(material: Material) -> Markup:
    outside = of_whole(material, "plural.outside")
    if outside is None or outside.estimate is None:
        return Markup("")
    return tag(
        "p",
        f"Of the {whole(outside.n or 0)} people who were named, {share(outside.estimate)} were named by somebody of "
        "another body.",
    )


def _ways_caption(finding: Finding) -> str:
    if finding.n is None:
        return ""
    return f"n = {whole(finding.n)} namings by {whole(finding.detail['people'])} people whose tiers are known."


def _ways_grid(ways: dict[str, Finding]) -> Grid:
    return Grid(
        caption="Where people look for leadership",
        columns=("Direction", "Share of namings", "95 % interval"),
        rows=tuple(
            (
                f"{name}, {about}",
                shown(ways.get(way), lambda f: share(f.estimate or 0.0)),
                shown(ways.get(way), share_interval),
            )
            for way, name, about in _WAYS
        ),
        numeric=frozenset({1}),
    )


def _plural_grid(material: Material) -> Grid:
    named = (
        ("plural.decentralisation", "Decentralisation, 0 to 1"),
        ("plural.gini", "Inequality of being named (Gini), 0 to 1"),
        ("plural.density", "Namings among those possible"),
        ("plural.outside", "People named from outside their body, among those named"),
    )
    rows = [("Whole system", name, *_value(of_whole(material, measure))) for measure, name in named]
    found = {f.unit: f for f in latest(material, "plural.decentralisation", "body")}
    rows += [
        (material.called(body), "Decentralisation within it", *_value(found[body]))
        for body in in_order(material, found)
    ]
    return Grid(
        caption="How leadership is spread",
        columns=("Where", "What", "Value", "n"),
        rows=tuple(rows),
        numeric=frozenset({2, 3}),
        sortable=False,
    )


def _value(finding: Finding | None) -> tuple[str, str]:
    return shown(finding, lambda f: _figure(f.estimate or 0.0)), shown(finding, lambda f: whole(f.n or 0))


def _figure(value: float) -> str:
    return f"{value:.2f}" if value >= 0.01 or value == 0 else f"{value:.4f}"
