"""Confirmed, one-sided and silent: every pair is in one state, and silence is never disagreement."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_networks import full, networks, relabelled

from leaderful.networks.confirmation import confirmation

TABLES = ("union", "confirmable", "confirmed", "one_sided", "partner_silent")


def test_each_state_by_hand():
    # 0 and 1 name each other; 0 names 2, which answered and names nobody; 0 and 1 name 3, which is silent.
    reports = np.zeros((5, 5), dtype=bool)
    for pair in [(0, 1), (1, 0), (0, 2), (0, 3), (1, 3)]:
        reports[pair] = True
    found = confirmation(reports, np.array([True, True, True, False, False]))
    pairs = {name: set(zip(*np.nonzero(np.triu(getattr(found, name))), strict=True)) for name in TABLES}
    assert pairs == {
        "union": {(0, 1), (0, 2), (0, 3), (1, 3)},
        "confirmable": {(0, 1), (0, 2), (1, 2)},
        "confirmed": {(0, 1)},
        "one_sided": {(0, 2)},
        "partner_silent": {(0, 3), (1, 3)},
    }
    assert found.share == 0.5


@given(networks(directed=True), st.data())
def test_reported_pairs_fall_into_three_states(ties, data):
    answered = np.array(data.draw(st.lists(st.booleans(), min_size=len(ties), max_size=len(ties))))
    reports = ties & answered[:, None]
    found = confirmation(reports, answered)
    states = [found.confirmed, found.one_sided, found.partner_silent]
    np.testing.assert_array_equal(sum(state.astype(int) for state in states), found.union)
    assert not (found.partner_silent & found.confirmable).any()
    order = data.draw(st.permutations(range(len(ties))))
    moved = confirmation(relabelled(reports, order), answered[order])
    for name in TABLES:
        np.testing.assert_array_equal(getattr(moved, name), relabelled(getattr(found, name), order))


@given(networks(directed=True, smallest=4), st.integers(0, 3))
def test_a_node_falling_silent_confirms_nothing_and_contradicts_nothing(ties, quiet):
    everyone = np.ones(len(ties), dtype=bool)
    answered = everyone.copy()
    answered[quiet] = False
    reports = ties & answered[:, None]
    before, after = confirmation(ties, everyone), confirmation(reports, answered)
    others = np.arange(len(ties)) != quiet
    for name in TABLES:
        np.testing.assert_array_equal(getattr(before, name)[others][:, others], getattr(after, name)[others][:, others])
    assert not after.confirmed[quiet].any()
    assert not after.one_sided[quiet].any()


def test_nothing_to_confirm_is_undefined():
    assert math.isnan(confirmation(np.zeros((3, 3), dtype=bool), np.ones(3, dtype=bool)).share)


def test_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match="did not answer"):
        confirmation(full(3), np.array([True, True, False]))
    with pytest.raises(ValueError, match="one value for each of 3 nodes"):
        confirmation(full(3), np.ones(2, dtype=bool))
