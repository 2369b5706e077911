"""Events of one week that set the same lever of the same people or bodies, which no order can decide between."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from leaderful.errors import BrokenStructureError
from leaderful.simulation.scenarios.choosing import Chosen
from leaderful.simulation.scenarios.levers import purposes_of
from leaderful.simulation.scenarios.scenario import (
    Crisis,
    Development,
    Event,
    ForumRemoved,
    Licence,
    Merge,
    PurposeDeclared,
    Scenario,
)
from leaderful.simulation.system import System

_ALL = np.zeros(1, dtype=np.int32)


def refuse_conflicts(scenario: Scenario, system: System, found: list[Chosen | None]) -> None:
    """Refuse two events that set one lever of the same people or bodies in the same week.

    Parameters
    ----------
    scenario
        Whose events are looked at, two by two.
    system
        The system they are to act on.
    found
        Whom each event could be about, None for one that presses on everybody.

    Raises
    ------
    BrokenStructureError
        For the first two events at odds.
    """
    for (one, a), (two, b) in combinations(enumerate(scenario.events), 2):
        if a.week != b.week:
            continue
        theirs = dict(_targets(b, found[two], system))
        for lever, (rows, columns) in _targets(a, found[one], system):
            if lever in theirs and _meet(rows, theirs[lever][0]) and _meet(columns, theirs[lever][1]):
                raise BrokenStructureError(
                    f"{scenario.file}: events {one + 1} ({a.kind}) and {two + 1} ({b.kind}) both set the {lever} of "
                    f"the same in week {a.week}. Keep one of them, or give them different weeks."
                )


def _meet(one: NDArray[np.int32], two: NDArray[np.int32]) -> bool:
    return len(np.intersect1d(one, two)) > 0


def _targets(
    event: Event, chosen: Chosen | None, system: System
) -> Iterator[tuple[str, tuple[NDArray[np.int32], NDArray[np.int32]]]]:
    """Yield each lever an event sets, with the rows of people or bodies, and the tiers or purposes of bodies."""
    if chosen is None:
        yield "urgency" if isinstance(event, Crisis) else "capacity", (_ALL, _ALL)
        return
    columns = _ALL
    if isinstance(event, Licence):
        columns = chosen.tiers
    elif isinstance(event, PurposeDeclared):
        columns = purposes_of(event, system)
    rows = chosen.people if event.chooses == "people" else chosen.bodies
    for lever in (*event.levers, *_once(event)):
        yield _WORDS.get(lever, lever), (rows, columns)


def _once(event: Event) -> Iterator[str]:
    """Yield what an event sets once and is no lever."""
    if isinstance(event, Development) and event.reflexivity:
        yield "reflexivity"
    if isinstance(event, Merge):
        yield "body"
    if isinstance(event, ForumRemoved):
        yield "forum"


_WORDS = {"declared": "purpose", "jammed": "jam", "pool": "pooled budget", "leaving": "turnover"}
