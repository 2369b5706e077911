"""The kernels of one week, over blocks of actors: each reads the week's start and writes what is its own."""

from __future__ import annotations

from math import exp, sqrt
from typing import Any, Final

import numpy as np
from numba import njit

from leaderful.simulation.parameters import Parameters
from leaderful.simulation.streams import pair, uniform
from leaderful.simulation.system import ACROSS_BODIES, INFORMAL, LAYER, ONE_SITE, ONE_SYSTEM, POOLED

GOLDEN: Final = np.uint64(0xD1342543DE82EF95)
"""What is added to a stream's key for each further draw of the same entity."""
MOST: Final = 15
"""Most encounters of one tie in one week."""
RATE, HALF, PULL, LEFT, PURPOSE = 0, 1, 2, 3, 4
"""Columns of what is seen of an actor: root of its share of time, half of its log odds, pull, whether new, purposes."""
TAKEN_AT, LOST_AT, MET_AT = 8, 12, 16
ENDED, STANDS = 1 << 20, 1 << 21
"""Bits of what a tie tells its ends of the week, above its mark: taken, lost, encounters, ended, standing."""
TIE_SUMS: Final = ("ties", "trust", "understanding", "encounters", "openings", "taken")
ACTOR_SUMS: Final = ("actors", "encounters", "openings", "taken", "purpose", "reflexivity", "ties", "across")
NOBODY, FORUM_ASK = -1, -2
"""What an actor asks for: no new contact, or one in its forum; otherwise whom it asks."""


@njit(cache=True, nogil=True)
def cascade(held: Any, declared: Any, fidelity: Any, above_row: Any, above: Any, p: Parameters, lift: float) -> Any:
    """Return the purpose each body holds next: drawn by those it answers to and by what it would hold alone."""
    after = np.empty_like(held)
    for b in range(held.shape[0]):
        start, stop = above_row[b], above_row[b + 1]
        for k in range(held.shape[1]):
            now = float(held[b, k])
            aim = declared[b, k] + lift * (1.0 - declared[b, k])
            then = now + p.own_interest * (aim - now)
            if stop > start:
                total = 0.0
                for place in range(start, stop):
                    total += held[above[place], k]
                then += p.cascade * fidelity[b] * (total / (stop - start) - now)
            after[b, k] = min(1.0, max(0.0, then))
    return after


@njit(cache=True, nogil=True)
def weigh(lo: int, hi: int, s: Any, weights: Any, load: Any) -> None:
    """Write how much time the ties of actors lo to hi take together."""
    for i in range(lo, hi):
        total = 0.0
        for slot in range(s.row[i], s.row[i + 1]):
            if s.partner[slot] >= 0:
                total += weights[s.mark[slot] & LAYER]
        for note in range(s.note_row[i], s.note_row[i + 1]):
            if s.note_slot[note] >= 0:
                total += weights[s.mark[s.note_slot[note]] & LAYER]
        load[i] = total


@njit(cache=True, nogil=True)
def prepare(
    lo: int, hi: int, s: Any, load: Any, seen: Any, heard: Any, p: Parameters, capacity: float, leave: Any, new: Any
) -> None:
    """Let posts change hands, and write what others see of actors lo to hi this week."""
    for i in range(lo, hi):
        who = np.uint64(i)
        gone = uniform(leave, who) < min(1.0, p.turnover + s.leaving[i])
        if gone:
            for k in range(s.purpose.shape[1]):
                drawn = 2.0 * p.newcomer_purpose * uniform(new, np.uint64(4 * i + k))
                s.purpose[i, k] = min(1.0, drawn)
            s.reflexivity[i] = p.newcomer_reflexivity
            s.carried[i] = 0
        body = s.body[i]
        rate = 0.0
        if load[i] > 0 and not s.jammed[body]:
            rate = sqrt(s.capacity[i] * capacity / load[i])
        part = 1.0 - (1.0 - p.pull_mechanism) ** s.mechanisms[body]
        pull = s.exposure[i] * (p.pull_base + (1.0 - p.pull_base) * part)
        licence = s.licence[body, s.tier[i]]
        seen[i, RATE] = rate
        seen[i, HALF] = 0.5 * (p.b_reflexivity * s.reflexivity[i] + p.b_licence * licence - p.b_pull * pull)
        seen[i, PULL] = pull
        seen[i, LEFT] = 1.0 if gone else 0.0
        for k in range(s.purpose.shape[1]):
            seen[i, PURPOSE + k] = s.purpose[i, k]
        heard[i] = s.carried[i]


@njit(cache=True, nogil=True, inline="always")
def expected(mark: Any, weights: Any, seen: Any, i: int, j: int, p: Parameters, urgency: float) -> float:
    """Return the expected encounters of a tie in a week, from its mark and what is seen of its ends i and j."""
    rate: float = (
        weights[mark & LAYER] * float(seen[i, RATE]) * float(seen[j, RATE]) * (1.0 + p.urgency_encounters * urgency)
    )
    if mark & ACROSS_BODIES:
        pull = 0.5 * (float(seen[i, PULL]) + float(seen[j, PULL]))
        if mark & POOLED:
            pull *= 1.0 - p.pooling
        rate *= 1.0 - p.pull_encounters * pull
        if mark & ONE_SITE:
            rate *= 1.0 + p.colocation
    return rate


@njit(cache=True, nogil=True, inline="always")
def poisson(rate: float, draw: float) -> int:
    """Return the number whose Poisson distribution function first exceeds the draw, `MOST` at most.

    The first steps are taken without a branch, which no processor could foresee.
    """
    none = exp(-rate)
    one = none * rate
    two = one * (rate / 2.0)
    upto_one = none + one
    below = upto_one + two
    number = int(draw >= none) + int(draw >= upto_one) + int(draw >= below)
    if number == 3:
        chance = two * (rate / 3.0)
        below += chance
        while draw >= below and number < MOST:
            number += 1
            chance *= rate / number
            below += chance
    return number


@njit(cache=True, nogil=True, inline="always")
def difference(seen: Any, i: int, j: int, purposes: int) -> float:
    """Return the mean difference of purpose of actors i and j, from what is seen of them."""
    total = 0.0
    for k in range(purposes):
        total += abs(float(seen[i, PURPOSE + k]) - float(seen[j, PURPOSE + k]))
    return total / purposes


@njit(cache=True, nogil=True, inline="always")
def log_odds(
    mark: Any, seen: Any, i: int, j: int, trust: float, understanding: float, p: Parameters, urgency: float
) -> float:
    """Return the log odds that a moment of a tie is taken, from the lesser trust and the lesser understanding."""
    value = p.b0 + p.b_urgency * urgency + float(seen[i, HALF]) + float(seen[j, HALF])
    if mark & POOLED:
        value += p.b_pull * p.pooling * 0.5 * (float(seen[i, PULL]) + float(seen[j, PULL]))
    return value + p.b_trust * trust + p.b_roles * understanding


@njit(cache=True, nogil=True)
def meet(
    lo: int, hi: int, s: Any, seen: Any, weights: Any, p: Parameters, urgency: float, keys: Any, told: Any, sums: Any
) -> None:
    """Draw the week of every tie that actors lo to hi own: encounters, openings, responses, and what they leave.

    `keys` are those of encounters, openings, responses and fading. `told` gets what each tie tells its two
    ends; `sums`, shape (2, 6), gets the totals of `TIE_SUMS` within bodies and across.
    """
    purposes, content = s.purpose.shape[1], s.content
    totals = np.zeros((2, 6))
    times = np.empty(np.max(s.row[lo + 1 : hi + 1] - s.row[lo:hi]), dtype=np.int64)
    for i in range(lo, hi):
        first = s.row[i]
        for slot in range(first, s.row[i + 1]):  # apart from what follows, so that one tie need not wait for another
            j = s.partner[slot]
            if j >= 0:
                rate = expected(s.mark[slot], weights, seen, i, j, p, urgency)
                times[slot - first] = poisson(rate, uniform(keys[0], pair(i, j)))
        for slot in range(first, s.row[i + 1]):
            j = s.partner[slot]
            if j < 0:
                told[slot] = 0
                continue
            mark = s.mark[slot]
            who = pair(i, j)
            if seen[i, LEFT] + seen[j, LEFT] > 0:
                content[slot, 0] = content[slot, 1] = p.newcomer_trust
                content[slot, 2] = content[slot, 3] = p.newcomer_understanding
            met = times[slot - first]
            taken = lost = 0
            if met:
                apart = difference(seen, i, j, purposes)
                opens = min(1.0, p.opening + p.opening_urgency * urgency + p.opening_difference * apart)
                chance = -1.0
                for k in range(met):
                    further = np.uint64(k) * GOLDEN
                    if uniform(keys[1] + further, who) < opens:
                        if chance < 0:
                            trust = min(content[slot, 0], content[slot, 1])
                            roles = min(content[slot, 2], content[slot, 3])
                            chance = 1.0 / (1.0 + exp(-log_odds(mark, seen, i, j, trust, roles, p, urgency)))
                        if uniform(keys[2] + further, who) < chance:
                            taken += 1
                        else:
                            lost += 1
            kept = 1.0 - p.trust_fade
            doubt = unknown = 1.0
            for _ in range(taken):
                doubt *= 1.0 - p.trust_gain
                unknown *= 1.0 - p.understanding_gain
            for _ in range(lost):
                kept *= 1.0 - p.trust_loss
            for side in range(2):
                content[slot, side] = (1.0 - (1.0 - content[slot, side]) * doubt) * kept
                known = 1.0 - (1.0 - content[slot, 2 + side]) * unknown
                content[slot, 2 + side] = known * (1.0 - p.understanding_fade)
            bits = mark | taken << TAKEN_AT | lost << LOST_AT | met << MET_AT | STANDS
            if met == 0 and mark & LAYER == INFORMAL and uniform(keys[3], who) < p.tie_fade:
                bits |= ENDED
            told[slot] = bits
            across = 1 if mark & ACROSS_BODIES else 0
            totals[across, 0] += 1
            totals[across, 1] += 0.5 * (content[slot, 0] + content[slot, 1])
            totals[across, 2] += 0.5 * (content[slot, 2] + content[slot, 3])
            totals[across, 3] += met
            totals[across, 4] += taken + lost
            totals[across, 5] += taken
    sums[:] = totals


@njit(cache=True, nogil=True, inline="always")
def part_of(step: float, times: int) -> float:
    """Return how far a number of equal steps goes together."""
    left = 1.0
    for _ in range(times):
        left *= 1.0 - step
    return 1.0 - left


@njit(cache=True, nogil=True)
def gather(
    lo: int,
    hi: int,
    s: Any,
    seen: Any,
    heard: Any,
    held: Any,
    told: Any,
    weights: Any,
    p: Parameters,
    capacity: float,
    keys: Any,
    load: Any,
    asks: Any,
    sums: Any,
) -> None:
    """Let actors lo to hi take in what their ties told them: purposes, conversations, reflection, whom to ask.

    `keys` are those of reflection, introduction, contact and forum. `load` gets the time that the ties left
    take, `asks` whom an actor asks for a contact; `sums`, shape (4, 8), the totals of `ACTOR_SUMS` by tier.
    """
    purposes = s.purpose.shape[1]
    totals = np.zeros((4, 8))
    moved, weight = np.empty(4), np.empty(4)
    row, note_row, partner, note_slot, note_owner = s.row, s.note_row, s.partner, s.note_slot, s.note_owner
    for i in range(lo, hi):
        own = row[i + 1] - row[i]
        count = own + note_row[i + 1] - note_row[i]
        reach = p.bound + p.bound_reflexivity * s.reflexivity[i]
        for k in range(purposes):
            moved[k] = weight[k] = 0.0
        time = 0.0
        moments = ordinary = met = took = crossing = ties = across = introducers = 0
        carried = heard[i]
        for place in range(count):
            owns = place < own
            at = row[i] + place if owns else note_row[i] + place - own
            slot = at if owns else np.int64(note_slot[at])
            bits = told[slot] if slot >= 0 else 0
            if not bits & STANDS:
                continue
            taken, lost, often = bits >> TAKEN_AT & 15, bits >> LOST_AT & 15, bits >> MET_AT & 15
            met += often
            took += taken
            moments += taken + lost
            ordinary += often - taken - lost
            if bits & ENDED:
                if owns:  # the other end frees its note
                    partner[slot] = -1
                else:
                    note_slot[at] = -1
            else:
                time += weights[bits & LAYER]
                ties += 1
                across += 1 if bits & ACROSS_BODIES else 0
            if taken == 0:
                continue
            j = partner[slot] if owns else note_owner[at]
            if bits & ACROSS_BODIES:
                crossing += taken
                introducers += 1
            if bits & ONE_SYSTEM:
                carried |= heard[j]
            step = part_of(p.purpose_step, taken)
            for k in range(purposes):
                gap = float(seen[j, PURPOSE + k]) - float(seen[i, PURPOSE + k])
                if abs(gap) <= reach:
                    moved[k] += step * gap
                    weight[k] += step
        load[i] = time
        s.carried[i] = carried
        drift = part_of(p.drift, ordinary)
        tier = s.tier[i]
        draw = p.membership * (1.0 - p.distance) ** tier
        kept = 0.0
        for k in range(purposes):
            aim = float(held[s.body[i], k])
            x = float(seen[i, PURPOSE + k]) + moved[k] / max(1.0, weight[k])
            x += drift * (aim - x)
            x += draw * (aim - x)
            x = min(1.0, max(0.0, x))
            s.purpose[i, k] = x
            kept += x
        r = float(s.reflexivity[i])
        chance = part_of(min(1.0, p.reflection * s.practice[i] * capacity), moments)
        who = np.uint64(i)
        if moments and uniform(keys[0], who) < chance:
            r += p.reflexivity_gain * (1.0 - r)
        else:
            r *= 1.0 - p.reflexivity_decay
        s.reflexivity[i] = r
        asks[i] = NOBODY
        if crossing and uniform(keys[1], who) < part_of(p.closure, crossing):
            asks[i] = _introducer(s, i, told, int(uniform(keys[2], who) * introducers))
        elif s.forum[i] >= 0 and uniform(keys[3], who) < p.forum_contact:
            asks[i] = FORUM_ASK
        totals[tier, 0] += 1
        totals[tier, 1] += met
        totals[tier, 2] += moments
        totals[tier, 3] += took
        totals[tier, 4] += kept / purposes
        totals[tier, 5] += r
        totals[tier, 6] += ties
        totals[tier, 7] += across
    sums[:] = totals


@njit(cache=True, nogil=True)
def _introducer(s: Any, i: int, told: Any, number: int) -> int:
    """Return the partner of the tie, by number, of those across bodies that had a moment taken."""
    for slot in range(s.row[i], s.row[i + 1]):
        if told[slot] & ACROSS_BODIES and told[slot] >> TAKEN_AT & 15:
            if number == 0:
                return int(s.partner[slot])
            number -= 1
    for note in range(s.note_row[i], s.note_row[i + 1]):
        slot = s.note_slot[note]
        if slot >= 0 and told[slot] & ACROSS_BODIES and told[slot] >> TAKEN_AT & 15:
            if number == 0:
                return int(s.note_owner[note])
            number -= 1
    return NOBODY
