import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderful.measures.words import compare


@pytest.mark.parametrize(
    ("estimate", "word"),
    [
        (1.97, "higher"),
        (1.95, "probably higher"),
        (1.29, "probably higher"),
        (1.27, "cannot tell apart"),
        (0.0, "cannot tell apart"),
        (-1.27, "cannot tell apart"),
        (-1.29, "probably lower"),
        (-1.97, "lower"),
    ],
)
def test_words_change_at_the_80_and_95_percent_intervals(estimate, word):
    assert compare(estimate, 1.0) == word
    assert compare(estimate / 1000, 0.001) == word


def test_few_degrees_of_freedom_ask_for_more():
    assert compare(4.2, 1.0, df=2) == "probably higher"
    assert compare(4.4, 1.0, df=2) == "higher"


def test_without_error_any_difference_is_one():
    assert [compare(x, 0.0) for x in (-1e-9, 0.0, 1e-9)] == ["lower", "cannot tell apart", "higher"]


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6))
def test_turning_the_difference_round_turns_the_word(estimate, se):
    turned = {"higher": "lower", "lower": "higher"}
    words = compare(estimate, se).split()
    assert compare(-estimate, se).split() == [turned.get(word, word) for word in words]


@pytest.mark.parametrize(("estimate", "se"), [(math.nan, 1.0), (1.0, -1.0), (1.0, math.inf)])
def test_missing_numbers_are_refused(estimate, se):
    with pytest.raises(ValueError, match="two numbers"):
        compare(estimate, se)
