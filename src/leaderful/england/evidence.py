"""Packaged public evidence: Staff Survey percentages, outcomes, what the outcomes are, and outlines."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any, Literal

import polars as pl

from leaderful.england.days import BEGAN, REDRAWN
from leaderful.errors import UnknownNameError

Ring = tuple[tuple[int, int], ...]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one outcome measure is, who publishes it, and what to mind when reading it."""

    id: str
    name: str
    definition: str
    unit: str
    direction: Literal["high", "low", "neutral"]
    """Which way is good."""
    period: Literal["month", "year", "financial year"]
    interval: Literal["monthly", "none"]
    """Whether an interval can be had from the movement between months."""
    publisher: str
    publication: str
    licence: str
    caveat: str
    body_kind: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Shape:
    """The outline of one ICB on the map of England."""

    code: str
    rings: tuple[Ring, ...]
    """Closed rings as x, y in map units, y downwards; holes are filled by the even-odd rule."""
    label: tuple[int, int]
    """A point well inside the largest part."""
    complete: bool
    """False where part of the area is not drawn, or is drawn for an ICB that no longer exists."""
    note: str
    """Why it is not complete; empty when it is."""
    divided_between: tuple[str, ...] = ()
    """For an area that was divided: the ICBs that share it now, along a line not published here."""


def published(bodies: Sequence[str]) -> pl.DataFrame:
    """Return the packaged Staff Survey percentages of `bodies`, 2021 to 2024."""
    return _rows_of("staff_survey.parquet", bodies)


def outcomes(bodies: Sequence[str]) -> pl.DataFrame:
    """Return the packaged outcomes of `bodies`: ICBs and trusts by ODS code, councils by ONS code.

    An ICB made in 2026 of whole predecessors has its series rebuilt from theirs, and `source` says
    so; one that took part of a divided area has none.
    """
    return _rows_of("outcomes.parquet", bodies)


@cache
def outcome_catalogue() -> dict[str, Outcome]:
    """Return what every packaged outcome measure is, by id."""
    text = (resources.files("leaderful.england") / "outcomes.toml").read_text(encoding="utf-8")
    entries = tomllib.loads(text)["outcome"]
    return {entry["id"]: Outcome(**{**entry, "body_kind": tuple(entry["body_kind"])}) for entry in entries}


@cache
def boundaries(as_at: date) -> dict[str, Shape]:
    """Return the outlines of ICBs on a date, by code.

    Since 1 April 2026 six ICBs hold parts of three divided areas. They are drawn without those
    parts and marked as not complete; the divided areas follow under the codes of their old ICBs.

    Raises
    ------
    UnknownNameError
        Before 1 July 2022, when there were no ICBs.
    """
    if as_at < BEGAN:
        raise UnknownNameError(
            f"There were no ICBs on {as_at.isoformat()}: they began on {BEGAN.isoformat()}. "
            "Ask for that day or a later one."
        )
    book = _map()
    whole = {code: _shape(code, entry) for code, entry in book["shapes_2022"].items()}
    if as_at < REDRAWN:
        return whole
    changes = book["changes_2026"]
    kept = {code: shape for code, shape in whole.items() if code not in changes["ended"]}
    return kept | {code: _shape(code, entry) for code, entry in changes["shapes"].items()}


def _shape(code: str, entry: dict[str, Any]) -> Shape:
    """Return a shape, with the reason where it is not complete."""
    lacks, between = entry.get("lacks", ()), entry.get("divided_between", ())
    note = ""
    if lacks:
        note = f"Also covers part of the former {_listed(lacks)}, which is drawn by itself."
    if between:
        note = (
            f"The area of the former {code} was divided between {_listed(between)} on 1 April 2026; "
            "the line between them is not published here."
        )
    rings = tuple(tuple((x, y) for x, y in ring) for ring in entry["rings"])
    x, y = entry["label"]
    return Shape(code=code, rings=rings, label=(x, y), complete=not note, note=note, divided_between=tuple(between))


def _listed(codes: Iterable[str]) -> str:
    *most, last = codes
    return f"{', '.join(most)} and {last}" if most else last


def outcome_table() -> pl.DataFrame:
    """Return all packaged outcomes."""
    return _table("outcomes.parquet")


def _rows_of(table: str, bodies: Sequence[str]) -> pl.DataFrame:
    return _table(table).filter(pl.col("body").is_in(list(bodies)))


@cache
def _table(name: str) -> pl.DataFrame:
    with resources.as_file(resources.files("leaderful.england") / "tables" / name) as file:
        return pl.read_parquet(file)


@cache
def _map() -> dict[str, Any]:
    text = (resources.files("leaderful.england") / "tables" / "boundaries.json").read_text(encoding="utf-8")
    book: dict[str, Any] = json.loads(text)
    return book
