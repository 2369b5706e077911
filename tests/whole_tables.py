"""Tables of a study with all their columns, from rows that name only some."""

from __future__ import annotations

import polars as pl

from leaderful.study.tables import TABLES


def full(name, rows):
    """Return rows as the table of that name; what a row leaves out is empty."""
    return pl.DataFrame(rows, schema=TABLES[name].schema)
