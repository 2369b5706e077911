"""Every product's export gives the same answers, by the mapping that is guessed for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from survey_products import (
    ANSWERS,
    BLANK,
    ITEMS,
    RELATIONS,
    WHO,
    fhir,
    kobo,
    limesurvey,
    make_study,
    microsoft_forms,
    own_long,
    own_template,
    qualtrics,
    redcap,
)

from leaderful import jobs
from leaderful.receipts import Receipt
from leaderful.study import Study
from leaderful.study.importing import Imported, guess, import_files
from leaderful.study.importing.pseudonyms import hashed

KEY = b"0123456789abcdef"
PRODUCTS: dict[str, Callable[[Path], Path]] = {
    "Microsoft Forms": microsoft_forms,
    "Qualtrics, words": lambda folder: qualtrics(folder, words=True),
    "Qualtrics, numbers": lambda folder: qualtrics(folder, words=False),
    "LimeSurvey, codes": lambda folder: limesurvey(folder, coded=True),
    "LimeSurvey, full texts": lambda folder: limesurvey(folder, coded=False),
    "REDCap, raw": lambda folder: redcap(folder, raw=True),
    "REDCap, labels": lambda folder: redcap(folder, raw=False),
    "Kobo": kobo,
    "FHIR": fhir,
    "own workbook": own_template,
    "own long table": own_long,
}
WITH_RELATIONS = ("REDCap, raw", "Kobo", "FHIR", "own workbook")


def imported(folder: Path, product: str) -> tuple[Imported, str, Study]:
    """Guess a mapping for a product's export, import by it, and open the study again."""
    study, file = make_study(folder / "study"), PRODUCTS[product](folder)
    text = guess(study, [file]).text
    if '# "A9" =' in text:  # what the person who checks the mapping has to decide
        text = text.replace('kind = "answers"', 'kind = "answers"\nunable = ["A9"]')
    mapping = folder / "mapping.toml"
    mapping.write_text(text, encoding="utf-8")
    done = import_files(study, [file], mapping, key=KEY)
    return done, text, Study.open(folder / "study")


def answers_of(study: Study) -> dict[tuple[str, str], int | None]:
    return {(person, item): answer for person, _, item, answer in study.table("responses").iter_rows()}


@pytest.mark.parametrize("product", PRODUCTS)
def test_answers_come_through_as_given(product: str, tmp_path: Path) -> None:
    done, _, study = imported(tmp_path, product)
    assert not [problem for receipt in done.receipts for problem in receipt.problems]
    assert not [problem for receipt in study.receipts for problem in receipt.problems]
    people = {row[0]: row[1:4] for row in study.table("people").iter_rows()}
    if product == "Microsoft Forms":
        codes = hashed(
            pl.Series(["ann.secret@nhs.example", "bob.secret@nhs.example", "cat.secret@council.example"]), KEY
        )
        names = dict(zip(codes, WHO, strict=True))
    else:
        names = {person: person for person in people}
    assert {names[code]: facts for code, facts in people.items()} == WHO
    wanted = {(person, item): ANSWERS[person][item] for person in WHO for item in ITEMS}
    assert {(names[code], item): answer for (code, item), answer in answers_of(study).items()} == wanted
    assert wanted[BLANK] is None and study.table("responses")["answer"].null_count() == 2


@pytest.mark.parametrize("product", WITH_RELATIONS)
def test_relations_come_through_as_given(product: str, tmp_path: Path) -> None:
    _, _, study = imported(tmp_path, product)
    rows = study.table("relations")
    wanted = {(who, about, q, a) for (who, about), given in RELATIONS.items() for q, a in given.items()}
    assert set(rows.select("person", "about", "question", "answer").iter_rows()) == wanted
    assert rows["about_kind"].unique().to_list() == ["body"]
    assert rows["wave"].unique().to_list() == ["w1"]


@pytest.mark.parametrize("product", PRODUCTS)
def test_a_second_import_of_the_same_file_adds_nothing(product: str, tmp_path: Path) -> None:
    _, _, study = imported(tmp_path, product)
    before = {path.name: path.read_bytes() for path in (tmp_path / "study").iterdir()}
    file = next(path for path in tmp_path.iterdir() if path.is_file() and path.name != "mapping.toml")
    again = import_files(study, [file], tmp_path / "mapping.toml", key=KEY)
    assert again.written == ()
    assert {path.name: path.read_bytes() for path in (tmp_path / "study").iterdir()} == before
    tables = [receipt for receipt in again.receipts if receipt.source.startswith("table ")]
    assert tables and all("there already" in note for receipt in tables for note in receipt.notes)


def test_mails_and_names_stay_out_of_the_study_and_of_every_message(tmp_path: Path) -> None:
    done, text, _ = imported(tmp_path, "Microsoft Forms")
    said = "\n".join(receipt.text(limit=1000) for receipt in done.receipts) + text
    kept = b"".join(path.read_bytes() for path in (tmp_path / "study").iterdir()).decode(errors="replace")
    for secret in ("secret", "nhs.example", "A Person"):
        assert secret not in said
        assert secret not in kept


def test_previews_are_left_out_with_their_reason(tmp_path: Path) -> None:
    done, _, _ = imported(tmp_path, "Qualtrics, numbers")
    receipt: Receipt = done.receipts[0]
    assert (receipt.read, receipt.kept) == (4, 3)
    assert [(group.reason, len(group.rows)) for group in receipt.left_out] == [("previews, tests and spam", 1)]


def test_the_guess_says_how_each_item_was_found(tmp_path: Path) -> None:
    study = make_study(tmp_path / "study")
    by_id = guess(study, [kobo(tmp_path)]).text
    by_text = guess(study, [microsoft_forms(tmp_path)]).text
    assert 'CGP1 = "statements-CGP/CGP1"\n' in by_id
    assert "by its text" in by_text and "by its text" not in by_id
    assert 'pseudonym = "hash"' in by_text


def test_a_similar_text_is_offered_for_checking_with_its_likeness(tmp_path: Path) -> None:
    study = make_study(tmp_path / "study")
    file = tmp_path / "similar.csv"
    file.write_text(
        "person,I can see how our work helps people in this area live fairer and healthier lives,"
        "Favourite colour of all\n"
        "k1,4,blue\n",
        encoding="utf-8",
    )
    text = guess(study, [file]).text
    assert "CGP1 = " in text and "by similar text (0.97); check" in text
    assert "# columns that are not read: Favourite colour of all" in text


def test_anonymous_forms_count_answers_and_not_people(tmp_path: Path) -> None:
    study = make_study(tmp_path / "study")
    file = tmp_path / "anonymous.csv"
    file.write_text("ID,Email,Name,CGP1\n1,anonymous,,4\n2,anonymous,,5\n", encoding="utf-8")
    assert 'person = { column = "ID", pseudonym = "each-wave" }' in guess(study, [file]).text


def test_references_to_people_in_fhir_are_hashed(tmp_path: Path) -> None:
    study, file = make_study(tmp_path / "study"), fhir(tmp_path)
    file.write_text(file.read_text(encoding="utf-8").replace('"linkId": "person"', '"linkId": "other"'), "utf-8")
    text = guess(study, [file]).text
    assert 'person = { column = "subject", pseudonym = "hash" }' in text
    (tmp_path / "mapping.toml").write_text(text, encoding="utf-8")
    import_files(study, [file], tmp_path / "mapping.toml", key=KEY)
    people = Study.open(tmp_path / "study").table("people")["id"]
    assert people.to_list() == hashed(pl.Series([f"Practitioner/{person}" for person in WHO]), KEY).to_list()
    assert set(Study.open(tmp_path / "study").table("relations")["person"]) <= set(people)


def test_the_workbook_that_leaderful_gives_out_is_read_back(tmp_path: Path) -> None:
    study = make_study(tmp_path / "study")
    form = tmp_path / "form.xlsx"
    list(jobs.form("xlsx", form, folder=tmp_path / "study", instrument=None))
    book = openpyxl.load_workbook(form)
    filled = {"person": "k1", "wave": "w1", "body": "RTD", "tier": "board", "about-body": "E06", "about-person": "k1"}
    for sheet in book.worksheets:
        names = [cell.value for cell in next(sheet.iter_rows(max_row=1))]
        if "person" in names and sheet.title != "moments":
            for n, name in enumerate(names, 1):
                value = filled.get(str(name), "1" if name in ITEMS or str(name).startswith("body-") else None)
                sheet.cell(2, n, value)
    book.save(form)
    text = guess(study, [form]).text
    (tmp_path / "mapping.toml").write_text(text, encoding="utf-8")
    done = import_files(study, [form], tmp_path / "mapping.toml")
    assert not [problem for receipt in done.receipts for problem in receipt.problems]
    opened = Study.open(tmp_path / "study")
    assert opened.table("responses")["answer"].to_list() == [1] * len(ITEMS)
    assert set(opened.table("relations")["about"]) == {"E06"}
    assert opened.table("relations").height == 10


def test_who_did_not_agree_is_left_out_with_all_they_said_of_others(tmp_path: Path) -> None:
    study, file = make_study(tmp_path / "study"), fhir(tmp_path)
    bundle = json.loads(file.read_text(encoding="utf-8"))
    bundle["entry"][1]["resource"]["item"][0]["answer"] = [{"valueBoolean": False}]  # k1
    file.write_text(json.dumps(bundle), encoding="utf-8")
    (tmp_path / "mapping.toml").write_text(guess(study, [file]).text, encoding="utf-8")
    done = import_files(study, [file], tmp_path / "mapping.toml")
    opened = Study.open(tmp_path / "study")
    assert opened.table("people")["id"].to_list() == ["k2", "k3"]
    assert set(opened.table("relations")["person"]) == {"k2", "k3"}
    reasons = [group.reason for receipt in done.receipts for group in receipt.left_out]
    assert reasons == [
        "entered in error",
        "did not agree to take part",
        "belong to rows of bundle.json, sheet answers that were left out",
    ]
    assert not [problem for receipt in done.receipts for problem in receipt.problems]


def test_a_title_above_the_header_hides_no_separator(tmp_path: Path) -> None:
    study = make_study(tmp_path / "study")
    file = tmp_path / "titled.csv"
    file.write_text("Results, so far\n\nperson;body;tier;CGP1\nk1;RTD;board;4\n", encoding="utf-8")
    (tmp_path / "mapping.toml").write_text(guess(study, [file]).text, encoding="utf-8")
    import_files(study, [file], tmp_path / "mapping.toml")
    assert Study.open(tmp_path / "study").table("responses").rows() == [("k1", "w1", "CGP1", 4)]
