"""The zip: whether bodies are joined at every tier, tooth by tooth, or at the top alone."""

from __future__ import annotations

from leaderful.report.bodies import of_whole
from leaderful.report.figures.zip_teeth import hatching
from leaderful.report.material import Material
from leaderful.report.page import Section
from leaderful.report.sections.zip_pairs import pairs_figure, zips_of_pairs
from leaderful.report.sections.zip_whole import whole_figure
from leaderful.report.signals import signals


def zip_section(material: Material) -> Section | None:
    """Return the section on the zip; None where there are no partners with respondents."""
    pairs = zips_of_pairs(material)
    if not pairs and of_whole(material, "zip.closure") is None:
        return None
    figures = (whole_figure(material), pairs_figure(material, pairs))
    return Section(
        id="zip",
        name="The zip",
        heading="The zip: joined at every tier, or at the top alone?",
        lead=(
            "Bodies that work together well are joined as a zip is: tooth by tooth, from the board down to those who "
            "see people and families. A tooth is a tier. It is as closed as the less engaged end makes it.",
            *(signal.text for signal in signals(material) if signal.anchor == "zip"),
        ),
        figures=tuple(figure for figure in figures if figure is not None),
        body=hatching(),
        questions=(
            "Where a zip stops above the practitioners: what do they lack that the tiers above have?",
            "Which pair would change most for the people you serve if its lowest tooth closed?",
            "Who holds the teeth together now, and what happens when they leave?",
        ),
    )
