"""Write everything that the database holds to one file, as it stood at one moment, while people go on answering."""

from __future__ import annotations

import hashlib
import io
import json
import os
import secrets
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import IO, Any, Final

from django.apps import apps
from django.core import serializers
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from leaderful import __version__
from leaderful.errors import BrokenStructureError, StudyNotFoundError

MANIFEST: Final = "manifest.json"
FORMAT: Final = 1
OURS: Final = "leaderful.web."
ROWS_AT_ONCE: Final = 500
_SNAPSHOT: Final = "snapshot"


@dataclass(frozen=True)
class Table:
    """What the manifest says of a table's file."""

    rows: int
    size: int
    sha256: str


class WholeTimes(DjangoJSONEncoder):
    """Writes times to the last microsecond; Django's own drops what is below a thousandth."""

    def default(self, o: Any) -> Any:
        """Return what stands for a value."""
        return o.isoformat() if isinstance(o, datetime | time) else super().default(o)


class _Counting(io.RawIOBase):
    """Passes bytes on, and keeps their number, their lines and their hash."""

    def __init__(self, entry: IO[bytes]) -> None:
        self._entry, self._hash = entry, hashlib.sha256()
        self._rows = self._size = 0

    def writable(self) -> bool:
        """Say that it can be written to."""
        return True

    def write(self, data: Any) -> int:
        """Pass bytes on."""
        block = bytes(data)
        self._rows, self._size = self._rows + block.count(b"\n"), self._size + len(block)
        self._hash.update(block)
        self._entry.write(block)
        return len(block)

    def table(self) -> Table:
        """Return what has passed."""
        return Table(rows=self._rows, size=self._size, sha256=self._hash.hexdigest())


def tables() -> dict[str, type[models.Model]]:
    """Return what is kept, by name: all of this application's own; sessions and counts of failures are left out."""
    kept = {model._meta.label_lower: model for model in apps.get_models() if model.__module__.startswith(OURS)}
    return dict(sorted(kept.items()))


def changes_made(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of the changes of form that the tables have been through.

    Raises
    ------
    BrokenStructureError
        They lack some that this version knows, or have some that it does not.
    """
    labels = {model._meta.app_label for model in tables().values()}
    executor = MigrationExecutor(connection)
    known = {key for key in executor.loader.graph.nodes if key[0] in labels}
    made = {key for key in executor.loader.applied_migrations if key[0] in labels}
    if known != made:
        raise BrokenStructureError(
            f"The tables of the database are not those of leaderful {__version__}. "
            "Start `leaderful serve` once with this version, or use the version that made them."
        )
    return sorted(".".join(key) for key in made)


def write_backup(out: Path, *, database: str = DEFAULT_DB_ALIAS) -> dict[str, Table]:
    """Write a backup, whole or not at all, to a file that is not there yet; nobody but its owner can read it."""
    with _new_file(out) as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        with _snapshot(database) as connection:
            changes = changes_made(connection)
            written = {name: _write_table(archive, name, model) for name, model in tables().items()}
        archive.writestr(MANIFEST, json.dumps(_manifest(changes, written), indent=1))
    return written


def _manifest(changes: list[str], written: dict[str, Table]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "leaderful": __version__,
        "at": timezone.now().isoformat(timespec="seconds"),
        "migrations": changes,
        "tables": {name: vars(table) for name, table in written.items()},
    }


def _write_table(archive: zipfile.ZipFile, name: str, model: type[models.Model]) -> Table:
    rows = model._base_manager.using(_SNAPSHOT).order_by("pk").iterator(chunk_size=ROWS_AT_ONCE)
    with archive.open(f"{name}.jsonl", "w", force_zip64=True) as entry:
        counting = _Counting(entry)
        with io.TextIOWrapper(io.BufferedWriter(counting, 1 << 16), encoding="utf-8", newline="\n") as text:
            serializers.serialize("jsonl", rows, stream=text, cls=WholeTimes)
    return counting.table()


@contextmanager
def _snapshot(database: str) -> Iterator[BaseDatabaseWrapper]:
    """Open a connection that sees the database as it is now and stops nobody from writing."""
    settings = deepcopy(connections[database].settings_dict)
    local = connections[database].vendor == "sqlite"
    if local:
        settings["OPTIONS"] |= {"transaction_mode": "DEFERRED", "init_command": "PRAGMA query_only=ON"}
    connections.databases[_SNAPSHOT] = settings
    try:
        with transaction.atomic(using=_SNAPSHOT):
            if not local:
                with connections[_SNAPSHOT].cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield connections[_SNAPSHOT]
    finally:
        connections[_SNAPSHOT].close()
        del connections[_SNAPSHOT], connections.databases[_SNAPSHOT]


@contextmanager
def _new_file(out: Path) -> Iterator[IO[bytes]]:
    """Open a file that takes its name only once it is whole and on the disk."""
    part = out.with_name(f".{out.name}.{secrets.token_hex(4)}.part")
    try:
        _refuse_existing(out)
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        _refuse_existing(out)
        part.rename(out)
        _keep_name(out.parent)
    except OSError as error:
        raise StudyNotFoundError(
            f"{out} cannot be written: {error.strerror}. Choose a folder that is there, in which you may write."
        ) from None
    finally:
        part.unlink(missing_ok=True)


def _refuse_existing(out: Path) -> None:
    if out.exists():
        raise StudyNotFoundError(
            f"{out} is there already, and a backup replaces nothing. Choose another name for --out."
        )


def _keep_name(folder: Path) -> None:
    """Have the name of a new file on the disk as well, where the system knows how."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
