"""Communities against every partition and networkx; the adjusted Rand index against its definition."""

import math
import subprocess
import sys
from itertools import combinations, product

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_networks import networks, random_ties, relabelled, undirected

from leaderful.networks.communities import adjusted_rand, communities


def sets(labels):
    return [set(np.flatnonzero(labels == label).tolist()) for label in np.unique(labels)]


def club():
    graph = nx.karate_club_graph()
    return nx.to_numpy_array(graph, weight=None).astype(bool)


def test_the_published_best_partition_of_a_well_known_club():
    # The largest modularity of Zachary's club is 0.4198 (Brandes et al. 2008), with four communities.
    found = communities(club(), restarts=20, seed=1)
    assert round(found.modularity, 4) == 0.4198
    assert len(np.unique(found.labels)) == 4


@settings(max_examples=20)
@given(networks(smallest=3, largest=6))
def test_no_partition_is_better(ties):
    found = communities(ties, restarts=10, seed=1)
    if not ties.any():
        assert math.isnan(found.modularity)
        assert found.labels.tolist() == list(range(len(ties)))
        return
    graph = nx.from_numpy_array(ties.astype(int))
    assert found.modularity == pytest.approx(nx.community.modularity(graph, sets(found.labels)))
    size = len(ties)
    partitions = {tuple(map(p.index, p)) for p in product(range(min(size, 4)), repeat=size)}
    best = max(nx.community.modularity(graph, sets(np.array(p))) for p in partitions)
    assert found.modularity >= best - 1e-9


def test_planted_groups_are_found_and_nodes_without_ties_stand_alone():
    groups = np.repeat([0, 1, 2], 10)
    within = groups[:, None] == groups
    ties = np.zeros((32, 32), dtype=bool)
    ties[:30, :30] = (random_ties(30, 20, 1) & within) | (random_ties(30, 1, 2) & ~within)
    found = communities(ties, restarts=5, seed=1)
    assert found.labels.tolist() == [*groups.tolist(), 3, 4]


def test_relabelling_moves_communities_along():
    ties = club()
    order = np.random.default_rng(1).permutation(len(ties))
    mixed = communities(relabelled(ties, order), restarts=20, seed=1)
    assert adjusted_rand(mixed.labels, communities(ties, restarts=20, seed=1).labels[order]) == 1.0


def test_same_seed_same_communities_in_another_process():
    code = (
        "import sys; sys.path.insert(0, 'tests/networks');"
        "from small_networks import random_ties; from leaderful.networks.communities import communities;"
        "print(communities(random_ties(60, 5, 3), restarts=3, seed=9).labels.tolist())"
    )
    runs = {subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout for _ in range(2)}
    assert runs == {f"{communities(random_ties(60, 5, 3), restarts=3, seed=9).labels.tolist()}\n"}


def together(labels):
    return np.array([labels[i] == labels[j] for i, j in combinations(range(len(labels)), 2)])


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=12))
def test_adjusted_rand_is_agreement_of_pairs_beyond_chance(labels):
    a, b = np.array(labels).T
    in_a, in_b = together(a), together(b)
    chance = in_a.sum() * in_b.sum() / len(in_a)
    most = (in_a.sum() + in_b.sum()) / 2
    found = adjusted_rand(a, b)
    if most == chance:
        assert math.isnan(found)
    else:
        assert found == pytest.approx(((in_a & in_b).sum() - chance) / (most - chance))
    assert adjusted_rand(b, a) == pytest.approx(found, nan_ok=True)


def test_adjusted_rand_of_the_same_partition_under_other_names_is_one():
    assert adjusted_rand(np.array(["x", "x", "y", "z"]), np.array([3, 3, 1, 2])) == 1.0


def test_nothing_to_agree_on():
    assert math.isnan(adjusted_rand(np.array([1]), np.array([1])))
    assert math.isnan(adjusted_rand(np.arange(5), np.arange(5)))
    assert math.isnan(adjusted_rand(np.zeros(5), np.zeros(5)))
    assert adjusted_rand(np.zeros(5), np.arange(5)) == 0.0


def test_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match="restarts is 0"):
        communities(undirected(3, [(0, 1)]), restarts=0, seed=1)
    with pytest.raises(ValueError, match="one for each of 3 nodes"):
        adjusted_rand(np.arange(3), np.arange(4))
