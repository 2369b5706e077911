"""When the events of a calendar take place: series written out within a window, as RFC 5545 says.

A series goes by the clock of its own time zone, so a meeting at nine stays at nine when clocks change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from itertools import islice, takewhile

from dateutil.rrule import rrulestr

from leaderful.errors import UnreadableFileError
from leaderful.study.importing.calendars import Event, When
from leaderful.study.importing.mapping import Window
from leaderful.study.importing.zones import moment_in_utc

_PART = re.compile(
    r"(?P<name>INTERVAL|COUNT|UNTIL|BYDAY|BYMONTHDAY|BYMONTH|BYSETPOS|BYYEARDAY|BYWEEKNO|WKST)=(?P<value>[-+,0-9A-Z]{1,400})"
)
_WHOLE = re.compile(r"0{0,9}[1-9][0-9]{0,5}")
_FREQUENCY = re.compile(r"FREQ=(?:DAILY|WEEKLY|MONTHLY|YEARLY)")
_MOST_STEPS = 100_000  # a daily series of 270 years
_LONGEST_RULE = 1_000


class RuleError(Exception):
    """A rule of repetition that cannot be followed."""


@dataclass(kw_only=True)
class Allowance:
    """How much is done for the rules of all calendars of an import before they are given up as hostile."""

    steps: int = 20_000_000
    empty: int = 10
    """Rules that give no day at all, each of which takes seconds to follow."""

    def spend(self, steps: int, *, empty: bool) -> None:
        """Take off what one rule took; raise UnreadableFileError when nothing is left."""
        self.steps -= steps
        self.empty -= empty
        if self.steps < 0 or self.empty < 0:
            raise UnreadableFileError(
                "These calendars repeat their events too often to follow, or by rules that give no day. "
                "Import fewer of them at once."
            )


@dataclass(frozen=True, kw_only=True)
class Span:
    """The moments in UTC within which occurrences are kept: from the first, and before the last."""

    begins: datetime
    ends: datetime

    def holds(self, moment: datetime) -> bool:
        """Tell whether a moment lies within."""
        return self.begins <= moment < self.ends


def span_of(window: Window, zone: tzinfo) -> Span:
    """Return a window of days as moments."""
    last = datetime.combine(window.closes, time()) + timedelta(days=1)
    return Span(begins=moment_in_utc(datetime.combine(window.opens, time()), zone), ends=moment_in_utc(last, zone))


def occurrences(event: Event, span: Span, allowance: Allowance) -> list[datetime]:
    """Return the moments in UTC at which an event begins within a span, without those that are taken out.

    Raises
    ------
    RuleError
        The rule cannot be read, repeats within a day, or has more occurrences than are followed.
    """
    assert event.start is not None
    begins = [When(local=local, zone=event.start.zone, whole_day=False) for local in _locals(event, span, allowance)]
    taken = {each.utc for each in event.without if not each.whole_day}
    days = {each.local.date() for each in event.without if each.whole_day}
    kept = {each.utc for each in (*begins, *event.more) if each.local.date() not in days}
    return sorted(moment for moment in kept - taken if span.holds(moment))


def _locals(event: Event, span: Span, allowance: Allowance) -> list[datetime]:
    """Return local times at which a series begins, up to the end of the span."""
    assert event.start is not None
    start, zone = event.start.local, event.start.zone
    if not event.rule:
        return [start]
    parts, until = _vetted(event.rule, zone)
    last = min(until, span.ends + timedelta(days=2))
    if start > last:
        return []
    found = list(islice(takewhile(lambda local: local <= last, _followed(parts, start)), _MOST_STEPS + 1))
    allowance.spend(len(found), empty=not found)
    if len(found) > _MOST_STEPS:
        raise RuleError
    return found


def _followed(parts: list[str], start: datetime) -> Iterator[datetime]:
    try:
        yield from rrulestr(";".join(parts), dtstart=start)
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, AttributeError):
        raise RuleError from None


def _vetted(rule: str, zone: tzinfo) -> tuple[list[str], datetime]:
    """Return the parts of a rule apart from its end, and the local time of the end."""
    given = [part for part in rule.replace(" ", "").split(";") if part]
    kept, until = [part for part in given if _FREQUENCY.fullmatch(part)], datetime.max
    if len(rule) > _LONGEST_RULE or len(kept) != 1:
        raise RuleError
    for part in given:
        if part in kept:
            continue
        match = _PART.fullmatch(part)
        if match is None or (
            match["name"] in ("INTERVAL", "COUNT") and not re.fullmatch("0*[1-9][0-9]{0,5}", match["value"])
        ):
            raise RuleError
        if match["name"] == "UNTIL":
            until = _until(match["value"], zone)
        else:
            kept.append(part)
    return kept, until


def _until(value: str, zone: tzinfo) -> datetime:
    """Return the last local time of a series; a day alone is meant to its end."""
    try:
        if len(value) == 8:
            return datetime.strptime(value, "%Y%m%d") + timedelta(days=1, microseconds=-1)
        local = datetime.strptime(value[:15], "%Y%m%dT%H%M%S")
        return local.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None) if value.endswith("Z") else local
    except (ValueError, OverflowError):
        raise RuleError from None
