"""Nested variance components against matrices, the analysis of variance, statsmodels and simulation."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.stats import chi2
from statsmodels.regression.mixed_linear_model import MixedLM

from leaderful.statistics.nested import likelihood, plant
from leaderful.statistics.variance_components import variance_components


def tree(seed, *, depth, top=4, most=4, deviations=(1.0, 0.7, 0.5, 0.4)):
    """Return values in nested groups of random sizes, and the codes of the groups, lowest first."""
    rng = np.random.default_rng(seed)
    groupings, n = [np.arange(top)], top
    for k in range(depth):
        parent = np.repeat(np.arange(n), rng.integers(1, most + 1, n))
        groupings, n = [codes[parent] for codes in groupings], len(parent)
        groupings += [np.arange(n)] if k < depth - 1 else []
    groupings = groupings[::-1]
    values = 3 + rng.normal(0, deviations[0], n)
    for codes, deviation in zip(groupings, deviations[1:], strict=False):
        values = values + rng.normal(0, deviation, codes.max() + 1)[codes]
    return values, groupings


def dense(values, groupings, ratios):
    """Return restricted log-likelihood, residual variance and mean by whole matrices."""
    n = len(values)
    V = np.eye(n) + sum(r * (codes[:, None] == codes) for r, codes in zip(ratios, groupings, strict=True))
    W = np.linalg.inv(V)
    weight = W.sum()
    mean = W.sum(axis=0) @ values / weight
    residual = (values - mean) @ W @ (values - mean) / (n - 1)
    logdet = np.linalg.slogdet(V)[1]
    height = -0.5 * ((n - 1) * (np.log(2 * np.pi * residual) + 1) + logdet + np.log(weight) - np.log(n))
    return height, residual, mean, weight


@given(st.integers(0, 10_000), st.integers(1, 4))
def test_likelihood_equals_that_of_whole_matrices(seed, depth):
    values, groupings = tree(seed, depth=depth, top=3, most=3)
    ratios = np.random.default_rng(seed).choice([0.0, 0.01, 0.7, 30.0], depth)
    found = likelihood(plant(values, groupings), ratios)
    expected = dense(values, groupings, ratios)
    np.testing.assert_allclose([found.height, found.residual, found.mean, found.weight], expected, rtol=1e-8)


@given(st.integers(0, 10_000), st.integers(1, 4))
def test_slopes_equal_differences_of_the_likelihood(seed, depth):
    planted = plant(*tree(seed, depth=depth))
    ratios = np.random.default_rng(seed).uniform(0.05, 2, depth)
    for k, slope in enumerate(likelihood(planted, ratios).slope):
        aside = 1e-5 * np.eye(depth)[k]
        rise = likelihood(planted, ratios + aside).height - likelihood(planted, ratios - aside).height
        assert slope == pytest.approx(rise / 2e-5, abs=1e-4)


def test_balanced_groups_equal_the_analysis_of_variance():
    """Groups 2, 4 | 5, 7 | 9, 9 | 0, 4: means 3, 6, 9, 2, grand mean 5.

    MSB = 2 * (4 + 1 + 16 + 9) / 3 = 20; MSW = (2 + 2 + 0 + 8) / 4 = 3; between (20 - 3) / 2 = 8.5.
    The mean has variance MSB / 8 = 2.5.
    """
    found = variance_components(np.array([2.0, 4, 5, 7, 9, 9, 0, 4]), [np.repeat(np.arange(4), 2)])
    assert found.groupings[0].variance == pytest.approx(8.5, abs=1e-8)
    assert found.residual.variance == pytest.approx(3, abs=1e-8)
    assert found.groupings[0].share == pytest.approx(8.5 / 11.5, abs=1e-8)
    assert (found.mean, found.mean_se) == (pytest.approx(5), pytest.approx(2.5**0.5))
    assert (found.groupings[0].groups, found.residual.groups, found.n, found.reason) == (4, 8, 8, "")


@pytest.mark.parametrize("seed", range(4))
def test_balanced_nested_groups_equal_the_analysis_of_variance(seed):
    rng, (a, b, c) = np.random.default_rng(seed), (6, 4, 5)
    y = 2 * rng.normal(size=a)[:, None, None] + rng.normal(size=(a, b))[:, :, None] + rng.normal(size=(a, b, c))
    upper, lower = y.mean(axis=(1, 2)), y.mean(axis=2)
    top = b * c * np.sum((upper - y.mean()) ** 2) / (a - 1)
    middle = c * np.sum((lower - upper[:, None]) ** 2) / (a * (b - 1))
    rest = np.sum((y - lower[:, :, None]) ** 2) / (a * b * (c - 1))
    assert top > middle > rest
    teams = np.repeat(np.arange(a * b), c)
    found = variance_components(y.ravel(), [teams, teams // b])
    estimates = [found.groupings[0].variance, found.groupings[1].variance, found.residual.variance]
    np.testing.assert_allclose(estimates, [(middle - rest) / c, (top - middle) / (b * c), rest], atol=1e-8)


def test_a_negative_estimate_is_zero_with_an_upper_end():
    """Groups 1, 5 | 2, 4 | 0, 6 have the same mean, so that MSB = 0 < MSW.

    All variance is the residual's: the sum of squares 8 + 2 + 18 = 28 over n - 1 = 5.
    """
    found = variance_components(np.array([1.0, 5, 2, 4, 0, 6]), [np.repeat(np.arange(3), 2)])
    part = found.groupings[0]
    assert (part.variance, part.share, part.lower) == (0.0, 0.0, 0.0)
    assert 0.2 < part.upper < 1
    assert found.residual.variance == pytest.approx(28 / 5)
    assert found.residual.upper == 1.0


def peer(frame, **options):
    """Fit by Powell's search: from its default one MixedLM does not always reach the peak."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return MixedLM.from_formula("y ~ 1", frame, **options).fit(reml=True, method="powell")


@pytest.mark.parametrize("seed", range(3))
def test_unbalanced_groups_equal_statsmodels(seed):
    rng = np.random.default_rng(seed)
    groups = np.repeat(np.arange(40), rng.integers(1, 20, 40))
    values = 3 + rng.normal(0, 0.5, 40)[groups] + rng.normal(size=len(groups))
    found = variance_components(values, [groups])
    theirs = peer(pd.DataFrame({"y": values, "g": groups}), groups="g")
    assert found.groupings[0].variance == pytest.approx(theirs.cov_re.iloc[0, 0], abs=5e-5)
    assert found.residual.variance == pytest.approx(theirs.scale, abs=5e-5)
    assert found.mean == pytest.approx(theirs.fe_params.iloc[0], abs=5e-5)
    ratio = found.groupings[0].variance / found.residual.variance
    _, residual, _, weight = dense(values, [groups], [ratio])
    assert found.mean_se == pytest.approx((residual / weight) ** 0.5)
    # Theirs leaves log|X'X| = log n out.
    assert found.loglik == pytest.approx(theirs.llf + np.log(len(values)) / 2, abs=1e-5)
    assert found.loglik >= theirs.llf + np.log(len(values)) / 2 - 1e-9


@pytest.mark.parametrize("seed", [3, 4])
def test_three_parts_equal_statsmodels(seed):
    rng = np.random.default_rng(seed)
    team = np.repeat(np.arange(48), rng.integers(2, 8, 48))
    body = team // 4
    values = rng.normal(0, 0.5, 48)[team] + rng.normal(0, 0.6, 12)[body] + rng.normal(size=len(team))
    found = variance_components(values, [team, body])
    frame = pd.DataFrame({"y": values, "team": team, "body": body})
    theirs = peer(frame, groups="body", re_formula="1", vc_formula={"team": "0 + C(team)"})
    # Its search stops earlier than ours, so the variances agree less closely than the likelihood.
    assert found.groupings[0].variance == pytest.approx(theirs.vcomp[0], abs=3e-4)
    assert found.groupings[1].variance == pytest.approx(theirs.cov_re.iloc[0, 0], abs=3e-4)
    assert found.residual.variance == pytest.approx(theirs.scale, abs=3e-4)
    assert found.loglik == pytest.approx(theirs.llf + np.log(len(values)) / 2, abs=1e-6)
    assert found.loglik >= theirs.llf + np.log(len(values)) / 2 - 1e-9


@pytest.mark.parametrize(("seed", "depth"), [(1, 2), (2, 3), (3, 4), (4, 4)])
def test_the_peak_is_the_highest_that_a_blind_search_finds(seed, depth):
    values, groupings = tree(seed, depth=depth)
    found, planted = variance_components(values, groupings), plant(values, groupings)
    rng = np.random.default_rng(seed)
    best = max(
        -minimize(
            lambda log: -likelihood(planted, np.exp(np.clip(log, -30, 20))).height,
            rng.normal(-1, 2, depth),
            method="Nelder-Mead",
            options={"xatol": 1e-7, "fatol": 1e-9, "maxiter": 3000},
        ).fun
        for _ in range(6)
    )
    assert found.loglik >= best - 1e-7


@pytest.mark.parametrize("seed", [1, 2])
def test_ends_lie_where_the_profile_has_fallen_by_the_quantile(seed):
    """Each end of a share by a fine grid over what else is free, in a model of three parts."""
    values, groupings = tree(seed, depth=2, top=8)
    found, planted = variance_components(values, groupings), plant(values, groupings)
    cut = chi2.isf(0.05, 1) / 2
    grid = np.r_[0, np.geomspace(1e-4, 50, 150)]
    parts = (*found.groupings, found.residual)
    for k, part in enumerate(parts):
        for end in (part.lower, part.upper):
            if end in (0.0, 1.0):
                continue
            odds = end / (1 - end)
            if k == 2:
                first = np.linspace(0, 1 / odds, 400)
                ways = np.stack([first, 1 / odds - first], axis=1)
            else:
                ways = np.stack([grid, odds * (1 + grid)] if k else [odds * (1 + grid), grid], axis=1)
            profile = max(likelihood(planted, way).height for way in ways)
            assert found.loglik - profile == pytest.approx(cut, abs=0.01)


def test_groups_and_values_may_be_named_and_ordered_in_any_way():
    values, groupings = tree(5, depth=3)
    rng = np.random.default_rng(5)
    order = rng.permutation(len(values))
    first = variance_components(values, groupings)
    second = variance_components(values[order], [rng.permutation(500)[codes][order] for codes in groupings])
    for a, b in zip((*first.groupings, first.residual), (*second.groupings, second.residual), strict=True):
        np.testing.assert_allclose(
            [a.variance, a.share, a.lower, a.upper], [b.variance, b.share, b.lower, b.upper], atol=5e-6
        )
    assert first.loglik == pytest.approx(second.loglik)


@given(st.integers(0, 10_000), st.integers(1, 2))
def test_shares_add_to_one_and_lie_in_their_intervals(seed, depth):
    values, groupings = tree(seed, depth=depth, top=3, most=3)
    found = variance_components(values, groupings)
    if found.reason:
        assert np.isnan(found.loglik)
        return
    parts = [part for part in (*found.groupings, found.residual) if not part.reason]
    assert sum(part.share for part in parts) == pytest.approx(1)
    for part in parts:
        assert 0 <= part.lower <= part.share + 2e-6
        assert part.share - 2e-6 <= part.upper <= 1


@given(st.integers(0, 10_000), st.floats(-100, 100), st.floats(0.1, 10))
def test_shift_and_scale_change_no_share(seed, shift, scale):
    values, groupings = tree(seed, depth=1, top=6)
    first, second = (variance_components(y, groupings) for y in (values, shift + scale * values))
    if not first.reason:
        assert second.groupings[0].share == pytest.approx(first.groupings[0].share, abs=1e-5)
        assert second.residual.variance == pytest.approx(scale**2 * first.residual.variance, rel=1e-4)


def test_groupings_that_cannot_be_told_apart_are_left_out_and_say_so():
    values, (team, body) = tree(6, depth=2, top=5)
    plain = variance_components(values, [team, body])
    n = len(values)
    person, same, whole = np.arange(n), body + 7, np.zeros(n, dtype=int)
    found = variance_components(values, [person, team, body, same, whole])
    reasons = [part.reason for part in found.groupings]
    assert reasons[0] == "every group holds one value"
    assert reasons[3] == "every group holds one group of the grouping below"
    assert reasons[4] == "groups: 1; at least 2 are needed"
    assert found.groupings[1:3] == plain.groupings
    assert found.loglik == plain.loglik
    assert np.isnan([found.groupings[k].share for k in (0, 3, 4)]).all()


def test_undefined_cases_say_why():
    nothing = variance_components(np.array([]), [np.array([], dtype=int)])
    assert nothing.reason == "there are no values"
    alone = variance_components(np.array([1.0, 2.0]), [np.array([0, 1])])
    assert alone.reason == "no grouping can be told apart"
    assert alone.groupings[0].reason == "every group holds one value"
    alike = variance_components(np.array([1.3, 1.3, 2.1, 2.1]), [np.array([0, 0, 1, 1])])
    assert alike.reason == "the values do not differ within the lowest groups"
    assert np.isnan([alike.mean, alike.residual.variance, alike.groupings[0].upper]).all()
    assert variance_components(np.full(4, 3.7), [np.array([0, 0, 1, 1])]).reason == alike.reason


def test_wrong_arguments_are_refused():
    values = np.array([1.0, 2.0, 3.0, 4.0])
    with pytest.raises(ValueError, match=r"1 groups of groupings\[0\] lie in more than one group of groupings\[1\]"):
        variance_components(values, [np.array([0, 0, 1, 1]), np.array([0, 0, 0, 1])])
    with pytest.raises(ValueError, match="at least one"):
        variance_components(values, [])
    with pytest.raises(ValueError, match="finite"):
        variance_components(np.array([1.0, np.nan, 2.0, 3.0]), [np.array([0, 0, 1, 1])])
    with pytest.raises(ValueError, match=r"groupings\[0\] have shape"):
        variance_components(values, [np.array([0, 1])])
    with pytest.raises(ValueError, match="confidence is 95"):
        variance_components(values, [np.array([0, 0, 1, 1])], confidence=95)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.4])
def test_intervals_hold_the_share_at_least_as_often_as_they_say(share):
    rng = np.random.default_rng(8)
    groups = np.repeat(np.arange(25), np.tile([2, 4, 6, 10, 13], 5))
    runs, hits = 200, 0
    for _ in range(runs):
        y = rng.normal(0, share**0.5, 25)[groups] + rng.normal(0, (1 - share) ** 0.5, len(groups))
        part = variance_components(y, [groups]).groupings[0]
        hits += part.lower <= share <= part.upper
    # 200 runs at 95 % leave fewer than 180 hits less than once in 400.
    assert hits >= 180
