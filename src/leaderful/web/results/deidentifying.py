"""Answers without people: random codes, and of where somebody works only what enough others share."""

from __future__ import annotations

import secrets
from random import SystemRandom

import polars as pl

from leaderful.study import Study as StudyTables


def deidentified(study: StudyTables, wave: str, *, fewest: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the people of a wave under codes made anew, and their answers.

    Body and tier stand where at least `fewest` share them. Both tables are in a random order, so that it
    tells nothing either.
    """
    said = _of_enough(study.table("responses").filter(wave=wave).select("person", "wave", "item", "answer"), fewest)
    present = said["person"].unique()
    codes = pl.DataFrame({"person": present, "code": _codes(present.len())}, schema_overrides={"person": pl.String})
    people = study.table("people").select(pl.col("id").alias("person"), "body", "tier").join(codes, on="person")
    people = _coarser(_coarser(people, "body", (), fewest), "tier", ("body",), fewest)
    answers = said.join(codes, on="person").select("code", "wave", "item", "answer")
    return people.select("code", "body", "tier").sort("code"), answers.sort("code", "wave", "item")


def _of_enough(said: pl.DataFrame, fewest: int) -> pl.DataFrame:
    """Return the answers where at least so many people answered, else none."""
    return said if said["person"].n_unique() >= fewest else said.clear()


def _coarser(people: pl.DataFrame, column: str, within: tuple[str, ...], fewest: int) -> pl.DataFrame:
    """Return the people with a column emptied where fewer than so many share what it says.

    Where those emptied would be few themselves, the next smallest group is emptied too.
    """
    if people.is_empty():
        return people
    parts = people.partition_by(within, maintain_order=True) if within else [people]
    return pl.concat(
        part.with_columns(pl.when(~pl.col(column).is_in(_small(part, column, fewest))).then(pl.col(column)))
        for part in parts
    )


def _small(people: pl.DataFrame, column: str, fewest: int) -> list[str]:
    """Return the values that too few share, and as many more as it takes to hide those among enough others."""
    sizes = people.group_by(column).len().drop_nulls(column).sort("len", column).iter_rows()
    small: list[str] = []
    hidden = 0
    for value, size in sizes:
        if size >= fewest and not 0 < hidden < fewest:
            break
        small.append(value)
        hidden += size
    return small


def _codes(number: int) -> list[str]:
    """Return so many different codes, in no order."""
    made: set[str] = set()
    while len(made) < number:
        made.add(secrets.token_hex(5))
    codes = sorted(made)
    SystemRandom().shuffle(codes)
    return codes
