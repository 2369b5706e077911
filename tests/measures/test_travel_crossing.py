"""Where conversations stop: a planted boundary is found, and studies in which contacts are spread raise none."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import poisson
from tie_studies import pick
from travel_studies import at, draw, make

from leaderful.measures.findings import unframe
from leaderful.measures.ties_frame import declared_pairs
from leaderful.measures.travel import travel
from leaderful.measures.travel_crossing import DRAWS, FIRST_DRAWS, Boundaries, boundaries, crossings, few_groups
from leaderful.measures.travel_record import record
from leaderful.measures.travel_spread import follow
from leaderful.measuring import protect
from leaderful.networks.temporal_straight import Crossings


def stops(study):
    held = record(study)
    found = boundaries(held, sorted(declared_pairs(study)))
    rows = list(crossings(held, found, follow(held)))
    return {row.unit for row in rows if row.detail.get("stops")}, rows


def test_a_planted_boundary_is_found_and_no_other():
    study = draw(11, size=40, shut=[("B1", "B3")])
    found, rows = stops(study)
    assert found == {"B1|B3"}
    shut = next(row for row in rows if row.unit == "B1|B3" and row.detail["direction"] == "both")
    assert shut.estimate == 0.0 and shut.detail["ratio_upper"] == 0.0
    assert shut.detail["p_joint"] == pytest.approx(1 / (DRAWS + 1)) and shut.detail["draws"] == DRAWS
    # it still gets round by people of other bodies, which is why only straight ways tell
    assert shut.detail["round"] > 0.5 * np.median([row.detail["round"] for row in rows])


@pytest.mark.parametrize("seed", range(20))
def test_where_contacts_are_spread_conversations_stop_nowhere(seed):
    size, a_week, weeks = ((15, 40, 6), (30, 120, 9), (25, 200, 5), (40, 150, 8))[seed % 4]
    found, rows = stops(draw(seed, bodies=4 + seed % 3, size=size, weeks=weeks, a_week=a_week))
    assert not found
    ratios = [row.detail["ratio"] for row in rows if row.detail.get("ratio") is not None]
    assert not ratios or 0.4 < np.median(ratios) < 1.8


def test_the_rule_asks_for_ten_people_of_each_side():
    study = draw(11, bodies=4, size=12, weeks=16, a_week=150, shut=[("B1", "B3")])
    few = [row["id"] for row in study.table("people").to_dicts() if row["body"] == "B3"][9:]
    rows = study.table("interactions").to_dicts()
    talks = [(row["time"], [who for who in row["participants"] if who not in few]) for row in rows]
    people = {row["id"]: (row["body"], row["tier"]) for row in study.table("people").to_dicts()}
    smaller = make(people, [talk for talk in talks if len(talk[1]) > 1], partners=[("B1", "B3"), ("B0", "B1")])
    found = next(row for row in stops(smaller)[1] if row.unit == "B1|B3" and row.detail["direction"] == "both")
    assert found.detail["people"] == 0 and not found.detail["stops"]
    safe = pick(protect(travel(smaller), smaller), "travel.crossing", "B1|B3", direction="both")
    assert safe.status == "suppressed" and "stops" not in safe.detail


def test_bodies_without_people_and_without_partners_have_no_boundary():
    study = draw(2, bodies=2, size=12, weeks=6)
    assert boundaries(record(study), []) is None
    assert boundaries(record(study), [("B0", "elsewhere")]) is None


def made(observed, null):
    """Boundaries of pairs with one source each, in one window."""
    pairs = np.array(list(pairwise(range(len(observed) + 1))))
    rows = Crossings(pair=np.arange(len(pairs)), source=np.arange(len(pairs)), reached=np.zeros(len(pairs), np.int64))
    ones = np.ones(len(pairs))
    return Boundaries(pairs=pairs, rows=rows, shares=np.array([observed]), weights=ones, null=np.array(null))


def test_p_is_corrected_for_the_least_of_all_pairs():
    rng = np.random.default_rng(1)
    null = rng.gamma(20.0, 0.01, (99, 30))
    calm = made(null.mean(axis=0), null).corrected()
    assert calm.min() > 0.5
    low = null.mean(axis=0)
    low[4] = 0.0
    assert made(low, null).corrected()[4] == pytest.approx(0.01)
    # a value that is the least of its own draws, yet not beyond what the least of thirty pairs is
    own = null.mean(axis=0)
    own[4] = null[:, 4].min()
    assert made(own, null).corrected()[4] > 0.05


def test_corrected_p_of_a_record_like_its_draws_is_as_often_small_as_it_should_be():
    rng = np.random.default_rng(2)
    least = []
    for _ in range(400):
        values = rng.gamma(4.0, 0.05, (FIRST_DRAWS + 1, 12)) * rng.gamma(4.0, 0.25, (FIRST_DRAWS + 1, 1))
        least.append(made(values[0], values[1:]).corrected().min())
    assert 0.02 < np.mean(np.array(least) <= 0.05) < 0.08


def test_a_pair_that_never_carries_anything_is_no_boundary():
    null = np.column_stack([np.zeros(49), np.full(49, 0.2) + np.linspace(0, 0.01, 49)])
    found = made([0.0, 0.2], null)
    assert not found.open and found.corrected()[0] == 1.0
    assert replace(found, shares=np.array([[0.0, 0.05]])).open


def test_shares_each_way_make_up_the_share_both_ways():
    rows = {}
    for row in unframe(travel(draw(5, bodies=3, size=12, weeks=6))):
        if row.measure == "travel.crossing":
            rows.setdefault(row.unit, {})[row.detail["direction"]] = row.estimate
    assert rows
    for ways in rows.values():
        assert ways["both"] == pytest.approx((ways["forth"] + ways["back"]) / 2)


def test_a_standing_meeting_is_one_group_however_often_it_meets():
    """Two groups join A and B, one joins A and C and none B and C; each meets every week."""
    people = {f"{body}{k}": body for body in "ABC" for k in range(12)}
    groups = [["A0", "B0"], ["A1", "A2", "B1"], ["A3", "C0"], ["B2", "B3"]]
    talks = [(at(7 * week + day), group) for week in range(8) for day, group in enumerate(groups)]
    held = record(make(people, talks))
    # A has 3 groups across, B 2 and C 1: of B and C 2 x 1 x (1 / (6 - 2) + 1 / (6 - 1)) / 2 = 0.45 are expected
    found = few_groups(held, np.array([(0, 1), (0, 2), (1, 2)]))
    expected = [3 * 2 * (1 / 3 + 1 / 4) / 2, 3 * 1 * (1 / 3 + 1 / 5) / 2, 2 * 1 * (1 / 4 + 1 / 5) / 2]
    assert found == pytest.approx(np.minimum(3 * poisson.cdf([2, 1, 0], expected), 1))


def test_few_standing_meetings_dealt_out_by_chance_are_no_boundary():
    """Twelve groups are drawn whatever the body; p of every meeting by itself would call a pair closed."""
    rng = np.random.default_rng(4)
    people = {f"{body}{k:02d}": body for body in "ABCDE" for k in range(30)}
    names, activity = list(people), rng.gamma(1.0, 1.0, len(people))
    groups = [rng.choice(names, 3, replace=False, p=activity / activity.sum()).tolist() for _ in range(12)]
    groups += [rng.choice(names[30 * b : 30 * b + 30], 4, replace=False).tolist() for b in range(5) for _ in range(12)]
    talks = [(at(7 * week + k % 5, hours=8 + k % 9), group) for week in range(16) for k, group in enumerate(groups)]
    every = [(a, b) for a in "ABCDE" for b in "ABCDE" if a < b]
    found, rows = stops(make(people, talks, partners=every, seed=4))
    far = [row.detail for row in rows if row.detail.get("ratio_upper") is not None]
    assert any(one["ratio_upper"] < 0.5 and one["p_joint"] < 0.01 for one in far)
    assert found == set()
