"""The folder of a study: study.toml, one file for each table, and a README for whoever opens it."""

from __future__ import annotations

import difflib
import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl

from leaderful.errors import StudyNotFoundError, UnknownNameError, UnreadableFileError
from leaderful.receipts import Receipt
from leaderful.study.decoding import Limits
from leaderful.study.description import Table
from leaderful.study.log import Log
from leaderful.study.reading import Reading, no_rows, read_file
from leaderful.study.settings import FILE, Settings, readable, settings_text
from leaderful.study.tables import TABLES
from leaderful.study.writing import SUFFIXES, table_bytes
from leaderful.writing import write_file

README = "README.txt"
_TABLE_FILES = (".csv", ".parquet", ".tsv", ".xlsx", ".xls", ".ods")


def read_folder(
    folder: Path, settings: Settings, tables: Mapping[str, Table], *, limits: Limits
) -> tuple[dict[str, Reading], tuple[Receipt, ...]]:
    """Read every table that has a file, and say which other files look like tables but are not read."""
    with readable(folder):
        return _read_all(folder, settings, tables, limits)


def _read_all(
    folder: Path, settings: Settings, tables: Mapping[str, Table], limits: Limits
) -> tuple[dict[str, Reading], tuple[Receipt, ...]]:
    readings = {}
    read: set[str] = set()
    for table in tables.values():
        files = [folder / f"{table.name}{suffix}" for suffix in SUFFIXES.values()]
        there = [file for file in files if file.is_file()]
        stated = settings.formats.get(table.name)
        read |= {file.name for file in there if stated is None}
        if stated is not None:
            there = [folder / f"{table.name}{SUFFIXES[stated]}"]
            read.add(there[0].name)
        if there:
            readings[table.name] = _read_one(there, table, limits)
    return readings, tuple(_strays(folder, read))


def _read_one(files: list[Path], table: Table, limits: Limits) -> Reading:
    """Read the one file of a table; two of them, or one that is stated and not there, give no rows."""
    if len(files) == 1 and files[0].is_file():
        return read_file(files[0], table, limits=limits)
    reading = no_rows(table, files[0].name)
    reading.absent = True
    if len(files) == 1:
        message = f"the file is not there although {FILE} names it; put it back, or change [formats] there"
    else:
        message = (
            f"there is also {files[1].name}, so neither was read. Take one away, or say which to read "
            f'in {FILE}, under [formats]: {table.name} = "csv" or "parquet"'
        )
    reading.log.add(UnreadableFileError, message)
    return reading


def _strays(folder: Path, read: set[str]) -> Iterator[Receipt]:
    """Yield a receipt for each file that looks like a table and was not read."""
    for file in sorted(folder.iterdir()):
        if file.suffix.lower() not in _TABLE_FILES or file.name in read or file.name.startswith((".", "~$")):
            continue
        log = Log(file=file.name)
        near = difflib.get_close_matches(file.stem.casefold(), TABLES, n=1, cutoff=0.75)
        if near:
            log.add(
                UnknownNameError,
                f"the file was not read; if it is table {near[0]}, save it as {near[0]}.csv in UTF-8",
            )
        else:
            log.notes.append("not a table of a study; not read")
        yield Receipt(source=file.name, read=0, kept=0, problems=tuple(log.problems), notes=tuple(log.notes))


def write_folder(folder: Path, settings: Settings, frames: Mapping[str, pl.DataFrame]) -> dict[str, str]:
    """Make a study folder, whole or not at all; return the SHA-256 of study.toml and of every table's file.

    A folder that holds anything already is refused. An empty one, be it reached by a link or as the
    working directory, is filled where it is, study.toml last.
    """
    files = dict(_files(settings, frames))
    place = Path(os.path.realpath(folder))
    try:
        refuse_full(folder, place)
        if place.is_dir():
            _fill(place, files)
        else:
            _make(place, files)
    except OSError as error:
        raise StudyNotFoundError(
            f"{folder} cannot be written: {error.strerror}. Choose a folder in which you may write."
        ) from None
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items() if name != README}


def _make(place: Path, files: Mapping[str, bytes]) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".leaderful-", dir=place.parent) as beside:
        made = Path(beside) / "study"
        made.mkdir()
        _fill(made, files)
        made.replace(place)


def _fill(place: Path, files: Mapping[str, bytes]) -> None:
    """Write the files in order; leave none of them when one fails."""
    try:
        for name, content in files.items():
            write_file(place / name, content)
    except BaseException:
        for name in files:
            (place / name).unlink(missing_ok=True)
        raise


def refuse_full(folder: Path, place: Path) -> None:
    """Refuse a place for a new study that holds files already; the folder is as its user named it."""
    if (place / FILE).exists():
        raise StudyNotFoundError(f"{folder} already holds a study. Open that one, or choose another folder.")
    if place.is_file() or (place.is_dir() and any(place.iterdir())):
        raise StudyNotFoundError(
            f"{folder} holds files already and is not a study. Choose an empty folder, or a name not in use."
        )


def _files(settings: Settings, frames: Mapping[str, pl.DataFrame]) -> Iterator[tuple[str, bytes]]:
    """Yield the name and contents of every file of a new study."""
    for name, table in TABLES.items():
        kept_as = settings.formats.get(name, "csv")
        yield f"{name}{SUFFIXES[kept_as]}", table_bytes(frames.get(name, table.empty()), kept_as)
    yield README, _readme(settings).encode()
    yield FILE, settings_text(settings).encode()


def _readme(settings: Settings) -> str:
    """Return what a person who opens the folder needs to know."""
    tables = "\n".join(f"  {name:<14}{table.meaning}" for name, table in TABLES.items())
    return f"""{settings.name}
{"=" * len(settings.name)}

This folder is a study for leaderful. {FILE} says what it is about; every table is a file of its own.

Tables
{tables}

How to fill them
  - Open a .csv file in a spreadsheet, keep the first line, add rows, and save it as CSV UTF-8.
  - Format columns of codes and dates as text first. Spreadsheets turn codes such as 1E05 or MAR1 into
    numbers and dates, and take leading zeros away.
  - Dates are written year-month-day: 2026-03-31. Yes and no are written yes and no.
  - Where a cell holds several codes, put ; between them.
  - Leave a cell empty when something is not known. An empty table means that nothing was collected.
  - A .parquet file holds a large table; programs read it, spreadsheets do not.
  - Other questionnaires go into a folder instruments, as TOML files that state their licence.
  - Use pseudonyms for people, never names, and keep this folder where only the study team can read it.

Then
  leaderful check FOLDER    says which rows are in order, and what is wrong with the others
  leaderful run FOLDER      writes the report
"""
