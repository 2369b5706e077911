"""Where people's scores differ: between persons, their teams, their bodies and their places."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from leaderful.framework import ItemScale
from leaderful.measures.answers import Answers, Whole
from leaderful.measures.findings import Finding
from leaderful.measures.scale_rows import number, scale_finding, systems
from leaderful.statistics.variance_components import Component, variance_components

MEASURE = "scale.variance_share"
METHOD = "reml-nested"
NOT_NESTED = "some bodies have people in several places, or in none that is stated, so that places do not divide bodies"

HALF = 0.5
"""Teams are a part of their own when at least this share of the people with a score has one. Ours."""

_Mask: TypeAlias = NDArray[np.bool_]


def variance_shares(asked: Answers) -> Iterator[Finding]:
    """Yield ``scale.variance_share`` of each system: persons, and teams, bodies and places where there are any."""
    for scale in asked.scales:
        for unit, system in systems(asked):
            rows = ~np.isnan(asked.scores[scale.id]) & (asked.units["system"].of == unit)
            yield from _shares(asked, scale, system, rows & (asked.units["body"].of >= 0))


def _shares(asked: Answers, scale: ItemScale, system: str, rows: _Mask) -> Iterator[Finding]:
    team, body, place = (asked.units[kind].of for kind in ("team", "body", "place"))
    by_team = bool(rows.any()) and float((team[rows] >= 0).mean()) >= HALF
    rows = rows & (team >= 0) if by_team else rows
    groupings = {"team": _within(team[rows], body[rows])} if by_team else {}
    groupings["body"] = body[rows]
    if (place[rows] >= 0).any():
        places = _above(body[rows], place[rows])
        if places is None:
            yield _undefined(asked, scale, system, "place", NOT_NESTED, len(body[rows]))
        else:
            groupings["place"] = places
    found = variance_components(asked.scores[scale.id][rows], list(groupings.values()))
    parts = zip(("person", *groupings), (found.residual, *found.groupings), strict=True)
    for part, component in parts:
        yield _share(asked, scale, system, part, component, found.n)


def _within(teams: Whole, bodies: Whole) -> Whole:
    """Return codes of teams within bodies, so that the people of a team who are of two bodies are two teams."""
    return teams * (int(bodies.max(initial=0)) + 1) + bodies


def _above(bodies: Whole, places: Whole) -> Whole | None:
    """Return the place of each person's body; None where bodies do not lie in one place each."""
    known = places >= 0
    pairs = np.unique(np.stack([bodies[known], places[known]]), axis=1)
    if len(np.unique(pairs[0])) < pairs.shape[1] or len(np.unique(bodies)) > pairs.shape[1]:
        return None
    of_body = np.zeros(bodies.max() + 1, dtype=np.int64)
    of_body[pairs[0]] = pairs[1]
    return np.asarray(of_body[bodies])


def _share(asked: Answers, scale: ItemScale, system: str, part: str, found: Component, n: int) -> Finding:
    share = number(found.share)
    if share is None:
        return _undefined(asked, scale, system, part, found.reason, n)
    return scale_finding(
        MEASURE,
        scale,
        wave=asked.wave,
        unit_kind="system",
        unit=system,
        method=METHOD,
        estimate=share,
        lower=number(found.lower),
        upper=number(found.upper),
        n=n,
        detail={"part": part, "variance": found.variance, "groups": found.groups},
    )


def _undefined(asked: Answers, scale: ItemScale, system: str, part: str, reason: str, n: int) -> Finding:
    return scale_finding(
        MEASURE,
        scale,
        wave=asked.wave,
        unit_kind="system",
        unit=system,
        method=METHOD,
        status="undefined",
        reason=reason,
        n=n,
        detail={"part": part},
    )
