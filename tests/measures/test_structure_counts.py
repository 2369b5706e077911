"""Structure against counts made by hand and by another road."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderful.framework import framework
from leaderful.measures.findings import Finding, unframe
from leaderful.measures.structure import structure
from leaderful.study import Study
from leaderful.study.tables import TABLES

DAY = date(2026, 4, 1)
KINDS = {kind.id: kind for kind in framework().body_kinds}
VERTICAL = {kind.id for kind in framework().tie_kinds if kind.direction == "vertical"}
HORIZONTAL = {kind.id for kind in framework().tie_kinds if kind.direction == "horizontal"}


def body(id, kind, system, sector="nhs", scale="organisation", standing="published", **more):
    return {
        "id": id, "name": f"Body {id}", "kind": kind, "scale": scale, "sector": sector, "system": system,
        "standing": standing, **more,
    }  # fmt: skip


def tie(source, kind, target, standing="law", **more):
    return {"source": source, "kind": kind, "target": target, "standing": standing, **more}


def study(bodies, ties, *, system="QHM", as_at=DAY):
    tables = {
        name: pl.DataFrame(rows, schema=TABLES[name].schema) for name, rows in (("bodies", bodies), ("ties", ties))
    }
    return Study(name="Small", system=system, as_at=as_at, tables=tables)


BODIES = [
    body("QHM", "integrated-care-board", "QHM", scale="system", standing="law"),
    body("R1", "nhs-trust", "QHM"),
    body("R2", "nhs-trust", "QHM"),
    body("C1", "council", "QHM", sector="local-government", scale="place"),
    body("U1", "primary-care-network", "QHM", scale="neighbourhood"),
    body("R0", "nhs-trust", "QHM", valid_to=date(2026, 3, 31)),
    body("R9", "nhs-trust", "QHM", valid_from=date(2027, 4, 1)),
    body("X1", "nhs-trust", None, standing="undetermined"),
    body("NHSE", "nhs-england", None, scale="national"),
    body("CQC", "regulator", None, scale="national", sector="regulator"),
    body("OFSTED", "regulator", None, scale="national", sector="regulator"),
    body("QWE", "integrated-care-board", "QWE", scale="system"),
    body("R7", "nhs-trust", "QWE"),
]
TIES = [
    tie("NHSE", "oversees", "QHM", basis="one Act"),
    tie("NHSE", "funds", "QHM", basis="one Act"),
    tie("CQC", "regulates", "R1", basis="another Act"),
    tie("CQC", "regulates", "R2", basis="a third Act"),
    tie("OFSTED", "regulates", "C1", standing="published"),
    tie("QHM", "funds", "R1"),
    tie("QHM", "commissions", "R1"),
    tie("QHM", "commissions", "R2"),
    tie("QHM", "delegates-to", "U1"),
    tie("C1", "partners-with", "QHM", standing="assumed"),
    tie("R1", "partners-with", "R2", standing="assumed"),
    tie("CQC", "regulates", "R0", valid_to=date(2026, 3, 31)),
    tie("QHM", "funds", "R9", valid_from=date(2027, 4, 1)),
    tie("NHSE", "oversees", "X1", standing="undetermined"),
    tie("QHM", "commissions", "X1", standing="undetermined"),
    tie("QWE", "commissions", "R7"),
    tie("R2", "works-with", "R7", standing="declared"),
]


def of_system(found, measure, unit="QHM"):
    (one,) = [f for f in unframe(found) if f.measure == f"structure.{measure}" and f.unit == unit]
    return one


@pytest.fixture(scope="module")
def small():
    return structure(study(BODIES, TIES))


def test_bodies_are_counted_by_kind_scale_sector_and_standing(small):
    bodies = of_system(small, "bodies")
    assert (bodies.estimate, bodies.n, bodies.level, bodies.construct) == (5, 5, "meso", "")
    assert bodies.detail == {
        "kind": {"council": 1, "integrated-care-board": 1, "nhs-trust": 2, "primary-care-network": 1},
        "scale": {"neighbourhood": 1, "organisation": 2, "place": 1, "system": 1},
        "sector": {"local-government": 1, "nhs": 4},
        "standing": {"law": 1, "published": 4},
    }


def test_ties_with_an_end_in_the_system_are_counted(small):
    ties = of_system(small, "ties")
    assert ties.estimate == 13  # 11 within and into it, one to an undetermined body, one to a neighbour
    assert ties.detail["kind"] == {
        "commissions": 3, "delegates-to": 1, "funds": 2, "oversees": 1, "partners-with": 2, "regulates": 3,
        "works-with": 1,
    }  # fmt: skip
    assert sum(ties.detail["standing"].values()) == 13


def test_the_four_signs_of_fragmentation(small):
    assert (
        of_system(small, "employers").estimate == 4
    )  # the board, two trusts and the council; a network employs nobody
    assert of_system(small, "regulators").detail == {"bodies": ["CQC", "OFSTED"]}
    assert of_system(small, "regulators").estimate == 2
    assert of_system(small, "funders").detail == {"bodies": ["NHSE", "QHM"]}
    ways = of_system(small, "accountability")
    assert ways.estimate == 7  # NHSE 2, CQC 1, OFSTED 1, QHM 3: a body and a way, not a tie
    assert ways.detail == {
        "kind": {"commissions": 1, "delegates-to": 1, "funds": 2, "oversees": 1, "regulates": 2},
        "bodies": {
            "CQC": ["regulates"],
            "NHSE": ["funds", "oversees"],
            "OFSTED": ["regulates"],
            "QHM": ["commissions", "delegates-to", "funds"],
        },
    }
    signs = [of_system(small, name) for name in ("employers", "regulators", "funders", "accountability")]
    assert {f.construct for f in signs} == {"fragmentation"}
    assert all(f.lower is None and f.upper is None and "count" in f.method for f in signs)


def test_whom_each_body_answers_to(small):
    masters = {f.unit: f for f in unframe(small) if f.measure == "structure.answers_to"}
    assert {unit: f.estimate for unit, f in masters.items()} == {"C1": 1, "QHM": 1, "R1": 2, "R2": 2, "U1": 1}
    assert {unit: f.n for unit, f in masters.items()} == {"C1": 1, "QHM": 2, "R1": 3, "R2": 2, "U1": 1}
    assert masters["R1"].detail == {
        "kind": "nhs-trust", "answers_to": {"CQC": ["regulates"], "QHM": ["commissions", "funds"]}
    }  # fmt: skip


REGION = body("Y1", "nhs-region", None, scale="region")
REGION_TIES = [
    tie("NHSE", "delegates-to", "Y1"),
    tie("NHSE", "regulates", "R1"),
    tie("Y1", "oversees", "QHM"),
    tie("Y1", "oversees", "R1"),
    tie("Y1", "oversees", "R2"),
]


def test_a_region_is_nhs_england():
    found = structure(study([*BODIES, REGION], TIES + REGION_TIES))
    masters = {f.unit: f for f in unframe(found) if f.measure == "structure.answers_to"}
    # R1: CQC, its board and NHS England, not its region besides
    assert masters["R1"].estimate == 3
    assert masters["R1"].n == 5
    assert masters["R1"].detail["answers_to"]["NHSE"] == ["oversees", "regulates"]
    assert masters["R2"].detail["answers_to"] == {"CQC": ["regulates"], "NHSE": ["oversees"], "QHM": ["commissions"]}
    # QHM is overseen by both, which is one body in one way
    assert masters["QHM"].detail["answers_to"] == {"NHSE": ["funds", "oversees"]}
    ways = of_system(found, "accountability")
    assert ways.estimate == 8  # the seven without the region, and that NHS England regulates
    assert ways.detail["bodies"]["NHSE"] == ["funds", "oversees", "regulates"]
    assert "Y1" not in ways.detail["bodies"]
    assert of_system(found, "ties").estimate == 13 + 4  # a tie is a tie, whoever holds it
    groups = {f.unit: f.estimate for f in unframe(found) if f.measure == "structure.tie_group"}
    assert groups["Y1 oversees nhs-trust"] == 2, "the map keeps them apart"


def test_a_region_without_nhs_england_in_the_study_is_counted_itself():
    found = structure(study([*(b for b in BODIES if b["id"] != "NHSE"), REGION], TIES + REGION_TIES))
    masters = {f.unit: f for f in unframe(found) if f.measure == "structure.answers_to"}
    assert masters["R1"].detail["answers_to"]["Y1"] == ["oversees"]
    assert masters["R1"].detail["answers_to"]["NHSE"] == ["regulates"]


def test_ties_are_grouped_by_the_kinds_of_body_at_their_ends(small):
    groups = {f.unit: f for f in unframe(small) if f.measure == "structure.tie_group"}
    assert {unit: f.estimate for unit, f in groups.items()} == {
        "CQC regulates nhs-trust": 2,
        "NHSE funds integrated-care-board": 1,
        "NHSE oversees integrated-care-board": 1,
        "OFSTED regulates council": 1,
        "council partners-with integrated-care-board": 1,
        "integrated-care-board commissions nhs-trust": 2,
        "integrated-care-board delegates-to primary-care-network": 1,
        "integrated-care-board funds nhs-trust": 1,
        "nhs-trust partners-with nhs-trust": 1,
    }
    assert groups["CQC regulates nhs-trust"].detail["basis"] == ["a third Act", "another Act"]
    assert groups["CQC regulates nhs-trust"].detail["standing"] == {"law": 2}


def test_an_undetermined_body_is_in_no_system_and_in_no_group(small):
    assert not small.filter(pl.col("unit").str.contains("X1")).height
    assert "X1" not in "".join(small.filter(pl.col("measure") == "structure.tie_group")["detail"])


@pytest.mark.parametrize(
    ("as_at", "trusts", "regulated"),
    [(date(2026, 3, 31), 3, 3), (date(2026, 4, 1), 2, 2), (date(2027, 3, 31), 2, 2), (date(2027, 4, 1), 3, 2)],
)
def test_first_and_last_day_count(as_at, trusts, regulated):
    found = structure(study(BODIES, TIES, as_at=as_at))
    assert of_system(found, "bodies").detail["kind"]["nhs-trust"] == trusts
    assert of_system(found, "bodies").wave == as_at.isoformat()
    (group,) = [f for f in unframe(found) if f.unit == "CQC regulates nhs-trust"]
    assert group.estimate == regulated


def test_a_system_with_nobody_in_it_is_undefined_and_says_why():
    (only,) = unframe(structure(study([b for b in BODIES if b["system"] != "QHM"], TIES)))
    assert (only.measure, only.status, only.estimate) == ("structure.bodies", "undefined", None)
    assert "stands on the date" in only.reason
    assert structure(study([], [], system="")).is_empty()


def test_a_study_of_several_systems_gives_each_its_own():
    alone = {s: unframe(structure(study(BODIES, TIES, system=s))) for s in ("QHM", "QWE")}
    assert unframe(structure(study(BODIES, TIES, system=""))) == alone["QHM"] + alone["QWE"]
    assert of_system(structure(study(BODIES, TIES, system="")), "bodies", "QWE").estimate == 2


# Any study at all

SYSTEMS = ("S1", "S2")
USED = ("nhs-trust", "council", "primary-care-network", "regulator", "nhs-region")


@st.composite
def studies(draw):
    bodies = [body(s, "integrated-care-board", s, scale="system") for s in SYSTEMS]
    if draw(st.booleans()):
        bodies.append(body("N", "nhs-england", draw(st.sampled_from((*SYSTEMS, None)))))
    for k in range(draw(st.integers(0, 8))):
        system = draw(st.sampled_from((*SYSTEMS, None)))
        standing = draw(st.sampled_from(("law", "assumed", "undetermined" if system is None else "published")))
        begins = draw(st.sampled_from((None, DAY, DAY + timedelta(days=1))))
        bodies.append(body(f"B{k}", draw(st.sampled_from(USED)), system, standing=standing, valid_from=begins))
    ends = st.sampled_from([b["id"] for b in bodies])
    kinds = st.sampled_from(sorted(VERTICAL | HORIZONTAL))
    triples = draw(st.lists(st.tuples(ends, kinds, ends), max_size=25, unique=True))
    lasts = st.sampled_from((None, DAY, DAY - timedelta(days=1)))
    return bodies, [tie(*triple, valid_to=draw(lasts)) for triple in triples]


def by_hand(bodies, ties, system):
    """The counts by sets, as one would with a pencil."""
    standing = {b["id"]: b for b in bodies if (b.get("valid_from") or DAY) <= DAY}
    inside = {id for id, b in standing.items() if b["system"] == system}
    ties = [t for t in ties if (t.get("valid_to") or DAY) >= DAY]
    legal = {id: "N" if b["kind"] == "nhs-region" and "N" in standing else id for id, b in standing.items()}
    into = {
        (legal.get(t["source"], t["source"]), t["kind"], t["target"])
        for t in ties
        if t["target"] in inside and t["kind"] in VERTICAL
    }
    return {
        "bodies": len(inside),
        "ties": sum(t["source"] in inside or t["target"] in inside for t in ties),
        "employers": sum(KINDS[standing[id]["kind"]].employer for id in inside),
        "regulators": len({s for s, kind, _ in into if kind == "regulates"}),
        "funders": len({s for s, kind, _ in into if kind in ("funds", "commissions")}),
        "accountability": len({(s, kind) for s, kind, _ in into}),
        "answers": {id: len({s for s, _, t in into if t == id}) for id in inside},
    }


def counted(found: list[Finding], system, inside):
    counts = {f.measure.removeprefix("structure."): f.estimate for f in found if f.unit == system}
    counts.pop("answers_to", None)
    answers = {f.unit: f.estimate for f in found if f.measure == "structure.answers_to" and f.unit in inside}
    return counts | {"answers": answers}


@settings(max_examples=40)
@given(studies())
def test_counts_agree_with_counting_by_sets(made):
    found = unframe(structure(study(*made, system="")))
    for system in SYSTEMS:
        wanted = by_hand(*made, system)
        assert counted(found, system, wanted["answers"]) == wanted


@settings(max_examples=40)
@given(studies(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(made, order):
    bodies, ties = ([*rows] for rows in made)
    order.shuffle(bodies)
    order.shuffle(ties)
    assert structure(study(bodies, ties, system="")).equals(structure(study(*made, system="")))


@settings(max_examples=40)
@given(studies(), st.randoms(use_true_random=False))
def test_other_codes_leave_every_count(made, order):
    bodies, ties = made
    codes = [b["id"] for b in bodies]
    others = [f"Z{k}" for k in range(len(codes))]
    order.shuffle(others)
    new = dict(zip(codes, others, strict=True)) | {None: None}
    bodies_new = [b | {"id": new[b["id"]], "system": new[b["system"]]} for b in bodies]
    ties_new = [t | {"source": new[t["source"]], "target": new[t["target"]]} for t in ties]

    def known(found):
        return sorted((f.measure, f.estimate, f.n, f.status, f.construct) for f in unframe(found))

    before = structure(study(bodies, ties, system=""))
    assert known(structure(study(bodies_new, ties_new, system=""))) == known(before)


@settings(max_examples=40)
@given(studies(), st.data())
def test_one_more_horizontal_tie_changes_no_vertical_count(made, data):
    bodies, ties = made
    ends = st.sampled_from([b["id"] for b in bodies])
    more = tie(data.draw(ends), data.draw(st.sampled_from(sorted(HORIZONTAL))), data.draw(ends), valid_to=None)

    def vertical(rows):
        names = ("employers", "regulators", "funders", "accountability", "answers_to", "bodies")
        found = unframe(structure(study(bodies, rows, system="")))
        groups = [f for f in found if f.measure == "structure.tie_group" and f.detail["kind"] in VERTICAL]
        return [f for f in found if f.measure.removeprefix("structure.") in names] + groups

    assert vertical([*ties, more]) == vertical(ties)
