"""Item scales and plural leadership of everybody in a simulated system."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from leaderful.framework import framework
from leaderful.measures.findings import Finding
from leaderful.networks.whole import decentralisation, gini
from leaderful.simulation.observing.answering import ITEM_STEPS, agreed
from leaderful.simulation.observing.census import Reals, Whole, cared_for, named_systems
from leaderful.simulation.observing.rows import counted
from leaderful.simulation.system import TIERS, System

_DIRECTIONS: Final = {"up": -1, "across": 0, "down": 1}


def scores(system: System, seen: dict[str, Reals], wave: str) -> Iterator[Finding]:
    """Yield ``scale.score`` of systems, bodies and tiers, from the states behind each item scale."""
    units: list[tuple[str, list[str], Whole]] = [
        ("system", list(system.systems), named_systems(system)[system.body]),
        ("body", system.bodies["id"].to_list(), system.body.astype(np.int64)),
        ("tier", list(TIERS), system.tier.astype(np.int64)),
    ]
    for scale in framework().item_scales:
        state = seen[scale.id]
        able = ~np.isnan(state) & cared_for(system)
        score = np.mean([agreed(state[able], step=step) for step in ITEM_STEPS], axis=0)
        construct = scale.constructs[0]
        for kind, names, groups in units:
            of = groups[able]
            there = of >= 0
            total, n = np.bincount(of[there], score[there]), np.bincount(of[there])
            for place in np.flatnonzero(n):
                value, unit = float(total[place] / n[place]), (kind, names[place])
                level = framework().construct(construct).level
                yield counted("scale.score", construct, level, unit, wave, value, int(n[place]), {"scale": scale.id})


def plural(system: System, named: tuple[Whole, Whole], wave: str) -> Iterator[Finding]:
    """Yield ``plural.decentralisation``, ``plural.gini``, ``plural.outside`` and ``plural.direction`` of systems."""
    who, about = named
    home = named_systems(system)[system.body]
    for number in np.unique(home[home >= 0]):
        code = system.systems[number]
        own = (home[who] == number) & (home[about] == number)
        people = np.flatnonzero(home == number)
        times = np.bincount(np.searchsorted(people, about[own]), minlength=len(people)).astype(np.int64)
        unit, n = ("system", code), len(people)
        any_named = bool(own.any())
        spread = decentralisation(times) if any_named and n > 1 else np.nan
        yield _plural("decentralisation", unit, wave, spread, n)
        yield _plural("gini", unit, wave, gini(times.astype(float)) if any_named else np.nan, n)
        crossing = system.body[who[own]] != system.body[about[own]]
        outside, everybody = len(np.unique(about[own][crossing])), len(np.unique(about[own]))
        yield _plural("outside", unit, wave, outside / everybody if everybody else np.nan, everybody)
        step = np.sign(system.tier[about[own]].astype(int) - system.tier[who[own]])
        for direction, sign in _DIRECTIONS.items():
            share = float(np.mean(step == sign)) if any_named else np.nan
            yield _plural("direction", unit, wave, share, len(step), direction)


def _plural(measure: str, unit: tuple[str, str], wave: str, value: float, n: int, direction: str = "") -> Finding:
    detail = {"direction": direction} if direction else {}
    return counted(f"plural.{measure}", "plural_leadership", "", unit, wave, value, n, detail)
