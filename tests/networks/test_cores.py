"""Core and periphery, against every possible core tried one by one."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_networks import full, networks, random_ties, relabelled, star

from leaderful.networks import cores
from leaderful.networks.cores import core_periphery


def fit(ties, core):
    """The definition: correlate ties with the ideal over all pairs."""
    above = np.triu_indices(len(ties), 1)
    ideal = (core[:, None] | core)[above].astype(float)
    if ideal.std() == 0:
        return -2.0
    return np.corrcoef(ties[above].astype(float), ideal)[0, 1]


def every_core(size):
    return (np.array(core, dtype=bool) for core in product([False, True], repeat=size))


def planted(size, inside, *, noise, seed):
    """A core tied to all, a periphery tied to the core, and some ties turned over."""
    core = np.arange(size) < inside
    ties = core[:, None] | core
    turned = np.triu(np.random.default_rng(seed).random((size, size)) < noise, 1)
    ties ^= turned | turned.T
    np.fill_diagonal(ties, False)
    return ties, core


@settings(max_examples=40)
@given(networks(largest=8))
def test_no_core_fits_better_than_the_one_found(ties):
    found = core_periphery(ties, restarts=0, seed=1)
    pairs = len(ties) * (len(ties) - 1)
    if not 0 < ties.sum() < pairs:
        assert math.isnan(found.correlation)
        assert not found.core.any()
        return
    best = max(fit(ties, core) for core in every_core(len(ties)))
    assert found.correlation == pytest.approx(best)
    assert found.correlation == pytest.approx(fit(ties, found.core))
    equal = [core for core in every_core(len(ties)) if fit(ties, core) > best - 1e-9]
    fewest = min(core.sum() for core in equal)
    wanted = max((int(ties[core].sum()), core.tolist()) for core in equal if core.sum() == fewest)
    assert found.core.tolist() == wanted[1]


@settings(max_examples=30)
@given(networks(smallest=6, largest=10), st.integers(0, 99))
def test_the_search_finds_what_trying_all_finds(ties, seed):
    exact = core_periphery(ties, restarts=0, seed=1)
    if math.isnan(exact.correlation):
        return
    found = cores._search(ties, int(ties.sum()) // 2, 20, seed)
    assert fit(ties, found) == pytest.approx(exact.correlation)


@pytest.mark.parametrize("size", [12, 60])
def test_a_planted_core_is_found(size):
    ties, core = planted(size, size // 4, noise=0.05, seed=2)
    found = core_periphery(ties, restarts=5, seed=1)
    assert found.exact == (size <= 18)
    assert found.core.tolist() == core.tolist()
    assert found.correlation > 0.85


def test_a_perfect_core_fits_perfectly():
    ties, core = planted(30, 6, noise=0.0, seed=1)
    found = core_periphery(ties, restarts=0, seed=1)
    assert found.correlation == pytest.approx(1.0)
    assert found.core.tolist() == core.tolist()


def test_a_star_of_any_size():
    for size in (4, 18, 19, 40):
        found = core_periphery(star(size), restarts=0, seed=1)
        assert np.flatnonzero(found.core).tolist() == [0]
        assert found.correlation == pytest.approx(1.0)


def test_relabelling_moves_the_core_along():
    ties, _ = planted(25, 6, noise=0.05, seed=3)
    order = np.random.default_rng(1).permutation(25)
    first, second = (
        core_periphery(ties, restarts=3, seed=1),
        core_periphery(relabelled(ties, order), restarts=3, seed=1),
    )
    assert second.core.tolist() == first.core[order].tolist()
    assert second.correlation == pytest.approx(first.correlation)


def test_same_seed_same_core():
    ties = random_ties(40, 8, 3)
    first, second = (core_periphery(ties, restarts=4, seed=5) for _ in range(2))
    assert first.core.tolist() == second.core.tolist()


def test_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match="restarts is -1"):
        core_periphery(star(4), restarts=-1, seed=1)
    with pytest.raises(ValueError, match="not the same in both directions"):
        core_periphery(np.triu(full(4)) & full(4), restarts=0, seed=1)
