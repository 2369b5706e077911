"""Readers of the organisation files of the NHS Organisation Data Service, as published.

The CSV files have no header and 27 columns. Both vintages of code are read: integrated care boards
as Q and two characters or as five characters (S1Y5D), sub-ICB locations of three or five characters.
Every reader returns the rows it kept and a receipt that accounts for the others.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import polars as pl

from leaderful.england.days import BEGAN
from leaderful.errors import (
    BadValuesError,
    BrokenKeysError,
    BrokenStructureError,
    LeaderfulError,
    UnreadableFileError,
    WrongColumnsError,
)
from leaderful.receipts import LeftOut, Problem, Receipt

WIDTH = 27
CODE, NAME, REGION, ICB, POSTCODE, OPENED, CLOSED = 1, 2, 3, 4, 10, 11, 12
STATUS, ROLE, COMMISSIONER, SETTING = 13, 14, 15, 26
"""Columns of the files, counted from 1 as in the published specification."""

SUB_ICB_ROLE = "RO319"
GP_SETTING = "4"
WELSH_REGIONS, WELSH_BOARDS = ("W00",), ("Q99",)

_ORGANISATION = re.compile(r"[A-Z0-9]{3}|[A-Z0-9]{5}")
_PRACTICE = re.compile(r"[A-Z][0-9]{5}")
_DAMAGED = re.compile(r"[0-9]{1,2}|[0-9]+(\.[0-9]+)?E\+?[0-9]+", re.IGNORECASE)
"""What a spreadsheet leaves of codes such as 01E05 and 006."""


@dataclass
class Reading:
    """A file being read: its lines, and the account kept of those that are not kept."""

    file: str
    lines: list[tuple[int, list[str]]]
    notes: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    left_out: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def reject(self, row: int, column: str | None, kind: type[LeaderfulError], message: str) -> None:
        """Note what is wrong with a row."""
        self.problems.append(Problem(file=self.file, row=row, column=column, kind=kind, message=message))

    def leave_out(self, row: int, reason: str) -> None:
        """Note a row that is in order but not asked for."""
        self.left_out[reason].append(row)

    def receipt(self, kept: int) -> Receipt:
        """Return the account of the file."""
        groups = (LeftOut(reason=reason, rows=tuple(rows)) for reason, rows in sorted(self.left_out.items()))
        return Receipt(
            source=self.file,
            read=len(self.lines),
            kept=kept,
            problems=tuple(self.problems),
            left_out=tuple(groups),
            notes=tuple(self.notes),
        )


def read_trusts(path: Path, *, icbs: Collection[str]) -> tuple[pl.DataFrame, Receipt]:
    """Read NHS trusts (etr.csv): those of England, open and closed."""

    def keep(reading: Reading, row: int, cells: list[str]) -> dict[str, object] | None:
        if not _is_english(cells) or (not cells[ICB - 1] and not cells[REGION - 1]):
            reading.leave_out(row, "no English ICB and region: a Welsh body")
            return None
        if not _has_known_icb(reading, row, cells, icbs):
            return None
        return _common(reading, row, cells)

    return _read(path, keep, _ORGANISATION, _COMMON_SCHEMA)


def read_sub_icb_locations(path: Path, *, icbs: Collection[str]) -> tuple[pl.DataFrame, Receipt]:
    """Read sub-ICB locations (eccg.csv): open ones in that role, without hubs and reporting entities."""

    def keep(reading: Reading, row: int, cells: list[str]) -> dict[str, object] | None:
        reason = _not_a_location(cells)
        if reason:
            reading.leave_out(row, reason)
            return None
        if not _has_known_icb(reading, row, cells, icbs):
            return None
        return _common(reading, row, cells)

    return _read(path, keep, _ORGANISATION, _COMMON_SCHEMA)


def read_practices(path: Path, *, locations: Collection[str]) -> tuple[pl.DataFrame, Receipt]:
    """Read GP practices (epraccur.csv): English ones that were open at some time since 1 July 2022."""

    def keep(reading: Reading, row: int, cells: list[str]) -> dict[str, object] | None:
        reason = _not_a_practice(cells)
        if reason:
            reading.leave_out(row, reason)
            return None
        if cells[COMMISSIONER - 1] not in locations:
            message = _unknown(cells[COMMISSIONER - 1], "a sub-ICB location", locations)
            reading.reject(row, str(COMMISSIONER), BrokenKeysError, message)
            return None
        common = _common(reading, row, cells)
        return common and {**common, "sub_icb": cells[COMMISSIONER - 1], "status": cells[STATUS - 1]}

    return _read(path, keep, _PRACTICE, {**_COMMON_SCHEMA, "sub_icb": pl.String(), "status": pl.String()})


_COMMON_SCHEMA: dict[str, pl.DataType] = {
    "code": pl.String(),
    "name": pl.String(),
    "region": pl.String(),
    "icb": pl.String(),
    "postcode": pl.String(),
    "opened": pl.Date(),
    "closed": pl.Date(),
}


def _read(
    path: Path,
    keep: Callable[[Reading, int, list[str]], dict[str, object] | None],
    shape: re.Pattern[str],
    schema: dict[str, pl.DataType],
) -> tuple[pl.DataFrame, Receipt]:
    """Read a headerless ODS file and keep the rows for which `keep` returns values."""
    reading = _open(path)
    kept: list[dict[str, object]] = []
    codes: Counter[str] = Counter()
    for row, cells in reading.lines:
        if not _has_width(reading, row, cells):
            continue
        values = keep(reading, row, cells)
        if values is None or not _has_code(reading, row, cells[CODE - 1], shape):
            continue
        codes[cells[CODE - 1]] += 1
        if codes[cells[CODE - 1]] > 1:
            message = f"code {cells[CODE - 1]} is already on an earlier row; a code may occur once"
            reading.reject(row, str(CODE), BrokenKeysError, message)
            continue
        kept.append(values)
    frame = pl.DataFrame(kept, schema=schema).sort("code")
    return frame, reading.receipt(frame.height)


def _open(path: Path) -> Reading:
    """Read the lines of a CSV file, each with its line number; skip a header if one was added."""
    text, notes = _decode(path)
    rows = csv.reader(io.StringIO(text, newline=""))
    lines, start = [], 1
    for cells in rows:
        if any(cell.strip() for cell in cells):
            lines.append((start, [cell.strip() for cell in cells]))
        start = rows.line_num + 1
    if lines and "code" in lines[0][1][0].casefold():
        lines = lines[1:]
        notes.append("the first row is a header and was skipped; the files are published without one")
    if not lines:
        raise UnreadableFileError(f"{path.name} holds no rows; download the file again from the ODS pages")
    return Reading(file=path.name, lines=lines, notes=notes)


def _decode(path: Path) -> tuple[str, list[str]]:
    if not path.is_file():
        raise UnreadableFileError(f"{path.name} is not in {path.parent}; put the file there as published")
    content = path.read_bytes()
    if b"\0" in content:
        raise UnreadableFileError(f"{path.name} is not a CSV file in UTF-8; save it as CSV UTF-8")
    try:
        return content.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace"), ["the file is not UTF-8 and was read as Windows-1252"]


def _has_width(reading: Reading, row: int, cells: list[str]) -> bool:
    if len(cells) == WIDTH:
        return True
    message = f"{len(cells)} columns; an ODS organisation file has {WIDTH}: compare it with its neighbours"
    reading.reject(row, None, WrongColumnsError, message)
    return False


def _has_known_icb(reading: Reading, row: int, cells: list[str], icbs: Collection[str]) -> bool:
    if cells[ICB - 1] in icbs:
        return True
    reading.reject(row, str(ICB), BrokenKeysError, _unknown(cells[ICB - 1], "an ICB", icbs))
    return False


def _has_code(reading: Reading, row: int, code: str, shape: re.Pattern[str]) -> bool:
    if shape.fullmatch(code):
        return True
    hint = "; a spreadsheet may have changed it: open the original file" if _DAMAGED.fullmatch(code) else ""
    message = f"{code!r} is not shaped like a code of this file ({shape.pattern}){hint}"
    reading.reject(row, str(CODE), BadValuesError, message)
    return False


def _unknown(code: str, what: str, known: Collection[str]) -> str:
    if _DAMAGED.fullmatch(code):
        return f"{code!r} looks like a code that a spreadsheet turned into a number; open the original file"
    given = repr(code) if code else "empty"
    example = min(known, default="none")
    return f"{given} is not a known code of {what}; {len(known)} are known, such as {example}"


def _is_english(cells: list[str]) -> bool:
    return cells[REGION - 1] not in WELSH_REGIONS and cells[ICB - 1] not in WELSH_BOARDS


def _not_a_location(cells: list[str]) -> str:
    """Why a row of eccg.csv is no sub-ICB location of England, or nothing when it is one."""
    if not _is_english(cells):
        return "a Welsh body"
    if cells[CLOSED - 1]:
        return "closed: a former clinical commissioning group"
    if "COMMISSIONING HUB" in cells[NAME - 1].upper():
        return "a commissioning hub of NHS England, not a location"
    if "REPORTING ENTITY" in cells[NAME - 1].upper():
        return "a sub-ICB reporting entity, a part of a location"
    if cells[ROLE - 1] and SUB_ICB_ROLE not in cells[ROLE - 1].split("|"):
        return f"not in the role {SUB_ICB_ROLE} of a sub-ICB location"
    return ""


def _not_a_practice(cells: list[str]) -> str:
    """Why a row of epraccur.csv is no GP practice of interest, or nothing when it is one."""
    if not _is_english(cells):
        return "a Welsh practice"
    if cells[SETTING - 1] != GP_SETTING:
        return f"prescribing setting other than {GP_SETTING}: not a GP practice"
    if cells[STATUS - 1] == "A":
        return ""
    if cells[STATUS - 1] != "C":
        return "dormant or proposed"
    return "" if cells[CLOSED - 1] >= f"{BEGAN:%Y%m%d}" else "closed before ICBs began on 1 July 2022"


def _common(reading: Reading, row: int, cells: list[str]) -> dict[str, object] | None:
    """Return the values every file has, or None after noting what is wrong with the row."""
    dates: dict[str, date | None] = {}
    for name, column in (("opened", OPENED), ("closed", CLOSED)):
        try:
            dates[name] = parse_date(cells[column - 1])
        except ValueError:
            message = f"{cells[column - 1]!r} is not a date; the files write 1 July 2022 as 20220701"
            reading.reject(row, str(column), BadValuesError, message)
            return None
    opened, closed = dates["opened"], dates["closed"]
    if opened and closed and closed < opened:
        message = "closed before it opened; compare the two dates with the ODS portal"
        reading.reject(row, str(CLOSED), BrokenStructureError, message)
        return None
    texts = (("code", CODE), ("name", NAME), ("region", REGION), ("icb", ICB), ("postcode", POSTCODE))
    return {**{name: cells[column - 1] for name, column in texts}, **dates}


def parse_date(text: str) -> date | None:
    """Return the day written as 20220701, or as a spreadsheet date; None when empty."""
    if not text:
        return None
    day = text.split(" ")[0].split("T")[0]
    return datetime.strptime(day, "%Y-%m-%d" if "-" in day else "%Y%m%d").date()
