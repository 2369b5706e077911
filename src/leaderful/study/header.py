"""The first line of a CSV file: which cell stands for which column."""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TextIO

from leaderful.errors import WrongColumnsError
from leaderful.study.description import Table
from leaderful.study.log import Log

_DELIMITERS = (",", ";", "\t", "|")
_LONGEST_HEADER = 1 << 16


@dataclass(frozen=True, kw_only=True)
class Header:
    """The columns of a file in their order; None for a cell that is not read."""

    names: tuple[str | None, ...]
    unnamed: tuple[int, ...] = ()
    """Positions of empty cells, as spreadsheets leave behind; a row may have nothing there."""

    @property
    def width(self) -> int:
        """How many cells each row has."""
        return len(self.names)

    def misfit(self, cells: list[str]) -> str:
        """Say what keeps a row from fitting the header; nothing when it fits."""
        if len(cells) != self.width:
            fault = f"the row has {len(cells)} cells and the header has {self.width}"
            comma = "; a comma within a cell needs quotation marks round the cell"
            return fault + comma * (len(cells) > self.width)
        for position in self.unnamed:
            if cells[position].strip():
                return f"something stands in column {position + 1}, which has no name; name it or empty it"
        return ""


def find_delimiter(stream: TextIO, table: Table) -> str:
    """Return the separator under which the first line names most columns of the table."""
    line = ""
    while not line.strip():
        line = stream.readline(_LONGEST_HEADER)
        if not line:
            return ","

    def named(delimiter: str) -> int:
        cells = next(csv.reader([line], delimiter=delimiter), [])
        return len(_recognised(cells, table))

    return max(_DELIMITERS, key=named)  # the first of equals: a comma


def read_header(cells: list[str], table: Table, log: Log) -> Header:
    """Match the cells of the first line with the columns of the table.

    Differences of case, spaces and hyphens are noted. A column that is near to a missing one, a
    required column that is missing and one that is repeated raise WrongColumnsError, because rows
    without it would mean something else. Any other column is noted and not read.
    """
    wanted = [column.name for column in table.columns]
    required = [column.name for column in table.columns if column.required]
    matched = _recognised(cells, table)
    if 2 * len(set(matched.values())) < len(required):
        raise WrongColumnsError(
            f"the first line does not name the columns of {table.name}: {len(set(matched.values()))} of them are "
            f"there. The first line must be: {','.join(wanted)}"
        )
    faults = [*_repeated(matched), *_misspelt(cells, matched, wanted, table)]
    if not faults:
        faults += [
            f"column {name} is missing; it is needed in every row" for name in required if name not in matched.values()
        ]
    if faults:
        raise WrongColumnsError(f"{'; '.join(faults)}. The first line must be: {','.join(wanted)}")
    _note_differences(cells, matched, table, log)
    return Header(
        names=tuple(matched.get(position) for position in range(len(cells))),
        unnamed=tuple(position for position, cell in enumerate(cells) if not cell.strip()),
    )


def plain(name: str) -> str:
    """Return a column's name without differences of case, spaces and hyphens."""
    return re.sub(r"[\s-]+", "_", name.strip().strip("\ufeff").casefold())


def _recognised(cells: Iterable[str], table: Table) -> dict[int, str]:
    names = {column.name for column in table.columns}
    return {position: plain(cell) for position, cell in enumerate(cells) if plain(cell) in names}


def _repeated(matched: dict[int, str]) -> list[str]:
    names = list(matched.values())
    return [
        f"column {name} is there {names.count(name)} times" for name in dict.fromkeys(names) if names.count(name) > 1
    ]


def _misspelt(cells: list[str], matched: dict[int, str], wanted: list[str], table: Table) -> list[str]:
    missing = [name for name in wanted if name not in matched.values()]
    faults = []
    for position, cell in enumerate(cells):
        if position in matched or not cell.strip():
            continue
        if near := difflib.get_close_matches(plain(cell), missing, n=1, cutoff=0.75):
            faults.append(f"{_called(cell, position, table)} is unknown and is probably {near[0]}")
    return faults


def _note_differences(cells: list[str], matched: dict[int, str], table: Table, log: Log) -> None:
    for position, cell in enumerate(cells):
        if position not in matched and cell.strip():
            log.notes.append(f"{_called(cell, position, table)} is not part of {table.name} and was not read")
        elif position in matched and cell != matched[position]:
            log.notes.append(f"column {position + 1} was read as {matched[position]}; its name is written otherwise")
    absent = [c.name for c in table.columns if c.name not in matched.values()]
    if absent:
        log.notes.append(f"without {', '.join(absent)}: taken as empty")


def _called(cell: str, position: int, table: Table) -> str:
    """Name an unknown column; by its position where names of columns may be names of people."""
    return f"column {position + 1}" if table.private else f"column {cell.strip()[:60]!r}"
