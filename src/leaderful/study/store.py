"""A study: its tables, and the folder they are kept in."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import polars as pl

from leaderful.errors import UnknownNameError, WrongColumnsError
from leaderful.framework import ItemScale
from leaderful.framework.instruments import AddedInstrument
from leaderful.receipts import Receipt
from leaderful.study.checking import check_settings, check_study
from leaderful.study.decoding import Limits
from leaderful.study.description import Table
from leaderful.study.folder import read_folder, write_folder
from leaderful.study.instruments import FOLDER, all_scales, read_instruments, responses_table
from leaderful.study.reading import Reading, take_frame, tidy
from leaderful.study.settings import FILE, SMALLEST_GROUPS, Format, Settings, read_settings
from leaderful.study.tables import TABLES
from leaderful.study.writing import choose_format

_LIMITS = Limits()
_CHOSEN_BY_SIZE: Mapping[str, Format] = {}


@dataclass(frozen=True, kw_only=True)
class Study:
    """The typed tables of one system, or of all of England, as at a date.

    Parameters
    ----------
    name
        What people call the study.
    system
        Code of the ICB it is about; empty when it holds more than one system.
    as_at
        The day at which structure is looked at.
    tables
        Frames by table name, each with the columns of its description; absent tables are empty.
    folder
        Where it is kept; None for a study that lives in memory.
    seed
        Start of every random draw made for this study.
    created_from
        Where its tables came from, in words.
    synthetic
        True where its evidence is made up; every page and export made from it says so.
    receipts
        What became of the rows when the study was read, one receipt for each file.
    files
        SHA-256 of every file that was read, or written when the study was new, by its name.
    minimum_people
        Fewest people of whom anything is shown.
    instruments
        Instruments the study adds to the packaged one, from the files in its folder ``instruments``.
    """

    name: str
    system: str
    as_at: date
    tables: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    folder: Path | None = None
    seed: int = 1
    created_from: str = ""
    synthetic: bool = False
    receipts: tuple[Receipt, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    minimum_people: int = SMALLEST_GROUPS[0]
    instruments: tuple[AddedInstrument, ...] = ()

    def __post_init__(self) -> None:
        for name, frame in self.tables.items():
            _refuse_other_columns(name, frame)

    def table(self, name: str) -> pl.DataFrame:
        """Return the table called `name`, without rows when the study does not hold it."""
        return self.tables[name] if name in self.tables else _described(name).empty()

    @property
    def item_scales(self) -> tuple[ItemScale, ...]:
        """The packaged item scales, then those of the instruments that the study adds."""
        return all_scales(self.instruments)

    @classmethod
    def new(
        cls,
        folder: Path,
        *,
        name: str,
        system: str,
        as_at: date,
        tables: Mapping[str, pl.DataFrame],
        seed: int = 1,
        created_from: str = "",
        synthetic: bool = False,
        minimum_people: int = SMALLEST_GROUPS[0],
        formats: Mapping[str, Format] = _CHOSEN_BY_SIZE,
    ) -> Study:
        """Write a new study folder and return the study.

        The folder gets ``study.toml``, a file for each table given, a blank template for each other
        table and a ``README.txt``. It is made whole or not at all. Blank texts and empty lists become
        null, the one way a study has of saying nothing.

        Parameters
        ----------
        folder
            A folder that does not exist yet, or is empty.
        name, system, as_at, tables, seed, created_from, synthetic, minimum_people
            As in the study itself.
        formats
            ``csv`` or ``parquet`` for tables that are not to be kept as their size suggests.

        Raises
        ------
        StudyNotFoundError
            The folder already holds a study or other files, or cannot be written.
        LeaderfulError
            Some row is not in order; the class is that of the first thing wrong.
        """
        for table, frame in tables.items():
            _refuse_other_columns(table, frame)
        readings = {
            table: take_frame(tidy(tables[table], TABLES[table]), TABLES[table], source=table)
            for table in TABLES
            if table in tables
        }
        check_study(readings, all_scales(()))
        frames = {table: reading.rows for table, reading in readings.items()}
        settings = Settings(
            name=name,
            system=system,
            as_at=as_at,
            seed=seed,
            created_from=created_from,
            synthetic=synthetic,
            minimum_people=minimum_people,
            formats={table: formats.get(table, choose_format(frame)) for table, frame in frames.items()},
        )
        receipts = (*check_settings(settings, readings), *_receipts(readings))
        _refuse_rejected(receipts)
        files = write_folder(folder, settings, frames)
        return _study(settings, frames, folder, receipts, files)

    @classmethod
    def open(cls, folder: Path, *, limits: Limits = _LIMITS) -> Study:
        """Read and check a study folder.

        Rows that are not in order are left out and stand in `receipts`; the study opens all the same.

        Raises
        ------
        StudyNotFoundError
            There is no study in the folder, or the folder cannot be read.
        UnreadableFileError, UnknownNameError, BadValuesError, BrokenKeysError
            ``study.toml`` or an instrument cannot be used; the message says which line to change.
        """
        settings = read_settings(folder)
        instruments = read_instruments(folder)
        scales = all_scales(instruments)
        tables = {**TABLES, "responses": responses_table(scales)}
        readings, strays = read_folder(folder, settings, tables, limits=limits)
        check_study(readings, scales)
        frames = {name: reading.rows for name, reading in readings.items()}
        own = check_settings(settings, readings)
        receipts = (*own, *_receipts(readings), *strays)
        digests = {reading.log.file: reading.digest for reading in readings.values() if reading.digest}
        added = {f"{FOLDER}/{each.file}": each.digest for each in instruments}
        study = _study(settings, frames, folder, receipts, {FILE: settings.digest, **digests, **added})
        return replace(study, instruments=instruments)


def _study(
    settings: Settings,
    frames: dict[str, pl.DataFrame],
    folder: Path,
    receipts: tuple[Receipt, ...],
    files: dict[str, str],
) -> Study:
    return Study(
        name=settings.name,
        system=settings.system,
        as_at=settings.as_at,
        tables=frames,
        folder=folder,
        seed=settings.seed,
        created_from=settings.created_from,
        synthetic=settings.synthetic,
        receipts=receipts,
        files=files,
        minimum_people=settings.minimum_people,
    )


def _receipts(readings: Mapping[str, Reading]) -> Iterator[Receipt]:
    return (readings[name].receipt for name in TABLES if name in readings)


def _refuse_rejected(receipts: tuple[Receipt, ...]) -> None:
    """Raise the first class of what is wrong with the rows of a study that is to be written."""
    wrong = [receipt for receipt in receipts if receipt.problems]
    if wrong:
        kind = min((p.kind for receipt in wrong for p in receipt.problems), key=lambda kind: kind.exit_code)
        text = "\n".join(receipt.text(limit=5) for receipt in wrong)
        raise kind(f"The study was not written, because some of it is not in order.\n{text}")


def _described(name: str) -> Table:
    if name not in TABLES:
        near = difflib.get_close_matches(name, TABLES, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"Tables are {', '.join(TABLES)}."
        raise UnknownNameError(f"A study has no table called {name[:60]!r}. {hint}")
    return TABLES[name]


def _refuse_other_columns(name: str, frame: pl.DataFrame) -> None:
    wanted = _described(name).schema
    if frame.schema == wanted:
        return
    held = frame.schema
    missing = [column for column in wanted if column not in held]
    unknown = [column for column in held if column not in wanted]
    types = [f"{c} is {held[c]}, not {wanted[c]}" for c in wanted if c in held and held[c] != wanted[c]]
    parts = [f"missing {', '.join(missing)}"] * bool(missing) + [f"unknown {', '.join(unknown)}"] * bool(unknown)
    faults = "; ".join(parts + types) or "its columns are in another order"
    raise WrongColumnsError(f"Table {name}: {faults}. Wanted, in this order: {', '.join(wanted)}.")
