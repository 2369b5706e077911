"""The framework's data: complete, true to what it was written from, and refused when it does not hold."""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Callable
from importlib import resources
from typing import Any

import pytest
from pydantic import ValidationError

from leaderful.errors import UnknownNameError
from leaderful.framework import Framework, framework

CONSTRUCTS = {
    "macro": ["common_good_purpose", "fragmentation", "turbulence"],
    "meso": [
        "shared_purpose",
        "principled_engagement",
        "shared_motivation",
        "joint_capacity",
        "adaptive_capacity",
        "leaderful_culture",
        "partner_equality",
        "accountability_tension",
        "connectedness",
    ],
    "micro": [
        "role_understanding",
        "trust",
        "respect",
        "reflexivity",
        "constructive_conflict",
        "leaderful_agency",
        "leadership_behaviours",
        "moments",
        "conversational_travel",
    ],
    "cross": ["plural_leadership", "golden_thread", "zip", "momentum"],
}

SCALE_OF_CONSTRUCT = {
    "CGP": "common_good_purpose",
    "SHP": "shared_purpose",
    "PEN": "principled_engagement",
    "MOT": "shared_motivation",
    "CAP": "joint_capacity",
    "ADA": "adaptive_capacity",
    "LEA": "leaderful_culture",
    "EQU": "partner_equality",
    "ACC": "accountability_tension",
    "ROL": "role_understanding",
    "REF": "reflexivity",
    "CON": "constructive_conflict",
    "AGE": "leaderful_agency",
}

REVERSED = {"CGP4", "SHP3", "PEN4", "CAP4", "ADA4", "EQU2", "ACC4", "ROL4", "CON3", "AGE4"}

TEXTS = {
    "CGP1": "I can see how my work helps people in this area live fairer and healthier lives.",
    "SHP3": "Each organisation here is really pursuing its own aims.",
    "PEN4": "Decisions that affect us all are settled before partners meet.",
    "MOT4": "I feel committed to the partnership as well as to my employer.",
    "CAP1": "We have ways of deciding together, and we keep to them.",
    "ADA4": "We keep doing what does not work because changing it needs several organisations to agree.",
    "LEA2": "Anyone who sees what is needed can take a lead, whatever their grade or organisation.",
    "LEA4": "Decisions are made in ways that look after people's dignity, including those who disagree.",
    "EQU2": "One organisation's priorities usually win.",
    "ACC1": "What my organisation holds me to account for pulls me away from what the system needs.",
    "ACC4": "I can put the system's needs first without getting into difficulty at work.",
    "ROL3": "I know who to call in other organisations when something needs sorting out.",
    "REF3": "I notice when my words move a conversation on and when they shut it down.",
    "CON4": "When events are surprising or ambiguous we make sense of them together.",
    "AGE1": "I take a lead on things that matter across organisations, even when it is not my formal job.",
    "AGE4": "Leading across organisations is for people more senior than me.",
}

SURVEY = {
    "common_good_purpose": {"Q6a"},
    "shared_purpose": {"Q7a"},
    "adaptive_capacity": {"Q3d", "Q3f"},
    "leaderful_culture": {"Q8a", "Q8b", "Q8c", "Q8d"},
    "role_understanding": {"Q7d"},
    "reflexivity": {"Q7b"},
    "constructive_conflict": {"Q7g"},
    "leaderful_agency": {"Q3c", "Q3d", "Q3e", "Q3f"},
}
TRUST_AND_RESPECT = {"Q7c", "Q7h", "Q14b", "Q14c", "Q16b"}
CONTEXT = {"Q3g", "Q3i", "Q11c", "Q12a", "Q12b", "Q13a", "Q13b", "Q13c", "Q14a", "Q16a"}
PACKAGED = CONTEXT | {"Q3f", "Q6a", "Q7h", "Q14b", "Q14c", "Q16b"}

EMPLOYERS = {
    "integrated-care-board",
    "nhs-trust",
    "gp-practice",
    "council",
    "police-force",
    "local-policing-body",
    "fire-authority",
    "combined-authority",
    "social-enterprise",
    "voluntary-organisation",
    "care-provider",
    "nhs-england",
    "ministry",
    "regulator",
    "united-nations",
}
NO_EMPLOYERS = {
    "integrated-care-partnership",
    "sub-icb-location",
    "primary-care-network",
    "health-and-wellbeing-board",
    "place-partnership",
    "nhs-region",
    "board",
    "committee",
    "team",
    "other",
}


def ids(entries: tuple[Any, ...]) -> list[str]:
    return [entry.id for entry in entries]


def raw() -> dict[str, Any]:
    """Read the data files without the loader; no list may stand in two files."""
    merged: dict[str, Any] = {}
    for file in (resources.files("leaderful.framework") / "data").iterdir():
        lists = tomllib.loads(file.read_text(encoding="utf-8"))
        assert not merged.keys() & lists.keys(), file.name
        merged |= lists
    return merged


def test_constructs_and_their_levels() -> None:
    by_level: dict[str, list[str]] = {"macro": [], "meso": [], "micro": [], "cross": []}
    for construct in framework().constructs:
        by_level[construct.level].append(construct.id)
    assert by_level == CONSTRUCTS


def test_every_construct_has_a_measure_a_source_and_evidence() -> None:
    for construct in framework().constructs:
        assert construct.measures, construct.id
        assert "moore-2023" in construct.sources, construct.id
        assert construct.evidence, construct.id
        assert not construct.ours


def test_what_the_staff_survey_speaks_to_is_measured_now() -> None:
    for construct in framework().constructs:
        states = {measure.name: measure.state for measure in construct.measures}
        assert ("staff-survey" in construct.evidence) == (states.get("published.percent") == "now"), construct.id


def test_low_is_good_for_tension_alone() -> None:
    assert [c.id for c in framework().constructs if c.direction == "low"] == ["accountability_tension"]
    neutral = {c.id for c in framework().constructs if c.direction == "neutral"}
    assert neutral == {"fragmentation", "turbulence", "leadership_behaviours"}


def test_instrument_has_thirteen_scales_of_four_items() -> None:
    assert {scale.id: scale.constructs[0] for scale in framework().item_scales} == SCALE_OF_CONSTRUCT
    assert framework().item_ids == tuple(f"{scale}{n}" for scale in SCALE_OF_CONSTRUCT for n in (1, 2, 3, 4))


def test_reversed_items_and_texts() -> None:
    assert {item.id for item in framework().items if item.reversed} == REVERSED
    texts = {item.id: item.text for item in framework().items}
    assert {id: texts[id] for id in TEXTS} == TEXTS
    assert len(set(texts.values())) == 52


def test_instrument_says_that_it_is_not_validated() -> None:
    instrument = framework().instrument
    assert not instrument.validated
    assert "not been validated" in instrument.note
    assert [answer.value for answer in instrument.answers] == [1, 2, 3, 4, 5]
    assert (instrument.items_needed, instrument.people_named_at_most) == (3, 10)
    assert all(scale.ours for scale in framework().item_scales)


def test_relation_questions_and_their_answers() -> None:
    by_about = {"body": 0, "person": 0}
    for question in framework().relation_questions:
        by_about[question.about] += 1
        values = [answer.value for answer in question.answers]
        if question.id == "body-contact":
            assert values == [0, 1, 2, 3, 4]
        elif question.id in {"person-turned-to", "person-looks-to"}:
            assert values == [0, 1]
        else:
            assert values == [1, 2, 3, 4]
    assert by_about == {"body": 10, "person": 3}


def test_diary_ends_with_four_reflexive_questions() -> None:
    assert [q.answer for q in framework().diary_questions][-4:] == ["free-text"] * 4
    assert [q.answer for q in framework().diary_questions].count("free-text") == 4


def test_behaviours_by_family() -> None:
    counts: dict[str, int] = {}
    for behaviour in framework().behaviours:
        counts[behaviour.family] = counts.get(behaviour.family, 0) + 1
        assert behaviour.ours == (behaviour.family == "system-wide")
    assert counts == {"task": 4, "relations": 4, "change": 4, "external": 3, "system-wide": 8}


def test_thirteen_propositions_in_order() -> None:
    assert ids(framework().propositions) == [f"P{n}" for n in range(1, 14)]
    slugs = "golden-thread distributed zip response reflexivity catalyst cog accountability austerity"
    slugs += " conflict roles fragmentation equality"
    assert [p.slug for p in framework().propositions] == slugs.split()


def test_vocabulary() -> None:
    assert ids(framework().levels) == ["macro", "meso", "micro"]
    scales = "global national region system place neighbourhood organisation team person"
    assert ids(framework().scales) == scales.split()
    assert [scale.level for scale in framework().scales] == ["macro"] * 2 + ["meso"] * 5 + ["micro"] * 2
    assert ids(framework().tiers) == ["board", "executive", "manager", "practitioner"]
    assert [tier.order for tier in framework().tiers] == [1, 2, 3, 4]
    sectors = "nhs local-government voluntary private-care police fire national-government regulator international"
    assert ids(framework().sectors) == sectors.split()
    openers = "disagreement surprise ambiguity request-for-help story crisis new-idea"
    assert ids(framework().openers) == openers.split()


def test_ties() -> None:
    vertical = [tie.id for tie in framework().tie_kinds if tie.direction == "vertical"]
    horizontal = [tie.id for tie in framework().tie_kinds if tie.direction == "horizontal"]
    assert vertical == ["oversees", "regulates", "funds", "commissions", "delegates-to"]
    assert horizontal == [
        "partners-with",
        "member-of",
        "works-with",
        "trusts",
        "respects",
        "understands-role-of",
        "looks-to-for-leadership",
    ]


def test_who_employs() -> None:
    assert {kind.id for kind in framework().body_kinds if kind.employer} == EMPLOYERS
    assert {kind.id for kind in framework().body_kinds if not kind.employer} == NO_EMPLOYERS


def test_crosswalk() -> None:
    spoken: dict[str, set[str]] = {}
    for question in framework().crosswalk:
        for construct in question.constructs:
            spoken.setdefault(construct, set()).add(question.id)
    both = spoken.pop("trust") | spoken.pop("respect")
    assert both == TRUST_AND_RESPECT
    assert spoken == SURVEY
    assert {q.id for q in framework().crosswalk if q.context} == CONTEXT
    assert {q.id for q in framework().crosswalk if q.packaged} == PACKAGED
    assert {q.id for q in framework().crosswalk if q.turned} == {"Q14a", "Q14b", "Q14c", "Q16a", "Q16b"}


def test_what_speaks_to_a_construct_is_good_when_high() -> None:
    assert {q.direction for q in framework().crosswalk if not q.context or q.turned} == {"high"}


def test_dois_are_well_formed_and_unique() -> None:
    dois = [source.doi for source in framework().sources if source.doi]
    assert len(dois) == len(set(dois)) > 30
    assert framework().source("emerson-et-al-2012").doi == "10.1093/jopart/mur011"
    assert framework().source("yukl-2012").doi == "10.5465/amp.2012.0088"
    assert all(re.fullmatch(r"10\.\d{4}\d*/[^\s]+", doi) for doi in dois)


def test_every_source_is_used_or_is_a_method() -> None:
    used = {id for entries in framework().groups.values() for entry in entries for id in entry.sources}
    assert {s.id for s in framework().sources if s.kind != "method"} <= used


def test_lookups() -> None:
    assert framework().construct("trust").name == "Trust"
    assert framework().body_kind("nhs-trust").short == "Trust"
    assert framework().question("Q14b").turned
    assert [group for group, _ in framework().found("board")] == ["tiers", "kinds of body"]
    assert framework().entry("CGP3").id == "CGP"
    assert framework().entry("zip").name == "Zip"


@pytest.mark.parametrize(
    ("look_up", "message"),
    [
        (
            lambda: framework().entry("golden-thred"),
            "There is no entry of the framework called 'golden-thred'. Did you mean golden_thread?",
        ),
        (
            lambda: framework().entry("cgp"),
            "There is no entry of the framework called 'cgp'. Did you mean CGP or CGP4 or CGP3?",
        ),
        (
            lambda: framework().construct("quokka"),
            "There is no construct called 'quokka'. `leaderful framework` lists what there is.",
        ),
        (
            lambda: framework().body_kind("nhs-trusts"),
            "There is no kind of body called 'nhs-trusts'. Did you mean nhs-trust?",
        ),
        (
            lambda: framework().question("Q7z"),
            "There is no NHS Staff Survey question called 'Q7z'. Did you mean Q7h or Q7g or Q7d?",
        ),
    ],
)
def test_unknown_ids_are_answered_with_near_ones(look_up: Callable[[], object], message: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        look_up()
    assert str(caught.value) == message


def _set(list_name: str, position: int, **values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda data: data[list_name][position].update(values)


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        (_set("constructs", 0, sources=["nobody-1999"]), "nobody-1999 is not among the sources"),
        (_set("constructs", 0, id="trust"), "constructs: trust stands 2 times"),
        (_set("constructs", 0, level="mega"), "constructs.0.level"),
        (_set("constructs", 1, evidence=["structure", "items"]), "fragmentation: evidence items is stated"),
        (_set("constructs", 0, evidence=["items"]), "common_good_purpose: evidence staff-survey is stated"),
        (_set("constructs", 0, sources=[]), "constructs: common_good_purpose has no source and is not ours"),
        (_set("constructs", 0, measures=[]), "constructs.0.measures"),
        (_set("constructs", 0, colour="blue"), "constructs.0.colour"),
        (_set("crosswalk", 0, constructs=["charm"]), "Q3c: charm is not among the constructs"),
        (_set("propositions", 0, constructs=["charm"]), "P1: charm is not among the constructs"),
        (
            _set("relation_questions", 0, constructs=["charm"]),
            "body-contact: charm is not among",
        ),
        (_set("body_kinds", 0, scale="county"), "integrated-care-board: county is not among the scales"),
        (_set("body_kinds", 0, sector="army"), "integrated-care-board: army is not among the sectors"),
        (_set("behaviours", 0, family="charm"), "clarifying: charm is not among the behaviour_families"),
        (_set("tie_kinds", 0, reads="oversees"), "tie_kinds.0.reads"),
        (_set("sources", 0, doi="doi:10.1/x"), "sources.0.doi"),
        (lambda data: data["levels"].pop(), "team: micro is not among the levels"),
        (lambda data: data.update(fables=[]), "fables"),
    ],
)
def test_data_that_does_not_hold_together_is_refused(damage: Callable[[dict[str, Any]], None], complaint: str) -> None:
    data = copy.deepcopy(raw())
    Framework(**data)
    damage(data)
    with pytest.raises(ValidationError) as caught:
        Framework(**data)
    assert complaint in str(caught.value)


def test_what_is_read_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        framework().construct("trust").name = "Charm"  # type: ignore[misc]
    assert framework() is framework()
