"""Field tests on studies in which each proposition holds, fails, or cannot be told."""

import json
from functools import partial

import numpy as np
import polars as pl
import pytest
from prop_studies import (
    START,
    Made,
    capacity_by_tension,
    meetings_at_crisis,
    moments_by_reflection,
    moments_by_trust,
    nothing,
    purpose_by_conflict,
    purpose_by_thread,
    reach_by_roles,
    ties_by_colleagues,
    ties_by_moments,
)

from leaderful import measuring
from leaderful.propositions.answers import accountability_and_capacity, conflict_and_purpose
from leaderful.propositions.field import field
from leaderful.propositions.rows import halves
from leaderful.study import Study

MADE = {
    "P1": (purpose_by_thread, 0.8, -0.8),
    "P2": (partial(ties_by_colleagues, "LEA"), 0.2, -0.2),
    "P3": (ties_by_moments, 0.12, -0.12),
    "P4": (moments_by_trust, 0.1, -0.1),
    "P5": (moments_by_reflection, 0.15, -0.15),
    "P8": (capacity_by_tension, -0.5, 0.5),
    "P10": (purpose_by_conflict, 0.5, -0.5),
    "P11": (reach_by_roles, 0.4, -0.4),
    "P13": (partial(ties_by_colleagues, "EQU"), 0.2, -0.2),
}


def result(study: Study, proposition: str, *, protected: bool = False):
    found = field(study)
    if protected:
        found = measuring.protect(found, study)
    (row,) = found.filter(unit=proposition).iter_rows(named=True)
    return row | json.loads(row["detail"])


@pytest.mark.parametrize("proposition", MADE)
def test_what_was_put_in_the_claimed_way_is_supported(proposition):
    made, claimed, _ = MADE[proposition]
    found = result(made(claimed), proposition)
    assert (found["status"], found["verdict"]) == ("ok", "supported")
    assert found["p_adjusted"] <= 0.05
    assert found["lower"] <= found["estimate"] <= found["upper"]
    assert found["lower_adjusted"] <= found["lower"]
    assert np.sign(found["estimate"]) == found["claim_direction"]


@pytest.mark.parametrize("proposition", MADE)
def test_what_was_put_in_the_other_way_is_contradicted(proposition):
    made, _, against = MADE[proposition]
    found = result(made(against), proposition)
    assert (found["status"], found["verdict"]) == ("ok", "contradicted")
    assert np.sign(found["estimate"]) == -found["claim_direction"]


@pytest.mark.parametrize("proposition", ["P2", "P3", "P5", "P10", "P13"])
def test_no_effect_seen_dimly_cannot_be_told(proposition):
    found = result(MADE[proposition][0](0.0), proposition)
    assert (found["status"], found["verdict"]) == ("ok", "cannot say")


@pytest.mark.parametrize("proposition", ["P1", "P4", "P11"])
def test_no_effect_seen_sharply_is_contradicted_as_too_small(proposition):
    found = result(MADE[proposition][0](0.0), proposition)
    assert found["verdict"] == "contradicted"
    assert "smaller than the smallest" in found["why"]


@pytest.mark.parametrize("proposition", MADE)
def test_too_little_evidence_is_said_and_not_counted_out(proposition):
    made, claimed, _ = MADE[proposition]
    size = {"bodies": 4, "size": 4}
    found = result(made(claimed, **size), proposition)
    assert (found["status"], found["verdict"], found["estimate"]) == ("insufficient", "cannot say", None)
    assert "people" not in found
    assert found["n"] is None


@pytest.mark.parametrize(
    ("jump", "half_life", "verdict"),
    [(2.2, 4, "supported"), (0.5, 10, "contradicted"), (1.0, 5, "cannot say"), (2.0, 1000, "cannot say")],
)
def test_a_crisis_must_raise_and_fade(jump, half_life, verdict):
    found = result(meetings_at_crisis(jump, half_life), "P6")
    assert found["verdict"] == verdict
    assert found["method"] == "proposition-interrupted-weeks"
    if half_life == 1000:
        assert found["why"].startswith("it rose")
        assert found["p_adjusted"] < 0.001


def test_a_shock_of_another_kind_is_no_crisis():
    study = meetings_at_crisis(2.2, 4)
    tables = dict(study.tables) | {"shocks": study.table("shocks").with_columns(kind=pl.lit("policy"))}
    other = Study(name="x", system=study.system, as_at=study.as_at, tables=tables)
    assert result(other, "P6")["reason"] == "no shock of the kind crisis is declared"


def test_trust_that_was_not_asked_before_the_moments_is_said():
    made = Made(waves=("w2",))
    made.tie(np.full(len(made.people), 0.5))
    made.add(
        "moments",
        [{"id": f"m{i}", "person": who, "time": START, "with_bodies": [made.bodies[0]], "opener": "surprise",
          "taken": bool(i % 2)} for i, who in enumerate(made.people)],
    )  # fmt: skip
    assert "was not asked before" in result(made.study(), "P4")["reason"]


def test_moods_that_colour_both_answers_make_no_effect_between_bodies():
    fits = [
        accountability_and_capacity(capacity_by_tension(0.0, halo=0.7, seed=seed, bodies=10, size=20)).fit()
        for seed in range(100, 160)
    ]
    assert np.mean([one.p < 0.05 for one in fits]) <= 0.10
    assert abs(np.mean([one.estimate for one in fits])) < 0.08


def test_a_steady_study_shows_no_effect_of_conflict_on_later_purpose():
    fits = [
        conflict_and_purpose(purpose_by_conflict(0.0, seed=seed, bodies=10, size=20)).fit() for seed in range(100, 140)
    ]
    assert np.mean([one.p < 0.05 for one in fits]) <= 0.10


def test_where_nothing_goes_together_hardly_a_study_calls_anything():
    called = 0
    for seed in range(40):
        found = [json.loads(detail) for detail in field(nothing(seed))["detail"]]
        assert sum("p" in one for one in found) == 4
        called += any(one.get("p_adjusted", 1.0) <= 0.05 for one in found)
    assert called <= 2


def test_halves_are_of_different_people_and_need_three_of_them():
    study = capacity_by_tension(0.0, bodies=3, size=9)
    scores = pl.DataFrame(
        {"person": [f"p{i}" for i in range(9)], "body": ["B"] * 7 + ["C"] * 2, "X": [float(i) for i in range(9)]}
    )
    half = halves(study, scores, {"X": "others"})
    told = half.filter(body="B")
    # 3 of the 7 tell, 4 are told of: what is left of 0 + 1 + ... + 6 = 21
    assert told.height == 4
    assert told["others"].unique().item() == pytest.approx((21 - told["X"].sum()) / 3)
    assert half.filter(body="C")["others"].null_count() == 1


def test_the_same_study_in_another_order_gives_the_same_bytes():
    study = ties_by_colleagues("EQU", 0.2)
    turned = {name: table.reverse() for name, table in study.tables.items()}
    other = Study(name=study.name, system=study.system, as_at=study.as_at, tables=turned)
    assert field(study).equals(field(other))


def test_a_small_study_leaves_nothing_that_tells_of_few():
    made, claimed, _ = MADE["P1"]
    whole = result(made(claimed), "P1", protected=True)
    assert whole["verdict"] == "supported"
    few = result(made(claimed, bodies=4, size=2), "P1", protected=True)
    assert few["estimate"] is None
    assert "8" not in few["reason"].replace("8 bodies", "")
