"""No state leaves its range whatever the rates, and at the defaults nothing saturates."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_systems import mixed

from leaderful import jobs
from leaderful.simulation.engine import Engine
from leaderful.simulation.parameters import Parameters, default_parameters, parameter_table
from leaderful.simulation.schedules import Forcing
from leaderful.simulation.seeding import from_public
from leaderful.simulation.system import System

SHARES = ("purpose", "reflexivity", "held", "content")
plausible = st.builds(Parameters, **{name: st.floats(each.low, each.high) for name, each in parameter_table().items()})
extreme = st.builds(
    Parameters,
    **{
        name: st.sampled_from([-50.0, 0.0, 50.0] if each.unit == "log odds" else [0.0, each.high, 1.0])
        for name, each in parameter_table().items()
    },
)


class Pressing:
    """Constant pressure of any height, and a body that is jammed."""

    def __init__(self, urgency: float, capacity: float, purpose: float) -> None:
        self._forcing = Forcing(urgency=urgency, capacity=capacity, purpose=purpose)

    def act(self, week: int, system: System, seed: int) -> bool:  # noqa: ARG002 (the protocol's own words)
        if week == 2:
            system.jammed[3] = True
        return week == 2

    def forcing(self, week: int) -> Forcing:  # noqa: ARG002
        return self._forcing


pressures = st.builds(Pressing, st.floats(0, 1), st.floats(0, 1.5), st.floats(0, 1))


def hold_together(system: System) -> None:
    """Assert that every state is a number in its range, and that ties and their notes agree."""
    for name in SHARES:
        values = getattr(system, name)
        assert np.isfinite(values).all(), name
        assert values.min() >= 0, name
        assert values.max() <= 1, name
    slots = np.flatnonzero(system.partner >= 0)
    noted = np.flatnonzero(system.note_slot >= 0)
    assert sorted(system.note_slot[noted].tolist()) == slots.tolist()
    owner = system.owners()
    np.testing.assert_array_equal(system.note_owner[noted], owner[system.note_slot[noted]])
    ends = np.stack([owner[slots], system.partner[slots]])
    assert (ends[0] != ends[1]).all()
    assert np.unique(np.sort(ends, axis=0), axis=1).shape[1] == len(slots)
    keeper = np.repeat(np.arange(system.size), np.diff(system.note_row))
    np.testing.assert_array_equal(keeper[noted], system.partner[system.note_slot[noted]])


@settings(max_examples=40)
@given(rates=plausible, pressing=pressures, seed=st.integers(0, 2**31))
def test_no_state_leaves_its_range_under_plausible_rates(rates: Parameters, pressing: Pressing, seed: int) -> None:
    engine = Engine(mixed(120, systems=2, purposes=2), rates, seed=seed, schedule=pressing, threads=1)
    engine.advance(26)
    hold_together(engine.system)
    values = engine.series()
    assert values.filter(pl.col("value").is_nan()).is_empty()
    shares = values.filter(pl.col("measure").is_in(["share_taken", "trust", "understanding", "purpose", "reflexivity"]))
    assert shares["value"].drop_nulls().is_between(0, 1).all()
    assert shares.filter(measure="trust", part="all")["value"].is_not_null().all()


@settings(max_examples=25)
@given(rates=extreme, pressing=pressures)
def test_no_state_leaves_its_range_under_extreme_rates(rates: Parameters, pressing: Pressing) -> None:
    engine = Engine(mixed(120, systems=2), rates, seed=1, schedule=pressing, threads=1)
    engine.advance(12)
    hold_together(engine.system)


def moderate(system: System, weeks: int) -> dict[str, float]:
    """Return the means of the last 26 weeks of a run at the defaults."""
    engine = Engine(system, default_parameters(), seed=1)
    engine.advance(weeks)
    last = engine.series().filter(pl.col("week") >= weeks - 26, pl.col("n") > 0, part="all").drop_nulls()
    sums = last.group_by("measure").agg((pl.col("value") * pl.col("n")).sum() / pl.col("n").sum())
    return dict(sums.rows())


@pytest.mark.parametrize("trust", [(0.0, 0.2), (0.1, 0.8), (0.8, 1.0)])
def test_baseline_of_a_mixed_system_does_not_saturate(trust: tuple[float, float]) -> None:
    means = moderate(mixed(800, trust=trust, seed=5), 260)
    for measure in ("trust", "purpose", "share_taken"):
        assert 0.15 < means[measure] < 0.85, (measure, means[measure])


def test_baseline_of_a_real_system_at_small_scale_does_not_saturate() -> None:
    study = jobs.public_study("QHM", date(2026, 4, 1))
    means = moderate(from_public([study], part=0.02, seed=1), 260)
    for measure in ("trust", "purpose", "share_taken"):
        assert 0.15 < means[measure] < 0.85, (measure, means[measure])
