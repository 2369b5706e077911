"""Intervals of the shares against the likelihood region itself, a bootstrap and simulation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderful.statistics.blocks import arrange, restricted_loglik, standardise
from leaderful.statistics.random_effects import three_level, two_level
from leaderful.statistics.share_intervals import share_interval

SHARES = ("between", "within", "sampling")


def simulate(rng, *, between, within, groups=30, size=5):
    group = np.repeat(np.arange(groups), size)
    v = np.tile(np.linspace(0.01, 0.05, size), groups)
    y = rng.normal(0, between**0.5, groups)[group] + rng.normal(0, within**0.5, len(group))
    return y + rng.normal(0, v**0.5), v, group


@pytest.mark.parametrize(("seed", "between", "within"), [(1, 0.1, 0.1), (2, 0.0, 0.1), (3, 0.2, 0.0), (4, 0.02, 0.1)])
def test_interval_is_the_shadow_of_the_likelihood_region(seed, between, within):
    """Every share met where the likelihood is within the cut, found by a fine grid over both variances."""
    y, v, group = simulate(np.random.default_rng(seed), between=between, within=within)
    fit = three_level(y, v, group)
    grid = np.r_[0, np.geomspace(1e-5, 2, 500)]
    a, b = (axis.ravel() for axis in np.meshgrid(grid, grid))
    rows = standardise(arrange(y, v, group, None))
    heights = np.concatenate(
        [restricted_loglik(rows, *part) for part in zip(np.split(a, 501), np.split(b, 501), strict=True)]
    )
    held = 2 * (fit.loglik - heights) <= 3.841458820694124
    total = (a + b + v.mean())[held]
    for share, part in zip(SHARES, (a[held], b[held], np.full(held.sum(), v.mean())), strict=True):
        shadow = part / total
        np.testing.assert_allclose(share_interval(fit, share), [shadow.min(), shadow.max()], atol=0.015)


def test_interval_agrees_with_a_parametric_bootstrap():
    """Not the same interval, but the same message: ends of the bootstrap of the fitted model are near."""
    rng = np.random.default_rng(7)
    y, v, group = simulate(rng, between=0.1, within=0.1, groups=40)
    fit = three_level(y, v, group)
    model = fit.components
    draws = []
    for _ in range(300):
        u = rng.normal(0, model.between**0.5, 40)[group]
        again = u + rng.normal(0, (model.within + v) ** 0.5)
        draws.append(three_level(again, v, group).shares.between)
    bootstrap = np.quantile(draws, [0.025, 0.975])
    np.testing.assert_allclose(share_interval(fit, "between"), bootstrap, atol=0.08)


@pytest.mark.parametrize("between", [0.0, 0.03, 0.1])
def test_intervals_cover_at_least_as_often_as_they_say(between):
    rng = np.random.default_rng(13)
    within, runs = 0.1, 60
    total = between + within + 0.03
    truth = {"between": between / total, "within": within / total, "sampling": 0.03 / total}
    hits = dict.fromkeys(SHARES, 0)
    for _ in range(runs):
        fit = three_level(*simulate(rng, between=between, within=within, groups=20))
        for share in SHARES:
            lower, upper = share_interval(fit, share)
            hits[share] += lower <= truth[share] <= upper
    # 60 runs at 95 % leave fewer than 51 hits less than once in a thousand.
    assert min(hits.values()) >= 51, hits


@settings(max_examples=20, deadline=None)
@given(
    st.integers(0, 5000),
    st.sampled_from(SHARES),
    st.sampled_from([0.0, 0.02, 0.2]),
    st.sampled_from([0.0, 0.2]),
)
def test_interval_holds_the_estimate_and_grows_with_confidence(seed, share, between, within):
    fit = three_level(*simulate(np.random.default_rng(seed), between=between, within=within, groups=6, size=3))
    narrow, wide = share_interval(fit, share, confidence=0.8), share_interval(fit, share)
    estimate = getattr(fit.shares, share)
    assert 0 <= wide[0] <= narrow[0] <= estimate + 1e-6
    assert estimate - 1e-6 <= narrow[1] <= wide[1] <= 1


def test_two_levels_have_an_interval_within_and_none_between():
    rng = np.random.default_rng(5)
    v = np.full(25, 0.05)
    fit = two_level(rng.normal(0, 0.4, 25), v)
    within, sampling = share_interval(fit, "within"), share_interval(fit, "sampling")
    assert within == pytest.approx((1 - sampling[1], 1 - sampling[0]), abs=1e-5)
    with pytest.raises(ValueError, match="no share between groups"):
        share_interval(fit, "between")


def test_confidence_must_be_a_probability():
    fit = two_level(np.arange(4.0), np.ones(4))
    with pytest.raises(ValueError, match="confidence is 95"):
        share_interval(fit, "within", confidence=95)
