"""What the columns of a file mean: the mapping that `leaderful import --guess` writes and people correct by hand."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from datetime import date
from datetime import time as time_of_day
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from leaderful.errors import BadValuesError, BrokenKeysError, LeaderfulError, UnknownNameError
from leaderful.framework import framework
from leaderful.study.importing.zones import DEFAULT_ZONE, is_zone
from leaderful.toml import read_toml, with_tuples

VERSION = 1
_SHOWN = 60

Kind = Literal[
    "answers",
    "answers-long",
    "relations",
    "matrix",
    "roster",
    "staff-survey",
    "calendar",
    "messages",
    "attendance",
    "minutes",
    "moments",
]
GATHERINGS: tuple[Kind, ...] = ("calendar", "messages", "attendance", "minutes")
"""Kinds that say who met or wrote to whom, and when."""
SUFFIXES: dict[Kind, tuple[str, ...]] = {
    "calendar": (".ics", ".ical", ".icalendar"),
    "minutes": (".txt", ".md"),
}
"""How the names of files end that have no rows and columns."""
MOST_TOGETHER = 2_000
"""The largest number of people who may be said to take part in one meeting or message."""
Pseudonym = Literal["hash", "as-is", "each-wave"]


class Part(BaseModel):
    """A table of the mapping: fixed once read, and without keys nobody described."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class NewWave(Part):
    """A round of evidence to be added to the study when it is not there yet."""

    id: str = Field(min_length=1, max_length=200)
    name: str = ""
    opens: date | None = None
    closes: date | None = None


class Held(Part):
    """Where a fact about each row stands: a column, with what its words mean, or one value for all rows."""

    column: str = ""
    constant: str = ""
    values: dict[str, str] = {}


class Consent(Part):
    """The column that says whether a person may be named in network results."""

    column: str
    values: dict[str, bool] = {}


class Person(Part):
    """The column that says who a row is from, and how its pseudonym is made."""

    column: str
    pseudonym: Pseudonym


class Parent(Part):
    """The sheet that says who answered, where rows of this sheet belong to rows of that one."""

    sheet: str = ""
    file: str = ""
    """File that sheet is in; the same file when not stated."""
    column: str
    """Column of this sheet."""
    key: str
    """Column of the other sheet in which the same value stands."""


class About(Part):
    """The column that names the body or person an answer is about."""

    column: str
    values: dict[str, str] = {}


class Pair(Part):
    """A column of its own for one question about one body."""

    column: str
    about: str
    question: str


class Rows(Part):
    """Rows told by what stands in one column."""

    column: str
    values: tuple[str, ...] = Field(min_length=1)
    reason: str = "left out by the mapping"


class Window(Part):
    """The days within which what calendars hold is kept, both included."""

    opens: date
    closes: date


class Identity(Part):
    """What tells one meeting, message or entry from another; it is hashed, and never kept as it is."""

    column: str = ""
    constant: str = ""


class Diary(Part):
    """The columns of a diary of moments."""

    with_bodies: str = ""
    with_tiers: str = ""
    opener: str
    behaviours: str = ""
    taken: str
    went_on_to: str = ""
    reflection: tuple[str, ...] = ()
    consent_text: str = ""


class Source(Part):
    """One file or sheet, and what its columns mean."""

    file: str = Field(min_length=1)
    """Name of the file; * stands for any characters, so that the next export is read too."""
    sheet: str = ""
    kind: Kind
    header: int = Field(default=1, ge=0)
    """Line that holds the names of columns."""
    first: int = Field(default=2, ge=1)
    """Line of the first row of data."""
    repeated: Literal["first", "last"] = "first"
    """Which row counts where the same person answered twice in one wave."""
    year: int | None = Field(default=None, ge=1990, le=2100)
    respondents_tier: str = ""
    """For a matrix of bodies: seniority of the one respondent who is made up for each body."""
    person: Person | None = None
    parent: Parent | None = None
    wave: Held | None = None
    body: Held | None = None
    team: Held | None = None
    tier: Held | None = None
    place: Held | None = None
    consent: Consent | None = None
    about: About | None = None
    item: str = ""
    question: str = ""
    answer: str = ""
    only: Rows | None = None
    leave_out: tuple[Rows, ...] = ()
    unable: tuple[str, ...] = ()
    answers: dict[str, int] = {}
    items: dict[str, str] = {}
    questions: dict[str, str] = {}
    pairs: tuple[Pair, ...] = ()
    aliases: tuple[str, ...] = ()
    """For a roster: columns with other names and addresses of the same person."""
    zone: str = DEFAULT_ZONE
    """Time zone of times that name none."""
    window: Window | None = None
    all_day: bool = False
    """Whether meetings of whole days, which calendars also use for leave and birthdays, are kept."""
    largest: int | None = Field(default=None, ge=2, le=MOST_TOGETHER)
    """How many people may take part; of gatherings with more, nobody can be said to have met anybody."""
    id: Identity | None = None
    time: str = ""
    clock: str = ""
    """Column with the time of day, where it is not in the column of the time."""
    time_format: str = ""
    starts: time_of_day = time_of_day(12)
    """Time of day of what gives none."""
    recipients: tuple[str, ...] = ()
    channel: Held | None = None
    marks: dict[str, bool] = {}
    """For a list of attendance: what marks and words mean; true for having been there."""
    diary: Diary | None = None

    def matches(self, file: str, sheet: str) -> bool:
        """Tell whether this is what is said of a file and sheet."""
        there = self.kind == "staff-survey" or not self.sheet or self.sheet == sheet
        if not file.casefold().endswith(SUFFIXES.get(self.kind, ("",))):
            return False
        plain = re.sub(r"([\[?])", r"[\1]", self.file.casefold())  # of the signs of fnmatch only * is one here
        return there and fnmatchcase(file.casefold(), plain)


class Mapping(Part):
    """All that is said of the files of one import."""

    mapping_version: int
    waves: tuple[NewWave, ...] = ()
    sources: tuple[Source, ...] = Field(min_length=1)
    file: str = ""
    """Name of the mapping's own file, for messages."""

    def place(self, source: Source) -> str:
        """Return where a source stands in the mapping, for messages."""
        return f"{self.file}: [[sources]] {self.sources.index(source) + 1}"


_NEEDED: dict[Kind, tuple[tuple[str, ...], ...]] = {
    "answers": (("person",), ("items", "pairs", "questions")),
    "answers-long": (("person",), ("item",), ("answer",)),
    "relations": (("person", "parent"), ("about",), ("questions", "question")),
    "matrix": (("question",), ("person",)),
    "roster": (("person",), ("body",), ("tier",)),
    "staff-survey": (("year",),),
    "calendar": (("window",),),
    "messages": (("person",), ("recipients",), ("time",)),
    "attendance": (("person",), ("id",)),
    "minutes": (("id",),),
    "moments": (("person",), ("time",), ("diary",)),
}
"""For each kind of source, keys of which one in each group must be there."""


def read_mapping(path: Path) -> Mapping:
    """Read a mapping, or raise an error that names the file, the key and what is allowed there."""
    values = read_toml(
        path,
        what="a mapping",
        otherwise="Write a mapping with: leaderful import STUDY FILE --guess",
        example='Text stands between quotation marks, also to the left of =, as in: "Strongly agree" = 5',
    ).values
    _refuse_version(path, values)
    try:
        mapping = Mapping.model_validate({**with_tuples(values), "file": path.name})
    except ValidationError as error:
        first = min(error.errors(), key=lambda each: each["type"] == "missing")  # a misspelt key explains a missing one
        raise _said(path, first) from None
    for kind, fault in _faults(mapping):
        raise kind(f"{fault}.")
    return mapping


def _refuse_version(path: Path, values: dict[str, Any]) -> None:
    version = values.get("mapping_version")
    if version != VERSION:
        raise BadValuesError(f"{path}: mapping_version must be {VERSION}, the one this release reads.")


def _said(path: Path, error: Any) -> LeaderfulError:
    """Return the error for one key that is wrong."""
    parts = [f"{part + 1}" if isinstance(part, int) else str(part)[:_SHOWN] for part in error["loc"]]
    place = f"{path}: {' '.join(parts)}"
    if error["type"] == "extra_forbidden":
        known = _keys_beside(error["loc"])
        near = difflib.get_close_matches(str(error["loc"][-1]), known, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"Allowed are {', '.join(known)}."
        return UnknownNameError(f"{place} is not a key of a mapping. {hint}")
    if error["type"] == "missing":
        return BadValuesError(f"{place} is missing. The guide to importing answers shows a whole mapping.")
    return BadValuesError(f"{place}: {error['msg'].replace('Input should be', 'must be')}.")


_BELOW: dict[str, type[Part]] = {
    "waves": NewWave,
    "sources": Source,
    "person": Person,
    "parent": Parent,
    "wave": Held,
    "body": Held,
    "team": Held,
    "tier": Held,
    "place": Held,
    "consent": Consent,
    "about": About,
    "only": Rows,
    "leave_out": Rows,
    "pairs": Pair,
    "window": Window,
    "id": Identity,
    "channel": Held,
    "diary": Diary,
}


def _keys_beside(loc: tuple[int | str, ...]) -> list[str]:
    tables = [part for part in loc[:-1] if isinstance(part, str)]
    model = _BELOW.get(tables[-1], Mapping) if tables else Mapping
    return [name for name in model.model_fields if (model, name) != (Mapping, "file")]


def _faults(mapping: Mapping) -> Iterator[tuple[type[LeaderfulError], str]]:
    """Yield what is wrong with a mapping whose every key is allowed."""
    for wave in mapping.waves:
        if wave.opens and wave.closes and wave.closes < wave.opens:
            yield BadValuesError, f"{mapping.file}: wave {wave.id} closes before it opens"
    for source in mapping.sources:
        place = mapping.place(source)
        for group in _NEEDED[source.kind]:
            if not any(getattr(source, name) for name in group):
                yield BadValuesError, f"{place} ({source.file}): kind {source.kind} needs {' or '.join(group)}"
        constant = source.question in {each.id for each in framework().relation_questions}
        if source.kind == "relations" and source.question and not constant and not source.answer:
            yield BadValuesError, f"{place}: question names a column, so answer must name one too"
        if source.kind == "matrix" and source.person and source.person.pseudonym == "each-wave":
            yield BadValuesError, f'{place}: labels of a matrix name people; person.pseudonym must be "hash" or "as-is"'
        if source.first <= source.header:
            yield BadValuesError, f"{place}: first must be below header, the line with the names of columns"
        yield from _held_faults(source, place)
        yield from _gathering_faults(source, place)
        columns = list(source.items.values()) if source.kind == "answers" else []
        for column in dict.fromkeys(columns):
            if columns.count(column) > 1:
                twice = ", ".join(item for item, held in source.items.items() if held == column)
                yield BrokenKeysError, f"{place}: items {twice} have the same column {column[:_SHOWN]!r}"


def _held_faults(source: Source, place: str) -> Iterator[tuple[type[LeaderfulError], str]]:
    for name in ("wave", "body", "team", "tier", "place", "channel", "id"):
        held = getattr(source, name)
        if held is not None and bool(held.column) == bool(held.constant):
            yield BadValuesError, f"{place}: {name} needs either column or constant"


def _gathering_faults(source: Source, place: str) -> Iterator[tuple[type[LeaderfulError], str]]:
    """Yield what is wrong with what is said of times, and of who met or wrote to whom."""
    if not is_zone(source.zone):
        yield UnknownNameError, f'{place}: zone is not known. Write a name such as "{DEFAULT_ZONE}" or "UTC"'
    if source.window is not None and source.window.closes < source.window.opens:
        yield BadValuesError, f"{place}: window closes before it opens"
    eventful = source.kind == "moments" or source.kind in GATHERINGS
    if eventful and source.person is not None and source.person.pseudonym == "each-wave":
        yield BadValuesError, f'{place}: person.pseudonym must be "hash" or "as-is"; this kind has no waves'
    if source.kind in ("calendar", "minutes") and source.id is not None and source.id.column:
        yield BadValuesError, f"{place}: kind {source.kind} has no columns; write id = {{ constant = ... }}"
    if source.kind in ("calendar", "minutes") and source.channel is not None and source.channel.column:
        yield BadValuesError, f"{place}: kind {source.kind} has no columns; write channel = {{ constant = ... }}"
    if source.kind == "attendance" and source.id is not None and source.id.column and not source.time:
        yield BadValuesError, f"{place}: without time every day has a column, so write id = {{ constant = ... }}"
