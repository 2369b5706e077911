"""Agreement within groups, by hand, against plain NumPy, and one group against many."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from leaderful.statistics.agreement import ad_m, agreement_by_group, null_variance, rwg, rwg_j
from leaderful.statistics.answers import reverse

ANSWER = st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0, np.nan])
BLOCKS = arrays(np.float64, st.tuples(st.integers(1, 20), st.integers(1, 4)), elements=ANSWER)


def in_groups(block):
    return st.tuples(st.just(block), arrays(np.int64, len(block), elements=st.integers(-1, 4)))


def plain(block, expected=2.0):
    """r_wg(j) and AD_M(J) of one group from their definitions."""
    items = [column[~np.isnan(column)] for column in block.T]
    if any(len(item) < 2 for item in items):
        return np.nan, np.nan
    q = np.mean([item.var(ddof=1) for item in items]) / expected
    J = len(items)
    below = J * (1 - q) + q
    away = np.mean([np.abs(item - item.mean()).mean() for item in items])
    return (np.nan if abs(below) < 1e-9 else J * (1 - q) / below), away


def test_null_variances():
    assert null_variance(5, null="uniform") == 2  # (25 - 1) / 12
    assert null_variance(7, null="uniform") == 4  # (49 - 1) / 12
    # Published by LeBreton and Senter (2008): 1.34. By hand, with answers 1 to 5 chosen by 5, 15, 20, 35 and 25 %:
    # mean 0.05 + 0.30 + 0.60 + 1.40 + 1.25 = 3.60; of squares 0.05 + 0.60 + 1.80 + 5.60 + 6.25 = 14.30;
    # 14.30 - 3.60² = 1.34
    assert null_variance(5, null="slight-skew") == pytest.approx(1.34, abs=1e-12)


def test_one_item_worked_by_hand():
    # Mean 4, deviations -1, 0, 0, 1: s² = 2 / 3. r_wg = 1 - (2/3) / 2 = 2/3; skewed 1 - (2/3) / 1.34
    answers = np.array([3.0, 4, 4, 5, np.nan])
    found = rwg(answers)
    assert (found.n, found.out_of_range, found.reason) == (4, False, "")
    assert found.estimate == pytest.approx(2 / 3)
    assert rwg(answers, null="slight-skew").estimate == pytest.approx(1 - (2 / 3) / 1.34)
    assert rwg(answers, options=7).estimate == pytest.approx(1 - (2 / 3) / 4)


def test_four_items_worked_by_hand():
    # Variances over n - 1:  3,4,5 -> 1;  4,4,5 -> 1/3;  2,4,3 -> 1;  5,5,5 -> 0.   Mean (1 + 1/3 + 1) / 4 = 7/12.
    # q = 7/24;  4 (17/24) / (4 (17/24) + 7/24) = (68/24) / (75/24) = 68/75.
    # AD: (1+0+1)/3 = 2/3;  mean 13/3: (1/3+1/3+2/3)/3 = 4/9;  mean 3: (1+1+0)/3 = 2/3;  0.
    # Mean (2/3 + 4/9 + 2/3) / 4 = 4/9.
    answers = np.array([[3.0, 4, 2, 5], [4, 4, 4, 5], [5, 5, 3, 5]])
    assert rwg_j(answers).estimate == pytest.approx(68 / 75)
    assert ad_m(answers).estimate == pytest.approx(4 / 9)
    assert ad_m(answers).n == 3


def test_an_item_is_judged_by_those_who_answered_it():
    # First item 2, 4: variance 2; second 3, 3, 3: variance 0. q = (2 + 0) / 2 / 2 = 1/2.
    # 2 (1/2) / (2 (1/2) + 1/2) = 2/3.
    answers = np.array([[2.0, 3], [np.nan, 3], [4, 3], [np.nan, np.nan]])
    assert rwg_j(answers).estimate == pytest.approx(2 / 3)
    assert rwg_j(answers).n == 3


def test_values_out_of_range_are_kept_and_flagged():
    # 1, 1, 5, 5: s² = 16 / 3, so r_wg = 1 - 8 / 3. Two such items: q = 8/3, -10/3 / (-10/3 + 8/3) = 5, above 1.
    split = np.array([[1.0, 1], [1, 1], [5, 5], [5, 5]])
    single, scale = rwg(split[:, 0]), rwg_j(split)
    assert single.estimate == pytest.approx(-5 / 3)
    assert scale.estimate == pytest.approx(5)
    assert single.out_of_range and scale.out_of_range
    # 1, 3, 5, 3: s² = 8 / 3. Two such items: q = 4/3, (-2/3) / (-2/3 + 4/3) = -1, below 0.
    mild = rwg_j(np.array([[1.0, 1], [3, 3], [5, 5], [3, 3]]))
    assert mild.out_of_range and mild.estimate == pytest.approx(-1)


@pytest.mark.parametrize("items", [2, 3, 4])
def test_division_by_zero_is_undefined_and_says_so(items):
    # q = J / (J - 1): variances of 1, 5 are 8; of 2, 3 are 1/2; of 1, 1, 5 are 16/3.
    columns = {
        2: [[1.0, 5], [3, 3]],  # (8 + 0) / 2 / 2 = 2
        3: [[1.0, 5], [2, 3], [2, 3]],  # (8 + 1/2 + 1/2) / 3 / 2 = 3/2
        4: [[1.0, 1, 5], [1, 1, 5], [3, 3, 3], [3, 3, 3]],  # (16/3 + 16/3 + 0 + 0) / 4 / 2 = 4/3
    }[items]
    found = rwg_j(np.array(columns).T)
    assert np.isnan(found.estimate)
    assert "divides by zero" in found.reason
    assert found.out_of_range


@pytest.mark.parametrize("answers", [np.empty((0, 2)), np.array([[1.0, 2]]), np.array([[1.0, 2], [1, np.nan]])])
def test_fewer_than_two_answers_are_undefined(answers):
    for found in (rwg_j(answers), ad_m(answers)):
        assert np.isnan(found.estimate)
        assert found.reason == "an item has fewer than two answers"
        assert not found.out_of_range


def test_full_agreement_is_exactly_one_whatever_the_answer():
    for answer in (0.1, 7 / 3, 5.0):
        same = np.full((7, 3), answer)
        assert rwg_j(same).estimate == 1.0
        assert ad_m(same).estimate == 0.0


@given(BLOCKS.flatmap(in_groups), st.sampled_from(["uniform", "slight-skew"]))
def test_many_groups_are_each_as_alone_and_as_defined(drawn, null):
    block, groups = drawn
    found = agreement_by_group(block, groups, null=null)
    assert len(found.n) == max(groups.max(), -1) + 1
    for g in range(len(found.n)):
        mine = block[groups == g]
        alone, away = rwg_j(mine, null=null), ad_m(mine)
        assert (found.n[g], found.out_of_range[g]) == (alone.n, alone.out_of_range)
        np.testing.assert_array_equal([found.rwg_j[g], found.ad_m[g]], [alone.estimate, away.estimate])
        np.testing.assert_allclose([alone.estimate, away.estimate], plain(mine, null_variance(5, null=null)), rtol=1e-9)


@given(BLOCKS.flatmap(in_groups), st.randoms(use_true_random=False))
def test_relabelling_people_and_groups_changes_nothing(drawn, random):
    block, groups = drawn
    people, labels = list(range(len(block))), list(range(5))
    random.shuffle(people)
    random.shuffle(labels)
    renamed = np.array([*labels, -1])[groups]
    before = agreement_by_group(block, groups)
    after = agreement_by_group(block[people], renamed[people])
    for g in range(len(before.n)):
        if before.n[g] == 0 and labels[g] >= len(after.n):
            continue
        for name in ("n", "rwg_j", "ad_m", "out_of_range"):
            np.testing.assert_allclose(getattr(after, name)[labels[g]], getattr(before, name)[g], rtol=1e-9)


@given(BLOCKS, st.integers(0, 15))
def test_reversing_an_item_does_not_change_agreement(block, bits):
    turned = reverse(
        block, reversed=np.array([bool(bits >> j & 1) for j in range(block.shape[1])]), lowest=1, highest=5
    )
    np.testing.assert_allclose(rwg_j(turned).estimate, rwg_j(block).estimate, rtol=1e-9)
    np.testing.assert_allclose(ad_m(turned).estimate, ad_m(block).estimate, rtol=1e-9, atol=1e-12)


@given(BLOCKS.flatmap(in_groups))
def test_another_null_needs_no_second_reading(drawn):
    block, groups = drawn
    again = agreement_by_group(block, groups).against("slight-skew")
    fresh = agreement_by_group(block, groups, null="slight-skew")
    for name in ("rwg_j", "out_of_range", "ad_m", "mean_variances"):
        np.testing.assert_array_equal(getattr(again, name), getattr(fresh, name))
    assert again.null == "slight-skew"


def test_people_in_no_group_and_codes_that_nobody_has():
    block = np.array([[1.0], [5], [2], [4]])
    found = agreement_by_group(block, np.array([-1, -1, 2, 2]))
    assert found.n.tolist() == [0, 0, 2]
    np.testing.assert_allclose(found.rwg_j, [np.nan, np.nan, 0.0])  # 2 and 4: s² = 2
    assert len(agreement_by_group(block, np.full(4, -1)).n) == 0


@pytest.mark.parametrize(
    ("work", "message"),
    [
        (lambda: rwg(np.array([0.0, 5.0])), "further apart than 5 options"),
        (lambda: rwg(np.ones((2, 2))), "see rwg_j"),
        (lambda: rwg(np.ones(2), options=1), "two or more answers"),
        (lambda: rwg(np.ones(2), options=7, null="slight-skew"), "known for 5 options"),
        (lambda: rwg(np.ones(2), null="heavy-skew"), "uniform or slight-skew"),
        (lambda: agreement_by_group(np.ones((2, 1)), np.array([0])), "one code for each of 2 persons"),
        (lambda: agreement_by_group(np.ones((2, 1)), np.array([0.0, 1.0])), "whole numbers"),
        (lambda: agreement_by_group(np.ones((2, 1)), np.array([0, -2])), "whole numbers"),
    ],
)
def test_what_cannot_be_meant_is_refused(work, message):
    with pytest.raises(ValueError, match=message):
        work()
