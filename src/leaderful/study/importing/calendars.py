"""Calendars in the iCalendar format: of each event who was invited and when it is, never what it is about.

Lines are taken apart with the icalendar library. Only those named here are: titles, descriptions, places
and attachments are passed over unread.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from pathlib import Path

from icalendar.parser import Contentline

from leaderful.errors import UnreadableFileError
from leaderful.study.decoding import Limits
from leaderful.study.importing.calendar_zones import Zones
from leaderful.study.importing.mapping import MOST_TOGETHER
from leaderful.study.importing.sheets import plain_encoding
from leaderful.study.importing.zones import moment_in_utc

MOST_EVENTS = 500_000
_FIRST_YEAR, _LAST_YEAR = 1970, 2199
_WHEN = ("DTSTART", "RECURRENCE-ID", "RDATE", "EXDATE")
_WORDS = ("UID", "RRULE", "STATUS", "CLASS", "SEQUENCE", "LAST-MODIFIED")
_WHO = ("ORGANIZER", "ATTENDEE")
_READ = re.compile(rf"({'|'.join((*_WHEN, *_WORDS, *_WHO))})[;:]", re.IGNORECASE)
"""Lines of an event that are read."""
_MOST_DAYS = 10_000
_LONGEST = 200_000
_REMEMBERED = 50_000
_DAY = re.compile(r"\d{8}")
_TIME = re.compile(r"(\d{8}T\d{6})(Z?)")
_ADVICE = "Export the calendar again in the iCalendar format (.ics)."

_Apart = Callable[[str], tuple[Mapping[str, str], str]]


@dataclass(frozen=True, kw_only=True)
class When:
    """A local time in its zone, or the beginning of a day."""

    local: datetime
    zone: tzinfo
    whole_day: bool

    @property
    def utc(self) -> datetime:
        """The moment in UTC, without a zone."""
        return moment_in_utc(self.local, self.zone)


@dataclass(kw_only=True)
class Event:
    """One event as one calendar has it."""

    line: int
    uid: str = ""
    start: When | None = None
    occurrence: When | None = None
    """Of a series, the occurrence that is changed here: when it would have been."""
    rule: str = ""
    more: list[When] = field(default_factory=list)
    without: list[When] = field(default_factory=list)
    cancelled: bool = False
    confidential: bool = False
    sequence: int = 0
    modified: str = ""
    invited: dict[str, bool] = field(default_factory=dict)
    """Mail addresses, lower case; false for those who declined."""
    organiser: str = ""
    groups: int = 0
    rooms: int = 0
    onwards: bool = False
    """Whether the change is meant for all later occurrences too."""
    fault: str = ""
    """What makes the event unreadable; the line it is noted with is the event's."""


def read_calendar(path: Path, *, zone: tzinfo, limits: Limits) -> list[Event]:
    """Return the events of a calendar, those that cannot be read with their fault.

    Raises
    ------
    UnreadableFileError
        The file is no calendar, too large, or has more events than are read.
    """
    zones = Zones(zone)
    blocks: list[tuple[int, list[str], bool]] = []
    for name, line, lines, whole in _blocks(_unfolded(path, limits)):
        if name == "VTIMEZONE":
            zones.describe(lines)
        else:
            blocks.append((line, lines, whole))
        if len(blocks) > MOST_EVENTS:
            raise UnreadableFileError(f"{path.name} has more than {MOST_EVENTS:,} events. Export it in parts.")
    if not blocks and not _is_calendar(path, limits):
        raise UnreadableFileError(f"{path.name} is no calendar: it has no line BEGIN:VCALENDAR. {_ADVICE}")
    apart = lru_cache(maxsize=_REMEMBERED)(_apart)  # the same people are invited again and again
    return [_event(line, lines, zones, apart, whole=whole) for line, lines, whole in blocks]


def _is_calendar(path: Path, limits: Limits) -> bool:
    return any(line.upper().startswith("BEGIN:VCALENDAR") for _, line in _unfolded(path, limits))


def _unfolded(path: Path, limits: Limits) -> Iterator[tuple[int, str]]:
    """Yield the lines with their numbers, each with the lines it goes on in; what is not read is not put together."""
    begun, number, held = 0, 0, ""
    encoding = plain_encoding(path, limits, otherwise=f"is no text that can be read. {_ADVICE}")
    with path.open(encoding=encoding.name, errors="replace") as stream:
        ended = True
        while piece := stream.readline(_LONGEST):
            number += ended
            goes_on = not ended or piece[0] in " \t"
            ended_before, ended = ended, piece.endswith("\n")
            text = piece.rstrip("\r\n")
            if not goes_on:
                if held:
                    yield begun, held
                begun, held = number, text
            elif len(held) < _LONGEST and (_READ.match(held) or _is_frame(held)):
                held += text[1:] if ended_before else text
    if held:
        yield begun, held


def _is_frame(line: str) -> bool:
    """Tell whether a line is one of those that hold components together, or of a time zone."""
    return re.match(r"BEGIN|END|TZ|RRULE|RDATE|DTSTART", line, re.IGNORECASE) is not None


def _blocks(lines: Iterator[tuple[int, str]]) -> Iterator[tuple[str, int, list[str], bool]]:
    """Yield events and time zones: what they are, the line they begin at, the lines to be read, and if they end."""
    within, begun, depth = "", 0, 0
    held: list[str] = []
    for number, line in lines:
        word = line[:60].strip().upper()
        if not within:
            if word in ("BEGIN:VEVENT", "BEGIN:VTIMEZONE"):
                within, begun, depth, held = word[6:], number, 0, []
        elif word == f"END:{within}" and not depth:
            yield within, begun, held, True
            within = ""
        elif within == "VTIMEZONE":
            held.append(line)
        elif word.startswith("BEGIN:"):
            depth += 1
        elif word.startswith("END:"):
            depth = max(depth - 1, 0)
        elif not depth and _READ.match(line) and not (len(held) > 2 * MOST_TOGETHER and word.startswith("ATTENDEE")):
            held.append(line)
    if within == "VEVENT":
        yield within, begun, held, False


def _apart(text: str) -> tuple[Mapping[str, str], str]:
    """Return the parameters and the value of a line; raise ValueError where it is not in order."""
    _, parameters, value = Contentline(text).parts()  # type: ignore[no-untyped-call]
    return {str(key).upper(): str(held) for key, held in parameters.items()}, str(value).strip()


def _event(line: int, lines: list[str], zones: Zones, apart: _Apart, *, whole: bool) -> Event:
    """Take an event's lines apart; of what cannot be, only the name of the line is said."""
    event = Event(line=line)
    if not whole:
        event.fault = "the calendar ends within the event; export it again"
    for text in lines:
        name = re.split("[;:]", text, maxsplit=1)[0].upper()
        try:
            parameters, value = apart(text)
            _take(event, name, parameters, value, zones)
        except _UnknownZoneError:
            event.fault = f"{name} has a time zone that is neither known by name nor described in the calendar"
        except (ValueError, OverflowError, AssertionError):
            event.fault = f"{name} is not in order"
    if event.start is None and not event.fault:
        event.fault = "DTSTART is missing"
    if event.organiser and event.organiser not in event.invited:
        event.invited[event.organiser] = True
    return event


class _UnknownZoneError(Exception):
    """A time zone is neither known nor described."""


def _take(event: Event, name: str, parameters: Mapping[str, str], value: str, zones: Zones) -> None:
    """Put what one line says into its event."""
    match name:
        case "DTSTART":
            event.start = _when(value, parameters, zones)
        case "RECURRENCE-ID":
            event.occurrence = _when(value, parameters, zones)
            event.onwards = "RANGE" in parameters
        case "RDATE" | "EXDATE":
            days = event.more if name == "RDATE" else event.without
            parts = value.split(",")
            if len(days) + len(parts) > _MOST_DAYS:
                raise ValueError
            days.extend(_when(part.split("/")[0].strip(), parameters, zones) for part in parts)
        case "UID":
            event.uid = value
        case "RRULE":
            event.rule = value.upper()
        case "STATUS":
            event.cancelled = value.upper() == "CANCELLED"
        case "CLASS":
            event.confidential = value.upper() in ("PRIVATE", "CONFIDENTIAL")
        case "SEQUENCE":
            event.sequence = int(value[:9])
        case "LAST-MODIFIED":
            event.modified = value[:16]
        case "ORGANIZER" | "ATTENDEE":
            _invite(event, name, parameters, value)


def _invite(event: Event, name: str, parameters: Mapping[str, str], value: str) -> None:
    """Note somebody who is invited; rooms, and groups whose members nobody lists, are counted."""
    kind = parameters.get("CUTYPE", "").upper()
    if kind in ("ROOM", "RESOURCE"):
        event.rooms += 1
    elif kind == "GROUP":
        event.groups += 1
    elif len(event.invited) <= MOST_TOGETHER:
        address = _address(value) or _address(parameters.get("EMAIL", "")) or value.lower()
        if not address:
            raise ValueError
        if name == "ORGANIZER":
            event.organiser = address
        elif parameters.get("ROLE", "").upper() != "NON-PARTICIPANT":
            comes = parameters.get("PARTSTAT", "").upper() != "DECLINED"
            event.invited[address] = comes and event.invited.get(address, True)


def _address(text: str) -> str:
    plain = text.strip().lower().removeprefix("mailto:").strip()
    return plain if "@" in plain else ""


def _when(value: str, parameters: Mapping[str, str], zones: Zones) -> When:
    time = _TIME.fullmatch(value)
    if time is None and not _DAY.fullmatch(value):
        raise ValueError
    zone: tzinfo | None = zones.otherwise
    if time and time[2]:
        zone = UTC
    elif time and "TZID" in parameters:
        zone = zones.called(parameters["TZID"])
    if zone is None:
        raise _UnknownZoneError
    local = datetime.strptime(time[1] if time else f"{value}T000000", "%Y%m%dT%H%M%S")
    if not _FIRST_YEAR <= local.year <= _LAST_YEAR:
        raise ValueError
    return When(local=local, zone=zone, whole_day=time is None)
