"""Put people of a list on the roster of a study, and find those who stand on it already."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leaderful.web.accounts.links import LETTERS
from leaderful.web.accounts.models import Account
from leaderful.web.studies.models import Person, Study
from leaderful.web.studies.rosters import Row, plain

_CODE_LENGTH: Final = 8
_NAMED: Final = 10
"""Rows that a note names one by one."""
_FIELDS: Final = ("body", "team", "tier", "place")


@dataclass(frozen=True)
class Filed:
    """How many people of a list were new, changed, or there already."""

    new: int
    changed: int
    same: int


class Roster:
    """The people of a study, to be found by address, or by name and body; no two are ever taken for one unsaid."""

    def __init__(self, study: Study) -> None:
        people = list(Person.objects.filter(study=study).select_related("account").order_by("pk"))
        self._by_email = {person.account.email: person for person in people if person.account.email}
        self._by_name: dict[tuple[str, str], list[Person]] = {}
        for person in people:
            if person.account.name:
                self._by_name.setdefault(_named(person.account.name, person.body), []).append(person)
        self._lines: dict[int, int] = {}
        """Row of the list by the person it was found to be about."""

    def fitting(self, row: Row) -> list[Person]:
        """Return all whom a row could be about; somebody with another address is another person."""
        if row.email and row.email in self._by_email:
            return [self._by_email[row.email]]
        namesakes = self._by_name.get(_named(row.name, row.body), []) if row.name else []
        alone = [person for person in namesakes if not person.account.email]
        return alone if row.email or alone else namesakes

    def fault(self, row: Row) -> str:
        """Say why a row cannot be taken, given the rows before it; nothing where it can.

        Whoever could move people between bodies after they were asked could learn from the rates who has answered;
        and whoever could give them another address could sign in as them.
        """
        found = self.fitting(row)
        if len(found) > 1:
            return _(
                "several people of this name are on the list for this organisation, and the row does not say which "
                "of them is meant; write their email address, or take the row out"
            )
        first = self._lines.setdefault(found[0].pk, row.line) if found else row.line
        if first != row.line:
            return _(
                "fits the same person on the list as row %(first)s, which is kept; if it is somebody else, write the "
                "name in another way, such as with a middle name, or give their own email address"
            ) % {"first": first}
        if not found or found[0].invited_at is None or not _differs(found[0], row):
            return ""
        return _(
            "was invited already, and from then on body, team, tier, place and address stay as they are, so that "
            "nobody can work out who has answered; take the row out"
        )

    def notes(self, rows: list[Row]) -> list[str]:
        """Say of the rows that are taken which of them were told apart, or taken for somebody, by a name alone."""
        many = Counter(_named(row.name, row.body) for row in rows if row.name)
        known = {row.line: found[0] for row in rows if (found := self.fitting(row))}
        kinds = {
            _(
                "the same name in the same organisation as another row. Each is kept as a person of their own; if two "
                "rows are one person, take one out."
            ): [row for row in rows if many[_named(row.name, row.body)] > 1],
            _(
                "taken to be the person of this name who is on the list for this organisation already; an address in "
                "the row becomes theirs. If it is somebody else, write the name in another way, such as with a middle "
                "name."
            ): [row for row in rows if row.line in known and not _by_address(row, known[row.line])],
            _(
                "taken to be the person with this email address who is on the list already under another name, which "
                "stays. If it is somebody else, give their own email address."
            ): [row for row in rows if row.line in known and _renamed(row, known[row.line])],
        }
        return [f"{_lines(meant)}: {said}" for said, meant in kinds.items() if meant]


def file_people(study: Study, rows: Iterable[Row]) -> Filed:
    """Add the new people of a list to a study, and change those who stand on its roster and were not invited yet."""
    new = changed = same = 0
    with transaction.atomic():
        Study.objects.select_for_update().get(pk=study.pk)
        roster, used = Roster(study), set(Person.objects.filter(study=study).values_list("code", flat=True))
        for row in rows:
            found = roster.fitting(row)
            if not found:
                _add(study, row, used)
                new += 1
            elif not roster.fault(row) and _differs(found[0], row):
                _change(found[0], row)
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


def _by_address(row: Row, person: Person) -> bool:
    """Tell whether it was the address by which somebody was found."""
    return bool(row.email) and row.email == person.account.email


def _renamed(row: Row, person: Person) -> bool:
    """Tell whether somebody was found by address, and has another name."""
    names = plain(row.name), plain(person.account.name)
    return _by_address(row, person) and all(names) and names[0] != names[1]


def _lines(rows: list[Row]) -> str:
    """Name rows of a list by their numbers, the first ten of them."""
    named = ", ".join(str(row.line) for row in rows[:_NAMED])
    more = _(" and %(more)s more") % {"more": len(rows) - _NAMED} if len(rows) > _NAMED else ""
    return ngettext("Row %(rows)s", "Rows %(rows)s", len(rows)) % {"rows": f"{named}{more}"}


def _named(name: str, body: str) -> tuple[str, str]:
    return plain(name), body


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
