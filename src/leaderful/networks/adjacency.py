"""Ties among numbered nodes as a square table of booleans, and the checks that every function here makes."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Adjacency: TypeAlias = NDArray[np.bool_]
"""Shape (n, n): row i, column j is True when i has a tie to j. Nothing ties a node to itself."""

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]


def check_ties(adjacency: Adjacency) -> int:
    """Return the number of nodes; refuse what is no table of ties."""
    if adjacency.ndim != 2 or adjacency.shape[0] != adjacency.shape[1]:
        raise ValueError(f"ties have shape {adjacency.shape}; a square table is wanted, one row and column a node")
    if adjacency.dtype != np.bool_:
        raise ValueError(f"ties are of type {adjacency.dtype}; booleans are wanted")
    if adjacency.diagonal().any():
        raise ValueError("a node has a tie to itself; take the diagonal out")
    return int(adjacency.shape[0])


def check_undirected(adjacency: Adjacency) -> int:
    """Return the number of nodes; refuse ties that hold in one direction only."""
    size = check_ties(adjacency)
    if (adjacency != adjacency.T).any():
        raise ValueError("ties are not the same in both directions; take `ties | ties.T` or `ties & ties.T`")
    return size


def check_groups(groups: NDArray[Any], size: int) -> Integers:
    """Return the groups as numbers from 0; refuse any other number of them than nodes."""
    if groups.shape != (size,):
        raise ValueError(f"groups have shape {groups.shape}; one for each of {size} nodes is wanted")
    return np.unique(groups, return_inverse=True)[1].astype(np.int64)


def neighbours(adjacency: Adjacency) -> tuple[Integers, Integers]:
    """Return the nodes that each node has a tie to: those of i are ``ends[starts[i]:starts[i + 1]]``."""
    starts = np.concatenate([[0], np.cumsum(adjacency.sum(axis=1))]).astype(np.int64)
    return starts, np.nonzero(adjacency)[1].astype(np.int64)
