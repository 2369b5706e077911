"""The report of one system: its first screen and its sections in order."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from leaderful.report.figures.england_map import england_map
from leaderful.report.material import Material
from leaderful.report.opening import facts, known, sure, unknown
from leaderful.report.opening_own import facts_own, known_own, sure_own, unknown_own
from leaderful.report.page import Head, Page, Pointer, Section, render
from leaderful.report.sections.asked import asked, latest_year
from leaderful.report.sections.between import between_section
from leaderful.report.sections.change import change_section
from leaderful.report.sections.cogs import cogs_section
from leaderful.report.sections.differences import differences_section
from leaderful.report.sections.disagreements import disagreements_section
from leaderful.report.sections.levels import levels_section
from leaderful.report.sections.methods import methods_section
from leaderful.report.sections.moments import moments_section
from leaderful.report.sections.momentum import momentum_section
from leaderful.report.sections.outcomes import outcomes_section
from leaderful.report.sections.own_evidence import own_evidence_section
from leaderful.report.sections.propositions import propositions_section
from leaderful.report.sections.published import published_section
from leaderful.report.sections.silent import silent_section
from leaderful.report.sections.structure import structure_section
from leaderful.report.sections.thread import thread_section
from leaderful.report.sections.thread_goals import of_goals
from leaderful.report.sections.travel import travel_section
from leaderful.report.sections.whatif import whatif_section
from leaderful.report.sections.zip import zip_section
from leaderful.report.signals import signals, under_heads
from leaderful.report.wording import day, listed, short_system

BANNER = (
    "Made-up evidence. This page shows how a report reads: no real person answered, and nothing here is about any "
    "real organisation."
)


def write_report(material: Material) -> str:
    """Return the whole report as one HTML page."""
    year = latest_year(material)
    rows = [row for row in asked(material, year) if row.question.constructs] if year else []
    name = short_system(material.name)
    own = bool(material.latest_wave)
    lived = _lived_sections(material)
    declared = bool(of_goals(material, "thread.continuity"))
    sections = (
        *(_thread(material) if declared else ()),
        *(_own_sections(material) if own else ()),
        *lived,
        structure_section(material),
        *(_public_sections(material) if material.outlines else ()),
        *(() if declared else _thread(material)),
        own_evidence_section(material),
        *_laboratory(material),
        methods_section(material),
    )
    page = Page(
        title=name,
        banner=BANNER if material.synthetic else "",
        kicker=_kicker(material),
        known=known_own(material) if own else known(material),
        sure=sure_own(material) if own else sure(material, rows, year),
        unknown=unknown_own(material) if own else unknown(material),
        facts=facts_own(material) if own else facts(material, rows, year),
        standing_out=_standing_out(material, sections) if own or lived or declared else None,
        map=_map(material, name) if material.outlines and not own else Markup(),
        map_note=_map_note(material, name),
        sections=sections,
        footer=(
            f"Written by leaderful {material.version}. Public sector information licensed under the Open Government "
            "Licence v3.0. Not a product of the NHS, and not endorsed by it or by any body named here.",
            "No score, no ranking, no forecast: a starting point for a conversation.",
        ),
    )
    return render(page)


def _standing_out(material: Material, sections: Sequence[Section]) -> tuple[Head, ...]:
    """Return what stands out under its heads, each sentence with the section that shows it."""
    names = {section.id: section.name for section in sections}
    return tuple(
        Head(
            name=head,
            pointers=tuple(
                Pointer(text=each.brief or each.text, name=names[each.anchor], target=each.figure or each.anchor)
                for each in found
            ),
        )
        for head, found in under_heads(signals(material))
    )


def _thread(material: Material) -> tuple[Section, ...]:
    """Return what bodies declare, which a study may hold without having asked anybody."""
    section = thread_section(material)
    return () if section is None else (section,)


def _own_sections(material: Material) -> tuple[Section, ...]:
    """Return what the system's own people say, as far as they were asked."""
    made = (
        levels_section(material),
        between_section(material),
        zip_section(material),
        cogs_section(material),
        silent_section(material),
        disagreements_section(material),
    )
    return tuple(section for section in made if section is not None)


def _lived_sections(material: Material) -> tuple[Section, ...]:
    """Return what diaries and meetings tell, which a study may hold without having asked anybody in rounds."""
    made = (travel_section(material), moments_section(material), momentum_section(material))
    return tuple(section for section in made if section is not None)


def _laboratory(material: Material) -> tuple[Section, ...]:
    """Return what was put to the propositions and to simulated people, after all that is about real ones."""
    made = (propositions_section(material), whatif_section(material))
    return tuple(section for section in made if section is not None)


def _public_sections(material: Material) -> tuple[Section, ...]:
    """Return what public sources say; nothing is public about a system that is made up."""
    return (
        published_section(material),
        differences_section(material),
        change_section(material),
        outcomes_section(material),
    )


def _kicker(material: Material) -> str:
    sources = ["from its own people"] * bool(material.latest_wave) + ["from public evidence"] * bool(material.outlines)
    source = f", {listed(sources)}" if sources else ""
    return f"Collaborative leadership in an Integrated Care System{source}. Structure as at {day(material.as_at)}."


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
