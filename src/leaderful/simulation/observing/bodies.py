"""The network of bodies and the golden thread through them, in a simulated system."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from leaderful.framework import framework
from leaderful.measures.findings import Finding
from leaderful.networks.adjacency import Adjacency
from leaderful.networks.connectors import sole_connectors
from leaderful.networks.removal import removal
from leaderful.networks.whole import density
from leaderful.simulation.observing.census import Spoken, Whole, named_systems
from leaderful.simulation.observing.rows import counted
from leaderful.simulation.system import System

LEAST_SHARE: Final = 0.10
LEAST_PEOPLE: Final = 2
"""A body reports a tie when so large a share, and so many, of its people work with the other, as in ``network``."""
HELD_FROM: Final = 0.5
"""Purpose above which a body claims a goal. Ours."""
GOALS: Final = ("SDG3", "SDG10", "SDG17", "SDG16")
"""Goals that the purposes of a system stand for, in their order, where they are not named as goals."""


def goals(system: System) -> tuple[str, ...]:
    """Return the goal that each purpose of a system stands for."""
    known = {goal.id for goal in framework().goals}
    free = iter([goal for goal in GOALS if goal not in system.purposes])
    return tuple(name if name in known else next(free) for name in system.purposes)


def networks(system: System, said: Spoken, wave: str) -> Iterator[Finding]:
    """Yield ``network.density``, ``network.ei``, ``cog_jam.fragmentation`` and ``cog_jam.sole_connector``."""
    staff = np.bincount(system.body, minlength=len(system.held)).astype(np.int64)
    codes = system.bodies["id"].to_list()
    home = named_systems(system)
    for number in np.unique(home[(home >= 0) & (staff > 0)]):
        code, nodes = system.systems[number], np.flatnonzero((home == number) & (staff > 0)).astype(np.int64)
        ties = _ties(system, said, nodes, staff)
        unit, n = ("system", code), len(nodes)
        everybody = ~np.eye(n, dtype=np.bool_)
        dense = density(ties, everybody, directed=False).estimate if n > 1 else np.nan
        yield counted("network.density", "connectedness", "meso", unit, wave, dense, n, {"bodies": n})
        for by in ("sector", "kind"):
            groups = system.bodies[by].gather(nodes).to_numpy()
            one, two = np.nonzero(ties)
            index = 2 * np.mean(groups[one] != groups[two]) - 1 if len(one) and len(set(groups)) > 1 else np.nan
            yield counted("network.ei", "connectedness", "meso", unit, wave, float(index), n, {"by": by})
        rises, cut = removal(ties).fragmentation, sole_connectors(ties).cut_off
        for place, node in enumerate(nodes):
            body, people = ("body", codes[node]), int(staff[node])
            of_body = ("connectedness", "meso", body, wave)
            yield counted("cog_jam.fragmentation", *of_body, float(rises[place]), people)
            apart = [codes[nodes[other]] for other in cut[place]]
            yield counted("cog_jam.sole_connector", *of_body, float(len(apart)), people, {"bodies": apart})


def _ties(system: System, said: Spoken, nodes: Whole, staff: Whole) -> Adjacency:
    """Return which of some bodies have a tie that at least one end reports, (n, n)."""
    place = np.full(len(system.held), -1)
    place[nodes] = np.arange(len(nodes))
    own, about = place[system.body[said.actor]], place[said.about]
    inside = (own >= 0) & (about >= 0)
    size = len(nodes)
    working = np.bincount(own[inside] * size + about[inside], minlength=size * size).reshape(size, size)
    reports = (working >= LEAST_PEOPLE) & (working >= LEAST_SHARE * staff[nodes][:, None])
    return np.asarray(reports | reports.T)


def threads(system: System, wave: str) -> Iterator[Finding]:
    """Yield ``thread.state`` of bodies and ``thread.continuity`` of goals, over all and by the scale of bodies."""
    codes, scales = system.bodies["id"].to_list(), system.bodies["scale"].to_list()
    levels = {scale.id: scale.level for scale in framework().scales}
    for place, goal in enumerate(goals(system)):
        states = thread_states(system, place)
        for body, state in enumerate(states):
            detail = {"goal": goal, "state": state, "at": scales[body], "purpose": system.purposes[place]}
            of_body = ("golden_thread", levels[scales[body]], ("body", codes[body]), wave)
            yield counted("thread.state", *of_body, float(state == "carried"), 1, detail)
        for reach in ("", *(scale.id for scale in framework().scales if scale.id in scales)):
            there = [state for state, scale in zip(states, scales, strict=True) if reach in ("", scale)]
            carried, dropped = there.count("carried"), there.count("dropped")
            if carried + dropped:
                counts = {name: there.count(name) for name in ("carried", "dropped", "orphaned")}
                detail = counts | ({"reach": reach} if reach else {})
                of_goal = ("golden_thread", levels[reach] if reach else "", ("goal", goal), wave)
                share = carried / (carried + dropped)
                yield counted("thread.continuity", *of_goal, share, carried + dropped, detail)


def thread_states(system: System, purpose: int) -> list[str]:
    """Return how each body stands to one purpose: carried, dropped, orphaned or absent.

    A body claims a purpose that it holds above one half, and every body is taken to have spoken. It is carried where
    the body claims it and nobody is above, or a body without anybody above that claims it stands somewhere above.
    """
    claims = system.held[:, purpose] > HELD_FROM
    above = [system.above[system.above_row[body] : system.above_row[body + 1]] for body in range(len(claims))]
    reached = claims & np.array([not len(higher) for higher in above])
    fed = reached.copy()  # has a body that starts the thread somewhere above, or is one
    waiting = True
    while waiting:
        grown = fed | np.array([bool(fed[higher].any()) for higher in above], dtype=bool)
        waiting = bool((grown != fed).any())
        fed = grown
    carried = claims & fed
    return [
        ("carried" if carried[body] else "orphaned")
        if claims[body]
        else ("dropped" if carried[above[body]].any() else "absent")
        for body in range(len(claims))
    ]
