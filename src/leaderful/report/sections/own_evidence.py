"""What only the system's own people can show."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from leaderful.framework import framework
from leaderful.framework.entries import Construct
from leaderful.report.markup import join, tag
from leaderful.report.material import Material
from leaderful.report.page import Section
from leaderful.report.wording import listed

_LEVELS = (
    ("macro", "Macro: the common good"),
    ("meso", "Meso: the system of organisations"),
    ("micro", "Micro: between people"),
    ("cross", "Across the levels"),
)
_WAYS = {
    "items": "a few statements to agree or disagree with",
    "relations": "a few questions about each partner",
    "moments": "a diary of moments",
    "interactions": "who met whom, and when",
    "purposes": "purposes, as bodies declare them",
    "plans": "plans and strategies",
    "shocks": "dated shocks",
    "waves": "a second round of asking",
    "structure": "the list of bodies and ties",
    "staff-survey": "more questions of the NHS Staff Survey",
}


@dataclass(frozen=True, kw_only=True)
class Sorted:
    """The framework's constructs by where evidence on them can come from."""

    signed: tuple[Construct, ...]
    """A public figure held here speaks to them."""
    elsewhere: tuple[Construct, ...]
    """A public survey asks about them, with questions that are not held here."""
    only_own: tuple[Construct, ...]
    """No public source speaks to them."""


def sort_constructs(material: Material) -> Sorted:
    """Return the constructs by where evidence on them can come from, for this system."""
    found = [finding for findings in material.own.values() for finding in findings if finding.status == "ok"]
    spoken = {construct for f in found for construct in (f.construct, *f.detail.get("constructs", ()))}
    rest = [construct for construct in framework().constructs if construct.id not in spoken]
    return Sorted(
        signed=tuple(construct for construct in framework().constructs if construct.id in spoken),
        elsewhere=tuple(construct for construct in rest if "staff-survey" in construct.evidence),
        only_own=tuple(construct for construct in rest if "staff-survey" not in construct.evidence),
    )


def own_evidence_section(material: Material) -> Section:
    """Return the section on what no public source shows."""
    constructs = sort_constructs(material)
    total = len(framework().constructs)
    return Section(
        id="own-evidence",
        name="What only you can show",
        heading=f"{len(constructs.only_own)} of {total} ideas of the framework can only be seen with your own evidence",
        lead=(
            "Leadership, says the paper behind this framework (Moore, Elliott and Hesselgreaves 2023), happens between "
            "people: in moments that are taken or lost, in conversations that travel or stop, in trust that crosses a "
            "boundary at every tier. No public source records that. A short questionnaire, a diary and a list of "
            "meetings would.",
            _elsewhere(constructs),
            f"For {len(constructs.signed)} there is a public sign in this report, but every one of them is about "
            "people's own employer or about ties in law. Not one is about what happens between partners.",
            "The questionnaire that comes with leaderful is version 0: its statements were written for this "
            "framework and have not been validated. Answers are shown for groups of ten people or more, and nobody "
            "is named without their consent.",
        ),
        body=join([_level(level, heading, constructs.only_own) for level, heading in _LEVELS]),
        questions=(
            "Which of these would change what you do if you knew it?",
            "Whom would people here trust to ask such questions, and to keep the answers safe?",
        ),
    )


def _elsewhere(constructs: Sorted) -> str:
    names = listed([construct.name.lower() for construct in constructs.elsewhere])
    if not names:
        return "Every idea that the NHS Staff Survey asks about has a figure in this report."
    return f"The NHS Staff Survey also asks about {names}, with questions that this version of leaderful does not hold."


def _level(level: str, heading: str, silent: tuple[Construct, ...]) -> Markup:
    chosen = [construct for construct in silent if construct.level == level]
    if not chosen:
        return Markup("")
    colour = "pressure" if level == "cross" else level
    return tag(
        "div",
        tag("h3", heading, class_="band-title"),
        tag("div", *[_construct(construct) for construct in chosen], class_="empty-grid"),
        class_=colour,
    )


def _construct(construct: Construct) -> Markup:
    ways = [_WAYS[kind] for kind in construct.evidence]
    return tag(
        "div",
        tag("h4", construct.name),
        tag("p", construct.definition),
        tag("p", f"Seen through {'; '.join(ways)}.", class_="soft"),
    )
