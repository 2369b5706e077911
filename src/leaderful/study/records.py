"""The records of a CSV file: each cell as text, each row with its line in the file."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO

import polars as pl

from leaderful.errors import UnreadableFileError, WrongColumnsError
from leaderful.study.decoding import Limits, find_encoding
from leaderful.study.description import Table
from leaderful.study.header import Header, find_delimiter, read_header
from leaderful.study.log import MOST_NAMED, Log

_CHUNK = 100_000
_MOST_BROKEN = 1_000
"""After this many rows with broken quotation marks the file is given up: it is not CSV."""


def read_records(path: Path, table: Table, log: Log, *, limits: Limits) -> tuple[pl.DataFrame, int]:
    """Return the cells of a CSV file as text, with their lines in column ``line``, and how many rows it has.

    Rows whose cells do not match the header, or whose quotation marks are broken, are left out and
    noted in `log`. A file that is no table of text raises an error.
    """
    encoding = find_encoding(path, limits)
    log.notes.extend(encoding.notes)
    with path.open(encoding=encoding.name, errors="replace", newline="") as stream:
        delimiter = find_delimiter(stream, table)
        if delimiter != ",":
            log.notes.append(f"cells are separated by {_NAMES[delimiter]}; commas are the rule")
        stream.seek(0)
        records = Records(stream, delimiter, log)
        rows = iter(records)
        first = next((cells for _, cells in rows if any(cell.strip() for cell in cells)), None)
        if first is None:
            raise UnreadableFileError(f"the file is empty. Its first line must be: {_wanted(table)}")
        header = read_header(first, table, log)
        records.read = 0
        frames = list(_frames(rows, records, header, log))
    return (pl.concat(frames) if frames else _frame([], header)), records.read


_NAMES = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}


def _wanted(table: Table) -> str:
    return ",".join(column.name for column in table.columns)


class Records:
    """The records of a file with the line each begins at; broken ones are noted and left out."""

    def __init__(self, stream: TextIO, delimiter: str, log: Log) -> None:
        self._stream = stream
        self._delimiter = delimiter
        self._log = log
        self._broken = 0
        self._held: list[str] = []  # lines of the record being read
        self._again: deque[str] = deque()  # lines that a stray quotation mark swallowed, to be read again
        self.read = 0
        """Rows met so far, without empty ones."""
        self.blank = 0

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        held, line, ended = self._held, 1, False
        while not ended:
            try:
                for cells in csv.reader(self._lines(), delimiter=self._delimiter, strict=True):
                    if any(cells):
                        self.read += 1
                        yield line, cells
                    else:
                        self.blank += bool(cells)
                    line += len(held)
                    held.clear()
                ended = True
            except csv.Error as error:
                self._note(line, str(error))
                line += 1

    def _lines(self) -> Iterator[str]:
        while self._again or (following := self._stream.readline()):
            line = self._again.popleft() if self._again else following
            self._held.append(line)
            yield line

    def _note(self, line: int, fault: str) -> None:
        """Note a row whose quotation marks are broken, and go back to the line after it."""
        self.read += 1
        self._broken += 1
        if self._broken > _MOST_BROKEN:
            raise UnreadableFileError(
                f"more than {_MOST_BROKEN:,} rows have broken quotation marks. "
                "Save the table as CSV UTF-8 from the program it came from."
            )
        self._again.extendleft(reversed(self._held[1:]))
        self._held.clear()
        if "expected after" in fault:
            what = "text follows a closing quotation mark"
        else:
            what = "a quotation mark is never closed, or a cell is longer than 131,072 characters"
        self._log.add(
            UnreadableFileError,
            f"{what}. Write a quotation mark within a cell twice, and the whole cell between quotation marks",
            row=line,
        )


def _frames(
    rows: Iterator[tuple[int, list[str]]], records: Records, header: Header, log: Log
) -> Iterator[pl.DataFrame]:
    """Yield the rows that fit the header, a hundred thousand at a time."""
    ragged: list[tuple[int, str]] = []
    further, width = 0, header.width
    while chunk := list(islice(rows, _CHUNK)):
        fitting: list[tuple[int | str, ...]] = []
        for line, cells in chunk:
            fits = len(cells) == width and not header.unnamed
            if fits or not (fault := header.misfit(cells)):
                fitting.append((line, *cells))
            elif len(ragged) < MOST_NAMED:
                ragged.append((line, fault))
            else:
                further += 1
        yield _frame(fitting, header)
    log.add_rows(WrongColumnsError, ragged, further=further)
    if records.blank:
        log.notes.append(f"rows without any value: {records.blank:,}; they were passed over")


def _frame(rows: list[tuple[int | str, ...]], header: Header) -> pl.DataFrame:
    columns = list(zip(*rows, strict=True)) or [()] * (header.width + 1)
    series = [pl.Series("line", columns[0], dtype=pl.Int64)]
    series += [
        pl.Series(name, columns[position + 1], dtype=pl.String)
        for position, name in enumerate(header.names)
        if name is not None
    ]
    return pl.DataFrame(series)
