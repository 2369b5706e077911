"""What gets straight from one group to another equals what a plain search finds among the two groups alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderful.networks.temporal import TemporalNetwork
from leaderful.networks.temporal_arrival import NEVER, earliest_arrival
from leaderful.networks.temporal_straight import straight_crossings

NODES = 9


@st.composite
def records(draw):
    """Events of two to four of nine nodes at few times, so that many are at one; some with a sender."""
    groups = draw(
        st.lists(st.lists(st.integers(0, NODES - 1), min_size=2, max_size=4, unique=True), min_size=1, max_size=14)
    )
    times = draw(st.lists(st.integers(0, 9), min_size=len(groups), max_size=len(groups)))
    senders = [group[0] if draw(st.booleans()) else None for group in groups]
    labels = draw(st.lists(st.integers(-1, 2), min_size=NODES, max_size=NODES))
    return times, groups, senders, np.array(labels, dtype=np.int64), draw(st.none() | st.integers(1, 6))


def plainly(times, groups, senders, inside, source, delta):
    """Whom a source reaches among some nodes, by trying every way: what is told at a time is known after it."""
    told = {(source, None)}
    for time, group, sender in sorted(zip(times, groups, senders, strict=True), key=lambda event: event[0]):
        if sender is not None and sender not in inside:
            continue
        here = [node for node in group if node in inside]
        able = {
            node
            for node, when in told
            if node in here and (when is None or (when < time and (delta is None or time - when <= delta)))
        }
        for giver in able & ({sender} if sender is not None else set(here)):
            told |= {(node, time) for node in here if node != giver}
    return {node for node, _ in told} - {source}


@settings(max_examples=400, deadline=None)
@given(records())
def test_each_source_reaches_whom_a_plain_search_reaches(held):
    times, groups, senders, labels, delta = held
    network = TemporalNetwork.from_events(times, groups, nodes=NODES, senders=senders)
    pairs = np.array([(0, 1), (1, 2), (0, 2)])
    found = straight_crossings(network, labels, pairs, np.arange(NODES), delta=delta)
    expected = []
    for pair, (a, b) in enumerate(pairs):
        inside = set(np.flatnonzero((labels == a) | (labels == b)).tolist())
        for group in (a, b):
            for source in np.flatnonzero(labels == group).tolist():
                reached = plainly(times, groups, senders, inside, source, delta)
                across = sum(labels[node] not in (group, -1) for node in reached)
                expected.append((pair, source, across))
    assert list(zip(found.pair.tolist(), found.source.tolist(), found.reached.tolist(), strict=True)) == expected


@settings(max_examples=100, deadline=None)
@given(records())
def test_with_two_groups_that_hold_everybody_it_is_what_all_ways_reach(held):
    times, groups, senders, _, delta = held
    labels = np.arange(NODES) % 2
    network = TemporalNetwork.from_events(times, groups, nodes=NODES, senders=senders)
    found = straight_crossings(network, labels, np.array([[0, 1]]), np.arange(NODES), delta=delta)
    heard = earliest_arrival(network, found.source, delta=delta) != NEVER
    assert found.reached.tolist() == (heard & (labels != labels[found.source][:, None])).sum(axis=1).tolist()


def test_only_some_sources_are_followed_when_only_some_are_named():
    talks = TemporalNetwork.from_events([1, 2], [[0, 2], [1, 3]], nodes=4)
    found = straight_crossings(talks, np.array([0, 0, 1, 1]), np.array([[0, 1]]), np.array([1, 2]))
    assert (found.source.tolist(), found.reached.tolist()) == ([1, 2], [1, 1])


def test_without_pairs_or_events_nothing_crosses():
    nothing = TemporalNetwork.from_events([], [], nodes=2)
    assert straight_crossings(nothing, np.array([0, 1]), np.array([[0, 1]]), np.arange(2)).reached.tolist() == [0, 0]
    assert not len(straight_crossings(nothing, np.array([0, 1]), np.zeros((0, 2), dtype=np.int64), np.arange(2)).pair)


@pytest.mark.parametrize(
    ("labels", "pairs", "delta", "said"),
    [
        ([0], [[0, 1]], None, "one for each of 2 nodes"),
        ([0, 1], [[1, 1]], None, "two different groups"),
        ([0, 1], [[0, 1]], 0, "1 or more is wanted"),
    ],
)
def test_what_makes_no_sense_is_refused(labels, pairs, delta, said):
    talks = TemporalNetwork.from_events([1], [[0, 1]], nodes=2)
    with pytest.raises(ValueError, match=said):
        straight_crossings(talks, np.array(labels), np.array(pairs), np.arange(2), delta=delta)
