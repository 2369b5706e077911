"""Changes between overlapping samples: paired and Welch's tests, dense algebra and simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_rel

from leaderful.statistics.paired_change import paired_change

FIELDS = ("before", "after", "change", "lower", "upper", "se", "df")


def test_everybody_twice_is_the_paired_test():
    rng = np.random.default_rng(1)
    before = rng.normal(3, 1, 12)
    after = before + rng.normal(0.3, 0.5, 12)
    order = rng.permutation(12)
    found = paired_change(before, after[order], np.arange(12), np.arange(12)[order])
    np.testing.assert_allclose([found.lower, found.upper], ttest_rel(after, before).confidence_interval(), rtol=1e-10)
    assert (found.paired, found.n_before, found.n_after, found.clusters) == (12, 12, 12, 12)


def test_nobody_twice_is_welch():
    """se² = s_1²/4 + s_2²/3, with 2²/3 + ... worked below; df = (1/4 + 1/3)² / (1/(16 * 3) + 1/(9 * 2)).

    Before 1, 2, 3, 6: mean 3, s² = (4 + 1 + 0 + 9) / 3 = 14/3. After 4, 5, 9: mean 6, s² = (4 + 1 + 9) / 2 = 7.
    """
    found = paired_change(np.array([1.0, 2.0, 3.0, 6.0]), np.array([4.0, 5.0, 9.0]), np.arange(4), np.arange(4, 7))
    assert (found.before, found.after, found.change, found.paired) == (3.0, 6.0, 3.0, 0)
    assert found.se**2 == pytest.approx(14 / 12 + 7 / 3)
    assert found.df == pytest.approx((7 / 12) ** 2 / (1 / 48 + 1 / 18))


def test_part_of_the_people_twice_worked_by_hand():
    """Before: a 1, b 3, c 5 (mean 3; deviations -2, 0, 2). After: b 4, c 8 (mean 6; -2, 2).

    Each term: S_2 / (2 sqrt(1/2)) - S_1 / (3 sqrt(2/3)).
    a: 2 / sqrt 6; b: -2 / sqrt 2; c: 2 / sqrt 2 - 2 / sqrt 6.
    se² = 4/6 + 4/2 + (4/2 + 4/6 - 8 / sqrt 12).
    In words of the formula: 4/3 + 8/2 - 2 * 2 * cov / (3 * 2), with cov = 4 * sqrt(3) / 2 over the pairs.
    """
    found = paired_change(
        np.array([1.0, 3.0, 5.0]), np.array([4.0, 8.0]), np.array(["a", "b", "c"]), np.array(["b", "c"])
    )
    assert found.se**2 == pytest.approx(16 / 3 - 8 / 12**0.5)
    assert (found.change, found.paired, found.clusters) == (3.0, 2, 3)


@given(st.integers(0, 10_000), st.booleans())
def test_equals_cr2_of_a_regression_on_the_occasion(seed, clustered):
    """Stacked rows, one dummy for each occasion, (I - H_gg)^-1/2 by eigenvectors; c = (-1, 1)."""
    rng = np.random.default_rng(seed)
    first, second = rng.permutation(14)[:9], rng.permutation(14)[:7]
    cluster = rng.integers(0, 6, 14) if clustered else np.arange(14)
    y1, y2 = rng.normal(size=9), rng.normal(size=7)
    y, group = np.concatenate([y1, y2]), np.concatenate([cluster[first], cluster[second]])
    X = np.zeros((16, 2))
    X[:9, 0] = X[9:, 1] = 1
    bread = np.linalg.inv(X.T @ X)
    residual, M = y - X @ bread @ X.T @ y, np.eye(16) - X @ bread @ X.T
    c, terms, columns = np.array([-1.0, 1.0]), [], []
    for g in np.unique(group):
        mine = group == g
        bends, turns = np.linalg.eigh(M[np.ix_(mine, mine)])
        weights = turns @ np.diag(bends**-0.5) @ turns.T @ X[mine] @ bread @ c
        terms.append(weights @ residual[mine])
        columns.append(M[:, mine] @ weights)
    P = np.array(columns) @ np.array(columns).T
    codes = (cluster[first], cluster[second]) if clustered else None
    found = paired_change(y1, y2, first, second, clusters=codes)
    assert found.se**2 == pytest.approx(np.sum(np.square(terms)), rel=1e-8)
    assert found.df == pytest.approx(np.trace(P) ** 2 / np.sum(P**2), rel=1e-8)


@given(st.integers(0, 10_000))
def test_names_and_order_do_not_matter_and_time_turns_the_sign(seed):
    rng = np.random.default_rng(seed)
    first, second = rng.permutation(15)[:9], rng.permutation(15)[:8]
    y1, y2, names = rng.normal(size=9), rng.normal(size=8), rng.permutation(99)
    found = paired_change(y1, y2, first, second)
    order = rng.permutation(9)
    again = paired_change(y1[order], y2, names[first[order]], names[second])
    for name in FIELDS:
        assert getattr(found, name) == pytest.approx(getattr(again, name), rel=1e-9)
    back = paired_change(y2, y1, second, first)
    assert (back.lower, back.upper) == pytest.approx((-found.upper, -found.lower))


def test_a_person_who_moved_stays_in_the_cluster_of_before():
    before, after, ids = np.array([1.0, 2.0, 4.0]), np.array([2.0, 2.0, 7.0]), np.arange(3)
    moved = paired_change(before, after, ids, ids, clusters=(np.array([0, 1, 2]), np.array([0, 2, 2])))
    stayed = paired_change(before, after, ids, ids)
    assert moved == stayed


def test_undefined_cases_say_why():
    none, some, ids = np.array([]), np.array([1.0, 2.0]), np.array([0, 1])
    assert paired_change(none, none, none, none).reason == "nobody has a value"
    assert paired_change(some, none, ids, none).reason == "nobody has a value after"
    assert paired_change(none, some, none, ids).reason == "nobody has a value before"
    one = paired_change(some[:1], some, ids[:1], ids)
    assert "from one person" in one.reason
    assert one.change == 0.5
    clusters = (np.array([0, 0]), np.array([0, 1]))
    assert "from one cluster" in paired_change(some, some + 1, ids, ids + 5, clusters=clusters).reason
    alike = paired_change(np.full(3, 3.1), np.full(3, 3.3), np.arange(3), np.arange(3))
    assert alike.reason == "nothing differs between one person and another"
    assert np.isnan(alike.lower)
    assert alike.change == pytest.approx(0.2)


def test_wrong_arguments_are_refused():
    some, ids = np.array([1.0, 2.0]), np.array([0, 1])
    with pytest.raises(ValueError, match="1 of the ids after repeat"):
        paired_change(some, some, ids, np.array([1, 1]))
    with pytest.raises(ValueError, match="one id for each value"):
        paired_change(some, some, ids[:1], ids)
    with pytest.raises(ValueError, match="before must hold finite"):
        paired_change(np.array([1.0, np.nan]), some, ids, ids)
    with pytest.raises(ValueError, match="clusters after have shape"):
        paired_change(some, some, ids, ids, clusters=(ids, ids[:1]))


def test_the_interval_holds_the_change_as_often_as_it_says():
    """Half of the people twice, in clusters that change together."""
    rng, hits, runs = np.random.default_rng(6), 0, 600
    people = np.arange(90)
    cluster = people // 6
    first, second = people[people % 3 != 0], people[people % 3 != 1]
    for _ in range(runs):
        person = rng.normal(0, 0.7, 90)
        y1 = person + rng.normal(0, 0.4, 15)[cluster] + rng.normal(0, 0.5, 90)
        y2 = 0.5 + person + rng.normal(0, 0.4, 15)[cluster] + rng.normal(0, 0.5, 90)
        found = paired_change(y1[first], y2[second], first, second, clusters=(cluster[first], cluster[second]))
        hits += found.lower <= 0.5 <= found.upper
    assert 0.92 <= hits / runs <= 0.975
