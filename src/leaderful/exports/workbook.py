"""The workbook: every table on a sheet of its own, behind a sheet that says what it is."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, time
from typing import Any

import polars as pl
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from leaderful.exports.about import about
from leaderful.exports.contents import Contents
from leaderful.exports.tables import tables
from leaderful.writing import FORMULA_STARTS

SHEETS = {
    "findings": "Findings",
    "scales": "Scales",
    "bodies": "Bodies",
    "ties": "Ties",
    "pairs": "Pairs",
    "formal_ties": "Formal ties",
    "methods": "Methods",
    "dictionary": "Dictionary",
}
LONGEST = 32_767
"""Characters that a cell of a workbook can hold."""
TOO_LONG = "too long for a cell; it is in the csv and parquet exports"
_WIDEST = 60
_LOOKED_AT = 200
"""Rows by which the width of a column is chosen."""


def workbook(contents: Contents) -> bytes:
    """Return the workbook, the same bytes for the same contents."""
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(stream, options) as book:
        book.set_properties({"created": datetime.combine(contents.as_at, time(), UTC).replace(tzinfo=None)})
        looks = Looks(book)
        _write_about(book.add_worksheet("About"), about(contents), looks)
        for name, table in tables(contents).items():
            _write_table(book.add_worksheet(SHEETS[name]), table, looks)
    return stream.getvalue()


class Looks:
    """The few ways in which cells look."""

    def __init__(self, book: Workbook) -> None:
        self.text: Format = book.add_format({"num_format": "@", "valign": "top"})
        self.wrapped: Format = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
        self.heading: Format = book.add_format({"num_format": "@", "valign": "top", "bold": True})
        self.kept: Format = book.add_format({"num_format": "@", "valign": "top"})
        self.kept.set_quote_prefix()
        self.number: Format = book.add_format({"num_format": "0.00", "valign": "top"})
        self.whole: Format = book.add_format({"num_format": "0", "valign": "top"})
        self.day: Format = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top"})


def _write_about(sheet: Worksheet, lines: dict[str, str], looks: Looks) -> None:
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 100)
    for row, (label, text) in enumerate(lines.items()):
        sheet.write_string(row, 0, f"{label[:1].upper()}{label[1:]}", looks.heading)
        sheet.write_string(row, 1, text, looks.wrapped)


def _write_table(sheet: Worksheet, table: pl.DataFrame, looks: Looks) -> None:
    """Write a table with its first line kept in sight and a filter on each column."""
    for column, values in enumerate(table.iter_columns()):
        sheet.write_string(0, column, values.name, looks.heading)
        for row, value in enumerate(values.to_list(), start=1):
            if value is not None:
                _write_cell(sheet, row, column, value, looks)
        sheet.set_column(column, column, _width(values))
    sheet.freeze_panes(1, 0)
    if table.width:
        sheet.autofilter(0, 0, table.height, table.width - 1)
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{table.height + 1}"})


def _write_cell(sheet: Worksheet, row: int, column: int, value: Any, looks: Looks) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, datetime.combine(value, time()), looks.day)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value, looks.whole if isinstance(value, int) else looks.number)
    else:
        text = value if len(value) <= LONGEST else TOO_LONG
        sheet.write_string(row, column, text, looks.kept if text.startswith(FORMULA_STARTS) else looks.text)


def _width(values: pl.Series) -> int:
    texts = values.head(_LOOKED_AT).drop_nulls().to_list() if values.dtype == pl.String else []
    return min(max(len(text) for text in (values.name, "2026-04-01", *texts)) + 2, _WIDEST)
