"""What a table and a column are: the terms in which the tables of a study are described."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

ColumnType = Literal["text", "code", "date", "datetime", "integer", "number", "boolean", "codes"]

DTYPES: dict[ColumnType, pl.DataType] = {
    "text": pl.String(),
    "code": pl.String(),
    "date": pl.Date(),
    "datetime": pl.Datetime("us"),
    "integer": pl.Int64(),
    "number": pl.Float64(),
    "boolean": pl.Boolean(),
    "codes": pl.List(pl.String()),
}
"""Polars type of each column type. ``codes`` is a list; in a CSV file its parts are joined by ``;``."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: what it is called, what it may hold and what it means."""

    name: str
    type: ColumnType
    meaning: str
    required: bool = False
    allowed: tuple[str, ...] = ()
    refers: str = ""
    """``table.column`` that a value must be found in; a ``codes`` column refers with each part."""
    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""
    private: bool = False
    """True where the cell is a person's answer, opinion or identity: never repeated in a message."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """One table: its columns, the columns that name a row, and the dates that must be in order."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    ordered: tuple[tuple[str, str], ...] = ()
    """Pairs (earlier, later) of date columns; equal is allowed."""

    def column(self, name: str) -> Column:
        """Return the column called `name`; raise KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def private(self) -> bool:
        """True where any cell is private: then no message repeats a cell of the table."""
        return any(column.private for column in self.columns)

    @property
    def schema(self) -> pl.Schema:
        """Polars schema of the table, in column order."""
        return pl.Schema({column.name: DTYPES[column.type] for column in self.columns})

    def empty(self) -> pl.DataFrame:
        """Return the table without rows."""
        return pl.DataFrame(schema=self.schema)
