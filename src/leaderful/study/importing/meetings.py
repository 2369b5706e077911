"""From calendars to meetings: each once, however many people have it in their calendars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from leaderful.errors import BadValuesError, LeaderfulError, UnknownNameError
from leaderful.receipts import LeftOut
from leaderful.study.decoding import Limits
from leaderful.study.importing.calendars import Event, When, read_calendar
from leaderful.study.importing.gatherings import PARTS, Account, largest_of, make_parts
from leaderful.study.importing.mapping import Source
from leaderful.study.importing.occurrences import Allowance, RuleError, occurrences, span_of
from leaderful.study.importing.people import Context, hashed_people
from leaderful.study.importing.zones import zone_called
from leaderful.study.log import MOST_NAMED, Log

_NO_RULE = "RRULE is not in order, or repeats within a day; correct the series, or leave it out of the calendar"


@dataclass(kw_only=True)
class _Copy:
    """One event as it stands in one calendar."""

    account: int
    event: Event
    source: Source
    reason: str = ""
    """Why it counts for nothing."""

    @property
    def version(self) -> tuple[int, str]:
        """What is larger for a later state of the same event."""
        return self.event.sequence, self.event.modified

    @property
    def identity(self) -> tuple[str, str]:
        """What is the same in every calendar that holds the event; without a UID, all that is known of it."""
        event = self.event
        begins = event.start.utc.isoformat() if event.start else ""
        uid = event.uid or f"{begins} {event.rule} {' '.join(sorted(event.invited))}"
        return uid, event.occurrence.utc.isoformat() if event.occurrence else ""


def read_calendars(
    files: Sequence[tuple[Path, Source]], context: Context, *, limits: Limits
) -> tuple[pl.DataFrame, list[Account]]:
    """Return who was invited to which meeting and did not decline, as parts, and an account for each calendar.

    The same event in several calendars is told by its UID, and one occurrence of a series by when it would
    have been. Of copies that differ, the one that was changed last says when the meeting is.
    """
    accounts: list[Account] = []
    copies: list[_Copy] = []
    for number, (path, source) in enumerate(files):
        account, events = _read(path, source, limits)
        accounts.append(account)
        copies += [_Copy(account=number, event=each, source=source, reason=_aside(each, source)) for each in events]
    changed: dict[str, list[When]] = {}
    groups: dict[tuple[str, str], list[_Copy]] = {}
    for copy in copies:
        if copy.event.occurrence is not None:
            changed.setdefault(copy.identity[0], []).append(copy.event.occurrence)
        if not copy.reason:
            groups.setdefault(copy.identity, []).append(copy)
    parts = _parts(groups, changed, accounts)
    _note_left_out(copies, accounts)
    place = accounts[0].label if accounts else ""
    return parts.with_columns(hashed_people(parts["who"], place, context).alias("who")), accounts


def _read(path: Path, source: Source, limits: Limits) -> tuple[Account, list[Event]]:
    """Read one calendar; events that cannot be read are noted as problems."""
    zone = zone_called(source.zone)
    assert zone is not None
    events = read_calendar(path, zone=zone, limits=limits)
    log = Log(file=path.name)
    sound = [each for each in events if not each.fault]
    broken = [each for each in events if each.fault]
    for each in broken[:MOST_NAMED]:
        kind: type[LeaderfulError] = UnknownNameError if "zone" in each.fault else BadValuesError
        log.add(kind, f"the event that begins here is not kept: {each.fault}", row=each.line)
    if len(broken) > MOST_NAMED:
        log.add(BadValuesError, f"the same in {len(broken) - MOST_NAMED:,} further events")
    counts = {
        "rooms and equipment": sum(each.rooms for each in sound),
        "groups whose members the calendar does not list": sum(each.groups for each in sound),
        "people who declined": sum(not comes for each in sound for comes in each.invited.values()),
    }
    log.notes += [f"invitations of {what}: {count:,}; left out" for what, count in counts.items() if count]
    if onwards := sum(each.onwards for each in sound):
        log.notes.append(f"changes to an occurrence and all that follow: {onwards:,}; followed for that one only")
    account = Account(
        label=path.name, kind="calendar", read=len(events), largest=largest_of(source), keyed=True, log=log
    )
    return account, sound


def _aside(event: Event, source: Source) -> str:
    """Return why an event is not looked at further, whatever other calendars say of it."""
    if event.confidential:
        return "marked private or confidential"
    if event.start is not None and event.start.whole_day and not source.all_day:
        return "of a whole day, as leave and birthdays are (all_day in the mapping)"
    return ""


def _parts(
    groups: dict[tuple[str, str], list[_Copy]], changed: dict[str, list[When]], accounts: Sequence[Account]
) -> pl.DataFrame:
    """Return one row for each meeting and each person who is invited in any copy of it, and declined in none."""
    allowance = Allowance()
    meetings: list[tuple[int, str, datetime, str]] = []
    people: list[tuple[int, int, int, str]] = []
    for number, ((uid, occurrence), copies) in enumerate(groups.items()):
        newest = max(copies, key=lambda copy: copy.version)
        same = _same(copies, newest)
        if newest.event.cancelled:
            _give(copies, "cancelled")
            continue
        if newest.event.occurrence is None and newest.event.rule:
            newest.event.without += changed.get(uid, [])
        times = _times(newest, same, allowance, accounts)
        if not times:
            continue
        channel = newest.source.channel.constant if newest.source.channel else "meeting"
        series = bool(newest.event.rule or newest.event.more)
        meetings += [
            (number, f"calendar\n{uid}\n{time.isoformat() if series else occurrence}", time, channel) for time in times
        ]
        declined = {who for copy in same for who, comes in copy.event.invited.items() if not comes}
        people += [
            (number, copy.account, copy.event.line, who)
            for copy in same
            for who in copy.event.invited
            if who not in declined
        ]
        _give([copy for copy in same if not copy.event.invited.keys() - declined], "nobody else is invited")
    times_of = pl.DataFrame(
        meetings,
        schema={"event": pl.Int64, "key": pl.String, "time": pl.Datetime("us"), "channel": pl.String},
        orient="row",
    )
    who = pl.DataFrame(
        people, schema={"event": pl.Int64, "account": pl.Int64, "line": pl.Int64, "who": pl.String}, orient="row"
    )
    joined = times_of.join(who, on="event", maintain_order="left_right")
    return make_parts(joined, sends=False, automatic=False).select(PARTS.names())


def _same(copies: list[_Copy], newest: _Copy) -> list[_Copy]:
    """Return the copies that agree with the newest on when the event is; give the others their reason."""
    start = newest.event.start
    assert start is not None
    same = [copy for copy in copies if copy.event.start and copy.event.start.utc == start.utc]
    _give(
        [copy for copy in copies if copy.event.start and copy.event.start.utc != start.utc],
        "an older copy of an event that was moved",
    )
    return same


def _times(newest: _Copy, same: list[_Copy], allowance: Allowance, accounts: Sequence[Account]) -> list[datetime]:
    window, zone = newest.source.window, zone_called(newest.source.zone)
    assert window is not None and zone is not None
    try:
        times = occurrences(newest.event, span_of(window, zone), allowance)
    except RuleError:
        accounts[newest.account].log.add(BadValuesError, _NO_RULE, row=newest.event.line)
        _give([copy for copy in same if copy is not newest], "a copy of an event that could not be read")
        return []
    if not times:
        _give(same, "no occurrence within the window of the mapping")
    return times


def _give(copies: Iterable[_Copy], reason: str) -> None:
    for copy in copies:
        copy.reason = copy.reason or reason


def _note_left_out(copies: Sequence[_Copy], accounts: Sequence[Account]) -> None:
    reasons: dict[tuple[int, str], list[int]] = {}
    for copy in copies:
        if copy.reason:
            reasons.setdefault((copy.account, copy.reason), []).append(copy.event.line)
    for (number, reason), lines in reasons.items():
        accounts[number].left_out.append(LeftOut(reason=reason, rows=tuple(lines)))
