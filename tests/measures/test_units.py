"""Who belongs to which unit in a wave, and which units add up to which."""

from datetime import date
from random import Random

import polars as pl
import pytest
from small_studies import SYSTEM, body, person, said, study, succession

from leaderful import disclosure
from leaderful.errors import UnknownNameError
from leaderful.measures.findings import Finding, frame
from leaderful.measures.lineage import footprints, kin
from leaderful.measures.units import KINDS, SMALLER, memberships, parents
from leaderful.measures.waves import pairs, waves

MERGED = date(2025, 9, 1)
WAVES = {"w1": date(2025, 3, 1), "w2": date(2026, 3, 1)}


def merging(people, responses):
    """A and B become C between the waves; D stands throughout."""
    bodies = [
        body("A", valid_to=date(2025, 8, 31)),
        body("B", valid_to=date(2025, 8, 31)),
        body("C", valid_from=MERGED),
        body("D", sector="voluntary"),
    ]
    gone = [succession("A", "C", MERGED), succession("B", "C", MERGED)]
    return study(bodies, people, responses, successions=gone, waves=WAVES)


def placed(made, wave):
    return dict(memberships(made, wave).select("person", "body").iter_rows())


def test_units_of_a_person():
    made = study(
        [body("A", sector="voluntary")], [person("p", "A", tier="board", team="T", place="L")], said("p", [4, 4, 4, 4])
    )
    assert memberships(made, "w1").to_dicts() == [
        {
            "person": "p",
            "system": SYSTEM,
            "place": "L",
            "body": "A",
            "team": "T",
            "tier": "board",
            "sector": "voluntary",
            "body-tier": "A/board",
        }
    ]


def test_a_study_of_several_systems_takes_the_system_of_the_body():
    made = study(
        [body("A"), {**body("N"), "system": None}], [person("p", "A"), person("q", "N")], said("p", [4]), system=""
    )
    assert memberships(made, "w1")["system"].to_list() == [SYSTEM, None]


def test_an_unknown_wave_is_refused():
    with pytest.raises(UnknownNameError, match=r"'w9'\. Its waves are: w1"):
        memberships(study([body("A")], [person("p", "A")], said("p", [4])), "w9")


def test_a_list_not_brought_up_to_date_follows_the_merger():
    """Nobody on the list is of C, so in the second wave everybody of A and B is asked there."""
    made = merging([person("a", "A"), person("b", "B"), person("d", "D")], said("d", [4], wave="w2"))
    assert placed(made, "w1") == {"a": "A", "b": "B", "d": "D"}
    assert placed(made, "w2") == {"a": "C", "b": "C", "d": "D"}


def test_a_list_that_names_the_successor_keeps_only_those_of_before_who_answered():
    people = [person("a", "A"), person("b", "B"), person("c", "C")]
    made = merging(people, said("a", [4], wave="w2"))
    assert placed(made, "w2") == {"a": "C", "c": "C"}


def test_before_a_merger_somebody_of_the_successor_counts_where_they_answered_and_in_no_body():
    people = [person("c", "C"), person("quiet", "C"), person("d", "D")]
    made = merging(people, said("c", [4], wave="w1"))
    rows = memberships(made, "w1")
    assert placed(made, "w1") == {"c": None, "d": "D"}
    assert rows.filter(person="c").select("system", "sector", "body-tier").row(0) == (SYSTEM, "nhs", None)


def test_a_body_outside_its_dates_without_successions_keeps_those_who_answered():
    made = study(
        [body("A", valid_from=date(2025, 6, 1))], [person("p", "A"), person("q", "A")], said("p", [4]), waves=WAVES
    )
    assert placed(made, "w1") == {"p": "A"}


def test_kin_follow_chains_and_say_when_there_are_several():
    bodies = [
        body("A", valid_to=date(2024, 1, 1)),
        body("B", valid_to=date(2024, 6, 1)),
        body("C"),
        body("D"),
        body("E", valid_to=date(2024, 1, 1)),
    ]
    made = study(
        bodies,
        [],
        [],
        successions=[
            succession("A", "B", date(2024, 1, 2), kind="rename"),
            succession("B", "C", date(2024, 6, 2), kind="rename"),
            succession("E", "C", date(2024, 1, 2), kind="split"),
            succession("E", "D", date(2024, 1, 2), kind="split"),
        ],
    )
    assert kin(made, ["A", "B", "C", "E"], date(2025, 1, 1)) == {"A": "C", "B": "C", "E": None}
    assert kin(made, ["A", "B"], date(2024, 3, 1)) == {"A": "B"}
    assert footprints(made, date(2024, 2, 1), date(2025, 1, 1)) == dict.fromkeys("BC", frozenset("BC"))
    assert footprints(made, date(2023, 1, 1), date(2025, 1, 1))["D"] == frozenset("ABCDE")


def test_waves_are_those_that_were_answered_in_order():
    made = study(
        [body("A")],
        [person("p", "A")],
        [*said("p", [4], wave="late"), *said("p", [4], wave="early")],
        waves={"late": date(2026, 1, 1), "early": date(2025, 1, 1), "empty": date(2025, 6, 1)},
    )
    assert [wave.id for wave in waves(made)] == ["early", "late"]
    assert [(one.id, two.id) for one, two in pairs(made)] == [("early", "late")]


def test_parents_add_up_in_every_wave():
    """Teams of one body add up to it; a team of two bodies, and one whose body cannot be told, to the system."""
    people = [
        person("a1", "A", team="T1", place="L"),
        person("a2", "A", team="T2"),
        person("b1", "B", team="T2"),
        person("c1", "C", team="T3"),
        person("d1", "D", team="T4", tier="board"),
    ]
    made = merging(people, [*said("a1", [4]), *said("c1", [4]), *said("d1", [4], wave="w2")])
    links = parents(made).filter(wave="w1").drop("wave").rows()
    assert set(links) >= {
        ("team", "T1", "body", "A"),
        ("team", "T1", "place", "L"),
        ("team", "T2", "system", SYSTEM),
        ("team", "T2", "sector", "nhs"),
        ("team", "T3", "system", SYSTEM),
        ("team", "T3", "sector", "nhs"),
        ("team", "T4", "body", "D"),
        ("place", "L", "system", SYSTEM),
    }
    assert ("team", "T2", "body", "A") not in links
    assert ("body-tier", "D/board", "body", "D") in links
    assert ("body-tier", "D/board", "tier", "board") in links
    for wave in ("w1", "w2"):
        rows, held = memberships(made, wave), parents(made).filter(wave=wave)
        for (above, parent, kind), units in held.group_by("parent_kind", "parent", "unit_kind"):
            inside = rows.filter(pl.col(kind).is_in(units["unit"].implode()))
            assert set(inside[above]) == {parent}
    changes = parents(made).filter(wave="w1>w2")
    assert set(changes["parent_kind"]) == {"system", "sector"}
    assert set(changes.filter(parent_kind="sector")["unit_kind"]) == {"body"}


def test_bodies_add_up_to_their_place_where_all_their_people_are_of_it():
    """A lies in L; B's managers do, but not its board: of B the tier of managers adds up to L."""
    people = [
        person("a1", "A", place="L"),
        person("a2", "A", tier="board", place="L"),
        person("b1", "B", place="L"),
        person("b2", "B", tier="board"),
    ]
    made = study([body("A"), body("B", sector="police")], people, said("a1", [4]))
    links = parents(made).filter(pl.col("parent_kind").is_in(["place", "sector"])).drop("wave").rows()
    assert {each for each in links if each[0] == "body"} == {
        ("body", "A", "place", "L"),
        ("body", "A", "sector", "nhs"),
        ("body", "B", "sector", "police"),
    }
    assert ("body-tier", "B/manager", "place", "L") in links
    assert ("body-tier", "B/board", "place", "L") not in links


@pytest.mark.parametrize("seed", range(20))
def test_every_unit_is_a_part_of_each_other_in_which_all_its_people_are(seed):
    lot = Random(seed)
    people = [
        person(
            f"p{k}",
            lot.choice("AB"),
            team=lot.choice(("T1", "T2", "T3", None)),
            place=lot.choice(("L", "M", None)),
            tier=lot.choice(("board", "manager")),
        )
        for k in range(lot.randint(3, 8))
    ]
    made = study([body("A"), body("B", sector="police")], people, said("p0", [4]))
    of = {
        (kind, unit): set(rows["person"])
        for kind in SMALLER
        for (unit,), rows in memberships(made, "w1").drop_nulls(kind).group_by(kind)
    }
    links = {
        ((kind, unit), (above, parent)) for _, kind, unit, above, parent in parents(made).rows() if above != "system"
    }
    within = {(one, two) for one in of for two in of if one[0] != two[0] and of[one] < of[two]}
    assert within <= links
    assert all(of[one] <= of[two] for one, two in links)
    same = {frozenset(pair) for pair in links - within}
    assert same == {frozenset((one, two)) for one in of for two in of if one[0] != two[0] and of[one] == of[two]}
    assert len(same) == len(links - within)  # of two with the same people one is the part, and never both


def test_all_of_a_tier_but_one_cannot_be_made_a_team_to_tell_of_that_one():
    """Of 16 board members of A, 15 are a team: both means together would tell what the one of them said."""
    people = [person(f"p{k}", "A", tier="board", team="T1" if k < 15 else None) for k in range(16)]
    people += [person(f"q{k}", "A", tier="manager") for k in range(20)]
    made = study([body("A")], people, [row for each in people for row in said(each["id"], [4])])
    rows = memberships(made, "w1")
    found = frame(
        Finding(measure="m", unit_kind=kind, unit=unit, wave="w1", method="x", estimate=1.0, n=n)
        for kind in KINDS
        for unit, n in rows.drop_nulls(kind).group_by(kind, maintain_order=True).len().iter_rows()
    )
    shown = disclosure.protect(found, people=["m"], others=[], parents=parents(made)).filter(status="ok")
    told = set(shown.select("unit_kind", "unit").rows())
    assert not {("team", "T1"), ("body-tier", "A/board")} <= told
    assert ("body", "A") in told


def test_parents_are_what_disclosure_control_takes():
    people = [person(f"p{k}", "A" if k < 25 else "D", team=f"T{k % 2}{k < 25}") for k in range(60)]
    made = study([body("A"), body("D")], people, [row for k in range(60) for row in said(f"p{k}", [4])])
    rows = memberships(made, "w1")
    found = frame(
        Finding(measure="m", unit_kind=kind, unit=unit, method="x", estimate=1.0, n=n)
        for kind in KINDS
        for unit, n in rows.drop_nulls(kind).group_by(kind, maintain_order=True).len().iter_rows()
    )
    shown = disclosure.protect(found, people=["m"], others=[], parents=parents(made))
    assert set(shown["status"]) == {"ok"}


def test_a_study_without_people_has_no_parents():
    assert parents(study([body("A")], [], [])).height == 0
