"""A well-mixed system comes to rest where the balance of its feedback says, and tips where the balance folds.

The gain and loss a moment are small here, so that chance on single ties blurs little what the balance says of
their mean.
"""

from __future__ import annotations

import numpy as np
import pytest
from small_systems import well_mixed

from leaderful.simulation.balance import Balance, folds, resting, steady_states
from leaderful.simulation.engine import Engine
from leaderful.simulation.parameters import Parameters, default_parameters

REFLEXIVITY, LICENCE, EXPOSURE = 0.4, 0.3, 0.5
"""Of everybody in a well-mixed system of the tests."""
STILL = default_parameters(
    opening=1.0, trust_gain=0.02, trust_loss=0.02, trust_fade=0.0, turnover=0.0, forum_contact=0.0,
    understanding_gain=0.0, understanding_fade=0.0, reflexivity_gain=0.0, reflexivity_decay=0.0, newcomer_purpose=0.25,
)  # fmt: skip
"""Trust alone moves, by every encounter."""
MOVING = STILL._replace(
    understanding_gain=0.02, understanding_fade=0.004, trust_fade=0.002, trust_loss=0.015,
    newcomer_reflexivity=REFLEXIVITY,
)  # fmt: skip
"""Understanding moves as well, and both fade."""


def balance_of(rates: Parameters, *, meetings: float) -> Balance:
    """Return the balance of a well-mixed system, from its description."""
    still = rates.understanding_gain == 0
    half = rates.b_reflexivity * REFLEXIVITY + rates.b_licence * LICENCE - rates.b_pull * EXPOSURE * rates.pull_base
    return Balance(
        constant=rates.b0 + half + (0.5 * rates.b_roles if still else 0.0),
        b_trust=rates.b_trust,
        b_roles=0.0 if still else rates.b_roles,
        gain=rates.trust_gain,
        loss=rates.trust_loss,
        moments=meetings,
        fade=rates.trust_fade,
        renewal=2 * rates.turnover,
        new_trust=rates.newcomer_trust,
        new_roles=rates.newcomer_understanding,
        roles_gain=rates.understanding_gain,
        roles_fade=rates.understanding_fade,
    )


def constant_at(rates: Parameters, constant: float) -> Parameters:
    """Return the rates with b0 such that the balance has this constant."""
    return rates._replace(b0=rates.b0 + constant - balance_of(rates, meetings=1.0).constant)


def settled(rates: Parameters, *, start: float, meetings: float, weeks: int, n: int = 200) -> tuple[float, float]:
    """Return mean trust and share taken, over the last 100 weeks, of a system that starts at a trust."""
    system = well_mixed(n, degree=10, trust=start, understanding=0.5, capacity=10 * meetings)
    engine = Engine(system, rates, seed=1, threads=1)
    engine.advance(weeks)
    last = engine.series().filter(engine.series()["week"] >= weeks - 100)
    means = {name: float(last.filter(measure=name, part="all")["value"].mean()) for name in ("trust", "share_taken")}
    return means["trust"], means["share_taken"]


@pytest.mark.parametrize("rates", [STILL, STILL._replace(b0=-2.0, trust_loss=0.01), MOVING, MOVING._replace(b0=-2.0)])
def test_one_steady_state_from_wherever_it_starts(rates: Parameters) -> None:
    """Mean trust and share taken lie within 0.015 of the fixed point, from a low start and from a high one."""
    (state,) = steady_states(balance_of(rates, meetings=2.0))
    for start in (0.05, 0.95):
        trust, taken = settled(rates, start=start, meetings=2.0, weeks=500)
        assert trust == pytest.approx(state.trust, abs=0.015)
        assert taken == pytest.approx(state.taken, abs=0.015)


@pytest.mark.parametrize("rates", [STILL, MOVING])
def test_two_steady_states_keep_low_and_high_starts_apart(rates: Parameters) -> None:
    """Strong feedback: each start comes within 0.02 of its own fixed point, half a unit of trust apart."""
    strong = rates._replace(b_trust=8.0)
    span = folds(balance_of(strong, meetings=2.0))
    assert span is not None
    strong = constant_at(strong, sum(span) / 2)
    low, between, high = steady_states(balance_of(strong, meetings=2.0))
    assert (low.stable, between.stable, high.stable) == (True, False, True)
    assert high.trust - low.trust > 0.5
    for start, state in ((0.02, low), (0.98, high)):
        trust, taken = settled(strong, start=start, meetings=2.0, weeks=600)
        assert trust == pytest.approx(state.trust, abs=0.02)
        assert taken == pytest.approx(state.taken, abs=0.02)


@pytest.mark.parametrize("b0", [-3.0, -2.0])
def test_with_turnover_all_starts_come_to_the_mean_over_the_ages_of_ties(b0: float) -> None:
    """Ties begin anew: the mean lies within 0.02 of the integral over their ages."""
    rates = MOVING._replace(turnover=0.004, b0=b0)
    rest = resting(balance_of(rates, meetings=2.0))
    for start in (0.02, 0.98):
        trust, taken = settled(rates, start=start, meetings=2.0, weeks=1000)
        assert trust == pytest.approx(rest.trust, abs=0.02)
        assert taken == pytest.approx(rest.taken, abs=0.02)


@pytest.mark.parametrize("between", [0.3, 0.9])
def test_with_turnover_even_strong_feedback_forgets_its_start(between: float) -> None:
    """Two steady states of a tie, one mean of the system: within 0.05, as chance tips some ties near a fold."""
    rates = MOVING._replace(b_trust=8.0, turnover=0.004)
    low, high = folds(balance_of(rates, meetings=2.0)) or (0.0, 0.0)
    rates = constant_at(rates, low + between * (high - low))
    assert len(steady_states(balance_of(rates, meetings=2.0))) == 3
    rest = resting(balance_of(rates, meetings=2.0))
    ends = [settled(rates, start=start, meetings=2.0, weeks=1000)[0] for start in (0.02, 0.98)]
    assert ends == pytest.approx([rest.trust] * 2, abs=0.05)
    assert ends[0] == pytest.approx(ends[1], abs=0.02)


@pytest.mark.parametrize("side", ["lower", "upper"])
def test_a_system_tips_at_the_fold(side: str) -> None:
    """In a scan of b0 by 0.1, half of the ties have tipped within 0.25 log odds of the fold.

    The distance between the two folds is 2.1. Chance tips single ties a little before the fold, and right
    behind it tipping is slow: the tolerance allows for both.
    """
    rates, meetings = STILL._replace(b_trust=8.0), 3.0
    fold = dict(zip(("lower", "upper"), folds(balance_of(rates, meetings=meetings)) or (), strict=True))[side]
    start = 0.95 if side == "lower" else 0.05
    offsets = np.arange(-0.6, 0.61, 0.1)
    trust = [
        settled(constant_at(rates, fold + off), start=start, meetings=meetings, weeks=500, n=100)[0] for off in offsets
    ]
    assert trust[0] < 0.2
    assert trust[-1] > 0.8
    tips = float(np.interp(0.5, trust, offsets))
    assert abs(tips) <= 0.25


def test_weak_feedback_tips_nowhere() -> None:
    assert folds(balance_of(STILL._replace(b_trust=3.9), meetings=1.0)) is None
