"""Calendars: each meeting once, at the right time, with those who were invited and did not decline."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from meeting_files import CALENDAR, MAIL, calendar_file, event, held, prepare, run, said, utc

from leaderful.errors import UnknownNameError, UnreadableFileError
from leaderful.study import Study

LONDON = ";TZID=Europe/London:"


def test_one_meeting_of_every_way_to_say_when(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    outlook = (
        "BEGIN:VTIMEZONE\r\nTZID:Our Own Zone\r\nBEGIN:STANDARD\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:+0100\r\n"
        "TZOFFSETTO:+0000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\nBEGIN:DAYLIGHT\r\n"
        "DTSTART:16010101T010000\r\nTZOFFSETFROM:+0000\r\nTZOFFSETTO:+0100\r\n"
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n"
    )
    starts = {
        ":20260701T090000Z": utc(2026, 7, 1, 9),
        ":20260702T090000": utc(2026, 7, 2, 8),
        ";TZID=Europe/London:20260703T090000": utc(2026, 7, 3, 8),
        ";TZID=GMT Standard Time:20260704T090000": utc(2026, 7, 4, 8),
        ";TZID=Eastern Standard Time:20260705T090000": utc(2026, 7, 5, 13),
        ';TZID="/freeassociation.example/Europe/Paris":20260706T090000': utc(2026, 7, 6, 7),
        ";TZID=Our Own Zone:20260707T090000": utc(2026, 7, 7, 8),
        ";TZID=Our Own Zone:20261201T090000": utc(2026, 12, 1, 9),
    }
    events = [event(f"u{n}", start) for n, start in enumerate(starts)]
    done = run(folder, [calendar_file(tmp_path / "a.ics", *events, outlook)], CALENDAR)
    assert held(folder) == [(at, "ann bob", "", "meeting") for at in starts.values()]
    assert "a.ics, read as calendar: 8 read, 8 kept, 0 not kept" in said(done)


def test_the_clock_of_the_series_counts_when_clocks_change(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    weekly = event("w", f"{LONDON}20260323T090000", "RRULE:FREQ=WEEKLY;COUNT=2")
    twice = event("t", f"{LONDON}20261025T013000")  # comes twice: the first is in summer time
    skipped = event("s", f"{LONDON}20260329T013000")  # never comes: read as winter time
    run(folder, [calendar_file(tmp_path / "a.ics", weekly, twice, skipped)], CALENDAR)
    assert [row[0] for row in held(folder)] == [
        utc(2026, 3, 23, 9),
        utc(2026, 3, 29, 1, 30),
        utc(2026, 3, 30, 8),
        utc(2026, 10, 25, 0, 30),
    ]


def test_changed_cancelled_and_added_occurrences(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    series = event(
        "s",
        f"{LONDON}20260302T090000",
        "RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20260406T080000Z",
        "EXDATE;TZID=Europe/London:20260309T090000",
        "EXDATE;VALUE=DATE:20260316",
        "RDATE;TZID=Europe/London:20260501T100000",
        "RDATE;VALUE=PERIOD:20260502T100000Z/PT1H",
    )
    moved = event("s", f"{LONDON}20260324T140000", "RECURRENCE-ID;TZID=Europe/London:20260323T090000", who="ann cat")
    moved = moved.replace("RECURRENCE-ID;", "RECURRENCE-ID;RANGE=THISANDFUTURE;")
    dropped = event("s", f"{LONDON}20260330T090000", "RECURRENCE-ID:20260330T080000Z", "STATUS:CANCELLED")
    done = run(folder, [calendar_file(tmp_path / "a.ics", series, moved, dropped)], CALENDAR)
    assert [row[:2] for row in held(folder)] == [
        (utc(2026, 3, 2, 9), "ann bob"),
        (utc(2026, 3, 24, 14), "ann cat"),
        (utc(2026, 4, 6, 8), "ann bob"),
        (utc(2026, 5, 1, 9), "ann bob"),
        (utc(2026, 5, 2, 10), "ann bob"),
    ]
    assert "1 left out: cancelled" in said(done) and "all that follow: 1; followed for that one only" in said(done)


def test_a_series_without_end_stops_at_the_window_whose_days_are_both_within(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    endless = event("e", f"{LONDON}20200101T233000", "RRULE:FREQ=DAILY")
    before = event("b", f"{LONDON}20251231T235900")
    mapping = CALENDAR.replace("2026-12-31", "2026-01-03")
    done = run(folder, [calendar_file(tmp_path / "a.ics", endless, before)], mapping)
    assert [row[0] for row in held(folder)] == [utc(2026, 1, day, 23, 30) for day in (1, 2, 3)]
    assert "1 left out: no occurrence within the window" in said(done)


def test_who_takes_part(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    lines = (
        f"ORGANIZER;CN=x:MAILTO:{MAIL['cat'].upper()}",
        f"ATTENDEE;PARTSTAT=DECLINED:mailto:{MAIL['dan']}",
        "ATTENDEE;CUTYPE=ROOM:mailto:room@nhs.example",
        "ATTENDEE;CUTYPE=GROUP:mailto:all@nhs.example",
        "ATTENDEE;ROLE=NON-PARTICIPANT:mailto:clerk@nhs.example",
        "ATTENDEE:mailto:stranger@else.example",
    )
    folded = f"ATTENDEE:mailto:{MAIL['bob'][:9]}\r\n {MAIL['bob'][9:]}"
    done = run(
        folder,
        [calendar_file(tmp_path / "a.ics", event("a", f"{LONDON}20260302T090000", *lines, folded, who="ann"))],
        CALENDAR,
    )
    assert held(folder) == [(utc(2026, 3, 2, 9), "ann bob cat", "", "meeting")]
    text = said(done)
    for what in ("rooms and equipment: 1", "does not list: 1", "who declined: 1", "table of people: 1; they"):
        assert what in text


def test_the_same_meeting_in_several_calendars_counts_once_and_twice_is_once(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    rule = "RRULE:FREQ=WEEKLY;COUNT=2"
    anns = calendar_file(tmp_path / "a.ics", event("m", f"{LONDON}20260302T090000", rule, who="ann bob cat"))
    declined = f"ATTENDEE;PARTSTAT=DECLINED:mailto:{MAIL['bob']}"
    bobs = calendar_file(
        tmp_path / "b.ics", event("m", ";TZID=GMT Standard Time:20260302T090000", rule, declined, who="ann dan")
    )
    done = run(folder, [anns, bobs], CALENDAR)
    assert [row[:2] for row in held(folder)] == [
        (utc(2026, 3, 2, 9), "ann cat dan"),
        (utc(2026, 3, 9, 9), "ann cat dan"),
    ]
    assert "2, of which 2 count, 2 of them in an earlier file too" in said(done)
    before = (folder / "study" / "interactions.csv").read_bytes()
    again = run(folder, [bobs, anns], CALENDAR)
    assert not again.written and "2 there already" in said(again)
    assert (folder / "study" / "interactions.csv").read_bytes() == before


def test_a_meeting_that_was_moved_is_refused_until_replaced(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    old = event("m", f"{LONDON}20260302T090000", "SEQUENCE:0")
    new = event("m", f"{LONDON}20260303T090000", "SEQUENCE:1")
    first = calendar_file(tmp_path / "a.ics", old)
    run(folder, [first], CALENDAR)
    both = calendar_file(tmp_path / "a.ics", new, old)
    done = run(folder, [both], CALENDAR)
    assert "older copy of an event that was moved" in said(done) and "add --replace" in said(done)
    assert [row[0] for row in held(folder)] == [utc(2026, 3, 2, 9)]
    run(folder, [both], CALENDAR, replace=True)
    assert [row[0] for row in held(folder)] == [utc(2026, 3, 3, 9)]


def test_what_is_left_out_is_counted_by_reason(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    crowd = " ".join(["ann", "bob", *(f"x{n}@else.example" for n in range(99))])
    events = [
        event("a", ";VALUE=DATE:20260302"),
        event("b", f"{LONDON}20260302T090000", "CLASS:PRIVATE"),
        event("c", f"{LONDON}20260302T090000", who="ann"),
        event("d", f"{LONDON}20260302T090000", who=""),
        event("e", f"{LONDON}20260302T090000", who=crowd),
        event("f", f"{LONDON}20260302T090000", "STATUS:CANCELLED"),
    ]
    done = run(folder, [calendar_file(tmp_path / "a.ics", *events)], CALENDAR)
    text = said(done)
    for reason in (
        "of a whole day",
        "marked private or confidential",
        "fewer than two of those who took part",
        "nobody else is invited",
        "more than 100 took part",
        "cancelled",
    ):
        assert f"1 left out: {reason}" in text
    assert "6 read, 0 kept, 6 not kept" in text and not held(folder)
    whole = run(folder, [tmp_path / "a.ics"], CALENDAR + "all_day = true\nlargest = 101\n")
    assert "6 read, 2 kept" in said(whole)
    assert held(folder)[0][0] == utc(2026, 3, 2)


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        (event("x", f"{LONDON}20261345T990000"), "DTSTART is not in order"),
        (event("x", ":-0010302T090000"), "DTSTART is not in order"),
        (event("x", ";TZID=Zqsecret/Olympus:20260302T090000"), "DTSTART has a time zone that is neither known"),
        (event("x", f"{LONDON}20260302T090000", "RRULE:FREQ=SECONDLY"), "RRULE is not in order, or repeats within"),
        (event("x", f"{LONDON}20260302T090000", "RRULE:FREQ=DAILY;INTERVAL=0"), "RRULE is not in order"),
        (event("x", f"{LONDON}20260302T090000", "RRULE:FREQ=DAILY;BYHOUR=1,2"), "RRULE is not in order"),
        (event("x", f"{LONDON}20260302T090000", "RRULE:Zqsecret"), "RRULE is not in order"),
        (event("x", f"{LONDON}20260302T090000", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), ""),
        (event("x", f"{LONDON}20260302T090000", "ATTENDEE;CN=Zqsecret"), "ATTENDEE is not in order"),
        (event("x", f"{LONDON}20260302T090000", "EXDATE:Zqsecret"), "EXDATE is not in order"),
        ("BEGIN:VEVENT\r\nUID:x\r\nEND:VEVENT\r\n", "DTSTART is missing"),
        ("BEGIN:VEVENT\r\n" * 5_000 + "END:VEVENT\r\n" * 5_000, "DTSTART is missing"),
        ("BEGIN:VEVENT\r\nUID:x\r\nDTSTART:20260302T090000Z\r\n", "the calendar ends within the event"),
    ],
)
def test_an_event_that_cannot_be_read_keeps_no_other_out(broken: str, fault: str, tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    done = run(folder, [calendar_file(tmp_path / "a.ics", event("good", f"{LONDON}20260302T090000"), broken)], CALENDAR)
    assert [row[0] for row in held(folder)] == [utc(2026, 3, 2, 9)]
    text = said(done)
    assert fault in text and "a.ics, row 10" in text if fault else "2 read, 1 kept" in text
    assert "secret" not in text.lower()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no calendar"),
        (b"a,b\n1,2\n", "no calendar"),
        (b"PK\x03\x04zip", "no text that can be read"),
        (b"B\x00E\x00G\x00I\x00N\x00:\x00V\x00", "no text that can be read"),
        (b"<html>BEGIN:VEVENT", "no text that can be read"),
    ],
)
def test_what_is_no_calendar_is_refused(content: bytes, message: str, tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    (tmp_path / "a.ics").write_bytes(content)
    with pytest.raises(UnreadableFileError, match=message):
        run(folder, [tmp_path / "a.ics"], CALENDAR)


def test_an_empty_calendar_and_one_in_another_encoding_are_read(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    calendar_file(tmp_path / "a.ics")
    text = event("u", f"{LONDON}20260302T090000", "LOCATION:Caf\xe9").encode("cp1252")
    (tmp_path / "b.ics").write_bytes(b"BEGIN:VCALENDAR\n" + text + b"END:VCALENDAR\n")
    run(folder, [tmp_path / "a.ics", tmp_path / "b.ics"], CALENDAR)
    assert len(held(folder)) == 1


def test_a_calendar_the_mapping_does_not_speak_of_is_named(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    calendar_file(tmp_path / "a.ics")
    with pytest.raises(UnknownNameError, match=r"mapping\.toml says nothing of a\.ics"):
        run(folder, [tmp_path / "a.ics"], "")
    with pytest.raises(UnreadableFileError, match=r"nowhere\.ics cannot be read"):
        run(folder, [tmp_path / "nowhere.ics"], CALENDAR)


def test_a_million_invited_and_rules_without_a_day_take_no_time(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    crowd = "".join(f"ATTENDEE:mailto:x{n}@else.example\r\n" for n in range(300_000))
    monster = f"BEGIN:VEVENT\r\nUID:m\r\nDTSTART:20260302T090000Z\r\n{crowd}END:VEVENT\r\n"
    long_line = f"BEGIN:VEVENT\r\nUID:n\r\nDTSTART:20260302T090000Z\r\nSUMMARY:{'x' * 3_000_000}\r\nEND:VEVENT\r\n"
    began = time.process_time()
    done = run(folder, [calendar_file(tmp_path / "a.ics", monster, long_line)], CALENDAR)
    assert time.process_time() - began < 8
    assert "more than 100 took part" in said(done)
    never = [event(f"u{n}", ":20260302T090000Z", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30") for n in range(30)]
    with pytest.raises(UnreadableFileError, match="by rules that give no day"):
        run(folder, [calendar_file(tmp_path / "b.ics", *never)], CALENDAR)


def test_nothing_of_what_a_meeting_is_about_reaches_the_study(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    run(folder, [calendar_file(tmp_path / "a.ics", event("zquid", f"{LONDON}20260302T090000"))], CALENDAR)
    kept = b"".join(path.read_bytes() for path in (folder / "study").iterdir()).lower()
    assert b"zq" not in kept and b"@" not in kept
    assert Study.open(folder / "study").table("interactions")["id"][0].startswith("i")
