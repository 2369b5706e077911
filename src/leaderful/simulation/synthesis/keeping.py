"""What is on record of meetings, and what diaries note of moments."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leaderful.framework import framework
from leaderful.simulation.observing.census import Whole
from leaderful.simulation.synthesis.following import Followed
from leaderful.simulation.synthesis.plan import Plan
from leaderful.simulation.synthesis.shaping import shaped
from leaderful.simulation.system import TIERS
from leaderful.study.own_tables import WITHHELD

CHANNELS: Final = {"meeting": 0.45, "call": 0.25, "mail": 0.2, "chat": 0.1}
FIRST_HOUR, QUARTERS = 8, 40
"""Meetings begin on a quarter of an hour from eight in the morning on, of ten hours."""


def interactions(run: Followed, codes: dict[int, str], rng: np.random.Generator) -> pl.DataFrame:
    """Return the meetings of two that are on record, each on a working day of its week."""
    met = run.met
    kept = rng.binomial(met.times, run.plan.record.meetings)
    week, a, b = (np.repeat(each, kept) for each in (met.week, met.a, met.b))
    count = len(week)
    rows = pl.DataFrame(
        {
            "time": _times(run.plan, week, rng),
            "one": [codes[int(each)] for each in a],
            "two": [codes[int(each)] for each in b],
            "channel": rng.choice(list(CHANNELS), size=count, p=list(CHANNELS.values())) if count else [],
        },
        schema_overrides={"one": pl.String, "two": pl.String, "channel": pl.String},
    ).sort("time", "one", "two")
    taking_part = pl.concat_list("one", "two").list.sort()
    named = pl.format("M{}", pl.int_range(pl.len()) + 1_000_000)
    return shaped("interactions", rows.with_columns(id=named, participants=taking_part))


def moments(run: Followed, codes: dict[int, str], rng: np.random.Generator) -> pl.DataFrame:
    """Return the diaries: moments of those who keep one, with the body and tier of whoever was there."""
    record, opened = run.plan.record, run.opened
    diarists = run.asked[rng.random(len(run.asked)) < record.diarists]
    week, taken, reflexivity = np.tile(opened.week, 2), np.tile(opened.taken, 2), np.tile(opened.reflexivity, 2)
    urgency, apart = np.tile(opened.urgency, 2), np.tile(opened.difference, 2)
    own, other = np.concatenate([opened.a, opened.b]), np.concatenate([opened.b, opened.a])
    there = np.concatenate([opened.body_b, opened.body_a])
    noted = np.flatnonzero(np.isin(own, diarists) & (rng.random(len(own)) < record.noted))
    names = run.start.bodies["id"].to_list()
    tiers = run.start.tier
    reflected = rng.random(len(noted)) < reflexivity[noted]
    words = pl.Series([WITHHELD if each else None for each in reflected], dtype=pl.String)
    with_bodies = [[names[there[k]]] for k in noted]
    rows = pl.DataFrame(
        {
            "person": [codes[int(own[k])] for k in noted],
            "time": _times(run.plan, week[noted], rng),
            "with_bodies": with_bodies,
            "with_tiers": [[TIERS[tiers[other[k]]]] for k in noted],
            "opener": _openers(urgency[noted], apart[noted], rng),
            "behaviours": _behaviours(len(noted), rng),
            "taken": taken[noted],
            "went_on_to": [bodies if taken[k] else [] for k, bodies in zip(noted, with_bodies, strict=True)],
            "reflection": words,
            "consent_text": pl.Series([False if each else None for each in reflected], dtype=pl.Boolean),
        },
        schema_overrides={
            "person": pl.String,
            "opener": pl.String,
            **dict.fromkeys(("with_bodies", "with_tiers", "behaviours", "went_on_to"), pl.List(pl.String)),
        },
    ).sort("time", "person", maintain_order=True)
    return shaped("moments", rows.with_columns(id=pl.format("D{}", pl.int_range(pl.len()) + 100_000)))


def _times(plan: Plan, week: Whole, rng: np.random.Generator) -> pl.Series:
    """Return a working hour in each week."""
    minutes = rng.integers(5, size=len(week)) * 24 * 60 + 60 * FIRST_HOUR + 15 * rng.integers(QUARTERS, size=len(week))
    start = np.datetime64(plan.first_day, "us") + (week * 7 * 24 * 60 + minutes).astype("timedelta64[m]")
    return pl.Series(start.astype("datetime64[us]"), dtype=pl.Datetime("us"))


def _openers(urgency: NDArray[np.float64], apart: NDArray[np.float64], rng: np.random.Generator) -> list[str]:
    """Return what opened each moment: a crisis where there is urgency, disagreement the oftener purposes differ."""
    others = [opener.id for opener in framework().openers if opener.id not in ("crisis", "disagreement")]
    drawn = rng.choice(others, size=len(urgency)) if len(urgency) else np.zeros(0, dtype=str)
    pressed, apart_ = rng.random(len(urgency)) < urgency, rng.random(len(urgency)) < apart
    return [str(each) for each in np.where(pressed, "crisis", np.where(apart_, "disagreement", drawn))]


def _behaviours(count: int, rng: np.random.Generator) -> list[list[str]]:
    """Return two to four behaviours for each moment; they say nothing of whether it is taken."""
    every: list[Any] = [each.id for each in framework().behaviours]
    order = rng.random((count, len(every))).argsort(axis=1)
    many = 2 + rng.integers(3, size=count)
    return [sorted(every[k] for k in row[:some]) for row, some in zip(order, many, strict=True)]
