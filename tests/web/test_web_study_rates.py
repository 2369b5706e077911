"""Response rates: what is shown tells nothing of small units, and of nobody."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
import polars as pl
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from leaderful.web.studies.rates import STEP, Rate, Rates, pooled, reckon

Cells = dict[tuple[str, str], tuple[int, int]]
"""How many were asked, and how many of them have answered, by body and tier."""


def frame(cells: Cells) -> pl.DataFrame:
    rows = [(body, tier, at < yes) for (body, tier), (asked, yes) in cells.items() for at in range(asked)]
    return pl.DataFrame(rows, schema={"body": pl.String, "tier": pl.String, "answered": pl.Boolean}, orient="row")


@st.composite
def studies(draw: st.DrawFn) -> Cells:
    bodies = draw(st.integers(1, 4))
    tiers = draw(st.integers(1, 3))
    cells: Cells = {}
    for body, tier in product(range(bodies), range(tiers)):
        asked = draw(st.one_of(st.integers(0, 3), st.integers(0, 30)))
        if asked:
            cells[f"B{body}", "abc"[tier]] = (asked, draw(st.one_of(st.just(0), st.integers(0, asked))))
    return cells


def figures(rates: Rates) -> Iterator[tuple[Rate, str]]:
    yield rates.total, "total"
    yield from ((rate, "body") for rate in rates.bodies)
    yield from ((rate, "tier") for rate in rates.tiers)


def within(rate: Rate, family: str, body: str, tier: str) -> bool:
    return family == "total" or (body if family == "body" else tier) in rate.units


def bounds(cells: Cells, rates: Rates, goal: np.ndarray) -> tuple[int, int]:
    """Return between what a reader knows a sum of cells to lie, were all that is shown exact."""
    keys, asked = list(cells), np.array([asked for asked, _ in cells.values()], dtype=float)
    yes = np.array([yes for _, yes in cells.values()], dtype=float)
    sums = [
        np.array([within(rate, family, *key) for key in keys], dtype=float)
        for rate, family in figures(rates)
        if rate.answered is not None
    ]
    limits = [LinearConstraint(row, row @ yes, row @ yes) for row in sums]
    ends = [
        milp(sign * goal, integrality=np.ones(len(keys)), bounds=Bounds(0, asked), constraints=limits).x @ goal
        for sign in (1.0, -1.0)
    ]
    return round(ends[0]), round(ends[1])


@settings(max_examples=60, deadline=None)
@given(cells=studies())
@example(cells={("A", "a"): (20, 8), ("B", "a"): (12, 2), ("C", "a"): (30, 15)})
@example(cells={("A", "a"): (4, 1), ("B", "a"): (40, 20)})
@example(cells={("A", "a"): (12, 6), ("A", "b"): (1, 1), ("B", "a"): (20, 10)})
def test_nothing_hidden_can_be_worked_out_from_what_is_shown(cells: Cells) -> None:
    rates = reckon(frame(cells))
    hidden = [(rate, family) for rate, family in figures(rates) if rate.answered is None and rate.asked]
    if all(rate.answered is None for rate, _ in figures(rates)):
        return
    for rate, family in hidden:
        goal = np.array([within(rate, family, *key) for key in cells], dtype=float)
        low, high = bounds(cells, rates, goal)
        assert high - low >= min(STEP, rate.asked), (rate, low, high)
    shown = [
        {key for key in cells if within(rate, family, *key)}
        for rate, family in figures(rates)
        if rate.answered is not None
    ]
    for at, (key, (asked, _)) in enumerate(cells.items()):
        if {key} in shown:
            continue
        low, high = bounds(cells, rates, np.eye(len(cells))[at])
        assert low < high or high == 0, (at, asked, low, high)
        assert low < asked


@settings(max_examples=100, deadline=None)
@given(cells=studies())
def test_what_is_shown_is_true_in_steps_and_of_enough_people(cells: Cells) -> None:
    rates = reckon(frame(cells))
    for rate, family in figures(rates):
        inside = [cell for key, cell in cells.items() if within(rate, family, *key)]
        assert rate.asked == sum(asked for asked, _ in inside)
        if rate.answered is None:
            continue
        yes = sum(yes for _, yes in inside)
        assert rate.asked >= 10
        assert rate.answered % STEP == 0
        assert rate.answered <= yes < rate.answered + STEP
        assert yes == 0 or yes >= 5
        assert rate.asked - yes >= 5


def test_large_units_stand_alone_and_small_ones_together() -> None:
    assert pooled({"A": 12, "B": 30}, 10) == [("A",), ("B",)]
    assert pooled({"A": 4, "B": 3, "C": 5, "D": 20}, 10) == [("D",), ("A", "B", "C")]
    assert pooled({"A": 4, "B": 11, "C": 20}, 10) == [("C",), ("A", "B")]
    assert pooled({"A": 4}, 10) == [("A",)]
    assert pooled({}, 10) == []


def test_the_study_may_ask_for_more_people() -> None:
    cells: Cells = {("A", "a"): (15, 7), ("B", "a"): (30, 15)}
    assert [rate.units for rate in reckon(frame(cells)).bodies] == [("A",), ("B",)]
    assert [rate.units for rate in reckon(frame(cells), fewest=20).bodies] == [("A", "B")]


def test_silence_is_shown_where_enough_were_asked() -> None:
    rates = reckon(frame({("A", "a"): (12, 0), ("B", "a"): (30, 15)}))
    assert [rate.silent for rate in rates.bodies] == [True, False]
    assert rates.bodies[1] == Rate(("B",), 30, 15)
    few = reckon(frame({("A", "a"): (9, 0)}))
    assert few.total.answered is None
    assert not few.total.silent


def test_one_to_four_and_all_but_four_are_hidden() -> None:
    for yes, seen in ((0, 0), (1, None), (4, None), (5, 5), (7, 5), (15, 15), (16, None), (20, None)):
        assert reckon(frame({("A", "a"): (20, yes)})).total.answered == seen


def test_no_more_is_hidden_than_needed() -> None:
    rates = reckon(frame({("A", "a"): (20, 8), ("B", "a"): (12, 2), ("C", "a"): (30, 15)}))
    assert rates.total.answered == 25
    assert [rate.answered for rate in rates.bodies] == [None, None, 15]


def test_nobody_asked_is_no_rate() -> None:
    assert reckon(frame({})) == Rates(total=Rate((), 0, None), bodies=(), tiers=())


def test_a_large_study_is_reckoned_quickly() -> None:
    random = np.random.default_rng(1)
    cells: Cells = {}
    for body, tier in product(range(60), "abcd"):
        asked = int(random.integers(1, 15))
        cells[f"B{body}", tier] = (asked, int(random.binomial(asked, 0.3)))
    rates = reckon(frame(cells))
    assert any(rate.answered is not None for rate in rates.bodies)
