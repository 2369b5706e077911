"""Whether a sheet is a log of messages, a list of attendance or a diary of moments, told by its columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import polars as pl

from leaderful.study.importing.attendance import MARKS
from leaderful.study.importing.grids import plain
from leaderful.study.importing.mapping import Kind
from leaderful.study.importing.matching import bare
from leaderful.study.importing.times import EPOCH, share_read
from leaderful.study.importing.written_days import read_written

_SENDERS = (
    *("from", "sender", "senderaddress", "fromaddress", "fromheaderaddress", "fromenvelope", "senderemail"),
    *("fromemail", "sentby", "organizer", "organiser", "meetingorganizer", "fromuser", "user", "person"),
)
_RECIPIENTS = (
    *("to", "cc", "bcc", "recipient", "recipients", "recipientaddress", "recipientaddresses", "toaddress"),
    *("toaddresses", "torecipients", "ccrecipients", "ccaddress", "ccaddresses", "toenvelope", "recipientemail"),
    *("requiredattendees", "optionalattendees", "touser", "members", "participants"),
)
_TIMES = (
    *("datetimeutc", "origintimestamputc", "origintimestamp", "timestamp", "datetime", "datetimesent", "senttime"),
    *("sent", "datetimereceived", "received", "createddatetime", "messagedate", "meetingdate", "diarywhen"),
    *("startdate", "date", "day", "when", "ts", "time"),
)
_CLOCKS = ("starttime", "timeofday", "clock", "start", "time")
_MESSAGE_IDS = ("messageid", "networkmessageid", "internetmessageid", "clientmsgid", "msgid", "id")
_PEOPLE = ("email", "emailaddress", "useremail", "name", "fullname", "attendee", "participant", "member", "person")
_MEETINGS = ("meetingid", "meeting", "meetingname", "event", "session", "topic", "committee", "board", "group")
_STATUSES = ("status", "attendance", "attended", "present", "response")
_ENTRIES = ("submissionid", "uuid", "instanceid", "key", "response", "responseid", "id")
DIARY: dict[str, tuple[str, ...]] = {
    "opener": ("opener", "diaryopener"),
    "taken": ("taken", "diarytaken"),
    "with_bodies": ("withbodies", "diarywhobodies"),
    "with_tiers": ("withtiers", "diarywhotiers"),
    "behaviours": ("behaviours", "diarybehaviours"),
    "went_on_to": ("wentonto", "diarywentonto"),
    "consent_text": ("consenttext",),
}
WORDS = ("reflection", "diaryactions", "diaryengagement", "diarylanguage", "diaryconflict")
_FORMATS = (
    *("", EPOCH, "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S"),
    *("%m/%d/%Y %H:%M", "%d/%m/%Y %I:%M:%S %p", "%d/%m/%Y %I:%M %p", "%m/%d/%Y %I:%M %p", "%d.%m.%Y %H:%M"),
    *("%d %b %Y %H:%M:%S", "%d %b %Y %H:%M", "%d %B %Y %H:%M", "%a, %d %b %Y %H:%M:%S %z"),
    *("%d/%m/%Y", "%m/%d/%Y", "%d %B %Y", "%d %b %Y", "%d-%b-%Y"),
)
_SAMPLE = 500
_ENOUGH = 0.5


@dataclass(kw_only=True)
class EventColumns:
    """What the columns of a sheet about who met whom, or of a diary, were found to be."""

    kind: Kind
    roles: dict[str, str]
    several: list[str] = field(default_factory=list)
    """Columns of recipients, or of the writer's own words; of a crossed list, the days."""
    time_format: str = ""
    either: bool = False
    """Whether days could be read day first and month first alike."""


def find_events(names: Sequence[str], frame: pl.DataFrame) -> EventColumns | None:
    """Return what the columns are, or None when the sheet is something else."""
    filled = [name for name in names if frame[name].null_count() < frame.height]
    return _diary(filled, frame) or _messages(filled, frame) or _crossed(filled, frame) or _listed(filled, frame)


def _last(name: str) -> str:
    """Return the last part of a path such as diary/diary-when, in letters and figures alone."""
    return bare(re.split(r"[/:]", name)[-1])


def _one(names: Iterable[str], wanted: Sequence[str]) -> str | None:
    plain_names = {_last(name): name for name in reversed(list(names))}
    return next((plain_names[each] for each in wanted if each in plain_names), None)


def _diary(names: list[str], frame: pl.DataFrame) -> EventColumns | None:
    roles = {role: name for role, wanted in DIARY.items() if (name := _one(names, wanted))}
    if not {"opener", "taken"} <= set(roles):
        return None
    rest = [name for name in names if name not in roles.values()]
    found = _timed("moments", rest, frame, roles)
    if found is None or (person := _one(rest, ("person", *_PEOPLE))) is None:
        return None
    found.roles["person"] = person
    if entry := _one(rest, _ENTRIES):
        found.roles["id"] = entry
    found.several = [name for wanted in WORDS if (name := _one(rest, (wanted,)))]
    return found


def _messages(names: list[str], frame: pl.DataFrame) -> EventColumns | None:
    recipients = [name for name in names if _last(name) in _RECIPIENTS]
    sender = _one(names, _SENDERS)
    if sender is None or not recipients:
        return None
    roles = {"person": sender}
    found = _timed("messages", [name for name in names if name not in (sender, *recipients)], frame, roles)
    if found is not None:
        found.several = recipients
        if message := _one(names, _MESSAGE_IDS):
            found.roles["id"] = message
    return found


def _listed(names: list[str], frame: pl.DataFrame) -> EventColumns | None:
    person, meeting = _one(names, _PEOPLE), _one(names, _MEETINGS)
    if person is None or meeting is None:
        return None
    rest = [name for name in names if name not in (person, meeting)]
    found = _timed("attendance", rest, frame, {"person": person, "id": meeting})
    if found is not None and (status := _one(rest, _STATUSES)):
        found.roles["status"] = status
    return found


def _crossed(names: list[str], frame: pl.DataFrame) -> EventColumns | None:
    """Tell a list with a column for each meeting: headings that are days, and marks below them."""
    days = [name for name in names if read_written(name)]
    others = [name for name in names if name not in days]
    if len(days) < 2 or not others:
        return None
    cells = pl.concat([frame[name].alias("cell") for name in days]).drop_nulls()
    if int(plain(cells).is_in(list(MARKS)).sum()) * 2 < cells.len():
        return None
    return EventColumns(kind="attendance", roles={"person": _one(others, _PEOPLE) or others[0]}, several=days)


def _timed(kind: Kind, names: list[str], frame: pl.DataFrame, roles: dict[str, str]) -> EventColumns | None:
    """Find the column of times and how they are written; None where no column holds times."""
    for wanted in _TIMES:
        name = _one(names, (wanted,))
        cells = frame[name].drop_nulls().head(_SAMPLE) if name else pl.Series([], dtype=pl.String)
        shares = {each: share_read(cells, each) for each in _FORMATS} if cells.len() else {"": 0.0}
        best = max(shares, key=lambda each: shares[each])
        if name and shares[best] >= _ENOUGH:
            found = EventColumns(kind=kind, roles={**roles, "time": name}, time_format=best)
            equal = {each[:5] for each, share in shares.items() if share == shares[best]}
            found.either = {"%d/%m", "%m/%d"} <= equal
            clock = _one([each for each in names if each != name], _CLOCKS)
            if clock and wanted in ("date", "day", "startdate", "meetingdate"):
                found.roles["clock"] = clock
            return found
    return None
