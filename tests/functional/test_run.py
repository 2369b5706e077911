"""What a run writes: the same again, whole, and nothing about people in the manifest."""

from __future__ import annotations

import hashlib
import json
import platform
from datetime import date
from importlib import metadata

import pytest

from leaderful import england, jobs
from leaderful.errors import StudyNotFoundError, UnknownNameError
from leaderful.manifest import inputs
from leaderful.measures.findings import frame
from leaderful.report.files import write_files
from leaderful.study import Study
from leaderful.study.tables import TABLES

PRIVATE = [name for name, table in TABLES.items() if table.private]
PEOPLE = "id,body,team,tier,place,consent_network\n" + "".join(f"p{i},QWO,,board,,yes\n" for i in range(37))


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """A study with people, beside files and links that are no part of it."""
    folder = tmp_path_factory.mktemp("runs") / "sunny"
    list(jobs.new(folder, "QWO", as_at=None))
    (folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    return folder


@pytest.fixture
def strays(study):
    """What lies about in folders: a folder with the name of a table, a link to nothing, other tables."""
    (study / "old.csv").mkdir()
    (study / "gone.csv").symlink_to(study / "nowhere.csv")
    (study / "mine.toml").write_text("a = 1")
    (study / "letters.csv").write_text("dear")
    yield ["old.csv", "gone.csv", "mine.toml", "letters.csv"]
    (study / "old.csv").rmdir()
    for name in ("gone.csv", "mine.toml", "letters.csv"):
        (study / name).unlink()


def manifest(folder):
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def test_what_was_not_read_is_not_in_the_manifest(study, strays, tmp_path):
    jobs.run(study, out=tmp_path / "one")
    held = manifest(tmp_path / "one")
    assert set(held["inputs"]) == {"england findings", "study.toml", *(f"{name}.csv" for name in TABLES)}
    assert set(held["rows"]) == set(TABLES)
    assert not [name for name in strays if name in (tmp_path / "one" / "manifest.json").read_text()]


def test_the_manifest_holds_the_hash_of_what_was_read(study, tmp_path):
    jobs.run(study, out=tmp_path / "one")
    held = manifest(tmp_path / "one")
    for name, digest in held["inputs"].items():
        if name != "england findings" and digest != "private":
            assert digest == hashlib.sha256((study / name).read_bytes()).hexdigest(), name
    assert held["versions"]["python"] == ".".join(platform.python_version().split(".")[:2])
    assert {name: held["versions"][name] for name in ("numpy", "polars", "scipy")} == {
        name: metadata.version(name) for name in ("numpy", "polars", "scipy")
    }


def test_the_manifest_tells_nothing_of_private_tables(study, tmp_path):
    jobs.run(study, out=tmp_path / "one")
    held = manifest(tmp_path / "one")
    assert PRIVATE == ["people", "responses", "relations", "interactions", "moments"]
    assert {held["inputs"][f"{name}.csv"] for name in PRIVATE} == {"private"}
    assert {held["rows"][name] for name in PRIVATE} == {"private"}
    text = (tmp_path / "one" / "manifest.json").read_text(encoding="utf-8")
    assert hashlib.sha256(PEOPLE.encode()).hexdigest() not in text
    before = (tmp_path / "one" / "manifest.json").read_bytes()
    (study / "people.csv").write_text(PEOPLE + "p99,QWO,,board,,yes\n", encoding="utf-8")
    jobs.run(study, out=tmp_path / "two")
    assert (tmp_path / "two" / "manifest.json").read_bytes() == before
    (study / "people.csv").write_text(PEOPLE, encoding="utf-8")


def test_a_run_into_the_study_itself_can_be_repeated(study):
    written = jobs.run(study, out=study)
    first = {path.name: path.read_bytes() for path in (written.report, written.findings, written.manifest)}
    jobs.run(study, out=study)
    assert {name: (study / name).read_bytes() for name in first} == first
    for name in ("report.html", "findings.csv", "findings.parquet", "manifest.json"):
        (study / name).unlink()


def test_files_changed_after_they_were_read_keep_the_hash_of_what_was_read(study):
    read = Study.open(study)
    before = read.files["waves.csv"]
    content = (study / "waves.csv").read_bytes()
    (study / "waves.csv").write_bytes(content + b"w1,,2026-01-01,\n")
    assert inputs(read)["waves.csv"] == before == hashlib.sha256(content).hexdigest()
    (study / "waves.csv").write_bytes(content)


def test_an_interrupted_run_leaves_whole_files_and_no_manifest(tmp_path, monkeypatch):
    (tmp_path / "findings.csv").write_text("old")
    times = []

    def fail_at_the_third(_):
        times.append(1)
        if len(times) == 3:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail_at_the_third)
    with pytest.raises(StudyNotFoundError, match="No space left"):
        write_files(tmp_path, page="new", findings=frame([]), about={}, receipts=())
    assert {path.name for path in tmp_path.iterdir()} == {"report.html", "findings.parquet", "findings.csv"}
    assert (tmp_path / "findings.csv").read_text() == "old"


def test_the_report_is_told_what_may_belong_to_the_system():
    divided = jobs.public_study("S9B9J", jobs.LATEST)
    assert sum(jobs.unplaced(divided).values()) > 0
    whole = jobs.public_study("QHM", jobs.LATEST)
    assert jobs.unplaced(whole) == {}


@pytest.mark.parametrize("read", [england.spread, england.spread_file])
@pytest.mark.parametrize("day", [date(2022, 6, 30), date(2027, 4, 1), date(2030, 1, 1)])
def test_england_has_no_findings_for_a_day_without_a_map(read, day):
    with pytest.raises(UnknownNameError, match=str(day)):
        read(day)
    assert read(date(2022, 7, 1)) is not None and read(date(2027, 3, 31)) is not None


def test_england_as_a_whole_is_measured_and_not_reported(tmp_path):
    whole = Study(name="England", system="", as_at=jobs.LATEST)
    assert jobs.measure(whole, england_findings=None).is_empty()
    with pytest.raises(UnknownNameError, match="a report needs one system"):
        jobs.report(whole, tmp_path / "out")
    assert not (tmp_path / "out").exists()
