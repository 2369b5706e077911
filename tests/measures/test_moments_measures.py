"""Moments of leadership: shares by hand, what was answered before, planted conditions and none."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from moment_studies import bodies, diaries, made, moment, said, trusted

from leaderful.measures.findings import unframe
from leaderful.measures.moments import moment_parents, moments
from leaderful.measures.moments_evidence import evidence
from leaderful.measures.moments_frame import moment_rows
from leaderful.measuring import protect
from leaderful.study import Study
from whole_tables import full

PEOPLE = {"a": ("A", "board", "T1"), "b": ("B", "manager"), "c": ("C", "practitioner")}
NOTED = [
    moment("m1", "a", 0, True, at=["A"], used=["supporting"], words="x"),
    moment("m2", "a", 1, False, at=["B"], opener="crisis"),
    moment("m3", "a", 2, True, at=["C", "B"], used=["supporting", "planning"], words="y"),
    moment("m4", "a", 3, True, at=["N"], words="z"),
    moment("m5", "a", 4, True),
    moment("m6", "b", 0, False, at=["T1"]),
    moment("m7", "c", 0, False, at=["C"], opener="crisis"),
]


def study(**more):
    return made(PEOPLE, NOTED, rows=bodies(teams=["T1"]), **more)


def taken(found, kind):
    rows = unframe(found.filter(pl.col("measure") == "moments.taken", pl.col("unit_kind") == kind))
    return {one.unit: (one.detail["count"], one.n, one.detail["people"]) for one in rows}


def terms(found):
    rows = unframe(found.filter(pl.col("measure") == "moments.model"))
    return {one.detail["term"] + one.detail.get("tier", ""): one for one in rows}


def test_moments_are_placed_by_hand():
    rows = {row["id"]: row for row in moment_rows(study()).to_dicts()}
    assert {id: row["boundary"] for id, row in rows.items()} == {
        "m1": "within-body",
        "m2": "across-bodies",
        "m3": "across-sectors",
        "m4": "across-sectors",
        "m5": "within-body",
        "m6": "across-bodies",  # the team T1 is of A
        "m7": "within-body",
    }
    # Nobody else named: the diarist's team, which is micro; a national body reaches furthest.
    assert {id: row["level"] for id, row in rows.items()} == {
        "m1": "meso",
        "m2": "meso",
        "m3": "meso",
        "m4": "macro",
        "m5": "micro",
        "m6": "meso",
        "m7": "meso",
    }
    assert [rows[f"m{k}"]["earlier"] for k in range(1, 6)] == [0, 1, 1, 2, 3]
    assert rows["m6"]["others"] == ["A"]


def test_shares_by_hand():
    found = moments(study())
    assert taken(found, "system") == {"S": (4, 7, 3)}
    assert taken(found, "opener") == {"surprise": (4, 5, 2), "crisis": (0, 2, 2)}
    assert taken(found, "tier") == {"board": (4, 5, 1), "manager": (0, 1, 1), "practitioner": (0, 1, 1)}
    assert taken(found, "boundary") == {
        "within-body": (2, 3, 2),
        "across-bodies": (0, 2, 2),
        "across-sectors": (2, 2, 1),
    }
    assert taken(found, "level") == {"macro": (1, 1, 1), "meso": (2, 5, 3), "micro": (1, 1, 1)}
    assert taken(found, "body") == {"A": (4, 5, 1), "B": (0, 1, 1), "C": (0, 1, 1)}
    assert taken(found, "reflections") == {"0": (1, 3, 3), "1-2": (2, 3, 1), "3+": (1, 1, 1)}
    assert set(found["wave"]) == {"2026-01"}


def test_every_share_has_an_interval_within_nought_and_one():
    found = unframe(moments(study()).filter(pl.col("measure") == "moments.taken"))
    assert {one.unit_kind for one in found} >= {"system", "opener", "tier", "boundary"}
    for one in found:
        assert 0 <= one.lower <= one.estimate <= one.upper <= 1
        assert one.lower < one.upper


def test_units_of_a_kind_add_up_to_the_system_and_parents_say_so():
    found = moments(study()).filter(pl.col("measure") == "moments.taken")
    parents = moment_parents(study())
    for (kind,), rows in parents.group_by("unit_kind"):
        n = found.filter(pl.col("unit_kind") == kind, pl.col("unit").is_in(rows["unit"].implode()))["n"].sum()
        assert n == 7, kind


def test_behaviours_by_hand():
    found = {one.unit: one for one in unframe(moments(study())) if one.measure == "moments.behaviours"}
    assert set(found) == {"supporting", "planning"}
    one = found["supporting"]
    assert one.estimate == pytest.approx(2 / 4 - 0 / 3)
    assert (one.detail["a_count"], one.detail["a_n"], one.detail["b_count"], one.detail["b_n"]) == (2, 4, 0, 3)


def test_a_body_that_was_merged_counts_as_its_successor():
    rows = [
        *bodies(),
        {"id": "O", "name": "O", "sector": "nhs", "scale": "organisation", "valid_to": date(2026, 1, 31)},
    ]
    gone = [{"predecessor": "O", "successor": "A", "kind": "merger", "effective": date(2026, 2, 1)}]
    noted = [moment("m1", "a", 0, True, at=["O"]), moment("m2", "o", 0, True, at=["A"])]
    held = made({"a": ("A", "board"), "o": ("O", "board")}, noted, rows=rows, successions=gone)
    assert moment_rows(held)["boundary"].to_list() == ["within-body"] * 2
    assert taken(moments(held), "body") == {"A": (2, 2, 2)}


def test_what_was_answered_before_counts_and_what_came_after_does_not():
    noted = [moment("m1", "a", 0, True, at=["B"]), moment("m2", "a", 40, True, at=["B", "C"])]
    waves = {"w0": date(2025, 6, 1), "w1": date(2026, 2, 1)}
    answers = said("a", "ROL", 2, wave="w0") + said("a", "ROL", 5, wave="w1") + said("a", "REF", 4, wave="w1")
    rated = [trusted("a", "B", 1, wave="w0"), trusted("a", "B", 3, wave="w1"), trusted("a", "C", 4, wave="w1")]
    held = made({"a": ("A", "board")}, noted, waves=waves, responses=answers, relations=rated)
    found = evidence(held, moment_rows(held))
    assert found.trust_from == "relations"
    assert found.rows.to_dicts() == [
        {"id": "m1", "role_understanding": 2.0, "reflexivity": None, "trust": 1.0},
        {"id": "m2", "role_understanding": 5.0, "reflexivity": 4.0, "trust": 3.5},
    ]


def test_shared_motivation_stands_for_trust_where_few_rated_the_bodies_there():
    held = diaries(3, rated=False)
    assert evidence(held, moment_rows(held)).trust_from == "MOT"
    assert {one.detail.get("evidence") for one in terms(moments(held)).values()} == {"MOT", "ROL", "REF", "moments"}


@pytest.mark.parametrize(
    ("effects", "rated", "raised"),
    [((0.9, 0.0, 0.0), True, "trust"), ((0.0, 0.8, 0.0), True, "role_understanding"), ((0.8, 0, 0), False, "trust")],
)
def test_a_planted_condition_stands_out_alone(effects, rated, raised):
    found = terms(moments(diaries(5, effects=effects, rated=rated)))
    assert {name for name, one in found.items() if one.detail["stands_out"]} == {raised}
    one = found[raised]
    assert one.lower < np.exp(max(effects)) < one.upper
    assert one.detail["share_high"] > one.detail["share_low"]
    assert one.detail["points"] == pytest.approx(100 * (one.detail["share_high"] - one.detail["share_low"]))
    assert one.detail["points_lower"] < one.detail["points"] < one.detail["points_upper"]
    assert (one.n, one.detail["people"], one.detail["left_out"]) == (720, 90, 0)


def test_where_nothing_is_planted_nothing_stands_out():
    for seed in range(12):
        found = unframe(moments(diaries(seed, people=60, each=6)))
        assert not [one for one in found if one.detail.get("stands_out")]
        assert all(one.detail["p_holm"] > 0.001 for one in found if one.measure == "moments.behaviours")


def test_moments_without_answers_are_left_out_and_counted():
    held = diaries(1)
    fewer = held.table("responses").filter(pl.col("person") >= "p030")
    found = terms(moments(Study(name="F", system="S", as_at=held.as_at, tables={**held.tables, "responses": fewer})))
    assert (found["trust"].n, found["trust"].detail["people"], found["trust"].detail["left_out"]) == (480, 60, 240)


def test_too_few_moments_make_no_model_and_say_so():
    found = terms(moments(study()))
    assert {one.status for one in found.values()} == {"insufficient"}
    assert "10 diarists" in found["trust"].reason
    assert found["trust"].detail["left_out"] == 7


def test_a_term_that_does_not_vary_is_undefined():
    held = diaries(1)
    same = held.table("people").with_columns(tier=pl.lit("board"))
    flat = held.table("responses").filter(~pl.col("item").str.starts_with("REF"))
    flat = pl.concat([flat, full("responses", [row for who in same["id"] for row in said(who, "REF", 3)])])
    tables = {**held.tables, "people": same, "responses": flat}
    found = terms(moments(Study(name="F", system="S", as_at=held.as_at, tables=tables)))
    assert set(found) == {"trust", "role_understanding", "reflexivity", "across"}
    assert (found["reflexivity"].status, found["reflexivity"].reason) == ("undefined", "it is the same everywhere")


def test_a_condition_that_separates_uses_firth_and_never_stands_out():
    held = diaries(2)
    tiers = dict(held.table("people").select("id", "tier").iter_rows())
    board = pl.col("person").replace_strict(tiers) == "board"
    rows = held.table("moments").with_columns(taken=pl.col("taken") | board)
    found = terms(moments(Study(name="F", system="S", as_at=held.as_at, tables={**held.tables, "moments": rows})))
    assert {one.method for one in found.values()} == {"logistic-firth"}
    assert not any(one.detail["stands_out"] for one in found.values())
    assert found["trust"].detail["points_lower"] is None


def test_learning_within_diaries_is_found():
    rng = np.random.default_rng(9)
    people = {f"p{k:02d}": ("A", "manager") for k in range(80)}
    noted = []
    for code in people:
        lean, before = rng.normal(), 0
        for k, day in enumerate(sorted(rng.integers(0, 85, 10).tolist())):
            chance = 1 / (1 + np.exp(-(lean - 1.0 + 0.7 * np.log2(1 + before))))
            words = "x" if rng.random() < 0.6 else None
            noted.append(moment(f"{code}-{k}", code, day + 0.01 * k, bool(rng.random() < chance), words=words))
            before += words is not None
    (one,) = [one for one in unframe(moments(made(people, noted))) if one.measure == "moments.learning"]
    assert one.estimate > 1.2
    assert one.lower > 1
    assert (one.n, one.detail["people"], one.construct) == (800, 80, "reflexivity")


def test_without_reflections_nothing_is_said_of_learning():
    held = diaries(1)
    silent = held.table("moments").with_columns(reflection=pl.lit(None, dtype=pl.String))
    found = moments(Study(name="F", system="S", as_at=held.as_at, tables={**held.tables, "moments": silent}))
    assert found.filter(pl.col("measure") == "moments.learning").is_empty()


def test_no_moments_no_findings_and_the_order_of_rows_is_nothing():
    assert moments(made(PEOPLE)).is_empty()
    held = diaries(4, people=40)
    mixed = {name: table.sample(fraction=1, shuffle=True, seed=2) for name, table in held.tables.items()}
    assert moments(Study(name="M", system="S", as_at=held.as_at, tables=mixed)).equals(moments(held))


def test_small_bodies_are_hidden_and_cannot_be_found_by_subtraction():
    noted = [moment(f"{who}{k}", who, k, (k + j) % 2 == 0) for j, who in enumerate(SOME) for k in range(6)]
    safe = protect(moments(made(SOME, noted)), made(SOME, noted))
    shares = {one.unit: one for one in unframe(safe) if one.measure == "moments.taken" and one.unit_kind == "body"}
    assert shares["C"].status == "suppressed"
    assert [one.status for one in shares.values()].count("suppressed") >= 2


SOME = (
    {f"a{k}": ("A", "manager") for k in range(14)}
    | {f"b{k}": ("B", "manager") for k in range(12)}
    | {f"c{k}": ("C", "manager") for k in range(3)}
)
