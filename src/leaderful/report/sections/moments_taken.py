"""How many moments are taken, in all and by what opened them, who was there and who kept the diary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from markupsafe import Markup

from leaderful.framework import framework
from leaderful.measures.findings import Finding
from leaderful.report.bodies import in_order, share_interval, shown
from leaderful.report.figures.beads import bead_legend, bead_row
from leaderful.report.markup import hidden, join, tag
from leaderful.report.material import Material
from leaderful.report.page import Figure, Grid
from leaderful.report.sections.by_scale import reading
from leaderful.report.wording import counted, period, share, whole

KINDS = (
    ("opener", "What opened it"),
    ("boundary", "Who was there"),
    ("level", "How far the widest-reaching body there reaches"),
    ("tier", "Whose diary"),
)
_NAMES = {
    "within-body": "People of one body",
    "across-bodies": "Several bodies of one sector",
    "across-sectors": "Several sectors",
    "0": "No reflection before it",
    "1-2": "One or two before it",
    "3+": "Three or more before it",
}


def taken_figure(material: Material) -> Figure:
    """Return the figure of beads, and the table with the bodies."""
    whole_ = next(f for f in material.own["moments.taken"] if f.unit_kind == "system")
    rows = [row(whole_, "All moments")]
    for kind, heading in KINDS:
        found = of_kind(material, kind)
        if len(found) > 1:
            rows.append(tag("h4", heading, class_="band-title"))
            rows += [row(finding, unit_name(finding)) for finding in found]
    return Figure(
        id="moments-taken",
        title=_title(whole_),
        subtitle="Share of the moments in diaries in which the talk moved towards doing something together. There are "
        "twenty beads on every string, however many moments it stands for; those that were taken are filled.",
        body=join([bead_legend(), tag("div", *rows, class_="strips micro")]),
        caption=f"{_base(whole_)} Moments of one diary count as alike in the intervals.",
        method="moments",
        cannot="How many openings there were: a diary holds those that its writer noticed and thought worth noting. "
        "Whether somebody else in the room would call the same moment taken.",
        grids=(_grid(material, whole_), _body_grid(material)),
    )


def of_kind(material: Material, kind: str) -> list[Finding]:
    """Return the shares of moments taken for one kind of unit, in order."""
    return [f for f in material.own.get("moments.taken", []) if f.unit_kind == kind]


def row(finding: Finding, name: str) -> Markup:
    """Return a string of beads between its name and its share."""
    about = "" if finding.n is None else f"{whole(finding.n)} moments"
    told: tuple[str | Markup, ...] = (tag("b", hidden()),)
    if finding.estimate is not None:
        told = (tag("b", share(finding.estimate)), tag("small", share_interval(finding)))
    spoken = f"{name}: {_spoken(finding)}"
    return tag(
        "div",
        tag("div", name, tag("small", about), class_="q"),
        bead_row(reading(finding), spoken=spoken),
        tag("div", *told, class_="v"),
        class_="strip slim",
    )


def unit_name(finding: Finding) -> str:
    """Return the name of an opener, tier, level, boundary or number of reflections."""
    f = framework()
    named = {each.id: each.name for each in (*f.openers, *f.tiers, *f.levels)}
    return _NAMES.get(finding.unit) or named.get(finding.unit, finding.unit)


def _spoken(finding: Finding) -> str:
    if finding.estimate is None:
        return "hidden"
    return f"{share(finding.estimate)} taken, {share_interval(finding)}, of {whole(finding.n or 0)} moments"


def _title(found: Finding) -> str:
    if found.estimate is None:
        return "How many moments were taken cannot be shown"
    return f"{share(found.estimate)} of the moments in diaries were taken"


def _base(found: Finding) -> str:
    if found.estimate is None:
        return ""
    diaries = counted(int(found.detail["people"]), "diary", "diaries")
    return f"n = {whole(found.n or 0)} moments in {diaries}, {period(found.wave)}."


def _grid(material: Material, whole_: Finding) -> Grid:
    rows = [("All", "All moments", *cells(whole_))]
    for kind, heading in KINDS:
        rows += [(heading, unit_name(finding), *cells(finding)) for finding in of_kind(material, kind)]
    return Grid(
        caption="Moments taken",
        columns=("By", "Which", "Taken", "95 % interval", "Moments", "Diaries"),
        rows=tuple(rows),
        numeric=frozenset({2, 4, 5}),
    )


def _body_grid(material: Material) -> Grid:
    return Grid(
        caption="Moments taken, by the body of the diary's writer",
        columns=("Body", "Taken", "95 % interval", "Moments", "Diaries"),
        rows=tuple(_body_rows(material, of_kind(material, "body"))),
        numeric=frozenset({1, 3, 4}),
        sortable=False,
    )


def _body_rows(material: Material, found: Sequence[Finding]) -> Iterator[tuple[str, ...]]:
    by_body = {finding.unit: finding for finding in found}
    for body in in_order(material, by_body):
        yield (material.called(body), *cells(by_body[body]))


def cells(finding: Finding) -> tuple[str, ...]:
    """Return the share, its interval, the moments and the diaries as a table has them."""
    return (
        shown(finding, lambda f: share(f.estimate or 0.0)),
        shown(finding, share_interval),
        shown(finding, lambda f: whole(f.n or 0)),
        shown(finding, lambda f: whole(f.detail["people"])),
    )
