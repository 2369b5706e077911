"""XLSX workbooks: refused when they hold macros or unpack to too much, and read as text."""

from __future__ import annotations

import logging
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import fastexcel
import polars as pl

from leaderful.errors import UnreadableFileError
from leaderful.study.decoding import Limits
from leaderful.study.importing.sheets import Sheet, blank_to_null, refuse_many_cells

_BLOCK = 1 << 20
_MOST_PARTS = 10_000
_LONGEST_TAG = 1_000
_OTHER = rb"(?:\s+(?!r=)[^\s=<>\"']+=(?:\"[^\"<>]*\"|'[^'<>]*'))*"
_PLACE = rb"(?:\s+r=[\"']([A-Z]{1,3})(\d{1,7})[\"']" + _OTHER + rb")?"
_CELL = re.compile(rb"<(?:[^\s<>/]*:)?c(?:" + _OTHER + _PLACE + rb"\s*(/?)>|([\s/>]))")
"""The tag of a cell: letters of its column, number of its line, a stroke where nothing is in it; or what is no tag."""
_SAVE = "Save it as an Excel workbook (.xlsx) without macros, or as CSV UTF-8."
_AGAIN = "Open it in a spreadsheet program and save it again."
logging.getLogger("calamine").addHandler(logging.NullHandler())  # else it tells users of every sheet that is a chart


def read_workbook(path: Path, *, limits: Limits) -> list[Sheet]:
    """Return the sheets of a workbook that hold anything, each cell as text, lines as the workbook numbers them."""
    _refuse_unsafe(path, limits)
    try:
        reader = fastexcel.read_excel(path)
        loaded = [(name, _load(reader, name)) for name in reader.sheet_names]
    except (fastexcel.FastExcelError, pl.exceptions.PolarsError):
        raise UnreadableFileError(f"the workbook is damaged or protected by a password. {_SAVE}") from None
    sheets = [Sheet(file=path.name, name=name, cells=_cells(frame)) for name, frame in loaded if frame.height]
    if not sheets:
        raise UnreadableFileError("the workbook is empty. Export the answers again.")
    if max(sheet.cells.height for sheet in sheets) > limits.rows:
        raise UnreadableFileError(f"a sheet has more than {limits.rows:,} rows. Split the workbook.")
    return sheets


def _load(reader: fastexcel.ExcelReader, name: str) -> pl.DataFrame:
    return pl.DataFrame(reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_polars())


def _cells(frame: pl.DataFrame) -> pl.DataFrame:
    lines = pl.int_range(1, frame.height + 1, dtype=pl.Int64, eager=True).alias("line")
    width = pl.Series("width", [frame.width] * frame.height, dtype=pl.Int64)
    cells = [frame.to_series(position).alias(str(position)) for position in range(frame.width)]
    named = blank_to_null(pl.DataFrame([lines, width, *cells]))
    return named.filter(pl.any_horizontal(pl.exclude("line", "width").is_not_null()))


def _refuse_unsafe(path: Path, limits: Limits) -> None:
    """Refuse what is no workbook, holds macros, or unpacks to more than allowed, before it is read."""
    if path.suffix.lower() != ".xlsx":
        raise UnreadableFileError(f"the file is a {path.suffix} workbook and only .xlsx is read. {_SAVE}")
    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
            names = {part.filename for part in parts}
            if "xl/workbook.xml" not in names:
                raise UnreadableFileError(f"the file is a zip file and no workbook. {_SAVE}")
            if any(name.casefold().endswith(("vbaproject.bin", ".vbs", ".exe")) for name in names):
                raise UnreadableFileError(f"the workbook holds macros. {_SAVE}")
            if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > limits.bytes:
                raise _too_large(limits)
            _unpack(packed, limits)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError):
        raise UnreadableFileError(f"the file is no workbook, or it is damaged. {_SAVE}") from None


def _unpack(packed: zipfile.ZipFile, limits: Limits) -> None:
    """Unpack every part and throw it away: what a zip file says of its own size need not be true."""
    total = 0
    for part in packed.infolist():
        with packed.open(part) as stream:
            blocks = iter(lambda stream=stream: stream.read(_BLOCK), b"")  # type: ignore[misc]
            for block in _refuse_far(blocks):
                total += len(block)
                if total > limits.bytes:
                    raise _too_large(limits)


def _refuse_far(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Pass blocks on; refuse a sheet whose cells stand so far apart that those between them would fill the memory.

    The library that reads workbooks holds every cell from the first used one to the last, empty or not.
    """
    sheet, rest, lines, columns = False, b"", 1, 1
    for block in blocks:
        sheet = sheet or b"sheetData" in rest + block
        tags, cut, rest = (rest + block).rpartition(b">")
        if sheet:
            cells = _CELL.findall(tags + cut)
            if any(wrong or not (column or stroke) for column, _, stroke, wrong in cells):
                raise UnreadableFileError(f"the workbook does not say where each of its cells stands. {_AGAIN}")
            columns = max([columns, *map(_number, {column for column, _, stroke, _ in cells if not stroke})])
            lines = max([lines, *map(int, {line for _, line, stroke, _ in cells if not stroke})])
            refuse_many_cells(lines, columns)
        elif len(rest) > _LONGEST_TAG:
            rest = rest[-_LONGEST_TAG:]
        if len(rest) > _BLOCK:
            raise UnreadableFileError(f"the workbook is damaged. {_AGAIN}")
        yield block


def _number(letters: bytes) -> int:
    """Return the number of a column, counted from 1: A, B, ... Z, AA, AB, ..."""
    number = 0
    for letter in letters:
        number = 26 * number + letter - ord("A") + 1
    return number


def _too_large(limits: Limits) -> UnreadableFileError:
    return UnreadableFileError(f"the workbook unpacks to more than {limits.bytes:,} bytes. Split it, or use CSV.")
