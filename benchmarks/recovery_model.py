"""The small made-up system of the recovery bench, and what is planted in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leaderful.simulation.building import build
from leaderful.simulation.engine import Engine
from leaderful.simulation.parameters import Parameters, default_parameters
from leaderful.simulation.schedules import Forcing
from leaderful.simulation.synthesis.plan import Plan, Planted, Record, Round
from leaderful.simulation.system import FORUM, LINE, TEAM, Actors, Bodies, System, Ties

SECTORS = ("nhs", "nhs", "nhs", "local-government", "local-government", "voluntary", "nhs", "voluntary", "nhs")
"""Sectors of the bodies with people; the first is the board of the system."""
TIERS = (14, 10, 8, 22)
"""People of each tier in each body."""
ACROSS = 6
"""Ties that each person has to people of the two bodies on either side, from either end."""
BURN_IN = 60
WEEKS, SHOCK = 34, 14
NO_MATTER = dict.fromkeys(("b_reflexivity", "b_trust", "b_roles", "b_licence", "b_pull"), 0.0)
"""Nothing decides whether a moment is taken but chance: so it is where no effect is planted."""
HALF = -0.2
"""Log odds of a moment being taken there."""


@dataclass(frozen=True, kw_only=True)
class Effect:
    """One planted effect: what is laid into the system, and by which rates it runs."""

    name: str
    planted: tuple[Planted, ...] = ()
    shock: bool = False
    response: bool = False
    """Whether trust and the rest decide what is taken, as by default."""


CONNECTOR, HANGING, SILO, TOP = "B4", ("B3", "B5"), "B2", ("B6", "B7")
EFFECTS = (
    Effect(name="none"),
    Effect(name="silo", planted=(Planted(effect="silo", bodies=(SILO,)),)),
    Effect(name="cog-jam", planted=(Planted(effect="cog-jam", bodies=(CONNECTOR, *HANGING)),)),
    Effect(name="thread-break", planted=(Planted(effect="thread-break", bodies=("B1",)),)),
    Effect(name="lost-moments", planted=(Planted(effect="lost-moments"),), response=True),
    Effect(name="closed-at-top", planted=(Planted(effect="closed-at-top", bodies=TOP),)),
    Effect(name="fading-shock", shock=True),
)


class Winter:
    """A crisis from one week on, whose height halves in four weeks."""

    def act(self, week: int, system: System, seed: int) -> bool:  # noqa: ARG002
        """Leave the system as it is."""
        return False

    def forcing(self, week: int) -> Forcing:
        """Return the urgency of a week."""
        return Forcing(urgency=0.5 ** ((week - SHOCK) / 4.0) if week >= SHOCK else 0.0)


def plan(planted: tuple[Planted, ...]) -> Plan:
    """Return the plan of every study of the bench: one wave, and a record of thirty-four weeks."""
    waves = (Round(id="w1", week=2),)
    return Plan(weeks=WEEKS, waves=waves, planted=planted, record=Record(meetings=0.5, diarists=0.5))


def parameters(effect: Effect) -> Parameters:
    """Return the rates under which an effect is looked for."""
    same = {"urgency_encounters": 0.8}
    return default_parameters(**same) if effect.response else default_parameters(b0=HALF, **same, **NO_MATTER)


def base(seed: int) -> System:
    """Return a system of nine like bodies after a year, under rates by which chance alone decides."""
    engine = Engine(_made(seed), parameters(EFFECTS[0]), seed=seed, week=-BURN_IN, threads=1)
    engine.advance(BURN_IN)
    return engine.system


def _made(seed: int) -> System:
    rng = np.random.default_rng([seed, 77])
    count, each = len(SECTORS), sum(TIERS)
    body = np.repeat(np.arange(1, count + 1), each)
    tier = np.tile(np.repeat(np.arange(4), TIERS), count).astype(np.uint8)
    n = len(body)
    a, b, layer = _ties(body, tier, rng)
    return build(
        _bodies(),
        Actors(
            body=body.astype(np.int32),
            team=(np.arange(n) // 7).astype(np.int32),
            tier=tier,
            place=np.zeros(n, dtype=np.int32),
            forum=np.full(n, -1, dtype=np.int32),
            purpose=rng.uniform(0.4, 0.9, (n, 1)).astype(np.float32),
            reflexivity=rng.uniform(0.2, 0.7, n).astype(np.float32),
            capacity=rng.gamma(4.0, 2.5, n).astype(np.float32),
            exposure=np.array((1.0, 0.9, 0.7, 0.5), dtype=np.float32)[tier],
        ),
        Ties(
            a=a,
            b=b,
            layer=layer,
            trust=rng.uniform(0.5, 0.95, (len(a), 2)).astype(np.float32),
            understanding=rng.uniform(0.3, 0.8, (len(a), 2)).astype(np.float32),
        ),
        purposes=("SDG3",),
    )


def _bodies() -> Bodies:
    count = len(SECTORS) + 1
    codes = ["MIN", "SYS", *(f"B{number}" for number in range(1, count - 1))]
    return Bodies(
        frame=pl.DataFrame(
            {
                "id": codes,
                "name": [f"Body {code}" for code in codes],
                "kind": ["ministry", "integrated-care-board", *(["nhs-trust"] * (count - 2))],
                "sector": ["national-government", *SECTORS],
                "scale": ["national", "system", *(["organisation"] * (count - 2))],
                "system": ["", *(["SYS"] * (count - 1))],
                "place": [""] * count,
            }
        ),
        declared=np.full((count, 1), 0.75, dtype=np.float32),
        fidelity=np.full(count, 0.5, dtype=np.float32),
        mechanisms=np.full(count, 2, dtype=np.int32),
        licence=np.full((count, 4), 0.5, dtype=np.float32),
        answers_to=np.array([(1, 0), *((row, 1) for row in range(2, count))], dtype=np.int32),
    )


def _ties(
    body: NDArray[np.int64], tier: NDArray[np.uint8], rng: np.random.Generator
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.uint8]]:
    """Tie people within their body, and across to those of like tier in the two bodies on either side of a ring."""
    n, count = len(body), int(body.max())
    pairs: dict[tuple[int, int], int] = {}
    for i in range(n):
        own = np.flatnonzero(body == body[i])
        for j in rng.choice(own, 4, replace=False):
            pairs.setdefault((min(i, int(j)), max(i, int(j))), TEAM if j % 2 else LINE)
        for _ in range(ACROSS // 2):
            beside = (body[i] - 1 + int(rng.choice([-2, -1, 1, 2]))) % count + 1
            like = np.flatnonzero((body == beside) & (tier == tier[i]))
            j = int(rng.choice(like))
            pairs.setdefault((min(i, j), max(i, j)), FORUM)
    ends = np.array([pair for pair in pairs if pair[0] != pair[1]])
    layers = np.array([pairs[pair[0], pair[1]] for pair in ends], dtype=np.uint8)
    return ends[:, 0].astype(np.int32), ends[:, 1].astype(np.int32), layers
