"""Whether moments are taken more often the more their writer has reflected."""

from __future__ import annotations

from leaderful.measures.findings import Finding
from leaderful.report.bodies import shown
from leaderful.report.figures.beads import bead_legend
from leaderful.report.markup import join, tag
from leaderful.report.material import Material
from leaderful.report.page import Figure, Grid
from leaderful.report.sections.moments_taken import cells, of_kind, row, unit_name
from leaderful.report.wording import between, whole


def learning_figure(material: Material) -> Figure | None:
    """Return the figure on learning; None where no entry has a reflection before it."""
    found = next(iter(material.own.get("moments.learning", [])), None)
    groups = of_kind(material, "reflections")
    if found is None or len(groups) < 2:
        return None
    return Figure(
        id="moments-learning",
        title=_title(found),
        subtitle="Share of moments taken, by how many entries of the same diary with a reflection went before.",
        body=join([bead_legend(), tag("div", *[row(each, unit_name(each)) for each in groups], class_="strips micro")]),
        caption=_caption(found),
        method="moments-learning",
        cannot="Whether reflecting is what helps. Those who keep a diary for long differ from those who stop, and "
        "somebody may reflect more because things go well.",
        grids=(
            Grid(
                caption="Moments taken, by reflections before them",
                columns=("Reflections", "Taken", "95 % interval", "Moments", "Diaries"),
                rows=tuple((unit_name(each), *cells(each)) for each in groups),
                numeric=frozenset({1, 3, 4}),
            ),
        ),
        folded=not _told(found),
    )


def _told(found: Finding) -> bool:
    """Tell whether moments surely go one way with reflections."""
    return found.lower is not None and found.upper is not None and (found.lower > 1 or found.upper < 1)


def _title(found: Finding) -> str:
    if found.estimate is None:
        return "Whether moments are taken more often after reflecting cannot be said"
    if not _told(found):
        return "Moments taken after more and after fewer reflections cannot be told apart"
    often = "more" if found.estimate > 1 else "less"
    return f"Within a diary, moments are taken {often} often the more reflections went before"


def _caption(found: Finding) -> str:
    if found.estimate is None:
        return f"{shown(found, str)}. "
    interval = (
        "no interval" if found.lower is None or found.upper is None else between(found.lower, found.upper, places=2)
    )
    return (
        f"Within a diary the odds are {found.estimate:.2f} times as high ({interval}) each time the reflections before "
        f"double, each counted with one more, allowing for the months that went by. n = {whole(found.n or 0)} moments "
        "in "
        f"{whole(found.detail['people'])} diaries. The strings compare diaries too, the odds do not."
    )
