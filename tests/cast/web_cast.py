"""The cast of every view's test, and what it takes to make it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.test import Client
from django.utils import timezone

from leaderful.web.accounts.models import Account
from leaderful.web.studies import evidence
from leaderful.web.studies.models import Member, Person, Role, Study, Wave

PASSWORD = "eleven grey herons"


@dataclass(frozen=True)
class Cast:
    """Everybody, the study they play in, and another one that is not theirs."""

    study: Study
    other: Study
    wave: Wave
    steward: Account
    lead: Account
    researcher: Account
    participant: Account
    stranger: Account
    """Steward and participant of the other study, and nothing in this one."""
    owner: Account
    person: Person

    def client(self, name: str) -> Client:
        """Return a browser in which one of them is signed in; nobody for `anonymous`."""
        browser = Client()
        if name != "anonymous":
            browser.force_login(getattr(self, name), backend="django.contrib.auth.backends.ModelBackend")
        return browser


NAMES = ("steward", "lead", "researcher", "participant", "stranger", "owner", "anonymous")


def account(name: str, **more: object) -> Account:
    made = Account.objects.make(email=f"{name}@example.org", name=name.title(), password=PASSWORD)
    for field, value in more.items():
        setattr(made, field, value)
    made.save()
    return made


def make_cast() -> Cast:
    study, other = (evidence.start(name, "QHM", date(2026, 4, 1)) for name in ("The study", "Another study"))
    people = {name: account(name) for name in ("steward", "lead", "researcher", "participant", "stranger")}
    bodies = evidence.table(study.pk, "bodies").filter(kind="nhs-trust")["id"].sort()
    Member.objects.create(study=study, account=people["steward"], role=Role.STEWARD)
    Member.objects.create(study=study, account=people["lead"], role=Role.LEAD, body=bodies[0])
    Member.objects.create(study=study, account=people["researcher"], role=Role.RESEARCHER)
    Member.objects.create(study=other, account=people["stranger"], role=Role.STEWARD)
    wave = Wave.objects.create(study=study, code="w1", name="First round", opened_on=date(2026, 5, 1))
    person = Person.objects.create(
        study=study,
        account=people["participant"],
        code="P1",
        body=bodies[0],
        tier="practitioner",
        invited_at=timezone.now(),
    )
    Person.objects.create(study=other, account=people["stranger"], code="P1", body=bodies[0], tier="manager")
    return Cast(study=study, other=other, wave=wave, owner=account("owner", owns_server=True), person=person, **people)
