"""Alpha and omega by hand, against published figures, another library's factor model, and simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize
from statsmodels.multivariate.factor import Factor

from leaderful.statistics.answers import reverse
from leaderful.statistics.omega import _at, _fit, _omega, _pull, omega
from leaderful.statistics.reliability import alpha, covariance

# Six targets, each rated by four judges (Shrout and Fleiss 1979, table 2).
RATINGS = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float)
USUAL = (0.8, 0.6, 0.7, 0.5)


def likert(seed, *, people, loadings=USUAL):
    rng = np.random.default_rng(seed)
    weights = np.array(loadings)
    own = rng.normal(size=(people, len(weights))) * np.sqrt(1 - weights**2)
    return np.clip(np.rint(3.2 + 1.1 * (rng.normal(size=(people, 1)) * weights + own)), 1, 5)


def with_covariance(matrix):
    """Answers that have exactly this covariance."""
    items = len(matrix)
    patterns = np.vstack([np.eye(items), -np.eye(items)]) * np.sqrt((2 * items - 1) / 2)
    return patterns @ np.linalg.cholesky(matrix).T


def test_alpha_worked_by_hand():
    # Items 1,2,3,4 | 2,2,4,4 | 1,3,3,5: variances 5/3, 4/3, 8/3, together 17/3.
    # Sums 4, 7, 10, 13 have variance 15. alpha = 3/2 (1 - (17/3) / 15) = 3/2 (28/45) = 14/15.
    found = alpha(np.array([[1.0, 2, 1], [2, 2, 3], [3, 4, 3], [4, 4, 5], [np.nan, 1, 1]]))
    assert found.estimate == pytest.approx(14 / 15)
    assert (found.n, found.left_out, found.reason) == (4, 1, "")


def test_alpha_equals_the_published_consistency_of_judges():
    # ICC(3,4) is alpha of the judges: 0.91, printed by an independent program (psych) with 0.676 to 0.986.
    found = alpha(RATINGS)
    assert round(found.estimate, 2) == 0.91
    assert (round(found.lower, 3), round(found.upper, 3)) == (0.676, 0.986)


def test_intervals_of_alpha_cover_as_often_as_they_say():
    rng = np.random.default_rng(5)  # equal covariances 1/2, variances 1: alpha = 4/3 (1 - 4/10) = 0.8
    answers = rng.normal(size=(1000, 30, 1)) * 0.5**0.5 + rng.normal(size=(1000, 30, 4)) * 0.5**0.5
    held = [found.lower <= 0.8 <= found.upper for found in map(alpha, answers)]
    assert 0.93 < np.mean(held) < 0.97


@given(st.integers(0, 300), st.integers(2, 6))
def test_alpha_is_one_less_error_over_people_in_two_way_analysis(seed, items):
    """Hoyt's form: (MS people - MS rest) / MS people."""
    x = np.random.default_rng(seed).normal(size=(9, items))
    people = items * x.mean(axis=1).var(ddof=1)
    rest = x - x.mean(axis=1, keepdims=True) - x.mean(axis=0) + x.mean()
    assert alpha(x).estimate == pytest.approx((people - np.sum(rest**2) / (8 * (items - 1))) / people)


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        (np.array([[1.0], [2.0]]), "one item"),
        (np.empty((0, 3)), "fewer than two persons"),
        (np.array([[1.0, 2], [2, np.nan]]), "fewer than two persons"),
        (np.array([[1.0, 3], [2, 2], [3, 1]]), "does not vary"),
        (np.full((5, 3), 0.1), "does not vary"),
    ],
)
def test_undefined_alpha_says_why(answers, reason):
    found = alpha(answers)
    assert reason in found.reason
    assert np.isnan([found.estimate, found.lower, found.upper]).all()


def test_items_that_are_one_and_the_same_have_alpha_one():
    found = alpha(np.repeat([[1.0], [2], [4]], 3, axis=1))
    assert (found.estimate, found.lower, found.upper) == (1.0, 1.0, 1.0)


@given(st.integers(0, 300), st.floats(0, 0.6))
def test_covariance_equals_plain_numpy_on_complete_rows(seed, missing):
    rng = np.random.default_rng(seed)
    x = rng.normal(1e4, 1.0, (40, 3))
    x[rng.random(x.shape) < missing] = np.nan
    kept = x[~np.isnan(x).any(axis=1)]
    found = covariance(x)
    assert (found.n, found.left_out) == (len(kept), 40 - len(kept))
    if len(kept) > 1:
        np.testing.assert_allclose(found.matrix, np.cov(kept.T), rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(found.means, kept.mean(axis=0), rtol=1e-14)


# Omega


def test_a_model_that_holds_exactly_is_found_exactly():
    # Loadings 0.8, 1.2, 0.5, 1.0 and uniquenesses 0.5, 1.0, 0.4, 0.6: omega = 3.5² / (3.5² + 2.5) = 12.25 / 14.75.
    loadings, own = np.array([0.8, 1.2, 0.5, 1.0]), np.array([0.5, 1.0, 0.4, 0.6])
    found = omega(with_covariance(np.outer(loadings, loadings) + np.diag(own)))
    assert found.estimate == pytest.approx(12.25 / 14.75, abs=1e-8)
    np.testing.assert_allclose(found.loadings, loadings, atol=1e-6)
    np.testing.assert_allclose(found.uniquenesses, own, atol=1e-6)
    assert found.converged and not found.heywood


def test_three_items_have_a_closed_form():
    # With three items each squared loading is r_ab r_ac / r_bc: here 0.4 0.3 / 0.2 = 0.6, 0.4 0.2 / 0.3, 0.3 0.2 / 0.4.
    r = np.array([[1, 0.4, 0.3], [0.4, 1, 0.2], [0.3, 0.2, 1]])
    found = omega(with_covariance(r))
    np.testing.assert_allclose(found.loadings**2, [0.6, 0.8 / 3, 0.15], atol=1e-6)


@pytest.mark.parametrize(("seed", "items"), [(1, 3), (2, 4), (3, 5), (4, 8)])
def test_omega_equals_the_factor_model_of_another_library(seed, items):
    x = likert(seed, people=400, loadings=np.linspace(0.4, 0.8, items))
    deviations = x.std(axis=0, ddof=1)
    fit = Factor(corr=np.corrcoef(x.T), n_factor=1, method="ml", nobs=len(x)).fit()
    loadings, own = np.abs(fit.loadings[:, 0]) * deviations, fit.uniqueness * deviations**2
    found = omega(x)
    np.testing.assert_allclose(found.loadings, loadings, atol=1e-5)
    np.testing.assert_allclose(found.uniquenesses, own, atol=1e-5)
    assert found.estimate == pytest.approx(loadings.sum() ** 2 / (loadings.sum() ** 2 + own.sum()), abs=1e-6)


def test_omega_is_alpha_where_all_items_measure_equally_well():
    x = with_covariance(np.full((5, 5), 0.3) + 0.7 * np.eye(5))
    assert omega(x).estimate == pytest.approx(alpha(x).estimate, abs=1e-7)


@pytest.mark.parametrize("items", [3, 4, 6])
def test_slope_of_omega_equals_a_numeric_one(items):
    """Also where one factor is not the whole truth, as in answers like these."""
    matrix = covariance(likert(3, people=300, loadings=np.linspace(0.5, 0.8, items))).matrix

    def fitted(at):
        root = np.sqrt(np.diag(at))
        loadings, own, _ = _fit(at / np.outer(root, root))
        return loadings * root, own * root**2

    slope = _pull(matrix, *fitted(matrix))
    for a in range(items):
        for b in range(a + 1):
            step = np.zeros((items, items))
            step[a, b] += 5e-4
            step[b, a] += 5e-4
            numeric = (_omega(*fitted(matrix + step)) - _omega(*fitted(matrix - step))) / 1e-3
            assert slope[a, b] == pytest.approx(numeric / 2, abs=1e-4)


@pytest.mark.parametrize(("people", "loadings"), [(300, USUAL), (300, (0.5, 0.4, 0.5, 0.4)), (100, USUAL)])
def test_intervals_of_omega_cover_as_often_as_they_say(people, loadings):
    """Of five-step answers, which are neither normal nor exactly of one factor."""
    truth = omega(likert(1, people=500_000, loadings=loadings)).estimate
    found = [omega(likert(seed, people=people, loadings=loadings)) for seed in range(1000, 1200)]
    held = [one.lower <= truth <= one.upper for one in found if not one.reason]
    assert len(held) > 190
    assert 0.91 < np.mean(held) < 0.985  # 2.6 standard errors to either side of 0.95


def test_a_heywood_case_is_shown_and_has_no_interval():
    # r_ab r_ac / r_bc = 0.7 0.7 / 0.3 is above 1: no one-factor model has these correlations.
    found = omega(with_covariance(np.array([[1, 0.7, 0.7], [0.7, 1, 0.3], [0.7, 0.3, 1]])))
    assert found.heywood
    assert "no variance of its own" in found.reason
    assert 0 < found.estimate < 1
    assert np.isnan([found.lower, found.upper]).all()


@pytest.mark.parametrize("pair", [0.0, 0.4])
def test_items_of_which_two_or_none_hang_together_are_undefined(pair):
    """Two loadings with one covariance between them can be told apart in many ways."""
    matrix = np.eye(4)
    matrix[0, 1] = matrix[1, 0] = pair
    found = omega(with_covariance(matrix))
    assert "hang together too little" in found.reason
    assert np.isnan([found.estimate, found.lower, found.upper]).all()


@pytest.mark.parametrize("seed", range(6))
def test_the_fit_is_not_caught_below_a_higher_top(seed):
    """Correlations of noise have several tops; another search from eight places finds none higher than ours."""
    rng = np.random.default_rng(seed)
    r = np.corrcoef(rng.normal(size=(5, 20)) + 0.5 * rng.normal(size=20))
    _, own, converged = _fit(r)
    assert converged
    others = [
        minimize(lambda logs: _at(logs, r).misfit, np.log(start), method="Nelder-Mead", bounds=[(np.log(0.005), 0)] * 5)
        for start in rng.uniform(0.01, 0.99, (8, 5))
    ]
    assert _at(np.log(own), r).misfit <= min(other.fun for other in others) + 1e-6


def test_error_of_omega_is_that_of_the_jackknife():
    """Leaving out one person at a time is another way to see how much each moves the estimate."""
    x = likert(11, people=150)
    found = omega(x)
    without = np.array([omega(np.delete(x, i, axis=0)).estimate for i in range(150)])
    error = np.sqrt(149 / 150 * np.sum((without - without.mean()) ** 2))
    factor = np.exp(1.959963984540054 * error / (1 - found.estimate))
    assert found.lower == pytest.approx(1 - (1 - found.estimate) * factor, abs=0.01)
    assert found.upper == pytest.approx(1 - (1 - found.estimate) / factor, abs=0.01)


def test_derivatives_of_the_misfit_equal_numeric_ones():
    r = np.corrcoef(likert(4, people=50, loadings=(0.5, 0.6, 0.7, 0.8, 0.2)).T)
    point, step = _at(np.log([0.3, 0.5, 0.7, 0.6, 0.9]), r), 1e-6
    ends = [(_at(point.logs + step * one, r), _at(point.logs - step * one, r)) for one in np.eye(5)]
    np.testing.assert_allclose(point.slope, [(up.misfit - down.misfit) / (2 * step) for up, down in ends], atol=1e-7)
    np.testing.assert_allclose(point.bend, [(up.slope - down.slope) / (2 * step) for up, down in ends], atol=1e-7)


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        (np.ones((9, 2)), "too few items"),
        (np.random.default_rng(1).normal(size=(4, 4)), "too few persons answered every item"),
        (np.c_[np.random.default_rng(1).normal(size=(9, 3)), np.full(9, 2.0)], "does not vary"),
        (np.random.default_rng(1).normal(size=(9, 2))[:, [0, 1, 1]], "follows from the others"),
    ],
)
def test_undefined_omega_says_why(answers, reason):
    found = omega(answers)
    assert reason in found.reason
    assert np.isnan([found.estimate, found.lower, found.upper]).all()
    assert np.isnan(found.loadings).all()


def test_order_of_people_and_of_items_and_a_second_reversal_change_nothing():
    x = likert(8, people=200)
    x[:20, 1] = np.nan
    rng = np.random.default_rng(2)
    turned = np.array([True, False, True, False])
    back = reverse(reverse(x, reversed=turned, lowest=1, highest=5), reversed=turned, lowest=1, highest=5)
    for other in (rng.permutation(x), x[:, [2, 0, 3, 1]], back):
        for statistic in (alpha, omega):
            before, after = statistic(x), statistic(other)
            assert (after.n, after.left_out) == (180, 20)
            for name in ("estimate", "lower", "upper"):
                assert getattr(after, name) == pytest.approx(getattr(before, name), abs=1e-7)


def test_items_that_all_run_the_other_way_are_one_scale_too():
    x = likert(9, people=200)
    assert omega(6 - x).estimate == pytest.approx(omega(x).estimate, abs=1e-9)
    assert omega(6 - x).loadings.sum() > 0
