"""ICCs against published figures, closed forms, the definition of the interval, and simulation."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import f, f_oneway

from leaderful.statistics.icc import icc

# Six targets, each rated by four judges (Shrout and Fleiss 1979, table 2).
RATINGS = np.array([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], float)
# Yields of dyestuff from six batches, five preparations each (Davies 1947).
YIELDS = np.array(
    [
        [1545, 1440, 1440, 1520, 1580],
        [1540, 1555, 1490, 1560, 1495],
        [1595, 1550, 1605, 1510, 1560],
        [1445, 1440, 1595, 1465, 1545],
        [1595, 1630, 1515, 1635, 1625],
        [1520, 1455, 1450, 1480, 1445],
    ],
    float,
)


def of_table(table):
    return icc(table.ravel(), np.repeat(np.arange(len(table)), table.shape[1]))


def test_published_ratings():
    found = of_table(RATINGS)
    assert round(found.between, 2) == 11.24
    assert round(found.within, 2) == 6.26
    assert round(found.icc1, 2) == 0.17
    assert round(found.icc2, 2) == 0.44
    # Printed by an independent program (psych): F 1.795 on 5 and 18, p 0.165, -0.133 to 0.723.
    assert (round(found.F, 2), found.df1, found.df2, round(found.p, 3)) == (1.79, 5, 18, 0.165)
    assert (round(found.lower, 3), round(found.upper, 3)) == (-0.133, 0.723)


def test_published_variances_of_dyestuff():
    # Printed in every account of these data: variance between batches 1764.05, within 2451.25.
    found = of_table(YIELDS)
    assert found.within == pytest.approx(2451.25)
    assert found.icc1 == pytest.approx(1764.05 / (1764.05 + 2451.25), abs=1e-9)


def test_groups_of_different_size_worked_by_hand():
    # Groups 1,3 | 4,5,6 | 8: means 2, 5, 8; grand mean 27 / 6 = 4.5.
    # Between: 2 (2.5²) + 3 (0.5²) + 1 (3.5²) = 12.5 + 0.75 + 12.25 = 25.5; MSB = 25.5 / 2 = 12.75.
    # Within: 2 + 2 + 0 = 4; MSW = 4 / 3. F = 9.5625. k = 2; k0 = (6 - (4 + 9 + 1) / 6) / 2 = 11 / 6.
    # ICC(1) = (12.75 - 4/3) / (12.75 + 4/3); ICC(2) = (12.75 - 4/3) / 12.75.
    found = icc(np.array([1.0, 3, 4, 5, 6, 8, np.nan, 100]), np.array([0, 0, 1, 1, 1, 2, 2, -1]))
    assert (found.groups, found.singles, found.n, found.df1, found.df2) == (3, 1, 6, 2, 3)
    assert (found.k_mean, found.k_unbalanced) == (2, pytest.approx(11 / 6))
    assert round(found.F, 9) == 9.5625
    assert found.icc1 == pytest.approx((12.75 - 4 / 3) / (12.75 + 4 / 3))
    assert found.icc1_unbalanced == pytest.approx((12.75 - 4 / 3) / (12.75 + 5 / 6 * 4 / 3))
    assert found.icc2 == pytest.approx((12.75 - 4 / 3) / 12.75)


def draw(seed, *, sizes, share):
    rng = np.random.default_rng(seed)
    groups = np.repeat(np.arange(len(sizes)), sizes)
    return rng.normal(0, share**0.5, len(sizes))[groups] + rng.normal(0, (1 - share) ** 0.5, len(groups)), groups


@given(st.integers(0, 500), st.integers(2, 8), st.integers(2, 6), st.sampled_from([0.0, 0.1, 0.5, 0.95]))
def test_equal_sizes_give_the_usual_exact_interval_and_test(seed, many, size, share):
    y, groups = draw(seed, sizes=[size] * many, share=share)
    found = icc(y, groups)
    test = f_oneway(*y.reshape(many, size))
    np.testing.assert_allclose([found.F, found.p], [test.statistic, test.pvalue], rtol=1e-9)
    low, high = found.F * f.ppf([0.025, 0.975], found.df2, found.df1)
    assert found.lower == pytest.approx((low - 1) / (low + size - 1), abs=1e-6)
    assert found.upper == pytest.approx((high - 1) / (high + size - 1), abs=1e-6)
    assert found.icc1_unbalanced == pytest.approx(found.icc1)
    assert found.lower <= found.icc1 <= found.upper


def wald(y, groups, rho):
    """Wald's ratio from its definition."""
    sizes = np.bincount(groups)
    means = np.bincount(groups, weights=y) / sizes
    weights = sizes / (1 + sizes * rho / (1 - rho))
    middle = weights @ means / weights.sum()
    inside = np.sum((y - means[groups]) ** 2) / (len(y) - len(sizes))
    return weights @ (means - middle) ** 2 / ((len(sizes) - 1) * inside)


def test_ends_of_unequal_sizes_are_where_the_ratio_meets_its_quantiles():
    sizes = [2, 3, 5, 9, 14, 2, 7]
    y, groups = draw(3, sizes=sizes, share=0.6)
    found = icc(y, groups)
    assert -1 / 13 < found.lower < found.icc1 < found.upper < 1
    assert wald(y, groups, found.lower) == pytest.approx(f.isf(0.025, 6, sum(sizes) - 7))
    assert wald(y, groups, found.upper) == pytest.approx(f.ppf(0.025, 6, sum(sizes) - 7))


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5])
def test_intervals_of_unequal_sizes_cover_as_often_as_they_say(share):
    sizes = [1, 2, 2, 3, 4, 6, 9, 15, 30, 60]
    held = [
        found.lower <= share <= found.upper for found in (icc(*draw(s, sizes=sizes, share=share)) for s in range(800))
    ]
    assert 0.93 < np.mean(held) < 0.97  # 2.6 standard errors to either side of 0.95


@given(st.integers(0, 500), st.randoms(use_true_random=False))
def test_relabelling_people_and_groups_changes_no_icc(seed, random):
    y, groups = draw(seed, sizes=[1, 2, 4, 7, 3], share=0.2)
    people, labels = list(range(len(y))), list(range(5))
    random.shuffle(people)
    random.shuffle(labels)
    before, after = icc(y, groups), icc(y[people], np.array(labels)[groups][people])
    for name in ("icc1", "icc1_unbalanced", "icc2", "F", "p", "lower", "upper", "k_mean", "k_unbalanced"):
        assert getattr(after, name) == pytest.approx(getattr(before, name), rel=1e-9, abs=1e-9)


@given(st.integers(0, 500), st.floats(-50, 50), st.floats(0.01, 100))
def test_another_unit_of_measurement_changes_no_icc(seed, shift, factor):
    y, groups = draw(seed, sizes=[2, 4, 7, 3], share=0.2)
    before, after = icc(y, groups), icc(shift - factor * y, groups)
    assume(before.F > 1e-6)
    for name in ("icc1", "F", "lower", "upper"):
        assert getattr(after, name) == pytest.approx(getattr(before, name), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize(
    ("values", "groups", "reason"),
    [
        ([], [], "fewer than two groups"),
        ([1.0, 2, np.nan], [0, 0, 1], "fewer than two groups"),
        ([1.0, 2, 3], [0, 1, 2], "no group has two people"),
        ([0.1, 0.1, 0.1, 0.1, 0.1], [0, 0, 0, 1, 1], "all values are the same"),
    ],
)
def test_undefined_says_why(values, groups, reason):
    found = icc(np.array(values, float), np.array(groups, int))
    assert reason in found.reason
    assert np.isnan([found.icc1, found.icc2, found.F, found.p, found.lower, found.upper]).all()


def test_groups_of_one_mind_and_groups_that_do_not_differ():
    alike = icc(np.array([1.0, 1, 2, 2, 2]), np.array([0, 0, 1, 1, 1]))
    assert (alike.icc1, alike.icc2, alike.F, alike.p) == (1.0, 1.0, np.inf, 0.0)
    assert np.isnan([alike.lower, alike.upper]).all() and "no interval" in alike.reason
    level = icc(np.array([1.0, 3, 1, 3, 0, 4]), np.array([0, 0, 1, 1, 2, 2]))
    assert level.icc1 == -1.0  # -1 / (k - 1), the least for pairs
    assert np.isnan(level.icc2) and "ICC(2) divides by zero" in level.reason
    assert level.lower == -1.0


def test_values_must_be_one_for_each_person():
    with pytest.raises(ValueError, match="one for each person"):
        icc(np.ones((3, 1)), np.zeros(3, int))
