"""Travel: how far and how fast conversations could have got, against chance, and where they stop."""

from __future__ import annotations

from leaderful.measures.findings import Finding
from leaderful.report.bodies import shown
from leaderful.report.material import Material
from leaderful.report.page import Section
from leaderful.report.sections.travel_boundaries import boundaries_figure
from leaderful.report.sections.travel_carriers import carriers_figure
from leaderful.report.sections.travel_rings import chance_figure, curve_figure, outside_figure, rings_figure
from leaderful.report.sections.travel_words import days_of, of_system
from leaderful.report.signals_travel import LOOKS
from leaderful.report.wording import counted, percent, whole


def travel_section(material: Material) -> Section | None:
    """Return the section on conversations; None where the study holds no record of who spoke with whom."""
    record = of_system(material, "record")
    if record is None:
        return None
    figures = (
        rings_figure(material),
        boundaries_figure(material),
        outside_figure(material),
        curve_figure(material),
        chance_figure(material),
        carriers_figure(material),
    )
    return Section(
        id="travel",
        name="Travel",
        heading="Travel: how far could a conversation get, and where does it stop?",
        lead=(
            "What is said in one meeting can be carried on to the next. Here conversations are followed through the "
            "record of who met or wrote to whom, and when. Nobody read what was said: a path shows how far it could "
            "have got, not that it did.",
            _record_words(material, record),
            *_several(material),
        ),
        figures=tuple(figure for figure in figures if figure is not None),
        questions=(
            "Think of something that people in another organisation should have heard last month. Where did it stop?",
            "Where conversations stop: who on each side could meet, and what about?",
            "Which conversations are not in this record, such as those in a corridor, and would they change the "
            "picture?",
        ),
    )


def _several(material: Material) -> tuple[str, ...]:
    """Return where conversations stop, where one title cannot name it all."""
    found = tuple(signal.text for look in LOOKS for signal in look(material))
    return found if len(found) > 1 else ()


def _record_words(material: Material, record: Finding) -> str:
    """Return in words what the record holds, and whom it misses."""
    if record.estimate is None:
        return f"The record cannot be shown: {record.reason or 'too few people are in it'}."
    seen, reach = of_system(material, "seen"), of_system(material, "reach", days=28)
    part = shown(seen, lambda f: percent(100 * (f.estimate or 0.0)))
    left, unknown = int(record.detail["left_out"]), int(record.detail["unknown"])
    said = [
        f"The record holds {whole(record.estimate)} meetings, calls and messages, {days_of(record.wave)}. Of the "
        f"study's people, {part} are in it at least once."
    ]
    if left or unknown:
        verb = "was" if left == 1 else "were"
        said.append(
            f"{counted(left, 'interaction', 'interactions')} could not be used and {verb} left out: fewer than two of "
            f"the people, or the sender, are in the study. {counted(unknown, 'participant is', 'participants are')} "
            "not in it."
        )
    if reach is not None and reach.status == "insufficient":
        said.append(f"Conversations cannot be followed: {reach.reason}.")
    return " ".join(said)
