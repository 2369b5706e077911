"""What the removal of one node takes away from all the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leaderful.networks.adjacency import Adjacency, Floats, check_undirected, neighbours
from leaderful.networks.shortest_ways import ALL, losses

LIKE = 0.2
"""Degrees are alike when they differ by no more than this share of the one compared."""

MOST_SOURCES = 500
"""Nodes of a random network from which ways to all others are followed."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Removal:
    """For each node, how much worse off all the others are without it. Each has shape (n,)."""

    fragmentation: Floats
    """Share of the pairs of others that could reach each other and cannot any more."""
    distance: Floats
    """Mean loss of 1 / distance over the pairs of others."""


def removal(adjacency: Adjacency) -> Removal:
    """Return what the removal of each node takes away from everyone else.

    For node v, over the (n - 1)(n - 2) ordered pairs (i, j) of other nodes, with d the distance in the
    whole network and d' the distance once v and its ties are gone::

        fragmentation_v = Σ ([j reached from i before] - [after]) / ((n - 1)(n - 2))
        distance_v      = Σ (1 / d_ij - 1 / d'_ij) / ((n - 1)(n - 2))

    with 1 / d = 0 where there is no way. These are the rises of `fragmentation` and of
    `distance_fragmentation` for the others: the pairs that v is an end of itself count neither before
    nor after, so that losing a member is not taken for a loss of ties. Neither is ever negative.

    Parameters
    ----------
    adjacency
        Shape (n, n), boolean, the same in both directions.

    Returns
    -------
    Removal
        All nan with fewer than three nodes.

    Raises
    ------
    ValueError
        When the table is no table of undirected ties.

    Notes
    -----
    Without v only those nodes are further from i of which all shortest ways from i go through v: those
    that v dominates in the network of shortest ways. Only their distances are found anew, so that all
    removals together cost little more than all distances once.

    References
    ----------
    Borgatti SP (2006) Computational and Mathematical Organization Theory 12:21-34,
    doi:10.1007/s10588-006-7084-x, for both measures of fragmentation.

    Examples
    --------
    A chain of three: without the middle the two ends, at distance 2, are apart.

    >>> import numpy as np
    >>> chain = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], dtype=bool)
    >>> found = removal(chain)
    >>> found.fragmentation.tolist(), found.distance.tolist()
    ([0.0, 1.0, 0.0], [0.0, 0.5, 0.0])
    """
    size = check_undirected(adjacency)
    if size < 3:
        return Removal(fragmentation=np.full(size, np.nan), distance=np.full(size, np.nan))
    fragmentation, distance = _rises(adjacency, size)
    return Removal(fragmentation=fragmentation, distance=distance)


def _rises(ties: Adjacency, sources: int, *, only: int = ALL) -> Floats:
    """Return both rises for each node, shape (2, n), over pairs (i, j) with i among the first `sources`."""
    size = len(ties)
    cut, further = losses(*neighbours(ties), sources, only)
    others = sources - (np.arange(size) < sources)
    return np.asarray(np.stack([cut, further]) / (others * (size - 2)))


@dataclass(frozen=True, eq=False, kw_only=True)
class Chance:
    """What the removal of a node of like degree takes away by chance. Each has shape (n,)."""

    mean: Floats
    lower: Floats
    upper: Floats
    """95 % of removals at random lie from `lower` to `upper`."""
    p: Floats
    """How often some node of a random network exceeds the mean of its degree by as much as this one does."""


@dataclass(frozen=True, eq=False, kw_only=True)
class AgainstRandom:
    """What each removal takes away, beside what the removal of a node of like degree takes away by chance."""

    observed: Removal
    fragmentation: Chance
    distance: Chance


def removal_against_random(adjacency: Adjacency, *, draws: int, seed: int) -> AgainstRandom:
    """Set what each removal takes away against the removal of random nodes of like degree.

    In each draw as many ties as there are fall at random on the pairs of nodes, and each node is
    removed in turn. A node is compared with all drawn ones whose degree is within 20 % of its own; where
    those are fewer than `draws`, with one node each in as many networks more, in which this node is
    given exactly the degree in question and the rest of the ties fall at random among the others. Of
    random networks of more than 500 nodes, ways are followed from 500 of them to all.

    Parameters
    ----------
    adjacency
        Shape (n, n), boolean, the same in both directions.
    draws
        Number of random networks, 1 or more.
    seed
        Start of the random draws.

    Returns
    -------
    AgainstRandom
        ``p`` is corrected for the number of nodes: with e the excess of a removal over the mean of its
        degree, ``p_v = (1 + draws in which the largest e is at least e_v) / (draws + 1)``. All nan with
        fewer than three nodes.

    Raises
    ------
    ValueError
        When the table is no table of undirected ties, or `draws` is not positive.

    Notes
    -----
    When ties fall at random the chance that p is 0.05 or less for any node at all is at most 5 %, but for
    the pooling of like degrees. A node whose own degree makes it what it is, as the hub of a star, is
    not beyond chance: give one node all ties and the others can have none. The comparison is with
    random networks and not with other nodes of the same one, of which a small network has few of like
    degree and often none; nor is every degree held, since nodes with a single tie would then
    explain whoever they hang on.

    References
    ----------
    Westfall PH, Young SS (1993) Resampling-Based Multiple Testing, Wiley, for the largest excess.

    Examples
    --------
    Two groups of four, all tied within, joined by one node that has a tie to each.

    >>> import numpy as np
    >>> ties = np.zeros((9, 9), dtype=bool)
    >>> ties[:4, :4] = ties[4:8, 4:8] = True
    >>> np.fill_diagonal(ties, False)
    >>> ties[8, [0, 4]] = ties[[0, 4], 8] = True
    >>> found = removal_against_random(ties, draws=199, seed=1)
    >>> round(float(found.observed.fragmentation[8]), 4), bool(found.fragmentation.p[8] < 0.05)
    (0.5714, True)
    """
    size = check_undirected(adjacency)
    if draws < 1:
        raise ValueError(f"draws is {draws}; 1 or more is wanted")
    observed = removal(adjacency)
    if size < 3:
        nothing = np.full(size, np.nan)
        none = Chance(mean=nothing, lower=nothing, upper=nothing, p=nothing)
        return AgainstRandom(observed=observed, fragmentation=none, distance=none)
    degrees = adjacency.sum(axis=1)
    drawn, drawn_degrees, given = _draw(degrees, draws, np.random.default_rng(seed))
    chances = [
        _chance(rises, degrees, drawn[:, at], drawn_degrees, {degree: more[at] for degree, more in given.items()})
        for at, rises in enumerate((observed.fragmentation, observed.distance))
    ]
    return AgainstRandom(observed=observed, fragmentation=chances[0], distance=chances[1])


def _draw(
    degrees: NDArray[np.int_], draws: int, rng: np.random.Generator
) -> tuple[Floats, NDArray[np.int_], dict[int, Floats]]:
    """Return both rises of all nodes of random networks, their degrees, and rises of nodes of rare degrees.

    Shapes (draws, 2, n) and (draws, n); for each degree that too few drawn nodes have, (2, draws).
    """
    size, ties = len(degrees), int(degrees.sum()) // 2
    # At random all nodes are alike, so that ways from some of them tell what ways from all would.
    sources = min(size, MOST_SOURCES)
    rises, held = np.empty((draws, 2, size)), np.empty((draws, size), dtype=np.int_)
    for draw in range(draws):
        made = _random_ties(size, ties, rng)
        rises[draw], held[draw] = _rises(made, sources), made.sum(axis=1)
    given = {
        degree: np.array([_rise_of_first(size, ties, degree, sources, rng) for _ in range(draws)]).T
        for degree in np.unique(degrees).tolist()
        if _alike(held, degree).sum() < draws
    }
    return rises, held, given


def _alike(degrees: NDArray[np.int_], degree: int) -> NDArray[np.bool_]:
    return np.abs(degrees - degree) <= LIKE * degree


def _random_ties(size: int, ties: int, rng: np.random.Generator, *, first: int | None = None) -> Adjacency:
    """Return so many ties on random pairs of nodes; the first node has exactly `first` of them, if given."""
    made = np.zeros((size, size), dtype=np.bool_)
    rows, columns = np.triu_indices(size, 1)
    if first is None:
        chosen = rng.choice(len(rows), size=ties, replace=False, shuffle=False)
    else:
        own = rng.choice(size - 1, size=first, replace=False, shuffle=False)
        others = rng.choice(len(rows) - size + 1, size=ties - first, replace=False, shuffle=False)
        chosen = np.concatenate([own, size - 1 + others])  # the pairs of the first node come first
    made[rows[chosen], columns[chosen]] = True
    return made | made.T


def _rise_of_first(size: int, ties: int, degree: int, sources: int, rng: np.random.Generator) -> Floats:
    """Return both rises by the removal of a node that has the degree, in one random network."""
    return _rises(_random_ties(size, ties, rng, first=degree), sources, only=0)[:, 0]


def _chance(
    rises: Floats, degrees: NDArray[np.int_], drawn: Floats, drawn_degrees: NDArray[np.int_], given: dict[int, Floats]
) -> Chance:
    """Compare rises, shape (n,), with those drawn, shape (draws, n), or given for a rare degree, (draws,)."""
    mean, lower, upper = (np.empty(len(rises)) for _ in range(3))
    for degree in np.unique(degrees).tolist():
        against = given[degree] if degree in given else drawn[_alike(drawn_degrees, degree)]
        here = degrees == degree
        mean[here] = against.mean()
        lower[here], upper[here] = np.quantile(against, [0.025, 0.975])
    largest = (drawn - _usual(drawn, drawn_degrees)).max(axis=1)
    reached = (largest[:, None] >= rises - mean - 1e-12).sum(axis=0)
    return Chance(mean=mean, lower=lower, upper=upper, p=(1 + reached) / (len(drawn) + 1))


def _usual(drawn: Floats, degrees: NDArray[np.int_]) -> Floats:
    """Return, for each drawn node, the mean rise of drawn nodes of like degree, or of the nearest degrees."""
    means = np.empty(drawn.shape)
    for degree in np.unique(degrees).tolist():
        alike = _alike(degrees, degree)
        if alike.sum() < len(drawn):
            apart = np.abs(degrees - degree)
            alike = apart <= np.partition(apart, len(drawn) - 1, axis=None)[len(drawn) - 1]
        means[degrees == degree] = drawn[alike].mean()
    return means
