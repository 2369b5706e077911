"""The packaged tables of England's structure, each read once and only when asked for."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal

import polars as pl

Name = Literal["systems", "successions", "bodies", "placements", "links", "policy"]


@cache
def packaged(name: Name) -> pl.DataFrame:
    """Return one of the tables that tools/build_england.py and tools/build_policy.py write."""
    content = files("leaderful.england").joinpath("tables", f"{name}.parquet").read_bytes()
    return pl.read_parquet(content)


def standing_on(day: date) -> pl.Expr:
    """Whether a row with `valid_from` and `valid_to` holds on the day; empty dates are open ends."""
    begun = pl.col("valid_from").is_null() | (pl.col("valid_from") <= day)
    lasting = pl.col("valid_to").is_null() | (pl.col("valid_to") >= day)
    return begun & lasting
