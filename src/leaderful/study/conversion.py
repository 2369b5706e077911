"""From text cells to typed columns, and what to say of a cell that cannot be converted."""

from __future__ import annotations

import re
from datetime import date

import polars as pl

from leaderful.errors import WrongColumnsError
from leaderful.study.description import DTYPES, Column, ColumnType

_NOTHING = re.compile(r"(?i)^(na|n/a|nan|null|none|nil|missing|unknown|-+|\.+|[+-]?inf(inity)?|#n/a)$")
_INTEGER = r"^[+-]?[0-9]{1,18}(?:\.0*)?$"
_NUMBER = r"^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$"
_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_DATETIME = (
    r"^([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2})(:[0-9]{2})?(\.[0-9]{1,6})?"
    r"(?:[Zz]|([+-])(0[0-9]|1[0-4]):?([0-5][0-9]))?$"
)
_DAY_FIRST = re.compile(r"^(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})$")
_WANTED: dict[ColumnType, str] = {
    "integer": "a whole number",
    "number": "a number",
    "date": "a date such as 2026-03-31",
    "datetime": "a date and time in UTC such as 2026-03-31T14:05",
    "boolean": "yes or no",
    "text": "text",
    "code": "a code, kept as text so that no zero is lost",
    "codes": "a list of codes",
}


def convert(cells: pl.Series, column: Column) -> tuple[pl.Series, pl.Series]:
    """Return the typed column, and a mask of the cells that hold something it could not take."""
    wanted = DTYPES[column.type]
    if cells.dtype == pl.String:
        values = _from_text(cells, column.type)
        given = (cells.str.strip_chars() != "").fill_null(False)
    else:
        values, given = _from_typed(cells, column), cells.is_not_null()
    failed = given & values.is_null() if column.type != "codes" else given & False
    return values.cast(wanted).alias(column.name), failed


def _from_text(cells: pl.Series, kind: ColumnType) -> pl.Series:
    stripped = cells.str.strip_chars()
    values = _converted(cells if kind == "text" else stripped, kind)
    return values if kind == "codes" else values.set((stripped == "").fill_null(False), None)


def _from_typed(cells: pl.Series, column: Column) -> pl.Series:
    """Take a column of a typed file as it is, or by a step that loses nothing; otherwise refuse it."""
    held, wanted = cells.dtype, DTYPES[column.type]
    if held in (wanted, pl.Null):
        return cells.cast(wanted)
    if isinstance(held, pl.Categorical | pl.Enum) or (column.type == "boolean" and held.is_integer()):
        return _from_text(cells.cast(pl.String), column.type)
    if column.type == "number" and held.is_numeric():
        return cells.cast(wanted)
    if column.type == "integer" and held.is_numeric():
        whole = cells.cast(wanted, strict=False)
        return whole.set((whole.cast(pl.Float64) != cells.cast(pl.Float64)).fill_null(False), None)
    if column.type == "datetime" and isinstance(held, pl.Datetime):
        return (cells.dt.convert_time_zone("UTC").dt.replace_time_zone(None) if held.time_zone else cells).cast(wanted)
    if column.type == "codes" and held == pl.List(pl.Null):
        return cells.cast(wanted)
    raise WrongColumnsError(f"column {column.name} holds {held} and {wanted} is wanted: {_WANTED[column.type]}")


def _converted(cells: pl.Series, kind: ColumnType) -> pl.Series:
    match kind:
        case "text" | "code":
            return cells
        case "codes":
            return _split(cells)
        case "integer":
            return _matching(cells, _INTEGER).str.replace(r"\..*$", "").str.strip_prefix("+").cast(pl.Int64)
        case "number":
            numbers = _matching(cells, _NUMBER).str.strip_prefix("+").cast(pl.Float64, strict=False)
            return numbers.set(numbers.is_infinite().fill_null(False), None)
        case "date":
            return _matching(cells, _DATE).str.to_date("%Y-%m-%d", strict=False)
        case "datetime":
            return _to_utc(cells)
        case "boolean":
            words = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
            return cells.str.to_lowercase().replace_strict(words, default=None, return_dtype=pl.Boolean)


def _matching(cells: pl.Series, pattern: str) -> pl.Series:
    return cells.set(~cells.str.contains(pattern).fill_null(True), None)


def _split(cells: pl.Series) -> pl.Series:
    """Split at semicolons; nothing between two of them is no part, and no part at all is an empty cell."""
    frame = pl.DataFrame({"cell": cells}, schema={"cell": pl.String})
    parts = (
        pl.col("cell")
        .str.split(";")
        .list.eval(pl.element().str.strip_chars().filter(pl.element().str.strip_chars() != ""))
    )
    return frame.select(pl.when(parts.list.len() > 0).then(parts)).to_series().cast(pl.List(pl.String))


def _to_utc(cells: pl.Series) -> pl.Series:
    """Read ISO 8601; a time without a zone is UTC, one with an offset is turned into UTC."""
    frame = pl.DataFrame({"cell": cells}, schema={"cell": pl.String})
    group = [pl.col("cell").str.extract(_DATETIME, index) for index in range(8)]
    moment = pl.concat_str(
        group[1], pl.lit("T"), group[2], group[3].fill_null(":00"), group[4].fill_null(".0")
    ).str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit="us", strict=False)
    minutes = group[6].cast(pl.Int64) * 60 + group[7].cast(pl.Int64)
    signed = pl.when(group[5] == "-").then(-minutes).otherwise(minutes).fill_null(0)
    return frame.select(moment - pl.duration(minutes=signed)).to_series().cast(pl.Datetime("us"))


def explain(cell: object, *, column: Column, hide: bool) -> str:
    """Say what is wrong with a cell that could not be converted; repeat none of it when `hide` is true."""
    text = str(cell).strip()
    what, advice, right = _fault(text, column)
    given = what if hide else f"{text[:60]!r} is {what}"
    return f"{given} where {_WANTED[column.type]} is wanted{advice}{right if right and not hide else ''}"


def _fault(text: str, column: Column) -> tuple[str, str, str]:
    """Return what a cell is, what to do, and, where it can be told, the value to write."""
    if _NOTHING.match(text):
        return "a sign for nothing", "; leave the cell empty when it is not known", ""
    match column.type:
        case "integer" | "number":
            return _fault_of_number(text, column)
        case "date":
            return _fault_of_date(text)
        case "datetime":
            return _fault_of_datetime(text)
    return ("a number" if re.fullmatch(_NUMBER, text) else "text"), "; write yes, no, true, false, 1 or 0", ""


def _fault_of_number(text: str, column: Column) -> tuple[str, str, str]:
    if re.fullmatch(r"[+-]?\d+([.,]\d+)?\s*%", text):
        return "a number with a percent sign", f"; {_percent_advice(column)}", ""
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", text):
        return "a number with commas for thousands", "; write it without commas", f": {text.replace(',', '')}"
    if re.fullmatch(r"[+-]?\d+,\d+", text):
        return "a number with a decimal comma", "; write a full stop", f": {text.replace(',', '.')}"
    if re.fullmatch(_NUMBER, text):
        return _fault_of_size(text, column)
    return "text", "; write figures only", ""


def _percent_advice(column: Column) -> str:
    return "write a share of 1, such as 0.25" if column.unit == "share" else "write the figure alone"


def _fault_of_size(text: str, column: Column) -> tuple[str, str, str]:
    if column.type == "integer" and re.fullmatch(r"[+-]?\d+", text) is None:
        return "a number with decimals", "", ""
    return "a number too large to keep", "", ""


def _fault_of_date(text: str) -> tuple[str, str, str]:
    order = "; write year-month-day"
    if re.fullmatch(_DATE, text):
        return "a day that no calendar has", "", ""
    if match := _DAY_FIRST.match(text):
        first, second, year = int(match[1]), int(match[2]), match[3]
        return "a date in another order", order, _readings(first, second, year)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}[T ].*", text):
        return "a date with a time of day", "; write the day alone", f": {text[:10]}"
    if re.fullmatch(r"\d{5}(\.\d+)?", text):
        return "a spreadsheet's number for a day", f"; format the column as text and{order[1:]}", ""
    return "text" if re.search(r"[^\d./\- ]", text) else "a number or an incomplete date", order, ""


def _readings(first: int, second: int, year: str) -> str:
    """Show the ISO form of a date whose order of day and month is only known when one is above 12."""
    if first <= 12 and second <= 12 and first != second:
        return f": {year}-{second:02d}-{first:02d} or {year}-{first:02d}-{second:02d}, whichever is meant"
    day, month = max(first, second), min(first, second)
    meant = f"{year}-{month:02d}-{day:02d}"
    return f": {meant}" if _is_day(meant) else ""


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _fault_of_datetime(text: str) -> tuple[str, str, str]:
    if re.fullmatch(_DATE, text):
        return "a date without a time", "; add the time of day, as in 2026-03-31T14:05", ""
    if re.fullmatch(_DATETIME, text):
        return "a time that no clock or calendar has", "", ""
    if re.match(r"\d{1,2}[/.\- ]\d{1,2}[/.\- ]\d{4}", text):
        return "a date in another order", "; write year-month-day, a T and the time", ""
    return "text" if re.search(r"[^\d./\-: T]", text) else "a number or an incomplete time", "", ""


def as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a typed frame as the text cells of a CSV file: the reverse of `convert`."""
    lists = [name for name, dtype in frame.schema.items() if dtype == DTYPES["codes"]]
    times = [name for name, dtype in frame.schema.items() if dtype == DTYPES["datetime"]]
    return frame.with_columns(
        *(pl.col(name).list.join(";") for name in lists),
        *(pl.col(name).dt.strftime("%Y-%m-%dT%H:%M:%S%.6f") for name in times),
    )
