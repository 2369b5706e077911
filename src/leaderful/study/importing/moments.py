"""Entries of a diary of moments, from leaderful's own diary forms or a sheet like them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from leaderful.errors import BadValuesError, UnknownNameError
from leaderful.framework import Entry, framework
from leaderful.study.importing.grids import Grid, plain, reject
from leaderful.study.importing.mapping import Diary, Source
from leaderful.study.importing.people import YES_NO, Context, add_person, by_code_and_name
from leaderful.study.importing.pseudonyms import sealed
from leaderful.study.importing.times import add_times
from leaderful.study.own_tables import WITHHELD
from leaderful.study.tables import TABLES

_LISTS = ("with_bodies", "with_tiers", "behaviours", "went_on_to")


def read_moments(grid: Grid, source: Source, context: Context) -> pl.DataFrame:
    """Return the rows of the table of moments that a diary gives.

    The writer's own words are kept only where the entry itself says that they may leave the study.
    """
    assert source.diary is not None and source.person is not None
    add_person(grid, source, context, parent=None)
    add_times(grid, source)
    known = _known(context)
    for name in ("opener", *_LISTS):
        _add_codes(grid, name, getattr(source.diary, name), known[name])
    for name in ("taken", "consent_text"):
        _add_yes_no(grid, name, getattr(source.diary, name))
    for name in ("opener", "taken"):
        empty = grid.frame["line"].filter(grid.frame[name].is_null())
        reject(grid, empty, BadValuesError, f"the cell is empty; {name} is needed in every row")
    _add_words(grid, source.diary)
    named = pl.col(grid.at(source.id.column, "id.column")) if source.id and source.id.column else pl.lit(None)
    at = pl.format("{}\n{}", pl.col("time").dt.strftime("%Y-%m-%dT%H:%M:%S"), "opener")
    text = pl.format("moment\n{}\n{}", "person", pl.coalesce(named.cast(pl.String), at))
    key = (context.key or b"") if source.person.pseudonym == "hash" else b""
    rows = grid.frame.with_columns(sealed(grid.frame.select(text).to_series(), key, begins="m").alias("id"))
    return rows.select(*TABLES["moments"].schema.names(), "line")


def _known(context: Context) -> dict[str, Mapping[str, str]]:
    """Return what may be written for codes: the code, its name, or the name with its meaning as forms show it."""
    packaged = framework()
    bodies, tiers = context.bodies, _shown(packaged.tiers)
    return {
        "opener": _shown(packaged.openers),
        "behaviours": _shown(packaged.behaviours),
        "with_bodies": bodies,
        "went_on_to": bodies,
        "with_tiers": tiers,
    }


def _shown(entries: Iterable[Entry]) -> dict[str, str]:
    held = list(entries)
    return by_code_and_name((each.id, f"{each.name}: {each.definition}") for each in held) | by_code_and_name(
        (each.id, each.name) for each in held
    )


def _add_codes(grid: Grid, name: str, column: str, known: Mapping[str, str]) -> None:
    """Add one code, or of a list all of them; rows with one that is not known are rejected."""
    kind = TABLES["moments"].schema[name]
    if not column:
        grid.frame = grid.frame.with_columns(pl.lit(None, dtype=kind).alias(name))
        return
    cells = plain(grid.frame[grid.at(column, f"diary.{name}")])
    distinct = cells.drop_nulls().unique()
    several = name in _LISTS
    read = [_codes(cell, known) if several else known.get(cell) for cell in distinct]
    meant = pl.DataFrame({"cell": distinct, name: read}, schema={"cell": pl.String, name: kind})
    codes = cells.to_frame("cell").join(meant, on="cell", how="left", maintain_order="left")[name]
    wrong = grid.frame["line"].filter(cells.is_not_null() & codes.is_null())
    grid.frame = grid.frame.with_columns(codes)
    text = f"not what {name} allows: codes or names of the study and of the framework, with ; between several"
    reject(grid, wrong, UnknownNameError, text, column)


def _codes(cell: str, known: Mapping[str, str]) -> list[str] | None:
    """Return the codes in a cell; forms separate them by semicolons, commas or spaces, and names hold the last two."""
    for separator in ("\n", ";", ",", " "):
        parts = [part.strip() for part in cell.split(separator) if part.strip()]
        if all(part in known for part in parts):
            return list(dict.fromkeys(known[part] for part in parts)) or None
    return None


def _add_yes_no(grid: Grid, name: str, column: str) -> None:
    if not column:
        grid.frame = grid.frame.with_columns(pl.lit(None, dtype=pl.Boolean).alias(name))
        return
    cells = plain(grid.frame[grid.at(column, f"diary.{name}")])
    values = cells.replace_strict(YES_NO, default=None, return_dtype=pl.Boolean)
    wrong = grid.frame["line"].filter(cells.is_not_null() & values.is_null())
    grid.frame = grid.frame.with_columns(values.alias(name))
    reject(grid, wrong, BadValuesError, "neither yes nor no", column)


def _add_words(grid: Grid, diary: Diary) -> None:
    """Add the writer's own words where they consent, elsewhere that there are some, and count both."""
    columns = [pl.col(grid.at(name, "diary.reflection")) for name in diary.reflection]
    words = pl.concat_str(columns, separator="\n\n", ignore_nulls=True) if columns else pl.lit(None, dtype=pl.String)
    written = grid.frame.select(pl.when(words != "").then(words)).to_series()
    agreed = grid.frame["consent_text"].fill_null(value=False)
    grid.frame = grid.frame.with_columns(
        pl.when(agreed | written.is_null()).then(written).otherwise(pl.lit(WITHHELD)).alias("reflection")
    )
    kept, left = int((written.is_not_null() & agreed).sum()), int((written.is_not_null() & ~agreed).sum())
    if kept or left:
        grid.log.notes.append(
            f"entries with words of the writer: {kept + left:,}; kept for {kept:,} who agree that they leave the study"
        )
