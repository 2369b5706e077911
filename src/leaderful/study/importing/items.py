"""Answers to items, from files with a column for each item or a row for each answer."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping

import polars as pl

from leaderful.errors import BrokenKeysError, UnknownNameError
from leaderful.study.importing.answers import item_keys, read_answers
from leaderful.study.importing.grids import Grid, plain, reject
from leaderful.study.importing.mapping import Source
from leaderful.study.log import MOST_NAMED
from leaderful.study.store import Study


def known_code(code: str, known: Iterable[str], place: str, what: str) -> str:
    """Return `code` as it is written in the study, or raise an error that names the nearest."""
    codes = {each.casefold(): each for each in known}
    if code.casefold() in codes:
        return codes[code.casefold()]
    near = difflib.get_close_matches(code.casefold(), codes, n=1)
    hint = f"did you mean {codes[near[0]]}?" if near else "the reference of the questionnaire lists what there is"
    raise UnknownNameError(f"{place}: there is no {what} {code[:60]!r}; {hint}")


def drop_repeated(grid: Grid, source: Source) -> None:
    """Keep one row for each person and wave: the first, or the last where the mapping says so."""
    lines = grid.frame.select("line", kept=pl.col("line").sort().first().over("person", "wave"))
    if source.repeated == "last":
        lines = grid.frame.select("line", kept=pl.col("line").sort().last().over("person", "wave"))
    again = lines.filter(pl.col("line") != pl.col("kept"))
    other = 'set repeated = "last" to take the last' if source.repeated == "first" else "the last counts"
    named = [
        (line, f"the same person answered in row {kept} too, which is kept; {other}")
        for line, kept in again.iter_rows()
    ]
    grid.log.add_rows(BrokenKeysError, named[:MOST_NAMED], further=max(len(named) - MOST_NAMED, 0))
    grid.drop(again["line"])


def wide_answers(grid: Grid, source: Source, study: Study) -> pl.DataFrame:
    """Return the answers of a sheet with a column for each item; people who answered none give no rows."""
    keys = item_keys(study, source)
    positions, named = [], []
    for item, column in source.items.items():
        positions.append(grid.at(column, f"items.{item}"))
        named.append((positions[-1], known_code(item, keys, f"{grid.place}, items", "item"), column))
    if not positions:
        return pl.DataFrame()
    answered = pl.any_horizontal(pl.col(positions).is_not_null())
    silent = grid.frame.filter(~answered).height
    if silent:
        grid.log.notes.append(f"people who answered no item: {silent:,}; no answers are kept of them")
    columns = pl.DataFrame(named, schema=["at", "asked", "column"], orient="row")
    cells = (
        grid.frame.filter(answered)
        .select("line", "person", "wave", *positions)
        .unpivot(positions, index=["line", "person", "wave"], variable_name="at", value_name="cell")
        .join(columns, on="at", how="left", maintain_order="left")
    )
    return _answers(read_answers(cells, keys, grid), cells.height, grid)


def long_answers(grid: Grid, source: Source, study: Study) -> pl.DataFrame:
    """Return the answers of a sheet with a row for each answer."""
    keys = item_keys(study, source)
    item, answer = grid.at(source.item, "item"), grid.at(source.answer, "answer")
    own = {said.lower(): known_code(code, keys, f"{grid.place}, items", "item") for code, said in source.items.items()}
    texts = {plain_text(each.text): each.id for scale in study.item_scales for each in scale.items if each.text}
    meant: Mapping[str, str] = {**texts, **{code.lower(): code for code in keys}, **own}
    grid.frame = grid.frame.with_columns(
        plain(grid.frame[item]).replace_strict(meant, default=None, return_dtype=pl.String).alias("asked")
    )
    unknown = grid.frame.filter(pl.col("asked").is_null())["line"]
    reject(grid, unknown, UnknownNameError, "no item of the study has this id or text; add it to items", source.item)
    cells = grid.frame.select("line", "person", "wave", "asked", pl.col(answer).alias("cell")).with_columns(
        column=pl.lit(source.answer)
    )
    return _answers(read_answers(cells, keys, grid), cells.height, grid)


def plain_text(text: str) -> str:
    """Return a text as cells are compared: one space between words, small letters."""
    return " ".join(text.split()).lower()


def _answers(told: pl.DataFrame, read: int, grid: Grid) -> pl.DataFrame:
    """Return rows of the table of answers, and note how many there are and how many say nothing."""
    blank = told["cell"].null_count()
    unable = told["answer"].null_count() - blank
    grid.log.notes.append(
        f"answers to items: {read:,} read, {told.height:,} kept, {read - told.height:,} not kept; "
        f"of those kept {unable:,} say 'not able to say' and {blank:,} are blank"
    )
    return told.select("person", "wave", pl.col("asked").alias("item"), "answer", "line")
