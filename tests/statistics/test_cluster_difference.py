"""Differences of two means of rows in clusters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_ind, ttest_rel

from leaderful.statistics.cluster_difference import cluster_difference
from leaderful.statistics.paired_change import paired_change


def test_one_row_of_each_kind_in_every_cluster_is_the_paired_test():
    rng = np.random.default_rng(1)
    one, two = rng.normal(1, 1, 20), rng.normal(0, 1, 20)
    found = cluster_difference(np.append(one, two), np.repeat([True, False], 20), np.tile(np.arange(20), 2))
    other = ttest_rel(one, two)
    assert found.p == pytest.approx(other.pvalue)
    assert (found.lower, found.upper) == pytest.approx(tuple(other.confidence_interval()))


def test_rows_as_their_own_clusters_are_welchs_test():
    rng = np.random.default_rng(2)
    one, two = rng.normal(1, 1, 15), rng.normal(0, 3, 15)
    found = cluster_difference(np.append(one, two), np.repeat([True, False], 15), np.arange(30))
    assert found.difference / found.se == pytest.approx(ttest_ind(one, two, equal_var=False).statistic)


@given(seed=st.integers(0, 1000))
def test_it_agrees_with_the_change_of_people_in_clusters(seed):
    rng = np.random.default_rng(seed)
    values, kind, cluster = rng.normal(size=60), rng.random(60) < 0.5, rng.integers(0, 9, 60)
    found = cluster_difference(values, kind, cluster)
    ids = np.arange(60)
    other = paired_change(values[~kind], values[kind], ids[~kind], ids[kind], clusters=(cluster[~kind], cluster[kind]))
    assert (found.difference, found.se, found.df) == pytest.approx((other.change, other.se, other.df))
    assert (found.lower, found.upper) == pytest.approx((other.lower, other.upper))


def test_what_has_no_interval_says_why():
    assert (
        cluster_difference(np.ones(4), np.ones(4, dtype=bool), np.arange(4)).reason == "there are no rows of one kind"
    )
    kind = np.array([True, True, False, False])
    assert "from one cluster" in cluster_difference(np.arange(4.0), kind, np.array([0, 0, 1, 2])).reason
    alike = cluster_difference(np.array([1.0, 1.0, 0.0, 0.0]), kind, np.array([0, 1, 0, 1]))
    assert (alike.difference, alike.reason) == (1.0, "nothing differs between one cluster and another")
    with pytest.raises(ValueError, match="finite"):
        cluster_difference(np.array([np.nan, 1.0]), np.array([True, False]), np.arange(2))


def test_less_confidence_means_a_narrower_interval():
    rng = np.random.default_rng(7)
    values, kind, cluster = rng.normal(size=60), rng.random(60) < 0.5, rng.integers(0, 9, 60)
    wide, narrow = (cluster_difference(values, kind, cluster, confidence=c) for c in (0.95, 0.8))
    assert wide.lower < narrow.lower < narrow.difference < narrow.upper < wide.upper
    assert narrow.p == wide.p
    with pytest.raises(ValueError, match="confidence is 95"):
        cluster_difference(values, kind, cluster, confidence=95)
