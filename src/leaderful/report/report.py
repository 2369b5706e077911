"""The report of one system: its first screen and its sections in order."""

from __future__ import annotations

from markupsafe import Markup

from leaderful.report.figures.england_map import england_map
from leaderful.report.material import Material
from leaderful.report.opening import facts, known, sure, unknown
from leaderful.report.page import Page, render
from leaderful.report.sections.asked import asked, latest_year
from leaderful.report.sections.change import change_section
from leaderful.report.sections.differences import differences_section
from leaderful.report.sections.methods import methods_section
from leaderful.report.sections.outcomes import outcomes_section
from leaderful.report.sections.own_evidence import own_evidence_section
from leaderful.report.sections.published import published_section
from leaderful.report.sections.structure import structure_section
from leaderful.report.wording import day, short_system


def write_report(material: Material) -> str:
    """Return the whole report as one HTML page."""
    year = latest_year(material)
    rows = [row for row in asked(material, year) if row.question.constructs] if year else []
    name = short_system(material.name)
    page = Page(
        title=name,
        kicker=f"Collaborative leadership in an Integrated Care System, from public evidence. "
        f"Structure as at {day(material.as_at)}.",
        known=known(material),
        sure=sure(rows, year),
        unknown=unknown(material),
        facts=facts(material, rows, year),
        map=_map(material, name),
        map_note=_map_note(material, name),
        sections=(
            structure_section(material),
            published_section(material),
            differences_section(material),
            change_section(material),
            outcomes_section(material),
            own_evidence_section(material),
            methods_section(material),
        ),
        footer=(
            f"Written by leaderful {material.version}. Public sector information licensed under the Open Government "
            "Licence v3.0. Not a product of the NHS, and not endorsed by it or by any body named here.",
            "No score, no ranking, no forecast: a starting point for a conversation.",
        ),
    )
    return render(page)


def _map(material: Material, name: str) -> Markup:
    return england_map(
        material.outlines,
        chosen=material.system,
        names=material.system_names,
        label=f"Map of England's {len(material.system_names)} systems with {name} picked out",
    )


def _map_note(material: Material, name: str) -> str:
    parts = [f"{name} among England's {len(material.system_names)} systems, {material.region} region."]
    notes = [outline for outline in material.outlines if outline.code == material.system and not outline.complete]
    if notes:
        parts.append("Hatched: an area that was divided along a line that is not in the published data.")
    return " ".join([*parts, *material.history])
