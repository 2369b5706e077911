from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from temporal_networks import hops, talks

from leaderful.networks.temporal import TemporalNetwork


def made(times, offsets, members, *, nodes=3, directed=None):
    return TemporalNetwork(
        nodes=nodes,
        times=np.array(times, dtype=np.int64),
        offsets=np.array(offsets, dtype=np.int64),
        members=np.array(members, dtype=np.int32),
        directed=np.zeros(len(times), dtype=bool) if directed is None else np.array(directed),
    )


def test_events_are_put_in_order_of_time_and_keep_it_within_one():
    network = TemporalNetwork.from_events([3, 1, 3, 1], [[0, 1], [1, 2, 3], [2, 0], [3, 0]], nodes=4)
    assert network.times.tolist() == [1, 1, 3, 3]
    assert network.offsets.tolist() == [0, 3, 5, 7, 9]
    assert network.members.tolist() == [1, 2, 3, 3, 0, 0, 1, 2, 0]


def test_a_sender_comes_first_and_makes_its_event_directed():
    network = TemporalNetwork.from_events([1, 2], [[0, 1, 2], [1, 2]], nodes=3, senders=[2, None])
    assert network.members[:3].tolist() == [2, 0, 1]
    assert network.directed.tolist() == [True, False]
    assert hops(network) == {(2, 0, 1), (2, 1, 1), (1, 2, 2), (2, 1, 2)}


def test_pairs_are_events_of_two():
    network = TemporalNetwork.from_pairs(np.array([2, 1]), [0, 1], [1, 2], nodes=3, directed=True)
    assert hops(network) == {(0, 1, 2), (1, 2, 1)}


def test_no_events_at_all():
    network = TemporalNetwork.from_pairs([], [], [], nodes=3, directed=False)
    assert network.events == 0
    assert network.window(1, 2).events == 0


@given(talks(), st.none() | st.integers(-3, 15), st.none() | st.integers(-3, 15))
def test_a_window_holds_the_events_from_its_start_and_before_its_stop(network, start, stop):
    low = -100 if start is None else start
    high = 100 if stop is None else stop
    assert hops(network.window(start, stop)) == {hop for hop in hops(network) if low <= hop[2] < high}


@pytest.mark.parametrize(
    ("network", "said"),
    [
        (lambda: made([2, 1], [0, 2, 4], [0, 1, 1, 2]), "times are not ascending; take from_events"),
        (lambda: made([5], [0, 1], [0]), "the event at time 5 has 1 members; two or more are wanted"),
        (lambda: made([5], [0, 2], [0, 3]), "the event at time 5 has a member that is no node; nodes from 0 to 2"),
        (lambda: made([5], [0, 2], [-1, 2]), "the event at time 5 has a member that is no node"),
        (lambda: made([5], [0, 3], [0, 1, 0]), "the event at time 5 has a member twice"),
        (lambda: made([1, 2], [0, 9, 4], [0, 1, 1, 2]), "the event at time 2 has -5 members"),
        (lambda: made([1], [0, 2, 4], [0, 1, 1, 2]), "1 times, 3 offsets and 1 directions; an offset more than times"),
        (lambda: made([1], [0, 2], [0, 1, 1]), "offsets run from 0 to 2; from 0 to the number of members, 3"),
        (lambda: made([1], [0, 2], [0, 1], directed=[0]), "directed is of type int64"),
        (lambda: made([2**62], [0, 2], [0, 1]), "within ±"),
        (lambda: TemporalNetwork.from_events([1], [[0, 1]], nodes=1), "members run from 0 to 1; nodes from 0 to 0"),
        (lambda: TemporalNetwork.from_events([1], [[0, 1], [0, 1]], nodes=2), "1 times and 2 groups"),
        (lambda: TemporalNetwork.from_events([1.5], [[0, 1]], nodes=2), "of type float64; integers are wanted"),
        (lambda: TemporalNetwork.from_events([1], [[0, 1]], nodes=3, senders=[2]), "sender 2 is not among the members"),
        (lambda: TemporalNetwork.from_pairs([1], [0], [0], nodes=2, directed=False), "at time 1 has a member twice"),
        (
            lambda: TemporalNetwork.from_pairs([1, 2], [0], [1], nodes=2, directed=False),
            "2 times, 1 sources, 1 targets",
        ),
    ],
)
def test_what_is_no_temporal_network_is_refused_with_what_is_wanted(network, said):
    with pytest.raises(ValueError, match=said.replace("(", r"\(")):
        network()
