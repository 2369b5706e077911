"""Every source of an import that says who met or wrote to whom, brought together before it is counted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from leaderful.receipts import Receipt
from leaderful.study.decoding import Limits
from leaderful.study.importing.attendance import read_attendance
from leaderful.study.importing.gatherings import Account, gather
from leaderful.study.importing.grids import Grid
from leaderful.study.importing.mapping import SUFFIXES, Mapping, Source
from leaderful.study.importing.meetings import read_calendars
from leaderful.study.importing.merging import Offered
from leaderful.study.importing.messages import account_of, read_messages
from leaderful.study.importing.minutes import read_minutes
from leaderful.study.importing.people import Context, one_code


def plain_source(file: Path, mapping: Mapping) -> Source | None:
    """Return what the mapping says of a file that has no rows and columns: a calendar, or minutes; else None."""
    return next((each for each in mapping.sources if each.kind in SUFFIXES and each.matches(file.name, "")), None)


class Collected:
    """Meetings and messages of all sources of one import."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._parts: list[pl.DataFrame] = []
        self._accounts: list[Account] = []

    def add_sheet(self, grid: Grid, source: Source) -> None:
        """Read a log of messages or a list of attendance."""
        read = read_messages if source.kind == "messages" else read_attendance
        parts = read(grid, source, self._context)
        self._add(parts, [account_of(grid, source)])

    def add_files(self, files: Sequence[tuple[Path, Source]], *, limits: Limits) -> None:
        """Read calendars, all of them together, and minutes."""
        held = [(path, source) for path, source in files if source.kind == "calendar"]
        if held:
            self._add(*read_calendars(held, self._context, limits=limits))
        for path, source in files:
            if source.kind == "minutes":
                parts, account = read_minutes(path, source, self._context, limits=limits)
                self._add(parts, [account])

    def _add(self, parts: pl.DataFrame, accounts: list[Account]) -> None:
        shifted = parts.with_columns(pl.col("account") + len(self._accounts))
        self._parts.append(shifted)
        self._accounts += accounts

    def finish(self, known: pl.Series) -> tuple[list[Offered], list[Receipt]]:
        """Return the interactions among people who are known, and a receipt for each source."""
        told = [parts.with_columns(one_code(parts["who"], self._context, known).alias("who")) for parts in self._parts]
        return gather(told, self._accounts, known, self._context.key)
