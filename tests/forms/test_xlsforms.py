"""XLSForm workbooks: converted by pyxform without a complaint, and asking what they should."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from xml.etree import ElementTree

import openpyxl
import pytest
from blank_form import FORMULA, harmful, plain
from pyxform.xls2xform import ConvertResult, convert

from leaderful.errors import BadValuesError
from leaderful.forms import Choice, Survey, xlsform
from leaderful.framework import framework

SURVEYS = {"harmful": harmful(), "plain": plain()}
KINDS = {"survey": xlsform.xlsform, "diary": xlsform.diary}
XF = "{http://www.w3.org/2002/xforms}"
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9._-]*")


def _converted(content: bytes) -> ConvertResult:
    result = convert(io.BytesIO(content), validate=False, file_type=".xlsx")
    assert result.warnings == []
    return result


def _rows(content: bytes, sheet: str) -> list[dict[str, str]]:
    rows = openpyxl.load_workbook(io.BytesIO(content))[sheet].iter_rows(values_only=True)
    names = next(rows)
    return [{n: c for n, c in zip(names, row, strict=True) if c is not None} for row in rows]


def _questions(content: bytes) -> dict[str, dict[str, str]]:
    return {row["name"]: row for row in _rows(content, "survey") if "name" in row}


def _choices(content: bytes, name: str) -> dict[str, str]:
    return {row["name"]: row["label"] for row in _rows(content, "choices") if row["list_name"] == name}


@pytest.mark.parametrize("survey", SURVEYS.values(), ids=SURVEYS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_form_converts_without_a_warning_and_is_the_same_every_time(survey: Survey, kind: str) -> None:
    content = KINDS[kind](survey)
    assert content == KINDS[kind](survey)
    xml = _converted(content).xform
    assert xml is not None
    ElementTree.fromstring(xml)
    rows = _rows(content, "survey")
    names = [row["name"] for row in rows if "name" in row]
    assert len(set(names)) == len(names)
    assert all(NAME.fullmatch(name) for name in names)
    opened = [row["type"].removeprefix("begin_") for row in rows if row["type"].startswith("begin_")]
    closed = [row["type"].removeprefix("end_") for row in rows if row["type"].startswith("end_")]
    assert sorted(opened) == sorted(closed)


def test_every_item_stands_on_the_page_of_its_scale() -> None:
    xml = _converted(xlsform.xlsform(harmful())).xform
    data = ElementTree.fromstring(xml).find(f".//{XF}instance/{XF}data")
    assert data is not None
    pages = {child.tag.removeprefix(XF): [each.tag.removeprefix(XF) for each in child] for child in data}
    for scale in (*framework().item_scales, *harmful().instruments[0].item_scales):
        assert pages[f"statements-{scale.id}"] == [item.id for item in scale.items]
    questions = _questions(xlsform.xlsform(harmful()))
    assert questions["CGP1"]["label"] == framework().items[0].text
    assert questions["CGP1"]["type"] == "select_one agree5"
    assert questions["statements-CGP"]["appearance"] == "field-list"
    assert questions["statements-CGP"]["label"] == "Statements, page 1 of 14"
    assert questions["VIG1"]["type"] == "select_one answers_ENG"


def test_answers_are_numbers_and_a_way_out() -> None:
    content = xlsform.xlsform(harmful())
    assert _choices(content, "agree5") == {
        "1": "strongly disagree",
        "2": "disagree",
        "3": "neither agree nor disagree",
        "4": "agree",
        "5": "strongly agree",
        "unable": "I am not able to say",
    }
    assert list(_choices(content, "answers_ENG")) == ["0", "1", "2", "3", "unable"]
    for question in framework().relation_questions:
        list_name = _questions(content)[question.id]["type"].split()[1]
        given = _choices(content, list_name)
        assert list(given) == [*(str(answer.value) for answer in question.answers), "unable"]
        assert list(given.values())[:-1] == [answer.label for answer in question.answers]


def test_relations_are_asked_of_each_partner_that_was_picked() -> None:
    questions = _questions(xlsform.xlsform(harmful()))
    assert questions["partners"]["type"] == "select_multiple bodies"
    assert questions["partners"]["choice_filter"] == "name != ${body}"
    assert questions["relations"]["repeat_count"] == "count-selected(${partners})"
    assert questions["about-body"]["calculation"] == "selected-at(${partners}, position(..) - 1)"
    assert questions["persons-count"]["constraint"] == ". >= 0 and . <= 20"
    asked = [question.id for question in framework().relation_questions if question.about == "body"]
    names = list(questions)
    start = names.index("relation") + 1
    assert names[start : start + len(asked)] == asked


def test_nothing_is_asked_of_those_who_do_not_agree() -> None:
    outside, depth = [], 0
    for row in _rows(xlsform.xlsform(harmful()), "survey"):
        if row["type"].startswith("begin_"):
            assert depth or row["relevant"] == "${consent} = 'yes'"
            depth += 1
        elif row["type"].startswith("end_"):
            depth -= 1
        elif not depth:
            outside.append((row["type"], row["name"]))
    assert outside == [
        ("note", "introduction"),
        ("note", "terms"),
        ("note", "consent-text"),
        ("select_one yes_no", "consent"),
    ]


def test_a_name_is_neither_a_formula_nor_a_reference() -> None:
    content = xlsform.xlsform(harmful())
    names = _choices(content, "bodies")
    assert names["RX1"] == FORMULA
    assert names["RX2"] == "Ward $ {consent} Trust"
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/")]
    assert sheets
    assert not [sheet for sheet in sheets if "<f>" in sheet or "<f " in sheet or "hyperlink" in sheet]
    xml = _converted(content).xform
    labels = [label.text for label in ElementTree.fromstring(xml).iter(f"{XF}label")]
    assert FORMULA in labels
    assert "Ward $ {consent} Trust" in labels


def test_a_long_roster_is_searched_by_typing() -> None:
    many = replace(plain(), bodies=tuple(Choice(code=f"B{n}", name=f"Body {n}") for n in range(21)))
    few = replace(plain(), bodies=many.bodies[:20])
    assert _questions(xlsform.xlsform(many))["body"]["appearance"] == "minimal autocomplete"
    assert "appearance" not in _questions(xlsform.xlsform(few))["body"]
    _converted(xlsform.xlsform(many))


def test_a_code_with_a_space_is_refused() -> None:
    spaced = replace(plain(), bodies=(Choice(code="RX 1", name="One"),))
    with pytest.raises(BadValuesError, match=r"bodies: the code 'RX 1' has a space"):
        xlsform.xlsform(spaced)


def test_the_form_says_that_it_is_unvalidated_and_on_which_terms() -> None:
    for draw in KINDS.values():
        questions = _questions(draw(harmful()))
        assert "has not been validated" in questions["terms"]["label"]
        assert "Licence: MIT." in questions["terms"]["label"]
        assert "Licence: items may not be stored." in questions["terms"]["label"]
        (settings,) = _rows(draw(harmful()), "settings")
        assert settings["version"].startswith("0-")
        assert settings["form_id"].endswith("-QHM")
    assert "Taking part is your choice" in _questions(xlsform.xlsform(plain()))["consent-text"]["label"]


def test_the_diary_asks_every_diary_question() -> None:
    content = xlsform.diary(harmful())
    questions = _questions(content)
    assert [question.id for question in framework().diary_questions if question.id not in questions] == []
    assert questions["diary-when"]["type"] == "dateTime"
    assert questions["diary-who-bodies"]["type"] == "select_multiple bodies"
    assert list(_choices(content, "behaviours")) == [behaviour.id for behaviour in framework().behaviours]
