"""Whom an event is about: the bodies, tiers and people that its `who` chooses in a system."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from leaderful.errors import BadValuesError, UnknownNameError
from leaderful.simulation.scenarios.reading import close
from leaderful.simulation.scenarios.scenario import Event, ForumAdded, Who
from leaderful.simulation.streams import stream_key, uniform
from leaderful.simulation.system import TIERS, System

GOLDEN = 0xD1342543DE82EF95
_WORD = 1 << 64


class Chosen(NamedTuple):
    """Whom an event is about, as rows of a system."""

    bodies: NDArray[np.int32]
    tiers: NDArray[np.int32]
    people: NDArray[np.int32]
    """Empty for events about bodies."""


def candidates(event: Event, system: System, *, place: str) -> Chosen:
    """Return all that an event could be about, before any lot is drawn.

    Raises
    ------
    UnknownNameError
        For the id of a body that is not in the system.
    BadValuesError
        When nobody is chosen.
    """
    bodies = _bodies(event.who, system, place)
    tiers = np.array([TIERS.index(name) for name in event.who.tiers or TIERS], dtype=np.int32)
    people = _people(system, bodies, tiers) if event.chooses == "people" else np.empty(0, dtype=np.int32)
    if not len(people if event.chooses == "people" else bodies):
        what = "people" if event.chooses == "people" else "bodies"
        raise BadValuesError(f"{place}, who chooses no {what} of the system simulated. Take a key of who away.")
    return Chosen(bodies, tiers, people)


def choose(event: Event, number: int, system: System, *, seed: int, place: str) -> Chosen:
    """Return those an event is about; the draws are those of the event's week, whatever week it is."""
    found = candidates(event, system, place=place)
    share = event.who.share
    if isinstance(event, ForumAdded):
        return found._replace(people=_seated(event, number, system, found.people, seed))
    if share is None:
        return found
    if event.chooses == "people":
        return found._replace(people=_part(found.people, share, lots(event, number, found.people, seed)))
    return found._replace(bodies=_part(found.bodies, share, lots(event, number, found.bodies, seed)))


def lots(event: Event, number: int, entities: NDArray[np.int32], seed: int) -> NDArray[np.float64]:
    """Return a lot for each of some actors or bodies, its own for every event of a scenario."""
    key = (int(stream_key(seed, "lever", event.week)) + number * GOLDEN) % _WORD
    return np.asarray(_drawn(np.uint64(key), entities.astype(np.uint64)), dtype=np.float64)


def groups(system: System, bodies: NDArray[np.int32], by: str) -> list[NDArray[np.int32]]:
    """Return chosen bodies by their system, or by their place and else their system; those above systems apart."""
    if by == "system":
        numbers = system.system_of[bodies]
        return [bodies[numbers == number] for number in np.unique(numbers)]
    codes = system.bodies["place"].to_numpy()[bodies]
    keys = np.array([f"{number}/{code}" for number, code in zip(system.system_of[bodies], codes, strict=True)])
    return [bodies[keys == key] for key in np.unique(keys)]


def headcount(system: System) -> NDArray[np.int64]:
    """Return the people of every body, shape (b,)."""
    return np.bincount(system.body, minlength=system.bodies.height)


def _bodies(who: Who, system: System, place: str) -> NDArray[np.int32]:
    frame = system.bodies
    if who.bodies is not None:
        known = frame["id"].to_list()
        for name in who.bodies:
            if name not in known:
                raise UnknownNameError(f"{place}, who, bodies: the system has no body {name!r}. {close(name, known)}")
    chosen = np.ones(frame.height, dtype=np.bool_)
    for column, names in (("id", who.bodies), ("kind", who.kinds), ("sector", who.sectors), ("scale", who.scales)):
        if names is not None:
            chosen &= frame[column].is_in(list(names)).to_numpy()
    rows = np.flatnonzero(chosen).astype(np.int32)
    return rows if who.largest is None else _largest(system, rows, who.largest)


def _largest(system: System, rows: NDArray[np.int32], count: int) -> NDArray[np.int32]:
    """Return the largest of some bodies in each system, by people; of bodies of one size, the first."""
    people = headcount(system)
    parts = [part[np.argsort(-people[part], kind="stable")[:count]] for part in groups(system, rows, "system")]
    return np.sort(np.concatenate([*parts, rows[:0]]))


def _people(system: System, bodies: NDArray[np.int32], tiers: NDArray[np.int32]) -> NDArray[np.int32]:
    in_body = np.zeros(system.bodies.height, dtype=np.bool_)
    in_body[bodies] = True
    in_tier = np.zeros(len(TIERS), dtype=np.bool_)
    in_tier[tiers] = True
    return np.flatnonzero(in_body[system.body] & in_tier[system.tier]).astype(np.int32)


def _part(rows: NDArray[np.int32], share: float, drawn: NDArray[np.float64]) -> NDArray[np.int32]:
    """Return the share of rows with the smallest lots, one at least: a smaller share is part of a larger."""
    count = max(1, round(share * len(rows)))
    return np.sort(rows[np.argsort(drawn, kind="stable")[:count]])


def _seated(event: ForumAdded, number: int, system: System, people: NDArray[np.int32], seed: int) -> NDArray[np.int32]:
    """Return those whom each chosen body sends to a forum, by lot."""
    order = np.lexsort((lots(event, number, people, seed), system.body[people]))
    bodies = system.body[people][order]
    starts = np.searchsorted(bodies, bodies)
    return np.sort(people[order][np.arange(len(order)) - starts < event.seats])


@njit(cache=True, nogil=True)
def _drawn(key: Any, entities: Any) -> Any:
    """Return one uniform draw for each entity."""
    drawn = np.empty(len(entities))
    for i in range(len(entities)):
        drawn[i] = uniform(key, entities[i])
    return drawn
