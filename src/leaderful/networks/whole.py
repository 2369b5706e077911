"""One figure for a whole network: how dense, how returned, how centred on a few."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import Literal

import numpy as np

from leaderful.networks.adjacency import Adjacency, Floats, Integers, check_ties, check_undirected

Direction = Literal["in", "out", "undirected"]


@dataclass(frozen=True, kw_only=True)
class Density:
    """Share of dyads that have a tie, over those that were observed and over all."""

    estimate: float
    naive: float
    observed: int
    possible: int


def density(adjacency: Adjacency, observed: Adjacency, *, directed: bool) -> Density:
    """Return the share of dyads with a tie among those that were observed.

    ``estimate = ties / observed dyads``; ``naive = ties / possible dyads``, which takes a dyad that
    nobody was asked about for one without a tie. A dyad is an ordered pair of nodes when directed,
    of which there are n (n - 1), and otherwise a pair, of which there are half as many.

    Parameters
    ----------
    adjacency, observed
        Shape (n, n), boolean: whether there is a tie, and whether anybody could have said so. Both
        the same in both directions unless `directed`.
    directed
        Whether a tie from i to j and one from j to i are two.

    Returns
    -------
    Density
        ``estimate`` is nan when nothing was observed, ``naive`` when there are fewer than two nodes.

    Raises
    ------
    ValueError
        When a table is no table of ties, the two differ in size, or a tie was not observed.

    References
    ----------
    Wasserman S, Faust K (1994) Social Network Analysis, Cambridge University Press,
    doi:10.1017/CBO9780511815478, chapter 4.

    Examples
    --------
    Three nodes, of which the last answered nothing: two of four observed ties, two of six possible.

    >>> import numpy as np
    >>> ties = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 0]], dtype=bool)
    >>> asked = np.array([[0, 1, 1], [1, 0, 1], [0, 0, 0]], dtype=bool)
    >>> density(ties, asked, directed=True)
    Density(estimate=0.5, naive=0.3333333333333333, observed=4, possible=6)
    """
    check = check_ties if directed else check_undirected
    size = check(adjacency)
    if check(observed) != size:
        raise ValueError(f"{size} nodes have ties and {observed.shape[0]} were observed; the same ones are wanted")
    if (adjacency & ~observed).any():
        raise ValueError("a tie stands where nothing was observed; mark it as observed or take it out")
    times = 1 if directed else 2
    ties, seen, possible = int(adjacency.sum()) // times, int(observed.sum()) // times, size * (size - 1) // times
    return Density(
        estimate=ties / seen if seen else nan,
        naive=ties / possible if possible else nan,
        observed=seen,
        possible=possible,
    )


@dataclass(frozen=True, kw_only=True)
class Reciprocity:
    """Share of ties that are returned, and the pairs behind it."""

    estimate: float
    mutual: int
    one_way: int


def reciprocity(adjacency: Adjacency, observed: Adjacency) -> Reciprocity:
    """Return the share of directed ties that are returned, among pairs seen from both ends.

    ``2 mutual / (2 mutual + one-way)``, counting pairs of nodes of which both directions were observed.

    Parameters
    ----------
    adjacency, observed
        Shape (n, n), boolean: whether i has a tie to j, and whether that could have been seen.

    Returns
    -------
    Reciprocity
        ``estimate`` is nan when no such pair has a tie.

    Raises
    ------
    ValueError
        When a table is no table of ties, or the two differ in size.

    References
    ----------
    Wasserman S, Faust K (1994) Social Network Analysis, Cambridge University Press,
    doi:10.1017/CBO9780511815478, chapter 13.

    Examples
    --------
    >>> import numpy as np
    >>> ties = np.array([[0, 1, 1], [1, 0, 0], [0, 0, 0]], dtype=bool)
    >>> reciprocity(ties, ~np.eye(3, dtype=bool))
    Reciprocity(estimate=0.6666666666666666, mutual=1, one_way=1)
    """
    if check_ties(adjacency) != check_ties(observed):
        raise ValueError(f"ties have shape {adjacency.shape} and what was observed {observed.shape}")
    both = observed & observed.T
    mutual = int((adjacency & adjacency.T & both).sum()) // 2
    one_way = int((adjacency & ~adjacency.T & both).sum())
    ties = 2 * mutual + one_way
    return Reciprocity(estimate=2 * mutual / ties if ties else nan, mutual=mutual, one_way=one_way)


def centralisation(adjacency: Adjacency, *, direction: Direction) -> float:
    """Return Freeman's degree centralisation: 1 for a star, 0 when all nodes have as many ties.

    ``Σ (largest degree - degree of i) / M``, where M is the largest that the sum can be among n
    nodes: (n - 1)(n - 2) for undirected ties and (n - 1)² for directed ones.

    Parameters
    ----------
    adjacency
        Shape (n, n), boolean; the same in both directions when `direction` is "undirected".
    direction
        Which ties of a node are counted: those it gets ("in"), gives ("out") or has ("undirected").

    Returns
    -------
    float
        From 0 to 1; nan with fewer than three nodes (undirected) or two (directed).

    Raises
    ------
    ValueError
        When the table is no table of ties.

    References
    ----------
    Freeman LC (1978) Social Networks 1:215-239, doi:10.1016/0378-8733(78)90021-7.

    Examples
    --------
    >>> import numpy as np
    >>> star = np.zeros((5, 5), dtype=bool)
    >>> star[0, 1:] = star[1:, 0] = True
    >>> centralisation(star, direction="undirected")
    1.0
    """
    (check_undirected if direction == "undirected" else check_ties)(adjacency)
    degrees = adjacency.sum(axis=0 if direction == "in" else 1)
    return degree_centralisation(degrees.astype(np.int64), direction=direction)


def degree_centralisation(degrees: Integers, *, direction: Direction) -> float:
    """Return `centralisation` from the degrees alone, for networks too large for a table of ties.

    Parameters
    ----------
    degrees
        Shape (n,): ties of each node in the direction that is counted, from 0 to n - 1.
    direction
        As in `centralisation`.

    Returns
    -------
    float
        As `centralisation`.

    Raises
    ------
    ValueError
        When a degree is below 0 or above n - 1.

    Examples
    --------
    Everybody names the first: 4 × 4 of (5 - 1)² is 1.

    >>> import numpy as np
    >>> degree_centralisation(np.array([4, 0, 0, 0, 0]), direction="in")
    1.0
    """
    size = len(degrees)
    if size and not (degrees.min() >= 0 and degrees.max() < size):
        raise ValueError(f"degrees go from {degrees.min()} to {degrees.max()}; 0 to {size - 1} is possible")
    most = (size - 1) * (size - 2) if direction == "undirected" else (size - 1) ** 2
    return float((degrees.max() - degrees).sum() / most) if size > 1 and most else nan


def decentralisation(indegrees: Integers) -> float:
    """Return how evenly nodes are named: ``1 - degree centralisation`` of the ties they get.

    Parameters
    ----------
    indegrees
        Shape (n,): ties that each node gets, from 0 to n - 1.

    Returns
    -------
    float
        From 0 (all ties go to one node, and come from all others) to 1 (all get as many); nan with fewer
        than two nodes.

    Raises
    ------
    ValueError
        As in `degree_centralisation`.

    Notes
    -----
    A network with few ties is decentralised by this formula whoever gets them: its largest degree is
    small. Read it beside `gini` and the density.

    References
    ----------
    Freeman LC (1978) Social Networks 1:215-239, doi:10.1016/0378-8733(78)90021-7.

    Examples
    --------
    >>> import numpy as np
    >>> decentralisation(np.array([1, 1, 1])), decentralisation(np.array([2, 0, 0]))
    (1.0, 0.0)
    """
    return 1 - degree_centralisation(indegrees, direction="in")


def gini(values: Floats) -> float:
    """Return the Gini coefficient: how unequally a total is spread over those who share it.

    ``Σ_i Σ_j |x_i - x_j| / (2 n² mean)``, computed from sorted values.

    Parameters
    ----------
    values
        Shape (n,), none negative.

    Returns
    -------
    float
        From 0 (all the same) to 1 - 1/n (one has everything); nan without values or when all are 0.

    Raises
    ------
    ValueError
        When a value is negative or missing.

    References
    ----------
    Dorfman R (1979) Review of Economics and Statistics 61:146-149, doi:10.2307/1924845.

    Examples
    --------
    >>> import numpy as np
    >>> gini(np.array([0.0, 0.0, 0.0, 4.0])), gini(np.array([1.0, 1.0]))
    (0.75, 0.0)
    """
    if not (values >= 0).all():
        raise ValueError("values must be numbers not below zero")
    size, total = len(values), float(values.sum())
    if not total:
        return nan
    ranks = np.arange(1, size + 1)
    return float(((2 * ranks - size - 1) * np.sort(values)).sum() / (size * total))
