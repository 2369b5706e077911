"""Who answered, and how often people were not able to say."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_studies import SYSTEM, body, drawn, person, pick, said, study

from leaderful.measures.findings import SCHEMA, unframe
from leaderful.measures.response import response
from leaderful.study import Study


def relation(who, about, answer=2):
    return {
        "person": who,
        "wave": "w1",
        "about_kind": "body",
        "about": about,
        "question": "body-contact",
        "answer": answer,
    }


@pytest.fixture(scope="module")
def found():
    """Five people: two answered an item, one was not able to answer any, two said nothing; one gave relations."""
    people = [
        person("p1", "A", tier="board", team="T1"),
        person("p2", "A", tier="manager", team="T1"),
        person("p3", "A", tier="manager"),
        person("p4", "B", tier="board"),
        person("p5", "B", tier="manager"),
    ]
    responses = [*said("p1", [4, 4, 4, 4]), *said("p4", [4, None, None, 2]), *said("p2", [None, None])]
    made = study([body("A"), body("B", sector="voluntary")], people, responses, relations=[relation("p5", "A", None)])
    return response(made)


def test_rates_are_people_over_the_asked(found):
    rates = {
        (kind, unit): (one.estimate, one.n, one.detail["count"])
        for one in unframe(found.filter(measure="response.rate"))
        for kind, unit in [(one.unit_kind, one.unit)]
        if one.detail["part"] == "items"
    }
    assert rates == {
        ("system", SYSTEM): (2 / 5, 5, 2),
        ("body", "A"): (1 / 3, 3, 1),
        ("body", "B"): (1 / 2, 2, 1),
        ("team", "T1"): (1 / 2, 2, 1),
        ("tier", "board"): (1.0, 2, 2),
        ("tier", "manager"): (0.0, 3, 0),
        ("sector", "nhs"): (1 / 3, 3, 1),
        ("sector", "voluntary"): (1 / 2, 2, 1),
        ("body-tier", "A/board"): (1.0, 1, 1),
        ("body-tier", "A/manager"): (0.0, 2, 0),
        ("body-tier", "B/board"): (1.0, 1, 1),
        ("body-tier", "B/manager"): (0.0, 1, 0),
    }


def test_a_count_of_the_list_has_no_interval(found):
    one = pick(found, "response.rate", SYSTEM, part="items")
    assert (one.lower, one.upper, one.method) == (None, None, "count-of-the-invited")


def test_relations_are_a_part_of_their_own(found):
    """Whoever said something of a body answered, be it that they were not able to say."""
    assert pick(found, "response.rate", SYSTEM, part="relations").detail["count"] == 1
    assert pick(found, "response.rate", "B", part="relations").estimate == 0.5


def test_a_part_that_nobody_answered_was_not_asked():
    made = study([body("A")], [person("p", "A"), person("q", "A")], said("p", [4]))
    assert {one.detail["part"] for one in unframe(response(made).filter(measure="response.rate"))} == {"items"}


def test_unable_counts_answers_and_the_people_who_gave_them(found):
    """Answers to the scale: 4 of p1, 4 of p4 with two empty, 2 of p2, both empty: 4 of 10, by 3 people."""
    one = pick(found, "response.unable", SYSTEM, scale="MOT")
    assert (one.estimate, one.n, one.detail["count"], one.detail["people"]) == (0.4, 10, 4, 3)
    assert (one.construct, one.level) == ("shared_motivation", "meso")


def test_each_wave_is_counted_by_itself():
    made = study(
        [body("A")],
        [person("p", "A"), person("q", "A")],
        [*said("p", [4]), *said("p", [4], wave="w2"), *said("q", [4], wave="w2")],
        waves={"w1": date(2025, 3, 1), "w2": date(2026, 3, 1)},
    )
    rates = {
        one.wave: one.estimate for one in unframe(response(made)) if one.unit_kind == "system" and "part" in one.detail
    }
    assert rates == {"w1": 0.5, "w2": 1.0}


def test_units_add_up_to_their_parents():
    found = response(drawn(silent=0.4)).filter(measure="response.rate")
    system = pick(found, "response.rate", SYSTEM)
    for kind in ("body", "team", "tier", "sector", "place", "body-tier"):
        rows = [one for one in unframe(found) if one.unit_kind == kind]
        assert sum(one.n for one in rows) == system.n
        assert sum(one.detail["count"] for one in rows) == system.detail["count"]


@given(st.integers(1, 5))
def test_a_person_who_does_not_answer_lowers_the_rate_by_one_of_the_asked(more):
    made = drawn(bodies=2, teams=2, silent=0.3)
    people = pl.concat(
        [
            made.table("people"),
            pl.DataFrame([person(f"new{k}", "B0") for k in range(more)], schema=made.table("people").schema),
        ]
    )
    wider = Study(name="x", system=SYSTEM, as_at=made.as_at, tables={**made.tables, "people": people})
    before, after = (pick(response(one), "response.rate", "B0") for one in (made, wider))
    assert (after.n, after.detail["count"]) == (before.n + more, before.detail["count"])


def test_nobody_asked_is_nothing_found():
    made = Study(name="Empty", system=SYSTEM, as_at=date(2026, 3, 31))
    assert response(made).height == 0
    assert response(made).schema == SCHEMA
