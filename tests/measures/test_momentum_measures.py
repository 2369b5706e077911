"""Momentum: which weeks are counted, whose meetings, what is told of them, and how shocks stand to each other."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moment_studies import SHOCK, bodies, made, meetings
from small_studies import drawn

from leaderful.measures.findings import unframe
from leaderful.measures.momentum import momentum, shocks
from leaderful.measures.momentum_series import _stretches, around, record
from leaderful.measures.scale_change import scale_changes
from leaderful.measuring import protect
from leaderful.study import Study

WINTER = ("winter", "Winter", SHOCK)
COURSE = np.append(np.full(12, 40.0), 40 * (1 + 1.6 * 0.5 ** (np.arange(22) / 4)))
FADING = np.random.default_rng(14).poisson(COURSE).astype(float)
FLAT = np.full(34, 40.0)


def study(weekly, *, declared=(WINTER,), more=(), **how):
    who, met = meetings(weekly, **how)
    return made(who, shocks=declared, met=[*met, *more])


def pick(found, measure, unit="winter", part="between-bodies"):
    rows = [
        one
        for one in unframe(found.filter(pl.col("measure") == f"momentum.{measure}", pl.col("unit") == unit))
        if one.detail.get("part") == part
    ]
    assert len(rows) == 1
    return rows[0]


def test_weeks_are_counted_from_the_shock_and_ragged_ones_left_out():
    days = [SHOCK + timedelta(days=offset) for offset in (-20, -14, -8, -7, -1, 0, 6, 7, 13, 15)]
    people = {"a": ("A", "manager"), "b": ("B", "manager")}
    kept = record(made(people, met=[(day, ["a", "b"]) for day in days], shocks=[WINTER]))
    weeks = around(kept, "between-bodies", SHOCK, since=None, until=None)
    # The week of -21 lacks one day, which is allowed; that of +14 lacks five, which is not.
    assert (weeks.before, weeks.counts.tolist()) == (3, [1, 2, 2, 2, 2])


def test_a_record_that_ends_on_a_friday_ends_with_a_whole_week():
    days = [SHOCK + timedelta(days=7 * week + day) for week in range(-9, 9) for day in range(5)]
    kept = record(made({"a": ("A", "manager"), "b": ("B", "manager")}, met=[(day, ["a", "b"]) for day in days]))
    weeks = around(kept, "between-bodies", SHOCK, since=None, until=None)
    assert (weeks.before, weeks.counts.tolist()) == (9, [5] * 18)


def test_meetings_are_between_bodies_when_their_people_are():
    people = {"a": ("A", "manager"), "b": ("B", "manager"), "c": ("A", "board"), "o": ("O", "board")}
    rows = [*bodies(), {"id": "O", "name": "O", "sector": "nhs", "scale": "organisation", "valid_to": date(2025, 1, 1)}]
    gone = [{"predecessor": "O", "successor": "A", "kind": "merger", "effective": date(2025, 1, 2)}]
    met = [(SHOCK, codes) for codes in (["a", "b"], ["a", "c"], ["a", "b", "c"], ["a", "o"], ["b", "o", "c"])]
    kept = record(made(people, met=met, rows=rows, successions=gone))
    assert sorted(zip(kept.between.tolist(), np.bincount(kept.of).tolist(), strict=True)) == [
        (False, 2),
        (False, 2),  # O became A
        (True, 2),
        (True, 3),
        (True, 3),
    ]


def test_a_shock_that_fades_is_found_and_its_half_life_holds_the_truth():
    found = momentum(study(FADING))
    change, half = pick(found, "change_at_shock"), pick(found, "half_life")
    assert (change.detail["verdict"], change.detail["stands_out"]) == ("fading", True)
    assert (change.n, change.detail["weeks_before"], change.detail["weeks_after"]) == (int(FADING.sum()), 12, 22)
    assert change.lower < COURSE[12:20].mean() / 40 < change.upper
    assert half.lower < 4 < half.upper
    assert half.detail["jump_lower"] < 2.6 < half.detail["jump_upper"]
    assert change.detail["people"] == 60
    assert (change.construct, change.level, change.wave) == ("momentum", "", "2025-09-01")


def test_meetings_within_bodies_are_told_apart_from_those_between():
    found = momentum(study(FADING, more=meetings(FLAT, between=False)[1]))
    assert pick(found, "change_at_shock").detail["verdict"] == "fading"
    within = pick(found, "change_at_shock", part="within-bodies")
    assert (within.detail["verdict"], within.n) == ("no change", int(FLAT.sum()))
    half = pick(found, "half_life", part="within-bodies")
    assert (half.status, half.estimate) == ("undefined", None)
    assert "nothing to fade" in half.reason


def test_a_change_that_lasts_has_no_half_life_and_says_from_when():
    found = momentum(study(np.repeat([60.0, 130.0], [12, 40])))
    assert pick(found, "change_at_shock").detail["verdict"] in ("maintained", "cannot say")
    half = pick(found, "half_life")
    assert half.status == "undefined" or half.detail["unbounded"]


def test_no_change_in_made_up_studies_without_one():
    rng = np.random.default_rng(6)
    for seed in range(10):
        found = momentum(study(rng.poisson(40, 34), seed=seed))
        assert not pick(found, "change_at_shock").detail["stands_out"]


def test_shocks_close_together_cannot_be_told_apart():
    second = ("second", "Second", SHOCK + timedelta(weeks=6))
    found = momentum(study(FADING, declared=[second, WINTER]))
    first, later = (pick(found, "change_at_shock", unit=unit) for unit in ("winter", "second"))
    assert (first.status, later.status) == ("insufficient", "insufficient")
    assert first.reason == "Second began less than 8 weeks after, and the two cannot be told apart"
    assert later.reason == "Winter began less than 8 weeks before, and the two cannot be told apart"
    assert pick(found, "half_life").status == "insufficient"


def test_shocks_further_apart_end_each_others_weeks():
    second = ("second", "Second", SHOCK + timedelta(weeks=12))
    found = momentum(study(FADING, declared=[WINTER, second]))
    first, later = (pick(found, "change_at_shock", unit=unit).detail for unit in ("winter", "second"))
    assert (first["weeks_before"], first["weeks_after"], first["since"]) == (12, 12, "")
    assert (later["weeks_before"], later["weeks_after"], later["since"]) == (12, 10, "Winter")
    assert later["p_holm"] >= later["p"]


@pytest.mark.parametrize("weeks", [-40, -16, 30, 100])
def test_a_shock_outside_the_record_is_insufficient(weeks):
    found = momentum(study(FLAT, declared=[("far", "Far", SHOCK + timedelta(weeks=weeks))]))
    one = pick(found, "change_at_shock", unit="far")
    assert one.status == "insufficient"
    assert "8 are wanted on either side" in one.reason


def test_neighbours_of_shocks_are_in_order_of_time():
    held = study(FLAT, declared=[("b", "B", SHOCK + timedelta(days=9)), ("a", "A", SHOCK)])
    assert [(one.id, one.since, one.until) for one in shocks(held)] == [("a", "", "B"), ("b", "A", "")]


def test_the_series_adds_up_and_shows_no_small_group():
    weekly = np.append(np.full(12, 3.0), np.full(22, 6.0))
    found = pick(momentum(study(weekly, people=40)), "change_at_shock")
    rows = found.detail["series"]
    assert sum(length * count for _, length, count, *_ in rows) == pytest.approx(found.n, abs=2)
    assert sum(length for _, length, *_ in rows) == 34
    assert all(round(length * count) >= 5 for _, length, count, *_ in rows)
    assert any(length > 1 for _, length, *_ in rows)
    assert {first for first, *_ in rows if first >= 0} and min(first for first, *_ in rows) == -12
    assert 0 in {first for first, *_ in rows}, "no stretch lies across the shock"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 8), st.integers(0, 14)), min_size=1, max_size=12),
    st.integers(0, 12),
    st.sampled_from([10, 20]),
)
def test_every_stretch_that_is_told_of_has_people_enough_or_nobody(weeks, before, fewest):
    counts = np.array([count for count, _ in weeks])
    seen = np.zeros((len(weeks), 40), dtype=bool)
    for week, (count, people) in enumerate(weeks):
        start = 3 * week % 26
        seen[week, start : start + people] = count > 0
    before = min(before, len(weeks))
    covered = []
    for first, length in _stretches(counts, seen, before, fewest):
        at = slice(first + before, first + before + length)
        assert not counts[at].any() or (counts[at].sum() >= 5 and seen[at].any(axis=0).sum() >= fewest)
        covered += range(first + before, first + before + length)
    # Each side is told of wholly or not at all, so that nothing is left to be found by subtraction.
    for side in (range(before), range(before, len(weeks))):
        there = [week in covered for week in side]
        assert all(there) or not any(there)


def test_few_people_on_one_side_hide_the_change():
    who, met = meetings(np.append(np.zeros(12), FADING[12:]))
    few = [(SHOCK + timedelta(days=7 * week), ["p000", "p001"]) for week in range(-12, 0)]
    held = made(who, shocks=[WINTER], met=[*met, *few])
    assert pick(momentum(held), "change_at_shock").detail["people"] == 2
    safe = protect(momentum(held), held)
    assert pick(safe, "change_at_shock").status == "suppressed"
    assert pick(safe, "half_life").status == "suppressed"


def test_scales_are_set_against_each_other_where_one_shock_lies_between_waves():
    held = drawn(waves=("w1", "w2"))
    declared = made({}, shocks=[("x", "X", date(2025, 9, 1))]).table("shocks")
    found = momentum(Study(name="D", system=held.system, as_at=held.as_at, tables={**held.tables, "shocks": declared}))
    changes = scale_changes(held).filter(pl.col("unit_kind") == "system", pl.col("measure") == "scale.change")
    assert found["estimate"].to_list() == changes["estimate"].to_list()
    assert found["unit"].unique().to_list() == ["x"]
    one = unframe(found)[0]
    assert one.detail["rests_on"] == [["scale.change", "system", held.system, "w1>w2"]]


def test_two_shocks_between_waves_or_none_say_nothing_of_scales():
    held = drawn(waves=("w1", "w2"))
    for days in ([date(2025, 9, 1), date(2025, 10, 1)], [date(2024, 9, 1)], [date(2027, 1, 1)]):
        declared = made({}, shocks=[(f"s{k}", "S", day) for k, day in enumerate(days)]).table("shocks")
        tables = {**held.tables, "shocks": declared}
        assert momentum(Study(name="D", system=held.system, as_at=held.as_at, tables=tables)).is_empty()


def test_the_order_of_rows_is_nothing():
    held = study(FADING)
    mixed = {name: table.sample(fraction=1, shuffle=True, seed=2) for name, table in held.tables.items()}
    assert momentum(Study(name="M", system="S", as_at=held.as_at, tables=mixed)).equals(momentum(held))
