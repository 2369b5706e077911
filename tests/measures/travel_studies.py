"""Studies with a record of who met whom, written out or drawn at random."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np

from leaderful.study import Study
from whole_tables import full

DAY = date(2026, 4, 1)
START = datetime(2025, 9, 1)
TIERS = ("board", "executive", "manager", "practitioner")


def at(days, hours=9):
    """So many days, and hours, into the record."""
    return START + timedelta(days=days, hours=hours)


def make(people, talks, *, partners=(), sectors=None, successions=(), seed=1):
    """Make a study.

    people: code to body, or to body and tier; talks: (time, who) or (time, who, sender), who a list of codes.
    """
    placed = {who: home if isinstance(home, tuple) else (home, "manager") for who, home in people.items()}
    bodies = sorted({body for body, _ in placed.values()} | {new for _, new, _ in successions})
    ended = {old: day - timedelta(days=1) for old, _, day in successions}
    rows = [
        {"id": f"M{k}", "time": talk[0], "participants": list(talk[1]), "sender": talk[2] if len(talk) > 2 else None}
        for k, talk in enumerate(talks)
    ]
    return Study(
        name="Talks",
        system="S",
        as_at=DAY,
        seed=seed,
        tables={
            "bodies": full(
                "bodies",
                [
                    {"id": b, "kind": "nhs-trust", "sector": (sectors or {}).get(b, "nhs"), "valid_to": ended.get(b)}
                    for b in bodies
                ],
            ),
            "successions": full(
                "successions",
                [{"predecessor": a, "successor": b, "kind": "merger", "effective": day} for a, b, day in successions],
            ),
            "ties": full("ties", [{"source": a, "target": b, "kind": "partners-with"} for a, b in partners]),
            "people": full("people", [{"id": who, "body": b, "tier": tier} for who, (b, tier) in placed.items()]),
            "interactions": full("interactions", rows),
        },
    )


def draw(seed, *, bodies=5, size=30, weeks=16, a_week=150, inside=0.6, shut=(), small=0):
    """Draw a study in which people meet inside their body, or anybody outside; bodies that are shut never meet.

    `small` people more are of a body ZZ of their own.
    """
    rng = np.random.default_rng(seed)
    codes = [f"B{k}" for k in range(bodies)]
    home = np.repeat(np.arange(bodies), size)
    people = {f"p{k:03d}": (codes[b], TIERS[k % 4]) for k, b in enumerate(home)}
    names = list(people)
    shut = {frozenset(codes.index(code) for code in pair) for pair in shut}
    activity = rng.gamma(4.0, 0.25, len(home))
    talks = []
    for week in range(weeks):
        for caller in rng.choice(len(home), size=rng.poisson(a_week), p=activity / activity.sum()):
            apart = np.array([frozenset((home[caller], b)) in shut for b in range(bodies)])[home]
            own = home == home[caller]
            circle = np.flatnonzero(own if rng.random() < inside else ~own & ~apart)
            circle = circle[circle != caller]
            weight = activity[circle] / activity[circle].sum()
            others = rng.choice(circle, size=1 + int(rng.random() < 0.3), replace=False, p=weight)
            if frozenset(home[others].tolist()) in shut:
                others = others[:1]
            when = at(7 * week + int(rng.integers(5)), hours=8 + int(rng.integers(9)))
            talks.append((when, [names[caller], *(names[other] for other in others)]))
    if small:
        people |= {f"z{k}": ("ZZ", "manager") for k in range(small)}
        talks += [(at(7 * week), [f"z{k}", names[k]]) for week in range(weeks) for k in range(small)]
    partners = [(a, b) for k, a in enumerate(codes) for b in codes[k + 1 :]]
    partners += [("B0", "ZZ")] if small else []
    sectors = {code: ("nhs", "local-government")[k % 2] for k, code in enumerate(codes)}
    return make(people, talks, partners=partners, sectors=sectors, seed=seed)
