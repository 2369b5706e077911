"""Whether null models of temporal networks give p-values below 0.05 as often as they should: in 5 of 100 networks.

Usage: python benchmarks/null_calibration.py

For each null, 1,000 networks are drawn by it from a made-up one and held against it. Takes some minutes.
"""

from __future__ import annotations

import time
from functools import partial

import numpy as np
from numpy.typing import NDArray

from leaderful.networks.against_null import against_null
from leaderful.networks.temporal import TemporalNetwork
from leaderful.networks.temporal_arrival import NEVER, earliest_arrival
from leaderful.networks.temporal_betweenness import temporal_betweenness
from leaderful.networks.temporal_nulls import (
    Null,
    interval_shuffle,
    partner_shuffle,
    partner_shuffle_outside,
    time_shuffle,
)

NETWORKS = 1000
DRAWS = 80  # two-sided, p is below 0.05 in 4 of 81 cases, and so it is with one side
NODES, EVENTS, CONTACTS, LAST = 15, 60, 18, 2000
LIMITS = (0.03, 0.07)
STATISTICS = ("time left when first heard, all pairs", "the same across one boundary", "largest betweenness")


def main() -> None:
    """Print the shares for each null, and fail where one is out of its limits."""
    labels = np.repeat(np.arange(3), NODES // 3)
    nulls: dict[str, Null] = {
        "time_shuffle": time_shuffle,
        "interval_shuffle": interval_shuffle,
        "partner_shuffle": partial(partner_shuffle, labels=labels),
        "partner_shuffle_outside": partial(partner_shuffle_outside, labels=labels),
    }
    out = []
    for name, null in nulls.items():
        began = time.perf_counter()
        shares = share_below(null)
        print(f"{name}: share of p < 0.05 over {NETWORKS:,} networks, {time.perf_counter() - began:.0f} s")
        for statistic, row in zip(STATISTICS, shares, strict=True):
            print(f"    {statistic:40s} two-sided {row[0]:.3f}   low {row[1]:.3f}   high {row[2]:.3f}")
            if not LIMITS[0] <= row[0] <= LIMITS[1]:
                out.append(f"{name}, {statistic}")
    print(f"limits: two-sided from {LIMITS[0]:g} to {LIMITS[1]:g}")
    if out:
        raise SystemExit(f"out of its limits: {'; '.join(out)}")


def share_below(null: Null) -> NDArray[np.float64]:
    """Return the share of networks with p below 0.05, for each statistic: two-sided, low and high."""
    base, below = _made_up(), np.zeros((len(STATISTICS), 3))
    for seed in range(NETWORKS):
        drawn = null(base, rng=np.random.default_rng([seed, 1]))
        found = against_null(drawn, _statistics, null, draws=DRAWS, seed=seed)
        below += np.stack([found.p_two_sided, found.p_low, found.p_high], axis=1) < 0.05
    return below / NETWORKS


def _statistics(network: TemporalNetwork) -> NDArray[np.float64]:
    first = earliest_arrival(network, np.arange(NODES), delta=LAST // 3)
    left = np.where(first == NEVER, 0.0, LAST - first)
    third = NODES // 3
    carried = temporal_betweenness(network, kind="foremost", delta=LAST // 3).values
    return np.array([left.mean(), left[:third, third : 2 * third].mean(), carried.max()])


def _made_up() -> TemporalNetwork:
    """Return meetings of two to four, some contacts again and again and others once."""
    rng = np.random.default_rng(20)
    held = [rng.choice(NODES, size=size, replace=False).tolist() for size in rng.integers(2, 5, CONTACTS)]
    groups = [held[at] for at in rng.integers(0, CONTACTS, EVENTS)]
    return TemporalNetwork.from_events(np.sort(rng.integers(0, LAST, EVENTS)), groups, nodes=NODES)


if __name__ == "__main__":
    main()
