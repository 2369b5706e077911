"""FHIR R4 Questionnaires: one of the survey, one of the diary.

Every question has its id in the framework as its ``linkId``, so that answers can be read back.
"""

from __future__ import annotations

import hashlib
import json
import re
import uuid
from collections.abc import Sequence
from typing import Any

from leaderful.forms import words
from leaderful.forms.survey import (
    MOST_PEOPLE_NAMED,
    Block,
    Choice,
    Survey,
    about,
    answer_choices,
    asked,
    entry_choices,
)
from leaderful.framework import DiaryQuestion, RelationQuestion, framework

_MOST = "http://hl7.org/fhir/StructureDefinition/questionnaire-maxOccurs"
_SYSTEM = "urn:leaderful:"
_Item = dict[str, Any]


def questionnaire(survey: Survey) -> bytes:
    """Return the survey as a Questionnaire in JSON."""
    blocks = survey.blocks
    agreed = [
        _details(survey),
        *(_statements(block, number, len(blocks)) for number, block in enumerate(blocks, start=1)),
        _relations(),
        _persons(),
    ]
    items = [
        _display("introduction", words.introduction(survey)),
        _display("terms", words.terms(survey)),
        _display("consent-text", words.consent(survey)),
        _question("consent", words.CONSENT, "boolean", required=True),
        *(_if_agreed(item) for item in agreed),
    ]
    description = (*words.introduction(survey), *words.terms(survey))
    return _resource(survey, "questionnaire", words.title(survey), description, items)


def diary(survey: Survey) -> bytes:
    """Return the diary of moments as a Questionnaire in JSON; each entry is one response."""
    items = [
        _display("introduction", words.diary_introduction()),
        _display("terms", words.terms(survey)),
        _display("consent-text", words.diary_consent()),
        _question("person", words.DETAILS["person"], "string", required=True),
        *(_diary_item(question) for question in framework().diary_questions),
        _question("consent_text", words.CONSENT_TEXT, "boolean"),
    ]
    description = (*words.diary_introduction(), *words.terms(survey))
    return _resource(survey, "diary", words.diary_title(survey), description, items)


def _resource(survey: Survey, kind: str, title: str, description: Sequence[str], items: list[_Item]) -> bytes:
    lists = {"bodies": survey.roster, "teams": survey.team_list}
    asked_for = json.dumps(items)
    contained = [_value_set(survey, name, choices) for name, choices in lists.items() if f'"#{name}"' in asked_for]
    id = re.sub(r"[^A-Za-z0-9.-]", "-", f"leaderful-{kind}-{survey.system}").strip("-")[:64]
    resource: dict[str, Any] = {
        "resourceType": "Questionnaire",
        "id": id,
        "language": "en-GB",
        "contained": contained,
        "url": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{_SYSTEM}{id}')}",
        "name": f"Leaderful{kind.title()}",
        "title": title,
        "status": "draft",
        "subjectType": ["Person"],
        "date": survey.as_at.isoformat(),
        "description": "\n\n".join(description),
        "copyright": "\n\n".join(words.terms(survey)[1:]),
        "item": items,
    }
    digest = hashlib.sha256(json.dumps(resource, sort_keys=True).encode()).hexdigest()[:8]
    resource["version"] = f"{framework().instrument.version}-{digest}"
    return (json.dumps(resource, ensure_ascii=False, indent=2) + "\n").encode()


def _value_set(survey: Survey, name: str, choices: Sequence[Choice]) -> dict[str, Any]:
    """Return a list as an expanded value set: programs that show forms seldom expand one themselves."""
    return {
        "resourceType": "ValueSet",
        "id": name,
        "status": "active",
        "expansion": {
            "timestamp": survey.as_at.isoformat(),
            "contains": [{"system": f"{_SYSTEM}{name}", "code": c.code, "display": c.name} for c in choices],
        },
    }


def _details(survey: Survey) -> _Item:
    wave = _question("wave", words.DETAILS["wave"], "string", required=True)
    if survey.wave:
        wave["initial"] = [{"valueString": survey.wave}]
    team = _question("team", words.DETAILS["team"], "choice" if survey.team_list else "string")
    if survey.team_list:
        team["answerValueSet"] = "#teams"
    return _group(
        "details",
        "About you",
        [
            _question("person", words.DETAILS["person"], "string", required=True),
            wave,
            _question("body", words.DETAILS["body"], "choice", required=True, answerValueSet="#bodies"),
            team,
            _choice("tier", words.DETAILS["tier"], entry_choices(framework().tiers), "tiers", required=True),
            _question("consent_network", words.CONSENT_NETWORK, "boolean"),
        ],
    )


def _statements(block: Block, number: int, of: int) -> _Item:
    answers = answer_choices(block.answers)
    items = [_choice(item.id, asked(item), answers, block.answers_id) for item in block.scale.items]
    return _group(f"statements-{block.scale.id}", words.heading(number, of), items)


def _relations() -> _Item:
    body = _question("about-body", words.ABOUT_BODY, "choice", required=True, answerValueSet="#bodies")
    items = [body, *(_relation(question) for question in about("body"))]
    return _group("relations", words.PARTNERS, items, repeats=True)


def _persons() -> _Item:
    person = _question("about-person", words.ABOUT_PERSON, "string", required=True)
    items = [person, *(_relation(question) for question in about("person"))]
    most = [{"url": _MOST, "valueInteger": MOST_PEOPLE_NAMED}]
    return _group("persons", words.PERSONS, items, repeats=True, extension=most)


def _relation(question: RelationQuestion) -> _Item:
    return _choice(question.id, question.definition, answer_choices(question.answers), question.id)


def _diary_item(question: DiaryQuestion) -> _Item:
    id, text = question.id, question.definition
    match question.answer:
        case "time":
            return _question(id, text, "dateTime", required=True)
        case "yes-no":
            return _question(id, text, "boolean", required=True)
        case "free-text":
            return _question(id, text, "text")
        case "opener":
            return _choice(id, text, entry_choices(framework().openers), "openers", required=True)
        case "behaviours":
            return _choice(id, text, entry_choices(framework().behaviours), "behaviours", repeats=True)
        case "bodies":
            return _question(id, text, "choice", repeats=True, answerValueSet="#bodies")
        case "bodies-and-tiers":
            tiers = _choice(f"{id}-tiers", "Their seniority", entry_choices(framework().tiers), "tiers", repeats=True)
            bodies = _question(f"{id}-bodies", "Their organisations", "choice", repeats=True, answerValueSet="#bodies")
            return _group(id, text, [bodies, tiers])


def _question(id: str, text: str, type: str, **more: Any) -> _Item:
    return {"linkId": id, "text": text, "type": type, **more}


def _choice(id: str, text: str, choices: Sequence[Choice], system: str, **more: Any) -> _Item:
    options = [
        {"valueCoding": {"system": f"{_SYSTEM}{system}", "code": choice.code, "display": choice.name}}
        for choice in choices
    ]
    return _question(id, text, "choice", answerOption=options, **more)


def _group(id: str, text: str, items: list[_Item], **more: Any) -> _Item:
    return {"linkId": id, "text": text, "type": "group", **more, "item": items}


def _display(id: str, paragraphs: Sequence[str]) -> _Item:
    return _question(id, "\n\n".join(paragraphs), "display")


def _if_agreed(item: _Item) -> _Item:
    """Show what follows only to those who agree to take part."""
    return {**item, "enableWhen": [{"question": "consent", "operator": "=", "answerBoolean": True}]}
