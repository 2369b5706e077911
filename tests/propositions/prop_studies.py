"""Studies in which a proposition holds by as much as asked, one small study for each."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np

from leaderful.framework import framework
from leaderful.study import Study
from whole_tables import full

SYSTEM = "S"
TIERS = ("board", "executive", "manager", "practitioner")
ITEMS = {scale.id: list(scale.items) for scale in framework().item_scales}
WAVES = {"w1": date(2025, 3, 1), "w2": date(2026, 3, 1)}
START = datetime(2025, 6, 2, 9)


class Made:
    """A study of some bodies of equal size, to which answers of known means are added."""

    def __init__(self, *, bodies: int = 16, size: int = 30, seed: int = 1, waves: tuple[str, ...] = ("w2",)) -> None:
        self.rng = np.random.default_rng(seed)
        self.bodies = [f"B{b:02}" for b in range(bodies)]
        self.home = np.repeat(np.arange(bodies), size)
        self.people = [f"p{i:04}" for i in range(bodies * size)]
        self.tier = [TIERS[i % 4] for i in range(bodies * size)]
        self.drive = self.rng.normal(size=bodies)
        """What differs between bodies, and is to make the effect."""
        self.waves = waves
        self.tables: dict[str, list[dict[str, object]]] = {"ties": []}

    def add(self, table: str, rows: list[dict[str, object]]) -> None:
        self.tables.setdefault(table, []).extend(rows)

    def answer(self, scale: str, means: np.ndarray, wave: str = "w2") -> None:
        """Let everybody answer the items of a scale around their mean, 1 to 5."""
        turned = [item.reversed for item in ITEMS[scale]]
        noisy = np.clip(np.rint(means[:, None] + 0.5 * self.rng.normal(size=(len(means), 4))), 1, 5)
        rows = [
            {"person": who, "wave": wave, "item": item.id, "answer": int(6 - value if back else value)}
            for who, values in zip(self.people, noisy, strict=True)
            for item, value, back in zip(ITEMS[scale], values, turned, strict=True)
        ]
        self.add("responses", rows)

    def tie(self, chance: np.ndarray, wave: str = "w2") -> None:
        """Declare each body a partner of the next two, and let people work with each by chance, trusting it."""
        n = len(self.bodies)
        rows: list[dict[str, object]] = []
        for i, who in enumerate(self.people):
            for step in (1, 2, n - 1, n - 2):
                about = self.bodies[(self.home[i] + step) % n]
                works = bool(self.rng.random() < chance[i])
                for question, answer in (("contact", 3 if works else 0), ("reliable", 4 if works else 1)):
                    rows.append(
                        {"person": who, "wave": wave, "about_kind": "body", "about": about,
                         "question": f"body-{question}", "answer": answer}
                    )  # fmt: skip
        self.add("relations", rows)
        self.tables["ties"] = [
            {"source": body, "target": self.bodies[(b + step) % n], "kind": "works-with"}
            for b, body in enumerate(self.bodies)
            for step in (1, 2)
        ]

    def study(self) -> Study:
        held = {
            "bodies": full(
                "bodies",
                [
                    {"id": body, "name": body, "kind": "nhs-trust", "scale": "organisation", "sector": "nhs",
                     "system": SYSTEM}
                    for body in self.bodies
                ]
                + [{"id": SYSTEM, "name": "ICB", "kind": "integrated-care-board", "scale": "system", "sector": "nhs",
                    "system": SYSTEM}],
            ),
            "people": full(
                "people",
                [
                    {"id": who, "body": self.bodies[home], "tier": tier}
                    for who, home, tier in zip(self.people, self.home, self.tier, strict=True)
                ],
            ),
            "waves": full("waves", [{"id": wave, "opens": WAVES[wave]} for wave in self.waves]),
        }  # fmt: skip
        held |= {name: full(name, rows) for name, rows in self.tables.items()}
        return Study(name="Made up", system=SYSTEM, as_at=date(2026, 6, 30), tables=held)


def purpose_by_thread(effect: float, **size: int) -> Study:
    made = Made(**size)
    carried = np.arange(len(made.bodies)) % 2
    made.answer("SHP", 3 + effect * carried[made.home])
    made.add("purposes", [{"id": "top", "body": SYSTEM, "statement": "Health for all", "serves": ["SDG3"]}])
    made.add(
        "purposes",
        [
            {"id": f"of-{body}", "body": body, "statement": "What we do", "serves": ["top" if kept else "SDG8"]}
            for body, kept in zip(made.bodies, carried, strict=True)
        ],
    )
    made.add("ties", [{"source": SYSTEM, "target": body, "kind": "commissions"} for body in made.bodies])
    return made.study()


def ties_by_colleagues(scale: str, effect: float, **size: int) -> Study:
    made = Made(**size)
    made.answer(scale, 3 + 0.7 * made.drive[made.home])
    made.tie(np.clip(0.3 + effect * made.drive[made.home], 0.02, 0.98))
    return made.study()


def capacity_by_tension(effect: float, *, halo: float = 0.0, **size: int) -> Study:
    made = Made(**size)
    mood = made.rng.normal(size=len(made.people))
    made.answer("ACC", 3 + 0.7 * made.drive[made.home] + halo * mood)
    made.answer("CAP", 3 + effect * made.drive[made.home] - halo * mood)
    return made.study()


def purpose_by_conflict(effect: float, **size: int) -> Study:
    made = Made(**size, waves=("w1", "w2"))
    for wave, shift in (("w1", 0.0), ("w2", effect)):
        made.answer("CON", 3 + 0.7 * made.drive[made.home], wave)
        made.answer("SHP", 3 + shift * made.drive[made.home], wave)
    return made.study()


def ties_by_moments(effect: float, **size: int) -> Study:
    made = Made(**size, waves=("w1", "w2"))
    flat = np.full(len(made.people), 0.4)
    made.tie(flat, "w1")
    made.tie(np.clip(flat + effect * made.drive[made.home], 0.02, 0.98), "w2")
    taken = 1 / (1 + np.exp(-2 * made.drive))
    made.add(
        "moments",
        [
            {"id": f"m{i}-{k}", "person": who, "time": START + timedelta(days=7 * k),
             "with_bodies": [made.bodies[(home + 1) % len(made.bodies)]], "opener": "surprise",
             "taken": bool(made.rng.random() < taken[home])}
            for i, (who, home) in enumerate(zip(made.people, made.home, strict=True))
            for k in range(2)
        ],
    )  # fmt: skip
    return made.study()


def moments_by_trust(effect: float, **size: int) -> Study:
    made = Made(**size, waves=("w1",))
    trust = made.rng.integers(1, 5, len(made.people))
    rows: list[dict[str, object]] = []
    moments: list[dict[str, object]] = []
    for i, who in enumerate(made.people):
        about = made.bodies[(made.home[i] + 1) % len(made.bodies)]
        for question in ("reliable", "open", "same-purpose"):
            rows.append({"person": who, "wave": "w1", "about_kind": "body", "about": about,
                         "question": f"body-{question}", "answer": int(trust[i])})  # fmt: skip
        for k in range(3):
            taken = made.rng.random() < np.clip(0.5 + effect * (trust[i] - 2.5), 0.02, 0.98)
            moments.append({"id": f"m{i}-{k}", "person": who, "time": START + timedelta(days=7 * k),
                            "with_bodies": [about], "opener": "surprise", "taken": bool(taken)})  # fmt: skip
    made.add("relations", rows)
    made.add("moments", moments)
    return made.study()


def moments_by_reflection(effect: float, **size: int) -> Study:
    made = Made(**size, waves=())
    moments: list[dict[str, object]] = []
    for i, who in enumerate(made.people):
        level, earlier = 0.35 + 0.1 * made.rng.normal(), 0
        for k in range(8):
            taken = made.rng.random() < np.clip(level + effect * np.log2(1 + earlier), 0.02, 0.98)
            reflected = made.rng.random() < 0.5
            moments.append({"id": f"m{i}-{k}", "person": who, "time": START + timedelta(days=7 * k),
                            "opener": "surprise", "taken": bool(taken),
                            "reflection": "kept by the writer" if reflected else None})  # fmt: skip
            earlier += reflected
    made.add("moments", moments)
    return made.study()


def meetings_at_crisis(jump: float, half_life: float, **size: int) -> Study:
    """Meetings between bodies in 26 weeks before a crisis and 26 after, by a factor that fades."""
    made = Made(**size, waves=())
    rows: list[dict[str, object]] = []
    for week in range(-26, 26):
        factor = 1 + (jump - 1) * 0.5 ** (week / half_life) if week >= 0 else 1.0
        for _ in range(made.rng.poisson(60 * factor)):
            a = int(made.rng.integers(len(made.people)))
            others = np.flatnonzero(made.home != made.home[a])
            when = START + timedelta(days=int(7 * week + made.rng.integers(7)))
            rows.append({"id": f"i{len(rows)}", "time": when, "channel": "meeting",
                         "participants": [made.people[a], made.people[int(made.rng.choice(others))]]})  # fmt: skip
    made.add("interactions", rows)
    made.add("shocks", [{"id": "c1", "name": "Flood", "kind": "crisis", "starts": START.date()}])
    return made.study()


def reach_by_roles(effect: float, **size: int) -> Study:
    """Half of each body write, as often as one another; those who know roles well more often to others who write."""
    made = Made(**({"bodies": 12, "size": 10} | size), waves=("w1",))
    n = len(made.people)
    knows = made.rng.normal(size=n)
    made.answer("ROL", 3 + 0.8 * knows, "w1")
    rows: list[dict[str, object]] = []
    for week in range(8):
        for i, who in enumerate(made.people):
            for k in range(2 * (i % 2)):
                writer = made.rng.random() < np.clip(0.25 + effect * knows[i], 0.0, 1.0)
                other = 2 * int(made.rng.integers(n // 2)) + int(writer)
                if other != i:
                    rows.append({"id": f"i{len(rows)}", "time": START + timedelta(days=7 * week + 3 * k, minutes=i),
                                 "sender": who, "participants": [who, made.people[other]]})  # fmt: skip
    made.add("interactions", rows)
    return made.study()


def nothing(seed: int) -> Study:
    """Bodies differ in everything, moods colour all that a person says, and no two things go together otherwise."""
    made = Made(bodies=10, size=26, seed=seed, waves=("w1", "w2"))
    mood = 0.4 * made.rng.normal(size=len(made.people))
    for scale in ("LEA", "EQU", "ACC", "CAP"):
        made.answer(scale, 3 + 0.4 * made.rng.normal(size=10)[made.home] + mood)
    for scale in ("CON", "SHP"):
        lasting = 0.4 * made.rng.normal(size=10)[made.home] + mood
        for wave in ("w1", "w2"):
            made.answer(scale, 3 + lasting, wave)
    for wave in ("w1", "w2"):
        made.tie(np.clip(0.4 + 0.15 * made.rng.normal(size=10)[made.home], 0.02, 0.98), wave)
    return made.study()
