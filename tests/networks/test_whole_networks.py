"""Density, reciprocity, centralisation and inequality, on networks counted by hand and against networkx."""

import math

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_networks import chain, full, networks, random_ties, relabelled, ring, star

from leaderful.networks.whole import (
    centralisation,
    decentralisation,
    degree_centralisation,
    density,
    gini,
    reciprocity,
)


def test_density_counts_dyads_once_or_twice():
    ties, all_seen = chain(4), full(4)
    # Three of six pairs; as ordered pairs six of twelve.
    assert density(ties, all_seen, directed=False).possible == 6
    assert density(ties, all_seen, directed=True).possible == 12
    assert density(ties, all_seen, directed=False).estimate == density(ties, all_seen, directed=True).estimate == 0.5


def test_silent_nodes_lower_the_naive_density_alone():
    ties = full(5)
    ties[3:, 3:] = False
    seen = full(5)
    seen[3:, 3:] = False
    found = density(ties, seen, directed=False)
    assert (found.estimate, found.naive) == (1.0, 0.9)
    assert (found.observed, found.possible) == (9, 10)


def test_density_of_nothing_is_undefined():
    nothing = np.zeros((3, 3), dtype=bool)
    assert math.isnan(density(nothing, nothing, directed=True).estimate)
    assert density(nothing, nothing, directed=True).naive == 0.0
    assert math.isnan(density(nothing[:1, :1], nothing[:1, :1], directed=True).naive)


@given(networks(directed=True))
def test_density_is_that_of_networkx(ties):
    graph = nx.from_numpy_array(ties.astype(int), create_using=nx.DiGraph)
    assert density(ties, full(len(ties)), directed=True).estimate == pytest.approx(nx.density(graph))


@given(networks(directed=True))
def test_reciprocity_is_that_of_networkx(ties):
    graph = nx.from_numpy_array(ties.astype(int), create_using=nx.DiGraph)
    found = reciprocity(ties, full(len(ties))).estimate
    if ties.any():
        assert found == pytest.approx(nx.overall_reciprocity(graph))
    else:
        assert math.isnan(found)


def test_reciprocity_leaves_out_pairs_that_one_end_is_silent_about():
    ties = np.array([[0, 1, 1], [1, 0, 1], [0, 0, 0]], dtype=bool)
    seen = full(3)
    assert reciprocity(ties, seen).estimate == pytest.approx(2 / 4)
    seen[2] = False
    assert reciprocity(ties, seen).estimate == 1.0


@pytest.mark.parametrize("size", [3, 4, 7, 50])
def test_star_is_one_and_ring_nought_undirected(size):
    assert centralisation(star(size), direction="undirected") == 1.0
    assert centralisation(ring(size), direction="undirected") == 0.0
    assert centralisation(full(size), direction="undirected") == 0.0


@pytest.mark.parametrize("size", [2, 3, 4, 7, 50])
def test_star_is_one_and_ring_nought_directed(size):
    to_hub = np.zeros((size, size), dtype=bool)
    to_hub[1:, 0] = True
    assert centralisation(to_hub, direction="in") == 1.0
    assert centralisation(to_hub.T, direction="out") == 1.0
    # All but the hub give one tie: (1 - 0) of (size - 1)².
    assert centralisation(to_hub, direction="out") == pytest.approx(1 / (size - 1) ** 2)
    around = np.roll(np.eye(size, dtype=bool), 1, axis=1)
    assert centralisation(around, direction="in") == centralisation(around, direction="out") == 0.0


def test_centralisation_by_hand():
    # A chain of four: degrees 1 2 2 1, so (1 + 0 + 0 + 1) / (3 × 2).
    assert centralisation(chain(4), direction="undirected") == pytest.approx(1 / 3)


def test_centralisation_of_too_few_is_undefined():
    assert math.isnan(centralisation(full(2), direction="undirected"))
    assert math.isnan(centralisation(np.zeros((1, 1), dtype=bool), direction="in"))
    assert math.isnan(degree_centralisation(np.array([], dtype=np.int64), direction="in"))


def test_decentralisation_is_what_is_left():
    ties = random_ties(30, 5, 4, directed=True)
    assert decentralisation(ties.sum(axis=0)) == pytest.approx(1 - centralisation(ties, direction="in"))


def test_gini_by_hand():
    # 1 2 3 4: differences over ordered pairs add to 20; 20 / (2 × 16 × 2.5) = 1/4.
    assert gini(np.array([4.0, 1, 3, 2])) == pytest.approx(0.25)
    assert math.isnan(gini(np.zeros(3)))
    assert math.isnan(gini(np.array([])))


@given(st.lists(st.integers(0, 50), min_size=1, max_size=30), st.integers(1, 9))
def test_gini_by_all_differences_and_whatever_the_unit(values, times):
    x = np.array(values, dtype=float)
    if x.sum():
        everywhere = np.abs(x[:, None] - x).sum() / (2 * len(x) ** 2 * x.mean())
        assert gini(x) == pytest.approx(everywhere)
        assert gini(x * times) == pytest.approx(gini(x))
        assert 0 <= gini(x) + 1e-12 <= 1


@given(networks(), st.randoms(use_true_random=False))
def test_relabelling_changes_nothing(ties, random):
    order = random.sample(range(len(ties)), len(ties))
    mixed = relabelled(ties, order)
    assert centralisation(mixed, direction="undirected") == centralisation(ties, direction="undirected")
    assert density(mixed, full(len(ties)), directed=False) == density(ties, full(len(ties)), directed=False)


@pytest.mark.parametrize(
    ("ties", "message"),
    [
        (np.zeros((2, 3), dtype=bool), r"shape \(2, 3\)"),
        (np.zeros((3, 3)), "type float64"),
        (np.eye(3, dtype=bool), "a tie to itself"),
        (np.triu(full(3)), "not the same in both directions"),
    ],
)
def test_what_is_no_table_of_ties_is_refused(ties, message):
    with pytest.raises(ValueError, match=message):
        centralisation(ties, direction="undirected")


def test_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match="a tie stands where nothing was observed"):
        density(full(3), np.zeros((3, 3), dtype=bool), directed=True)
    with pytest.raises(ValueError, match="3 nodes have ties and 4 were observed"):
        density(full(3), full(4), directed=True)
    with pytest.raises(ValueError, match="what was observed"):
        reciprocity(full(3), full(4))
    with pytest.raises(ValueError, match="0 to 2 is possible"):
        degree_centralisation(np.array([0, 3, 1]), direction="in")
    with pytest.raises(ValueError, match="not below zero"):
        gini(np.array([1.0, -1.0]))
