"""Checks across the rows of a table and across tables: keys, references, order, structure.

What is left out is always the same for the same files. Of rows with the same key the first is kept.
A row that refers to nothing, or to a row that was left out, is left out itself. Where ties run in a
circle, the one that stands last in the file is left out. Where the shares of one predecessor are
more than the whole, all of them are left out, because none can be told to be the wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from leaderful.errors import BadValuesError, BrokenKeysError, BrokenStructureError, UnreadableFileError
from leaderful.framework import ItemScale, framework
from leaderful.receipts import Receipt
from leaderful.study.codes import is_changed, original, shown_by_spreadsheets
from leaderful.study.description import Column, Table
from leaderful.study.instruments import check_answers
from leaderful.study.log import Log
from leaderful.study.reading import Reading, no_rows
from leaderful.study.settings import FILE, Settings, name_fault
from leaderful.study.tables import TABLES
from leaderful.study.ties import check_ties
from leaderful.study.values import changed_by_spreadsheet

_GOAL = r"^SDG(?:[1-9]|1[0-7])(?:\.(?:[1-9][0-9]?|[a-d]))?$"
_HAPPENINGS = frozenset({"interactions", "moments"})
_SHARE_TOLERANCE = 1e-6  # shares of population are published to a few decimals and must not fail by rounding


def check_study(readings: dict[str, Reading], scales: Sequence[ItemScale]) -> None:
    """Check all tables together, each after those it refers to, leaving out rows that do not fit.

    Answers are checked against the item scales given. A table that rows refer to and that is not
    there is added, without rows and with one problem.
    """
    readings |= {name: _absent(name) for name in _wanted(readings) if name not in readings}
    for name in TABLES:
        if name in readings:
            reading = readings[name]
            _check_keys(reading)
            _check_order(reading)
            _check_references(reading, readings)
            _check_own_rules(reading, readings, scales)


def check_settings(settings: Settings, readings: Mapping[str, Reading]) -> tuple[Receipt, ...]:
    """Check the name, system and date of a study against its bodies; return a receipt if one is wrong.

    What is dated after the study is noted with its table.
    """
    for name in _HAPPENINGS & readings.keys():
        _note_later(readings[name], settings.as_at)
    log = Log(file=FILE)
    if fault := name_fault(settings.name):
        log.add(BadValuesError, f"name {fault}")
    bodies = readings["bodies"].frame if "bodies" in readings else TABLES["bodies"].empty()
    own = bodies.filter(pl.col("id") == settings.system)
    if settings.system and bodies.height and own.is_empty():
        source = readings["bodies"].log.file
        log.add(BrokenKeysError, f"system {settings.system[:60]!r} is not in column id of {source}; correct the code")
    for row in own.iter_rows(named=True):
        first, last = row["valid_from"] or date.min, row["valid_to"] or date.max
        if not first <= settings.as_at <= last:
            held = f"from {row['valid_from'] or 'the beginning'} to {row['valid_to'] or 'now'}"
            message = f"as_at is {settings.as_at} and {settings.system} is there {held}; choose a day within"
            log.add(BrokenStructureError, message)
    return (Receipt(source=FILE, read=0, kept=0, problems=tuple(log.problems)),) if log.problems else ()


def _note_later(reading: Reading, as_at: date) -> None:
    later = reading.frame.filter(pl.col("time").dt.date() > as_at).height
    if later:
        said = f"{reading.table.name} dated after {as_at}, the date of the study: {later:,}"
        reading.log.notes.append(f"{said}; they are kept, but look at the years")


def _wanted(readings: Mapping[str, Reading]) -> Iterator[str]:
    """Yield the tables that some row refers to."""
    for reading in readings.values():
        for column in reading.table.columns:
            if column.refers and reading.frame[column.name].null_count() < reading.frame.height:
                yield column.refers.split(".")[0]


def _absent(name: str) -> Reading:
    reading = no_rows(TABLES[name], f"{name}.csv")
    reading.absent = True
    message = f"there is no table {name} and rows of other tables refer to it; put {name}.csv into the study"
    reading.log.add(UnreadableFileError, message)
    return reading


def _check_keys(reading: Reading) -> None:
    table = reading.table
    first = pl.col("line").first().over(table.key).alias("first")
    faults = reading.frame.select("line", first).filter(pl.col("line") != pl.col("first"))
    same = " and ".join(table.key) if len(table.key) < 3 else f"{', '.join(table.key[:-1])} and {table.key[-1]}"
    reading.leave_out(
        faults,
        BrokenKeysError,
        lambda row: f"the same {same} as row {row['first']}, which is kept; take one of the two out",
    )


def _check_order(reading: Reading) -> None:
    for earlier, later in reading.table.ordered:
        faults = reading.frame.select("line", earlier, later).filter(pl.col(later) < pl.col(earlier))
        reading.leave_out(
            faults,
            BrokenStructureError,
            lambda row, earlier=earlier, later=later: (  # type: ignore[misc]
                f"{later} {row[later]} is before {earlier} {row[earlier]}; put the two in order"
            ),
            column=later,
        )


def _check_references(reading: Reading, readings: Mapping[str, Reading]) -> None:
    """Leave out rows that refer to nothing; again, while a table refers to itself and rows fall away."""
    while True:
        before = reading.frame.height
        for column in reading.table.columns:
            if column.refers:
                _check_reference(reading, column, readings)
        refers_to_itself = any(c.refers.startswith(f"{reading.table.name}.") for c in reading.table.columns)
        if not refers_to_itself or reading.frame.height == before:
            return


def _check_reference(reading: Reading, column: Column, readings: Mapping[str, Reading]) -> None:
    target = column.refers.split(".")[0]
    faults = unknown_parts(reading.frame, column, known_codes(target, readings))
    _leave_out_unknown(reading, faults, column, target, readings)


def _leave_out_unknown(
    reading: Reading, faults: pl.DataFrame, column: Column, target: str, readings: Mapping[str, Reading]
) -> None:
    if faults.is_empty():
        return
    if readings[target].absent:
        reading.leave_out_with(target, faults)
    else:
        say = _Unknown(column, reading.table, target, readings)
        reading.leave_out(faults, BrokenKeysError, say, column=column.name)


def known_codes(target: str, readings: Mapping[str, Reading]) -> pl.Series:
    """Return the codes of the rows kept so far of a table that others refer to."""
    key = TABLES[target].key[0]
    return readings[target].frame[key] if target in readings else pl.Series(key, [], dtype=pl.String)


def unknown_parts(frame: pl.DataFrame, column: Column, known: pl.Series) -> pl.DataFrame:
    """Return the line and the first unknown code (``part``) of each row whose column has one."""
    parts = frame.select("line", part=pl.col(column.name)).filter(pl.col("part").is_not_null())
    if column.type == "codes":
        parts = parts.explode("part")
    return parts.join(known.alias("part").to_frame(), on="part", how="anti", maintain_order="left").unique(
        "line", keep="first", maintain_order=True
    )


class _Unknown:
    """What is said of a code that the table it refers to does not have."""

    def __init__(self, column: Column, table: Table, target: str, readings: Mapping[str, Reading]) -> None:
        self._hide, self._target, self._several = table.private, target, column.type == "codes"
        self._hint = not (column.private or TABLES[target].columns[0].private)
        self._lost, self._source = readings[target].lost, readings[target].log.file
        known = known_codes(target, readings).to_list()
        self._shown = shown_by_spreadsheets(known)
        self._plain = {code.casefold(): code for code in known}

    def __call__(self, row: dict[str, Any]) -> str:
        part = str(row["part"])
        given = "the code" if self._hide else f"{part[:60]!r}"
        if part in self._lost:
            lost = f"row {self._lost[part]} of {self._source}, which was itself left out"
            return f"{given} refers to {lost}; correct that row first"
        probably = original(part, self._shown) if self._hint else None
        if probably or is_changed(part):
            return changed_by_spreadsheet(part, probably, hide=self._hide)
        near = self._plain.get(part.casefold()) if self._hint else None
        advice = f"did you mean {near!r}?" if near else "add it there or correct it here"
        if self._several and re.search(r"[,\s]", part):
            advice = "put ; between two codes"
        return f"{given} is not in column {TABLES[self._target].key[0]} of {self._source}; {advice}"


def _check_own_rules(reading: Reading, readings: Mapping[str, Reading], scales: Sequence[ItemScale]) -> None:
    match reading.table.name:
        case "responses":
            check_answers(reading, scales)
        case "ties":
            check_ties(reading, readings["bodies"].frame if "bodies" in readings else TABLES["bodies"].empty())
        case "successions":
            _check_shares(reading)
        case "interactions":
            _check_participants(reading)
        case "relations":
            _check_relations(reading, readings)
        case "moments":
            _note_lone_moments(reading)
        case "purposes":
            _check_serves(reading)
        case "documents":
            _check_files(reading)


def _check_shares(reading: Reading) -> None:
    total = pl.col("share").sum().over("predecessor", "effective").alias("total")
    faults = reading.frame.select("line", "predecessor", total).filter(pl.col("total") > 1 + _SHARE_TOLERANCE)
    reading.leave_out(
        faults,
        BrokenStructureError,
        lambda row: (
            f"the shares of {row['predecessor']} on this day add to {row['total']:.3f}, more than 1; "
            "all its rows are left out until they add to 1 or less"
        ),
        column="share",
    )


def _check_participants(reading: Reading) -> None:
    faults = reading.frame.select("line", count=pl.col("participants").list.n_unique()).filter(pl.col("count") < 2)
    reading.leave_out(
        faults,
        BrokenStructureError,
        lambda _: "one participant only; an interaction needs two different people or more, joined by ;",
        column="participants",
    )
    missing = ~pl.col("participants").list.contains(pl.col("sender"))
    faults = reading.frame.filter(pl.col("sender").is_not_null() & missing).select("line")
    reading.leave_out(
        faults,
        BrokenStructureError,
        lambda _: "the sender is not among the participants; add the code there",
        column="sender",
    )


def _check_relations(reading: Reading, readings: Mapping[str, Reading]) -> None:
    """Check that each answer is about someone known, and answers a question about that sort of thing."""
    column = reading.table.column("about")
    for kind, target in (("body", "bodies"), ("person", "people")):
        rows = reading.frame.filter(pl.col("about_kind") == kind)
        faults = unknown_parts(rows, column, known_codes(target, readings))
        _leave_out_unknown(reading, faults, column, target, readings)
    itself = reading.frame.filter((pl.col("about_kind") == "person") & (pl.col("about") == pl.col("person")))
    reading.leave_out(
        itself.select("line"),
        BrokenStructureError,
        lambda _: "the answer is about the person who gave it",
        column="about",
    )
    for question in framework().relation_questions:
        asked = pl.col("question") == question.id
        about = question.about
        reading.leave_out(
            reading.frame.filter(asked & (pl.col("about_kind") != about)).select("line"),
            BrokenStructureError,
            lambda _, about=about: f"the question is asked about a {about}; about_kind says otherwise",  # type: ignore[misc]
            column="about_kind",
        )
        values = [answer.value for answer in question.answers]
        reading.leave_out(
            reading.frame.filter(asked & ~pl.col("answer").is_in(values)).select("line"),
            BadValuesError,
            lambda _, values=values: (
                f"a number that is no answer to this question; answers are {min(values)} to {max(values)}"
            ),  # type: ignore[misc]
            column="answer",
        )


def _note_lone_moments(reading: Reading) -> None:
    alone = reading.frame.filter(pl.col("with_bodies").is_null() & pl.col("with_tiers").is_null()).height
    if alone:
        reading.log.notes.append(f"moments that do not say who else was there: {alone:,}; they are kept")


def _check_serves(reading: Reading) -> None:
    """Check that a purpose serves purposes of this study, Sustainable Development Goals or their targets."""
    column, goals, source = reading.table.column("serves"), _goals(reading.frame), reading.log.file
    while True:
        known = pl.concat([reading.frame["id"], goals])
        faults = unknown_parts(reading.frame, column, known)
        if faults.is_empty():
            return
        reading.leave_out(
            faults,
            BrokenKeysError,
            lambda row: f"{row['part'][:60]!r} is no purpose in {source}, no goal (SDG3) and no target (SDG3.8)",
            column="serves",
        )


def _goals(purposes: pl.DataFrame) -> pl.Series:
    """Return the goals and targets that are named, each by a code of the form SDG3, SDG3.8 or SDG3.b."""
    named = purposes.select(pl.col("serves").explode().alias("id")).to_series()
    return named.filter(named.str.contains(_GOAL))


def _check_files(reading: Reading) -> None:
    """Check that documents are named relative to the study folder and lie within it."""
    outside = pl.col("file").str.contains(r"^[/\\~]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)")
    reading.leave_out(
        reading.frame.filter(outside).select("line"),
        BadValuesError,
        lambda _: "a file outside the study folder; put it inside and name it from there, as plans/plan.pdf",
        column="file",
    )
