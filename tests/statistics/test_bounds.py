"""What the silent could change, worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderful.statistics.bounds import bounds

ANSWERS = st.lists(st.floats(1, 5), min_size=0, max_size=30).map(np.array)


def test_bounds_worked_by_hand():
    """Six answers, mean 3 and variance (4 + 1 + 0 + 0 + 1 + 4) / 5 = 2; two silent, a quarter of all.

    Lowest 3/4 * 3 + 1/4 * 1 = 2.5, highest 3.5. Half a standard deviation: 3 -+ 1/4 * sqrt(2) / 2.
    """
    found = bounds(np.array([1.0, 2.0, 3.0, 3.0, 4.0, 5.0]), 2, lowest=1, highest=5, shift=0.5)
    assert (found.mean, found.lower, found.upper, found.n, found.silent, found.reason) == (3.0, 2.5, 3.5, 6, 2, "")
    assert found.likely_lower == pytest.approx(3 - 2**0.5 / 8)
    assert found.likely_upper == pytest.approx(3 + 2**0.5 / 8)


def test_the_silent_are_not_shifted_past_what_a_value_can_be():
    """Mean 4, sd 2: one standard deviation up is 6, so the silent stand at 5: (16 + 4 * 5) / 8 = 4.5."""
    found = bounds(np.array([5.0, 1.0, 5.0, 5.0]), 4, lowest=1, highest=5)
    assert found.likely_upper == found.upper == 4.5
    assert found.likely_lower == (16 + 4 * 2) / 8


def test_undefined_cases_say_why():
    nobody = bounds(np.array([]), 0, lowest=1, highest=5)
    assert np.isnan([nobody.mean, nobody.lower, nobody.upper, nobody.likely_lower]).all()
    assert nobody.reason == "there is nobody"
    silent = bounds(np.array([]), 7, lowest=1, highest=5)
    assert (silent.lower, silent.upper) == (1, 5)
    assert np.isnan([silent.mean, silent.likely_lower, silent.likely_upper]).all()
    assert "nobody answered" in silent.reason
    one = bounds(np.array([4.0]), 1, lowest=1, highest=5)
    assert (one.lower, one.upper) == (2.5, 4.5)
    assert np.isnan(one.likely_upper)
    assert "one answer" in one.reason


def test_with_nobody_silent_nothing_moves():
    for answers in ([4.0], [1.0, 4.0]):
        found = bounds(np.array(answers), 0, lowest=1, highest=5)
        assert found.lower == found.upper == found.likely_lower == found.likely_upper == found.mean
        assert found.reason == ""


@given(ANSWERS, st.integers(0, 50))
def test_one_more_silent_changes_no_estimate_and_widens_the_bounds(answers, silent):
    first = bounds(answers, silent, lowest=1, highest=5)
    second = bounds(answers, silent + 1, lowest=1, highest=5)
    np.testing.assert_equal(first.mean, second.mean)
    if len(answers):
        assert second.lower <= first.lower + 1e-12
        assert second.upper >= first.upper - 1e-12
    if len(answers) > 1:
        assert first.lower - 1e-12 <= first.likely_lower <= first.mean + 1e-12
        assert first.mean - 1e-12 <= first.likely_upper <= first.upper + 1e-12


@given(ANSWERS.filter(len), st.lists(st.floats(1, 5), max_size=20))
def test_whatever_the_silent_say_the_mean_stays_within_the_bounds(answers, theirs):
    found = bounds(answers, len(theirs), lowest=1, highest=5)
    everybody = np.concatenate([answers, theirs]).mean()
    assert found.lower - 1e-9 <= everybody <= found.upper + 1e-9


@given(ANSWERS, st.integers(0, 50))
def test_turning_the_values_round_turns_the_bounds_round(answers, silent):
    first = bounds(answers, silent, lowest=1, highest=5)
    second = bounds(6 - answers, silent, lowest=1, highest=5)
    np.testing.assert_allclose(
        [6 - first.upper, 6 - first.likely_upper], [second.lower, second.likely_lower], rtol=1e-9, atol=1e-9
    )


def test_wrong_arguments_are_refused_without_telling_the_value():
    with pytest.raises(ValueError, match="1 of the values are outside 1 to 5") as told:
        bounds(np.array([4.0, 5.5]), 1, lowest=1, highest=5)
    assert "5.5" not in str(told.value)
    with pytest.raises(ValueError, match="1 of the values"):
        bounds(np.array([np.nan]), 1, lowest=1, highest=5)
    with pytest.raises(ValueError, match="lowest must be below"):
        bounds(np.array([4.0]), 1, lowest=5, highest=1)
    with pytest.raises(ValueError, match="silent is -1"):
        bounds(np.array([4.0]), -1, lowest=1, highest=5)
    with pytest.raises(ValueError, match="shift is -1"):
        bounds(np.array([4.0]), 1, lowest=1, highest=5, shift=-1)
