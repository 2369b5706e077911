"""Passes of a week over all blocks of actors, shared out between threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from leaderful.simulation import kernels
from leaderful.simulation.parameters import Parameters
from leaderful.simulation.system import Offsets

SMALLEST, MOST, LARGEST = 1024, 64, 32_768
"""Fewest actors of a block, most blocks of a system where that leaves them no larger than the third, in actors."""
RUNS: Final = 4
"""Runs of blocks for each thread: few calls, and yet none waits long for another."""


class Blocks:
    """The actors of all systems, cut into blocks that lie within a system, and the threads that work on them.

    Sums are kept by block, so that they add up in the same order whatever the number of threads.

    Parameters
    ----------
    threads
        How many compute.
    """

    ends: NDArray[np.int64]
    """First actor and end of every block."""
    owners: NDArray[np.int64]
    """The system of every block."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._pool: ThreadPoolExecutor | None = None

    def cut(self, bounds: Offsets) -> None:
        """Cut blocks anew, from the first actor of every system and the end of the last."""
        size = max(SMALLEST, min(LARGEST, -(-int(bounds[-1]) // MOST)))
        found = [
            (start, min(start + size, stop), number)
            for number, (first, stop) in enumerate(pairwise(bounds.tolist()))
            for start in range(first, stop, size)
        ]
        table = np.array(found, dtype=np.int64).reshape(-1, 3)
        self.ends, self.owners = table[:, :2].copy(), table[:, 2].copy()

    @contextmanager
    def working(self) -> Iterator[None]:
        """Keep threads while there is work, and let them go afterwards."""
        with ThreadPoolExecutor(self._threads) as self._pool:
            yield
        self._pool = None

    def each(self, work: Callable[..., None], *given: Any) -> None:
        """Carry a pass of this module through all blocks."""
        count = len(self.ends)
        if self._threads == 1 or count == 1 or self._pool is None:
            work(0, count, self.ends, *given)
            return
        runs = np.linspace(0, count, min(count, RUNS * self._threads) + 1).astype(int)
        done = [self._pool.submit(work, first, stop, self.ends, *given) for first, stop in pairwise(runs.tolist())]
        for each in done:
            each.result()


@njit(cache=True, nogil=True)
def weigh(first: int, stop: int, ends: Any, s: Any, weights: Any, load: Any) -> None:
    """Write how much time the ties of each actor take together."""
    for b in range(first, stop):
        kernels.weigh(ends[b, 0], ends[b, 1], s, weights, load)


@njit(cache=True, nogil=True)
def prepare(
    first: int,
    stop: int,
    ends: Any,
    s: Any,
    load: Any,
    seen: Any,
    heard: Any,
    p: Parameters,
    capacity: float,
    leave: Any,
    new: Any,
) -> None:
    """Let posts change hands, and write what others see of each actor this week."""
    for b in range(first, stop):
        kernels.prepare(ends[b, 0], ends[b, 1], s, load, seen, heard, p, capacity, leave, new)


@njit(cache=True, nogil=True)
def meet(
    first: int,
    stop: int,
    ends: Any,
    s: Any,
    seen: Any,
    weights: Any,
    p: Parameters,
    urgency: float,
    keys: Any,
    told: Any,
    sums: Any,
) -> None:
    """Draw the week of every tie; `sums` gets the totals of each block, shape (blocks, 2, 6)."""
    for b in range(first, stop):
        kernels.meet(ends[b, 0], ends[b, 1], s, seen, weights, p, urgency, keys, told, sums[b])


@njit(cache=True, nogil=True)
def gather(
    first: int,
    stop: int,
    ends: Any,
    s: Any,
    seen: Any,
    heard: Any,
    held: Any,
    told: Any,
    weights: Any,
    p: Parameters,
    capacity: float,
    keys: Any,
    load: Any,
    asks: Any,
    sums: Any,
) -> None:
    """Let every actor take in what its ties told it; `sums` gets the totals of each block, shape (blocks, 4, 8)."""
    for b in range(first, stop):
        kernels.gather(
            ends[b, 0], ends[b, 1], s, seen, heard, held, told, weights, p, capacity, keys, load, asks, sums[b]
        )
