from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from temporal_networks import random_talks, talks

from leaderful.networks import temporal_sketch
from leaderful.networks.temporal import TemporalNetwork
from leaderful.networks.temporal_reach import reach
from leaderful.networks.temporal_sketch import estimate_reach


def off(network, *, seed, precision):
    """Return how far each estimate is from what is so, in standard errors."""
    true = reach(network).reached
    found = estimate_reach([network], seed=seed, precision=precision)
    return (found.reached - true) / (found.relative_error * (true + 1))


@settings(max_examples=200)
@given(talks())
def test_of_a_few_nodes_the_estimate_is_all_but_exact_at_any_rule(network):
    # with 65,536 registers two of 8 nodes share one at less than one seed in a thousand, and not at this one
    found = estimate_reach([network], seed=1, precision=16).reached
    np.testing.assert_allclose(found, reach(network).reached, atol=0.01)


@pytest.mark.parametrize("events", [900, 2500, 9000])
def test_errors_are_as_large_as_stated(events):
    # errors of one seed go together, so that many seeds are needed to see their spread
    network = random_talks(1500, events, 7, largest=3, directed=0.2)
    apart = np.array([off(network, seed=seed, precision=6)[:: 1500 // 30] for seed in range(150)])
    assert 0.5 < np.sqrt((apart**2).mean()) < 1.1
    assert abs(apart.mean()) < 0.25
    assert (np.abs(apart) < 5).all()


def test_parts_and_threads_change_nothing(monkeypatch):
    network = random_talks(300, 2000, 4, span=50, largest=4, directed=0.3)
    found = estimate_reach([network], seed=3).reached
    parts = [network.window(40), network.window(25, 40), network.window(25, 25), network.window(None, 25)]
    assert estimate_reach(iter(parts), seed=3).reached.tolist() == found.tolist()
    for threads in (1, 5):
        monkeypatch.setattr(temporal_sketch.os, "cpu_count", lambda threads=threads: threads)
        assert estimate_reach([network], seed=3).reached.tolist() == found.tolist()
    assert estimate_reach([network], seed=4).reached.tolist() != found.tolist()


def test_a_node_without_events_reaches_nobody():
    assert estimate_reach([random_talks(4, 0, 1)], seed=1).reached.tolist() == pytest.approx([0] * 4, abs=1e-2)


def test_what_cannot_be_estimated_is_refused():
    network = TemporalNetwork.from_pairs([5, 9], [0, 1], [1, 2], nodes=4, directed=False)
    with pytest.raises(ValueError, match="precision is 3; 4 to 16 is wanted"):
        estimate_reach([network], seed=1, precision=3)
    with pytest.raises(ValueError, match="there are no parts"):
        estimate_reach([], seed=1)
    with pytest.raises(ValueError, match="a part ends at time 5 and the one before it begins at 5"):
        estimate_reach([network, network.window(5, 6)], seed=1)
    with pytest.raises(ValueError, match="a part is among 3 nodes and the first among 4"):
        estimate_reach([network, random_talks(3, 0, 1)], seed=1)
