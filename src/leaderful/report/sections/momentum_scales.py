"""How item scales moved between the rounds of asking on either side of a shock."""

from __future__ import annotations

from math import inf

from markupsafe import Markup

from leaderful.measures.findings import Finding
from leaderful.measures.words import Verdict, compare_several
from leaderful.report.bodies import shown
from leaderful.report.figures.profile import change_axis, profile_row
from leaderful.report.figures.strips import Axis, strip_axis
from leaderful.report.markup import join, tag
from leaderful.report.material import Material
from leaderful.report.page import Figure, Grid
from leaderful.report.sections.by_scale import bracketed, reading
from leaderful.report.signals_moments import called
from leaderful.report.wording import between, listed, points, sentence, whole, within

_SAME: Verdict = "cannot tell apart"
_SURE: tuple[Verdict, ...] = ("higher", "lower")


def scales_figure(material: Material, shock: str, place: int) -> Figure | None:
    """Return the figure on item scales before and after a shock; None where it lies between no two rounds."""
    found = {str(f.detail["scale"]): f for f in material.own.get("momentum.scale_change", []) if f.unit == shock}
    if not found:
        return None
    names = {scale.id: scale.name for scale in material.item_scales if scale.id in found}
    verdicts = _verdicts(found)
    axis = change_axis([reading(found[scale]) for scale in names])
    return Figure(
        id=f"momentum-scales-{place + 1}",
        title=_title(found, verdicts, names),
        subtitle="Mean of each item scale in the round after it less that in the round before, with 95 % intervals.",
        body=join(
            [
                tag("div", strip_axis(axis, unit="points of the answers"), class_="axis"),
                tag(
                    "div", *[_row(found[scale], name, axis, verdicts) for scale, name in names.items()], class_="strips"
                ),
            ]
        ),
        caption=_caption(found),
        method="momentum",
        cannot="Whether the shock moved anything: the rounds lie months apart, and all that happened between them is "
        "in "
        "the difference.",
        grids=(_grid(found, names, verdicts),),
        folded=not set(verdicts.values()) & set(_SURE),
    )


def _caption(found: dict[str, Finding]) -> str:
    n = [f.n for f in found.values() if f.n is not None]
    ends = dict.fromkeys(whole(end) for end in (min(n), max(n))) if n else ()
    asked = f"n = {' to '.join(ends)} people who answered in either round. " if n else ""
    return f"{asked}The words allow for {len(found)} item scales being looked at (Holm's correction)."


def _verdicts(found: dict[str, Finding]) -> dict[str, Verdict]:
    known = {scale: f for scale, f in found.items() if f.estimate is not None and f.detail.get("se")}
    words = compare_several([(f.estimate or 0.0, f.detail["se"], f.detail.get("df") or inf) for f in known.values()])
    return dict(zip(known, words, strict=True))


def _row(change: Finding, name: str, axis: Axis, verdicts: dict[str, Verdict]) -> Markup:
    verdict = verdicts.get(str(change.detail["scale"]), _SAME)
    told: tuple[Markup, ...] = (tag("b", shown(change, str)),)
    if change.estimate is not None:
        told = (
            tag("b", sentence(verdict)),
            tag("small", f"{points(change.estimate, places=2)} {bracketed(change.lower, change.upper, places=2)}"),
        )
    return tag(
        "div",
        tag("div", name, class_="q"),
        profile_row(reading(change), (), axis, spoken=f"{name}: {reading(change).word or verdict}"),
        tag("div", *told, class_="v"),
        class_="strip slim meso",
    )


def _title(found: dict[str, Finding], verdicts: dict[str, Verdict], names: dict[str, str]) -> str:
    shock = called(next(iter(found.values())))
    moved = [f"{within(names[scale])} is {verdict}" for scale, verdict in verdicts.items() if verdict in _SURE]
    if moved:
        return f"Between the rounds before and after {shock}, {listed(moved)}"
    if not verdicts:
        return f"How answers changed over {shock} cannot be shown"
    return f"No item scale can surely be told apart between the rounds before and after {shock}"


def _grid(found: dict[str, Finding], names: dict[str, str], verdicts: dict[str, Verdict]) -> Grid:
    return Grid(
        caption="Item scales before and after the shock",
        columns=("Item scale", "Before", "After", "Change", "95 % interval", "In words", "n"),
        rows=tuple(
            (
                name,
                shown(found[scale], lambda f: f"{f.detail['before']:.2f}"),
                shown(found[scale], lambda f: f"{f.detail['after']:.2f}"),
                shown(found[scale], lambda f: points(f.estimate or 0.0, places=2)),
                shown(found[scale], _interval),
                shown(found[scale], lambda f: verdicts.get(str(f.detail["scale"]), "no interval")),
                shown(found[scale], lambda f: whole(f.n or 0)),
            )
            for scale, name in names.items()
        ),
        numeric=frozenset({1, 2, 3, 6}),
    )


def _interval(change: Finding) -> str:
    if change.lower is None or change.upper is None:
        return "no interval"
    return between(change.lower, change.upper, places=2)
