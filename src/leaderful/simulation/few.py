"""Tiers of a study's own people that are too few to be told of, even though what is told of them is simulated."""

from __future__ import annotations

from typing import Final

import numpy as np

from leaderful.simulation.system import TIERS, System

FEWEST: Final = 10
"""People below whom nothing is told of a tier, where the study does not say more: the rule of disclosure."""


def few_tiers(system: System) -> frozenset[str]:
    """Return the tiers that are left out of results of a system seeded from a study; none of one made up.

    A run starts from what people answered, and the mean over two or three of them may still tell of it. The smallest
    tiers are left out until those left out are enough people, since the others and all together tell the rest.
    """
    seeding = system.levers.get("seeding", {})
    if seeding.get("from") != "study":
        return frozenset()
    fewest = seeding.get("minimum_people", FEWEST)
    counts = np.bincount(system.tier, minlength=len(TIERS))
    left: list[str] = []
    people = 0
    for tier in sorted(np.flatnonzero(counts), key=lambda each: (counts[each], each)):
        if people >= fewest or (not left and counts[tier] >= fewest):
            break
        left.append(TIERS[tier])
        people += int(counts[tier])
    return frozenset(left)
