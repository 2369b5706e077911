"""The people of a study folder: under their codes, with accounts that nobody can sign in to."""

from __future__ import annotations

from typing import Final

from django.utils import timezone

from leaderful.study import Study as StudyTables
from leaderful.web.accounts.models import Account
from leaderful.web.studies.models import Person, Study

AT_ONCE: Final = 500
"""Rows that are sent to the database at a time."""


def keep_people(held: Study, study: StudyTables) -> dict[str, Person]:
    """Keep the people of a study and return them by their codes.

    Nobody here knows who they are. If a link or a printed code could let somebody in as one of them, whoever made it
    could read what that person said.
    """
    now = timezone.now()
    rows = study.table("people").rows(named=True)
    accounts = [_closed_account() for _ in rows]
    Account.objects.bulk_create(accounts, batch_size=AT_ONCE)
    people = [
        Person(
            study=held,
            account=account,
            code=row["id"],
            body=row["body"],
            team=row["team"] or "",
            tier=row["tier"],
            place=row["place"] or "",
            invited_at=now,
        )
        for row, account in zip(rows, accounts, strict=True)
    ]
    Person.objects.bulk_create(people, batch_size=AT_ONCE)
    return {person.code: person for person in people}


def _closed_account() -> Account:
    account = Account(is_active=False)
    account.set_unusable_password()
    return account
