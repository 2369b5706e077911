"""Made-up answers of made-up people, with what is planted in them.

Every number of the model is chosen to make an example that reads well; none is taken from real people.
Answers are thresholded from normal variables with parts for the body, the team and the person, relations from
parts for the body that speaks, the body spoken of and the pair.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leaderful.framework import framework
from leaderful.study import TABLES

TIERS = ("board", "executive", "manager", "practitioner")
INWARD = 0.16
"""Share of people whose work stays inside their own body."""
PEOPLE_BY_TIER = {"board": 34, "executive": 34, "manager": 48, "practitioner": 96}
TEAMS = 6
ITEM_SCALES = {
    "CGP": 3.7, "SHP": 3.3, "PEN": 3.2, "MOT": 3.4, "CAP": 3.0, "ADA": 3.1, "LEA": 3.2,
    "EQU": 2.8, "ACC": 3.3, "ROL": 3.2, "REF": 3.6, "CON": 3.1, "AGE": 3.3,
}  # fmt: skip
TRUST = ("body-reliable", "body-open", "body-same-purpose")
VALUE = ("body-influence", "body-involvement", "body-resources")
Numbers = NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Member:
    """A body that is asked: its code, its place, and how many people it has beside a full-sized one."""

    code: str
    place: str
    size: float = 1.0
    response: float = 0.8


@dataclass(frozen=True, kw_only=True)
class Planted:
    """What is planted in a study; nothing when left as it is."""

    silo: str = ""
    one_sided: tuple[str, str] | None = None
    """The body that is trusted without trusting back, and the one that trusts it."""
    closed_at_top: tuple[str, str] | None = None
    connector: str = ""
    hangers_on: tuple[str, ...] = ()
    """The bodies that only the connector links to the rest."""
    unreliable: str = ""


@dataclass(frozen=True, kw_only=True)
class Round:
    """A wave: its code, and how many of those who would answer take part."""

    id: str
    part: float
    bodies: dict[str, str] = field(default_factory=dict)
    """Codes under which bodies are spoken of in this round, where a merger was still to come."""


def people(members: list[Member], rng: np.random.Generator) -> pl.DataFrame:
    """Return the people of all bodies; codes are drawn at random so that they say nothing."""
    rows = []
    for member in members:
        for tier, full in PEOPLE_BY_TIER.items():
            for number in range(max(1, round(full * member.size))):
                team = f"{member.code}-T{number % TEAMS + 1}" if full > 40 and member.size >= 0.9 else None
                rows.append((member.code, team, tier, member.place))
    codes = rng.permutation(len(rows)) + 10_000
    frame = pl.DataFrame(rows, schema=["body", "team", "tier", "place"], orient="row")
    return frame.select(
        pl.Series("id", [f"P{code}" for code in codes]),
        "body",
        "team",
        "tier",
        "place",
        pl.lit(False).alias("consent_network"),
    ).sort("id")


def takes_part(asked: pl.DataFrame, members: list[Member], wave: Round, rng: np.random.Generator) -> Numbers:
    """Return who answers in a wave, as a mask: fewer practitioners than board members do."""
    rate = {member.code: member.response for member in members}
    tier = {"board": 1.1, "executive": 1.1, "manager": 1.0, "practitioner": 0.92}
    chance = [min(0.97, rate[b] * tier[t]) * wave.part for b, t in asked.select("body", "tier").iter_rows()]
    return np.asarray(rng.random(asked.height) < np.array(chance))


def views(asked: pl.DataFrame, planted: Planted, rng: np.random.Generator) -> dict[str, Numbers]:
    """Return how each person sees what each item scale asks, about its middle: what lasts from wave to wave."""
    held = {}
    for scale in framework().item_scales:
        parts = _by(asked["body"], 0.22, rng) + _by(asked["team"], 0.18, rng)
        parts = parts + 0.75 * rng.standard_normal(asked.height)
        held[scale.id] = np.zeros(asked.height) if scale.id == planted.unreliable else parts
    return held


def responses(
    answering: Numbers, asked: pl.DataFrame, held: dict[str, Numbers], wave: Round, rng: np.random.Generator
) -> pl.DataFrame:
    """Return the answers of those who take part to the 52 items."""
    columns = {}
    for scale in framework().item_scales:
        latent = ITEM_SCALES[scale.id] + held[scale.id][answering]
        noise = 0.65 if held[scale.id].any() else 1.1
        for item in scale.items:
            answer = np.clip(np.rint(latent + noise * rng.standard_normal(len(latent))), 1, 5)
            answer = 6 - answer if item.reversed else answer
            columns[item.id] = np.where(rng.random(len(latent)) < 0.04, np.nan, answer)
    wide = pl.DataFrame({"person": asked["id"].gather(np.flatnonzero(answering)), **columns})
    long = wide.unpivot(index="person", variable_name="item", value_name="answer")
    return _shaped("responses", long.with_columns(pl.lit(wave.id).alias("wave"), pl.col("answer").fill_nan(None)))


def relations(
    who: pl.DataFrame,
    everyone: pl.DataFrame,
    regard: dict[str, Regard],
    codes: list[str],
    wave: Round,
    planted: Planted,
    rng: np.random.Generator,
) -> pl.DataFrame:
    """Return what those who take part say of the other bodies, and whom they name."""
    spoken = dict(zip(codes, range(len(codes)), strict=True))
    named = [wave.bodies.get(code, code) for code in codes]
    parts = []
    inward = [0.8 if body == planted.silo else INWARD for body in who["body"]]
    outward = rng.random(who.height) >= np.array(inward)
    for body in codes:
        staff = who.filter(pl.Series(outward) & (pl.col("body") == body))
        for other in codes:
            if other == body or wave.bodies.get(other, other) == wave.bodies.get(body, body):
                continue
            meet = rng.random(staff.height) < _engagement(body, other, staff["tier"], planted)
            some = staff.filter(pl.Series(meet))
            answers = _answers(some.height, (spoken[body], spoken[other]), regard, _shift(body, other, planted), rng)
            parts.append(pl.DataFrame({"person": some["id"], "about": [named[spoken[other]]] * some.height, **answers}))
    parts.append(_works_with_nobody(who.filter(~pl.Series(outward)), codes, named))
    wide = pl.concat(parts, how="diagonal").unique(["person", "about"], maintain_order=True)
    long = wide.unpivot(index=["person", "about"], variable_name="question", value_name="answer")
    bodies = long.filter(pl.col("answer").is_not_nan() & pl.col("answer").is_not_null()).with_columns(
        pl.lit("body").alias("about_kind")
    )
    whole = pl.concat([bodies.with_columns(pl.col("answer").cast(pl.Int64)), _people_named(who, everyone, rng)])
    return _shaped("relations", whole.with_columns(pl.lit(wave.id).alias("wave")))


def regards(bodies: int, rng: np.random.Generator) -> dict[str, Regard]:
    """Return how bodies hold each other in each respect: what lasts from wave to wave."""
    return {kind: Regard.draw(bodies, rng) for kind in ("trust", "value", "respect", "role")}


def _works_with_nobody(who: pl.DataFrame, codes: list[str], named: list[str]) -> pl.DataFrame:
    """Return the one answer of those whose work stays inside: that they never work with another body."""
    other = {body: named[place - 1] for place, body in enumerate(codes)}
    return who.select(person="id", about=pl.col("body").replace_strict(other), **{"body-contact": pl.lit(0.0)})


@dataclass(frozen=True, kw_only=True)
class Regard:
    """How bodies hold each other: parts for the one that speaks, the one spoken of, and the two together."""

    speaks: Numbers
    spoken_of: Numbers
    together: Numbers

    @classmethod
    def draw(cls, bodies: int, rng: np.random.Generator) -> Regard:
        """Draw the parts; those of a pair hang together, as what two bodies think of each other does."""
        pair = 0.22 * rng.standard_normal((bodies, bodies))
        return cls(
            speaks=0.12 * rng.standard_normal(bodies),
            spoken_of=0.18 * rng.standard_normal(bodies),
            together=(pair + pair.T) / np.sqrt(2) * 0.9 + 0.1 * rng.standard_normal((bodies, bodies)),
        )

    def of(self, speaks: int, spoken_of: int) -> float:
        """Return what one body makes of another, about a mean of nought."""
        return float(self.speaks[speaks] + self.spoken_of[spoken_of] + self.together[speaks, spoken_of])


def _by(groups: pl.Series, sd: float, rng: np.random.Generator) -> Numbers:
    """Return one draw for each group, spread to its people; none for those in no group."""
    codes = groups.unique().drop_nulls().sort()
    drawn = dict(zip(codes, sd * rng.standard_normal(len(codes)), strict=True))
    return np.array([drawn.get(group, 0.0) for group in groups])


def _engagement(body: str, other: str, tiers: pl.Series, planted: Planted) -> Numbers:
    """Return the chance that people of one body work with another, by their tier."""
    pair = {body, other}
    chance = dict.fromkeys(TIERS, 0.62 if _near(body, other) else 0.3)
    if planted.silo in pair:
        chance = dict.fromkeys(TIERS, 0.18 if body == planted.silo else 0.01)
    outside = pair & set(planted.hangers_on)
    if outside:
        chance = {tier: 0.8 if planted.connector in pair and len(outside) == 1 else 0.0 for tier in TIERS}
    if planted.closed_at_top and pair == set(planted.closed_at_top):
        chance = {"board": 0.72, "executive": 0.5, "manager": 0.42, "practitioner": 0.0}
    return np.array([chance[tier] for tier in tiers])


def _near(body: str, other: str) -> bool:
    """Tell whether two bodies have much to do with each other: about half of all pairs, the same each time."""
    return sum(map(ord, body + other)) % 2 == 0


def _shift(body: str, other: str, planted: Planted) -> float:
    if planted.one_sided == (other, body):
        return 0.6
    if planted.closed_at_top and {body, other} == set(planted.closed_at_top):
        return 0.4
    return -1.3 if planted.one_sided == (body, other) else 0.0


def _answers(
    size: int, ends: tuple[int, int], regard: dict[str, Regard], shift: float, rng: np.random.Generator
) -> dict[str, Numbers]:
    """Return one body's people's answers about another, question by question; some leave one out."""

    def drawn(kind: str, of: int, *, middle: float, noise: float = 0.45) -> Iterator[Numbers]:
        person = 0.35 * rng.standard_normal(size)
        for _ in range(of):
            value = middle + regard[kind].of(*ends) + person + noise * rng.standard_normal(size)
            answer = np.clip(np.rint(value), 1, 4)
            yield np.where(rng.random(size) < 0.03, np.nan, answer)

    return {
        "body-contact": 1.0 + rng.binomial(3, 0.55, size),
        "body-closeness": np.clip(np.rint(2.4 + 0.8 * rng.standard_normal(size)), 1, 4),
        **dict(zip(TRUST, drawn("trust", 3, middle=3.2 + shift), strict=True)),
        **dict(zip(("body-respect",), drawn("respect", 1, middle=3.2), strict=True)),
        **dict(zip(("body-role",), drawn("role", 1, middle=2.7), strict=True)),
        **dict(zip(VALUE, drawn("value", 3, middle=2.6), strict=True)),
    }


def _people_named(who: pl.DataFrame, everyone: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Return whom people turned to and look to: senior people are looked to more, but not they alone."""
    weight = np.array(
        [{"board": 3.0, "executive": 3.0, "manager": 2.0, "practitioner": 1.0}[t] for t in everyone["tier"]]
    )
    codes, body = everyone["id"].to_numpy(), everyone["body"].to_numpy()
    rows = []
    for person, own in who.select("id", "body").iter_rows():
        for question, chance in (("person-turned-to", np.ones(len(codes))), ("person-looks-to", weight)):
            open_to = chance * (codes != person) * ((body != own) | (question == "person-looks-to"))
            open_to = np.where((body == own) & (question == "person-looks-to"), open_to * 6, open_to)
            count = int(rng.integers(0, 4))
            for other in rng.choice(codes, count, replace=False, p=open_to / open_to.sum()):
                rows.append((person, str(other), question, 1))
    named = pl.DataFrame(rows, schema=["person", "about", "question", "answer"], orient="row")
    return named.with_columns(pl.lit("person").alias("about_kind"))


def _shaped(table: str, rows: pl.DataFrame) -> pl.DataFrame:
    schema = TABLES[table].schema
    return rows.select(pl.col(name).cast(dtype) for name, dtype in schema.items()).sort(TABLES[table].key)
