"""Logistic regression: against tables by hand, an independent fit, an independent maximum and simulated data."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import expit
from scipy.stats import t as student

from leaderful.statistics.logistic import COMBINATION, CONSTANT, ONE_CLUSTER, logistic, margin


def table(yes_at_0, no_at_0, yes_at_1, no_at_1):
    """Outcomes and one column of a two-by-two table."""
    outcome = np.repeat([1.0, 0.0, 1.0, 0.0], [yes_at_0, no_at_0, yes_at_1, no_at_1])
    column = np.repeat([0.0, 1.0], [yes_at_0 + no_at_0, yes_at_1 + no_at_1])
    return outcome, column[:, None]


def drawn(seed, *, rows=300, clusters=40, spread=0.7):
    rng = np.random.default_rng(seed)
    cluster = rng.integers(0, clusters, rows)
    columns = np.column_stack([rng.normal(size=rows), rng.integers(0, 2, rows), rng.normal(size=rows)]).astype(float)
    eta = 0.2 + columns @ [0.8, -0.5, 0.0] + spread * rng.normal(size=clusters)[cluster]
    return (rng.random(rows) < expit(eta)).astype(float), columns, cluster


def test_a_two_by_two_table_by_hand():
    outcome, column = table(10, 30, 20, 20)
    found = logistic(outcome, column, np.arange(80))
    assert np.exp(found.coefficients) == pytest.approx([10 / 30, (20 / 20) / (10 / 30)])
    assert (found.n, found.clusters, found.df, found.penalised) == (80, 80, 79, False)
    # Rows as their own clusters: the jackknife's variance, p(1-p)/n turned to logits and enlarged by n / (n - 1).
    by_group = [1 / (40 * p * (1 - p)) * 40 / 39 for p in (0.25, 0.5)]
    assert found.covariance[1, 1] == pytest.approx(sum(by_group) * 40 / 39 * 79 / 80, rel=0.03)


@given(cells=st.tuples(*[st.integers(0, 12)] * 4).filter(lambda c: c[0] + c[1] and c[2] + c[3] and 0 in c))
def test_firth_adds_a_half_to_each_cell_of_a_table(cells):
    outcome, column = table(*cells)
    found = logistic(outcome, column, np.arange(len(outcome)))
    if len(set(outcome)) < 2:
        assert found.reason
        return
    if found.dropped:
        assert found.dropped == {0: ONE_CLUSTER}
        return
    a, b, c, d = (cell + 0.5 for cell in cells)
    assert found.penalised
    assert found.coefficients == pytest.approx([np.log(a / b), np.log(c * b / (d * a))], abs=1e-6)
    assert np.isnan(found.covariance).all()


def penalty(beta, outcome, design):
    eta = design @ beta
    p = expit(eta)
    information = design.T @ (design * (p * (1 - p))[:, None])
    return -(outcome @ eta - np.logaddexp(0, eta).sum() + np.linalg.slogdet(information)[1] / 2)


def test_firth_agrees_with_a_general_maximiser_and_its_profile():
    rng = np.random.default_rng(4)
    column = np.column_stack([rng.normal(size=40), np.repeat([0.0, 1.0], 20)])
    outcome = (rng.random(40) < expit(column[:, 0])).astype(float)
    outcome[20:] = 1.0
    design = np.column_stack([np.ones(40), column])
    found = logistic(outcome, column, np.arange(40))
    best = minimize(penalty, np.zeros(3), (outcome, design), method="BFGS", options={"gtol": 1e-9})
    assert found.penalised
    assert found.coefficients == pytest.approx(best.x, abs=1e-5)
    for k in range(3):
        for end in (found.lower[k], found.upper[k]):

            def rest(free, k=k, end=end):
                return penalty(np.insert(free, k, end), outcome, design)

            profile = minimize(rest, np.delete(best.x, k), method="BFGS", options={"gtol": 1e-8})
            assert 2 * (profile.fun - best.fun) == pytest.approx(3.841459, abs=1e-3)


def test_the_plain_fit_agrees_with_statsmodels():
    outcome, columns, cluster = drawn(1)
    found = logistic(outcome, columns, cluster)
    model = sm.Logit(outcome, sm.add_constant(columns))
    other = model.fit(disp=0, cov_type="cluster", cov_kwds={"groups": cluster})
    assert found.coefficients == pytest.approx(other.params, abs=1e-8)
    # The jackknife is a little wider than the usual correction, the more so the fewer the clusters.
    ratio = np.sqrt(np.diag(found.covariance)) / other.bse
    assert (ratio > 1).all()
    assert (ratio < 1.1).all()


def test_the_covariance_is_what_leaving_out_clusters_changes():
    outcome, columns, cluster = drawn(2, rows=600, clusters=30)
    found = logistic(outcome, columns, cluster)
    left = [
        logistic(outcome[cluster != g], columns[cluster != g], cluster[cluster != g]).coefficients for g in range(30)
    ]
    away = np.array(left) - found.coefficients
    assert np.sqrt(np.diag(found.covariance)) == pytest.approx(np.sqrt(29 / 30 * (away**2).sum(axis=0)), rel=0.02)


def test_columns_that_cannot_be_told_are_left_out_and_said():
    outcome, columns, cluster = drawn(3)
    one = (cluster == 7).astype(float)
    both = np.column_stack([columns[:, 0], np.ones(300), 2 * columns[:, 0] - 1, one, columns[:, 1]])
    found = logistic(outcome, both, cluster)
    assert found.dropped == {1: CONSTANT, 2: COMBINATION, 3: ONE_CLUSTER}
    assert np.isnan(found.coefficients).tolist() == [False, False, True, True, True, False]
    assert found.coefficients[[0, 1, 5]] == pytest.approx(logistic(outcome, columns[:, :2], cluster).coefficients)


def test_outcomes_all_alike_and_a_single_cluster_say_why():
    outcome, columns, cluster = drawn(3)
    alike = logistic(np.ones(300), columns, cluster)
    assert alike.reason == "all outcomes are the same"
    assert np.isnan(alike.coefficients).all()
    alone = logistic(outcome, columns, np.zeros(300, dtype=int))
    assert alone.reason == "an interval needs at least two clusters"
    assert np.isfinite(alone.coefficients).all()
    assert np.isnan(alone.lower).all()


def test_margins_are_mean_probabilities_and_their_slope_is_right():
    outcome, columns, cluster = drawn(5)
    fit = logistic(outcome, columns, cluster)
    rows = columns[:, 2] > 0
    found = margin(fit, columns, 0, low=-1.0, high=1.0, rows=rows)
    turned = columns[rows].copy()
    means = []
    for value in (-1.0, 1.0):
        turned[:, 0] = value
        means.append(expit(fit.coefficients[0] + turned @ fit.coefficients[1:]).mean())
    assert [found.low, found.high] == pytest.approx(means)
    assert found.difference == pytest.approx(means[1] - means[0])
    # The delta method against draws from the estimated law of the coefficients.
    draws = np.random.default_rng(1).multivariate_normal(fit.coefficients, fit.covariance, 4000)
    spread = np.std(
        [
            expit(b[0] + 1.0 * b[1] + turned[:, 1:] @ b[2:]).mean() - expit(b[0] - b[1] + turned[:, 1:] @ b[2:]).mean()
            for b in draws
        ]
    )
    assert (found.upper - found.lower) / 2 / 2.0227 == pytest.approx(spread, rel=0.06)


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000))
def test_names_of_clusters_order_of_rows_and_scale_do_not_matter(seed):
    outcome, columns, cluster = drawn(seed, rows=120, clusters=12)
    first = logistic(outcome, columns, cluster)
    order = np.random.default_rng(seed).permutation(120)
    mixed = logistic(outcome[order], columns[order] * [10.0, 1.0, 1.0], cluster[order] * 3 + 5)
    assert mixed.coefficients * [1.0, 10.0, 1.0, 1.0] == pytest.approx(first.coefficients, rel=1e-5, abs=1e-7)
    assert mixed.p == pytest.approx(first.p, rel=1e-4, abs=1e-9)


def test_without_an_effect_few_p_values_are_small():
    """Clusters whose outcomes are alike, and a column that is the same within each: the hard case."""
    rng = np.random.default_rng(11)
    p = []
    for _ in range(250):
        cluster = np.repeat(np.arange(30), 8)
        eta = 0.3 + rng.normal(size=30)[cluster]
        column = rng.normal(size=30)[cluster][:, None]
        p.append(logistic((rng.random(240) < expit(eta)).astype(float), column, cluster).p[1])
    assert 0.015 < np.mean(np.array(p) < 0.05) < 0.085  # 4 standard errors about 0.05


@pytest.mark.parametrize(
    ("outcome", "columns", "said"),
    [
        (np.array([0.0, 2.0]), np.zeros((2, 1)), "neither 0 nor 1"),
        (np.array([0.0, 1.0]), np.array([[1.0], [np.nan]]), "finite"),
        (np.array([0.0, 1.0]), np.zeros((3, 1)), "one row each"),
    ],
)
def test_what_cannot_be_fitted_is_refused(outcome, columns, said):
    with pytest.raises(ValueError, match=said):
        logistic(outcome, columns, np.arange(len(columns)))


def test_a_column_left_out_has_no_margin():
    outcome, columns, cluster = drawn(3)
    fit = logistic(outcome, np.column_stack([columns, np.ones(300)]), cluster)
    with pytest.raises(ValueError, match="not in the fit"):
        margin(fit, np.column_stack([columns, np.ones(300)]), 3, low=0.0, high=1.0, rows=np.ones(300, dtype=bool))


def test_less_confidence_means_narrower_intervals_round_the_same_value():
    outcome, columns, cluster = drawn(5)
    wide, narrow = (logistic(outcome, columns, cluster, confidence=c) for c in (0.95, 0.8))
    assert (narrow.coefficients == wide.coefficients).all()
    # half the width is a quantile of Student's t times the same standard error
    shrunk = student.isf(0.1, wide.df) / student.isf(0.025, wide.df)
    assert narrow.upper - narrow.coefficients == pytest.approx(shrunk * (wide.upper - wide.coefficients))
    rows = np.ones(len(outcome), dtype=bool)
    one, two = (margin(wide, columns, 0, low=0.0, high=1.0, rows=rows, confidence=c) for c in (0.95, 0.8))
    assert two.upper - two.lower == pytest.approx(shrunk * (one.upper - one.lower))


@pytest.mark.parametrize("confidence", [0.0, 1.0, 95.0, np.nan])
def test_a_confidence_that_is_no_share_is_refused(confidence):
    outcome, columns, cluster = drawn(5)
    fit = logistic(outcome, columns, cluster)
    rows = np.ones(len(outcome), dtype=bool)
    with pytest.raises(ValueError, match=r"such as 0\.95"):
        logistic(outcome, columns, cluster, confidence=confidence)
    with pytest.raises(ValueError, match=r"such as 0\.95"):
        margin(fit, columns, 0, low=0.0, high=1.0, rows=rows, confidence=confidence)
