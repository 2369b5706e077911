"""Rows put into the shape of a study's table."""

from __future__ import annotations

import polars as pl

from leaderful.study import TABLES


def shaped(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows with the columns of a table, those that are not there empty, in the order of its key."""
    schema = TABLES[table].schema
    columns = [
        (pl.col(name) if name in rows.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in schema.items()
    ]
    return rows.select(columns).sort(TABLES[table].key)
