"""Whether typed values are allowed: one cell at a time, whatever kind of file they came from."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from leaderful.errors import BadValuesError
from leaderful.study.codes import CHANGED, FAULT, original, shown_by_spreadsheets
from leaderful.study.description import Column, Table
from leaderful.study.log import MOST_NAMED, Log

LONGEST_TEXT = 100_000
_FIRST_YEAR, _LAST_YEAR = 1800, 2199
_NO_TEXT = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x{fffd}]"
_NO_CODE = r"[\x00-\x1f\x7f\x{fffd};]"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What a value must not be: an expression that is true for those at fault, and what is said of one."""

    fault: pl.Expr
    say: Callable[[Any], str]


def check_values(frame: pl.DataFrame, table: Table, log: Log, *, failed: Mapping[str, pl.Series]) -> pl.Series:
    """Note every value that is not allowed; return which rows are in order.

    Column ``line`` of the frame gives the line of each row. Cells marked in `failed` are at fault
    already, and nothing more is said of them.
    """
    sound = pl.repeat(True, frame.height, dtype=pl.Boolean, eager=True)
    for column in table.columns:
        at_fault = failed.get(column.name, pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True))
        for rule in rules(column, hide=table.private):
            faulty = frame.select(rule.fault.fill_null(False)).to_series() & ~at_fault
            if faulty.any():
                note_rows(frame, faulty, rule.say, column, log)
                at_fault |= faulty
        sound &= ~at_fault
    return sound


def note_rows(frame: pl.DataFrame, faulty: pl.Series, say: Callable[[Any], str], column: Column, log: Log) -> None:
    """Note one problem for each faulty row of one column."""
    rows = frame.select("line", column.name).filter(faulty)
    messages = [(line, say(value)) for line, value in rows.head(MOST_NAMED).iter_rows()]
    log.add_rows(BadValuesError, messages, column=column.name, further=max(rows.height - MOST_NAMED, 0))


def rules(column: Column, *, hide: bool) -> Iterator[Rule]:
    """Yield what values of a column must not be; messages repeat no value when `hide` is true."""
    value = pl.col(column.name)
    if column.required:
        yield Rule(fault=value.is_null(), say=lambda _: f"the cell is empty; {column.name} is needed in every row")
    match column.type:
        case "text":
            yield from _text_rules(value)
        case "code":
            yield from _code_rules(value, lambda part: part, column, hide)
        case "codes":
            yield from _code_rules(value, lambda part: value.list.eval(part).list.any(), column, hide)
        case "date" | "datetime":
            yield Rule(
                fault=~value.dt.year().is_between(_FIRST_YEAR, _LAST_YEAR),
                say=lambda _: f"a year outside {_FIRST_YEAR} to {_LAST_YEAR}; write all four figures of the year",
            )
        case "integer" | "number":
            yield from _number_rules(value, column, hide)


def _text_rules(value: pl.Expr) -> Iterator[Rule]:
    yield Rule(
        fault=value.str.contains(_NO_TEXT),
        say=lambda _: "characters that are not text, or were lost when the file was saved; type the cell again",
    )
    yield Rule(
        fault=value.str.len_chars() > LONGEST_TEXT,
        say=lambda _: f"a text of more than {LONGEST_TEXT:,} characters; keep long texts as documents",
    )
    yield Rule(
        fault=value.str.contains(FAULT),
        say=lambda _: "a spreadsheet's sign that it could not work out the cell; type the value",
    )


def _code_rules(value: pl.Expr, any_part: Callable[[pl.Expr], pl.Expr], column: Column, hide: bool) -> Iterator[Rule]:
    """Yield the rules of codes; in a list each part is one."""
    part = pl.element() if column.type == "codes" else value
    yield Rule(
        fault=any_part(part.str.contains(_NO_CODE)),
        say=lambda _: "a code with a line break, a semicolon or a character that was lost; type the code again",
    )
    malformed = (part.str.strip_chars() != part) | (part == "") | (part.str.len_chars() > 200)
    yield Rule(
        fault=any_part(part.is_null() | malformed) if column.type == "codes" else malformed,
        say=lambda _: "a code that is empty, is longer than 200 characters, or has spaces round it",
    )
    if column.allowed:
        yield Rule(fault=any_part(~part.is_in(column.allowed)), say=lambda given: _not_allowed(given, column, hide))
    elif not column.refers:
        yield Rule(
            fault=any_part(part.str.contains(CHANGED) | part.str.contains(FAULT)),
            say=lambda given: changed_by_spreadsheet(given, None, hide=hide),
        )


def changed_by_spreadsheet(given: object, probably: str | None, *, hide: bool) -> str:
    """Say that a spreadsheet changed a code, and what it probably was where that can be told."""
    shown = "the code" if hide else f"{str(given)[:60]!r}"
    meant = f"; it was probably {probably!r}" if probably else ""
    lost_zero = probably is not None and probably.startswith("0") and probably.lstrip("0") == given
    what = "has lost a leading zero" if lost_zero else "is the number or date that a spreadsheet makes of a code"
    return f"{shown} {what}{meant}. Format the column as text and type the code again"


def _not_allowed(given: object, column: Column, hide: bool) -> str:
    """Say which codes are allowed, the nearest first; nothing that tells a private cell."""
    wrong = [part for part in (given if isinstance(given, list) else [given]) if part not in column.allowed]
    first = str(wrong[0])
    probably = None if column.private else original(first, shown_by_spreadsheets(column.allowed))
    if probably:
        return changed_by_spreadsheet(first, probably, hide=hide)
    shown = "a code that is not allowed" if hide else f"{first[:60]!r} is not allowed"
    near = [] if column.private else nearest(first, column.allowed)
    meant = f"; nearest is {near[0]}" if near else ""
    return f"{shown}{meant}; allowed are {listed(column.allowed)}"


def nearest(word: str, known: tuple[str, ...]) -> list[str]:
    """Return the most similar of the known words, or nothing when none is similar."""
    plain = {name.casefold(): name for name in known}
    key = "-".join(word.casefold().split())[:60]
    return [plain[name] for name in difflib.get_close_matches(key, plain, n=1)]


def listed(words: tuple[str, ...], *, most: int = 8) -> str:
    """Return the first words of a list, and how many there are when not all are shown."""
    if len(words) <= most:
        return ", ".join(words)
    return f"{', '.join(words[:most])} and {len(words) - most} more (see the reference of tables)"


def _number_rules(value: pl.Expr, column: Column, hide: bool) -> Iterator[Rule]:
    if column.type == "number":
        yield Rule(
            fault=~value.is_finite(),
            say=lambda _: "not a finite number; leave the cell empty when it is not known",
        )
    low, high = column.minimum, column.maximum
    otherwise = "" if column.required else "; leave the cell empty when there is none"
    if low is None and high is None:
        return
    if high is None:
        fault, bounds = value < low, f"below {low:g}"
    elif low is None:
        fault, bounds = value > high, f"above {high:g}"
    else:
        fault, bounds = ~value.is_between(low, high), f"outside {low:g} to {high:g}"
    yield Rule(
        fault=fault,
        say=lambda given: ("" if hide else f"{given:g} is ") + f"a number {bounds}{otherwise}",
    )
