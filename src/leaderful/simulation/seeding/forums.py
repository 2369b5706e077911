"""The forums of a seeding: committees that bodies send people to, and multidisciplinary teams."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from leaderful.simulation.seeding.assumptions import Forum, Seats, forums, number
from leaderful.simulation.seeding.people import Staff
from leaderful.simulation.seeding.places import Ground
from leaderful.simulation.system import Numbers


def seat(rng: np.random.Generator, land: Ground, staff: Staff) -> Numbers:
    """Return the forum of each person of a system, shape (n,), -1 without one.

    Leaders take seats in the committees of the system first; people of a place then meet in multidisciplinary teams.
    """
    forum = np.full(len(staff.body), -1, dtype=np.int32)
    taken = np.zeros(land.frame.height, dtype=np.int64)
    committees = 0
    for row, rule in _committees(land):
        sent = list(_sent(rng, land, rule, row, staff, taken))
        if len(sent) > 1:
            forum[sent] = committees
            committees += 1
    _seat_meetings(rng, forum, committees, staff, np.array([kind.meeting if kind else 0 for kind in land.kinds]))
    return forum


def _committees(land: Ground) -> Iterator[tuple[int, Forum]]:
    kinds = land.frame["kind"].to_list()
    for rule in forums():
        for row, kind in enumerate(kinds):
            if kind == rule.committee:
                yield row, rule


def _sent(
    rng: np.random.Generator, land: Ground, rule: Forum, row: int, staff: Staff, taken: NDArray[np.int64]
) -> Iterator[int]:
    """Yield those whom bodies send to a committee; `taken` counts the leaders of each who sit somewhere already."""
    for seats in rule.sends:
        for body in _senders(rng, land, seats, row):
            free = max(int(staff.leaders[body]), 1) - int(taken[body])
            for _ in range(min(seats.seats, free, int(land.people[body]))):
                yield int(staff.first[body] + taken[body])
                taken[body] += 1


def _senders(rng: np.random.Generator, land: Ground, seats: Seats, row: int) -> list[int]:
    """Return the bodies of a kind that send people to the committee of a row: the committee itself where it can."""
    fit = land.frame["kind"].to_numpy() == seats.kind
    if fit[row]:
        return [row]
    if seats.kind == "gp-practice":
        fit &= land.networks == row
    elif seats.near:
        fit &= land.places == land.places[row]
    return [int(body) for body in rng.permutation(np.flatnonzero(fit))[: seats.bodies]]


def _seat_meetings(
    rng: np.random.Generator, forum: Numbers, before: int, staff: Staff, share: NDArray[np.float64]
) -> None:
    """Seat managers and practitioners of a place in multidisciplinary teams, mixed by lot."""
    free = (forum < 0) & (staff.tier >= 2) & (rng.random(len(forum)) < share[staff.body])
    who = np.flatnonzero(free)
    who = who[np.lexsort((rng.random(len(who)), staff.place[who]))]
    place = staff.place[who] + 1
    counts = np.bincount(place)
    teams = np.maximum(np.rint(counts / number("meeting_size")), counts > 0).astype(np.int64)
    within = np.arange(len(who)) - np.concatenate([[0], np.cumsum(counts)])[place]
    first = np.concatenate([[0], np.cumsum(teams)])[place]
    forum[who] = before + first + within % np.maximum(teams, 1)[place]
