"""What gets straight from one group of nodes to another, without going round by any third."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numba import njit
from numpy.typing import NDArray

from leaderful.networks.temporal import LARGEST_TIME, TemporalNetwork

Whole: TypeAlias = NDArray[np.int64]
Places: TypeAlias = NDArray[np.int32]
Ranks: TypeAlias = NDArray[np.int32]
Flags: TypeAlias = NDArray[np.bool_]
_NEVER, _ALWAYS = np.int32(-1), np.int32(2**31 - 1)
"""In place of the last of the distinct times at which a node heard: not yet, and the source, which always can."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Crossings:
    """How many nodes at the other side of its pair of groups each source reaches."""

    pair: Whole
    """(r,) place of the pair among those asked for."""
    source: Whole
    """(r,) the node that paths start from."""
    reached: Whole
    """(r,) nodes of the other group that they reach."""


def straight_crossings(
    network: TemporalNetwork, labels: Whole, pairs: Whole, sources: Whole, *, delta: int | None = None
) -> Crossings:
    """Return how many nodes of one group the nodes of another reach through nodes of these two alone.

    For groups A and B the network is cut to their nodes: events keep their members of A and B, and one that is
    left with fewer than two, or is directed and has lost its sender, falls away. A node of B is reached from a
    source in A when a time-respecting path of that network leads there: times of its events rise strictly, and
    each hop follows the arrival before it within ``delta``. A node that hears again counts from then on. The
    source may begin at any of its events.

    Parameters
    ----------
    network
        Events among n nodes.
    labels
        Group of each node, shape (n,); negative for none.
    pairs
        Pairs of different groups, shape (m, 2).
    sources
        Nodes whose paths are followed, in each pair of their group.
    delta
        Waiting limit, in the unit of the times; None for no limit.

    Returns
    -------
    Crossings
        A row for each pair and source of one of its groups.

    Raises
    ------
    ValueError
        When shapes do not fit, a pair is of one group, or the limit is below 1.

    Notes
    -----
    The sources of a pair are followed side by side, so that one pass over its events does for all.

    References
    ----------
    Holme P, Saramäki J (2012) Physics Reports 519:97-125, doi:10.1016/j.physrep.2012.03.001.

    Examples
    --------
    Node 0 of group 0 meets node 1 of group 1, which then meets node 2 of the same; 0 also meets node 3 of
    group 2, which meets node 4 of group 1: that is no straight way.

    >>> import numpy as np
    >>> talks = TemporalNetwork.from_events([1, 2, 3, 4], [[0, 1], [1, 2], [0, 3], [3, 4]], nodes=5)
    >>> found = straight_crossings(talks, np.array([0, 1, 1, 2, 1]), np.array([[0, 1]]), np.array([0]))
    >>> found.reached.tolist()
    [2]
    """
    _check(network, labels, pairs, delta)
    listed = [np.concatenate([sources[labels[sources] == group] for group in pair]) for pair in pairs]
    offsets = np.cumsum([0, *map(len, listed)]).astype(np.int64)
    source = np.concatenate([np.zeros(0, dtype=np.int64), *listed]).astype(np.int64)
    reached = _follow(
        network.times,
        network.offsets,
        network.members,
        network.directed,
        labels.astype(np.int64),
        pairs.astype(np.int64).reshape(-1, 2),
        offsets,
        source,
        LARGEST_TIME if delta is None else delta,
    )
    return Crossings(pair=np.repeat(np.arange(len(pairs)), np.diff(offsets)), source=source, reached=reached)


def _check(network: TemporalNetwork, labels: Whole, pairs: Whole, delta: int | None) -> None:
    if labels.shape != (network.nodes,):
        raise ValueError(f"labels have shape {labels.shape}; one for each of {network.nodes} nodes is wanted")
    if len(pairs) and (pairs.ndim != 2 or pairs.shape[1] != 2 or (pairs[:, 0] == pairs[:, 1]).any()):
        raise ValueError("pairs are two different groups each, shape (m, 2)")
    if delta is not None and delta < 1:
        raise ValueError(f"delta is {delta}; 1 or more is wanted, or None for no limit")


@njit(cache=True, nogil=True)
def _follow(
    times: Whole,
    offsets: Whole,
    members: Places,
    directed: Flags,
    labels: Whole,
    pairs: Whole,
    rows: Whole,
    source: Whole,
    delta: int,
) -> Whole:  # pragma: no cover - compiled
    reached = np.zeros(len(source), dtype=np.int64)
    for pair in range(len(pairs)):
        a, b = pairs[pair, 0], pairs[pair, 1]
        here = np.full(len(labels), -1, dtype=np.int32)
        size = 0
        for node in range(len(labels)):
            if labels[node] == a or labels[node] == b:
                here[node] = size
                size += 1
        when, held, inside, one_way = _cut(times, offsets, members, directed, here)
        mine = source[rows[pair] : rows[pair + 1]]
        last = np.full((size, len(mine)), _NEVER, dtype=np.int32)
        for row in range(len(mine)):
            last[here[mine[row]], row] = _ALWAYS
        _hear(when, held, inside, one_way, delta, last)
        for node in range(len(labels)):
            if here[node] >= 0:
                for row in range(len(mine)):
                    if last[here[node], row] != _NEVER and labels[node] != labels[mine[row]]:
                        reached[rows[pair] + row] += 1
    return reached


@njit(cache=True)
def _cut(
    times: Whole, offsets: Whole, members: Places, directed: Flags, here: Places
) -> tuple[Whole, Whole, Places, Flags]:  # pragma: no cover - compiled
    """Return the events among the nodes that have a place here, under their places."""
    when = np.empty(len(times), dtype=np.int64)
    held = np.zeros(len(times) + 1, dtype=np.int64)
    inside = np.empty(len(members), dtype=np.int32)
    one_way = np.empty(len(times), dtype=np.bool_)
    events, size = 0, 0
    for event in range(len(times)):
        if directed[event] and here[members[offsets[event]]] < 0:
            continue
        begin = size
        for at in range(offsets[event], offsets[event + 1]):
            if here[members[at]] >= 0:
                inside[size] = here[members[at]]
                size += 1
        if size - begin < 2:
            size = begin
            continue
        when[events], one_way[events] = times[event], directed[event]
        events += 1
        held[events] = size
    return when[:events], held[: events + 1], inside[:size], one_way[:events]


@njit(cache=True)
def _hear(
    when: Whole, held: Whole, inside: Places, one_way: Flags, delta: int, last: Ranks
) -> None:  # pragma: no cover - compiled
    """Write at which of the distinct times each node last heard from each source, (nodes, sources).

    What happens at one time is worked out from what was known before it, and only then written down.
    """
    told = np.empty((len(inside), last.shape[1]), dtype=np.int32)
    count = np.empty(last.shape[1], dtype=np.int32)
    event, now, since, oldest = 0, 0, 0, 0
    while event < len(when):
        while when[oldest] < when[event] - delta:
            since += when[oldest + 1] != when[oldest]
            oldest += 1
        stop = event
        while stop < len(when) and when[stop] == when[event]:
            group = inside[held[stop] : held[stop + 1]]
            _tell(group, one_way[stop], np.int32(since), np.int32(now), last, count, told[held[stop] - held[event] :])
            stop += 1
        for at in range(held[event], held[stop]):
            heard, new = last[inside[at]], told[at - held[event]]
            for row in range(len(heard)):
                heard[row] = max(heard[row], new[row])
        event = stop
        now += 1


@njit(cache=True)
def _tell(
    group: Places, one_way: bool, since: np.int32, now: np.int32, last: Ranks, count: Ranks, told: Ranks
) -> None:  # pragma: no cover - compiled
    """Write `now` for each member and source where another member, or the sender, still has it to tell."""
    count[:] = 0
    for place in range(1 if one_way else len(group)):
        known = last[group[place]]
        for row in range(len(count)):
            count[row] += np.int32(known[row] >= since)
    for place in range(len(group)):
        known, new = last[group[place]], told[place]
        tells = np.int32(place == 0 or not one_way)
        for row in range(len(count)):
            others = count[row] - tells * np.int32(known[row] >= since)
            new[row] = now if others > 0 else _NEVER
