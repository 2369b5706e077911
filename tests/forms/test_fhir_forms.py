"""FHIR Questionnaires: valid as R4, complete, and with the link ids that answers are read back by."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from blank_form import FORMULA, REFERENCE, harmful, plain
from fhir.resources.R4B.questionnaire import Questionnaire

from leaderful.forms import Survey, fhir
from leaderful.framework import framework

SURVEYS = {"harmful": harmful(), "plain": plain()}
KINDS = {"survey": fhir.questionnaire, "diary": fhir.diary}


def _walk(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for item in items:
        yield item
        yield from _walk(item.get("item", []))


def _drawn(content: bytes) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    resource = json.loads(content)
    every = list(_walk(resource["item"]))
    by_link = {item["linkId"]: item for item in every}
    assert len(by_link) == len(every), "a linkId stands twice"
    return resource, by_link


def _codes(item: dict[str, Any]) -> list[str]:
    return [option["valueCoding"]["code"] for option in item["answerOption"]]


@pytest.mark.parametrize("survey", SURVEYS.values(), ids=SURVEYS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_questionnaire_is_valid_and_the_same_every_time(survey: Survey, kind: str) -> None:
    content = KINDS[kind](survey)
    assert content == KINDS[kind](survey)
    read = Questionnaire.model_validate_json(content)
    assert read.status == "draft"
    resource, by_link = _drawn(content)
    assert read.model_dump(mode="json", exclude_none=True)["item"] == resource["item"]
    contained = {f"#{each['id']}" for each in resource["contained"]}
    assert {item["answerValueSet"] for item in by_link.values() if "answerValueSet" in item} == contained
    for item in by_link.values():
        assert ("item" in item) == (item["type"] == "group")
        assert (item["type"] == "choice") == ("answerOption" in item or "answerValueSet" in item)


def test_every_item_is_asked_in_its_words_with_a_way_out() -> None:
    _, by_link = _drawn(fhir.questionnaire(plain()))
    assert by_link["CGP1"]["text"] == (
        "I can see how my work helps people in this area live fairer and healthier lives."
    )
    for item in framework().items:
        assert by_link[item.id]["text"] == item.text
        assert _codes(by_link[item.id]) == ["1", "2", "3", "4", "5", "unable"]
    labels = [option["valueCoding"]["display"] for option in by_link["AGE4"]["answerOption"]]
    assert labels[0] == "strongly disagree"
    assert labels[-1] == "I am not able to say"
    assert [child["linkId"] for child in by_link["statements-ACC"]["item"]] == ["ACC1", "ACC2", "ACC3", "ACC4"]


def test_no_page_says_what_its_statements_measure() -> None:
    _, by_link = _drawn(fhir.questionnaire(plain()))
    assert by_link["statements-CGP"]["text"] == "Statements, page 1 of 13"
    texts = " ".join(item["text"] for item in by_link.values())
    assert not [scale.name for scale in framework().item_scales if scale.name in texts]


def test_relations_repeat_for_each_partner() -> None:
    _, by_link = _drawn(fhir.questionnaire(harmful()))
    relations = by_link["relations"]
    assert relations["repeats"] is True
    asked = [question.id for question in framework().relation_questions if question.about == "body"]
    assert [child["linkId"] for child in relations["item"]] == ["about-body", *asked]
    assert by_link["about-body"]["answerValueSet"] == "#bodies"
    assert _codes(by_link["body-contact"]) == ["0", "1", "2", "3", "4", "unable"]
    assert _codes(by_link["body-closeness"]) == ["1", "2", "3", "4", "unable"]
    persons = by_link["persons"]
    assert persons["repeats"] is True
    assert persons["extension"][0]["valueInteger"] == 20  # ten turned to, ten looked to
    assert [child["linkId"] for child in persons["item"]] == [
        "about-person",
        "person-turned-to",
        "person-looks-to",
        "person-trust",
    ]


def test_only_those_who_agree_are_asked() -> None:
    resource, _ = _drawn(fhir.questionnaire(harmful()))
    top = [item["linkId"] for item in resource["item"]]
    assert top[:4] == ["introduction", "terms", "consent-text", "consent"]
    condition = [{"question": "consent", "operator": "=", "answerBoolean": True}]
    assert all(item["enableWhen"] == condition for item in resource["item"][4:])
    assert not any("enableWhen" in item for item in resource["item"][:4])


def test_the_form_says_that_it_is_unvalidated_and_on_which_terms() -> None:
    for draw in KINDS.values():
        resource, by_link = _drawn(draw(harmful()))
        assert "has not been validated" in by_link["terms"]["text"]
        assert "Licence: MIT." in resource["copyright"]
        assert (
            "Engagement at work, version 2. Source: A journal, 2001. Licence: items may not be stored."
            in (resource["copyright"])
        )
        assert "[study team: who]" in by_link["consent-text"]["text"]
        assert resource["version"].startswith("0-")


def test_words_a_licence_keeps_are_not_there() -> None:
    _, by_link = _drawn(fhir.questionnaire(harmful()))
    assert by_link["VIG2"]["text"] == "[VIG2: the licence keeps these words; write them in from your licensed copy]"
    assert _codes(by_link["VIG1"]) == ["0", "1", "2", "3", "unable"]


def test_the_roster_is_sorted_told_apart_and_cut_to_length() -> None:
    resource, by_link = _drawn(fhir.questionnaire(harmful()))
    sets = {each["id"]: each["expansion"]["contains"] for each in resource["contained"]}
    names = {concept["code"]: concept["display"] for concept in sets["bodies"]}
    assert list(names) == ["RX6", "RX1", "RX3", "RX4", "RX5", "RX2"]
    assert names["RX1"] == FORMULA  # JSON runs nothing; the name stays as it is
    assert names["RX2"] == REFERENCE
    assert (names["RX3"], names["RX4"]) == ("Hill Practice (RX3)", "hill practice (RX4)")
    assert names["RX5"].startswith("Line break trustxxx")
    assert len(names["RX5"]) == 200
    assert [concept["code"] for concept in sets["teams"]] == ["T1", "T2"]
    assert by_link["team"]["answerValueSet"] == "#teams"
    assert by_link["wave"]["initial"] == [{"valueString": "2026-05"}]


def test_without_a_study_there_is_a_place_for_the_roster() -> None:
    resource, by_link = _drawn(fhir.questionnaire(plain()))
    (roster,) = resource["contained"]
    (only,) = roster["expansion"]["contains"]
    assert only["code"] == "REPLACE-THIS"
    assert by_link["team"]["type"] == "string"
    assert "initial" not in by_link["wave"]


def test_the_version_changes_with_what_is_asked() -> None:
    versions = {json.loads(fhir.questionnaire(survey))["version"] for survey in SURVEYS.values()}
    assert len(versions) == 2


def test_the_diary_asks_every_diary_question() -> None:
    _, by_link = _drawn(fhir.diary(plain()))
    types = {question.id: by_link[question.id]["type"] for question in framework().diary_questions}
    assert types["diary-when"] == "dateTime"
    assert types["diary-taken"] == "boolean"
    assert types["diary-conflict"] == "text"
    assert [child["linkId"] for child in by_link["diary-who"]["item"]] == ["diary-who-bodies", "diary-who-tiers"]
    assert _codes(by_link["diary-opener"]) == [opener.id for opener in framework().openers]
    assert _codes(by_link["diary-behaviours"]) == [behaviour.id for behaviour in framework().behaviours]
    assert by_link["consent_text"]["type"] == "boolean"
    assert "belongs to its author" in by_link["consent-text"]["text"]
