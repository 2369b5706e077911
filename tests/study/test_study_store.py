# ruff: noqa: E501
"""A study and its folder: made whole, read back the same, refused with a reason."""

from __future__ import annotations

import hashlib
import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderful.errors import (
    BadValuesError,
    BrokenKeysError,
    LeaderfulError,
    StudyNotFoundError,
    UnknownNameError,
    UnreadableFileError,
    WrongColumnsError,
)
from leaderful.study import Study
from leaderful.study.codes import is_changed
from leaderful.study.description import Column, Table
from leaderful.study.reading import read_table
from leaderful.study.settings import Settings, settings_text
from leaderful.study.tables import TABLES
from leaderful.study.writing import MOST_ROWS_AS_CSV, choose_format, table_bytes
from leaderful.writing import write_file

AS_AT = date(2026, 3, 31)


def frame(table: str, *rows: dict[str, Any]) -> pl.DataFrame:
    columns = TABLES[table].schema.names()
    return pl.DataFrame([{c: row.get(c) for c in columns} for row in rows], schema=TABLES[table].schema)


BODIES = frame(
    "bodies",
    {"id": "QHM", "name": "North ICB", "kind": "integrated-care-board", "scale": "system", "sector": "nhs", "system": "QHM"},
    {"id": "06H1", "name": 'Trüst "A",\nnorth', "kind": "nhs-trust", "scale": "organisation", "sector": "nhs", "system": "QHM"},
)  # fmt: skip


def make(folder: Path, **tables: pl.DataFrame) -> Study:
    return Study.new(folder, name="North", system="QHM", as_at=AS_AT, tables={"bodies": BODIES, **tables})


# --- what a study is


def test_a_table_that_is_absent_is_empty_and_one_that_does_not_exist_is_refused() -> None:
    study = Study(name="England", system="", as_at=AS_AT, tables={"bodies": BODIES})
    assert study.table("bodies") is BODIES
    assert study.table("ties").is_empty()
    assert study.table("ties").schema == TABLES["ties"].schema
    with pytest.raises(UnknownNameError, match=r"A study has no table called 'bodys'\. Did you mean bodies\?"):
        study.table("bodys")


def test_a_frame_with_other_columns_is_refused() -> None:
    other = BODIES.drop("basis").with_columns(share=pl.lit("1"), colour=pl.lit("red"))
    with pytest.raises(WrongColumnsError) as error:
        Study(name="England", system="", as_at=AS_AT, tables={"bodies": other})
    assert str(error.value).startswith("Table bodies: missing basis; unknown colour; share is String, not Float64.")
    with pytest.raises(WrongColumnsError, match="its columns are in another order"):
        Study(name="England", system="", as_at=AS_AT, tables={"bodies": BODIES.select(sorted(BODIES.columns))})


# --- the folder


def test_a_new_folder_holds_a_file_for_every_table_and_reads_back_the_same(tmp_path: Path) -> None:
    made = make(tmp_path / "deep" / "north")
    assert {file.name for file in (tmp_path / "deep" / "north").iterdir()} == {
        "study.toml", "README.txt", *(f"{name}.csv" for name in TABLES)
    }  # fmt: skip
    assert (tmp_path / "deep" / "north" / "waves.csv").read_text(encoding="utf-8-sig") == "id,name,opens,closes\n"
    assert [file.name for file in (tmp_path / "deep").iterdir()] == ["north"]
    study = Study.open(tmp_path / "deep" / "north")
    assert study.table("bodies").equals(BODIES)
    assert made.table("bodies").equals(BODIES)
    assert (study.name, study.system, study.as_at, study.seed) == ("North", "QHM", AS_AT, 1)
    assert [p for receipt in study.receipts for p in receipt.problems] == []
    assert [receipt.source for receipt in study.receipts] == [f"{name}.csv" for name in TABLES]


def test_the_same_study_gives_the_same_bytes(tmp_path: Path) -> None:
    for place in ("a", "b"):
        make(tmp_path / place)
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


def test_a_folder_that_is_not_empty_is_refused_and_left_alone(tmp_path: Path) -> None:
    make(tmp_path / "north")
    before = {file.name: file.read_bytes() for file in (tmp_path / "north").iterdir()}
    with pytest.raises(StudyNotFoundError, match="already holds a study"):
        make(tmp_path / "north")
    assert {file.name: file.read_bytes() for file in (tmp_path / "north").iterdir()} == before
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("dear")
    with pytest.raises(StudyNotFoundError, match="holds files already and is not a study"):
        make(tmp_path / "full")
    with pytest.raises(StudyNotFoundError, match="holds files already and is not a study"):
        make(tmp_path / "full" / "letter.txt")
    (tmp_path / "empty").mkdir()
    assert make(tmp_path / "empty").folder == tmp_path / "empty"


def test_rows_that_are_not_in_order_are_not_written(tmp_path: Path) -> None:
    twice = pl.concat([BODIES, BODIES.head(1).with_columns(system=pl.lit("QXX"))])
    with pytest.raises(BrokenKeysError) as error:
        Study.new(tmp_path / "north", name="North", system="QHM", as_at=AS_AT, tables={"bodies": twice})
    assert str(error.value) == (
        "The study was not written, because some of it is not in order.\n"
        "bodies: 3 read, 2 kept, 1 not kept\n"
        "  bodies, row 3: the same id as row 1, which is kept; take one of the two out"
    )
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_write_leaves_nothing_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "waves.csv"
    file.write_bytes(b"old")

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        write_file(file, b"new")
    assert [f.name for f in tmp_path.iterdir()] == ["waves.csv"]
    assert file.read_bytes() == b"old"
    with pytest.raises(StudyNotFoundError, match=r"north cannot be written: No space left on device\."):
        make(tmp_path / "north")
    assert [f.name for f in tmp_path.iterdir()] == ["waves.csv"]


def test_large_tables_are_kept_as_parquet() -> None:
    few = pl.DataFrame({"id": pl.repeat("a", MOST_ROWS_AS_CSV, eager=True)})
    assert choose_format(few) == "csv"
    assert choose_format(pl.concat([few, few.head(1)])) == "parquet"


def test_a_table_may_be_kept_as_parquet_instead(tmp_path: Path) -> None:
    make(tmp_path / "north")
    (tmp_path / "north" / "waves.csv").unlink()
    waves = frame("waves", {"id": "w1", "opens": AS_AT})
    waves.write_parquet(tmp_path / "north" / "waves.parquet")
    assert Study.open(tmp_path / "north").table("waves").equals(waves)


def receipts(folder: Path) -> dict[str, tuple[list[str], list[str]]]:
    found = {r.source: ([p.message for p in r.problems], list(r.notes)) for r in Study.open(folder).receipts}
    return {source: said for source, said in found.items() if said != ([], [])}


def test_files_that_are_two_missing_or_strange_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "north"
    make(folder)
    (folder / "bodies.csv").rename(folder / "Bodies2.csv")
    frame("waves").write_parquet(folder / "waves.parquet")
    (folder / "respones.xlsx").write_bytes(b"PK")
    (folder / "notes.csv").write_text("x")
    (folder / ".hidden.csv").write_text("x")
    assert receipts(folder) == {
        "bodies.csv": (
            ["the file is not there although study.toml names it; put it back, or change [formats] there"],
            [],
        ),
        "waves.csv": (
            [
                "there is also waves.parquet, so neither was read. Take one away, or say which to read "
                'in study.toml, under [formats]: waves = "csv" or "parquet"'
            ],
            [],
        ),
        "Bodies2.csv": (["the file was not read; if it is table bodies, save it as bodies.csv in UTF-8"], []),
        "respones.xlsx": (["the file was not read; if it is table responses, save it as responses.csv in UTF-8"], []),
        "notes.csv": ([], ["not a table of a study; not read"]),
    }


def test_a_study_knows_the_files_it_was_read_from(tmp_path: Path) -> None:
    made = make(tmp_path / "north")
    (tmp_path / "north" / "notes.csv").write_text("x")
    study = Study.open(tmp_path / "north")
    hashes = {
        name: hashlib.sha256((tmp_path / "north" / name).read_bytes()).hexdigest()
        for name in ("study.toml", *(f"{table}.csv" for table in TABLES))
    }
    assert study.files == hashes == made.files
    (tmp_path / "north" / "ties.csv").write_bytes(b"PK\x03\x04")
    assert set(hashes) - set(Study.open(tmp_path / "north").files) == {"ties.csv"}
    assert Study(name="England", system="", as_at=AS_AT).files == {}


def test_a_folder_that_was_empty_is_empty_again_when_filling_it_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = []

    def fail_later(_: int) -> None:
        times.append(1)
        if len(times) == 5:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail_later)
    with pytest.raises(StudyNotFoundError, match="No space left"):
        make(tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["", " ", "a\nb", "a\u202eb", "a\u2028b", "N" * 201])
def test_a_name_that_no_study_may_have_is_not_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadValuesError, match=r"study\.toml: name "):
        Study.new(tmp_path / "north", name=name, system="QHM", as_at=AS_AT, tables={"bodies": BODIES})
    assert list(tmp_path.iterdir()) == []


# --- study.toml

SETTINGS = 'format_version = 1\nname = "North"\nas_at = 2026-03-31\n'


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("name = ", UnreadableFileError, "is not in order: Invalid value"),
        (SETTINGS.replace("= 1", "= 2"), UnreadableFileError, "has format_version 2, made by a newer release; this one reads up to 1. Update leaderful"),
        (SETTINGS.replace("= 1", '= "1"'), BadValuesError, "format_version must be a whole number; this release writes 1."),
        (SETTINGS + "asat = 2026-03-31\n", UnknownNameError, "'asat' is not a setting of a study. Did you mean as_at?"),
        (SETTINGS + "colour = 1\n", UnknownNameError, "'colour' is not a setting of a study. Allowed are format_version, name, system, as_at, seed, created_from, synthetic, minimum_people, formats."),
        (SETTINGS.replace('"North"', "7"), BadValuesError, "name must be text in quotation marks."),
        (SETTINGS.replace('"North"', '" "'), BadValuesError, 'name is missing. Write a line such as: name = "North Shire 2026"'),
        (SETTINGS.replace("North", "No\\u202erth"), BadValuesError, "name holds a line break or another character that cannot be seen; type it again."),
        (SETTINGS.replace("North", "No\\nrth"), BadValuesError, "name holds a line break"),
        (SETTINGS.replace("North", "N" * 201), BadValuesError, "name has 201 characters and at most 200 are allowed; shorten it."),
        (SETTINGS + f"{'c' * 1000} = 1\n", UnknownNameError, f"{'c' * 60!r} is not a setting"),
        (SETTINGS.replace("2026-03-31", '"2026-03-31"'), BadValuesError, "as_at must be a day, year-month-day without quotation marks, as in: as_at = 2026-04-01"),
        (SETTINGS.replace("2026-03-31", "2026-03-31T10:00:00"), BadValuesError, "as_at must be a day"),
        (SETTINGS.replace("2026-03-31", "2026-02-30"), UnreadableFileError, "is not in order"),
        (SETTINGS + "seed = -1\n", BadValuesError, "seed must be a whole number from 0 to 9,223,372,036,854,775,807"),
        (SETTINGS + f"seed = {2**63}\n", BadValuesError, "seed must be a whole number from 0 to 9,223,372,036,854,775,807"),
        (SETTINGS + f"seed = {'1' * 5000}\n", UnreadableFileError, "is not in order: a value is too large to read"),
        (SETTINGS + "seed = true\n", BadValuesError, "seed must be a whole number from 0 to 9,223,372,036,854,775,807"),
        (SETTINGS + 'synthetic = "yes"\n', BadValuesError, "synthetic must be true or false, without quotation marks."),
        *((SETTINGS + f"minimum_people = {given}\n", BadValuesError, "minimum_people must be one of 10, 12, 15, 20, 30, 50, 100, without") for given in ("9", "11", "10.0", "true", '"20"', "101")),
        (SETTINGS + "formats = 1\n", BadValuesError, "[formats] must hold lines such as"),
        (SETTINGS + '[formats]\nwave = "csv"\n', UnknownNameError, "[formats] names 'wave', which is not a table. Did you mean waves?"),
        (SETTINGS + '[formats]\nwaves = "xlsx"\n', BadValuesError, "[formats] waves must be csv or parquet"),
        (SETTINGS + '[formats]\nwaves = ["csv"]\n', BadValuesError, "[formats] waves must be csv or parquet"),
        ("a" * 5_000_001, UnreadableFileError, "is too large to be the settings of a study"),
    ],
)  # fmt: skip
def test_settings_that_cannot_be_used(tmp_path: Path, text: str, kind: type[LeaderfulError], message: str) -> None:
    (tmp_path / "study.toml").write_text(text)
    with pytest.raises(kind) as error:
        Study.open(tmp_path)
    assert type(error.value) is kind
    assert str(error.value).startswith(str(tmp_path / "study.toml"))
    assert message in str(error.value)


def test_settings_in_another_encoding_are_refused_and_a_mark_is_not(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text(SETTINGS, encoding="utf-16")
    with pytest.raises(UnreadableFileError, match="is not UTF-8 text"):
        Study.open(tmp_path)
    (tmp_path / "study.toml").write_text(SETTINGS, encoding="utf-8-sig")
    assert Study.open(tmp_path).name == "North"


def test_a_place_without_a_study_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StudyNotFoundError, match=r"There is no folder .*nowhere\. Make a study with"):
        Study.open(tmp_path / "nowhere")
    with pytest.raises(StudyNotFoundError, match=r"holds no study: it has no study\.toml"):
        Study.open(tmp_path)


@settings(max_examples=50, deadline=None)
@given(
    st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Zl", "Zp"]), max_size=200).filter(str.strip),
    st.text(st.characters(exclude_categories=["Cs"])),
    st.integers(0, 2**63 - 1),
)
def test_any_name_and_seed_come_back(name: str, origin: str, seed: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        wanted = Settings(name=name, system="", as_at=AS_AT, seed=seed, created_from=origin)
        (Path(place) / "study.toml").write_text(settings_text(wanted), encoding="utf-8", newline="")
        study = Study.open(Path(place))
    assert (study.name, study.seed, study.created_from) == (name, seed, origin)


# --- what goes in comes out

letters = st.characters(exclude_categories=["Cs"], exclude_characters="�\x7f", min_codepoint=32) | st.sampled_from(
    "\t\n\r\",;'="
)
texts = st.text(letters, min_size=1).filter(
    lambda t: pl.Series([t]).str.strip_chars()[0] and not t.strip().startswith("#")
)
codes = st.text(st.characters(categories=["L", "N"], include_characters="-_."), min_size=1, max_size=8).filter(
    lambda code: not is_changed(code)
) | st.sampled_from(["06H", "007", "1e5x", "true", "null", "NA", "12E3"])


def values(column: Column) -> st.SearchStrategy[Any]:
    whole = st.integers(-(10**17) if column.minimum is None else int(column.minimum), int(column.maximum or 10**17))
    number = st.floats(column.minimum, column.maximum, allow_nan=False, allow_infinity=False, allow_subnormal=True)
    code = st.sampled_from(column.allowed) if column.allowed else codes
    drawn: dict[str, st.SearchStrategy[Any]] = {
        "text": texts,
        "code": code,
        "codes": st.lists(code, min_size=1, max_size=4),
        "integer": whole,
        "number": number,
        "boolean": st.booleans(),
        "date": st.dates(date(1800, 1, 1), date(2199, 12, 31)),
        "datetime": st.datetimes(datetime(1800, 1, 1), datetime(2199, 12, 31)),
    }
    return drawn[column.type] if column.required else st.none() | drawn[column.type]


def frames(table: Table) -> st.SearchStrategy[pl.DataFrame]:
    row = st.fixed_dictionaries({column.name: values(column) for column in table.columns})
    return st.lists(row, max_size=6).map(lambda rows: pl.DataFrame(rows, schema=table.schema))


@pytest.mark.parametrize("kept_as", ["csv", "parquet"])
@pytest.mark.parametrize("name", list(TABLES))
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_table_that_is_written_is_read_back_exactly(name: str, kept_as: Any, data: st.DataObject) -> None:
    table = TABLES[name]
    drawn = data.draw(frames(table))
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / f"{name}.{kept_as}"
        file.write_bytes(table_bytes(drawn, kept_as))
        read, receipt = read_table(file, table)
    assert receipt.text(limit=5) == f"{name}.{kept_as}: {drawn.height:,} read, {drawn.height:,} kept, 0 not kept"
    assert read.equals(drawn)


@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_a_whole_study_comes_back_exactly(data: st.DataObject) -> None:
    shocks = data.draw(frames(TABLES["shocks"])).unique("id", keep="first", maintain_order=True)
    waves = data.draw(frames(TABLES["waves"])).unique("id", keep="first", maintain_order=True)
    tables = {
        "bodies": BODIES,
        "shocks": shocks.filter(~(pl.col("ends") < pl.col("starts")).fill_null(False)),
        "waves": waves.filter(~(pl.col("closes") < pl.col("opens")).fill_null(False)),
    }
    with tempfile.TemporaryDirectory() as place:
        made = Study.new(Path(place) / "s", name="N", system="QHM", as_at=AS_AT, tables=tables)
        study = Study.open(Path(place) / "s")
    for name, given_frame in tables.items():
        assert made.table(name).equals(given_frame)
        assert study.table(name).equals(given_frame)


def test_blank_texts_and_empty_lists_become_nothing_and_codes_lose_spaces(tmp_path: Path) -> None:
    assert make(tmp_path / "one", waves=frame("waves", {"id": " w1 ", "opens": AS_AT})).table("waves")["id"][0] == "w1"
    purposes = frame("purposes", {"id": "u1", "body": "QHM", "statement": "Fair", "serves": [], "basis": "  "})
    made = make(tmp_path / "north", purposes=purposes)
    assert made.table("purposes").select("serves", "basis").row(0) == (None, None)
    assert Study.open(tmp_path / "north").table("purposes").equals(made.table("purposes"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": "1E05"}, "'1E05' is the number or date that a spreadsheet makes of a code"),
        ({"id": "w" * 201}, "a code that is empty, is longer than 200 characters, or has spaces round it"),
        ({"name": "a\0b"}, "characters that are not text"),
        ({"name": "a\N{REPLACEMENT CHARACTER}b"}, "characters that are not text"),
        ({"opens": None}, "the cell is empty; opens is needed in every row"),
        ({"opens": date(1, 1, 1)}, "a year outside 1800 to 2199"),
    ],
)
def test_a_frame_is_held_to_the_same_rules_as_a_file(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    with pytest.raises(BadValuesError, match="waves, row 1") as error:
        make(tmp_path / "north", waves=frame("waves", {"id": "w1", "opens": AS_AT, **change}))
    assert message in str(error.value)


def test_lists_may_not_have_empty_parts(tmp_path: Path) -> None:
    for parts in (["SDG3", None], ["SDG3", ""], ["SDG3", " SDG4"]):
        with pytest.raises(BadValuesError, match="a code that is empty"):
            make(
                tmp_path / "north",
                purposes=frame("purposes", {"id": "u1", "body": "QHM", "statement": "Fair", "serves": parts}),
            )


def test_made_up_evidence_says_so_when_it_is_opened_again(tmp_path: Path) -> None:
    made = Study.new(tmp_path / "made", name="Made up", system="", as_at=date(2026, 3, 31), tables={}, synthetic=True)
    assert made.synthetic and Study.open(tmp_path / "made").synthetic
    assert "synthetic = true" in (tmp_path / "made" / "study.toml").read_text()
    real = Study.new(tmp_path / "real", name="Real", system="", as_at=date(2026, 3, 31), tables={})
    assert not real.synthetic and "synthetic" not in (tmp_path / "real" / "study.toml").read_text()


def test_a_table_is_kept_as_asked_whatever_its_size(tmp_path: Path) -> None:
    waves = pl.DataFrame([{"id": "w1", "opens": date(2026, 3, 1)}], schema=TABLES["waves"].schema)
    Study.new(
        tmp_path / "s",
        name="S",
        system="",
        as_at=date(2026, 3, 31),
        tables={"waves": waves},
        formats={"waves": "parquet"},
    )
    assert (tmp_path / "s" / "waves.parquet").is_file() and not (tmp_path / "s" / "waves.csv").exists()
    assert Study.open(tmp_path / "s").table("waves").equals(waves)
