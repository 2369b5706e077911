"""The state of each goal at each body: carried, dropped, orphaned or absent; or silent, where nothing was said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from leaderful.framework import framework
from leaderful.measures.thread_hierarchy import Above, Hierarchy, nearest
from leaderful.measures.thread_words import Words

State = Literal["carried", "dropped", "orphaned", "absent"]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How one body stands to one goal."""

    body: str
    goal: str
    state: State
    above: tuple[str, ...]
    """The first bodies above it that have said anything."""
    carriers: tuple[str, ...]
    """Those of them that carry the goal."""
    via: tuple[str, ...] = ()
    """Where carried, the bodies from just above up to where the thread starts."""
    gap: bool = False
    """Whether it is carried though no body right above carries it, only one further up."""
    steered: bool = False
    """Whether a drop is below a body that carries the goal, or an orphan below one that has spoken, not by
    regulation alone."""


@dataclass(frozen=True, kw_only=True)
class Threads:
    """All bodies and goals of a study."""

    goals: tuple[str, ...]
    words: Mapping[str, Words]
    spoken: frozenset[str]
    standings: Mapping[tuple[str, str], Standing]
    """By body and goal, for the bodies that have said anything."""
    waiting: Mapping[str, frozenset[str]]
    """By goal, silent bodies below one that carries it: they would carry or drop it if they spoke."""

    def of(self, goal: str, state: State) -> list[Standing]:
        """Return the bodies at which a goal is in a state, in the order of their codes."""
        return self._by_state.get((goal, state), [])

    @cached_property
    def _by_state(self) -> dict[tuple[str, State], list[Standing]]:
        found: defaultdict[tuple[str, State], list[Standing]] = defaultdict(list)
        for one in self.standings.values():
            found[one.goal, one.state].append(one)
        return dict(found)


def threads(governed: Hierarchy, said: Mapping[str, Words]) -> Threads:
    """Return the state of every goal that some body claims or gives up, at every body."""
    spoken = frozenset(body for body, own in said.items() if own.spoken)
    goals = tuple(goal.id for goal in framework().goals if any(_named(said[body], goal.id) for body in spoken))
    near = {body: nearest(governed.above, body, spoken) for body in said}
    higher = {body: governed.all_above(body) & spoken for body in spoken}
    standings: dict[tuple[str, str], Standing] = {}
    waiting: dict[str, frozenset[str]] = {}
    for goal in goals:
        carried = _carried(goal, said, higher)
        waiting[goal] = frozenset(body for body in said if body not in spoken and near[body] & carried)
        for body in sorted(spoken):
            standings[body, goal] = _standing(body, goal, governed, said[body], near, higher, carried)
    return Threads(goals=goals, words=said, spoken=spoken, standings=standings, waiting=waiting)


def _named(own: Words, goal: str) -> bool:
    return own.claims(goal) or own.says(goal, "drops")


def _carried(goal: str, said: Mapping[str, Words], higher: Above) -> frozenset[str]:
    """Return the bodies that claim a goal and start its thread, or have a body above that does."""
    claiming = {body for body in higher if said[body].claims(goal)}
    starts = {body for body in claiming if not higher[body]}
    return frozenset(body for body in claiming if body in starts or higher[body] & starts)


def _standing(
    body: str,
    goal: str,
    governed: Hierarchy,
    own: Words,
    near: Above,
    higher: Above,
    carried: frozenset[str],
) -> Standing:
    carriers = near[body] & carried
    steering = nearest(governed.steering, body, higher)
    state: State
    if own.claims(goal):
        state = "carried" if body in carried else "orphaned"
    else:
        state = "dropped" if carriers or own.says(goal, "drops") else "absent"
    via = _way_up(body, near, higher, carried) if state == "carried" else ()
    return Standing(
        body=body,
        goal=goal,
        state=state,
        above=tuple(sorted(near[body])),
        carriers=tuple(sorted(carriers)),
        via=via,
        gap=state == "carried" and bool(near[body]) and not carriers,
        steered=bool(steering & carried if state == "dropped" else steering),
    )


def _way_up(body: str, near: Above, higher: Above, carried: frozenset[str]) -> tuple[str, ...]:
    """Return one way up the bodies that carry a goal, by those right above wherever they do."""
    way: list[str] = []
    while True:
        here = way[-1] if way else body
        onwards = (near[here] & carried or higher[here] & carried) - {body, *way}
        if not onwards:
            return tuple(way)
        way.append(min(onwards))


def begins(one: Standing, found: Threads) -> bool:
    """Tell whether an orphaned purpose begins at this body, and not at one above that claims the same."""
    return not any(found.words[higher].claims(one.goal) for higher in one.above)


def in_scales(bodies: Sequence[str], scale: Mapping[str, str]) -> dict[str, list[str]]:
    """Return bodies by their scale, the widest scale first."""
    found: dict[str, list[str]] = {entry.id: [] for entry in framework().scales}
    for body in sorted(bodies):
        found[scale[body]].append(body)
    return {name: held for name, held in found.items() if held}
