"""Travel: hand-worked records, whom the record misses, and chance."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from tie_studies import pick
from travel_studies import at, draw, make

from leaderful.measures.findings import unframe
from leaderful.measures.travel import travel
from leaderful.measures.travel_record import DAY, record, travel_parents
from leaderful.measures.travel_rows import over_windows
from leaderful.measures.travel_spread import drawn, follow
from leaderful.measuring import protect


def weekly(who, *, weeks, day=0):
    return [(at(7 * week + day), who) for week in range(weeks)]


def chain(weeks=8):
    """A meets B each Monday, and B meets C each Tuesday; D is never there."""
    talks = [*weekly(["A", "B"], weeks=weeks), *weekly(["B", "C"], weeks=weeks, day=1)]
    return make({"A": "X", "B": "X", "C": ("Y", "board"), "D": "Y"}, talks)


@pytest.fixture(scope="module")
def drawn_study():
    return draw(3, size=40, small=4)


@pytest.fixture(scope="module")
def drawn_findings(drawn_study):
    return travel(drawn_study)


# Whom conversations reach


def test_reach_counts_those_who_are_never_in_the_record():
    found = travel(chain())
    # within a week A reaches B and C, B both, C only B; D nobody; of three others each
    reach = {day: pick(found, "travel.reach", "S", days=day) for day in (7, 14, 28)}
    assert reach[7].estimate == pytest.approx((2 + 2 + 1 + 0) / 12)
    assert reach[14].estimate == reach[28].estimate == pytest.approx((2 + 2 + 2 + 0) / 12)
    assert reach[7].detail["reached"] == pytest.approx(5 / 4)
    assert reach[7].n == 4 and reach[7].wave == "2025-09-01/2025-10-21"


def test_reach_of_a_body_is_the_mean_of_its_people():
    found = travel(chain())
    assert pick(found, "travel.reach", "X").estimate == pytest.approx(2 / 3)
    assert pick(found, "travel.reach", "Y").estimate == pytest.approx(1 / 3)
    assert pick(found, "travel.reach", "board").estimate == pytest.approx(2 / 3)


def test_what_is_heard_is_carried_on_within_seven_days_only():
    talks = [(at(0), ["A", "B"]), (at(gap := 8), ["B", "C"]), (at(27), ["A", "D"])]
    people = dict.fromkeys("ABCD", "X")
    late = record(make(people, talks))
    assert follow(late).reached[0, :, -1].tolist() == [2, 3 - 1, 1, 1]  # A: B, D; B: A, C; C: B; D: A
    talks[1] = (at(gap - 1), ["B", "C"])
    assert follow(record(make(people, talks))).reached[0, :, -1].tolist() == [3, 2, 1, 1]


def test_a_message_tells_only_those_it_is_sent_to():
    talks = [*weekly(["A", "B"], weeks=5), (at(29), ["A", "B"])]
    one_way = [(time, ["B", "A"], "A") for time, _ in talks]
    assert pick(travel(make({"A": "X", "B": "X"}, talks)), "travel.reach", "S", days=7).estimate == 1.0
    assert pick(travel(make({"A": "X", "B": "X"}, one_way)), "travel.reach", "S", days=7).estimate == 0.5


def test_the_curve_rises_to_the_reach():
    found = travel(chain())
    curve = [f for f in unframe(found) if f.measure == "travel.curve"]
    assert [f.detail["days"] for f in curve] == [1, 2, 3, 5, 7, 10, 14, 21, 28]
    # on the first day only A and B meet; on the second B tells C, and C tells B
    assert [f.estimate for f in curve[:2]] == pytest.approx([2 / 4, 5 / 4])
    assert curve[-1].detail["share"] == pick(found, "travel.reach", "S", days=28).estimate


def test_outside_is_set_against_even_mixing():
    found = travel(chain())
    # A reaches B, C; B reaches A, C; C reaches A, B: of these six, C's two and the two who hear C's body are outside
    outside = pick(found, "travel.outside", "S", by="body")
    assert outside.estimate == pytest.approx(4 / 6)
    # two of the three others of anybody are of the other body
    assert outside.detail["even"] == pytest.approx(2 / 3)
    assert pick(found, "travel.outside", "S", by="sector").estimate == 0.0


def test_what_crosses_goes_through_the_two_bodies_alone():
    talks = [t for week in range(5) for t in ((at(7 * week), ["A", "B"]), (at(7 * week + 1), ["B", "C"]))]
    study = make({"A": "X", "B": "Z", "C": "Y"}, talks, partners=[("X", "Y"), ("X", "Z")])
    found = travel(study)
    # A and C speak only through B, who is of neither body
    assert pick(found, "travel.crossing", "X|Y", direction="both").estimate == 0.0
    assert pick(found, "travel.crossing", "X|Y", direction="both").detail["round"] == 1.0
    assert pick(found, "travel.crossing", "X|Z", direction="forth").estimate == 1.0


def test_direction_forth_is_from_the_first_body():
    talks = [(at(7 * week), ["B", "A"], "A") for week in range(5)]
    found = travel(make({"A": "X", "B": "Y"}, talks, partners=[("Y", "X")]))
    ways = {way: pick(found, "travel.crossing", "X|Y", direction=way).estimate for way in ("forth", "back", "both")}
    assert ways == {"forth": 1.0, "back": 0.0, "both": 0.5}


# What the record holds


def test_what_cannot_be_used_is_counted():
    talks = [
        *weekly(["A", "B"], weeks=5),
        (at(1), ["A", "stranger"]),
        (at(2), ["A", "B"], "stranger"),
        (at(3), ["A", "B", "other"]),
    ]
    record_of = pick(travel(make({"A": "X", "B": "X"}, talks)), "travel.record", "S")
    assert record_of.estimate == 6
    assert record_of.detail["left_out"] == 2 and record_of.detail["unknown"] == 2


def test_a_person_counts_in_the_body_that_took_over():
    study = make({"A": "OLD", "B": "NEW"}, weekly(["A", "B"], weeks=5), successions=[("OLD", "NEW", date(2025, 12, 1))])
    held = record(study)
    assert held.names["body"] == ("NEW",) and held.people["body"].to_list() == ["NEW", "NEW"]


def test_without_interactions_nothing_is_found():
    assert travel(make({"A": "X"}, [])).is_empty()
    assert travel_parents(make({"A": "X"}, [])).is_empty()


def test_without_two_known_people_it_says_so():
    found = unframe(travel(make({"A": "X"}, [(at(0), ["A", "stranger"])])))
    assert [(f.measure, f.status, f.detail["left_out"]) for f in found] == [("travel.record", "insufficient", 1)]


def test_a_short_record_is_insufficient_and_says_why():
    found = travel(make({"A": "X", "B": "X"}, weekly(["A", "B"], weeks=4)))  # 22 days
    reach = pick(found, "travel.reach", "S")
    assert reach.status == "insufficient" and "28 days" in reach.reason
    assert set(found["measure"]) == {"travel.record", "travel.seen", "travel.reach"}


def test_windows_do_not_overlap_and_lie_in_the_record(drawn_study):
    held = record(drawn_study)
    starts = held.starts() // DAY
    assert len(starts) == held.days // 28 == 3
    assert (np.diff(starts) >= 28).all()
    assert starts[0] == int(held.network.times[0]) // DAY
    assert starts[-1] + 28 <= int(held.network.times[-1]) // DAY + 1


def test_one_mistyped_year_does_not_fill_the_windows_with_silence():
    people = dict.fromkeys("ABC", "X")
    plain = weekly(list("ABC"), weeks=20)
    stray = [*plain, (at(36 * 365), ["A", "B"]), (at(-9 * 365), ["A", "B"])]
    without, with_stray = (record(make(people, talks)) for talks in (plain, stray))
    assert len(with_stray.starts()) == len(without.starts()) == 4
    assert (with_stray.starts() == without.starts()).all()
    assert len(with_stray.starts(2)) == 2


def test_windows_on_either_side_of_a_gap_lie_where_people_met():
    early = weekly(["A", "B"], weeks=9)
    held = record(make({"A": "X", "B": "X"}, [*early, *((when + timedelta(days=400), who) for when, who in early)]))
    days = (held.starts() - int(held.network.times[0]) // DAY * DAY) // DAY
    assert days.tolist() == [0, 29, 400, 429]
    assert len(held.starts(3)) == 3


# Intervals, chance and who is drawn


def test_one_window_has_no_interval_and_says_so():
    reach = pick(travel(chain()), "travel.reach", "S", days=28)  # 51 days
    assert reach.lower is None and "one window" in reach.detail["no_interval"]


def test_the_interval_is_by_t_over_windows_with_the_spread_of_people_added():
    values = np.array([[0.2, 0.4], [0.4, 0.6]])
    mean = over_windows(values, np.ones(2))
    # windows 0.3 and 0.5: variance 0.02 over 2; people 0.3 and 0.5: 2 x 0.01 over 4
    margin = 12.7062 * np.sqrt(0.01 + 0.005)
    assert mean.estimate == pytest.approx(0.4)
    assert (mean.lower, mean.upper) == (max(0.4 - margin, 0.0), min(0.4 + margin, 1.0))
    three = over_windows(np.vstack([values, [[0.3, 0.5]]]), np.ones(2))
    assert three.upper - three.estimate == pytest.approx(4.302653 * np.sqrt(0.01 / 3 + 0.005))


def test_when_not_all_are_followed_each_stands_for_others_of_its_body(drawn_study):
    held = record(drawn_study)
    people, weights = drawn(held, 50)
    bodies = held.labels["body"]
    assert len(people) <= 54 and len(set(people.tolist())) == len(people)
    for body in range(len(held.names["body"])):
        assert weights[bodies[people] == body].sum() == pytest.approx((bodies == body).sum())
    everybody, same = drawn(held, held.size)
    assert everybody.tolist() == list(range(held.size)) and (same == 1).all()


def test_the_same_study_gives_the_same_findings(drawn_study, drawn_findings):
    assert travel(drawn_study).equals(drawn_findings)


def test_every_estimate_lies_in_its_interval_and_shares_add_up(drawn_findings):
    ok = drawn_findings.filter(pl.col("lower").is_not_null())
    assert (ok["lower"] <= ok["estimate"]).all() and (ok["estimate"] <= ok["upper"]).all()
    carried = drawn_findings.filter(measure="travel.carried")
    for kind in ("tier", "body"):
        assert carried.filter(unit_kind=kind)["estimate"].sum() == pytest.approx(1.0)


def test_reach_beside_shuffled_records_is_near_one_where_people_meet_by_chance(drawn_findings):
    found = [f for f in unframe(drawn_findings) if f.measure == "travel.against_chance"]
    assert {f.detail["part"] for f in found} == {"time-shuffle", "partner-shuffle", "interval-shuffle"}
    for one in found:
        assert 0.8 < one.estimate < 1.25
        assert one.estimate == pytest.approx(one.detail["observed"] / one.detail["expected"])


def test_a_relay_gets_further_than_the_same_meetings_in_another_order():
    people = {f"p{k:02d}": "X" for k in range(28)}
    names = list(people)
    relay = [(at(28 * turn + day), names[day : day + 2]) for turn in range(2) for day in range(27)]
    found = travel(make(people, [*relay, (at(55), names[:2])]))
    by_order = pick(found, "travel.against_chance", part="time-shuffle")
    assert by_order.lower > 1 and by_order.detail["p"] == pytest.approx(2 / 50)
    by_gaps = pick(found, "travel.against_chance", part="interval-shuffle")
    assert by_gaps.estimate == pytest.approx(1.0)  # each two meet once in a window


# Small groups


def test_a_small_body_is_hidden_and_cannot_be_found_by_subtraction(drawn_study, drawn_findings):
    safe = protect(drawn_findings, drawn_study)
    bodies = safe.filter(measure="travel.reach", unit_kind="body")
    hidden = bodies.filter(status="suppressed")["unit"].to_list()
    assert "ZZ" in hidden and len(hidden) == 2
    assert set(safe.filter(measure="travel.carried", unit_kind="body", status="suppressed")["unit"]) == set(hidden)
    pairs = safe.filter(measure="travel.crossing")
    for unit, status in pairs.select("unit", "status").iter_rows():
        assert (status == "suppressed") == bool(set(unit.split("|")) & set(hidden))
    assert not safe.filter(pl.col("unit_kind") == "person").height


def test_no_finding_names_a_person(drawn_study, drawn_findings):
    codes = set(drawn_study.table("people")["id"])
    said = " ".join(drawn_findings["detail"]) + " ".join(drawn_findings["unit"])
    assert not [code for code in codes if f'"{code}"' in said or f" {code} " in said]


def test_the_few_who_carry_most_are_not_told_of_where_they_are_fewer_than_ten():
    top = pick(travel(chain()), "travel.carriers", "S")
    assert top.status == "insufficient" and "fewer than 10" in top.reason
