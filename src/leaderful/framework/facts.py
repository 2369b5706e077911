"""What there is to say about an entry beside its definition, as labelled facts.

The terminal and the reference pages say the same things; both are written from here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import singledispatch

from leaderful.framework.entries import (
    Behaviour,
    BehaviourFamily,
    BodyKind,
    Construct,
    DiaryQuestion,
    Direction,
    Entry,
    Evidence,
    Goal,
    ItemScale,
    Level,
    MacroPurpose,
    Proposition,
    RelationQuestion,
    Scale,
    Source,
    SurveyQuestion,
    TieKind,
    Tier,
)
from leaderful.framework.loader import framework

LEVELS: dict[Level, str] = {
    "macro": "macro",
    "meso": "meso",
    "micro": "micro",
    "cross": "across levels",
}
DIRECTIONS: dict[Direction, str] = {
    "high": "higher is better",
    "low": "lower is better",
    "neutral": "neither way is better",
}
EVIDENCE: dict[Evidence, str] = {
    "structure": "dated bodies and the formal ties between them",
    "items": "answers to the questionnaire",
    "relations": "what people say of partner bodies and of one another",
    "moments": "moment diaries",
    "interactions": "meetings, calls and messages: when, and who took part",
    "purposes": "purposes that bodies state, and what those serve",
    "plans": "plans and strategies",
    "shocks": "dated shocks",
    "waves": "more than one round of evidence",
    "staff-survey": "the NHS Staff Survey",
}


@dataclass(frozen=True)
class Fact:
    """One labelled fact; `group` and `refers` name the entry it speaks of, where it speaks of one."""

    label: str
    text: str
    group: str = ""
    refers: str = ""


def facts(entry: Entry | Source) -> tuple[Fact, ...]:
    """Return the facts about an entry, ending with its sources and whether it is ours."""
    if isinstance(entry, Source):
        return tuple(_of_source(entry))
    return (*_own(entry), *_sources(entry), Fact("Standing", standing(entry)))


def standing(entry: Entry) -> str:
    """Say in a sentence whose the entry is."""
    if isinstance(entry, Construct):
        return "The idea is that of the sources. How it is measured here is ours and not validated."
    if isinstance(entry, ItemScale | RelationQuestion | DiaryQuestion):
        return "Ours, and not validated."
    if isinstance(entry, SurveyQuestion):
        return "The question is the survey's. What it is taken to speak to is ours and not validated."
    if isinstance(entry, Proposition):
        return "The wording is ours, drawn from the paper, and not taken for true."
    if isinstance(entry, Goal):
        return "The words are those of the United Nations."
    if isinstance(entry, MacroPurpose):
        return "The purpose is that of the sources. Which goals it serves is ours, and only suggested."
    if not entry.ours:
        return "The idea is that of the sources; the words are ours."
    return "Ours." if not entry.sources else "Ours, after the sources."


def _sources(entry: Entry) -> Iterator[Fact]:
    for id in entry.sources:
        yield Fact("Source", framework().source(id).name, "sources", id)


def _of_source(source: Source) -> Iterator[Fact]:
    if source.doi:
        yield Fact("DOI", source.doi)
    for group, entries in framework().groups.items():
        for entry in entries:
            if source.id in entry.sources:
                yield Fact("Used for", f"{entry.name} ({group})", group, entry.id)


@singledispatch
def _own(_: Entry) -> Iterator[Fact]:
    return iter(())


@_own.register
def _(entry: Construct) -> Iterator[Fact]:
    yield Fact("Level", LEVELS[entry.level])
    yield Fact("Direction", DIRECTIONS[entry.direction])
    for kind in entry.evidence:
        yield Fact("Evidence", EVIDENCE[kind])
    for scale in framework().item_scales:
        if entry.id in scale.constructs:
            yield Fact("Item scale", f"{scale.id} {scale.name}", "item scales", scale.id)
    for asked in framework().relation_questions:
        if entry.id in asked.constructs:
            yield Fact("Asked", asked.definition, "relation questions", asked.id)
    for question in framework().crosswalk:
        if entry.id in question.constructs:
            yield Fact("NHS Staff Survey", f"{question.id} {question.name}", _SURVEY, question.id)
    for measure in entry.measures:
        yield Fact("Measure", measure.name if measure.state == "now" else f"{measure.name} (planned)")
    for proposition in framework().propositions:
        if entry.id in proposition.constructs:
            text = f"{proposition.id} {proposition.name}"
            yield Fact("Proposition", text, "propositions", proposition.id)


_SURVEY = "NHS Staff Survey questions"


@_own.register
def _(entry: Scale) -> Iterator[Fact]:
    yield Fact("Level", LEVELS[entry.level], "levels", entry.level)


@_own.register
def _(entry: Tier) -> Iterator[Fact]:
    yield Fact("Order", f"{entry.order} of {len(framework().tiers)}, from the board down")


@_own.register
def _(entry: BodyKind) -> Iterator[Fact]:
    yield Fact("Short name", entry.short)
    yield Fact("Scale", entry.scale, "scales", entry.scale)
    yield Fact("Sector", entry.sector, "sectors", entry.sector)
    yield Fact("Employer", "employs its own staff" if entry.employer else "does not employ staff of its own")
    yield Fact("In law", "set up by or under a law" if entry.statutory else "not set up by a law")


@_own.register
def _(entry: TieKind) -> Iterator[Fact]:
    yield Fact("Direction", entry.direction, "terms", f"{entry.direction}-tie")
    yield Fact("Reads", entry.reads)


@_own.register
def _(entry: MacroPurpose) -> Iterator[Fact]:
    yield Fact("In law", entry.law)
    for served in entry.serves:
        goal = framework().goal(served.goal)
        yield Fact("Suggested goal", f"{goal.id} {goal.short}: {served.reason}", "goals", goal.id)


@_own.register
def _(entry: BehaviourFamily) -> Iterator[Fact]:
    for behaviour in framework().behaviours:
        if behaviour.family == entry.id:
            yield Fact("Behaviour", behaviour.name, "behaviours", behaviour.id)


@_own.register
def _(entry: Behaviour) -> Iterator[Fact]:
    family = next(each for each in framework().behaviour_families if each.id == entry.family)
    yield Fact("Family", family.name, "families of behaviour", family.id)


@_own.register
def _(entry: Proposition) -> Iterator[Fact]:
    yield Fact("Also called", entry.slug)
    yield from _constructs(entry.constructs)
    rests = entry.rests_on
    yield Fact("Rests on", f"section “{rests.section}”, at “{rests.opening}…”: {rests.sense}")
    yield Fact("Field test", entry.field_test)
    yield Fact("Laboratory test", entry.laboratory_test)


@_own.register
def _(entry: ItemScale) -> Iterator[Fact]:
    yield from _constructs(entry.constructs)
    yield Fact("High means", entry.high_means)
    for item in entry.items:
        yield Fact("Item", f"{item.id} {item.text}{' (reversed)' if item.reversed else ''}")
    yield Fact("Scored", f"when {entry.items_needed} of {len(entry.items)} are answered")


@_own.register
def _(entry: RelationQuestion) -> Iterator[Fact]:
    yield Fact("About", f"a {entry.about}")
    yield from _constructs(entry.constructs)
    for answer in entry.answers:
        yield Fact("Answer", f"{answer.value} {answer.label}")


@_own.register
def _(entry: DiaryQuestion) -> Iterator[Fact]:
    yield Fact("Answer", entry.answer.replace("-", " "))


@_own.register
def _(entry: SurveyQuestion) -> Iterator[Fact]:
    yield from _constructs(entry.constructs)
    if entry.context:
        yield Fact("Speaks to", "no construct: shown as pressure on staff")
    yield Fact("Counted", entry.counted)
    if entry.turned:
        yield Fact("Turned round", "enters as the percentage who did not experience it")
    yield Fact("Direction", DIRECTIONS[entry.direction])
    yield Fact("Packaged", "2021 to 2024" if entry.packaged else "no; a study may bring it")


def _constructs(ids: tuple[str, ...]) -> Iterator[Fact]:
    for id in ids:
        yield Fact("Construct", framework().construct(id).name, "constructs", id)
