"""What the events of a scenario press on everybody in a week."""

from __future__ import annotations

from collections.abc import Iterable

from leaderful.simulation.scenarios.scenario import Austerity, Crisis, Event
from leaderful.simulation.schedules import Forcing


def forcing(events: Iterable[Event], week: int) -> Forcing:
    """Return urgency, capacity and the lift of purposes in a week; of several crises, each adds to what is left."""
    calm, flat, capacity = 1.0, 1.0, 1.0
    for event in events:
        strength = event.strength(week)
        if isinstance(event, Crisis):
            calm *= 1 - event.height * strength
            flat *= 1 - event.purpose * strength
        elif isinstance(event, Austerity) and event.on_all:
            capacity *= 1 - (1 - event.capacity) * strength
    return Forcing(urgency=1 - calm, capacity=capacity, purpose=1 - flat)
