"""The NHS Staff Survey workbook of organisations: title rows, options, bases, suppressed figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from survey_products import make_study, xlsx_file

from leaderful.errors import BadValuesError, UnknownNameError, WrongColumnsError
from leaderful.study import Study
from leaderful.study.importing import Imported, guess, import_files

AGREE = ["% Strongly disagree", "% Disagree", "% Neither agree nor disagree", "% Agree", "% Strongly agree"]
BASE = "Base (number of responses)"
WHO = ["ODS code", "Organisation", "Benchmarking group", "Weighting"]
TIMES = ["% Never", "% 1-2", "% 3-5", "% 6-10", "% More than 10"]


def titled(questions: dict[str, list[str]], rows: list[list[Any]]) -> list[list[Any]]:
    """Lay a sheet out as published: titles, the question over its columns, and a line of options."""
    over: list[Any] = [None] * len(WHO)
    options: list[Any] = list(WHO)
    for question, names in questions.items():
        over += [question, *([None] * len(names))]
        options += [*names, BASE]
    return [["NHS Staff Survey 2024 - organisational results"], over, [None], ["Unweighted"], options, *rows]


def workbook(folder: Path) -> Path:
    trust = ["RTD", "Tyne Hospitals", "Acute", "Occupation Group"]
    council = ["E06", "Shire", "Other", "None"]
    other = ["RXX", "Elsewhere", "Acute", "Occupation Group"]
    team = titled(
        {"Q7h - I feel valued by my team.": AGREE, "Q7x - Something the crosswalk does not hold.": AGREE},
        [
            [*trust, 5, 10, 20.5, 40.25, 24.25, 1200, 1, 2, 3, 4, 90, 1200],
            [*council, "*", "*", "*", "*", "*", "*", 1, 2, 3, 4, 90, 50],
            [*other, 5, 10, 20, 40, 25, 900, 1, 2, 3, 4, 90, 900],
        ],
    )
    harm = titled(
        {"Q14a - Harassment from patients": TIMES, "Q16a - Discrimination": ["% Yes", "% No"]},
        [[*trust, 70, 15, 10, 3, 2, 1100, 8.5, 91.5, 1150], [*council, 90, 4, 3, 2, 1, 11, "-", "-", "-"]],
    )
    return xlsx_file(
        folder / "NSS24 detailed spreadsheets organisational results.xlsx",
        {"Notes": [["Read me"], ["* fewer than 11"]], "YOUR TEAM Q7": team, "HEALTH WELLBEING SAFETY Q13-14": harm},
    )


def run(folder: Path, file: Path, year: int = 2024) -> tuple[Imported, Study]:
    mapping = folder / "mapping.toml"
    mapping.write_text(
        f"mapping_version = 1\n[[sources]]\nfile = '*.xlsx'\nkind = 'staff-survey'\nyear = {year}\n", encoding="utf-8"
    )
    done = import_files(Study.open(folder / "study"), [file], mapping)
    return done, Study.open(folder / "study")


def published(study: Study) -> set[tuple[Any, ...]]:
    assert set(study.table("published")["source"]) <= {"nhs-staff-survey"}
    return set(study.table("published").select("body", "question", "year", "percent", "base").iter_rows())


def test_percentages_are_added_up_as_the_crosswalk_says(tmp_path: Path) -> None:
    make_study(tmp_path / "study")
    done, study = run(tmp_path, workbook(tmp_path))
    assert published(study) == {
        ("RTD", "Q7h", 2024, 64.5, 1200),  # 40.25 agree + 24.25 strongly agree
        ("RTD", "Q14a", 2024, 30.0, 1100),  # 15 + 10 + 3 + 2 at least once; turned when it is measured
        ("E06", "Q14a", 2024, 10.0, 11),
        ("RTD", "Q16a", 2024, 8.5, 1150),
    }
    receipt = done.receipts[0]
    assert (receipt.read, receipt.kept, receipt.problems) == (7, 4, ())  # 3 of Q7h, 2 of Q14a, 2 of Q16a
    assert [(group.reason.split(",")[0], len(group.rows)) for group in receipt.left_out] == [
        ("organisations that are no body of this study", 1),
        ("figures that are not published", 2),
    ]


def test_shares_of_one_are_read_as_percentages(tmp_path: Path) -> None:
    make_study(tmp_path / "study")
    rows = [["RTD", "Tyne", "Acute", "None", 0.05, 0.1, 0.205, 0.4025, 0.2425, 1200]]
    file = xlsx_file(tmp_path / "s.xlsx", {"YOUR TEAM Q7": titled({"Q7h - valued": AGREE}, rows)})
    assert published(run(tmp_path, file)[1]) == {("RTD", "Q7h", 2024, 64.5, 1200)}


def test_columns_may_begin_with_their_question(tmp_path: Path) -> None:
    make_study(tmp_path / "study")
    head = ["ODS code", "Q7h % Agree", "Q7h % Strongly agree", f"Q7h {BASE}", "Q6a % Agree", f"Q6a {BASE}"]
    file = xlsx_file(tmp_path / "s.xlsx", {"YOUR TEAM Q7": [["Title"], head, ["RTD", 40, 24.5, "1,200", 50, 1000]]})
    # Q6a has no column for strongly agree, so no percentage of it can be known.
    assert published(run(tmp_path, file)[1]) == {("RTD", "Q7h", 2024, 64.5, 1200)}


def test_what_cannot_be_a_percentage_or_a_base_is_refused_by_row_and_sheet(tmp_path: Path) -> None:
    make_study(tmp_path / "study")
    rows = [
        ["RTD", "", "", "", 0, 0, 0, 80, 60, 100],
        ["E06", "", "", "", 0, 0, 0, 30, 30, 10.5],
        ["E06", "", "", "", 0, 0, 0, 30, 30, 10],
        ["QHM", "", "", "", 0, 0, 0, "many", 30, 10],
    ]
    file = xlsx_file(tmp_path / "s.xlsx", {"Q7": titled({"Q7h - valued": AGREE}, rows)})
    done, study = run(tmp_path, file)
    assert published(study) == set()
    problems = done.receipts[0].problems
    assert sorted(problem.row or 0 for problem in problems) == [6, 7, 8, 9]
    assert all(problem.kind is BadValuesError and "sheet Q7" in problem.message for problem in problems)


def test_the_guess_knows_the_workbook_and_its_year(tmp_path: Path) -> None:
    study = make_study(tmp_path / "study")
    text = guess(study, [workbook(tmp_path)]).text
    assert 'kind = "staff-survey"\nyear = 2024  # year of the fieldwork; check' in text


def test_another_year_is_added_beside_the_first_and_the_same_year_changed_is_refused(tmp_path: Path) -> None:
    make_study(tmp_path / "study")
    run(tmp_path, workbook(tmp_path))
    _, study = run(tmp_path, workbook(tmp_path), year=2023)
    assert study.table("published").height == 8
    rows = [["RTD", "Tyne", "Acute", "None", 0, 0, 0, 10, 10, 1200]]
    done, study = run(tmp_path, xlsx_file(tmp_path / "t.xlsx", {"Q7": titled({"Q7h - valued": AGREE}, rows)}))
    assert done.written == () and study.table("published").height == 8
    assert [problem.kind.__name__ for problem in done.receipts[-1].problems] == ["BrokenKeysError"]


def test_a_workbook_without_ods_codes_and_a_mapping_without_year_are_refused(tmp_path: Path) -> None:
    make_study(tmp_path / "study")
    file = xlsx_file(tmp_path / "s.xlsx", {"Q7": [["Trust", "Q7h % Agree"], ["RTD", 4]]})
    with pytest.raises(WrongColumnsError, match="no sheet has a column ODS code"):
        run(tmp_path, file)
    with pytest.raises(BadValuesError, match="sources 1 year"):
        run(tmp_path, file, year=0)
    (tmp_path / "none.toml").write_text("mapping_version = 1\n[[sources]]\nfile = '*'\nkind = 'staff-survey'\n")
    with pytest.raises(BadValuesError, match="kind staff-survey needs year"):
        import_files(Study.open(tmp_path / "study"), [file], tmp_path / "none.toml")
    with pytest.raises(UnknownNameError, match="no such file or sheet was given"):
        (tmp_path / "other.toml").write_text(
            "mapping_version = 1\n[[sources]]\nfile = 'x.xlsx'\nkind = 'staff-survey'\nyear = 2024\n"
        )
        import_files(Study.open(tmp_path / "study"), [file], tmp_path / "other.toml")
