import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from leaderful.statistics.proportions import logit_percent, percent_of_logit, wilson


def test_logit_by_hand():
    y, v = logit_percent(np.array([25.0, 0.0]), np.array([40.0, 10.0]))
    np.testing.assert_allclose(y, [np.log(10.5 / 30.5), np.log(0.5 / 10.5)])
    np.testing.assert_allclose(v, [1 / 10.5 + 1 / 30.5, 1 / 0.5 + 1 / 10.5])


@given(st.floats(0, 100), st.integers(1, 100_000))
def test_turning_a_percentage_round_turns_the_sign_only(percent, base):
    y, v = logit_percent(np.array([percent, 100 - percent]), np.array([base, base], dtype=float))
    assert y[0] == pytest.approx(-y[1], abs=1e-7)
    assert v[0] == pytest.approx(v[1], rel=1e-7)


@given(st.floats(1, 99))
def test_there_and_back(percent):
    y, _ = logit_percent(np.array([percent]), np.array([1e12]))
    assert percent_of_logit(float(y[0])) == pytest.approx(percent, abs=1e-6)


def test_variance_is_that_of_many_draws():
    rng = np.random.default_rng(1)
    draws = rng.binomial(400, 0.7, 200_000) / 4
    y, v = logit_percent(draws, np.full(200_000, 400.0))
    assert y.mean() == pytest.approx(np.log(0.7 / 0.3), abs=1e-3)
    assert v.mean() == pytest.approx(y.var(), rel=0.02)


@given(st.integers(1, 5000), st.floats(0, 1))
def test_wilson_equals_an_independent_one(base, part):
    yes = round(part * base)
    wanted = binomtest(yes, base).proportion_ci(method="wilson")
    found = wilson(100 * yes / base, base)
    np.testing.assert_allclose(found, [100 * wanted.low, 100 * wanted.high], atol=1e-9)


@pytest.mark.parametrize(("percent", "base", "message"), [(101.0, 5.0, "outside 0 to 100"), (50.0, 0.0, "base")])
def test_impossible_percentages_are_refused(percent, base, message):
    with pytest.raises(ValueError, match=message):
        logit_percent(np.array([percent]), np.array([base]))
