"""A backup is one moment of the database, taken while others write, and gives the same rows back."""

from __future__ import annotations

import json
import stat
import threading
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connections, models, transaction
from web_databases import (  # noqa: F401 (a fixture is found by its name)
    database,
    databases,
    fill,
    new_database,
    rows,
)

from leaderful.errors import StudyNotFoundError
from leaderful.web import backups
from leaderful.web.accounts.models import Purpose, SignInLink
from leaderful.web.audit.models import Entry
from leaderful.web.collect.models import Answer, Consent
from leaderful.web.restoring import read_backup
from leaderful.web.studies.models import Person

pytestmark = pytest.mark.usefixtures("databases")
LEFT_OUT = {"sessions", "axes", "contenttypes", "auth", "account", "socialaccount"}


def test_every_table_of_ours_is_kept_and_no_other() -> None:
    others = {model._meta.app_label for model in apps.get_models()} - {name.split(".")[0] for name in backups.tables()}
    assert others <= LEFT_OUT
    assert {"accounts.account", "audit.entry", "collect.answer", "studies.evidence"} <= set(backups.tables())


@pytest.mark.parametrize("ends", [("sqlite", "sqlite"), ("sqlite", "postgresql"), ("postgresql", "sqlite")])
def test_a_round_trip_gives_equal_rows(ends: tuple[str, str], tmp_path: Path) -> None:
    with new_database(ends[0], tmp_path / "a") as one, new_database(ends[1], tmp_path / "b") as other:
        fill(one)
        before = rows(one)
        assert all(before.values()), "every table is tried with a row"
        written = backups.write_backup(tmp_path / "backup.zip", database=one)
        assert read_backup(tmp_path / "backup.zip", database=other) == written
        assert rows(other) == before
        assert rows(one) == before


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_restored_database_goes_on_where_the_other_stopped(kind: str, tmp_path: Path) -> None:
    with new_database("sqlite", tmp_path / "a") as one, new_database(kind, tmp_path / "b") as other:
        fill(one)
        backups.write_backup(tmp_path / "backup.zip", database=one)
        read_backup(tmp_path / "backup.zip", database=other)
        last = Answer.objects.using(other).get()
        added = Answer.objects.using(other).create(person=last.person, wave=last.wave, item="NEW1", value=1)
        assert added.pk > last.pk
        with pytest.raises(Exception, match="only grows"), transaction.atomic(using=other):
            Entry.objects.using(other).update(did="nothing")


def test_times_keep_their_last_microsecond_and_binary_its_bytes(tmp_path: Path) -> None:
    with new_database("sqlite", tmp_path / "a") as one:
        fill(one)
        backups.write_backup(tmp_path / "backup.zip", database=one)
    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        answer = archive.read("collect.answer.jsonl")
        evidence = archive.read("studies.evidence.jsonl")
    assert ".123457" in json.loads(answer)["fields"]["saved_at"]
    assert json.loads(evidence)["fields"]["content"] == "AAH/CgAi"


def test_the_manifest_says_what_is_in_the_file(tmp_path: Path) -> None:
    with new_database("sqlite", tmp_path / "a") as one:
        fill(one)
        written = backups.write_backup(tmp_path / "backup.zip", database=one)
    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        manifest = json.loads(archive.read("manifest.json"))
        for name, table in manifest["tables"].items():
            content = archive.read(f"{name}.jsonl")
            assert (table["rows"], table["size"]) == (content.count(b"\n"), len(content))
    assert "audit.0002_grows_only" in manifest["migrations"]
    assert {name: backups.Table(**table) for name, table in manifest["tables"].items()} == written


def test_nobody_but_its_owner_reads_it_and_nothing_is_replaced(tmp_path: Path) -> None:
    out = tmp_path / "backup.zip"
    with new_database("sqlite", tmp_path / "a") as one:
        backups.write_backup(out, database=one)
        assert stat.S_IMODE(out.stat().st_mode) == 0o600
        before = out.read_bytes()
        with pytest.raises(StudyNotFoundError, match="is there already"):
            backups.write_backup(out, database=one)
        assert out.read_bytes() == before
        with pytest.raises(StudyNotFoundError, match="cannot be written"):
            backups.write_backup(tmp_path / "nowhere" / "backup.zip", database=one)


def test_what_fails_leaves_no_part_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*given: Any) -> None:  # noqa: ARG001
        raise KeyboardInterrupt

    monkeypatch.setattr(backups, "_manifest", failing)
    with new_database("sqlite", tmp_path / "a") as one, pytest.raises(KeyboardInterrupt):
        backups.write_backup(tmp_path / "backup.zip", database=one)
    assert not list(tmp_path.glob("*.zip*")) + list(tmp_path.glob(".*"))
    assert "snapshot" not in connections.databases


def add_pair(alias: str, name: str) -> None:
    """Write two answers and the consent that goes with them, in one go."""
    first = Person.objects.using(alias).order_by("pk")[0]
    wave = Consent.objects.using(alias).order_by("pk")[0].wave
    with transaction.atomic(using=alias):
        account = type(first.account).objects.using(alias).create(name=name)
        person = Person.objects.using(alias).create(
            study=first.study, account=account, code=name, body="RX1", tier=first.tier
        )
        for item in ("CGP1", "CGP2"):
            Answer.objects.using(alias).create(person=person, wave=wave, item=item, value=3)
        Consent.objects.using(alias).create(person=person, wave=wave, words="w")


def assert_whole(alias: str) -> None:
    """Assert that every transaction is there wholly or not at all."""
    connections[alias].check_constraints()
    people = Person.objects.using(alias).filter(code__startswith="pair").count()
    assert people == Consent.objects.using(alias).filter(words="w").count()
    assert 2 * people == Answer.objects.using(alias).filter(person__code__startswith="pair").count()


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_others_write_between_two_tables_is_not_in_it(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, done = backups._write_table, iter(range(1000))

    def busy(archive: zipfile.ZipFile, name: str, model: type[models.Model]) -> backups.Table:
        table = plain(archive, name, model)
        add_pair(one, f"pair {next(done)}")
        return table

    monkeypatch.setattr(backups, "_write_table", busy)
    with new_database(kind, tmp_path / "a") as one, new_database("sqlite", tmp_path / "b") as other:
        fill(one)
        add_pair(one, "pair before")
        before = rows(one)
        backups.write_backup(tmp_path / "backup.zip", database=one)
        assert Person.objects.using(one).count() == len(backups.tables()) + 2, "nobody had to wait"
        read_backup(tmp_path / "backup.zip", database=other)
        assert rows(other) == before


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_backup_under_load_is_whole(kind: str, tmp_path: Path) -> None:
    with new_database(kind, tmp_path / "a") as one:
        fill(one)
        stop, written, failed = threading.Event(), [0], []

        def write() -> None:
            try:
                while not stop.is_set():
                    add_pair(one, f"pair {written[0]}")
                    written[0] += 1
                    if written[0] % 5 == 0:
                        Person.objects.using(one).filter(code=f"pair {written[0] - 3}").delete()
            except Exception as error:
                failed.append(error)
            finally:
                connections[one].close()

        writer = threading.Thread(target=write)
        writer.start()
        try:
            for number in range(3):
                while written[0] < 10 * (number + 1) and not failed:
                    stop.wait(0.01)
                backups.write_backup(tmp_path / f"{number}.zip", database=one)
        finally:
            stop.set()
            writer.join()
        assert not failed
        for number in range(3):
            with database(tmp_path / f"copy {number}") as other:
                read_backup(tmp_path / f"{number}.zip", database=other)
                assert_whole(other)
                assert Person.objects.using(other).filter(code__startswith="pair").count() > number


def test_the_connection_that_reads_cannot_write(tmp_path: Path) -> None:
    with (
        new_database("sqlite", tmp_path / "a") as one,
        pytest.raises(Exception, match="readonly"),
        backups._snapshot(one) as reading,
        reading.cursor() as cursor,
    ):
        cursor.execute("DELETE FROM accounts_signinlink")


def test_a_full_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    with new_database("sqlite", tmp_path / "a") as one:
        fill(one)
        backups.write_backup(tmp_path / "backup.zip", database=one)
        before = rows(one)
        with pytest.raises(StudyNotFoundError, match=r"not empty: there are rows in accounts\.account"):
            read_backup(tmp_path / "backup.zip", database=one)
        assert rows(one) == before


def test_the_unused_link_of_a_first_owner_does_not_count_and_does_not_stay(tmp_path: Path) -> None:
    with new_database("sqlite", tmp_path / "a") as one, new_database("sqlite", tmp_path / "b") as other:
        fill(one)
        backups.write_backup(tmp_path / "backup.zip", database=one)
        waiting = SignInLink(purpose=Purpose.OWNER, secret_hash="0" * 64, expires_at=Entry.objects.using(one).get().at)
        waiting.save(using=other)
        read_backup(tmp_path / "backup.zip", database=other)
        assert not SignInLink.objects.using(other).filter(pk=waiting.pk).exists()
        assert rows(other) == rows(one)
