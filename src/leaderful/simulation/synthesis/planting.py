"""Known effects laid into a system before it is observed, so that what a study should find is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from leaderful.errors import BadValuesError, UnknownNameError
from leaderful.simulation.building import mark_ties
from leaderful.simulation.observing.bodies import HELD_FROM
from leaderful.simulation.observing.census import named_systems
from leaderful.simulation.scenarios.slots import add_ties, drop_ties, slots_of
from leaderful.simulation.synthesis.plan import Planted
from leaderful.simulation.system import ACROSS_BODIES, FORUM, Numbers, Offsets, System

Mask = NDArray[np.bool_]
DISTRUST: Final = 0.1
"""Trust and understanding left on the ties of a silo, and across bodies where moments are lost."""
TRUSTED: Final = 0.85
"""Trust between the boards and executives of two bodies joined at the top only."""
DROPPED: Final = 0.05
"""Purpose left where a thread breaks."""


def plant(system: System, planted: Sequence[Planted], partners: Numbers) -> tuple[System, list[dict[str, Any]]]:
    """Return the system with effects planted, and for each what was planted where.

    ``silo``
        Nine in ten ties of a body to other bodies end, the rest has little trust.
    ``cog-jam``
        The bodies named after the first keep ties to no other body but the first; by rule these are the smallest
        two partners of the body with most partners.
    ``thread-break``
        Bodies of the scale of the body named, or of organisations, drop the first purpose for good.
    ``lost-moments``
        Trust and understanding across bodies are low; across those of the bodies named, where any are.
    ``closed-at-top``
        Two partners keep the ties of their boards and executives, with high trust, and no others.

    Parameters
    ----------
    system
        Is not changed.
    planted
        What to plant, in order.
    partners
        Pairs of bodies that count as partners, of which ``closed-at-top`` takes the largest when none is named.

    Raises
    ------
    UnknownNameError, BadValuesError
        A body is not of the system, or has nobody in it, or too few are named.
    """
    changed = system.copy()
    facts: list[dict[str, Any]] = []
    for each in planted:
        bodies = _chosen(changed, each, partners)
        _EFFECTS[each.effect](changed, bodies)
        mark_ties(changed)
        codes = [changed.bodies["id"][body] for body in bodies]
        facts.append({"effect": each.effect, "bodies": codes})
    return changed, facts


def _silo(system: System, bodies: Sequence[int]) -> None:
    slots = _across(system, np.isin(np.arange(len(system.held)), bodies[:1]))
    kept = slots[::10]
    system.content[kept] = DISTRUST
    drop_ties(system, np.setdiff1d(slots, kept))
    system.forum[system.body == bodies[0]] = -1
    _seat(system)


def _cog_jam(system: System, bodies: Sequence[int]) -> None:
    connector, *hanging = bodies
    slots = _across(system, np.isin(np.arange(len(system.held)), hanging))
    ends = np.stack([system.body[system.owners()[slots]], system.body[system.partner[slots]]])
    drop_ties(system, slots[~(ends == connector).any(axis=0)])
    system.forum[np.isin(system.body, hanging)] = -1
    _seat(system)


def _thread_break(system: System, bodies: Sequence[int]) -> None:
    scale = system.bodies["scale"][bodies[0]]
    there = (system.bodies["scale"] == scale).to_numpy() & (named_systems(system) >= 0)
    system.declared[there, 0] = system.held[there, 0] = DROPPED
    system.fidelity[there] = 0.0


def _lost_moments(system: System, bodies: Sequence[int]) -> None:
    of = np.ones(len(system.held), dtype=np.bool_) if not bodies else np.isin(np.arange(len(system.held)), bodies)
    system.content[_across(system, of)] = DISTRUST


def _closed_at_top(system: System, bodies: Sequence[int]) -> None:
    one, two = bodies[:2]
    slots = _across(system, np.isin(np.arange(len(system.held)), [one]))
    owner, other = system.owners()[slots], system.partner[slots]
    joined = (system.body[owner] == two) | (system.body[other] == two)
    top = (system.tier[owner] <= 1) & (system.tier[other] <= 1)
    drop_ties(system, slots[joined & ~top])
    _tie_tops(system, one, two)


def _tie_tops(system: System, one: int, two: int) -> None:
    """Give everybody on the board or among the executives of two bodies a trusted tie to the top of the other."""
    tops = [np.flatnonzero((system.body == body) & (system.tier <= 1)) for body in (one, two)]
    if not all(len(top) for top in tops):
        return
    most = max(len(top) for top in tops)
    a, b = (top[np.arange(most) % len(top)].astype(np.int32) for top in tops)
    slots = slots_of(system, a, b)
    system.content[slots[slots >= 0]] = TRUSTED
    new = slots < 0
    content = np.full((int(new.sum()), 4), TRUSTED, dtype=np.float32)
    add_ties(system, a[new], b[new], content=content, layer=np.full(len(content), FORUM, dtype=np.uint8))


def _seat(system: System) -> None:
    """Write anew who sits in which forum."""
    forums = len(system.members_row) - 1
    sitting = np.flatnonzero(system.forum >= 0)
    order = np.argsort(system.forum[sitting], kind="stable")
    system.members = sitting[order].astype(np.int32)
    count = np.bincount(system.forum[sitting], minlength=forums)
    system.members_row = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)


def _across(system: System, of: Mask) -> Offsets:
    """Return the slots of ties between two bodies that have an end in some of them."""
    held = np.flatnonzero((system.partner >= 0) & ((system.mark & np.uint8(ACROSS_BODIES)) > 0))
    owner = system.owners()[held]
    ends = of[system.body[owner]] | of[system.body[system.partner[held]]]
    return np.asarray(held[ends], dtype=np.int64)


def _chosen(system: System, planted: Planted, partners: Numbers) -> list[int]:
    """Return the bodies that an effect concerns: those named, or by rule."""
    codes = system.bodies["id"].to_list()
    strange = [code for code in planted.bodies if code not in codes]
    if strange:
        raise UnknownNameError(f"{planted.effect} is to be planted in {strange[0]!r}, which is no body of the system.")
    wanted = {"cog-jam": 3, "closed-at-top": 2}.get(planted.effect, 1)
    staff = np.bincount(system.body, minlength=len(codes))
    if planted.bodies:
        chosen = [codes.index(code) for code in planted.bodies]
        if len(chosen) < wanted or (planted.effect != "thread-break" and not staff[chosen].all()):
            raise BadValuesError(
                f"{planted.effect} wants {wanted} bodies with people; name them, or none to have them chosen."
            )
        return chosen
    inside = np.flatnonzero((named_systems(system) >= 0) & (staff > 0))
    by_size = inside[np.argsort(-staff[inside], kind="stable")]
    if planted.effect == "lost-moments":
        return []
    if planted.effect == "thread-break":
        held = system.held[inside, 0] > HELD_FROM
        scale = system.bodies["scale"].gather(inside).to_numpy()
        there = inside[held & (scale == "organisation")]
        return [int((there if len(there) else inside)[0])]
    if planted.effect == "closed-at-top":
        together = staff[partners].min(axis=1) if len(partners) else np.zeros(0)
        if not len(together):
            raise BadValuesError("closed-at-top wants two partner bodies, and no two bodies of the system have ties.")
        return [int(body) for body in partners[int(np.argmax(together))]]
    if len(by_size) <= wanted:
        raise BadValuesError(f"{planted.effect} wants more than {wanted} bodies with people in the system.")
    middle = (
        len(by_size) // 2
    )  # neither the largest, without which little is left, nor the smallest, of whom few answer
    if planted.effect == "cog-jam":
        return [int(by_size[0]), int(by_size[middle]), int(by_size[-1])]
    return [int(by_size[middle])]


_EFFECTS: Final[dict[str, Callable[[System, Sequence[int]], None]]] = {
    "silo": _silo,
    "cog-jam": _cog_jam,
    "thread-break": _thread_break,
    "lost-moments": _lost_moments,
    "closed-at-top": _closed_at_top,
}
