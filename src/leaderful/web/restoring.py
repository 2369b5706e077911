"""Bring a backup into an empty database: looked through from end to end before anything is written."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any, Final, NoReturn

from django.core import serializers
from django.core.exceptions import ValidationError
from django.core.management.color import no_style
from django.core.serializers.base import DeserializationError, DeserializedObject
from django.db import DEFAULT_DB_ALIAS, DataError, IntegrityError, connections, models, transaction

from leaderful.errors import BrokenKeysError, BrokenStructureError, StudyNotFoundError, UnreadableFileError
from leaderful.web.accounts.models import Purpose, SignInLink
from leaderful.web.backups import FORMAT, MANIFEST, Table, changes_made, tables

LARGEST_MANIFEST: Final = 1_000_000
LARGEST_ROW: Final = 256 * 2**20
MOST_FOLDS: Final = 200
"""How many times its packed size a table may have beyond `ALLOWED`: those of people's answers have some 20."""
ALLOWED: Final = 64 * 2**20
_BLOCK: Final = 1 << 20
_DAMAGED: Final = (zipfile.BadZipFile, EOFError, OSError, RuntimeError, NotImplementedError, zlib.error)
_UNFIT: Final = (
    DeserializationError,
    ValidationError,
    ValueError,
    TypeError,
    KeyError,
    OverflowError,
    IntegrityError,
    DataError,
)


def read_backup(file: Path, *, database: str = DEFAULT_DB_ALIAS) -> dict[str, Table]:
    """Put what a backup holds into a database, all of it or nothing, and return what it was."""
    with _opened(file) as archive:
        manifest = _manifest(archive, file)
        held = _sound(archive, manifest, file)
        connection = connections[database]
        if manifest["migrations"] != changes_made(connection):
            raise BrokenStructureError(
                f"{file} was made by leaderful {manifest['leaderful']}, whose tables have another form. Restore it "
                "with that version, and bring in the new version afterwards: `leaderful serve` changes the form."
            )
        with transaction.atomic(using=database):
            _refuse_full(database)
            for name, model in tables().items():
                _bring_in(archive, name, model, database)
            _check_keys(file, database)
            with connection.cursor() as cursor:
                for statement in connection.ops.sequence_reset_sql(no_style(), list(tables().values())):
                    cursor.execute(statement)
    return held


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    """Open a backup."""
    try:
        stream = file.open("rb")
    except OSError as error:
        raise StudyNotFoundError(f"{file} cannot be read: {error.strerror}. Name the file of a backup.") from None
    with closing(stream):
        try:
            archive = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
            _refuse(file, "it is no zip file, or only a part of one")
        with archive:
            yield archive


def _manifest(archive: zipfile.ZipFile, file: Path) -> dict[str, Any]:
    """Return the manifest of a backup, once all in it that is used is of the right kind."""
    names = archive.namelist()
    if names.count(MANIFEST) != 1 or archive.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
        _refuse(file, "it holds no manifest of a backup")
    try:
        manifest = json.loads(_whole(archive, MANIFEST, file))
        said = manifest["format"], str(manifest["leaderful"]), [str(name) for name in manifest["migrations"]]
        held = {
            str(name): Table(int(table["rows"]), int(table["size"]), str(table["sha256"]))
            for name, table in manifest["tables"].items()
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        _refuse(file, "its manifest is not that of a backup")
    if said[0] != FORMAT:
        _refuse(file, f"its manifest is of form {said[0]!s:.10}, and this version reads form {FORMAT}")
    return {"leaderful": said[1][:40], "migrations": said[2], "tables": held}


def _whole(archive: zipfile.ZipFile, name: str, file: Path) -> bytes:
    with _entry(archive, name, file) as entry:
        return entry.read(LARGEST_MANIFEST)


def _sound(archive: zipfile.ZipFile, manifest: dict[str, Any], file: Path) -> dict[str, Table]:
    """Check sizes, then hashes, of all tables before a byte of them is used."""
    held: dict[str, Table] = manifest["tables"]
    if set(held) != set(tables()) or sorted(archive.namelist()) != sorted([MANIFEST, *map(_file, held)]):
        _refuse(file, "it lacks tables of this version or holds others")
    for name, table in held.items():
        info = archive.getinfo(_file(name))
        if info.file_size != table.size or info.file_size > MOST_FOLDS * info.compress_size + ALLOWED:
            _refuse(file, f"table {name} would unpack to another size than a backup has")
    for name, table in held.items():
        if _seen(archive, name, file) != table:
            _refuse(file, f"table {name} is not as it was written")
    return held


def _seen(archive: zipfile.ZipFile, name: str, file: Path) -> Table:
    """Return rows, size and hash of a table as it is in the file."""
    rows, size, seen = 0, 0, hashlib.sha256()
    with _entry(archive, _file(name), file) as entry:
        while block := entry.read(_BLOCK):
            rows, size = rows + block.count(b"\n"), size + len(block)
            seen.update(block)
    return Table(rows, size, seen.hexdigest())


@contextmanager
def _entry(archive: zipfile.ZipFile, name: str, file: Path) -> Iterator[IO[bytes]]:
    """Open one of the packed files; damage in it is said in words."""
    try:
        with archive.open(name) as entry:
            yield entry
    except _DAMAGED:
        _refuse(file, f"{name} in it is damaged")


def _refuse_full(database: str) -> None:
    """Refuse a database that holds anything but the link for a first owner, which is taken away."""
    SignInLink.objects.using(database).filter(purpose=Purpose.OWNER, account=None).delete()
    full = [name for name, model in tables().items() if model._base_manager.using(database).exists()]
    if full:
        raise StudyNotFoundError(
            f"The database is not empty: there are rows in {', '.join(full)}. A backup replaces nothing; "
            "restore it into a new folder, or a new database that DATABASE_URL names."
        )


def _bring_in(archive: zipfile.ZipFile, name: str, model: type[models.Model], database: str) -> None:
    """Write the rows of a table; the words of an error are left out, for they may quote an answer."""
    row = 0
    try:
        with archive.open(_file(name)) as entry:
            for line in _lines(entry):
                row += 1
                _row(line, model, database).save(using=database, force_insert=True)
    except _UNFIT:
        raise UnreadableFileError(
            f"{name}.jsonl, row {row}: the row does not fit the table. Nothing was restored; take another backup."
        ) from None


def _lines(entry: IO[bytes]) -> Iterator[bytes]:
    buffered = io.BufferedReader(entry, _BLOCK)  # type: ignore[type-var]
    while line := buffered.readline(LARGEST_ROW):
        yield line


def _row(line: bytes, model: type[models.Model], database: str) -> DeserializedObject:
    (found,) = serializers.deserialize("jsonl", [line.decode("utf-8")], using=database)
    if type(found.object) is not model:
        raise ValueError
    return found


def _check_keys(file: Path, database: str) -> None:
    """See that all that rows refer to is there, while everything can still be undone."""
    try:
        connections[database].check_constraints()
    except IntegrityError:
        raise BrokenKeysError(
            f"{file}: rows refer to others that are not in it. Nothing was restored; take another backup."
        ) from None


def _file(name: str) -> str:
    return f"{name}.jsonl"


def _refuse(file: Path, why: str) -> NoReturn:
    raise UnreadableFileError(f"{file} is no backup that can be restored: {why}. Take another backup.")
