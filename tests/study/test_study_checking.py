# ruff: noqa: E501
"""Checks across rows and tables: what is said, what is left out, and that the rest stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from leaderful.errors import (
    BadValuesError,
    BrokenKeysError,
    BrokenStructureError,
    LeaderfulError,
    UnreadableFileError,
)
from leaderful.study import Study

SETTINGS = 'format_version = 1\nname = "North"\nsystem = "QHM"\nas_at = 2026-03-31\n'
BODIES = (
    "id,name,kind,scale,sector,system,valid_from,valid_to\n"
    "QHM,North ICB,integrated-care-board,system,nhs,QHM,2022-07-01,\n"
    "RX1,North Trust,nhs-trust,organisation,nhs,QHM,,\n"
    "RX2,Old Trust,nhs-trust,organisation,nhs,QHM,,2024-03-31\n"
    "06H1,Hill Practice,gp-practice,organisation,nhs,QHM,2025-01-01,\n"
)
PEOPLE = "id,body,tier\np1,RX1,board\np2,QHM,practitioner\np3,06H1,practitioner\n"
WAVES = "id,opens\nw1,2026-01-05\n"
TIES = "source,target,kind,valid_from,valid_to\n"
RESPONSES = "person,wave,item,answer\n"
RELATIONS = "person,wave,about_kind,about,question,answer\n"
INTERACTIONS = "id,time,participants,sender\n"
SUCCESSIONS = "predecessor,successor,kind,effective,share\n"


def open_study(folder: Path, **tables: str) -> Study:
    files = {"bodies": BODIES, "people": PEOPLE, "waves": WAVES, **tables}
    (folder / "study.toml").write_text(SETTINGS)
    for name, content in files.items():
        (folder / f"{name}.csv").write_text(content)
    return Study.open(folder)


def problems(study: Study) -> list[tuple[str, type[LeaderfulError], str]]:
    return [(p.where, p.kind, p.message) for receipt in study.receipts for p in receipt.problems]


def kept(study: Study, name: str) -> list[object]:
    frame = study.table(name)
    return frame.get_column(frame.columns[0]).to_list()


AGAIN = "Format the column as text and type the code again"
NOT_THERE = "add it there or correct it here"

# name, table, content, rows kept by first column, class, place, message
CASES = [
    ("same body twice", "bodies", BODIES + "RX1,Other,council,place,nhs,QHM,,\n", ["QHM", "RX1", "RX2", "06H1"], BrokenKeysError, "row 6", "the same id as row 3, which is kept; take one of the two out"),
    ("item answered twice", "responses", RESPONSES + "p1,w1,CGP1,4\np1,w1,CGP2,4\np1,w1,CGP1,5\n", ["p1", "p1"], BrokenKeysError, "row 4", "the same person, wave and item as row 2, which is kept; take one of the two out"),
    ("same tie twice without dates", "ties", TIES + "QHM,RX1,funds,,\nQHM,RX1,funds,,\n", ["QHM"], BrokenKeysError, "row 3", "the same source, target, kind and valid_from as row 2, which is kept; take one of the two out"),
    ("dates reversed", "waves", WAVES.replace("opens", "opens,closes").replace("05", "05,") + "w2,2026-03-01,2026-02-01\n", ["w1"], BrokenStructureError, "row 3, column closes", "closes 2026-02-01 is before opens 2026-03-01; put the two in order"),
    ("unknown body", "ties", TIES + "QHM,RX9,funds,,\nQHM,RX1,funds,,\n", ["QHM"], BrokenKeysError, "row 2, column target", f"'RX9' is not in column id of bodies.csv; {NOT_THERE}"),
    ("body in other capitals", "ties", TIES + "QHM,rx1,funds,,\n", [], BrokenKeysError, "row 2, column target", "'rx1' is not in column id of bodies.csv; did you mean 'RX1'?"),
    ("body without its zero", "ties", TIES + "QHM,6H1,commissions,,\n", [], BrokenKeysError, "row 2, column target", f"'6H1' has lost a leading zero; it was probably '06H1'. {AGAIN}"),
    ("person without its zero in a private table", "people", PEOPLE + "p4,6H1,board\n", ["p1", "p2", "p3"], BrokenKeysError, "row 5, column body", f"the code has lost a leading zero; it was probably '06H1'. {AGAIN}"),
    ("unknown person", "responses", RESPONSES + "p9,w1,CGP1,4\n", [], BrokenKeysError, "row 2, column person", f"the code is not in column id of people.csv; {NOT_THERE}"),
    ("table referred to is missing", "moments", "id,person,time,opener,taken,went_on_to\nm1,p1,2026-01-05T10:00,surprise,yes,RX1;RX8\n", [], BrokenKeysError, "row 2, column went_on_to", f"the code is not in column id of bodies.csv; {NOT_THERE}"),
    ("unknown participant", "interactions", INTERACTIONS + "i1,2026-01-05T10:00,p1;p2;p9,\n", [], BrokenKeysError, "row 2, column participants", f"the code is not in column id of people.csv; {NOT_THERE}"),
    ("participants between spaces", "interactions", INTERACTIONS + "i1,2026-01-05T10:00,p1 p2,\n", [], BrokenKeysError, "row 2, column participants", "the code is not in column id of people.csv; put ; between two codes"),
    ("one participant", "interactions", INTERACTIONS + "i1,2026-01-05T10:00,p1;p1,\n", [], BrokenStructureError, "row 2, column participants", "one participant only; an interaction needs two different people or more, joined by ;"),
    ("sender elsewhere", "interactions", INTERACTIONS + "i1,2026-01-05T10:00,p1;p2,p3\ni2,2026-01-05T10:00,p1;p2,p2\n", ["i2"], BrokenStructureError, "row 2, column sender", "the sender is not among the participants; add the code there"),
    ("tie to itself", "ties", TIES + "QHM,QHM,partners-with,,\n", [], BrokenStructureError, "row 2, column target", "a tie from QHM to itself; name two different bodies"),
    ("tie before its body", "ties", TIES + "QHM,RX1,funds,2020-01-01,\n", [], BrokenStructureError, "row 2, column valid_from", "valid_from 2020-01-01, but the source QHM began on 2022-07-01; correct the date, or leave it empty for as long as both bodies exist"),
    ("tie after its body", "ties", TIES + "RX1,RX2,works-with,,2025-06-30\n", [], BrokenStructureError, "row 2, column valid_to", "valid_to 2025-06-30, but the target RX2 ended on 2024-03-31; correct the date, or leave it empty for as long as both bodies exist"),
    ("bodies that never meet", "ties", TIES + "RX2,06H1,works-with,,\n", [], BrokenStructureError, "row 2", "RX2 and 06H1 are never there on the same day; correct the dates of the bodies or the code of one of them"),
    ("circle", "ties", TIES + "QHM,RX1,commissions,,\nRX1,06H1,oversees,,\n06H1,QHM,regulates,,\n", ["QHM", "RX1"], BrokenStructureError, "row 4, column target", "this tie closes a circle of governance on 2025-01-01: North ICB commissions North Trust, North Trust oversees Hill Practice, Hill Practice regulates North ICB (rows 2, 3, 4). Take one of them out or date it"),
    ("shares above the whole", "successions", SUCCESSIONS + "QM7,D7T5G,split,2026-04-01,0.5\nQNQ,S0E4D,split,2026-04-01,0.6\nQNQ,QRL,split,2026-04-01,0.6\n", ["QM7"], BrokenStructureError, "row 3, column share", "the shares of QNQ on this day add to 1.200, more than 1; all its rows are left out until they add to 1 or less"),
    ("relation to an unknown body", "relations", RELATIONS + "p1,w1,body,RX9,body-contact,2\n", [], BrokenKeysError, "row 2, column about", f"the code is not in column id of bodies.csv; {NOT_THERE}"),
    ("relation to an unknown person", "relations", RELATIONS + "p1,w1,person,p9,person-trust,2\n", [], BrokenKeysError, "row 2, column about", f"the code is not in column id of people.csv; {NOT_THERE}"),
    ("relation to oneself", "relations", RELATIONS + "p1,w1,person,p1,person-trust,2\n", [], BrokenStructureError, "row 2, column about", "the answer is about the person who gave it"),
    ("body question about a person", "relations", RELATIONS + "p1,w1,person,p2,body-role,2\np1,w1,body,RX2,body-role,\n", ["p1"], BrokenStructureError, "row 2, column about_kind", "the question is asked about a body; about_kind says otherwise"),
    ("number that is no answer", "relations", RELATIONS + "p1,w1,body,RX2,body-contact,0\np1,w1,body,RX2,body-role,0\n", ["p1"], BadValuesError, "row 3, column answer", "a number that is no answer to this question; answers are 1 to 4"),
    ("purpose that serves nothing", "purposes", "id,body,statement,serves\nu1,QHM,Fair health,SDG3;SDG3.8;SDG17\nu2,RX1,Good care,u1;SDG18\nu3,RX1,Best care,u2\n", ["u1"], BrokenKeysError, "row 3, column serves", "'SDG18' is no purpose in purposes.csv, no goal (SDG3) and no target (SDG3.8)"),
    ("document elsewhere", "documents", "id,body,title,file\nd1,QHM,Plan,plans/plan.pdf\nd2,QHM,Plan,../plan.pdf\n", ["d1"], BadValuesError, "row 3, column file", "a file outside the study folder; put it inside and name it from there, as plans/plan.pdf"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "content", "first", "kind", "place", "message"), [pytest.param(*case[1:], id=case[0]) for case in CASES]
)
def test_what_is_said_and_what_is_kept(
    tmp_path: Path, table: str, content: str, first: list[str], kind: type[LeaderfulError], place: str, message: str
) -> None:
    study = open_study(tmp_path, **{table: content})
    assert problems(study)[0] == (f"{table}.csv, {place}", kind, message)
    assert kept(study, table) == first
    receipt = next(r for r in study.receipts if r.source == f"{table}.csv")
    assert (receipt.kept, receipt.rejected) == (len(first), content.count("\n") - 1 - len(first))


def test_rows_fall_with_the_row_they_refer_to_and_say_so(tmp_path: Path) -> None:
    bodies = BODIES.replace("RX1,North Trust,nhs-trust", "RX1,North Trust,trust")
    study = open_study(
        tmp_path,
        bodies=bodies,
        ties=TIES + "QHM,RX1,funds,,\nQHM,RX2,funds,,\n",
        responses=RESPONSES + "p1,w1,CGP1,4\n",
    )
    said = [(where, message) for where, _, message in problems(study)]
    assert [where for where, _ in said] == [
        "bodies.csv, row 3, column kind",
        "ties.csv, row 2, column target",
        "people.csv, row 2, column body",
        "responses.csv, row 2, column person",
    ]
    assert said[1][1] == "'RX1' refers to row 3 of bodies.csv, which was itself left out; correct that row first"
    assert said[3][1] == "the code refers to row 2 of people.csv, which was itself left out; correct that row first"
    assert kept(study, "bodies") == ["QHM", "RX2", "06H1"]
    assert kept(study, "ties") == ["QHM"]


def test_bodies_fall_with_their_system_however_long_the_chain(tmp_path: Path) -> None:
    header, first, *rest = BODIES.splitlines(keepends=True)
    study = open_study(tmp_path, bodies=header + first.replace("QHM,2022", "QXX,2022") + "".join(rest))
    assert kept(study, "bodies") == []
    assert [p.row for r in study.receipts if r.source == "bodies.csv" for p in r.problems] == [2, 3, 4, 5]


def test_a_table_that_is_not_there_is_one_problem_and_not_one_for_each_row(tmp_path: Path) -> None:
    tables = {
        "ties": TIES + "QHM,RX1,funds,,\nQHM,RX2,funds,,\n",
        "responses": RESPONSES + "p1,w1,CGP1,4\n",
        "relations": RELATIONS + "p1,w1,body,RX2,body-contact,0\n",
    }
    open_study(tmp_path, **tables)
    (tmp_path / "bodies.csv").unlink()
    study = Study.open(tmp_path)
    message = "there is no table bodies and rows of other tables refer to it; put bodies.csv into the study"
    assert problems(study) == [("bodies.csv", UnreadableFileError, message)]
    assert [kept(study, name) for name in ("ties", "people", "responses", "relations")] == [[], [], [], []]
    notes = {receipt.source: list(receipt.notes)[-1] for receipt in study.receipts if receipt.rejected}
    assert notes == {
        "ties.csv": "table bodies could not be read and 2 rows refer to it; put bodies right first",
        "people.csv": "table bodies could not be read and 3 rows refer to it; put bodies right first",
        "responses.csv": "table people could not be read and 1 row refers to it; put people right first",
        "relations.csv": "table people could not be read and 1 row refers to it; put people right first",
    }
    assert study.receipts[0].source == "bodies.csv"


def test_a_table_that_cannot_be_read_is_one_problem(tmp_path: Path) -> None:
    study = open_study(tmp_path, bodies="colour\nred\n", ties=TIES + "QHM,RX1,funds,,\n")
    assert [where for where, _, _ in problems(study)] == ["bodies.csv"]


def test_a_table_that_nothing_refers_to_may_be_missing(tmp_path: Path) -> None:
    open_study(tmp_path, people="id,body,tier\n")
    (tmp_path / "bodies.csv").unlink()
    assert problems(Study.open(tmp_path)) == []


def test_figures_beyond_reason_are_refused(tmp_path: Path) -> None:
    header = "body,measure,period,value\n"
    study = open_study(tmp_path, outcomes=header + "QHM,m,2026-01-01,1e12\nQHM,m,2026-02-01,1e300\n")
    assert study.table("outcomes")["value"].to_list() == [1e12]
    assert problems(study) == [
        ("outcomes.csv, row 3, column value", BadValuesError, "1e+300 is a number outside -1e+12 to 1e+12")
    ]


def test_the_study_itself_is_checked_against_its_bodies(tmp_path: Path) -> None:
    open_study(tmp_path)
    (tmp_path / "study.toml").write_text(SETTINGS.replace('"QHM"', '"QXX"'))
    assert problems(Study.open(tmp_path)) == [
        ("study.toml", BrokenKeysError, "system 'QXX' is not in column id of bodies.csv; correct the code")
    ]
    (tmp_path / "study.toml").write_text(SETTINGS.replace("2026-03-31", "2022-06-30"))
    assert problems(Study.open(tmp_path)) == [
        (
            "study.toml",
            BrokenStructureError,
            "as_at is 2022-06-30 and QHM is there from 2022-07-01 to now; choose a day within",
        )
    ]


def test_moments_alone_are_kept_and_counted(tmp_path: Path) -> None:
    study = open_study(tmp_path, moments="id,person,time,opener,taken\nm1,p1,2026-01-05T10:00,surprise,yes\n")
    assert kept(study, "moments") == ["m1"]
    notes = [note for receipt in study.receipts for note in receipt.notes if "moments" in note]
    assert notes == ["moments that do not say who else was there: 1; they are kept"]


def test_what_is_dated_after_the_study_is_kept_and_noted(tmp_path: Path) -> None:
    rows = "i1,2026-03-31T23:59,p1;p2,\ni2,2062-01-05T10:00,p1;p2,\n"
    study = open_study(tmp_path, interactions=INTERACTIONS + rows)
    assert kept(study, "interactions") == ["i1", "i2"]
    notes = [note for receipt in study.receipts for note in receipt.notes if "after" in note]
    said = "interactions dated after 2026-03-31, the date of the study: 1; they are kept, but look at the years"
    assert notes == [said]


def test_a_study_in_order_has_no_problems(tmp_path: Path) -> None:
    study = open_study(
        tmp_path,
        ties=TIES
        + "QHM,RX1,commissions,,\nQHM,RX1,funds,2023-01-01,\nRX1,QHM,partners-with,,\nRX1,RX2,works-with,,2024-03-31\n",
        responses=RESPONSES + "p1,w1,CGP1,4\np1,w1,CGP2,\n",
        relations=RELATIONS + "p1,w1,body,RX2,body-contact,0\np1,w1,person,p2,person-trust,4\n",
        interactions=INTERACTIONS + "i1,2026-01-05T10:00,p1;p2;p3,p3\n",
        successions=SUCCESSIONS + "QNQ,S0E4D,split,2026-04-01,0.6\nQNQ,QRL,split,2026-04-01,0.4\n",
    )
    assert problems(study) == []
    assert [receipt.rejected for receipt in study.receipts] == [0] * len(study.receipts)
