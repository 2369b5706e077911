"""Predictions against published ones, dense matrix algebra and simulation."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderful.statistics.random_effects import Components, three_level
from leaderful.statistics.shrinkage import shrink

# Printed by an independent program (metafor) for the data of Konstantopoulos (2011).
DISTRICTS = [-0.190, -0.085, 0.141, 0.241, -0.107, -0.237, 0.534, -0.200, 0.057, -0.142, -0.012]
DISTRICT_SE = [0.167, 0.124, 0.137, 0.119, 0.119, 0.101, 0.130, 0.101, 0.111, 0.125, 0.150]
SCHOOLS = [
    -0.038,
    -0.047,
    0.044,
    -0.055,
    0.021,
    -0.252,
    0.062,
    0.127,
    0.073,
    0.024,
    -0.026,
    -0.165,
    0.2,
    -0.058,
]


@pytest.fixture(scope="module")
def schools():
    with (Path(__file__).parent / "konstantopoulos_2011.csv").open() as file:
        rows = list(csv.DictReader(file))
    y, v = (np.array([float(row[name]) for row in rows]) for name in ("y", "v"))
    return y, v, np.array([int(row["district"]) for row in rows])


def test_groups_and_units_equal_published_ones(schools):
    y, v, district = schools
    fit = three_level(y, v, district)
    found = shrink(y, v, district, fit.components)
    np.testing.assert_allclose(found.effects.estimate, DISTRICTS, atol=6e-4)
    np.testing.assert_allclose(np.sqrt(found.effects.variance_known), DISTRICT_SE, atol=6e-4)
    own = found.units.estimate - np.repeat(found.totals.estimate, np.unique(district, return_counts=True)[1])
    np.testing.assert_allclose(own[:14], SCHOOLS, atol=6e-4)


def design(seed, p=1):
    rng = np.random.default_rng(seed)
    group = rng.permutation(np.repeat(np.arange(5), rng.integers(1, 5, 5)))
    n = len(group)
    X = np.column_stack([np.ones(n), rng.normal(size=(n, p - 1))])
    return rng.normal(size=n), rng.uniform(0.05, 0.5, n), group, X


def fitted(v, group, X, y, between, within):
    V = np.diag(v + within) + between * (group[:, None] == group)
    inverse = np.linalg.inv(V)
    cov = np.linalg.inv(X.T @ inverse @ X)
    model = Components(
        beta=cov @ X.T @ inverse @ y,
        beta_cov=cov,
        between=between,
        within=within,
        variance_cov=np.array([[0.02, -0.005], [-0.005, 0.01]]),
    )
    return model, inverse, inverse - inverse @ X @ cov @ X.T @ inverse


def error_variance(targets, y_weights, X_part, v, group, X, between, within):
    """Variance of (weights on y) minus (truth), for truth = X_part beta + targets . (random effects)."""
    Z = (group[:, None] == np.unique(group)).astype(float)
    random = np.hstack([Z, np.eye(len(v))])
    G = np.diag(np.r_[np.full(Z.shape[1], between), np.full(len(v), within)])
    assert np.allclose(y_weights @ X, X_part), "the predictor is unbiased"
    on_random = y_weights @ random - targets
    return on_random @ G @ on_random + y_weights**2 @ v


@pytest.mark.parametrize(("p", "between", "within"), [(1, 0.3, 0.2), (3, 0.3, 0.2), (1, 0.0, 0.2), (2, 0.3, 0.0)])
def test_predictions_and_errors_equal_dense_algebra(p, between, within):
    y, v, group, X = design(1, p)
    model, inverse, P = fitted(v, group, X, y, between, within)
    found = shrink(y, v, group, model, X=X)
    n, C = len(y), model.beta_cov
    for k in range(5):
        mine = group == k
        weights = between * mine @ P
        effect = error_variance(
            np.r_[np.arange(5) == k, np.zeros(n)], weights, np.zeros(p), v, group, X, between, within
        )
        assert found.effects.estimate[k] == pytest.approx(weights @ y, abs=1e-12)
        assert found.effects.variance_known[k] == pytest.approx(effect, abs=1e-12)
        x = X[mine].mean(axis=0)
        weights = weights + x @ C @ X.T @ inverse
        total = error_variance(np.r_[np.arange(5) == k, np.zeros(n)], weights, x, v, group, X, between, within)
        assert found.totals.estimate[k] == pytest.approx(weights @ y)
        assert found.totals.variance_known[k] == pytest.approx(total)
    for i in range(n):
        weights = np.eye(n)[i] - v[i] * P[i]
        target = np.r_[np.arange(5) == group[i], np.arange(n) == i]
        unit = error_variance(target, weights, X[i], v, group, X, between, within)
        assert found.units.estimate[i] == pytest.approx(weights @ y)
        assert found.units.variance_known[i] == pytest.approx(unit)
        assert found.unit_weights[i] == pytest.approx(1 - v[i] * inverse[i, i])


@pytest.mark.parametrize(("between", "within"), [(0.3, 0.2), (0.0, 0.2), (0.3, 0.0)])
def test_error_of_the_variances_equals_numeric_slopes(between, within):
    y, v, group, X = design(2)
    model, _, _ = fitted(v, group, X, y, between, within)
    found = shrink(y, v, group, model)
    V = np.diag(v + within) + between * (group[:, None] == group)

    def rules(pair):
        inverse = np.linalg.inv(np.diag(v + pair[1]) + pair[0] * (group[:, None] == group))
        groups = pair[0] * (np.unique(group)[:, None] == group) @ inverse
        return np.vstack([groups, np.eye(len(v)) - v[:, None] * inverse])

    step = 1e-6
    slopes = [
        (rules([between + step * a, within + step * b]) - rules([between - step * a, within - step * b])) / (2 * step)
        for a, b in ((1, 0), (0, 1))
    ]
    extra = sum(
        2 * model.variance_cov[k, m] * np.einsum("ij,jk,ik->i", slopes[k], V, slopes[m])
        for k in range(2)
        for m in range(2)
    )
    np.testing.assert_allclose(found.effects.variance - found.effects.variance_known, extra[:5], rtol=1e-6, atol=1e-12)
    np.testing.assert_allclose(found.units.variance - found.units.variance_known, extra[5:], rtol=1e-6, atol=1e-12)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 5000))
def test_a_group_alone_is_predicted_as_among_all(seed):
    y, v, group, X = design(seed, 2)
    model, _, _ = fitted(v, group, X, y, 0.3, 0.2)
    everyone = shrink(y, v, group, model, X=X)
    mine = group == 2
    alone = shrink(y[mine], v[mine], group[mine], model, X=X[mine])
    for part in ("effects", "totals"):
        for value in ("estimate", "variance"):
            np.testing.assert_allclose(
                getattr(getattr(alone, part), value)[0], getattr(getattr(everyone, part), value)[2], rtol=1e-9
            )
    np.testing.assert_allclose(alone.units.estimate, everyone.units.estimate[mine], rtol=1e-9)
    np.testing.assert_allclose(alone.units.se, everyone.units.se[mine], rtol=1e-9)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 5000), st.floats(0.01, 2), st.floats(0.0, 2))
def test_prediction_lies_between_the_own_figure_and_the_level_of_the_group(seed, between, within):
    y, v, group, X = design(seed)
    model, _, _ = fitted(v, group, X, y, between, within)
    found = shrink(y, v, group, model)
    total = found.totals.estimate[group]
    assert (np.minimum(y, total) - 1e-9 <= found.units.estimate).all()
    assert (found.units.estimate <= np.maximum(y, total) + 1e-9).all()
    assert ((found.group_weights >= 0) & (found.group_weights <= 1)).all()
    assert ((found.unit_weights >= 0) & (found.unit_weights <= 1)).all()


def test_intervals_do_not_close_when_the_estimated_variance_is_zero():
    rng = np.random.default_rng(3)
    group = np.repeat(np.arange(10), 4)
    y, v = rng.normal(0, 0.1, 40), np.full(40, 0.2)
    model = three_level(y, v, group).components
    assert model.between == 0.0
    found = shrink(y, v, group, model)
    assert (found.effects.estimate == 0).all()
    assert (found.effects.variance_known == 0).all()
    assert (found.effects.se > 0.05).all()
    known = shrink(y, v, group, replace(model, variance_cov=np.zeros((2, 2))))
    assert (known.effects.se == 0).all()


def test_intervals_cover_as_often_as_they_say():
    """Groups with little variance between them, where the known-variance interval is too short."""
    rng = np.random.default_rng(11)
    group = np.repeat(np.arange(30), 4)
    v = np.tile([0.01, 0.02, 0.05, 0.1], 30)
    inside, naive, units = [], [], []
    for _ in range(150):
        u, w = rng.normal(0, 0.1, 30), rng.normal(0, 0.3, 120)
        truth = 1 + u[group] + w
        y = truth + rng.normal(0, v**0.5)
        found = shrink(y, v, group, three_level(y, v, group).components)
        miss = np.abs(found.effects.estimate - u)
        inside.append(miss <= 1.96 * found.effects.se)
        naive.append(miss <= 1.96 * np.sqrt(found.effects.variance_known))
        units.append(np.abs(found.units.estimate - truth) <= 1.96 * found.units.se)
    assert 0.93 < np.mean(inside) < 0.99
    assert np.mean(naive) < 0.90
    assert 0.93 < np.mean(units) < 0.97


def test_columns_must_match_the_model():
    y, v, group, X = design(4, 2)
    model, _, _ = fitted(v, group, X, y, 0.3, 0.2)
    with pytest.raises(ValueError, match="X has 1 columns and beta 2"):
        shrink(y, v, group, model)
