"""Verdicts by the registered rules, from slopes whose intervals are worked out by hand."""

import numpy as np
import pytest

from leaderful.propositions.registry import registry
from leaderful.propositions.verdicts import judge, judge_share
from leaderful.statistics.cluster_regression import Slope, cluster_regression
from leaderful.statistics.two_samples import score_interval

UP = registry().test("P8").field.model_copy(update={"direction": 1, "smallest": 0.2})
DOWN = UP.model_copy(update={"direction": -1})


def slope(estimate, se, p, *, df=np.inf):
    return Slope(estimate=estimate, se=se, df=df, lower=np.nan, upper=np.nan, p=p, n=100, clusters=10, reason="")


@pytest.mark.parametrize(
    ("test", "estimate", "se", "p", "verdict"),
    [
        (UP, 0.5, 0.1, 0.0001, "supported"),
        (DOWN, 0.5, 0.1, 0.0001, "contradicted"),
        (DOWN, -0.5, 0.1, 0.0001, "supported"),
        (UP, 0.0, 0.2, 1.0, "cannot say"),  # to 0.39: an effect of 0.2 is not ruled out
        (UP, 0.0, 0.09, 1.0, "contradicted"),  # to 0.18: below 0.2
        (UP, 0.1, 0.03, 0.001, "contradicted"),  # other than none, and surely below 0.2
        (DOWN, 0.1, 0.04, 0.012, "contradicted"),
    ],
)
def test_one_test_by_itself(test, estimate, se, p, verdict):
    (found,) = judge([(test, slope(estimate, se, p))], error=0.05)
    assert found.verdict == verdict
    assert found.why


def test_what_stands_alone_may_not_stand_among_others():
    lone = (UP, slope(0.5, 0.2, 0.0124))
    assert judge([lone], error=0.05)[0].verdict == "supported"
    among = judge([lone, *[(UP, slope(0.1, 0.2, 0.6))] * 4], error=0.05)
    assert among[0].p_adjusted == pytest.approx(5 * 0.0124)
    assert [one.verdict for one in among] == ["cannot say"] * 5
    # 99 % for five tests: 2.575829 standard errors
    assert among[0].lower == pytest.approx(0.5 - 2.575829 * 0.2, abs=1e-6)


def test_no_tests_are_no_verdicts():
    assert judge([], error=0.05) == []


@pytest.mark.parametrize(
    ("count", "verdict"), [(100, "supported"), (88, "supported"), (86, "cannot say"), (41, "cannot say")]
)
def test_a_share_of_draws(count, verdict):
    lower, upper = (float(end[0]) for end in score_interval(np.array([float(count)]), np.array([100.0])))
    assert judge_share(lower, upper, registry().laboratory_rule)[0] == verdict


def test_a_share_that_lies_below_one_half_with_all_its_interval_contradicts():
    assert judge_share(0.30, 0.499, registry().laboratory_rule)[0] == "contradicted"
    assert judge_share(0.30, 0.501, registry().laboratory_rule)[0] == "cannot say"
    assert judge_share(0.801, 0.9, registry().laboratory_rule)[0] == "supported"


def test_with_no_effects_hardly_a_family_of_tests_supports_anything():
    rng = np.random.default_rng(11)
    families = 300
    wrong = 0
    for _ in range(families):
        found = []
        for _ in range(9):
            code = np.repeat(np.arange(10), 8)
            x = rng.normal(size=10)[code] + 0.3 * rng.normal(size=80)
            y = rng.normal(size=10)[code] + rng.normal(size=80)
            found.append((UP, cluster_regression(y, x, np.empty((80, 0)), code)))
        wrong += any(one.verdict == "supported" for one in judge(found, error=0.05))
    assert wrong / families <= 0.05
