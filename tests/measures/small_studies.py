"""Studies of people and their answers, made in memory for the tests of measures."""

from datetime import date

import numpy as np
import polars as pl

from leaderful.framework import framework
from leaderful.measures.findings import unframe
from leaderful.study import TABLES, Study

SYSTEM = "QTT"
SCALES = {scale.id: scale for scale in framework().item_scales}


def table(name, rows):
    return pl.DataFrame(rows, schema=TABLES[name].schema)


def body(id, *, sector="nhs", valid_from=None, valid_to=None, kind="nhs-trust"):
    return {
        "id": id,
        "name": id,
        "kind": kind,
        "scale": "organisation",
        "sector": sector,
        "system": SYSTEM,
        "valid_from": valid_from,
        "valid_to": valid_to,
    }


def person(id, at, *, tier="manager", team=None, place=None):
    return {"id": id, "body": at, "team": team, "tier": tier, "place": place}


def said(who, answers, *, scale="MOT", wave="w1"):
    """Rows of answers to the items of a scale in order; None is "I am not able to say"."""
    items = [item.id for item in SCALES[scale].items]
    return [
        {"person": who, "wave": wave, "item": item, "answer": answer}
        for item, answer in zip(items, answers, strict=False)
    ]


def study(bodies, people, responses, *, relations=(), successions=(), waves=None, system=SYSTEM):
    waves = waves or {"w1": date(2025, 3, 1)}
    return Study(
        name="Made up",
        system=system,
        as_at=date(2026, 3, 31),
        tables={
            "bodies": table("bodies", bodies),
            "people": table("people", people),
            "responses": table("responses", responses),
            "relations": table("relations", list(relations)),
            "successions": table("successions", list(successions)),
            "waves": table("waves", [{"id": id, "opens": opens} for id, opens in waves.items()]),
        },
    )


def succession(predecessor, successor, effective, *, kind="merger"):
    return {"predecessor": predecessor, "successor": successor, "kind": kind, "effective": effective}


def pick(findings, measure, unit, **where):
    """Return the one finding of a measure on a unit; `where` names columns or keys of detail."""
    held = [
        one
        for one in unframe(findings.filter(pl.col("measure") == measure, pl.col("unit") == unit))
        if all(getattr(one, key, one.detail.get(key)) == value for key, value in where.items())
    ]
    assert len(held) == 1, [(one.unit_kind, one.unit, one.wave, one.detail) for one in held]
    return held[0]


def drawn(*, seed=1, bodies=6, teams=4, size=6, spread=0.6, silent=0.2, waves=("w1",), scales=("MOT", "SHP")):
    """A study of bodies with teams whose people differ, some of them silent."""
    rng = np.random.default_rng(seed)
    tiers = ("board", "executive", "manager", "practitioner")
    sectors = ("nhs", "local-government", "voluntary")
    all_bodies = [body(f"B{b}", sector=sectors[b % 3]) for b in range(bodies)]
    people, responses = [], []
    for b in range(bodies):
        for t in range(teams):
            mean = 3.2 + spread * rng.normal()
            for k in range(size):
                code = f"p{b}-{t}-{k}"
                people.append(person(code, f"B{b}", tier=tiers[(k + t) % 4], team=f"T{b}{t}", place=f"L{b % 2}"))
                for wave in waves:
                    if rng.random() < silent:
                        continue
                    trait = mean + rng.normal(0, 0.6)
                    for scale in scales:
                        answers = [
                            None if rng.random() < 0.05 else int(np.clip(round(turned), 1, 5))
                            for item in SCALES[scale].items
                            for true in [trait + rng.normal(0, 0.7)]
                            for turned in [6 - true if item.reversed else true]
                        ]
                        responses += said(code, answers, scale=scale, wave=wave)
    dates = {wave: date(2025 + k, 3, 1) for k, wave in enumerate(waves)}
    return study(all_bodies, people, responses, waves=dates)
