"""Databases of their own for tests of what happens between two of them."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import dj_database_url
import pytest
from django.core.management import call_command
from django.db import connections, models

from leaderful.web.backups import tables

WHEN: Final = datetime(2026, 5, 4, 3, 2, 1, 123457, tzinfo=UTC)
WORDS: Final = "Trust in “us”: yes,\nor no\u2028\t\\ é"
VALUES: Final[tuple[tuple[type[models.Field[Any, Any]], Any], ...]] = (
    (models.DateTimeField, WHEN),
    (models.DateField, date(2026, 5, 4)),
    (models.UUIDField, uuid.UUID(int=7)),
    (models.JSONField, ["é", {"a": None}, 1.5]),
    (models.BinaryField, b"\x00\x01\xff\n\x00\x22"),
    (models.BooleanField, True),
    (models.FloatField, 0.1),
    (models.IntegerField, 3),
)
_TEMPLATE: Final[dict[str, Path]] = {}


@pytest.fixture
def databases(django_db_blocker: Any) -> Iterator[None]:
    """Let a test use databases that it makes by itself."""
    with django_db_blocker.unblock():
        yield


def _migrated(path: Path) -> Path:
    """Return an empty database with all tables, made once a run."""
    if "path" not in _TEMPLATE or not _TEMPLATE["path"].exists():
        with _named(deepcopy(connections["default"].settings_dict) | _sqlite(path)) as alias:
            call_command("migrate", database=alias, verbosity=0)
            with connections[alias].cursor() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        _TEMPLATE["path"] = path
    return _TEMPLATE["path"]


def _sqlite(path: Path) -> dict[str, Any]:
    options = {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL;"}
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": options}


@contextmanager
def _named(settings: dict[str, Any]) -> Iterator[str]:
    alias = f"made{uuid.uuid4().hex[:8]}"
    connections.databases[alias] = settings | {"ATOMIC_REQUESTS": False, "AUTOCOMMIT": True}
    try:
        yield alias
    finally:
        connections[alias].close()
        del connections[alias], connections.databases[alias]


@contextmanager
def database(path: Path) -> Iterator[str]:
    """Make an empty SQLite database in a file, and yield its alias."""
    shutil.copyfile(_migrated(path.with_name("template.sqlite3")), path)
    with _named(deepcopy(connections["default"].settings_dict) | _sqlite(path)) as alias:
        yield alias


@contextmanager
def new_database(kind: str, path: Path) -> Iterator[str]:
    """Make an empty database of a kind, and yield its alias; PostgreSQL is that of DATABASE_URL, where it names one."""
    if kind == "sqlite":
        with database(path) as alias:
            yield alias
        return
    server = dj_database_url.parse(os.environ.get("DATABASE_URL", "sqlite://"))
    if not server["ENGINE"].endswith("postgresql"):
        pytest.skip("DATABASE_URL names no PostgreSQL")
    name = f"leaderful_{uuid.uuid4().hex[:8]}"
    usual = deepcopy(connections["default"].settings_dict) | dict(server)
    with _named(usual | {"NAME": "postgres"}) as first, connections[first].cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        try:
            with _named(usual | {"NAME": name}) as alias:
                call_command("migrate", database=alias, verbosity=0)
                yield alias
        finally:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def fill(alias: str) -> None:
    """Write a row into every table, with values that are easily lost on the way."""
    made: dict[type[models.Model], models.Model] = {}
    waiting = list(tables().values())
    while waiting:
        model = waiting.pop(0)
        if {_target(field) for field in model._meta.fields if field.remote_field} - set(made) - {model}:
            waiting.append(model)
            continue
        row = model(**{field.name: _value(field, made) for field in model._meta.fields if not field.primary_key})
        row.save_base(using=alias, raw=True, force_insert=True)
        made[model] = row


def rows(alias: str) -> dict[str, list[dict[str, Any]]]:
    """Return all rows of all tables."""
    return {
        name: [
            {field: bytes(value) if isinstance(value, memoryview) else value for field, value in row.items()}
            for row in model._base_manager.using(alias).order_by("pk").values()
        ]
        for name, model in tables().items()
    }


def _target(field: Any) -> Any:
    return field.remote_field.model


def _value(field: Any, made: dict[type[models.Model], models.Model]) -> Any:
    if field.remote_field:
        return made.get(_target(field))
    if field.choices:
        return field.choices[0][0]
    for kind, value in VALUES:
        if isinstance(field, kind):
            return value
    if isinstance(field, models.EmailField):
        return "ada@example.org"
    return "" if field.blank and isinstance(field, models.CharField) else WORDS[: field.max_length or None]
