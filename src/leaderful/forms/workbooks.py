"""Workbooks in which no text becomes a formula, a link or a number, and which are the same bytes every time."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from leaderful.writing import FORMULA_STARTS


def workbook_bytes(as_at: date, fill: Callable[[Book], None]) -> bytes:
    """Return a workbook that `fill` has written."""
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(stream, options) as workbook:
        workbook.set_properties({"created": datetime.combine(as_at, time(), UTC).replace(tzinfo=None)})
        fill(Book(workbook))
    return stream.getvalue()


class Book:
    """A workbook and the few ways in which its cells look."""

    def __init__(self, workbook: Workbook) -> None:
        self.workbook = workbook
        self.text = workbook.add_format({"num_format": "@", "valign": "top"})
        self.wrapped = workbook.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
        self.heading = workbook.add_format({"num_format": "@", "bold": True, "valign": "top"})
        self._kept = workbook.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
        self._kept.set_quote_prefix()

    def sheet(self, name: str) -> Worksheet:
        """Add a sheet."""
        return self.workbook.add_worksheet(name)

    def write(self, sheet: Worksheet, row: int, column: int, text: str, look: Format | None = None) -> None:
        """Write text as text; where it begins like a formula, marked so that editing it keeps it text."""
        kept = self._kept if text.startswith(FORMULA_STARTS) else look or self.text
        sheet.write_string(row, column, text, kept)

    def table(self, sheet: Worksheet, rows: Sequence[Sequence[str]], *, look: Format | None = None) -> None:
        """Write a line of headings and the rows under it, with the headings kept in sight."""
        for number, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if cell:
                    self.write(sheet, number, column, cell, self.heading if number == 0 else look)
        sheet.freeze_panes(1, 0)
