"""How trust splits: planted variances come back, and too little evidence says so."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from tie_studies import DAY, TIERS, TRUST, draw, make, pick

from leaderful.measures.findings import SCHEMA, unframe
from leaderful.measures.space_between import connected, space_between
from leaderful.study import Study
from leaderful.study.tables import TABLES

PARTS = ("actor", "partner", "relationship", "error")


def planted(seed, *, actor, partner, relationship, person, bodies=18, raters=6):
    """Draw a study in which parts of trust between bodies have variances that are known exactly."""
    rng = np.random.default_rng(seed)
    codes = [f"B{k:02d}" for k in range(bodies)]
    gives, gets = (size * standard(rng.normal(size=bodies)) for size in (actor, partner))
    dyad = 2.5 + gives[:, None] + gets + relationship * rng.normal(size=(bodies, bodies))
    people = {f"{code}-{k}": (code, TIERS[k % 4]) for code in codes for k in range(raters)}
    rows = []
    for source, code in enumerate(codes):
        for target in set(range(bodies)) - {source}:
            for k in range(raters):
                latent = dyad[source, target] + rng.normal(0, person)
                # Rounded up or down at random, so that answers are the latent on average.
                for question in TRUST:
                    answer = int(np.clip(np.floor(latent + rng.random()), 1, 4))
                    rows.append((f"{code}-{k}", "w1", "body", codes[target], question, answer))
    study = make(dict.fromkeys(codes, "nhs"), people, (), seed=seed)
    relations = pl.DataFrame(rows, schema=TABLES["relations"].schema, orient="row")
    return Study(name="Planted", system="S", as_at=DAY, seed=seed, tables={**study.tables, "relations": relations})


def standard(values):
    return (values - values.mean()) / values.std(ddof=1)


def shares(study):
    found = space_between(study)
    return {part: pick(found, "space_between.share", "S", part=part) for part in PARTS}


def test_planted_parts_come_back():
    # Answers differ from the latent by rounding, whose variance falls to persons: 1/4 at most, over 3 answers.
    found = shares(planted(1, actor=0.35, partner=0.2, relationship=0.5, person=0.2))
    assert sum(one.estimate for one in found.values()) == pytest.approx(1)
    assert found["actor"].detail["variance"] == pytest.approx(0.35**2, rel=0.3)
    assert found["relationship"].detail["variance"] == pytest.approx(0.5**2, rel=0.25)
    for part, variance in (("actor", 0.35**2), ("partner", 0.2**2), ("relationship", 0.5**2)):
        whole = 0.35**2 + 0.2**2 + 0.5**2 + (0.2**2 + 0.25 / 3 * 0.75) / 3
        assert found[part].lower < variance / whole < found[part].upper
    assert found["error"].estimate < 0.2
    assert (found["actor"].n, found["actor"].detail["people"]) == (18 * 17 * 6, 18 * 6)
    assert (found["actor"].detail["bodies"], found["actor"].detail["dyads"]) == (18, 18 * 17)


def test_trust_that_belongs_to_nobody_in_particular_is_no_relationship():
    found = shares(planted(2, actor=0.0, partner=0.5, relationship=0.0, person=0.4))
    assert found["partner"].estimate > 0.5
    assert found["relationship"].estimate < 0.1
    assert found["actor"].estimate < 0.1


def test_reciprocity_is_found_where_it_is():
    found = space_between(planted(3, actor=0.3, partner=0.3, relationship=0.4, person=0.2))
    dyadic = pick(found, "space_between.reciprocity", "S", part="dyadic")
    assert dyadic.lower < 0 < dyadic.upper
    assert -1 <= dyadic.lower <= dyadic.estimate <= dyadic.upper <= 1


def test_dyads_need_two_raters_and_bodies_three_partners():
    rows = pl.DataFrame(
        {"person": [f"p{k}" for k in range(9)], "body": list("AAABBCCDE"), "about": list("BBCAADDAA")},
    )
    # A>B, B>A and C>D have two raters; nobody has three partners among these.
    assert connected(rows).is_empty()
    codes = "ABCD"
    every = pl.DataFrame(
        [(f"{a}{k}", a, b) for a in codes for b in codes if a != b for k in range(2)],
        schema=["person", "body", "about"],
        orient="row",
    )
    # E has two partners only, and takes nobody with it.
    more = pl.concat([every, every.filter(pl.col("about").is_in(["A", "B"])).with_columns(body=pl.lit("E"))])
    assert connected(more).equals(every)


def test_too_few_bodies_are_insufficient():
    found = space_between(draw(1, bodies=4, per_tier=2))
    assert found["status"].unique().to_list() == ["insufficient"]
    assert "fewer than 5 bodies" in found["reason"][0]
    assert [one.detail["part"] for one in unframe(found)] == [*PARTS, "generalised", "dyadic"]


def test_everybody_giving_one_answer_says_nothing():
    codes = [f"B{k}" for k in range(6)]
    people = {f"{code}-{k}": (code, "manager") for code in codes for k in range(3)}
    said = [(who, other, "body-open", 3) for who, (code, _) in people.items() for other in codes if other != code]
    found = space_between(make(dict.fromkeys(codes, "nhs"), people, said))
    assert found["status"].unique().to_list() == ["insufficient"]


def test_the_same_study_gives_the_same_bytes_and_other_labels_nearly_the_same(monkeypatch):
    monkeypatch.setattr("leaderful.measures.space_between.SPLITS_WITH_INTERVAL", 1)
    study = draw(6, bodies=6, per_tier=3)
    found = space_between(study)
    assert space_between(study).equals(found)
    names = {f"B{k:02d}": f"R{9 - k}" for k in range(6)}

    def other(table, *columns):
        return table.with_columns(pl.col(name).replace(names) for name in columns)

    tables = {
        **study.tables,
        "bodies": other(study.table("bodies"), "id"),
        "people": other(study.table("people"), "body"),
        "relations": other(study.table("relations"), "about"),
        "ties": other(study.table("ties"), "source", "target"),
    }
    turned = space_between(Study(name="Renamed", system="S", as_at=DAY, seed=study.seed, tables=tables))
    np.testing.assert_allclose(turned["estimate"], found["estimate"], atol=0.1)


def test_a_study_without_relations_has_no_findings():
    assert space_between(Study(name="Empty", system="S", as_at=DAY)).schema == SCHEMA
