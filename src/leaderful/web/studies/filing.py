"""Put people of a list on the roster of a study, and find those who stand on it already."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from leaderful.web.accounts.links import LETTERS
from leaderful.web.accounts.models import Account
from leaderful.web.studies.models import Person, Study
from leaderful.web.studies.rosters import Row

_CODE_LENGTH: Final = 8
_FIELDS: Final = ("body", "team", "tier", "place")


@dataclass(frozen=True)
class Filed:
    """How many people of a list were new, changed, or there already."""

    new: int
    changed: int
    same: int


class Roster:
    """The people of a study, to be found by address, or by name and body."""

    def __init__(self, study: Study) -> None:
        people = list(Person.objects.filter(study=study).select_related("account").order_by("pk"))
        self._by_email = {person.account.email: person for person in people if person.account.email}
        self._by_name = {_named(person.account.name, person.body): person for person in people if person.account.name}

    def find(self, row: Row) -> Person | None:
        """Return who a row is about; somebody with another address is another person."""
        if row.email and row.email in self._by_email:
            return self._by_email[row.email]
        found = self._by_name.get(_named(row.name, row.body)) if row.name else None
        return found if found is not None and not (row.email and found.account.email) else None

    def fault(self, row: Row) -> str:
        """Say why a row cannot be taken; nothing where it can.

        Whoever could move people between bodies after they were asked could learn from the rates who has answered;
        and whoever could give them another address could sign in as them.
        """
        person = self.find(row)
        if person is None or person.invited_at is None or not _differs(person, row):
            return ""
        return _(
            "was invited already, and from then on body, team, tier, place and address stay as they are, so that "
            "nobody can work out who has answered; take the row out"
        )


def file_people(study: Study, rows: Iterable[Row]) -> Filed:
    """Add the new people of a list to a study, and change those who stand on its roster and were not invited yet."""
    new = changed = same = 0
    with transaction.atomic():
        Study.objects.select_for_update().get(pk=study.pk)
        roster, used = Roster(study), set(Person.objects.filter(study=study).values_list("code", flat=True))
        for row in rows:
            person = roster.find(row)
            if person is None:
                _add(study, row, used)
                new += 1
            elif person.invited_at is None and _differs(person, row):
                _change(person, row)
                changed += 1
            else:
                same += 1
    return Filed(new=new, changed=changed, same=same)


def new_code(used: set[str]) -> str:
    """Return a code that says nothing about anybody and that nobody has."""
    while True:
        code = "P" + "".join(secrets.choice(LETTERS) for _ in range(_CODE_LENGTH))
        if code not in used:
            used.add(code)
            return code


def _named(name: str, body: str) -> tuple[str, str]:
    return " ".join(name.casefold().split()), body


def _differs(person: Person, row: Row) -> bool:
    moved = any(getattr(person, field) != getattr(row, field) for field in _FIELDS)
    return moved or bool(row.email and person.account.email != row.email)


def _add(study: Study, row: Row, used: set[str]) -> None:
    account = _account(row)
    Person.objects.create(
        study=study,
        account=account,
        code=new_code(used),
        **{field: getattr(row, field) for field in _FIELDS},
    )


def _account(row: Row) -> Account:
    held = Account.objects.filter(email=row.email).first() if row.email else None
    return held or Account.objects.make(email=row.email, name=row.name)


def _change(person: Person, row: Row) -> None:
    for field in _FIELDS:
        setattr(person, field, getattr(row, field))
    if row.email and not person.account.email:
        _give_address(person, row)
    person.save()


def _give_address(person: Person, row: Row) -> None:
    """Give somebody an address; where it has an account already, theirs is that one from now on."""
    alone, held = person.account, Account.objects.filter(email=row.email).first()
    if held is None:
        alone.email = row.email
        alone.save(update_fields=["email"])
        return
    person.account = held
    person.save(update_fields=["account"])
    drop_account(alone)


def drop_account(account: Account) -> None:
    """Remove an account that nothing rests on any more."""
    if not (account.owns_server or account.answering.exists() or account.roles.exists()):
        account.delete()
