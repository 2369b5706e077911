"""What is no backup, or no whole one, is refused in words before anything is written, and quotes nobody's answer."""

from __future__ import annotations

import hashlib
import json
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from web_databases import WORDS, databases, fill, new_database, rows  # noqa: F401 (a fixture is found by its name)

from leaderful.errors import BrokenKeysError, BrokenStructureError, LeaderfulError, StudyNotFoundError
from leaderful.web import restoring
from leaderful.web.backups import write_backup
from leaderful.web.restoring import read_backup

pytestmark = pytest.mark.usefixtures("databases")
ANSWERS = "collect.answer"
Files = dict[str, bytes]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Path:
    folder = tmp_path_factory.mktemp("good")
    with django_db_blocker.unblock(), new_database("sqlite", folder / "a") as one:
        fill(one)
        write_backup(folder / "backup.zip", database=one)
    return folder / "backup.zip"


@pytest.fixture
def empty(tmp_path: Path, databases: None) -> Iterator[str]:  # noqa: ARG001, F811
    with new_database("sqlite", tmp_path / "empty") as alias:
        yield alias
        assert not any(rows(alias).values()), "nothing may be written"


def files_of(file: Path) -> Files:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: Files, file: Path) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file


def with_table(files: Files, content: bytes, name: str = ANSWERS) -> Files:
    """Return files with another content of a table, which the manifest describes rightly."""
    manifest = json.loads(files["manifest.json"])
    manifest["tables"][name] = {
        "rows": content.count(b"\n"),
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    return files | {f"{name}.jsonl": content, "manifest.json": json.dumps(manifest).encode()}


def with_manifest(files: Files, **said: object) -> Files:
    return files | {"manifest.json": json.dumps(json.loads(files["manifest.json"]) | said).encode()}


def row_with(files: Files, **fields: object) -> bytes:
    row = json.loads(files[f"{ANSWERS}.jsonl"])
    row["fields"] |= fields
    return json.dumps(row).encode() + b"\n"


def without(files: Files, name: str) -> Files:
    return {other: content for other, content in files.items() if other != name}


def always(content: bytes) -> Callable[[Files], bytes]:
    return lambda _files: content


def other_model(files: Files) -> bytes:
    return files["audit.entry.jsonl"]


FOREIGN: dict[str, tuple[Callable[[Files], Files], str]] = {
    "of something else": (lambda _files: {"photo.jpg": b"abc"}, "no manifest"),
    "without manifest": (lambda files: without(files, "manifest.json"), "no manifest"),
    "large manifest": (lambda files: files | {"manifest.json": b" " * 1_000_001}, "no manifest"),
    "manifest no JSON": (lambda files: files | {"manifest.json": b"{"}, "manifest is not that of a backup"),
    "manifest no text": (lambda files: files | {"manifest.json": b"\xff\xfe\xfa"}, "manifest is not that of a backup"),
    "manifest a list": (lambda files: files | {"manifest.json": b"[]"}, "manifest is not that of a backup"),
    "manifest deep": (lambda files: files | {"manifest.json": b"[" * 99_999}, "manifest is not that of a backup"),
    "manifest lacks": (lambda files: files | {"manifest.json": b'{"format": 1}'}, "manifest is not that of a backup"),
    "tables a list": (lambda files: with_manifest(files, tables=["a"]), "manifest is not that of a backup"),
    "migrations none": (lambda files: with_manifest(files, migrations=None), "manifest is not that of a backup"),
    "format of later": (lambda files: with_manifest(files, format=2), "reads form 1"),
    "table missing": (lambda files: without(files, f"{ANSWERS}.jsonl"), "lacks tables"),
    "table added": (lambda files: files | {"evil.jsonl": b""}, "holds others"),
    "path added": (lambda files: files | {"../../evil": b""}, "holds others"),
    "fewer in manifest": (lambda files: with_manifest(files, tables={}), "lacks tables"),
    "row changed": (
        lambda files: files | {f"{ANSWERS}.jsonl": files[f"{ANSWERS}.jsonl"].replace(b'"value": 3', b'"value": 4')},
        f"table {ANSWERS} is not as it was written",
    ),
    "row longer": (lambda files: files | {f"{ANSWERS}.jsonl": row_with(files, item="X" * 300)}, "another size"),
    "bomb": (lambda files: with_table(files, b"0" * 90_000_000), "another size than a backup has"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_foreign_or_damaged_zip_is_refused(name: str, good: Path, empty: str, tmp_path: Path) -> None:
    change, said = FOREIGN[name]
    file = packed(change(files_of(good)), tmp_path / "bad.zip")
    with pytest.raises(LeaderfulError, match="no backup that can be restored") as caught:
        read_backup(file, database=empty)
    assert said in str(caught.value)
    assert str(file) in str(caught.value)
    assert "another backup" in str(caught.value)
    assert caught.value.exit_code == 5


def test_a_bomb_is_never_unpacked(good: Path, empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = packed(with_table(files_of(good), b"0" * 90_000_000), tmp_path / "bomb.zip")
    opened = []
    plain = zipfile.ZipFile.open
    monkeypatch.setattr(
        zipfile.ZipFile,
        "open",
        lambda archive, name, *more, **_named: opened.append(name) or plain(archive, name, *more),
    )
    with pytest.raises(LeaderfulError):
        read_backup(file, database=empty)
    assert opened == ["manifest.json"]


@pytest.mark.parametrize("cut", [0, 1, 22, 500, -1, -100])
def test_a_part_of_a_backup_is_refused(cut: int, good: Path, empty: str, tmp_path: Path) -> None:
    part = tmp_path / "part.zip"
    part.write_bytes(good.read_bytes()[:cut])
    with pytest.raises(LeaderfulError, match="no backup that can be restored"):
        read_backup(part, database=empty)


def test_damage_anywhere_is_found_or_does_no_harm(good: Path, tmp_path: Path) -> None:
    whole, refused = good.read_bytes(), 0
    with new_database("sqlite", tmp_path / "first") as first:
        read_backup(good, database=first)
        expected = rows(first)
    for place in range(0, len(whole), 211):
        damaged = tmp_path / "damaged.zip"
        damaged.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        with new_database("sqlite", tmp_path / "target") as target:
            try:
                read_backup(damaged, database=target)
            except LeaderfulError:
                refused += 1
                assert not any(rows(target).values())
            else:
                assert rows(target) == expected
    assert refused > len(whole) / 211 / 2


@pytest.mark.parametrize(
    "make",
    [
        lambda files: row_with(files, value="many"),
        lambda files: row_with(files, value=10**30),
        lambda files: row_with(files, nonsense=1),
        lambda files: row_with(files, item=None),
        lambda files: row_with(files) * 2,
        other_model,
        always(b"\xff\xfe\n"),
        always(b"[]\n"),
        always(b'{"model": "auth.user", "pk": 1, "fields": {}}\n'),
        always(b"\n"),
    ],
)
def test_rows_that_do_not_fit_undo_everything(
    make: Callable[[Files], bytes], good: Path, empty: str, tmp_path: Path
) -> None:
    files = files_of(good)
    file = packed(with_table(files, make(files)), tmp_path / "bad.zip")
    with pytest.raises(LeaderfulError, match=r"collect\.answer\.jsonl, row [12]: the row does not fit") as caught:
        read_backup(file, database=empty)
    assert WORDS[:10] not in str(caught.value)
    assert "many" not in str(caught.value)


def test_rows_that_refer_to_none_undo_everything(good: Path, empty: str, tmp_path: Path) -> None:
    files = files_of(good)
    file = packed(with_table(files, b"", "studies.person"), tmp_path / "bad.zip")
    with pytest.raises(BrokenKeysError, match="refer to others that are not in it"):
        read_backup(file, database=empty)


def test_a_name_twice_is_refused(good: Path, empty: str, tmp_path: Path) -> None:
    file = packed(files_of(good), tmp_path / "bad.zip")
    with warnings.catch_warnings(), zipfile.ZipFile(file, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr(f"{ANSWERS}.jsonl", b"")
    with pytest.raises(LeaderfulError, match="no backup that can be restored"):
        read_backup(file, database=empty)


def test_another_version_is_named_and_the_way_is_shown(good: Path, empty: str, tmp_path: Path) -> None:
    changes = ["collect.0099_later", *json.loads(files_of(good)["manifest.json"])["migrations"]]
    file = packed(with_manifest(files_of(good), migrations=changes, leaderful="9.9.9"), tmp_path / "later.zip")
    with pytest.raises(BrokenStructureError, match=r"made by leaderful 9\.9\.9.*Restore it with that version"):
        read_backup(file, database=empty)


def test_tables_of_another_version_are_not_backed_up(tmp_path: Path) -> None:
    from django.db import connections

    with new_database("sqlite", tmp_path / "a") as one:
        with connections[one].cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE app = 'audit' AND name = '0002_grows_only'")
        with pytest.raises(BrokenStructureError, match="Start `leaderful serve` once"):
            write_backup(tmp_path / "backup.zip", database=one)
    assert not list(tmp_path.glob("*.zip"))


def test_no_file_and_a_folder_are_refused(empty: str, tmp_path: Path) -> None:
    for file in (tmp_path / "none.zip", tmp_path):
        with pytest.raises(StudyNotFoundError, match="Name the file of a backup"):
            read_backup(file, database=empty)


def test_a_row_that_never_ends_is_not_held_in_memory(
    good: Path, empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restoring, "LARGEST_ROW", 100)
    with pytest.raises(LeaderfulError, match="row 1: the row does not fit"):
        read_backup(packed(files_of(good), tmp_path / "same.zip"), database=empty)
