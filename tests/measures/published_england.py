"""A made-up England for the tests of published percentages."""

from datetime import date

import numpy as np
import polars as pl

from leaderful.measures.findings import unframe
from leaderful.study import Study
from leaderful.study.tables import TABLES

KINDS = ("acute", "ambulance", "community", "mental-health")
SHIFT = {"acute": 0.0, "ambulance": -1.0, "community": 0.4, "mental-health": 0.3}
SYSTEMS = [f"Q{k:02}" for k in range(20)]


def table(name, rows):
    return pl.DataFrame(rows, schema=TABLES[name].schema)


def make(bodies, published, *, system=""):
    return Study(
        name="Made up",
        system=system,
        as_at=date(2026, 3, 31),
        tables={"bodies": table("bodies", bodies), "published": table("published", published)},
    )


def row(body, percent, base, *, question="Q3f", year=2024):
    return {
        "body": body,
        "source": "nhs-staff-survey",
        "question": question,
        "year": year,
        "percent": percent,
        "base": base,
    }


def trust(id, system, kind=None):
    return {"id": id, "kind": "nhs-trust", "system": system, "type": kind}


def icb(id):
    return {"id": id, "kind": "integrated-care-board", "system": id}


def england(*, seed=1, between=0.15, within=0.02, drift=0.1, questions=("Q3f", "Q14b"), years=(2021, 2022, 2024)):
    """20 systems of 1 to 8 trusts, kinds of trust that differ, all moving by about `drift` a step."""
    rng = np.random.default_rng(seed)
    bodies, published = [icb(system) for system in SYSTEMS], []
    for question in questions:
        for system in SYSTEMS:
            u = rng.normal(0, between**0.5)
            for k in range(1 + SYSTEMS.index(system) % 8):
                code, kind = f"R{system}{k}", KINDS[int(rng.integers(4))]
                if question == questions[0]:
                    bodies.append(trust(code, system, kind))
                logit = 0.3 + SHIFT[kind] + u + rng.normal(0, within**0.5)
                for year in years:
                    base = int(rng.integers(300, 9000))
                    yes = rng.binomial(base, 1 / (1 + np.exp(-logit)))
                    published.append(row(code, 100 * yes / base, base, question=question, year=year))
                    logit += drift + rng.normal(0, 0.05)
    return make(bodies, published)


def only(study, system):
    """The study of one system with its own rows of England."""
    bodies = study.table("bodies").filter(pl.col("system") == system)
    published = study.table("published").filter(pl.col("body").is_in(bodies["id"].to_list()))
    return Study(name=system, system=system, as_at=study.as_at, tables={"bodies": bodies, "published": published})


def pick(findings, measure, **where):
    """Return the one finding with this measure, question and whatever else is said, and its detail."""
    found = findings.filter(
        pl.col("measure") == f"published.{measure}",
        *(pl.col(column) == value for column, value in where.items() if column != "question"),
    )
    held = [one for one in unframe(found) if where.get("question") in (None, one.detail["question"])]
    assert len(held) == 1, [(one.measure, one.unit, one.wave, one.detail["question"]) for one in held]
    return held[0]
