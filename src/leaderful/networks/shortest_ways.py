"""Kernels of shortest ways: how far nodes are from one another, and how much further without one of them."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

ALL = -1
"""In place of a node to remove: each in turn."""


@njit(cache=True)
def shortest(
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    source: int,
    distance: NDArray[np.int64],
    order: NDArray[np.int64],
) -> int:
    """Fill in distances from the source, and nodes in their order; return how many were reached."""
    distance[:] = -1
    distance[source] = 0
    order[0] = source
    head, tail = 0, 1
    while head < tail:
        node = order[head]
        head += 1
        for at in range(starts[node], starts[node + 1]):
            other = ends[at]
            if distance[other] < 0:
                distance[other] = distance[node] + 1
                order[tail] = other
                tail += 1
    return tail


@njit(cache=True)
def losses(
    starts: NDArray[np.int64], ends: NDArray[np.int64], sources: int, only: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Pairs of others cut off, and their loss of 1 / distance, by the removal of each node, or of `only` one.

    Pairs are ordered, and start from the first `sources` nodes.
    """
    size = len(starts) - 1
    cut = np.zeros(size, dtype=np.int64)
    further = np.zeros(size)
    distance = np.empty(size, dtype=np.int64)
    order = np.empty(size, dtype=np.int64)
    above = np.empty(size, dtype=np.int64)
    below = np.empty(size, dtype=np.int64)
    place = np.empty(size, dtype=np.int64)
    free = np.empty(size, dtype=np.int64)
    arranged = np.empty(size, dtype=np.int64)
    new = np.empty(size, dtype=np.int64)
    following = np.empty(size, dtype=np.int64)
    queue = np.empty(size, dtype=np.int64)
    waiting = np.full(size + 2, -1, dtype=np.int64)
    for source in range(sources):
        reached = shortest(starts, ends, source, distance, order)
        _dominators(starts, ends, distance, order[:reached], above, below)
        # Number nodes so that those a node dominates come right after it.
        place[:] = -1
        place[source] = 0
        free[source] = 1
        arranged[0] = source
        for node in order[1:reached]:
            place[node] = free[above[node]]
            free[above[node]] += below[node]
            free[node] = place[node] + 1
            arranged[place[node]] = node
        for node in order[1:reached]:
            if below[node] > 1 and (only == ALL or node == only):
                held = arranged[place[node] + 1 : place[node] + below[node]]
                _find_anew(starts, ends, distance, place, held, new, following, queue, waiting)
                for other in held:
                    further[node] += 1.0 / distance[other]
                    if new[other] <= size:
                        further[node] -= 1.0 / new[other]
                    else:
                        cut[node] += 1
    return cut, further


@njit(cache=True)
def _dominators(
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    distance: NDArray[np.int64],
    order: NDArray[np.int64],
    above: NDArray[np.int64],
    below: NDArray[np.int64],
) -> None:
    """Fill in the last node that all shortest ways to each node share, and how many nodes each dominates."""
    above[order[0]] = order[0]
    for node in order[1:]:
        shared = -1
        for at in range(starts[node], starts[node + 1]):
            other = ends[at]
            if distance[other] != distance[node] - 1:
                continue
            if shared < 0:
                shared = other
                continue
            while shared != other:
                if distance[shared] >= distance[other]:
                    shared = above[shared]
                else:
                    other = above[other]
        above[node] = shared
    below[order] = 1
    for node in order[:0:-1]:
        below[above[node]] += below[node]


@njit(cache=True)
def _find_anew(
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    distance: NDArray[np.int64],
    place: NDArray[np.int64],
    held: NDArray[np.int64],
    new: NDArray[np.int64],
    following: NDArray[np.int64],
    queue: NDArray[np.int64],
    waiting: NDArray[np.int64],
) -> None:
    """Fill in the distances of the nodes held by a removed node; above the number of nodes when there is no way.

    All other distances stand. Each held node first gets the shortest way through a node that is not held,
    and waits in the list of that distance; then distances are settled from small to large.
    """
    size = len(distance)
    # The removed node sits right before those it holds.
    first, last = place[held[0]] - 1, place[held[0]] + len(held)
    least, most = size + 1, 0
    for node in held:
        best = size + 1
        for at in range(starts[node], starts[node + 1]):
            other = ends[at]
            if (place[other] < first or place[other] >= last) and distance[other] + 1 < best:
                best = distance[other] + 1
        new[node] = best
        if best <= size:
            following[node] = waiting[best]
            waiting[best] = node
            least, most = min(least, best), max(most, best)
    steps, head, tail = least, 0, 0
    while steps <= most or head < tail:
        if steps <= most:
            node = waiting[steps]
            waiting[steps] = -1
            while node >= 0:
                if new[node] == steps:
                    queue[tail] = node
                    tail += 1
                node = following[node]
        settled = tail
        while head < settled:
            node = queue[head]
            head += 1
            for at in range(starts[node], starts[node + 1]):
                other = ends[at]
                if first < place[other] < last and new[other] > steps + 1:
                    new[other] = steps + 1
                    queue[tail] = other
                    tail += 1
        steps += 1
