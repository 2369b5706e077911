"""Days and times of day as people write them in minutes and on attendance lists."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTH = r"(?P<month>[a-z]{3,9})\.?"
_NTH = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_DAYS = (
    re.compile(r"(?<!\d)(?P<year>\d{4})-(?P<number>\d{2})-(?P<day>\d{2})(?!\d)"),
    re.compile(r"(?<![\d/.])(?P<day>\d{1,2})[/.](?P<number>\d{1,2})[/.](?P<year>\d{4}|\d{2})(?![\d/])"),
    re.compile(rf"(?<!\d){_NTH}(?:\s+of)?[\s-]+{_MONTH},?[\s-]+(?P<year>\d{{4}}|\d{{2}})(?!\d|:)", re.IGNORECASE),
    re.compile(rf"\b{_MONTH}\s+{_NTH},?\s+(?P<year>\d{{4}})(?!\d)", re.IGNORECASE),
)
_CLOCK = re.compile(
    r"(?<![\d:./-])(?P<hour>[01]?\d|2[0-3])(?:[:.](?P<minute>[0-5]\d))?(?::[0-5]\d(?:\.\d+)?)?\s*(?P<half>[ap]\.?m\b)?"
    r"(?![:/]\d|\d)",
    re.IGNORECASE,
)
_FIRST_YEAR, _LAST_YEAR = 1950, 2199
_LONGEST = 500


@dataclass(frozen=True, kw_only=True)
class Written:
    """A day, and the time of day where one stands beside it."""

    day: date
    clock: time | None

    def at(self, otherwise: time) -> datetime:
        """Return the local time that is meant; where no time of day is given, another in its place."""
        return datetime.combine(self.day, self.clock or otherwise)


def read_written(text: str) -> Written | None:
    """Return the first day in a text, and the first time of day after it or else before it; None without a day.

    Figures alone are read day first, as is usual in Britain.
    """
    line = " ".join(text[:_LONGEST].split())
    for pattern in _DAYS:
        for match in pattern.finditer(line):
            if day := _day(match):
                return Written(day=day, clock=read_clock(line[match.end() :]) or read_clock(line[: match.start()]))
    return None


def read_clock(text: str) -> time | None:
    """Return the first time of day in a text: 09:30, 9.30am, 2pm; a number alone is none, nor is midnight."""
    for match in _CLOCK.finditer(text[:_LONGEST]):
        hour, half = int(match["hour"]), (match["half"] or "").lower()[:1]
        if not match["minute"] and not half:
            continue
        if half and not 1 <= hour <= 12:
            continue
        clock = time(hour % 12 + 12 * (half == "p") if half else hour, int(match["minute"] or 0))
        return clock if clock != time(0) or half else None  # spreadsheets write a day as its midnight
    return None


def _day(match: re.Match[str]) -> date | None:
    found = match.groupdict()
    month = int(found["number"]) if found.get("number") else _month(found["month"])
    year = int(found["year"]) + (2000 if len(found["year"]) == 2 else 0)
    try:
        return date(year, month, int(found["day"])) if _FIRST_YEAR <= year <= _LAST_YEAR else None
    except ValueError:
        return None


def _month(word: str) -> int:
    """Return the number of a month by its name or the beginning of it; 0 where there is none."""
    return next((number for number, name in enumerate(_MONTHS, 1) if name.startswith(word.lower())), 0)
