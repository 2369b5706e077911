"""Ties seen from each of their ends, and how often each meets in an ordinary week."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leaderful.simulation.parameters import Parameters
from leaderful.simulation.system import ACROSS_BODIES, LAYER, ONE_SITE, POOLED, Bytes, Floats, Numbers, System

AT_ONCE = 100_000
"""Actors whose ties are looked at together; it bounds memory and changes no result."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Ends:
    """Ends of ties, in order of the actor whose end it is; k ends."""

    actor: Numbers
    """Shape (k,): whose end it is."""
    other: Numbers
    mark: Bytes
    trust: Floats
    """Shape (k,): of the actor in the other, 0 to 1."""
    returned: Floats
    """Shape (k,): of the other in the actor."""
    understanding: Floats
    """Shape (k,): of the other's role by the actor."""
    rate: Floats
    """Shape (k,): expected encounters in a week without urgency and with capacity at its usual."""

    def where(self, kept: NDArray[np.bool_]) -> Ends:
        """Return some of the ends."""
        return Ends(**{name: getattr(self, name)[kept] for name in _FIELDS})

    @property
    def across(self) -> NDArray[np.bool_]:
        """Whether each joins people of two bodies."""
        return np.asarray((self.mark & np.uint8(ACROSS_BODIES)) > 0)


_FIELDS = ("actor", "other", "mark", "trust", "returned", "understanding", "rate")


def pulls(system: System, parameters: Parameters) -> NDArray[np.float64]:
    """Return the accountability pull on each actor, shape (n,)."""
    p = parameters
    reached = 1.0 - (1.0 - p.pull_mechanism) ** system.mechanisms[system.body].astype(float)
    return np.asarray(system.exposure * (p.pull_base + (1.0 - p.pull_base) * reached), dtype=np.float64)


def ends(system: System, parameters: Parameters) -> Iterator[Ends]:
    """Yield the ends of all ties, some actors at a time in their order."""
    pull = pulls(system, parameters)
    pace = _paces(system, parameters)
    for start in range(0, system.size, AT_ONCE):
        yield _of(system, parameters, pull, pace, start, min(start + AT_ONCE, system.size))


def ends_across(system: System, parameters: Parameters) -> Ends:
    """Return the ends of all ties between people of two bodies."""
    parts = [part.where(part.across) for part in ends(system, parameters)]
    return Ends(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in _FIELDS})


def _of(
    system: System, parameters: Parameters, pull: NDArray[np.float64], pace: NDArray[np.float64], start: int, stop: int
) -> Ends:
    actor, other, slot, owned = _places(system, start, stop)
    content, mark = system.content[slot], system.mark[slot]
    row = np.arange(len(slot))
    back = np.where(owned, 1, 0)
    return Ends(
        actor=actor,
        other=other,
        mark=mark,
        trust=content[row, 1 - back],
        returned=content[row, back],
        understanding=content[row, 3 - back],
        rate=_rates(mark, actor, other, parameters, pull, pace).astype(np.float32),
    )


def _places(system: System, start: int, stop: int) -> tuple[Numbers, Numbers, Numbers, NDArray[np.bool_]]:
    """Return actor, other, slot and whether the actor owns it, of each end of some actors, those owned first."""
    slots = np.arange(system.row[start], system.row[stop])
    notes = np.arange(system.note_row[start], system.note_row[stop])
    owner = np.repeat(np.arange(start, stop), np.diff(system.row[start : stop + 1]))
    noting = np.repeat(np.arange(start, stop), np.diff(system.note_row[start : stop + 1]))
    held, noted = system.partner[slots] >= 0, system.note_slot[notes] >= 0
    actor = np.concatenate([owner[held], noting[noted]])
    other = np.concatenate([system.partner[slots[held]], system.note_owner[notes[noted]]])
    slot = np.concatenate([slots[held], system.note_slot[notes[noted]]])
    owned = np.arange(len(slot)) < int(held.sum())
    order = np.argsort(actor, kind="stable")
    return actor[order].astype(np.int32), other[order].astype(np.int32), slot[order], owned[order]


def _paces(system: System, parameters: Parameters) -> NDArray[np.float64]:
    """Return what each actor brings to the rate of its ties: the root of its time over what its ties ask for."""
    weights = np.array(parameters[:4])
    load = np.zeros(system.size)
    for start in range(0, system.size, AT_ONCE):
        stop = min(start + AT_ONCE, system.size)
        actor, _, slot, _ = _places(system, start, stop)
        asked = weights[system.mark[slot] & np.uint8(LAYER)]
        load[start:stop] = np.bincount(actor - start, asked, minlength=stop - start)
    open_ = (load > 0) & ~system.jammed[system.body]
    return np.asarray(np.sqrt(np.where(open_, system.capacity, 0.0) / np.where(open_, load, 1.0)))


def _rates(
    mark: Bytes,
    a: Numbers,
    b: Numbers,
    parameters: Parameters,
    pull: NDArray[np.float64],
    pace: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the expected encounters of ties in a week without urgency, as the engine draws them."""
    p = parameters
    rate = np.array(p[:4])[mark & np.uint8(LAYER)] * pace[a] * pace[b]
    felt = (pull[a] + pull[b]) / 2 * np.where(mark & np.uint8(POOLED), 1.0 - p.pooling, 1.0)
    kept = (1.0 - p.pull_encounters * felt) * np.where(mark & np.uint8(ONE_SITE), 1.0 + p.colocation, 1.0)
    return np.asarray(np.where(mark & np.uint8(ACROSS_BODIES), rate * kept, rate))
