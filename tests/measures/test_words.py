import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderful.measures.words import compare, compare_several


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


# Several at once


def test_several_are_corrected_for_how_many_there_are():
    # two-sided p of 2.5 is 0.0124; times 3 by Holm 0.037. Then 2.0: 0.0455 x 2 = 0.091. Then 1.5: 0.134
    differences = [(1.5, 1.0, math.inf), (2.5, 1.0, math.inf), (-2.0, 1.0, math.inf)]
    assert compare_several(differences) == ["probably higher", "higher", "probably lower"]
    assert [compare(estimate, se) for estimate, se, _ in differences] == ["probably higher", "higher", "lower"]


@given(st.floats(-5, 5), st.floats(0.01, 5), st.integers(1, 50))
def test_one_alone_is_told_as_compare_tells_it(estimate, se, df):
    assert compare_several([(estimate, se, df)]) == [compare(estimate, se, df=df)]


def test_nothing_to_compare_gives_nothing():
    assert compare_several([]) == []


@pytest.mark.parametrize("bad", [(math.nan, 1.0, 5), (0.1, 0.0, 5), (0.1, math.inf, 5)])
def test_a_missing_number_is_refused(bad):
    with pytest.raises(ValueError, match="each difference needs"):
        compare_several([(0.1, 0.1, 5), bad])
