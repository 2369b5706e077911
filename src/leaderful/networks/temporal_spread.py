"""What nodes come to know of a block of sources, one bit a source, as events go by."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from leaderful.networks.prefetch import prefetch
from leaderful.networks.temporal import Nodes, Times
from leaderful.networks.temporal_course import ANEW, BEGIN, NOTHING, Course, Rows, givers, takers

Bits = NDArray[np.uint64]

WORDS: Final = 8
"""Words of 64 bits in the row of a node: a row fills one line of a processor's cache."""
BLOCK: Final = 64 * WORDS
"""Sources followed at once."""

MOST_THREADS: Final = 8
"""Each thread holds a block of its own in memory."""

WORTH_THREADS: Final = 5_000_000
"""Events, counted once for each block, from which on more than one thread goes through them."""

_AHEAD: Final = 4
"""How many members ahead of need their rows are asked for from memory."""

_BEFORE_ALL: Final = -(2**63)
_ONE: Final = np.uint64(1)
_NONE: Final = np.uint64(0)


class Spread:
    """What each node knows of the sources of one block.

    A bit stays set in `known` once a node has heard. Where waiting is limited, what a node can still carry
    on is kept apart. When every node that is ever told anything knows of every source that ever tells,
    nothing new can follow, and the rest of the events is passed over.
    """

    def __init__(self, events: Course, sources: Times) -> None:
        """Take memory for a block; `start` begins one."""
        self.events = events
        self.sources = sources
        self.place = np.full(events.nodes, -1, dtype=np.int64)
        self.place[sources] = np.arange(len(sources))
        self.base = 0
        self.known: Bits = np.zeros((events.nodes, WORDS), dtype=np.uint64)
        self._goal: Bits = np.zeros(WORDS, dtype=np.uint64)
        self._done = np.zeros(events.nodes, dtype=np.bool_)
        self._beside: Bits = np.empty((events.nodes, WORDS), dtype=np.uint64)
        self._touched = np.empty(events.nodes, dtype=np.int64)
        self._ring: Bits = np.empty((0 if events.waiting is None else events.waiting.rows, WORDS), dtype=np.uint64)
        self._cursor = np.zeros(3, dtype=np.int64)
        self._largest = int(np.diff(events.offsets).max(initial=2))

    @property
    def block(self) -> Times:
        """Sources of this block."""
        return self.sources[self.base : self.base + BLOCK]

    def start(self, base: int) -> None:
        """Begin the block of sources from this place on: each knows of itself."""
        self.base = base
        self.known[:] = 0
        self._touched[:] = _BEFORE_ALL
        places = np.arange(len(self.block))
        bits = _ONE << (places % 64).astype(np.uint64)
        self.known[self.block, places // 64] = bits
        self._goal[:] = 0
        np.bitwise_or.at(self._goal, places // 64, np.where(self.events.gives[self.block], bits, _NONE))
        self._done[:] = ~self.events.takes
        self._cursor[:] = 0, 0, self.events.takes.sum()

    def run(self, first: int, last: int, arrivals: Times | None = None) -> None:
        """Go through events; note in `arrivals`, shape (nodes, sources), when each node first hears."""
        on, wait = self.events, self.events.waiting
        if wait is None:
            spread(
                on.times, on.offsets, on.members, on.kinds, on.again, first, last,
                self.known, self._goal, self._done, self._beside, self._touched, self._cursor, self.base, arrivals,
            )  # fmt: skip
        else:
            spread_waiting(
                on.times, on.offsets, on.members, on.kinds, wait.do, wait.low, wait.count, wait.more, first, last,
                self.known, self._goal, self._done, self._beside, self._ring, self._cursor, self._largest,
                self.place, self.base, arrivals,
            )  # fmt: skip


def each_block(events: Course, sources: Times, work: Callable[[Spread, int], None], *, workers: int) -> None:
    """Start every block of sources and hand it to `work`, with the number of the worker that does it."""

    def some(worker: int) -> None:
        state = Spread(events, sources)
        for base in range(worker * BLOCK, len(sources), workers * BLOCK):
            state.start(base)
            work(state, worker)

    if workers == 1:
        some(0)
        return
    with ThreadPoolExecutor(max_workers=workers) as threads:
        list(threads.map(some, range(workers)))


def workers_for(events: Course, sources: int) -> int:
    """Return how many threads share the blocks of so many sources; one where others would not be worth their start."""
    blocks = -(-sources // BLOCK)
    if blocks * events.events < WORTH_THREADS:
        return 1
    return max(1, min(MOST_THREADS, os.cpu_count() or 1, blocks))


@njit(cache=True, nogil=True)
def ones(bits: np.uint64) -> np.uint64:
    """Return how many bits are set."""
    bits -= (bits >> _ONE) & np.uint64(0x5555555555555555)
    bits = (bits & np.uint64(0x3333333333333333)) + ((bits >> np.uint64(2)) & np.uint64(0x3333333333333333))
    bits = (bits + (bits >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return (bits * np.uint64(0x0101010101010101)) >> np.uint64(56)


@njit(cache=True, nogil=True)
def _note(arrivals: Times, source: int, node: int, bits: np.uint64, time: int) -> None:
    """Write down a time for each source of a word whose bit is set."""
    while bits != _NONE:
        arrivals[node, source + np.int64(ones((bits & (~bits + _ONE)) - _ONE))] = time
        bits &= bits - _ONE


@njit(cache=True, nogil=True)
def spread(
    times: Times,
    offsets: Times,
    members: Nodes,
    kinds: NDArray[np.uint8],
    again: NDArray[np.bool_],
    first: int,
    last: int,
    known: Bits,
    goal: Bits,
    done: NDArray[np.bool_],
    before: Bits,
    touched: Times,
    cursor: Times,
    base: int,
    arrivals: Times | None,
) -> None:
    """Go through events from first to last without a limit to waiting.

    Where a member has other events at the same time, what it knew `before` that time is set aside when
    it is first told something. The last of `cursor` is how many nodes are not `done`.
    """
    out = np.empty((1, WORDS), dtype=np.uint64)
    for event in range(first, last):
        if cursor[2] == 0:
            return
        low, high, now, kind, more = offsets[event], offsets[event + 1], times[event], kinds[event], again[event]
        if low + _AHEAD + 1 < len(members):
            prefetch(known, members[low + _AHEAD])
            prefetch(known, members[low + _AHEAD + 1])
        start, stop = takers(kind, low, high)
        all_done = True
        for at in range(start, stop):
            all_done = all_done and done[members[at]]
        if all_done:
            continue
        out[:] = _NONE
        begin, end = givers(kind, low, high)
        for at in range(begin, end):
            node = members[at]
            if more and touched[node] == now:
                for word in range(WORDS):
                    out[0, word] |= before[node, word]
            else:
                for word in range(WORDS):
                    out[0, word] |= known[node, word]
        for at in range(start, stop):
            node = members[at]
            if more and touched[node] != now:
                touched[node] = now
                for word in range(WORDS):
                    before[node, word] = known[node, word]
            cursor[2] -= _keep(known, goal, done, node, out, 0, base, now, arrivals)


@njit(cache=True, nogil=True)
def spread_waiting(
    times: Times,
    offsets: Times,
    members: Nodes,
    kinds: NDArray[np.uint8],
    do: NDArray[np.uint8],
    low_row: Rows,
    count: Rows,
    more: Rows,
    first: int,
    last: int,
    known: Bits,
    goal: Bits,
    done: NDArray[np.bool_],
    at_hand: Bits,
    ring: Bits,
    cursor: Times,
    largest: int,
    place: Times,
    base: int,
    arrivals: Times | None,
) -> None:
    """Go through events from first to last with a limit to waiting.

    `cursor` holds the next row of the ring, the next of those to be added, and how many nodes are not `done`.
    """
    live = np.empty((largest, WORDS), dtype=np.uint64)
    into, listed, left = cursor
    for event in range(first, last):
        if left == 0:
            break
        low, high, kind = offsets[event], offsets[event + 1], kinds[event]
        begin, stop = givers(kind, low, high)
        for at in range(begin, stop):
            node, one = members[at], at - low
            if at + _AHEAD < len(members):
                later = members[at + _AHEAD]
                prefetch(place, later)
                prefetch(at_hand, later)
                prefetch(ring, low_row[at + _AHEAD])
                if not done[later]:
                    prefetch(known, later)
            if listed + _AHEAD < len(more):
                prefetch(ring, more[listed + _AHEAD])
            listed = _carry(live, one, at_hand, node, do[at], low_row[at], count[at], more, listed, ring)
            own = place[node] - base
            if 0 <= own < BLOCK:
                live[one, own >> 6] |= _ONE << np.uint64(own & 63)
        start, end = takers(kind, low, high)
        _exchange(live, begin - low, stop - low, start - low, end - low, ring, into)
        for at in range(start, end):
            left -= _keep(known, goal, done, members[at], ring, into, base, times[event], arrivals)
            into = into + 1 if into + 1 < len(ring) else 0
    cursor[0], cursor[1], cursor[2] = into, listed, left


@njit(cache=True, nogil=True, inline="always")
def _exchange(live: Bits, begin: int, stop: int, start: int, end: int, ring: Bits, into: int) -> None:
    """Write into the ring what each taker is told: what at least one of the other givers can carry on.

    What it could carry on alone, a taker that gives too is not told anew.
    """
    following = into + 1 if into + 1 < len(ring) else 0
    if begin == start and stop == end and end - start == 2:
        for word in range(WORDS):
            ring[into, word] = live[start + 1, word]
            ring[following, word] = live[start, word]
        return
    for word in range(WORDS):
        once, twice = _NONE, _NONE
        for one in range(begin, stop):
            twice |= once & live[one, word]
            once |= live[one, word]
        row = into
        for one in range(start, end):
            ring[row, word] = twice | (once & ~live[one, word]) if begin <= one < stop else once
            row = row + 1 if row + 1 < len(ring) else 0


@njit(cache=True, nogil=True, inline="always")
def _keep(
    known: Bits,
    goal: Bits,
    done: NDArray[np.bool_],
    node: int,
    rows: Bits,
    row: int,
    base: int,
    now: int,
    arrivals: Times | None,
) -> int:
    """Add what a node is told to all that it ever was; return 1 when with that it is done, or else 0."""
    finished = 0
    if not done[node]:
        missing = _NONE
        for word in range(WORDS):
            told = rows[row, word]
            if arrivals is not None:
                _note(arrivals, base + 64 * word, node, told & ~known[node, word], now)
            known[node, word] |= told
            missing |= goal[word] & ~known[node, word]
        if missing == _NONE:
            done[node] = True
            finished = 1
    return finished


@njit(cache=True, nogil=True, inline="always")
def _carry(
    live: Bits,
    one: int,
    at_hand: Bits,
    node: int,
    do: int,
    low: int,
    count: int,
    more: Rows,
    listed: int,
    ring: Bits,
) -> int:
    """Fill in what a member was told within the limit, see `Waiting`; return the next of the rows to be added."""
    if do == NOTHING:
        for word in range(WORDS):
            live[one, word] = _NONE
        return listed
    if do <= ANEW:
        if do == ANEW:
            for place in range(listed, listed + count - 1):
                earlier, later = more[place + 1], more[place]
                for word in range(WORDS):
                    ring[earlier, word] |= ring[later, word]
            listed += count
        for word in range(WORDS):
            live[one, word] = ring[low, word]
        return listed
    if do == BEGIN:
        for word in range(WORDS):
            at_hand[node, word] = _NONE
    for place in range(listed, listed + count):
        row = more[place]
        for word in range(WORDS):
            at_hand[node, word] |= ring[row, word]
    for word in range(WORDS):
        live[one, word] = ring[low, word] | at_hand[node, word]
    return listed + count
