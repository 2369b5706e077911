"""Small systems that the tests of the laboratory share: well mixed, complete, and mixed like a system of care."""

from __future__ import annotations

import numpy as np
import polars as pl

from leaderful.simulation.building import build
from leaderful.simulation.system import FORUM, INFORMAL, LINE, TEAM, Actors, Bodies, Numbers, System, Ties

LICENCE = (0.8, 0.7, 0.45, 0.3)
EXPOSURE = np.array((1.0, 0.9, 0.7, 0.5))
ABOVE = (
    ("MIN", "ministry", "national-government", "national", 0.55, 1),
    ("REG", "nhs-region", "nhs", "region", 0.5, 2),
)
WITHIN = (
    ("ICB", "integrated-care-board", "nhs", "system", 0.7, 3, 0.08),
    ("NT1", "nhs-trust", "nhs", "organisation", 0.5, 4, 0.3),
    ("NT2", "nhs-trust", "nhs", "organisation", 0.45, 4, 0.22),
    ("CO1", "council", "local-government", "place", 0.5, 3, 0.16),
    ("CO2", "council", "local-government", "place", 0.4, 3, 0.12),
    ("GP1", "gp-practice", "nhs", "organisation", 0.4, 2, 0.04),
    ("GP2", "gp-practice", "nhs", "organisation", 0.35, 2, 0.04),
    ("VC1", "voluntary-organisation", "voluntary", "organisation", 0.6, 1, 0.04),
)
"""Code, kind, sector, scale, purpose declared, mechanisms, and part of the system's people."""


def bodies_of(rows: list[tuple[str, str, str, str, str]], **arrays: np.ndarray) -> Bodies:
    """Return bodies from rows of id, kind, sector, scale and system; licence as `LICENCE` unless given."""
    count = len(rows)
    frame = pl.DataFrame(
        {
            "id": [row[0] for row in rows],
            "name": [f"Body {row[0]}" for row in rows],
            "kind": [row[1] for row in rows],
            "sector": [row[2] for row in rows],
            "scale": [row[3] for row in rows],
            "system": [row[4] for row in rows],
            "place": ["" for _ in rows],
        }
    )
    usual = {
        "declared": np.full((count, 1), 0.5),
        "fidelity": np.full(count, 0.5),
        "mechanisms": np.zeros(count, dtype=np.int32),
        "licence": np.tile(LICENCE, (count, 1)),
        "answers_to": np.zeros((0, 2), dtype=np.int32),
    }
    return Bodies(frame=frame, **(usual | arrays))


def actors_of(body: Numbers, **arrays: np.ndarray) -> Actors:
    """Return actors of the bodies named, alike but for the arrays given."""
    n = len(body)
    usual = {
        "team": np.full(n, -1, dtype=np.int32),
        "tier": np.full(n, 3, dtype=np.uint8),
        "place": np.full(n, -1, dtype=np.int32),
        "forum": np.full(n, -1, dtype=np.int32),
        "purpose": np.full((n, 1), 0.5),
        "reflexivity": np.full(n, 0.4),
        "capacity": np.full(n, 10.0),
        "exposure": np.full(n, 0.5),
    }
    return Actors(body=body.astype(np.int32), **(usual | arrays))


def ties_of(pairs: np.ndarray, *, layer: int = TEAM, trust: float = 0.5, understanding: float = 0.5) -> Ties:
    """Return ties of one kind between pairs of actors, shape (m, 2)."""
    m = len(pairs)
    return Ties(
        a=pairs[:, 0].astype(np.int32),
        b=pairs[:, 1].astype(np.int32),
        layer=np.full(m, layer, dtype=np.uint8),
        trust=np.full((m, 2), trust),
        understanding=np.full((m, 2), understanding),
    )


def ring(n: int, reach: int) -> np.ndarray:
    """Return the pairs of a ring in which each of n actors knows the `reach` next on either side."""
    here = np.repeat(np.arange(n), reach)
    return np.stack([here, (here + np.tile(np.arange(1, reach + 1), n)) % n], axis=1)


def regular(n: int, degree: int, *, seed: int) -> np.ndarray:
    """Return the pairs of a random graph in which everybody has the same (even) number of ties: circles through all."""
    generator = np.random.default_rng(seed)
    found: set[tuple[int, int]] = set()
    for _ in range(degree // 2):
        circle = _new_circle(generator.permutation(n).tolist(), found, generator)
        found |= {_sorted(circle[k], circle[k - 1]) for k in range(n)}
    return np.array(sorted(found))


def _new_circle(circle: list[int], found: set[tuple[int, int]], generator: np.random.Generator) -> list[int]:
    """Return the circle with people swapped until none of its pairs is found already."""
    for _ in range(100):
        clashes = [k for k in range(len(circle)) if _sorted(circle[k], circle[k - 1]) in found]
        if not clashes:
            return circle
        for k in clashes:
            other = int(generator.integers(len(circle)))
            circle[k], circle[other] = circle[other], circle[k]
    raise AssertionError("the graph is too small for so many ties each")


def _sorted(a: int, b: int) -> tuple[int, int]:
    return min(a, b), max(a, b)


def well_mixed(
    n: int = 1000,
    *,
    degree: int = 10,
    trust: float = 0.5,
    understanding: float = 0.5,
    reflexivity: float = 0.4,
    capacity: float = 10.0,
    layer: int = TEAM,
    seed: int = 1,
) -> System:
    """Return one body in which everybody is alike and has as many ties, drawn at random."""
    body = np.zeros(n, dtype=np.int32)
    actors = actors_of(body, reflexivity=np.full(n, reflexivity), capacity=np.full(n, capacity))
    ties = ties_of(regular(n, degree, seed=seed), layer=layer, trust=trust, understanding=understanding)
    return build(bodies_of([("ONE", "nhs-trust", "nhs", "organisation", "S01")]), actors, ties)


def complete(n: int = 100, *, capacity: float = 20.0, reflexivity: float = 0.0, seed: int = 1) -> System:
    """Return one body in which everybody knows everybody, their purposes uniform between 0 and 1."""
    generator = np.random.default_rng(seed)
    actors = actors_of(
        np.zeros(n, dtype=np.int32),
        purpose=generator.random((n, 1)),
        reflexivity=np.full(n, reflexivity),
        capacity=np.full(n, capacity),
    )
    pairs = np.stack(np.triu_indices(n, 1), axis=1)
    return build(bodies_of([("ONE", "nhs-trust", "nhs", "organisation", "S01")]), actors, ties_of(pairs))


def mixed(
    people: int = 600,
    *,
    systems: int = 1,
    purposes: int = 1,
    trust: tuple[float, float] = (0.1, 0.8),
    seed: int = 1,
) -> System:
    """Return small systems of care: bodies of several sectors, teams, line management, forums and informal ties.

    Two bodies stand above all systems. `people` is the number of actors of each system; two systems share
    some informal ties. Starting trust and understanding are uniform between the limits given.
    """
    generator = np.random.default_rng(seed)
    bodies, sizes = _mixed_bodies(people, systems, purposes, generator)
    body = np.repeat(np.arange(len(sizes)), sizes).astype(np.int32)
    n = len(body)
    within = np.concatenate([np.arange(size) for size in sizes])
    team = _teams(body, within)
    rank = within / np.repeat(sizes, sizes)
    tier = np.searchsorted([0.03, 0.1, 0.25], rank, side="right").astype(np.uint8)
    tier[within == 0] = 0
    forum = _forums(body, tier, bodies, generator)
    actors = actors_of(
        body,
        team=team,
        tier=tier,
        place=((body + within // 10) % 3).astype(np.int32),
        forum=forum,
        purpose=generator.random((n, purposes)),
        reflexivity=generator.uniform(0.2, 0.7, n),
        capacity=generator.uniform(4.0, 14.0, n),
        exposure=EXPOSURE[tier],
    )
    return build(
        bodies,
        actors,
        _mixed_ties(body, team, forum, tier, trust, generator),
        purposes=tuple(f"purpose-{k + 1}" for k in range(purposes)),
    )


def _mixed_bodies(
    people: int, systems: int, purposes: int, generator: np.random.Generator
) -> tuple[Bodies, np.ndarray]:
    rows = [(code, kind, sector, scale, "") for code, kind, sector, scale, _, _ in ABOVE]
    declared, mechanisms = [row[4] for row in ABOVE], [row[5] for row in ABOVE]
    answers, sizes = [(1, 0)], [max(2, people // 100), max(2, people // 60)]
    for number in range(systems):
        icb = len(rows)
        for code, kind, sector, scale, purpose, reached, part in WITHIN:
            answers += [(len(rows), icb)] if len(rows) > icb and sector != "voluntary" else []
            rows.append((f"{code}-{number}", kind, sector, scale, f"S{number + 1:02d}"))
            declared.append(purpose)
            mechanisms.append(reached)
            sizes.append(max(3, round(part * people)))
        answers.append((icb, 1))
    level = np.clip(np.array(declared)[:, None] + generator.uniform(-0.2, 0.2, (len(rows), purposes)), 0, 1)
    made = bodies_of(
        rows,
        declared=level,
        fidelity=generator.uniform(0.4, 0.8, len(rows)),
        mechanisms=np.array(mechanisms, dtype=np.int32),
        answers_to=np.array(answers, dtype=np.int32),
    )
    return made, np.array(sizes)


def _teams(body: Numbers, within: np.ndarray) -> Numbers:
    """Return teams of eight, numbered through."""
    _, team = np.unique(np.stack([body, within // 8]), axis=1, return_inverse=True)
    return np.asarray(team, dtype=np.int32)


def _forums(body: Numbers, tier: np.ndarray, bodies: Bodies, generator: np.random.Generator) -> Numbers:
    """Seat two thirds of the boards and executives, and a few others, in two forums of each system."""
    seated = generator.random(len(body)) < np.where(tier <= 1, 0.66, 0.04)
    code = bodies.frame["system"].to_numpy()[body]
    _, system = np.unique(code, return_inverse=True)
    number = 2 * (system - 1) + (generator.random(len(body)) < 0.5)
    return np.where(seated & (code != ""), number, -1).astype(np.int32)


def _mixed_ties(
    body: Numbers, team: Numbers, forum: Numbers, tier: np.ndarray, trust: tuple[float, float], g: np.random.Generator
) -> Ties:
    """Tie teams and forums through, every team to a manager of its body, and people informally."""
    n = len(body)
    layers: dict[tuple[int, int], int] = {}

    def tie(a: int, b: int, layer: int) -> None:
        if a != b:
            layers.setdefault((min(a, b), max(a, b)), layer)

    for group, layer in ((team, TEAM), (forum, FORUM)):
        for number in np.unique(group[group >= 0]):
            members = np.flatnonzero(group == number)
            for one, two in zip(*np.triu_indices(len(members), 1), strict=True):
                tie(int(members[one]), int(members[two]), layer)
    for number in np.unique(team):
        first = int(np.flatnonzero(team == number)[0])
        above = np.flatnonzero((body == body[first]) & (tier < 3))
        tie(first, int(g.choice(above)), LINE)
    for a in range(n):
        tie(a, int(g.choice(np.flatnonzero(body == body[a]))), INFORMAL)
        tie(a, int(g.integers(n)), INFORMAL)
    pairs = np.array(list(layers))
    return Ties(
        a=pairs[:, 0].astype(np.int32),
        b=pairs[:, 1].astype(np.int32),
        layer=np.array(list(layers.values()), dtype=np.uint8),
        trust=g.uniform(*trust, (len(pairs), 2)),
        understanding=g.uniform(*trust, (len(pairs), 2)),
    )
