"""Gould-Fernandez roles on networks counted by hand; constraint and effective size against networkx."""

import math
from itertools import permutations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_networks import chain, full, networks, random_ties, relabelled, star

from leaderful.networks.adjacency import neighbours
from leaderful.networks.brokerage import ROLES, _count_roles, brokerage_roles, constraint, effective_size


def count(ties, groups):
    """The definition, triple by triple."""
    counts = np.zeros((len(ties), 5), dtype=int)
    for a, b, c in permutations(range(len(ties)), 3):
        if ties[a, b] and ties[b, c] and not ties[a, c]:
            if groups[a] == groups[b] == groups[c]:
                role = "coordinator"
            elif groups[a] == groups[c]:
                role = "itinerant"
            elif groups[a] == groups[b]:
                role = "representative"
            elif groups[b] == groups[c]:
                role = "gatekeeper"
            else:
                role = "liaison"
            counts[b, ROLES.index(role)] += 1
    return counts


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        ("xxx", "coordinator"),
        ("xyx", "itinerant"),
        ("xxy", "representative"),
        ("xyy", "gatekeeper"),
        ("xyz", "liaison"),
    ],
)
def test_each_role_on_a_chain_of_three(groups, role):
    ties = np.array([[0, 1, 0], [0, 0, 1], [0, 0, 0]], dtype=bool)
    found = brokerage_roles(ties, np.array(list(groups)), draws=1, seed=1)
    assert dict(zip(ROLES, found.counts[1].tolist(), strict=True)) == {name: int(name == role) for name in ROLES}
    assert not found.counts[[0, 2]].any()


def test_a_network_counted_by_hand():
    # 0 and 1 (x) and 4 (z) have a tie to 2 (x); 2 has one to 1 (x), 3 (y) and 4 (z); 0 has one to 3.
    ties = np.zeros((5, 5), dtype=bool)
    for a, b in [(0, 2), (1, 2), (4, 2), (2, 1), (2, 3), (2, 4), (0, 3)]:
        ties[a, b] = True
    found = brokerage_roles(ties, np.array(list("xxxyz")), draws=5, seed=1)
    # Through 2: 0>1 coordinator; 0>4, 1>3, 1>4 representative; 4>1 gatekeeper; 4>3 liaison. 0>3 is closed.
    assert dict(zip(ROLES, found.counts[2].tolist(), strict=True)) == {
        "coordinator": 1, "itinerant": 0, "representative": 3, "gatekeeper": 1, "liaison": 1,
    }  # fmt: skip
    assert found.counts.sum() == 6


@settings(max_examples=50)
@given(networks(directed=True, largest=8), st.data())
def test_roles_by_definition_and_whatever_the_labels_are_called(ties, data):
    groups = np.array(data.draw(st.lists(st.integers(0, 2), min_size=len(ties), max_size=len(ties))))
    found = brokerage_roles(ties, groups, draws=1, seed=1)
    np.testing.assert_array_equal(found.counts, count(ties, groups))
    order = data.draw(st.permutations(range(len(ties))))
    mixed = brokerage_roles(relabelled(ties, order), np.array(["m", "z", "a"])[groups[order]], draws=1, seed=1)
    np.testing.assert_array_equal(mixed.counts, found.counts[order])
    np.testing.assert_allclose(mixed.expected, found.expected[order], atol=1e-12)


def test_expectation_and_spread_are_those_of_all_labellings_of_the_others():
    ties = random_ties(6, 3, 2, directed=True)
    groups = np.array([0, 0, 0, 1, 1, 2])
    found = brokerage_roles(ties, groups, draws=20_000, seed=3)
    for broker in range(6):
        others = [node for node in range(6) if node != broker]
        labels = np.tile(groups, (120, 1))
        labels[:, others] = groups[list(permutations(others))]
        every = np.array([count(ties, given)[broker] for given in labels])
        np.testing.assert_allclose(found.expected[broker], every.mean(axis=0), atol=1e-12)
        # A step from one count to the next may lie near 2.5 %, where draws fall on either side of it.
        for around, ours in (((0.02, 0.03), found.lower), ((0.97, 0.98), found.upper)):
            least, most = np.quantile(every, around, axis=0)
            assert ((least <= ours[broker]) & (ours[broker] <= most)).all()


def test_draws_average_to_the_exact_expectation():
    ties, groups = random_ties(15, 5, 4), np.arange(15) % 4
    orders = np.random.default_rng(1).permuted(np.broadcast_to(np.arange(15), (8000, 15)), axis=1)
    drawn = _count_roles(ties, *neighbours(ties), *neighbours(ties), groups, orders)
    expected = brokerage_roles(ties, groups, draws=1, seed=1).expected
    # Standard deviations are at most a third of the pairs brokered, so 8000 draws give 0.4 % of them.
    np.testing.assert_allclose(drawn.mean(axis=0), expected, atol=0.02 * expected.sum(axis=1).max())


def test_ties_without_direction_make_gatekeeper_and_representative_the_same():
    found = brokerage_roles(random_ties(20, 5, 1), np.arange(20) % 3, draws=10, seed=1)
    np.testing.assert_array_equal(found.counts[:, 2], found.counts[:, 3])
    assert not (found.counts[:, [0, 1, 4]] % 2).any()


def test_too_few_or_nobody_to_stand_between():
    assert not brokerage_roles(full(2), np.arange(2), draws=3, seed=1).counts.any()
    found = brokerage_roles(full(5), np.arange(5) % 2, draws=3, seed=1)
    assert not found.counts.any()
    assert not found.expected.any()


def test_same_seed_same_draws():
    ties, groups = random_ties(12, 4, 1), np.arange(12) % 3
    first, second = (brokerage_roles(ties, groups, draws=30, seed=2) for _ in range(2))
    np.testing.assert_array_equal(first.upper, second.upper)


@settings(max_examples=60)
@given(networks())
def test_constraint_and_effective_size_are_those_of_networkx(ties):
    graph = nx.from_numpy_array(ties.astype(int))
    ours = constraint(ties), effective_size(ties)
    theirs = nx.constraint(graph), nx.effective_size(graph)
    for mine, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine, [other[node] for node in range(len(ties))], atol=1e-12)


def test_constraint_and_effective_size_by_hand():
    # A triangle: p = 1/2, so each of two neighbours gives (1/2 + 1/4)²; effective size 2 - 2/2.
    assert constraint(full(3)).tolist() == [1.125] * 3
    assert effective_size(full(3)).tolist() == [1.0] * 3
    assert constraint(star(5))[0] == 0.25
    assert effective_size(star(5))[0] == 4.0
    alone = np.zeros((2, 2), dtype=bool)
    assert math.isnan(constraint(alone)[0])
    assert math.isnan(effective_size(alone)[0])


def test_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match="draws is 0"):
        brokerage_roles(chain(3), np.arange(3), draws=0, seed=1)
    with pytest.raises(ValueError, match="one for each of 3 nodes"):
        brokerage_roles(chain(3), np.arange(2), draws=1, seed=1)
    with pytest.raises(ValueError, match="not the same in both directions"):
        constraint(np.triu(full(3)) & full(3))
