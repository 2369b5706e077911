"""The network of bodies: ties counted by hand, planted cogs and brokers found, and none where there are none."""

from itertools import combinations

import numpy as np
import polars as pl
import pytest
from network_studies import SYSTEM, made, of_ties, pick, relation, staff

from leaderful import disclosure
from leaderful.measures.body_network import body_network
from leaderful.measures.brokerage import brokerage
from leaderful.measures.cog_jam import cog_jam, draws_for
from leaderful.measures.findings import detail, unframe
from leaderful.measures.network import network
from leaderful.measures.units import parents
from leaderful.study import Study

MEASURES = (network, cog_jam, brokerage)


def ties_of(bodies):
    rows, columns = np.nonzero(bodies.reports)
    return {(bodies.codes[i], bodies.codes[j]) for i, j in zip(rows, columns, strict=True)}


# Bodies and ties


def test_one_click_is_no_tie_and_a_tenth_is_needed():
    people = {who: code for code, size in (("A", 20), ("B", 21), ("C", 3)) for who in staff(code, size)}
    said = [relation(who, "C") for who in staff("A", 2)]  # 2 of 20: a tenth
    said += [relation(who, "C", answer=0) for who in staff("A", 20)[2:]]
    said += [relation(who, "C") for who in staff("B", 2)]  # 2 of 21: less
    said += [relation(who, "C", answer=0) for who in staff("B", 21)[2:]]
    said += [relation("C-0", "A"), relation("C-1", "A", answer=0), relation("C-2", "A", answer=0)]  # one person
    found = body_network(made({"A": "nhs", "B": "nhs", "C": "nhs"}, people, said), "w1")
    assert ties_of(found) == {("A", "C")}
    # A: its 20 and the one of C; B: its 21; C: its 3, and two each of A and B.
    assert found.people == [21, 21, 7]
    assert found.response == 1.0


def test_who_belongs():
    """Bodies that were asked, heard or not, and those a body reports a tie with; not those merely on a list."""
    bodies = {"A": "nhs", "B": "nhs", "NAMED": "voluntary", "LISTED": "police", "ELSEWHERE": "fire"}
    people = {who: code for code in "AB" for who in staff(code, 3)}
    said = [relation(who, "NAMED") for who in staff("A", 3)]
    said += [relation(who, "LISTED", answer=0) for who in staff("A", 3)]
    found = body_network(made(bodies, people, said), "w1")
    assert found.codes == ["A", "B", "NAMED"]
    assert found.answered.tolist() == [True, False, False]
    assert found.sectors.tolist() == ["nhs", "nhs", "voluntary"]
    assert (found.response, found.heard) == (0.5, 0.5)


# The network as a whole


def line(silent=()):
    """A, B, C and D in a line, B and C of two kinds; C names nobody where it is silent."""
    kinds = dict.fromkeys("AB", ("nhs", "nhs-trust")) | dict.fromkeys("CD", ("voluntary", "vcse"))
    return of_ties(kinds, [("A", "B"), ("B", "C"), ("C", "D")], silent=silent)


def test_a_line_by_hand():
    found = network(line())
    density = pick(found, "network.density", SYSTEM)
    assert (density.estimate, density.n, density.level, density.lower) == (0.5, 4, "meso", None)
    assert density.detail == {"naive": 0.5, "dyads_observed": 6, "dyads_possible": 6, "bodies": 4}
    # Degrees 1 2 2 1: (1 + 1) / (3 × 2); as directed (1 + 1) / 3².
    assert pick(found, "network.centralisation", SYSTEM, direction="undirected").estimate == pytest.approx(1 / 3)
    assert pick(found, "network.centralisation", SYSTEM, direction="in").estimate == pytest.approx(2 / 9)
    assert pick(found, "network.centralisation", SYSTEM, direction="out").estimate == pytest.approx(2 / 9)
    assert pick(found, "network.reciprocity", SYSTEM).detail == {"mutual": 3, "one_way": 0, "bodies": 4}
    # One tie of three crosses: (1 - 2) / 3, where 1 - 2 × (2 + 2) / 12 is expected.
    index = pick(found, "network.ei", SYSTEM, by="sector")
    assert (index.estimate, index.detail["expected"]) == (pytest.approx(-1 / 3), pytest.approx(1 / 3))
    assert pick(found, "network.assortativity", SYSTEM, by="kind").estimate == pytest.approx(1 / 3)
    core = pick(found, "network.core", SYSTEM)
    # Core B and C: the ideal has all pairs but A-D; correlation of 3 of 6 ties with 5 of 6.
    assert core.estimate == pytest.approx((3 * 6 - 3 * 5) / np.sqrt(3 * 3 * 5 * 1))
    assert core.detail["core"] == ["B", "C"]
    parts = pick(found, "network.communities", SYSTEM)
    assert parts.detail["communities"] == [["A", "B"], ["C", "D"]]
    assert parts.detail["agreement"] == 1.0
    assert parts.estimate == pytest.approx(2 * (1 / 3 - 1 / 4))


def test_a_silent_body_is_no_disagreement():
    found = network(line(silent="CD"))
    # A-B and B-C are seen; C-D cannot be, since neither end answered.
    assert pick(found, "network.density", SYSTEM).detail["dyads_observed"] == 5
    assert pick(found, "network.density", SYSTEM).estimate == pytest.approx(2 / 5)
    assert pick(found, "network.density", SYSTEM).detail["naive"] == pytest.approx(2 / 6)
    assert pick(found, "network.reciprocity", SYSTEM).detail == {"mutual": 1, "one_way": 0, "bodies": 4}
    # Half of those asked answered: bodies are not named.
    assert pick(found, "network.core", SYSTEM).detail["core"] == []
    assert pick(found, "network.communities", SYSTEM).detail["communities"][0] == []


def test_without_ties_or_of_one_sector():
    alone = network(of_ties(dict.fromkeys("ABC", "nhs"), []))
    assert pick(alone, "network.density", SYSTEM).estimate == 0.0
    for measure, where in [
        ("network.reciprocity", {}),
        ("network.ei", {"by": "sector"}),
        ("network.assortativity", {"by": "kind"}),
        ("network.core", {}),
        ("network.communities", {}),
    ]:
        found = pick(alone, measure, SYSTEM, **where)
        assert (found.status, found.estimate) == ("undefined", None)
    assert pick(alone, "network.ei", SYSTEM, by="sector").reason == "all bodies are of one sector"


def test_a_wave_without_relations_and_a_study_without_any():
    study = line()
    waves = pl.concat([study.table("waves"), study.table("waves").with_columns(id=pl.lit("w2"))])
    more = Study(name="More", system=SYSTEM, as_at=study.as_at, tables={**study.tables, "waves": waves})
    for measure in MEASURES:
        assert measure(more)["wave"].unique().to_list() == ["w1"]
        empty = Study(name="Empty", system=SYSTEM, as_at=study.as_at)
        assert measure(empty).is_empty()


# Cogs


def two_sides(*, size=6, per_body=6, silent=(), asked_more=0):
    """Bodies of the NHS and of the voluntary sector, all tied within, and a council tied to two of each."""
    sectors = {f"N{k}": "nhs" for k in range(size + 1)} | {f"V{k}": "voluntary" for k in range(size)}
    ties = [*combinations([f"N{k}" for k in range(size + 1)], 2), *combinations([f"V{k}" for k in range(size)], 2)]
    sectors["C"] = "local-government"
    ties += [("C", "N0"), ("C", "N1"), ("C", "V0"), ("C", "V1")]
    study = of_ties(sectors, ties, size=per_body, silent=silent)
    more = [{"id": f"more-{k}", "body": "N0", "tier": "manager"} for k in range(asked_more)]
    people = pl.concat([study.table("people"), pl.DataFrame(more, schema=study.table("people").schema)])
    return Study(
        name="Two", system=SYSTEM, as_at=study.as_at, tables={**study.tables, "people": people}, seed=study.seed
    )


def test_a_planted_sole_connector_is_found_and_no_other():
    found = cog_jam(two_sides())
    assert found["status"].unique().to_list() == ["ok"]
    for measure in ("cog_jam.fragmentation", "cog_jam.distance"):
        beyond = [
            row["unit"] for row in found.filter(pl.col("measure") == measure).to_dicts() if detail(row)["beyond_chance"]
        ]
        assert beyond == ["C"]
    council = pick(found, "cog_jam.fragmentation", "C")
    # Of 13 others 7 and 6 are parted: 2 × 42 of 13 × 12 ordered pairs.
    assert council.estimate == pytest.approx(84 / 156)
    assert council.detail["random_upper"] < 0.1
    sole = pick(found, "cog_jam.sole_connector", "C")
    assert sole.estimate == 6
    assert sole.detail["bodies"] == [f"V{k}" for k in range(6)]
    assert (sole.detail["sectors"], sole.detail["silent"], sole.detail["bridges"]) == (["voluntary"], [], [])
    # Six of its own, and six of each of four bodies.
    assert (sole.n, sole.detail["people"], sole.detail["provisional"]) == (30, 30, False)
    rest = found.filter(pl.col("measure") == "cog_jam.sole_connector", pl.col("unit") != "C")
    assert (rest["estimate"] == 0).all()


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_found_where_ties_fall_at_random(seed):
    codes = [f"B{k:02}" for k in range(16)]
    rng = np.random.default_rng(seed)
    ties = [pair for pair in combinations(codes, 2) if rng.random() < 0.6]
    found = cog_jam(of_ties(dict.fromkeys(codes, "nhs"), ties, size=2))
    assert not [row["unit"] for row in found.to_dicts() if detail(row).get("beyond_chance")]
    assert found.filter(pl.col("measure") == "cog_jam.sole_connector")["estimate"].sum() == 0


def test_a_bridge_and_those_at_its_end():
    found = cog_jam(of_ties({"A": "nhs", "B": "nhs", "C": "nhs", "V": "fire"}, [
        ("A", "B"), ("B", "C"), ("A", "C"), ("C", "V"),
    ], silent="V"))  # fmt: skip
    sole = pick(found, "cog_jam.sole_connector", "C")
    assert sole.detail["bodies"] == sole.detail["bridges"] == sole.detail["silent"] == ["V"]
    assert sole.detail["sectors"] == ["fire"]
    assert sole.detail["provisional"]  # 18 of 24 answered
    assert pick(found, "cog_jam.sole_connector", "V").detail["bridges"] == ["C"]


def test_brokers_are_not_named_when_few_people_answered():
    # 60 of 84 people are 71 %; of 93, just under 65 %.
    silent = [f"V{k}" for k in range(2, 6)]
    study, fewer = two_sides(silent=silent), two_sides(silent=silent, asked_more=9)
    assert body_network(study, "w1").response == pytest.approx(60 / 84)
    assert body_network(fewer, "w1").response == pytest.approx(60 / 93)
    for measure in (cog_jam, brokerage):
        assert measure(study)["status"].unique().to_list() == ["ok"]
        assert all(detail(row)["provisional"] for row in measure(study).to_dicts())
    found = brokerage(fewer)
    assert found["status"].unique().to_list() == ["insufficient"]
    assert "of the people who were asked fewer than 65 %" in found["reason"][0]
    assert all(set(detail(row)) <= {"people", "provisional", "role"} for row in found.to_dicts())
    # Ten of fourteen bodies were heard, and cogs are bodies.
    assert body_network(fewer, "w1").heard == pytest.approx(10 / 14)
    assert cog_jam(fewer)["status"].unique().to_list() == ["ok"]


def test_cogs_are_not_named_when_few_bodies_answered():
    study = two_sides(silent=[f"V{k}" for k in range(1, 6)])
    assert body_network(study, "w1").heard == pytest.approx(9 / 14)
    found = cog_jam(study)
    assert found["status"].unique().to_list() == ["insufficient"]
    assert "of the bodies that were asked fewer than 65 %" in found["reason"][0]
    assert all(set(detail(row)) == {"people", "provisional"} for row in found.to_dicts())
    # The network as a whole is described all the same, but for the two by kind: all are of one.
    assert (network(study)["status"] == "ok").sum() == 9
    assert not any(pick(network(study), "network.communities", SYSTEM).detail["communities"])


def test_a_body_nobody_speaks_for_or_of():
    study = line(silent="D")
    relations = study.table("relations").filter(pl.col("about") != "D")
    found = cog_jam(Study(name="D", system=SYSTEM, as_at=study.as_at, tables={**study.tables, "relations": relations}))
    gone = pick(found, "cog_jam.distance", "D")
    assert (gone.status, gone.n) == ("insufficient", 0)
    assert pick(found, "cog_jam.distance", "B").status == "ok"


def test_two_bodies_have_nobody_else():
    found = cog_jam(of_ties({"A": "nhs", "B": "nhs"}, [("A", "B")]))
    assert pick(found, "cog_jam.distance", "A").reason == "there are fewer than three bodies"
    assert pick(found, "cog_jam.sole_connector", "A").estimate == 0


def test_draws_are_many_for_few_bodies_and_never_too_few_to_tell():
    assert [draws_for(bodies) for bodies in (3, 40, 100, 2000)] == [999, 999, 300, 19]
    assert 1 / (draws_for(10**6) + 1) <= 0.05


# Brokers


def test_roles_by_hand():
    # H between A, B (nhs, as H), C, D (voluntary) and E (police); only A-B and C-E work together.
    sectors = {"H": "nhs", "A": "nhs", "B": "nhs", "C": "voluntary", "D": "voluntary", "E": "police"}
    found = brokerage(of_ties(sectors, [*(("H", other) for other in "ABCDE"), ("A", "B"), ("C", "E")]))
    roles = {role: pick(found, "brokerage.role", "H", role=role) for role in
             ("coordinator", "itinerant", "gatekeeper", "liaison")}  # fmt: skip
    # Open pairs: A or B with C, D or E 6 times (gatekeeper), C-D (itinerant), D-E (liaison).
    assert {role: one.estimate for role, one in roles.items()} == {
        "coordinator": 0, "itinerant": 1, "gatekeeper": 6, "liaison": 1,
    }  # fmt: skip
    # Eight open pairs; of ten pairs of others 1 is A-B, 1 C-D, 6 mixed with nhs, 2 of police and voluntary.
    assert {role: one.detail["expected"] for role, one in roles.items()} == pytest.approx(
        {"coordinator": 0.8, "itinerant": 0.8, "gatekeeper": 4.8, "liaison": 1.6}
    )
    for one in roles.values():
        assert one.detail["expected_lower"] <= one.detail["expected"] <= one.detail["expected_upper"]
    # Five ties with 2 × 2 / 5 of them among themselves.
    assert pick(found, "brokerage.effective_size", "H").estimate == pytest.approx(5 - 4 / 5)
    assert pick(found, "brokerage.constraint", "D").estimate == 1.0
    assert found.filter(pl.col("unit") == "H")["estimate"].null_count() == 0


def test_gaps_of_a_body_without_ties_are_undefined():
    found = brokerage(of_ties(dict.fromkeys("ABCD", "nhs"), [("A", "B"), ("B", "C")]))
    for measure in ("brokerage.constraint", "brokerage.effective_size"):
        alone = pick(found, measure, "D")
        assert (alone.status, alone.reason) == ("undefined", "it has no tie")
    assert pick(found, "brokerage.role", "D", role="liaison").estimate == 0


# What holds for all


def test_the_order_of_rows_changes_nothing():
    study = two_sides(size=3)
    mixed = {name: table.sample(fraction=1, shuffle=True, seed=5) for name, table in study.tables.items()}
    other = Study(name="Two", system=SYSTEM, as_at=study.as_at, tables=mixed, seed=study.seed)
    for measure in MEASURES:
        assert measure(other).equals(measure(study))


def test_renaming_bodies_renames_findings_alone():
    study = two_sides(size=3)
    new = {code: f"Z{k:02}{code}" for k, code in enumerate(sorted(study.table("bodies")["id"]))}
    columns = {"bodies": "id", "people": "body", "relations": "about"}
    tables = {
        name: table.with_columns(pl.col(columns[name]).replace(new)) if name in columns else table
        for name, table in study.tables.items()
    }
    other = Study(name="Two", system=SYSTEM, as_at=study.as_at, tables=tables, seed=study.seed)
    for measure in (cog_jam, brokerage):
        before, after = measure(study), measure(other)
        kept = ["measure", "estimate", "n", "status"]
        assert after.select(*kept, "unit").equals(before.select(*kept, pl.col("unit").replace(new)))


def test_a_person_who_says_nothing_changes_no_estimate():
    for measure in MEASURES:
        before, after = measure(two_sides(size=3)), measure(two_sides(size=3, asked_more=1))
        assert after.drop("detail").equals(before.drop("detail"))


def test_disclosure_control_knows_them_all():
    study = two_sides(per_body=2)
    found = pl.concat([measure(study) for measure in MEASURES])
    safe = disclosure.protect(
        found,
        people=["cog_jam", "brokerage"],
        others=["network"],
        asked=["direction", "by", "role"],
        parents=parents(study).drop("wave"),
    )
    kept = safe.filter(pl.col("status") == "ok")
    assert (kept.filter(pl.col("unit_kind") == "body")["n"] >= 10).all()
    assert set(kept["measure"].str.split(".").list.first()) == {"network", "cog_jam", "brokerage"}
    # Three others and one's own two people are fewer than ten.
    assert pick(safe, "cog_jam.distance", "C").n == 10
    assert len({(f.measure, f.unit, f.detail.get("role"), f.detail.get("by"), f.detail.get("direction"))
                for f in unframe(found)}) == found.height  # fmt: skip
