"""Scores and reversed items, by hand and against plain NumPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from leaderful.statistics.answers import reverse, score

ANSWER = st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0, np.nan])
BLOCKS = st.integers(1, 6).flatmap(
    lambda items: arrays(np.float64, st.tuples(st.integers(0, 12), st.just(items)), elements=ANSWER)
)
NONE, LAST = np.zeros(4, bool), np.array([False, False, False, True])


def test_scores_worked_by_hand():
    answers = np.array(
        [
            [4, 5, 3, 2],  # (4 + 5 + 3 + (6 - 2)) / 4 = 16 / 4
            [1, 1, 1, 5],  # (1 + 1 + 1 + (6 - 5)) / 4 = 4 / 4
            [2, np.nan, 3, 3],  # (2 + 3 + (6 - 3)) / 3 = 8 / 3
            [2, np.nan, np.nan, 3],  # two answers, three are needed
            [np.nan] * 4,
        ],
        dtype=float,
    )
    found = score(answers, reversed=LAST, lowest=1, highest=5, needed=3)
    np.testing.assert_allclose(found, [4, 1, 8 / 3, np.nan, np.nan], rtol=1e-15)
    assert score(answers, reversed=LAST, lowest=1, highest=5, needed=2)[3] == 2.5  # (2 + 3) / 2


@given(BLOCKS, st.integers(0, 2**6 - 1))
def test_reversing_twice_changes_nothing(block, bits):
    turned = np.array([bool(bits >> j & 1) for j in range(block.shape[1])])
    once = reverse(block, reversed=turned, lowest=1, highest=5)
    np.testing.assert_array_equal(reverse(once, reversed=turned, lowest=1, highest=5), block)
    np.testing.assert_array_equal(
        score(once, reversed=turned, lowest=1, highest=5, needed=1),
        score(block, reversed=~turned & False, lowest=1, highest=5, needed=1),
    )


@given(BLOCKS, st.integers(1, 6))
def test_scores_equal_plain_numpy(block, needed):
    needed = min(needed, block.shape[1])
    counts = (~np.isnan(block)).sum(axis=1)
    plain = np.where(counts >= needed, np.nansum(block, axis=1) / np.maximum(counts, 1), np.nan)
    found = score(block, reversed=np.zeros(block.shape[1], bool), lowest=1, highest=5, needed=needed)
    np.testing.assert_allclose(found, plain, rtol=1e-15)


def test_single_precision_slices_give_the_same_scores_and_nothing_is_written_over():
    wide = np.array([[1, 4, 9, 5, 2], [2, 2, 9, np.nan, 3]], np.float32)
    before = wide.copy()
    found = score(wide[:, [0, 1, 3, 4]], reversed=LAST, lowest=1, highest=5, needed=3)
    np.testing.assert_allclose(found, [(1 + 4 + 5 + 4) / 4, (2 + 2 + 3) / 3])
    double = wide.astype(float)[:, :2]
    reverse(double, reversed=np.array([True, True]), lowest=1, highest=5)
    np.testing.assert_array_equal(wide, before)
    np.testing.assert_array_equal(double, before[:, :2])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"answers": np.array([[1.0, 2.0, 3.0, 6.0]])}, "1 of the answers are outside 1 to 5"),
        ({"answers": np.array([[1.0, 2.0, 3.0, np.inf]])}, "an answer is infinite"),
        ({"answers": np.ones((2, 4), int)}, "floating numbers are wanted"),
        ({"answers": np.ones(4)}, "persons in rows"),
        ({"reversed": np.array([True])}, "one entry for each of 4 items"),
        ({"lowest": 5}, "lowest must be below highest"),
        ({"needed": 0}, "from 1 to the 4 items"),
        ({"needed": 5}, "from 1 to the 4 items"),
    ],
)
def test_wrong_arguments_are_refused(change, message):
    given_ = {"answers": np.full((1, 4), 3.0), "reversed": NONE, "lowest": 1, "highest": 5, "needed": 3} | change
    with pytest.raises(ValueError, match=message):
        score(given_.pop("answers"), **given_)
