"""What the laboratory's tests look at in a simulated system."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leaderful.simulation.engine import Engine
from leaderful.simulation.system import ACROSS_BODIES, TIERS, Offsets, System
from leaderful.simulation.talk import AT_ONCE, WEEKS

TRUSTED = 0.5
"""Trust above which, both ways, a tie counts as one of trust. Ours."""

Chosen = NDArray[np.bool_]


def crossing(system: System, bits: int = ACROSS_BODIES) -> Offsets:
    """Return the slots of the ties whose mark has some of the bits."""
    return np.flatnonzero((system.partner >= 0) & (system.mark & np.uint8(bits) > 0))


def in_common(system: System, slots: Offsets) -> float:
    """Return the lesser of two people's purposes, mean over ties and purposes."""
    one, two = _purposes(system, slots)
    return float(np.minimum(one, two).mean()) if len(slots) else 0.0


def agreement(system: System, slots: Offsets) -> float:
    """Return one less the mean difference of two people's purposes over ties."""
    one, two = _purposes(system, slots)
    return float(1.0 - np.abs(one - two).mean()) if len(slots) else 0.0


def below_executive(system: System, slots: Offsets) -> Offsets:
    """Keep the slots of ties between managers and practitioners."""
    return slots[(system.tier[system.owners()[slots]] >= 2) & (system.tier[system.partner[slots]] >= 2)]


def tied(system: System, bits: int = ACROSS_BODIES) -> Chosen:
    """Return who has a tie of trust, both ways, that crosses what the bits say, shape (actors,)."""
    slots = crossing(system, bits)
    slots = slots[system.content[slots, :2].min(axis=1) > TRUSTED]
    found = np.zeros(system.size, dtype=np.bool_)
    found[system.owners()[slots]] = True
    found[system.partner[slots]] = True
    return found


def closure(system: System, bits: int = ACROSS_BODIES) -> float:
    """Return the share of people with a tie of trust that crosses, mean over the tiers that have people."""
    found = tied(system, bits)
    tiers = [found[system.tier == tier] for tier in range(len(TIERS))]
    return float(np.mean([each.mean() for each in tiers if len(each)]))


def over_weeks(series: pl.DataFrame, measure: str, part: str, first: int, stop: int) -> float:
    """Return the mean of a measure over weeks and systems, each week by what it counts; 0 where it has no value."""
    rows = series.filter(
        pl.col("measure") == measure, pl.col("part") == part, pl.col("week").is_between(first, stop, closed="left")
    ).drop_nulls("value")
    values, counts = rows["value"].to_numpy(), rows["n"].to_numpy()
    return float(values @ counts / counts.sum()) if counts.sum() else 0.0


def reach(engine: Engine, part: str, times: int) -> float:
    """Return the mean share of people, all or those outside, whom a conversation gets to in 8 weeks, so many times."""
    engine.advance(times * WEEKS)
    return over_weeks(engine.series(), "reach", part, engine.week - times * WEEKS, engine.week)


def reach_among(engine: Engine, people: Chosen, times: int) -> float:
    """Return how far conversations get among some of the people that they start with, so many times 8 weeks.

    The share of the other such people of the same system who heard, mean over conversations.
    """
    shares: list[float] = []
    for _ in range(times):
        engine.advance(WEEKS)
        system, starters = engine.system, engine.kept()["run/starters"]
        numbers = system.system_of[system.body]
        for number, row in enumerate(starters):
            inside = people & (numbers == number)
            for bit in range(AT_ONCE):
                if row[bit] >= 0 and inside[row[bit]] and inside.sum() > 1:
                    heard = inside & (system.carried >> np.uint32(bit) & np.uint32(1) > 0)
                    heard[row[bit]] = False
                    shares.append(float(heard.sum() / (inside.sum() - 1)))
    return float(np.mean(shares)) if shares else 0.0


def _purposes(system: System, slots: Offsets) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    one, two = system.purpose[system.owners()[slots]], system.purpose[system.partner[slots]]
    return one.astype(np.float64), two.astype(np.float64)
