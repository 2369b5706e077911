"""Where sources disagree: each card says both sides as they were found, and asks."""

from __future__ import annotations

import pytest

from answered_findings import everything, finding, hide, material, page_of
from leaderful.report.sections.disagreements import disagreements_section
from leaderful.report.signals import signals


def disagree(*found):
    own = material([*everything(), *found])
    return page_of(own, disagreements_section(own)).under("disagreements")


def trust_and_ties(kind="body", unit="A", **detail):
    detail = {"trust": 3.06, "trust_lower": 2.98, "confirmed": 1, "confirmable": 8, "indicator": "trust"} | detail
    return finding("disagreement.trust_and_ties", kind, unit, 0.125, lower=0.0, upper=0.47, detail=detail)


def one_sided(**rest):
    detail = {"a": "A", "b": "B", "a_trust": 2.1, "b_trust": 3.6}
    return finding("disagreement.one_sided", "pair", "A|B", -1.5, lower=-1.8, upper=-1.2, detail=detail | rest)


def board(kind="system", unit="XX1", **detail):
    detail = {"scale": "CGP", "board": 4.1, "practitioner": 3.0, "more": "board"} | detail
    return finding(
        "disagreement.board_and_practice", kind, unit, detail["board"] - detail["practitioner"], detail=detail
    )


def test_nothing_to_compare_leaves_the_section_out():
    assert disagreements_section(material([])) is None


def test_no_disagreement_says_what_was_compared():
    section = disagree()
    assert section.all("h3")[0].text.startswith("Nowhere do the sources that could be compared disagree")
    assert not section.having("clash")
    assert [li.text for li in section.under("disagreement-cards").all("li")] == [
        "What boards and practitioners say on 4 item scales."
    ]


def test_what_is_compared_grows_with_the_evidence():
    confirmed = finding("ties.confirmed", "system", "XX1", 0.5)
    states = finding("ties.state", "pair", "A|B", 1.0)
    asymmetry = finding("ties.asymmetry", "pair", "A|B", 0.2, detail={"one_sided": False})
    public = finding("published.difference", "system", "XX1", 1.0, wave="2024")
    text = disagree(confirmed, states, asymmetry, public).under("disagreement-cards").text
    for words in ("whether both ends say", "each end of 1 pair of bodies", "that are declared", "NHS Staff Survey"):
        assert words in text
    assert "1 pair" not in disagree(hide(asymmetry)).under("disagreement-cards").text


def test_high_trust_with_few_ties_rounds_its_lower_end_down():
    (card,) = disagree(trust_and_ties()).having("clash")
    assert card.all("h4")[0].text == "Zeta Trust: trust is high, few ties are confirmed"
    assert [said.text for said in card.all("dd")] == [
        "Zeta Trust is trusted: 3.1 on average, and surely above 2.9, on a scale of 1 to 4.",
        "Of 8 ties that both ends could confirm, both ends confirm 1.",
    ]
    assert "confirmed is 12\u00a0%, with 95 % confidence between 0\u00a0% and 47\u00a0%" in card.text
    (whole,) = disagree(trust_and_ties("system", "XX1", scale="MOT", trust=3.9, trust_lower=3.51)).having("clash")
    assert "People here score 3.9 on average, and surely above 3.5, on shared motivation from 1 to 5." in whole.text


def test_one_sided_trust_names_who_trusts_more():
    (card,) = disagree(one_sided()).having("clash")
    assert card.all("h4")[0].text == (
        "Alpha Council trusts Zeta Trust more than it is trusted back: 3.6 against 2.1 on a scale of 1 to 4"
    )
    assert [said.text for said in card.all("dd")] == [
        "They give Alpha Council 2.1 for trust, from 1 to 4.",
        "They give Zeta Trust 3.6 for trust, from 1 to 4.",
    ]
    assert "The difference is 1.5 points, with 95 % confidence between 1.2 and 1.8." in card.text


def test_declared_and_unused():
    detail = {"a": "A", "b": "B", "a_share": 0.02, "b_share": 0.05, "people": 31}
    unused = finding("disagreement.declared_unused", "pair", "A|B", 0.05, lower=0.01, upper=0.2, detail=detail)
    (card,) = disagree(unused).having("clash")
    assert "2\u00a0% of people of Zeta Trust and 5\u00a0% of people of Alpha Council say that they work" in card.text
    assert "between 1\u00a0% and 20\u00a0%" in card.text


def test_boards_and_practitioners():
    (card,) = disagree(board()).having("clash")
    heading = "Boards see more of common-good purpose than practitioners do: 4.1 against 3.0 on a scale of 1 to 5"
    assert card.all("h4")[0].text == heading
    own = material([*everything(), board()])
    assert f"{heading}." in [signal.text for signal in signals(own)]
    (of_body,) = disagree(board("body", "A")).having("clash")
    assert of_body.all("h4")[0].text.startswith("Zeta Trust: boards see more of common-good purpose")


def test_where_low_is_good_it_says_who_sees_more():
    tension = board(scale="ACC", board=2.2, practitioner=3.4, more="practitioner")
    (card,) = disagree(tension).having("clash")
    assert card.all("h4")[0].text.startswith(
        "Practitioners see more of accountability tension than boards do: 3.4 against 2.2"
    )


def test_own_survey_against_the_public_one():
    detail = {"scale": "SHP", "question": "Q7a", "published": 2.34, "verdict": "higher", "q": 0.004, "year": "2024"}
    opposed = finding("disagreement.survey_and_public", "system", "XX1", 2.7, detail=detail)
    (card,) = disagree(opposed).having("clash")
    assert "People here score 2.7 on shared purpose" in card.text
    assert "NHS Staff Survey 2024" in card.text and "+2.3 percentage points from England: higher" in card.text
    assert "below 1 %" in card.text


@pytest.mark.parametrize("found", [trust_and_ties(), one_sided(), board("body", "A")], ids=lambda f: f.measure)
def test_a_hidden_disagreement_is_counted_and_not_named(found):
    section = disagree(hide(found))
    assert "1 further one is hidden to protect people" in section.text
    assert "Zeta Trust" not in section.text and not section.having("clash")


def test_the_table_has_every_card():
    section = disagree(trust_and_ties(), one_sided(), board())
    assert len(section.having("clash")) == len(section.all("tbody")[0].all("tr")) == 3
    assert section.all("h3")[0].text == "3 disagreements between sources passed the test that was set beforehand"
