"""Interrupted series of counts: known courses come back, noise is allowed for, and little is said of nothing."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderful.statistics.autoregressive import Noise, settle, solve
from leaderful.statistics.interrupted import interrupted


def course(before, after, jump, half, *, level=100.0, growth=0.0):
    """The expected counts of a jump that fades."""
    times = np.arange(before + after) - before
    rise = np.where(times >= 0, (jump - 1) * 0.5 ** (np.maximum(times, 0) / half), 0.0)
    return level * np.exp(growth * times) * (1 + rise)


def noisy(mean, rng, *, dispersion=1.5, alike=0.0):
    """Counts about a mean with more than Poisson variance, and neighbours alike."""
    wander = np.empty(len(mean))
    wander[0] = rng.normal()
    for week in range(1, len(mean)):
        wander[week] = alike * wander[week - 1] + np.sqrt(1 - alike**2) * rng.normal()
    spread = np.log1p((dispersion - 1) / mean.mean())
    return rng.poisson(mean * np.exp(np.sqrt(spread) * wander - spread / 2)).astype(float)


@pytest.mark.parametrize(("jump", "half"), [(3.0, 4.0), (2.0, 10.0), (0.4, 5.0)])
def test_a_course_without_noise_comes_back(jump, half):
    found = interrupted(course(12, 40, jump, half, level=1000), 12)
    assert found.jump == pytest.approx(jump, rel=0.01)
    assert found.half_life == pytest.approx(half, rel=0.02)
    assert found.jump_lower < jump < found.jump_upper
    assert found.half_life_lower < half < found.half_life_upper
    assert found.verdict == "fading"
    assert found.fitted == pytest.approx(course(12, 40, jump, half, level=1000), rel=0.02)
    assert found.without == pytest.approx(np.full(52, 1000.0), rel=0.02)


def test_a_change_that_stays_is_maintained_and_has_no_end_in_sight():
    found = interrupted(noisy(course(30, 30, 1.6, np.inf, level=800), np.random.default_rng(3), dispersion=1.0), 30)
    assert found.verdict == "maintained"
    assert found.half_life_upper == np.inf
    assert found.half_life_lower >= 26


def test_a_change_that_was_watched_too_briefly_cannot_be_judged():
    found = interrupted(noisy(course(10, 9, 1.6, 12, level=60), np.random.default_rng(2)), 10)
    assert (found.verdict, found.half_life_upper) == ("cannot say", np.inf)


def test_a_trend_is_told_from_a_jump_with_weeks_enough_only():
    growing = course(40, 30, 2.0, 6, growth=0.01)
    found = interrupted(growing, 40)
    assert found.trend == pytest.approx(np.exp(0.01), rel=1e-3)
    assert (found.jump, found.half_life) == (pytest.approx(2.0, rel=0.02), pytest.approx(6, rel=0.03))
    assert interrupted(growing[20:], 20).trend == 1.0


def test_the_early_weeks_by_hand():
    """Level before, and then three levels that are flat: the ratio of the first eight weeks is exact."""
    counts = np.repeat([50.0, 90.0, 60.0], [10, 8, 12])
    assert interrupted(counts, 10).early == pytest.approx(90 / 50)


def test_the_fit_agrees_with_a_quasi_poisson_regression():
    """Without autocorrelation and with weights of its own mean the estimating equations are those of a GLM."""
    rng = np.random.default_rng(8)
    counts = noisy(course(30, 20, 1.7, np.inf), rng)
    step = (np.arange(50) >= 30).astype(float)
    other = sm.GLM(counts, np.column_stack([np.ones(50), step]), family=sm.families.Poisson()).fit(scale="X2")
    noise = Noise(mean=np.full(50, counts.mean()), autocorrelation=0.0)
    for _ in range(8):
        found = solve(counts, np.ones((50, 1)), step, noise, start=np.array([np.log(90.0), 0.1]))
        noise = Noise(mean=found.mean, autocorrelation=0.0)
    assert found.coefficients == pytest.approx(other.params, abs=1e-5)
    assert found.squares / 48 == pytest.approx(other.scale, rel=1e-4)


def test_autocorrelation_is_found_and_widens_the_interval():
    rng = np.random.default_rng(5)
    mean = np.full(400, 100.0)
    alike = [noisy(mean, rng, dispersion=30.0, alike=rho) for rho in (0.0, 0.6)]
    found = []
    for counts in alike:
        noise = Noise(mean=mean, autocorrelation=0.0)
        fit = solve(counts, np.ones((400, 1)), np.arange(400) >= 200, noise, start=np.array([np.log(100.0), 0.0]))
        found.append(settle(counts, fit, fit.slope).autocorrelation)
    assert found[0] < 0.12
    assert found[1] == pytest.approx(0.6 * 29 / 30, abs=0.12)


def test_coverage_and_false_alarms_in_simulated_series():
    rng = np.random.default_rng(21)
    told = {"change": 0, "jump": 0, "half": 0}
    size = 40
    for _ in range(size):
        none = interrupted(noisy(course(12, 24, 1.0, 5), rng, alike=0.3), 12)
        told["change"] += none.verdict != "no change"
        some = interrupted(noisy(course(12, 24, 2.2, 5), rng, alike=0.3), 12)
        told["jump"] += some.jump_lower <= 2.2 <= some.jump_upper
        told["half"] += some.half_life_lower <= 5 <= some.half_life_upper
    assert told["change"] <= 7
    assert told["jump"] >= 33
    assert told["half"] >= 33


@settings(max_examples=15, deadline=None)
@given(factor=st.sampled_from([2, 5, 10]), seed=st.integers(0, 100))
def test_more_of_everything_leaves_ratios_alone(factor, seed):
    counts = noisy(course(12, 20, 2.5, 5), np.random.default_rng(seed))
    one, many = interrupted(counts, 12), interrupted(counts * factor, 12)
    assert many.jump == pytest.approx(one.jump, rel=1e-3)
    assert many.half_life == pytest.approx(one.half_life, rel=0.05)
    assert many.dispersion == pytest.approx(max(one.dispersion, 1.0) * factor, rel=0.9)


@pytest.mark.parametrize(
    ("counts", "before", "said"),
    [
        (np.full(20, 5.0), 7, "7 whole weeks before and 13 after"),
        (np.full(20, 5.0), 13, "13 whole weeks before and 7 after"),
        (np.zeros(20), 10, "nothing was counted"),
        (np.repeat([0.0, 5.0], 10), 10, "nothing was counted"),
        (np.zeros(0), 0, "0 whole weeks"),
    ],
)
def test_too_little_says_why(counts, before, said):
    found = interrupted(counts, before)
    assert said in found.reason
    assert np.isnan(found.jump)
    assert found.verdict == ""


def test_weeks_without_any_count_among_others_are_no_trouble():
    counts = np.array([3.0, 0, 2, 1, 0, 4, 0, 2, 1, 0, 9, 0, 7, 5, 0, 3, 2, 0, 1, 0, 2, 0])
    found = interrupted(counts, 10)
    assert np.isfinite([found.early, found.p, found.jump, found.jump_lower]).all()


def test_what_is_no_series_of_counts_is_refused():
    with pytest.raises(ValueError, match="finite numbers of 0 or more"):
        interrupted(np.array([1.0, -1.0]), 1)
    with pytest.raises(ValueError, match="from 0 to the 2 weeks"):
        interrupted(np.array([1.0, 1.0]), 3)


def test_weeks_that_do_not_differ_are_not_taken_for_wholly_alike_neighbours():
    """The same standing meetings every week leave no residuals, which says nothing about how neighbours are alike."""
    same = interrupted(np.full(32, 30.0), 12)
    assert same.verdict == "no change" and same.autocorrelation < 0.3
    assert 0.7 < same.early_lower < 1 < same.early_upper < 1.4
    more = interrupted(np.append(np.full(12, 30.0), np.full(20, 45.0)), 12)
    assert more.early == pytest.approx(1.5) and more.p < 0.01


def test_less_confidence_means_narrower_intervals_of_all_that_is_found():
    counts = noisy(course(30, 30, 2.0, 6, level=800), np.random.default_rng(3))
    wide, narrow = (interrupted(counts, 30, confidence=c) for c in (0.95, 0.8))
    assert wide.half_life_lower < narrow.half_life_lower < narrow.half_life < narrow.half_life_upper
    assert narrow.half_life_upper < wide.half_life_upper
    assert wide.jump_lower < narrow.jump_lower < narrow.jump < narrow.jump_upper < wide.jump_upper
    assert wide.early_lower < narrow.early_lower < narrow.early_upper < wide.early_upper
    assert (narrow.upper - narrow.lower < wide.upper - wide.lower).all()
    with pytest.raises(ValueError, match="confidence is 95"):
        interrupted(counts, 30, confidence=95)
