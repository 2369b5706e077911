"""Seed a system from a study's own people: their bodies, teams and tiers, their measured ties and answers."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leaderful.errors import BadValuesError
from leaderful.simulation.building import build
from leaderful.simulation.seeding.answers import TRUST, UNDERSTANDING, met, named, personal_trust, regard, scores
from leaderful.simulation.seeding.assumptions import by_tier, number
from leaderful.simulation.seeding.bodies import COLUMNS, accountability, as_bodies, valid, vertical_ties
from leaderful.simulation.seeding.people import capacities
from leaderful.simulation.seeding.ties import Pairs, across_pairs, forum_pairs, merged, spread
from leaderful.simulation.system import (
    INFORMAL,
    LINE,
    TEAM,
    TIERS,
    Actors,
    Bodies,
    Bytes,
    Floats,
    Numbers,
    System,
    Ties,
)
from leaderful.study import Study

PURPOSES = ("common-good",)


class _People(NamedTuple):
    """The people of a study in order of body and code; n of them."""

    frame: pl.DataFrame
    """Columns id, body (a code), tier."""
    body: Numbers
    team: Numbers
    tier: Bytes
    place: Numbers


def from_study(study: Study, *, seed: int | None = None) -> System:
    """Return the system that a study measured: its people, and the ties and answers it holds of them.

    Parameters
    ----------
    study
        A study with people. Those of a body that has ended by the study's day work for its successor.
    seed
        Seed of what is drawn: capacities, and ties of people of whom the study holds none. The study's own by default.

    Returns
    -------
    System
        With one purpose, the common good. Two people are tied who named one another or took part together twice
        or more. Trust, understanding, purpose and reflexivity come from answers; where somebody gave none, from the
        mean of their body, tier or study. ``levers["seeding"]`` counts how often each stood in.

    Raises
    ------
    BadValuesError
        For a study without people.
    """
    if not study.table("people").height:
        raise BadValuesError(f"{study.name} has no people to seed from. Use --icb CODE to simulate from public data.")
    rng = np.random.default_rng(np.random.SeedSequence([study.seed if seed is None else seed, 0]))
    moves = _moves(study)
    bodies, dropped = _bodies(study, set(_employers(study, moves)))
    people = _people(study, bodies, moves)
    reasons: dict[str, int] = {"people of ended bodies, counted with their successor": _moved(study, moves)}
    purpose = _filled(people, scores(study, "CGP", "SHP"), bodies.declared[people.body, 0], "purpose", reasons)
    reflexivity = _filled(people, scores(study, "REF"), by_tier("reflexivity")[people.tier], "reflexivity", reasons)
    actors = Actors(
        body=people.body,
        team=people.team,
        tier=people.tier,
        place=people.place,
        forum=np.full(len(people.body), -1, dtype=np.int32),
        purpose=purpose[:, None],
        reflexivity=reflexivity,
        capacity=capacities(rng, people.tier),
        exposure=by_tier("exposure")[people.tier],
    )
    ties = _ties(rng, study, people, moves, reasons)
    system = build(bodies, actors, ties, purposes=PURPOSES)
    system.levers["seeding"] = _told(study, seed, reasons, dropped)
    return system


def _moves(study: Study) -> dict[str, str]:
    """Return the body that each ended body's people work for now: the successor with the largest share."""
    rows = study.table("successions").with_columns(pl.col("share").fill_null(0.0))
    if study.as_at is not None:
        rows = rows.filter(pl.col("effective") <= study.as_at)
    ended = set(study.table("bodies")["id"]) - set(valid(study.table("bodies"), study.as_at)["id"])
    rows = rows.filter(pl.col("predecessor").is_in(list(ended))).sort("predecessor", "share", "successor")
    step = dict(rows.select("predecessor", "successor").iter_rows())
    moves = {}
    for body in step:
        now, seen = body, {body}
        while now in step and step[now] not in seen:
            now = step[now]
            seen.add(now)
        moves[body] = now
    return moves


def _moved(study: Study, moves: dict[str, str]) -> int:
    return int(study.table("people")["body"].is_in(list(moves)).sum())


def _employers(study: Study, moves: dict[str, str]) -> list[str]:
    return [moves.get(body, body) for body in study.table("people")["body"].unique().sort()]


def _bodies(study: Study, employers: set[str]) -> tuple[Bodies, tuple[str, ...]]:
    """Return the bodies that stand on the study's day or employ people; teams are kept with people, not as bodies."""
    rows = study.table("bodies").sort("id")
    stands = set(valid(rows, study.as_at)["id"])
    kept = [
        body in employers or (body in stands and scale != "team")
        for body, scale in rows.select("id", "scale").iter_rows()
    ]
    place = pl.when(pl.col("scale") == "place").then(pl.col("id")).otherwise(pl.lit("")).alias("place")
    frame = rows.filter(pl.Series(kept)).with_columns(pl.col("system").fill_null(""), place).select(COLUMNS)
    at = {body: row for row, body in enumerate(frame["id"])}
    ties = [(at[a], at[b], kind) for a, b, kind in vertical_ties(study).iter_rows() if a in at and b in at]
    reached = accountability(frame, ties)
    return as_bodies(frame, reached, len(PURPOSES)), reached.dropped


def _people(study: Study, bodies: Bodies, moves: dict[str, str]) -> _People:
    frame = study.table("people").with_columns(pl.col("body").replace(moves)).sort("body", "id")
    at = {body: row for row, body in enumerate(bodies.frame["id"])}
    return _People(
        frame=frame.select("id", "body", "tier"),
        body=np.array([at[body] for body in frame["body"]], dtype=np.int32),
        team=_numbered(frame["team"]),
        tier=np.array([TIERS.index(tier) for tier in frame["tier"]], dtype=np.uint8),
        place=_numbered(frame["place"]),
    )


def _numbered(codes: pl.Series) -> Numbers:
    """Return codes as numbers in order of the codes, -1 where there is none."""
    known = {code: place for place, code in enumerate(codes.drop_nulls().unique().sort())}
    return np.array([known.get(code, -1) for code in codes], dtype=np.int32)


def _filled(people: _People, given: pl.DataFrame, assumed: Floats, what: str, reasons: dict[str, int]) -> Floats:
    """Return a score for everybody: their own, or the mean of their body and tier, body, tier or study, or assumed."""
    rows = people.frame.join(given.rename({"person": "id"}), on="id", how="left", maintain_order="left")
    rows = rows.with_columns(pl.Series("assumed", assumed, dtype=pl.Float64))
    steps = [
        ("answered", pl.col("score")),
        ("the mean of body and tier", pl.col("score").mean().over("body", "tier")),
        ("the mean of the body", pl.col("score").mean().over("body")),
        ("the mean of the tier", pl.col("score").mean().over("tier")),
        ("the mean of the study", pl.col("score").mean()),
        ("assumed", pl.col("assumed")),
    ]
    rows = rows.with_columns(*_first_known(steps))
    for name, _ in steps:
        reasons[f"{what}: {name}"] = int((rows["from"] == name).sum())
    return np.asarray(np.clip(rows["held"].to_numpy(), 0, 1), dtype=np.float32)


def _first_known(steps: list[tuple[str, pl.Expr]]) -> tuple[pl.Expr, pl.Expr]:
    """Return the first of these values that is known, as column "held", and its name, as column "from"."""
    names = [pl.when(value.is_not_null()).then(pl.lit(name)) for name, value in steps]
    return pl.coalesce([value for _, value in steps]).alias("held"), pl.coalesce(names).alias("from")


def _ties(
    rng: np.random.Generator, study: Study, people: _People, moves: dict[str, str], reasons: dict[str, int]
) -> Ties:
    """Return the measured ties, and ties by the generator's rules for those of whom the study holds none."""
    at = {person: row for row, person in enumerate(people.frame["id"])}
    pairs = pl.concat(
        [named(study), met(study, fewest=int(number("fewest_meetings")), largest=int(number("largest_meeting")))]
    ).unique()
    known = pairs.filter(pl.col("low").is_in(list(at)) & pl.col("high").is_in(list(at))).sort("low", "high")
    one, two = (np.array([at[each] for each in known[end]], dtype=np.int64) for end in ("low", "high"))
    n = len(people.body)
    alone = np.bincount(np.concatenate([one, two]), minlength=n) == 0
    reasons["ties measured"] = len(one)
    reasons["people without a measured tie"] = int(alone.sum())
    layers = {**_layers(people, one, two), **_completed(rng, people, alone)}
    # Layers of completed ties stand four above those measured until repeats have gone.
    a, b, layer = merged(layers, n)
    reasons["ties added for them"] = len(a) - len(one)
    trust = _content(rng, study, people, moves, a, b, "trust", reasons)
    understanding = _content(rng, study, people, moves, a, b, "understanding", reasons)
    return Ties(a=a, b=b, layer=layer % np.uint8(4), trust=trust, understanding=understanding)


def _layers(people: _People, one: NDArray[np.int64], two: NDArray[np.int64]) -> dict[int, Pairs]:
    """Sort measured pairs: of one team and tier, of one team and two tiers, and the rest."""
    team = (people.team[one] == people.team[two]) & (people.team[one] >= 0)
    level = people.tier[one] == people.tier[two]
    chosen = {TEAM: team & level, LINE: team & ~level, INFORMAL: ~team}
    return {layer: (one[fit], two[fit]) for layer, fit in chosen.items()}


def _completed(rng: np.random.Generator, people: _People, alone: NDArray[np.bool_]) -> dict[int, Pairs]:
    """Draw ties of people without any: in their team, or for want of one in their body, and to others."""
    one, two = forum_pairs(rng, people.team)
    touched = alone[one] | alone[two]
    team = (one[touched], two[touched])
    who = np.flatnonzero(alone)
    times = np.where(people.team[who] >= 0, number("informal_within"), number("teammates")).astype(np.int64)
    own = np.repeat(who, times)
    first = np.searchsorted(people.body, people.body[own], side="left")
    count = np.searchsorted(people.body, people.body[own], side="right") - first
    other = first + (rng.random(len(own)) * count).astype(np.int64)
    drawer, across = across_pairs(rng, people.body, people.tier, people.place)
    outward = alone[drawer] | alone[across]
    informal = [np.concatenate(ends) for ends in ((own, drawer[outward]), (other, across[outward]))]
    apart = informal[0] != informal[1]
    return {TEAM + 4: team, INFORMAL + 4: (informal[0][apart], informal[1][apart])}


def _content(
    rng: np.random.Generator,
    study: Study,
    people: _People,
    moves: dict[str, str],
    a: Numbers,
    b: Numbers,
    what: str,
    reasons: dict[str, int],
) -> Floats:
    """Return what ties start with, both ways: the answers of the person or of their body on the other's, or assumed."""
    questions = TRUST if what == "trust" else UNDERSTANDING
    given = regard(study, *questions).with_columns(pl.col("about").replace(moves))
    given = given.group_by("person", "about", maintain_order=True).agg(pl.col("value").mean())
    employed = given.join(people.frame.select(pl.col("id").alias("person"), "body"), on="person").sort(
        "person", "about"
    )
    of_bodies = employed.group_by("body", "about", maintain_order=True).agg(pl.col("value").mean().alias("by_body"))
    ways = _ways(people, a, b).join(given.rename({"about": "other_body"}), on=["person", "other_body"], how="left")
    ways = ways.join(of_bodies.rename({"about": "other_body"}), on=["body", "other_body"], how="left")
    if what == "trust":
        by_name = personal_trust(study).rename({"about": "other", "value": "by_name"})
        ways = ways.join(by_name, on=["person", "other"], how="left")
    else:
        ways = ways.with_columns(pl.lit(None, dtype=pl.Float64).alias("by_name"))
    across = pl.col("body") != pl.col("other_body")
    mean = given["value"].mean()
    steps = [
        ("answered about the person", pl.col("by_name")),
        ("answered about the other's body", pl.when(across).then(pl.col("value"))),
        ("the mean of the own body about the other's", pl.when(across).then(pl.col("by_body"))),
        ("the mean of the study across bodies", pl.when(across).then(pl.lit(mean, dtype=pl.Float64))),
        ("assumed", pl.when(across).then(pl.lit(number(f"{what}_across"))).otherwise(number(f"{what}_within"))),
    ]
    ways = ways.with_columns(*_first_known(steps)).sort("row")
    for name, _ in steps:
        reasons[f"{what} of ties, each way: {name}"] = int((ways["from"] == name).sum())
    held = ways["held"].to_numpy().reshape(2, -1).T
    measured = (ways["from"] != "assumed").to_numpy().reshape(2, -1).T
    return np.asarray(np.where(measured, np.clip(held, 0, 1), spread(rng, held)), dtype=np.float32)


def _ways(people: _People, a: Numbers, b: Numbers) -> pl.DataFrame:
    """Return each tie both ways: row, person, body, other and other_body; from a to b first."""
    own, other = np.concatenate([a, b]), np.concatenate([b, a])
    codes, bodies = people.frame["id"], people.frame["body"]
    return pl.DataFrame(
        {
            "row": np.arange(len(own)),
            "person": codes.gather(own),
            "body": bodies.gather(own),
            "other": codes.gather(other),
            "other_body": bodies.gather(other),
        }
    )


def _told(study: Study, seed: int | None, reasons: dict[str, int], dropped: tuple[str, ...]) -> dict[str, Any]:
    """Return what `describe` says of this seeding."""
    circles = [f"Left out, because it would close a circle: {words}." for words in dropped]
    return {
        "from": "study",
        "systems": [study.system or ""],
        "as_at": [study.as_at.isoformat()] if study.as_at else [],
        "part": 1.0,
        "seed": study.seed if seed is None else seed,
        "synthetic": study.synthetic,
        "minimum_people": study.minimum_people,
        "counts": {name: count for name, count in reasons.items() if count},
        "sources": [f"People, bodies, teams, ties and answers: {study.name}."],
        "assumed": [
            "Capacity, exposure, licence, fidelity and what bodies declare are assumed.",
            "No forums are seeded: a study does not say who sits where.",
            *circles,
        ],
    }
