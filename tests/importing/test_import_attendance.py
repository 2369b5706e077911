"""Lists of attendance and minutes: who was there, on which day, and nothing that was said."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from meeting_files import held, prepare, run, said, utc
from survey_products import csv_file, xlsx_file

from leaderful.errors import UnreadableFileError, WrongColumnsError
from leaderful.study.importing.mapping import Identity, Source
from leaderful.study.importing.minutes import find_meetings
from leaderful.study.importing.written_days import read_clock, read_written

CROSSED = """\
[[sources]]
file = "list.*"
kind = "attendance"
person = { column = "Name", pseudonym = "hash" }
id = { constant = "place board" }
channel = { constant = "meeting" }
"""
LISTED = CROSSED.replace('{ constant = "place board" }', '{ column = "Meeting" }') + 'time = "Date"\n'
MINUTES = '[[sources]]\nfile = "*.txt"\nkind = "minutes"\nid = { constant = "place board" }\n'
NAMES = {"ann": "Ann Zqsecret", "bob": "Bob  ZQSECRET", "cat": "Cat Zqsecret", "dan": "Dan Zqsecret"}
A, B, C, D = NAMES.values()


def one(folder: Path, rows: list[list[object]], mapping: str) -> str:
    return said(run(folder, [csv_file(folder / "list.csv", rows)], mapping))


def test_a_list_with_a_column_for_each_meeting(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    rows: list[list[object]] = [
        ["Name", "Role", "2 March 2026", "2026-04-13 14:00", "11/05/2026"],
        [A, "chair", "x", "✓", "Present"],
        [B, "", "X", "apologies", "y"],
        [C, "", "", "1", "zqmark"],
        ["A stranger", "", "x", "x", ""],
    ]
    text = one(folder, rows, CROSSED)
    assert held(folder) == [
        (utc(2026, 3, 2, 12), "ann bob", "", "meeting"),
        (utc(2026, 4, 13, 13), "ann cat", "", "meeting"),
        (utc(2026, 5, 11, 11), "ann bob", "", "meeting"),
    ]
    assert "row 4, column 11/05/2026: a mark that says neither" in text and "zqmark" not in text
    assert "table of people: 1; they were not asked" in text
    one(folder, rows, CROSSED + 'starts = 09:30:00\nmarks = { "zqmark" = true }\n')
    assert (utc(2026, 5, 11, 8, 30), "ann bob cat", "", "meeting") in held(folder)


def test_days_that_a_spreadsheet_keeps_as_dates(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    file = xlsx_file(
        tmp_path / "list.xlsx",
        {"s": [["Name", "2026-03-02 00:00:00", "2026-03-09 09:30:00"], [A, "x", "x"], [B, "x", "x"]]},
    )
    run(folder, [file], CROSSED)
    assert [row[0] for row in held(folder)] == [utc(2026, 3, 2, 12), utc(2026, 3, 9, 9, 30)]


@pytest.mark.parametrize(
    ("top", "message"),
    [
        (["Name", "First", "Second"], "has a day as its name"),
        (["Name", "2/3/2026", "2 March 2026"], "are the same day"),
    ],
)
def test_a_list_whose_days_cannot_be_told_is_refused(top: list[object], message: str, tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    with pytest.raises(WrongColumnsError, match=message):
        one(folder, [top, [A, "x", "x"]], CROSSED)


def test_a_list_with_a_row_for_each_person_and_meeting(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    top = ["Name", "Meeting", "Date", "Start", "Status"]
    rows: list[list[object]] = [
        [A, "Zqtitle", "2026-03-02", "9:30", "Attended"],
        [B, "Zqtitle", "2026-03-02", "9:30am", "Attended"],
        [C, "Zqtitle", "2026-03-02", "09:30", "Apologies"],
        [A, "Other", "2026-03-02", "09:30", "Attended"],
        [D, "Other", "2026-03-02", "09:30", "Attended"],
        [A, "Other", "2026-03-09", "", "Attended"],
        [D, "Other", "2026-03-09", "", "Attended"],
    ]
    away = 'clock = "Start"\nleave_out = [{ column = "Status", values = ["Apologies"], reason = "apologies" }]\n'
    text = one(folder, [top, *rows], LISTED + away)
    assert sorted(row[:2] for row in held(folder)) == [
        (utc(2026, 3, 2, 9, 30), "ann bob"),
        (utc(2026, 3, 2, 9, 30), "ann dan"),
        (utc(2026, 3, 9, 12), "ann dan"),
    ]
    assert "1 left out: apologies" in text and "without a time of day: 2; taken as 12:00" in text
    assert not run(folder, [folder / "list.csv"], LISTED + away).written
    assert "zq" not in text.lower()


# Minutes


BOARD = f"""# Minutes of the place board
Held on Monday 2nd March 2026 at 9.30am in the town hall

**Present:**
{A} (chair)
- {B}, Director of Things; {C}

Apologies for absence: {D}, Eve Zqother

1. Zqtopic
{D} was praised. Present arrangements were discussed with {D}.
Date of next meeting: 6 April 2026

Minutes of the place board, 13 April 2026, 14:00-16:00
Attendees: {A}, {D} and Eve Zqother
Apologies: {B}
2. Report of 2 February 2026
"""


def test_minutes_give_the_day_and_who_was_present(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    (tmp_path / "board.txt").write_text(BOARD, encoding="utf-8")
    done = run(folder, [tmp_path / "board.txt"], MINUTES)
    assert held(folder) == [
        (utc(2026, 3, 2, 9, 30), "ann bob cat", "", "meeting"),
        (utc(2026, 4, 13, 13), "ann dan", "", "meeting"),
    ]
    text = said(done)
    assert "2 read, 2 kept" in text and "with apologies: 3, who were not there" in text
    assert "zq" not in text.lower()
    assert not run(folder, [tmp_path / "board.txt"], MINUTES).written


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Present: a, b", "no line gives the day"),
        ("", "no line gives the day"),
        ("Date: 99 Zqember 2026\nPresent: a, b", "no line gives the day"),
    ],
)
def test_minutes_without_a_day_are_refused(text: str, message: str, tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableFileError, match=message) as raised:
        run(folder, [tmp_path / "a.txt"], MINUTES)
    assert "zq" not in str(raised.value).lower()


def test_a_day_without_a_list_and_a_list_of_nobody_are_said(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    (tmp_path / "a.txt").write_text("Date: 2 March 2026\n\nDate: 3 March 2026\nApologies: X Y\n", encoding="utf-8")
    text = said(run(folder, [tmp_path / "a.txt"], MINUTES))
    assert "1 left out: a day without a list of who was present" in text
    assert "a.txt, row 3: nobody is listed as present" in text


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"%PDF-1.7", b"\xd0\xcf\x11\xe0"])
def test_minutes_that_are_no_text_are_refused(content: bytes, tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    (tmp_path / "a.txt").write_bytes(content)
    with pytest.raises(UnreadableFileError, match="Save the minutes as text"):
        run(folder, [tmp_path / "a.txt"], MINUTES)
    with pytest.raises(UnreadableFileError, match="cannot be read"):
        run(folder, [tmp_path / "b.txt"], MINUTES)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Present: A B, C D", ["A B", "C D"]),
        ("Members present - A B; C D", ["A B", "C D"]),
        ("In attendance (for item 3): A B", ["A B"]),
        ("PRESENT", ["E F"]),
        ("1. Attendance: A B and C D", ["A B", "C D"]),
        ("Present arrangements: none", []),
        ("The present board: A B", []),
    ],
)
def test_lines_that_begin_a_list_of_people(line: str, names: list[str]) -> None:
    lines = enumerate(["Date: 2 March 2026", line, "E F" if line == "PRESENT" else "", "", "G H"], 1)
    (meeting,) = find_meetings(lines, Source(file="*", kind="minutes", id=Identity(constant="x")))
    assert meeting.present == names


@given(st.text(max_size=400))
@settings(max_examples=200)
def test_any_text_is_read_without_an_error(text: str) -> None:
    source = Source(file="*", kind="minutes", id=Identity(constant="x"))
    meetings = list(find_meetings(enumerate(f"Date: 2 March 2026\nPresent:\n{text}".split("\n"), 1), source))
    assert meetings[0].line == 1
    assert all(1 < len(name) <= 80 for each in meetings for name in each.present)
    read_clock(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 March 2026", datetime(2026, 3, 2, 12)),
        ("Monday 2nd March, 2026 at 9.30am", datetime(2026, 3, 2, 9, 30)),
        ("March 2, 2026 2pm", datetime(2026, 3, 2, 14)),
        ("02/03/2026", datetime(2026, 3, 2, 12)),
        ("2.3.26 14:00", datetime(2026, 3, 2, 14)),
        ("2026-03-02T09:30", datetime(2026, 3, 2, 9, 30)),
        ("14:00 to 16:00 on 3 May 2026", datetime(2026, 5, 3, 14)),
        ("12am on 1 Jan 2026", datetime(2026, 1, 1)),
        ("31 June 2026", None),
        ("3 Martember 2026", None),
        ("room 12, floor 3", None),
        ("1/2/3/2026", None),
    ],
)
def test_days_as_people_write_them(text: str, expected: datetime | None) -> None:
    written = read_written(text)
    assert (written.at(time(12)) if written else None) == expected
