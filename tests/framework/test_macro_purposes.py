"""The 17 goals and the four core purposes: complete, sourced, and honest about what is law."""

from __future__ import annotations

import pytest

from leaderful.errors import UnknownNameError
from leaderful.framework import framework
from leaderful.framework.pages import explain


def test_there_are_seventeen_goals_in_order_with_the_words_of_the_united_nations() -> None:
    goals = framework().goals
    assert [goal.number for goal in goals] == list(range(1, 18))
    assert [goal.id for goal in goals] == [f"SDG{number}" for number in range(1, 18)]
    assert framework().goal("SDG3").short == "Good Health and Well-being"
    assert framework().goal("SDG3").title == "Ensure healthy lives and promote well-being for all at all ages"
    assert all(not goal.ours and goal.sources == ("un-2015",) for goal in goals)


def test_three_of_the_four_core_purposes_rest_on_a_duty_and_the_fourth_says_that_it_does_not() -> None:
    purposes = {purpose.id: purpose for purpose in framework().macro_purposes}
    assert [id for id, purpose in purposes.items() if not purpose.statutory] == ["ics-society"]
    assert "No duty" in purposes["ics-society"].law
    for purpose in purposes.values():
        assert ("nhs-act-2006" in purpose.sources) == purpose.statutory
        assert ("section" in purpose.law) == purpose.statutory


def test_suggested_goals_exist_and_say_why_in_one_sentence() -> None:
    for purpose in framework().macro_purposes:
        served = [each.goal for each in purpose.serves]
        assert len(served) == len(set(served))
        for each in purpose.serves:
            assert framework().goal(each.goal)
            assert each.reason.endswith(".")
            assert each.reason.count(". ") == 0


def test_a_goal_that_is_not_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="SDG"):
        framework().goal("SDG18")


def test_a_core_purpose_is_explained_with_the_law_and_its_goals() -> None:
    text = explain("ics-inequalities")
    assert "section 14Z35" in " ".join(text.split())
    assert "SDG10 Reduced Inequalities" in text
    assert "only suggested" in " ".join(text.split())
    assert "The words are those of the United Nations." in explain("SDG10")
