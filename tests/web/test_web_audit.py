"""The log only grows: neither a program nor the database lets an entry be changed or removed."""

from __future__ import annotations

import uuid
from importlib import import_module

import pytest
from django.apps import apps
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


@pytest.mark.parametrize("command", ["TRUNCATE audit_entry", "TRUNCATE audit_entry RESTART IDENTITY CASCADE"])
def test_the_database_empties_it_at_no_stroke(command: str) -> None:
    note("opened a round", account=None)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(command)
    assert Entry.objects.get().did == "opened a round"


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite knows no TRUNCATE")
def test_the_trigger_is_what_forbids_it_and_goes_and_comes_with_its_migration() -> None:
    migration = import_module("leaderful.web.audit.migrations.0003_is_never_emptied")
    note("opened a round", account=None)
    with connection.cursor() as cursor:
        with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
            cursor.execute("TRUNCATE audit_entry")
        with connection.schema_editor(atomic=False) as editor:
            migration.allow(apps, editor)
            migration.forbid(apps, editor)
        with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
            cursor.execute("TRUNCATE audit_entry")
