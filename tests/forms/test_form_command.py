"""The command that writes blank forms: which files, from which study, and never over a form that is there."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from blank_form import WHOLE

from leaderful import jobs
from leaderful.framework.instruments import read_instrument
from leaderful.study import Study

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("studies") / "sunny"
    list(jobs.new(folder, "QWO", as_at=None))
    return folder


@pytest.fixture
def study(fresh: Path, tmp_path: Path) -> Path:
    """A study with an instrument of its own."""
    folder = tmp_path / "study"
    shutil.copytree(fresh, folder)
    (folder / "instruments").mkdir()
    (folder / "instruments" / "engagement.toml").write_text(WHOLE, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("format", "ends"),
    [
        (
            "csv",
            ["", "-lists", "-moments", "-people", "-questions", "-read-me.txt", "-relations", "-responses", "-waves"],
        ),
        ("xlsx", [""]),
        ("fhir", ["", "-diary"]),
        ("xlsform", ["", "-diary"]),
    ],
)
def test_each_format_writes_its_files(leaderful: Run, tmp_path: Path, format: str, ends: list[str]) -> None:
    suffix = {"csv": ".csv", "xlsx": ".xlsx", "fhir": ".json", "xlsform": ".xlsx"}[format]
    out = tmp_path / "blank" / f"survey.v1{suffix}"
    code, printed, err = leaderful("form", format, "--out", out)
    assert (code, err) == (0, "")
    names = {f"survey.v1{end}" if end.endswith(".txt") else f"survey.v1{end}{suffix}" for end in ends}
    assert {path.name for path in out.parent.iterdir()} == names
    assert "52 statements, 0 bodies and 0 teams to pick from" in printed
    assert str(out) in printed


def test_a_suffix_is_added_where_there_is_none(leaderful: Run, tmp_path: Path) -> None:
    assert leaderful("form", "fhir", "--out", tmp_path / "survey")[0] == 0
    assert {path.name for path in tmp_path.iterdir()} == {"survey.json", "survey-diary.json"}


def test_a_study_gives_its_bodies_and_instruments(leaderful: Run, study: Path, tmp_path: Path) -> None:
    out = tmp_path / "survey.json"
    code, printed, _ = leaderful("form", "fhir", "--out", out, "--study", study)
    assert code == 0
    roster = json.loads(out.read_text(encoding="utf-8"))["contained"][0]["expansion"]["contains"]
    names = [concept["display"] for concept in roster]
    assert f"57 statements, {len(roster)} bodies and 0 teams to pick from" in printed
    assert names == sorted(names, key=str.casefold)
    assert "QWO" in {concept["code"] for concept in roster}
    assert "UN" not in {concept["code"] for concept in roster}  # above the system


def test_a_list_that_may_be_short_is_said_to_be(leaderful: Run, study: Path, tmp_path: Path) -> None:
    assert "left out" not in leaderful("form", "xlsx", "--out", tmp_path / "a.xlsx", "--study", study)[1]
    with (study / "bodies.csv").open("a", encoding="utf-8") as file:
        file.write("VCS1,A charity,no-such-kind,,place,voluntary,QWO,,,,,\n")
    code, printed, _ = leaderful("form", "xlsx", "--out", tmp_path / "b.xlsx", "--study", study)
    assert code == 0
    assert "Rows of the study were left out and may be missing here: leaderful check" in printed


def test_an_instrument_can_be_added_without_a_study(leaderful: Run, tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text(WHOLE, encoding="utf-8")
    code, printed, _ = leaderful("form", "xlsx", "--out", tmp_path / "a.xlsx", "--instrument", file)
    assert (code, printed.count("57 statements")) == (0, 1)


def test_the_same_instrument_twice_is_refused(leaderful: Run, study: Path, tmp_path: Path) -> None:
    file = study / "instruments" / "engagement.toml"
    words = ("form", "csv", "--out", tmp_path / "a.csv", "--study", study, "--instrument", file)
    code, _, err = leaderful(*words)
    assert code == 8
    assert "engagement.toml: the code ENG is used by another instrument too, in engagement.toml." in err


def test_a_form_that_is_there_is_left_alone(leaderful: Run, tmp_path: Path) -> None:
    (tmp_path / "a-diary.xlsx").write_bytes(b"filled in")
    code, _, err = leaderful("form", "xlsform", "--out", tmp_path / "a.xlsx")
    assert code == 4
    assert "a-diary.xlsx is there already and may be filled in. Choose another name for --out." in err
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a-diary.xlsx", b"filled in")]


def test_what_is_wrong_is_said_without_a_traceback(leaderful: Run, tmp_path: Path) -> None:
    code, _, err = leaderful("form", "docx", "--out", tmp_path / "a")
    assert code == 2
    assert "'csv', 'xlsx', 'fhir', 'xlsform'" in err
    code, _, err = leaderful("form", "csv", "--out", tmp_path / "a", "--instrument", tmp_path / "none.toml")
    assert (code, "none.toml cannot be read" in err) == (5, True)
    code, _, err = leaderful("form", "csv", "--out", tmp_path / "a", "--study", tmp_path / "none")
    assert code == 4
    (tmp_path / "file").write_text("")
    code, _, err = leaderful("form", "csv", "--out", tmp_path / "file" / "a.csv")
    assert code == 4
    assert "Choose a folder in which you may write" in err


def test_an_example_of_the_guide_is_an_instrument(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "how-to" / "add-an-instrument.md").read_text(encoding="utf-8")
    shown = [part.split("```")[0] for part in guide.split("```toml\n")[1:]]
    assert len(shown) == 2
    for number, text in enumerate(shown):
        file = tmp_path / f"{number}.toml"
        file.write_text(text, encoding="utf-8")
        assert read_instrument(file).item_scales


def test_filled_tables_are_read_as_a_study(leaderful: Run, study: Path, tmp_path: Path) -> None:
    assert leaderful("form", "csv", "--out", tmp_path / "blank.csv", "--study", study)[0] == 0
    rows = {
        "people": ["p1,QWO,,board,,yes", "p2,QWO,,manager,,no"],
        "waves": ["w1,First,2026-05-01,2026-06-01"],
        "responses": ["p1,w1,CGP1,4", "p1,w1,CGP4,", "p1,w1,VIG1,0"],
        "relations": ["p1,w1,body,QWO,body-contact,4", "p1,w1,person,p2,person-trust,3"],
        "moments": ["m1,p1,2026-05-02T10:00,QWO,manager,surprise,planning;supporting,yes,,,"],
    }
    for name, lines in rows.items():
        header = (tmp_path / f"blank-{name}.csv").read_text(encoding="utf-8-sig")
        (study / f"{name}.csv").write_text(header + "\n".join(lines) + "\n", encoding="utf-8")
    opened = Study.open(study)
    assert not [receipt.text() for receipt in opened.receipts if receipt.problems]
    assert {name: opened.table(name).height for name in rows} == {name: len(lines) for name, lines in rows.items()}
