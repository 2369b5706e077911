"""Small studies of diaries and meetings, written out or drawn at random."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np

from leaderful.framework import framework
from leaderful.study import Study
from whole_tables import full

SYSTEM = "S"
TIERS = ("board", "executive", "manager", "practitioner")
SECTORS = {"A": "nhs", "B": "nhs", "C": "voluntary", "N": "national-government"}
ITEMS = {scale.id: list(scale.items) for scale in framework().item_scales}
SHOCK = date(2025, 9, 1)


def bodies(sectors=SECTORS, *, teams=()):
    rows = [
        {"id": code, "name": code, "sector": sector, "scale": "national" if code == "N" else "organisation"}
        for code, sector in sectors.items()
    ]
    return rows + [{"id": team, "name": team, "sector": "nhs", "scale": "team"} for team in teams]


def moment(id, person, day, taken, *, at=(), opener="surprise", used=(), words=None):
    return {
        "id": id,
        "person": person,
        "time": datetime(2026, 1, 1) + timedelta(days=day),
        "with_bodies": list(at) or None,
        "opener": opener,
        "behaviours": list(used) or None,
        "taken": taken,
        "reflection": words,
    }


def made(people, moments=(), *, rows=None, waves=None, responses=(), relations=(), successions=(), shocks=(), met=()):
    """people: code to (body, tier) or (body, tier, team); met: (day, codes)."""
    who = [dict(zip(("id", "body", "tier", "team"), (code, *where), strict=False)) for code, where in people.items()]
    held = {
        "bodies": full("bodies", rows or bodies()),
        "people": full("people", who),
        "moments": full("moments", list(moments)),
        "waves": full("waves", [{"id": id, "opens": day} for id, day in (waves or {}).items()]),
        "responses": full("responses", list(responses)),
        "relations": full("relations", list(relations)),
        "successions": full("successions", list(successions)),
        "shocks": full("shocks", [{"id": i, "name": n, "kind": "crisis", "starts": day} for i, n, day in shocks]),
        "interactions": full(
            "interactions",
            [
                {"id": f"i{k}", "time": datetime.combine(day, datetime.min.time()), "participants": list(codes)}
                for k, (day, codes) in enumerate(met)
            ],
        ),
    }
    return Study(name="Made", system=SYSTEM, as_at=date(2026, 4, 1), tables=held)


def said(person, scale, score, *, wave="w1"):
    """Answers whose score is a whole number from 1 to 5, reversed items turned."""
    return [
        {"person": person, "wave": wave, "item": item.id, "answer": 6 - score if item.reversed else score}
        for item in ITEMS[scale]
    ]


def trusted(person, about, answer, *, wave="w1"):
    return {
        "person": person,
        "wave": wave,
        "about_kind": "body",
        "about": about,
        "question": "body-reliable",
        "answer": answer,
    }


def diaries(seed, *, people=90, each=8, effects=(0.0, 0.0, 0.0), rated=True, spread=0.4):
    """Draw diaries in which trust in the others there, role understanding and reflexivity may count."""
    rng = np.random.default_rng(seed)
    codes = [f"p{k:03d}" for k in range(people)]
    home = {code: ("ABC"[k % 3], TIERS[k % 4]) for k, code in enumerate(codes)}
    responses, relations, moments = [], [], []
    for code in codes:
        mot, rol, ref = (int(score) for score in rng.integers(1, 6, 3))
        for scale, score in (("MOT", mot), ("ROL", rol), ("REF", ref)):
            responses += said(code, scale, score)
        trust = {about: int(rng.integers(1, 5)) for about in "ABC"}
        relations += [trusted(code, about, trust[about]) for about in "ABC" if rated and about != home[code][0]]
        lean = spread * rng.normal()
        for k in range(each):
            there = str(rng.choice(list("ABC")))
            across = there != home[code][0]
            felt = effects[0] * (trust[there] - 2.5 if rated and across else 0.0 if rated else mot - 3)
            eta = lean + felt + effects[1] * (rol - 3) + effects[2] * (ref - 3)
            taken = bool(rng.random() < 1 / (1 + np.exp(-eta)))
            words = "x" if rng.random() < 0.5 else None
            used = [str(one) for one in rng.choice(["supporting", "planning", "networking"], 1)]
            moments.append(
                moment(f"{code}-{k}", code, int(rng.integers(1, 80)), taken, at=[there], used=used, words=words)
            )
    return made(home, moments, waves={"w1": date(2025, 12, 1)}, responses=responses, relations=relations)


def meetings(weekly, *, first=-12, people=60, between=True, seed=1):
    """Return who there is, and meetings of two, so many in each week from the first, counted from the shock."""
    rng = np.random.default_rng(seed)
    who = {f"p{k:03d}": ("AB"[k % 2], "manager") for k in range(people)}
    ones, others = np.arange(0, people, 2), np.arange(1, people, 2)
    met = []
    for week, count in enumerate(weekly):
        for _ in range(int(count)):
            day = SHOCK + timedelta(days=7 * (week + first) + int(rng.integers(0, 5)))
            pair = (rng.choice(ones), rng.choice(others)) if between else rng.choice(ones, 2, replace=False)
            met.append((day, [f"p{k:03d}" for k in pair]))
    return who, met
