"""How few is too few can be raised and not lowered."""

from __future__ import annotations

import pytest

from leaderful.disclosure import Rule
from leaderful.disclosure.cover import rungs
from leaderful.disclosure.rule import FEWEST_PEOPLE, RUNGS
from leaderful.errors import DisclosureError
from leaderful.study.settings import SMALLEST_GROUPS


@pytest.mark.parametrize("given", [{"minimum_people": 9}, {"smallest_cell": 4}, {"minimum_people": -1}])
def test_a_rule_cannot_be_lowered(given: dict[str, int]) -> None:
    with pytest.raises(DisclosureError, match=r"can be raised above (10|5) but not lowered"):
        Rule(**given)


def test_a_rule_is_frozen() -> None:
    with pytest.raises(AttributeError):
        Rule().minimum_people = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("people", "climbed"), [(10, [10]), (11, [10, 12]), (12, [10, 12]), (20, [10, 12, 15, 20]), (101, [*RUNGS, 200])]
)
def test_a_rule_is_climbed_to_by_rungs_of_which_none_is_left_out(people: int, climbed: list[int]) -> None:
    assert rungs(Rule(minimum_people=people)) == climbed


def test_what_a_study_may_choose_are_the_rungs() -> None:
    assert SMALLEST_GROUPS == RUNGS
    assert SMALLEST_GROUPS[0] == FEWEST_PEOPLE
