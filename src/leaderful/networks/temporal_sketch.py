"""An estimate of reach for more events than memory holds."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from leaderful.networks.adjacency import Floats
from leaderful.networks.prefetch import prefetch
from leaderful.networks.temporal import Nodes, TemporalNetwork, Times
from leaderful.networks.temporal_course import EXCHANGE, Course, course, givers, takers
from leaderful.networks.temporal_spread import MOST_THREADS

Sketches = NDArray[np.uint8]

LEAST_PRECISION: Final = 4
MOST_PRECISION: Final = 16

_BEFORE_ALL: Final = -(2**63)
_AHEAD: Final = 8
_LINE: Final = 64
"""Bytes that come from memory at once."""


@dataclass(frozen=True, eq=False, kw_only=True)
class ReachEstimate:
    """How many other nodes can hear what each node knows, as estimated."""

    reached: Floats
    """Shape (n,)."""
    relative_error: float
    """Standard error of each, as a share of it."""


def estimate_reach(parts: Iterable[TemporalNetwork], *, seed: int, precision: int = 10) -> ReachEstimate:
    """Estimate how many others can hear what each node knows, from parts of a network, the latest first.

    Each node holds a HyperLogLog sketch of m = 2^precision registers, of a byte each. From the last event to the
    first, the sketches of givers take in those of takers: register by register the larger. With C_k registers at k,
    q = 64 - precision, and σ and τ as in Ertl (2017)::

        reached = m² / (2 ln 2 (m σ(C_0 / m) + Σ_(k=1..q) C_k / 2^k + m τ(1 - C_(q+1) / m) / 2^q)) - 1

    Waiting is not limited.

    Parameters
    ----------
    parts
        Networks among the same n nodes, each wholly earlier than the one before it; taken one at a time.
    seed
        Which registers nodes fall on.
    precision
        From 4 to 16: a sketch takes 2^precision bytes, so that n nodes take n times as many.

    Returns
    -------
    ReachEstimate
        The relative error is 1.04 / sqrt(m): 3.3 % at a precision of 10. Never below 0.

    Raises
    ------
    ValueError
        When `precision` is out of range, there are no parts, they are among different numbers of nodes, or
        one does not end before the part given before it begins.

    Notes
    -----
    Errors of nodes that reach much the same others are much the same, so that a mean over nodes is
    hardly surer than one node. What is estimated is exact in the rule for events at the same time.

    References
    ----------
    Flajolet P, Fusy É, Gandouet O, Meunier F (2007) HyperLogLog: the analysis of a near-optimal cardinality
    estimation algorithm. Discrete Mathematics and Theoretical Computer Science AH:137-156,
    doi:10.46298/dmtcs.3545, for sketches and their error. Ertl O (2017) New cardinality estimation algorithms for
    HyperLogLog sketches, doi:10.48550/arXiv.1702.01284, for the formula, which has no bias where few are reached.

    Examples
    --------
    >>> from leaderful.networks.temporal import TemporalNetwork
    >>> talks = TemporalNetwork.from_pairs([5, 9], [0, 1], [1, 2], nodes=4, directed=False)
    >>> found = estimate_reach([talks.window(6), talks.window(0, 6)], seed=1, precision=12)
    >>> found.reached.round(1).tolist()
    [2.0, 2.0, 1.0, 0.0]
    """
    if not LEAST_PRECISION <= precision <= MOST_PRECISION:
        raise ValueError(f"precision is {precision}; {LEAST_PRECISION} to {MOST_PRECISION} is wanted")
    slices: list[_Slice] = []
    began: int | None = None
    nodes: int | None = None
    with ThreadPoolExecutor(max_workers=_slices(precision)) as threads:
        for part in parts:
            if nodes is None:
                nodes = part.nodes
                slices = _begin(nodes, seed, precision)
            _check_part(part, nodes, began)
            if part.events:
                began = int(part.times[0])
            events = course(part, delta=None, backward=True)
            list(threads.map(lambda one: one.merge(events), slices))  # noqa: B023 - all done within this turn
    if nodes is None:
        raise ValueError("there are no parts; at least one is wanted")
    counts = np.zeros((nodes, 66 - precision), dtype=np.int32)
    for one in slices:
        _count_registers(one.registers, counts)
    reached = np.maximum(_estimate(counts) - 1, 0.0)
    return ReachEstimate(reached=reached, relative_error=1.04 / 2 ** (precision / 2))


class _Slice:
    """Some of the registers of all nodes, which a thread of its own can merge."""

    def __init__(self, registers: Sketches) -> None:
        self.registers = registers
        self._before: Sketches = np.empty_like(registers)  # memory only where events are at the same time
        self._touched = np.empty(len(registers), dtype=np.int64)

    def merge(self, events: Course) -> None:
        self._touched[:] = _BEFORE_ALL
        _merge(
            events.times, events.offsets, events.members, events.kinds, events.again,
            self.registers, self._before, self._touched,
        )  # fmt: skip


def _slices(precision: int) -> int:
    """Return how many threads share the registers: a power of two, and a line of memory each at least."""
    most = min(MOST_THREADS, os.cpu_count() or 1, max(1, 2**precision // _LINE))
    return int(1 << (most.bit_length() - 1))


def _begin(nodes: int, seed: int, precision: int) -> list[_Slice]:
    """Return sketches in which each node holds itself alone."""
    mixed = _mix(np.arange(nodes, dtype=np.uint64) + _mix(np.array([seed], dtype=np.int64).view(np.uint64)))
    register = (mixed & np.uint64(2**precision - 1)).astype(np.int64)
    rest = mixed >> np.uint64(precision)
    zeros = np.zeros(nodes, dtype=np.uint8)
    for bit in range(64 - precision):  # the number of zeros that the rest ends with
        zeros += (rest & np.uint64(2 ** (bit + 1) - 1)) == 0
    width = 2**precision // _slices(precision)
    made = []
    for first in range(0, 2**precision, width):
        registers = np.zeros((nodes, width), dtype=np.uint8)
        here = np.flatnonzero((register >= first) & (register < first + width))
        registers[here, register[here] - first] = zeros[here] + 1
        made.append(_Slice(registers))
    return made


def _mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return a number for each that looks as if drawn at random: the mixing step of SplitMix64."""
    found = values + np.uint64(0x9E3779B97F4A7C15)
    found = (found ^ (found >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    found = (found ^ (found >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(found ^ (found >> np.uint64(31)))


def _check_part(part: TemporalNetwork, nodes: int, began: int | None) -> None:
    if part.nodes != nodes:
        raise ValueError(f"a part is among {part.nodes} nodes and the first among {nodes}; as many are wanted")
    if began is not None and part.events and part.times[-1] >= began:
        raise ValueError(
            f"a part ends at time {part.times[-1]} and the one before it begins at {began}; "
            "the latest part comes first, and events at one time are in one part"
        )


def _estimate(counts: NDArray[np.int32]) -> Floats:
    """Return the size that each row of register counts stands for."""
    registers = counts.sum(axis=1).astype(np.float64)
    top = counts.shape[1] - 1
    total = registers * _tau(1 - counts[:, top] / registers)
    for rank in range(top - 1, 0, -1):
        total = 0.5 * (total + counts[:, rank])
    total += registers * _sigma(counts[:, 0] / registers)
    return np.asarray(registers**2 / (2 * np.log(2) * total))


def _sigma(share: Floats) -> Floats:
    """Return σ(x) = x + Σ_(k≥1) x^(2^k) 2^(k-1), for x below 1."""
    power, weight, total = share, 1.0, share
    while True:
        power = power * power
        grown = total + power * weight
        if (grown == total).all():
            return grown
        total, weight = grown, 2 * weight


def _tau(share: Floats) -> Floats:
    """Return τ(x) = (1 - x - Σ_(k≥1) (1 - x^(2^-k))² 2^-k) / 3, and 0 for x of 0."""
    root, weight, total = share, 1.0, 1 - share
    while True:
        root, weight = np.sqrt(root), 0.5 * weight
        fallen = total - (1 - root) ** 2 * weight
        if (fallen == total).all():
            return np.asarray(np.where(share == 0, 0.0, fallen / 3))
        total = fallen


@njit(cache=True, nogil=True)
def _count_registers(registers: Sketches, counts: NDArray[np.int32]) -> None:
    for node in range(len(registers)):
        for at in range(registers.shape[1]):
            counts[node, registers[node, at]] += 1


@njit(cache=True, nogil=True)
def _merge(
    times: Times,
    offsets: Times,
    members: Nodes,
    kinds: NDArray[np.uint8],
    again: NDArray[np.bool_],
    registers: Sketches,
    before: Sketches,
    touched: Times,
) -> None:
    """Let takers take in the sketches of givers, event by event, as they were before the event's time."""
    width = registers.shape[1]
    out = np.empty(width, dtype=np.uint8)
    for event in range(len(times)):
        low, high, now, kind, more = offsets[event], offsets[event + 1], times[event], kinds[event], again[event]
        if low + _AHEAD < len(members):
            prefetch(registers, members[low + _AHEAD])
        if high - low == 2 and kind == EXCHANGE and not more:
            one, other = members[low], members[low + 1]
            for place in range(width):
                larger = max(registers[one, place], registers[other, place])
                registers[one, place] = larger
                registers[other, place] = larger
            continue
        out[:] = 0
        start, stop = givers(kind, low, high)
        for at in range(start, stop):
            node = members[at]
            source = before if more and touched[node] == now else registers
            for place in range(width):
                out[place] = max(out[place], source[node, place])
        start, stop = takers(kind, low, high)
        for at in range(start, stop):
            node = members[at]
            if more and touched[node] != now:
                touched[node] = now
                for place in range(width):
                    before[node, place] = registers[node, place]
            for place in range(width):
                registers[node, place] = max(registers[node, place], out[place])
