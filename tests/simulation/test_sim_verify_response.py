"""The response and the encounters, recovered from the events of a run by methods that know nothing of the model."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import chisquare, norm
from scipy.stats import poisson as poisson_law
from small_systems import mixed, well_mixed

from leaderful.simulation.building import mark_ties
from leaderful.simulation.engine import Engine
from leaderful.simulation.events import Events
from leaderful.simulation.parameters import default_parameters
from leaderful.simulation.schedules import Forcing
from leaderful.simulation.system import System


class Waves:
    """Urgency that changes from week to week."""

    def act(self, week: int, system: System, seed: int) -> bool:  # noqa: ARG002 (the protocol's own words)
        return False

    def forcing(self, week: int) -> Forcing:
        return Forcing(urgency=(week % 3) / 2)


def events_of_weeks(engine: Engine, weeks: int) -> list[tuple[int, Events]]:
    found = []
    for _ in range(weeks):
        found.append((engine.week, engine.events()))
        engine.advance(1)
    return found


def test_logistic_response_is_recovered_by_regression() -> None:
    """All seven coefficients lie within their 99.9 per cent intervals, together (Bonferroni)."""
    rates = default_parameters(opening=0.5)
    start = mixed(1200, trust=(0.0, 1.0), seed=3)
    generator = np.random.default_rng(1)
    start.reflexivity[:] = generator.random(start.size)
    start.exposure[:] = generator.random(start.size)
    start.licence[:] = generator.random(start.licence.shape)
    weeks = events_of_weeks(Engine(start, rates, seed=8, schedule=Waves()), 6)
    names = ("reflexivity", "trust", "understanding", "licence", "pull")
    columns = [np.concatenate([getattr(events, name) for _, events in weeks]) for name in names]
    columns.append(np.concatenate([np.full(len(events.taken), (week % 3) / 2) for week, events in weeks]))
    taken = np.concatenate([events.taken for _, events in weeks]).astype(float)
    fit = sm.Logit(taken, sm.add_constant(np.stack(columns, axis=1))).fit(disp=0)
    truth = [
        rates.b0, rates.b_reflexivity, rates.b_trust, rates.b_roles, rates.b_licence, -rates.b_pull, rates.b_urgency,
    ]  # fmt: skip
    wide = norm.ppf(1 - 0.0005 / len(truth))
    assert len(taken) > 20_000
    assert (fit.bse < 0.25).all()
    assert (np.abs(fit.params - truth) <= wide * fit.bse).all(), dict(zip(["b0", *names], fit.params, strict=False))


def test_pooled_budgets_lower_the_pull_on_the_response() -> None:
    """Between two bodies that pool, log odds rise by b_pull times pooling times mean pull; within one, no more."""
    rates = default_parameters(opening=0.8, pull_encounters=0.0)
    apart, pooled = mixed(400, seed=3), mixed(400, seed=3)
    pooled.pool[:] = 0
    mark_ties(pooled)
    one, two = (Engine(system, rates, seed=2).events() for system in (apart, pooled))
    np.testing.assert_array_equal(one.a, two.a)
    across = apart.body[one.a] != apart.body[one.b]
    gained = np.where(across, rates.b_pull * rates.pooling * one.pull, 0.0)
    np.testing.assert_allclose(two.logit - one.logit, gained, atol=1e-5)
    assert 0 < across.sum() < len(across)


@pytest.mark.parametrize("rate", [0.2, 1.0, 5.0])
def test_encounters_follow_the_poisson_law(rate: float) -> None:
    """Ties alike meet by a Poisson law of capacity by load, as chi-square says at 0.1 per cent."""
    rates = default_parameters(turnover=0.0)
    engine = Engine(well_mixed(1000, degree=10, capacity=10 * rate), rates, seed=4)
    numbers = np.concatenate([_numbers(engine) for _ in range(4)])
    values = np.arange(int(poisson_law.ppf(0.999, rate)) + 1)
    wanted = poisson_law.pmf(values, rate)
    wanted[-1] = poisson_law.sf(values[-1] - 1, rate)
    seen = np.bincount(np.minimum(numbers, values[-1]), minlength=len(values))
    assert chisquare(seen, wanted * len(numbers)).pvalue > 0.001


def _numbers(engine: Engine) -> np.ndarray:
    """Return the encounters of every tie in a week, and move on."""
    met = engine.events().encounters_n
    ties = engine.system.ties
    engine.advance(1)
    return np.concatenate([met, np.zeros(ties - len(met), dtype=met.dtype)])


def test_numbers_of_encounters_of_a_tie_do_not_hang_together_between_weeks() -> None:
    engine = Engine(well_mixed(2000, degree=10), default_parameters(turnover=0.0), seed=4)
    weeks = []
    for _ in range(2):
        events, numbers = engine.events(), np.zeros((2000, 2000), dtype=np.int8)
        numbers[events.encounters_a, events.encounters_b] = events.encounters_n
        ties = engine.system.tie_list()
        weeks.append(numbers[ties.a, ties.b].astype(float))
        engine.advance(1)
    assert abs(np.corrcoef(*weeks)[0, 1]) < 4 / np.sqrt(len(weeks[0]))
