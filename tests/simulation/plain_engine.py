"""The model once more, in plain NumPy from its description alone: what the kernels must give on small systems.

Nothing here is shared with the kernels but the arrays of a system and the keys of the streams: the hash, the
draws, the nine steps and the sums are written again, whole arrays at a time, so that a slip in either shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from plain_series import FOLLOWED, Week, conversations_begin, reach_rows, week_rows

from leaderful.simulation.building import mark_ties
from leaderful.simulation.parameters import Parameters
from leaderful.simulation.streams import stream_key
from leaderful.simulation.system import (
    ACROSS_BODIES,
    INFORMAL,
    LAYER,
    ONE_SITE,
    ONE_SYSTEM,
    POOLED,
    System,
)

GOLDEN = 0xD1342543DE82EF95
MOST = 15
Array = np.ndarray[Any, Any]


def hashed(key: int | np.uint64, entity: Array) -> Array:
    """Return 64 hashed bits for every entity."""
    k = np.uint64(key)
    with np.errstate(over="ignore"):
        z = k ^ (entity.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15))
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = (z ^ (z >> np.uint64(31))) + k
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    return z ^ (z >> np.uint64(28))


def draws(seed: int, name: str, week: int, entity: Array, number: int = 0) -> Array:
    """Return draw `number` of a stream in a week for every entity, uniform on [0, 1)."""
    key = (int(stream_key(seed, name, week)) + number * GOLDEN) % 2**64
    return (hashed(key, entity) >> np.uint64(11)).astype(np.float64) / 2.0**53


def pairs(a: Array, b: Array) -> Array:
    """Return the entities of ties."""
    low, high = np.minimum(a, b).astype(np.uint64), np.maximum(a, b).astype(np.uint64)
    return (high << np.uint64(32)) | low


def poisson(rate: Array, u: Array) -> Array:
    """Return Poisson numbers by inversion, at most 15."""
    chance = np.exp(-rate)
    below, number = chance.copy(), np.zeros(len(rate), dtype=np.int64)
    for k in range(1, MOST + 1):
        more = u >= below
        number[more] = k
        chance = chance * rate / k
        below = np.where(more, below + chance, np.inf)
    return number


@dataclass
class Drawn:
    """What a week holds: one entry a tie that stands."""

    slot: Array
    a: Array
    b: Array
    pair: Array
    n: Array
    opened: Array
    taken: Array
    moment: Array
    yes: Array
    logit: Array
    trust: Array
    understanding: Array


class PlainEngine:
    """A run of the model on a copy of a system."""

    def __init__(
        self, system: System, parameters: Parameters, *, seed: int, schedule: Any = None, week: int = 0
    ) -> None:
        self.system, self.p, self.seed, self.schedule, self.week = system.copy(), parameters, seed, schedule, week
        self.rows: list[tuple[int, str, str, str, float | None, int]] = []
        self._starters: Array | None = None

    def advance(self, weeks: int) -> None:
        for _ in range(weeks):
            self._one_week()
            self.week += 1

    def _one_week(self) -> None:
        s = self.system
        forcing = self._shocks(s)
        if self.week % FOLLOWED == 0:
            self._starters = conversations_begin(s, lambda who: draws(self.seed, "conversation", self.week, who))
        left = self._turnover(s)
        held, s.held = s.held.astype(float), self._cascade(s, forcing)
        drawn = self._drawn(s, forcing, left)
        purpose, carried = self._gathered(s, held, drawn), self._carried(s, drawn)
        reflexivity = self._reflected(s, forcing, drawn)
        content = self._content(drawn)
        s.purpose, s.carried, s.reflexivity = purpose, carried, reflexivity
        s.content[drawn.slot] = content
        standing = Week(drawn.a, drawn.b, s.mark[drawn.slot], content, drawn.n, drawn.opened, drawn.taken)
        self._end_ties(s, drawn)
        self.rows += week_rows(self.week, s, standing)
        self._new_ties(s, drawn)
        if (self.week + 1) % FOLLOWED == 0 and self._starters is not None:
            self.rows += reach_rows(self.week, s, self._starters)

    def events(self) -> Drawn:
        """Return what the coming week holds, drawn but not carried out."""
        s = self.system
        try:
            self.system = s.copy()
            forcing = self._shocks(self.system)
            return self._drawn(self.system, forcing, self._turnover(self.system))
        finally:
            self.system = s

    # 1 shocks
    def _shocks(self, s: System) -> tuple[float, float, float]:
        if self.schedule is None:
            return 0.0, 1.0, 0.0
        self.schedule.act(self.week, s, self.seed)
        urgency, capacity, purpose = self.schedule.forcing(self.week)
        return float(urgency), float(capacity), float(purpose)

    def _turnover(self, s: System) -> Array:
        everybody = np.arange(s.size)
        left = draws(self.seed, "turnover", self.week, everybody) < np.minimum(1, self.p.turnover + s.leaving)
        for p in range(s.purpose.shape[1]):
            new = np.minimum(
                1, 2 * self.p.newcomer_purpose * draws(self.seed, "newcomer", self.week, 4 * everybody + p)
            )
            s.purpose[left, p] = new[left]
        s.reflexivity[left] = self.p.newcomer_reflexivity
        s.carried[left] = 0
        return left

    # 2 cascade
    def _cascade(self, s: System, forcing: tuple[float, float, float]) -> Array:
        held, declared = s.held.astype(float), s.declared.astype(float)
        aim = declared + forcing[2] * (1 - declared)
        counts = np.diff(s.above_row)
        below = np.repeat(np.arange(len(counts)), counts)
        above = np.zeros_like(held)
        np.add.at(above, below, held[s.above])
        gap = np.where(counts[:, None] > 0, above / np.maximum(counts, 1)[:, None] - held, 0.0)
        moved = held + self.p.cascade * s.fidelity[:, None].astype(float) * gap + self.p.own_interest * (aim - held)
        return np.clip(moved, 0, 1).astype(np.float32)

    # 3 encounters, 4 openings, 5 response
    def _weights(self) -> Array:
        p = self.p
        return np.array([p.weight_team, p.weight_line, p.weight_forum, p.weight_informal])

    def _pull(self, s: System) -> Array:
        reached = 1 - (1 - self.p.pull_mechanism) ** s.mechanisms[s.body]
        return (s.exposure.astype(float) * (self.p.pull_base + (1 - self.p.pull_base) * reached)).astype(np.float32)

    def _rate(self, s: System, forcing: tuple[float, float, float], a: Array, b: Array, mark: Array) -> Array:
        weight = self._weights()[mark & LAYER]
        load = np.zeros(s.size)
        np.add.at(load, a, weight)
        np.add.at(load, b, weight)
        load = load.astype(np.float32).astype(float)
        able = (load > 0) & ~s.jammed[s.body]
        share = np.where(able, np.sqrt(s.capacity * forcing[1] / np.where(able, load, 1)), 0).astype(np.float32)
        share = share.astype(float)
        rate = weight * share[a] * share[b] * (1 + self.p.urgency_encounters * forcing[0])
        pull = self._pull(s).astype(float)
        pooled = np.where(mark & POOLED, 1 - self.p.pooling, 1.0)
        crossing = 1 - self.p.pull_encounters * (pull[a] + pull[b]) / 2 * pooled
        crossing *= np.where(mark & ONE_SITE, 1 + self.p.colocation, 1.0)
        return np.where(mark & ACROSS_BODIES, rate * crossing, rate)

    def _drawn(self, s: System, forcing: tuple[float, float, float], left: Array) -> Drawn:
        p, urgency = self.p, forcing[0]
        slot = np.flatnonzero(s.partner >= 0)
        a, b, mark = s.owners()[slot].astype(np.int64), s.partner[slot].astype(np.int64), s.mark[slot]
        pair = pairs(a, b)
        n = poisson(self._rate(s, forcing, a, b, mark), draws(self.seed, "encounters", self.week, pair))
        new = left[a] | left[b]
        s.content[slot[new]] = (p.newcomer_trust,) * 2 + (p.newcomer_understanding,) * 2
        content = s.content[slot].astype(float)
        distance = np.abs(s.purpose[a].astype(float) - s.purpose[b]).mean(axis=1)
        opens = np.minimum(1, p.opening + p.opening_urgency * urgency + p.opening_difference * distance)
        logit = p.b0 + p.b_urgency * urgency + self._ends(s, a, b, mark)
        logit = logit + p.b_trust * content[:, :2].min(axis=1) + p.b_roles * content[:, 2:].min(axis=1)
        chance = 1 / (1 + np.exp(-logit))
        moment, yes = [], []
        for k in range(MOST):
            open_now = (n > k) & (draws(self.seed, "openings", self.week, pair, k) < opens)
            take = open_now & (draws(self.seed, "responses", self.week, pair, k) < chance)
            moment.append(open_now)
            yes.append(take)
        opened, taken = np.array(moment), np.array(yes)
        return Drawn(
            slot, a, b, pair, n, opened.sum(axis=0), taken.sum(axis=0), opened, taken, logit,
            content[:, :2], content[:, 2:],
        )  # fmt: skip

    def _ends(self, s: System, a: Array, b: Array, mark: Array) -> Array:
        p, pull = self.p, self._pull(s).astype(float)
        licence = s.licence[s.body, s.tier].astype(float)
        half = (p.b_reflexivity * s.reflexivity.astype(float) + p.b_licence * licence - p.b_pull * pull) / 2
        half = half.astype(np.float32).astype(float)
        return half[a] + half[b] + np.where(mark & POOLED, p.b_pull * p.pooling * (pull[a] + pull[b]) / 2, 0.0)

    # 6 consequence
    def _content(self, d: Drawn) -> Array:
        p, taken, lost = self.p, d.taken[:, None], (d.opened - d.taken)[:, None]
        trust = (1 - (1 - d.trust) * (1 - p.trust_gain) ** taken) * (1 - p.trust_loss) ** lost * (1 - p.trust_fade)
        roles = (1 - (1 - d.understanding) * (1 - p.understanding_gain) ** taken) * (1 - p.understanding_fade)
        return np.hstack([trust, roles]).astype(np.float32)

    def _gathered(self, s: System, held: Array, d: Drawn) -> Array:
        p, x = self.p, s.purpose.astype(float)
        me, other = np.concatenate([d.a, d.b]), np.concatenate([d.b, d.a])
        gain = (1 - (1 - p.purpose_step) ** np.concatenate([d.taken, d.taken]))[:, None]
        gap = x[other] - x[me]
        gain = np.where(
            np.abs(gap) <= (p.bound + p.bound_reflexivity * s.reflexivity.astype(float))[me][:, None], gain, 0
        )
        whole, moved = np.zeros_like(x), np.zeros_like(x)
        np.add.at(whole, me, gain)
        np.add.at(moved, me, gain * gap)
        x = x + moved / np.maximum(1, whole)
        ordinary = self._over_ties(s, d, d.n - d.opened)
        own = held[s.body]
        x = x + (1 - (1 - p.drift) ** ordinary)[:, None] * (own - x)
        x = x + (p.membership * (1 - p.distance) ** s.tier.astype(float))[:, None] * (own - x)
        return x.astype(np.float32)

    def _over_ties(self, s: System, d: Drawn, numbers: Array) -> Array:
        return np.bincount(d.a, numbers, s.size) + np.bincount(d.b, numbers, s.size)

    def _carried(self, s: System, d: Drawn) -> Array:
        carried = s.carried.copy()
        passes = (d.taken > 0) & (s.mark[d.slot] & ONE_SYSTEM > 0)
        np.bitwise_or.at(carried, d.a[passes], s.carried[d.b[passes]])
        np.bitwise_or.at(carried, d.b[passes], s.carried[d.a[passes]])
        return carried

    # 7 reflection
    def _reflected(self, s: System, forcing: tuple[float, float, float], d: Drawn) -> Array:
        p, r = self.p, s.reflexivity.astype(float)
        chance = np.minimum(1, p.reflection * s.practice.astype(float) * forcing[1])
        moments = self._over_ties(s, d, d.opened)
        u = draws(self.seed, "reflection", self.week, np.arange(s.size))
        reflects = (moments > 0) & (u < 1 - (1 - chance) ** moments)
        return np.where(reflects, r + p.reflexivity_gain * (1 - r), r * (1 - p.reflexivity_decay)).astype(np.float32)

    # 8 ties
    def _end_ties(self, s: System, d: Drawn) -> None:
        informal = (s.mark[d.slot] & LAYER) == INFORMAL
        ends = informal & (d.n == 0) & (draws(self.seed, "fading", self.week, d.pair) < self.p.tie_fade)
        s.partner[d.slot[ends]] = -1
        gone = np.isin(s.note_slot, d.slot[ends])
        s.note_slot[gone] = -1
        s.note_owner[gone] = -1

    def _new_ties(self, s: System, d: Drawn) -> None:
        """Find whom each actor asks for, then meet the asks one by one."""
        member, contact = (draws(self.seed, name, self.week, np.arange(s.size), 1) for name in ("forum", "contact"))
        for i, partner in self._asks(s, d):
            if partner is None:
                known = s.members[s.members_row[s.forum[i]] : s.members_row[s.forum[i] + 1]].tolist()
                wanted = known[int(member[i] * len(known))]
            else:
                known = _contacts(s, partner)
                wanted = known[int(contact[i] * len(known))]
            if wanted == i or wanted in _contacts(s, i) or s.jammed[s.body[i]] or s.jammed[s.body[wanted]]:
                continue
            low, high = min(i, wanted), max(i, wanted)
            if not _lay_tie(s, low, high, self.p):
                _lay_tie(s, high, low, self.p)
        mark_ties(s)

    def _asks(self, s: System, d: Drawn) -> list[tuple[int, int | None]]:
        """Return who asks whom for an introduction, or nobody where the forum is asked."""
        everybody = np.arange(s.size)
        across = (d.taken > 0) & (s.mark[d.slot] & ACROSS_BODIES > 0)
        moments = self._over_ties(s, d, np.where(across, d.taken, 0))
        closes = draws(self.seed, "introduction", self.week, everybody) < 1 - (1 - self.p.closure) ** moments
        closes &= moments > 0
        sits = (draws(self.seed, "forum", self.week, everybody) < self.p.forum_contact) & (s.forum >= 0)
        first = draws(self.seed, "contact", self.week, everybody)
        with_moment = {frozenset(ends) for ends in zip(d.a[across].tolist(), d.b[across].tolist(), strict=True)}
        asks: list[tuple[int, int | None]] = []
        for i in np.flatnonzero(closes | sits).tolist():
            partners = [j for j in _contacts(s, i) if frozenset((i, j)) in with_moment]
            asks.append((i, partners[int(first[i] * len(partners))] if closes[i] else None))
        return asks


def _contacts(s: System, i: int) -> list[int]:
    """Return whom an actor has ties with, in order of slots and then of notes."""
    slots = s.partner[s.row[i] : s.row[i + 1]]
    notes = slice(s.note_row[i], s.note_row[i + 1])
    owners = s.note_owner[notes][s.note_slot[notes] >= 0]
    return [*slots[slots >= 0].tolist(), *owners.tolist()]


def _lay_tie(s: System, owner: int, other: int, p: Parameters) -> bool:
    """Lay an informal tie into the first free slot and note; return whether both were free."""
    slots = np.flatnonzero(s.partner[s.row[owner] : s.row[owner + 1]] < 0)
    notes = np.flatnonzero(s.note_slot[s.note_row[other] : s.note_row[other + 1]] < 0)
    if not len(slots) or not len(notes):
        return False
    slot, note = s.row[owner] + slots[0], s.note_row[other] + notes[0]
    s.partner[slot], s.mark[slot] = other, INFORMAL
    s.content[slot] = (p.new_trust,) * 2 + (p.new_understanding,) * 2
    s.note_slot[note], s.note_owner[note] = slot, owner
    return True
