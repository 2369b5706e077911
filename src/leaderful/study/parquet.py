"""The rows of a Parquet file, under the names of the table's columns."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from leaderful.errors import UnreadableFileError
from leaderful.study.decoding import Limits, refuse_large
from leaderful.study.description import Table
from leaderful.study.header import read_header
from leaderful.study.log import Log


def read_parquet(path: Path, table: Table, log: Log, *, limits: Limits) -> tuple[pl.DataFrame, int]:
    """Return a Parquet file with its row numbers, from 1, in column ``line``, and how many rows it has."""
    refuse_large(path, limits)
    try:
        count = int(pl.scan_parquet(path, glob=False).select(pl.len()).collect().item())
        if count > limits.rows:
            raise UnreadableFileError(
                f"the file has {count:,} rows and at most {limits.rows:,} are read. "
                "Split it, or allow more with Limits(rows=...)."
            )
        frame = pl.read_parquet(path, glob=False)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException):
        raise UnreadableFileError("the file is not Parquet, or it is damaged. Write it again.") from None
    header = read_header(frame.columns, table, log)
    names = {held: name for held, name in zip(frame.columns, header.names, strict=False) if name is not None}
    rows = frame.select(*names).rename(names)
    lines = pl.int_range(1, count + 1, dtype=pl.Int64, eager=True).alias("line")
    return rows.with_columns(lines), count
