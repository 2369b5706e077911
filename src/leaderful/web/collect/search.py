"""Find bodies and people by what somebody types."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from leaderful.forms.survey import Choice, shown
from leaderful.web.studies import evidence
from leaderful.web.studies.models import Person, Study

MOST_SHOWN: Final = 12
LONGEST: Final = 100
"""Letters of what is typed that are looked at."""


@dataclass(frozen=True)
class Found:
    """What was typed, and what was found."""

    query: str
    matches: tuple[Choice, ...]
    more: bool
    """Whether there is more than is shown."""


def typed(query: str) -> str:
    """Return what was typed as one short line."""
    return " ".join(query.replace("\0", " ").split())[:LONGEST]


def find(query: str, among: Iterable[tuple[Choice, str]]) -> Found:
    """Return the choices whose words hold every word typed; nothing for nothing."""
    words = typed(query).casefold().split()
    if not words:
        return Found("", (), False)
    matches = [choice for choice, text in among if all(word in text.casefold() for word in words)]
    return Found(typed(query), tuple(matches[:MOST_SHOWN]), len(matches) > MOST_SHOWN)


def bodies_of(study: Study, person: Person) -> tuple[Choice, ...]:
    """Return the bodies that somebody may name: those of the study but their own."""
    return tuple(choice for choice in evidence.survey(study).roster if choice.code != person.body)


def find_bodies(query: str, bodies: Iterable[Choice]) -> Found:
    """Return the bodies whose name or code holds every word typed."""
    return find(query, ((body, f"{body.name} {body.code}") for body in bodies))


def body_names(study: Study) -> dict[str, str]:
    """Return the names of all bodies of a study by their codes."""
    rows = evidence.table(study.pk, "bodies").select("id", "name").iter_rows()
    return {code: shown(name or "") or code for code, name in rows}


def find_people(query: str, study: Study, person: Person) -> Found:
    """Return the others of a study who have a name that holds every word typed.

    They go by the key of their row. Their code is told to nobody: with it, their answers could be told apart in
    data without names.
    """
    names = body_names(study)
    others = Person.objects.filter(study=study).exclude(pk=person.pk).exclude(account__name="")
    rows = others.order_by("account__name", "pk").values_list("pk", "account__name", "body")
    choices = (Choice(code=str(key), name=f"{shown(name)}, {names.get(body, body)}") for key, name, body in rows)
    return find(query, ((choice, choice.name) for choice in choices))
