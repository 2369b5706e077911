"""Minutes in plain text: of each meeting its day and who was present; nothing else that was said is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import polars as pl

from leaderful.errors import BadValuesError, UnreadableFileError
from leaderful.receipts import LeftOut
from leaderful.study.decoding import Limits
from leaderful.study.importing.gatherings import PARTS, Account, largest_of, make_parts
from leaderful.study.importing.mapping import Source
from leaderful.study.importing.people import Context, hashed_people
from leaderful.study.importing.sheets import plain_encoding
from leaderful.study.importing.times import read_heading
from leaderful.study.importing.zones import moments_in_utc
from leaderful.study.log import Log

_THERE = r"(?:those |members |also )?present|in attendance|attendees|attended(?: by)?|attendance|participants"
_AWAY = r"apologies(?: for absence| received)?|absent|not present|did not attend|regrets"
_HEADING = re.compile(
    rf"[\s#>*_•·-]*(?:\d{{1,2}}[.)]\s*)?(?:(?P<away>{_AWAY})|(?:{_THERE}))\s*(?:\([^()]{{0,80}}\))?[\s*_]*"
    r"(?:[:–—]|\s-\s|$)(?P<rest>.*)",
    re.IGNORECASE,
)
"""A line that begins a list of people: its words, and then a colon, a dash or nothing."""
_DATED = re.compile(
    r"[\s#>*_]*(?:date|day|when|meeting|minutes|notes|record|held|(?:mon|tues|wednes|thurs|fri|satur|sun)day|"
    r"\d{4}-\d{2}-\d{2}|\d{1,2}(?:st|nd|rd|th)?[\s/.-]+(?:[a-z]{3,9}|\d{1,2})[\s/.,-]+\d{2,4})\b"
    r"(?!.*\bnext\b)",
    re.IGNORECASE,
)
"""A line that may give the day of a meeting, and not that of the next one."""
_ENDS = re.compile(r"\s*(?:#{1,6}\s|\d{1,2}(?:\.\d+)*[.)]?\s+\S|[*_]*[A-Za-z][A-Za-z /]{2,40}:)")
"""A line that ends a list of people: a heading, a numbered item, or words with a colon."""
_ASIDE = re.compile(r"\([^()]{0,200}\)|\[[^\[\]]{0,200}\]|[*_#>]+")
_BETWEEN = re.compile(r"[;,|\t•·]|\s[-–—]\s|\band\b")
_LONGEST_NAME = 80
_LONGEST_LINE = 5_000


@dataclass(kw_only=True)
class Meeting:
    """One meeting of the minutes: the line it begins at, when it was, and the names of who was there."""

    line: int
    local: datetime
    present: list[str] = field(default_factory=list)
    away: list[str] = field(default_factory=list)
    """Names of those who sent apologies, who are only counted."""


def read_minutes(path: Path, source: Source, context: Context, *, limits: Limits) -> tuple[pl.DataFrame, Account]:
    """Return who was at which meeting as parts, and what became of the meetings."""
    assert source.id is not None
    log = Log(file=path.name)
    meetings = list(find_meetings(_lines(path, limits, log), source))
    if not meetings:
        raise UnreadableFileError(
            f"{path.name}: no line gives the day of a meeting. Write one above each list of people, "
            "such as: Date: 2 March 2026, 09:30"
        )
    listed = [each for each in meetings if each.present or each.away]
    account = Account(
        label=path.name, kind="minutes", read=len(meetings), largest=largest_of(source), keyed=True, log=log
    )
    bare = tuple(each.line for each in meetings if not (each.present or each.away))
    if bare:
        account.left_out.append(LeftOut(reason="a day without a list of who was present below it", rows=bare))
    for each in listed:
        if not each.present:
            log.add(BadValuesError, "nobody is listed as present; write: Present: names between commas", row=each.line)
    _note(listed, log)
    return _parts(listed, source, context, path.name), account


def find_meetings(lines: Iterator[tuple[int, str]], source: Source) -> Iterator[Meeting]:
    """Yield the meetings of numbered lines: a day, then lists of who was present and who sent apologies."""
    meeting: Meeting | None = None
    names: list[str] | None = None
    for number, line in lines:
        heading = _HEADING.match(line)
        if heading and meeting:
            names = meeting.away if heading["away"] else meeting.present
            names.extend(_names(heading["rest"]))
        elif _DATED.match(line) and (local := read_heading(line, source)) is not None:
            if meeting and (meeting.present or meeting.away or meeting.local.date() != local.date()):
                yield meeting
            meeting, names = Meeting(line=number, local=local), None
        elif names is not None and (_ENDS.match(line) or (names and not line.strip())):
            names = None
        elif names is not None:
            names.extend(_names(line))
    if meeting:
        yield meeting


def _names(text: str) -> list[str]:
    parts = (" ".join(part.split()).strip(" .:-–—") for part in _BETWEEN.split(_ASIDE.sub(" ", text)))
    return [part for part in parts if 1 < len(part) <= _LONGEST_NAME and any(map(str.isalpha, part))]


def _lines(path: Path, limits: Limits, log: Log) -> Iterator[tuple[int, str]]:
    encoding = plain_encoding(path, limits, otherwise="is not plain text. Save the minutes as text (.txt, UTF-8).")
    log.notes.extend(encoding.notes)
    with path.open(encoding=encoding.name, errors="replace") as stream:
        number = 0
        while line := stream.readline(_LONGEST_LINE):
            number += 1
            yield number, line.rstrip("\n")


def _note(meetings: list[Meeting], log: Log) -> None:
    present, away = (sum(len(getattr(each, name)) for each in meetings) for name in ("present", "away"))
    log.notes.append(
        f"names or parts of names read as present: {present:,}; with apologies: {away:,}, who were not there"
    )


def _parts(meetings: list[Meeting], source: Source, context: Context, place: str) -> pl.DataFrame:
    assert source.id is not None
    local = pl.Series([each.local for each in meetings], dtype=pl.Datetime("us"))
    utc, _ = moments_in_utc(local, source.zone)
    frame = pl.DataFrame(
        {
            "line": [each.line for each in meetings],
            "time": utc,
            "key": [f"minutes\n{source.id.constant}\n{each.local:%Y-%m-%dT%H:%M}" for each in meetings],
            "who": [each.present for each in meetings],
        },
        schema_overrides={"who": pl.List(pl.String), "time": pl.Datetime("us")},
    ).filter(pl.col("who").list.len() > 0)
    channel = source.channel.constant if source.channel else "meeting"
    parts = make_parts(frame.explode("who"), account=0, sends=False, automatic=False, channel=channel)
    return parts.with_columns(hashed_people(parts["who"], place, context).alias("who")).select(PARTS.names())
