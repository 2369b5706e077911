"""Diaries of moments from every form of leaderful's own, and the writer's words only where they agree."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from meeting_files import CODES, KEY, MAIL, prepare, run, said
from survey_products import csv_file, make_study

from leaderful.errors import LeaderfulError
from leaderful.framework import framework
from leaderful.study import Study
from leaderful.study.importing import guess, import_files
from leaderful.study.own_tables import WITHHELD

TOP = [
    *("person", "diary-when", "diary-who-bodies", "diary-who-tiers", "diary-opener", "diary-behaviours", "diary-taken"),
    *("diary-went-on-to", "diary-actions", "diary-language", "consent_text", "_uuid"),
]
DIARY = """\
[[sources]]
file = "diary*"
kind = "moments"
person = { column = "person", pseudonym = "hash" }
time = "diary-when"
id = { column = "_uuid" }
[sources.diary]
opener = "diary-opener"
taken = "diary-taken"
with_bodies = "diary-who-bodies"
with_tiers = "diary-who-tiers"
behaviours = "diary-behaviours"
went_on_to = "diary-went-on-to"
reflection = ["diary-actions", "diary-language"]
consent_text = "consent_text"
"""
ENTRY = [
    MAIL["ann"],
    "2026-07-01T14:30:00.000+01:00",
    "E06 RTD",
    "board",
    "surprise",
    "clarifying planning",
    "yes",
    "E06",
]


def moments(folder: Path) -> list[dict[str, object]]:
    return Study.open(folder / "study").table("moments").sort("time", "id").to_dicts()


def test_an_entry_as_odk_exports_it(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    done = run(folder, [csv_file(tmp_path / "diary.csv", [TOP, [*ENTRY, "Mine.", "Ours.", "yes", "uuid:zq1"]])], DIARY)
    (moment,) = moments(folder)
    id = moment.pop("id")
    assert str(id).startswith("m") and moment == {
        "person": CODES["ann"],
        "time": datetime(2026, 7, 1, 13, 30),
        "with_bodies": ["E06", "RTD"],
        "with_tiers": ["board"],
        "opener": "surprise",
        "behaviours": ["clarifying", "planning"],
        "taken": True,
        "went_on_to": ["E06"],
        "reflection": "Mine.\n\nOurs.",
        "consent_text": True,
    }
    assert "1 read, 1 kept" in said(done)
    assert not run(folder, [tmp_path / "diary.csv"], DIARY).written


@pytest.mark.parametrize("consent", ["no", ""])
def test_words_without_consent_are_not_kept(consent: str, tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    file = csv_file(tmp_path / "diary.csv", [TOP, [*ENTRY, "zqmine", "zqours", consent, "u1"]])
    done = run(folder, [file], DIARY)
    assert moments(folder)[0]["reflection"] == WITHHELD
    kept = b"".join(path.read_bytes() for path in (folder / "study").iterdir())
    assert b"zq" not in kept.lower() and "zq" not in said(done).lower()
    assert "entries with words of the writer: 1; kept for 0" in said(done)


def test_words_of_the_form_stand_for_codes(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    opener, behaviour = framework().openers[0], framework().behaviours[1]
    rows = [
        [MAIL["ann"], "2026-07-01 14:30", "Shire County Council; RTD", "Board", f"{opener.name}: {opener.definition}"],
        [MAIL["ann"], "2026-07-02", "", "", opener.name.upper()],
    ]
    rest = [f"{behaviour.name}; {framework().behaviours[0].id}", "Yes", "", "", "", "", ""]
    done = run(folder, [csv_file(tmp_path / "diary.csv", [TOP, *([*row, *rest] for row in rows)])], DIARY)
    first, second = moments(folder)
    assert first["opener"] == second["opener"] == opener.id and first["with_bodies"] == ["E06", "RTD"]
    assert first["behaviours"] == [behaviour.id, framework().behaviours[0].id]
    assert (second["with_bodies"], second["time"]) == (None, datetime(2026, 7, 2, 11))
    assert "without a time of day: 1" in said(done)


def test_rows_that_are_not_in_order_are_named_and_nothing_of_them_is_said(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    end = ["", "", "", ""]
    rows = [
        ["", *ENTRY[1:], *end],
        [ENTRY[0], "zqwhen", *ENTRY[2:], *end],
        [*ENTRY[:4], "zqopener", *ENTRY[5:], *end],
        [*ENTRY[:6], "zqtaken", ENTRY[7], *end],
        [*ENTRY[:6], "", ENTRY[7], *end],
        [*ENTRY[:2], "zqbody RTD", *ENTRY[3:], *end],
        ["eve.zqsecret@nhs.example", *ENTRY[1:], *end],
    ]
    done = run(folder, [csv_file(tmp_path / "diary.csv", [TOP, *rows])], DIARY)
    text = said(done)
    for place in ("row 2, column person", "row 3, column diary-when", "row 4, column diary-opener", "row 5, column"):
        assert place in text
    assert "row 6: the cell is empty; taken" in text and "row 7, column diary-who-bodies" in text
    assert "row 8: person is not in table people" in text
    assert not moments(folder) and "zq" not in text.lower()


def test_without_a_number_of_the_entry_its_time_tells_it(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    mapping = DIARY.replace('id = { column = "_uuid" }\n', "")
    changed = [*ENTRY[:6], "no", ENTRY[7], "", "", "", ""]
    file = csv_file(tmp_path / "diary.csv", [TOP, [*ENTRY, "", "", "", ""], changed])
    text = said(run(folder, [file], mapping))
    assert len(moments(folder)) == 1 and "an earlier row of this import says otherwise" in text


def fhir_entry() -> dict[str, object]:
    def answer(link: str, *values: dict[str, object]) -> dict[str, object]:
        return {"linkId": link, "answer": list(values)}

    who = [answer("diary-who-bodies", {"valueCoding": {"code": "E06"}}, {"valueCoding": {"code": "RTD"}})]
    return {
        "resourceType": "QuestionnaireResponse",
        "id": "zqresponse",
        "status": "completed",
        "item": [
            answer("person", {"valueString": "k1"}),
            answer("diary-when", {"valueDateTime": "2026-07-01T14:30:00+01:00"}),
            {"linkId": "diary-who", "item": who},
            answer("diary-opener", {"valueCoding": {"code": "surprise"}}),
            answer("diary-taken", {"valueBoolean": True}),
            answer("diary-actions", {"valueString": "Mine."}),
            answer("consent_text", {"valueBoolean": True}),
        ],
    }


def test_a_diary_from_a_fhir_server_by_the_mapping_that_is_drafted(tmp_path: Path) -> None:
    make_study(tmp_path / "study", people=[("k1", "RTD", None, "board", None, None)])
    (tmp_path / "d.json").write_text(json.dumps([fhir_entry()]), encoding="utf-8")
    draft = guess(Study.open(tmp_path / "study"), [tmp_path / "d.json"])
    assert draft.found == ("d.json, sheet answers: a diary of moments",) and "zq" not in draft.text
    (tmp_path / "m.toml").write_text(draft.text, encoding="utf-8")
    import_files(Study.open(tmp_path / "study"), [tmp_path / "d.json"], tmp_path / "m.toml")
    (moment,) = moments(tmp_path)
    assert moment["with_bodies"] == ["E06", "RTD"] and moment["reflection"] == "Mine."
    assert moment["person"] == "k1" and moment["time"] == datetime(2026, 7, 1, 13, 30)


def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    file = csv_file(tmp_path / "diary.csv", [TOP, [*ENTRY, "", "", "", ""]])
    with pytest.raises(LeaderfulError, match=r"diary\.taken: diary\.csv has no column 'diary-token'; did you mean"):
        run(folder, [file], DIARY.replace('taken = "diary-taken"', 'taken = "diary-token"'))
    assert KEY.decode() not in DIARY
