"""Contacts of a temporal network, a set of nodes with all the events among exactly them, and how they are re-dealt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numba import njit

from leaderful.networks.temporal import Nodes, TemporalNetwork, Times

TRIES: Final = 5
"""Swaps tried for each part that may change places. Each has two, so that a part comes up ten times."""
LEAST_TRIES: Final = 5000
"""In small networks most swaps are refused."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Contacts:
    """The sets of nodes that have events, each once."""

    of_event: Times
    """Shape (e,): the contact of each event."""
    offsets: Times
    """Shape (c + 1,) into `members`."""
    members: Nodes
    seats: Times
    """Shape of the members of the network: the place in `members` of each."""

    @property
    def events(self) -> Times:
        """How many events each contact has, shape (c,)."""
        return np.bincount(self.of_event, minlength=len(self.offsets) - 1)

    @property
    def of_seat(self) -> Times:
        """The contact of each member of a contact."""
        return np.repeat(np.arange(len(self.offsets) - 1), np.diff(self.offsets))


def contacts(network: TemporalNetwork) -> Contacts:
    """Return the contacts of a network, small ones first, each with its members in ascending order.

    Who sends makes no difference to which contact an event belongs to.
    """
    sizes = np.diff(network.offsets)
    of_event = np.empty(network.events, dtype=np.int64)
    seats = np.empty(len(network.members), dtype=np.int64)
    found: list[Nodes] = []
    lengths: list[Times] = []
    known, filled = 0, 0
    for size in np.unique(sizes):
        here = np.flatnonzero(sizes == size)
        places = network.offsets[here][:, None] + np.arange(size)
        rows = network.members[places]
        order = np.argsort(rows, axis=1)
        first, which = _distinct(np.take_along_axis(rows, order, axis=1), network.nodes)
        found.append(np.sort(rows[first], axis=1).reshape(-1))
        lengths.append(np.full(len(first), size, dtype=np.int64))
        of_event[here] = known + which
        seats[places] = filled + which[:, None] * size + np.argsort(order, axis=1)
        known, filled = known + len(first), filled + len(first) * int(size)
    return Contacts(
        of_event=of_event,
        offsets=np.concatenate([[0], *lengths]).cumsum().astype(np.int64),
        members=np.concatenate([np.zeros(0, dtype=np.int32), *found]),
        seats=seats,
    )


def _distinct(rows: Nodes, nodes: int) -> tuple[Times, Times]:
    """Return the first of each distinct row, and for each row which of them it is."""
    code = rows[:, 0].astype(np.int64)
    first = np.zeros(0, dtype=np.int64)
    for column in range(1, rows.shape[1]):
        _, first, code = np.unique(code * nodes + rows[:, column], return_index=True, return_inverse=True)
    return first, code


def alike(held: Contacts) -> Times:
    """Return a number for each contact, the same for those with about as many members and about as many events.

    Sizes are 2, 3 to 4, 5 to 8 and so on, numbers of events 1, 2 to 3, 4 to 7 and so on.
    """
    sizes = np.frexp(np.diff(held.offsets) - 1)[1]
    often = np.frexp(held.events)[1]
    return np.asarray(sizes * 64 + often, dtype=np.int64)


@dataclass(frozen=True, eq=False, kw_only=True)
class Parts:
    """Members of contacts that change places as one. Those of a contact follow each other, as their members do."""

    starts: Times
    """Shape (u + 1,) into the members of the contacts: every seat is in one part."""
    contact: Times
    """Shape (u,)."""
    names: Times
    """Shape (u,): no contact ever has two parts of one name."""
    strata: Times
    """Shape (u,): parts change places within a stratum, and then have the same size; negative for those that stay."""


def redeal(held: Contacts, parts: Parts, rng: np.random.Generator) -> Nodes:
    """Return members of contacts once parts have changed places at random within strata.

    Pairs of parts are drawn and swapped unless a contact would have two of one name, or two contacts the same
    members. Each swap is as likely as the one that undoes it, so that all arrangements come to be equally likely.
    """
    members = held.members.copy()
    order = np.argsort(parts.strata, kind="stable")
    order = order[np.searchsorted(parts.strata[order], 0) :]
    ends = np.flatnonzero(np.diff(parts.strata[order], append=-1))
    keys = np.random.default_rng(0).integers(-(2**62), 2**62, int(members.max(initial=0)) + 1)
    _swap(
        members,
        parts.starts,
        parts.contact,
        np.searchsorted(parts.contact, np.arange(len(held.offsets))),
        parts.names.copy(),
        order,
        np.concatenate([[0], ends + 1]).astype(np.int64),
        np.add.reduceat(keys[members], parts.starts[:-1]) if len(members) else keys[:0],
        rng,
        max(TRIES * len(order), LEAST_TRIES) if len(order) else 0,
    )
    return members


@njit(cache=True, nogil=True)
def _swap(
    members: Nodes,
    starts: Times,
    contact: Times,
    first: Times,
    names: Times,
    parts: Times,
    strata: Times,
    keys: Times,
    rng: np.random.Generator,
    tries: int,
) -> None:
    """Try swaps of parts of one stratum: ``parts[strata[i]:strata[i + 1]]`` are one.

    The parts of contact i are those from ``first[i]`` to ``first[i + 1]``. The sum of the keys of its members tells
    one contact from another.
    """
    stratum = np.empty(len(parts), dtype=np.int64)
    for at in range(len(strata) - 1):
        stratum[strata[at] : strata[at + 1]] = at
    own = np.zeros(len(first) - 1, dtype=np.int64)
    size = 8
    while size < 4 * len(own):
        size *= 2
    taken = np.zeros(size, dtype=np.int64)
    for at in range(len(own)):
        own[at] = keys[first[at] : first[at + 1]].sum()
        _put(taken, own[at])
    for _ in range(tries):
        drawn = rng.integers(0, len(parts))
        low, high = strata[stratum[drawn]], strata[stratum[drawn] + 1]
        one, other = parts[drawn], parts[low + rng.integers(0, high - low)]
        a, b = contact[one], contact[other]
        if a == b or _twice(names, first, a, b, names[one], names[other]):
            continue
        new_a, new_b = own[a] + keys[other] - keys[one], own[b] + keys[one] - keys[other]
        _drop(taken, own[a])
        _drop(taken, own[b])
        if new_a != new_b and not taken[_place(taken, new_a)] and not taken[_place(taken, new_b)]:
            own[a], own[b] = new_a, new_b
            names[one], names[other] = names[other], names[one]
            keys[one], keys[other] = keys[other], keys[one]
            for at in range(starts[one + 1] - starts[one]):
                x, y = starts[one] + at, starts[other] + at
                members[x], members[y] = members[y], members[x]
        _put(taken, own[a])
        _put(taken, own[b])


@njit(cache=True, nogil=True)
def _twice(names: Times, first: Times, a: int, b: int, leaving: int, coming: int) -> bool:
    """Say whether a name that leaves contact a for b, or comes from it, is there already."""
    if leaving == coming:
        return False
    for part in range(first[a], first[a + 1]):
        if names[part] == coming:
            return True
    for part in range(first[b], first[b + 1]):  # noqa: SIM110 - faster compiled
        if names[part] == leaving:
            return True
    return False


@njit(cache=True, nogil=True)
def _place(table: Times, key: int) -> int:
    """Return where a key stands in a table of keys, or the free place where it would; 0 is no key."""
    mask = len(table) - 1
    at = (key ^ (key >> 32)) & mask
    while table[at] != 0 and table[at] != key:
        at = (at + 1) & mask
    return at


@njit(cache=True, nogil=True)
def _put(table: Times, key: int) -> None:
    table[_place(table, key)] = key


@njit(cache=True, nogil=True)
def _drop(table: Times, key: int) -> None:
    """Take a key out, and let those that stand behind it move up, so that searches still find them."""
    mask = len(table) - 1
    at = _place(table, key)
    table[at] = 0
    at = (at + 1) & mask
    while table[at] != 0:
        moved = table[at]
        table[at] = 0
        _put(table, moved)
        at = (at + 1) & mask


def by_label(held: Contacts, labels: Times) -> Contacts:
    """Return contacts with members of one label side by side."""
    order = np.lexsort((labels[held.members], held.of_seat))
    gone = np.empty(len(order), dtype=np.int64)
    gone[order] = np.arange(len(order))
    return replace(held, members=held.members[order], seats=gone[held.seats])
