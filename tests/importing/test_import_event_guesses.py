"""The draft of a mapping for calendars, logs, lists and minutes: read as it stands, and silent about people."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from meeting_files import KEY, MAIL, PEOPLE, calendar_file, event, prepare, run
from survey_products import csv_file, make_study, xlsx_file

from leaderful.forms import forms
from leaderful.study import Study
from leaderful.study.importing import guess, import_files

Run = Callable[..., tuple[int, str, str]]
ANN, BOB, CAT = MAIL["ann"], MAIL["bob"], MAIL["cat"]


def drafted(folder: Path, *files: Path) -> tuple[str, list[dict[str, Any]]]:
    draft = guess(Study.open(folder / "study"), list(files))
    assert "zq" not in draft.text.lower() and "example" not in draft.text
    return draft.text, tomllib.loads(draft.text)["sources"]


@pytest.mark.parametrize(
    ("top", "row", "expected"),
    [
        (
            ["date_time_utc", "sender_address", "recipient_address", "message_subject", "message_id"],
            ["2026-03-02T09:00:00.1230000Z", ANN, BOB, "Zqsubject", "<zq1>"],
            {"time": "date_time_utc", "recipients": ["recipient_address"], "id": {"column": "message_id"}},
        ),
        (
            ["Date", "Event", "Message ID", "Subject", "From (Header address)", "From (Envelope)", "To (Envelope)"],
            ["2026/03/02 09:00:00 UTC", "Receive", "zq1", "Zqsubject", ANN, ANN, BOB],
            {"time": "Date", "recipients": ["To (Envelope)"], "id": {"column": "Message ID"}},
        ),
        (
            ["Sent", "From", "To", "CC", "Body"],
            ["13/03/2026 09:00", f"Ann <{ANN}>", f"{BOB}; {CAT}", "", "Zqbody"],
            {"time": "Sent", "recipients": ["To"], "time_format": "%d/%m/%Y %H:%M"},
        ),
        (
            ["ts", "from_user", "to_user", "text", "channel_name"],
            ["1782896400.000100", ANN, BOB, "Zqtext", "Zqgroup"],
            {"time": "ts", "time_format": "epoch", "channel": {"constant": "chat"}},
        ),
        (
            ["Subject", "Start Date", "Start Time", "Meeting Organizer", "Required Attendees", "Description"],
            ["Zqsubject", "2026-03-02", "09:30:00", ANN, f"{BOB};{CAT}", "Zqbody"],
            {"time": "Start Date", "clock": "Start Time", "channel": {"constant": "meeting"}},
        ),
    ],
)
def test_logs_of_several_products(top: list[str], row: list[str], expected: dict[str, object], tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    file = csv_file(tmp_path / "log.csv", [top, row, row])
    text, (source,) = drafted(folder, file)
    assert source["kind"] == "messages" and source["person"]["pseudonym"] == "hash"
    assert {name: source[name] for name in expected} == expected
    assert "columns that are not read: " in text
    mapping = text.split("mapping_version = 1")[1]
    run(folder, [file], mapping)
    assert Study.open(folder / "study").table("interactions").height == 1


def test_a_day_that_may_be_a_month_is_marked(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    text, _ = drafted(folder, csv_file(tmp_path / "log.csv", [["Date", "From", "To"], ["02/03/2026 09:00", ANN, BOB]]))
    assert "day or month first? check" in text
    rows = [[f"{month}/{day}/2026 09:00", ANN, BOB] for month, day in ((3, 2), (3, 5), (3, 13), (4, 1))]
    text, (source,) = drafted(folder, csv_file(tmp_path / "log.csv", [["Date", "From", "To"], *rows]))
    assert source["time_format"] == "%m/%d/%Y %H:%M" and "day or month first" not in text


def test_lists_of_attendance(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    crossed = xlsx_file(
        tmp_path / "a.xlsx",
        {"s": [["Name", "2 Mar 2026", "9 Mar 2026"], ["Ann Zqsecret", "x", ""], ["Bob Zqsecret", "x", "x"]]},
    )
    listed = csv_file(
        tmp_path / "b.csv",
        [
            ["Full name", "Meeting", "Date", "Status"],
            ["Ann Zqsecret", "Board", "2026-03-02", "Present"],
            ["Bob Zqsecret", "Board", "2026-03-02", "Apologies"],
        ],
    )
    text, (first, second) = drafted(folder, crossed, listed)
    assert first["kind"] == second["kind"] == "attendance" and first["id"] == {"constant": "a"}
    assert second["leave_out"][0]["values"] == ["Apologies"] and second["time"] == "Date"
    run(folder, [crossed, listed], text.split("mapping_version = 1")[1])
    assert Study.open(folder / "study").table("interactions").height == 1


def test_calendars_and_minutes(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    calendar = calendar_file(
        tmp_path / "a.ics", event("a", ":20260302T090000Z"), event("b", ":20260309T090000Z", "RRULE:FREQ=WEEKLY")
    )
    (tmp_path / "m.txt").write_text("Date: 2 March 2026\nPresent: Ann Zqsecret, Bob Zqsecret\n", encoding="utf-8")
    text, (first, second) = drafted(folder, calendar, tmp_path / "m.txt")
    assert (first["kind"], str(first["window"]["opens"]), str(first["window"]["closes"])) == (
        *("calendar", "2026-03-02", "2026-04-01"),
    )
    assert second["kind"] == "minutes"
    run(folder, [calendar, tmp_path / "m.txt"], text.split("mapping_version = 1")[1])
    assert Study.open(folder / "study").table("interactions").height == 6


def test_a_roster_with_several_names_for_a_person(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    _, (source,) = drafted(folder, tmp_path / "people.csv")
    assert source["kind"] == "roster" and source["aliases"] == ["Name"]


def test_the_blank_workbook_filled_by_hand(tmp_path: Path) -> None:
    from leaderful.jobs import survey

    make_study(tmp_path / "study", people=[("k1", "RTD", None, "board", None, None)])
    study = Study.open(tmp_path / "study")
    (tmp_path / "w.xlsx").write_bytes(forms("xlsx", survey(study, ()))[".xlsx"])
    import openpyxl

    book = openpyxl.load_workbook(tmp_path / "w.xlsx")
    book["answers"].append(["k1", "w1", "RTD", None, "board", 4])
    book["moments"].append(
        ["m1", "k1", "2026-03-02T09:30", "E06;RTD", "board", "surprise", "clarifying", "yes", "", "", ""]
    )
    book.save(tmp_path / "w.xlsx")
    draft = guess(study, [tmp_path / "w.xlsx"])
    assert "w.xlsx, sheet moments: a diary of moments" in draft.found
    (tmp_path / "m.toml").write_text(draft.text, encoding="utf-8")
    import_files(study, [tmp_path / "w.xlsx"], tmp_path / "m.toml")
    assert Study.open(tmp_path / "study").table("moments")["with_bodies"].to_list() == [["E06", "RTD"]]


def test_nothing_personal_is_printed_or_kept_from_first_to_last_command(leaderful: Run, tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    (tmp_path / "key.txt").write_bytes(KEY)
    files = [
        tmp_path / "people.csv",
        calendar_file(
            tmp_path / "a.ics", event("zquid", ":20260302T090000Z"), "BEGIN:VEVENT\r\nDTSTART:zq\r\nSUMMARY:zq\r\n"
        ),
        csv_file(
            tmp_path / "log.csv",
            [
                ["Date", "From", "To", "Subject", "Message-ID"],
                ["2026-03-02T10:00Z", ANN, BOB, "zqsubject", "<zqid>"],
                ["zq", ANN, BOB, "zq", "zq"],
                ["2026-03-02T10:00Z", "eve@zq.example", BOB, "zq", "zq"],
            ],
        ),
    ]
    (tmp_path / "m.txt").write_text(
        "Date: 2 March 2026\nPresent: Ann Zqsecret, Bob Zqsecret, Eve Zqother\n", encoding="utf-8"
    )
    files.append(tmp_path / "m.txt")
    outs = [leaderful("import", folder / "study", *files, "--guess", "--mapping", tmp_path / "g.toml")]
    for more in ((), ("--key", tmp_path / "key.txt", "--dry-run"), ("--key", tmp_path / "key.txt")):
        outs.append(leaderful("import", folder / "study", *files, "--mapping", tmp_path / "g.toml", *more))
    assert [code for code, *_ in outs] == [0, 7, 7, 7] and "--new-key FILE" in outs[1][2]
    assert "Written: people.csv, interactions.csv" in outs[3][1]
    printed = "".join(out + err for _, out, err in outs) + (tmp_path / "g.toml").read_text(encoding="utf-8")
    kept = b"".join(path.read_bytes() for path in (folder / "study").iterdir()).decode("utf-8", "replace")
    for text in (printed, kept):
        assert "zq" not in text.lower() and "@" not in text
        assert not [row for row in PEOPLE.values() if row[0] in text]
    assert Study.open(folder / "study").table("interactions").height == 3
