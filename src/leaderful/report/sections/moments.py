"""Moments of leadership: how many openings are taken, and what goes with that."""

from __future__ import annotations

from leaderful.measures.findings import Finding
from leaderful.report.material import Material
from leaderful.report.page import Section
from leaderful.report.sections.moments_behaviours import behaviours_figure
from leaderful.report.sections.moments_learning import learning_figure
from leaderful.report.sections.moments_model import model_figure
from leaderful.report.sections.moments_taken import taken_figure


def moments_section(material: Material) -> Section | None:
    """Return the section on moments of leadership; None where no diary was kept."""
    found: list[Finding] = material.own.get("moments.taken", [])
    if not found:
        return None
    figures = (
        taken_figure(material),
        model_figure(material),
        behaviours_figure(material),
        learning_figure(material),
    )
    return Section(
        id="moments",
        name="Moments",
        heading="Moments of leadership: taken or lost?",
        lead=(
            "A disagreement, a surprise, a family's story: some openings turn a talk into doing something together, "
            "and others pass. People noted such moments in diaries, and whether they were taken.",
        ),
        figures=tuple(figure for figure in figures if figure is not None),
        questions=(
            "Think of a moment that was lost last month. Who could have taken it, and what would they have needed?",
            "Which openings do we notice only afterwards?",
            "Where moments are taken more often: what could others learn from being there?",
        ),
    )
