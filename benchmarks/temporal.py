"""Ways through temporal networks beside temporalgraphlib, and networks as large as they are meant for.

Usage: python benchmarks/temporal.py
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytglib
from numpy.typing import NDArray

from leaderful.networks.temporal import TemporalNetwork
from leaderful.networks.temporal_arrival import NEVER, earliest_arrival
from leaderful.networks.temporal_reach import reach
from leaderful.networks.temporal_sketch import estimate_reach
from timing import timed

Integers = NDArray[np.int64]

DAY = 24 * 60 * 60
YEAR = 365 * DAY
BODY = 70
PART = 10**6
RATIO_LIMIT, REACH_LIMIT, WAITING_LIMIT, ESTIMATE_LIMIT, MEMORY_LIMIT = 20.0, 10.0, 60.0, 60.0, 4.0


def main() -> None:
    """Print the figures, and fail past a limit."""
    slow = compare()
    if slow:
        raise SystemExit(f"past its limit: {', '.join(slow)}")


def compare() -> list[str]:
    """Print times, ratios and memory, and return what was past its limit."""
    ours, theirs = arrivals()
    print(f"earliest arrival, 1,000 people, 300,000 events, all sources {ours:8.3f} s")
    print(
        f"the same by temporalgraphlib, whose times are the same      {theirs:8.3f} s   {theirs / ours:6.1f} times that"
    )
    whole, week, month = large()
    print(f"reach, 70,000 people, 3 million events                      {whole:8.2f} s")
    print(f"the same, waiting a week at most                            {week:8.2f} s   {week / whole:6.1f} times that")
    print(
        f"the same, waiting 30 days at most                           {month:8.2f} s   {month / whole:6.1f} times that"
    )
    estimate, memory = in_a_process_of_its_own(estimated)
    print(f"reach estimated, 70,000 people, 10^8 events                 {estimate:8.1f} s   {memory:6.1f} GB")
    print(
        f"limits: {RATIO_LIMIT:g} times as fast, reach under {REACH_LIMIT:g} s, waiting a week {WAITING_LIMIT:g} s, "
        f"estimated {ESTIMATE_LIMIT:g} s and {MEMORY_LIMIT:g} GB"
    )
    within = {
        "earliest arrival": theirs / ours >= RATIO_LIMIT,
        "reach": whole < REACH_LIMIT,
        "reach with a limit to waiting": week < WAITING_LIMIT,
        "reach estimated": estimate < ESTIMATE_LIMIT and memory < MEMORY_LIMIT,
    }
    return [name for name, held in within.items() if not held]


def arrivals() -> tuple[float, float]:
    """Return seconds of ours and of the peer from all sources, after seeing that they find the same."""
    nodes, events = 1000, 300_000
    generator = np.random.default_rng(1)
    sources = generator.integers(0, nodes, events)
    targets = (sources + generator.integers(1, nodes, events)) % nodes
    times = np.sort(generator.integers(1, YEAR, events))
    network = TemporalNetwork.from_pairs(times, sources, targets, nodes=nodes, directed=True)
    peer = _peer(times, sources, targets)
    number = peer.getNodeMap()
    place = np.array([number[node] for node in range(nodes)])
    found = earliest_arrival(network, np.arange(nodes))
    for source in range(0, nodes, 50):
        theirs = np.array(pytglib.earliest_arrival_times(peer, number[source], (0, YEAR)))[place] - 1
        theirs[source] = NEVER
        theirs[theirs == 2**63 - 2] = NEVER
        if (theirs != found[source]).any():
            raise SystemExit(f"temporalgraphlib finds other arrivals from {source}")
    ours = timed(lambda: earliest_arrival(network, np.arange(nodes)), runs=9)
    return ours, timed(lambda: _all_sources(peer, nodes), runs=5)


def _peer(times: Integers, sources: Integers, targets: Integers) -> Any:
    """Return the network as the peer reads it, passing on taking 1, so that the next pass comes later."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        np.savetxt(file, np.column_stack([sources, targets, times, np.ones_like(times)]), fmt="%d")
        file.flush()
        return pytglib.load_ordered_edge_list(file.name)


def _all_sources(peer: Any, nodes: int) -> None:
    for source in range(nodes):
        pytglib.earliest_arrival_times(peer, source, (0, YEAR))


def large() -> tuple[float, float, float]:
    """Return seconds for the reach of all people: without a limit to waiting, with a week, with 30 days."""
    reach(_meetings(500, 2000))  # compiles the kernels, or reads them from their cache
    reach(_meetings(500, 2000), delta=DAY)
    network = _meetings(70_000, 3_000_000)
    found = []
    for delta in (None, 7 * DAY, 30 * DAY):
        start = time.perf_counter()
        reached = reach(network, delta=delta).reached
        found.append(time.perf_counter() - start)
        print(f"  (on average {reached.mean():,.0f} of 69,999 are reached)")
    return found[0], found[1], found[2]


def _meetings(people: int, events: int) -> TemporalNetwork:
    """Return a year of meetings of two, nine in ten within a body, by people some of whom hardly ever meet."""
    generator = np.random.default_rng(2)
    active = np.cumsum(generator.lognormal(0, 1, people))
    first = np.searchsorted(active, generator.random(events) * active[-1])
    near = first // BODY * BODY + (first % BODY + generator.integers(1, BODY, events)) % BODY
    near = np.where(near < people, near, first - 1)
    far = (first + generator.integers(1, people, events)) % people
    second = np.where(generator.random(events) < 0.9, near, far)
    return TemporalNetwork.from_pairs(generator.integers(0, YEAR, events), first, second, nodes=people, directed=False)


def estimated() -> None:
    """Estimate the reach of 70,000 people from 10^8 events, made as they are asked for."""
    estimate_reach(_parts(70_000, 100), seed=1)


def _parts(people: int, parts: int) -> Iterator[TemporalNetwork]:
    generator = np.random.default_rng(3)
    offsets, directed = np.arange(0, 2 * PART + 1, 2), np.zeros(PART, dtype=np.bool_)
    for part in range(parts, 0, -1):
        members = generator.integers(0, people, (PART, 2), dtype=np.int32)
        members[:, 1] = (members[:, 0] + 1 + members[:, 1] % (people - 1)) % people
        times = part * PART + np.arange(PART) // 2
        yield TemporalNetwork(
            nodes=people, times=times, offsets=offsets, members=members.reshape(-1), directed=directed
        )


def in_a_process_of_its_own(work: Any) -> tuple[float, float]:
    """Return seconds of work, and the memory that it took at most, in gigabytes."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_measured, (work,))


def _measured(work: Any) -> tuple[float, float]:
    start = time.perf_counter()
    work()
    seconds = time.perf_counter() - start
    unit = 1 if sys.platform == "darwin" else 1024
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9


if __name__ == "__main__":
    main()
