"""Relations as lists and matrices, and rosters of people."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from survey_products import MAILS, csv_file, make_study, xlsx_file

from leaderful.errors import BadValuesError, BrokenKeysError, UnknownNameError
from leaderful.study import Study
from leaderful.study.importing import Imported, guess, import_files
from leaderful.study.importing.pseudonyms import hashed

KEY = b"0123456789abcdef"
PEOPLE = [("k1", "RTD", None, "board", None, None), ("k2", "E06", None, "manager", None, None)]


def run(folder: Path, file: Path, source: str, **how: bool) -> tuple[Imported, Study]:
    mapping = folder / "mapping.toml"
    mapping.write_text(f"mapping_version = 1\n\n[[sources]]\nfile = '{file.name}'\n{source}\n", encoding="utf-8")
    done = import_files(Study.open(folder / "study"), [file], mapping, key=KEY, **how)
    return done, Study.open(folder / "study")


def rows(study: Study, *columns: str) -> set[tuple[object, ...]]:
    return set(study.table("relations").select(columns or ("person", "about", "question", "answer")).iter_rows())


def problems(done: Imported) -> list[tuple[str, int | None, str]]:
    return [(p.kind.__name__, p.row, p.message) for receipt in done.receipts for p in receipt.problems]


def test_a_matrix_of_bodies_keeps_those_without_ties(tmp_path: Path) -> None:
    make_study(tmp_path / "study")
    file = csv_file(
        tmp_path / "m.csv",
        [
            ["", "RTD", "Shire County Council", "QHM"],
            ["RTD", 9, 3, ""],
            ["Shire County Council", 1, "", 0],
            ["QHM", "", "", 4],
        ],
    )
    done, study = run(
        tmp_path,
        file,
        "kind = 'matrix'\nquestion = 'body-contact'\nrespondents_tier = 'executive'\n"
        "person = { column = 'column 1', pseudonym = 'as-is' }",
    )
    # Three ties off the diagonal: RTD of E06 3, E06 of RTD 1, E06 of QHM 0 (never). The 9 and the 4 stand on it.
    wanted = {("RTD-respondent", "E06", 3), ("E06-respondent", "RTD", 1), ("E06-respondent", "QHM", 0)}
    assert rows(study, "person", "about", "answer") == wanted
    people = set(study.table("people").select("id", "body", "tier").iter_rows())
    assert people == {(f"{body}-respondent", body, "executive") for body in ("RTD", "E06", "QHM")}
    notes = done.receipts[0].notes
    assert any("rows without any tie, whose people are kept: 1" in note for note in notes)
    assert any(note.startswith("cells on the diagonal") and note.endswith(": 2") for note in notes)
    assert not problems(done)


def test_zero_in_a_matrix_is_no_answer_where_the_question_has_none(tmp_path: Path) -> None:
    make_study(tmp_path / "study")
    file = csv_file(tmp_path / "m.csv", [["x", "RTD", "E06"], ["RTD", "", 4], ["E06", 0, ""]])
    done, study = run(
        tmp_path,
        file,
        "kind = 'matrix'\nquestion = 'body-respect'\nrespondents_tier = 'board'\n"
        "person = { column = 'x', pseudonym = 'as-is' }",
    )
    assert rows(study, "about", "answer") == {("E06", 4)}
    assert any("no answer to body-respect and is taken as none: 1" in note for note in done.receipts[0].notes)


def test_a_matrix_with_a_body_nobody_knows_says_which_column_and_row(tmp_path: Path) -> None:
    make_study(tmp_path / "study")
    file = csv_file(tmp_path / "m.csv", [["x", "RTD", "Moon"], ["RTD", "", 4], ["Mars", 2, ""]])
    done, _ = run(
        tmp_path,
        file,
        "kind = 'matrix'\nquestion = 'body-contact'\nrespondents_tier = 'board'\n"
        "person = { column = 'x', pseudonym = 'as-is' }",
    )
    found = [(p.row, p.column) for p in done.receipts[0].problems]
    assert found == [(3, "x"), (None, "column 3")]


def test_a_matrix_of_people_hashes_both_labels(tmp_path: Path) -> None:
    codes = hashed(pl.Series(MAILS), KEY).to_list()
    make_study(tmp_path / "study", people=[(code, "RTD", None, "board", None, None) for code in codes])
    cells = [["", *MAILS], [MAILS[0], 1, 1, ""], [MAILS[1], "", "", 1], [MAILS[2].upper(), "", "", ""]]
    file = csv_file(tmp_path / "m.csv", cells)
    done, study = run(
        tmp_path,
        file,
        "kind = 'matrix'\nquestion = 'person-looks-to'\nperson = { column = 'column 1', pseudonym = 'hash' }",
    )
    assert rows(study, "person", "about", "about_kind") == {
        (codes[0], codes[1], "person"),
        (codes[1], codes[2], "person"),
    }
    assert "secret" not in "".join(receipt.text() for receipt in done.receipts)


def test_a_matrix_is_recognised(tmp_path: Path) -> None:
    study = make_study(tmp_path / "study")
    file = csv_file(tmp_path / "m.csv", [["", "RTD", "E06"], ["RTD", "", 4], ["E06", 0, ""]])
    text = guess(study, [file]).text
    assert 'kind = "matrix"' in text and 'respondents_tier = "executive"' in text


@pytest.mark.parametrize(
    ("head", "source"),
    [
        (
            ["from", "to", "question", "answer"],
            "question = 'question'\nanswer = 'answer'",
        ),
        (["from", "to", "weight"], "question = 'body-contact'\nanswer = 'weight'"),
        (["from", "to", "how often"], "questions = { body-contact = 'how often' }"),
    ],
)
def test_a_list_of_ties_in_three_shapes(head: list[str], source: str, tmp_path: Path) -> None:
    make_study(tmp_path / "study", people=PEOPLE)
    extra = ["body-contact"] if "question" in head else []
    file = csv_file(
        tmp_path / "e.csv",
        [head, ["k1", "E06", *extra, "Weekly"], ["k2", "tyne hospitals nhs foundation trust", *extra, 2]],
    )
    done, study = run(
        tmp_path,
        file,
        "kind = 'relations'\nperson = { column = 'from', pseudonym = 'as-is' }\nabout = { column = 'to' }\n" + source,
    )
    assert not problems(done)
    assert rows(study) == {("k1", "E06", "body-contact", 3), ("k2", "RTD", "body-contact", 2)}


def test_a_row_that_names_somebody_needs_no_answer(tmp_path: Path) -> None:
    make_study(tmp_path / "study", people=PEOPLE)
    file = csv_file(tmp_path / "e.csv", [["from", "to"], ["k1", "k2"], ["k2", "k2"], ["k2", "k9"]])
    done, study = run(
        tmp_path,
        file,
        "kind = 'relations'\nquestion = 'person-looks-to'\nperson = { column = 'from', pseudonym = 'as-is' }\n"
        "about = { column = 'to' }",
    )
    assert rows(study) == {("k1", "k2", "person-looks-to", 1)}
    assert [(kind, row) for kind, row, _ in problems(done)] == [("BrokenStructureError", 3), ("BrokenKeysError", 4)]


def test_questions_about_bodies_and_people_in_one_list_are_refused(tmp_path: Path) -> None:
    make_study(tmp_path / "study", people=PEOPLE)
    file = csv_file(tmp_path / "e.csv", [["from", "to", "a", "b"], ["k1", "E06", 1, 1]])
    with pytest.raises(BadValuesError, match=r"need a \[\[sources\]\] each"):
        run(
            tmp_path,
            file,
            "kind = 'relations'\nperson = { column = 'from', pseudonym = 'as-is' }\nabout = { column = 'to' }\n"
            "questions = { body-contact = 'a', person-trust = 'b' }",
        )


def test_columns_that_ask_one_question_about_one_body(tmp_path: Path) -> None:
    study = make_study(tmp_path / "study", people=PEOPLE)
    question = "How often do you work together with people from this organisation?"
    head = ["person", "CGP1", "body_contact[E06]", f"{question} [Tyne Hospitals NHS Foundation Trust]", "Other"]
    file = csv_file(tmp_path / "w.csv", [head, ["k1", 4, "daily", "", "x"], ["k2", 5, "", "never", "y"]])
    text = guess(study, [file]).text
    (tmp_path / "mapping.toml").write_text(text, encoding="utf-8")
    done = import_files(study, [file], tmp_path / "mapping.toml")
    assert not problems(done)
    assert rows(Study.open(tmp_path / "study")) == {("k1", "E06", "body-contact", 4), ("k2", "RTD", "body-contact", 0)}


def test_a_roster_adds_people_and_their_mails_are_not_kept(tmp_path: Path) -> None:
    study = make_study(tmp_path / "study")
    head = ["Email", "Organisation", "Team", "Tier", "consent_network"]
    file = xlsx_file(
        tmp_path / "roster.xlsx",
        {
            "Staff": [
                ["People of North"],
                [],
                head,
                [MAILS[0], "RTD", "T01", "Board", "yes"],
                [MAILS[1].upper(), "E06", None, "manager", "No"],
                [MAILS[2], "Moon Agency", None, "manager", "No"],
                [None, "E06", None, "manager", "No"],
            ]
        },
    )
    text = guess(study, [file]).text
    assert '"Moon Agency" = ""  # no body is called so; write its code' in text
    (tmp_path / "mapping.toml").write_text(text, encoding="utf-8")
    done = import_files(study, [file], tmp_path / "mapping.toml", key=KEY)
    codes = hashed(pl.Series(MAILS), KEY)
    assert list(Study.open(tmp_path / "study").table("people").iter_rows()) == [
        (codes[0], "RTD", "T01", "board", None, True),
        (codes[1], "E06", None, "manager", None, False),
    ]
    assert [(kind, row) for kind, row, _ in problems(done)] == [("BadValuesError", 7), ("UnknownNameError", 6)]
    assert "secret" not in done.receipts[0].text() and "Moon" not in done.receipts[0].text()


def test_a_body_named_in_the_mapping_is_read_and_a_wrong_code_is_refused(tmp_path: Path) -> None:
    make_study(tmp_path / "study")
    file = csv_file(tmp_path / "r.csv", [["who", "org", "tier"], ["k1", "The Trust", "board"]])
    source = (
        "kind = 'roster'\nperson = {{ column = 'who', pseudonym = 'as-is' }}\ntier = {{ column = 'tier' }}\n"
        "body = {{ column = 'org', values = {{ 'the trust' = '{}' }} }}"
    )
    with pytest.raises(UnknownNameError, match=r"body\.values: 'RTX' for 'the trust' is no body of the study"):
        run(tmp_path, file, source.format("RTX"))
    with pytest.raises(UnknownNameError, match="write 'RTD'"):
        run(tmp_path, file, source.format("rtd"))
    _, study = run(tmp_path, file, source.format("RTD"))
    assert study.table("people")["body"].to_list() == ["RTD"]


def test_rows_of_a_repeat_follow_their_parent(tmp_path: Path) -> None:
    make_study(tmp_path / "study")
    main = [["_uuid", "who", "org", "tier", "CGP1"], ["u1", "k1", "RTD", "board", 4], ["u2", None, "E06", "board", 4]]
    repeat = [["_submission__uuid", "about", "body-contact"], ["u1", "E06", 2], ["u2", "RTD", 2], ["u9", "RTD", 2]]
    file = xlsx_file(tmp_path / "k.xlsx", {"main": main, "repeat": repeat})
    done, study = run(
        tmp_path,
        file,
        "sheet = 'main'\nkind = 'answers'\nperson = { column = 'who', pseudonym = 'as-is' }\n"
        "body = { column = 'org' }\ntier = { column = 'tier' }\nitems = { CGP1 = 'CGP1' }\n"
        "[[sources]]\nfile = 'k.xlsx'\nsheet = 'repeat'\nkind = 'relations'\nabout = { column = 'about' }\n"
        "parent = { sheet = 'main', column = '_submission__uuid', key = '_uuid' }\n"
        "questions = { body-contact = 'body-contact' }",
    )
    assert rows(study) == {("k1", "E06", "body-contact", 2)}
    assert sorted(row for _, row, _ in problems(done) if row) == [3, 3, 4]


def test_a_parent_that_does_not_tell_rows_apart_is_refused(tmp_path: Path) -> None:
    make_study(tmp_path / "study", people=PEOPLE)
    main = [["_uuid", "who", "CGP1"], ["u1", "k1", 4], ["u1", "k2", 4]]
    repeat = [["_submission__uuid", "about", "body-contact"], ["u1", "E06", 2]]
    file = xlsx_file(tmp_path / "k.xlsx", {"main": main, "repeat": repeat})
    with pytest.raises(BrokenKeysError, match="does not say whose rows"):
        run(
            tmp_path,
            file,
            "sheet = 'main'\nkind = 'answers'\nperson = { column = 'who', pseudonym = 'as-is' }\n"
            "items = { CGP1 = 'CGP1' }\n"
            "[[sources]]\nfile = 'k.xlsx'\nsheet = 'repeat'\nkind = 'relations'\nabout = { column = 'about' }\n"
            "parent = { sheet = 'main', column = '_submission__uuid', key = '_uuid' }\n"
            "questions = { body-contact = 'body-contact' }",
        )
