"""What only the system's own people can show."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from leaderful.framework import framework
from leaderful.framework.entries import Construct
from leaderful.report.markup import join, tag
from leaderful.report.material import Material
from leaderful.report.page import Section
from leaderful.report.wording import counted, listed, spelt

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

_PAPER = (
    "Leadership, says the paper behind this framework (Moore, Elliott and Hesselgreaves 2023), happens between people: "
    "in moments that are taken or lost, in conversations that travel or stop, in trust that crosses a boundary at "
    "every tier."
)
_SAFE = "Answers are shown for groups of {fewest} people or more, and nobody is named without their consent."
_PUBLIC = ("structure.", "published.", "outcome.", "thread.")
"""What begins the names of measures of which nobody here was asked."""
_NO_EVIDENCE = ("whatif.", "proposition.")
"""What begins the names of measures that are simulated, or rest on others; they show nothing that was not seen."""


@dataclass(frozen=True, kw_only=True)
class Sorted:
    """The framework's constructs by where evidence on them can come from."""

    signed: tuple[Construct, ...]
    """A figure of this report speaks to them."""
    elsewhere: tuple[Construct, ...]
    """A public survey asks about them, with questions that are not held here."""
    only_own: tuple[Construct, ...]
    """No public source speaks to them."""


def sort_constructs(material: Material) -> Sorted:
    """Return the constructs by where evidence on them can come from, for this system."""
    found = [f for measure in _evidence(material) for f in material.own[measure] if f.status == "ok"]
    spoken = {construct for f in found for construct in (f.construct, *f.detail.get("constructs", ()))}
    rest = [construct for construct in framework().constructs if construct.id not in spoken]
    return Sorted(
        signed=tuple(construct for construct in framework().constructs if construct.id in spoken),
        elsewhere=tuple(construct for construct in rest if "staff-survey" in construct.evidence),
        only_own=tuple(construct for construct in rest if "staff-survey" not in construct.evidence),
    )


def _evidence(material: Material) -> list[str]:
    """Return the measures that tell of real people or bodies."""
    return [measure for measure in material.own if not measure.startswith(_NO_EVIDENCE)]


def own_evidence_section(material: Material) -> Section:
    """Return the section on what no public source shows."""
    constructs = sort_constructs(material)
    unseen = len(constructs.only_own)
    total = len(framework().constructs)
    own = bool(material.latest_wave)
    return Section(
        id="own-evidence",
        name="What is not seen yet" if own else "What only you can show",
        heading=f"{unseen} of {total} ideas of the framework are not seen yet"
        if own
        else f"{unseen} of {total} ideas of the framework can only be seen with your own evidence",
        lead=_after_asking(material, constructs) if own else _before_asking(material, constructs),
        body=join([_level(level, heading, constructs.only_own) for level, heading in _LEVELS]),
        questions=(
            "Which of these would change what you do if you knew it?",
            "Whom would people here trust to ask such questions, and to keep the answers safe?",
        ),
    )


def _before_asking(material: Material, constructs: Sorted) -> tuple[str, ...]:
    return (
        f"{_PAPER} No public source records that. A short questionnaire, a diary and a list of meetings would.",
        _elsewhere(constructs),
        f"For {len(constructs.signed)} there is a public sign in this report, but every one of them is about "
        "people's own employer or about ties in law. Not one is about what happens between partners.",
        f"The questionnaire that comes with leaderful is version 0: its statements were written for this framework "
        f"and have not been validated. {_safe(material)}",
    )


def _after_asking(material: Material, constructs: Sorted) -> tuple[str, ...]:
    """Return what the system's own people have shown, and what would show the rest."""
    told = {
        construct
        for measure in _evidence(material)
        if not measure.startswith(_PUBLIC)
        for f in material.own[measure]
        if f.status == "ok"
        for construct in (f.construct, *f.detail.get("constructs", ()))
    }
    told_by_people = sum(construct.id in told for construct in constructs.signed)
    others = len(constructs.signed) - told_by_people
    more = (
        f" For {counted(others, 'other', 'others')} there is only a sign from outside: the list of bodies and ties, "
        "what bodies declare, or public figures."
    )
    known = ("items", *("waves",) * ("scale.change" in material.own))
    ways = dict.fromkeys(kind for construct in constructs.only_own for kind in construct.evidence if kind not in known)
    return (
        f"{_PAPER} On {counted(told_by_people, 'idea', 'ideas')} people here have spoken for themselves."
        f"{more * bool(others)}",
        *((f"The rest would be seen through these: {'; '.join(_WAYS[kind] for kind in ways)}.",) if ways else ()),
        *((_elsewhere(constructs),) if constructs.elsewhere else ()),
        _safe(material),
    )


def _safe(material: Material) -> str:
    return _SAFE.format(fewest=spelt(material.minimum_people))


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
