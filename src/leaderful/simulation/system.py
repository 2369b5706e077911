"""A system as arrays: its bodies, its actors in order of system, body and team, and their ties in rows of slots."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Numbers = NDArray[np.int32]
Offsets = NDArray[np.int64]
Bytes = NDArray[np.uint8]

TIERS: Final = ("board", "executive", "manager", "practitioner")
LAYERS: Final = ("team", "line", "forum", "informal")
TEAM, LINE, FORUM, INFORMAL = range(4)
LAYER: Final = 3
"""Bits of a tie's mark that say its layer."""
ACROSS_BODIES, ACROSS_PLACES, ACROSS_SECTORS, POOLED, ONE_SITE, ONE_SYSTEM = 4, 8, 16, 32, 64, 128
"""Bits of a tie's mark: what it crosses, and what its ends share."""
MOST_PURPOSES: Final = 4


@dataclass(frozen=True, eq=False, kw_only=True)
class Bodies:
    """The bodies of a system, as a seeding makes them; b bodies, P purposes."""

    frame: pl.DataFrame
    """Columns id, name, kind, sector, scale, system, place: text; system and place are codes, empty above them."""
    declared: Floats
    """Shape (b, P), 0 to 1: how far each body would hold each purpose alone."""
    fidelity: Floats
    """Shape (b,), 0 to 1: how closely it follows those it answers to."""
    mechanisms: Numbers
    """Shape (b,): mechanisms of accountability that reach it."""
    licence: Floats
    """Shape (b, 4), 0 to 1: how far it lets each tier lead, the board first."""
    answers_to: Numbers
    """Shape (k, 2): pairs of a body and one that it answers to, as rows of the frame; without cycles."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Actors:
    """The people of a system, as a seeding makes them; n actors in any order."""

    body: Numbers
    """Shape (n,): row of their body."""
    team: Numbers
    """Shape (n,): number of their team, -1 without one."""
    tier: Bytes
    """Shape (n,): 0 board to 3 practitioner."""
    place: Numbers
    """Shape (n,): number of the place they work in, -1 without one."""
    forum: Numbers
    """Shape (n,): number of the forum they sit in, -1 without one."""
    purpose: Floats
    """Shape (n, P), 0 to 1."""
    reflexivity: Floats
    """Shape (n,), 0 to 1."""
    capacity: Floats
    """Shape (n,): encounters a week that they have time for."""
    exposure: Floats
    """Shape (n,), 0 to 1: how much of their body's accountability they feel."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Ties:
    """The ties of a system, as a seeding makes them; m undirected pairs, each named once."""

    a: Numbers
    """Shape (m,): one end, a row of the actors."""
    b: Numbers
    """Shape (m,): the other end."""
    layer: Bytes
    """Shape (m,): 0 team, 1 line management, 2 forum, 3 informal."""
    trust: Floats
    """Shape (m, 2), 0 to 1: of a in b, and of b in a."""
    understanding: Floats
    """Shape (m, 2), 0 to 1: of b's role by a, and of a's role by b."""


@dataclass(eq=False, kw_only=True)
class System:
    """The whole state of a simulated system; b bodies, n actors, P purposes, s slots for ties.

    Actors stand in the order of system, body and team, so that those who meet are close in memory. A tie is
    kept once, in a slot of the row of one end (its owner); the other end keeps a note of where. Slots that
    hold no tie have partner -1.
    """

    purposes: tuple[str, ...]
    """Names of the P purposes."""
    systems: tuple[str, ...]
    """Codes of the systems it holds."""
    bodies: pl.DataFrame
    """One row a body, columns as `Bodies.frame`, in the order of the arrays."""
    # bodies
    system_of: Numbers
    """Shape (b,): number of the system of each body, -1 above systems."""
    sector_of: Numbers
    declared: Floats
    held: Floats
    """Shape (b, P): purpose each body holds now."""
    fidelity: Floats
    mechanisms: Numbers
    licence: Floats
    jammed: NDArray[np.bool_]
    """Shape (b,): bodies whose people do not interact."""
    pool: Numbers
    """Shape (b,): number of the pooled budget it shares in, -1 without."""
    site: Numbers
    """Shape (b,): number of the site it shares, -1 without."""
    above_row: Offsets
    above: Numbers
    """Those that body i answers to are ``above[above_row[i]:above_row[i + 1]]``."""
    # actors
    seeded_as: Offsets
    """Shape (n,): row each actor had when the system was seeded."""
    body: Numbers
    team: Numbers
    tier: Bytes
    place: Numbers
    forum: Numbers
    purpose: Floats
    reflexivity: Floats
    capacity: Floats
    exposure: Floats
    practice: Floats
    """Shape (n,): factor on the chance to reflect; 1 without a programme."""
    leaving: Floats
    """Shape (n,): chance to leave the post in a week beyond the usual one; 0 without a wave of leaving."""
    carried: NDArray[np.uint32]
    """Shape (n,): conversations each actor has heard, a bit each."""
    # ties, in rows of slots
    row: Offsets
    """Shape (n + 1,): the slots of actor i are row[i] to row[i + 1]."""
    partner: Numbers
    """Shape (s,)."""
    content: Floats
    """Shape (s, 4): trust of the owner in the partner and back, understanding by the owner and back."""
    mark: Bytes
    """Shape (s,): layer and what the tie crosses, as bits."""
    note_row: Offsets
    """Shape (n + 1,): the notes of actor i are note_row[i] to note_row[i + 1]."""
    note_slot: Numbers
    """Slot of a tie that another owns, -1 when the note is free."""
    note_owner: Numbers
    members_row: Offsets
    members: Numbers
    """Members of forum f are ``members[members_row[f]:members_row[f + 1]]``."""
    levers: dict[str, Any] = field(default_factory=dict)
    """What interventions have changed and other code must know, by name."""

    @property
    def size(self) -> int:
        """Number of actors."""
        return len(self.body)

    @property
    def ties(self) -> int:
        """Number of ties."""
        return int((self.partner >= 0).sum())

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(each.nbytes for each in vars(self).values() if isinstance(each, np.ndarray))

    def copy(self) -> System:
        """Return a system that can change without changing this one."""
        return copy.deepcopy(self)

    def owners(self) -> Numbers:
        """Return the owner of every slot, shape (s,)."""
        return np.repeat(np.arange(self.size, dtype=np.int32), np.diff(self.row))

    def tie_list(self) -> Ties:
        """Return the ties as a seeding would name them: the owner first, in order of slots."""
        slots = np.flatnonzero(self.partner >= 0)
        content = self.content[slots]
        return Ties(
            a=self.owners()[slots],
            b=self.partner[slots],
            layer=self.mark[slots] & np.uint8(LAYER),
            trust=content[:, :2],
            understanding=content[:, 2:],
        )
