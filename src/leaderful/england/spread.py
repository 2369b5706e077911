"""England's findings, packaged: the spread that one system is set against."""

from __future__ import annotations

import io
from datetime import date
from functools import cache
from importlib import resources

import polars as pl

from leaderful.england.days import LAST_OF_42, REDRAWN
from leaderful.england.systems import icbs

SPREAD_DAYS = {"2022": LAST_OF_42, "2026": REDRAWN}
"""The day that each packaged set of England's findings is measured at, by the year of its map."""


def spread(as_at: date) -> pl.DataFrame:
    """Return England's findings for the map of systems that stands on a date.

    Parameters
    ----------
    as_at
        The day; see `icbs` for the range. Each map has one set of findings, measured at its last day known.

    Returns
    -------
    polars.DataFrame
        A findings frame; units are England and its systems.

    Raises
    ------
    UnknownNameError
        When the date is outside the range.
    """
    return _read(_map_of(as_at))


def spread_file(as_at: date) -> bytes:
    """Return the packaged file that `spread` reads."""
    return _bytes(_map_of(as_at))


def _map_of(as_at: date) -> str:
    icbs(as_at)
    return "2026" if as_at >= REDRAWN else "2022"


@cache
def _read(year: str) -> pl.DataFrame:
    return pl.read_parquet(io.BytesIO(_bytes(year)))


def _bytes(year: str) -> bytes:
    return (resources.files("leaderful.england") / "tables" / f"findings_{year}.parquet").read_bytes()
