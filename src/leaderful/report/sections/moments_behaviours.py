"""What people did in moments that were taken, against moments that were lost."""

from __future__ import annotations

from markupsafe import Markup

from leaderful.framework import framework
from leaderful.measures.findings import Finding
from leaderful.report.bodies import shown
from leaderful.report.figures.dumbbell import dumbbell_legend, dumbbell_row
from leaderful.report.figures.profile import share_axis
from leaderful.report.figures.strips import Axis, strip_axis
from leaderful.report.markup import hidden, join, tag
from leaderful.report.material import Material
from leaderful.report.page import Figure, Grid
from leaderful.report.sections.by_scale import bracketed
from leaderful.report.wording import between, listed, points, sentence, share, whole, within

_SURE = 0.01
"""Corrected p-value below which a title speaks of a behaviour; the words in its row need 0.05."""


def behaviours_figure(material: Material) -> Figure | None:
    """Return the figure on behaviours; None where nobody noted any."""
    found = {f.unit: f for f in material.own.get("moments.behaviours", [])}
    if not found:
        return None
    known = [f for f in found.values() if f.estimate is not None]
    axis = share_axis(max((max(_shares(f)) for f in known), default=0.1))
    rows = [tag("div", strip_axis(axis, unit="share of moments"), class_="axis")]
    for family in framework().behaviour_families:
        there = [each for each in framework().behaviours if each.family == family.id and each.id in found]
        if there:
            drawn = [_row(found[each.id], each.name, axis) for each in there]
            rows += [tag("h4", family.name, class_="band-title"), tag("div", *drawn, class_="strips micro")]
    return Figure(
        id="moments-behaviours",
        title=_title(known),
        subtitle="Share of moments in which the diary's writer used a behaviour.",
        body=join([dumbbell_legend("in moments that were taken", "in moments that were lost"), *rows]),
        caption=_caption(known),
        method="moments-behaviours",
        cannot="Whether the behaviour made the difference. The same person tells what they did and how it ended, and "
        "may remember the one by the other. What others did in the room is not in a diary.",
        grids=(_grid(found),),
        folded=not any(_sure(f) for f in known),
    )


def _shares(finding: Finding) -> tuple[float, float]:
    """Return the shares of taken and of lost moments in which a behaviour was used."""
    taken, lost = ((finding.detail[f"{kind}_count"], finding.detail[f"{kind}_n"]) for kind in "ab")
    return taken[0] / max(taken[1], 1), lost[0] / max(lost[1], 1)


def _row(finding: Finding, name: str, axis: Axis) -> Markup:
    if finding.estimate is None:
        word = shown(finding, str)
        return tag(
            "div",
            tag("div", name, class_="q"),
            tag("div", hidden() if finding.status == "suppressed" else word, class_="same"),
            tag("div", tag("b", word), class_="v"),
            class_="strip slim",
        )
    taken, lost = _shares(finding)
    told = f"{share(taken)} of taken, {share(lost)} of lost moments"
    return tag(
        "div",
        tag("div", name, class_="q"),
        dumbbell_row(taken, lost, axis, spoken=f"{name}: {told}; {finding.detail['verdict']}"),
        tag(
            "div",
            tag("b", sentence(finding.detail["verdict"])),
            tag("small", f"{points(100 * finding.estimate)} points {_ends(finding)}"),
            class_="v",
        ),
        class_="strip slim",
    )


def _ends(finding: Finding) -> str:
    if finding.lower is None or finding.upper is None:
        return bracketed(None, None)
    return bracketed(100 * finding.lower, 100 * finding.upper)


def _sure(finding: Finding) -> bool:
    p = finding.detail.get("p_holm")
    return p is not None and p < _SURE


def _title(known: list[Finding]) -> str:
    names = {each.id: within(each.name) for each in framework().behaviours}
    sure = [f for f in known if _sure(f)]
    more = [names[f.unit] for f in sure if f.detail["verdict"] == "higher"]
    less = [names[f.unit] for f in sure if f.detail["verdict"] == "lower"]
    parts = [f"{listed(names_)} {way}" for names_, way in ((more, "more often"), (less, "less often")) if names_]
    if parts:
        return f"In moments that were taken people noted {' and '.join(parts)} than in those that were lost"
    if not known:
        return "What people did in moments taken and lost cannot be shown"
    return "What people did in moments taken and lost cannot surely be told apart"


def _caption(known: list[Finding]) -> str:
    if not known:
        return ""
    one = known[0].detail
    return (
        f"n = {whole(one['a_n'])} moments taken and {whole(one['b_n'])} lost, in {whole(one['people'])} diaries. A "
        f"behaviour that was not ticked counts as not used. The words allow for {len(known)} behaviours being looked "
        "at (Holm's correction)."
    )


def _grid(found: dict[str, Finding]) -> Grid:
    names = {each.id: each.name for each in framework().behaviours}
    return Grid(
        caption="Behaviours in moments taken and lost",
        columns=("Behaviour", "Taken", "Lost", "Points", "95 % interval", "In words"),
        rows=tuple(
            (
                name,
                shown(found[each], lambda f: share(_shares(f)[0])),
                shown(found[each], lambda f: share(_shares(f)[1])),
                shown(found[each], lambda f: points(100 * (f.estimate or 0.0))),
                shown(found[each], _interval),
                shown(found[each], lambda f: str(f.detail["verdict"])),
            )
            for each, name in names.items()
            if each in found
        ),
        numeric=frozenset({1, 2, 3}),
    )


def _interval(finding: Finding) -> str:
    if finding.lower is None or finding.upper is None:
        return "no interval"
    return between(100 * finding.lower, 100 * finding.upper)
