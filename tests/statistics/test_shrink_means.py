"""Shrunken means of groups against hand-worked weights, whole matrices, a bootstrap and simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderful.statistics.shrinkage import shrink_means
from leaderful.statistics.variance_components import variance_components


def test_balanced_groups_worked_by_hand():
    """Groups 2, 4 | 5, 7 | 9, 9 | 0, 4: between 8.5 and within 3 (see the variance components), mean 5.

    Weight 8.5 / (8.5 + 1.5) = 0.85: 3 becomes 0.85 * 3 + 0.15 * 5 = 3.3.
    Known variances leave 0.15 * 8.5 = 1.275, the mean adds 0.15² * 2.5 = 0.05625.
    The information is half of: 4 * 4 / 400 = 0.04 for between, 4 * 2 / 400 = 0.02 mixed, and
    4 / 9 + 4 / 400 = 0.454444 for within. Twice its inverse, by the determinant 0.0177778, is
    51.125, 4.5 and -2.25. So h = 9 * 51.125 + 72.25 * 4.5 + 2 * 3 * 8.5 * 2.25 = 900, over 4 * 1000: 0.225.
    """
    found = shrink_means(np.array([2.0, 4, 5, 7, 9, 9, 0, 4]), np.repeat(np.arange(4), 2))
    np.testing.assert_allclose(found.weight, 0.85)
    np.testing.assert_allclose(found.raw, [3, 6, 9, 2])
    np.testing.assert_allclose(found.estimate, [3.3, 5.85, 8.4, 2.45])
    np.testing.assert_allclose(found.se**2, 1.275 + 0.05625 + 2 * 0.225)
    np.testing.assert_allclose(found.upper - found.estimate, 1.959964 * found.se, rtol=1e-6)
    assert (found.n.tolist(), found.reason) == ([2, 2, 2, 2], "")


@given(st.integers(0, 10_000))
def test_equals_the_best_linear_predictor_by_whole_matrices(seed):
    rng = np.random.default_rng(seed)
    groups = rng.permutation(np.repeat(np.arange(6), rng.integers(1, 7, 6)))
    values = 3 + rng.normal(size=6)[groups] + rng.normal(size=len(groups))
    found = shrink_means(values, groups)
    if found.reason:
        return
    Z = (groups[:, None] == np.arange(6)).astype(float)
    V = found.within * np.eye(len(values)) + found.between * Z @ Z.T
    W = np.linalg.inv(V)
    mean = W.sum(axis=0) @ values / W.sum()
    np.testing.assert_allclose(found.estimate, mean + found.between * Z.T @ W @ (values - mean), atol=1e-9)
    rule = found.between * Z.T @ (W - np.outer(W.sum(axis=1), W.sum(axis=0)) / W.sum())
    rule += np.outer(np.ones(6), W.sum(axis=0) / W.sum())
    error = np.diag((rule @ Z - np.eye(6)) @ (rule @ Z - np.eye(6)).T) * found.between
    known = error + found.within * np.sum(rule**2, axis=1)
    assert (found.se**2 >= known - 1e-12).all()
    one = (1 - found.weight) * found.between
    two = (1 - found.weight) ** 2 * variance_components(values, [groups]).mean_se ** 2
    np.testing.assert_allclose(one + two, known, atol=1e-9)


@given(st.integers(0, 10_000))
def test_estimates_lie_between_the_own_mean_and_that_of_all(seed):
    rng = np.random.default_rng(seed)
    groups = rng.integers(-1, 6, 40)
    values = rng.integers(1, 6, 40).astype(float)
    values[rng.random(40) < 0.2] = np.nan
    found = shrink_means(values, groups)
    there = ~np.isnan(found.estimate)
    low, high = np.minimum(found.raw, found.mean)[there], np.maximum(found.raw, found.mean)[there]
    assert (low - 1e-9 <= found.estimate[there]).all()
    assert (found.estimate[there] <= high + 1e-9).all()
    assert ((found.weight[there] >= 0) & (found.weight[there] < 1)).all()


def test_more_values_and_more_difference_mean_less_shrinking():
    rng = np.random.default_rng(1)
    groups = np.repeat(np.arange(20), np.tile([2, 5, 10, 40], 5))
    noise = rng.normal(size=len(groups))
    shared = rng.normal(size=20)[groups]
    far, near = shrink_means(shared + noise, groups), shrink_means(shared / 4 + noise, groups)
    assert (np.diff(far.weight[:4]) > 0).all()
    assert (far.weight > near.weight).all()


def test_without_difference_between_groups_the_interval_stays_open():
    values = np.array([1.0, 5, 2, 4, 0, 6])
    found = shrink_means(values, np.repeat(np.arange(3), 2))
    assert found.between == 0.0
    assert (found.weight == 0).all()
    np.testing.assert_allclose(found.estimate, 3)
    assert (found.se > variance_components(values, [np.repeat(np.arange(3), 2)]).mean_se).all()


def test_missing_values_and_people_of_no_group_are_left_out():
    values = np.array([2.0, 4, 5, 7, 9, 9, 0, 4, np.nan, 77.0])
    groups = np.array([0, 0, 1, 1, 3, 3, 4, 4, 4, -1])
    found = shrink_means(values, groups)
    np.testing.assert_allclose(found.estimate, [3.3, 5.85, np.nan, 8.4, 2.45])
    assert found.n.tolist() == [2, 2, 0, 2, 2]


def test_where_variances_cannot_be_told_apart_there_are_raw_means_and_a_reason():
    singles = shrink_means(np.array([1.0, 2.0, 4.0]), np.arange(3))
    assert singles.raw.tolist() == [1, 2, 4]
    assert np.isnan(singles.estimate).all()
    assert "no grouping" in singles.reason
    assert "no values" in shrink_means(np.array([]), np.array([], dtype=int)).reason
    alike = shrink_means(np.array([1.0, 1.0, 2.0, 2.0]), np.array([0, 0, 1, 1]))
    assert np.isnan(alike.lower).all()
    assert "do not differ" in alike.reason


@pytest.mark.parametrize(("groups", "likeness"), [(6, 0.1), (30, 0.05), (30, 0.2)])
def test_intervals_hold_the_truth_on_average_over_groups(groups, likeness):
    rng, inside = np.random.default_rng(2), []
    codes = np.repeat(np.arange(groups), rng.integers(3, 30, groups))
    for _ in range(100):
        truth = rng.normal(0, likeness**0.5, groups)
        found = shrink_means(truth[codes] + rng.normal(0, (1 - likeness) ** 0.5, len(codes)), codes)
        inside.append((found.lower <= truth) & (truth <= found.upper))
    assert 0.91 <= np.mean(inside) <= 0.99
