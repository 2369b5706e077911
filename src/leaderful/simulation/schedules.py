"""What a scenario does to a system, as the engine asks for it week by week."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from leaderful.simulation.system import System


class Forcing(NamedTuple):
    """What presses on all of a system in one week."""

    urgency: float = 0.0
    """0 to 1."""
    capacity: float = 1.0
    """Factor on everybody's time, and on the time to reflect; 0 to 1."""
    purpose: float = 0.0
    """0 to 1: how far what each body would hold alone is lifted."""


class Schedule(Protocol):
    """What a scenario does, week by week."""

    def act(self, week: int, system: System, seed: int) -> bool:
        """Change the system at the start of a week, and say whether anything was changed."""

    def forcing(self, week: int) -> Forcing:
        """Return what presses on the system in a week."""
