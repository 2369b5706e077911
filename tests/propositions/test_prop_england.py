"""England's public evidence: what it can speak to, on made-up figures and on the packaged ones."""

import json
from datetime import date

import numpy as np
import polars as pl
import pytest

from leaderful import england
from leaderful.measures.findings import Finding, frame
from leaderful.propositions.england import public_evidence
from leaderful.study import Study
from whole_tables import full

DAY = date(2026, 3, 31)


def made(effect, *, systems=25, trusts=5, seed=3):
    """Trusts of systems whose number of masters lowers, and whose staffing raises, what staff can improve."""
    rng = np.random.default_rng(seed)
    masters = {f"S{s:02}": int(rng.integers(10, 60)) for s in range(systems)}
    bodies, published = [], []
    for system, count in masters.items():
        for t in range(trusts):
            code = f"{system}T{t}"
            bodies.append({"id": code, "kind": "nhs-trust", "type": "acute" if t % 2 else "mental", "system": system})
            staff = rng.normal(0, 3)
            level = 60 - 4 * effect * np.log2(count) + rng.normal(0, 1)
            later = {2021: 50.0, 2022: 50 + staff, 2023: 50.0, 2024: 50.0}
            better = {2021: 50.0, 2022: 50.0, 2023: level - effect * 0.8 * staff + rng.normal(0, 0.3), 2024: level}
            for question, figures in (("Q3i", later), ("Q3f", better)):
                published += [
                    {"body": code, "source": "nhs-staff-survey", "question": question, "year": year,
                     "percent": value, "base": 900} for year, value in figures.items()
                ]  # fmt: skip
    counted = [
        Finding(measure=f"structure.{name}", unit_kind="system", unit=system, method="x", estimate=value)
        for system, count in masters.items()
        for name, value in (("employers", count - 3.0), ("funders", 2.0), ("regulators", 1.0))
    ]
    whole = Study(
        name="England",
        system="",
        as_at=DAY,
        tables={"bodies": full("bodies", bodies), "published": full("published", published)},
    )
    return whole, frame(counted), {system: 1_000_000 + 1000 * k for k, system in enumerate(masters)}


def results(*evidence):
    return {row["unit"]: row | json.loads(row["detail"]) for row in public_evidence(*evidence).iter_rows(named=True)}


def test_what_was_put_in_is_found():
    found = results(*made(1.0))
    assert found["P12"]["verdict"] == found["P9"]["verdict"] == "supported"
    assert found["P12"]["estimate"] == pytest.approx(-4, abs=1)
    assert found["P9"]["estimate"] == pytest.approx(0.8, abs=0.05)
    assert (found["P9"]["n"], found["P9"]["clusters"], found["P9"]["tested"]) == (125, 25, 2)


def test_what_was_put_in_the_other_way_is_contradicted():
    found = results(*made(-1.0))
    assert found["P12"]["verdict"] == found["P9"]["verdict"] == "contradicted"


def test_too_few_systems_cannot_be_told():
    found = results(*made(1.0, systems=12, trusts=10))
    assert found["P12"]["status"] == "insufficient"
    assert "20 systems" in found["P12"]["reason"]


def test_of_the_others_no_public_figure_speaks():
    found = results(*made(1.0))
    others = [one for id, one in found.items() if id not in ("P9", "P12")]
    assert len(others) == 11
    assert {one["verdict"] for one in others} == {"cannot say"}
    assert {one["estimate"] for one in others} == {None}


def test_the_packaged_figures_can_be_put_to_it():
    bodies = pl.concat([england.all_bodies(DAY), england.former_trusts(DAY)])
    whole = Study(
        name="England",
        system="",
        as_at=DAY,
        tables={"bodies": bodies, "published": england.published(bodies["id"].to_list())},
    )
    people = {row.code: row.population for row in england.systems_table(DAY)}
    found = results(whole, england.spread(DAY), people)
    for id in ("P9", "P12"):
        assert found[id]["status"] == "ok"
        assert found[id]["clusters"] == 42
        assert found[id]["n"] > 180
        assert "not people" in found[id]["limits"]
