"""What people of each body said, where they agree enough to be averaged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from math import ceil

from markupsafe import Markup

from leaderful.measures.findings import Finding
from leaderful.report.bodies import in_order, named, sector_name, shown
from leaderful.report.figures.matrix import Group, matrix, small_strip
from leaderful.report.figures.strips import Axis
from leaderful.report.markup import join, tag
from leaderful.report.material import Material
from leaderful.report.page import Figure, Grid
from leaderful.report.sections.by_scale import Row, by_scale, by_unit, most, n_of, with_interval
from leaderful.report.wording import between, share, whole

Found = Mapping[tuple[str, str], Finding]


def bodies_figure(material: Material, chosen: Sequence[Row]) -> Figure | None:
    """Return the figure on bodies; None where nobody is of a body."""
    drawn = by_unit(material, "scale.shrunken", "body")
    raw = by_unit(material, "scale.score", "body")
    bodies = in_order(material, {body for body, _ in (*drawn, *raw)})
    if not bodies:
        return None
    against = _against(material, chosen)
    averaged = [row for row in chosen if row.scale.id not in against]
    split = by_unit(material, "scale.consensus", "body")
    table = [_matrix(material, averaged, bodies, drawn, split)] if averaged else []
    return Figure(
        id="levels-by-body",
        title=_title(averaged, bodies, drawn),
        subtitle="Mean of each body, drawn towards the mean of all bodies the less it rests on, and under it its "
        "95 % interval as a bar. The dashed line is the mean of everyone: a filled bar lies apart from it, an open one "
        "cannot be told apart. Bodies stand by sector and name, not by what they answered.",
        body=join([*table, *_left_out(chosen, against)]),
        caption=f"n = up to {whole(most(drawn.values()))} people of one body; the table has each. Of bars that are "
        "in truth no different about one in twenty is filled by chance. Strips share one width: "
        f"{_reach(averaged, bodies, drawn):.1f} points below the mean of everyone to as much above it.",
        method="reliability",
        cannot="Which body is better. These are answers about working together, given by people of that body, and "
        "they depend on who answered. They do not rank bodies, and nothing here should be used to.",
        grids=(_grid(material, chosen, bodies, drawn, raw, split, against),),
    )


def _against(material: Material, chosen: Sequence[Row]) -> dict[str, str]:
    """Return the item scales on which bodies are not averaged, with the reason."""
    icc = by_scale(material, "scale.icc", between="body")
    reasons: dict[str, str] = {}
    for row in chosen:
        finding = icc.get(row.scale.id)
        if row.scattered:
            reasons[row.scale.id] = "its statements do not hang together"
        elif finding is None or finding.status == "suppressed":
            reasons[row.scale.id] = "whether people of one body agree enough is not shown"
        elif not finding.detail["justified"]:
            reasons[row.scale.id] = "; ".join(finding.detail["reasons"])
    return reasons


def _title(averaged: Sequence[Row], bodies: Sequence[str], drawn: Found) -> str:
    if not averaged:
        return "On no item scale may people be averaged by body, so no means of bodies are drawn"
    means = {row.scale.id: row.score.estimate for row in averaged}
    shown = [f for (body, scale), f in drawn.items() if scale in means and f.estimate is not None and body in bodies]
    apart = [f for f in shown if _apart(f, means[f.detail["scale"]])]
    if not shown:
        return "What people of each body said cannot be shown"
    if not apart:
        return "No mean of a body can be told apart from everyone taken together"
    return f"Of {len(shown)} means of bodies, {len(apart)} lie apart from everyone taken together"


def _apart(finding: Finding, mean: float | None) -> bool:
    if mean is None or finding.lower is None or finding.upper is None:
        return False
    return not finding.lower <= mean <= finding.upper


def _matrix(material: Material, averaged: Sequence[Row], bodies: Sequence[str], drawn: Found, split: Found) -> Markup:
    reach = _reach(averaged, bodies, drawn)
    columns = [
        tag("th", tag("span", row.scale.name, class_="up"), scope="col", class_=row.level or "pressure")
        for row in averaged
    ]
    groups = [
        Group(
            name=sector_name(sector),
            rows=tuple(
                (
                    named(material, body),
                    tuple(
                        _cell(row, drawn.get((body, row.scale.id)), split.get((body, row.scale.id)), reach)
                        for row in averaged
                    ),
                )
                for body in inside
            ),
        )
        for sector, inside in groupby(bodies, lambda body: material.sectors.get(body, ""))
    ]
    return matrix("Mean of each body on each item scale", "Body", columns, groups, kind="of-scales")


def _reach(averaged: Sequence[Row], bodies: Sequence[str], drawn: Found) -> float:
    """Return how far the strips go either way, in half points; whatever lies beyond is drawn at the end."""
    centres = {row.scale.id: row.score.estimate for row in averaged}
    distances = [
        abs(f.estimate - centre)
        for (body, scale), f in drawn.items()
        if (centre := centres.get(scale)) is not None and f.estimate is not None and body in bodies
    ]
    return max(0.5, ceil(2 * (max(distances, default=0.0) + 0.1)) / 2)


def _cell(row: Row, finding: Finding | None, split: Finding | None, reach: float) -> Markup:
    level, centre = row.level or "pressure", row.score.estimate
    if finding is None or finding.estimate is None or centre is None:
        return tag("td", tag("small", shown(finding, with_interval)), class_=level)
    lower = finding.estimate if finding.lower is None else finding.lower
    upper = finding.estimate if finding.upper is None else finding.upper
    return tag(
        "td",
        f"{finding.estimate:.1f}",
        tag("span", f", interval {between(lower, upper)}", class_="heard"),
        small_strip(lower, upper, Axis(low=centre - reach, high=centre + reach, marks=(), reference=centre)),
        *((tag("small", "split"),) if split is not None and split.detail.get("split") else ()),
        class_=level,
    )


def _left_out(chosen: Sequence[Row], against: Mapping[str, str]) -> list[Markup]:
    """Return which item scales are not averaged by body, and why."""
    names = {row.scale.id: row.scale.name for row in chosen}
    if not against:
        return []
    entries = [tag("li", tag("b", names[scale]), f": {reason}") for scale, reason in against.items()]
    return [tag("p", "Not averaged by body:", class_="left-out"), tag("ul", *entries, class_="left-out")]


def _grid(
    material: Material,
    chosen: Sequence[Row],
    bodies: Sequence[str],
    drawn: Found,
    raw: Found,
    split: Found,
    against: Mapping[str, str],
) -> Grid:
    def cells(body: str, row: Row) -> tuple[str, ...]:
        at = (body, row.scale.id)
        return (
            shown(raw.get(at), with_interval),
            "not averaged" if row.scale.id in against else shown(drawn.get(at), with_interval),
            shown(drawn.get(at), lambda f: share(f.detail["weight"])),
            shown(raw.get(at), n_of),
            shown(split.get(at), lambda f: f"{share(f.estimate or 0.0)}{', split' if f.detail['split'] else ''}"),
        )

    return Grid(
        caption="Every body on every item scale",
        columns=(
            "Body",
            "Item scale",
            "Raw mean",
            "Drawn towards all",
            "Weight of its own mean",
            "n",
            "Answers far off",
        ),
        rows=tuple((material.called(body), row.scale.name, *cells(body, row)) for body in bodies for row in chosen),
        numeric=frozenset({2, 3, 4, 5, 6}),
        sortable=False,
    )
