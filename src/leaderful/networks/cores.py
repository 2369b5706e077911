"""A core of nodes tied to one another, and a periphery tied to the core alone."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np
from numba import njit
from numpy.typing import NDArray

from leaderful.networks.adjacency import Adjacency, check_undirected

LARGEST_EXACT = 18
"""Nodes up to which all 2^n cores are tried."""


@dataclass(frozen=True, eq=False, kw_only=True)
class CorePeriphery:
    """The core that fits best, and how well."""

    correlation: float
    core: NDArray[np.bool_]
    exact: bool
    """Whether every possible core was tried, or a search was made."""


def core_periphery(adjacency: Adjacency, *, restarts: int, seed: int) -> CorePeriphery:
    """Return the core for which the ties are most like an ideal core and periphery.

    In the ideal, two nodes have a tie when at least one of them is in the core. The fit is the
    correlation, over the n (n - 1) / 2 pairs of nodes, of ties with that ideal. Up to 18 nodes every core
    is tried; beyond, cores of the k best-tied nodes for every k, and `restarts` random ones, are each
    improved by moving a node in or out, or swapping two, until nothing helps.

    Parameters
    ----------
    adjacency
        Shape (n, n), boolean, the same in both directions.
    restarts
        Random starts of the search, 0 or more; not used up to 18 nodes.
    seed
        Start of the random draws.

    Returns
    -------
    CorePeriphery
        Without ties, or with all of them, there is no correlation: it is nan and the core is empty.
        Of cores that fit equally well the smallest is given, then the one whose nodes have more ties, then
        the one that a lower number is in.

    Raises
    ------
    ValueError
        When the table is no table of undirected ties, or `restarts` is negative.

    Notes
    -----
    The best of all cores fits to some extent in any network, a random one too. The search may miss the
    best one.

    References
    ----------
    Borgatti SP, Everett MG (2000) Social Networks 21:375-395, doi:10.1016/S0378-8733(99)00019-2.

    Examples
    --------
    A star is a core of one and nothing else.

    >>> import numpy as np
    >>> star = np.zeros((5, 5), dtype=bool)
    >>> star[2, :] = star[:, 2] = True
    >>> star[2, 2] = False
    >>> found = core_periphery(star, restarts=0, seed=1)
    >>> round(found.correlation, 12), np.flatnonzero(found.core).tolist()
    (1.0, [2])
    """
    size = check_undirected(adjacency)
    if restarts < 0:
        raise ValueError(f"restarts is {restarts}; 0 or more is wanted")
    ties, pairs = int(adjacency.sum()) // 2, size * (size - 1) // 2
    exact = size <= LARGEST_EXACT
    if not 0 < ties < pairs:
        return CorePeriphery(correlation=nan, core=np.zeros(size, dtype=np.bool_), exact=exact)
    core = _try_all(adjacency) if exact else _search(adjacency, ties, restarts, seed)
    inside = int(adjacency[np.ix_(~core, ~core)].sum()) // 2
    return CorePeriphery(correlation=float(_fit(size, ties, int(core.sum()), inside)), core=core, exact=exact)


def _try_all(adjacency: Adjacency) -> NDArray[np.bool_]:
    size = len(adjacency)
    masks = adjacency.astype(np.int64) @ (1 << np.arange(size, dtype=np.int64))
    best = int(_best_mask(masks))
    return np.array([(best >> node) & 1 for node in range(size)], dtype=np.bool_)


def _search(adjacency: Adjacency, ties: int, restarts: int, seed: int) -> NDArray[np.bool_]:
    size = len(adjacency)
    order = np.argsort(-adjacency.sum(axis=1), kind="stable")
    starts = [_best_prefix(adjacency, order, ties)]
    rng = np.random.default_rng(seed)
    for _ in range(restarts):
        chosen = np.zeros(size, dtype=np.bool_)
        chosen[rng.choice(size, size=int(rng.integers(1, size)), replace=False)] = True
        starts.append(chosen)
    return max((_climb(adjacency, start, ties) for start in starts), key=lambda core: _rank(adjacency, core, ties))


def _rank(adjacency: Adjacency, core: NDArray[np.bool_], ties: int) -> tuple[float, int, int, tuple[bool, ...]]:
    """Return what cores are compared by: their fit, then few nodes, then many ties, then low numbers."""
    inside = int(adjacency[np.ix_(~core, ~core)].sum()) // 2
    fit = _fit(len(core), ties, int(core.sum()), inside)
    return round(float(fit), 12), -int(core.sum()), int(adjacency[core].sum()), tuple(core.tolist())


def _best_prefix(adjacency: Adjacency, order: NDArray[np.int64], ties: int) -> NDArray[np.bool_]:
    """Return the core of the k best-tied nodes for the k that fits best."""
    size = len(order)
    rank = np.empty(size, dtype=np.int64)
    rank[order] = np.arange(size)
    rows, columns = np.nonzero(np.triu(adjacency))
    first = np.minimum(rank[rows], rank[columns])
    inside = ties - np.cumsum(np.bincount(first, minlength=size))
    fits = [_fit(size, ties, k, int(inside[k - 1])) for k in range(1, size)]
    return rank <= int(np.argmax(fits))


@njit(cache=True)
def _fit(size: int, ties: int, core: int, inside: int) -> float:
    """Correlation of ties with the ideal of a core of that size that leaves `inside` ties in the periphery."""
    pairs = size * (size - 1) / 2
    ideal = pairs - (size - core) * (size - core - 1) / 2
    if ideal <= 0 or ideal >= pairs:
        return -2.0
    apart = (ties - inside) * pairs - ties * ideal
    return float(apart / np.sqrt(ties * (pairs - ties) * ideal * (pairs - ideal)))


@njit(cache=True)
def _best_mask(masks: NDArray[np.int64]) -> int:
    """Try every core as a number of bits, in an order in which one node changes at a time."""
    size = len(masks)
    degrees = np.array([_ones(mask) for mask in masks])
    ties = degrees.sum() // 2
    core, held, ends, inside = 0, 0, 0, ties
    best, best_held, best_ends, best_fit = 0, size, 0, -3.0
    for step in range(1, 1 << size):
        node = 0
        while not (step >> node) & 1:
            node += 1
        outside = _ones(masks[node] & ~core)
        turn = -1 if (core >> node) & 1 else 1
        core ^= 1 << node
        held, ends, inside = held + turn, ends + turn * degrees[node], inside - turn * outside
        fit = _fit(size, ties, held, inside)
        if fit < best_fit - 1e-12:
            continue
        if fit <= best_fit + 1e-12:
            lowest = (core ^ best) & -(core ^ best)
            if held != best_held:
                worse = held > best_held
            elif ends != best_ends:
                worse = ends < best_ends
            else:
                worse = (core & lowest) == 0
            if worse:
                continue
        best, best_held, best_ends, best_fit = core, held, ends, max(fit, best_fit)
    return best


@njit(cache=True)
def _ones(bits: int) -> int:
    found = 0
    while bits:
        bits &= bits - 1
        found += 1
    return found


@njit(cache=True)
def _climb(adjacency: NDArray[np.bool_], start: NDArray[np.bool_], ties: int) -> NDArray[np.bool_]:
    """Improve a core by the best single move, or swap, until none helps."""
    size = len(start)
    core = start.copy()
    outside = np.zeros(size, dtype=np.int64)
    held, inside = 0, 0
    for node in range(size):
        held += core[node]
        for other in range(size):
            if adjacency[node, other] and not core[other]:
                outside[node] += 1
        if not core[node]:
            inside += outside[node]
    inside //= 2
    fit = _fit(size, ties, held, inside)
    while True:
        first, second, best = -1, -1, fit + 1e-12
        for node in range(size):
            if core[node]:
                moved = _fit(size, ties, held - 1, inside + outside[node])
            else:
                moved = _fit(size, ties, held + 1, inside - outside[node])
            if moved > best:
                first, second, best = node, -1, moved
        for node in range(size):
            if not core[node]:
                continue
            for other in range(size):
                if core[other]:
                    continue
                left = inside + outside[node] - outside[other] - adjacency[node, other]
                # Among swaps the size stays, so only fewer ties inside can be better.
                if left < inside and _fit(size, ties, held, left) > best:
                    first, second, best = node, other, _fit(size, ties, held, left)
        if first < 0:
            return core
        for node in (first, second):
            if node < 0:
                continue
            inside += outside[node] if core[node] else -outside[node]
            held += -1 if core[node] else 1
            change = 1 if core[node] else -1
            core[node] = not core[node]
            for other in range(size):
                if adjacency[node, other]:
                    outside[other] += change
        fit = best
