"""A sheet with named columns: which line holds the names, which rows are data, and which of them count."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

import polars as pl

from leaderful.errors import LeaderfulError, UnknownNameError, WrongColumnsError
from leaderful.receipts import LeftOut
from leaderful.study.importing.mapping import Rows, Source
from leaderful.study.importing.sheets import Sheet
from leaderful.study.log import MOST_NAMED, Log

_SHOWN = 60


@dataclass(kw_only=True)
class Grid:
    """The rows of data of one sheet under the names of its columns, and what is known of them so far."""

    sheet: Sheet
    names: tuple[str, ...]
    frame: pl.DataFrame
    """Column ``line`` and the cells as text, under the position of their column."""
    place: str
    """Where the mapping speaks of this sheet, for messages."""
    read: int
    log: Log
    left_out: list[LeftOut]
    aside: pl.DataFrame
    """The rows that are left out because nobody asked for them."""
    labelled: bool
    """True for a matrix, where names of columns may be names of people and are never shown."""

    def at(self, name: str, key: str) -> str:
        """Return the position of the column called `name`, which the mapping names under `key`."""
        if name in self.names:
            return str(self.names.index(name))
        near = [] if self.labelled else difflib.get_close_matches(name, self.names, n=1)
        hint = f"did you mean {near[0][:_SHOWN]!r}?" if near else f"it has {len(self.names)} other columns"
        raise UnknownNameError(f"{self.place}, {key}: {self.sheet.label} has no column {name[:_SHOWN]!r}; {hint}")

    def drop(self, lines: pl.Series) -> None:
        """Go on without the rows at these lines."""
        self.frame = self.frame.filter(~pl.col("line").is_in(lines.implode()))


def column_names(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Return a name for each cell of a header: its text on one line, and its number where that is not enough."""
    plain = [" ".join(cell.split()) for cell in cells]
    return tuple(
        f"column {n}" if not name else f"{name} (column {n})" if plain.index(name) < n - 1 else name
        for n, name in enumerate(plain, 1)
    )


def lay_out(sheet: Sheet, source: Source, place: str) -> Grid:
    """Name the columns of a sheet as its mapping says, and take out the rows that are not to count."""
    header = sheet.row(source.header)
    if not any(header):
        raise WrongColumnsError(f"{place}: line {source.header} of {sheet.label} is empty; set header to the right one")
    width = max(n for n, cell in enumerate(header, 1) if cell)
    rows = sheet.cells.filter(pl.col("line") >= source.first)
    filled = rows.filter(pl.any_horizontal(pl.exclude("line", "width").is_not_null()))
    log = Log(file=sheet.label, problems=list(sheet.problems), notes=list(sheet.notes))
    grid = Grid(
        sheet=sheet,
        names=column_names(header[:width]),
        frame=filled,
        place=place,
        read=filled.height + len(sheet.problems),
        log=log,
        left_out=[],
        aside=filled.clear(),
        labelled=source.kind == "matrix",
    )
    _reject_misfits(grid, width)
    if source.only is not None:
        _leave_out(grid, source.only, keep=True, key="only")
    for rule in source.leave_out:
        _leave_out(grid, rule, keep=False, key="leave_out")
    return grid


def _reject_misfits(grid: Grid, width: int) -> None:
    """Reject rows with something beyond the last named column: their cells have probably moved."""
    beyond = [str(position) for position in range(width, grid.sheet.width)]
    if beyond:
        wide = grid.frame.filter(pl.any_horizontal(pl.col(beyond).is_not_null()))["line"]
        text = f"the row goes on beyond column {width}, the last with a name; put cells with commas in quotation marks"
        reject(grid, wide, WrongColumnsError, text)
        grid.frame = grid.frame.drop(beyond)
    if not grid.sheet.name:
        short = grid.frame.filter(pl.col("width") < width)["line"]
        reject(grid, short, WrongColumnsError, f"the row has fewer cells than the header, which has {width}")
    grid.frame = grid.frame.drop("width")


def reject(grid: Grid, lines: pl.Series, kind: type[LeaderfulError], text: str, column: str = "") -> None:
    """Leave out rows with one problem each."""
    named = [(line, text) for line in lines.head(MOST_NAMED)]
    grid.log.add_rows(kind, named, column=column[:_SHOWN] or None, further=max(lines.len() - MOST_NAMED, 0))
    grid.drop(lines)


def plain(cells: pl.Series) -> pl.Series:
    """Return cells without differences of case and of spaces, as they are compared."""
    return cells.str.replace_all(r"\s+", " ").str.strip_chars().str.to_lowercase()


def _leave_out(grid: Grid, rule: Rows, *, keep: bool, key: str) -> None:
    """Leave out the rows whose cell is, or for `keep` is not, one of the rule's values."""
    cells = plain(grid.frame[grid.at(rule.column, key)]).fill_null("")
    there = cells.is_in([" ".join(value.split()).lower() for value in rule.values])
    leave_out(grid, ~there if keep else there, rule.reason)


def leave_out(grid: Grid, rows: pl.Series, reason: str) -> None:
    """Set rows aside that are in order and not asked for, with the reason."""
    if rows.any():
        aside = grid.frame.filter(rows)
        grid.left_out.append(LeftOut(reason=reason, rows=tuple(aside["line"].to_list())))
        grid.aside = pl.concat([grid.aside, aside], how="diagonal")
        grid.frame = grid.frame.filter(~rows)
