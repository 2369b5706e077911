"""The official NHS Staff Survey workbook of organisations: percentages with their bases, as published.

Each sheet holds a block of questions. Above the line that names the columns stand title lines, one
of which gives the question over each group of columns; or the columns themselves begin with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from leaderful.errors import BadValuesError, WrongColumnsError
from leaderful.framework import SurveyQuestion, framework
from leaderful.receipts import LeftOut, Receipt
from leaderful.study.importing.sheets import Sheet
from leaderful.study.log import Log
from leaderful.study.store import Study

_DEEPEST_HEADER = 15
_QUESTION = re.compile(r"^q\s?(\d+[a-z]?)\b", re.IGNORECASE)
_OPTION = re.compile(
    r"^(?:q\s?\d+[a-z]?\s*[-:.]?\s*)?(?:%\s*(?P<before>.+)|(?P<after>[^%]+?)\s*\(?%\)?)$", re.IGNORECASE
)
_NONE = {"never", "no", "don't know", "prefer not to say", "would rather not say"}
_COUNTED = {
    "agree or strongly agree": ("agree", "strongly agree"),
    "often or always": ("often", "always"),
    "yes": ("yes",),
}
_NO_FIGURE = re.compile(r"^([-*–—.x]+|<\s?\d+|n/?a|suppressed|#n/a)$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Block:
    """The columns of one question on one sheet: those whose percentages are added, and the base."""

    question: str
    percents: tuple[str, ...]
    base: str


def find_header(sheet: Sheet) -> int | None:
    """Return the line that names the columns, known by ODS code; None where there is none."""
    for row in sheet.cells.head(_DEEPEST_HEADER).iter_rows():
        if any(cell and _is_code(cell) for cell in row[2:]):
            return int(row[0])
    return None


def is_survey(sheets: Sequence[Sheet]) -> bool:
    """Tell whether a workbook looks like that of the survey."""
    return any(_blocks(sheet, line) for sheet in sheets if (line := find_header(sheet)) is not None)


def _is_code(cell: str) -> bool:
    return re.sub(r"[^a-z]", "", cell.lower()) in ("odscode", "orgcode", "organisationcode", "trustcode")


def _blocks(sheet: Sheet, header: int) -> list[Block]:
    """Return the questions of the crosswalk that a sheet has, with their columns."""
    above = [row[2:] for row in sheet.cells.filter(pl.col("line") < header).iter_rows()]
    columns: dict[str, dict[str, str]] = {}
    for position, (question, name) in enumerate(_questions(sheet.row(header), above)):
        if question:
            columns.setdefault(question, {}).setdefault(name, str(position))
    known = {each.id.lower(): each for each in framework().crosswalk}
    return [
        Block(question=known[question].id, percents=percents, base=held["base"])
        for question, held in columns.items()
        if question in known and "base" in held and (percents := _counted(known[question], held))
    ]


def _questions(header: Sequence[str], above: Sequence[Sequence[str | None]]) -> Iterator[tuple[str, str]]:
    """Yield for each column the question it belongs to, if any, and its option or ``base``."""
    current = ""
    for position, cell in enumerate(header):
        titles = [row[position] for row in above if position < len(row) and row[position]]
        for title in (*titles, cell):
            if title and (match := _QUESTION.match(title.strip())):
                current = f"q{match[1].lower()}"
        option = _OPTION.match(" ".join(cell.split()))
        if re.search(r"\bbase\b", cell, re.IGNORECASE):
            yield current, "base"
        else:
            yield current, (option["before"] or option["after"]).strip().lower() if option else ""


def _counted(question: SurveyQuestion, held: dict[str, str]) -> tuple[str, ...]:
    """Return the columns whose percentages add up to the one that is published."""
    if question.counted in _COUNTED:
        wanted = _COUNTED[question.counted]
        return tuple(held[name] for name in wanted) if all(name in held for name in wanted) else ()
    some = [at for name, at in held.items() if name not in ("base", "", *_NONE)]
    return tuple(some) if {"never", "no"} & set(held) else ()


def read_survey(sheets: Sequence[Sheet], study: Study, year: int) -> tuple[pl.DataFrame, Receipt]:
    """Return rows of the table of published percentages, and what became of every figure of the workbook."""
    log = Log(file=sheets[0].file)
    figures = [frame for sheet in sheets for frame in _figures(sheet, log)]
    if not figures:
        raise WrongColumnsError(
            f"{sheets[0].file}: no sheet has a column ODS code with questions such as Q7h beside it. "
            "Download the workbook of detailed results by organisation"
        )
    told = pl.concat(figures)
    largest = told["percent"].max()
    if isinstance(largest, float) and largest <= 1.5:
        told = told.with_columns(pl.col("percent") * 100)
    bodies = study.table("bodies")["id"]
    mine = told.filter(pl.col("body").is_in(bodies.implode()))
    hidden = mine.filter(pl.col("hidden"))
    rows = _sound(mine.filter(~pl.col("hidden")), log)
    left_out = [
        LeftOut(reason=reason, rows=tuple(lines))
        for reason, lines in (
            ("organisations that are no body of this study", told.join(mine, on="body", how="anti")["line"].to_list()),
            ("figures that are not published, because few people answered", hidden["line"].to_list()),
        )
        if lines
    ]
    log.notes.append(f"questions found: {', '.join(told['question'].unique(maintain_order=True))}")
    receipt = Receipt(
        source=sheets[0].file,
        read=told.height,
        kept=rows.height,
        problems=tuple(log.problems),
        left_out=tuple(left_out),
        notes=tuple(log.notes),
    )
    named = rows.select(
        "body",
        pl.lit("nhs-staff-survey").alias("source"),
        "question",
        pl.lit(year, dtype=pl.Int64).alias("year"),
        pl.col("percent").round(4),
        "base",
        "line",
    )
    return named, receipt


def _figures(sheet: Sheet, log: Log) -> Iterator[pl.DataFrame]:
    """Yield the figures of each question of a sheet; ``hidden`` where none is published."""
    header = find_header(sheet)
    blocks = _blocks(sheet, header) if header is not None else []
    if header is None or not blocks:
        return
    code = next(str(n) for n, cell in enumerate(sheet.row(header)) if _is_code(cell))
    rows = sheet.cells.filter((pl.col("line") > header) & pl.col(code).is_not_null())
    again = rows.filter(pl.col(code).is_duplicated() & ~pl.col(code).is_first_distinct())
    for line in again["line"]:
        log.add(BadValuesError, f"sheet {sheet.name}: the same ODS code as in a row above, which is kept", row=line)
    rows = rows.filter(pl.col(code).is_first_distinct())
    for block in blocks:
        cells = rows.select(*block.percents, block.base)
        numbers = cells.select(pl.all().str.replace_all(r"[,%\s]", "").cast(pl.Float64, strict=False))
        none = cells.select(pl.all().is_null() | pl.all().str.contains(f"(?i){_NO_FIGURE.pattern}"))
        yield rows.select(
            pl.col("line"),
            pl.col(code).alias("body"),
            pl.lit(sheet.name).alias("sheet"),
            pl.lit(block.question).alias("question"),
            numbers.select(pl.sum_horizontal(block.percents, ignore_nulls=False)).to_series().alias("percent"),
            numbers[block.base].alias("base"),
            none.select(pl.any_horizontal(pl.all())).to_series().alias("hidden"),
        )


def _sound(figures: pl.DataFrame, log: Log) -> pl.DataFrame:
    """Return figures that are percentages of one person or more, noting those that are not."""
    whole = pl.col("base").is_finite() & (pl.col("base") >= 1) & (pl.col("base") == pl.col("base").round())
    good = (whole & pl.col("percent").is_between(0, 100.01)).fill_null(value=False)
    wrong = figures.filter(~good)
    for line, sheet, question in wrong.select("line", "sheet", "question").iter_rows():
        message = f"sheet {sheet}: {question} needs percentages that add up to 0 to 100, and a whole number as base"
        log.add(BadValuesError, message, row=line)
    return figures.filter(good).with_columns(pl.col("percent").clip(0, 100), pl.col("base").cast(pl.Int64))
