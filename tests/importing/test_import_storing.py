"""What an import does to the study's files: all or nothing, nothing twice, nothing lost."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest
from survey_products import csv_file, make_study

from leaderful.errors import BrokenStructureError, StudyNotFoundError, UnreadableFileError, WrongColumnsError
from leaderful.study import Study
from leaderful.study.importing import Imported, import_files
from leaderful.study.importing.pseudonyms import VARIABLE, hashed, new_key, read_key

TOP = ["who", "org", "team", "tier", "CGP1"]
MAPPING = (
    "mapping_version = 1\n[[sources]]\nfile = '*.csv'\nkind = 'answers'\n"
    "person = { column = 'who', pseudonym = 'as-is' }\nbody = { column = 'org' }\nteam = { column = 'team' }\n"
    "tier = { column = 'tier' }\nitems = { CGP1 = 'CGP1' }\n"
)


def run(folder: Path, *rows: list[object], **how: bool) -> Imported:
    (folder / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    file = csv_file(folder / "a.csv", [TOP, *rows])
    return import_files(Study.open(folder / "study"), [file], folder / "mapping.toml", **how)


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / "study").iterdir())}


def test_a_dry_run_says_the_same_and_writes_nothing(tmp_path: Path) -> None:
    make_study(tmp_path / "study")
    before = content(tmp_path)
    rehearsed = run(tmp_path, ["k1", "RTD", "T01", "board", 4], dry_run=True)
    assert content(tmp_path) == before and rehearsed.written == ()
    done = run(tmp_path, ["k1", "RTD", "T01", "board", 4])
    assert done.receipts == rehearsed.receipts
    assert done.written == ("people.csv", "responses.csv")


def test_another_answer_is_refused_or_replaces_the_first(tmp_path: Path) -> None:
    make_study(tmp_path / "study")
    run(tmp_path, ["k1", "RTD", "T01", "board", 4], ["k2", "RTD", "T01", "board", 2])
    refused = run(tmp_path, ["k1", "RTD", "T01", "board", 5], ["k3", "E06", "", "board", 1])
    answers = pl.Series(Study.open(tmp_path / "study").table("responses")["answer"]).to_list()
    assert answers == [4, 2, 1]
    (problem,) = refused.receipts[-1].problems
    assert (problem.row, problem.file) == (2, "a.csv") and "--replace" in problem.message
    run(tmp_path, ["k1", "RTD", "T01", "board", 5], replace=True)
    kept = Study.open(tmp_path / "study").table("responses")
    assert dict(kept.select("person", "answer").iter_rows()) == {"k1": 5, "k2": 2, "k3": 1}


def test_facts_about_people_are_filled_in_but_not_overwritten(tmp_path: Path) -> None:
    make_study(tmp_path / "study", people=[("k1", "RTD", None, "board", None, True)])
    run(tmp_path, ["k1", "RTD", "T01", "board", 4])
    people = Study.open(tmp_path / "study").table("people")
    assert people.rows() == [("k1", "RTD", "T01", "board", None, True)]
    moved = run(tmp_path, ["k1", "E06", "", "board", 4])
    assert Study.open(tmp_path / "study").table("people").rows() == people.rows()
    assert "other facts about this person" in moved.receipts[1].problems[0].message
    run(tmp_path, ["k1", "E06", "", "board", 4], replace=True)
    assert Study.open(tmp_path / "study").table("people").rows() == [("k1", "E06", "T01", "board", None, True)]


def test_a_crash_while_writing_leaves_the_old_study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_study(tmp_path / "study")
    before, real = content(tmp_path), Path.replace

    def fail_second(path: Path, target: Path) -> Path:
        if "responses" in path.name:
            raise OSError(28, os.strerror(28))
        return real(path, target)

    monkeypatch.setattr(Path, "replace", fail_second)
    with pytest.raises(StudyNotFoundError, match="The study is as it was"):
        run(tmp_path, ["k1", "RTD", "T01", "board", 4])
    monkeypatch.undo()
    assert content(tmp_path) == before


def test_a_study_with_rows_not_in_order_is_not_written_over(tmp_path: Path) -> None:
    make_study(tmp_path / "study")
    path = tmp_path / "study" / "people.csv"
    path.write_text(path.read_text(encoding="utf-8-sig") + "k9,Moon,,board,,\n", encoding="utf-8")
    before = content(tmp_path)
    with pytest.raises(BrokenStructureError, match=r"people\.csv of the study has rows that are not in order"):
        run(tmp_path, ["k1", "RTD", "T01", "board", 4])
    assert content(tmp_path) == before


def test_columns_of_ones_own_are_not_lost(tmp_path: Path) -> None:
    make_study(tmp_path / "study")
    path = tmp_path / "study" / "people.csv"
    path.write_text(path.read_text(encoding="utf-8-sig").replace("id,", "remark,id,", 1), encoding="utf-8")
    with pytest.raises(WrongColumnsError, match=r"people\.csv of the study has 1 column that leaderful does not know"):
        run(tmp_path, ["k1", "RTD", "T01", "board", 4])


def test_a_table_that_grows_large_is_kept_as_parquet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_study(tmp_path / "study")
    monkeypatch.setattr("leaderful.study.writing.MOST_ROWS_AS_CSV", 1)
    done = run(tmp_path, ["k1", "RTD", "T01", "board", 4], ["k2", "RTD", "T01", "board", 2])
    assert done.written == ("people.parquet", "responses.parquet")
    study = Study.open(tmp_path / "study")
    assert study.table("responses").height == 2 and not any(receipt.problems for receipt in study.receipts)


def test_the_same_key_gives_the_same_pseudonym_whatever_the_case(tmp_path: Path) -> None:
    key = new_key(tmp_path / "key.txt")
    assert read_key(tmp_path / "key.txt") == key and len(key) == 64
    codes = hashed(pl.Series(["Ann@x.example", " ann@X.example ", "bob@x.example", None]), key)
    assert codes[0] == codes[1] != codes[2] and codes[3] is None
    assert codes.drop_nulls().str.contains(r"^p[0-9a-f]{16}$").all()
    assert hashed(pl.Series(["Ann@x.example"]), b"another key 12345")[0] != codes[0]


def test_a_key_is_never_written_over_and_a_short_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "key.txt"
    new_key(file)
    assert file.stat().st_mode & 0o077 == 0
    with pytest.raises(StudyNotFoundError, match="name it with --key"):
        new_key(file)
    with pytest.raises(UnreadableFileError, match="--new-key"):
        read_key(tmp_path / "gone.txt")
    monkeypatch.setenv(VARIABLE, "short")
    with pytest.raises(Exception, match="fewer than 16") as raised:
        read_key(None)
    assert "short" not in str(raised.value)
    monkeypatch.delenv(VARIABLE)
    assert read_key(None) is None
