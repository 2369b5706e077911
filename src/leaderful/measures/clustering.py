"""Which clusters the people of a unit come in, so that an interval does not take colleagues for strangers."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Whole: TypeAlias = NDArray[np.int64]

LEAST_BODIES = 10
"""From this many bodies on, the interval of a unit takes its bodies as clusters. Ours."""

LEAST_CLUSTERS = 5
"""From this many teams (or, failing those, bodies) on, they are the clusters; else persons are. Ours."""

_NAMES = ("bodies", "teams", "persons")
_WITHIN = {"body": (1,), "body-tier": (1,), "team": ()}
"""For kinds of unit that lie within a body, which of bodies (0) and teams (1) can be their clusters."""


def cluster(
    kind: str, units: Whole, *, bodies: Whole, teams: Whole, persons: Whole, size: int
) -> tuple[Whole, list[str]]:
    """Return the cluster of each row within the units of a kind, and what the clusters of each unit are.

    Bodies from `LEAST_BODIES` on, teams from `LEAST_CLUSTERS` on, bodies from `LEAST_CLUSTERS` on, else
    persons. Within a body there are teams and persons only, within a team persons. Somebody in no team
    (or body) is a cluster alone. Codes are counted from 0 and are -1 for none; there are `size` units.
    """
    counts = [
        _distinct(units, of, size) if way in _WITHIN.get(kind, (0, 1)) else np.zeros(size, np.int64)
        for way, of in enumerate((bodies, teams))
    ]
    conditions = [counts[0] >= LEAST_BODIES, counts[1] >= LEAST_CLUSTERS, counts[0] >= LEAST_CLUSTERS]
    chosen = np.select(conditions, [0, 1, 0], default=2)
    ways = [np.where(of >= 0, of, of.max(initial=-1) + 1 + persons) for of in (bodies, teams)]
    of_row = np.append(chosen, 2)[units]  # the last stands for the unit -1, which is none
    return np.choose(of_row, [*ways, persons]), [_NAMES[way] for way in chosen.tolist()]


def _distinct(units: Whole, parts: Whole, size: int) -> Whole:
    """Return how many parts each unit has."""
    there = (units >= 0) & (parts >= 0)
    width = int(parts.max(initial=0)) + 1
    return np.bincount(np.unique(units[there] * width + parts[there]) // width, minlength=size)
