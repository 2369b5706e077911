"""Nodes that stand between others: roles by group, and gaps among those they are tied to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from leaderful.networks.adjacency import (
    Adjacency,
    Floats,
    Integers,
    check_groups,
    check_ties,
    check_undirected,
    neighbours,
)

ROLES = ("coordinator", "itinerant", "representative", "gatekeeper", "liaison")
"""Roles of a broker b between a and c, in the order of the columns of `Brokerage`."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Brokerage:
    """How often each node has each role, and by chance would. Each has shape (n, 5), columns as `ROLES`."""

    counts: Integers
    expected: Floats
    lower: Floats
    upper: Floats
    """95 % of the permuted labels give a count from `lower` to `upper`."""


def brokerage_roles(adjacency: Adjacency, groups: NDArray[Any], *, draws: int, seed: int) -> Brokerage:
    """Count the roles of Gould and Fernandez that each node has between pairs of others.

    Node b brokers between a and c when a has a tie to b, b to c, and a none to c. By the groups of
    the three it is::

        coordinator      a b c all in one group
        itinerant        a c in one group, b in another (also called consultant)
        representative   a b in one group, c in another
        gatekeeper       b c in one group, a in another
        liaison          three groups

    Parameters
    ----------
    adjacency
        Shape (n, n), boolean, directed or not. When ties have no direction each pair of others is
        counted from both sides: coordinator, itinerant and liaison are twice the number of pairs, and
        representative and gatekeeper are the same.
    groups
        Shape (n,): the group of each node, of any type.
    draws
        Number of permutations, 1 or more.
    seed
        Start of the random draws.

    Returns
    -------
    Brokerage
        ``expected`` is exact, for labels of the others dealt out at random while ties and the node's own
        label are held: the number of pairs it brokers, times the chance that two others drawn without
        replacement are of such groups. ``lower`` and ``upper`` come from the draws. With fewer than three
        nodes all are 0: no role is possible.

    Raises
    ------
    ValueError
        When the table is no table of ties, or groups or draws are of the wrong number.

    Notes
    -----
    The expectation of Gould and Fernandez lets ties fall at random; here they are held, so that a node
    with many ties is not called a broker on their account alone.

    References
    ----------
    Gould RV, Fernandez RM (1989) Sociological Methodology 19:89-126, doi:10.2307/270949.

    Examples
    --------
    A chain from a group of two to another node: node 1 stands for its group towards node 2.

    >>> import numpy as np
    >>> chain = np.array([[0, 1, 0], [0, 0, 1], [0, 0, 0]], dtype=bool)
    >>> found = brokerage_roles(chain, np.array(["x", "x", "y"]), draws=9, seed=1)
    >>> dict(zip(ROLES, found.counts[1].tolist()))
    {'coordinator': 0, 'itinerant': 0, 'representative': 1, 'gatekeeper': 0, 'liaison': 0}
    >>> found.expected[1].tolist()
    [0.0, 0.0, 0.5, 0.5, 0.0]
    """
    size = check_ties(adjacency)
    labels = check_groups(groups, size)
    if draws < 1:
        raise ValueError(f"draws is {draws}; 1 or more is wanted")
    if size < 3:
        nothing = np.zeros((size, len(ROLES)))
        return Brokerage(counts=nothing.astype(np.int64), expected=nothing, lower=nothing, upper=nothing)
    into, out = neighbours(np.ascontiguousarray(adjacency.T)), neighbours(adjacency)
    rng = np.random.default_rng(seed)
    held = np.arange(size)[None, :]
    orders = rng.permuted(np.broadcast_to(held, (draws, size)), axis=1)
    counts = _count_roles(adjacency, *into, *out, labels, held)[0]
    drawn = _count_roles(adjacency, *into, *out, labels, orders)
    lower, upper = np.quantile(drawn, [0.025, 0.975], axis=0)
    expected = counts.sum(axis=1, keepdims=True) * _chances(labels)
    return Brokerage(counts=counts, expected=expected, lower=lower, upper=upper)


def _chances(labels: Integers) -> Floats:
    """Chance of each role for a broker of each label, shape (n, 5), labels of the others at random."""
    size, sizes = len(labels), np.bincount(labels)
    own = sizes[labels]
    same = (own - 1) * (own - 2)
    alike = (sizes * (sizes - 1)).sum() - own * (own - 1)
    mixed = (own - 1) * (size - own)
    pairs = (size - 1) * (size - 2)
    return np.stack([same, alike, mixed, mixed, pairs - same - alike - 2 * mixed], axis=1) / pairs


@njit(cache=True)
def _count_roles(
    ties: NDArray[np.bool_],
    in_starts: NDArray[np.int64],
    in_ends: NDArray[np.int64],
    out_starts: NDArray[np.int64],
    out_ends: NDArray[np.int64],
    labels: NDArray[np.int64],
    orders: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Roles of each node when node i has the label of ``order[i]``, shape (orders, n, 5).

    A broker keeps its own label: it swaps with the node that was dealt it.
    """
    draws, size = orders.shape
    counts = np.zeros((draws, size, 5), dtype=np.int64)
    dealt = np.empty(size, dtype=np.int64)
    holder = np.empty(size, dtype=np.int64)
    for draw in range(draws):
        for node in range(size):
            dealt[node] = labels[orders[draw, node]]
            holder[orders[draw, node]] = node
        for broker in range(size):
            swapped, own = holder[broker], labels[broker]
            given = dealt[swapped]
            dealt[swapped] = dealt[broker]
            for at in range(in_starts[broker], in_starts[broker + 1]):
                source = in_ends[at]
                for to in range(out_starts[broker], out_starts[broker + 1]):
                    target = out_ends[to]
                    if source == target or ties[source, target]:
                        continue
                    first, last = dealt[source], dealt[target]
                    if first == last:
                        role = 0 if first == own else 1
                    elif first == own:
                        role = 2
                    else:
                        role = 3 if last == own else 4
                    counts[draw, broker, role] += 1
            dealt[swapped] = given
    return counts


def constraint(adjacency: Adjacency) -> Floats:
    """Return Burt's constraint: how far those a node is tied to are tied to one another.

    ``c_i = Σ_j (p_ij + Σ_q p_iq p_qj)²`` over neighbours j of i, with p_ij = 1 / degree of i.

    Parameters
    ----------
    adjacency
        Shape (n, n), boolean, the same in both directions.

    Returns
    -------
    numpy.ndarray
        Shape (n,): small for a node between many that are not tied, 1 for a node with one tie; above 1 is
        possible. nan for a node without ties.

    Raises
    ------
    ValueError
        When the table is no table of undirected ties.

    References
    ----------
    Burt RS (1992) Structural Holes, Harvard University Press, chapter 2.

    Examples
    --------
    The middle of a chain of three: 2 × (1/2)².

    >>> import numpy as np
    >>> chain = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], dtype=bool)
    >>> constraint(chain).tolist()
    [1.0, 0.5, 1.0]
    """
    check_undirected(adjacency)
    degrees = adjacency.sum(axis=1)
    shares = adjacency / np.maximum(degrees, 1)[:, None]
    found = np.where(adjacency, (shares + shares @ shares) ** 2, 0.0).sum(axis=1)
    return np.where(degrees > 0, found, np.nan)


def effective_size(adjacency: Adjacency) -> Floats:
    """Return Burt's effective size: how many of a node's ties lead to others that the rest do not.

    ``degree - 2 t / degree``, with t the ties among its neighbours (Borgatti's form for ties that are
    there or not).

    Parameters
    ----------
    adjacency
        Shape (n, n), boolean, the same in both directions.

    Returns
    -------
    numpy.ndarray
        Shape (n,): from 1, all neighbours tied to one another, to the degree, none; nan for a node without
        ties.

    Raises
    ------
    ValueError
        When the table is no table of undirected ties.

    References
    ----------
    Burt RS (1992) Structural Holes, Harvard University Press, chapter 2.
    Borgatti SP (1997) Connections 20:35-38.

    Examples
    --------
    >>> import numpy as np
    >>> chain = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], dtype=bool)
    >>> effective_size(chain).tolist()
    [1.0, 2.0, 1.0]
    """
    check_undirected(adjacency)
    degrees = adjacency.sum(axis=1)
    counts = adjacency.astype(np.float64)
    twice = np.where(adjacency, counts @ counts, 0.0).sum(axis=1)
    return np.where(degrees > 0, degrees - twice / np.maximum(degrees, 1), np.nan)
