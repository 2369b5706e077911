"""Nodes and ties that alone connect others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import rustworkx as rx

from leaderful.networks.adjacency import Adjacency, check_undirected
from leaderful.networks.cohesion import as_graph


@dataclass(frozen=True, kw_only=True)
class SoleConnectors:
    """Nodes and ties without which others are apart."""

    cut_off: tuple[tuple[int, ...], ...]
    """For each node, the nodes that reach the rest of its component through it alone."""
    bridges: tuple[tuple[int, int], ...]
    """Ties without which their two ends are apart, the lower number first."""


def sole_connectors(adjacency: Adjacency) -> SoleConnectors:
    """Return the nodes that each node alone connects, and the ties that alone connect their ends.

    A node that alone connects others is an articulation point: without it its component falls into
    pieces. The largest piece is taken for the rest; the nodes of all other pieces are those it alone
    connects. Of pieces equally large the rest is the one with the lowest number in it.

    Parameters
    ----------
    adjacency
        Shape (n, n), boolean, the same in both directions.

    Returns
    -------
    SoleConnectors
        Nothing is cut off by a node that is no articulation point.

    Raises
    ------
    ValueError
        When the table is no table of undirected ties.

    References
    ----------
    Hopcroft J, Tarjan R (1973) Communications of the ACM 16:372-378, doi:10.1145/362248.362272.

    Examples
    --------
    A triangle with a tail of two: node 2 alone connects 3 and 4, and node 3 alone connects 4.

    >>> import numpy as np
    >>> ties = np.zeros((5, 5), dtype=bool)
    >>> for i, j in [(0, 1), (0, 2), (1, 2), (2, 3), (3, 4)]:
    ...     ties[i, j] = ties[j, i] = True
    >>> sole_connectors(ties)
    SoleConnectors(cut_off=((), (), (3, 4), (4,), ()), bridges=((2, 3), (3, 4)))
    """
    size = check_undirected(adjacency)
    graph = as_graph(adjacency)
    points = set(rx.articulation_points(graph))
    pairs: set[tuple[int, ...]] = set(rx.bridges(graph))
    ends = [sorted(pair) for pair in pairs]
    return SoleConnectors(
        cut_off=tuple(_cut_off(graph, adjacency, node) if node in points else () for node in range(size)),
        bridges=tuple(sorted((first, second) for first, second in ends)),
    )


def _cut_off(graph: rx.PyGraph[None, None], adjacency: Adjacency, node: int) -> tuple[int, ...]:
    without = graph.copy()
    without.remove_node(node)
    near = set(np.flatnonzero(adjacency[node]).tolist())
    pieces = [sorted(piece) for piece in rx.connected_components(without) if near & set(piece)]
    rest = min(pieces, key=lambda piece: (-len(piece), piece[0]))
    return tuple(sorted(other for piece in pieces if piece is not rest for other in piece))
