from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from temporal_networks import first_heard, random_talks, talks, waits

from leaderful.networks import temporal_spread
from leaderful.networks.temporal_reach import crossing, reach, reach_by_time


def heard(network, *, delta=None):
    """Return for each source, as a row, whom it reaches."""
    rows = [first_heard(network, source, delta=delta) for source in range(network.nodes)]
    return np.array([[time is not None for time in row] for row in rows])


def labels_of(network, seed, groups=3):
    return np.random.default_rng(seed).integers(0, groups, network.nodes)


@settings(max_examples=800)
@given(talks(), waits(), st.integers(0, 99))
def test_reach_is_that_of_hops_followed_one_by_one(network, delta, seed):
    whom = heard(network, delta=delta)
    groups = {"body": labels_of(network, seed), "tier": labels_of(network, seed + 1, groups=2)}
    found = reach(network, delta=delta, groups=groups)
    assert found.reached.tolist() == whom.sum(axis=1).tolist()
    for name, label in groups.items():
        assert found.outside[name].tolist() == (whom & (label[:, None] != label)).sum(axis=1).tolist()


@settings(max_examples=500)
@given(talks(), waits(), st.integers(0, 99), st.integers(-2, 5), st.sets(st.integers(1, 16), min_size=1, max_size=4))
def test_crossings_are_those_of_hops_followed_one_by_one(network, delta, seed, start, horizons):
    label = labels_of(network, seed)
    present = np.unique(label)
    found = crossing(network, label, start=start, horizons=sorted(horizons), delta=delta)
    for step, horizon in enumerate(sorted(horizons)):
        whom = heard(network.window(start, start + horizon), delta=delta)
        expected = [[int(whom[np.ix_(label == a, label == b)].sum()) for b in present] for a in present]
        assert found[step].tolist() == expected
    by_time = reach_by_time(network, start=start, horizons=sorted(horizons), delta=delta)
    assert by_time.tolist() == found.sum(axis=(1, 2)).tolist()


@pytest.mark.parametrize("delta", [None, 60])
def test_of_more_nodes_than_a_block_counts_are_the_same_from_either_end_and_by_any_number_of_threads(
    delta, monkeypatch
):
    network = random_talks(1300, 4000, 5, largest=4, directed=0.3)
    groups = {"body": labels_of(network, 1, groups=40)}

    def counts():
        all_of_them = reach(network, delta=delta, groups=groups)
        crossed = crossing(network, groups["body"], start=0, horizons=[300, 1000], delta=delta)
        return all_of_them.reached.tolist(), all_of_them.outside["body"].tolist(), crossed.tolist()

    found = counts()
    monkeypatch.setattr(temporal_spread, "WORTH_THREADS", 0)
    for threads in (1, 2, 3):
        monkeypatch.setattr(temporal_spread.os, "cpu_count", lambda threads=threads: threads)
        assert counts() == found
    order = np.random.default_rng(0).permutation(1300)[:600]
    some = reach(network, delta=delta, groups=groups, sources=order)
    assert some.sources.tolist() == order.tolist()
    assert some.reached.tolist() == np.array(found[0])[order].tolist()
    assert some.outside["body"].tolist() == np.array(found[1])[order].tolist()
    assert np.array(found[2])[-1].sum() == sum(found[0])
    body = groups["body"]
    leaving = np.bincount(body, weights=np.array(found[1]))
    assert (np.array(found[2])[-1] * ~np.eye(40, dtype=bool)).sum(axis=1).tolist() == leaving.tolist()
    for source in order[:4].tolist():
        assert found[0][source] == sum(time is not None for time in first_heard(network, source, delta=delta))


@given(talks(), st.integers(1, 8))
def test_waiting_longer_never_reaches_fewer(network, delta):
    shorter, longer = reach(network, delta=delta).reached, reach(network, delta=delta + 1).reached
    assert (shorter <= longer).all()
    assert (longer <= reach(network).reached).all()


def test_a_window_limits_what_counts():
    network = random_talks(30, 200, 2, span=100)
    assert reach(network, start=20, stop=60).reached.tolist() == reach(network.window(20, 60)).reached.tolist()


def test_without_events_or_nodes_there_is_nothing_to_count():
    network = random_talks(5, 0, 1)
    assert reach(network, delta=3).reached.tolist() == [0] * 5
    assert crossing(network, np.zeros(5), start=0, horizons=[], delta=3).shape == (0, 1, 1)
    nobody = random_talks(0, 0, 1)
    assert reach(nobody).reached.tolist() == []
    assert reach_by_time(nobody, start=0, horizons=[1]).tolist() == [0]


def test_what_cannot_be_counted_is_refused():
    network = random_talks(5, 9, 1)
    with pytest.raises(ValueError, match=r"groups have shape \(4,\); one for each of 5 nodes"):
        reach(network, groups={"body": np.zeros(4)})
    with pytest.raises(ValueError, match="delta is -1"):
        reach(network, delta=-1)
    with pytest.raises(ValueError, match="a node is given twice"):
        reach(network, sources=np.array([1, 1]))
    for horizons in ([0, 3], [3, 3], [4, 2]):
        with pytest.raises(ValueError, match="numbers that ascend from 1 or more"):
            crossing(network, np.zeros(5), start=0, horizons=horizons)
