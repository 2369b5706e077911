"""Answers are not people, shares are made of cells, and findings are made of findings."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderful.disclosure import protect
from leaderful.disclosure.cover import Sums, cover, sum_matrix
from leaderful.disclosure.rule import Rule
from leaderful.measures.findings import Finding, frame

ASKED = ("tier",)


def row(measure: str, unit: str, n: int, *, kind: str = "pair", wave: str = "w1", **detail: object) -> Finding:
    return Finding(measure=measure, unit_kind=kind, unit=unit, n=n, wave=wave, method="m", estimate=0.5, detail=detail)


def statuses(found: list[Finding], parents: pl.DataFrame | None = None, rule: Rule = Rule()) -> list[bool]:
    out = protect(frame(found), people=["zip", "ties"], others=[], asked=ASKED, parents=parents, rule=rule)
    return (out["status"] == "ok").to_list()


def test_a_hundred_answers_of_nine_people_are_hidden() -> None:
    assert statuses([row("ties.trust", "A>B", 100, people=9), row("ties.trust", "A>C", 100, people=10)]) == [
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("count", "shown"), [(0, True), (1, False), (4, False), (5, True), (35, True), (36, False), (40, True)]
)
def test_a_share_made_of_one_to_four_people_is_hidden_on_either_side(count: int, shown: bool) -> None:
    assert statuses([row("ties.reach", "A>B", 40, count=count)]) == [shown]


def test_both_ends_of_a_tooth_count() -> None:
    fine = {"a_count": 9, "a_n": 20, "b_count": 12, "b_n": 20}
    assert statuses([row("zip.tooth", "A|B", 40, **fine), row("zip.tooth", "A|C", 40, **{**fine, "b_count": 18})]) == [
        True,
        False,
    ]


def test_a_larger_smallest_cell_hides_more() -> None:
    found = [row("ties.reach", "A>B", 40, count=6)]
    assert statuses(found) == [True]
    assert statuses(found, rule=Rule(smallest_cell=7)) == [False]


def test_what_was_made_of_a_hidden_finding_is_hidden() -> None:
    found = [
        row("zip.tooth", "A|B", 8, tier="board"),
        row("zip.tooth", "A|B", 80, tier="manager"),
        row("zip.closure", "A|B", 88, rests_on=[["zip.tooth", "pair", "A|B", "w1"]]),
        row("zip.depth", "A|B", 88, rests_on=[["zip.closure", "pair", "A|B", "w1"]]),
        row("zip.closure", "A|C", 88, rests_on=[["zip.tooth", "pair", "A|C", "w1"]]),
        row("zip.closure", "A|B", 88, wave="w2", rests_on=[["zip.tooth", "pair", "A|B", "w2"]]),
    ]
    assert statuses(found) == [False, True, False, False, True, True]


def test_a_finding_rests_only_on_those_that_asked_the_same() -> None:
    found = [
        row("zip.tooth", "A|B", 8, tier="board"),
        row("zip.closure", "A|B", 88, tier="manager", rests_on=[["zip.tooth", "pair", "A|B", "w1"]]),
        row("zip.closure", "A|B", 88, tier="board", rests_on=[["zip.tooth", "pair", "A|B", "w1"]]),
    ]
    assert statuses(found) == [False, True, False]


def test_what_a_dependent_gives_away_by_subtraction_is_covered_too() -> None:
    """A closure hidden because of its tooth is one unknown of the system's; a second must go with it."""
    parents = pl.DataFrame({"unit": ["A|B", "A|C", "B|C"]}).with_columns(
        unit_kind=pl.lit("pair"), parent_kind=pl.lit("system"), parent=pl.lit("S")
    )
    found = [
        row("zip.tooth", "A|B", 8, tier="board"),
        row("zip.closure", "A|B", 40, rests_on=[["zip.tooth", "pair", "A|B", "w1"]]),
        row("zip.closure", "A|C", 30),
        row("zip.closure", "B|C", 50),
        row("zip.closure", "S", 120, kind="system"),
    ]
    assert statuses(found, parents) == [False, False, False, True, True]


@given(st.data())
def test_cells_that_are_not_searched_are_safe(data: st.DataObject) -> None:
    """Whatever is settled without a search can hold as much as the search would have found."""
    parts = data.draw(st.lists(st.integers(0, 30), min_size=2, max_size=6))
    values = np.array([sum(parts), *parts], dtype=float)
    sums = Sums(values, sum_matrix([(0, tuple(range(1, values.size)))], values.size), fixed=np.zeros(values.size, bool))
    hidden = cover(sums, values < 10, 10)
    if hidden[0]:
        return
    together = values[hidden].sum()
    assert not hidden.any() or (hidden.sum() > 1 and together >= 10)


def test_units_add_up_within_a_wave_only() -> None:
    """A team whose body was merged has one parent before and another after."""
    under = pl.DataFrame(
        [("w1", "A", "X"), ("w1", "B", "X"), ("w2", "A", "Y"), ("w2", "B", "Y")],
        schema=["wave", "unit", "parent"],
        orient="row",
    ).with_columns(unit_kind=pl.lit("team"), parent_kind=pl.lit("body"))
    found = [
        row("ties.trust", "X", 30, kind="body"),
        row("ties.trust", "A", 8, kind="team"),
        row("ties.trust", "B", 22, kind="team"),
        row("ties.trust", "A", 12, kind="team", wave="w2"),
        row("ties.trust", "B", 22, kind="team", wave="w2"),
        row("ties.trust", "Y", 34, kind="body", wave="w2"),
    ]
    assert statuses(found, under) == [True, False, False, True, True, True]
