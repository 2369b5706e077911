"""The events of one week, drawn and not carried out: who meets whom, what opens, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from leaderful.simulation.kernels import GOLDEN, LEFT, PULL, difference, expected, log_odds, poisson
from leaderful.simulation.parameters import Parameters
from leaderful.simulation.streams import pair, uniform
from leaderful.simulation.system import ACROSS_BODIES, Numbers

if TYPE_CHECKING:
    from leaderful.simulation.engine import Engine

_Reals = NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class Events:
    """What a week holds: e ties that meet, and m moments that open."""

    encounters_a: Numbers
    """Shape (e,): the owner of each tie that meets, an actor."""
    encounters_b: Numbers
    encounters_n: Numbers
    """Shape (e,): how often it meets."""
    a: Numbers
    """Shape (m,): one of the two at each moment."""
    b: Numbers
    taken: NDArray[np.bool_]
    logit: _Reals
    """Shape (m,): log odds that it is taken."""
    reflexivity: _Reals
    """Shape (m,): mean of the two."""
    trust: _Reals
    """Shape (m,): of whoever trusts less."""
    understanding: _Reals
    """Shape (m,): of whoever understands less."""
    licence: _Reals
    pull: _Reals
    across: NDArray[np.bool_]
    """Shape (m,): whether the two work for different bodies."""
    difference: _Reals
    """Shape (m,): mean difference of their purposes."""


def events_of(engine: Engine) -> Events:
    """Return the events of an engine's week, whose posts have changed hands already."""
    s, p, urgency = engine.arrays, engine.parameters, engine.forcing.urgency
    keys = tuple(engine.key(name) for name in ("encounters", "openings", "responses"))
    met = np.zeros(len(s.partner), dtype=np.int32)
    opened = np.zeros(len(s.partner), dtype=np.int32)
    _draw(s, engine.seen, engine.weights, p, urgency, keys, met, opened, np.zeros((0, 10)), np.zeros((0, 2), np.int32))
    count = int(opened.sum())
    facts, ends = np.zeros((count, 10)), np.zeros((count, 2), dtype=np.int32)
    _draw(s, engine.seen, engine.weights, p, urgency, keys, met, opened, facts, ends)
    slots = np.flatnonzero(met)
    return Events(
        encounters_a=engine.system.owners()[slots],
        encounters_b=engine.system.partner[slots],
        encounters_n=met[slots],
        a=ends[:, 0],
        b=ends[:, 1],
        taken=facts[:, 0] > 0,
        logit=facts[:, 1],
        reflexivity=facts[:, 2],
        trust=facts[:, 3],
        understanding=facts[:, 4],
        licence=facts[:, 5],
        pull=facts[:, 6],
        across=facts[:, 7] > 0,
        difference=facts[:, 8],
    )


@njit(cache=True)
def _draw(
    s: Any,
    seen: Any,
    weights: Any,
    p: Parameters,
    urgency: float,
    keys: Any,
    met: Any,
    opened: Any,
    facts: Any,
    ends: Any,
) -> None:
    """Draw every tie's week as the engine does: counts into `met` and `opened`, moments into `facts` and `ends`."""
    purposes = s.purpose.shape[1]
    at = 0
    content = np.empty(4, dtype=np.float32)
    for i in range(len(s.body)):
        for slot in range(s.row[i], s.row[i + 1]):
            j = s.partner[slot]
            if j < 0:
                continue
            mark, who = s.mark[slot], pair(i, j)
            content[:] = s.content[slot]
            if seen[i, LEFT] + seen[j, LEFT] > 0:
                content[:2] = p.newcomer_trust
                content[2:] = p.newcomer_understanding
            trust, roles = min(content[0], content[1]), min(content[2], content[3])
            met[slot] = poisson(expected(mark, weights, seen, i, j, p, urgency), uniform(keys[0], who))
            opened[slot] = 0
            apart = difference(seen, i, j, purposes)
            opens = min(1.0, p.opening + p.opening_urgency * urgency + p.opening_difference * apart)
            odds = log_odds(mark, seen, i, j, trust, roles, p, urgency)
            for k in range(met[slot]):
                further = np.uint64(k) * GOLDEN
                if uniform(keys[1] + further, who) >= opens:
                    continue
                opened[slot] += 1
                if at < len(facts):
                    ends[at, 0], ends[at, 1] = i, j
                    facts[at, 0] = uniform(keys[2] + further, who) < 1.0 / (1.0 + exp(-odds))
                    facts[at, 1] = odds
                    facts[at, 2] = 0.5 * (s.reflexivity[i] + s.reflexivity[j])
                    facts[at, 3] = trust
                    facts[at, 4] = roles
                    facts[at, 5] = 0.5 * (s.licence[s.body[i], s.tier[i]] + s.licence[s.body[j], s.tier[j]])
                    facts[at, 6] = 0.5 * (seen[i, PULL] + seen[j, PULL])
                    facts[at, 7] = 1.0 if mark & ACROSS_BODIES else 0.0
                    facts[at, 8] = apart
                at += 1
