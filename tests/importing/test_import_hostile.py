"""Files and names nobody should be hurt by: each ends with an exit code and advice, and repeats no answer."""

from __future__ import annotations

import json
import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from survey_products import csv_file, make_study, xlsx_file

from leaderful.errors import UnreadableFileError
from leaderful.study.importing.mapping import Source
from leaderful.study.importing.sheets import read_sheets

Run = Callable[..., tuple[int, str, str]]
MAPPING = (
    "mapping_version = 1\n[[sources]]\nfile = '*'\nkind = 'answers'\nitems = { CGP1 = 'CGP1' }\n"
    "person = { column = 'person', pseudonym = 'as-is' }\nbody = { column = 'body' }\ntier = { column = 'tier' }\n"
)
ROWS = [["person", "body", "tier", "CGP1"], ["k1", "RTD", "board", 4]]
SHEET = "xl/worksheets/sheet1.xml"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a study, a file of answers and a mapping, in which commands are run."""
    make_study(tmp_path / "study")
    csv_file(tmp_path / "a.csv", ROWS)
    (tmp_path / "m.toml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "loop").symlink_to("loop")
    monkeypatch.chdir(tmp_path)
    return tmp_path


# Names


@pytest.mark.parametrize("name", [".", "/", "..", "study", "nowhere.csv", "a.csv/b.csv", "loop", "x" * 300])
def test_what_is_no_file_is_refused_wherever_one_is_named(name: str, place: Path, leaderful: Run) -> None:
    for words in (
        ("import", "study", name, "--guess"),
        ("import", "study", name, "--mapping", "m.toml"),
        ("import", "study", "a.csv", "--mapping", name),
        ("import", "study", "a.csv", "--mapping", "m.toml", "--key", name),
    ):
        code, _, err = leaderful(*words)
        assert 3 <= code <= 10 and re.match(r"leaderful: .+\. \w", err, re.S), words
    assert not [file for file in place.iterdir() if file.name.endswith(".mapping.toml")]


@pytest.mark.parametrize("name", [".", "/", "..", "x" * 300, "a.csv/form", "loop/form"])
def test_a_form_needs_a_name_that_a_file_can_have(name: str, place: Path, leaderful: Run) -> None:
    for kind in ("csv", "xlsform"):
        code, _, err = leaderful("form", kind, "--out", name)
        assert code == 4 and "Choose" in err
    assert {file.name for file in place.iterdir()} == {"study", "a.csv", "m.toml", "loop"}


@pytest.mark.parametrize("name", ["answers [final].csv", "we?ird.csv", 'quo"te.csv', "C:\\Users\\a.csv", "[a-z].csv"])
def test_a_guess_finds_its_file_again_whatever_the_name_is(name: str, place: Path, leaderful: Run) -> None:
    (place / "a.csv").rename(place / name)
    assert leaderful("import", "study", name, "--guess", "--mapping", "g.toml")[0] == 0
    code, out, _ = leaderful("import", "study", name, "--mapping", "g.toml", "--dry-run")
    assert code == 0 and "1 read, 1 kept" in out


def test_only_a_star_stands_for_other_characters() -> None:
    source = Source(file="wave[12] ?*.csv", kind="answers")
    assert source.matches("Wave[12] ?(3).csv", "")
    assert not source.matches("wave1 x.csv", "")


def test_a_name_that_is_not_utf_8_is_refused(place: Path, leaderful: Run) -> None:
    name = os.fsdecode(b"a\xff.csv")
    try:
        (place / "a.csv").rename(place / name)
    except OSError:
        pytest.skip("this file system has no such names")
    code, _, err = leaderful("import", "study", name, "--guess", "--mapping", "g.toml")
    assert code == 5 and "Give it another name" in err


# Sizes


@pytest.mark.parametrize("kept", ["mapping", "instrument"])
def test_a_number_of_thousands_of_digits_is_no_traceback(kept: str, place: Path, leaderful: Run) -> None:
    (place / "n.toml").write_text(f"mapping_version = {'1' * 5000}\n", encoding="utf-8")
    words = {
        "mapping": ("import", "study", "a.csv", "--mapping", "n.toml"),
        "instrument": ("form", "csv", "--out", "f", "--instrument", "n.toml"),
    }[kept]
    code, _, err = leaderful(*words)
    assert code == 5 and "n.toml is not in order: a value is too large to read" in err


def test_a_small_file_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    wide = tmp_path / "wide.csv"
    wide.write_text("x," * 15_999 + "\n" + "k\n" * 10_000, encoding="utf-8")
    with pytest.raises(UnreadableFileError, match=r"10,001 rows of up to 16,000 cells, .* more than 100,000,000"):
        read_sheets(wide)
    wider = tmp_path / "wider.csv"
    wider.write_text("x," * 16_384 + "\n", encoding="utf-8")
    with pytest.raises(UnreadableFileError, match="more than 16,384 cells"):
        read_sheets(wider)


def answered(*links: str, **more: object) -> dict[str, object]:
    items = [{"linkId": link, "answer": [{"valueString": "zqsecret"}]} for link in links]
    return {"resourceType": "QuestionnaireResponse", "item": items, **more}


@pytest.mark.parametrize(
    ("responses", "message"),
    [
        ([answered(*(f"q{n}" for n in range(16_384)))], "more than 16,384 cells"),
        ([answered(*(f"q{n}-{k}" for k in range(2))) for n in range(8_000)], "more than 100,000,000"),
        (
            [
                {
                    "resourceType": "QuestionnaireResponse",
                    "item": [{"linkId": f"g{n}", "item": [{"linkId": "about-x"}]}],
                }
                for n in range(1_001)
            ],
            "more than 1,000 names",
        ),
    ],
)
def test_responses_that_share_no_question_are_refused(
    responses: list[dict[str, object]], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(responses), encoding="utf-8")
    with pytest.raises(UnreadableFileError, match=message) as raised:
        read_sheets(path)
    assert "zqsecret" not in str(raised.value)


def test_a_number_in_json_of_thousands_of_digits_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"resourceType": "QuestionnaireResponse", "id": ' + "9" * 5000 + "}", encoding="utf-8")
    with pytest.raises(UnreadableFileError, match="not in order as JSON"):
        read_sheets(path)


def test_half_a_character_in_json_is_read_as_a_question_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(answered("CGP1\ud83d", subject={"reference": "k\udc00"})), encoding="ascii")
    (sheet,) = read_sheets(path)
    assert "CGP1?" in sheet.row(0) and "k?" in sheet.row(1)


# Workbooks


def changed(path: Path, part: str, old: bytes, new: bytes) -> Path:
    """Write a workbook of one good sheet in which one part is changed."""
    good = xlsx_file(path.with_name("good.xlsx"), {"a": [["x", "y"], ["zqsecret", 2]]})
    with zipfile.ZipFile(good) as packed, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as written:
        for name in packed.namelist():
            content = packed.read(name)
            assert name != part or old in content
            written.writestr(name, content.replace(old, new) if name == part else content)
    return path


FAR = {
    "in the last corner": b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
    "with another prefix": b'<row><q:c xmlns:q="u" r="XFD1048576"><v>1</v></q:c></row></sheetData>',
    "behind another attribute": b"<row><c s='1' r='XFD1048576' x=' r=\"A1\"'><v>1</v></c></row></sheetData>",
    "without a place": b'<row r="1048576"><c><v>1</v></c></row></sheetData>',
    "with an end in an attribute": b'<row r="1048576"><c x="/>" r="XFD1048576"><v>1</v></c></row></sheetData>',
    "beyond any sheet": b'<row r="99999999"><c r="A99999999"><v>1</v></c></row></sheetData>',
    "in a tag of a thousand attributes": b'<row><c r="A9"' + b" a=''" * 200_000 + b"<v>1</v></row></sheetData>",
}


@pytest.mark.parametrize("how", FAR)
def test_cells_that_stand_far_apart_are_refused_before_they_fill_the_memory(how: str, tmp_path: Path) -> None:
    path = changed(tmp_path / "a.xlsx", SHEET, b"</sheetData>", FAR[how])
    with pytest.raises(
        UnreadableFileError, match=r"more than 100,000,000|does not say where each of its cells"
    ) as raised:
        read_sheets(path)
    assert "zqsecret" not in str(raised.value)


def test_an_empty_cell_with_a_look_of_its_own_is_not_far(tmp_path: Path) -> None:
    empty = b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    (sheet,) = read_sheets(changed(tmp_path / "a.xlsx", SHEET, b"</sheetData>", empty))
    assert sheet.row(2) == ("zqsecret", "2")


def test_merged_cells_formulas_and_charts_are_read_as_they_show(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet("S")
    sheet.merge_range("A1:B1", "Q")
    sheet.write_formula("A2", "=2+2", None, 4)
    sheet.write_formula("B2", "=1/0", None, "#DIV/0!")
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=S!$A$2:$A$2"})
    book.add_chartsheet("Chart").set_chart(chart)
    book.close()
    (read,) = read_sheets(tmp_path / "a.xlsx")
    assert (read.row(1), read.row(2)[0]) == (("Q", ""), "4")
    assert capsys.readouterr() == ("", "")
