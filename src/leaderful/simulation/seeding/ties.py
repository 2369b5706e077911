"""The ties of a seeding: teams, line management, forums, and informal ties within and across bodies."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from leaderful.simulation.seeding.assumptions import number
from leaderful.simulation.seeding.people import Staff, Teams
from leaderful.simulation.system import FORUM, INFORMAL, LINE, TEAM, TIERS, Bytes, Floats, Numbers, Offsets, Ties

_TRIES = 4
"""Draws of a partner before an informal tie is given up: in small bodies everybody is tied already."""
Pairs = tuple[Offsets, Offsets]


class Contents(NamedTuple):
    """What ties start with: shapes (m, 2), both ways."""

    trust: Floats
    understanding: Floats


def tie(rng: np.random.Generator, staff: Staff, forum: Numbers) -> Ties:
    """Return all ties of the people of a system, each pair once: structure goes before what is informal."""
    layers = {
        TEAM: team_pairs(staff.teams),
        LINE: line_pairs(staff.teams),
        FORUM: forum_pairs(rng, forum),
    }
    informal = [within_pairs(rng, staff), across_pairs(rng, staff.body, staff.tier, staff.place)]
    layers[INFORMAL] = (np.concatenate([pair[0] for pair in informal]), np.concatenate([pair[1] for pair in informal]))
    a, b, layer = merged(layers, len(staff.body))
    content = contents(rng, staff.body[a] != staff.body[b])
    return Ties(a=a, b=b, layer=layer, trust=content.trust, understanding=content.understanding)


def merged(layers: dict[int, Pairs], n: int) -> tuple[Numbers, Numbers, Bytes]:
    """Return pairs of all layers without repeats; a pair named in several layers belongs to the first of them."""
    keys = [np.minimum(a, b) * n + np.maximum(a, b) for a, b in layers.values()]
    layer = np.repeat(np.array(list(layers), dtype=np.uint8), [len(key) for key in keys])
    key, first = np.unique(np.concatenate(keys), return_index=True)
    return (key // n).astype(np.int32), (key % n).astype(np.int32), layer[first]


def contents(rng: np.random.Generator, across: NDArray[np.bool_]) -> Contents:
    """Return what ties start with, by whether they cross bodies."""
    return Contents(
        *(
            spread(rng, np.where(across, number(f"{name}_across"), number(f"{name}_within"))[:, None].repeat(2, axis=1))
            for name in ("trust", "understanding")
        )
    )


def spread(rng: np.random.Generator, means: NDArray[np.float64]) -> Floats:
    """Return contents of ties spread about their means, within 0 to 1."""
    drawn = rng.standard_normal(means.shape, dtype=np.float32) * np.float32(number("tie_spread"))
    drawn += means.astype(np.float32)
    return np.clip(drawn, 0, 1, out=drawn)


def team_pairs(teams: Teams) -> Pairs:
    """Tie everyone but the lead to the colleagues next in a ring: in small teams these are all."""
    s, rank = teams.section, teams.rank - 1
    size = teams.people[s] // teams.teams[s] + (teams.team < teams.people[s] % teams.teams[s]) - 1
    members = np.flatnonzero(rank >= 0)
    rank, size = rank[members], size[members]
    pairs = [_ring(rank, size, step) for step in range(1, int(number("teammates")) // 2 + 1)]
    base = (teams.start[s] + teams.team)[members]
    step = teams.teams[s][members]
    return (
        np.concatenate([members[who] for who, _ in pairs]),
        np.concatenate([base[who] + (other + 1) * step[who] for who, other in pairs]),
    )


def line_pairs(teams: Teams) -> Pairs:
    """Tie everyone to the lead of their team, and leads to those whom they report to."""
    s = teams.section
    lead = teams.start[s] + teams.team
    own = np.arange(len(s))
    reports = np.where(teams.above[s] >= 0, teams.above[s] + teams.team % teams.above_people[s], teams.start[s])
    upper = np.where(teams.rank > 0, lead, reports)
    kept = upper != own
    return own[kept], upper[kept]


def forum_pairs(rng: np.random.Generator, forum: Numbers) -> Pairs:
    """Tie the members of a forum to those who sit next to them, in an order drawn by lot."""
    members = np.flatnonzero(forum >= 0)
    members = members[np.lexsort((rng.random(len(members)), forum[members]))]
    counts = np.bincount(forum[members]) if len(members) else np.zeros(1, dtype=np.int64)
    start = np.concatenate([[0], np.cumsum(counts)])[forum[members]]
    rank, size = np.arange(len(members)) - start, counts[forum[members]]
    pairs = [_ring(rank, size, step) for step in range(1, int(number("forum_partners")) // 2 + 1)]
    return (
        np.concatenate([members[who] for who, _ in pairs]),
        np.concatenate([members[start[who] + other] for who, other in pairs]),
    )


def _ring(rank: Offsets, size: Offsets, step: int) -> Pairs:
    """Return who reaches whom so many places on in rings of these sizes, each pair once: positions and ranks."""
    who = np.flatnonzero((2 * step < size) | ((2 * step == size) & (rank < step)))
    return who, (rank[who] + step) % size[who]


def within_pairs(rng: np.random.Generator, staff: Staff) -> Pairs:
    """Draw informal ties to others of the same body."""
    own = drawers(rng, len(staff.body), number("informal_within"))
    first, people = staff.first[:-1][staff.body[own]], np.diff(staff.first)[staff.body[own]]
    other = first + (rng.random(len(own)) * people).astype(np.int64)
    kept = own != other
    return own[kept], other[kept]


def across_pairs(rng: np.random.Generator, body: Numbers, tier: Bytes, place: Numbers) -> Pairs:
    """Draw informal ties to other bodies, mostly in the own place and often in the own tier."""
    own = drawers(rng, len(body), number("informal_across"))
    group = (place.astype(np.int64) + 1) * len(TIERS) + tier
    order = np.argsort(group, kind="stable")
    ends = np.concatenate([[0], np.cumsum(np.bincount(group, minlength=len(TIERS)))])
    found = np.full(len(own), -1, dtype=np.int64)
    left = np.arange(len(own))
    for _ in range(_TRIES):
        other = _candidates(rng, own[left], place, tier, order, ends)
        good = (other >= 0) & (body[own[left]] != body[other])
        found[left[good]] = other[good]
        left = left[~good]
    kept = found >= 0
    return own[kept], found[kept]


def _candidates(
    rng: np.random.Generator, own: Offsets, place: Numbers, tier: Bytes, order: Offsets, ends: Offsets
) -> Offsets:
    """Draw a person for each of `own`, from their own place or anyone's, their own tier or any; -1 without."""
    anyone = (rng.random(len(own)) * len(place)).astype(np.int64)
    where = np.where(rng.random(len(own)) < number("same_place"), place[own], place[anyone]).astype(np.int64) + 1
    alike = rng.random(len(own)) < number("same_tier")
    tiers = len(TIERS)
    low = where * tiers + np.where(alike, tier[own], 0)
    high = np.minimum(low + np.where(alike, 1, tiers), len(ends) - 1)
    start, count = ends[np.minimum(low, len(ends) - 1)], ends[high] - ends[np.minimum(low, len(ends) - 1)]
    other = order[np.minimum(start + (rng.random(len(own)) * count).astype(np.int64), len(order) - 1)]
    return np.where(count > 0, other, -1)


def drawers(rng: np.random.Generator, n: int, degree: float) -> Offsets:
    """Return who draws a tie, as often as they draw, so that a person has this many on average."""
    draws = degree / 2  # each tie drawn by one end is a tie of the other too
    times = int(draws) + (rng.random(n) < draws - int(draws))
    return np.repeat(np.arange(n), times)
