"""How many others what a node knows can reach, and how much of that crosses from group to group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from leaderful.networks.adjacency import check_groups
from leaderful.networks.temporal import TemporalNetwork, Times
from leaderful.networks.temporal_arrival import NEVER, check_nodes, earliest_arrival
from leaderful.networks.temporal_course import course
from leaderful.networks.temporal_spread import BLOCK, WORDS, Bits, Spread, each_block, ones, workers_for


@dataclass(frozen=True, eq=False, kw_only=True)
class Reach:
    """How many other nodes can hear what each source knows."""

    sources: Times
    """Shape (k,)."""
    reached: Times
    """Shape (k,): nodes other than the source."""
    outside: Mapping[str, Times]
    """For each way to group, shape (k,): those of them in another group than the source."""


def reach(
    network: TemporalNetwork,
    *,
    delta: int | None = None,
    start: int | None = None,
    stop: int | None = None,
    groups: Mapping[str, NDArray[Any]] | None = None,
    sources: Times | None = None,
) -> Reach:
    """Return how many others can hear what each source knows, and how many of them outside its own group.

    A node is reached when there is a way from the source to it, as `earliest_arrival` defines ways.

    Parameters
    ----------
    network
        Events among n nodes.
    delta
        Waiting limit, in the unit of times; None for no limit.
    start, stop
        Only events with ``start <= time < stop`` count; None for no limit.
    groups
        By name, the group of each node, each of shape (n,): body, tier, sector.
    sources
        Shape (k,), integers, each node at most once; all nodes when None.

    Returns
    -------
    Reach
        A node without events reaches nobody: 0. Never undefined.

    Raises
    ------
    ValueError
        When `delta` is not positive, groups have another shape, or a source is no node or given twice.

    Notes
    -----
    Exact. What all nodes can reach is found from the last event to the first: before an event its givers
    reach what its takers reach after it. Targets are taken in blocks of 512, one bit each, so that memory
    grows with nodes and not with their square; blocks are shared among threads, and counts do not depend
    on how many.

    References
    ----------
    Holme P, Saramäki J (2012) Physics Reports 519:97-125, doi:10.1016/j.physrep.2012.03.001.

    Examples
    --------
    >>> import numpy as np
    >>> from leaderful.networks.temporal import TemporalNetwork
    >>> talks = TemporalNetwork.from_pairs([5, 9], [0, 1], [1, 2], nodes=4, directed=False)
    >>> found = reach(talks, groups={"body": np.array(["a", "a", "b", "b"])})
    >>> found.reached.tolist(), found.outside["body"].tolist()
    ([2, 2, 1, 0], [1, 1, 1, 0])
    """
    named = {name: check_groups(labels, network.nodes) for name, labels in (groups or {}).items()}
    labels = np.array(list(named.values()), dtype=np.int64).reshape(len(named), network.nodes)
    events = network.window(start, stop)
    if sources is None:
        sources = np.arange(network.nodes)
        counts = _all_counts(events, delta, labels)
    else:
        sources = check_nodes(sources, network.nodes)
        counts = _some_counts(events, delta, labels, sources)
    outside = {name: counts[0] - within for name, within in zip(named, counts[1:], strict=True)}
    return Reach(sources=sources, reached=counts[0], outside=outside)


def _all_counts(network: TemporalNetwork, delta: int | None, labels: Times) -> Times:
    """Return for every node how many others it reaches, at all and within its own groups, shape (1 + groups, n)."""
    events = course(network, delta=delta, backward=True)
    workers = workers_for(events, network.nodes)
    counts = np.zeros((workers, 1 + len(labels), network.nodes), dtype=np.int64)
    largest = int(labels.max(initial=0)) + 1
    masks = np.zeros((workers, len(labels), largest, WORDS), dtype=np.uint64)

    def count(state: Spread, worker: int) -> None:
        state.run(0, events.events)
        _count_rows(state.known, state.block, labels, masks[worker], counts[worker])

    each_block(events, np.arange(network.nodes), count, workers=workers)
    return np.asarray(counts.sum(axis=0) - 1)  # each node has one bit of its own


def _some_counts(network: TemporalNetwork, delta: int | None, labels: Times, sources: Times) -> Times:
    """Return the same for some sources, shape (1 + groups, k), following each of them forwards."""
    counts = np.empty((1 + len(labels), len(sources)), dtype=np.int64)
    for base in range(0, len(sources), BLOCK):
        block = sources[base : base + BLOCK]
        heard = earliest_arrival(network, block, delta=delta) != NEVER
        counts[0, base : base + BLOCK] = heard.sum(axis=1)
        for at, label in enumerate(labels):
            counts[1 + at, base : base + BLOCK] = (heard & (label[block][:, None] == label)).sum(axis=1)
    return counts


def crossing(
    network: TemporalNetwork,
    labels: NDArray[Any],
    *,
    start: int,
    horizons: Sequence[int],
    delta: int | None = None,
) -> Times:
    """Return how many ordered pairs (source in one group, node reached in another) there are by each time.

    Parameters
    ----------
    network
        Events among n nodes.
    labels
        Shape (n,): the group of each node. Groups are in ascending order, as ``numpy.unique`` gives them.
    start
        Only events from here on count.
    horizons
        Ascending, in the unit of times: by horizon h, events with ``start <= time < start + h`` count.
    delta
        Waiting limit, in the unit of times; None for no limit.

    Returns
    -------
    Times
        Shape (horizons, groups, groups): row a, column b is the number of pairs of a source in a and
        another node in b that it reaches.

    Raises
    ------
    ValueError
        When `delta` is not positive, labels have another shape, or horizons do not ascend from 1 or more.

    References
    ----------
    Holme P, Saramäki J (2012) Physics Reports 519:97-125, doi:10.1016/j.physrep.2012.03.001.

    Examples
    --------
    >>> import numpy as np
    >>> from leaderful.networks.temporal import TemporalNetwork
    >>> talks = TemporalNetwork.from_pairs([5, 9], [0, 1], [1, 2], nodes=4, directed=False)
    >>> crossing(talks, np.array(["a", "a", "b", "b"]), start=0, horizons=[9, 10]).tolist()
    [[[2, 0], [0, 0]], [[2, 2], [1, 0]]]
    """
    steps = np.array(horizons, dtype=np.int64)
    if len(steps) and (steps[0] < 1 or (steps[1:] <= steps[:-1]).any()):
        raise ValueError(f"horizons are {list(horizons)}; numbers that ascend from 1 or more are wanted")
    group = check_groups(labels, network.nodes)
    size = int(group.max(initial=-1)) + 1
    if not len(steps) or not size:
        return np.zeros((len(steps), size, size), dtype=np.int64)
    events = course(network.window(start, start + int(steps[-1])), delta=delta)
    stops = np.searchsorted(events.times, start + steps)
    sources = np.argsort(group, kind="stable")  # a block then holds few groups, each in one stretch of bits
    workers = workers_for(events, len(sources))
    counts = np.zeros((workers, len(steps), size, size), dtype=np.int64)

    def count(state: Spread, worker: int) -> None:
        done = 0
        for step, stop in enumerate(stops.tolist()):
            state.run(done, stop)
            done = stop
            _count_pairs(state.known, group[state.block], group, counts[worker, step])

    each_block(events, sources, count, workers=workers)
    found = counts.sum(axis=0)
    found[:, np.arange(size), np.arange(size)] -= np.bincount(group)  # each node has one bit of its own
    return np.asarray(found)


def reach_by_time(network: TemporalNetwork, *, start: int, horizons: Sequence[int], delta: int | None = None) -> Times:
    """Return how many ordered pairs (source, other node that it reaches) there are by each time.

    Parameters
    ----------
    network
        Events among n nodes.
    start
        Only events from here on count.
    horizons
        Ascending, in the unit of times: by horizon h, events with ``start <= time < start + h`` count.
    delta
        Waiting limit, in the unit of times; None for no limit.

    Returns
    -------
    Times
        Shape (horizons,): pairs, n (n - 1) at most.

    Raises
    ------
    ValueError
        When `delta` is not positive, or horizons do not ascend from 1 or more.

    References
    ----------
    Holme P, Saramäki J (2012) Physics Reports 519:97-125, doi:10.1016/j.physrep.2012.03.001.

    Examples
    --------
    >>> from leaderful.networks.temporal import TemporalNetwork
    >>> talks = TemporalNetwork.from_pairs([5, 9], [0, 1], [1, 2], nodes=4, directed=False)
    >>> reach_by_time(talks, start=0, horizons=[5, 6, 10]).tolist()
    [0, 2, 5]
    """
    together = np.zeros(network.nodes, dtype=np.int64)
    return np.asarray(
        crossing(network, together, start=start, horizons=horizons, delta=delta).sum(axis=(1, 2)), dtype=np.int64
    )


@njit(cache=True, nogil=True)
def _count_rows(known: Bits, block: Times, labels: Times, masks: Bits, counts: Times) -> None:
    """Add up the bits of each row: all of them, and those of nodes in the group that the row's node is in."""
    for way in range(len(labels)):
        for place in range(len(block)):
            masks[way, labels[way, block[place]], place >> 6] |= np.uint64(1) << np.uint64(place & 63)
    for node in range(len(known)):
        total = np.uint64(0)
        for word in range(WORDS):
            total += ones(known[node, word])
        counts[0, node] += np.int64(total)
        for way in range(len(labels)):
            within = np.uint64(0)
            mask = masks[way, labels[way, node]]
            for word in range(WORDS):
                within += ones(known[node, word] & mask[word])
            counts[1 + way, node] += np.int64(within)
    for way in range(len(labels)):
        for place in range(len(block)):
            masks[way, labels[way, block[place]], :] = np.uint64(0)


@njit(cache=True, nogil=True)
def _count_pairs(known: Bits, sources: Times, labels: Times, counts: Times) -> None:
    """Add up bits by the group of their source, in which sources are in order, and of the row's node."""
    first = 0
    while first < len(sources):
        group, last = sources[first], first
        mask = np.zeros(WORDS, dtype=np.uint64)
        while last < len(sources) and sources[last] == group:
            mask[last >> 6] |= np.uint64(1) << np.uint64(last & 63)
            last += 1
        low, high = first >> 6, ((last - 1) >> 6) + 1
        for node in range(len(known)):
            total = np.uint64(0)
            for word in range(low, high):
                total += ones(known[node, word] & mask[word])
            counts[group, labels[node]] += np.int64(total)
        first = last
