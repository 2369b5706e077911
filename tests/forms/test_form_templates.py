"""Blank tables: the right columns, lists to pick from, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace

import openpyxl
import polars as pl
import pytest
from blank_form import DAY, ENGAGEMENT, FORMULA, harmful, plain
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from leaderful.forms import Choice, Survey, latest_wave, partners, teams, templates
from leaderful.forms.survey import shown
from leaderful.framework import framework
from leaderful.framework.entries import Answer
from leaderful.study.tables import TABLES


def _read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def _book(survey: Survey) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(templates.workbook(survey)))


def _header(sheet: Worksheet) -> list[str]:
    return [cell.value for cell in sheet[1]]


def _picked(sheet: Worksheet) -> dict[str, object]:
    """Return the rule of each column by the name of the column."""
    rules = {}
    for rule in sheet.data_validations.dataValidation:
        (area,) = rule.sqref.ranges
        assert (area.min_row, area.max_row, area.min_col) == (2, 1001, area.max_col)
        rules[sheet.cell(1, area.min_col).value] = rule
    return rules


def test_the_wide_table_is_one_row_a_person() -> None:
    columns = ["person", "wave", "body", "team", "tier", *framework().item_ids]
    assert len(columns) == 5 + 52
    assert _read(templates.csv_files(plain())[".csv"]) == [columns]
    assert _header(_book(plain())["answers"]) == columns
    assert list(templates.wide_columns(harmful())) == [*columns, "VIG1", "VIG2"]


def test_the_long_tables_are_those_of_a_study() -> None:
    files = templates.csv_files(plain())
    for name in ("people", "waves", "responses", "relations", "moments"):
        assert _read(files[f"-{name}.csv"]) == [[column.name for column in TABLES[name].columns]]
        assert pl.read_csv(files[f"-{name}.csv"]).columns == list(TABLES[name].schema)


def test_no_csv_cell_is_a_formula() -> None:
    files = templates.csv_files(harmful())
    cells = [cell for end, file in files.items() if end.endswith(".csv") for row in _read(file) for cell in row]
    assert f"'{FORMULA}" in cells
    assert "'+44 Helpline" in cells
    assert "'@home team" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_no_workbook_cell_is_a_formula_and_editing_one_keeps_it_text() -> None:
    content = templates.workbook(harmful())
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        names = parts.namelist()
        sheets = [parts.read(name).decode() for name in names if name.startswith("xl/worksheets/")]
    assert not [name for name in names if "externalLink" in name or "vba" in name]
    assert not [sheet for sheet in sheets if "<f>" in sheet or "<f " in sheet or "<hyperlink" in sheet]
    lists = _book(harmful())["lists"]
    risky = [cell for row in lists.iter_rows() for cell in row if str(cell.value or "").startswith(("=", "+", "@"))]
    assert {cell.value for cell in risky} == {FORMULA, "+44 Helpline", "@home team"}
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in risky)


def test_the_workbook_is_the_same_every_time() -> None:
    assert templates.workbook(harmful()) == templates.workbook(harmful())


def test_answers_are_picked_with_the_question_in_sight() -> None:
    rules = _picked(_book(harmful())["answers"])
    assert set(rules) == {"body", "team", "tier", *framework().item_ids, "VIG1", "VIG2"}
    assert rules["CGP1"].formula1 == '"1,2,3,4,5"'
    assert rules["CGP1"].prompt == framework().items[0].text
    assert rules["VIG1"].formula1 == '"0,1,2,3"'
    assert rules["CGP1"].errorStyle is None  # a stop, which is what a spreadsheet does when nothing is said
    assert rules["body"].errorStyle == "warning"


def test_a_list_too_long_for_a_cell_becomes_a_range() -> None:
    (scale,) = ENGAGEMENT.item_scales
    hundred = replace(
        ENGAGEMENT,
        answers=tuple(Answer(value=value, label=str(value)) for value in range(101)),
        item_scales=(scale.model_copy(update={"highest": 100}),),
    )
    rule = _picked(_book(replace(plain(), instruments=(hundred,)))["answers"])["VIG1"]
    assert (rule.type, rule.operator, rule.formula1, rule.formula2) == ("whole", None, "0", "100")


def test_lists_stand_where_the_rules_look() -> None:
    book = _book(harmful())
    lists = book["lists"]
    assert [cell.value for cell in lists[1]][::2] == ["bodies", "teams", "tiers", "openers", "behaviours", "yes_no"]
    assert [lists.cell(row, 1).value for row in range(2, 8)] == ["RX6", "RX1", "RX3", "RX4", "RX5", "RX2"]
    assert [lists.cell(row, 5).value for row in range(2, 6)] == [tier.id for tier in framework().tiers]
    answers = _picked(book["answers"])
    assert answers["body"].formula1 == "lists!$A$2:$A$107"  # six bodies, and room for a hundred more
    assert answers["team"].formula1 == "lists!$C$2:$C$103"
    assert answers["tier"].formula1 == "lists!$E$2:$E$5"
    moments = _picked(book["moments"])
    assert moments["opener"].formula1 == f"lists!$G$2:$G${1 + len(framework().openers)}"
    assert moments["taken"].formula1 == "lists!$K$2:$K$3"


def test_relations_and_moments_have_sheets() -> None:
    book = _book(harmful())
    assert book.sheetnames == ["instructions", "answers", "relations", "persons", "moments", "questions", "lists"]
    bodies = [question for question in framework().relation_questions if question.about == "body"]
    assert _header(book["relations"]) == ["person", "wave", "about-body", *(question.id for question in bodies)]
    assert _header(book["persons"])[:4] == ["person", "wave", "about-person", "person-turned-to"]
    assert _header(book["moments"]) == list(TABLES["moments"].schema)
    rules = _picked(book["relations"])
    assert rules["body-contact"].formula1 == '"0,1,2,3,4"'
    assert rules["about-body"].formula1.startswith("lists!$A$2")


def test_codes_are_kept_as_text_and_answers_are_numbers() -> None:
    answers = _book(harmful())["answers"]
    columns = {answers.cell(1, n + 1).value: n for n in range(answers.max_column)}
    letters = {name: openpyxl.utils.get_column_letter(n + 1) for name, n in columns.items()}
    assert answers.column_dimensions[letters["person"]].number_format == "@"
    assert answers.column_dimensions[letters["CGP1"]].number_format == "General"


def test_every_question_is_explained_and_none_says_that_it_is_reversed() -> None:
    rows = _read(templates.csv_files(harmful())["-questions.csv"])
    words = {row[0]: row[1:] for row in rows}
    assert words["CGP4"][0] == framework().items[3].text
    assert words["CGP4"][1].startswith("1 strongly disagree; 2 disagree")
    assert words["VIG1"][0].startswith("[VIG1: the licence keeps these words")
    assert {question.id for question in framework().relation_questions} <= set(words)
    assert "revers" not in str(rows).casefold()


def test_every_template_says_what_it_is_and_on_which_terms() -> None:
    text = templates.csv_files(harmful())["-read-me.txt"].decode("utf-8-sig")
    sheet = "\n".join(str(row[0].value) for row in _book(harmful())["instructions"].iter_rows())
    for said in (text, sheet):
        for line in ("has not been validated", "Licence: MIT.", "Taking part is your choice", "version 0"):
            assert line in said
        assert "Engagement at work, version 2." in said
        assert "I am not able to say" in said


@given(st.text(max_size=400))
def test_a_name_is_shown_as_one_short_line(name: str) -> None:
    line = shown(name)
    assert len(line) <= 200
    assert all(character.isprintable() for character in line)
    assert shown(line) == line


@given(st.sampled_from("=+-@"), st.text(st.characters(codec="utf-8"), max_size=20))
def test_whatever_a_body_is_called_no_cell_runs(start: str, rest: str) -> None:
    survey = replace(plain(), bodies=(Choice(code="A1", name=start + rest),))
    rows = _read(templates.csv_files(survey)["-lists.csv"])
    assert rows[1] == ["bodies", "A1", f"'{shown(start + rest)}"]


@pytest.fixture
def bodies() -> pl.DataFrame:
    rows = [
        ("QHM", "North ICB", "integrated-care-board", "QHM", None, None),
        ("RX1", "Zeta Trust", "nhs-trust", "QHM", None, None),
        ("RX2", "Ended Trust", "nhs-trust", "QHM", None, DAY.replace(day=1, month=3)),
        ("RX3", "Later Trust", "nhs-trust", "QHM", DAY.replace(month=6), None),
        ("RX9", "Last Day Trust", "nhs-trust", "QHM", None, DAY),
        ("T1", "Ward team", "team", "QHM", None, None),
        ("DEP", "Ministry", "ministry", None, None, None),
        ("OUT", "Neighbour", "nhs-trust", "QXX", None, None),
        ("VCS", "Charity beyond", "voluntary-organisation", None, None, None),
    ]
    held = pl.DataFrame(rows, schema=["id", "name", "kind", "system", "valid_from", "valid_to"], orient="row")
    return held.with_columns(pl.col("valid_from", "valid_to").cast(pl.Date))


@pytest.fixture
def people() -> pl.DataFrame:
    return pl.DataFrame({"body": ["VCS", "RX1"], "team": [None, "RX1"]}, schema={"body": pl.String, "team": pl.String})


def test_partners_stand_in_the_system_or_employ_its_people(bodies: pl.DataFrame, people: pl.DataFrame) -> None:
    found = partners(bodies, people, system="QHM", as_at=DAY)
    assert {choice.code for choice in found} == {"QHM", "RX1", "RX9", "VCS"}
    every = partners(bodies, people, system="", as_at=DAY)
    assert {choice.code for choice in every} == {"QHM", "RX1", "RX9", "DEP", "OUT", "VCS"}
    roster = replace(plain(), bodies=found).roster
    assert [choice.name for choice in roster] == ["Charity beyond", "Last Day Trust", "North ICB", "Zeta Trust"]


def test_teams_are_bodies_of_that_kind_or_named_as_teams(bodies: pl.DataFrame, people: pl.DataFrame) -> None:
    assert {choice.code for choice in teams(bodies, people, as_at=DAY)} == {"T1", "RX1"}


def test_the_wave_is_the_one_that_opened_last() -> None:
    waves = pl.DataFrame({"id": ["b", "a"], "opens": [DAY.replace(year=2025), DAY]})
    assert latest_wave(waves) == "a"
    assert latest_wave(waves.clear()) == ""
