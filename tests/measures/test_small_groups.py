"""Who could be learnt of from what leaves about diaries and meetings: few people with many entries, few who meet."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from moment_studies import bodies, diaries, made, moment
from travel_studies import at, draw, make

from leaderful.measures.findings import unframe
from leaderful.measures.moments import moments
from leaderful.measures.moments_frame import KINDS, moment_rows
from leaderful.measures.small_groups import small_groups
from leaderful.measures.travel import travel
from leaderful.measures.travel_record import record
from leaderful.measuring import protect


def kept(sizes, *, each=20, seed=1, board=0):
    """Diaries of so many people in each body; the first few are of the board, all others managers."""
    rng = np.random.default_rng(seed)
    home, noted = {}, []
    for body, size in sizes.items():
        for k in range(size):
            code = f"{body}{k:02d}"
            home[code] = (body, "board" if len(home) < board else "manager")
            for entry in range(each):
                there = [str(rng.choice(list(sizes)))]
                taken = bool(rng.random() < 0.5)
                noted.append(moment(f"{code}-{entry}", code, int(rng.integers(1, 80)), taken, at=there))
    return made(home, noted, rows=bodies(dict.fromkeys(sizes, "nhs")))


def hidden(found, measure, kind):
    rows = found.filter(pl.col("measure") == measure, pl.col("unit_kind") == kind, pl.col("status") == "suppressed")
    return rows["unit"].to_list()


@pytest.mark.parametrize(
    "sizes",
    [
        {"A": 3, "B": 2, "C": 30, "D": 40},
        {"A": 3, "B": 4, "C": 12, "D": 40},
        {"A": 9, "B": 30, "C": 30},
        {"A": 1, "B": 1, "C": 1, "D": 20, "E": 20},
    ],
)
def test_the_moments_that_hidden_units_have_together_are_of_ten_diarists_or_more(sizes):
    """Sixty moments of three people are many moments and few people, and follow from the system less the others."""
    held = kept(sizes, board=3)
    rows, safe = moment_rows(held), protect(moments(held), held)
    assert safe.filter(pl.col("unit_kind") == "system", pl.col("measure") == "moments.taken")["status"][0] == "ok"
    for kind in KINDS:
        units = hidden(safe, "moments.taken", kind)
        together = rows.filter(pl.col(kind).is_in(units) | pl.col(kind).is_null())
        assert together.is_empty() or together["person"].n_unique() >= 10
    assert {code for code, size in sizes.items() if size < 10} < set(hidden(safe, "moments.taken", "body"))


def test_moments_of_no_unit_are_as_good_as_hidden():
    """The moments of one diarist of no level follow from the system less the levels, so that one level goes too."""
    held = kept({"A": 15, "B": 15})
    rows = [*bodies({"A": "nhs", "B": "nhs"}), {"id": "O", "name": "O", "sector": "nhs"}]
    people = {f"{b}{k:02d}": (b, "manager") for b in "AB" for k in range(15)} | {"o": ("O", "manager")}
    noted = [
        *held.table("moments").with_columns(with_bodies=pl.lit(None, dtype=pl.List(pl.String))).to_dicts(),
        *(moment(f"o{k}", "o", k, k % 2 == 0) for k in range(30)),
    ]
    mixed = made(people, noted, rows=rows)
    assert moment_rows(mixed).filter(pl.col("level").is_null())["person"].unique().to_list() == ["o"]
    assert hidden(protect(moments(mixed), mixed), "moments.taken", "level") == ["meso"]


def test_moments_that_only_a_few_people_took_are_hidden_however_many():
    people = {f"{body}{k:02d}": (body, "manager") for body in "AB" for k in range(20)}
    noted = [
        moment(f"{code}-{entry}", code, entry, code in ("A00", "A01") if code[0] == "A" else entry % 2 == 0)
        for code in people
        for entry in range(6)
    ]
    held = made(people, noted)
    assert {"A", "B"} == set(hidden(protect(moments(held), held), "moments.taken", "body"))


def test_a_behaviour_that_few_people_note_often_is_hidden():
    people = {f"p{k:02d}": ("A", "manager") for k in range(30)}
    noted = [
        moment(f"{code}-{k}", code, k, k % 2 == 0, used=["supporting"] if code == "p00" else ["planning"])
        for code in people
        for k in range(12)
    ]
    held = made(people, noted)
    assert hidden(protect(moments(held), held), "moments.behaviours", "behaviour") == ["supporting"]


def test_a_tier_of_few_diarists_is_not_told_of_by_the_model():
    """The odds of one board member against all managers are that member's own share."""
    held = diaries(3, people=60, each=10)
    one = held.table("people").with_columns(
        tier=pl.when(pl.col("id") == "p000").then(pl.lit("board")).otherwise(pl.lit("manager"))
    )
    lone = made({row["id"]: (row["body"], row["tier"]) for row in one.to_dicts()}, held.table("moments").to_dicts())
    lone = type(lone)(
        name="Lone",
        system="S",
        as_at=held.as_at,
        tables={**held.tables, "people": one},
    )
    terms = {
        (one.detail["term"], one.status)
        for one in unframe(protect(moments(lone), lone))
        if one.measure == "moments.model"
    }
    assert ("tier", "suppressed") in terms
    assert ("role_understanding", "ok") in terms


def met(size, seen, *, weeks=9):
    """Two bodies of `size`, of each of which `seen` people meet each other."""
    people = {f"{body}{k:02d}": body for body in "AB" for k in range(size)}
    names = [f"{body}{k:02d}" for body in "AB" for k in range(seen)]
    rng = np.random.default_rng(1)
    talks = [
        (at(7 * week + day), rng.choice(names, 2, replace=False).tolist()) for week in range(weeks) for day in range(5)
    ]
    return make(people, talks, partners=[("A", "B")])


def test_nothing_is_told_of_a_record_with_few_people_though_the_list_is_long():
    held = met(20, 2)
    assert set(protect(travel(held), held)["status"]) == {"suppressed"}
    held = met(20, 12)
    assert "ok" in set(protect(travel(held), held).filter(pl.col("unit_kind") == "system")["status"])


def test_hidden_bodies_have_together_ten_people_in_the_record():
    held = draw(2, bodies=4, size=14)
    few = [f"p{k:03d}" for k in (*range(3, 14), *range(17, 28))]  # three of B0 and of B1 stay in the record
    talks = held.table("interactions").filter(
        pl.col("participants").list.eval(pl.element().is_in(few)).list.any().not_()
    )
    thin = type(held)(name="Thin", system="S", as_at=held.as_at, tables={**held.tables, "interactions": talks})
    of = record(thin)
    units = hidden(protect(travel(thin), thin), "travel.reach", "body")
    assert {"B0", "B1"} < set(units)
    assert sum(int((of.of("body", unit) & of.seen).sum()) for unit in units) >= 10


def test_where_few_get_across_the_share_is_hidden_and_where_nobody_does_it_is_nought():
    shut = draw(5, bodies=3, size=16, a_week=90, inside=0.8, shut=[("B0", "B1")])
    apart = {one.detail["direction"]: one for one in told(shut)}
    assert {(one.status, one.estimate) for one in apart.values()} == {("ok", 0.0)}
    once = {"id": "X", "time": at(0, hours=1), "participants": ["p000", "p016"]}
    rows = pl.concat([shut.table("interactions"), pl.DataFrame([once], schema=shut.table("interactions").schema)])
    single = type(shut)(name="Once", system="S", as_at=shut.as_at, tables={**shut.tables, "interactions": rows})
    assert {one.status for one in told(single)} == {
        "suppressed"
    }  # p000 had nothing to pass on, so nobody else gets over


def told(held):
    found = protect(travel(held), held)
    return [one for one in unframe(found) if one.measure == "travel.crossing" and one.unit == "B0|B1"]


def test_a_study_without_diaries_and_meetings_has_none():
    assert small_groups(made({"a": ("A", "manager")})) == set()
