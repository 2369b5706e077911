"""Post-stratified means worked by hand and against weights applied person by person."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import t, ttest_1samp

from leaderful.statistics.poststratify import poststratify


def test_two_strata_worked_by_hand():
    """Stratum 0: 30 people, answers 1, 3 (mean 2, s² 2). Stratum 1: 10 people, answers 3, 4, 5 (mean 4, s² 1).

    W = 3/4, 1/4: estimate 1.5 + 1 = 2.5. se² = 9/16 * 2/2 + 1/16 * 1/3 = 28/48.
    df = (28/48)² / ((9/16)² / 1 + (1/48)² / 2).
    """
    found = poststratify(np.array([1.0, 3.0, 3.0, 4.0, 5.0]), np.array([0, 0, 1, 1, 1]), np.array([30, 10]))
    assert found.estimate == pytest.approx(2.5)
    assert found.raw == pytest.approx(3.2)
    assert found.se == pytest.approx((28 / 48) ** 0.5)
    df = (28 / 48) ** 2 / ((9 / 16) ** 2 + (1 / 48) ** 2 / 2)
    assert found.df == pytest.approx(df)
    assert found.lower == pytest.approx(2.5 - t.ppf(0.975, df) * (28 / 48) ** 0.5)
    assert (found.n, found.covered, found.empty, found.reason) == (5, 1.0, (), "")


def test_a_stratum_of_one_answer_takes_the_pooled_variance():
    """As above, with stratum 2: 40 people, one answer, 5. s_p² = (1 * 2 + 2 * 1) / 3 = 4/3.

    W = 3/8, 1/8, 1/2: estimate 0.75 + 0.5 + 2.5 = 3.75; se² = 9/64 + 1/64 * 1/3 + 1/4 * 4/3.
    """
    values, strata = np.array([1.0, 3.0, 3.0, 4.0, 5.0, 5.0]), np.array([0, 0, 1, 1, 1, 2])
    found = poststratify(values, strata, np.array([30, 10, 40]))
    assert found.estimate == pytest.approx(3.75)
    assert found.se**2 == pytest.approx(9 / 64 + 1 / 192 + 1 / 3)


def test_empty_strata_are_named_and_what_is_covered_is_said():
    found = poststratify(np.array([2.0, 4.0]), np.array([1, 1]), np.array([25, 50, 0, 25]))
    assert (found.estimate, found.covered, found.empty) == (3.0, 0.5, (0, 3))


def test_one_stratum_gives_the_plain_mean_and_interval():
    values = np.array([1.0, 2.0, 4.0, 4.5])
    found = poststratify(values, np.zeros(4, dtype=int), np.array([9]))
    usual = ttest_1samp(values, 0).confidence_interval()
    np.testing.assert_allclose([found.estimate, found.lower, found.upper], [values.mean(), *usual])


@given(st.integers(0, 10_000))
def test_equals_weights_given_to_each_person_and_ignores_names(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 30))
    values, strata = rng.integers(1, 6, n).astype(float), rng.integers(0, 5, n)
    population = np.bincount(strata, minlength=5) + rng.integers(0, 20, 5)
    found = poststratify(values, strata, population)
    weights = (population / np.maximum(np.bincount(strata, minlength=5), 1))[strata]
    assert found.estimate == pytest.approx(np.average(values, weights=weights))
    order, names = rng.permutation(n), rng.permutation(5)
    moved = np.empty(5, dtype=int)
    moved[names] = population
    again = poststratify(values[order], names[strata[order]], moved)
    np.testing.assert_allclose(
        [found.estimate, found.lower, found.upper, found.covered],
        [again.estimate, again.lower, again.upper, again.covered],
        rtol=1e-9,
    )
    assert np.isnan(found.lower) == bool(found.reason)


@given(st.integers(0, 10_000))
def test_the_silent_change_the_estimate_only_through_the_weights(seed):
    """Where each stratum answers equally often the weighted mean is the plain one, however many are silent."""
    rng = np.random.default_rng(seed)
    strata = np.repeat(np.arange(3), [2, 3, 5])
    values = rng.normal(size=10)
    times = int(rng.integers(1, 9))
    found = poststratify(values, strata, np.array([2, 3, 5]) * times)
    assert found.estimate == pytest.approx(values.mean())


def test_undefined_cases_say_why():
    nobody = poststratify(np.array([]), np.array([], dtype=int), np.array([3, 0, 4]))
    assert (nobody.n, nobody.covered, nobody.empty, nobody.reason) == (0, 0.0, (0, 2), "nobody answered")
    lone = poststratify(np.array([2.0, 4.0]), np.array([0, 1]), np.array([5, 5]))
    assert lone.estimate == 3.0
    assert np.isnan(lone.lower)
    assert "no stratum has two answers" in lone.reason
    alike = poststratify(np.array([3.3, 3.3, 4.1, 4.1]), np.array([0, 0, 1, 1]), np.array([5, 5]))
    assert np.isnan(alike.upper)
    assert "do not differ" in alike.reason


def test_wrong_arguments_are_refused():
    values, strata = np.array([2.0, 4.0]), np.array([0, 0])
    with pytest.raises(ValueError, match="2 answered in stratum 0, which has 1 people"):
        poststratify(values, strata, np.array([1]))
    with pytest.raises(ValueError, match="strata go up to 3 and population has 1"):
        poststratify(values, np.array([0, 3]), np.array([5]))
    with pytest.raises(ValueError, match="finite"):
        poststratify(np.array([2.0, np.nan]), strata, np.array([5]))
    with pytest.raises(ValueError, match="strata have shape"):
        poststratify(values, np.array([0]), np.array([5]))


def test_the_interval_holds_the_mean_as_often_as_it_says():
    rng = np.random.default_rng(5)
    population, sizes = np.array([400, 100, 60, 40]), np.array([4, 12, 6, 1])
    centre = np.array([3.0, 4.0, 2.0, 3.5])
    truth, hits = population @ centre / population.sum(), 0
    for _ in range(1000):
        strata = np.repeat(np.arange(4), sizes)
        found = poststratify(centre[strata] + rng.normal(size=23), strata, population)
        hits += found.lower <= truth <= found.upper
    assert 0.93 <= hits / 1000 <= 0.97
