"""What a study declares of the shocks and changes that a scenario brings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import polars as pl

from leaderful.simulation.scenarios import Scenario
from leaderful.simulation.synthesis.plan import Plan
from leaderful.simulation.synthesis.shaping import shaped
from leaderful.study import TABLES

SORTS: Final = {"crisis": "crisis", "austerity": "austerity", "merge": "reorganisation"}
"""Sort of shock by the kind of an event; every other kind is an intervention."""


@dataclass(frozen=True, kw_only=True)
class Shock:
    """A shock that the study declares: what happened, and when."""

    id: str
    name: str
    kind: str
    week: int
    until: int | None = None
    """First week without it; None while it lasts."""


def shocks_of(scenario: Scenario) -> tuple[Shock, ...]:
    """Return what a study would declare of a scenario: a shock for each of its events, at the week it begins."""
    return tuple(
        Shock(
            id=f"{scenario.name}-{number}",
            name=f"{scenario.title} ({event.kind.replace('-', ' ')})",
            kind=SORTS.get(event.kind, "intervention"),
            week=event.week,
            until=getattr(event, "until", None),
        )
        for number, event in enumerate(scenario.events, start=1)
    )


def shock_rows(plan: Plan, shocks: Sequence[Shock]) -> pl.DataFrame:
    """Return the shocks that begin while the study lasts, as its table of them."""
    rows = [
        {
            "id": one.id,
            "name": one.name,
            "kind": one.kind,
            "starts": plan.day(one.week),
            "ends": plan.day(one.until) - timedelta(days=1) if one.until is not None else None,
        }
        for one in shocks
        if one.week < plan.weeks
    ]
    return shaped("shocks", pl.DataFrame(rows)) if rows else TABLES["shocks"].empty()
