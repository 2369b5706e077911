"""When each row of a sheet was: its time in UTC, from text in the format and zone that the mapping says."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import polars as pl

from leaderful.errors import BadValuesError
from leaderful.study.importing.grids import Grid, reject
from leaderful.study.importing.mapping import Source
from leaderful.study.importing.written_days import read_clock, read_written
from leaderful.study.importing.zones import moments_in_utc

EPOCH = "epoch"
"""Format of times that are counted in seconds or thousandths of a second since 1970, as chat programs do."""
_ISO = (
    r"^(\d{4})[-/](\d{2})[-/](\d{2})(?:[T ]+(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?"
    r"\s*(?:(Z|z|UTC|GMT)|([+-])(\d{2}):?(\d{2}))?)?$"
)
_NUMBER = r"^\d{1,13}(?:\.\d{1,9})?$"
_FIRST_YEAR, _LAST_YEAR = 1970, 2199
_MOST_SECONDS = 100_000_000_000  # larger counts are thousandths of a second: as seconds this is the year 5138
_OF_DAY = re.compile(r"%[-_0]?[HIkTRXcrsl+]")
_WITH_ZONE = re.compile(r"%[:#]?z")


def add_times(grid: Grid, source: Source) -> None:
    """Give each row its time in UTC; rows without one that can be read are rejected."""
    cells = grid.frame[grid.at(source.time, "time")]
    read = _read(cells, source.time_format)
    if source.clock:
        clocks = _clocks(grid.frame[grid.at(source.clock, "clock")])
        days = pl.col("local").dt.truncate("1d")
        read = read.with_columns(local=days + clocks.fill_null(timedelta(0)), alone=clocks.is_null())
    if source.kind != "messages":  # a spreadsheet writes a day as its midnight, when people seldom meet
        midnight = pl.col("offset").is_null() & (pl.col("local") == pl.col("local").dt.truncate("1d"))
        read = read.with_columns(alone=pl.col("alone") | midnight.fill_null(value=False))
    local = read.select(pl.when("alone").then(pl.col("local") + _starts(source)).otherwise("local")).to_series()
    there, twice = moments_in_utc(local.zip_with(read["offset"].is_null(), pl.Series([None])), source.zone)
    utc = there.zip_with(read["offset"].is_null(), local - read["offset"])
    sound = utc.dt.year().is_between(_FIRST_YEAR, _LAST_YEAR).fill_null(value=False)
    _note(grid, source, alone=int((read["alone"] & sound).sum()), twice=twice)
    grid.frame = grid.frame.with_columns(utc.alias("time"))
    text = (
        "no time that can be read; write it as 2026-03-02T09:30, or say how it is written with time_format in the "
        'mapping, as in "%d/%m/%Y %H:%M"'
    )
    reject(grid, grid.frame["line"].filter(~sound), BadValuesError, text, source.time)


def share_read(cells: pl.Series, time_format: str) -> float:
    """Return the share of cells that a format reads."""
    years = _read(cells, time_format)["local"].dt.year().is_between(_FIRST_YEAR, _LAST_YEAR)
    return float(years.fill_null(value=False).sum()) / max(cells.len(), 1)


def read_heading(text: str, source: Source) -> datetime | None:
    """Return the local time that the name of a column or a line of minutes gives; None where it gives no day."""
    if source.time_format and source.time_format != EPOCH:
        read = _patterned(pl.Series([text]), source.time_format)
        local = read["local"][0] + _starts(source) if read["alone"][0] else read["local"][0]
        return local if isinstance(local, datetime) else None
    written = read_written(text)
    return written.at(source.starts) if written else None


def _starts(source: Source) -> timedelta:
    return datetime.combine(datetime.min, source.starts) - datetime.min


def _note(grid: Grid, source: Source, *, alone: int, twice: int) -> None:
    if alone:
        grid.log.notes.append(
            f"rows without a time of day: {alone:,}; taken as {source.starts:%H:%M} (starts in the mapping)"
        )
    if twice:
        grid.log.notes.append(
            f"rows within the hour that comes twice when clocks go back: {twice:,}; taken as the first of the two"
        )


def _read(cells: pl.Series, time_format: str) -> pl.DataFrame:
    """Return local time, offset from UTC where the text gives one, and whether a day stands alone."""
    plain = cells.str.strip_chars()
    if time_format == EPOCH:
        return _counted(plain)
    if time_format:
        return _patterned(plain, time_format)
    return _iso(plain)


def _iso(cells: pl.Series) -> pl.DataFrame:
    group = [pl.col("cell").str.extract(_ISO, index) for index in range(12)]
    text = pl.format("{}-{}-{} {}:{}:{}", *group[1:4], *(part.fill_null("00") for part in group[4:7]))
    micros = group[7].str.slice(0, 6).str.pad_end(6, "0").cast(pl.Int64).fill_null(0)
    minutes = group[10].cast(pl.Int64) * 60 + group[11].cast(pl.Int64)
    signed = pl.when(group[9] == "-").then(-minutes).otherwise(minutes)
    offset = pl.when(group[8].is_not_null()).then(0).otherwise(signed)
    return pl.DataFrame({"cell": cells}, schema={"cell": pl.String}).select(
        local=text.str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", strict=False)
        + pl.duration(microseconds=micros, time_unit="us"),
        offset=pl.duration(minutes=offset, time_unit="us"),
        alone=group[1].is_not_null() & group[4].is_null(),
    )


def _counted(cells: pl.Series) -> pl.DataFrame:
    frame = pl.DataFrame({"cell": cells}, schema={"cell": pl.String})
    number = pl.when(pl.col("cell").str.contains(_NUMBER)).then("cell").cast(pl.Float64, strict=False)
    seconds = pl.when(number < _MOST_SECONDS).then(number).otherwise(number / 1000)
    return frame.select(
        local=(seconds * 1e6).round().cast(pl.Int64).cast(pl.Datetime("us")),
        offset=pl.duration(minutes=0, time_unit="us"),
        alone=pl.lit(value=False),
    )


def _patterned(cells: pl.Series, time_format: str) -> pl.DataFrame:
    """Read times by a pattern; a cell that does not follow it gives null."""
    read = cells.str.to_datetime(time_format, time_unit="us", strict=False)
    zoned = _WITH_ZONE.search(time_format) is not None
    if zoned:
        read = read.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    return pl.DataFrame({"local": read}).select(
        pl.col("local").cast(pl.Datetime("us")),
        offset=pl.duration(minutes=pl.lit(0 if zoned else None, dtype=pl.Int64), time_unit="us"),
        alone=pl.col("local").is_not_null() & pl.lit(_OF_DAY.search(time_format) is None),
    )


def _clocks(cells: pl.Series) -> pl.Series:
    """Return times of day as durations; null where there is none."""
    distinct = cells.drop_nulls().unique()
    read = [read_clock(cell) for cell in distinct]
    spans = pl.Series([clock and datetime.combine(datetime.min, clock) - datetime.min for clock in read])
    return cells.replace_strict(distinct, spans.cast(pl.Duration("us")), default=None, return_dtype=pl.Duration("us"))
