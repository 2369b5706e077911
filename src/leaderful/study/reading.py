"""One file of a study, read: the rows that are in order, and a receipt for all of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from leaderful.errors import LeaderfulError, UnreadableFileError
from leaderful.receipts import Problem, Receipt
from leaderful.study.conversion import convert, explain
from leaderful.study.decoding import Limits
from leaderful.study.description import DTYPES, Table
from leaderful.study.log import MOST_NAMED, Log
from leaderful.study.parquet import read_parquet
from leaderful.study.records import read_records
from leaderful.study.values import check_values, note_rows

_LIMITS = Limits()


@dataclass(kw_only=True)
class Reading:
    """The rows of one table on their way through the checks."""

    table: Table
    frame: pl.DataFrame
    """Rows kept so far, with the line of each in column ``line``."""
    read: int
    log: Log
    lost: Mapping[str, int]
    """First key of each row that was left out, where it could be read, and its line."""
    digest: str = ""
    """SHA-256 of the file that was read; empty for a frame, and for a file that could not be."""
    absent: bool = False
    """True where no row could be read, or all were left out because a table they refer to is absent."""

    def leave_out(
        self,
        faults: pl.DataFrame,
        kind: type[LeaderfulError],
        say: Callable[[dict[str, Any]], str],
        *,
        column: str | None = None,
    ) -> None:
        """Leave out the rows whose ``line`` is in `faults`, with what `say` makes of each row there."""
        if faults.is_empty():
            return
        named = [(row["line"], say(row)) for row in faults.head(MOST_NAMED).iter_rows(named=True)]
        self.log.add_rows(kind, named, column=column, further=max(faults.height - MOST_NAMED, 0))
        self._drop(faults)

    def leave_out_with(self, target: str, faults: pl.DataFrame) -> None:
        """Leave out rows that refer to a table that is absent, which is the problem of that table."""
        many = faults.height
        rows = f"{many:,} row{'s refer' if many > 1 else ' refers'} to it"
        self.log.notes.append(f"table {target} could not be read and {rows}; put {target} right first")
        self._drop(faults)
        self.absent = self.frame.is_empty()

    def _drop(self, faults: pl.DataFrame) -> None:
        at_fault = self.frame["line"].is_in(faults["line"].implode())
        self.lost = {**self.lost, **_keys(self.frame.filter(at_fault), self.table)}
        self.frame = self.frame.filter(~at_fault)

    @property
    def rows(self) -> pl.DataFrame:
        """The table itself."""
        return self.frame.select(self.table.schema.names())

    @property
    def receipt(self) -> Receipt:
        """What became of the rows."""
        return Receipt(
            source=self.log.file,
            read=self.read,
            kept=self.frame.height,
            problems=tuple(sorted(self.log.problems, key=_place)),
            notes=tuple(self.log.notes),
        )


def _place(problem: Problem) -> tuple[bool, int]:
    """Order problems by row, those without a row last."""
    return (problem.row is None, problem.row or 0)


def read_table(path: Path, table: Table, *, limits: Limits = _LIMITS) -> tuple[pl.DataFrame, Receipt]:
    """Read one CSV or Parquet file as a table of a study.

    Rows with a cell that cannot be read or is not allowed are left out and stand in the receipt; a
    file that cannot be read at all gives no rows and one problem. What needs other rows or other
    tables (keys, references, order) is checked when a whole study is opened.
    """
    reading = read_file(path, table, limits=limits)
    return reading.rows, reading.receipt


def no_rows(table: Table, source: str) -> Reading:
    """Return a reading to which no row has come yet."""
    nothing = table.empty().with_columns(pl.lit(None, dtype=pl.Int64).alias("line"))
    return Reading(table=table, frame=nothing, read=0, log=Log(file=source), lost={})


def read_file(path: Path, table: Table, *, limits: Limits = _LIMITS) -> Reading:
    """Read one file, keeping the line of each row for the checks that follow."""
    reading = no_rows(table, path.name)
    try:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        if path.suffix.lower() == ".parquet":
            cells, reading.read = read_parquet(path, table, reading.log, limits=limits)
        else:
            cells, reading.read = read_records(path, table, reading.log, limits=limits)
        _fill(reading, cells)
        reading.digest = digest
    except LeaderfulError as error:
        reading.absent = True
        reading.log.add(type(error), str(error))
    except OSError as error:
        reading.absent = True
        cause = error.strerror or "the disk gave an error"
        reading.log.add(UnreadableFileError, f"the file cannot be read: {cause}")
    return reading


def take_frame(frame: pl.DataFrame, table: Table, *, source: str) -> Reading:
    """Check the values of a frame that has the table's columns and types; rows are counted from 1."""
    reading = no_rows(table, source)
    reading.read = frame.height
    lines = pl.int_range(1, frame.height + 1, dtype=pl.Int64, eager=True).alias("line")
    _fill(reading, frame.with_columns(lines))
    return reading


def tidy(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Return the frame with one way of saying nothing: null, for blank texts and empty lists too."""
    texts = [pl.col(c.name) for c in table.columns if c.type in ("text", "code")]
    lists = [pl.col(c.name) for c in table.columns if c.type == "codes"]
    return frame.with_columns(
        *(pl.when(text.str.strip_chars() != "").then(text) for text in texts),
        *(pl.when(parts.list.len() > 0).then(parts) for parts in lists),
    )


def _fill(reading: Reading, cells: pl.DataFrame) -> None:
    """Give every column its type, note the cells for which that fails, and keep the rows in order."""
    table = reading.table
    columns, failed = [cells["line"]], {}
    for column in table.columns:
        if column.name not in cells.columns:
            columns.append(pl.Series(column.name, [None] * cells.height, dtype=DTYPES[column.type]))
            continue
        values, failed[column.name] = convert(cells[column.name], column)
        if failed[column.name].any():
            say = partial(explain, column=column, hide=table.private)
            note_rows(cells, failed[column.name], say, column, reading.log)
        columns.append(values)
    reading.frame = pl.DataFrame(columns)
    sound = check_values(reading.frame, table, reading.log, failed=failed)
    reading.lost = _keys(cells.filter(~sound), table)
    reading.frame = reading.frame.filter(sound)


def _keys(rows: pl.DataFrame, table: Table) -> dict[str, int]:
    """Return the key and the line of rows of a table that others refer to."""
    if len(table.key) > 1 or table.key[0] not in rows.columns:
        return {}
    return {str(key).strip(): line for key, line in rows.select(table.key[0], "line").iter_rows() if key}
