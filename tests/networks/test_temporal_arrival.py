from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from temporal_networks import first_heard, last_begun, random_talks, talks, waits

from leaderful.networks.temporal import TemporalNetwork
from leaderful.networks.temporal_arrival import NEVER, earliest_arrival, latest_departure


def plain(times):
    return [[None if time == NEVER else time for time in row] for row in times.tolist()]


def everyone(network):
    return np.arange(network.nodes)


def pairs(*events, nodes=4, directed=False):
    times, sources, targets = zip(*events, strict=True)
    return TemporalNetwork.from_pairs(times, sources, targets, nodes=nodes, directed=directed)


@settings(max_examples=1200)
@given(talks(), waits())
def test_arrivals_are_those_of_hops_followed_one_by_one(network, delta):
    expected = [first_heard(network, source, delta=delta) for source in range(network.nodes)]
    assert plain(earliest_arrival(network, everyone(network), delta=delta)) == expected


@settings(max_examples=1200)
@given(talks(), waits())
def test_departures_are_those_of_hops_followed_one_by_one(network, delta):
    expected = [last_begun(network, target, delta=delta) for target in range(network.nodes)]
    assert plain(latest_departure(network, everyone(network), delta=delta)) == expected


@given(talks(), waits(), st.integers(-3, 8), st.integers(0, 9))
def test_a_window_is_the_network_of_its_events(network, delta, start, length):
    inside = network.window(start, start + length)
    for find in (earliest_arrival, latest_departure):
        found = find(network, everyone(network), delta=delta, start=start, stop=start + length)
        assert plain(found) == plain(find(inside, everyone(network), delta=delta))


@pytest.mark.parametrize("delta", [None, 40])
def test_of_more_sources_than_a_block_each_has_its_own_arrivals(delta):
    network = random_talks(700, 1500, 3, largest=4, directed=0.3)
    order = np.random.default_rng(0).permutation(700)
    found = plain(earliest_arrival(network, order, delta=delta))
    for place in range(0, 700, 60):
        assert found[place] == first_heard(network, order[place], delta=delta)


def test_events_at_one_time_do_not_follow_each_other():
    network = pairs((5, 0, 1), (5, 1, 2), (6, 1, 3))
    assert plain(earliest_arrival(network, np.array([0]))) == [[None, 5, None, 6]]


def test_one_who_is_told_again_can_carry_it_on_for_as_long_again():
    network = pairs((0, 0, 1), (4, 0, 1), (8, 1, 2))
    assert plain(earliest_arrival(network, np.array([0]), delta=4)) == [[None, 0, 8, None]]
    assert plain(earliest_arrival(network, np.array([0]), delta=3)) == [[None, 0, None, None]]


def test_what_a_node_could_carry_on_alone_it_is_not_told_anew():
    # 1 knows of 0 until 4; meeting 2 at 3, who knows nothing, does not keep it alive, but 2 now knows until 7
    network = pairs((0, 0, 1), (3, 1, 2), (7, 1, 3))
    assert plain(earliest_arrival(network, np.array([0]), delta=4)) == [[None, 0, 3, None]]
    # unless 2 tells it back
    network = pairs((0, 0, 1), (3, 1, 2), (5, 1, 2), (7, 1, 3))
    assert plain(earliest_arrival(network, np.array([0]), delta=4)) == [[None, 0, 3, 7]]


def test_the_source_may_begin_as_late_as_it_likes():
    network = pairs((0, 0, 1), (100, 0, 2))
    assert plain(earliest_arrival(network, np.array([0]), delta=1)) == [[None, 0, 100, None]]


def test_a_limit_as_long_as_all_events_is_none():
    network = random_talks(20, 60, 1, span=50)
    unlimited = earliest_arrival(network, everyone(network))
    assert (earliest_arrival(network, everyone(network), delta=50) == unlimited).all()


def test_without_events_or_sources_nobody_hears():
    network = TemporalNetwork.from_pairs([], [], [], nodes=2, directed=False)
    assert plain(earliest_arrival(network, np.array([1]), delta=3)) == [[None, None]]
    assert earliest_arrival(network, np.array([], dtype=int)).shape == (0, 2)


@pytest.mark.parametrize(
    ("sources", "delta", "said"),
    [
        ([0], 0, "delta is 0; 1 or more is wanted, or None for no limit"),
        ([4], None, "nodes run from 4 to 4; from 0 to 3 is wanted"),
        ([-1], None, "nodes run from -1 to -1"),
        ([1, 1], None, "a node is given twice"),
        ([0.5], None, "nodes are of type float64"),
    ],
)
def test_what_cannot_be_followed_is_refused(sources, delta, said):
    for find in (earliest_arrival, latest_departure):
        with pytest.raises(ValueError, match=said):
            find(pairs((5, 0, 1)), np.array(sources), delta=delta)
