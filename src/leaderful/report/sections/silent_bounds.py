"""How far scores could move if the silent had answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from leaderful.measures.findings import Finding
from leaderful.report.bodies import shown
from leaderful.report.figures.bars import legend, nested_row, swatch
from leaderful.report.figures.profile import Reading, score_axis
from leaderful.report.figures.strips import strip_axis
from leaderful.report.markup import join, tag
from leaderful.report.material import Material
from leaderful.report.page import Figure, Grid
from leaderful.report.sections.by_scale import (
    LEVELS,
    Row,
    bracketed,
    by_scale,
    n_of,
    ranges,
    reading,
    with_interval,
)
from leaderful.report.sections.levels import band
from leaderful.report.wording import between, counted, whole


def could_change(material: Material, chosen: Sequence[Row]) -> tuple[str, ...]:
    """Return the sentence on what the silent could change; nothing where no bounds are known."""
    known = [(row, f) for row, f in _known(material, chosen) if f.lower is not None and f.upper is not None]
    if not known:
        return ()
    if all(f.detail["silent"] == 0 for _, f in known):
        return ("Everybody who was asked has a score, so nothing here could move.",)
    firm = [row for row, f in known if not _crosses(row, f)]
    scales = counted(len(known), "item scale", "item scales")
    return (
        f"On {len(firm)} of {scales} the mean would stay on its side of the middle of the scale whatever the silent "
        "had said, even if all of them had picked the same extreme. On the others that is not certain.",
    )


def bounds_figure(material: Material, chosen: Sequence[Row]) -> Figure | None:
    """Return the figure on how far scores could move; None where no bounds are known."""
    told = _known(material, chosen)
    if not told:
        return None
    bounds = {row.scale.id: f for row, f in told}
    weighted = by_scale(material, "scale.poststratified")
    parts = [_legend()]
    for (low, high), same in ranges([row for row, _ in told]):
        axis = score_axis(low, high)
        parts.append(tag("div", strip_axis(axis, unit=f"scores from {low} to {high}"), class_="axis"))
        for level, name in LEVELS:
            inside = [row for row in same if row.level == level]
            drawn = [_row(row, bounds[row.scale.id], weighted.get(row.scale.id)) for row in inside]
            parts.append(band(level, name, drawn))
    known = [f for f in bounds.values() if f.estimate is not None]
    answered = [f.n or 0 for f in known]
    asked = max(((f.n or 0) + int(f.detail["silent"]) for f in known), default=0)
    return Figure(
        id="could-move",
        title=_title(list(bounds.values())),
        subtitle="The mean of those who answered, within the range that is plausible and the range that is possible "
        "at all. Under it the mean weighted to everybody asked, by body and tier: close by, it says that uneven "
        "response of bodies and tiers is not what made the score.",
        body=join(parts),
        caption=f"n = {_from_to(answered)} people with a score, of {whole(asked)} asked. Plausible "
        "means: if the silent differed from the others by one standard deviation; that is ours. Possible means: if "
        "all of them had the lowest or the highest score.",
        method="response",
        cannot="Where in the range the truth lies: no arithmetic shows what silent people think. Weighting helps only "
        "if the silent of a body and tier are like those of it who answered.",
        grids=(_grid(told, weighted),),
        folded=True,
    )


def _from_to(counts: Sequence[int]) -> str:
    """Return the least and the most of several counts: 1,931 to 1,952, or one number where they are alike."""
    least, largest = min(counts, default=0), max(counts, default=0)
    return whole(least) if least == largest else f"{whole(least)} to {whole(largest)}"


def _known(material: Material, chosen: Sequence[Row]) -> list[tuple[Row, Finding]]:
    bounds = by_scale(material, "scale.bounds")
    return [(row, bounds[row.scale.id]) for row in chosen if row.scale.id in bounds]


def _crosses(row: Row, bounds: Finding) -> bool:
    middle = (row.scale.lowest + row.scale.highest) / 2
    return (bounds.lower or 0.0) <= middle <= (bounds.upper or 0.0)


def _legend() -> Markup:
    dot = tag("circle", cx=9, cy=7, r=5, fill="#4d5866", stroke="#fff")
    diamond = tag("path", d="M9 2L14 7L9 12L4 7z", fill="#fff", stroke="#4d5866", stroke_width=1.7)
    return legend(
        [
            (dot, "mean of those who answered"),
            (swatch("#aab2bc"), "plausible range"),
            (swatch("#e3e6ea"), "possible range"),
            (diamond, "weighted to everybody asked, with the 95 % interval"),
        ]
    )


def _row(row: Row, bounds: Finding, weighted: Finding | None) -> Markup:
    axis = score_axis(row.scale.lowest, row.scale.highest)
    name = tag("div", row.scale.name, tag("small", row.warned), class_="q")
    if bounds.estimate is None:
        word = shown(bounds, n_of)
        return tag("div", name, tag("div", word, class_="same"), tag("div", tag("b", word), class_="v"), class_="strip")
    plausible = Reading(lower=bounds.detail.get("likely_lower"), upper=bounds.detail.get("likely_upper"))
    worst = Reading(lower=bounds.lower, upper=bounds.upper)
    mean = Reading(estimate=bounds.estimate)
    words = (
        f"plausible {_ends(plausible)}",
        f"possible {_ends(worst)}",
        *((f"weighted {weighted.estimate:.1f}",) if weighted is not None and weighted.estimate is not None else ()),
    )
    spoken = f"{row.scale.name}: mean {bounds.estimate:.1f}, {', '.join(words)}"
    weights = reading(weighted) if weighted is not None else Reading()
    return tag(
        "div",
        name,
        nested_row(mean, plausible, worst, weights, axis, spoken=spoken),
        tag("div", tag("b", f"{bounds.estimate:.1f}"), *[tag("small", word) for word in words], class_="v"),
        class_="strip",
    )


def _ends(range_: Reading) -> str:
    if range_.lower is None or range_.upper is None:
        return "range cannot be worked out"
    return between(range_.lower, range_.upper)


def _title(bounds: Sequence[Finding]) -> str:
    known = [f for f in bounds if f.estimate is not None]
    plausible = [_furthest(f, f.detail.get("likely_lower"), f.detail.get("likely_upper")) for f in known]
    worst = [_furthest(f, f.lower, f.upper) for f in known]
    if not known:
        return "How far scores could move cannot be shown"
    if max(worst) == 0:
        return "Everybody answered: no score could move"
    return (
        f"If those who are silent see things clearly differently, scores could move by up to {max(plausible):.1f} "
        f"points, and by {max(worst):.1f} at the very most"
    )


def _furthest(bounds: Finding, lower: float | None, upper: float | None) -> float:
    """Return how far an end lies from the mean; 0 where there is none."""
    estimate = bounds.estimate or 0.0
    return max((abs(end - estimate) for end in (lower, upper) if end is not None), default=0.0)


def _grid(told: Sequence[tuple[Row, Finding]], weighted: Mapping[str, Finding]) -> Grid:
    def plausible(finding: Finding) -> str:
        return bracketed(finding.detail["likely_lower"], finding.detail["likely_upper"], places=2)[1:-1]

    return Grid(
        caption="How far scores could move",
        columns=(
            "Item scale",
            "Mean",
            "Weighted to all asked",
            "Plausible range",
            "Possible range",
            "n",
            "Without a score",
        ),
        rows=tuple(
            (
                row.scale.name,
                shown(bounds, lambda f: f"{f.estimate:.2f}"),
                shown(weighted.get(row.scale.id), with_interval),
                shown(bounds, plausible),
                shown(bounds, lambda f: bracketed(f.lower, f.upper, places=2)[1:-1]),
                shown(bounds, n_of),
                shown(bounds, lambda f: whole(f.detail["silent"])),
            )
            for row, bounds in told
        ),
        numeric=frozenset(range(1, 7)),
    )
