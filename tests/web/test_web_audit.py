"""The log only grows: neither a program nor the database lets an entry be changed or removed."""

from __future__ import annotations

import uuid

import pytest
from django.db import DatabaseError, connection, transaction

from leaderful.web.audit.models import Entry, GrowsOnlyError, note

pytestmark = pytest.mark.django_db


def test_an_entry_is_added() -> None:
    who = uuid.uuid4()
    note("opened a round", account=who, about="w1" * 150)
    entry = Entry.objects.get()
    assert (entry.did, entry.account, len(entry.about)) == ("opened a round", who, 200)


def test_a_program_changes_and_removes_none() -> None:
    note("opened a round", account=None)
    entry = Entry.objects.get()
    with pytest.raises(GrowsOnlyError):
        entry.save()
    with pytest.raises(GrowsOnlyError):
        entry.delete()


@pytest.mark.parametrize("command", ["UPDATE audit_entry SET did = 'nothing'", "DELETE FROM audit_entry"])
def test_the_database_changes_and_removes_none(command: str) -> None:
    note("opened a round", account=None)
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(command)
    with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
        Entry.objects.all().delete()
    assert Entry.objects.get().did == "opened a round"
