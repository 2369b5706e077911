"""The cast of every view's test: a steward, a lead, a researcher, a participant, a stranger, and nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.core.cache import cache
from web_cast import Cast, account

from leaderful.web.studies import evidence
from leaderful.web.studies.models import Member, Person, Role, Wave


@pytest.fixture
def cast(db: None) -> Cast:  # noqa: ARG001
    study, other = (evidence.start(name, "QHM", date(2026, 4, 1)) for name in ("The study", "Another study"))
    people = {name: account(name) for name in ("steward", "lead", "researcher", "participant", "stranger")}
    bodies = evidence.table(study.pk, "bodies").filter(kind="nhs-trust")["id"].sort()
    Member.objects.create(study=study, account=people["steward"], role=Role.STEWARD)
    Member.objects.create(study=study, account=people["lead"], role=Role.LEAD, body=bodies[0])
    Member.objects.create(study=study, account=people["researcher"], role=Role.RESEARCHER)
    Member.objects.create(study=other, account=people["stranger"], role=Role.STEWARD)
    wave = Wave.objects.create(study=study, code="w1", name="First round", opened_on=date(2026, 5, 1))
    person = Person.objects.create(
        study=study, account=people["participant"], code="P1", body=bodies[0], tier="practitioner"
    )
    Person.objects.create(study=other, account=people["stranger"], code="P1", body=bodies[0], tier="manager")
    return Cast(study=study, other=other, wave=wave, owner=account("owner", owns_server=True), person=person, **people)


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    yield
    cache.clear()
    evidence.table.cache_clear()


@pytest.fixture
def mailed(mailoutbox: list[object]) -> Callable[[], list[str]]:
    """Return a function that gives the words of all mail sent so far."""
    return lambda: [mail.body for mail in mailoutbox]  # type: ignore[attr-defined]
