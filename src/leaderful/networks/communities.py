"""Communities of nodes with many ties among themselves, and how two partitions agree."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import Any

import numpy as np
from graspologic_native import leiden
from numpy.typing import NDArray

from leaderful.networks.adjacency import Adjacency, Integers, check_groups, check_undirected


@dataclass(frozen=True, eq=False, kw_only=True)
class Communities:
    """The community of each node, numbered from 0 in the order of first nodes, and their modularity."""

    modularity: float
    labels: Integers


def communities(adjacency: Adjacency, *, restarts: int, seed: int) -> Communities:
    """Return the communities with the highest modularity that the Leiden algorithm finds.

    The modularity of a partition is ``Σ_c (m_c / m - (d_c / 2m)²)``: m_c ties within community c, d_c the
    sum of its degrees, m ties in all.

    Parameters
    ----------
    adjacency
        Shape (n, n), boolean, the same in both directions.
    restarts
        Number of runs, 1 or more, of which the best is kept.
    seed
        Start of the random draws.

    Returns
    -------
    Communities
        A node without ties is a community of its own. Without any tie the modularity is nan.

    Raises
    ------
    ValueError
        When the table is no table of undirected ties, or there is no run.

    Notes
    -----
    Modularity overlooks communities that are small beside the whole network, and finds some in random
    networks too. The best partition is not guaranteed.

    References
    ----------
    Traag VA, Waltman L, van Eck NJ (2019) Scientific Reports 9:5233, doi:10.1038/s41598-019-41695-z.
    Newman MEJ, Girvan M (2004) Physical Review E 69:026113, doi:10.1103/PhysRevE.69.026113.

    Examples
    --------
    Two triangles: 2 × (3/6 - (6/12)²) = 1/2.

    >>> import numpy as np
    >>> triangle = ~np.eye(3, dtype=bool)
    >>> found = communities(np.kron(np.eye(2, dtype=bool), triangle), restarts=2, seed=1)
    >>> found.modularity, found.labels.tolist()
    (0.5, [0, 0, 0, 1, 1, 1])
    """
    size = check_undirected(adjacency)
    if restarts < 1:
        raise ValueError(f"restarts is {restarts}; 1 or more is wanted")
    rows, columns = np.nonzero(np.triu(adjacency))
    if not len(rows):
        return Communities(modularity=nan, labels=np.arange(size, dtype=np.int64))
    edges = [(str(row), str(column), 1.0) for row, column in zip(rows.tolist(), columns.tolist(), strict=True)]
    _, found = leiden(edges, seed=seed, trials=restarts)
    labels = _in_order([found.get(str(node), len(found) + node) for node in range(size)])
    return Communities(modularity=_modularity(labels, rows, columns), labels=labels)


def _in_order(labels: list[int]) -> Integers:
    """Number labels from 0 in the order in which they first come."""
    numbers = {label: number for number, label in enumerate(dict.fromkeys(labels))}
    return np.array([numbers[label] for label in labels], dtype=np.int64)


def _modularity(labels: Integers, rows: Integers, columns: Integers) -> float:
    ties, ends = len(rows), np.concatenate([labels[rows], labels[columns]])
    within = int((labels[rows] == labels[columns]).sum())
    return float(within / ties - ((np.bincount(ends) / (2 * ties)) ** 2).sum())


def adjusted_rand(a: NDArray[Any], b: NDArray[Any]) -> float:
    """Return how far two partitions of the same nodes agree, beyond chance.

    With pairs that are together in both (``S``), in a (``A``) and in b (``B``), of ``N`` pairs::

        (S - A B / N) / ((A + B) / 2 - A B / N)

    Parameters
    ----------
    a, b
        Shape (n,): the group of each node in either partition, of any type.

    Returns
    -------
    float
        1 when the partitions are the same, 0 as expected by chance; nan when there is nothing to agree on:
        fewer than two nodes, or both partitions one group, or both all groups of one.

    Raises
    ------
    ValueError
        When the two differ in length.

    References
    ----------
    Hubert L, Arabie P (1985) Journal of Classification 2:193-218, doi:10.1007/BF01908075.

    Examples
    --------
    Pairs together in both 2, in the first 4, in the second 4, of 15: (2 - 16/15) / (4 - 16/15) = 7/22.

    >>> import numpy as np
    >>> round(adjusted_rand(np.array([0, 0, 0, 1, 1, 2]), np.array([0, 0, 1, 2, 2, 2])), 6)
    0.318182
    """
    size = len(a)
    first, second = check_groups(a, size), check_groups(b, size)
    if size < 2:
        return nan
    both = np.bincount(first * (int(second.max()) + 1) + second)
    together, in_a, in_b = _pairs(both), _pairs(np.bincount(first)), _pairs(np.bincount(second))
    by_chance = in_a * in_b / (size * (size - 1) / 2)
    most = (in_a + in_b) / 2
    return float((together - by_chance) / (most - by_chance)) if most != by_chance else nan


def _pairs(counts: Integers) -> int:
    return int((counts * (counts - 1)).sum()) // 2
