"""The report of one system: its first screen and its sections in order."""

from __future__ import annotations

from markupsafe import Markup

from leaderful.framework import framework
from leaderful.measures.findings import Finding
from leaderful.report.figures.england_map import england_map
from leaderful.report.markup import hidden
from leaderful.report.material import Material
from leaderful.report.page import Page, render
from leaderful.report.sections.asked import Asked, asked, hidden_questions, latest_year
from leaderful.report.sections.change import change_section
from leaderful.report.sections.differences import differences_section
from leaderful.report.sections.methods import methods_section
from leaderful.report.sections.outcomes import outcomes_section
from leaderful.report.sections.own_evidence import own_evidence_section, silent_constructs
from leaderful.report.sections.published import published_section
from leaderful.report.sections.structure import structure_section
from leaderful.report.wording import counted, day, listed, short_system, whole


def write_report(material: Material) -> str:
    """Return the whole report as one HTML page."""
    year = latest_year(material)
    rows = [row for row in asked(material, year) if row.question.constructs] if year else []
    name = short_system(material.name)
    page = Page(
        title=name,
        kicker=f"Collaborative leadership in an Integrated Care System, from public evidence. "
        f"Structure as at {day(material.as_at)}.",
        known=_known(material),
        sure=_sure(rows, year),
        unknown=_unknown(material),
        facts=_facts(material, rows, year),
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


def _known(material: Material) -> str:
    bodies = material.of_system("structure.bodies")
    employers = material.of_system("structure.employers")
    regulators = material.of_system("structure.regulators")
    if not (bodies and bodies.estimate and employers and regulators):
        return "No public list holds the bodies of this system on this date."
    sectors = {sector.id: sector.name for sector in framework().sectors}
    kinds = bodies.detail["sector"]
    most = max(kinds, key=lambda sector: (kinds[sector], sector))
    return (
        f"{counted(int(bodies.estimate), 'body', 'bodies')} in {counted(len(kinds), 'sector', 'sectors')} "
        f"make up this system, {whole(100 * kinds[most] / bodies.estimate)}\u00a0% of them "
        f"{_sector_words(sectors[most])}; "
        f"{_or_hidden(employers)} employ their own staff and {_or_hidden(regulators)} regulators look on. "
        "Nobody is in charge of all of it."
    )


def _or_hidden(finding: Finding) -> str:
    return whole(finding.estimate) if finding.estimate is not None else "a hidden number"


def _sector_words(name: str) -> str:
    return "in the NHS" if name == "NHS" else f"in {name[0].lower()}{name[1:]}"


def _sure(rows: list[Asked], year: str) -> str:
    if not rows:
        return "No public survey figure can be given for this system, so nothing is claimed about how its people lead."
    people = max(row.percent.n or 0 for row in rows)
    words = {
        "are higher than England on": [r.label.lower() for r in rows if r.verdict == "higher"],
        "are probably higher on": [r.label.lower() for r in rows if r.verdict == "probably higher"],
        "are lower on": [r.label.lower() for r in rows if r.verdict == "lower"],
        "are probably lower on": [r.label.lower() for r in rows if r.verdict == "probably lower"],
    }
    told = [f"{verb} {listed([f'“{label}”' for label in labels])}" for verb, labels in words.items() if labels]
    rest = sum(row.verdict == "cannot tell apart" for row in rows)
    start = f"From {whole(people)} NHS staff who answered in {year}: their answers "
    if not told:
        return f"{start}cannot be told apart from England's on any of {len(rows)} questions about leading together."
    end = f"; on {rest} of {len(rows)} questions they cannot be told apart" if rest else ""
    return f"{start}{listed(told)}{end}."


def _unknown(material: Material) -> str:
    silent = len(silent_constructs(material))
    total = len(framework().constructs)
    return (
        "Whether partners trust each other, whether conversations cross boundaries and whether moments of leadership "
        f"are taken: no public source says. {silent} of {total} parts of the framework need your own evidence."
    )


def _facts(material: Material, rows: list[Asked], year: str) -> tuple[tuple[str, str], ...]:
    def value(measure: str) -> str:
        finding = material.of_system(measure)
        if finding and finding.status == "suppressed":
            return hidden()
        return whole(finding.estimate) if finding and finding.estimate is not None else "not known"

    bodies = material.of_system("structure.bodies")
    kinds = bodies.detail["kind"] if bodies and bodies.status == "ok" else None
    none = hidden() if hidden_questions(material, year) else "none"
    people = whole(max(row.percent.n or 0 for row in rows)) if rows else none
    return (
        ("People, mid-2020", f"{material.population / 1e6:.2f} million"),
        ("Bodies", value("structure.bodies")),
        ("Employers", value("structure.employers")),
        ("Upper-tier councils", whole(kinds.get("council", 0)) if kinds else "not known"),
        ("Staff who answered", people),
    )


def _map(material: Material, name: str) -> Markup:
    return england_map(
        material.outlines,
        chosen=material.system,
        names=material.system_names,
        label=f"Map of England's {len(material.system_names)} systems with {name} picked out",
    )


def _map_note(material: Material, name: str) -> str:
    parts = [f"{name} among England's {len(material.system_names)} systems, {material.region} region."]
    notes = [outline for outline in material.outlines if outline.code == material.system and outline.note]
    if notes:
        parts.append("Hatched: an area that was divided along a line that is not in the published data.")
    return " ".join([*parts, *material.history])
