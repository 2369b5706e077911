"""Where people's scores differ: between persons, teams, bodies and places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from markupsafe import Markup

from leaderful.measures.findings import Finding
from leaderful.report.bodies import NO_VALUE, shown
from leaderful.report.figures.bars import Block, legend, stack_row, swatch
from leaderful.report.figures.profile import share_axis
from leaderful.report.figures.strips import strip_axis
from leaderful.report.markup import join, tag
from leaderful.report.material import Material
from leaderful.report.page import Figure, Grid
from leaderful.report.sections.by_scale import Row, found, most, n_of
from leaderful.report.wording import between, listed, share, whole


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of the differences: its name, its colour, and how one speaks of it."""

    id: str
    name: str
    many: str
    fill: str


PARTS = (
    Part(id="place", name="Between places", many="places", fill="#0a4a46"),
    Part(id="body", name="Between bodies", many="bodies", fill="#4fa39b"),
    Part(id="team", name="Between teams", many="teams", fill="#b9791a"),
    Part(id="person", name="Between persons of one team or body, and error", many="persons", fill="#ecdcb9"),
)
"""From the widest to the narrowest: bodies and places are meso, teams and persons micro."""

WIDE = 0.5
"""A part whose interval is typically wider than this is left out of the title. Ours."""

Shares = Mapping[tuple[str, str], Finding]
"""Findings by item scale and part."""


def variance_figure(material: Material, chosen: Sequence[Row]) -> Figure | None:
    """Return the figure on where scores differ; None where that was not looked at."""
    shares = {(f.detail["scale"], f.detail["part"]): f for f in found(material, "scale.variance_share")}
    told = [row for row in chosen if (row.scale.id, "person") in shares]
    if not told:
        return None
    parts = [part for part in PARTS if any((row.scale.id, part.id) in shares for row in told)]
    return Figure(
        id="where-scores-differ",
        title=_title(told, shares),
        subtitle="All differences between people's scores, divided. The line under a part runs from the least to the "
        "most that it could be, with 95 % confidence, measured from where the part starts.",
        body=join(
            [
                legend([(swatch(part.fill), part.name) for part in parts]),
                tag("div", strip_axis(share_axis(1.0), unit="share of the differences"), class_="axis"),
                tag("div", *[_row(row, parts, shares) for row in told], class_="strips"),
            ]
        ),
        caption=f"n = up to {whole(most(shares.values()))} people, those of whom all of this is known. "
        f"{_groups_words(parts, shares)}",
        method="variance-shares",
        cannot="What makes people differ. The part of persons also holds mistakes, moods and the roughness of four "
        "statements, so it would be large anywhere. A small part between bodies does not mean that all is well: "
        "bodies can agree that something is missing.",
        grids=(_grid(told, parts, shares),),
        folded=True,
    )


def _title(told: Sequence[Row], shares: Shares) -> str:
    """Return the sentence on the typical item scale, without parts of which next to nothing can be told."""
    typical = {part.id: _typical(told, shares, part.id) for part in PARTS}
    words = [f"{typical[part.id]} between {part.many}" for part in PARTS[:-1] if typical[part.id] not in ("", share(0))]
    if not words or not typical["person"]:
        return "Where people's scores differ"
    return (
        f"At a best guess, {typical['person']} of the differences on the typical item scale lie between persons, "
        f"{listed(words)}"
    )


def _typical(told: Sequence[Row], shares: Shares, part: str) -> str:
    """Return the median share of a part; nothing where it could as well be most of the whole or none of it."""
    known = [
        f
        for row in told
        if not row.scattered and (f := shares.get((row.scale.id, part))) is not None and f.estimate is not None
    ]
    widths = [f.upper - f.lower for f in known if f.upper is not None and f.lower is not None]
    if not known or (part != "person" and widths and median(widths) > WIDE):
        return ""
    return share(median(f.estimate or 0.0 for f in known))


def _row(row: Row, parts: Sequence[Part], shares: Shares) -> Markup:
    there = [(part, shares[row.scale.id, part.id]) for part in parts if (row.scale.id, part.id) in shares]
    blocks = [
        Block(share=f.estimate, lower=f.lower, upper=f.upper, fill=part.fill, rest=part.id == "person")
        for part, f in there
        if f.estimate is not None
    ]
    told = "; ".join(f"between {part.many} {_said(f)}" for part, f in there)
    drawing = stack_row(blocks, spoken=f"{row.scale.name}: {told}") if blocks else tag("div", class_="same")
    words = [tag("small", f"{part.many} ", shown(f, _with_ends)) for part, f in there if part.id != "person"]
    return tag(
        "div",
        tag("div", row.scale.name, tag("small", row.scale.id), class_="q"),
        drawing,
        tag("div", *words, class_="v"),
        class_="strip",
    )


def _said(finding: Finding) -> str:
    if finding.status == "suppressed":
        return "hidden"
    return NO_VALUE[finding.status] if finding.estimate is None else _with_ends(finding)


def _with_ends(finding: Finding) -> str:
    value = share(finding.estimate or 0.0)
    if finding.lower is None or finding.upper is None:
        return f"{value} (no interval)"
    return f"{value} ({between(100 * finding.lower, 100 * finding.upper, places=0)})"


def _groups_words(parts: Sequence[Part], shares: Shares) -> str:
    """Return how many units each part rests on: of few, little can be said."""
    counts = {
        part.many: max((f.detail.get("groups", 0) for (_, id), f in shares.items() if id == part.id), default=0)
        for part in parts
        if part.id != "person"
    }
    known = [f"{whole(count)} {many}" for many, count in counts.items() if count]
    reasons = sorted({f.reason for f in shares.values() if f.status == "undefined"})
    why = "".join(f"Not worked out for some: {reason}. " for reason in reasons)
    return f"Between {listed(known)}; the fewer there are, the wider the line. {why}" if known else why


def _grid(told: Sequence[Row], parts: Sequence[Part], shares: Shares) -> Grid:
    return Grid(
        caption="Shares of the differences by item scale",
        columns=("Item scale", *(part.name for part in parts), "n"),
        rows=tuple(
            (
                row.scale.name,
                *(shown(shares.get((row.scale.id, part.id)), _with_ends) for part in parts),
                shown(shares[row.scale.id, "person"], n_of),
            )
            for row in told
        ),
        numeric=frozenset(range(1, len(parts) + 2)),
    )
