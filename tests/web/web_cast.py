"""The cast of every view's test, and what it takes to make it."""

from __future__ import annotations

from dataclasses import dataclass

from django.test import Client

from leaderful.web.accounts.models import Account
from leaderful.web.studies.models import Person, Study, Wave

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
