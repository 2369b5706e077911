"""Kernels of temporal betweenness: from one source, all best ways through events, and who carries them.

A node has one stop for each time at which it has events. At a stop it may be told, and it may pass on what it was
told at earlier stops. Numbers of ways are kept by stop: those that lead to it, and those that lead from it.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from leaderful.networks.adjacency import Floats
from leaderful.networks.temporal import Nodes, TemporalNetwork, Times

FAR: Final = 2**30
"""In place of a number of hops, where there is no way."""
NO_LIMIT: Final = -1


class Stops(NamedTuple):
    """A network laid out by stops, in order of time, and the groups of events at the same time."""

    event_starts: Times
    """(g + 1,) events of each group."""
    stop_starts: Times
    """(g + 1,) stops of each group."""
    offsets: Times
    """(e + 1,) into `members`."""
    members: Nodes
    """The stop of each member of an event."""
    directed: NDArray[np.bool_]
    nodes: Nodes
    """(s,) the node of each stop."""
    when: Times
    """(s,) the time of each stop."""
    earlier: Nodes
    """(s,) the node's stop before, or -1."""
    first: Nodes
    """(n,) the first group of each node, or the number of groups."""


def stops(network: TemporalNetwork) -> Stops:
    """Lay out a network by stops."""
    times, event_starts = np.unique(network.times, return_index=True)
    group = np.repeat(np.searchsorted(times, network.times), np.diff(network.offsets))
    found, members = np.unique(group * network.nodes + network.members, return_inverse=True)
    groups, nodes = np.divmod(found, network.nodes)
    order = np.argsort(nodes, kind="stable")
    earlier = np.full(len(found), -1, dtype=np.int32)
    again = nodes[order[1:]] == nodes[order[:-1]]
    earlier[order[1:][again]] = order[:-1][again]
    first = np.full(network.nodes, len(times), dtype=np.int32)
    first[nodes[earlier < 0]] = groups[earlier < 0]
    return Stops(
        event_starts=np.append(event_starts, network.events).astype(np.int64),
        stop_starts=np.searchsorted(groups, np.arange(len(times) + 1)).astype(np.int64),
        offsets=network.offsets,
        members=members.reshape(-1).astype(np.int32),
        directed=network.directed,
        nodes=nodes.astype(np.int32),
        when=times[groups],
        earlier=earlier,
        first=first,
    )


@njit(cache=True, nogil=True)
def carried(sources: Times, on: Stops, delta: int, shortest: bool) -> tuple[Floats, Floats]:
    """Return for each node the sum and the sum of squares, over sources, of the targets it carries to."""
    size, count = len(on.first), len(on.nodes)
    hops, held = np.empty(count, dtype=np.int32), np.empty(count, dtype=np.int32)
    ways, held_ways, ends, asked = np.empty(count), np.empty(count), np.empty(count), np.empty(count)
    hops_of, ways_of, of_one = np.empty(size, dtype=np.int32), np.empty(size), np.empty(size)
    total, squares = np.zeros(size), np.zeros(size)
    for source in sources:
        if on.first[source] == len(on.event_starts) - 1:
            continue
        _go(source, on, delta, hops, ways, held, held_ways, hops_of, ways_of)
        if shortest:
            _end_at_fewest(source, on, hops, ways, ends, hops_of, ways_of)
        else:
            _end_at_earliest(source, on, hops, ends, hops_of)
        of_one[:] = 0.0
        _come_back(source, on, delta, hops, ways, held, ends, asked, hops_of, ways_of, of_one)
        for node in range(size):
            total[node] += of_one[node]
            squares[node] += of_one[node] * of_one[node]
    return total, squares


@njit(cache=True, nogil=True)
def _go(
    source: int,
    on: Stops,
    delta: int,
    hops: Nodes,
    ways: Floats,
    held: Nodes,
    held_ways: Floats,
    hops_of: Nodes,
    ways_of: Floats,
) -> None:
    """Fill in the fewest hops that lead to each stop and in how many ways, and the same for what is passed on there."""
    when, earlier, nodes = on.when, on.earlier, on.nodes
    offsets, members, directed = on.offsets, on.members, on.directed
    event_starts, stop_starts = on.event_starts, on.stop_starts
    hops[:] = FAR
    ways[:] = 0.0
    hops_of[:] = FAR
    ways_of[:] = 0.0
    hops_of[source] = 0
    ways_of[source] = 1.0
    for group in range(on.first[source], len(event_starts) - 1):
        low, high = stop_starts[group], stop_starts[group + 1]
        for stop in range(low, high):
            node = nodes[stop]
            if delta == NO_LIMIT or node == source:
                held[stop], held_ways[stop] = hops_of[node], ways_of[node]
            else:
                held[stop], held_ways[stop] = _freshest(stop, when, earlier, delta, hops, ways)
        for event in range(event_starts[group], event_starts[group + 1]):
            start, end = offsets[event], offsets[event + 1]
            if directed[event]:
                _tell(members, start, end, 1, 1, hops, ways, held, held_ways)
            else:
                _tell(members, start, end, 1, end, hops, ways, held, held_ways)
                _tell(members, end - 1, start - 1, -1, end, hops, ways, held, held_ways)
        if delta == NO_LIMIT:
            for stop in range(low, high):
                node = nodes[stop]
                if hops[stop] > hops_of[node]:
                    hops[stop], ways[stop] = FAR, 0.0  # the node knew by fewer hops already
                elif hops[stop] < hops_of[node]:
                    hops_of[node], ways_of[node] = hops[stop], ways[stop]
                elif hops[stop] < FAR:
                    ways_of[node] += ways[stop]


@njit(cache=True, nogil=True)
def _freshest(stop: int, when: Times, earlier: Nodes, delta: int, hops: Nodes, ways: Floats) -> tuple[int, float]:
    """Return the fewest hops that led to earlier stops within the limit, and in how many ways."""
    now, least, number = when[stop], FAR, 0.0
    before = earlier[stop]
    while before >= 0 and now - when[before] <= delta:
        if hops[before] < least:
            least, number = hops[before], ways[before]
        elif hops[before] == least:
            number += ways[before]
        before = earlier[before]
    return least, number


@njit(cache=True, nogil=True)
def _tell(
    members: Nodes,
    start: int,
    end: int,
    step: int,
    tellers: int,
    hops: Nodes,
    ways: Floats,
    held: Nodes,
    held_ways: Floats,
) -> None:
    """Let each member be told by those before it, from start to end, of whom the first `tellers` tell.

    A longer way than one known is not counted. The source, which holds what takes no hop, is never told.
    """
    least, number, told = FAR, 0.0, 0
    for at in range(start, end, step):
        stop = members[at]
        if least < FAR and held[stop] > 0:
            if least + 1 < hops[stop]:
                hops[stop], ways[stop] = least + 1, number
            elif least + 1 == hops[stop]:
                ways[stop] += number
        if told < tellers:
            told += 1
            if held[stop] < least:
                least, number = held[stop], held_ways[stop]
            elif held[stop] == least:
                number += held_ways[stop]


@njit(cache=True, nogil=True)
def _end_at_earliest(source: int, on: Stops, hops: Nodes, ends: Floats, seen: Nodes) -> None:
    """Let all ways to a node end at the first stop at which it is told."""
    ends[:] = 0.0
    seen[:] = 0
    for stop in range(on.stop_starts[on.first[source]], len(on.nodes)):
        if hops[stop] < FAR and not seen[on.nodes[stop]]:
            seen[on.nodes[stop]] = 1
            ends[stop] = 1.0


@njit(cache=True, nogil=True)
def _end_at_fewest(
    source: int, on: Stops, hops: Nodes, ways: Floats, ends: Floats, least: Nodes, number: Floats
) -> None:
    """Let ways to a node end at all stops to which the fewest hops lead, each as often as ways lead there."""
    ends[:] = 0.0
    least[:] = FAR
    for stop in range(on.stop_starts[on.first[source]], len(on.nodes)):
        node = on.nodes[stop]
        if hops[stop] < least[node]:
            least[node], number[node] = hops[stop], ways[stop]
        elif hops[stop] == least[node]:
            number[node] += ways[stop]
    for stop in range(on.stop_starts[on.first[source]], len(on.nodes)):
        node = on.nodes[stop]
        if hops[stop] < FAR and hops[stop] == least[node]:
            ends[stop] = ways[stop] / number[node]


@njit(cache=True, nogil=True)
def _come_back(
    source: int,
    on: Stops,
    delta: int,
    hops: Nodes,
    ways: Floats,
    held: Nodes,
    ends: Floats,
    asked: Floats,
    hops_of: Nodes,
    asked_of: Floats,
    of_one: Floats,
) -> None:
    """Add up for each node the shares of best ways to others that it carries, from the last event to the first.

    `asked` is, for each way to a stop, how many targets are reached by going on from there; after a stop has been
    dealt with, `ends` is the same with what ends at it.
    """
    when, earlier, nodes = on.when, on.earlier, on.nodes
    offsets, members, directed = on.offsets, on.members, on.directed
    event_starts, stop_starts = on.event_starts, on.stop_starts
    asked[:] = 0.0
    asked_of[:] = 0.0
    hops_of[:] = -1
    for group in range(len(event_starts) - 2, on.first[source] - 1, -1):
        low, high = stop_starts[group], stop_starts[group + 1]
        for stop in range(low, high):
            node = nodes[stop]
            if hops[stop] < FAR:
                if delta == NO_LIMIT and hops_of[node] == hops[stop]:
                    asked[stop] = asked_of[node]
                of_one[node] += ways[stop] * asked[stop]
                ends[stop] = ends[stop] / ways[stop] + asked[stop]
            asked[stop] = 0.0
        for event in range(event_starts[group], event_starts[group + 1]):
            start, end = offsets[event], offsets[event + 1]
            if directed[event]:
                teller = members[start]
                for at in range(start + 1, end):
                    if hops[members[at]] == held[teller] + 1:
                        asked[teller] += ends[members[at]]
            else:
                _ask(members, start, end, hops, held, ends, asked)
        for stop in range(low, high):
            node = nodes[stop]
            if asked[stop] == 0.0 or node == source:
                continue
            if delta == NO_LIMIT:
                if hops_of[node] != held[stop]:
                    hops_of[node], asked_of[node] = held[stop], 0.0
                asked_of[node] += asked[stop]
            else:
                _ask_before(stop, when, earlier, delta, hops, held, asked)


@njit(cache=True, nogil=True)
def _ask(members: Nodes, start: int, end: int, hops: Nodes, held: Nodes, ends: Floats, asked: Floats) -> None:
    """Ask of those who could tell others by the fewest hops what those others go on to reach."""
    least, second, alone = FAR, FAR, -1
    for at in range(start, end):
        stop = members[at]
        if held[stop] < least:
            least, second, alone = held[stop], least, stop
        elif held[stop] == least:
            alone = -1
        elif held[stop] < second:
            second = held[stop]
    if least == FAR:
        return
    _ask_those_before(members, start, end, 1, least, hops, held, ends, asked)
    _ask_those_before(members, end - 1, start - 1, -1, least, hops, held, ends, asked)
    if alone >= 0 and second < FAR and hops[alone] == second + 1:
        for at in range(start, end):
            if held[members[at]] == second:
                asked[members[at]] += ends[alone]


@njit(cache=True, nogil=True)
def _ask_those_before(
    members: Nodes,
    start: int,
    end: int,
    step: int,
    least: int,
    hops: Nodes,
    held: Nodes,
    ends: Floats,
    asked: Floats,
) -> None:
    """Ask of members who hold the fewest hops for those that come before them, from start to end."""
    told = 0.0
    for at in range(start, end, step):
        stop = members[at]
        if held[stop] == least:
            asked[stop] += told
        if hops[stop] == least + 1:
            told += ends[stop]


@njit(cache=True, nogil=True)
def _ask_before(stop: int, when: Times, earlier: Nodes, delta: int, hops: Nodes, held: Nodes, asked: Floats) -> None:
    """Hand on what is asked of a stop to the earlier ones, within the limit, by which the node knew by as many hops."""
    now, before = when[stop], earlier[stop]
    while before >= 0 and now - when[before] <= delta:
        if hops[before] == held[stop]:
            asked[before] += asked[stop]
        before = earlier[before]
