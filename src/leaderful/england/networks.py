"""Reader of the ODS workbook of primary care networks (ePCN.xlsx), as published.

Header cells hold line breaks, and from one year to the next they are moved and renamed (CCG became
Sub ICB Loc). Columns are therefore found by the words that must be in their header.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path

import fastexcel
import polars as pl

from leaderful.england.ods import Reading, parse_date
from leaderful.errors import BadValuesError, BrokenKeysError, UnreadableFileError, WrongColumnsError
from leaderful.receipts import Receipt

NETWORK_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "code": ("pcn", "code"),
    "name": ("pcn", "name"),
    "sub_icb": ("current", "code"),
    "opened": ("open", "date"),
    "closed": ("close", "date"),
}
PARTNER_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "practice": ("partner", "code"),
    "name": ("partner", "name"),
    "sub_icb": ("practice", "parent", "code"),
    "pcn": ("pcn", "code"),
    "started": ("start", "date"),
    "ended": ("end", "date"),
}
HEADER_SEARCH = 10
"""Rows from the top in which the header is looked for."""


def read_networks(path: Path, *, locations: Collection[str]) -> tuple[pl.DataFrame, Receipt]:
    """Read the networks: code, name, sub-ICB location, opened, closed."""
    frame, reading = _sheet(path, ("details",), ("partner",), NETWORK_COLUMNS)
    frame = _with_dates(frame, reading, ("opened", "closed"))
    frame = _known(frame, reading, "sub_icb", "an open sub-ICB location", locations)
    frame = _without_repeats(frame, reading, ["code"])
    return frame.drop("row").sort("code"), reading.receipt(frame.height)


def read_partners(path: Path, *, networks: Collection[str]) -> tuple[pl.DataFrame, Receipt]:
    """Read which practice belongs to which network and when: practice, name, sub_icb, pcn, started, ended."""
    frame, reading = _sheet(path, ("partner",), (), PARTNER_COLUMNS)
    frame = _with_dates(frame, reading, ("started", "ended"))
    frame = _known(frame, reading, "pcn", "a network of the workbook's first sheet", networks)
    frame = _without_repeats(frame, reading, ["practice", "pcn", "started"])
    return frame.drop("row").sort("practice", "started"), reading.receipt(frame.height)


def _sheet(
    path: Path, words: tuple[str, ...], without: tuple[str, ...], columns: Mapping[str, tuple[str, ...]]
) -> tuple[pl.DataFrame, Reading]:
    """Return the sheet whose name holds `words`, with the wanted columns renamed and numbered rows."""
    try:
        book = fastexcel.read_excel(path)
    except (OSError, fastexcel.FastExcelError) as error:
        raise UnreadableFileError(f"{path.name} is no workbook; download it again from ODS") from error
    names = [n for n in book.sheet_names if all(w in n.casefold() for w in words)]
    names = [n for n in names if not any(w in n.casefold() for w in without)]
    if not names:
        found = ", ".join(book.sheet_names)
        raise UnreadableFileError(f"{path.name} has no sheet named like {words[0]!r}; it has {found}")
    raw = book.load_sheet(names[0], header_row=None, dtypes="string").to_polars()
    frame = _found(raw, f"{path.name}, sheet {names[0]}", columns)
    lines: list[tuple[int, list[str]]] = [(row, []) for row in frame["row"]]
    return frame, Reading(file=f"{path.name}, sheet {names[0]}", lines=lines)


def _found(raw: pl.DataFrame, where: str, columns: Mapping[str, tuple[str, ...]]) -> pl.DataFrame:
    """Find the header row and the wanted columns; cells are stripped and empty ones made null."""
    best: tuple[list[str], list[str]] = (list(columns), [])
    for number, cells in enumerate(raw.head(HEADER_SEARCH).iter_rows()):
        headers = [_words(cell) for cell in cells]
        places = {name: _closest(headers, words) for name, words in columns.items()}
        missing = [name for name, place in places.items() if place is None]
        if not missing:
            return _below(raw, number, places)
        if len(missing) < len(best[0]):
            best = (missing, [" ".join(header) for header in headers])
    wanted = "; ".join(" ... ".join(columns[name]) for name in best[0])
    raise WrongColumnsError(f"{where}: no header with the words {wanted}; its headers are {best[1]}")


def _below(raw: pl.DataFrame, header: int, places: Mapping[str, int | None]) -> pl.DataFrame:
    """Return the rows below the header with the wanted columns and the row's number in the sheet."""
    picked = [_clean(pl.nth(place)).alias(name) for name, place in places.items() if place is not None]
    numbered = raw.select(*picked).with_row_index("row", offset=1).slice(header + 1)
    return numbered.filter(pl.any_horizontal(pl.exclude("row").is_not_null()))


def _words(cell: str | None) -> list[str]:
    return re.findall(r"[a-z0-9]+", (cell or "").casefold())


def _closest(headers: list[list[str]], words: tuple[str, ...]) -> int | None:
    """Place of the shortest header that holds all the words."""
    fits = [place for place, header in enumerate(headers) if set(words) <= set(header)]
    return min(fits, key=lambda place: len(headers[place]), default=None)


def _clean(column: pl.Expr) -> pl.Expr:
    text = column.str.strip_chars()
    return pl.when(text != "").then(text)


def _with_dates(frame: pl.DataFrame, reading: Reading, names: tuple[str, ...]) -> pl.DataFrame:
    """Turn the named columns into dates; reject rows in which one is not a date."""
    for name in names:
        days: list[date | None] = []
        good: list[bool] = []
        for row, cell in frame.select("row", name).iter_rows():
            try:
                days.append(parse_date(cell or ""))
                good.append(True)
            except ValueError:
                days.append(None)
                good.append(False)
                message = f"{cell!r} is not a date; the workbook writes 1 July 2022 as 20220701"
                reading.reject(row, name, BadValuesError, message)
        frame = frame.with_columns(pl.Series(name, days, dtype=pl.Date())).filter(pl.Series(good))
    return frame


def _known(frame: pl.DataFrame, reading: Reading, column: str, what: str, known: Collection[str]) -> pl.DataFrame:
    """Reject rows whose code is unknown; leave out those that ended before it mattered."""
    good = pl.col(column).is_in(list(known)).fill_null(False)
    ended = "closed" if "closed" in frame.columns else "ended"
    for row, code, end in frame.filter(~good).select("row", column, ended).iter_rows():
        if end is not None:
            reading.leave_out(row, f"ended, under a {column} that no longer exists")
        else:
            given = repr(code) if code else "empty"
            reading.reject(row, column, BrokenKeysError, f"{given} is not the code of {what}")
    return frame.filter(good)


def _without_repeats(frame: pl.DataFrame, reading: Reading, key: list[str]) -> pl.DataFrame:
    """Keep the first of rows with the same key."""
    first = frame.select(pl.struct(key).is_first_distinct()).to_series()
    for row in frame.filter(~first)["row"]:
        reading.reject(row, key[0], BrokenKeysError, f"an earlier row has the same {', '.join(key)}")
    return frame.filter(first)
