"""The slope with cluster jackknife errors, against leaving out clusters one by one with statsmodels."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderful.statistics.cluster_regression import (
    COMBINATION,
    CONSTANT,
    FEW_CLUSTERS,
    NO_SPREAD,
    ONE_CLUSTER,
    cluster_regression,
)


def drawn(seed, *, clusters=9, effect=0.0, beside=2):
    rng = np.random.default_rng(seed)
    sizes = rng.integers(4, 30, clusters)
    code = np.repeat(np.arange(clusters), sizes)
    x = rng.normal(size=clusters)[code] + 0.5 * rng.normal(size=len(code))
    z = rng.normal(size=(len(code), beside))
    y = effect * x + z @ np.arange(1, beside + 1) + rng.normal(size=clusters)[code] + rng.normal(size=len(code))
    return y, x, z, code


@pytest.mark.parametrize("seed", range(4))
def test_it_is_what_leaving_out_each_cluster_with_statsmodels_gives(seed):
    y, x, z, code = drawn(seed, effect=0.4)
    design = sm.add_constant(np.column_stack([x, z]))
    whole = sm.OLS(y, design).fit().params[1]
    each = [sm.OLS(y[code != g], design[code != g]).fit().params[1] for g in range(9)]
    found = cluster_regression(y, x, z, code)
    assert found.estimate == pytest.approx(whole, rel=1e-10)
    assert found.se == pytest.approx(np.sqrt(8 / 9 * sum((one - whole) ** 2 for one in each)), rel=1e-8)
    assert (found.n, found.clusters) == (len(y), 9)


def test_clusters_of_one_row_are_the_jackknife_hc3_of_statsmodels_but_for_its_factor():
    y, x, z, _ = drawn(5)
    n = len(y)
    found = cluster_regression(y, x, z, np.arange(n))
    hc3 = sm.OLS(y, sm.add_constant(np.column_stack([x, z]))).fit(cov_type="HC3").bse[1]
    assert found.se == pytest.approx(hc3 * np.sqrt((n - 1) / n), rel=1e-8)


def test_a_difference_of_two_means_by_hand():
    # Clusters at 0 have means 1 and 3, those at 1 have 5 and 9: the difference is 5. Without each in turn it is
    # 4, 6, 7 and 3: V = 3/4 (1 + 1 + 4 + 4) = 7.5.
    y, x = np.array([1.0, 3.0, 5.0, 9.0]), np.array([0.0, 0.0, 1.0, 1.0])
    found = cluster_regression(y, x, np.empty((4, 0)), np.arange(4))
    assert found.estimate == pytest.approx(5.0)
    assert found.se**2 == pytest.approx(7.5)
    # Leaving out either of two moves their mean by half their difference, so the terms are two pairs of opposites:
    # two degrees of freedom; t with two is 4.302653 at 97.5 % and 9.924843 at 99.5 %
    assert found.df == pytest.approx(2.0)
    assert found.upper == pytest.approx(5 + 4.302653 * np.sqrt(7.5), rel=1e-6)
    assert found.interval(0.99)[0] == pytest.approx(5 - 9.924843 * np.sqrt(7.5), rel=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_degrees_of_freedom_are_those_of_the_covariance_of_its_terms(seed):
    y, x, z, code = drawn(seed, clusters=6)
    design = np.column_stack([np.ones(len(y)), z, x])
    left = np.eye(len(y)) - design @ np.linalg.inv(design.T @ design) @ design.T
    terms = []
    for g in range(6):
        rows = code == g
        row = np.linalg.inv(design[~rows].T @ design[~rows])[-1] @ design[rows].T
        terms.append(row @ left[rows])
    covariance = np.array(terms) @ np.array(terms).T
    wanted = np.trace(covariance) ** 2 / np.trace(covariance @ covariance)
    found = cluster_regression(y, x, z, code)
    assert found.df == pytest.approx(wanted, rel=1e-8)
    assert found.df < 5


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000), st.floats(0.1, 50), st.floats(-100, 100))
def test_units_and_order_of_rows_change_nothing_but_units(seed, scale, shift):
    y, x, z, code = drawn(seed, clusters=5)
    order = np.random.default_rng(seed).permutation(len(y))
    found = cluster_regression(y, x, z, code)
    other = cluster_regression(shift + scale * y[order], x[order], z[order], 7 * code[order])
    assert other.estimate == pytest.approx(scale * found.estimate, rel=1e-6, abs=1e-9)
    assert other.p == pytest.approx(found.p, rel=1e-5)


def test_a_column_that_follows_from_others_is_left_out():
    y, x, z, code = drawn(2)
    doubled = np.column_stack([z, z[:, 0] - z[:, 1], np.ones(len(y))])
    assert cluster_regression(y, x, doubled, code).se == pytest.approx(cluster_regression(y, x, z, code).se)


def test_what_cannot_be_told_says_why():
    y, x, z, code = drawn(3)
    none = np.empty((len(y), 0))
    assert cluster_regression(y, np.ones(len(y)), none, code).reason == CONSTANT
    assert cluster_regression(y, z[:, 0] * 2 + 1, z, code).reason == COMBINATION
    one = cluster_regression(y, x, none, np.zeros(len(y), dtype=int))
    assert one.reason == FEW_CLUSTERS
    assert np.isfinite(one.estimate)
    assert np.isnan(one.lower)
    assert cluster_regression(y, (code == 0).astype(float), none, code).reason == ONE_CLUSTER
    assert cluster_regression(3 * x, x, none, code).reason == NO_SPREAD


def test_a_dummy_of_one_cluster_among_the_adjusted_is_no_obstacle():
    y, x, _, code = drawn(4, effect=0.3)
    beside = (code == 2).astype(float)[:, None]
    found = cluster_regression(y, x, beside, code)
    assert found.reason == ""
    assert found.se > 0


def test_wrong_shapes_and_numbers_are_refused():
    y, x, z, code = drawn(1)
    with pytest.raises(ValueError, match="one row each"):
        cluster_regression(y, x[:-1], z, code)
    with pytest.raises(ValueError, match="finite"):
        cluster_regression(y, np.where(x > 0, np.nan, x), z, code)
    with pytest.raises(ValueError, match="between 0 and 1"):
        cluster_regression(y, x, z, code, confidence=95)


def test_no_effect_is_called_one_as_rarely_as_stated():
    found = [cluster_regression(*drawn(seed, clusters=8)) for seed in range(600)]
    assert np.mean([one.p < 0.05 for one in found]) <= 0.05
