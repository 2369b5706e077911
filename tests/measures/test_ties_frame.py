"""Who works with whom, counted by hand."""

from __future__ import annotations

import polars as pl
from tie_studies import make

from leaderful.measures.ties_frame import body_ties, declared_pairs, rater_rows, reports_tie, respondents
from leaderful.study import Study

BODIES = {"A": "nhs", "B": "nhs", "C": "local-government"}
PEOPLE = {f"{body}{k}": (body, "manager") for body in "ABC" for k in range(4)}
SAID = [
    ("A0", "B", "body-contact", 0),  # never: does not work with it, whatever else is said
    ("A0", "B", "body-respect", 4),
    ("A1", "B", "body-contact", 1),  # yearly: works with it, and not monthly
    ("A1", "B", "body-reliable", 4),
    ("A1", "B", "body-open", 3),  # trust 3.5, of the two that are answered
    ("A2", "B", "body-contact", None),  # contact not known, something else is: works with it
    ("A2", "B", "body-same-purpose", 2),
    ("A2", "B", "body-influence", 1),
    ("A2", "B", "body-resources", 2),  # value 1.5
    ("A2", "C", "body-contact", 2),
    ("A3", "B", "body-contact", None),  # a respondent who is not able to say
    ("B0", "B", "body-contact", 4),  # of one's own body: no tie, but a respondent
]


def test_rows_of_raters():
    rows = rater_rows(make(BODIES, PEOPLE, SAID), "w1")
    assert rows.select("person", "about", "contact", "works", "trust", "value").rows() == [
        ("A0", "B", 0, False, None, None),
        ("A1", "B", 1, True, 3.5, None),
        ("A2", "B", None, True, 2.0, 1.5),
        ("A2", "C", 2, True, None, None),
    ]
    assert rows.select("body", "tier", "sector").unique().rows() == [("A", "manager", "nhs")]


def test_ties_of_bodies():
    ties = body_ties(make(BODIES, PEOPLE, SAID), "w1")
    # A has four respondents; one of three raters of B never works with it. Trust is (3.5 + 2) / 2.
    assert ties.rows(named=True) == [
        {"source": "A", "target": "B", "asked": 4, "working": 2, "monthly": 0, "raters": 3}
        | {"trust": 2.75, "value": 1.5, "respect": 4.0, "role": None},
        {"source": "A", "target": "C", "asked": 4, "working": 1, "monthly": 1, "raters": 1}
        | {"trust": None, "value": None, "respect": None, "role": None},
    ]
    assert respondents(make(BODIES, PEOPLE, SAID), "w1")["person"].to_list() == ["A0", "A1", "A2", "A3", "B0"]


def test_a_tie_needs_two_people_and_a_tenth():
    rows = [(1, 1), (1, 5), (2, 20), (2, 21), (3, 30), (3, 31), (0, 0)]
    ties = pl.DataFrame(rows, schema=["working", "asked"], orient="row")
    assert ties.select(reports_tie())["working"].to_list() == [False, False, True, False, True, False, False]


def test_a_body_that_employs_nobody_is_a_partner_once_the_study_lists_its_people():
    study = make(BODIES, {}, (), declared=[("B", "A"), ("B", "C")])
    network = study.table("bodies").with_columns(
        kind=pl.when(pl.col("id") == "C").then(pl.lit("primary-care-network")).otherwise("kind")
    )
    without = Study(**{**vars(study), "tables": {**study.tables, "bodies": network}})
    assert declared_pairs(without) == {("A", "B")}
    people = make(BODIES, {"c1": ("C", "manager")}, ()).table("people")
    listed = Study(**{**vars(without), "tables": {**without.tables, "people": people}})
    assert declared_pairs(listed) == {("A", "B"), ("B", "C")}


def test_partners_are_employers_that_stand_and_are_declared_so():
    study = make(BODIES, {}, (), declared=[("B", "A"), ("B", "C")])
    assert declared_pairs(study) == {("A", "B"), ("B", "C")}
    bodies = study.table("bodies").with_columns(
        kind=pl.when(pl.col("id") == "C").then(pl.lit("health-and-wellbeing-board")).otherwise("kind")
    )
    assert declared_pairs(Study(**{**vars(study), "tables": {**study.tables, "bodies": bodies}})) == {("A", "B")}
    ties = study.table("ties").with_columns(kind=pl.lit("commissions"))
    assert declared_pairs(Study(**{**vars(study), "tables": {**study.tables, "ties": ties}})) == set()


def test_a_study_without_relations_has_no_ties():
    study = make(BODIES, PEOPLE, ())
    assert rater_rows(study, "w1").is_empty()
    assert body_ties(study, "w1").is_empty()
