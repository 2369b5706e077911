"""Small studies of ties between bodies, written out or drawn at random."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from leaderful.measures.findings import unframe
from leaderful.study import Study
from leaderful.study.tables import TABLES
from whole_tables import full

DAY = date(2026, 4, 1)
TIERS = ("board", "executive", "manager", "practitioner")
TRUST = ("body-reliable", "body-open", "body-same-purpose")
VALUE = ("body-influence", "body-involvement", "body-resources")


def make(bodies, people, said, *, declared=(), seed=1, system="S"):
    """Make a study of one wave.

    bodies: code to sector; people: code to (body, tier); said: (person, about, question, answer);
    declared: pairs of partners.
    """
    relations = [
        {"person": who, "wave": "w1", "about_kind": "body", "about": about, "question": question, "answer": answer}
        for who, about, question, answer in said
    ]
    return Study(
        name="Ties",
        system=system,
        as_at=DAY,
        seed=seed,
        tables={
            "bodies": full(
                "bodies",
                [{"id": id, "kind": "nhs-trust", "sector": sector, "system": system} for id, sector in bodies.items()],
            ),
            "ties": full("ties", [{"source": a, "target": b, "kind": "partners-with"} for a, b in declared]),
            "people": full("people", [{"id": id, "body": body, "tier": tier} for id, (body, tier) in people.items()]),
            "waves": full("waves", [{"id": "w1", "opens": DAY}]),
            "relations": full("relations", relations),
        },
    )


def draw(
    seed,
    *,
    bodies=8,
    per_tier=10,
    engaged=0.7,
    spread=0.1,
    noise=0.5,
    mean=3.0,
    silo=False,
    one_sided=False,
    top_only=False,
):
    """Draw a study in which everybody speaks of every other body, with nothing planted unless asked for.

    A silo has 1 in 20 of its people in contact; one-sided is B01 in B02, trusted 1.5 less than it trusts;
    top_only is between B03 and B04, where nobody below the executives is engaged.
    """
    rng = np.random.default_rng(seed)
    codes = [f"B{k:02d}" for k in range(bodies)]
    body = np.repeat(np.arange(bodies), 4 * per_tier)
    tier = np.tile(np.repeat(np.arange(4), per_tier), bodies)
    people = {f"p{k:04d}": (codes[b], TIERS[t]) for k, (b, t) in enumerate(zip(body, tier, strict=True))}
    dyad = mean + (
        rng.normal(0, spread, (bodies, 1)) + rng.normal(0, spread, bodies) + rng.normal(0, spread, (bodies, bodies))
    )
    if one_sided:
        dyad[1, 2], dyad[2, 1] = 3.7, 2.0
    chance = np.full((len(body), bodies), engaged)
    if silo:
        chance[body == 0] = 0.05 / bodies
    latent = dyad[body] + rng.normal(0, noise, (len(body), bodies))
    if top_only:
        for one, other in ((3, 4), (4, 3)):
            high = (body == one) & (tier == 0)
            chance[(body == one) & (tier >= 1), other], chance[high, other] = 0.05, 1.0
            latent[high, other] = 3.8
    works = rng.random(chance.shape) < chance
    who, about = np.nonzero(body[:, None] != np.arange(bodies))
    said = {"body-contact": np.where(works, rng.integers(2, 5, works.shape), 0)[who, about]}
    for question in TRUST + VALUE:
        answer = np.clip(np.rint(latent + rng.normal(0, 0.3, latent.shape)), 1, 4).astype(int)[who, about]
        said[question] = np.where(works[who, about], answer, -1)
    names = np.array(list(people))
    frames = [
        pl.DataFrame({"person": names[who], "about": np.array(codes)[about], "answer": answer})
        .filter(pl.col("answer") >= 0)
        .with_columns(question=pl.lit(question))
        for question, answer in said.items()
    ]
    rows = pl.concat(frames).with_columns(wave=pl.lit("w1"), about_kind=pl.lit("body"))
    ring = [(codes[k], codes[(k + step) % bodies]) for k in range(bodies) for step in (1, 2)]
    sectors = {code: ("nhs", "local-government")[k % 2] for k, code in enumerate(codes)}
    study = make(sectors, people, (), declared=ring, seed=seed)
    schema = TABLES["relations"].schema
    relations = rows.select(pl.col(name).cast(kind) for name, kind in schema.items())
    return Study(name="Drawn", system="S", as_at=DAY, seed=seed, tables={**study.tables, "relations": relations})


def staffed(sizes):
    """sizes: body to number of people of each tier."""
    return {
        f"{body}-{tier}-{k:02d}": (body, tier)
        for body, numbers in sizes.items()
        for tier, number in zip(TIERS, numbers, strict=True)
        for k in range(number)
    }


def engaged(body, about, numbers, sizes):
    """The first so many of each tier work with a body and trust it; the others never meet it."""
    said = []
    for tier, number, size in zip(TIERS, numbers, sizes[body], strict=True):
        for k in range(size):
            who = f"{body}-{tier}-{k:02d}"
            said.append((who, about, "body-contact", 3 if k < number else 0))
            said += [(who, about, "body-reliable", 3)] if k < number else []
    return said


def pick(frame, measure, unit=None, **detail):
    """Return the one finding of a measure (and unit) whose detail holds what is given."""
    found = [
        one
        for one in unframe(frame.filter(pl.col("measure") == measure))
        if (unit is None or one.unit == unit) and all(one.detail.get(key) == value for key, value in detail.items())
    ]
    assert len(found) == 1, f"{len(found)} findings {measure} {unit}"
    return found[0]
