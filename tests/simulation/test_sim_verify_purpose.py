"""Purposes in the limits that opinion dynamics knows: the spectral gap of DeGroot, the clusters of bounded confidence.

DeGroot (1974), doi:10.1080/01621459.1974.10480137; Weisbuch, Deffuant, Amblard and Nadal (2002),
doi:10.1002/cplx.10031.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import eigh
from small_systems import actors_of, bodies_of, complete, regular, ring, ties_of

from leaderful.simulation.building import build
from leaderful.simulation.engine import Engine
from leaderful.simulation.parameters import default_parameters
from leaderful.simulation.system import System

STEP = 0.04
ALIKE = default_parameters(
    b0=50.0, opening=1.0, bound=1.0, membership=0.0, drift=0.0, turnover=0.0, cascade=0.0, purpose_step=STEP
)
"""Every encounter opens a moment, all are taken, everybody hears everybody, nothing else draws."""


def networked(pairs: np.ndarray, purpose: np.ndarray, *, rate: float) -> System:
    """Return one body whose people have these ties, each meeting `rate` times a week (all have as many ties)."""
    n = len(purpose)
    degree = 2 * len(pairs) / n
    actors = actors_of(np.zeros(n, dtype=np.int32), purpose=purpose[:, None], capacity=np.full(n, rate * degree))
    return build(bodies_of([("ONE", "nhs-trust", "nhs", "organisation", "S01")]), actors, ties_of(pairs))


def slowest(pairs: np.ndarray, n: int) -> tuple[float, np.ndarray]:
    """Return the spectral gap of the Laplacian of the ties, and the pattern that decays with it."""
    joined = np.zeros((n, n))
    joined[pairs[:, 0], pairs[:, 1]] = joined[pairs[:, 1], pairs[:, 0]] = 1
    values, vectors = eigh(np.diag(joined.sum(axis=0)) - joined)
    return float(values[1]), vectors[:, 1]


def test_mean_purpose_is_conserved() -> None:
    n = 400
    start = networked(regular(n, 8, seed=2), np.random.default_rng(1).random(n), rate=1.0)
    engine = Engine(start, ALIKE, seed=1)
    engine.advance(200)
    assert float(engine.system.purpose.mean(dtype=float)) == pytest.approx(
        float(start.purpose.mean(dtype=float)), abs=1e-5
    )
    assert float(engine.system.purpose.std()) < 0.01


@pytest.mark.parametrize(("pairs", "n", "weeks"), [(ring(60, 3), 60, 150), (regular(300, 4, seed=5), 300, 60)])
def test_purposes_converge_at_the_rate_of_the_spectral_gap(pairs: np.ndarray, n: int, weeks: int) -> None:
    """In expectation the slowest pattern shrinks by 1 - g·gap a week, g = 1 - exp(-rate·step): held to 5 per cent."""
    gap, pattern = slowest(pairs, n)
    start = networked(pairs, 0.5 + 0.4 * pattern / np.abs(pattern).max(), rate=1.0)
    wanted = weeks * np.log1p(-gap * -np.expm1(-STEP))
    seen = []
    for seed in range(8):
        engine = Engine(start, ALIKE, seed=seed)
        engine.advance(weeks)
        seen.append(float(pattern @ engine.system.purpose[:, 0]) / float(pattern @ start.purpose[:, 0]))
    assert -3 < wanted < -0.5
    assert np.log(np.mean(seen)) == pytest.approx(wanted, rel=0.05)


def clusters(purpose: np.ndarray, *, apart: float, least: float = 0.05) -> int:
    """Return groups of purposes with gaps of more than `apart` between them that hold at least a share of people."""
    ordered = np.sort(purpose)
    sizes = np.diff(np.concatenate([[0], np.flatnonzero(np.diff(ordered) > apart) + 1, [len(ordered)]]))
    return int((sizes >= least * len(ordered)).sum())


@pytest.mark.parametrize(("bound", "number"), [(0.5, 1), (0.25, 2), (0.15, 3)])
def test_bounded_confidence_leaves_as_many_clusters_as_known(bound: float, number: int) -> None:
    rates = ALIKE._replace(bound=bound, purpose_step=0.3, reflexivity_gain=0.0)
    found = []
    for seed in range(12):
        engine = Engine(complete(150, capacity=1.0, reflexivity=0.0, seed=seed), rates, seed=seed)
        engine.advance(150)
        found.append(clusters(engine.system.purpose[:, 0], apart=bound / 3))
    assert np.mean(found) == pytest.approx(number, abs=0.5)
    assert int(np.median(found)) == number


def test_nobody_hears_those_beyond_the_bound_and_reflexivity_widens_it() -> None:
    """Two camps 0.4 apart: a bound of 0.25 keeps them apart, with reflexivity 0.5 it is 0.425 and they meet."""
    apart = {}
    for reflexivity in (0.0, 0.5):
        start = complete(60, capacity=5.0, reflexivity=reflexivity)
        start.purpose[:, 0] = np.where(np.arange(60) < 30, 0.3, 0.7)
        rates = ALIKE._replace(
            bound=0.25, bound_reflexivity=0.35, reflexivity_gain=0.0, reflexivity_decay=0.0, purpose_step=0.1
        )
        engine = Engine(start, rates, seed=1)
        engine.advance(60)
        apart[reflexivity] = float(np.ptp(engine.system.purpose))
    assert apart[0.0] == pytest.approx(0.4, abs=1e-6)
    assert apart[0.5] < 0.01
