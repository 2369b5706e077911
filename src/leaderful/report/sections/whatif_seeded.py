"""Who was simulated, from what, and what was assumed."""

from __future__ import annotations

from markupsafe import Markup

from leaderful.measures.findings import Finding
from leaderful.report.markup import join, tag
from leaderful.report.material import Material
from leaderful.report.page import Figure, Grid
from leaderful.report.sections.whatif_words import SEEDED
from leaderful.report.wording import listed, whole


def seeded_figure(material: Material) -> Figure | None:
    """Return what the simulated systems were made from; None where that was not kept."""
    found: list[Finding] = material.own.get(SEEDED, [])
    if not found:
        return None
    people = sum(int(f.estimate or 0) for f in found)
    assumed = list(dict.fromkeys(str(each) for f in found for each in f.detail["assumed"]))
    sources = list(dict.fromkeys(str(each) for f in found for each in f.detail["sources"]))
    names = listed([str(f.detail["system"]) for f in found])
    return Figure(
        id="what-if-seeded",
        title=f"{whole(people)} people of {names} were made up{_small(found[0])}: from what, and what is assumed",
        subtitle="What the simulated people, their bodies and their ties were made from.",
        body=join(_listed_under("Made from", sources) + _listed_under("Assumed", assumed)),
        caption=f"n = {whole(people)} simulated people.",
        method="what-if",
        cannot="Whether the real system is like this. Numbers of people follow public counts where there are any; who "
        "knows whom, and how far they trust each other, is drawn by rule.",
        grids=(_grid(found),),
        folded=True,
    )


def _small(finding: Finding) -> str:
    """Return of how many real people one was made up, where not all of them were."""
    part = float(finding.detail.get("part", 1.0))
    return f", one for every {round(1 / part)}" if part < 0.75 else ""


def _listed_under(heading: str, sentences: list[str]) -> list[Markup]:
    if not sentences:
        return []
    return [tag("h4", heading, class_="after"), tag("ul", *[tag("li", each) for each in sentences])]


def _grid(found: list[Finding]) -> Grid:
    return Grid(
        caption="What was simulated",
        columns=("System", "People", "Bodies", "Ties", "Ties of a person"),
        rows=tuple(
            (
                str(f.detail["system"]),
                whole(f.estimate or 0),
                whole(f.detail["bodies"]),
                whole(f.detail["ties"]),
                f"{2 * f.detail['ties'] / (f.estimate or 1):.1f}",
            )
            for f in found
        ),
        numeric=frozenset({1, 2, 3, 4}),
        sortable=False,
    )
