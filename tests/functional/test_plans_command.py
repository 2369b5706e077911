"""leaderful plans, as it is typed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl

from leaderful import jobs
from leaderful.study import Study
from leaderful.study.tables import TABLES

Run = Callable[..., tuple[int, str, str]]
PLAN = (
    "# Health inequalities\n\nWe will halve the gap in healthy life expectancy between our richest and poorest "
    "neighbourhoods, and reduce deaths from heart disease, cancer and suicide. Every neighbourhood team will "
    "offer vaccination, cancer screening and mental health care to people who are poor, homeless or seek asylum, "
    "so that nobody dies early because of where they live.\n"
)


def start(folder: Path, run: Run) -> Path:
    run("new", folder, "--icb", "QHM")
    row = {"id": "plan", "body": "QHM", "title": "Plan", "file": "plan.md", "published": None}
    documents = pl.DataFrame([row], schema=TABLES["documents"].schema)
    documents.write_csv(folder / "documents.csv")
    (folder / "plan.md").write_text(PLAN, encoding="utf-8")
    return folder


def test_plans_are_read_checked_and_reported(tmp_path: Path, leaderful: Run) -> None:
    folder = start(tmp_path / "s", leaderful)
    code, out, err = leaderful("plans", folder)
    assert (code, err) == (0, "")
    assert "core purposes of Integrated Care Systems: 8 suggested links, 0 decided" in out
    assert "plan.md: 1 passage, " in out
    assert "Written: links.csv" in out
    links = Study.open(folder).table("links")
    assert "SDG3" in links.filter(pl.col("document") == "plan")["goal"].to_list()
    assert leaderful("check", folder)[0] == 0
    again = leaderful("plans", folder)
    assert again[0] == 0
    assert "Nothing was written." in again[1]


def test_a_document_that_cannot_be_read_sets_the_exit_code(tmp_path: Path, leaderful: Run) -> None:
    folder = start(tmp_path / "s", leaderful)
    (folder / "plan.md").write_bytes(b"%PDF-1.4 cut short")
    code, out, _ = leaderful("plans", folder)
    assert code == 5
    assert "plan.md: not read" in out
    assert "damaged" in out
    assert jobs.worst(list(Study.open(folder).receipts)) is None


def test_a_folder_without_a_study_is_refused(tmp_path: Path, leaderful: Run) -> None:
    code, _, err = leaderful("plans", tmp_path)
    assert code == 4
    assert "study" in err
