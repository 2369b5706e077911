"""Every parameter with a stated direction, moved alone, moves the share of moments taken that way."""

from __future__ import annotations

from functools import cache

import polars as pl
import pytest
from small_systems import mixed

from leaderful.simulation.engine import Engine
from leaderful.simulation.parameters import Described, default_parameters, parameter_table
from leaderful.simulation.system import System

WEEKS, READ = 160, 110
LIVELY = {"opening": 0.15, "closure": 0.15, "forum_contact": 0.03, "tie_fade": 0.02}
"""More moments and more new ties than usual, so that every parameter has something to act on."""
LEAST = 0.003
"""About twice the standard error of a difference of two shares of some 80,000 openings."""
DIRECTED = [each for each in parameter_table().values() if each.direction]


@cache
def start() -> System:
    return mixed(500, trust=(0.3, 0.7), seed=6)


def share_taken(name: str, value: float) -> float:
    """Return the share of all openings taken in the last weeks of a run, two seeds together."""
    taken = opened = 0.0
    for seed in (1, 2):
        engine = Engine(start(), default_parameters(**LIVELY, **{name: value}), seed=seed)
        engine.advance(WEEKS)
        rows = engine.series().filter(pl.col("week") >= WEEKS - READ, measure="share_taken", part="all").drop_nulls()
        taken += float((rows["value"] * rows["n"]).sum())
        opened += float(rows["n"].sum())
    return taken / opened


def test_directions_are_stated_for_what_acts_on_the_response() -> None:
    assert len(DIRECTED) >= 20
    assert {each.direction for each in DIRECTED} == {"up", "down"}


@pytest.mark.parametrize("described", DIRECTED, ids=[each.name for each in DIRECTED])
def test_share_taken_moves_in_the_stated_direction(described: Described) -> None:
    low, high = (share_taken(described.name, value) for value in (described.low, described.high))
    moved = high - low if described.direction == "up" else low - high
    assert moved > LEAST
