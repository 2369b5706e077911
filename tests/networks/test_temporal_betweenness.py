"""Temporal betweenness, against all ways followed one by one."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_networks import random_ties
from temporal_by_hand import betweenness_by_hand, few_events

from leaderful.networks.temporal import TemporalNetwork
from leaderful.networks.temporal_betweenness import temporal_betweenness

KINDS = ["foremost", "shortest"]


def pairs(*rows, nodes, directed=False):
    times, sources, targets = zip(*rows, strict=True)
    return TemporalNetwork.from_pairs(times, sources, targets, nodes=nodes, directed=directed)


@settings(max_examples=1500, deadline=None)
@given(few_events(), st.sampled_from(KINDS), st.one_of(st.none(), st.integers(1, 4)))
def test_it_is_that_of_all_ways(network, kind, delta):
    found = temporal_betweenness(network, kind=kind, delta=delta)
    np.testing.assert_allclose(found.values, betweenness_by_hand(network, kind, delta), atol=1e-12)


@settings(max_examples=300, deadline=None)
@given(few_events(most_nodes=4, most_events=12, last_time=11), st.sampled_from(KINDS), st.integers(1, 3))
def test_it_is_that_of_all_ways_where_word_is_kept_alive_by_coming_back(network, kind, delta):
    found = temporal_betweenness(network, kind=kind, delta=delta)
    np.testing.assert_allclose(found.values, betweenness_by_hand(network, kind, delta), atol=1e-12)


@settings(max_examples=100, deadline=None)
@given(few_events(), st.integers(-1, 8), st.integers(-1, 8))
def test_a_window_is_the_network_of_its_events(network, start, stop):
    within = temporal_betweenness(network, kind="foremost", start=start, stop=stop)
    cut = temporal_betweenness(network.window(start, stop), kind="foremost")
    np.testing.assert_array_equal(within.values, cut.values)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(4))
def test_where_every_tie_meets_in_every_round_it_is_that_of_the_static_network(kind, seed):
    # Any hop can be taken in any round, so that the ways of h hops come in as many timings for every path.
    # The first to arrive take every round in turn.
    ties = random_ties(12, 3, seed)
    rounds, (rows, columns) = 12, np.nonzero(np.triu(ties))
    network = TemporalNetwork.from_pairs(
        np.repeat(np.arange(rounds), len(rows)),
        np.tile(rows, rounds),
        np.tile(columns, rounds),
        nodes=12,
        directed=False,
    )
    expected = nx.betweenness_centrality(nx.from_numpy_array(ties.astype(int)))
    found = temporal_betweenness(network, kind=kind)
    np.testing.assert_allclose(found.values, list(expected.values()), atol=1e-12)


def test_foremost_and_shortest_by_hand():
    # From 0 to 3: by 1 and 2 it arrives at 3; by 1 alone, two hops, at 9. From 3 to 0 there is no way.
    network = pairs((1, 0, 1), (2, 1, 2), (3, 2, 3), (9, 1, 3), nodes=4, directed=True)
    # Foremost: 0→2 by 1, 0→3 by 1 and 2, 1→3 by 2. Shortest: 0→2 by 1, 0→3 by 1, 1→3 straight at 9.
    assert temporal_betweenness(network, kind="foremost").values.tolist() == pytest.approx([0, 2 / 6, 2 / 6, 0])
    assert temporal_betweenness(network, kind="shortest").values.tolist() == pytest.approx([0, 2 / 6, 0, 0])


def test_ways_that_are_as_good_share():
    # 0 tells 3 by 1 or by 2; 1 can do so at two events, so that 1 carries two ways of three.
    network = pairs((1, 0, 1), (1, 0, 2), (5, 1, 3), (5, 2, 3), (5, 1, 3), nodes=4, directed=True)
    for kind in KINDS:
        assert temporal_betweenness(network, kind=kind).values.tolist() == pytest.approx([0, 2 / 18, 1 / 18, 0])


def test_events_at_the_same_time_do_not_follow_each_other():
    assert not temporal_betweenness(pairs((1, 0, 1), (1, 1, 2), nodes=3), kind="foremost").values.any()


def test_waiting_no_longer_than_the_limit():
    network = pairs((0, 0, 1), (10, 1, 2), nodes=3)
    assert temporal_betweenness(network, kind="foremost", delta=10).values.tolist() == [0, 0.5, 0]
    assert not temporal_betweenness(network, kind="foremost", delta=9).values.any()


def test_one_who_keeps_word_alive_counts_each_time_it_passes_on():
    # 0 tells 1 at 0; 1 tells 2 at 4 and hears it back at 8; only so can 1 still tell 3 at 12.
    network = pairs((0, 0, 1), (4, 1, 2), (8, 2, 1), (12, 1, 3), nodes=4, directed=True)
    found = temporal_betweenness(network, kind="foremost", delta=4).values * 6
    # 0→2 by 1; 0→3 by 1, 2, 1; 1→3 straight, since a source waits as long as it likes; 2→3 by 1.
    assert found.tolist() == pytest.approx([0, 1 + 2 + 1, 1, 0])


def test_a_meeting_is_one_hop_from_each_to_each():
    talks = TemporalNetwork.from_events([1, 2], [[0, 1, 2], [2, 3, 4]], nodes=5)
    assert temporal_betweenness(talks, kind="shortest").values.tolist() == pytest.approx([0, 0, 4 / 12, 0, 0])


def busy(nodes=60, events=1500, seed=5):
    rng = np.random.default_rng(seed)
    popular = rng.dirichlet(np.full(nodes, 0.7))
    groups = [rng.choice(nodes, size=size, replace=False, p=popular) for size in rng.integers(2, 6, events)]
    return TemporalNetwork.from_events(np.sort(rng.integers(0, 5000, events)), groups, nodes=nodes)


@pytest.mark.parametrize(("kind", "delta"), [("foremost", None), ("foremost", 400), ("shortest", None)])
def test_samples_of_sources_are_right_on_average_and_as_far_out_as_they_say(kind, delta):
    network = busy()
    exact = temporal_betweenness(network, kind=kind, delta=delta)
    assert (exact.sources, exact.within, exact.se.tolist()) == (60, 0.0, [0.0] * 60)
    drawn = [temporal_betweenness(network, kind=kind, delta=delta, sources=25, seed=seed) for seed in range(100)]
    values = np.array([one.values for one in drawn])
    spread = values.std(axis=0)
    assert (np.abs(values.mean(axis=0) - exact.values) <= 0.4 * spread).all()  # four standard errors of 100 draws
    used = exact.values > 0
    told = np.sqrt((np.array([one.se for one in drawn]) ** 2).mean(axis=0))
    assert told[used].sum() == pytest.approx(spread[used].sum(), rel=0.07)
    assert told[used] == pytest.approx(spread[used], rel=0.5)
    if delta is None:
        assert (np.abs(values - exact.values) <= drawn[0].within).all()
    else:
        assert np.isnan(drawn[0].within)


def test_the_bound_by_hand():
    # n = 60, k = 25: 60/59 × sqrt((1 - 24/60) ln(2400) / 50) = 1.01695 × sqrt(0.6 × 7.78322 / 50).
    found = temporal_betweenness(busy(events=50), kind="foremost", sources=25)
    assert found.within == pytest.approx(0.310792, abs=1e-5)


def test_the_same_seed_gives_the_same_bytes_and_another_does_not():
    network = busy(events=200)
    one, again, other = (temporal_betweenness(network, kind="shortest", sources=9, seed=seed) for seed in (3, 3, 4))
    assert one.values.tobytes() == again.values.tobytes()
    assert one.values.tobytes() != other.values.tobytes()
    every = temporal_betweenness(network, kind="shortest", sources=1000)
    assert every.values.tobytes() == temporal_betweenness(network, kind="shortest").values.tobytes()
    assert np.isnan(temporal_betweenness(network, kind="shortest", sources=1).se).all()


def test_what_cannot_be():
    nothing = TemporalNetwork.from_events([], [], nodes=4)
    assert temporal_betweenness(nothing, kind="foremost").values.tolist() == [0, 0, 0, 0]
    two = pairs((1, 0, 1), nodes=2)
    assert np.isnan(temporal_betweenness(two, kind="foremost").values).all()
    with pytest.raises(ValueError, match=r"delta is 0; 1 or more"):
        temporal_betweenness(two, kind="foremost", delta=0)
    with pytest.raises(ValueError, match=r"sources is 0; 1 or more"):
        temporal_betweenness(two, kind="foremost", sources=0)
    chain = [(time, time, time + 1) for time in range(160) for _ in range(100)]
    with pytest.raises(ValueError, match=r"more than 10\^308 ways"):
        temporal_betweenness(pairs(*chain, nodes=161), kind="shortest")
