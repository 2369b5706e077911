"""Where sources disagree: each kind planted and found, and silence where they agree or cannot tell."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tie_studies import DAY, TRUST, draw, make, pick

from leaderful import disclosure
from leaderful.measures.disagreement import disagreements
from leaderful.measures.findings import SCHEMA, Finding, frame, unframe
from leaderful.measures.ties import ties
from leaderful.study import Study

EMPTY = Study(name="None", system="S", as_at=DAY)


def score(scale, mean, half, *, kind="system", unit="S", n=200, construct="shared_motivation", status="ok"):
    ok = status == "ok"
    return Finding(
        measure="scale.score", construct=construct, unit_kind=kind, unit=unit, wave="w1", method="mean", n=n,
        estimate=mean if ok else None, lower=mean - half if ok else None, upper=mean + half if ok else None,
        status=status, reason="" if ok else "few", detail={"scale": scale},
    )  # fmt: skip


def confirmed(both, either, unit="S"):
    return Finding(
        measure="ties.confirmed", construct="connectedness", unit_kind="system", unit=unit, wave="w1", method="count",
        estimate=both / either, n=20, detail={"confirmed": both, "confirmable": either},
    )  # fmt: skip


def published(question, verdict, q, *, constructs=("shared_purpose",), wave="2024", points=2.0):
    return Finding(
        measure="published.difference", construct=constructs[0], unit_kind="system", unit="S", wave=wave,
        method="model", estimate=points, n=9000,
        detail={"question": question, "verdict": verdict, "q": q, "constructs": list(constructs)},
    )  # fmt: skip


def found(*findings, study=EMPTY):
    return disagreements(study, frame(findings))


def test_high_trust_with_few_confirmed_ties():
    one = pick(found(score("MOT", 3.8, 0.1), confirmed(5, 20)), "disagreement.trust_and_ties", "S")
    assert (one.estimate, one.detail["trust"], one.detail["scale"]) == (0.25, 3.8, "MOT")
    assert one.upper < 0.5
    assert one.detail["rests_on"] == [["scale.score", "system", "S", "w1"], ["ties.confirmed", "system", "S", "w1"]]
    # Trust not high enough, not sure enough, half of the ties confirmed, too few of them: nothing.
    for other in (
        (score("MOT", 3.4, 0.1), confirmed(5, 20)),
        (score("MOT", 3.6, 0.7), confirmed(5, 20)),
        (score("MOT", 3.8, 0.1), confirmed(10, 20)),
        (score("MOT", 3.8, 0.1), confirmed(0, 3)),
        (score("SHP", 3.8, 0.1), confirmed(5, 20)),
        (score("MOT", 3.8, 0.1),),
    ):
        assert found(*other).is_empty()


def test_a_body_whose_ties_nobody_returns():
    codes = [f"B{k}" for k in range(8)]
    people = {f"{code}-{k:02d}": (code, "manager") for code in codes for k in range(12)}
    said = []
    for who, (code, _) in people.items():
        for other in codes:
            if other != code:
                works = code != "B0"
                said.append((who, other, "body-contact", 3 if works else 0))
                said += [(who, other, question, 3 if int(who[-1]) < int(code[1]) else 4) for question in TRUST if works]
    study = make(dict.fromkeys(codes, "nhs"), people, said)
    one = pick(disagreements(study, ties(study)), "disagreement.trust_and_ties", "B0")
    assert (one.unit_kind, one.estimate, one.detail["confirmable"], one.detail["indicator"]) == (
        "body",
        0.0,
        7,
        "trust",
    )
    assert ["ties.state", "pair", "B0|B1", "w1"] in one.detail["rests_on"]


def test_one_sided_trust_and_what_it_rests_on():
    study = draw(11, one_sided=True)
    own = ties(study)
    one = pick(disagreements(study, own), "disagreement.one_sided", "B01|B02")
    assert one.estimate == pick(own, "ties.asymmetry", "B01|B02").estimate
    hidden = own.with_columns(
        n=pl.when((pl.col("measure") == "ties.trust") & (pl.col("unit") == "B01>B02")).then(9).otherwise("n")
    )
    both = pl.concat([hidden, disagreements(study, own)])
    shown = disclosure.protect(both, people=["ties", "disagreement"], others=["ties.confirmed"])
    assert pick(shown, "disagreement.one_sided").status == "suppressed"


def declared(contact, *, size=40):
    people = {f"{code}{k:02d}": (code, "manager") for code in "ABC" for k in range(size)}
    said = [(f"{code}{k:02d}", "C", "body-contact", 3) for code in "AB" for k in range(size)]
    said += [(f"A{k:02d}", "B", "body-contact", 3 if k < contact else 0) for k in range(size)]
    study = make(dict.fromkeys("ABC", "nhs"), people, said, declared=[("A", "B"), ("A", "C")])
    return disagreements(study, ties(study))


def test_declared_partners_of_which_neither_reports_working_with_the_other():
    one = pick(declared(1), "disagreement.declared_unused", "A|B")
    assert (one.estimate, one.detail["a_share"], one.detail["b_share"], one.n) == (1 / 40, 1 / 40, 0.0, 80)
    assert one.upper < 0.15
    # Four of 40 are a tie; ten respondents at an end with no tie may well have one in six who works with it.
    assert declared(4).is_empty()
    assert declared(0, size=10).is_empty()


def test_boards_that_see_it_better_than_practitioners():
    whole = score("SHP", 3.2, 0.1, construct="shared_purpose")
    tiers = [
        score("SHP", 4.0, 0.2, kind="tier", unit="board", n=20, construct="shared_purpose"),
        score("SHP", 3.0, 0.1, kind="tier", unit="practitioner", n=150, construct="shared_purpose"),
        score("SHP", 3.9, 0.1, kind="tier", unit="manager", construct="shared_purpose"),
    ]
    one = pick(found(whole, *tiers), "disagreement.board_and_practice", "S")
    assert (one.estimate, one.n, one.detail["people"], one.detail["more"]) == (1.0, 170, 20, "board")
    # sqrt(0.2² + 0.1²) is half of the interval of the difference.
    assert one.lower == pytest.approx(1 - 0.05**0.5)
    small = [score("SHP", 3.7, 0.2, kind="tier", unit="board", n=20, construct="shared_purpose"), *tiers[1:]]
    unsure = [score("SHP", 4.0, 0.8, kind="tier", unit="board", n=20, construct="shared_purpose"), *tiers[1:]]
    for other in (small, unsure, tiers[1:]):
        assert found(whole, *other).is_empty()


def test_on_a_scale_where_low_is_good_the_board_is_better_when_lower():
    whole = score("ACC", 3.2, 0.1, construct="accountability_tension")
    ends = [("board", 2.2), ("practitioner", 3.4)]
    low = [score("ACC", mean, 0.1, kind="tier", unit=tier, construct="accountability_tension") for tier, mean in ends]
    one = pick(found(whole, *low), "disagreement.board_and_practice")
    assert (round(one.estimate, 6), one.detail["more"]) == (-1.2, "practitioner")
    high = [
        score("ACC", 5.6 - mean, 0.1, kind="tier", unit=tier, construct="accountability_tension") for tier, mean in ends
    ]
    assert found(whole, *high).is_empty()


def test_tiers_of_a_body_are_set_against_each_other():
    ends = [("board", 4.4), ("practitioner", 3.0)]
    tiers = [score("MOT", mean, 0.2, kind="body-tier", unit=f"R/1/{tier}", n=30) for tier, mean in ends]
    one = pick(found(*tiers), "disagreement.board_and_practice")
    assert (one.unit_kind, one.unit, one.detail["scale"]) == ("body", "R/1", "MOT")
    assert one.detail["rests_on"] == [["scale.score", "body-tier", f"R/1/{tier}", "w1"] for tier, _ in ends]


def test_own_survey_against_published_figures():
    low = score("SHP", 2.6, 0.2, construct="shared_purpose")
    one = pick(found(low, published("Q7a", "higher", 0.01)), "disagreement.survey_and_public", "S")
    assert (one.estimate, one.detail["question"], one.detail["published"], one.detail["year"]) == (
        2.6,
        "Q7a",
        2.0,
        "2024",
    )
    high = score("SHP", 3.7, 0.2, construct="shared_purpose")
    assert pick(found(high, published("Q7a", "lower", 0.01, points=-2.0)), "disagreement.survey_and_public")
    for other in (
        (low, published("Q7a", "lower", 0.01)),
        (low, published("Q7a", "higher", 0.2)),
        (low, published("Q7a", "probably higher", 0.04)),
        (low, published("Q7b", "higher", 0.01, constructs=("reflexivity",))),
        (low, published("Q7a", "higher", 0.01, wave="2023"), published("Q7a", "lower", 0.01)),
        (score("SHP", 2.9, 0.2, construct="shared_purpose"), published("Q7a", "higher", 0.01)),
        (score("SHP", 3.3, 0.2, construct="shared_purpose"), published("Q7a", "lower", 0.01)),
    ):
        assert found(*other).is_empty()


def test_scales_of_other_answers_and_findings_without_an_estimate_are_left_out():
    assert found(score("XYZ", 2.0, 0.1, construct="shared_purpose"), published("Q7a", "higher", 0.01)).is_empty()
    assert found(score("MOT", 0, 0, status="insufficient"), confirmed(1, 20)).is_empty()
    assert found().schema == SCHEMA


@pytest.mark.parametrize("seed", range(5))
def test_nothing_planted_raises_nothing(seed):
    study = draw(seed, bodies=10, spread=0.15)
    assert disagreements(study, ties(study)).is_empty()


@given(st.permutations(range(6)))
def test_the_order_of_findings_changes_nothing(order):
    given = [
        score("MOT", 3.8, 0.1), confirmed(5, 20), published("Q7a", "higher", 0.01),
        score("SHP", 2.5, 0.1, construct="shared_purpose"),
        score("CON", 4.4, 0.2, kind="tier", unit="board", construct="constructive_conflict"),
        score("CON", 3.0, 0.2, kind="tier", unit="practitioner", construct="constructive_conflict"),
    ]  # fmt: skip
    mixed = {(one.measure, one.unit, one.estimate) for one in unframe(found(*(given[k] for k in order)))}
    assert mixed == {(one.measure, one.unit, one.estimate) for one in unframe(found(*given))}
    assert len(mixed) == 3
