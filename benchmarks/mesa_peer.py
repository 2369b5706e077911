"""The laboratory's model in Mesa: the same rules, one agent an actor, for its speed and its means."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, sqrt
from typing import Any

import mesa

from leaderful.simulation.kernels import MOST
from leaderful.simulation.parameters import Parameters
from leaderful.simulation.system import INFORMAL, System


@dataclass(slots=True, eq=False)
class Tie:
    """A tie: its two ends, its layer, and what lies between them."""

    a: Person
    b: Person
    layer: int
    across: bool
    trust: list[float]
    understanding: list[float]
    met: int = 0
    taken: int = 0
    lost: int = 0
    ended: bool = False


class Person(mesa.Agent):  # type: ignore[misc]
    """An actor."""

    def __init__(self, model: Region, number: int, system: System) -> None:
        super().__init__(model)
        self.body = int(system.body[number])
        self.tier = int(system.tier[number])
        self.purpose = [float(x) for x in system.purpose[number]]
        self.reflexivity = float(system.reflexivity[number])
        self.capacity = float(system.capacity[number])
        self.licence = float(system.licence[self.body, self.tier])
        p = model.p
        part = 1 - (1 - p.pull_mechanism) ** int(system.mechanisms[self.body])
        self.pull = float(system.exposure[number]) * (p.pull_base + (1 - p.pull_base) * part)
        self.forum = int(system.forum[number])
        self.ties: list[Tie] = []
        self.left = False
        self.rate = 0.0

    def arrive(self) -> None:
        """Let the post change hands, and say how much time each tie may take."""
        p, draw = self.model.p, self.random.random
        self.left = draw() < p.turnover
        if self.left:
            self.purpose = [min(1.0, 2 * p.newcomer_purpose * draw()) for _ in self.purpose]
            self.reflexivity = p.newcomer_reflexivity
        load = sum(self.model.weights[tie.layer] for tie in self.ties)
        self.rate = sqrt(self.capacity / load) if load else 0.0
        self.seen = list(self.purpose)

    def gather(self) -> None:
        """Take in what the ties told: purposes, reflection, whom to ask for a contact."""
        p, draw = self.model.p, self.random.random
        moved, weight = [0.0] * len(self.seen), [0.0] * len(self.seen)
        reach = p.bound + p.bound_reflexivity * self.reflexivity
        moments = ordinary = crossing = 0
        helpers = []
        for tie in self.ties:
            moments += tie.taken + tie.lost
            ordinary += tie.met - tie.taken - tie.lost
            if not tie.taken:
                continue
            other = tie.b if tie.a is self else tie.a
            if tie.across:
                crossing += tie.taken
                helpers.append(other)
            step = 1 - (1 - p.purpose_step) ** tie.taken
            for k, mine in enumerate(self.seen):
                gap = other.seen[k] - mine
                if abs(gap) <= reach:
                    moved[k] += step * gap
                    weight[k] += step
        drift = 1 - (1 - p.drift) ** ordinary
        draws = p.membership * (1 - p.distance) ** self.tier
        for k, aim in enumerate(self.model.held[self.body]):
            x = self.seen[k] + moved[k] / max(1.0, weight[k])
            x += drift * (aim - x)
            self.purpose[k] = x + draws * (aim - x)
        if moments and draw() < 1 - (1 - p.reflection) ** moments:
            self.reflexivity += p.reflexivity_gain * (1 - self.reflexivity)
        else:
            self.reflexivity *= 1 - p.reflexivity_decay
        self.ties = [tie for tie in self.ties if not tie.ended]
        self.ask: Person | None = None
        if crossing and draw() < 1 - (1 - p.closure) ** crossing:
            helper = self.random.choice(helpers)
            if helper.ties:
                tie = self.random.choice(helper.ties)
                self.ask = tie.b if tie.a is helper else tie.a
        elif self.forum >= 0 and draw() < p.forum_contact:
            self.ask = self.random.choice(self.model.forums[self.forum])

    def connect(self) -> None:
        """Make the tie that was asked for, unless it stands or there is no room."""
        other = self.ask
        if other is None or other is self or len(self.ties) >= self.room or len(other.ties) >= other.room:
            return
        if any(tie.a is other or tie.b is other for tie in self.ties):
            return
        p = self.model.p
        self.model.tie(self, other, INFORMAL, [p.new_trust] * 2, [p.new_understanding] * 2)


class Region(mesa.Model):  # type: ignore[misc]
    """A system of the laboratory in Mesa, with the same people and ties."""

    def __init__(self, system: System, p: Parameters, *, seed: int) -> None:
        super().__init__(seed=seed)
        self.p = p
        self.weights = list(p[:4])
        self.held = [[float(x) for x in row] for row in system.held]
        self.declared = [[float(x) for x in row] for row in system.declared]
        self.fidelity = [float(x) for x in system.fidelity]
        self.above = [
            [int(x) for x in system.above[system.above_row[b] : system.above_row[b + 1]]] for b in range(len(self.held))
        ]
        self.people = [Person(self, number, system) for number in range(system.size)]
        self.all_ties: list[Tie] = []
        self.forums: dict[int, list[Person]] = {}
        for person in self.people:
            self.forums.setdefault(person.forum, []).append(person)
        ties = system.tie_list()
        for a, b, layer, trust, roles in zip(ties.a, ties.b, ties.layer, ties.trust, ties.understanding, strict=True):
            self.tie(self.people[a], self.people[b], int(layer), [float(x) for x in trust], [float(x) for x in roles])
        for person in self.people:
            person.room = len(person.ties) + 6

    def tie(self, a: Any, b: Any, layer: int, trust: list[float], understanding: list[float]) -> None:
        """Tie two people."""
        made = Tie(a, b, layer, a.body != b.body, trust, understanding)
        self.all_ties.append(made)
        a.ties.append(made)
        b.ties.append(made)

    def step(self) -> None:
        """Let a week pass."""
        people = self.agents
        before = self.held
        self.held = [self._cascade(b, before) for b in range(len(before))]
        people.do("arrive")
        for tie in self.all_ties:
            self._meet(tie)
        after, self.held = self.held, before
        people.do("gather")
        self.held = after
        people.do("connect")
        self.all_ties = [tie for tie in self.all_ties if not tie.ended]

    def _cascade(self, b: int, before: list[list[float]]) -> list[float]:
        p, above = self.p, self.above[b]
        after = []
        for k, now in enumerate(before[b]):
            then = now + p.own_interest * (self.declared[b][k] - now)
            if above:
                then += p.cascade * self.fidelity[b] * (sum(before[a][k] for a in above) / len(above) - now)
            after.append(min(1.0, max(0.0, then)))
        return after

    def _meet(self, tie: Tie) -> None:
        p, a, b, draw = self.p, tie.a, tie.b, self.random.random
        if a.left or b.left:
            tie.trust = [p.newcomer_trust] * 2
            tie.understanding = [p.newcomer_understanding] * 2
        rate = self.weights[tie.layer] * a.rate * b.rate
        if tie.across:
            rate *= 1 - p.pull_encounters * 0.5 * (a.pull + b.pull)
        tie.met = _poisson(rate, draw())
        tie.taken = tie.lost = 0
        if tie.met:
            apart = sum(abs(x - y) for x, y in zip(a.seen, b.seen, strict=True)) / len(a.seen)
            opens = min(1.0, p.opening + p.opening_difference * apart)
            odds = p.b0 + 0.5 * (
                p.b_reflexivity * (a.reflexivity + b.reflexivity)
                + p.b_licence * (a.licence + b.licence)
                - p.b_pull * (a.pull + b.pull)
            )
            odds += p.b_trust * min(tie.trust) + p.b_roles * min(tie.understanding)
            chance = 1 / (1 + exp(-odds))
            for _ in range(tie.met):
                if draw() < opens:
                    if draw() < chance:
                        tie.taken += 1
                    else:
                        tie.lost += 1
        kept = (1 - p.trust_loss) ** tie.lost * (1 - p.trust_fade)
        doubt = (1 - p.trust_gain) ** tie.taken
        tie.trust = [(1 - (1 - t) * doubt) * kept for t in tie.trust]
        unknown = (1 - p.understanding_gain) ** tie.taken
        tie.understanding = [(1 - (1 - u) * unknown) * (1 - p.understanding_fade) for u in tie.understanding]
        tie.ended = tie.met == 0 and tie.layer == INFORMAL and draw() < p.tie_fade

    def trust(self) -> float:
        """Return the mean trust over ties, both ways."""
        return sum(sum(tie.trust) for tie in self.all_ties) / (2 * len(self.all_ties))


def _poisson(rate: float, draw: float) -> int:
    chance = below = exp(-rate)
    number = 0
    while draw >= below and number < MOST:
        number += 1
        chance *= rate / number
        below += chance
    return number
