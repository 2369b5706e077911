"""Resampling of clusters against all possible draws, another library and its own rules."""

import itertools
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap

from leaderful.statistics.cluster_bootstrap import cluster_bootstrap

VALUES = np.array([1.0, 2.0, 2.0, 3.0, 5.0, 6.0, 4.0, 4.0, 9.0])
CLUSTERS = np.array([0, 0, 1, 1, 1, 2, 3, 3, 3])


def mean(rows):
    return float(VALUES[rows].mean())


def test_draws_are_those_of_whole_clusters():
    """All 4^4 = 256 equally likely draws of four clusters, written out: quantiles agree."""
    parts = [VALUES[g == CLUSTERS] for g in range(4)]
    every = [np.concatenate([parts[g] for g in drawn]).mean() for drawn in itertools.product(range(4), repeat=4)]
    found = cluster_bootstrap(mean, CLUSTERS, draws=20_000, seed=1)
    assert set(found.draws.round(9)) <= set(np.round(every, 9))
    assert found.draws.mean() == pytest.approx(np.mean(every), abs=0.03)
    assert found.se == pytest.approx(np.std(every), rel=0.03)
    for end, share in ((found.lower, 0.025), (found.upper, 0.975)):
        assert np.mean(np.array(every) < end - 1e-9) <= share + 0.01
        assert np.mean(np.array(every) <= end + 1e-9) >= share - 0.01
    assert (found.estimate, found.n, found.clusters, found.undefined) == (4.0, 9, 4, 0)


def test_bca_equals_that_of_another_library_for_rows():
    """SciPy's BCa of a skewed statistic, from other draws; both have 20,000."""
    values = np.random.default_rng(2).lognormal(0, 1, 40)
    found = cluster_bootstrap(lambda rows: float(values[rows].mean()), np.arange(40), draws=20_000, seed=3)
    theirs = bootstrap((values,), np.mean, n_resamples=20_000, method="BCa", rng=np.random.default_rng(4))
    np.testing.assert_allclose([found.bca_lower, found.bca_upper], theirs.confidence_interval, rtol=0.02)
    assert found.bca_upper > found.upper


def test_bca_of_worked_numbers():
    """z_0 and a by their definitions, from the draws and the means without one cluster."""
    found = cluster_bootstrap(mean, CLUSTERS, draws=2_000, seed=5)
    # Without cluster 0: 33/7; 1: 26/6; 2: 30/8; 3: 19/6.
    without = np.array([33 / 7, 26 / 6, 30 / 8, 19 / 6])
    away = without.mean() - without
    a = np.sum(away**3) / (6 * np.sum(away**2) ** 1.5)
    below = np.mean(found.draws < 4) + np.mean(found.draws == 4) / 2
    normal = NormalDist()
    z0 = normal.inv_cdf(below)
    for end, share in ((found.bca_lower, 0.025), (found.bca_upper, 0.975)):
        z = z0 + normal.inv_cdf(share)
        assert end == pytest.approx(np.quantile(found.draws, normal.cdf(z0 + z / (1 - a * z))))


@settings(max_examples=20)
@given(st.integers(0, 1000))
def test_same_seed_same_bytes_and_names_of_clusters_do_not_matter(seed):
    first = cluster_bootstrap(mean, CLUSTERS, draws=100, seed=seed)
    second = cluster_bootstrap(mean, CLUSTERS * 7 + 3, draws=100, seed=seed)
    assert first.draws.tobytes() == second.draws.tobytes()
    assert (first.lower, first.upper) == (second.lower, second.upper)
    assert first.lower <= first.upper


def test_rows_of_a_cluster_come_together():
    def whole(rows):
        counts = np.bincount(rows, minlength=9)
        assert all(len(set(counts[g == CLUSTERS])) == 1 for g in range(4))
        return float(VALUES[rows].mean())

    assert len(cluster_bootstrap(whole, CLUSTERS, draws=100, seed=6).draws) == 100


def test_undefined_cases_say_why():
    one = cluster_bootstrap(mean, np.zeros(9, dtype=int), draws=100, seed=1)
    assert "one cluster" in one.reason
    assert one.estimate == 4.0
    assert np.isnan([one.lower, one.upper, one.bca_lower, one.se]).all()
    never = cluster_bootstrap(lambda _: np.nan, CLUSTERS, draws=100, seed=1)
    assert "undefined in these rows" in never.reason
    empty = cluster_bootstrap(mean, np.array([], dtype=int), draws=100, seed=1)
    assert "undefined in these rows" in empty.reason
    constant = cluster_bootstrap(lambda _: 2.0, CLUSTERS, draws=100, seed=1)
    assert "same in every draw" in constant.reason
    assert np.isnan(constant.lower)


def test_draws_without_a_value_are_counted():
    def needs_cluster_two(rows):
        return mean(rows) if 5 in rows else np.nan

    found = cluster_bootstrap(needs_cluster_two, CLUSTERS, draws=400, seed=1)
    # Cluster 2 is missing from (3/4)^4 = 32 % of the draws.
    assert found.undefined == pytest.approx(400 * 0.316, abs=40)
    assert found.reason == f"the statistic was undefined in {found.undefined} of 400 draws"
    assert len(found.draws) + found.undefined == 400


def test_without_a_bca_interval_the_reason_is_told():
    """A statistic that knows the rows as they were given, and one that wants as many rows as there were."""

    def apart(rows):
        return 0.0 if np.array_equal(rows, np.arange(9)) else 50 + mean(rows)

    found = cluster_bootstrap(apart, CLUSTERS, draws=100, seed=4)
    assert found.bca_reason == "every draw lies on one side of the estimate"
    assert found.reason == ""
    assert 50 < found.lower < found.upper
    assert np.isnan(found.bca_lower)

    values = np.repeat(np.arange(30), 3)

    def thirty(rows):
        return np.nan if len(rows) < 90 else float(values[rows].mean())

    needy = cluster_bootstrap(thirty, values, draws=100, seed=2)
    assert needy.bca_reason == "the statistic is undefined without one of the clusters"
    assert needy.lower < needy.estimate < needy.upper


def test_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match="draws is 10"):
        cluster_bootstrap(mean, CLUSTERS, draws=10, seed=1)
    with pytest.raises(ValueError, match="confidence is 2"):
        cluster_bootstrap(mean, CLUSTERS, draws=100, seed=1, confidence=2)
    with pytest.raises(ValueError, match="whole numbers"):
        cluster_bootstrap(mean, CLUSTERS / 2, draws=100, seed=1)


def test_the_interval_holds_the_mean_about_as_often_as_it_says():
    """25 clusters of 4; that of single rows, blind to clusters, holds it much less often."""
    rng, runs, hits, blind = np.random.default_rng(7), 150, 0, 0
    cluster = np.repeat(np.arange(25), 4)
    for run in range(runs):
        y = rng.normal(0, 0.7, 25)[cluster] + rng.normal(0, 0.7, 100)
        for by, rows in ((True, cluster), (False, np.arange(100))):
            found = cluster_bootstrap(lambda r, y=y: float(y[r].mean()), rows, draws=300, seed=run)
            inside = found.lower <= 0 <= found.upper
            hits, blind = (hits + inside, blind) if by else (hits, blind + inside)
    assert 0.87 <= hits / runs <= 0.99
    assert blind / runs < 0.85
