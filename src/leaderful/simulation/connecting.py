"""New ties: those who ask are met one by one, in the order of actors, so that no two take the same slot."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from leaderful.simulation.kernels import FORUM_ASK, GOLDEN, NOBODY, weigh
from leaderful.simulation.parameters import Parameters
from leaderful.simulation.streams import uniform
from leaderful.simulation.system import (
    ACROSS_BODIES,
    ACROSS_PLACES,
    ACROSS_SECTORS,
    INFORMAL,
    ONE_SITE,
    ONE_SYSTEM,
    POOLED,
)


@njit(cache=True, nogil=True)
def connect(s: Any, asks: Any, weights: Any, p: Parameters, contact: Any, forum: Any, load: Any) -> int:
    """Make the ties that actors ask for, and return how many were made.

    An actor is introduced to a contact of whom it asks, or meets a member of its forum. Nothing comes of it
    when the two have a tie already, are the same, are kept from interacting, or have no room.
    """
    made = 0
    for i in range(len(asks)):
        ask = asks[i]
        if ask == NOBODY:
            continue
        if ask == FORUM_ASK:
            other = _in_forum(s, i, uniform(forum + GOLDEN, np.uint64(i)))
        else:
            other = _contact(s, ask, uniform(contact + GOLDEN, np.uint64(i)))
        if other < 0 or other == i or s.jammed[s.body[i]] or s.jammed[s.body[other]] or _tied(s, i, other):
            continue
        low, high = min(i, other), max(i, other)
        if _add(s, low, high, p) or _add(s, high, low, p):
            weigh(i, i + 1, s, weights, load)
            weigh(other, other + 1, s, weights, load)
            made += 1
    return made


@njit(cache=True, nogil=True)
def _in_forum(s: Any, i: int, draw: float) -> int:
    f = s.forum[i]
    if f < 0:
        return NOBODY
    start, stop = s.members_row[f], s.members_row[f + 1]
    return int(s.members[start + int(draw * (stop - start))])


@njit(cache=True, nogil=True)
def _contact(s: Any, j: int, draw: float) -> int:
    """Return one of the contacts of actor j, those in its own slots first."""
    degree = 0
    for slot in range(s.row[j], s.row[j + 1]):
        degree += s.partner[slot] >= 0
    for note in range(s.note_row[j], s.note_row[j + 1]):
        degree += s.note_slot[note] >= 0
    number = int(draw * degree)
    for slot in range(s.row[j], s.row[j + 1]):
        if s.partner[slot] >= 0:
            if number == 0:
                return int(s.partner[slot])
            number -= 1
    for note in range(s.note_row[j], s.note_row[j + 1]):
        if s.note_slot[note] >= 0:
            if number == 0:
                return int(s.note_owner[note])
            number -= 1
    return NOBODY


@njit(cache=True, nogil=True)
def _tied(s: Any, i: int, j: int) -> bool:
    for slot in range(s.row[i], s.row[i + 1]):
        if s.partner[slot] == j:
            return True
    for note in range(s.note_row[i], s.note_row[i + 1]):  # noqa: SIM110 (a kernel has no any of a generator)
        if s.note_slot[note] >= 0 and s.note_owner[note] == j:
            return True
    return False


@njit(cache=True, nogil=True)
def _add(s: Any, owner: int, other: int, p: Parameters) -> bool:
    """Write a tie into the first free slot of its owner and the first free note of the other, if both have one."""
    slot = s.row[owner]
    while slot < s.row[owner + 1] and s.partner[slot] >= 0:
        slot += 1
    note = s.note_row[other]
    while note < s.note_row[other + 1] and s.note_slot[note] >= 0:
        note += 1
    if slot == s.row[owner + 1] or note == s.note_row[other + 1]:
        return False
    s.partner[slot] = other
    s.note_slot[note], s.note_owner[note] = slot, owner
    s.content[slot, 0] = s.content[slot, 1] = p.new_trust
    s.content[slot, 2] = s.content[slot, 3] = p.new_understanding
    s.mark[slot] = INFORMAL | crossing(s, owner, other)
    return True


@njit(cache=True, nogil=True)
def crossing(s: Any, a: int, b: int) -> int:
    """Return the bits that say what a tie of actors a and b crosses, and what they share."""
    one, two = s.body[a], s.body[b]
    bits = 0
    if one != two:
        bits |= ACROSS_BODIES
    if s.place[a] != s.place[b]:
        bits |= ACROSS_PLACES
    if s.sector_of[one] != s.sector_of[two]:
        bits |= ACROSS_SECTORS
    if one != two and s.pool[one] >= 0 and s.pool[one] == s.pool[two]:
        bits |= POOLED
    if s.site[one] >= 0 and s.site[one] == s.site[two]:
        bits |= ONE_SITE
    if s.system_of[one] == s.system_of[two]:
        bits |= ONE_SYSTEM
    return bits
