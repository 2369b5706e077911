"""Questions as a page shows them, what was filled in, and the order of the pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Final

from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from leaderful import jobs
from leaderful.forms.survey import UNABLE, Block, Choice, answer_choices, asked
from leaderful.framework import RelationQuestion
from leaderful.web.collect.models import Answer, Consent

Values = dict[str, int | None]
"""Answers by item or question; without a value, that one is not able to say."""
_DRAWN: Final = 4_096
"""Questions that stay in memory as pages show them: a question looks the same to all who picked the same."""


@dataclass(frozen=True, kw_only=True)
class Option:
    """One answer that can be picked."""

    id: str
    code: str
    name: str
    picked: bool


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question with the answers that can be picked, and the one that is."""

    field: str
    words: str
    choices: tuple[Choice, ...]
    chosen: str = ""
    error: str = ""

    @property
    def html(self) -> SafeString:
        """The question as pages show it."""
        return _draw(self, get_language())

    @property
    def options(self) -> list[Option]:
        """The answers as a page draws them; the first goes by the name of the field, so that errors can lead to it."""
        return [
            Option(
                id=f"{self.field}-{place}" if place > 1 else self.field,
                code=choice.code,
                name=choice.name[:1].upper() + choice.name[1:],
                picked=choice.code == self.chosen,
            )
            for place, choice in enumerate(self.choices, 1)
        ]


@dataclass(frozen=True, kw_only=True)
class Progress:
    """Which page this is, of how many."""

    page: int
    of: int


@cache
def blocks() -> tuple[Block, ...]:
    """Return the item scales in the order asked, one a page; they are the same in every study."""
    return jobs.survey(None, ()).blocks


def progress(page: int) -> Progress:
    """Return how far a page is; after the statements come bodies, then people."""
    return Progress(page=page, of=len(blocks()) + 2)


def page_of(scale: str) -> int | None:
    """Return the number of the page of an item scale, from 1; None where there is no such scale."""
    return next((number for number, block in enumerate(blocks(), 1) if block.scale.id == scale), None)


def first_open(consent: Consent) -> Block | None:
    """Return the first page of statements on which something is open; None when nothing is."""
    answers = Answer.objects.filter(person=consent.person_id, wave=consent.wave_id)
    said = set(answers.values_list("item", flat=True))
    return next((block for block in blocks() if not {item.id for item in block.scale.items} <= said), None)


def statements(block: Block, said: Mapping[str, int | None]) -> tuple[Question, ...]:
    """Return the statements of a page with what was said of them before."""
    choices = answer_choices(block.answers)
    return tuple(
        Question(field=item.id, words=asked(item), choices=choices, chosen=_code(item.id, said))
        for item in block.scale.items
    )


def relation_questions(asked_of: Iterable[RelationQuestion], said: Mapping[str, int | None]) -> tuple[Question, ...]:
    """Return the questions about a body or a person with what was said before."""
    return tuple(
        Question(
            field=question.id,
            words=question.definition,
            choices=answer_choices(question.answers),
            chosen=_code(question.id, said),
        )
        for question in asked_of
    )


def read(questions: Iterable[Question], posted: QueryDict) -> tuple[Values, tuple[Question, ...]]:
    """Return what was filled in, and the questions with it, an error at each that holds what it does not allow."""
    values: Values = {}
    filled = []
    for question in questions:
        given = posted.get(question.field, "")
        allowed = given in {choice.code for choice in question.choices}
        if allowed:
            values[question.field] = None if given == UNABLE else int(given)
        error = "" if allowed or not given else _("This is not one of the answers. Pick one of those shown.")
        filled.append(replace(question, chosen=given if allowed else question.chosen, error=error))
    return values, tuple(filled)


def wrong(questions: Iterable[Question]) -> tuple[Question, ...]:
    """Return the questions filled in with what they do not allow."""
    return tuple(question for question in questions if question.error)


def words_of(question: Question) -> str:
    """Return the answer that is picked, in words."""
    return next((choice.name for choice in question.choices if choice.code == question.chosen), "")


@lru_cache(maxsize=_DRAWN)
def _draw(question: Question, language: str | None) -> SafeString:  # noqa: ARG001 (its words are in the language)
    return render_to_string("collect/radios.html", {"question": question})


def _code(field: str, said: Mapping[str, int | None]) -> str:
    if field not in said:
        return ""
    value = said[field]
    return UNABLE if value is None else str(value)
