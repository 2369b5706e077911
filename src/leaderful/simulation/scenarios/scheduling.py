"""A scenario at work on a system, week by week; all that it must remember stands in the system's own levers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from leaderful.errors import BrokenStructureError, UnknownNameError
from leaderful.simulation.building import mark_ties
from leaderful.simulation.scenarios import forcing as shapes
from leaderful.simulation.scenarios import forums
from leaderful.simulation.scenarios.choosing import Chosen, candidates, choose
from leaderful.simulation.scenarios.conflicts import refuse_conflicts
from leaderful.simulation.scenarios.levers import MARKED, lay
from leaderful.simulation.scenarios.merging import MERGED, merge, refuse_merge
from leaderful.simulation.scenarios.reading import close
from leaderful.simulation.scenarios.scenario import (
    Austerity,
    Crisis,
    Development,
    Event,
    ForumAdded,
    ForumRemoved,
    Merge,
    PurposeDeclared,
    Scenario,
)
from leaderful.simulation.schedules import Forcing
from leaderful.simulation.system import System

MEMORY = "scenarios"
"""Where a system's levers keep what scenarios have done to it, by the digest of the scenario's file."""


def schedule(scenario: Scenario, system: System) -> ScenarioSchedule:
    """Return a scenario ready to act on a system, after a check that it can.

    Parameters
    ----------
    scenario
        As read from its file.
    system
        The system it is to act on, which is not changed.

    Raises
    ------
    UnknownNameError
        When an event names a body or purpose that the system does not have.
    BadValuesError
        When an event chooses nobody, or asks for what cannot be done.
    BrokenStructureError
        When the system is not the one the scenario is about, or two events set one lever of the same people
        or bodies in the same week.
    """
    if scenario.setting is not None and not set(scenario.setting.icbs) <= set(system.systems):
        raise BrokenStructureError(
            f"{scenario.file} is about {' and '.join(scenario.setting.icbs)} as at {scenario.setting.as_at}; the "
            f"system simulated holds {', '.join(system.systems) or 'none'}. Seed it with the systems of the scenario."
        )
    found = [_checked(event, system, _place(scenario, number)) for number, event in enumerate(scenario.events)]
    refuse_conflicts(scenario, system, found)
    return ScenarioSchedule(scenario)


@dataclass(frozen=True)
class ScenarioSchedule:
    """A scenario ready to act; it keeps nothing of what it has done, so one made anew goes on where it stood."""

    scenario: Scenario

    def act(self, week: int, system: System, seed: int) -> bool:
        """Change the system at the start of a week, and say whether anything was changed.

        Parameters
        ----------
        week
            Week about to begin; events due before it and not yet begun begin now.
        system
            Changed in place.
        seed
            Seed of the run, for those chosen by lot.

        Raises
        ------
        BrokenStructureError
            When the system has already been through this scenario to a later week.
        """
        memory = self._memory(system, week)
        before, now = memory["strength"], [event.strength(week) for event in self._acting]
        memory["week"] = week
        if now == before:
            return False
        changed = [number for number, (old, new) in enumerate(zip(before, now, strict=True)) if old != new]
        for number in changed:
            if before[number] == 0:
                self._begin(number, system, memory, seed)
            elif now[number] == 0:
                self._end(number, system, memory)
        memory["strength"] = now
        self._lay(system, memory, {name for number in changed for name in _held(self._acting[number])})
        if any(isinstance(self._acting[number], Merge | ForumAdded | ForumRemoved) for number in changed) or any(
            name in MARKED for number in changed for name in self._acting[number].levers
        ):
            mark_ties(system)
        return True

    def forcing(self, week: int) -> Forcing:
        """Return what presses on the system in a week."""
        return shapes.forcing(self.scenario.events, week)

    @property
    def _acting(self) -> list[Event]:
        """The events that change a system, and not only press on it."""
        return [event for event in self.scenario.events if not _presses(event)]

    def _number(self, number: int) -> int:
        """Return the place in the file of an acting event, from 0."""
        places = [place for place, event in enumerate(self.scenario.events) if not _presses(event)]
        return places[number]

    def _memory(self, system: System, week: int) -> dict[str, Any]:
        fresh = {"week": week, "strength": [0.0] * len(self._acting), "was": {}, "who": {}, "forums": {}}
        memory: dict[str, Any] = system.levers.setdefault(MEMORY, {}).setdefault(self.scenario.digest, fresh)
        if memory["week"] > week:
            raise BrokenStructureError(
                f"{self.scenario.file}: this system has been through the scenario to week {memory['week']}, and week "
                f"{week} was asked for. Start from the system as it was before."
            )
        return memory

    def _begin(self, number: int, system: System, memory: dict[str, Any], seed: int) -> None:
        """Choose whom an event is about, and do what it does once."""
        event, place = self._acting[number], _place(self.scenario, self._number(number))
        chosen = choose(event, self._number(number), system, seed=seed, place=place)
        memory["who"][str(number)] = chosen._asdict()
        for name in _held(event):
            memory["was"].setdefault(name, getattr(system, name).copy())
        if isinstance(event, Development):
            raised = system.reflexivity[chosen.people] + np.float32(event.reflexivity)
            system.reflexivity[chosen.people] = np.minimum(raised, 1)
        elif isinstance(event, Merge):
            refuse_merge(system, chosen.bodies, place=place)
            merge(system, chosen.bodies, memory["was"], name=event.name)
        elif isinstance(event, ForumAdded):
            memory["forums"][str(number)] = forums.begin(event, system, chosen.people, place=place)
        elif isinstance(event, ForumRemoved):
            memory["forums"][str(number)] = forums.close_forums(system, chosen.people)

    def _end(self, number: int, system: System, memory: dict[str, Any]) -> None:
        """Undo what an event did once and can be undone."""
        event = self._acting[number]
        if isinstance(event, ForumAdded):
            forums.end(system, memory["forums"].pop(str(number)))
        elif isinstance(event, ForumRemoved):
            forums.reopen(system, memory["forums"].pop(str(number)))

    def _lay(self, system: System, memory: dict[str, Any], names: set[str]) -> None:
        """Lay the events in force, in order of their weeks, over what each lever was without any."""
        order = sorted(range(len(self._acting)), key=lambda number: (self._acting[number].week, number))
        for name in sorted(names):
            values = memory["was"][name].copy()
            for number in order:
                event, strength = self._acting[number], memory["strength"][number]
                if strength > 0 and name in event.levers:
                    lay(event, name, values, Chosen(**memory["who"][str(number)]), system, strength=strength)
            getattr(system, name)[...] = values


def _presses(event: Event) -> bool:
    """Tell whether an event acts by forcing alone."""
    return isinstance(event, Crisis) or (isinstance(event, Austerity) and event.on_all)


def _held(event: Event) -> tuple[str, ...]:
    """Return the levers an event moves, those that a merger averages among them."""
    return MERGED if isinstance(event, Merge) else event.levers


def _place(scenario: Scenario, number: int) -> str:
    return f"{scenario.file}: event {number + 1} ({scenario.events[number].kind})"


def _checked(event: Event, system: System, place: str) -> Chosen | None:
    """Return those an event could be about, after a check that the system has what it names."""
    if _presses(event):
        return None
    found = candidates(event, system, place=place)
    if isinstance(event, PurposeDeclared) and event.purpose not in (None, *system.purposes):
        raise UnknownNameError(
            f"{place}, purpose: the system follows no purpose {event.purpose!r}. "
            + close(str(event.purpose), system.purposes)
        )
    if isinstance(event, Merge) and event.who.share is None:
        refuse_merge(system, found.bodies, place=place)
    if isinstance(event, ForumAdded):
        people = choose(event, 0, system, seed=0, place=place).people  # whoever sits there, the sizes are the same
        forums.tables(event, system, people, place=place)
    return found
