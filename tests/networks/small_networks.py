"""Small networks that the tests of this room stand on."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st


def undirected(size, pairs):
    ties = np.zeros((size, size), dtype=bool)
    for i, j in pairs:
        ties[i, j] = ties[j, i] = True
    return ties


def star(size):
    return undirected(size, [(0, i) for i in range(1, size)])


def ring(size):
    return undirected(size, [(i, (i + 1) % size) for i in range(size)])


def chain(size):
    return undirected(size, [(i, i + 1) for i in range(size - 1)])


def full(size):
    return ~np.eye(size, dtype=bool)


def random_ties(size, degree, seed, *, directed=False):
    ties = np.random.default_rng(seed).random((size, size)) < degree / (size - 1)
    if directed:
        return ties & ~np.eye(size, dtype=bool)
    ties = np.triu(ties, 1)
    return ties | ties.T


@st.composite
def networks(draw, *, smallest=3, largest=12, directed=False):
    """Ties at random, from none to nearly all."""
    size = draw(st.integers(smallest, largest))
    cells = draw(st.lists(st.booleans(), min_size=size * size, max_size=size * size))
    ties = np.array(cells, dtype=bool).reshape(size, size)
    if draw(st.booleans()):
        ties &= np.array(draw(st.permutations(cells)), dtype=bool).reshape(size, size)
    np.fill_diagonal(ties, False)
    return ties if directed else np.triu(ties, 1) | np.triu(ties, 1).T


def relabelled(ties, order):
    return np.ascontiguousarray(ties[np.ix_(order, order)])
