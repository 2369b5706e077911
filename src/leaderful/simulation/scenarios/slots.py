"""Ties added to a system's rows of slots and taken out of them, every other tie left where it stands in its row."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from leaderful.simulation.system import Bytes, Floats, Numbers, Offsets, System


def add_ties(system: System, a: Numbers, b: Numbers, *, content: Floats, layer: Bytes) -> None:
    """Lay new ties into slots of their own, so that the room for informal ties stays as it was.

    Parameters
    ----------
    system
        Changed in place; its ties must be marked anew afterwards.
    a, b
        Ends, shape (m,); pairs that are not tied yet, each once.
    content
        Shape (m, 4): trust of a in b and back, understanding by a and back.
    layer
        Shape (m,).
    """
    turned = a > b
    owner, other = np.where(turned, b, a), np.where(turned, a, b)
    content = np.where(turned[:, None], content[:, [1, 0, 3, 2]], content)
    n = system.size
    row, moved = _grown(system.row, np.bincount(owner, minlength=n))
    note_row, notes_moved = _grown(system.note_row, np.bincount(other, minlength=n))
    slot = _ends(system.row, row, owner)
    partner = _moved(system.partner, moved, int(row[-1]), -1)
    contents = np.zeros((int(row[-1]), 4), dtype=np.float32)
    contents[moved] = system.content
    mark = _moved(system.mark, moved, int(row[-1]), 0)
    partner[slot], contents[slot], mark[slot] = other, content, layer
    note = _ends(system.note_row, note_row, other)
    noted = system.note_slot
    kept = np.where(noted >= 0, moved[np.maximum(noted, 0)], -1).astype(np.int32)
    note_slot = _moved(kept, notes_moved, int(note_row[-1]), -1)
    note_owner = _moved(system.note_owner, notes_moved, int(note_row[-1]), -1)
    note_slot[note], note_owner[note] = slot, owner
    system.row, system.partner, system.content, system.mark = row, partner, contents, mark
    system.note_row, system.note_slot, system.note_owner = note_row, note_slot, note_owner


def drop_ties(system: System, slots: Offsets) -> None:
    """Take the ties in some slots out, and their slots and notes with them."""
    keep = np.ones(len(system.partner), dtype=np.bool_)
    keep[slots] = False
    keep_note = (system.note_slot < 0) | keep[np.maximum(system.note_slot, 0)]
    moved = np.cumsum(keep) - 1
    noted = system.note_slot[keep_note]
    system.note_slot = np.where(noted >= 0, moved[np.maximum(noted, 0)], -1).astype(np.int32)
    system.note_owner = system.note_owner[keep_note]
    system.row, system.note_row = _shrunk(system.row, keep), _shrunk(system.note_row, keep_note)
    system.partner, system.content, system.mark = system.partner[keep], system.content[keep], system.mark[keep]


def slots_of(system: System, a: Numbers, b: Numbers) -> Offsets:
    """Return the slot of the tie of each pair, shape (m,), -1 for pairs that are not tied."""
    slots = np.flatnonzero(system.partner >= 0)
    codes = _codes(system.owners()[slots], system.partner[slots], system.size)
    order = np.argsort(codes, kind="stable")
    wanted = _codes(a, b, system.size)
    at = np.minimum(np.searchsorted(codes[order], wanted), len(codes) - 1)
    if not len(codes):
        return np.full(len(wanted), -1, dtype=np.int64)
    return np.where(codes[order][at] == wanted, slots[order[at]], -1)


def _codes(a: Numbers, b: Numbers, n: int) -> Offsets:
    return np.minimum(a, b).astype(np.int64) * n + np.maximum(a, b)


def _grown(row: Offsets, more: Offsets) -> tuple[Offsets, Offsets]:
    """Return where rows begin when each has more places, and where every old place is now."""
    shift = np.concatenate([[0], np.cumsum(more)])
    return row + shift, np.arange(int(row[-1])) + np.repeat(shift[:-1], np.diff(row))


def _shrunk(row: Offsets, keep: NDArray[np.bool_]) -> Offsets:
    return np.concatenate([[0], np.cumsum(keep)])[row].astype(np.int64)


def _ends(old: Offsets, new: Offsets, ids: Numbers) -> Offsets:
    """Return a place for each new entry: after the old ones of its row, in the order given."""
    order = np.argsort(ids, kind="stable")
    within = np.empty(len(ids), dtype=np.int64)
    within[order] = np.arange(len(ids)) - np.searchsorted(ids[order], ids[order])
    return new[ids] + np.diff(old)[ids] + within


def _moved(values: NDArray[Any], places: Offsets, size: int, empty: int) -> NDArray[Any]:
    made = np.full(size, empty, dtype=values.dtype)
    made[places] = values
    return made
