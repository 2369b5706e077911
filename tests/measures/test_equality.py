"""The gap between sectors and the NHS: hand-worked, and what it must not depend on."""

from __future__ import annotations

import numpy as np
import pytest
from tie_studies import DAY, TRUST, draw, make, pick

from leaderful.measures.equality import equality
from leaderful.measures.findings import SCHEMA, unframe
from leaderful.study import Study

SECTORS = {"A": "nhs", "B": "nhs", "C": "local-government", "V": "voluntary"}
PEOPLE = {"a1": ("A", "manager"), "a2": ("A", "manager"), "b1": ("B", "manager"), "c1": ("C", "manager")}


def about(rows, question="body-influence"):
    return [(who, body, question, answer) for who, body, answer in rows]


def test_a_gap_is_the_difference_of_received_means():
    said = about([("a1", "B", 4), ("a2", "B", 3), ("b1", "A", 2), ("a1", "C", 3), ("b1", "C", 1), ("c1", "V", 4)])
    found = equality(make(SECTORS, PEOPLE, said))
    council = pick(found, "equality.gap", "local-government", indicator="influence")
    # About NHS bodies (4 + 3 + 2) / 3 = 3, about the council (3 + 1) / 2 = 2.
    assert council.estimate == pytest.approx(-1)
    assert (council.detail["here"], council.detail["nhs"]) == (2.0, 3.0)
    assert (council.n, council.detail["here_n"], council.detail["nhs_n"], council.detail["people"]) == (5, 2, 3, 2)
    assert (council.detail["bodies"], council.detail["clustered_by"]) == (1, "persons")
    assert council.detail["rests_on"] == [["ties.value", "sector", side, "w1"] for side in ("local-government", "nhs")]
    assert found.height == 2


def test_a_rater_high_on_both_sides_is_no_difference():
    """Everybody sees a gap of exactly one; they differ in how high they mark, which must not widen it."""
    people = {f"a{k}": ("A", "manager") for k in range(8)}
    marks = [(f"a{k}", 2 + k % 3) for k in range(8)]
    said = about([(who, "B", mark) for who, mark in marks] + [(who, "C", mark - 1) for who, mark in marks])
    same = pick(equality(make(SECTORS, people, said)), "equality.gap", indicator="influence")
    assert same.estimate == pytest.approx(-1)
    assert (same.lower, bool(same.detail["no_interval"])) == (None, True)
    others = {f"a{k}": ("A", "manager") for k in range(16)}
    split = about([(f"a{k}", "B", 2 + k % 3) for k in range(8)] + [(f"a{k + 8}", "C", 1 + k % 3) for k in range(8)])
    apart = pick(equality(make(SECTORS, others, split)), "equality.gap", indicator="influence")
    assert apart.estimate == pytest.approx(-1)
    assert apart.upper - apart.lower > 1


def test_trust_is_the_mean_of_its_answers():
    said = [(who, body, q, mark) for who, body, mark in (("a1", "B", 4), ("a2", "C", 2)) for q in TRUST]
    found = pick(equality(make(SECTORS, PEOPLE, said)), "equality.gap", indicator="trust")
    assert (found.estimate, found.unit) == (-2.0, "local-government")


def test_without_answers_about_the_nhs_there_is_nothing_to_set_against():
    found = equality(make(SECTORS, PEOPLE, about([("a1", "C", 3), ("c1", "V", 2)])))
    assert found["status"].unique().to_list() == ["insufficient"]
    assert found["unit"].to_list() == ["local-government", "voluntary"]


def test_intervals_hold_no_gap_where_there_is_none():
    held = []
    for seed in range(12):
        found = equality(draw(seed, bodies=8, per_tier=3, spread=0.0))
        held += [low <= 0 <= high for low, high in found.select("lower", "upper").rows()]
    assert np.mean(held) > 0.85


def test_p_agrees_with_the_interval_and_is_corrected_for_all_gaps_of_the_wave():
    found = [
        one.detail | {"in": one.lower <= 0 <= one.upper} for one in unframe(equality(draw(3, bodies=8, per_tier=3)))
    ]
    assert all((one["p"] > 0.05) == one["in"] for one in found)
    ordered = sorted(one["p"] for one in found)
    smallest = min(found, key=lambda one: one["p"])
    assert smallest["p_holm"] == pytest.approx(min(1.0, len(found) * ordered[0]))
    assert all(one["p_holm"] >= one["p"] for one in found)


def test_a_study_without_relations_has_no_findings():
    assert equality(Study(name="Empty", system="S", as_at=DAY)).schema == SCHEMA
