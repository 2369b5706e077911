"""The kernels give what plain NumPy gives from the description of the model: every state and every sum."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_engine import PlainEngine
from small_systems import mixed

from leaderful.simulation.building import mark_ties
from leaderful.simulation.engine import Engine
from leaderful.simulation.parameters import Parameters, default_parameters, parameter_table
from leaderful.simulation.schedules import Forcing
from leaderful.simulation.system import System

LIVELY = default_parameters(turnover=0.01, tie_fade=0.05, closure=0.2, forum_contact=0.1, opening=0.2)
PER_TIE = ("content", "mark")


class Upheaval:
    """A crisis, a jam that is lifted, people who leave in waves, a merger, a pooled budget and a shared site."""

    def act(self, week: int, system: System, seed: int) -> bool:  # noqa: ARG002 (the protocol's own words)
        if week == 3:
            system.jammed[4] = True
        elif week == 9:
            system.jammed[4] = False
            system.leaving[:50] = 0.1
        elif week == 12:
            system.pool[[3, 5]] = 0
            system.site[[3, 6]] = 1
            system.practice[::3] = 2.5
            system.licence[:, 3] = 0.9
        elif week == 20:
            system.body[system.body == 7] = 6
        else:
            return False
        mark_ties(system)
        return True

    def forcing(self, week: int) -> Forcing:
        return Forcing(urgency=0.7, capacity=0.8, purpose=0.3) if 5 <= week < 20 else Forcing()


def unlike(system: System, plain: System) -> list[str]:
    """Return the arrays in which two systems differ: integers at all, numbers by more than 1e-6."""
    lively, noted = plain.partner >= 0, plain.note_slot >= 0
    found = []
    for name, wanted in vars(plain).items():
        if not isinstance(wanted, np.ndarray):
            continue
        given = getattr(system, name)
        if name in PER_TIE:
            given, wanted = given[lively], wanted[lively]
        if name == "note_owner":
            given, wanted = given[noted], wanted[noted]
        close = np.allclose(given, wanted, rtol=0, atol=1e-6) if wanted.dtype.kind == "f" else (given == wanted).all()
        if given.dtype != wanted.dtype or not close:
            found.append(name)
    return found


def both(system: System, rates: Parameters, schedule: Upheaval | None, *, seed: int) -> tuple[Engine, PlainEngine]:
    return (
        Engine(system, rates, seed=seed, schedule=schedule, threads=1),
        PlainEngine(system, rates, seed=seed, schedule=schedule),
    )


@pytest.mark.parametrize(
    ("rates", "schedule", "purposes"),
    [(default_parameters(), None, 1), (LIVELY, None, 4), (LIVELY, Upheaval(), 2)],
    ids=["usual", "lively", "upheaval"],
)
def test_kernels_equal_the_plain_engine_week_by_week(
    rates: Parameters, schedule: Upheaval | None, purposes: int
) -> None:
    start = mixed(200, systems=2, purposes=purposes, seed=3)
    engine, plain = both(start, rates, schedule, seed=5)
    for week in range(40):
        engine.advance(1)
        plain.advance(1)
        assert unlike(engine.system, plain.system) == [], f"week {week}"
    assert set(engine.system.partner.tolist()) != set(start.partner.tolist()) or engine.system.ties != start.ties


def test_every_sum_equals_the_plain_engine() -> None:
    engine, plain = both(mixed(200, systems=2, purposes=2, seed=3), LIVELY, Upheaval(), seed=6)
    engine.advance(24)
    plain.advance(24)
    series = engine.series()
    expected = pl.DataFrame(plain.rows, schema=series.schema, orient="row")
    key = ["week", "system", "measure", "part"]
    assert series.select(key).sort(key).equals(expected.select(key).sort(key))
    one, two = series.sort(key), expected.sort(key)
    assert one["n"].equals(two["n"])
    assert one["value"].is_null().equals(two["value"].is_null())
    assert one["value"].is_not_null().sum() > 1000
    apart = one.with_columns(other=two["value"]).filter((pl.col("value") - pl.col("other")).abs() > 1e-6)
    assert apart.height == 0, apart


def test_events_are_what_the_plain_engine_draws() -> None:
    engine, plain = both(mixed(300, purposes=2, seed=4), LIVELY, None, seed=7)
    engine.advance(3)
    plain.advance(3)
    events, drawn = engine.events(), plain.events()
    met = drawn.n > 0
    np.testing.assert_array_equal(events.encounters_a, drawn.a[met])
    np.testing.assert_array_equal(events.encounters_b, drawn.b[met])
    np.testing.assert_array_equal(events.encounters_n, drawn.n[met])
    tie, number = np.nonzero(drawn.moment.T)
    np.testing.assert_array_equal(events.a, drawn.a[tie])
    np.testing.assert_array_equal(events.taken, drawn.yes.T[tie, number])
    np.testing.assert_allclose(events.logit, drawn.logit[tie], atol=1e-6)
    np.testing.assert_allclose(events.trust, drawn.trust[tie].min(axis=1), atol=1e-6)


def test_events_are_what_the_next_week_carries_out() -> None:
    engine = Engine(mixed(300, seed=4), LIVELY, seed=7)
    engine.advance(2)
    events = engine.events()
    engine.advance(1)
    last = engine.series().filter(pl.col("week") == 2, pl.col("part") == "all")
    of = {measure: (last.filter(pl.col("measure") == measure)) for measure in ("encounters", "openings", "share_taken")}

    def total(measure: str) -> float:
        return float((of[measure]["value"] * of[measure]["n"]).sum())

    assert total("encounters") == pytest.approx(2 * events.encounters_n.sum())
    assert total("openings") == pytest.approx(2 * len(events.taken))
    assert total("share_taken") == pytest.approx(events.taken.sum())


@settings(max_examples=15)
@given(
    rates=st.builds(Parameters, **{name: st.floats(each.low, each.high) for name, each in parameter_table().items()}),
    seed=st.integers(-(2**40), 2**40),
    week=st.integers(-600, 3),
)
def test_kernels_equal_the_plain_engine_under_random_rates(rates: Parameters, seed: int, week: int) -> None:
    start = mixed(100, systems=2, purposes=3, seed=8)
    engine = Engine(start, rates, seed=seed, week=week, schedule=Upheaval(), threads=1)
    plain = PlainEngine(start, rates, seed=seed, week=week, schedule=Upheaval())
    engine.advance(6)
    plain.advance(6)
    assert unlike(engine.system, plain.system) == []
