"""Changed tables written into the folder of a study: all of them, or none."""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from leaderful.errors import BrokenStructureError, LeaderfulError, StudyNotFoundError, WrongColumnsError
from leaderful.study.checking import check_study
from leaderful.study.decoding import Limits, find_encoding
from leaderful.study.header import find_delimiter
from leaderful.study.instruments import responses_table
from leaderful.study.reading import take_frame
from leaderful.study.settings import read_settings
from leaderful.study.store import Study
from leaderful.study.tables import TABLES
from leaderful.study.writing import SUFFIXES, choose_format, table_bytes


def refuse_broken(study: Study, names: list[str]) -> None:
    """Refuse to write over tables of which something would be lost: rows not in order, columns not known."""
    assert study.folder is not None
    for receipt in study.receipts:
        if Path(receipt.source).stem in names and receipt.problems:
            raise BrokenStructureError(
                f"{receipt.source} of the study has rows that are not in order, and writing it again would lose them. "
                "Put them right first: leaderful check names them."
            )
    for name in names:
        path = study.folder / f"{name}.csv"
        if path.is_file() and (strange := _unknown_columns(path, name)):
            raise WrongColumnsError(
                f"{path.name} of the study has {strange} that leaderful does not know, and writing the table again "
                "would lose them. Keep them in another file first."
            )


def _unknown_columns(path: Path, name: str) -> str:
    with path.open(encoding=find_encoding(path, Limits()).name, errors="replace", newline="") as stream:
        delimiter = find_delimiter(stream, TABLES[name])
        stream.seek(0)
        header = next((row for row in csv.reader(stream, delimiter=delimiter) if any(row)), [])
    strange = [
        cell for cell in header if cell.strip() and "_".join(cell.strip().casefold().split()) not in TABLES[name].schema
    ]
    return f"{len(strange)} column{'s' if len(strange) > 1 else ''}" if strange else ""


def refuse_unsound(study: Study, tables: Mapping[str, pl.DataFrame]) -> None:
    """Check the whole study as it would be; what is written must be what `leaderful check` accepts."""
    scales = study.item_scales
    described = {**TABLES, "responses": responses_table(scales)}
    readings = {name: take_frame(tables[name], described[name], source=name) for name in TABLES if name in tables}
    check_study(readings, scales)
    before = {Path(receipt.source).stem: len(receipt.problems) for receipt in study.receipts}
    for name, reading in readings.items():
        problems = reading.receipt.problems
        if len(problems) > before.get(name, 0):
            kind: type[LeaderfulError] = problems[0].kind
            raise kind(f"Nothing was written: table {name} would not be in order.\n{reading.receipt.text(limit=5)}")


def write_tables(study: Study, tables: Mapping[str, pl.DataFrame]) -> list[str]:
    """Write tables into the folder of a study, in the order given, and return the names of the files.

    Every file is written in full beside the old one before any takes its place; should one of those
    steps fail, what was there before is put back.
    """
    assert study.folder is not None
    folder, stated = study.folder, read_settings(study.folder).formats
    targets, parts = {}, {}
    try:
        for name, frame in tables.items():
            kept_as = stated.get(name) or choose_format(frame)
            targets[name] = folder / f"{name}{SUFFIXES[kept_as]}"
            parts[name] = folder / f".{targets[name].name}.part"
            with parts[name].open("wb") as stream:
                stream.write(table_bytes(frame, kept_as))
                stream.flush()
                os.fsync(stream.fileno())
        _put_in_place(folder, targets, parts)
    except OSError as error:
        raise StudyNotFoundError(f"{folder} cannot be written: {error.strerror}. The study is as it was.") from None
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)
    return [target.name for target in targets.values()]


def _put_in_place(folder: Path, targets: Mapping[str, Path], parts: Mapping[str, Path]) -> None:
    kept = [folder / f"{name}{suffix}" for name in targets for suffix in SUFFIXES.values()]
    before = {path: path.read_bytes() for path in kept if path.is_file()}
    try:
        for name, target in targets.items():
            parts[name].replace(target)
            for suffix in SUFFIXES.values():
                if (other := folder / f"{name}{suffix}") != target:
                    other.unlink(missing_ok=True)
    except BaseException:
        for path in kept:
            if path in before:
                path.write_bytes(before[path])
            else:
                path.unlink(missing_ok=True)
        raise
