"""Tables written as files of a study folder, so that reading them gives the same rows back.

Text is written as it is, also where a spreadsheet would take it for a formula: these files are read
back by leaderful. What leaves a study for other programs is made safe where it is exported.
"""

from __future__ import annotations

import io

import polars as pl

from leaderful.study.conversion import as_text
from leaderful.study.settings import Format

MOST_ROWS_AS_CSV = 200_000
"""Tables with more rows are kept as Parquet: no spreadsheet should be asked to open them."""

SUFFIXES: dict[Format, str] = {"csv": ".csv", "parquet": ".parquet"}


def choose_format(frame: pl.DataFrame) -> Format:
    """Return how a table is kept: as CSV, which people can open, unless it is large."""
    return "parquet" if frame.height > MOST_ROWS_AS_CSV else "csv"


def table_bytes(frame: pl.DataFrame, kept_as: Format) -> bytes:
    """Return the table as the contents of a CSV or Parquet file.

    CSV is UTF-8 with a byte order mark, because spreadsheets otherwise spoil accents.
    """
    stream = io.BytesIO()
    if kept_as == "parquet":
        frame.write_parquet(stream, compression="zstd", statistics=False)
    else:
        as_text(frame).write_csv(stream, include_bom=True)
    return stream.getvalue()
