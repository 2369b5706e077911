"""Answers about bodies and people, from lists of ties, matrices, and columns for one question about one body."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from leaderful.errors import BadValuesError, BrokenStructureError, UnknownNameError
from leaderful.framework import framework
from leaderful.study.importing.answers import question_keys, read_answers
from leaderful.study.importing.grids import Grid, plain, reject
from leaderful.study.importing.items import known_code
from leaderful.study.importing.mapping import Person, Source
from leaderful.study.importing.people import Context, meanings, pseudonyms

_WHO = ["line", "person", "wave"]


def paired_answers(grid: Grid, source: Source, context: Context) -> pl.DataFrame:
    """Return the answers of columns that each hold one question about one body."""
    kinds = question_kinds()
    rows = []
    for pair in source.pairs:
        question = known_code(pair.question, kinds, f"{grid.place}, pairs", "question")
        if kinds[question] != "body":
            raise BadValuesError(f"{grid.place}, pairs: {question} is asked about a person; pairs are about bodies")
        about = meanings({pair.about: pair.about}, context.bodies, f"{grid.place}, pairs", "body")[_small(pair.about)]
        rows.append((grid.at(pair.column, "pairs"), question, about, pair.column))
    if not rows:
        return pl.DataFrame()
    positions = list(dict.fromkeys(row[0] for row in rows))
    cells = _long(grid, positions, pl.DataFrame(rows, schema=["at", "asked", "about", "column"], orient="row"))
    return _relations(cells, source, grid)


def listed_answers(grid: Grid, source: Source, context: Context, *, person: Person | None) -> pl.DataFrame:
    """Return the answers of a list of ties: a row for each body or person an answer is about."""
    assert source.about is not None
    kinds = question_kinds()
    constant = source.question in kinds
    asked = [source.question] if constant else list(source.questions) or list(kinds)
    questions = [known_code(each, kinds, f"{grid.place}, questions", "question") for each in asked]
    column = None if constant or not source.question else grid.at(source.question, "question")
    about_kinds = _kinds_in(grid, column, questions, kinds)
    if len(about_kinds) > 1:
        raise BadValuesError(f"{grid.place}: questions about bodies and about people need a [[sources]] each")
    _add_about(grid, source, context, about_kinds.pop() if about_kinds else "body", person)
    if source.questions:
        named = [
            (grid.at(held, f"questions.{code}"), question, held)
            for (code, held), question in zip(source.questions.items(), questions, strict=True)
        ]
        columns = pl.DataFrame(named, schema=["at", "asked", "column"], orient="row")
        cells = _long(grid, [row[0] for row in named], columns)
    else:
        cells = _rows_of_answers(grid, source, column, questions[0], kinds)
    return _relations(cells, source, grid)


def question_kinds() -> dict[str, str]:
    """Return whether each relation question is asked about a body or a person."""
    return {each.id: each.about for each in framework().relation_questions}


def _small(text: str) -> str:
    return " ".join(text.split()).lower()


def _kinds_in(grid: Grid, column: str | None, questions: Sequence[str], kinds: Mapping[str, str]) -> set[str]:
    if column is None:
        return {kinds[question] for question in questions}
    return {kinds[each] for each in plain(grid.frame[column]).drop_nulls().unique() if each in kinds}


def _add_about(grid: Grid, source: Source, context: Context, kind: str, person: Person | None) -> None:
    """Give each row the code of the body or person it is about; rows about nobody known are rejected."""
    assert source.about is not None
    cells = grid.frame[grid.at(source.about.column, "about.column")]
    empty = grid.frame["line"].filter(cells.is_null())
    if kind == "person":
        if person is None:
            raise BadValuesError(f"{grid.place}: answers about people need person.pseudonym, as their names do")
        about = pseudonyms(cells, person, grid, context)
    else:
        meant = meanings(source.about.values, context.bodies, f"{grid.place}, about.values", "body")
        about = plain(cells).replace_strict(meant, default=None, return_dtype=pl.String)
    wrong = grid.frame["line"].filter(cells.is_not_null() & about.is_null())
    grid.frame = grid.frame.with_columns(about.alias("about"), pl.lit(kind).alias("about_kind"))
    text = "no body of the study has this code or name; add it to about.values in the mapping, with its code"
    reject(grid, wrong, UnknownNameError, text, source.about.column)
    reject(grid, empty, BadValuesError, "the cell is empty; it must say whom the answer is about", source.about.column)


def _long(grid: Grid, positions: Sequence[str], columns: pl.DataFrame) -> pl.DataFrame:
    """Return one row for each cell that holds something."""
    index = [*_WHO, *(name for name in ("about", "about_kind") if name in grid.frame.columns)]
    return (
        grid.frame.select(*index, *positions)
        .unpivot(positions, index=index, variable_name="at", value_name="cell")
        .drop_nulls("cell")
        .join(columns, on="at", how="inner", maintain_order="left")
    )


def _rows_of_answers(
    grid: Grid, source: Source, column: str | None, constant: str, kinds: Mapping[str, str]
) -> pl.DataFrame:
    """Return the cells of a list with one answer in a row; without a column of answers, each row names somebody."""
    if column is None:
        asked: pl.Expr = pl.lit(constant)
    else:
        grid.frame = grid.frame.with_columns(plain(grid.frame[column]).alias("asked"))
        unknown = grid.frame.filter(~pl.col("asked").is_in(list(kinds)).fill_null(value=False))["line"]
        text = f"no question of the questionnaire has this id; questions are {', '.join(kinds)}"
        reject(grid, unknown, UnknownNameError, text, source.question)
        asked = pl.col("asked")
    if source.answer:
        cell: pl.Expr = pl.col(grid.at(source.answer, "answer"))
    elif question_keys(source)[constant].allowed == {0, 1}:
        cell = pl.lit("1")
    else:
        raise BadValuesError(f"{grid.place}: answers to {constant} need a column; name it under answer")
    shown = pl.lit(source.answer or source.question)
    return grid.frame.select(*_WHO, "about", "about_kind", asked=asked, cell=cell, column=shown).drop_nulls("cell")


def matrix_answers(grid: Grid, source: Source, context: Context) -> pl.DataFrame:
    """Return the answers of a matrix: the row's label says who answers, the column's label about whom.

    For a matrix of bodies each body gets one respondent, so that its answers stand on a person as
    all others do. Rows without any tie stay: their people are kept.
    """
    assert source.person is not None
    kinds = question_kinds()
    question = known_code(source.question, kinds, f"{grid.place}, question", "question")
    label = grid.at(source.person.column, "person.column")
    others = [(str(n), name) for n, name in enumerate(grid.names) if str(n) != label]
    about = _labels(grid, source, context, others, kinds[question])
    columns = pl.DataFrame(
        [(at, code, question, f"column {int(at) + 1}") for (at, _), code in zip(others, about, strict=True) if code],
        schema={"at": pl.String, "about": pl.String, "asked": pl.String, "column": pl.String},
        orient="row",
    )
    cells = _long(grid, columns["at"].to_list(), columns).with_columns(about_kind=pl.lit(kinds[question]))
    none = ~pl.lit(0 in question_keys(source)[question].allowed) & pl.col("cell").is_in(["0", "0.0"])
    zeros, cells = cells.filter(none).height, cells.filter(~none)
    itself = _itself(cells, grid, kinds[question])
    alone = grid.frame.filter(~pl.col("line").is_in(cells.filter(~itself)["line"].implode())).height
    for count, text in (
        (zeros, f"cells of 0, which is no answer to {question} and is taken as none"),
        (int(itself.sum()), "cells on the diagonal, of a body or person about itself, which are not read"),
        (alone, "rows without any tie, whose people are kept"),
    ):
        if count:
            grid.log.notes.append(f"{text}: {count:,}")
    return _relations(cells.filter(~itself), source, grid)


def _labels(
    grid: Grid, source: Source, context: Context, columns: Sequence[tuple[str, str]], kind: str
) -> list[str | None]:
    """Return the code that each label of a column stands for, None where it stands for nobody known."""
    assert source.person is not None
    if kind == "person":
        names = pl.Series([name for _, name in columns], dtype=pl.String)
        return pseudonyms(names, source.person, grid, context).to_list()
    values = source.about.values if source.about else {}
    meant = meanings(values, context.bodies, f"{grid.place}, about.values", "body")
    codes = [meant.get(_small(name)) for _, name in columns]
    for (at, _), code in zip(columns, codes, strict=True):
        if code is None:
            message = "its label is no code or name of a body of the study; add it to about.values, with its code"
            grid.log.add(UnknownNameError, message, column=f"column {int(at) + 1}")
    return codes


def _itself(cells: pl.DataFrame, grid: Grid, kind: str) -> pl.Series:
    """Tell which cells are about the body or person that answers."""
    if kind == "person":
        return cells["about"] == cells["person"]
    if "body" not in grid.frame.columns:
        return pl.repeat(False, cells.height, dtype=pl.Boolean, eager=True)
    own = cells.join(grid.frame.select("line", "body"), on="line", how="left", maintain_order="left")["body"]
    return (cells["about"] == own).fill_null(value=False)


def add_respondents(grid: Grid, source: Source, context: Context) -> None:
    """Make up one respondent for each row of a matrix of bodies: the body's code followed by -respondent."""
    assert source.person is not None
    column = source.person.column
    cells = plain(grid.frame[grid.at(column, "person.column")])
    values = source.body.values if source.body else {}
    meant = meanings(values, context.bodies, f"{grid.place}, body.values", "body")
    codes = cells.replace_strict(meant, default=None, return_dtype=pl.String).alias("body")
    if source.respondents_tier not in context.tiers.values():
        allowed = ", ".join(dict.fromkeys(context.tiers.values()))
        raise UnknownNameError(
            f"{grid.place}: respondents_tier is {source.respondents_tier[:60]!r}; allowed: {allowed}"
        )
    unknown = grid.frame["line"].filter(codes.is_null())
    grid.frame = grid.frame.with_columns(
        codes, (codes + "-respondent").alias("person"), pl.lit(source.respondents_tier).alias("tier")
    )
    text = "no body of the study has this code or name; add it to body.values in the mapping, with its code"
    reject(grid, unknown, UnknownNameError, text, column)


def _relations(cells: pl.DataFrame, source: Source, grid: Grid) -> pl.DataFrame:
    """Return rows of the table of relations, and note how many there are."""
    if "about_kind" not in cells.columns:
        cells = cells.with_columns(about_kind=pl.lit("body"))
    told = read_answers(cells, question_keys(source), grid)
    alone = (pl.col("about_kind") == "person") & (pl.col("about") == pl.col("person"))
    for line in told.filter(alone)["line"].unique(maintain_order=True):
        grid.log.add(BrokenStructureError, "the answer is about the person who gave it", row=line)
    told = told.filter(~alone)
    grid.log.notes.append(
        f"answers about bodies and people: {cells.height:,} read, {told.height:,} kept, "
        f"{cells.height - told.height:,} not kept"
    )
    return told.select("person", "wave", "about_kind", "about", pl.col("asked").alias("question"), "answer", "line")
