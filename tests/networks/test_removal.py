"""What removals take away, against networkx with the node really taken out."""

import math
from itertools import combinations, permutations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_networks import chain, full, networks, random_ties, relabelled, ring, star, undirected

from leaderful.networks.cohesion import distance_fragmentation, fragmentation
from leaderful.networks.connectors import sole_connectors
from leaderful.networks.removal import _random_ties, _rises, removal, removal_against_random


def closeness(graph, nodes):
    """Reached pairs and sum of 1 / distance over ordered pairs of the nodes."""
    lengths = dict(nx.all_pairs_shortest_path_length(graph))
    ways = [lengths[i][j] for i, j in permutations(nodes, 2) if j in lengths[i]]
    return len(ways), sum(1 / way for way in ways)


def brute_force(ties):
    graph, size = nx.from_numpy_array(ties.astype(int)), len(ties)
    rises = []
    for node in range(size):
        others = [other for other in range(size) if other != node]
        before = closeness(graph, others)
        after = closeness(graph.subgraph(others), others)
        rises.append([(b - a) / ((size - 1) * (size - 2)) for b, a in zip(before, after, strict=True)])
    return np.array(rises).T


def check_removal(ties):
    found = removal(ties)
    cut, further = brute_force(ties)
    np.testing.assert_allclose(found.fragmentation, cut, atol=1e-12)
    np.testing.assert_allclose(found.distance, further, atol=1e-12)


@given(networks(largest=12))
def test_fragmentation_is_that_of_all_pairs(ties):
    reached, near = closeness(nx.from_numpy_array(ties.astype(int)), range(len(ties)))
    pairs = len(ties) * (len(ties) - 1)
    assert fragmentation(ties) == pytest.approx(1 - reached / pairs)
    assert distance_fragmentation(ties) == pytest.approx(1 - near / pairs)


def test_fragmentation_by_hand():
    # A chain of three and a tie apart: components 3 and 2, so 1 - (6 + 2) / 20 and, with the distances
    # 1 1 2 and 1, 1 - 2 × 3.5 / 20.
    ties = undirected(5, [(0, 1), (1, 2), (3, 4)])
    assert fragmentation(ties) == pytest.approx(0.6)
    assert distance_fragmentation(ties) == pytest.approx(0.65)
    assert (fragmentation(full(4)), distance_fragmentation(full(4))) == (0.0, 0.0)
    nothing = np.zeros((3, 3), dtype=bool)
    assert (fragmentation(nothing), distance_fragmentation(nothing)) == (1.0, 1.0)
    assert math.isnan(fragmentation(nothing[:1, :1]))
    assert math.isnan(distance_fragmentation(nothing[:1, :1]))


@given(networks(largest=10))
def test_removal_is_what_taking_the_node_out_does(ties):
    check_removal(ties)


@pytest.mark.parametrize("seed", range(6))
def test_removal_in_sparse_networks_where_ways_round_are_long(seed):
    """Rings with a few short cuts: those left behind go a long way round."""
    rng = np.random.default_rng(seed)
    ties = ring(24)
    for i, j in rng.integers(0, 24, size=(3, 2)):
        if i != j:
            ties[i, j] = ties[j, i] = True
    ties[rng.integers(0, 24), :] = False
    ties &= ties.T
    check_removal(ties)
    check_removal(random_ties(30, 2.2, seed))


def test_removal_by_hand():
    # A ring of five: without one node the other four are a chain. Between them three distances were 1
    # and three were 2; the chain has 1 1 1 2 2 3. Lost: 1/2 - 1/3, over 4 × 3 / 2 pairs.
    found = removal(ring(5))
    np.testing.assert_allclose(found.distance, (1 / 2 - 1 / 3) / 6)
    assert found.fragmentation.tolist() == [0.0] * 5
    # The hub of a star of five: all six pairs of others were at distance 2.
    hub = removal(star(5))
    assert (hub.fragmentation[0], hub.distance[0]) == (1.0, 0.5)
    assert hub.distance[1:].tolist() == [0.0] * 4


def test_removal_of_long_chains_and_rings():
    for ties in (chain(40), ring(41)):
        check_removal(ties)


def test_too_few_to_lose_anything():
    assert np.isnan(removal(full(2)).distance).all()
    found = removal_against_random(full(2), draws=3, seed=1)
    assert np.isnan(found.distance.p).all()


@given(networks(), st.randoms(use_true_random=False))
def test_relabelling_moves_removals_along(ties, random):
    order = random.sample(range(len(ties)), len(ties))
    first, second = removal(ties), removal(relabelled(ties, order))
    np.testing.assert_allclose(second.distance, first.distance[order], atol=1e-12)
    np.testing.assert_array_equal(second.fragmentation, first.fragmentation[order])
    cut = sole_connectors(ties).cut_off
    moved = sole_connectors(relabelled(ties, order)).cut_off
    assert [len(nodes) for nodes in moved] == [len(cut[node]) for node in order]


@given(networks(largest=10))
def test_sole_connectors_against_networkx(ties):
    graph = nx.from_numpy_array(ties.astype(int))
    found = sole_connectors(ties)
    assert set(found.bridges) == {tuple(sorted(pair)) for pair in nx.bridges(graph)}
    assert {node for node, cut in enumerate(found.cut_off) if cut} == set(nx.articulation_points(graph))
    for node, cut in enumerate(found.cut_off):
        here = nx.node_connected_component(graph, node) - {node}
        pieces = list(nx.connected_components(graph.subgraph(here)))
        assert len(cut) == len(here) - max((len(piece) for piece in pieces), default=0)
        # Nobody cut off reaches the rest without the node.
        rest = here - set(cut)
        assert not any(ties[i, j] for i in cut for j in rest)


def two_groups_and_a_joiner(size, seed):
    """Two groups with many ties each, and one node, the last, with four ties to either."""
    groups = np.repeat([0, 1], size)
    ties = np.zeros((2 * size + 1, 2 * size + 1), dtype=bool)
    ties[:-1, :-1] = random_ties(2 * size, 0.6 * 2 * size, seed) & (groups[:, None] == groups)
    joined = [*range(4), *range(size, size + 4)]
    ties[-1, joined] = ties[joined, -1] = True
    return ties


@pytest.mark.parametrize("seed", range(3))
def test_a_planted_joiner_is_beyond_chance_and_no_other_by_much(seed):
    ties = two_groups_and_a_joiner(10, seed)
    found = removal_against_random(ties, draws=199, seed=seed)
    for rise, chance in (
        (found.observed.fragmentation, found.fragmentation),
        (found.observed.distance, found.distance),
    ):
        assert np.flatnonzero((chance.p <= 0.05) & (rise >= 0.02)).tolist() == [20]
        assert chance.p[20] == 1 / 200
    assert sole_connectors(ties).cut_off[20] == tuple(range(10, 20))


def test_random_networks_seldom_have_a_node_beyond_chance():
    """At 5 % for a whole network, 60 networks have 3 such on average; 9 or more has a chance of 0.3 %."""
    flagged = sum(
        bool((removal_against_random(random_ties(18, degree, seed), draws=39, seed=seed).distance.p <= 0.05).any())
        for degree in (2.5, 8)
        for seed in range(30)
    )
    assert flagged < 9


def test_what_degree_alone_explains_is_not_beyond_chance():
    found = removal_against_random(star(12), draws=50, seed=1)
    assert found.observed.fragmentation[0] == found.fragmentation.mean[0] == 1.0
    assert (found.fragmentation.p == 1.0).all()


def test_a_hub_of_nodes_with_one_tie_is_beyond_chance():
    """Ten nodes tied to one another and two that hang on one of them: its like take nothing away."""
    ties = np.zeros((12, 12), dtype=bool)
    ties[:10, :10] = full(10)
    ties[0, 10:] = ties[10:, 0] = True
    found = removal_against_random(ties, draws=199, seed=1)
    assert np.flatnonzero(found.distance.p <= 0.05).tolist() == [0]
    assert found.distance.p[0] == 1 / 200


def test_chance_is_that_of_all_networks_in_which_a_node_has_the_degree():
    """Five nodes and five ties: each of the 252 networks tried, by the degree of its first node."""
    pairs = list(combinations(range(5), 2))
    rises: dict[int, list[float]] = {}
    for chosen in combinations(pairs, 5):
        every = undirected(5, chosen)
        rises.setdefault(int(every[0].sum()), []).append(removal(every).distance[0])
    ties = undirected(5, [(0, 1), (0, 2), (0, 3), (0, 4), (1, 2)])
    found = removal_against_random(ties, draws=4000, seed=1).distance
    for node, degree in enumerate((4, 2, 2, 1, 1)):
        # Rises are 0.5 or less, so 4000 draws give their mean to 0.008 at worst.
        assert found.mean[node] == pytest.approx(np.mean(rises[degree]), abs=0.02)
        assert found.upper[node] == pytest.approx(np.quantile(rises[degree], 0.975), abs=1e-9)


@given(st.integers(3, 12), st.data())
def test_random_ties_are_as_many_as_asked_and_the_first_node_has_its_own(size, data):
    pairs = size * (size - 1) // 2
    ties = data.draw(st.integers(0, pairs))
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    first = data.draw(st.integers(max(0, ties - (pairs - size + 1)), min(ties, size - 1)))
    for made in (_random_ties(size, ties, rng), _random_ties(size, ties, rng, first=first)):
        assert made.sum() == 2 * ties
        assert (made == made.T).all()
        assert not made.diagonal().any()
    assert made[0].sum() == first


@pytest.mark.parametrize(("first", "own"), [(None, 0.4), (3, 0.75)])
def test_random_ties_fall_on_all_pairs_alike(first, own):
    # Five nodes, four of ten pairs; with three ties of the first node one of six pairs is left.
    rng = np.random.default_rng(1)
    mean = np.mean([_random_ties(5, 4, rng, first=first) for _ in range(6000)], axis=0)
    rest = 0.4 if first is None else 1 / 6
    # Standard errors are 0.0063 at most; four of them.
    np.testing.assert_allclose(mean[0, 1:], own, atol=0.026)
    np.testing.assert_allclose(mean[1:, 1:][full(4)], rest, atol=0.026)


@settings(max_examples=40)
@given(networks(smallest=4, largest=9), st.integers(2, 4))
def test_ways_from_some_nodes_only(ties, sources):
    graph, size = nx.from_numpy_array(ties.astype(int)), len(ties)
    found = _rises(ties, sources)
    for node in range(size):
        without = graph.subgraph(set(range(size)) - {node})
        starts = [start for start in range(sources) if start != node]
        before = {start: nx.single_source_shortest_path_length(graph, start) for start in starts}
        after = {start: nx.single_source_shortest_path_length(without, start) for start in starts}
        ends = [(start, end) for start in starts for end in range(size) if end not in (start, node)]
        far = [1 / before[i][j] - (1 / after[i][j] if j in after[i] else 0) for i, j in ends if j in before[i]]
        cut = [j not in after[i] for i, j in ends if j in before[i]]
        np.testing.assert_allclose(found[:, node], [sum(cut) / len(ends), sum(far) / len(ends)], atol=1e-12)
    np.testing.assert_array_equal(_rises(ties, size, only=0)[:, 0], _rises(ties, size)[:, 0])


def test_same_seed_same_draws():
    ties = random_ties(20, 4, 1)
    first, second, other = (removal_against_random(ties, draws=20, seed=seed) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first.distance.upper, second.distance.upper)
    assert (first.distance.mean != other.distance.mean).any()


def test_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match="draws is 0"):
        removal_against_random(star(4), draws=0, seed=1)
    with pytest.raises(ValueError, match="not the same in both directions"):
        sole_connectors(np.triu(full(4)) & full(4))
