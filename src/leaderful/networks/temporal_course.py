"""The course of events as kernels run through it: in either direction of time, with what a waiting limit asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from leaderful.networks.temporal import Nodes, TemporalNetwork, Times

EXCHANGE: Final = 0
GIVES: Final = 1
"""The first member gives and the others take."""
TAKES: Final = 2
"""The last member takes and the others give: a directed event, in reversed time."""

Rows = NDArray[np.int32]


NOTHING: Final = 0
"""Within the limit the member was told nothing."""
READY: Final = 1
"""What it was told is summed up in the row `low`."""
ANEW: Final = 2
"""It is to be summed up from `count` rows, the last first, each into the one before; the last of these is `low`."""
BEGIN: Final = 3
"""It is in the row `low` and in `count` further rows, the first that are kept at hand."""
ADD: Final = 4
"""It is in the row `low`, in what is at hand, and in `count` rows more."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Waiting:
    """How each member of each event finds what it was told within the limit, as kernels follow it.

    What members are told is kept in one ring of rows, in order, for as long as the limit. What counts
    for a node moves on like a window over its own rows. Its sum is kept as two: of the rows before a pivot, from
    each of them on, and of those from the pivot on, at hand. When the window has left the pivot behind, a
    new one is set behind the newest row. Each row is so added twice at most, however wide the window.
    """

    do: NDArray[np.uint8]
    """For each membership, shape (m,): one of the five above."""
    low: Rows
    """Shape (m,): the row of the oldest that still counts."""
    count: Rows
    """Shape (m,)."""
    more: Rows
    """The rows to be added, those of one membership after those of the one before."""
    rows: int
    """How many the ring needs."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Course:
    """Events in the order in which kernels meet them."""

    nodes: int
    times: Times
    offsets: Times
    members: Nodes
    kinds: NDArray[np.uint8]
    again: NDArray[np.bool_]
    """Events with a member that another event at the same time has too."""
    gives: NDArray[np.bool_]
    """Nodes that ever give, shape (n,)."""
    takes: NDArray[np.bool_]
    waiting: Waiting | None

    @property
    def events(self) -> int:
        """Number of events."""
        return len(self.times)


def course(network: TemporalNetwork, *, delta: int | None, backward: bool = False) -> Course:
    """Return the course of events with a waiting limit; backwards, times change their sign."""
    if delta is not None and delta < 1:
        raise ValueError(f"delta is {delta}; 1 or more is wanted, or None for no limit")
    times, offsets, members = network.times, network.offsets, network.members
    kinds = np.where(network.directed, TAKES if backward else GIVES, EXCHANGE).astype(np.uint8)
    if backward:
        times, offsets, members, kinds = (
            np.ascontiguousarray(-times[::-1]),
            np.ascontiguousarray(offsets[-1] - offsets[::-1]),
            np.ascontiguousarray(members[::-1]),
            np.ascontiguousarray(kinds[::-1]),
        )
    limited = delta is not None and network.events > 0 and delta < times[-1] - times[0]
    gives, takes = _parts_taken(network.nodes, offsets, members, kinds)
    return Course(
        nodes=network.nodes,
        times=times,
        offsets=offsets,
        members=members,
        kinds=kinds,
        again=meet_again(network.nodes, times, offsets, members),
        gives=gives,
        takes=takes,
        waiting=_waiting(network.nodes, times, offsets, members, kinds, delta) if limited and delta else None,
    )


def _waiting(nodes: int, times: Times, offsets: Times, members: Nodes, kinds: NDArray[np.uint8], delta: int) -> Waiting:
    starts, told, when, rows = _told(nodes, times, offsets, members, kinds, delta)
    do, low, count, more = _window(times, offsets, members, kinds, delta, starts, told, when, rows)
    return Waiting(do=do, low=low, count=count, more=more, rows=rows)


@njit(cache=True, nogil=True)
def givers(kind: int, low: int, high: int) -> tuple[int, int]:
    """Return the range of members that give in an event."""
    if kind == GIVES:
        return low, low + 1
    if kind == TAKES:
        return low, high - 1
    return low, high


@njit(cache=True, nogil=True)
def takers(kind: int, low: int, high: int) -> tuple[int, int]:
    """Return the range of members that take in an event."""
    if kind == GIVES:
        return low + 1, high
    if kind == TAKES:
        return high - 1, high
    return low, high


@njit(cache=True, nogil=True)
def _parts_taken(
    nodes: int, offsets: Times, members: Nodes, kinds: NDArray[np.uint8]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which nodes ever give, and which ever take."""
    gives, takes = np.zeros(nodes, dtype=np.bool_), np.zeros(nodes, dtype=np.bool_)
    for event in range(len(kinds)):
        first, last = givers(kinds[event], offsets[event], offsets[event + 1])
        for at in range(first, last):
            gives[members[at]] = True
        first, last = takers(kinds[event], offsets[event], offsets[event + 1])
        for at in range(first, last):
            takes[members[at]] = True
    return gives, takes


@njit(cache=True, nogil=True)
def meet_again(nodes: int, times: Times, offsets: Times, members: Nodes) -> NDArray[np.bool_]:
    """Return which events have a member in common with another at the same time."""
    again = np.zeros(len(times), dtype=np.bool_)
    last = np.full(nodes, -1, dtype=np.int64)
    for event in range(len(times)):
        for at in range(offsets[event], offsets[event + 1]):
            node = members[at]
            other = last[node]
            if other >= 0 and times[other] == times[event]:
                again[other] = True
                again[event] = True
            last[node] = event
    return again


@njit(cache=True, nogil=True)
def _told(
    nodes: int, times: Times, offsets: Times, members: Nodes, kinds: NDArray[np.uint8], delta: int
) -> tuple[Times, Times, Times, int]:
    """Number the occasions on which a node is told something; return those of each node, their times, and rows.

    Those of v are ``told[starts[v]:starts[v + 1]]``; rows are the most of them within the limit at any time.
    """
    starts = np.zeros(nodes + 1, dtype=np.int64)
    for event in range(len(times)):
        first, last = takers(kinds[event], offsets[event], offsets[event + 1])
        for at in range(first, last):
            starts[members[at] + 1] += 1
    for node in range(nodes):
        starts[node + 1] += starts[node]
    filled = starts[:-1].copy()
    told, when = np.empty(starts[nodes], dtype=np.int64), np.empty(starts[nodes], dtype=np.int64)
    number, oldest, rows = 0, 0, 1
    for event in range(len(times)):
        first, last = takers(kinds[event], offsets[event], offsets[event + 1])
        for at in range(first, last):
            told[filled[members[at]]] = number
            filled[members[at]] += 1
            when[number] = times[event]
            number += 1
        while when[oldest] < times[event] - delta:
            oldest += 1
        rows = max(rows, number - oldest)
    return starts, told, when, rows


@njit(cache=True, nogil=True)
def _window(
    times: Times,
    offsets: Times,
    members: Nodes,
    kinds: NDArray[np.uint8],
    delta: int,
    starts: Times,
    told: Times,
    when: Times,
    rows: int,
) -> tuple[NDArray[np.uint8], Rows, Rows, Rows]:
    """Return what each giver does to find what it was told within the limit, as `Waiting` holds it."""
    do = np.zeros(len(members), dtype=np.uint8)
    low, count = np.zeros(len(members), dtype=np.int32), np.zeros(len(members), dtype=np.int32)
    more, listed = np.empty(2 * len(told), dtype=np.int32), 0
    oldest, newest = starts[:-1].copy(), starts[:-1].copy()
    pivot, summed = starts[:-1].copy(), starts[:-1].copy()
    for event in range(len(times)):
        first, last = givers(kinds[event], offsets[event], offsets[event + 1])
        for at in range(first, last):
            node, now = members[at], times[event]
            end = starts[node + 1]
            while newest[node] < end and when[told[newest[node]]] < now:
                newest[node] += 1
            while oldest[node] < newest[node] and when[told[oldest[node]]] < now - delta:
                oldest[node] += 1
            if oldest[node] == newest[node]:
                continue
            low[at] = told[oldest[node]] % rows
            if oldest[node] >= pivot[node]:
                count[at] = newest[node] - oldest[node]
                do[at] = READY if count[at] == 1 else ANEW
                for place in range(newest[node] - 1, oldest[node] - 1, -1):
                    more[listed] = told[place] % rows
                    listed += do[at] == ANEW
                pivot[node] = newest[node]
            else:
                count[at] = newest[node] - summed[node]
                do[at] = ADD if summed[node] > pivot[node] else BEGIN if count[at] else READY
                for place in range(summed[node], newest[node]):
                    more[listed] = told[place] % rows
                    listed += 1
            summed[node] = newest[node]
    return do, low, count, more[:listed].copy()
