"""What the plain engine notes of a week, from the definitions: means and shares by system, and conversations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from leaderful.simulation.system import ACROSS_BODIES, TIERS, System

Array = np.ndarray[Any, Any]
CONVERSATIONS, FOLLOWED = 32, 8


class Week(NamedTuple):
    """A week's ties, those that end in it among them, with what they hold after it."""

    a: Array
    b: Array
    mark: Array
    content: Array
    n: Array
    opened: Array
    taken: Array


def week_rows(week: int, s: System, held: Week) -> Iterator[tuple[int, str, str, str, float | None, int]]:
    """Yield the rows of a week: week, system, measure, part, value, n."""
    where = s.system_of[s.body]
    for number, code in enumerate(s.systems):
        mine, own = where == number, where[held.a] == number
        for measure, part, total, count in (*_of_ties(s, held, own), *_of_actors(s, held, mine)):
            yield week, code, measure, part, total / count if count else None, int(count)


def _of_ties(s: System, held: Week, own: Array) -> Iterator[tuple[str, str, float, float]]:
    """Yield what ties tell, each noted in the system of its owner."""
    across = held.mark & ACROSS_BODIES > 0
    for part, side in (("all", own), ("within", own & ~across), ("across", own & across)):
        yield "share_taken", part, held.taken[side].sum(), held.opened[side].sum()
        yield "trust", part, held.content[side, :2].mean(axis=1).sum(), side.sum()
        yield "understanding", part, held.content[side, 2:].mean(axis=1).sum(), side.sum()
        if part != "all":
            people = (s.system_of[s.body] == s.system_of[s.body[held.a[own][0]]]).sum() if own.any() else 0
            yield "encounters", part, 2 * held.n[side].sum(), people
            yield "openings", part, 2 * held.opened[side].sum(), people


def _of_actors(s: System, held: Week, mine: Array) -> Iterator[tuple[str, str, float, float]]:
    def over(numbers: Array) -> Array:
        return np.bincount(held.a, numbers, s.size) + np.bincount(held.b, numbers, s.size)

    met, opened, taken = over(held.n), over(held.opened), over(held.taken)
    parts = [("all", mine), *((tier, mine & (s.tier == k)) for k, tier in enumerate(TIERS))]
    for part, who in parts:
        yield "encounters", part, met[who].sum(), who.sum()
        yield "openings", part, opened[who].sum(), who.sum()
        yield "purpose", part, s.purpose[who].mean(axis=1).astype(float).sum(), who.sum()
        yield "reflexivity", part, s.reflexivity[who].astype(float).sum(), who.sum()
        if part != "all":
            yield "share_taken", part, taken[who].sum(), opened[who].sum()
    yield from _of_standing(s, parts)


def _of_standing(s: System, parts: list[tuple[str, Array]]) -> Iterator[tuple[str, str, float, float]]:
    """Yield ties per actor: those that neither end in the week nor begin in it."""
    slot = np.flatnonzero(s.partner >= 0)
    ends = np.concatenate([s.owners()[slot], s.partner[slot]])
    across = np.tile(s.mark[slot] & ACROSS_BODIES > 0, 2)
    joined, crossing = np.bincount(ends, minlength=s.size), np.bincount(ends[across], minlength=s.size)
    mine = parts[0][1]
    yield "ties", "all", joined[mine].sum(), mine.sum()
    yield "ties", "within", (joined - crossing)[mine].sum(), mine.sum()
    yield "ties", "across", crossing[mine].sum(), mine.sum()
    for tier, who in parts[1:]:
        yield "ties_across", tier, crossing[who].sum(), who.sum()


def conversations_begin(s: System, draw: Callable[[Array], Array]) -> Array:
    """Start 32 conversations in each system at random actors, and return who starts them."""
    s.carried[:] = 0
    where = s.system_of[s.body]
    starters = np.full((len(s.systems), CONVERSATIONS), -1)
    for number in range(len(s.systems)):
        people = np.flatnonzero(where == number)
        u = draw(number * CONVERSATIONS + np.arange(CONVERSATIONS))
        starters[number] = people[(u * len(people)).astype(int)]
        np.bitwise_or.at(s.carried, starters[number], np.uint32(1) << np.arange(CONVERSATIONS, dtype=np.uint32))
    return starters


def reach_rows(week: int, s: System, starters: Array) -> Iterator[tuple[int, str, str, str, float | None, int]]:
    """Yield how far the conversations came: shares of the other people, and of the people of other bodies."""
    for number, code in enumerate(s.systems):
        people = np.flatnonzero(s.system_of[s.body] == number)
        heard = (s.carried[people][:, None] >> np.arange(CONVERSATIONS, dtype=np.uint32)) & 1
        heard = heard.astype(int) * (people[:, None] != starters[number])
        away = s.body[people][:, None] != s.body[starters[number]]
        others = away.sum(axis=0)
        told = heard.sum(axis=0)
        yield week, code, "reach", "all", float((told / (len(people) - 1)).mean()), len(people)
        outside = ((heard * away).sum(axis=0) / np.maximum(others, 1))[others > 0]
        yield week, code, "reach", "outside", float(outside.mean()) if len(outside) else None, len(people)
        yield week, code, "heard", "all", float(told.mean()), len(people)
