"""The lines of a draft mapping for calendars, minutes, logs of messages, lists of attendance and diaries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from leaderful.study.decoding import Limits
from leaderful.study.importing.attendance import MARKS
from leaderful.study.importing.calendars import read_calendar
from leaderful.study.importing.drafts import quoted, shown
from leaderful.study.importing.event_profiles import DIARY, EventColumns
from leaderful.study.importing.gatherings import LARGEST
from leaderful.study.importing.mapping import Kind
from leaderful.study.importing.profiles import Profile
from leaderful.study.importing.sheets import cannot_open
from leaderful.study.importing.zones import DEFAULT_ZONE, zone_called

_PRESENT = re.compile(rb"(?im)^[\s#>*_\d.]*(?:those |members )?(?:present|attendees|in attendance|attendance)\b")
_START = 200_000
_ZONE = f'zone = "{DEFAULT_ZONE}"  # of times that name no zone; check'
_CHAT = re.compile(r"chat|teams|slack|channel", re.IGNORECASE)


def event_found(columns: EventColumns) -> str:
    """Return what a sheet was found to be, in a line for the terminal."""
    unread = "; columns that the mapping does not name are never looked at"
    match columns.kind:
        case "messages":
            return f"a log of messages{unread}"
        case "moments":
            return "a diary of moments"
    return "a list of attendance"


def event_lines(columns: EventColumns, found: Profile) -> Iterator[str]:
    """Yield the lines of one source, after those that say where its rows stand."""
    cells = found.frame[columns.roles["person"]].drop_nulls()
    hashed = columns.kind != "moments" or bool(cells.str.contains(r"@|\s").any())
    made = "hash" if hashed else "as-is"
    note = "names and mail addresses are never kept; needs --key or --new-key"
    told = note if hashed else "codes that say nothing about people; if they do, write hash"
    yield f'person = {{ column = {quoted(columns.roles["person"])}, pseudonym = "{made}" }}  # {told}'
    yield from _time_lines(columns)
    match columns.kind:
        case "messages":
            yield from _message_lines(columns, found)
        case "attendance":
            yield from _attendance_lines(columns, found)
        case "moments":
            yield from _diary_lines(columns)
    named = {*columns.roles.values(), *columns.several}
    if unread := [name for name in found.unassigned if name not in named]:
        listed = "; ".join(shown(name[:40]) for name in unread[:20])
        yield f"# columns that are not read: {listed}{' and more' if len(unread) > 20 else ''}"


def _time_lines(columns: EventColumns) -> Iterator[str]:
    if "time" in columns.roles:
        yield f"time = {quoted(columns.roles['time'])}"
    if "clock" in columns.roles:
        yield f"clock = {quoted(columns.roles['clock'])}  # time of day"
    if columns.time_format:
        check = "day or month first? check" if columns.either else "check"
        yield f"time_format = {quoted(columns.time_format)}  # {check}"
    yield _ZONE


def _message_lines(columns: EventColumns, found: Profile) -> Iterator[str]:
    yield f"recipients = [{', '.join(map(quoted, columns.several))}]"
    if "id" in columns.roles:
        yield f"id = {{ column = {quoted(columns.roles['id'])} }}  # rows with the same are one message; never kept"
    invited = any("attendee" in name.lower() for name in columns.several)
    about = f"{found.sheet.file} {' '.join(found.names)}"
    channel = "meeting" if invited else "chat" if _CHAT.search(about) else "mail"
    yield f'channel = {{ constant = "{channel}" }}  # meeting, call, mail, chat or other; check'
    yield _largest("messages")


def _attendance_lines(columns: EventColumns, found: Profile) -> Iterator[str]:
    if "id" in columns.roles:
        yield f"id = {{ column = {quoted(columns.roles['id'])} }}  # which meeting; hashed, never kept"
    else:
        yield f"id = {{ constant = {quoted(_stem(found.sheet.file))} }}  # which series of meetings; hashed, never kept"
        yield "# every column whose name is a day is a meeting"
    yield 'channel = { constant = "meeting" }'
    if status := columns.roles.get("status"):
        away = [value for value in found.values(status) if MARKS.get(" ".join(value.split()).lower()) is False]
        others = [value for value in found.values(status) if " ".join(value.split()).lower() not in MARKS]
        values = ", ".join(map(quoted, away or ["apologies"]))
        yield f'leave_out = [{{ column = {quoted(status)}, values = [{values}], reason = "not there" }}]'
        if others:
            yield f"# add to leave_out what means that somebody was not there, of: {'; '.join(map(shown, others[:20]))}"


def _diary_lines(columns: EventColumns) -> Iterator[str]:
    if "id" in columns.roles:
        yield f"id = {{ column = {quoted(columns.roles['id'])} }}  # tells entries apart; hashed, never kept"
    yield "\n[sources.diary]"
    yield from (f"{role} = {quoted(columns.roles[role])}" for role in DIARY if role in columns.roles)
    if columns.several and "consent_text" in columns.roles:
        yield f"reflection = [{', '.join(map(quoted, columns.several))}]  # kept only where consent_text is yes"


def calendar_lines(file: Path, as_at: date, limits: Limits) -> Iterator[str]:
    """Yield the lines for a calendar, with the days between which its events begin."""
    zone = zone_called(DEFAULT_ZONE)
    assert zone is not None
    events = read_calendar(file, zone=zone, limits=limits)
    days = [each.start.local.date() for each in events if each.start is not None and not each.fault]
    repeats = any(each.rule for each in events)
    first, last = min(days, default=as_at), max([*days, *([as_at] if repeats or not days else [])])
    yield "[[sources]]"
    yield f"file = {quoted(file.name)}"
    yield 'kind = "calendar"  # mail addresses are never kept; needs --key or --new-key'
    yield f"window = {{ opens = {first}, closes = {last} }}  # check"
    yield _ZONE
    yield "all_day = false  # true to keep what lasts whole days, which is mostly leave"
    yield _largest("calendar")


def minutes_lines(file: Path) -> Iterator[str]:
    """Yield the lines for minutes; nothing where the text holds no list of people."""
    try:
        with file.open("rb") as stream:
            if not _PRESENT.search(stream.read(_START)):
                return
    except OSError as error:
        raise cannot_open(file, error) from None
    yield "[[sources]]"
    yield f"file = {quoted(file.name)}"
    yield 'kind = "minutes"  # names are never kept; needs --key or --new-key'
    yield f"id = {{ constant = {quoted(_stem(file.name))} }}  # which series of meetings; hashed, never kept"
    yield _ZONE


def _largest(kind: Kind) -> str:
    return f"largest = {LARGEST[kind]}  # with more people it is no conversation; ours"


def _stem(file: str) -> str:
    return file.rsplit(".", 1)[0]
