# ruff: noqa: E501
"""Malformed files, one by one: what is said, what is kept, and the class of the error."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from leaderful.errors import BadValuesError, LeaderfulError, UnreadableFileError, WrongColumnsError
from leaderful.study.reading import read_table
from leaderful.study.tables import TABLES

SHOCKS = "id,name,kind,starts,ends\n"
STORM = "s1,Storm,crisis,2026-01-05,\n"
GOOD = SHOCKS + STORM
FIRST_LINE = "The first line must be: id,name,kind,starts,ends"
PUBLISHED = "body,source,question,year,percent,base\nRX1,nhs-staff-survey,Q7a,2024,61.2,812\n"
ANSWERS = "person,wave,item,answer\np1,w1,CGP1,4\n"
ITEMS = "CGP1, CGP2, CGP3, CGP4, SHP1, SHP2, SHP3, SHP4 and 44 more (see the reference of tables)"
KINDS = "crisis, austerity, reorganisation, policy, intervention, other"
MOMENTS = "id,person,time,with_bodies,with_tiers,opener,behaviours,taken,went_on_to,reflection,consent_text\n"
QUOTES = "Write a quotation mark within a cell twice, and the whole cell between quotation marks"
NEVER_CLOSED = f"a quotation mark is never closed, or a cell is longer than 131,072 characters. {QUOTES}"
LOST_CHARACTERS = "characters that are not text, or were lost when the file was saved; type the cell again"
A_DATE = "where a date such as 2026-03-31 is wanted"
A_TIME = "where a date and time in UTC such as 2026-03-31T14:05 is wanted"
SPREADSHEET = "is the number or date that a spreadsheet makes of a code"
AGAIN = "Format the column as text and type the code again"


def shock(row: str) -> bytes:
    return f"{GOOD}{row}\n".encode()


def published(row: str) -> bytes:
    return f"{PUBLISHED}RX1,{row}\n".encode()


def answer(row: str) -> bytes:
    return f"{ANSWERS}{row}\n".encode()


def moment(time: str = "2026-01-05T10:00", taken: str = "yes") -> bytes:
    return f"{MOMENTS}m1,p1,{time},,,surprise,,{taken},,,\n".encode()


# name, table, content, rows kept, class, place, message
# fmt: off
ONE_PROBLEM = [
    # the file
    ("empty", "shocks", b"", 0, UnreadableFileError, "", f"the file is empty. Its first line must be: {SHOCKS.strip()}"),
    ("blank", "shocks", b" \r\n\n ", 0, UnreadableFileError, "", f"the file is empty. Its first line must be: {SHOCKS.strip()}"),
    ("UTF-16 without a mark", "shocks", GOOD.encode("utf-16-le"), 0, UnreadableFileError, "", "the file is not plain text: many of its bytes are NUL, as in UTF-16 without a mark. Save it as CSV UTF-8."),
    ("workbook", "shocks", b"PK\x03\x04\x14\x00", 0, UnreadableFileError, "", "the file is an Excel workbook or another zip file, not CSV text. Save the table as CSV UTF-8."),
    ("old workbook", "shocks", b"\xd0\xcf\x11\xe0\xa1\xb1", 0, UnreadableFileError, "", "the file is an old Excel workbook, not CSV text. Save the table as CSV UTF-8."),
    ("Parquet called CSV", "shocks", b"PAR1\x15\x00", 0, UnreadableFileError, "", "the file is a Parquet file, not CSV text. End its name in .parquet."),
    ("web page", "shocks", b"\n<!DOCTYPE html>", 0, UnreadableFileError, "", "the file is a web page, not CSV text. Download the table itself as CSV."),
    ("NUL byte", "shocks", shock("s2,St\x00rm,crisis,2026-01-05,"), 1, BadValuesError, "row 3, column name", LOST_CHARACTERS),
    ("a broken byte in UTF-8", "shocks", GOOD.encode() + b"s2,\xc3\xa9\xc3\xa9,crisis,2026-01-05,\ns3,Caf\xe9,crisis,2026-01-05,\n", 2, BadValuesError, "row 4, column name", LOST_CHARACTERS),
    # quotation marks and rows
    ("quote never closed", "shocks", f'{SHOCKS}"s0,Storm,crisis,2026-01-05,\n{STORM}'.encode(), 1, UnreadableFileError, "row 2", NEVER_CLOSED),
    ("quote never closed, last row", "shocks", shock('s2,"Storm,crisis,2026-01-05,'), 1, UnreadableFileError, "row 3", NEVER_CLOSED),
    ("text after a quote", "shocks", shock('"s2"x,Storm,crisis,2026-01-05,'), 1, UnreadableFileError, "row 3", f"text follows a closing quotation mark. {QUOTES}"),
    ("too many cells", "shocks", shock("s2,Storm, big,crisis,2026-01-05,"), 1, WrongColumnsError, "row 3", "the row has 6 cells and the header has 5; a comma within a cell needs quotation marks round the cell"),
    ("too few cells", "shocks", shock("s2,Storm,crisis"), 1, WrongColumnsError, "row 3", "the row has 3 cells and the header has 5"),
    ("something under no name", "shocks", b"id,name,kind,starts,ends,\ns1,Storm,crisis,2026-01-05,,\ns2,St,orm,crisis,2026-01-05,2026-01-06\n", 1, WrongColumnsError, "row 3", "something stands in column 6, which has no name; name it or empty it"),
    # the header
    ("no header", "shocks", STORM.encode(), 0, WrongColumnsError, "", f"the first line does not name the columns of shocks: 0 of them are there. {FIRST_LINE}"),
    ("misspelt column", "shocks", GOOD.replace("starts", "strats").encode(), 0, WrongColumnsError, "", f"column 'strats' is unknown and is probably starts. {FIRST_LINE}"),
    ("two misspelt columns", "shocks", GOOD.replace("starts", "start").replace("kind", "knid").encode(), 0, WrongColumnsError, "", f"column 'knid' is unknown and is probably kind; column 'start' is unknown and is probably starts. {FIRST_LINE}"),
    ("repeated column", "shocks", GOOD.replace("ends", "Starts").encode(), 0, WrongColumnsError, "", f"column starts is there 2 times. {FIRST_LINE}"),
    ("missing column", "shocks", b"id,name,starts\ns1,Storm,2026-01-05\n", 0, WrongColumnsError, "", f"column kind is missing; it is needed in every row. {FIRST_LINE}"),
    ("misspelt column of a private table", "responses", b"person,wave,itme,answer\np1,w1,CGP1,4\n", 0, WrongColumnsError, "", "column 3 is unknown and is probably item. The first line must be: person,wave,item,answer"),
    ("no header of a private table", "responses", b"p1,w1,CGP1,4\n", 0, WrongColumnsError, "", "the first line does not name the columns of responses: 0 of them are there. The first line must be: person,wave,item,answer"),
    # cells
    ("empty needed cell", "shocks", shock("s2,,crisis,2026-01-05,"), 1, BadValuesError, "row 3, column name", "the cell is empty; name is needed in every row"),
    ("spaces in a needed cell", "shocks", shock("s2,  ,crisis,2026-01-05,"), 1, BadValuesError, "row 3, column name", "the cell is empty; name is needed in every row"),
    ("not in the list", "shocks", shock("s2,Storm,Crises,2026-01-05,"), 1, BadValuesError, "row 3, column kind", f"'Crises' is not allowed; nearest is crisis; allowed are {KINDS}"),
    ("nothing like the list", "shocks", shock("s2,Storm,xx,2026-01-05,"), 1, BadValuesError, "row 3, column kind", f"'xx' is not allowed; allowed are {KINDS}"),
    ("day first", "shocks", shock("s2,Storm,crisis,31/03/2026,"), 1, BadValuesError, "row 3, column starts", f"'31/03/2026' is a date in another order {A_DATE}; write year-month-day: 2026-03-31"),
    ("day first that no calendar has", "shocks", shock("s2,Storm,crisis,31/02/2026,"), 1, BadValuesError, "row 3, column starts", f"'31/02/2026' is a date in another order {A_DATE}; write year-month-day"),
    ("day or month first", "shocks", shock("s2,Storm,crisis,03/04/2026,"), 1, BadValuesError, "row 3, column starts", f"'03/04/2026' is a date in another order {A_DATE}; write year-month-day: 2026-04-03 or 2026-03-04, whichever is meant"),
    ("no such day", "shocks", shock("s2,Storm,crisis,2026-02-30,"), 1, BadValuesError, "row 3, column starts", f"'2026-02-30' is a day that no calendar has {A_DATE}"),
    ("spreadsheet's day number", "shocks", shock("s2,Storm,crisis,46112,"), 1, BadValuesError, "row 3, column starts", f"'46112' is a spreadsheet's number for a day {A_DATE}; format the column as text and write year-month-day"),
    ("date with a time", "shocks", shock("s2,Storm,crisis,2026-03-31 00:00:00,"), 1, BadValuesError, "row 3, column starts", f"'2026-03-31 00:00:00' is a date with a time of day {A_DATE}; write the day alone: 2026-03-31"),
    ("year too early", "shocks", shock("s2,Storm,crisis,0206-03-31,"), 1, BadValuesError, "row 3, column starts", "a year outside 1800 to 2199; write all four figures of the year"),
    ("words for a date", "shocks", shock("s2,Storm,crisis,in spring,"), 1, BadValuesError, "row 3, column starts", f"'in spring' is text {A_DATE}; write year-month-day"),
    ("n/a for a date", "shocks", shock("s2,Storm,crisis,2026-03-31,n/a"), 1, BadValuesError, "row 3, column ends", f"'n/a' is a sign for nothing {A_DATE}; leave the cell empty when it is not known"),
    ("code as a power of ten", "shocks", shock("1.00E+05,Storm,crisis,2026-03-31,"), 1, BadValuesError, "row 3, column id", f"'1.00E+05' {SPREADSHEET}. {AGAIN}"),
    ("code as 1E05", "shocks", shock("1E05,Storm,crisis,2026-03-31,"), 1, BadValuesError, "row 3, column id", f"'1E05' {SPREADSHEET}. {AGAIN}"),
    ("code as a decimal", "shocks", shock("2.0,Storm,crisis,2026-03-31,"), 1, BadValuesError, "row 3, column id", f"'2.0' {SPREADSHEET}. {AGAIN}"),
    ("code as a date", "shocks", shock("01-Mar,Storm,crisis,2026-03-31,"), 1, BadValuesError, "row 3, column id", f"'01-Mar' {SPREADSHEET}. {AGAIN}"),
    ("spreadsheet's fault", "shocks", shock("s2,#NAME?,crisis,2026-03-31,"), 1, BadValuesError, "row 3, column name", "a spreadsheet's sign that it could not work out the cell; type the value"),
    ("code with a semicolon", "shocks", shock("s2;s3,Storm,crisis,2026-03-31,"), 1, BadValuesError, "row 3, column id", "a code with a line break, a semicolon or a character that was lost; type the code again"),
    ("code too long", "shocks", shock(f"{'s' * 201},Storm,crisis,2026-03-31,"), 1, BadValuesError, "row 3, column id", "a code that is empty, is longer than 200 characters, or has spaces round it"),
    ("text too long", "shocks", shock(f"s2,{'S' * 100001},crisis,2026-03-31,"), 1, BadValuesError, "row 3, column name", "a text of more than 100,000 characters; keep long texts as documents"),
    ("thousands", "published", published('nhs-staff-survey,Q7a,2023,61,"1,812"'), 1, BadValuesError, "row 3, column base", "'1,812' is a number with commas for thousands where a whole number is wanted; write it without commas: 1812"),
    ("decimal comma", "published", published('nhs-staff-survey,Q7a,2023,"61,5",12'), 1, BadValuesError, "row 3, column percent", "'61,5' is a number with a decimal comma where a number is wanted; write a full stop: 61.5"),
    ("percent sign", "published", published("nhs-staff-survey,Q7a,2023,61%,12"), 1, BadValuesError, "row 3, column percent", "'61%' is a number with a percent sign where a number is wanted; write the figure alone"),
    ("not a number", "published", published("nhs-staff-survey,Q7a,2023,NaN,12"), 1, BadValuesError, "row 3, column percent", "'NaN' is a sign for nothing where a number is wanted; leave the cell empty when it is not known"),
    ("infinite", "published", published("nhs-staff-survey,Q7a,2023,1e999,12"), 1, BadValuesError, "row 3, column percent", "'1e999' is a number too large to keep where a number is wanted"),
    ("decimals", "published", published("nhs-staff-survey,Q7a,2023,61,12.5"), 1, BadValuesError, "row 3, column base", "'12.5' is a number with decimals where a whole number is wanted"),
    ("a word for a number", "published", published("nhs-staff-survey,Q7a,2023,most,12"), 1, BadValuesError, "row 3, column percent", "'most' is text where a number is wanted; write figures only"),
    ("above the range", "published", published("nhs-staff-survey,Q7a,2023,161,12"), 1, BadValuesError, "row 3, column percent", "161 is a number outside 0 to 100"),
    ("below the range", "published", published("nhs-staff-survey,Q7a,2023,61,0"), 1, BadValuesError, "row 3, column base", "0 is a number below 1"),
    ("too large", "published", published("nhs-staff-survey,Q7a,2023,61,99999999999999999999"), 1, BadValuesError, "row 3, column base", "'99999999999999999999' is a number too large to keep where a whole number is wanted"),
    # private cells: what class, never which value
    ("answer out of range", "responses", answer("p1,w1,CGP2,9"), 1, BadValuesError, "row 3, column answer", "a number outside 1 to 5; leave the cell empty when there is none"),
    ("answer in words", "responses", answer("p1,w1,CGP2,strongly agree"), 1, BadValuesError, "row 3, column answer", "text where a whole number is wanted; write figures only"),
    ("answer between two", "responses", answer("p1,w1,CGP2,4.5"), 1, BadValuesError, "row 3, column answer", "a number with decimals where a whole number is wanted"),
    ("unknown item", "responses", answer("p1,w1,cgp 2,4"), 1, BadValuesError, "row 3, column item", f"a code that is not allowed; nearest is CGP2; allowed are {ITEMS}"),
    ("unknown tier", "people", b"id,body,team,tier,place,consent_network\np1,RX1,,boss,,yes\n", 0, BadValuesError, "row 2, column tier", "a code that is not allowed; allowed are board, executive, manager, practitioner"),
    ("a day without a time", "moments", moment(time="2026-01-05"), 0, BadValuesError, "row 2, column time", f"a date without a time {A_TIME}; add the time of day, as in 2026-03-31T14:05"),
    ("time in another order", "moments", moment(time="05/01/2026 10:00"), 0, BadValuesError, "row 2, column time", f"a date in another order {A_TIME}; write year-month-day, a T and the time"),
    ("no such time", "moments", moment(time="2026-01-05T25:00"), 0, BadValuesError, "row 2, column time", f"a time that no clock or calendar has {A_TIME}"),
    ("maybe", "moments", moment(taken="maybe"), 0, BadValuesError, "row 2, column taken", "text where yes or no is wanted; write yes, no, true, false, 1 or 0"),
]

# name, content, note
READ_ALL_THE_SAME = [
    ("byte order mark", b"\xef\xbb\xbf" + GOOD.encode(), None),
    ("Windows line ends", GOOD.replace("\n", "\r\n").encode(), None),
    ("old Mac line ends", GOOD.replace("\n", "\r").encode(), None),
    ("no last line end", GOOD.strip().encode(), None),
    ("blank lines", GOOD.replace("\n", "\n\n").encode(), None),
    ("all cells quoted", b'"id","name","kind","starts","ends"\n"s1","Storm","crisis","2026-01-05",""\n', None),
    ("UTF-16", GOOD.encode("utf-16"), "the file is UTF-16; it was read, but save it as CSV UTF-8"),
    ("UTF-32", GOOD.encode("utf-32"), "the file is UTF-32; it was read, but save it as CSV UTF-8"),
    ("semicolons", GOOD.replace(",", ";").encode(), "cells are separated by semicolons; commas are the rule"),
    ("tabs", GOOD.replace(",", "\t").encode(), "cells are separated by tabs; commas are the rule"),
    ("capitals and spaces", GOOD.replace("starts", " Starts ").encode(), "column 4 was read as starts; its name is written otherwise"),
    ("columns in another order", b"starts,kind,ends,name,id\n2026-01-05,crisis,,Storm,s1\n", None),
    ("an optional column missing", b"id,name,kind,starts\ns1,Storm,crisis,2026-01-05\n", "without ends: taken as empty"),
    ("a column of one's own", b"id,name,kind,starts,ends,colour\ns1,Storm,crisis,2026-01-05,,red\n", "column 'colour' is not part of shocks and was not read"),
    ("empty columns and rows of a spreadsheet", b"id,name,kind,starts,ends,,\ns1,Storm,crisis,2026-01-05,,,\n,,,,,,\n", "rows without any value: 1; they were passed over"),
    ("spaces round codes and dates", b"id,name,kind,starts,ends\n s1 ,Storm, crisis, 2026-01-05 ,\n", None),
]
# fmt: on


@pytest.mark.parametrize(
    ("table", "content", "kept", "kind", "place", "message"),
    [pytest.param(*case[1:], id=case[0]) for case in ONE_PROBLEM],
)
def test_one_problem_is_told_exactly(
    tmp_path: Path,
    table: str,
    content: bytes,
    kept: int,
    kind: type[LeaderfulError],
    place: str,
    message: str,
) -> None:
    file = tmp_path / f"{table}.csv"
    file.write_bytes(content)
    frame, receipt = read_table(file, TABLES[table])
    problem = receipt.problems[0]
    assert [(p.where.removeprefix(file.name).removeprefix(", "), p.message) for p in receipt.problems] == [
        (place, message)
    ]
    assert (frame.height, receipt.kept, problem.kind) == (kept, kept, kind)
    assert receipt.rejected == (1 if problem.row else 0)
    assert frame.schema == TABLES[table].schema


@pytest.mark.parametrize(("content", "note"), [pytest.param(*case[1:], id=case[0]) for case in READ_ALL_THE_SAME])
def test_harmless_differences_are_read_with_a_note(tmp_path: Path, content: bytes, note: str | None) -> None:
    file = tmp_path / "shocks.csv"
    file.write_bytes(content)
    frame, receipt = read_table(file, TABLES["shocks"])
    assert frame.rows() == [("s1", "Storm", "crisis", date(2026, 1, 5), None)]
    assert receipt.problems == ()
    assert receipt.notes == ((note,) if note else ())
