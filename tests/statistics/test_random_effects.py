"""The fit against published answers, closed forms and a likelihood computed by another route."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import null_space
from scipy.optimize import approx_fprime, minimize
from scipy.stats import multivariate_normal

from leaderful.statistics.blocks import (
    TooFewError,
    arrange,
    information,
    restricted_loglik,
    score,
    standardise,
)
from leaderful.statistics.random_effects import three_level, two_level


@pytest.fixture(scope="module")
def schools():
    """56 studies in 11 districts, as printed by Konstantopoulos (2011, doi:10.1002/jrsm.35)."""
    with (Path(__file__).parent / "konstantopoulos_2011.csv").open() as file:
        rows = list(csv.DictReader(file))
    column = {name: np.array([float(row[name]) for row in rows]) for name in ("y", "v", "year")}
    return column["y"], column["v"], np.array([row["district"] for row in rows]), column["year"]


def simulate(seed, *, between, within, groups=12, p=1):
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(groups), rng.integers(1, 8, groups))
    n = len(group)
    X = np.column_stack([np.ones(n), rng.normal(size=(n, p - 1))])
    v = rng.uniform(0.002, 0.05, n)
    y = X @ np.arange(1.0, p + 1) + rng.normal(0, between**0.5, groups)[group]
    return y + rng.normal(0, within**0.5, n) + rng.normal(0, v**0.5), v, group, X


def dense(v, group, between, within):
    return np.diag(v + within) + between * (group[:, None] == group)


def loglik_of_contrasts(y, v, group, X, between, within):
    """The restricted likelihood as the plain likelihood of n - p orthonormal error contrasts."""
    A = null_space(X.T)
    V = dense(v, group, between, within)
    return multivariate_normal(np.zeros(A.shape[1]), A.T @ V @ A).logpdf(A.T @ y)


def test_three_levels_equal_the_published_answer(schools):
    y, v, district, _ = schools
    fit = three_level(y, v, district)
    found = fit.components
    assert (fit.n, fit.groups, fit.depth) == (56, 11, 3)
    assert found.between == pytest.approx(0.0651, abs=5e-5)
    assert found.within == pytest.approx(0.0327, abs=5e-5)
    assert found.beta[0] == pytest.approx(0.1847, abs=5e-5)
    assert found.beta_cov[0, 0] ** 0.5 == pytest.approx(0.0846, abs=5e-5)
    assert fit.loglik == pytest.approx(-7.9587, abs=5e-5)
    assert found.between / (found.between + found.within) == pytest.approx(0.665, abs=5e-4)


def test_two_levels_equal_the_published_answer(schools):
    y, v, _, _ = schools
    found = two_level(y, v).components
    assert found.beta[0] == pytest.approx(0.128, abs=5e-4)
    assert found.beta_cov[0, 0] ** 0.5 == pytest.approx(0.044, abs=5e-4)
    assert found.within == pytest.approx(0.088, abs=5e-4)
    assert found.variance_cov[1, 1] ** 0.5 == pytest.approx(0.020, abs=5e-4)
    assert found.between == 0


def test_two_levels_with_a_covariate_equal_the_published_answer(schools):
    y, v, _, year = schools
    found = two_level(y, v, X=np.column_stack([np.ones(56), year - year.mean()])).components
    np.testing.assert_allclose(found.beta, [0.126, 0.005], atol=5e-4)
    np.testing.assert_allclose(np.sqrt(np.diag(found.beta_cov)), [0.044, 0.004], atol=5e-4)
    assert found.within == pytest.approx(0.089, abs=5e-4)


def test_balanced_groups_equal_analysis_of_variance():
    rng = np.random.default_rng(5)
    m, k, v = 20, 6, 0.3
    table = rng.normal(0, 1, (m, 1)) + rng.normal(0, 0.8, (m, k))
    between_square = k * table.mean(axis=1).var(ddof=1)
    within_square = table.var(axis=1, ddof=1).mean()
    found = three_level(table.ravel(), np.full(m * k, v), np.repeat(np.arange(m), k)).components
    assert found.between == pytest.approx((between_square - within_square) / k, rel=1e-6)
    assert found.within == pytest.approx(within_square - v, rel=1e-6)
    assert found.beta_cov[0, 0] == pytest.approx(between_square / (m * k), rel=1e-6)


@pytest.mark.parametrize("p", [1, 3])
def test_likelihood_equals_that_of_error_contrasts(p):
    y, v, group, X = simulate(1, between=0.1, within=0.05, p=p)
    pairs = np.array([[0.0, 0.0], [0.2, 0.0], [0.0, 0.3], [0.05, 0.02], [5.0, 1.0]])
    rows = standardise(arrange(y, v, group, X))
    wanted = [loglik_of_contrasts(y, v, group, X, a, b) for a, b in pairs]
    np.testing.assert_allclose(restricted_loglik(rows, *pairs.T), wanted, rtol=1e-10)


@pytest.mark.parametrize("p", [1, 3])
def test_slopes_and_information_equal_numeric_and_dense_ones(p):
    y, v, group, X = simulate(2, between=0.1, within=0.05, p=p)
    rows = standardise(arrange(y, v, group, X))
    a, b = 0.07, 0.03

    def height(pair):
        return float(restricted_loglik(rows, pair[:1], pair[1:])[0])

    np.testing.assert_allclose(score(rows, a, b), approx_fprime(np.array([a, b]), height, 1e-8), rtol=1e-4, atol=1e-4)
    inverse = np.linalg.inv(dense(v, group, a, b))
    P = inverse - inverse @ X @ np.linalg.inv(X.T @ inverse @ X) @ X.T @ inverse
    parts = [P @ (group[:, None] == group), P]
    wanted = [[np.trace(one @ other) / 2 for other in parts] for one in parts]
    np.testing.assert_allclose(information(rows, a, b), wanted, rtol=1e-9)


@pytest.mark.parametrize(("seed", "between", "within"), [(3, 0.1, 0.05), (4, 0.0, 0.05), (5, 0.1, 0.0), (6, 0.0, 0.0)])
def test_fit_is_the_peak_that_brute_force_finds(seed, between, within):
    y, v, group, X = simulate(seed, between=between, within=within, p=2)
    fit = three_level(y, v, group, X=X)

    def depth(roots):
        return -loglik_of_contrasts(y, v, group, X, *roots**2)

    starts = [(0.4, 0.4), (0.01, 0.3), (0.3, 0.01), (0.01, 0.01)]
    options = {"xatol": 1e-7, "fatol": 1e-10, "maxiter": 2000}
    peaks = [minimize(depth, np.array(start), method="Nelder-Mead", options=options) for start in starts]
    best = min(peaks, key=lambda peak: peak.fun)
    assert fit.loglik == pytest.approx(-best.fun, abs=1e-6)
    np.testing.assert_allclose([fit.components.between, fit.components.within], best.x**2, atol=2e-5)


def test_no_more_difference_than_chance_gives_exactly_zero():
    y = np.array([1.0, 1.01, 0.99, 1.0, 1.02, 0.98, 1.0, 1.0])
    fit = three_level(y, np.full(8, 0.5), np.repeat(["a", "b", "c", "d"], 2))
    assert (fit.components.between, fit.components.within) == (0.0, 0.0)
    assert fit.shares.sampling == 1.0
    assert fit.components.beta[0] == pytest.approx(1.0)
    assert fit.components.beta_cov[0, 0] == pytest.approx(0.5 / 8)


def test_units_alike_within_groups_give_exactly_zero_within():
    y = np.repeat([0.0, 2.0, 5.0, 7.0], 3)
    found = three_level(y, np.full(12, 0.1), np.repeat(np.arange(4), 3)).components
    assert found.within == 0.0
    assert found.between == pytest.approx(np.var([0, 2, 5, 7], ddof=1) - 0.1 / 3, rel=1e-6)


def test_no_place_on_a_fine_grid_is_higher():
    """Few groups, variances up to a millionfold apart and second peaks: where a search goes astray."""
    for seed in range(60):
        rng = np.random.default_rng(seed)
        groups = rng.integers(4, 12)
        group = np.repeat(np.arange(groups), rng.integers(1, 6, groups))
        n = len(group)
        v = 10 ** rng.uniform(-6, 1, n) if seed % 2 else np.full(n, 10 ** rng.uniform(-5, 1))
        y = rng.normal(0, 10 ** rng.uniform(-3, 1), groups)[group]
        y = y + rng.normal(0, 10 ** rng.uniform(-3, 1), n) + rng.normal(0, v**0.5)
        fit = three_level(y, v, group)
        grid = np.r_[0, np.geomspace(1e-9, 10, 60)] * max(np.var(y), v.mean())
        a, b = (axis.ravel() for axis in np.meshgrid(grid, grid))
        heights = restricted_loglik(standardise(arrange(y, v, group, None)), a, b)
        assert fit.loglik >= heights.max() - 1e-7, seed


seeds = st.integers(0, 10_000)


@settings(max_examples=25, deadline=None)
@given(seeds, st.floats(0, 0.3), st.floats(0, 0.3), st.randoms(use_true_random=False))
def test_order_of_rows_and_names_of_groups_do_not_matter(seed, between, within, random):
    y, v, group, X = simulate(seed, between=between, within=within, p=2)
    order = np.array(random.sample(range(len(y)), len(y)))
    names = np.array([f"g{k}" for k in random.sample(range(100), 12)])
    one = three_level(y, v, group, X=X)
    other = three_level(y[order], v[order], names[group[order]], X=X[order])
    assert_same_fit(one, other)


@settings(max_examples=25, deadline=None)
@given(seeds, st.floats(0, 0.3), st.floats(0, 0.3), st.floats(-1e4, 1e4), st.floats(0.01, 100))
def test_shift_and_unit_of_the_outcome(seed, between, within, shift, unit):
    y, v, group, _ = simulate(seed, between=between, within=within)
    one = three_level(y, v, group)
    other = three_level((y + shift) * unit, v * unit**2, group)
    assert other.components.beta[0] == pytest.approx((one.components.beta[0] + shift) * unit, rel=1e-6, abs=1e-6)
    np.testing.assert_allclose(
        [other.components.between, other.components.within],
        np.array([one.components.between, one.components.within]) * unit**2,
        rtol=1e-4,
        atol=1e-6 * unit**2,
    )
    assert sum([other.shares.between, other.shares.within, other.shares.sampling]) == pytest.approx(1)


@settings(max_examples=25, deadline=None)
@given(seeds, st.floats(0, 0.3), st.floats(0, 0.3))
def test_covariates_may_be_written_otherwise(seed, between, within):
    y, v, group, X = simulate(seed, between=between, within=within, p=3)
    mix = np.array([[1.0, 5, 2], [0, 1e-3, 1], [0, 0, 1e3]])
    one, other = three_level(y, v, group, X=X), three_level(y, v, group, X=X @ mix)
    np.testing.assert_allclose(X @ one.components.beta, X @ mix @ other.components.beta, rtol=1e-5, atol=1e-6)
    assert one.loglik == pytest.approx(other.loglik, abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(seeds, st.floats(0, 0.2), st.floats(0.0, 0.2))
def test_sampling_variance_is_taken_from_the_variance_within(seed, within, more):
    """With one v for all, adding to v takes the same off `within`, until nothing is left of it."""
    y, _, group, _ = simulate(seed, between=0.1, within=within)
    one = three_level(y, np.full(len(y), 0.01), group).components
    other = three_level(y, np.full(len(y), 0.01 + more), group).components
    if other.within > 1e-6:
        assert other.within == pytest.approx(one.within - more, abs=1e-5)
        assert other.between == pytest.approx(one.between, abs=1e-5)
    else:
        assert one.within <= more + 1e-5


def assert_same_fit(one, other):
    assert one.loglik == pytest.approx(other.loglik, abs=1e-8)
    np.testing.assert_allclose(one.components.beta, other.components.beta, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(
        [one.components.between, one.components.within],
        [other.components.between, other.components.within],
        atol=1e-6,
    )


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        (["a", "a", "b", "b"], "2 groups; variance between groups needs at least 3"),
        (["a", "b", "c", "d"], "0 within them"),
    ],
)
def test_too_few_groups_or_units_is_said(groups, message):
    with pytest.raises(TooFewError, match=message):
        three_level(np.arange(4.0), np.ones(4), np.array(groups))


def test_covariates_that_use_up_the_groups_are_refused():
    groups = np.repeat(["a", "b", "c"], 3)
    X = np.column_stack([groups == name for name in ("a", "b")] + [np.ones(9)]).astype(float)
    with pytest.raises(TooFewError, match="0 degrees of freedom between groups"):
        three_level(np.arange(9.0), np.ones(9), groups, X=X)


def test_one_row_is_too_few():
    with pytest.raises(TooFewError, match="1 rows for 1 coefficients"):
        two_level(np.array([1.0]), np.array([1.0]))


@pytest.mark.parametrize(
    ("y", "v", "message"),
    [
        ([1.0, np.nan, 2], [1.0, 1, 1], "finite"),
        ([1.0, 2, 3], [1.0, 0, 1], "above zero"),
        ([1.0, 2, 3], [1.0, 1], "one row each"),
        ([], [], "no rows"),
    ],
)
def test_rows_that_cannot_be_used_are_refused(y, v, message):
    with pytest.raises(ValueError, match=message):
        two_level(np.array(y), np.array(v))


def test_dependent_columns_are_refused():
    with pytest.raises(ValueError, match="depend on each other"):
        two_level(np.arange(5.0), np.ones(5), X=np.ones((5, 2)))
