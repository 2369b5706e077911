"""Forums that begin and end: who sits in them, and the ties that they hold."""

from __future__ import annotations

from typing import Any

import numpy as np

from leaderful.errors import BadValuesError
from leaderful.simulation.parameters import parameter_table
from leaderful.simulation.scenarios.choosing import groups
from leaderful.simulation.scenarios.scenario import LARGEST_FORUM, ForumAdded
from leaderful.simulation.scenarios.slots import add_ties, drop_ties, slots_of
from leaderful.simulation.system import FORUM, LAYER, Numbers, System

Kept = dict[str, Any]
"""What a forum's beginning or end must know to be undone: arrays by name."""


def tables(event: ForumAdded, system: System, people: Numbers, *, place: str) -> list[Numbers]:
    """Return the members of each forum that an event makes.

    Raises
    ------
    BadValuesError
        When a forum would have too many members, or none would have two.
    """
    made = []
    for bodies in groups(system, np.unique(system.body[people]), event.by):
        members = people[np.isin(system.body[people], bodies)]
        if len(members) > LARGEST_FORUM:
            raise BadValuesError(
                f"{place}: a forum of {len(members)} people was asked for; {LARGEST_FORUM} is the most. "
                'Choose fewer bodies or seats, or one forum in each place with by = "place".'
            )
        if len(members) > 1:
            made.append(members)
    if not made:
        raise BadValuesError(f"{place}: no forum would have two members. Choose more bodies or seats.")
    return made


def begin(event: ForumAdded, system: System, people: Numbers, *, place: str) -> Kept:
    """Seat people in new forums and tie them; return what was done."""
    seats: list[Numbers] = tables(event, system, people, place=place)
    first = len(system.members_row) - 1
    free = []
    for number, members in enumerate(seats, start=first):
        without = members[system.forum[members] < 0]
        system.forum[without] = number
        free.append(without)
    _set_members(system, [*_members(system), *seats])
    pairs = [np.stack(np.triu_indices(len(members), 1), axis=1) for members in seats]
    ends = np.concatenate([members[pair] for members, pair in zip(seats, pairs, strict=True)])
    ends = ends[slots_of(system, ends[:, 0], ends[:, 1]) < 0].astype(np.int32)
    rates = parameter_table()
    new = [rates[name].default for name in ("new_trust", "new_trust", "new_understanding", "new_understanding")]
    content = np.tile(np.array(new, dtype=np.float32), (len(ends), 1))
    add_ties(system, ends[:, 0], ends[:, 1], content=content, layer=np.full(len(ends), FORUM, dtype=np.uint8))
    return {"ends": ends, "seated": np.concatenate(free), "forums": [first, first + len(seats)]}


def end(system: System, kept: Kept) -> None:
    """Undo the beginning of forums: their ties go, and those who had no other seat have none."""
    slots = slots_of(system, kept["ends"][:, 0], kept["ends"][:, 1])
    drop_ties(system, slots[slots >= 0])
    seated, (first, stop) = kept["seated"], kept["forums"]
    still = (system.forum[seated] >= first) & (system.forum[seated] < stop)
    system.forum[seated[still]] = -1
    lists = _members(system)
    lists[first:stop] = [lists[0][:0]] * (stop - first)
    while len(lists) > first and not len(lists[-1]):  # a later forum may still stand above the empty rows
        lists.pop()
    _set_members(system, lists)
    _stand_up(system)


def close_forums(system: System, people: Numbers) -> Kept:
    """Let people leave their forums and drop what forum ties they have with each other; return what was dropped."""
    chosen = np.zeros(system.size, dtype=np.bool_)
    chosen[people] = True
    owners = system.owners()
    tied = (system.partner >= 0) & (system.mark & LAYER == FORUM) & chosen[owners]
    slots = np.flatnonzero(tied & chosen[np.maximum(system.partner, 0)])
    sat = people[system.forum[people] >= 0]
    kept: Kept = {
        "ends": np.stack([owners[slots], system.partner[slots]], axis=1),
        "content": system.content[slots],
        "sat": sat,
        "forum": system.forum[sat],
        "members_row": system.members_row,
        "members": system.members,
    }
    drop_ties(system, slots)
    system.forum[sat] = -1
    _set_members(system, [each[~chosen[each]] for each in _members(system)])
    return kept


def reopen(system: System, kept: Kept) -> None:
    """Undo the end of forums: ties are as they were when they went, but for pairs tied anew meanwhile."""
    ends = kept["ends"]
    gone = slots_of(system, ends[:, 0], ends[:, 1]) < 0
    layer = np.full(int(gone.sum()), FORUM, dtype=np.uint8)
    add_ties(system, ends[gone, 0], ends[gone, 1], content=kept["content"][gone], layer=layer)
    back = system.forum[kept["sat"]] < 0
    system.forum[kept["sat"][back]] = kept["forum"][back]
    before = np.split(kept["members"], kept["members_row"][1:-1])
    later = _members(system)[len(before) :]
    _set_members(system, [*before, *later])
    _stand_up(system)


def _stand_up(system: System) -> None:
    """Let nobody sit in a forum that has ended meanwhile."""
    sizes = np.concatenate([np.diff(system.members_row), [0]])  # the last entry is read for those without a forum
    gone = (system.forum >= len(sizes) - 1) | (sizes[np.clip(system.forum, -1, len(sizes) - 1)] == 0)
    system.forum[gone] = -1


def _members(system: System) -> list[Numbers]:
    """Return the members of every forum."""
    return np.split(system.members, system.members_row[1:-1]) if len(system.members_row) > 1 else []


def _set_members(system: System, lists: list[Numbers]) -> None:
    system.members_row = np.concatenate([[0], np.cumsum([len(each) for each in lists], dtype=np.int64)]).astype(
        np.int64
    )
    system.members = np.concatenate([*lists, np.empty(0, dtype=np.int32)]).astype(np.int32)
