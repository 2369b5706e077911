"""What the laboratory's tests change in a simulated system, each in place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leaderful.propositions.seen import crossing
from leaderful.simulation.building import mark_ties
from leaderful.simulation.streams import stream_key, uniform
from leaderful.simulation.system import INFORMAL, LAYER, TIERS, System

CUT_TO = 0.1
SMALL = 0.1
"""Part of a system's people up to which a body counts as one cog among others. Ours."""
HOME = "nhs"


def licence(system: System, tiers: Sequence[float]) -> None:
    """Give every body the same licence by tier."""
    system.licence[:] = np.array(tiers, dtype=np.float32)


def cut_thread(system: System) -> None:
    """Let the bodies of the system scale pass nothing on and declare next to nothing."""
    there = _of_scale(system, "system")
    system.fidelity[there] = 0.0
    system.declared[there] = CUT_TO


def raise_trust(system: System, by: float) -> None:
    """Raise trust in every tie across bodies, both ways."""
    slots = crossing(system)
    system.content[slots, :2] = np.minimum(1.0, system.content[slots, :2] + np.float32(by))


def raise_understanding(system: System, to: float) -> None:
    """Raise understanding of roles in every tie across bodies, both ways, to at least this."""
    slots = crossing(system)
    system.content[slots, 2:] = np.maximum(np.float32(to), system.content[slots, 2:])


def uphold(system: System) -> None:
    """Double the practice of reflection and lift declared purposes by half."""
    system.practice *= 2.0
    system.declared += 0.5 * (1.0 - system.declared)


def cog(system: System) -> int:
    """Return the body with most ties to others, of those with a tenth of the people or fewer; else the smallest."""
    sizes = np.bincount(system.body, minlength=system.bodies.height)
    slots = crossing(system)
    ends = np.concatenate([system.owners()[slots], system.partner[slots]])
    ties = np.bincount(system.body[ends], minlength=system.bodies.height)
    staffed = np.flatnonzero(sizes)
    small = staffed[sizes[staffed] <= SMALL * system.size]
    return int(small[np.argmax(ties[small])]) if len(small) else int(staffed[np.argmin(sizes[staffed])])


def thin_out(system: System, *, seed: int) -> None:
    """Cut half of the informal ties across bodies, drawn at random."""
    key = stream_key(seed, "lever", 0)
    slots = crossing(system)
    slots = slots[system.mark[slots] & np.uint8(LAYER) == INFORMAL]
    gone = slots[[uniform(key, np.uint64(slot)) < 0.5 for slot in slots.tolist()]]
    system.partner[gone] = -1
    notes = np.isin(system.note_slot, gone)
    system.note_slot[notes] = -1


def divide_bodies(system: System) -> None:
    """Divide every body of two teams or more in two by teams, and give each half one mechanism more."""
    whole = system.bodies.height
    halves = [(body, teams) for body in range(whole) if (teams := _later_teams(system, body)) is not None]
    old = np.array([body for body, _ in halves], dtype=np.int64)
    system.mechanisms[old] += 1
    for number, (body, teams) in enumerate(halves):
        system.body[(system.body == body) & np.isin(system.team, teams)] = whole + number
    for name in ("system_of", "sector_of", "declared", "held", "fidelity", "mechanisms", "licence", "jammed"):
        values = getattr(system, name)
        setattr(system, name, np.concatenate([values, values[old]]))
    for name in ("pool", "site"):
        values = getattr(system, name)
        setattr(system, name, np.concatenate([values, values[old]]))
    above = [system.above[system.above_row[body] : system.above_row[body + 1]] for body in old.tolist()]
    ends = system.above_row[-1] + np.cumsum([len(each) for each in above])
    system.above_row = np.concatenate([system.above_row, ends]).astype(np.int64)
    system.above = np.concatenate([system.above, *above]).astype(np.int32)
    second = system.bodies[old.tolist()].with_columns(pl.col("id") + "/2")
    system.bodies = pl.concat([system.bodies, second])
    mark_ties(system)


def same_licence(system: System) -> None:
    """Give every body the licence that people of a tier have on average."""
    counts = _people(system)
    licence(system, ((counts * system.licence).sum(axis=0) / np.maximum(counts.sum(axis=0), 1)).tolist())


def unequal_licence(system: System) -> None:
    """Halve licence outside the NHS and raise it inside by as much, counted in people of each tier; 1 at most."""
    same_licence(system)
    home = (system.bodies["sector"] == HOME).to_numpy()
    counts = _people(system)
    inside, outside = counts[home].sum(axis=0), counts[~home].sum(axis=0)
    lost = 0.5 * system.licence[0] * outside
    system.licence[~home] *= np.float32(0.5)
    raised = system.licence[home] + lost / np.maximum(inside, 1)
    system.licence[home] = np.minimum(1.0, raised).astype(np.float32)


def _later_teams(system: System, body: int) -> NDArray[np.int32] | None:
    """Return the later half of the teams of a body within a system; None where it cannot be divided."""
    teams = np.unique(system.team[(system.body == body) & (system.team >= 0)])
    return teams[len(teams) // 2 :] if system.system_of[body] >= 0 and len(teams) > 1 else None


def _people(system: System) -> NDArray[np.float64]:
    """Return the people of each body and tier, shape (bodies, 4)."""
    cells = system.body.astype(np.int64) * len(TIERS) + system.tier
    counted = np.bincount(cells, minlength=system.bodies.height * len(TIERS))
    return counted.reshape(-1, len(TIERS)).astype(np.float64)


def _of_scale(system: System, scale: str) -> NDArray[np.bool_]:
    return np.asarray((system.bodies["scale"] == scale).to_numpy())
