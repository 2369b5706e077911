"""Permutation tests by hand, by full enumeration, against plain least squares, and where nothing is there."""

from itertools import permutations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderful.statistics.network_regression import move_nodes, mrqap
from leaderful.statistics.permutation import correlation, draw_orders, permutation_test, qap


def group_mean(labels):
    return np.array([1.0, 2.0, 4.0, 9.0])[labels == "a"].mean()


def test_two_of_four_by_hand():
    """Means of two of 1, 2, 4, 9: 1.5, 2.5, 5, 3, 5.5, 6.5, each four times among 24 orders; their mean is 4.

    6.5 is reached by 1 of 6, so p = 2/6; 5 by 3 of 6 from above and by 4 of 6 from below, so p = 1.
    """
    out = permutation_test(group_mean, np.array(["b", "b", "a", "a"]), permutations=None, seed=1)
    assert (out.permutations, out.exact) == (24, True)
    assert (float(out.observed), float(out.mean), float(out.p)) == (6.5, 4.0, pytest.approx(1 / 3))
    assert float(out.lower) == 1.5
    assert float(permutation_test(group_mean, np.array(["a", "b", "b", "a"]), permutations=24, seed=1).p) == 1


def test_random_orders_count_the_observed_one_in():
    """With 99 orders none of which reaches the observed statistic, p = 2 * 1 / 100."""
    values = np.arange(20.0)
    labels = values >= 10
    out = permutation_test(lambda some: values[some].mean(), labels, permutations=99, seed=2)
    assert (float(out.p), out.permutations, out.exact) == (0.02, 99, False)
    assert out.lower < 9.5 < out.upper < out.observed


def test_labels_stay_in_their_strata():
    labels, strata = np.array([1, 2, 3, 4, 5]), np.array([0, 1, 0, 1, 1])
    orders = np.concatenate(list(draw_orders(strata, None, seed=0)))
    assert len(np.unique(orders, axis=0)) == len(orders) == 2 * 6
    assert (strata[orders] == strata).all()
    drawn = np.concatenate(list(draw_orders(strata, 11, seed=3)))
    assert (strata[drawn] == strata).all()
    assert len(np.unique(drawn, axis=0)) > 4
    kept = permutation_test(lambda some: some[strata == 0].sum(), labels, permutations=None, seed=1, strata=strata)
    assert (float(kept.mean), float(kept.p)) == (4, 1)


def test_every_order_comes_equally_often_at_random():
    drawn = np.concatenate([np.concatenate(list(draw_orders(np.zeros(4), 20, seed=seed))) for seed in range(600)])
    _, counts = np.unique(drawn, axis=0, return_counts=True)
    # 12,000 draws of 24 orders: 500 each, with a standard deviation of 22.
    assert len(counts) == 24
    assert np.abs(counts - 500).max() < 90


def test_statistics_may_be_arrays_and_undefined():
    def both(labels):
        return np.array([np.nan if labels[0] == 1 else 1.0 * labels[1], np.nan])

    out = permutation_test(both, np.array([0, 1, 2]), permutations=None, seed=1)
    assert out.undefined.tolist() == [2, 6]
    # Four orders are left, with 1, 2, 0, 1 in the second place.
    assert out.mean[0] == 1
    assert out.p[0] == 1
    assert np.isnan([out.mean[1], out.lower[1], out.p[1]]).all()


def test_same_seed_same_result_and_another_seed_another():
    def one(seed):
        values = np.arange(12.0)
        return float(permutation_test(lambda a: values[a].mean(), values > 7, permutations=50, seed=seed).mean)

    assert one(4) == one(4) != one(5)


@pytest.mark.parametrize("directed", [True, False])
def test_qap_equals_a_walk_through_every_order(directed):
    rng = np.random.default_rng(6)
    x, y = rng.normal(size=(2, 5, 5))
    if not directed:
        x, y = x + x.T, y + y.T
    cells = ~np.eye(5, dtype=bool) if directed else np.triu(np.ones((5, 5), dtype=bool), 1)
    null = [np.corrcoef(x[np.ix_(order, order)][cells], y[cells])[0, 1] for order in permutations(range(5))]
    observed = np.corrcoef(x[cells], y[cells])[0, 1]
    tails = [np.mean(np.array(null) >= observed - 1e-12), np.mean(np.array(null) <= observed + 1e-12)]
    for count in (None, 120, 5000):
        out = qap(x, y, permutations=count, seed=1, directed=directed)
        assert (out.permutations, out.exact, out.n, out.nodes) == (120, True, cells.sum(), 5)
        assert out.estimate == pytest.approx(observed)
        assert out.p == pytest.approx(min(1, 2 * min(tails)))
        assert (out.lower, out.upper) == pytest.approx(tuple(np.quantile(null, [0.025, 0.975])))


def test_qap_leaves_unknown_dyads_out_wherever_they_move():
    rng = np.random.default_rng(7)
    x, y = rng.normal(size=(2, 4, 4))
    x[0, 1], y[2, 3] = np.nan, np.nan
    out = qap(x, y, permutations=None, seed=1)
    off = ~np.eye(4, dtype=bool)
    null = []
    for order in permutations(range(4)):
        moved = x[np.ix_(order, order)]
        known = off & np.isfinite(moved) & np.isfinite(y)
        null.append(np.corrcoef(moved[known], y[known])[0, 1])
    assert out.n == 10
    assert out.mean == pytest.approx(np.mean(null))


def test_qap_takes_another_statistic():
    rng = np.random.default_rng(8)
    x, y = rng.normal(size=(2, 5, 5))
    out = qap(x, y, permutations=None, seed=1, statistic=lambda a, b: float(np.sum(a > b)))
    off = ~np.eye(5, dtype=bool)
    assert out.estimate == (x > y)[off].sum()
    assert correlation(np.ones(3), np.arange(3.0)) != correlation(np.ones(3), np.arange(3.0))  # nan


@pytest.mark.parametrize("directed", [True, False])
def test_mrqap_equals_refitting_by_statsmodels_in_every_order(directed):
    rng = np.random.default_rng(9)
    networks = rng.normal(size=(3, 5, 5)) + rng.normal(size=(3, 5, 1))
    if not directed:
        networks = networks + networks.transpose(0, 2, 1)
    y, xs = networks[0] + networks[1], networks[1:]
    cells = ~np.eye(5, dtype=bool) if directed else np.triu(np.ones((5, 5), dtype=bool), 1)
    fit = sm.OLS(y[cells], sm.add_constant(xs[:, cells].T)).fit()
    out = mrqap(y, xs, permutations=None, seed=1, directed=directed)
    np.testing.assert_allclose([out.intercept, *out.coefficients], fit.params)
    np.testing.assert_allclose(out.t, fit.tvalues[1:])
    assert (out.r_squared, out.adjusted_r_squared) == pytest.approx((fit.rsquared, fit.rsquared_adj))
    assert (out.n, out.nodes, out.permutations, out.exact) == (cells.sum(), 5, 120, True)
    for k in range(2):
        other = sm.add_constant(xs[1 - k][cells])
        left = np.zeros((5, 5))
        left[cells] = sm.OLS(xs[k][cells], other).fit().resid
        left = left if directed else left + left.T
        again = [
            sm.OLS(y[cells], np.column_stack([left[np.ix_(order, order)][cells], other])).fit()
            for order in permutations(range(5))
        ]
        t = np.array([one.tvalues[0] for one in again])
        assert out.p[k] == pytest.approx(np.mean(np.abs(t) >= abs(fit.tvalues[1 + k]) - 1e-9))
        b = np.quantile([one.params[0] for one in again], [0.025, 0.975])
        assert (out.lower[k], out.upper[k]) == pytest.approx(tuple(b))


def test_mrqap_with_unknown_dyads_fits_the_known_and_counts_the_others_as_their_mean():
    rng = np.random.default_rng(10)
    y, *xs = rng.normal(size=(3, 5, 5))
    xs = np.array(xs)
    y[0, 1], xs[1][2, 3] = np.nan, np.nan
    known = ~np.eye(5, dtype=bool) & np.isfinite(y) & np.isfinite(xs).all(axis=0)
    fit = sm.OLS(y[known], sm.add_constant(xs[:, known].T)).fit()
    out = mrqap(y, xs, permutations=None, seed=1)
    assert out.n == 18
    np.testing.assert_allclose(out.t, fit.tvalues[1:])
    other = sm.add_constant(xs[1][known])
    left = np.zeros((5, 5))
    left[known] = sm.OLS(xs[0][known], other).fit().resid
    t = [
        sm.OLS(y[known], np.column_stack([left[np.ix_(order, order)][known], other])).fit().tvalues[0]
        for order in permutations(range(5))
    ]
    assert out.p[0] == pytest.approx(np.mean(np.abs(t) >= abs(fit.tvalues[1]) - 1e-9))


def test_kernel_moves_nodes_as_numpy_does():
    rng = np.random.default_rng(11)
    matrix = rng.normal(size=(7, 7))
    orders = np.array([rng.permutation(7) for _ in range(5)])
    out = np.empty((5, 49))
    move_nodes(matrix, orders, out)
    expected = matrix[orders[:, :, None], orders[:, None, :]].reshape(5, 49)
    np.testing.assert_array_equal(out, expected)


@pytest.mark.parametrize("missing", [0.0, 0.2])
def test_p_is_uniform_where_nothing_is_there_although_rows_and_columns_hang_together(missing):
    """Ordinary p-values of the same t reject several times too often; those by permutation do not."""
    rng = np.random.default_rng(12)
    p, ordinary = [], []
    for run in range(300):
        networks = rng.normal(size=(3, 12, 12)) + rng.normal(size=(3, 12, 1)) + rng.normal(size=(3, 1, 12))
        networks[2] += 0.5 * networks[1]
        networks[0][rng.random((12, 12)) < missing] = np.nan
        out = mrqap(networks[0] + 0.5 * networks[2], networks[1:], permutations=99, seed=run)
        p.append(out.p[0])
        ordinary.append(abs(out.t[0]) > 1.98)
    # 300 runs: 5 % leave 15 with a standard deviation of 3.8, and 50 % leave 150 with 8.7.
    assert 4 <= np.sum(np.array(p) <= 0.05) <= 27
    assert 120 <= np.sum(np.array(p) <= 0.5) <= 180
    assert np.mean(ordinary) > 0.15


@settings(max_examples=15)
@given(st.integers(0, 10**6), st.permutations(range(5)), st.floats(0.1, 10), st.floats(-5, 5))
def test_names_and_units_change_nothing(seed, order, unit, shift):
    y, *xs = np.random.default_rng(seed).normal(size=(3, 5, 5))
    moved = np.ix_(order, order)
    one = mrqap(y, np.array(xs), permutations=None, seed=1)
    two = mrqap(shift + unit * y[moved], np.array([x[moved] for x in xs]), permutations=None, seed=2)
    np.testing.assert_allclose(two.coefficients, unit * one.coefficients, atol=1e-9)
    np.testing.assert_allclose(two.t, one.t, rtol=1e-6)
    np.testing.assert_allclose(two.p, one.p)
    first, second = (qap(a, b, permutations=None, seed=1) for a, b in ((xs[0], y), (xs[0][moved], y[moved])))
    assert (first.estimate, first.p) == pytest.approx((second.estimate, second.p))


def test_a_planted_tie_is_found_and_a_perfect_one_does_not_break():
    rng = np.random.default_rng(13)
    xs = rng.normal(size=(2, 15, 15))
    out = mrqap(xs[0] + rng.normal(size=(15, 15)), xs, permutations=199, seed=1)
    assert out.p[0] == 1 / 200
    assert out.p[1] > 0.05
    exactly = mrqap(2 * xs[0] - xs[1], xs, permutations=199, seed=1)
    assert exactly.p.tolist() == [1 / 200, 1 / 200]
    assert exactly.r_squared == pytest.approx(1)


def test_what_cannot_be_said_says_why():
    rng = np.random.default_rng(14)
    y, x, other = rng.normal(size=(3, 6, 6))
    assert "does not vary" in qap(np.ones((6, 6)), y, permutations=9, seed=1).reason
    assert "0 dyads" in qap(np.full((6, 6), np.nan), y, permutations=9, seed=1).reason
    cases = {
        "outcome does not vary": (np.ones((6, 6)), np.array([x])),
        "predictor does not vary": (y, np.array([x, np.full((6, 6), 0.1)])),
        "depend on each other": (y, np.array([x, other, x - 3 * other])),
        "more than 3 are needed": (np.where(np.arange(36).reshape(6, 6) < 4, y, np.nan), np.array([x, other])),
    }
    for reason, (outcome, predictors) in cases.items():
        out = mrqap(outcome, predictors, permutations=9, seed=1)
        assert reason in out.reason
        assert np.isnan([*out.coefficients, *out.p, out.r_squared]).all()


@pytest.mark.parametrize(
    ("work", "message"),
    [
        (lambda: permutation_test(np.sum, np.arange(3), permutations=0, seed=1), "permutations is 0"),
        (lambda: permutation_test(np.sum, np.arange(10), permutations=None, seed=1), "more than 362,880"),
        (lambda: permutation_test(np.sum, np.arange(3), permutations=5, seed=1, strata=np.arange(2)), "one of each"),
        (lambda: qap(np.eye(3), np.arange(9.0).reshape(3, 3), permutations=5, seed=1, directed=False), "symmetric"),
        (lambda: qap(np.ones((2, 3)), np.ones((2, 3)), permutations=5, seed=1), "as many rows as columns"),
        (lambda: mrqap(np.eye(3), np.eye(3), permutations=5, seed=1), "the predictors"),
    ],
)
def test_wrong_arguments_are_refused(work, message):
    with pytest.raises(ValueError, match=message):
        work()
