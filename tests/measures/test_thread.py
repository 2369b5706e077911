"""The golden thread, against states worked out by hand and by another road."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderful import measuring
from leaderful.measures.findings import ASKED, unframe
from leaderful.measures.thread import thread
from thread_studies import DAY, SYSTEM, link, pick, states, study

CHAIN = ["N1", "S", "O1", "O2", "T1"]
DOWN = [("N1", "S"), ("S", "commissions", "O1"), ("S", "commissions", "O2"), ("O1", "delegates-to", "T1")]


# The four states, and silence


def test_a_purpose_that_climbs_to_a_goal_is_carried_all_the_way():
    said = [("n", "N1", "SDG3"), ("s", "S", "n"), ("o", "O1", "s"), ("t", "T1", "o")]
    of = study(CHAIN, DOWN, said)
    assert states(of) == {"N1": "carried", "S": "carried", "O1": "carried", "T1": "carried", "O2": "silent"}
    assert pick(of, "state", "T1", goal="SDG3").detail["via"] == ["O1", "S", "N1"]
    assert pick(of, "state", "N1", goal="SDG3").detail["start"]


def test_a_goal_claimed_by_itself_is_carried_below_a_body_that_carries_it():
    assert states(study(["S", "O1"], [("S", "O1")], [("s", "S", "SDG3.8"), ("o", "O1", "SDG3")]))["O1"] == "carried"


def test_a_target_counts_for_its_goal_and_for_no_other():
    of = study(["S"], (), [("s", "S", "SDG1.2")])
    assert states(of, "SDG1") == {"S": "carried"}
    assert {one.unit for one in unframe(thread(of)) if one.unit_kind == "goal"} == {"SDG1"}


def test_what_is_carried_right_above_and_not_here_is_dropped():
    of = study(CHAIN, DOWN, [("s", "S", "SDG3"), ("o", "O1", "SDG10"), ("t", "T1", "SDG4")])
    assert states(of) == {"S": "carried", "O1": "dropped", "T1": "absent", "N1": "silent", "O2": "silent"}
    assert pick(of, "state", "O1", goal="SDG3").detail["carriers"] == ["S"]


def test_what_nobody_above_carries_is_orphaned_and_begins_at_the_highest_who_claims_it():
    of = study(CHAIN, DOWN, [("n", "N1", "SDG3"), ("s", "S", "SDG10"), ("o", "O1", "s"), ("p", "O2", "SDG3")])
    assert states(of, "SDG10") == {"N1": "absent", "S": "orphaned", "O1": "orphaned", "O2": "absent", "T1": "silent"}
    assert pick(of, "state", "S", goal="SDG10").detail["begins"]
    assert not pick(of, "state", "O1", goal="SDG10").detail["begins"]
    assert pick(of, "orphaned", "SDG10").detail == {"bodies": ["O1", "S"], "begins": ["S"]}
    assert pick(of, "orphaned", "SDG10").estimate == 2
    assert pick(of, "continuity", "SDG10", reach=None).status == "insufficient"


def test_a_goal_taken_up_again_below_a_break_is_carried_and_the_gap_is_said():
    of = study(CHAIN, DOWN, [("n", "N1", "SDG3"), ("s", "S", "SDG4"), ("o", "O1", "SDG3"), ("p", "O2", "SDG5")])
    assert states(of) == {"N1": "carried", "S": "dropped", "O1": "carried", "O2": "absent", "T1": "silent"}
    assert pick(of, "state", "O1", goal="SDG3").detail["gap"]
    assert pick(of, "state", "O1", goal="SDG3").detail["via"] == ["N1"]


def test_a_silent_body_neither_drops_nor_orphans_and_lets_the_thread_through():
    of = study(CHAIN, DOWN, [("n", "N1", "SDG3"), ("o", "O1", "SDG3"), ("p", "O2", "SDG4")])
    assert states(of) == {"N1": "carried", "S": "silent", "O1": "carried", "O2": "dropped", "T1": "silent"}
    silent = pick(of, "state", "S")
    assert (silent.status, silent.estimate) == ("insufficient", None)
    assert "silence" in silent.reason


def test_below_the_silent_alone_a_thread_starts():
    of = study(CHAIN, DOWN, [("o", "O1", "SDG13")])
    assert states(of, "SDG13")["O1"] == "carried"


def test_purposes_that_name_nothing_they_serve_are_silence_of_another_sort():
    of = study(["S", "O1"], [("S", "O1")], [("s", "S", "SDG3"), ("o", "O1", "")])
    assert states(of)["O1"] == "silent"
    assert "do not say which" in pick(of, "state", "O1").reason


# What counts as above, and as claiming


@pytest.mark.parametrize("kind", ["oversees", "regulates", "funds", "commissions", "delegates-to"])
def test_every_vertical_tie_hands_a_thread_down(kind):
    said = [("s", "S", "SDG3"), ("o", "O1", "SDG4")]
    of = study(["S", "O1"], [("S", kind, "O1")], said)
    assert states(of)["O1"] == "dropped"
    assert pick(of, "state", "O1", goal="SDG3").detail["steered"] == (kind != "regulates")


@pytest.mark.parametrize("kind", ["partners-with", "member-of"])
def test_partnership_hands_nothing_down_but_is_named_beside_an_orphan(kind):
    said = [("s", "S", "SDG4"), ("o", "O1", "p"), ("p", "O2", "SDG3"), ("q", "O3", "SDG5")]
    of = study(["S", "O1", "O2", "O3"], [("S", "O1"), ("O1", kind, "O2"), ("O2", kind, "O3")], said)
    assert states(of) == {"S": "absent", "O1": "orphaned", "O2": "carried", "O3": "absent"}
    assert pick(of, "state", "O1", goal="SDG3").detail["beside"] == ["O2"]


def test_a_purpose_cannot_lean_on_one_further_down():
    of = study(["S", "O1"], [("S", "O1")], [("s", "S", "o"), ("o", "O1", "SDG3")])
    assert states(of) == {"S": "absent", "O1": "orphaned"}


def test_purposes_that_serve_each_other_in_a_circle_reach_no_goal_by_that():
    of = study(["O1", "O2", "O3"], (), [("a", "O1", "b"), ("b", "O2", "a"), ("c", "O3", "SDG3")])
    assert states(of) == {"O1": "absent", "O2": "absent", "O3": "carried"}


def test_codes_that_are_nothing_reach_nothing():
    of = study(["S"], (), [("s", "S", "SDG18 SDG0 SDGs gone SDG4")])
    assert {one.unit for one in unframe(thread(of)) if one.unit_kind == "goal"} == {"SDG4"}


def test_the_employer_of_a_teams_people_stands_above_it():
    said = [("o", "O1", "SDG3"), ("t", "T1", "SDG4")]
    assert states(study(["O1", "T1"], (), said))["T1"] == "absent"
    assert states(study(["O1", "T1"], (), said, people=[("p1", "O1", "T1"), ("p2", "O1", None)]))["T1"] == "dropped"


def test_what_is_not_in_force_on_the_day_counts_for_nothing():
    days = [{"valid_to": date(2026, 3, 31)}, {"valid_from": date(2026, 4, 2)}, {"valid_from": DAY, "valid_to": DAY}]
    said = [(f"s{k}", "S", f"SDG{k + 1}", valid) for k, valid in enumerate(days)]
    assert {one.unit for one in unframe(thread(study(["S"], (), said))) if one.unit_kind == "goal"} == {"SDG3"}


# Plans


@pytest.mark.parametrize(
    ("stance", "decision", "state"),
    [
        ("commits", "confirmed", "carried"),
        ("continues", "confirmed", "carried"),
        ("defers", "confirmed", "dropped"),
        ("drops", "confirmed", "dropped"),
        ("mentions", "confirmed", "silent"),
        ("commits", "refused", "silent"),
        ("commits", None, "silent"),
    ],
)
def test_a_link_counts_once_confirmed_and_by_its_stance(stance, decision, state):
    links = [link("l", "O1", "SDG3", stance=stance, decision=decision)]
    of = study(["S", "O1"], [("S", "O1")], [("s", "S", "SDG3")], links=links)
    assert states(of)["O1"] == state


def test_a_plan_that_says_so_drops_a_goal_wherever_it_stands():
    of = study(["S"], (), [("s", "S", "SDG4")], links=[link("l", "S", "SDG3", stance="drops")])
    assert states(of) == {"S": "dropped"}
    assert pick(of, "state", "S", goal="SDG3").detail["says"] == ["drops"]


def test_a_declared_purpose_outweighs_a_plan_that_drops_it_and_both_are_shown():
    of = study(["S"], (), [("s", "S", "SDG3")], links=[link("l", "S", "SDG3", stance="drops")])
    found = pick(of, "state", "S", goal="SDG3").detail
    assert (found["state"], found["says"], found["basis"]) == ("carried", ["drops"], ["declared"])


def test_a_plan_that_comes_out_later_does_not_count_yet():
    document = {"id": "d", "body": "S", "title": "Plan", "file": "plan.md", "published": date(2026, 4, 2)}
    of = study(["S"], (), links=[link("l", "S", "SDG3", document="d")], documents=[document])
    assert states(of) == {"S": "silent"}


def test_suggestions_are_counted_and_quoted_by_what_was_decided():
    links = [
        link("a", "S", "SDG3", quote="We will act.", confidence=0.9, page=4, document="d", reason="health"),
        link("b", "S", "SDG3", decision=None, confidence=0.7, stance="mentions"),
        link("c", "S", "SDG3", decision="refused"),
    ]
    document = {"id": "d", "body": "S", "title": "Plan for health", "file": "plan.pdf"}
    of = study(["S"], (), links=links, documents=[document])
    told = pick(of, "suggested", "S", goal="SDG3")
    assert (told.estimate, told.n) == (1, 3)
    assert told.detail["stances"] == {"open": {"mentions": 1}, "confirmed": {"commits": 1}, "refused": {"commits": 1}}
    passage = pick(of, "passage", "S", part="a")
    assert passage.estimate == 0.9
    kept = {key: passage.detail[key] for key in ("document", "page", "quote", "stance", "decision", "why")}
    assert kept == {
        "document": "Plan for health",
        "page": 4,
        "quote": "We will act.",
        "stance": "commits",
        "decision": "confirmed",
        "why": "health",
    }
    assert pick(of, "passage", "S", part="c").status == "undefined"


# Succession


MERGED = {"O8": date(2026, 2, 28), "O9": date(2026, 2, 28)}
INTO = [("O8", "O1", date(2026, 3, 1)), ("O9", "O1", date(2026, 3, 1))]


def test_a_successor_says_what_its_predecessors_said_until_it_speaks():
    said = [("s", "S", "SDG3 SDG10"), ("x", "O8", "s"), ("y", "O9", "SDG10")]
    bodies, ties = ["S", "O1", "O8", "O9"], [("S", "O1"), ("S", "O8"), ("S", "O9")]
    of = study(bodies, ties, said, ended=MERGED, successions=INTO)
    assert states(of) == {"S": "carried", "O1": "carried"}
    assert pick(of, "state", "O1", goal="SDG10").detail["inherited"] == ["O8", "O9"]
    spoken = study(bodies, ties, [*said, ("z", "O1", "SDG3")], ended=MERGED, successions=INTO)
    assert states(spoken, "SDG10")["O1"] == "dropped"
    assert pick(spoken, "state", "O1", goal="SDG3").detail["inherited"] == []


def test_a_purpose_may_serve_one_of_a_body_that_has_ended():
    said = [("x", "O8", "SDG3"), ("t", "T1", "x")]
    ties = [("O1", "delegates-to", "T1")]
    of = study(["O1", "O8", "O9", "T1"], ties, said, ended=MERGED, successions=INTO)
    assert states(of) == {"O1": "carried", "T1": "carried"}


def test_only_the_last_word_of_a_line_of_bodies_is_inherited():
    ended = {"O8": date(2025, 3, 31), "O9": date(2026, 2, 28)}
    chain = [("O8", "O9", date(2025, 4, 1)), ("O9", "O1", date(2026, 3, 1))]
    said = [("x", "O8", "SDG3"), ("y", "O9", "SDG10")]
    of = study(["O1", "O8", "O9"], (), said, ended=ended, successions=chain)
    assert pick(of, "state", "O1", goal="SDG10").detail["inherited"] == ["O9"]
    assert {one.unit for one in unframe(thread(of)) if one.unit_kind == "goal"} == {"SDG10"}


def test_a_purpose_that_ended_before_its_body_did_is_not_inherited():
    said = [("x", "O8", "SDG3", {"valid_to": date(2026, 2, 27)}), ("y", "O8", "SDG10", {"valid_to": MERGED["O8"]})]
    of = study(["O1", "O8", "O9"], (), said, ended=MERGED, successions=INTO)
    assert {one.unit for one in unframe(thread(of)) if one.unit_kind == "goal"} == {"SDG10"}


def test_people_listed_with_an_employer_that_has_ended_put_its_successor_above_their_team():
    said = [("o", "O1", "SDG3"), ("t", "T1", "SDG4")]
    of = study(["O1", "O8", "O9", "T1"], (), said, ended=MERGED, successions=INTO, people=[("p", "O8", "T1")])
    assert states(of)["T1"] == "dropped"


# Summaries


@pytest.fixture(scope="module")
def broken():
    """A goal that two of three organisations drop, a place carries, and one organisation has not spoken of."""
    bodies = ["N1", "S", "P1", "O1", "O2", "O3", "O4", "T1"]
    ties = [("N1", "S"), ("S", "P1"), *(("S", f"O{k}") for k in range(1, 5)), ("O1", "T1")]
    said = [("n", "N1", "SDG3"), ("s", "S", "n"), ("p", "P1", "s"), ("o1", "O1", "s")]
    return study(bodies, ties, [*said, ("o2", "O2", "SDG4"), ("o3", "O3", "SDG4.1")])


def test_continuity_is_carried_of_those_that_carry_or_drop_with_bounds_for_the_silent(broken):
    whole = pick(broken, "continuity", "SDG3", reach=None)
    assert (whole.estimate, whole.n) == (4 / 6, 6)
    assert (whole.lower, whole.upper) == (4 / 8, 6 / 8)  # O4, and T1 below O1, are silent
    there = pick(broken, "continuity", "SDG3", reach="organisation")
    assert (there.estimate, there.lower, there.upper, there.n) == (1 / 3, 1 / 4, 2 / 4, 3)
    assert (there.detail["drop"], there.detail["stands_out"]) == (["O2", "O3"], True)
    team = pick(broken, "continuity", "SDG3", reach="team")
    assert (team.status, team.detail["silent"]) == ("insufficient", 1)


def test_over_all_goals_pairs_of_a_body_and_a_goal_are_counted(broken):
    everything = pick(broken, "continuity", SYSTEM, reach=None)
    assert (everything.estimate, everything.n) == (4 / 6, 6)
    assert everything.detail["orphaned"] == 2
    assert pick(broken, "continuity", SYSTEM, reach="place").estimate == 1


def test_the_first_break_is_at_the_scale_with_most_drops(broken):
    found = pick(broken, "first_break", "SDG3")
    assert (found.estimate, found.n, found.level) == (2, 6, "meso")
    assert found.detail == {"at": "organisation", "bodies": ["O2", "O3"], "carriers": ["S"]}
    assert pick(broken, "first_break", "SDG4").status == "undefined"


def test_of_scales_with_as_many_drops_the_widest_is_named():
    said = [("s", "S", "SDG3"), ("p", "P1", "SDG4"), ("o", "O1", "SDG4")]
    assert (
        pick(study(["S", "P1", "O1"], [("S", "P1"), ("S", "O1")], said), "first_break", "SDG3").detail["at"] == "place"
    )


def test_breadth_counts_sectors_that_carry_of_those_that_have_spoken(broken):
    council = broken.table("bodies").with_columns(
        sector=pl.when(pl.col("id") == "P1").then(pl.lit("local-government")).otherwise("sector")
    )
    of = type(broken)(name="x", system=SYSTEM, as_at=DAY, tables={**broken.tables, "bodies": council})
    found = pick(of, "breadth", "SDG3")
    assert (found.estimate, found.n) == (2, 2)
    assert pick(of, "breadth", "SDG4").detail == {"sectors": [], "others": ["local-government", "nhs"]}


def test_how_many_have_spoken_is_counted_at_every_scale(broken):
    assert (pick(broken, "declared", SYSTEM, reach=None).estimate, pick(broken, "declared", SYSTEM, reach=None).n) == (
        6 / 8,
        8,
    )
    assert pick(broken, "declared", SYSTEM, reach="organisation").detail["count"] == 3


@pytest.mark.parametrize(
    ("ties", "said", "stands_out"),
    [
        ([("S", "O1"), ("S", "O2")], "SDG4", True),
        ([("S", "O1")], "SDG4", False),  # one body alone
        ([("S", "regulates", "O1"), ("S", "regulates", "O2")], "SDG4", False),  # handed down by a regulator only
        ([("S", "O1"), ("S", "O2"), ("S", "P1"), ("P1", "O1"), ("P1", "O2")], "SDG4", False),  # broken further up
    ],
)
def test_a_break_stands_out_by_a_rule_set_beforehand(ties, said, stands_out):
    words = [("s", "S", "SDG3"), ("o1", "O1", said), ("o2", "O2", said), ("p", "P1", "SDG5")]
    of = study(["S", "P1", "O1", "O2"], ties, words)
    found = [one for one in unframe(thread(of)) if one.measure == "thread.continuity" and one.unit == "SDG3"]
    assert any(one.detail.get("stands_out") for one in found) == stands_out


def test_teams_that_drop_a_goal_do_not_stand_out():
    said = [("o", "O1", "SDG3"), ("t1", "T1", "SDG4"), ("t2", "T2", "SDG4")]
    of = study(["O1", "T1", "T2"], [("O1", "T1"), ("O1", "T2")], said)
    assert not pick(of, "continuity", "SDG3", reach="team").detail["stands_out"]


def test_a_study_without_purposes_and_links_has_no_findings():
    assert thread(study(["S", "O1"], [("S", "O1")])).is_empty()


def test_a_body_of_another_system_is_left_out(broken):
    bodies = broken.table("bodies").with_columns(
        system=pl.when(pl.col("id") == "O2").then(pl.lit("X")).otherwise("system")
    )
    of = type(broken)(name="x", system=SYSTEM, as_at=DAY, tables={**broken.tables, "bodies": bodies})
    assert "O2" not in states(of)


def test_what_bodies_declare_leaves_as_it_is_and_needs_nobody_asked(broken):
    found = measuring.measure(broken, england_findings=None)
    safe = measuring.protect(found, broken).filter(pl.col("measure").str.starts_with("thread."))
    assert safe.equals(thread(broken))


# Whatever the bodies, ties and purposes


BODIES = ["N1", "N2", "S", "P1", "O1", "O2", "O3", "T1"]
SERVED = ["SDG3", "SDG10", "SDG3.8", *(f"p{k}" for k in range(8))]
words_said = st.lists(
    st.tuples(st.sampled_from(BODIES), st.lists(st.sampled_from(SERVED), max_size=2)), min_size=1, max_size=8
)
governing = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda ends: ends[0] < ends[1]), max_size=12
)


def drawn(pairs, spoken):
    said = [(f"p{k}", body, " ".join(serves)) for k, (body, serves) in enumerate(spoken)]
    return study(BODIES, sorted({(BODIES[a], BODIES[b]) for a, b in pairs}), said)


def by_definition(of, goal):
    """The states of those who have spoken, by the definition read as slowly as it is written."""
    up = {body: set() for body in BODIES}
    for source, target in of.table("ties").select("source", "target").iter_rows():
        up[target].add(source)

    def above(body):
        return set().union(*({one} | above(one) for one in up[body])) if up[body] else set()

    said = {row["id"]: row for row in of.table("purposes").iter_rows(named=True)}
    spoken = {row["body"] for row in said.values() if row["serves"]}

    def reaches(id, seen):
        own = said[id]
        for code in own["serves"]:
            if code == goal or code.startswith(f"{goal}."):
                return True
            leads = code in said and code not in seen and own["body"] not in above(said[code]["body"])
            if leads and reaches(code, seen | {code}):
                return True
        return False

    def claims(body):
        return any(reaches(id, {id}) for id, row in said.items() if row["body"] == body)

    def carried(body):
        higher = above(body) & spoken
        return claims(body) and (not higher or any(carried(one) for one in higher))

    def first(body):
        return set().union(*({one} if one in spoken else first(one) for one in up[body])) if up[body] else set()

    def state(body):
        if claims(body):
            return "carried" if carried(body) else "orphaned"
        return "dropped" if any(carried(one) for one in first(body)) else "absent"

    return {body: state(body) if body in spoken else "silent" for body in BODIES}


@given(governing, words_said)
@settings(max_examples=150, deadline=None)
def test_states_are_those_of_the_definition(pairs, spoken):
    of = drawn(pairs, spoken)
    told = {one.unit for one in unframe(thread(of)) if one.unit_kind == "goal"}
    for goal in ("SDG3", "SDG10"):
        expected = by_definition(of, goal)
        assert (goal in told) == any(state in ("carried", "orphaned") for state in expected.values())
        if goal in told:
            assert states(of, goal) == expected


@given(governing, words_said, st.sampled_from(BODIES), st.sampled_from(["SDG3", "SDG10"]))
@settings(max_examples=60, deadline=None)
def test_a_purpose_more_never_makes_a_carried_goal_dropped(pairs, spoken, body, goal):
    of = drawn(pairs, spoken)
    more = drawn(pairs, [*spoken, (body, [goal])])
    for goal_before in {one.detail["goal"] for one in unframe(thread(of)) if "goal" in one.detail}:
        before, after = states(of, goal_before), states(more, goal_before)
        assert not [unit for unit, state in before.items() if state == "carried" and after[unit] == "dropped"]


@given(governing, words_said)
@settings(max_examples=60, deadline=None)
def test_counts_add_up_and_rows_can_be_told_apart(pairs, spoken):
    found = unframe(thread(drawn(pairs, spoken)))
    asked = [(one.measure, one.unit, *(one.detail.get(key) for key in ASKED)) for one in found]
    assert len(asked) == len(set(asked))
    for goal in {one.unit for one in found if one.unit_kind == "goal"}:
        rows = [one.detail for one in found if one.measure == "thread.continuity" and one.unit == goal]
        whole, *parts = rows
        for key in ("carried", "dropped", "orphaned", "silent", "starts"):
            assert whole[key] == sum(part[key] for part in parts)
        assert whole["carried"] == len(whole["carry"])
    for one in found:
        if one.measure == "thread.continuity" and one.status == "ok":
            assert 0 <= one.lower <= one.estimate <= one.upper <= 1
