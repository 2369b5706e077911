"""XLSForm workbooks for ODK, Kobo and whatever reads them: one of the survey, one of the diary.

Every question has its id in the framework as its name, so that answers can be read back.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence

from leaderful.errors import BadValuesError
from leaderful.forms import words
from leaderful.forms.survey import (
    MOST_PEOPLE_NAMED,
    Choice,
    Survey,
    about,
    answer_choices,
    asked,
    entry_choices,
)
from leaderful.forms.workbooks import Book, workbook_bytes
from leaderful.framework import DiaryQuestion, RelationQuestion, framework

_SURVEY = (
    "type",
    "name",
    "label",
    "hint",
    "required",
    "relevant",
    "appearance",
    "choice_filter",
    "constraint",
    "constraint_message",
    "repeat_count",
    "calculation",
    "default",
)
_CHOICES = ("list_name", "name", "label")
_YES_NO = (Choice(code="yes", name="Yes"), Choice(code="no", name="No"))
_AGREED = "${consent} = 'yes'"
_LONG_LIST = 20
_Row = dict[str, str]
_Lists = dict[str, Sequence[Choice]]


def xlsform(survey: Survey) -> bytes:
    """Return the survey as an XLSForm workbook."""
    lists = _lists(survey) | {block.answers_id: answer_choices(block.answers) for block in survey.blocks}
    for question in (*about("body"), *about("person")):
        lists[_list_of(question)] = answer_choices(question.answers)
    return _workbook(survey, "survey", words.title(survey), list(_survey_rows(survey)), lists)


def diary(survey: Survey) -> bytes:
    """Return the diary of moments as an XLSForm workbook; each entry is one submission."""
    lists = _lists(survey) | {
        "openers": entry_choices(framework().openers),
        "behaviours": entry_choices(framework().behaviours),
    }
    return _workbook(survey, "diary", words.diary_title(survey), list(_diary_rows(survey)), lists)


def _lists(survey: Survey) -> _Lists:
    lists: _Lists = {"bodies": survey.roster, "tiers": entry_choices(framework().tiers), "yes_no": _YES_NO}
    return lists | ({"teams": survey.team_list} if survey.team_list else {})


def _workbook(survey: Survey, kind: str, title: str, rows: list[_Row], lists: _Lists) -> bytes:
    used = {word for row in rows for word in row["type"].split()[1:]}
    choices = [
        {"list_name": name, "name": choice.code, "label": choice.name}
        for name, entries in lists.items()
        if name in used
        for choice in entries
    ]
    _refuse_spaces(choices)
    digest = hashlib.sha256(json.dumps([rows, choices]).encode()).hexdigest()[:8]
    settings = {
        "form_title": _plain(title),
        "form_id": re.sub(r"[^A-Za-z0-9_-]", "-", f"leaderful-{kind}-{survey.system}").strip("-"),
        "version": f"{framework().instrument.version}-{digest}",
        "style": "pages",
    }

    def fill(book: Book) -> None:
        book.table(book.sheet("survey"), [_SURVEY, *([row.get(name, "") for name in _SURVEY] for row in rows)])
        plain = [[row["list_name"], row["name"], _plain(row["label"])] for row in choices]
        book.table(book.sheet("choices"), [_CHOICES, *plain])
        book.table(book.sheet("settings"), [list(settings), list(settings.values())])

    return workbook_bytes(survey.as_at, fill)


def _refuse_spaces(choices: Iterable[_Row]) -> None:
    """Refuse codes with spaces: an answer of several codes is written with spaces between them."""
    for row in choices:
        if len(row["name"].split()) != 1 or row["name"] != row["name"].strip():
            raise BadValuesError(
                f"{row['list_name']}: the code {row['name'][:60]!r} has a space in it, which an XLSForm cannot hold. "
                "Give the body a code without spaces in bodies.csv, and in the tables that refer to it."
            )


def _survey_rows(survey: Survey) -> Iterator[_Row]:
    yield from _notes(introduction=words.introduction(survey), terms=words.terms(survey))
    yield from _notes(consent_text=words.consent(survey))
    yield _row("select_one yes_no", "consent", words.CONSENT, required="yes")
    yield from _page("details", "About you", _details(survey))
    blocks = survey.blocks
    for number, block in enumerate(blocks, start=1):
        rows = (_row(f"select_one {block.answers_id}", item.id, _plain(asked(item))) for item in block.scale.items)
        yield from _page(f"statements-{block.scale.id}", words.heading(number, len(blocks)), rows)
    yield from _page("partners-page", "Organisations you work with", [_partners(survey)])
    yield from _relations()
    yield from _page("persons-page", "People you turn to", [_persons_count()])
    yield from _persons()


def _details(survey: Survey) -> Iterator[_Row]:
    yield _row("text", "person", words.DETAILS["person"], required="yes")
    yield _row("text", "wave", words.DETAILS["wave"], required="yes", default=_plain(survey.wave))
    yield _row("select_one bodies", "body", words.DETAILS["body"], required="yes", appearance=_long(survey.roster))
    if survey.team_list:
        yield _row("select_one teams", "team", words.DETAILS["team"], appearance=_long(survey.team_list))
    else:
        yield _row("text", "team", words.DETAILS["team"])
    yield _row("select_one tiers", "tier", words.DETAILS["tier"], required="yes")
    yield _row("select_one yes_no", "consent_network", words.CONSENT_NETWORK)


def _partners(survey: Survey) -> _Row:
    return _row(
        "select_multiple bodies",
        "partners",
        words.PARTNERS,
        appearance=_long(survey.roster),
        choice_filter="name != ${body}",
    )


def _relations() -> Iterator[_Row]:
    """Yield a page for each partner that was picked, with its name above the questions."""
    yield _row(
        "begin_repeat", "relations", "${about-name}", relevant=_AGREED, repeat_count="count-selected(${partners})"
    )
    yield _row("calculate", "about-body", "", calculation="selected-at(${partners}, position(..) - 1)")
    yield _row("calculate", "about-name", "", calculation="jr:choice-name(${about-body}, '${partners}')")
    yield from _group("relation", "${about-name}", (_relation(question) for question in about("body")))
    yield _row("end_repeat", "", "")


def _persons_count() -> _Row:
    return _row(
        "integer",
        "persons-count",
        words.PERSONS,
        hint=f"How many people will you name? 0 to {MOST_PEOPLE_NAMED}",
        constraint=f". >= 0 and . <= {MOST_PEOPLE_NAMED}",
        constraint_message=f"A whole number from 0 to {MOST_PEOPLE_NAMED}",
    )


def _persons() -> Iterator[_Row]:
    yield _row("begin_repeat", "persons", "A person you named", relevant=_AGREED, repeat_count="${persons-count}")
    rows = [_row("text", "about-person", words.ABOUT_PERSON), *(_relation(question) for question in about("person"))]
    yield from _group("person-relation", "One person", rows)
    yield _row("end_repeat", "", "")


def _relation(question: RelationQuestion) -> _Row:
    return _row(f"select_one {_list_of(question)}", question.id, question.definition)


def _list_of(question: RelationQuestion) -> str:
    """Return the name of the list of answers: that of the first question which has the same ones."""
    first = next(each for each in framework().relation_questions if each.answers == question.answers)
    return f"answers_{first.id}"


def _diary_rows(survey: Survey) -> Iterator[_Row]:
    yield from _notes(introduction=words.diary_introduction(), terms=words.terms(survey))
    yield from _notes(consent_text=words.diary_consent())
    yield _row("text", "person", words.DETAILS["person"], required="yes")
    for question in framework().diary_questions:
        yield from _diary_question(question, _long(survey.roster))
    yield _row("select_one yes_no", "consent_text", words.CONSENT_TEXT)


def _diary_question(question: DiaryQuestion, long: str) -> Iterator[_Row]:
    id, text = question.id, question.definition
    match question.answer:
        case "time":
            yield _row("dateTime", id, text, required="yes")
        case "yes-no":
            yield _row("select_one yes_no", id, text, required="yes")
        case "free-text":
            yield _row("text", id, text, appearance="multiline")
        case "opener":
            yield _row("select_one openers", id, text, required="yes")
        case "behaviours":
            yield _row("select_multiple behaviours", id, text)
        case "bodies":
            yield _row("select_multiple bodies", id, text, appearance=long)
        case "bodies-and-tiers":
            bodies = _row("select_multiple bodies", f"{id}-bodies", "Their organisations", appearance=long)
            tiers = _row("select_multiple tiers", f"{id}-tiers", "Their seniority")
            yield from _group(id, text, [bodies, tiers])


def _row(type: str, name: str, label: str, **more: str) -> _Row:
    return {"type": type, "name": name, "label": label, **more}


def _notes(**paragraphs: Sequence[str]) -> Iterator[_Row]:
    for name, lines in paragraphs.items():
        yield _row("note", name.replace("_", "-"), _plain("\n\n".join(lines)))


def _group(name: str, label: str, rows: Iterable[_Row], *, relevant: str = "") -> Iterator[_Row]:
    """Yield questions that share one page."""
    yield _row("begin_group", name, label, appearance="field-list", relevant=relevant)
    yield from rows
    yield _row("end_group", "", "")


def _page(name: str, label: str, rows: Iterable[_Row]) -> Iterator[_Row]:
    """Yield a page that only those see who agree to take part."""
    return _group(name, label, rows, relevant=_AGREED)


def _long(choices: Sequence[Choice]) -> str:
    """Return how a list is shown: one that is long is searched by typing."""
    return "minimal autocomplete" if len(choices) > _LONG_LIST else ""


def _plain(text: str) -> str:
    """Return text in which no form reads a reference to another question."""
    return text.replace("${", "$ {")
