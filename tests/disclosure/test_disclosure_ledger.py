"""One filter after another never leaves a small group over."""

from __future__ import annotations

import itertools
import json

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from leaderful.disclosure import Ledger, Population
from leaderful.errors import DisclosureError, UnknownNameError

examples = settings(deadline=None, derandomize=True, max_examples=30)


def crowd(*sizes: int) -> pl.DataFrame:
    """People in groups g0, g1, ... of these sizes."""
    groups = [f"g{place}" for place, size in enumerate(sizes) for _ in range(size)]
    return pl.DataFrame({"id": [f"p{place}" for place in range(len(groups))], "group": groups})


def of(*groups: int) -> Population:
    return Population.where({"group": [f"g{group}" for group in groups]})


def test_a_group_that_is_too_small_is_refused() -> None:
    ledger = Ledger(crowd(9, 30))
    assert ledger.refusal([of(0)]) == "a group asked for has fewer than 10 people"
    assert not ledger.allows([Population.where({"group": ["nobody"]})])
    assert ledger.allows([of(1)])


def test_what_differs_by_a_few_people_is_refused_either_way_round() -> None:
    for first, second in itertools.permutations([of(0), of(0, 1)]):
        ledger = Ledger(crowd(40, 3))
        ledger.record([first])
        with pytest.raises(DisclosureError, match="it would leave a group of fewer than 10 people"):
            ledger.record([second])
        assert ledger.rows()["release"].to_list() == [0] * len(first.filters[0][1])


def test_both_in_one_release_are_refused_and_the_same_twice_is_allowed() -> None:
    ledger = Ledger(crowd(40, 3))
    assert not ledger.allows([of(0), of(0, 1)])
    assert ledger.allows([of(0), of(0)])
    assert ledger.allows([])


def test_two_groups_that_differ_at_both_ends_are_refused() -> None:
    ledger = Ledger(crowd(40, 3, 4))
    ledger.record([of(0, 1)])
    assert not ledger.allows([of(0, 2)])


def test_ten_people_in_two_groups_are_enough() -> None:
    for last, allowed in ((5, True), (4, False)):
        ledger = Ledger(crowd(40, 5, last))
        ledger.record([of(0, 1)])
        assert ledger.allows([of(0, 2)]) is allowed


def test_an_overlap_found_by_inclusion_and_exclusion_is_refused() -> None:
    ledger = Ledger(crowd(20, 4, 20))
    ledger.record([of(0, 1), of(1, 2)])
    assert not ledger.allows([of(0, 1, 2)])
    assert Ledger(crowd(20, 12, 20)).allows([of(0, 1), of(1, 2), of(0, 1, 2)])


def test_a_chain_of_four_is_refused() -> None:
    ledger = Ledger(crowd(20, 20, 20, 20, 5))
    ledger.record([of(0, 1), of(2, 3)])
    ledger.record([of(1, 2, 4)])
    assert not ledger.allows([of(0, 3)])  # (0+1) + (2+3) - (0+3) = 1+2, and 1+2+4 less that is 4


def test_a_value_nobody_gave_belongs_to_no_group() -> None:
    people = crowd(20, 20).with_columns(tier=pl.Series([None] * 5 + ["board"] * 35, dtype=pl.String))
    ledger = Ledger(people)
    ledger.record([Population()])
    assert not ledger.allows([Population.where({"tier": ["board"]})])


@examples
@given(
    st.lists(st.integers(1, 15), min_size=2, max_size=7),
    st.lists(st.sets(st.integers(0, 6), min_size=1), min_size=1, max_size=6),
)
def test_the_ledger_refuses_exactly_what_could_be_worked_out(sizes: list[int], asked: list[set[int]]) -> None:
    """Some vector of the span lives on a set of groups when leaving the set out lowers the rank."""
    ledger, taken = Ledger(crowd(*sizes)), np.zeros((0, len(sizes)))
    few = [
        list(groups)
        for count in range(1, len(sizes) + 1)
        for groups in itertools.combinations(range(len(sizes)), count)
        if sum(sizes[group] for group in groups) < 10
    ]
    for groups in asked:
        inside = [float(group in groups) for group in range(len(sizes))]
        if not any(inside):
            continue
        span = np.vstack([taken, inside])
        rank = np.linalg.matrix_rank(span)
        found = any(np.linalg.matrix_rank(np.delete(span, some, axis=1)) < rank for some in few)
        assert ledger.allows([of(*groups)]) is not found
        if not found:
            ledger.record([of(*groups)])
            taken = span


def test_a_ledger_is_kept_as_rows_and_resumed() -> None:
    people = crowd(40, 30, 3).with_columns(tier=pl.lit("board"))
    ledger = Ledger(people)
    ledger.record([Population(), Population.where({"group": ["g0", "g2"], "tier": ["board"]})])
    ledger.record([of(1)])
    rows = ledger.rows()
    assert rows.columns == ["release", "population", "column", "value", "n"]
    assert rows.row(0) == (0, 0, "", "", 73)
    assert not set(people["id"]) & {str(value) for value in json.loads(json.dumps(rows.rows())) for value in value}
    again = Ledger.resume(people, rows)
    assert_frame_equal(again.rows(), rows)
    assert not again.allows([of(0)])
    with pytest.raises(DisclosureError, match="people have joined, left or moved"):
        Ledger.resume(people.head(60), rows)


def test_filters_that_mean_nothing_are_refused() -> None:
    with pytest.raises(UnknownNameError, match="'ward' is no column to filter by; choose among: group"):
        Ledger(crowd(20)).allows([Population.where({"ward": ["x"]})])
    with pytest.raises(UnknownNameError, match="'id' is no column"):
        Ledger(crowd(20)).allows([Population.where({"id": ["p1"]})])
    for empty in ([], "g0"):
        with pytest.raises(DisclosureError, match="filter group: give a list of one or more values"):
            Population.where({"group": empty})
    with pytest.raises(DisclosureError, match="an id each, once"):
        Ledger(pl.DataFrame({"id": ["p", "p"]}))
