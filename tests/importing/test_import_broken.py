"""Broken files, cells and mappings: what is lost is named, and nothing a person said is repeated."""

from __future__ import annotations

import json
import re
import tomllib
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from survey_products import csv_file, make_study, qualtrics, xlsx_file

from leaderful.errors import BadValuesError, BrokenKeysError, LeaderfulError, UnknownNameError, UnreadableFileError
from leaderful.study import Limits, Study
from leaderful.study.importing import Imported, guess, import_files
from leaderful.study.importing.mapping import read_mapping
from leaderful.study.importing.sheets import read_sheets

HEAD = "mapping_version = 1\n\n[[sources]]\nfile = '*'\n"
WIDE = (
    "kind = 'answers'\nperson = { column = 'who', pseudonym = 'as-is' }\nbody = { column = 'org' }\n"
    "tier = { column = 'tier' }\nitems = { CGP1 = 'CGP1', CGP2 = 'CGP2' }\n"
)
TOP = ["who", "org", "tier", "CGP1", "CGP2"]


def run(folder: Path, file: Path, source: str = WIDE, **how: bool) -> tuple[Imported, Study]:
    mapping = folder / "mapping.toml"
    mapping.write_text(HEAD + source, encoding="utf-8")
    done = import_files(Study.open(folder / "study"), [file], mapping, **how)
    return done, Study.open(folder / "study")


def problems(done: Imported) -> list[tuple[str, int | None, str | None]]:
    return [(p.kind.__name__, p.row, p.column) for receipt in done.receipts for p in receipt.problems]


def answers(study: Study) -> dict[tuple[str, str], int | None]:
    return {(person, item): answer for person, _, item, answer in study.table("responses").iter_rows()}


# Cells


def test_each_bad_cell_is_named_and_keeps_nothing_else_out(tmp_path: Path) -> None:
    make_study(tmp_path / "study")
    rows = [
        ["k1", "RTD", "board", 4, 6],
        ["k2", "RTD", "boss", 4, 4],
        ["k3", "Moon", "board", 4, 4],
        ["", "RTD", "board", 4, 4],
        ["k5", "RTD", "board", "zqsecret", "Agree (4)"],
        ["k6", "RTD", "board", "4.0", "Don't know"],
        ["k7", "RTD", "board", 4.5, "2 - Disagree"],
        ["k8", "RTD", "board", "3 - agree", "5"],
    ]
    done, study = run(tmp_path, csv_file(tmp_path / "a.csv", [TOP, *rows]))
    assert answers(study) == {
        ("k1", "CGP1"): 4,
        ("k5", "CGP2"): 4,
        ("k6", "CGP1"): 4,
        ("k6", "CGP2"): None,
        ("k7", "CGP2"): 2,
        ("k8", "CGP2"): 5,
    }
    assert sorted(problems(done), key=lambda problem: problem[1] or 0) == [
        ("BadValuesError", 2, "CGP2"),
        ("UnknownNameError", 3, "tier"),
        ("UnknownNameError", 4, "org"),
        ("BadValuesError", 5, "who"),
        ("BadValuesError", 6, "CGP1"),
        ("BadValuesError", 8, "CGP1"),
        ("BadValuesError", 9, "CGP1"),
    ]
    assert (done.receipts[0].read, done.receipts[0].kept) == (8, 5)
    said = "\n".join(receipt.text(limit=99) for receipt in done.receipts)
    assert not [word for word in ("zqsecret", "boss", "Moon", "4.5", "k7") if word in said]


def test_somebody_who_answered_nothing_is_kept_as_a_person_only(tmp_path: Path) -> None:
    make_study(tmp_path / "study")
    rows = [["k1", "RTD", "board", "", ""], ["k2", "RTD", "board", "", 4]]
    done, study = run(tmp_path, csv_file(tmp_path / "a.csv", [TOP, *rows]))
    assert study.table("people")["id"].to_list() == ["k1", "k2"]
    assert answers(study) == {("k2", "CGP1"): None, ("k2", "CGP2"): 4}
    assert "people who answered no item: 1" in done.receipts[0].text()


@pytest.mark.parametrize(("rule", "kept"), [("first", 4), ("last", 2)])
def test_who_answers_twice_counts_once(rule: str, kept: int, tmp_path: Path) -> None:
    make_study(tmp_path / "study")
    rows = [["k1", "RTD", "board", 4, 4], ["k1", "RTD", "board", 2, 2]]
    done, study = run(tmp_path, csv_file(tmp_path / "a.csv", [TOP, *rows]), WIDE + f"repeated = '{rule}'\n")
    assert answers(study) == {("k1", "CGP1"): kept, ("k1", "CGP2"): kept}
    assert problems(done) == [("BrokenKeysError", 3 if rule == "first" else 2, None)]


def test_people_without_body_are_refused_unless_the_study_knows_them(tmp_path: Path) -> None:
    make_study(tmp_path / "study", people=[("k1", "RTD", None, "board", None, None)])
    rows = [["k1", "", "", 4, 4], ["k2", "", "", 4, 4]]
    done, study = run(tmp_path, csv_file(tmp_path / "a.csv", [TOP, *rows]))
    assert {person for person, _ in answers(study)} == {"k1"}
    assert problems(done) == [("BrokenKeysError", 3, None)]


def test_mail_addresses_as_codes_are_refused(tmp_path: Path) -> None:
    make_study(tmp_path / "study")
    file = csv_file(tmp_path / "a.csv", [TOP, ["a.b@nhs.example", "RTD", "board", 4, 4]])
    with pytest.raises(BadValuesError, match=r'Set person\.pseudonym = "hash"') as raised:
        run(tmp_path, file)
    assert "example" not in str(raised.value)
    with pytest.raises(BadValuesError, match="--new-key FILE"):
        run(tmp_path, file, WIDE.replace("as-is", "hash"))


def test_numbers_of_answers_are_told_apart_by_wave(tmp_path: Path) -> None:
    make_study(tmp_path / "study")
    file = csv_file(tmp_path / "a.csv", [TOP, [1, "RTD", "board", 4, 4]])
    _, study = run(tmp_path, file, WIDE.replace("as-is", "each-wave"))
    assert study.table("people")["id"].to_list() == ["w1-1"]


def test_teams_without_a_code_are_kept_without_team(tmp_path: Path) -> None:
    study = make_study(tmp_path / "study")
    rows = [
        ["k1", "RTD", "Night shift", "board", 4],
        ["k2", "RTD", "T01", "board", 4],
        ["k3", "RTD", "Day", "board", 4],
    ]
    file = csv_file(tmp_path / "a.csv", [["person", "body", "team", "tier", "CGP1"], *rows])
    text = guess(study, [file]).text
    assert '"Night shift" = ""  # no team is called so; write its code, or leave it empty to keep no team' in text
    (tmp_path / "m.toml").write_text(text.replace('"Day" = ""', '"Evening" = ""'), encoding="utf-8")
    done = import_files(study, [file], tmp_path / "m.toml")
    assert Study.open(tmp_path / "study").table("people").select("id", "team").rows() == [("k1", None), ("k2", "T01")]
    assert problems(done) == [("UnknownNameError", 4, "team")]
    assert "rows with a team that has no code in the mapping: 1" in done.receipts[0].text()


# Files


def test_rows_with_cells_that_moved_are_refused(tmp_path: Path) -> None:
    make_study(tmp_path / "study")
    lines = [
        "who,org,tier,CGP1,CGP2",
        "k1,RTD,board,4,4",
        "k2,Tyne, North,board,4,4",
        "k3,RTD,board",
        'k4,"RTD"x,1,2,3',
    ]
    file = tmp_path / "a.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    done, study = run(tmp_path, file)
    assert study.table("people")["id"].to_list() == ["k1"]
    assert sorted(row or 0 for _, row, _ in problems(done)) == [3, 4, 5]
    assert (done.receipts[0].read, done.receipts[0].kept) == (4, 1)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"", "empty"),
        ("a.csv", b"PK\x03\x04rest", "Excel workbook"),
        ("a.xlsx", b"no zip at all", "no workbook"),
        ("a.xls", b"\xd0\xcf\x11\xe0", "only .xlsx is read"),
        ("a.json", b"{", "not in order as JSON"),
        ("a.json", b'{"resourceType": "Patient"}', "no QuestionnaireResponse"),
        ("a.json", b"[1, null]", "no QuestionnaireResponse"),
        ("a.json", b"\xff\xfe", "not UTF-8"),
        ("a.json", b"[" * 100_000, "not in order as JSON"),
    ],
)
def test_files_that_are_something_else_are_refused(name: str, content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnreadableFileError, match=message) as raised:
        read_sheets(path)
    assert str(raised.value).startswith(name)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="No such file"):
        read_sheets(tmp_path / "gone.csv")


def test_macros_and_zip_bombs_are_refused(tmp_path: Path) -> None:
    good = xlsx_file(tmp_path / "good.xlsx", {"a": [["x", "y"], [1, 2]]})
    macros = tmp_path / "macros.xlsx"
    macros.write_bytes(good.read_bytes())
    with zipfile.ZipFile(macros, "a") as packed:
        packed.writestr("xl/vbaProject.bin", b"x")
    with pytest.raises(UnreadableFileError, match="holds macros"):
        read_sheets(macros)
    bomb = tmp_path / "bomb.xlsx"
    bomb.write_bytes(good.read_bytes())
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet9.xml", b"0" * 3_000_000)
    with pytest.raises(UnreadableFileError, match="unpacks to more than 1,000,000 bytes"):
        read_sheets(bomb, limits=Limits(bytes=1_000_000))
    torn = tmp_path / "torn.xlsx"
    torn.write_bytes(good.read_bytes()[:-200])
    with pytest.raises(UnreadableFileError, match="damaged"):
        read_sheets(torn)


def test_a_workbook_keeps_the_numbers_of_its_rows(tmp_path: Path) -> None:
    (sheet,) = read_sheets(xlsx_file(tmp_path / "a.xlsx", {"a": [[], [], ["x", "y"], [], [1, 2.5]]}))
    assert sheet.cells["line"].to_list() == [3, 5]
    assert sheet.row(5) == ("1", "2.5")


# Mappings


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        ("mapping_version = 2\n", BadValuesError, "mapping_version must be 1"),
        ("mapping_version = 1\n", BadValuesError, "sources is missing"),
        ("mapping_version = 1\nsources = [", UnreadableFileError, "is not in order"),
        (HEAD + "kind = 'answer'\n", BadValuesError, "sources 1 kind: must be 'answers'"),
        (
            HEAD + WIDE + "persom = 1\n",
            UnknownNameError,
            "sources 1 persom is not a key of a mapping. Did you mean person?",
        ),
        (HEAD + WIDE.replace("pseudonym", "pseudo"), UnknownNameError, "Did you mean pseudonym"),
        (HEAD + WIDE + "team = { column = 1 }\n", BadValuesError, "sources 1 team column: must be a valid string"),
        (
            HEAD + WIDE + "team = { column = 'a', constant = 'b' }\n",
            BadValuesError,
            "team needs either column or constant",
        ),
        (HEAD + WIDE.replace("'CGP2' }", "'CGP1' }"), BrokenKeysError, "items CGP1, CGP2 have the same column"),
        (HEAD + WIDE + "header = 2\n", BadValuesError, "first must be below header"),
        (HEAD + "kind = 'roster'\n", BadValuesError, "kind roster needs person"),
        (HEAD + "kind = 'relations'\n", BadValuesError, "kind relations needs person or parent"),
    ],
)
def test_a_mapping_that_is_not_in_order_is_refused(
    text: str, kind: type[LeaderfulError], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "mapping.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(kind) as raised:
        read_mapping(path)
    assert message in str(raised.value) and "mapping.toml" in str(raised.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("'CGP1', CGP2", "'CPG1', CGP2"), "has no column 'CPG1'; did you mean 'CGP1'?"),
        (("{ CGP1", "{ CGP9"), "there is no item 'CGP9'; did you mean"),
        (("tier = {", "wave = { constant = 'w9' }\ntier = {"), "wave.constant: 'w9' for 'w9' is no wave of the study"),
        (("kind =", "header = 9\nfirst = 10\nkind ="), "line 9 of a.csv is empty"),
    ],
)
def test_a_mapping_that_does_not_fit_the_file_is_refused(change: tuple[str, str], message: str, tmp_path: Path) -> None:
    make_study(tmp_path / "study")
    file = csv_file(tmp_path / "a.csv", [TOP, ["k1", "RTD", "board", 4, 4]])
    with pytest.raises(LeaderfulError) as raised:
        run(tmp_path, file, WIDE.replace(*change))
    assert message in str(raised.value)


def test_a_new_wave_needs_its_first_day(tmp_path: Path) -> None:
    make_study(tmp_path / "study")
    file = csv_file(tmp_path / "a.csv", [TOP, ["k1", "RTD", "board", 4, 4]])
    source = WIDE + "wave = { constant = 'w2' }\n[[waves]]\nid = 'w2'\n"
    with pytest.raises(BadValuesError, match="needs opens"):
        run(tmp_path, file, source)
    _, study = run(tmp_path, file, source + "opens = 2026-05-01\n")
    assert study.table("waves")["id"].to_list() == ["w1", "w2"]


# Whatever is in the cells


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a study to which nothing is ever added."""
    folder = tmp_path_factory.mktemp("any")
    make_study(folder / "study")
    return folder


@settings(max_examples=15)
@given(st.lists(st.lists(st.text(max_size=12), min_size=5, max_size=5), min_size=1, max_size=4))
def test_no_cell_breaks_the_import_or_is_repeated(shared: Path, cells: list[list[str]]) -> None:
    marked = [[f"zq{cell}qz" if cell.strip() else cell for cell in row] for row in cells]
    file = csv_file(shared / "a.csv", [TOP, *marked])
    try:
        done, study = run(shared, file)
    except LeaderfulError as error:
        assert "zq" not in str(error)
        return
    assert "zq" not in "\n".join(receipt.text(limit=999) for receipt in done.receipts)
    assert study.table("people").is_empty()


@settings(max_examples=25)
@given(st.lists(st.text(min_size=1, max_size=15), min_size=1, max_size=6), st.text(max_size=10))
def test_whatever_columns_are_called_the_guess_is_a_mapping(shared: Path, names: list[str], cell: str) -> None:
    file = csv_file(shared / "names.csv", [["person", "CGP1", *names], ["k1", cell, *([cell] * len(names))]])
    try:
        text = guess(Study.open(shared / "study"), [file]).text
    except LeaderfulError:
        return
    held = tomllib.loads(text)
    assert held["sources"][0]["kind"] in ("answers", "matrix")
    (shared / "names.toml").write_text(text, encoding="utf-8")


@settings(max_examples=30)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["resourceType", "entry", "resource", "item", "linkId", "answer", "valueCoding", "subject"]
                ),
                inner,
                max_size=5,
            )
        ),
        max_leaves=20,
    )
)
def test_no_json_ends_in_a_traceback(tmp_path_factory: pytest.TempPathFactory, value: object) -> None:
    path = tmp_path_factory.mktemp("json") / "a.json"
    path.write_text(json.dumps({"resourceType": "QuestionnaireResponse", "item": value, "subject": value}))
    read_sheets(path)


def test_a_guess_never_shows_rare_words_of_answers(tmp_path: Path) -> None:
    study = make_study(tmp_path / "study")
    file = qualtrics(tmp_path, words=True)
    file.write_text(file.read_text(encoding="utf-8").replace("strongly disagree", "zqsecret words"), encoding="utf-8")
    text = guess(study, [file]).text
    assert text.count("zqsecret") == 1  # in more than ten cells, and so a word of the product
    few = csv_file(tmp_path / "few.csv", [TOP, ["k1", "RTD", "board", "zqsecret", 4]])
    assert "zqsecret" not in guess(study, [few]).text


GUIDE = Path(__file__).parents[2] / "docs" / "how-to" / "import-answers.md"


def test_the_mappings_that_the_guide_shows_are_in_order(tmp_path: Path) -> None:
    blocks = re.findall(r"```toml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.S)
    assert len(blocks) == 6
    for n, block in enumerate(blocks):
        whole = block if block.startswith(("mapping_version", "[[sources]]")) else HEAD + WIDE + block
        if block.startswith("parent"):
            whole = HEAD + "kind = 'relations'\nabout = { column = 'x' }\nquestions = { body-contact = 'y' }\n" + block
        if block.startswith("[[sources]]"):
            whole = "mapping_version = 1\n" + block
        path = tmp_path / f"{n}.toml"
        path.write_text(whole, encoding="utf-8")
        assert len(read_mapping(path).sources) == 1
