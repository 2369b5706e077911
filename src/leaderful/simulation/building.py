"""Build a system from what a seeding names: check it, order it, and lay its ties into rows of slots."""

from __future__ import annotations

from typing import Any

import numpy as np

from leaderful.errors import BadValuesError
from leaderful.simulation.system import (
    ACROSS_BODIES,
    ACROSS_PLACES,
    ACROSS_SECTORS,
    LAYER,
    MOST_PURPOSES,
    ONE_SITE,
    ONE_SYSTEM,
    POOLED,
    Actors,
    Bodies,
    Bytes,
    Numbers,
    Offsets,
    System,
    Ties,
)

SPARE = 3
"""Slots and notes that each actor has beyond those of the ties seeded: the capacity bound on new ties."""


def build(
    bodies: Bodies, actors: Actors, ties: Ties, *, purposes: tuple[str, ...] = ("common-good",), spare: int = SPARE
) -> System:
    """Return the system that a seeding describes.

    Parameters
    ----------
    bodies, actors, ties
        What the seeding names; ties name rows of the actors, actors rows of the bodies.
    purposes
        Names of the purposes tracked, one to four.
    spare
        New ties that each actor has room for, as owner and as partner.

    Raises
    ------
    BadValuesError
        When shapes do not agree, a state lies outside 0 to 1, a tie joins an actor to itself or is named
        twice, or a body answers to itself over others.
    """
    _refuse_faults(bodies, actors, ties, purposes)
    codes = sorted(set(bodies.frame["system"].gather(np.unique(actors.body))))
    system_of = _numbers(bodies.frame["system"].to_list(), codes)
    order = np.lexsort((actors.team, actors.body, system_of[actors.body]))
    place_of = np.empty(len(order), dtype=np.int32)
    place_of[order] = np.arange(len(order), dtype=np.int32)
    above_row, above = _rows(bodies.answers_to[:, 0], bodies.answers_to[:, 1], bodies.frame.height)
    sectors = sorted(set(bodies.frame["sector"]))
    forum = actors.forum[order]
    sitting = np.flatnonzero(forum >= 0)
    members_row, members = _rows(forum[sitting], sitting.astype(np.int32), int(forum.max(initial=-1)) + 1)
    n = len(order)
    laid = _lay(place_of[ties.a], place_of[ties.b], ties, n, spare)
    system = System(
        purposes=purposes,
        systems=tuple(codes),
        bodies=bodies.frame,
        system_of=system_of,
        sector_of=_numbers(bodies.frame["sector"].to_list(), sectors),
        declared=bodies.declared.astype(np.float32),
        held=bodies.declared.astype(np.float32),
        fidelity=bodies.fidelity.astype(np.float32),
        mechanisms=bodies.mechanisms.astype(np.int32),
        licence=bodies.licence.astype(np.float32),
        jammed=np.zeros(bodies.frame.height, dtype=np.bool_),
        pool=np.full(bodies.frame.height, -1, dtype=np.int32),
        site=np.full(bodies.frame.height, -1, dtype=np.int32),
        above_row=above_row,
        above=above,
        seeded_as=order.astype(np.int64),
        body=actors.body[order].astype(np.int32),
        team=actors.team[order].astype(np.int32),
        tier=actors.tier[order].astype(np.uint8),
        place=actors.place[order].astype(np.int32),
        forum=forum.astype(np.int32),
        purpose=np.ascontiguousarray(actors.purpose[order], dtype=np.float32),
        reflexivity=actors.reflexivity[order].astype(np.float32),
        capacity=actors.capacity[order].astype(np.float32),
        exposure=actors.exposure[order].astype(np.float32),
        practice=np.ones(n, dtype=np.float32),
        leaving=np.zeros(n, dtype=np.float32),
        carried=np.zeros(n, dtype=np.uint32),
        members_row=members_row,
        members=members,
        **laid,
    )
    mark_ties(system)
    return system


def mark_ties(system: System) -> None:
    """Note anew what every tie crosses and what its ends share, after bodies, pools or sites have changed."""
    for start in range(0, system.size, _BLOCK):
        stop = min(start + _BLOCK, system.size)
        slots = slice(system.row[start], system.row[stop])
        owner = np.repeat(np.arange(start, stop, dtype=np.int32), np.diff(system.row[start : stop + 1]))
        other = np.maximum(system.partner[slots], 0)
        system.mark[slots] = (system.mark[slots] & np.uint8(LAYER)) | _crossing(system, owner, other)


_BLOCK = 200_000


def _crossing(system: System, a: Numbers, b: Numbers) -> Bytes:
    """Return the bits of ties between actors a and b."""
    one, two = system.body[a], system.body[b]
    bits = np.where(one != two, ACROSS_BODIES, 0)
    bits |= np.where(system.place[a] != system.place[b], ACROSS_PLACES, 0)
    bits |= np.where(system.sector_of[one] != system.sector_of[two], ACROSS_SECTORS, 0)
    bits |= np.where((one != two) & (system.pool[one] >= 0) & (system.pool[one] == system.pool[two]), POOLED, 0)
    bits |= np.where((system.site[one] >= 0) & (system.site[one] == system.site[two]), ONE_SITE, 0)
    bits |= np.where(system.system_of[one] == system.system_of[two], ONE_SYSTEM, 0)
    return np.asarray(bits, dtype=np.uint8)


def _lay(a: Numbers, b: Numbers, ties: Ties, n: int, spare: int) -> dict[str, Any]:
    """Lay ties into slots: the lower end owns, in order of its partners; every row has spare slots and notes."""
    owner, other = np.minimum(a, b).astype(np.int64), np.maximum(a, b).astype(np.int64)
    order = np.argsort(owner * n + other, kind="stable")
    turned = (a > b)[order]
    owner, other = owner[order], other[order]
    row = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=n) + spare)])
    note_row = np.concatenate([[0], np.cumsum(np.bincount(other, minlength=n) + spare)])
    slot = row[owner] + _within(owner, n)
    partner = np.full(row[-1], -1, dtype=np.int32)
    partner[slot] = other
    content = np.zeros((row[-1], 4), dtype=np.float32)
    both = np.hstack([ties.trust[order], ties.understanding[order]])
    content[slot] = np.where(turned[:, None], both[:, [1, 0, 3, 2]], both)
    mark = np.zeros(row[-1], dtype=np.uint8)
    mark[slot] = ties.layer[order]
    again = np.argsort(other, kind="stable")
    note = note_row[other[again]] + _within(other[again], n)
    note_slot, note_owner = np.full((2, note_row[-1]), -1, dtype=np.int32)
    note_slot[note], note_owner[note] = slot[again], owner[again]
    return {
        "row": row.astype(np.int64),
        "partner": partner,
        "content": content,
        "mark": mark,
        "note_row": note_row.astype(np.int64),
        "note_slot": note_slot,
        "note_owner": note_owner,
    }


def _within(sorted_ids: Offsets, n: int) -> Offsets:
    """Return the place of each entry among those of the same id, the ids being in order."""
    starts = np.concatenate([[0], np.cumsum(np.bincount(sorted_ids, minlength=n))])
    return np.asarray(np.arange(len(sorted_ids)) - starts[sorted_ids], dtype=np.int64)


def _rows(ids: Numbers, values: Numbers, count: int) -> tuple[Offsets, Numbers]:
    """Return values in rows by id: where each row begins, and the values."""
    order = np.argsort(ids, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(ids, minlength=count))]).astype(np.int64)
    return starts, np.asarray(values[order], dtype=np.int32)


def _numbers(values: list[str], codes: list[str]) -> Numbers:
    places = {code: number for number, code in enumerate(codes)}
    return np.array([places.get(value, -1) for value in values], dtype=np.int32)


def _refuse_faults(bodies: Bodies, actors: Actors, ties: Ties, purposes: tuple[str, ...]) -> None:
    """Refuse what no system can be built from."""
    b, n = bodies.frame.height, len(actors.body)
    if not 1 <= len(purposes) <= MOST_PURPOSES:
        raise BadValuesError(f"{len(purposes)} purposes were named; a run follows 1 to {MOST_PURPOSES} of them.")
    shapes = {
        "purposes of bodies": (bodies.declared.shape, (b, len(purposes))),
        "licence": (bodies.licence.shape, (b, 4)),
        "purposes of actors": (actors.purpose.shape, (n, len(purposes))),
        "trust": (ties.trust.shape, (len(ties.a), 2)),
        "understanding": (ties.understanding.shape, (len(ties.a), 2)),
    }
    for name, (given, wanted) in shapes.items():
        if given != wanted:
            raise BadValuesError(f"The array of {name} has shape {given}; {wanted} is wanted.")
    shares = (
        bodies.declared, bodies.fidelity, bodies.licence, actors.purpose, actors.reflexivity, actors.exposure,
        ties.trust, ties.understanding,
    )  # fmt: skip
    if not all(((each >= 0) & (each <= 1)).all() for each in shares):
        raise BadValuesError(
            "Purposes, fidelity, licence, reflexivity, exposure, trust and understanding lie in 0 to 1."
        )
    if not (np.isfinite(actors.capacity) & (actors.capacity >= 0)).all():
        raise BadValuesError("Capacities are numbers of encounters a week, 0 or more.")
    if n and not (actors.body.min() >= 0 and actors.body.max() < b):
        raise BadValuesError("An actor works for a body that is not among the bodies.")
    _refuse_false_ties(ties, n)
    _refuse_cycles(bodies)


def _refuse_false_ties(ties: Ties, n: int) -> None:
    ends = np.stack([ties.a, ties.b]).astype(np.int64)
    if ends.size and not (ends.min() >= 0 and ends.max() < n):
        raise BadValuesError("A tie names an actor that is not among the actors.")
    if (ties.a == ties.b).any():
        raise BadValuesError("A tie joins an actor to itself.")
    if len(np.unique(ends.min(axis=0) * n + ends.max(axis=0))) < ends.shape[1]:
        raise BadValuesError("A tie between the same two actors is named twice.")


def _refuse_cycles(bodies: Bodies) -> None:
    """Refuse bodies that answer to themselves over others: their purposes would have no source."""
    left = bodies.answers_to
    while len(left):
        going = left[np.isin(left[:, 1], left[:, 0])]
        if len(going) == len(left):
            name = bodies.frame["name"][int(left[0, 0])]
            raise BadValuesError(f"{name} answers to itself over other bodies.")
        left = going
