"""The people of a seeding: bodies filled with teams, tiers and places, and what each person starts with."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from leaderful.simulation.seeding.assumptions import Workforce, by_tier, number
from leaderful.simulation.system import Bytes, Floats, Numbers, Offsets

_UNSEEN = -1
_LED = 12


class Teams(NamedTuple):
    """Teams of a system in closed form: people of a section of a body are dealt to its teams in turn.

    A section is a run of people: the leaders of a body, where there are enough to make teams of their own, or
    the rest. Of section s, the person of rank k in team t stands at ``start[s] + k * teams[s] + t``; rank 0 leads.
    """

    start: Offsets
    people: Offsets
    teams: Offsets
    above: Offsets
    """Where the people stand to whom leads of the section report, -1 when they report to the first lead."""
    above_people: Offsets
    first_team: Offsets
    """Number of the first team of each section."""
    section: Offsets
    """Shape (n,): section of each person."""
    team: Offsets
    """Shape (n,): team of each person within the section."""
    rank: Offsets
    """Shape (n,)."""


class Staff(NamedTuple):
    """The people of one system, in order of their bodies."""

    body: Numbers
    """Row of their body among the bodies of the system."""
    tier: Bytes
    place: Numbers
    leaders: Offsets
    """Shape (b,): people of each body above the tier of practitioner."""
    first: Offsets
    """Shape (b + 1,): where the people of each body begin."""
    teams: Teams


def hire(
    rng: np.random.Generator,
    people: Offsets,
    kinds: list[Workforce | None],
    places: Numbers,
    weights: NDArray[np.float64],
) -> Staff:
    """Fill bodies with people.

    Parameters
    ----------
    rng
        Draws of this system.
    people
        Shape (b,): people of each body.
    kinds
        Workforce of each body's kind; None for bodies without people.
    places
        Shape (b,): place of each body, -1 for those that work in several.
    weights
        Shape (p,): size of each place.
    """
    b = len(people)
    tiers = np.array([kind.tiers if kind else (0, 0, 0, 1) for kind in kinds], dtype=np.float64)
    team = np.array([kind.team if kind else 1 for kind in kinds], dtype=np.float64)
    counts = _tier_counts(rng, people, tiers)
    first = np.concatenate([[0], np.cumsum(people)])
    body = np.repeat(np.arange(b), people)
    within = np.arange(first[-1]) - first[body]
    tier = (within[:, None] >= np.cumsum(counts, axis=1)[body]).sum(axis=1)
    teams = _teams(first, people, counts[:, :2].sum(axis=1), counts[:, 0], team)
    return Staff(
        body=body.astype(np.int32),
        tier=tier.astype(np.uint8),
        place=_places(rng, teams, body, places, weights),
        leaders=counts.sum(axis=1),
        first=first,
        teams=teams,
    )


def _tier_counts(rng: np.random.Generator, people: Offsets, tiers: NDArray[np.float64]) -> Offsets:
    """Return board, executives and managers of each body, shape (b, 3): shares rounded by chance, so that they add up.

    A body of twelve has one of each where its kind has any, and one of twenty-four two: a small part is still led.
    """
    drawn = np.floor(tiers[:, :3] * people[:, None] + rng.random((len(people), 3)))
    fewest = np.where(tiers[:, :3] > 0, np.minimum(people // _LED, 2)[:, None], 0)
    counts = np.maximum(drawn, fewest).astype(np.int64)
    ends = np.minimum(np.cumsum(counts, axis=1), people[:, None])
    return np.diff(ends, axis=1, prepend=0)


def _teams(first: Offsets, people: Offsets, top: Offsets, board: Offsets, size: NDArray[np.float64]) -> Teams:
    apart = np.where(top >= number("leaders_apart"), top, 0)
    counts = np.stack([apart, people - apart], axis=1)
    starts = np.stack([first[:-1], first[:-1] + apart], axis=1)
    # Leads of the other teams report to executives, or to the board where there are none.
    chiefs = np.where(top > board, board, 0)
    above = np.stack([np.full(len(top), _UNSEEN), np.where(apart > 0, first[:-1] + chiefs, _UNSEEN)], axis=1)
    above_people = np.stack([np.ones(len(top)), np.maximum(top - chiefs, 1)], axis=1)
    sizes = np.repeat(size[:, None], 2, axis=1)
    kept = counts.ravel() > 0
    count = counts.ravel()[kept]
    teams = np.clip(np.rint(count / sizes.ravel()[kept]), 1, count).astype(np.int64)
    start = starts.ravel()[kept]
    section = np.repeat(np.arange(len(count)), count)
    within = np.arange(len(section)) - start[section]
    return Teams(
        start=start,
        people=count,
        teams=teams,
        above=above.ravel()[kept].astype(np.int64),
        above_people=above_people.ravel()[kept].astype(np.int64),
        first_team=np.concatenate([[0], np.cumsum(teams)[:-1]]).astype(np.int64),
        section=section,
        team=within % teams[section],
        rank=within // teams[section],
    )


def team_numbers(teams: Teams) -> Numbers:
    """Return the number of each person's team within the system, shape (n,)."""
    return np.asarray(teams.first_team[teams.section] + teams.team, dtype=np.int32)


def _places(
    rng: np.random.Generator, teams: Teams, body: Offsets, places: Numbers, weights: NDArray[np.float64]
) -> Numbers:
    """Return the place of each person: that of the body, or that of the team where a body works in several."""
    if not len(weights):
        return np.full(len(body), _UNSEEN, dtype=np.int32)
    body_of_section = body[teams.start]
    home = drawn_places(rng, len(places), weights)[body_of_section]
    of_team = np.repeat(np.arange(len(teams.teams)), teams.teams)
    stays = rng.random(len(of_team)) < number("home_share")
    place = np.where(stays, home[of_team], drawn_places(rng, len(of_team), weights))
    fixed = places[body_of_section][of_team]
    return np.asarray(np.where(fixed >= 0, fixed, place)[team_numbers(teams)], dtype=np.int32)


def drawn_places(rng: np.random.Generator, count: int, weights: NDArray[np.float64]) -> Numbers:
    """Return places drawn by their size."""
    ends = np.cumsum(weights) / weights.sum()
    return np.minimum(np.searchsorted(ends, rng.random(count), side="right"), len(weights) - 1).astype(np.int32)


class States(NamedTuple):
    """What people start with."""

    purpose: Floats
    reflexivity: Floats
    capacity: Floats
    exposure: Floats


def states(rng: np.random.Generator, tier: Bytes, declared: Floats) -> States:
    """Return what people start with, from their tier and the purposes their body declares, shape (n, P)."""
    purpose = declared - by_tier("purpose_distance")[tier][:, None]
    purpose += np.float32(number("purpose_spread")) * rng.standard_normal(purpose.shape, dtype=np.float32)
    reflexivity = by_tier("reflexivity")[tier]
    reflexivity += np.float32(number("reflexivity_spread")) * rng.standard_normal(len(tier), dtype=np.float32)
    return States(
        purpose=np.clip(purpose, 0, 1),
        reflexivity=np.clip(reflexivity, 0, 1),
        capacity=capacities(rng, tier),
        exposure=by_tier("exposure")[tier],
    )


def capacities(rng: np.random.Generator, tier: Bytes) -> Floats:
    """Return encounters a week that people have time for: log-normal about the mean of their tier."""
    spread = number("capacity_spread")
    drawn = np.exp(np.float32(spread) * rng.standard_normal(len(tier), dtype=np.float32) - np.float32(spread**2 / 2))
    return np.asarray(by_tier("capacity")[tier] * drawn, dtype=np.float32)
