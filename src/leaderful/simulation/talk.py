"""Conversations that are followed: started at random actors of each system, and read some weeks later."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from leaderful.simulation.streams import stream_key, uniform
from leaderful.simulation.system import Numbers, Offsets, System

WEEKS: Final = 8
"""Weeks for which a conversation is followed."""
AT_ONCE: Final = 32
"""Conversations that are followed at a time in each system, one bit each."""


def start(system: System, bounds: Offsets, *, seed: int, week: int) -> Numbers:
    """Start the conversations of each system anew, and return who starts them, shape (systems, 32).

    `bounds` are the first actors of the systems, and the end of the last.
    """
    key = stream_key(seed, "conversation", week)
    system.carried[:] = 0
    starters = np.full((len(bounds) - 1, AT_ONCE), -1, dtype=np.int32)
    for number, (first, stop) in enumerate(pairwise(bounds)):
        for bit in range(AT_ONCE if stop > first else 0):
            who = int(first + int(uniform(key, np.uint64(number * AT_ONCE + bit)) * (stop - first)))
            starters[number, bit] = who
            system.carried[who] |= np.uint32(1 << bit)
    return starters


def reach(system: System, bounds: Offsets, starters: Numbers) -> NDArray[np.float64]:
    """Return how far the conversations of each system came, shape (systems, 3).

    First the mean share of the system's other people who heard one, then the mean share of the people of
    other bodies, then how many people heard one. NaN for a system without anybody else to hear it.
    """
    found = np.full((len(starters), 3), np.nan)
    for number, (first, stop) in enumerate(pairwise(bounds)):
        if stop > first:
            found[number] = _reach(system.carried, system.body, first, stop, starters[number])
    return found


@njit(cache=True)
def _reach(carried: NDArray[np.uint32], body: Numbers, first: int, stop: int, starters: Numbers) -> NDArray[np.float64]:
    heard = np.zeros(AT_ONCE, dtype=np.int32)
    outside, others = np.zeros_like(heard), np.zeros_like(heard)
    home = body[starters]
    for i in range(first, stop):
        for bit in range(AT_ONCE):
            counts = np.int32(i != starters[bit])  # who may have left the post, and does not count as hearing
            away = counts * np.int32(body[i] != home[bit])
            told = np.int32(carried[i] >> np.uint32(bit) & np.uint32(1))
            others[bit] += away
            heard[bit] += counts * told
            outside[bit] += away * told
    shares = np.full(3, np.nan)
    shares[2] = heard.mean()
    if stop - first > 1:
        shares[0] = (heard / (stop - first - 1)).mean()
    if (others > 0).any():
        kept = others > 0
        shares[1] = (outside[kept] / others[kept]).mean()
    return shares
