"""E-I index and assortativity, by hand, against every permutation and against networkx."""

import math
from itertools import permutations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_networks import chain, full, networks, random_ties, relabelled, undirected

from leaderful.networks.mixing import assortativity, ei_index


def index(ties, groups):
    crossing = groups[:, None] != groups
    return (ties[crossing].sum() - ties[~crossing].sum()) / ties.sum()


def test_index_by_hand():
    # Five ties, of which 1-2 and 3-4 cross: (2 - 3) / 5.
    ties = undirected(6, [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)])
    assert ei_index(ties, np.array(["a", "a", "b", "b", "c", "c"]), draws=1, seed=1).estimate == pytest.approx(-1 / 5)


def test_expectation_and_spread_are_those_of_all_permutations():
    ties = undirected(6, [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (0, 2), (1, 3)])
    groups = np.array([0, 0, 0, 1, 1, 2])
    every = np.array([index(ties, groups[list(order)]) for order in permutations(range(6))])
    found = ei_index(ties, groups, draws=4000, seed=2)
    # 1 - 2 × (3×2 + 2×1) / (6 × 5)
    assert found.expected == pytest.approx(every.mean()) == pytest.approx(1 - 16 / 30)
    assert (found.lower, found.upper) == pytest.approx(np.quantile(every, [0.025, 0.975]))
    far = np.abs(every - every.mean()) >= abs(found.estimate - every.mean()) - 1e-12
    assert found.p == pytest.approx(far.mean(), abs=0.03)


def test_ties_kept_within_groups_are_beyond_chance_and_random_ones_are_not():
    groups = np.repeat([0, 1, 2], 8)
    within = groups[:, None] == groups
    kept = (random_ties(24, 20, 1) & within) | (random_ties(24, 2, 2) & ~within)
    assert ei_index(kept, groups, draws=199, seed=3).p == 1 / 200
    assert ei_index(random_ties(24, 6, 5), groups, draws=199, seed=3).p > 0.05


def test_p_values_are_even_when_groups_do_not_matter():
    groups = np.repeat([0, 1], 10)
    p = np.array([ei_index(random_ties(20, 5, seed), groups, draws=99, seed=seed).p for seed in range(200)])
    # Of 200, 10 are expected at 0.05 or below; 20 or more have a chance of 0.003.
    assert (p <= 0.05).sum() < 20
    assert (p > 0.5).sum() > 70


def test_no_ties_or_one_group():
    assert math.isnan(ei_index(np.zeros((4, 4), dtype=bool), np.arange(4), draws=9, seed=1).estimate)
    alone = ei_index(chain(4), np.zeros(4), draws=9, seed=1)
    assert (alone.estimate, alone.expected, alone.lower, alone.upper, alone.p) == (-1, -1, -1, -1, 1)
    assert math.isnan(assortativity(np.zeros((4, 4), dtype=bool), np.arange(4)))
    assert math.isnan(assortativity(chain(4), np.zeros(4)))


@given(networks(directed=True), st.data())
def test_assortativity_is_that_of_networkx(ties, data):
    groups = np.array(data.draw(st.lists(st.integers(0, 2), min_size=len(ties), max_size=len(ties))))
    graph = nx.from_numpy_array(ties.astype(int), create_using=nx.DiGraph)
    nx.set_node_attributes(graph, dict(enumerate(groups.tolist())), "group")
    found = assortativity(ties, groups)
    ends = {group for node in np.unique(np.nonzero(ties)) for group in (groups[node],)}
    if len(ends) > 1:
        assert found == pytest.approx(nx.attribute_assortativity_coefficient(graph, "group"))
    else:
        assert math.isnan(found)


@given(networks(), st.data())
def test_relabelling_nodes_or_groups_changes_no_estimate(ties, data):
    size = len(ties)
    groups = np.array(data.draw(st.lists(st.integers(0, 2), min_size=size, max_size=size)))
    order = data.draw(st.permutations(range(size)))
    mixed, named = relabelled(ties, order), np.array(["x", "a", "m"])[groups[order]]
    for ours in (lambda t, g: ei_index(t, g, draws=1, seed=1).estimate, assortativity):
        assert ours(mixed, named) == pytest.approx(ours(ties, groups), nan_ok=True)


def test_same_seed_same_draws():
    ties, groups = random_ties(20, 5, 1), np.arange(20) % 3
    assert ei_index(ties, groups, draws=50, seed=7) == ei_index(ties, groups, draws=50, seed=7)
    assert ei_index(ties, groups, draws=50, seed=7) != ei_index(ties, groups, draws=50, seed=8)


def test_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match=r"groups have shape \(4,\); one for each of 3 nodes"):
        assortativity(full(3), np.arange(4))
    with pytest.raises(ValueError, match="draws is 0"):
        ei_index(full(3), np.arange(3), draws=0, seed=1)
