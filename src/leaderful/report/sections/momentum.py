"""Momentum: what came with a shock, and whether it lasts."""

from __future__ import annotations

from leaderful.measures.findings import Finding
from leaderful.report.material import Material
from leaderful.report.page import Section
from leaderful.report.sections.momentum_scales import scales_figure
from leaderful.report.sections.momentum_weeks import weeks_figure


def momentum_section(material: Material) -> Section | None:
    """Return the section on momentum; None where no shock was declared, or nothing lies around it."""
    changes: list[Finding] = material.own.get("momentum.change_at_shock", [])
    scales: list[Finding] = material.own.get("momentum.scale_change", [])
    shocks = list(dict.fromkeys(finding.unit for finding in (*changes, *scales)))
    if not shocks:
        return None
    figures = [
        figure
        for place, shock in enumerate(shocks)
        for figure in (weeks_figure(material, shock, place), scales_figure(material, shock, place))
    ]
    return Section(
        id="momentum",
        name="Momentum",
        heading="Momentum: does what comes with a crisis outlast it?",
        lead=(
            "A crisis can bring people of different bodies together fast. The question is what is left of it when the "
            "crisis is over.",
        ),
        figures=tuple(figure for figure in figures if figure is not None),
        questions=(
            "What did we do together in the crisis that we would not have done without it?",
            "Which of the meetings that came with it are still worth having, and who keeps them going?",
            "What would have to be true for the next crisis to find us already together?",
        ),
    )
