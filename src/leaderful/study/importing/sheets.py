"""Files as other products write them, as sheets of text cells: nothing is decided here about what a cell means."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import polars as pl

from leaderful.errors import LeaderfulError, UnreadableFileError
from leaderful.receipts import Problem
from leaderful.study.decoding import Encoding, Limits, find_encoding, refuse_large
from leaderful.study.log import Log
from leaderful.study.records import Records

LIMITS = Limits(bytes=500_000_000, rows=5_000_000)
"""The largest file that is imported; of a workbook, its unpacked size."""

MOST_COLUMNS = 16_384  # as many as a workbook can have
MOST_CELLS = 100_000_000  # empty ones too, which take memory all the same: the answers of a whole country fit
_DELIMITERS = ",;\t|"
_CHUNK = 50_000


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One CSV file, one sheet of a workbook, or one part of a FHIR bundle, as text."""

    file: str
    name: str
    """Name of the sheet; empty for a CSV file."""
    cells: pl.DataFrame
    """Columns ``line``, ``width`` (cells in the row as written) and ``0``, ``1``, ...; empty cells are null."""
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The file, and the sheet where there are several."""
        return f"{self.file}, sheet {self.name}" if self.name else self.file

    @property
    def width(self) -> int:
        """How many columns of cells there are."""
        return self.cells.width - 2

    def row(self, line: int) -> tuple[str, ...]:
        """Return the cells of the row at a line, empty texts for empty cells; nothing when there is no such row."""
        found = self.cells.filter(pl.col("line") == line)
        return tuple(cell or "" for cell in found.row(0)[2:]) if found.height else ()


def read_sheets(path: Path, *, limits: Limits = LIMITS) -> list[Sheet]:
    """Read every sheet of a CSV file, an XLSX workbook or a file of FHIR QuestionnaireResponses.

    Raises
    ------
    UnreadableFileError
        The file is not one of these, is damaged, too large, or holds macros.
    """
    refuse_name(path)
    from leaderful.study.importing.fhir import read_bundle
    from leaderful.study.importing.workbooks import read_workbook

    suffix = path.suffix.lower()
    try:
        if suffix in (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"):
            return read_workbook(path, limits=limits)
        if suffix in (".json", ".ndjson"):
            return read_bundle(path, limits=limits)
        return [_read_csv(path, limits=limits)]
    except LeaderfulError as error:
        raise type(error)(f"{path.name}: {error}") from None
    except OSError as error:
        raise cannot_open(path, error) from None


def refuse_name(path: Path) -> None:
    """Refuse a file whose name cannot be written in a receipt."""
    if path.name != as_utf8(path.name):
        raise UnreadableFileError(f"{path}: the name of the file is not UTF-8. Give it another name.")


def cannot_open(path: Path, error: OSError) -> UnreadableFileError:
    """Return the error for a file that the system does not let us open."""
    return UnreadableFileError(f"{path} cannot be read: {error.strerror}. Name a file that you may open.")


def plain_encoding(path: Path, limits: Limits, *, otherwise: str) -> Encoding:
    """Return the encoding of a file of plain text that is no table.

    Raises
    ------
    UnreadableFileError
        The file cannot be opened, is too large, or is no text; ``otherwise`` says what to do about the last.
    """
    try:
        refuse_large(path, limits)
    except UnreadableFileError as error:
        raise UnreadableFileError(f"{path.name}: {error}") from None
    except OSError as error:
        raise cannot_open(path, error) from None
    try:
        return find_encoding(path, limits)
    except OSError as error:
        raise cannot_open(path, error) from None
    except UnreadableFileError:
        raise UnreadableFileError(f"{path.name} {otherwise}") from None


def make_cells(rows: Sequence[tuple[int, Sequence[str | None]]]) -> pl.DataFrame:
    """Return rows of (line, cells) as a frame, shorter rows filled with null, blank cells null."""
    width = max((len(cells) for _, cells in rows), default=0)
    columns: list[list[str | None]] = [[] for _ in range(width)]
    for _, cells in rows:
        for position in range(width):
            columns[position].append(cells[position] if position < len(cells) else None)
    frame = pl.DataFrame(
        [
            pl.Series("line", [line for line, _ in rows], dtype=pl.Int64),
            pl.Series("width", [len(cells) for _, cells in rows], dtype=pl.Int64),
            *(pl.Series(str(position), held, dtype=pl.String) for position, held in enumerate(columns)),
        ]
    )
    return blank_to_null(frame)


def as_utf8(text: str) -> str:
    """Return text in which half a character, as some programs leave when they cut a text short, is a question mark."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def refuse_many_cells(rows: int, columns: int) -> None:
    """Raise UnreadableFileError where rows by columns are more than memory should have to hold."""
    if columns > MOST_COLUMNS:
        raise UnreadableFileError(f"a row has more than {MOST_COLUMNS:,} cells. Export the answers again.")
    if rows * columns > MOST_CELLS:
        raise UnreadableFileError(
            f"{rows:,} rows of up to {columns:,} cells, empty ones between them too, are more than {MOST_CELLS:,}. "
            "Split the file, or delete what stands far from the answers."
        )


def blank_to_null(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with every cell stripped of spaces round it, and null where nothing is left."""
    texts = [name for name in frame.columns if name not in ("line", "width")]
    stripped = [pl.col(name).str.strip_chars() for name in texts]
    return frame.with_columns(
        pl.when(cell != "").then(cell).alias(name) for cell, name in zip(stripped, texts, strict=True)
    )


def _read_csv(path: Path, *, limits: Limits) -> Sheet:
    encoding = find_encoding(path, limits)
    log = Log(file=path.name)
    with path.open(encoding=encoding.name, errors="replace", newline="") as stream:
        delimiter = _delimiter(stream.read(1 << 16).splitlines()[:20])
        stream.seek(0)
        frames = list(_chunks(iter(Records(stream, delimiter, log))))
    if not frames:
        raise UnreadableFileError("the file is empty. Export the answers again.")
    cells = pl.concat(frames, how="diagonal")
    notes = (*encoding.notes, *log.notes)
    return Sheet(file=path.name, name="", cells=cells, problems=tuple(log.problems), notes=notes)


def _delimiter(lines: Sequence[str]) -> str:
    """Return the separator that cuts most of the first lines into as many cells; of equals, into more; the comma.

    A cell may hold a list with separators of its own, as where a message went to several people.
    """

    def alike(mark: str) -> tuple[int, int]:
        widths = Counter(len(_cells(line, mark)) for line in lines)
        return max(((count, width) for width, count in widths.items() if width > 1), default=(0, 0))

    return max(_DELIMITERS, key=alike)


def _cells(line: str, mark: str) -> list[str]:
    return next(csv.reader([line], delimiter=mark), [])


def _chunks(records: Iterator[tuple[int, list[str]]]) -> Iterator[pl.DataFrame]:
    rows = widest = 0
    while chunk := list(islice(records, _CHUNK)):
        rows, widest = rows + len(chunk), max(widest, *(len(cells) for _, cells in chunk))
        refuse_many_cells(rows, widest)
        yield make_cells(chunk)
