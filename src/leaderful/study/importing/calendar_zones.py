"""The time zones of one calendar: those with known names, and those it describes itself."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import datetime, tzinfo

from dateutil.tz import tzical

from leaderful.study.importing.zones import zone_called

_LINE = re.compile(r"(?:BEGIN|END|TZID|DTSTART|TZOFFSETFROM|TZOFFSETTO|RDATE|RRULE)[;:]", re.IGNORECASE)
_RULE = re.compile(
    r"RRULE:FREQ=YEARLY(?:;(?:INTERVAL=1|BYMONTH=\d{1,2}|BYDAY=[-+]?\d?[A-Z]{2}|BYMONTHDAY=[-\d,]{1,40}|UNTIL=\w{8,16}"
    r"|WKST=[A-Z]{2}))*",
    re.IGNORECASE,
)
"""Rules by which clocks change: once a year. Any other would take long to follow, and no zone has one."""
_MOST_LINES = 2_000
_MOST_ZONES = 100
_SOME_DAY = datetime(2020, 1, 1)


class Zones:
    """What the time zones that a calendar names are."""

    def __init__(self, otherwise: tzinfo) -> None:
        self.otherwise = otherwise
        """Zone of times that name none."""
        self._described: dict[str, list[str]] = {}
        self._made: dict[str, tzinfo | None] = {}

    def describe(self, lines: Sequence[str]) -> None:
        """Note how the calendar describes a zone; it is made when a time needs it and no known zone is called so."""
        kept = [line for line in lines if _LINE.match(line)]
        name = next((line.split(":", 1)[1].strip() for line in kept if line[:4].upper() == "TZID"), "")
        rules = [line for line in kept if line[:5].upper() == "RRULE"]
        sound = all(_RULE.fullmatch(line.strip()) for line in rules)
        if name and sound and len(kept) <= _MOST_LINES and len(self._described) < _MOST_ZONES:
            self._described[name] = ["BEGIN:VTIMEZONE", *kept, "END:VTIMEZONE"]

    def called(self, name: str) -> tzinfo | None:
        """Return the zone of a name; None when it is neither known nor described in a way that can be followed."""
        if name not in self._made:
            self._made[name] = zone_called(name) or _made(self._described.get(name, []))
        return self._made[name]


def _made(lines: Sequence[str]) -> tzinfo | None:
    try:
        zone = tzical(io.StringIO("\r\n".join(lines))).get()
        return zone if isinstance(zone, tzinfo) and _SOME_DAY.replace(tzinfo=zone).utcoffset() is not None else None
    except (ValueError, KeyError, IndexError, TypeError, OverflowError, AttributeError):
        return None
