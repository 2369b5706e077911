"""A small made-up system with bodies of several kinds, for experiments that need no real one."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leaderful.errors import BadValuesError
from leaderful.simulation.building import build
from leaderful.simulation.system import FORUM, INFORMAL, LINE, TEAM, Actors, Bodies, System, Ties

FEWEST: Final = 50
TEAM_SIZE: Final = 7
_BODIES: Final = (
    # kind, sector, scale, part of the people, mechanisms, declared purpose, licence of each tier
    ("integrated-care-board", "nhs", "system", 0.06, 3, 0.8, (0.8, 0.75, 0.5, 0.35)),
    ("nhs-trust", "nhs", "organisation", 0.34, 4, 0.6, (0.8, 0.7, 0.45, 0.3)),
    ("nhs-trust", "nhs", "organisation", 0.20, 4, 0.6, (0.8, 0.7, 0.45, 0.3)),
    ("primary-care-network", "nhs", "neighbourhood", 0.12, 2, 0.6, (0.8, 0.7, 0.5, 0.4)),
    ("council", "local-government", "place", 0.18, 3, 0.65, (0.8, 0.7, 0.45, 0.3)),
    ("voluntary-organisation", "voluntary", "organisation", 0.10, 1, 0.75, (0.8, 0.7, 0.55, 0.5)),
)
_ABOVE: Final = ("nhs-england", "nhs", "national", 0.0, 0, 0.7, (0.8, 0.7, 0.45, 0.3))
_ANSWERS: Final = ((1, 0), (2, 1), (3, 1), (4, 1), (5, 0), (6, 1))
"""Rows of bodies and those they answer to; row 0 stands above the system."""
_TIERS: Final = (0.02, 0.05, 0.18, 0.75)
_EXPOSURE: Final = (1.0, 0.9, 0.7, 0.5)


def mixed_system(people: int, *, seed: int) -> System:
    """Return a small system of seven bodies, one of them above it; every number in it is assumed.

    Parameters
    ----------
    people
        How many people it has, 50 or more.
    seed
        Seed of who is tied to whom and of what people start from.

    Raises
    ------
    BadValuesError
        For fewer people than the bodies need.

    Notes
    -----
    People work in teams of about seven, all tied; each team has a line to a manager or executive of its body;
    board members and executives of all bodies sit in one forum; and everybody has about two informal ties
    within the body and one and a half outside, so that the mean degree is near 10.

    Examples
    --------
    >>> system = mixed_system(400, seed=1)
    >>> system.size, system.bodies.height
    (400, 7)
    """
    if people < FEWEST:
        raise BadValuesError(f"A mixed system of {people} people was asked for; {FEWEST} is the fewest.")
    rng = np.random.default_rng(np.random.SeedSequence([seed, people]))
    body, team, tier = _posts(people)
    forum = np.where(tier <= 1, 0, -1).astype(np.int32)
    a, b, layer = _ties(body, team, tier, rng)
    across = body[a] != body[b]
    start = np.where(across, 0.4, 0.5)[:, None]
    return build(
        _bodies(),
        Actors(
            body=body,
            team=team,
            tier=tier,
            place=np.zeros(people, dtype=np.int32),
            forum=forum,
            purpose=_between(rng.normal(0.5, 0.15, (people, 1))),
            reflexivity=_between(rng.normal(0.45, 0.1, people)),
            capacity=rng.gamma(4.0, 10.0 / 4.0, people).astype(np.float32),
            exposure=np.array(_EXPOSURE, dtype=np.float32)[tier],
        ),
        Ties(
            a=a,
            b=b,
            layer=layer,
            trust=_between(rng.normal(start, 0.1, (len(a), 2))),
            understanding=_between(rng.normal(start - 0.05, 0.1, (len(a), 2))),
        ),
    )


def _bodies() -> Bodies:
    kinds, sectors, scales, _, mechanisms, declared, licence = zip(_ABOVE, *_BODIES, strict=True)
    ids = ["above", *(f"body-{number}" for number in range(1, len(kinds)))]
    codes = ["", *["small"] * len(_BODIES)]
    return Bodies(
        frame=pl.DataFrame(
            {
                "id": ids,
                "name": ids,
                "kind": kinds,
                "sector": sectors,
                "scale": scales,
                "system": codes,
                "place": [""] * len(kinds),
            }
        ),
        declared=np.array(declared, dtype=np.float32)[:, None],
        fidelity=np.full(len(kinds), 0.6, dtype=np.float32),
        mechanisms=np.array(mechanisms, dtype=np.int32),
        licence=np.array(licence, dtype=np.float32),
        answers_to=np.array(_ANSWERS, dtype=np.int32),
    )


def _posts(people: int) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.uint8]]:
    """Return body, team and tier of everybody: teams of practitioners, and those above them in a team of their own."""
    parts = np.array([entry[3] for entry in _BODIES])
    ends = np.rint(np.cumsum(parts) * people).astype(np.int64)
    sizes = np.diff(ends, prepend=0)
    body = np.repeat(np.arange(1, len(sizes) + 1), sizes)
    rank = np.concatenate([(np.arange(size) + 0.5) / size for size in sizes])
    tier = np.searchsorted(np.cumsum(_TIERS)[:-1], rank).astype(np.uint8)
    within = np.concatenate([np.arange(size) for size in sizes])
    team = np.unique(np.stack([body, within // TEAM_SIZE]), axis=1, return_inverse=True)[1].ravel()
    return body.astype(np.int32), team.astype(np.int32), tier


def _ties(
    body: NDArray[np.int32], team: NDArray[np.int32], tier: NDArray[np.uint8], rng: np.random.Generator
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.uint8]]:
    """Return the ends and layers of all ties, each pair once, in the first layer that names it."""
    n = len(body)
    each = np.arange(n)
    near = [np.stack([each[: n - gap], each[gap:]], axis=1) for gap in range(1, TEAM_SIZE)]
    teams = np.concatenate([pairs[team[pairs[:, 0]] == team[pairs[:, 1]]] for pairs in near])
    first = np.unique(team, return_index=True)[1]
    lines = np.array([(one, _manager(one, body, tier, rng)) for one in first])
    sitting = np.flatnonzero(tier <= 1)
    forum = np.argwhere(np.triu(rng.random((len(sitting), len(sitting))) < min(1.0, 8.0 / len(sitting)), 1))
    some = rng.integers(n, size=(40 * n, 2))
    inside = body[some[:, 0]] == body[some[:, 1]]
    informal = np.concatenate([some[inside][:n], some[~inside][: 3 * n // 4]])
    layers = ((teams, TEAM), (lines, LINE), (sitting[forum], FORUM), (informal, INFORMAL))
    pairs = np.sort(np.concatenate([each for each, _ in layers]), axis=1)
    layer = np.concatenate([np.full(len(each), number, dtype=np.uint8) for each, number in layers])
    _, kept = np.unique(pairs @ np.array([n, 1]), return_index=True)
    kept = kept[pairs[kept, 0] != pairs[kept, 1]]
    return pairs[kept, 0].astype(np.int32), pairs[kept, 1].astype(np.int32), layer[kept]


def _manager(one: int, body: NDArray[np.int32], tier: NDArray[np.uint8], rng: np.random.Generator) -> int:
    """Return somebody above practitioner in the same body; the same person where there is nobody."""
    above = np.flatnonzero((body == body[one]) & (tier < 3) & (np.arange(len(body)) != one))
    return int(rng.choice(above)) if len(above) else int(one)


def _between(values: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.clip(values, 0.02, 0.98).astype(np.float32)
