"""Plural leadership, on namings counted by hand."""

import polars as pl
import pytest
from network_studies import SYSTEM, looks_to, made, pick, relation, staff

from leaderful import disclosure
from leaderful.measures.plural import plural
from leaderful.measures.units import parents
from leaderful.study import Study

BODIES = {"A": "nhs", "B": "voluntary"}
PEOPLE = {
    "a1": ("A", "board"),
    "a2": ("A", "manager"),
    "a3": ("A", "practitioner"),
    "b1": ("B", "executive"),
    "b2": ("B", "practitioner"),
    "b3": ("B", "practitioner"),
}
# a2, a3 and b2 look to a1; a3 to a2 too; b2 to b1; a1 to b3; b1 answered and named nobody; b3 did not answer.
NAMED = [("a2", "a1"), ("a3", "a1"), ("b2", "a1"), ("a3", "a2"), ("b2", "b1"), ("a1", "b3")]
SAID = [looks_to(*pair) for pair in NAMED] + [looks_to("b1", "a1", answer=0)]


@pytest.fixture(scope="module")
def found():
    return plural(made(BODIES, PEOPLE, SAID))


def test_spread_by_hand(found):
    # Named: a1 3, a2 1, b1 1, b3 1, a3 and b2 0. (0 + 2 + 2 + 2 + 3 + 3) / 5².
    spread = pick(found, "plural.decentralisation", SYSTEM)
    assert spread.estimate == pytest.approx(1 - 12 / 25)
    assert (spread.n, spread.construct, spread.level) == (5, "plural_leadership", "")
    # Six namings; five respondents could each have named five.
    density = pick(found, "plural.density", SYSTEM)
    assert (density.estimate, density.detail["naive"]) == (pytest.approx(6 / 25), pytest.approx(6 / 30))
    # 0 0 1 1 1 3, ranks weighted -5 -3 -1 1 3 5: (-1 + 1 + 3 + 15) / (6 × 6).
    assert pick(found, "plural.gini", SYSTEM).estimate == pytest.approx(0.5)


def test_within_bodies_by_hand(found):
    # Within A: a1 2, a2 1, a3 0: (0 + 1 + 2) / 2². Within B: b1 1, b2 0; (0 + 1) / 1².
    assert pick(found, "plural.decentralisation", "A").estimate == pytest.approx(1 - 3 / 4)
    assert pick(found, "plural.decentralisation", "A").n == 3
    assert pick(found, "plural.decentralisation", "B").estimate == pytest.approx(0)
    assert pick(found, "plural.decentralisation", "B").n == 2


def test_named_from_outside_by_hand(found):
    # Of a1, a2, b1 and b3 the first and the last are named across.
    outside = pick(found, "plural.outside", SYSTEM)
    assert (outside.estimate, outside.n, outside.detail["count"]) == (0.5, 4, 2)


def test_direction_by_hand(found):
    # Up: a2>a1, a3>a1, b2>a1, a3>a2, b2>b1. Down: a1>b3. Nobody names a person of the same tier.
    up, across, down = (pick(found, "plural.direction", SYSTEM, direction=way) for way in ("up", "across", "down"))
    assert (up.estimate, across.estimate, down.estimate) == (pytest.approx(5 / 6), 0.0, pytest.approx(1 / 6))
    assert (up.n, up.detail["people"]) == (6, 4)
    assert up.upper == 1.0
    assert 0.0 < up.lower < 5 / 6
    assert down.lower == 0.0
    # No spread, no interval: it would claim what the answers cannot show.
    assert (across.lower, across.upper) == (None, None)


def test_nobody_named():
    found = plural(made(BODIES, PEOPLE, [looks_to("a1", "b1", answer=0), looks_to("b2", "a1", answer=0)]))
    assert pick(found, "plural.density", SYSTEM).estimate == 0.0
    for measure in ("plural.decentralisation", "plural.gini", "plural.outside"):
        one = pick(found, measure, SYSTEM)
        assert (one.status, one.reason) == ("undefined", "nobody is named")
    assert pick(found, "plural.direction", SYSTEM, direction="up").status == "undefined"


def test_other_questions_and_answers_not_given_are_no_namings():
    said = [
        relation("a1", "a2", question="person-turned-to", answer=1, kind="person"),
        looks_to("a1", "a2", answer=None),
    ]
    assert plural(made(BODIES, PEOPLE, said)).is_empty()


def test_everybody_looks_to_one_person():
    people = dict.fromkeys(staff("A", 12), ("A", "manager"))
    said = [looks_to(who, "A-0") for who in staff("A", 12)[1:]]
    found = plural(made({"A": "nhs"}, people, said))
    assert pick(found, "plural.decentralisation", SYSTEM).estimate == 0.0
    assert pick(found, "plural.gini", SYSTEM).estimate == pytest.approx(11 / 12)
    assert pick(found, "plural.direction", SYSTEM, direction="across").estimate == 1.0


def test_each_wave_for_itself_and_the_order_of_rows_for_nothing():
    said = [*SAID, *(looks_to(who, "b1", wave="w2") for who in ("a1", "a2", "a3"))]
    study = made(BODIES, PEOPLE, said, waves=("w1", "w2"))
    first = plural(made(BODIES, PEOPLE, SAID))
    both = plural(study)
    assert both.filter(pl.col("wave") == "w1").equals(first)
    assert pick(both, "plural.decentralisation", SYSTEM, wave="w2").estimate == 0.0
    mixed = {name: table.sample(fraction=1, shuffle=True, seed=2) for name, table in study.tables.items()}
    assert plural(Study(name="Mixed", system=SYSTEM, as_at=study.as_at, tables=mixed)).equals(both)


def test_bodies_add_up_to_the_system_for_disclosure_control():
    people = {who: (code, "manager") for code in "AB" for who in staff(code, 14)}
    said = [looks_to(who, "A-0") for who in people if who != "A-0"]
    study = made(BODIES, people, said)
    found = plural(study)
    bodies = found.filter(pl.col("unit_kind") == "body")
    assert bodies["n"].sum() == pick(found, "plural.decentralisation", SYSTEM).n == 27
    safe = disclosure.protect(
        found, people=["plural"], others=[], asked=["direction"], parents=parents(study).drop("wave")
    )
    # One person is named in all: too few.
    assert pick(safe, "plural.outside", SYSTEM).status == "suppressed"
    assert pick(safe, "plural.decentralisation", "A").status == "ok"
