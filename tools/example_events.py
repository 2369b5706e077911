"""Made-up meetings and moments of made-up people, with what is planted in them.

Every number of the model is chosen to make an example that reads well; none is taken from real people.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leaderful.framework import framework
from leaderful.study import TABLES
from leaderful.study.own_tables import WITHHELD

FIRST_MONDAY = datetime(2025, 9, 1)
WEEKS = 30
MEETINGS_A_WEEK = 800
SHOCK_WEEK = 10
ACTIVITY = {"board": 0.8, "executive": 1.6, "manager": 1.5, "practitioner": 0.7}
INSIDE_TEAM, INSIDE_BODY = 0.45, 0.38
"""Shares of meetings that stay inside a team, and inside a body; the rest cross to another body."""
ACROSS = 2
"""Place of the meetings that cross among the three kinds."""
SILO = 0.15
"""Share of its outside meetings that a silo keeps."""
SIZES = (0.62, 0.22, 0.11, 0.05)
"""Shares of meetings of two, three, four and five people."""
CHANNELS = {"meeting": 0.45, "call": 0.25, "mail": 0.2, "chat": 0.1}
DIARISTS, MOMENTS_EACH = 420, 4.0
WITHIN = 0.4
"""Share of moments among people of one body."""
TAKEN = 0.2
"""Log odds that a moment is taken by somebody in the middle of everything."""
Numbers = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class PlantedEvents:
    """What is planted in meetings and moments; nothing when left as it is."""

    boundary: tuple[str, str] | None = None
    """Two bodies whose people do not meet each other."""
    silo: str = ""
    """A body whose people seldom meet others."""
    connector: str = ""
    hangers_on: tuple[str, ...] = ()
    """Bodies that meet the connector alone."""
    shock: float = 1.0
    """By how much meetings across bodies are multiplied in the week of the shock."""
    half_life: float = 5.0
    """Weeks after which half of that rise is gone."""
    understanding: float = 0.0
    """Log odds that a point more of role understanding adds to a moment being taken."""


@dataclass(frozen=True, kw_only=True)
class Merged:
    """Bodies that became one, and since when."""

    bodies: tuple[str, ...]
    into: str
    since: datetime

    def called(self, body: str, time: datetime) -> str:
        """Return the code that a body goes by at a time."""
        return self.into if body in self.bodies and time >= self.since else body


def interactions(asked: pl.DataFrame, planted: PlantedEvents, rng: np.random.Generator) -> pl.DataFrame:
    """Return the meetings of thirty weeks."""
    circles = _circles(asked, rng)
    weeks = [_week(week, circles, planted, rng) for week in range(WEEKS)]
    rows = sorted(((time, people) for week in weeks for time, people in week), key=lambda row: row[0])
    codes = asked["id"].to_list()
    return _shaped(
        "interactions",
        pl.DataFrame(
            {
                "id": [f"M{number:05d}" for number in range(len(rows))],
                "time": [time for time, _ in rows],
                "participants": [[codes[place] for place in sorted(people)] for _, people in rows],
                "sender": [None] * len(rows),
                "channel": rng.choice(list(CHANNELS), size=len(rows), p=list(CHANNELS.values())),
            },
            schema_overrides={"sender": pl.String()},
        ),
    )


@dataclass(frozen=True, kw_only=True)
class _Circles:
    """Who may meet whom: people by place in the list, with how much each meets."""

    activity: Numbers
    team: list[str]
    body: list[str]
    within: dict[str, Numbers]
    """People of each team and of each body."""


def _circles(asked: pl.DataFrame, rng: np.random.Generator) -> _Circles:
    activity = np.array([ACTIVITY[tier] for tier in asked["tier"]]) * rng.gamma(3.0, 1 / 3.0, asked.height)
    body = asked["body"].to_list()
    team = asked.select(pl.coalesce("team", "body")).to_series().to_list()
    named = np.array(body), np.array(team)
    within = {code: np.flatnonzero(names == code) for names in named for code in np.unique(names)}
    return _Circles(activity=activity, team=team, body=body, within=within)


def _week(
    week: int, circles: _Circles, planted: PlantedEvents, rng: np.random.Generator
) -> list[tuple[datetime, set[int]]]:
    """Return one week's meetings: those inside teams and bodies, and those across, more of them after the shock."""
    since = week - SHOCK_WEEK
    lift = (planted.shock - 1.0) * 0.5 ** (since / planted.half_life) if since >= 0 else 0.0
    across = 1.0 - INSIDE_TEAM - INSIDE_BODY
    counts = rng.poisson(MEETINGS_A_WEEK * np.array([INSIDE_TEAM, INSIDE_BODY, across * (1.0 + lift)]))
    chance = circles.activity / circles.activity.sum()
    found = []
    for kind, count in enumerate(counts):
        for caller in rng.choice(len(chance), size=count, p=chance):
            people = _company(int(caller), kind, circles, planted, rng)
            if len(people) > 1:
                found.append((_office_hour(week, rng), people))
    return found


def _company(caller: int, kind: int, circles: _Circles, planted: PlantedEvents, rng: np.random.Generator) -> set[int]:
    """Return who meets: the caller and one to four others of the team, the body or one other body."""
    own = circles.body[caller]
    if kind == ACROSS and not (own == planted.silo and rng.random() > SILO):
        circle = circles.within[_other_body(own, circles, planted, rng)]
    else:
        circle = circles.within[circles.team[caller] if kind == 0 else own]
    weight = circles.activity[circle] * (circle != caller)
    others = min(1 + int(rng.choice(len(SIZES), p=SIZES)), int((weight > 0).sum()))
    if not others:
        return {caller}
    return {caller, *(int(one) for one in rng.choice(circle, size=others, replace=False, p=weight / weight.sum()))}


def _other_body(body: str, circles: _Circles, planted: PlantedEvents, rng: np.random.Generator) -> str:
    """Return another body, the larger and the opener the likelier."""
    bodies = sorted(set(circles.body) - {body})
    chance = np.array(
        [circles.activity[circles.within[other]].sum() * _openness({body, other}, planted) for other in bodies]
    )
    return str(rng.choice(bodies, p=chance / chance.sum()))


def _openness(pair: set[str], planted: PlantedEvents) -> float:
    """Return how open two bodies are to each other, beside two that nothing keeps apart."""
    if planted.boundary is not None and pair == set(planted.boundary):
        return 0.0
    if pair & set(planted.hangers_on):
        return float(planted.connector in pair)
    return SILO if planted.silo in pair else 1.0


def _office_hour(week: int, rng: np.random.Generator) -> datetime:
    day, quarter = int(rng.integers(5)), int(rng.integers(36))
    return FIRST_MONDAY + timedelta(weeks=week, days=day, hours=8, minutes=15 * quarter)


def moments(
    asked: pl.DataFrame, understanding: Numbers, planted: PlantedEvents, merged: Merged, rng: np.random.Generator
) -> pl.DataFrame:
    """Return the diaries of some people; how well they understand others' roles may count for what is taken."""
    bodies = sorted(set(asked["body"]))
    rows = []
    for place in sorted(rng.choice(asked.height, size=DIARISTS, replace=False)):
        person, own = asked["id"][int(place)], str(asked["body"][int(place)])
        lean = TAKEN + planted.understanding * float(understanding[place]) + 0.3 * rng.standard_normal()
        for _ in range(1 + rng.poisson(MOMENTS_EACH - 1)):
            rows.append({"person": person, **_moment(own, bodies, lean, merged, rng)})
    listed = pl.DataFrame(rows).sort("time", "person", maintain_order=True)
    return _shaped("moments", listed.with_columns(pl.format("D{}", pl.int_range(pl.len()) + 10_000).alias("id")))


def _moment(own: str, bodies: list[str], lean: float, merged: Merged, rng: np.random.Generator) -> dict[str, object]:
    """Return one entry of a diary, all but whose it is."""
    others = [own] if rng.random() < WITHIN else list(map(str, rng.choice(bodies, size=1 + int(rng.random() < 0.3))))
    time = _office_hour(int(rng.integers(WEEKS)), rng)
    taken = bool(rng.random() < 1.0 / (1.0 + np.exp(-lean)))
    reflected = bool(rng.random() < 0.5)
    behaviours = rng.choice([each.id for each in framework().behaviours], size=2 + int(rng.integers(3)), replace=False)
    return {
        "time": time,
        "with_bodies": sorted({merged.called(body, time) for body in others}),
        "with_tiers": sorted(set(map(str, rng.choice(list(ACTIVITY), size=2)))),
        "opener": str(rng.choice([opener.id for opener in framework().openers])),
        "behaviours": sorted(map(str, behaviours)),
        "taken": taken,
        "went_on_to": [merged.called(str(rng.choice(bodies)), time)] if taken else [],
        "reflection": WITHHELD if reflected else None,
        "consent_text": False if reflected else None,
    }


def _shaped(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    schema = TABLES[table].schema
    return rows.select(pl.col(name).cast(dtype) for name, dtype in schema.items()).sort(TABLES[table].key)
