"""Reading one file: encodings, quotation marks, row numbers, types, limits, Parquet."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from leaderful.errors import BadValuesError, UnreadableFileError, WrongColumnsError
from leaderful.study.decoding import Limits
from leaderful.study.log import MOST_NAMED
from leaderful.study.reading import read_table
from leaderful.study.tables import TABLES

SHOCKS = "id,name,kind,starts,ends\n"
STORM = "s1,Storm,crisis,2026-01-05,\n"
GOOD = SHOCKS + STORM
PUBLISHED = "body,source,question,year,percent,base\nRX1,nhs-staff-survey,Q7a,2024,61.2,812\n"
MOMENTS = "id,person,time,with_bodies,with_tiers,opener,behaviours,taken,went_on_to,reflection,consent_text\n"


def parquet_receipt(tmp_path: Path, table: str, columns: dict[str, object]) -> tuple[pl.DataFrame, object]:
    file = tmp_path / f"{table}.parquet"
    pl.DataFrame(columns).write_parquet(file)
    frame, receipt = read_table(file, TABLES[table])
    return frame, [(p.kind, p.row, p.column, p.message) for p in receipt.problems]


def test_windows_1252_is_read_with_a_note(tmp_path: Path) -> None:
    file = tmp_path / "shocks.csv"
    file.write_bytes(GOOD.replace("Storm", "Café – “crisis”").encode("cp1252"))
    frame, receipt = read_table(file, TABLES["shocks"])
    assert frame["name"].to_list() == ["Café – “crisis”"]
    assert receipt.notes == (
        "the file is not UTF-8 and was read as Windows-1252; look at names with accents, and save it as CSV UTF-8",
    )


def test_a_stray_quotation_mark_costs_its_own_row_only(tmp_path: Path) -> None:
    rows = [f's{n},"Storm, {n}",crisis,2026-01-05,\n' for n in range(20)]
    rows[4] = 's4,"Storm 4,crisis,2026-01-05,\n'
    file = tmp_path / "shocks.csv"
    file.write_text(SHOCKS + "".join(rows))
    frame, receipt = read_table(file, TABLES["shocks"])
    assert [int(code[1:]) for code in frame["id"]] == [n for n in range(20) if n != 4]
    assert [(p.row, p.kind) for p in receipt.problems] == [(6, UnreadableFileError)]
    assert receipt.read == 20


def test_rows_are_numbered_by_the_line_they_begin_at(tmp_path: Path) -> None:
    file = tmp_path / "shocks.csv"
    file.write_bytes((SHOCKS + 's1,"two\r\nlines",crisis,2026-01-05,\n\n' + "s2,Storm,crisis,soon,\n").encode())
    frame, receipt = read_table(file, TABLES["shocks"])
    assert frame["name"].to_list() == ["two\r\nlines"]
    assert [p.row for p in receipt.problems] == [5]


def test_every_fault_of_a_row_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "published.csv"
    file.write_text(f"{PUBLISHED}RX1,nhs-staf-survey,,23,61%,12\n")
    _, receipt = read_table(file, TABLES["published"])
    assert sorted(p.column or "" for p in receipt.problems) == ["percent", "question", "source", "year"]
    assert {p.row for p in receipt.problems} == {3}
    assert (receipt.read, receipt.kept, receipt.rejected) == (2, 1, 1)


def test_many_rows_with_one_fault_are_named_up_to_a_limit_and_then_counted(tmp_path: Path) -> None:
    file = tmp_path / "shocks.csv"
    file.write_text(SHOCKS + "".join(f"s{n},Storm,crisis,soon,\n" for n in range(MOST_NAMED + 234)))
    _, receipt = read_table(file, TABLES["shocks"])
    assert len(receipt.problems) == MOST_NAMED + 1
    assert (receipt.problems[-1].row, receipt.problems[-1].message) == (None, "the same in 234 further rows")
    assert receipt.rejected == MOST_NAMED + 234


def test_types_are_converted_as_the_reference_says(tmp_path: Path) -> None:
    file = tmp_path / "moments.csv"
    file.write_text(
        MOMENTS
        + "m1,p1,2026-01-05T10:00,06H; RX1,board,surprise,,YES,,,0\n"
        + "m2,p1,2026-07-05 10:00:30.25+01:00,;,,surprise,,false,,,\n"
        + 'm3,p1,2026-01-05T10:00:00Z,,,surprise,,1,," =1+1 ",true\n'
    )
    frame, receipt = read_table(file, TABLES["moments"])
    assert receipt.problems == ()
    assert frame["time"].to_list() == [
        datetime(2026, 1, 5, 10), datetime(2026, 7, 5, 9, 0, 30, 250_000), datetime(2026, 1, 5, 10)
    ]  # fmt: skip
    assert frame["with_bodies"].to_list() == [["06H", "RX1"], None, None]
    assert frame["taken"].to_list() == [True, False, True]
    assert frame["consent_text"].to_list() == [False, None, True]
    assert frame["reflection"].to_list() == [None, None, " =1+1 "]


def test_whole_numbers_written_with_a_zero_after_the_point_are_whole(tmp_path: Path) -> None:
    file = tmp_path / "responses.csv"
    file.write_text("person,wave,item,answer\np1,w1,CGP1,4.0\np1,w1,CGP2,\np1,w1,CGP3,+5\n")
    frame, receipt = read_table(file, TABLES["responses"])
    assert receipt.problems == ()
    assert frame["answer"].to_list() == [4, None, 5]


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_file_above_a_limit_is_refused(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"shocks.{suffix}"
    frame = pl.DataFrame({"id": ["a", "b", "c"], "name": "n", "kind": "crisis", "starts": date(2026, 1, 5)})
    frame.write_csv(file) if suffix == "csv" else frame.write_parquet(file)
    size = file.stat().st_size
    _, kept = read_table(file, TABLES["shocks"], limits=Limits(bytes=size, rows=3))
    assert kept.kept == 3
    _, heavy = read_table(file, TABLES["shocks"], limits=Limits(bytes=size - 1))
    assert heavy.problems[0].message == (
        f"the file has {size:,} bytes and at most {size - 1:,} are read. "
        "Split it, keep it as Parquet, or allow more with Limits(bytes=...)."
    )
    _, long = read_table(file, TABLES["shocks"], limits=Limits(rows=2))
    about = "about 4 lines" if suffix == "csv" else "3 rows"
    assert long.problems[0].message == (
        f"the file has {about} and at most 2 {'rows ' if suffix == 'csv' else ''}are read. "
        "Split it, or allow more with Limits(rows=...)."
    )
    assert heavy.worst is long.worst is UnreadableFileError


def test_parquet_of_near_types_is_read_without_loss(tmp_path: Path) -> None:
    frame, problems = parquet_receipt(
        tmp_path,
        "published",
        {
            "body": pl.Series(["RX1", "RX2"], dtype=pl.Categorical),
            "source": pl.Series(["other", "other"], dtype=pl.Enum(["other"])),
            "question": ["06", "7"],
            "year": pl.Series([2024, 2023], dtype=pl.UInt16),
            "percent": pl.Series([50, 60], dtype=pl.Int8),
            "base": [12.0, 13.5],
        },
    )
    assert frame.rows() == [("RX1", "other", "06", 2024, 50.0, 12)]
    assert problems == [(BadValuesError, 2, "base", "'13.5' is a number with decimals where a whole number is wanted")]


def test_parquet_that_lost_the_zeros_of_codes_is_refused(tmp_path: Path) -> None:
    frame, problems = parquet_receipt(tmp_path, "waves", {"id": [1, 2], "opens": [date(2026, 1, 5)] * 2})
    assert frame.height == 0
    assert problems == [
        (
            WrongColumnsError,
            None,
            None,
            "column id holds Int64 and String is wanted: a code, kept as text so that no zero is lost",
        )
    ]


def test_parquet_with_a_zone_is_turned_into_utc_and_text_is_read_as_in_csv(tmp_path: Path) -> None:
    times = pl.Series([datetime(2026, 7, 5, 10)]).dt.replace_time_zone("Europe/London")
    frame, problems = parquet_receipt(
        tmp_path,
        "interactions",
        {"id": ["i1"], "time": times.cast(pl.Datetime("ns", "Europe/London")), "participants": ["p1;p2"]},
    )
    assert problems == []
    assert frame.select("time", "participants").row(0) == (datetime(2026, 7, 5, 9), ["p1", "p2"])


def test_damaged_parquet_is_told(tmp_path: Path) -> None:
    file = tmp_path / "waves.parquet"
    pl.DataFrame({"id": ["w1"], "opens": [date(2026, 1, 5)]}).write_parquet(file)
    whole = file.read_bytes()
    for damaged in (b"", whole[: len(whole) // 2], b"\0" * 50, whole[:20] + b"\xff" * 30 + whole[50:]):
        file.write_bytes(damaged)
        frame, receipt = read_table(file, TABLES["waves"])
        assert frame.height == 0
        assert receipt.problems[0].message == "the file is not Parquet, or it is damaged. Write it again."
