"""Cluster-robust means against hand-worked sums, matrix algebra and simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t, ttest_1samp

from leaderful.statistics.means import ClusterMean, cluster_mean, unit_means

FIELDS = ("mean", "lower", "upper", "se", "df", "sd")


def test_unlike_clusters_worked_by_hand():
    """Values 1, 2 | 3 | 6, mean 3, deviations -2, -1 | 0 | 3, so S = -3, 0, 3 and f = 1/2, 1/4, 1/4.

    se² = (9 / (1/2) + 0 + 9 / (3/4)) / 16 = (18 + 12) / 16 = 1.875.
    q = (1/4)/(1/2), (1/16)/(3/4), (1/16)/(3/4) = 1/2, 1/12, 1/12;
    df = 1 / (1/4 + 1/16 + 1/16 + (2/3)² - 1/4 - 2/144) = 1 / (1/8 + 4/9 - 1/72) = 1 / (40/72) = 1.8.
    """
    found = cluster_mean(np.array([1.0, 2.0, 3.0, 6.0]), np.array([0, 0, 1, 2]))
    assert (found.mean, found.n, found.clusters, found.reason) == (3.0, 4, 3, "")
    assert found.se == pytest.approx(1.875**0.5, abs=1e-12)
    assert found.df == pytest.approx(1.8, abs=1e-12)
    assert found.sd == pytest.approx((14 / 3) ** 0.5)
    assert found.upper == pytest.approx(3 + t.ppf(0.975, 1.8) * 1.875**0.5)


def test_persons_as_clusters_give_the_ordinary_interval():
    values = np.random.default_rng(1).normal(3, 1, 17)
    found = cluster_mean(values, np.arange(17), confidence=0.9)
    usual = ttest_1samp(values, 0).confidence_interval(0.9)
    np.testing.assert_allclose([found.lower, found.upper], usual, rtol=1e-12)
    assert found.df == pytest.approx(16)


def test_equals_bell_and_mccaffrey_in_matrices():
    """CR2 with whole matrices: (I - H_gg)^-1/2 by eigenvectors, and df from the trace of G'G."""
    rng = np.random.default_rng(2)
    cluster = np.repeat(np.arange(6), [1, 2, 3, 5, 8, 20])
    n = len(cluster)
    y = rng.normal(size=6)[cluster] + rng.normal(size=n)
    M = np.eye(n) - 1 / n
    terms, columns = [], []
    for g in range(6):
        mine = cluster == g
        inside = np.eye(mine.sum()) - 1 / n
        bends, turns = np.linalg.eigh(inside)
        weights = turns @ np.diag(bends**-0.5) @ turns.T @ np.full(mine.sum(), 1 / n)
        terms.append(weights @ (y - y.mean())[mine])
        columns.append(M[:, mine] @ weights)
    P = np.array(columns) @ np.array(columns).T
    found = cluster_mean(y, cluster)
    assert found.se**2 == pytest.approx(np.sum(np.square(terms)))
    assert found.df == pytest.approx(np.trace(P) ** 2 / np.trace(P @ P))


@given(st.integers(0, 10_000))
def test_many_units_are_as_each_alone(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(0, 40))
    values = rng.integers(1, 6, n).astype(float)
    values[rng.random(n) < 0.2] = np.nan
    units, clusters = rng.integers(-1, 6, n), rng.integers(0, 5, n)
    found = unit_means(values, units, clusters)
    for unit in range(len(found.mean)):
        alone = cluster_mean(values[units == unit], clusters[units == unit])
        assert (found.n[unit], found.clusters[unit]) == (alone.n, alone.clusters)
        assert found.reason(unit) == alone.reason
        for name in FIELDS:
            np.testing.assert_allclose(getattr(found, name)[unit], getattr(alone, name), rtol=1e-9)
        assert np.isnan(alone.lower) == bool(alone.reason)


@given(st.integers(0, 10_000))
def test_names_and_order_of_people_and_clusters_do_not_matter(seed):
    rng = np.random.default_rng(seed)
    values, clusters = rng.normal(size=25), rng.integers(0, 6, 25)
    order, names = rng.permutation(25), rng.permutation(9)
    first, second = cluster_mean(values, clusters), cluster_mean(values[order], names[clusters[order]])
    for name in FIELDS:
        assert getattr(first, name) == pytest.approx(getattr(second, name), rel=1e-9)


@given(st.integers(0, 10_000), st.floats(-50, 50), st.floats(0.1, 20))
def test_another_unit_of_measurement_moves_everything_with_it(seed, shift, scale):
    rng = np.random.default_rng(seed)
    values, clusters = rng.normal(size=25), rng.integers(0, 6, 25)
    first, second = cluster_mean(values, clusters), cluster_mean(shift + scale * values, clusters)
    assert second.lower == pytest.approx(shift + scale * first.lower, rel=1e-6, abs=1e-6)
    assert second.df == pytest.approx(first.df)


def reason(values, clusters):
    found = cluster_mean(np.array(values), np.array(clusters, dtype=int))
    assert np.isnan(found.lower)
    assert np.isnan(found.upper)
    return found.reason


def test_undefined_intervals_say_why():
    assert "nobody" in reason([], [])
    assert "nobody" in reason([np.nan], [0])
    assert "one cluster" in reason([1.0, 2.0, 3.0], [4, 4, 4])
    assert "one cluster" in reason([1.0], [0])
    assert "do not differ" in reason([3.2, 3.2, 3.2], [0, 1, 2])
    assert "clusters have the same mean" in reason([1.0, 3.0, 1.1, 2.9], [0, 0, 1, 1])


def test_a_mean_without_an_interval_is_still_a_mean():
    found = cluster_mean(np.array([1.0, 2.0]), np.array([0, 0]))
    assert (found.mean, found.n, found.clusters) == (1.5, 2, 1)


def test_wrong_arguments_are_refused():
    values = np.array([1.0, 2.0])
    with pytest.raises(ValueError, match="clusters have shape"):
        cluster_mean(values, np.array([0]))
    with pytest.raises(ValueError, match="whole numbers"):
        cluster_mean(values, np.array([0.0, 1.0]))
    with pytest.raises(ValueError, match="units hold the code -2"):
        unit_means(values, np.array([0, -2]), np.array([0, 1]))
    with pytest.raises(ValueError, match="finite"):
        cluster_mean(np.array([1.0, np.inf]), np.array([0, 1]))
    with pytest.raises(ValueError, match="confidence is 95"):
        cluster_mean(values, np.array([0, 1]), confidence=95)


@pytest.mark.parametrize("likeness", [0.0, 0.2])
def test_the_interval_holds_the_mean_as_often_as_it_says_with_few_unlike_clusters(likeness):
    rng = np.random.default_rng(3)
    cluster = np.repeat(np.arange(8), [2, 3, 4, 6, 10, 15, 30, 60])
    runs, hits = 600, 0
    for _ in range(runs):
        y = rng.normal(0, likeness**0.5, 8)[cluster] + rng.normal(0, (1 - likeness) ** 0.5, len(cluster))
        found = cluster_mean(y, cluster)
        hits += found.lower <= 0 <= found.upper
    # 600 runs at 95 % lie outside 0.92 to 0.975 less than once in 300; skew of sizes makes it wider, not shorter.
    assert 0.92 <= hits / runs <= 0.99


def test_thousands_of_units_take_a_moment():
    rng = np.random.default_rng(4)
    units = rng.integers(0, 5_000, 70_000)
    found = unit_means(rng.normal(size=70_000), units, np.arange(70_000))
    assert isinstance(cluster_mean(np.array([1.0, 2.0]), np.array([0, 1])), ClusterMean)
    assert found.n.sum() == 70_000
    assert np.mean((found.lower < 0) & (found.upper > 0)) == pytest.approx(0.95, abs=0.01)
