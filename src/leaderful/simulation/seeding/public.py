"""Seed systems from public studies: real bodies, workforces by their kind, teams, tiers, forums and ties."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from leaderful.errors import BadValuesError
from leaderful.simulation.building import build
from leaderful.simulation.seeding.assumptions import number, response_rates
from leaderful.simulation.seeding.bodies import (
    COLUMNS,
    Accountability,
    accountability,
    as_bodies,
    valid,
    vertical_ties,
)
from leaderful.simulation.seeding.forums import seat
from leaderful.simulation.seeding.people import Staff, hire, states, team_numbers
from leaderful.simulation.seeding.places import Ground, ground
from leaderful.simulation.seeding.ties import tie
from leaderful.simulation.system import Actors, Numbers, System, Ties
from leaderful.study import Study

FEWEST_SHARE = 1e-4


class _Grown(NamedTuple):
    """One system, its rows counted from its own first body, person, team and forum."""

    code: str
    ground: Ground
    staff: Staff
    forum: Numbers
    ties: Ties
    rng: np.random.Generator


def from_public(
    studies: Sequence[Study], *, purposes: tuple[str, ...] = ("common-good",), part: float = 1.0, seed: int = 1
) -> System:
    """Return the systems of public studies, filled with people and ties by what is published and assumed.

    Parameters
    ----------
    studies
        One study for each system, with bodies, ties and published figures; each named by its own ICB.
    purposes
        Names of one to four purposes that a run follows.
    part
        Part of every workforce that is seeded: 0.02 gives a small-scale model of the same bodies.
    seed
        Seed of what is drawn. A system comes out the same whichever others are seeded beside it.

    Returns
    -------
    System
        A body that stands above systems is there once, and has no people: it acts through purposes and
        accountability. A body that divides its area stands in each of its systems; where several of them are
        seeded, each part has the code of its system behind the id, such as E06000064-QHM.
        ``levers["seeding"]`` says what was seeded, from which sources, and what is assumed.

    Raises
    ------
    BadValuesError
        Without studies, for two of the same system, for a study without a system or without bodies of its own,
        or for a part outside 0.0001 to 1.
    """
    codes = _codes(studies, part)
    national = _national(studies)
    grown = [_grow(study, code, part, seed) for code, study in sorted(zip(codes, studies, strict=True), key=_first)]
    frame = pl.concat([national, *(each.ground.frame for each in grown)])
    offsets = np.cumsum([national.height, *(each.ground.frame.height for each in grown)])
    reached = _reached(studies, frame, [each.ground for each in grown], offsets)
    bodies = as_bodies(_parted(frame), reached, len(purposes))
    told = _told(grown, studies, reached, part, seed)
    actors = _actors(grown, offsets, bodies.declared)
    ties = _ties(grown)
    grown.clear()
    system = build(bodies, actors, ties, purposes=purposes)
    system.levers["seeding"] = told
    return system


def _first(pair: tuple[str, Study]) -> str:
    return pair[0]


def _codes(studies: Sequence[Study], part: float) -> list[str]:
    if not studies:
        raise BadValuesError("No study was given to seed from; name one ICB or more.")
    if not FEWEST_SHARE <= part <= 1:
        raise BadValuesError(f"Part is {part:g}; {FEWEST_SHARE:g} to 1 is allowed: the part of every workforce seeded.")
    codes = []
    for study in studies:
        if study.system is None or study.system not in study.table("bodies")["system"]:
            raise BadValuesError(f"{study.name} has no bodies of a system of its own; seed from a study of an ICB.")
        codes.append(study.system)
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise BadValuesError(f"System {twice[0]} was given twice; give each system once.")
    return codes


def _national(studies: Sequence[Study]) -> pl.DataFrame:
    """Return the bodies above systems, each once."""
    found = [valid(study.table("bodies"), study.as_at).filter(pl.col("system").is_null()) for study in studies]
    once = pl.concat([each.select(COLUMNS[:5]) for each in found]).unique("id", keep="first", maintain_order=True)
    return once.sort("id").with_columns(pl.lit("").alias("system"), pl.lit("").alias("place"))


def _parted(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the bodies with the code of its system behind the id of each part of a divided one."""
    divided = frame.filter(pl.col("id").is_duplicated())["id"].unique().to_list()
    part = [
        pl.when(pl.col(name).is_in(divided))
        .then(pl.concat_str(name, "system", separator="-"))
        .otherwise(name)
        .alias(name)
        for name in ("id", "place")
    ]
    return frame.with_columns(part)


def _grow(study: Study, code: str, part: float, seed: int) -> _Grown:
    """Return one system, from draws of its own."""
    stream = np.random.SeedSequence([seed, zlib.crc32(code.encode())])
    rng = np.random.default_rng(stream)
    land = ground(rng, study, code, part)
    staff = hire(rng, land.people, land.kinds, land.places, land.weights)
    forum = seat(rng, land, staff)
    return _Grown(code, land, staff, forum, tie(rng, staff, forum), rng)


def _reached(studies: Sequence[Study], frame: pl.DataFrame, land: list[Ground], offsets: np.ndarray) -> Accountability:
    """Return what reaches every body: published vertical ties, and what is assumed for bodies made up."""
    rows = {key: row for row, key in enumerate(frame.select("system", "id").iter_rows())}
    named: set[tuple[int, int, str]] = set()
    for study in studies:
        for source, target, kind in vertical_ties(study).iter_rows():
            ends = [rows.get((study.system or "", end), rows.get(("", end))) for end in (source, target)]
            if ends[0] is not None and ends[1] is not None:
                named.add((ends[0], ends[1], kind))
    reached = accountability(frame, named)
    council = [
        (int(row), rows[system, place])
        for each, end in zip(land, offsets[1:], strict=True)
        for row in range(int(end) - each.made_up, int(end))
        for system, place in [(frame["system"][row], frame["place"][row])]
        if place
    ]
    for each, end in zip(land, offsets[1:], strict=True):
        reached.mechanisms[int(end) - each.made_up : int(end)] = int(number("made_up_mechanisms"))
    pairs = np.concatenate([reached.answers_to, np.array(council, dtype=np.int32).reshape(-1, 2)])
    return reached._replace(answers_to=pairs)


def _actors(grown: list[_Grown], offsets: np.ndarray, declared: np.ndarray) -> Actors:
    columns: dict[str, list[np.ndarray]] = {}
    team, place, forum = 0, 0, 0
    for each, start in zip(grown, offsets, strict=False):
        body = each.staff.body + np.int32(start)
        teams = team_numbers(each.staff.teams)
        held = states(each.rng, each.staff.tier, declared[body])
        parts = {
            "body": body,
            "team": teams + np.int32(team),
            "tier": each.staff.tier,
            "place": np.where(each.staff.place >= 0, each.staff.place + np.int32(place), np.int32(-1)),
            "forum": np.where(each.forum >= 0, each.forum + np.int32(forum), np.int32(-1)),
            **held._asdict(),
        }
        for name, values in parts.items():
            columns.setdefault(name, []).append(values)
        team += int(teams.max(initial=-1)) + 1
        place += len(each.ground.weights)
        forum += int(each.forum.max(initial=-1)) + 1
    return Actors(**{name: np.concatenate(values) for name, values in columns.items()})


def _ties(grown: list[_Grown]) -> Ties:
    starts = np.cumsum([0, *(len(each.staff.body) for each in grown)])[:-1]
    joined = {name: np.concatenate([getattr(each.ties, name) for each in grown]) for name in _CONTENT}
    for name in ("a", "b"):
        pairs = zip(grown, starts, strict=True)
        joined[name] = np.concatenate([getattr(each.ties, name) + np.int32(start) for each, start in pairs])
    return Ties(**joined)


_CONTENT = ("layer", "trust", "understanding")


def _told(
    grown: list[_Grown], studies: Sequence[Study], reached: Accountability, part: float, seed: int
) -> dict[str, Any]:
    """Return what `describe` says of this seeding."""
    surveyed = sum(each.ground.surveyed for each in grown)
    made_up = sum(each.ground.made_up for each in grown)
    days = sorted({study.as_at.isoformat() for study in studies if study.as_at})
    return {
        "from": "public",
        "systems": [each.code for each in grown],
        "as_at": days,
        "part": part,
        "seed": seed,
        "sources": list(_sources(surveyed)),
        "assumed": list(_assumed(part, made_up, reached)),
    }


def _sources(surveyed: int) -> Iterator[str]:
    yield "Bodies and the ties between them: packaged public data, with the basis of each row."
    if surveyed:
        rates = ", ".join(f"{each.rate:.0%} in {each.year}" for each in response_rates().values())
        yield f"People of {surveyed:,} bodies: answers to the NHS Staff Survey, over the national rate ({rates})."
    yield "People of other bodies: by their kind, as the table of workforces says."


def _assumed(part: float, made_up: int, reached: Accountability) -> Iterator[str]:
    yield "Teams, tiers, places within a system, forums, ties, and what people hold at first are assumed."
    if made_up:
        yield f"{made_up:,} care providers and voluntary organisations are made up: no packaged table names them."
    yield "Bodies above systems have no people: they act through purposes and accountability."
    if part < 1:
        fewest = f"{number('fewest'):g}"
        yield f"Workforces are cut to {part:g} of their size, but not below {fewest}: small bodies weigh more."
    for words in reached.dropped:
        yield f"Left out, because it would close a circle: {words}."
