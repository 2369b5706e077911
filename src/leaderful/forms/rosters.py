"""The lists of a study that people pick from: its partner bodies, its teams, and the round they answer in."""

from __future__ import annotations

from datetime import date

import polars as pl

from leaderful.forms.survey import Choice


def partners(bodies: pl.DataFrame, people: pl.DataFrame, *, system: str, as_at: date) -> tuple[Choice, ...]:
    """Return the bodies of a system that stand on a day, and others that its people work for; no teams."""
    standing = _standing(bodies, as_at).filter(pl.col("kind") != "team")
    if system:
        employs = pl.col("id").is_in(people["body"].unique().to_list())
        standing = standing.filter(employs | (pl.col("system") == system))
    return _choices(standing)


def teams(bodies: pl.DataFrame, people: pl.DataFrame, *, as_at: date) -> tuple[Choice, ...]:
    """Return the teams that stand on a day: bodies of that kind, and those that people name as their team."""
    named = pl.col("id").is_in(people["team"].drop_nulls().unique().to_list())
    return _choices(_standing(bodies, as_at).filter(named | (pl.col("kind") == "team")))


def latest_wave(waves: pl.DataFrame) -> str:
    """Return the wave that opened last; nothing when there is none."""
    return str(waves.sort("opens", "id")["id"][-1]) if waves.height else ""


def _standing(bodies: pl.DataFrame, as_at: date) -> pl.DataFrame:
    begun = pl.col("valid_from").is_null() | (pl.col("valid_from") <= as_at)
    lasting = pl.col("valid_to").is_null() | (pl.col("valid_to") >= as_at)
    return bodies.filter(begun & lasting)


def _choices(bodies: pl.DataFrame) -> tuple[Choice, ...]:
    return tuple(Choice(code=id, name=name) for id, name in bodies.select("id", "name").iter_rows())
