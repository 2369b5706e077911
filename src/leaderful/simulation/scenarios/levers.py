"""The levers of a system: what each is with the events that are in force, laid over what it was without any."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from leaderful.simulation.scenarios.choosing import Chosen, groups
from leaderful.simulation.scenarios.scenario import (
    Austerity,
    Development,
    Event,
    Licence,
    Mechanisms,
    PurposeDeclared,
    ReflectivePractice,
    Shared,
    Turnover,
)
from leaderful.simulation.system import Numbers, System

MARKED = ("pool", "site")
"""Levers that ties are marked with."""


def lay(event: Event, name: str, values: NDArray[Any], chosen: Chosen, system: System, *, strength: float) -> None:
    """Lay what an event makes of one lever over its values, in place.

    Parameters
    ----------
    event
        An event in force that holds this lever.
    name
        Name of the lever.
    values
        The lever with the events before this one.
    chosen
        Whom the event is about.
    system
        The system, for what groups of bodies share.
    strength
        How far the event is in force, above 0 and at most 1.
    """
    people, bodies = chosen.people, chosen.bodies
    match event:
        case Licence():
            values[np.ix_(bodies, chosen.tiers)] = event.to
        case PurposeDeclared():
            values[np.ix_(bodies, purposes_of(event, system))] = event.value
        case Mechanisms():
            values[bodies] = np.maximum(values[bodies] + event.by, 0)
        case Shared():
            first = max(int(values.max(initial=-1)), -1) + 1
            for number, group in enumerate(groups(system, bodies, event.by), start=first):
                values[group] = number
        case Development():
            values[people] *= np.float32(getattr(event, name))
        case ReflectivePractice():
            values[people] *= np.float32(event.practice)
        case Austerity():
            values[people] *= np.float32(1 - (1 - event.capacity) * strength)
        case Turnover():
            weekly = 1 - (1 - event.leaving) ** (1 / event.weeks)
            values[people] = 1 - (1 - values[people]) * np.float32(1 - weekly)
        case _:  # a jam
            values[bodies] = True


def purposes_of(event: PurposeDeclared, system: System) -> Numbers:
    """Return the numbers of the purposes that an event is about."""
    meant = [number for number, name in enumerate(system.purposes) if event.purpose in (None, name)]
    return np.array(meant, dtype=np.int32)
