"""The smallest group of whom a study shows anything goes with it, and forms and exports say it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from leaderful import jobs
from leaderful.disclosure.rule import RUNGS
from leaderful.exports.about import about
from leaderful.exports.contents import Contents
from leaderful.forms import words
from leaderful.manifest import about as manifest
from leaderful.measures.findings import SCHEMA
from leaderful.report.wording import spelt
from leaderful.study import TABLES, Study
from leaderful.study.settings import FILE, SMALLEST_GROUPS

DAY = date(2026, 4, 1)


def study(folder: Path, **more: int) -> Study:
    return Study.new(folder / "north", name="North", system="QHM", as_at=DAY, tables={}, **more)


def test_it_is_kept_in_the_folder(tmp_path: Path) -> None:
    made = study(tmp_path, minimum_people=20)
    assert "minimum_people = 20" in (tmp_path / "north" / FILE).read_text()
    assert (made.minimum_people, Study.open(tmp_path / "north").minimum_people) == (20, 20)


def test_a_study_that_says_nothing_has_ten(tmp_path: Path) -> None:
    assert study(tmp_path).minimum_people == 10
    assert "minimum_people" not in (tmp_path / "north" / FILE).read_text()
    assert Study.open(tmp_path / "north").minimum_people == 10


@pytest.mark.parametrize("people", [10, 50])
def test_forms_and_the_manifest_say_it(people: int, tmp_path: Path) -> None:
    made = study(tmp_path, minimum_people=people)
    assert f"groups of {people} people or more" in " ".join(words.consent(jobs.survey(made, ())))
    assert manifest(made, ())["minimum_people"] == people


def test_exports_say_it() -> None:
    empty = {"bodies": TABLES["bodies"].empty(), "ties": TABLES["ties"].empty()}
    contents = Contents(
        name="North",
        system="QHM",
        as_at=DAY,
        findings=pl.DataFrame(schema=SCHEMA),
        version="1",
        minimum_people=30,
        **empty,
    )
    assert "fewer than 30 people are hidden" in about(contents)["hidden figures"]


def test_a_study_may_choose_the_groups_that_hiding_climbs_by() -> None:
    assert SMALLEST_GROUPS == RUNGS


def test_ten_is_spelt_out_in_the_report() -> None:
    assert [spelt(people) for people in (10, 12)] == ["ten", "12"]
