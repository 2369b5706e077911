"""Whom what people hear or say could have reached: conversations followed from a sample of people in each window."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from leaderful.measures.travel_record import DAY, LABELLED, WAITING, WINDOW, Record
from leaderful.networks.temporal import TemporalNetwork
from leaderful.networks.temporal_arrival import earliest_arrival
from leaderful.statistics.blocks import Floats

Whole: TypeAlias = NDArray[np.int64]

DAYS = (1, 2, 3, 5, 7, 10, 14, 21, WINDOW)
"""Days after its start by which a conversation is looked at."""
NEVER = 127
"""Stands for a day that never comes."""
_EFFORT = 1_000_000_000
"""Steps that following conversations may take; beyond it not everybody's are followed."""
_FEWEST = 300
"""People whose conversations are followed at least, where there are as many."""
_CELLS = 16_000_000
"""Pairs of people that are held at once."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Followed:
    """What became of conversations that started with each of some people (k) in each window (S)."""

    sources: Whole
    """(k,) people whose conversations were followed."""
    weights: Floats
    """(k,) for how many people each stands."""
    reached: Floats
    """(S, k, days) people reached by each of `DAYS`."""
    into: Mapping[str, Floats]
    """(S, k, units) people reached in each body, tier and sector within the window."""


def follow(record: Record) -> Followed:
    """Follow conversations through the windows of a record.

    Everybody's are followed where that takes no more steps than are allowed; else those of people drawn at random, as
    evenly from bodies as their sizes allow.
    """
    starts = record.starts()
    held = [window(record, int(start)) for start in starts]
    steps = sum(record.size + len(one.members) for one in held)
    sources, weights = drawn(record, max(_FEWEST, _EFFORT // max(steps, 1)))
    found = [spread(record, one, int(start), sources) for one, start in zip(held, starts, strict=True)]
    return Followed(
        sources=sources,
        weights=weights,
        reached=np.stack([reached for reached, _ in found]),
        into={kind: np.stack([into[kind] for _, into in found]) for kind in LABELLED},
    )


def window(record: Record, start: int) -> TemporalNetwork:
    """Return the interactions of the window that starts at a time."""
    return record.network.window(start, start + WINDOW * DAY)


def drawn(record: Record, most: int) -> tuple[Whole, Floats]:
    """Return about so many people, all where there are no more, and for how many of their body each stands."""
    bodies = record.labels["body"]
    sizes = np.bincount(bodies + 1)
    fair = next((cap for cap in range(int(sizes.max()), 0, -1) if np.minimum(sizes, cap).sum() <= most), 1)
    order = np.random.default_rng(record.seed).permutation(record.size)
    places = np.concatenate([order[bodies[order] == body - 1][:fair] for body in range(len(sizes))])
    chosen = np.sort(places)
    stands_for = sizes / np.minimum(np.maximum(sizes, 1), fair)
    return chosen, np.asarray(stands_for[bodies[chosen] + 1], dtype=np.float64)


def spread(record: Record, network: TemporalNetwork, start: int, sources: Whole) -> tuple[Floats, dict[str, Floats]]:
    """Return, for each source, how many people are reached by each of `DAYS`, and within the window in each unit."""
    reached = np.zeros((len(sources), len(DAYS)))
    into = {kind: np.zeros((len(sources), len(record.names[kind]))) for kind in LABELLED}
    members = {kind: _members(record, kind) for kind in LABELLED}
    for part, days in days_to_hear(network, start, sources):
        reached[part] = by_day(days)
        within = (days < WINDOW).astype(np.float32)
        for kind in LABELLED:
            into[kind][part] = within @ members[kind]
    return reached, into


def by_day(days: NDArray[np.int8]) -> Floats:
    """Return how many have heard by each of `DAYS`, (k, days), from when each hears (k, n)."""
    counts = np.stack([np.count_nonzero(days < day, axis=1) for day in DAYS], axis=1)
    return counts.astype(np.float64)


def days_to_hear(network: TemporalNetwork, start: int, sources: Whole) -> Iterator[tuple[slice, NDArray[np.int8]]]:
    """Yield, for some sources at a time, the whole days after the start until each person has heard (k, n).

    `NEVER` for those who do not hear within the window, and for the source.
    """
    step = max(1, _CELLS // max(network.nodes, 1))
    for first in range(0, len(sources), step):
        part = slice(first, first + step)
        times = earliest_arrival(network, sources[part], delta=WAITING * DAY, start=start, stop=start + WINDOW * DAY)
        days = np.where(times >= start, (times - start) // DAY, NEVER).astype(np.int8)
        days[np.arange(len(days)), sources[part]] = NEVER
        yield part, days


def side_by_side(work: Callable[[int], Floats], draws: Iterable[int]) -> list[Floats]:
    """Return the results of some draws in their order, worked out in threads; kernels let go of the interpreter."""
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as threads:
        return list(threads.map(work, draws))


def _members(record: Record, kind: str) -> NDArray[np.float32]:
    """Return which people are of which unit, (people, units)."""
    return np.asarray(record.labels[kind][:, None] == np.arange(len(record.names[kind])), dtype=np.float32)
