"""The balance of the feedback against what is known of it by hand, and against integration of its equation."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from small_systems import mixed

from leaderful.errors import BadValuesError
from leaderful.simulation.balance import Balance, folds, resting, steady_states
from leaderful.simulation.engine import burn_in, simulate
from leaderful.simulation.parameters import default_parameters
from leaderful.simulation.regimes import regime
from leaderful.simulation.series import SCHEMA

balances = st.builds(
    Balance,
    constant=st.floats(-5, 1),
    b_trust=st.floats(0, 10),
    b_roles=st.floats(0, 4),
    gain=st.floats(0.02, 0.2),
    loss=st.floats(0.02, 0.2),
    moments=st.floats(0.05, 2),
    fade=st.floats(0, 0.003),
    renewal=st.floats(0, 0.01),
    new_trust=st.floats(0, 1),
    new_roles=st.floats(0, 1),
    roles_gain=st.floats(0.02, 0.2),
    roles_fade=st.floats(0.001, 0.01),
)


def change(b: Balance, trust: float, roles: float) -> tuple[float, float]:
    """Return the weekly change of trust and understanding, as the equation is written."""
    p = 1 / (1 + np.exp(-(b.constant + b.b_trust * trust + b.b_roles * roles)))
    by_moments = b.moments * (b.gain * p * (1 - trust) - b.loss * (1 - p) * trust)
    return by_moments - b.fade * trust, b.moments * b.roles_gain * p * (1 - roles) - b.roles_fade * roles


def test_without_fading_trust_is_the_share_of_gains_among_gains_and_losses() -> None:
    """Loss three times the gain: t = p / (p + 3 (1 - p)); by hand p = 3/4 gives t = 1/2, so c = log 3 - b/2."""
    (state,) = steady_states(Balance(constant=np.log(3) - 1, b_trust=2.0, gain=0.05, loss=0.15))
    assert state.taken == pytest.approx(0.75)
    assert state.trust == pytest.approx(0.5)
    assert state.stable


@pytest.mark.parametrize("gain", [0.02, 0.1])
def test_without_fading_folds_lie_where_trust_times_its_rest_is_one_over_b(gain: float) -> None:
    b, loss = 8.0, 0.06
    trust = np.array([1 - np.sqrt(1 - 4 / b), 1 + np.sqrt(1 - 4 / b)]) / 2
    wanted = np.log(loss * trust / (gain * (1 - trust))) - b * trust
    found = folds(Balance(constant=0.0, b_trust=b, gain=gain, loss=loss))
    assert found == pytest.approx(sorted(wanted), abs=1e-9)


@given(balances)
def test_steady_states_are_roots_with_stability_in_turn(balance: Balance) -> None:
    states = steady_states(balance)
    assert len(states) in (1, 3, 5)
    assert [state.stable for state in states] == [True, False, True, False, True][: len(states)]
    for state in states:
        assert 0 <= state.trust <= 1
        assert change(balance, state.trust, state.understanding) == pytest.approx((0, 0), abs=1e-9)


@given(balances)
def test_two_states_exist_between_the_folds_alone(balance: Balance) -> None:
    found = folds(balance)
    if found is None:
        assert len(steady_states(balance)) == 1
        return
    low, high = found
    inside = (high - low) * 1e-3
    assert [len(steady_states(replace(balance, constant=c))) for c in (low - 1e-3, high + 1e-3)] == [1, 1]
    assert all(len(steady_states(replace(balance, constant=c))) >= 3 for c in (low + inside, high - inside))


def test_without_feedback_the_mean_over_ages_is_known() -> None:
    """With p = 1/2 always, trust goes to 1/2 at rate m (a + d) / 2 = 0.05: its mean age-weighted share is closed."""
    rates = Balance(constant=0.0, b_trust=0.0, gain=0.1, loss=0.1, moments=0.5, renewal=0.02, new_trust=0.9)
    rest = resting(rates)
    assert rest.trust == pytest.approx(0.5 + 0.4 * 0.02 / (0.02 + 0.05), abs=1e-7)
    assert rest.taken == pytest.approx(0.5, abs=1e-7)
    with pytest.raises(BadValuesError, match="never begin anew"):
        resting(replace(rates, renewal=0.0))


def test_ties_that_begin_anew_above_or_below_the_middle_state_mix() -> None:
    """With two steady states, ties that start on either side of the middle one come to rest on that side."""
    rates = Balance(constant=-3.0, b_trust=6.0, gain=0.1, loss=0.1, renewal=1e-5, new_trust=0.6)
    low, _, high = steady_states(rates)
    assert resting(rates).trust == pytest.approx(high.trust, abs=0.01)
    assert resting(replace(rates, new_trust=0.4)).trust == pytest.approx(low.trust, abs=0.01)


@pytest.mark.parametrize("start", [0.02, 0.98])
def test_the_equation_integrated_comes_to_the_near_stable_state(start: float) -> None:
    balance = Balance(
        constant=-4.6, b_trust=5.0, b_roles=2.0, gain=0.1, loss=0.06, fade=0.0005,
        roles_gain=0.1, roles_fade=0.003, moments=0.5,
    )  # fmt: skip
    states = steady_states(balance)
    assert len(states) == 3
    run = solve_ivp(lambda _, y: change(balance, *y), (0, 20_000), [start, start], method="LSODA", rtol=1e-9, atol=1e-9)
    near = states[0] if start < 0.5 else states[2]
    assert run.y[:, -1] == pytest.approx([near.trust, near.understanding], abs=1e-5)


def test_what_cannot_balance_is_refused() -> None:
    with pytest.raises(BadValuesError, match="0 or more"):
        Balance(constant=0.0, b_trust=1.0, gain=-0.1, loss=0.1)
    with pytest.raises(BadValuesError, match="Nothing moves trust"):
        Balance(constant=0.0, b_trust=1.0, gain=0.0, loss=0.0)


def test_regime_of_a_mixed_system_at_the_defaults() -> None:
    rates = default_parameters()
    start = burn_in(mixed(400, seed=2), rates, seed=1, weeks=400)
    run = simulate(start, rates, weeks=104, seed=1)
    found = regime(run.system, rates, run.series)
    assert set(found) == {"within", "across"}
    for side in found.values():
        assert side.name == "one"
        assert str(side) == "one steady state"
        assert side.rest is not None
        assert side.trust == pytest.approx(side.rest.trust, abs=0.06)
        assert side.half_life == pytest.approx(np.log(2) / side.balance.renewal)


@pytest.mark.parametrize(("trust", "name"), [((0.0, 0.1), "lower"), ((0.9, 1.0), "upper")])
def test_regime_says_which_of_two_states_is_near(trust: tuple[float, float], name: str) -> None:
    rates = default_parameters(b_trust=9.0, b_roles=0.0, b0=-5.4, turnover=0.0, trust_fade=0.0, tie_fade=0.0)
    start = mixed(400, trust=trust, seed=2)
    run = simulate(start, rates, weeks=60, seed=1)
    found = regime(run.system, rates, run.series)["within"]
    assert found.name == name
    assert str(found) == f"two steady states: near the {name}"
    assert found.folds is not None
    assert found.distance == pytest.approx(min(abs(found.balance.constant - fold) for fold in found.folds))


def test_regime_needs_weeks() -> None:
    with pytest.raises(BadValuesError, match="no week"):
        regime(mixed(100), default_parameters(), pl.DataFrame(schema=SCHEMA))
