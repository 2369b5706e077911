"""Two samples set against each other: published answers, and the same sums by another road."""

from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_ind_from_stats
from statsmodels.stats.multitest import multipletests

from leaderful.statistics.multiple import holm
from leaderful.statistics.proportions import wilson
from leaderful.statistics.two_samples import score_interval, share_difference, welch


def floats(*values):
    return np.array(values, dtype=float)


def test_score_intervals_are_those_of_percentages():
    counts, n = floats(0, 3, 7, 20), floats(4, 3, 11, 40)
    lower, upper = score_interval(counts, n)
    for k in range(4):
        ends = wilson(100 * counts[k] / n[k], n[k])
        assert (100 * lower[k], 100 * upper[k]) == pytest.approx(ends)


@pytest.mark.parametrize(
    ("a", "m", "b", "n", "lower", "upper"),
    [
        # Newcombe (1998), table II, method 10.
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (0, 10, 0, 20, -0.1611, 0.2775),
        (10, 10, 0, 10, 0.6075, 1.0000),
    ],
)
def test_share_differences_of_newcombe(a, m, b, n, lower, upper):
    found = share_difference(floats(a), floats(m), floats(b), floats(n))
    assert found.estimate[0] == pytest.approx(a / m - b / n)
    assert (found.lower[0], found.upper[0]) == pytest.approx((lower, upper), abs=6e-5)


@given(st.integers(1, 12), st.integers(1, 12), st.data())
def test_the_p_of_shares_is_twice_the_smaller_tail(m, n, data):
    a, b = data.draw(st.integers(0, m)), data.draw(st.integers(0, n))
    ways = {k: comb(m, k) * comb(n, a + b - k) for k in range(max(0, a + b - n), min(m, a + b) + 1)}
    total = comb(m + n, a + b)
    tail = min(sum(w for k, w in ways.items() if k <= a), sum(w for k, w in ways.items() if k >= a)) / total
    assert share_difference(floats(a), floats(m), floats(b), floats(n)).p[0] == pytest.approx(min(2 * tail, 1))


def test_welch_is_that_of_scipy():
    one = (floats(3.1, 2.0), floats(0.8, 0.2), floats(12, 40))
    two = (floats(2.2, 2.5), floats(0.3, 1.1), floats(9, 5))
    found = welch(*one, *two)
    for k in range(2):
        other = ttest_ind_from_stats(one[0][k], one[1][k], one[2][k], two[0][k], two[1][k], two[2][k], equal_var=False)
        assert found.p[k] == pytest.approx(other.pvalue)
        # A test at 5 % and a 95 % interval say the same.
        assert (other.pvalue < 0.05) == (not found.lower[k] <= 0 <= found.upper[k])
    turned = welch(*two, *one)
    np.testing.assert_allclose(turned.estimate, -found.estimate)
    np.testing.assert_allclose(turned.lower, -found.upper)


def test_welch_says_nothing_without_spread_or_with_one_person():
    found = welch(
        floats(3, 3, 3), floats(0, np.nan, 0), floats(5, 1, 5), floats(2, 2, 2), floats(0, 1, 1), floats(5, 5, 5)
    )
    assert np.isnan(found.p).tolist() == [True, True, False]
    assert np.isnan(found.lower).tolist() == [True, True, False]
    assert found.estimate.tolist() == [1, 1, 1]


def test_impossible_counts_are_refused():
    for count, n in ((3, 2), (-1, 2), (0, 0)):
        with pytest.raises(ValueError, match="count"):
            score_interval(floats(count), floats(n))


@given(st.lists(st.floats(0, 1), max_size=20))
def test_holm_is_that_of_statsmodels(p):
    corrected = holm(np.array(p))
    if p:
        np.testing.assert_allclose(corrected, multipletests(p, method="holm")[1], atol=1e-12)
    assert (corrected >= np.array(p)).all()


def test_holm_refuses_what_is_no_probability():
    with pytest.raises(ValueError, match="between 0 and 1"):
        holm(floats(0.2, 1.2))
