"""Blank tables to be filled by hand: a workbook with lists to pick from, or plain CSV files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from xlsxwriter.worksheet import Worksheet

from leaderful.forms import words
from leaderful.forms.survey import Block, Choice, Survey, about, asked, entry_choices
from leaderful.forms.workbooks import Book, workbook_bytes
from leaderful.framework import framework
from leaderful.framework.entries import Answer
from leaderful.study.tables import TABLES
from leaderful.writing import FORMULA_STARTS

PERSON_COLUMNS = ("person", "wave", "body", "team", "tier")
"""Columns of the wide table of answers that come before the items."""

LONG_TABLES = ("people", "waves", "responses", "relations", "moments")
"""Tables of a study that hold what a survey collects."""

ROWS = 1_000
"""Rows of a sheet in which cells are checked as they are filled."""

_LISTS = "lists"
_YES_NO = (Choice(code="yes", name="yes"), Choice(code="no", name="no"))
_MESSAGE = 255  # a spreadsheet takes no longer message beside a cell, and no longer list in one
_HOW = (
    "Sheet answers: one row for each person and wave. Write a code for the person, never a name. Pick the answers as "
    "they were given; do not turn them round.",
    "Leave a cell empty for “{unable}”, and where nothing was answered.",
    "Sheet relations: one row for each person and organisation they speak of. Sheet persons: one row for each person "
    "and person they speak of, both by their codes.",
    "Sheet moments: one row for each moment, as in the table moments of a study. Where a cell holds several codes, put "
    "; between them.",
    "Sheet questions has the words of every question and the meaning of its numbers. Sheet lists has the codes to pick "
    "from; add your own below each list.",
    "Then: leaderful import reads this workbook into a study.",
)
_FILES = (
    "The file without a suffix to its name: one row for each person and wave, one column for each statement.",
    "The files named after a table (people, waves, responses, relations, moments): the tables of a study. Each may be "
    "filled in place of the wide one and put into the study's folder under the name of its table.",
    "The file lists: the codes to write. The file questions: the words of every question and what its numbers mean.",
    "Write a code for each person, never a name. Write answers as they were given; do not turn them round. Leave a "
    "cell empty for “{unable}”, and where nothing was answered.",
    "Save as CSV UTF-8.",
)


def wide_columns(survey: Survey) -> tuple[str, ...]:
    """Return the columns of the wide table of answers."""
    return (*PERSON_COLUMNS, *(item.id for item in survey.items))


def csv_files(survey: Survey) -> dict[str, bytes]:
    """Return blank CSV files by what their names end with: answers a row a person, and a study's own tables."""
    files = {".csv": _csv([wide_columns(survey)])}
    for name in LONG_TABLES:
        files[f"-{name}.csv"] = _csv([tuple(TABLES[name].schema)])
    files["-lists.csv"] = _csv([("list", "code", "name"), *_list_rows(survey)])
    files["-questions.csv"] = _csv(_question_rows(survey))
    files["-read-me.txt"] = ("\n\n".join(_explained(survey, _FILES)) + "\n").encode("utf-8-sig")
    return files


def workbook(survey: Survey) -> bytes:
    """Return a blank workbook whose cells offer what may be written in them."""

    def fill(book: Book) -> None:
        _instructions(book, survey)
        ranges = _list_ranges(survey)
        answers = _sheet(book, "answers", wide_columns(survey))
        _pick_details(answers, survey, ranges)
        for column, (block, id, text) in enumerate(_asked_items(survey), start=len(PERSON_COLUMNS)):
            _pick_number(answers, column, block.answers, id, text)
        for name, kind in (("relations", "body"), ("persons", "person")):
            _relations(book, name, kind, ranges)
        _moments(book, ranges)
        book.table(book.sheet("questions"), _question_rows(survey), look=book.wrapped)
        _lists(book, survey)

    return workbook_bytes(survey.as_at, fill)


def _explained(survey: Survey, how: Sequence[str]) -> Iterator[str]:
    unable = framework().instrument.unable
    yield words.title(survey)
    yield from words.introduction(survey)
    yield from (line.format(unable=unable) for line in how)
    yield "What people are told before they answer:"
    yield from words.consent(survey)
    yield from words.terms(survey)


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    """Return CSV with a byte order mark; a cell that would be a formula begins with an apostrophe."""
    stream = io.StringIO()
    safe = ([f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell for cell in row] for row in rows)
    csv.writer(stream, lineterminator="\n").writerows(safe)
    return stream.getvalue().encode("utf-8-sig")


def _lists_of(survey: Survey) -> dict[str, Sequence[Choice]]:
    return {
        "bodies": survey.roster,
        "teams": survey.team_list,
        "tiers": entry_choices(framework().tiers),
        "openers": entry_choices(framework().openers),
        "behaviours": entry_choices(framework().behaviours),
        "yes_no": _YES_NO,
    }


def _list_rows(survey: Survey) -> list[tuple[str, str, str]]:
    return [(name, choice.code, choice.name) for name, choices in _lists_of(survey).items() for choice in choices]


def _question_rows(survey: Survey) -> list[tuple[str, str, str]]:
    rows = [("id", "question", "answers")]
    rows += [(id, text, _meanings(block.answers)) for block, id, text in _asked_items(survey)]
    relations = framework().relation_questions
    rows += [(question.id, question.definition, _meanings(question.answers)) for question in relations]
    return rows


def _asked_items(survey: Survey) -> Iterator[tuple[Block, str, str]]:
    for block in survey.blocks:
        for item in block.scale.items:
            yield block, item.id, asked(item)


def _meanings(answers: Sequence[Answer]) -> str:
    return "; ".join(f"{answer.value} {answer.label}" for answer in answers)


def _instructions(book: Book, survey: Survey) -> None:
    sheet = book.sheet("instructions")
    sheet.set_column(0, 0, 100)
    for row, line in enumerate(_explained(survey, _HOW)):
        book.write(sheet, row, 0, line, book.heading if row == 0 else book.wrapped)


def _sheet(book: Book, name: str, columns: Sequence[str]) -> Worksheet:
    """Add a sheet whose cells are text, so that no code becomes a number or a date; answers are not codes."""
    sheet = book.sheet(name)
    sheet.set_column(0, len(columns) - 1, 14, book.text)
    book.table(sheet, [columns])
    return sheet


def _pick_details(sheet: Worksheet, survey: Survey, ranges: dict[str, str]) -> None:
    _pick(sheet, PERSON_COLUMNS.index("body"), ranges["bodies"])
    _pick(sheet, PERSON_COLUMNS.index("tier"), ranges["tiers"])
    if survey.team_list:
        _pick(sheet, PERSON_COLUMNS.index("team"), ranges["teams"])


def _relations(book: Book, name: str, kind: str, ranges: dict[str, str]) -> None:
    questions = about(kind)
    columns = ("person", "wave", f"about-{kind}", *(question.id for question in questions))
    sheet = _sheet(book, name, columns)
    if kind == "body":
        _pick(sheet, columns.index("about-body"), ranges["bodies"])
    for column, question in enumerate(questions, start=3):
        _pick_number(sheet, column, question.answers, question.id, question.definition)


def _moments(book: Book, ranges: dict[str, str]) -> None:
    columns = tuple(TABLES["moments"].schema)
    sheet = _sheet(book, "moments", columns)
    _pick(sheet, columns.index("opener"), ranges["openers"])
    for name in ("taken", "consent_text"):
        _pick(sheet, columns.index(name), ranges["yes_no"])


def _lists(book: Book, survey: Survey) -> None:
    """Write each list as two columns, codes and names."""
    sheet = book.sheet(_LISTS)
    for number, (name, choices) in enumerate(_lists_of(survey).items()):
        book.write(sheet, 0, 2 * number, name, book.heading)
        book.write(sheet, 0, 2 * number + 1, "name", book.heading)
        for row, choice in enumerate(choices, start=1):
            book.write(sheet, row, 2 * number, choice.code)
            book.write(sheet, row, 2 * number + 1, choice.name)
    sheet.freeze_panes(1, 0)


def _list_ranges(survey: Survey) -> dict[str, str]:
    """Return where each list stands, with room below it for the study team's own entries."""
    letters = {name: _letter(2 * number) for number, name in enumerate(_lists_of(survey))}
    length = {name: len(choices) + 1 for name, choices in _lists_of(survey).items()}
    room = {name: 100 if name in ("bodies", "teams") else 0 for name in letters}
    return {name: f"={_LISTS}!${letter}$2:${letter}${length[name] + room[name]}" for name, letter in letters.items()}


def _letter(column: int) -> str:
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[column]


def _pick(sheet: Worksheet, column: int, source: str) -> None:
    """Let a column be filled from a list; what is not on it is asked about and not refused."""
    message = {"error_title": "Not on the list", "error_message": "This code is not on sheet lists. Keep it?"}
    rule = {"validate": "list", "source": source, "error_type": "warning", **message}
    sheet.data_validation(1, column, ROWS, column, rule)


def _pick_number(sheet: Worksheet, column: int, answers: Sequence[Answer], id: str, text: str) -> None:
    """Let a column be filled with the numbers of the answers, with the question in sight."""
    numbers = [str(answer.value) for answer in answers]
    shown = text if len(text) <= _MESSAGE else f"{text[: _MESSAGE - 1]}…"
    rule: dict[str, object] = {
        "input_title": id[:32],
        "input_message": shown,
        "error_title": "Not an answer",
        "error_message": f"Write a number from {numbers[0]} to {numbers[-1]}, or leave the cell empty.",
    }
    if len(",".join(numbers)) <= _MESSAGE:
        rule |= {"validate": "list", "source": numbers}
    else:
        rule |= {
            "validate": "integer",
            "criteria": "between",
            "minimum": answers[0].value,
            "maximum": answers[-1].value,
        }
    sheet.set_column(column, column, 14)
    sheet.data_validation(1, column, ROWS, column, rule)
