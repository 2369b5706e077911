"""Systems seeded from a study's own people: measured ties and answers first, and what stands in for the rest."""

from datetime import date, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderful.errors import BadValuesError
from leaderful.framework import framework
from leaderful.simulation.seeding import describe, from_study
from leaderful.simulation.seeding.assumptions import number
from leaderful.simulation.seeding.described import _shown
from leaderful.simulation.system import ACROSS_BODIES, INFORMAL, LAYER, LINE, TEAM, TIERS
from leaderful.study import TABLES, Study

EXAMPLES = Path(__file__).parents[2] / "examples"
ITEMS = {scale.id: scale.items for scale in framework().item_scales}


def table(name, rows):
    return pl.DataFrame(rows, schema=TABLES[name].schema)


def body(id, *, system="QTT", scale="organisation", kind="nhs-trust", valid_to=None):
    return {"id": id, "name": id, "kind": kind, "scale": scale, "sector": "nhs", "system": system, "valid_to": valid_to}


def person(id, at, *, tier="practitioner", team=None):
    return {"id": id, "body": at, "team": team, "tier": tier, "place": None}


def answers(who, scale, value, *, wave="w1"):
    """Answers to a whole scale that all say the same, reversed items turned."""
    return [
        {"person": who, "wave": wave, "item": item.id, "answer": 6 - value if item.reversed else value}
        for item in ITEMS[scale]
    ]


def relation(who, about, question, answer, *, wave="w1"):
    kind = question.split("-")[0]
    return {"person": who, "wave": wave, "about_kind": kind, "about": about, "question": question, "answer": answer}


def meeting(id, *who):
    return {"id": id, "time": datetime(2026, 1, 5, 9), "participants": list(who)}


WAVES = [
    {"id": "w1", "opens": date(2025, 10, 1)},
    {"id": "w2", "opens": date(2026, 2, 1)},
]


def study(**tables):
    return Study(
        name="Small",
        system="QTT",
        as_at=date(2026, 4, 1),
        seed=7,
        tables={name: table(name, rows) for name, rows in {"waves": WAVES, **tables}.items()},
    )


BODIES = [
    body("A"),
    body("B"),
    body("QTT", scale="system", kind="integrated-care-board"),
    body("A-T", scale="team", kind="team"),
]
PEOPLE = [
    person("p1", "A", team="A-T", tier="manager"),
    person("p2", "A", team="A-T"),
    person("p3", "A", team="A-T"),
    person("p4", "B", tier="board"),
    person("p5", "B"),
]


@pytest.fixture
def small():
    return study(
        bodies=BODIES,
        people=PEOPLE,
        ties=[{"source": "QTT", "target": body_, "kind": "commissions"} for body_ in ("A", "B")],
        responses=[
            *answers("p1", "CGP", 5),
            *answers("p1", "SHP", 3),
            *answers("p2", "CGP", 4),
            *answers("p4", "REF", 2),
            *answers("p4", "REF", 4, wave="w2"),
        ],
        relations=[
            relation("p1", "p4", "person-turned-to", 1),
            relation("p1", "p4", "person-trust", 4),
            relation("p4", "A", "body-reliable", 3),
            relation("p4", "A", "body-open", 2),
            relation("p4", "A", "body-same-purpose", 1),
            relation("p4", "A", "body-role", 4),
        ],
        interactions=[
            meeting("m1", "p1", "p2", "p3"),
            meeting("m2", "p3", "p2"),
            meeting("m3", "p1", "p2"),
            meeting("m4", "p3", "p5"),
            meeting("m5", "p3", "p5"),
        ],
    )


def held(system):
    """Ties by the places of their ends in order of people: layer, and trust and understanding both ways."""
    ties = system.tie_list()
    one, two = system.seeded_as[ties.a], system.seeded_as[ties.b]
    rows = zip(one, two, ties.layer, ties.trust, ties.understanding, strict=True)
    return {
        (int(a), int(b)): (int(layer), trust.tolist(), understanding.tolist())
        for a, b, layer, trust, understanding in rows
    }


def test_pairs_who_named_or_met_twice_are_tied_and_no_others(small):
    ties = held(from_study(small))
    # p1-p2 met twice, p2-p3 twice, p1-p4 by name, p3-p5 twice; p1-p3 met once.
    assert {pair: layer for pair, (layer, _, _) in ties.items()} == {
        (0, 1): LINE,
        (1, 2): TEAM,
        (0, 3): INFORMAL,
        (2, 4): INFORMAL,
    }


def test_trust_comes_from_the_person_then_their_body_then_the_study(small):
    system = from_study(small)
    ties = held(system)
    _, trust, understanding = ties[0, 3]
    assert trust == pytest.approx([1, (2 / 3 + 1 / 3 + 0) / 3])  # p1 named p4 with 4; p4 on body A: 3, 2, 1
    assert understanding == pytest.approx([1, 1])  # p4 on A's role: 4; p1 said nothing, so the study's mean
    _, trust, _ = ties[2, 4]
    assert trust == pytest.approx([1 / 3, 1 / 3])  # nobody of A rates B: the study's mean; p5 from body B on A
    counts = system.levers["seeding"]["counts"]
    assert counts["trust of ties, each way: answered about the person"] == 1
    assert counts["trust of ties, each way: the mean of the own body about the other's"] == 1
    assert counts["trust of ties, each way: assumed"] == 4


def test_scores_are_those_of_the_last_wave_and_the_silent_take_the_mean_of_their_own(small):
    system = from_study(small)
    purpose, reflexivity = (getattr(system, name)[np.argsort(system.seeded_as)] for name in ("purpose", "reflexivity"))
    assert purpose[:, 0] == pytest.approx([0.75, 0.75, 0.75, 0.75, 0.75])  # (1 + 0.5)/2, 0.75, and means of them
    assert reflexivity == pytest.approx([0.75] * 5)  # only p4 answered; 4 in the later wave
    counts = system.levers["seeding"]["counts"]
    assert counts["purpose: answered"] == 2
    assert counts["purpose: the mean of body and tier"] == 1  # p3, as p2
    assert counts["purpose: the mean of the tier"] == 1  # p5, a practitioner
    assert counts["purpose: the mean of the study"] == 1  # p4
    assert counts["reflexivity: the mean of the body"] == 1  # p5


def test_bodies_answer_to_whom_the_ties_say_and_teams_are_no_bodies(small):
    system = from_study(small)
    assert system.bodies["id"].to_list() == ["A", "B", "QTT"]
    assert system.mechanisms.tolist() == [1, 1, 0]
    assert system.above.tolist() == [2, 2]


def test_people_without_ties_get_some_and_others_none_more(small):
    more = [*PEOPLE, person("p6", "A", team="A-T"), *(person(f"q{each}", "B") for each in range(8))]
    system = from_study(Study(**{**vars_of(small), "tables": {**small.tables, "people": table("people", more)}}))
    ties = held(system)
    degree = np.bincount(np.array(list(ties)).ravel(), minlength=system.size)
    assert (degree[[5, *range(6, system.size)]] > 0).all()
    assert {(0, 1), (1, 2)} <= set(ties)
    assert (0, 2) not in ties  # both have measured ties: what they lack is measured too
    assert system.levers["seeding"]["counts"]["people without a measured tie"] == 9


def vars_of(each):
    return {name: getattr(each, name) for name in ("name", "system", "as_at", "seed", "tables")}


def test_people_of_a_body_that_has_ended_work_for_its_successor(small):
    tables = small.tables | {
        "bodies": table("bodies", [*BODIES, body("OLD", valid_to=date(2025, 12, 31))]),
        "people": table("people", [*PEOPLE, person("z1", "OLD")]),
        "successions": table(
            "successions",
            [{"predecessor": "OLD", "successor": "B", "kind": "merger", "effective": date(2026, 1, 1), "share": 1.0}],
        ),
    }
    system = from_study(Study(**{**vars_of(small), "tables": tables}))
    assert "OLD" not in system.bodies["id"].to_list()
    assert np.bincount(system.body).tolist() == [3, 3]


def test_a_study_without_people_is_told_what_to_do():
    with pytest.raises(BadValuesError, match=r"Small has no people to seed from\. Use --icb CODE"):
        from_study(study(bodies=BODIES))


def test_large_meetings_tie_nobody():
    crowd = [person(f"c{each:02}", "A") for each in range(14)]
    everyone = [each["id"] for each in crowd]
    meetings = [
        meeting("m1", *everyone),
        meeting("m2", *everyone),
        meeting("m3", *everyone[:2]),
        meeting("m4", *everyone[:2]),
    ]
    told = from_study(study(bodies=BODIES, people=crowd, interactions=meetings)).levers["seeding"]["counts"]
    assert told["ties measured"] == 1


@pytest.mark.parametrize("example", ["planted", "plain"])
def test_the_examples_seed_the_same_whatever_the_order_of_their_rows(example):
    opened = Study.open(EXAMPLES / example)
    tables = {name: rows.sample(fraction=1, shuffle=True, seed=3) for name, rows in opened.tables.items()}
    turned = Study(**{**vars_of(opened), "tables": tables})
    one, two = from_study(opened), from_study(turned)
    for name, each in vars(one).items():
        if isinstance(each, np.ndarray):
            assert np.array_equal(each, getattr(two, name)), name
    assert one.levers["seeding"]["counts"] == two.levers["seeding"]["counts"]
    other = from_study(opened, seed=99)
    assert not np.array_equal(one.capacity, other.capacity)
    assert np.array_equal(one.purpose, other.purpose)


def test_the_example_is_seeded_with_its_people_and_what_they_said():
    opened = Study.open(EXAMPLES / "planted")
    system = from_study(opened)
    people = opened.table("people")
    assert system.size == people.height
    assert np.bincount(system.tier).tolist() == [(people["tier"] == tier).sum() for tier in TIERS]
    assert 10 < 2 * system.ties / system.size < 25
    marks = system.mark[system.partner >= 0]
    across = (marks & ACROSS_BODIES) > 0
    content = system.content[system.partner >= 0]
    assert (marks[across] & LAYER == INFORMAL).all()
    assert np.bincount(marks & LAYER)[[TEAM, LINE]].min() > 500
    raw = opened.table("relations").filter(pl.col("question") == "body-role")["answer"].mean()
    assert content[across][:, 2:].mean() == pytest.approx((raw - 1) / 3, abs=0.1)
    told = describe(system)
    assert "purpose: answered:" in told
    assert "people without a measured tie: fewer than 5" in told
    assert "practitioner" not in told


def test_no_count_of_a_few_follows_from_the_others():
    reasons = {"purpose: answered": 60, "purpose: the mean of the body": 3, "purpose: assumed": 8, "ties measured": 90}
    assert _shown(reasons) == {
        "purpose: answered": "60",
        "purpose: the mean of the body": "fewer than 5",
        "purpose: assumed": "not shown",
        "ties measured": "90",
    }


def test_a_small_study_is_described_without_a_few_people():
    people = [person(f"p{each}", "A" if each < 10 else "B", tier="practitioner") for each in range(12)]
    people += [person("boss", "B", tier="board")]
    told = describe(from_study(study(bodies=BODIES, people=people)))
    assert "board" not in told
    assert not [line for line in told.splitlines() if line.rstrip().endswith((": 1", ": 2", ": 3", ": 4"))]


people_lists = st.lists(
    st.tuples(st.sampled_from("AB"), st.sampled_from(TIERS), st.sampled_from([None, "A-T"])), min_size=1, max_size=12
)


@given(people_lists, st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=12), st.integers(0, 9))
@settings(max_examples=40, deadline=None)
def test_any_small_study_seeds_a_system_that_holds_its_measured_ties(who, pairs, seed):
    rows = [person(f"p{each:02}", at, tier=tier, team=team) for each, (at, tier, team) in enumerate(who)]
    pairs = {tuple(sorted(pair)) for pair in pairs if max(pair) < len(rows) and pair[0] != pair[1]}
    relations = [relation(f"p{a:02}", f"p{b:02}", "person-looks-to", 1) for a, b in sorted(pairs)]
    system = from_study(study(bodies=BODIES, people=rows, relations=relations), seed=seed)
    ties = system.tie_list()
    ordered = sorted(rows, key=lambda row: (row["body"], row["id"]))
    names = np.array([row["id"] for row in ordered])[system.seeded_as]
    found = {tuple(sorted(pair)) for pair in zip(names[ties.a], names[ties.b], strict=True)}
    measured = {(f"p{a:02}", f"p{b:02}") for a, b in pairs}
    assert measured <= found
    known = {name for pair in measured for name in pair}
    assert all(not set(pair) <= known for pair in found - measured)
    assert system.size == len(rows)
    across = (system.body[ties.a] != system.body[ties.b])[:, None].repeat(2, axis=1)
    expected = np.where(across, number("trust_across"), number("trust_within"))
    assert np.abs(ties.trust - expected).max(initial=0) < 6 * number("tie_spread")
