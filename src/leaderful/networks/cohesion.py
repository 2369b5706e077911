"""How far a network hangs together."""

from __future__ import annotations

from math import nan

import numpy as np
import rustworkx as rx
from numba import njit
from numpy.typing import NDArray

from leaderful.networks.adjacency import Adjacency, check_undirected, neighbours
from leaderful.networks.shortest_ways import shortest


def fragmentation(adjacency: Adjacency) -> float:
    """Return the share of pairs of nodes that cannot reach each other.

    ``1 - Σ s (s - 1) / (n (n - 1))`` over components of s nodes.

    Parameters
    ----------
    adjacency
        Shape (n, n), boolean, the same in both directions.

    Returns
    -------
    float
        0 when all hang together, 1 when there is no tie; nan with fewer than two nodes.

    Raises
    ------
    ValueError
        When the table is no table of undirected ties.

    References
    ----------
    Borgatti SP (2006) Computational and Mathematical Organization Theory 12:21-34,
    doi:10.1007/s10588-006-7084-x.

    Examples
    --------
    A tie and a node apart: 1 - 2 / 6.

    >>> import numpy as np
    >>> ties = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 0]], dtype=bool)
    >>> round(fragmentation(ties), 6)
    0.666667
    """
    size = check_undirected(adjacency)
    sizes = [len(component) for component in rx.connected_components(as_graph(adjacency))]
    return 1 - sum(s * (s - 1) for s in sizes) / (size * (size - 1)) if size > 1 else nan


def distance_fragmentation(adjacency: Adjacency) -> float:
    """Return how far apart nodes are, on average over pairs.

    ``1 - 2 Σ_{i<j} (1 / d_ij) / (n (n - 1))``, d_ij being the fewest ties from i to j and 1 / d_ij being 0
    when there is no way.

    Parameters
    ----------
    adjacency
        Shape (n, n), boolean, the same in both directions.

    Returns
    -------
    float
        0 when all have ties to all, 1 when there is no tie; nan with fewer than two nodes.

    Raises
    ------
    ValueError
        When the table is no table of undirected ties.

    References
    ----------
    Borgatti SP (2006) Computational and Mathematical Organization Theory 12:21-34,
    doi:10.1007/s10588-006-7084-x.

    Examples
    --------
    A chain of three: 1 - 2 × (1 + 1 + 1/2) / 6.

    >>> import numpy as np
    >>> chain = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], dtype=bool)
    >>> round(distance_fragmentation(chain), 6)
    0.166667
    """
    size = check_undirected(adjacency)
    return 1 - float(_closeness(*neighbours(adjacency))) / (size * (size - 1)) if size > 1 else nan


def as_graph(adjacency: Adjacency) -> rx.PyGraph[None, None]:
    """Return undirected ties as a graph of rustworkx with the same numbers of nodes."""
    graph: rx.PyGraph[None, None] = rx.PyGraph(multigraph=False)
    graph.add_nodes_from([None] * len(adjacency))
    rows, columns = np.nonzero(np.triu(adjacency))
    graph.add_edges_from_no_data(list(zip(rows.tolist(), columns.tolist(), strict=True)))
    return graph


@njit(cache=True)
def _closeness(starts: NDArray[np.int64], ends: NDArray[np.int64]) -> float:
    """Sum of 1 / distance over ordered pairs, counted by distance so that no order of nodes changes it."""
    size = len(starts) - 1
    at = np.zeros(max(size, 1), dtype=np.int64)
    distance = np.empty(size, dtype=np.int64)
    order = np.empty(size, dtype=np.int64)
    for source in range(size):
        reached = shortest(starts, ends, source, distance, order)
        for node in order[1:reached]:
            at[distance[node]] += 1
    total = 0.0
    for steps in range(1, size):
        total += at[steps] / steps
    return total
