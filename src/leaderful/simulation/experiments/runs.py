"""One unit of work: a draw of parameters with one seed, burnt in once and then run under every scenario."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import polars as pl

from leaderful import __version__
from leaderful.simulation.engine import Run, burn_in, simulate
from leaderful.simulation.experiments.design import BASELINE
from leaderful.simulation.experiments.digest import digest, system_digest
from leaderful.simulation.experiments.points import Unit
from leaderful.simulation.few import few_tiers
from leaderful.simulation.regimes import regime
from leaderful.simulation.scenarios import Scenario, schedule
from leaderful.simulation.schedules import Schedule
from leaderful.simulation.system import System

LAST: Final = 13
"""Weeks at the end of a run whose mean is its outcome: a quarter of a year."""
SCHEMA: Final[dict[str, type[pl.DataType]]] = {
    "scenario": pl.String,
    "system": pl.String,
    "measure": pl.String,
    "part": pl.String,
    "end": pl.Float64,
    "area": pl.Float64,
    "words": pl.String,
}
_SERIES = ("system", "measure", "part", "end", "area")
REGIME: Final = "regime"
"""Measure whose end is the number of stable steady states of the ties within or across bodies; words say which."""


@dataclass(frozen=True)
class Runs:
    """What is done with every unit of an experiment.

    Parameters
    ----------
    system
        The system as it was seeded.
    scenarios
        What is compared with the baseline, by name.
    weeks, burn_in
        Weeks of a run, and before it.
    """

    system: System
    scenarios: tuple[Scenario, ...]
    weeks: int
    burn_in: int

    @property
    def schema(self) -> dict[str, type[pl.DataType]]:
        """Columns of a unit's rows."""
        return SCHEMA

    def key(self, unit: Unit) -> str:
        """Return a hash of the version, the system, the scenarios and the unit's own parameters and seed."""
        return digest(__version__, self._digest, self.scenarios, self.weeks, self.burn_in, unit.seed, unit.parameters)

    def __call__(self, unit: Unit) -> pl.DataFrame:
        """Return the outcomes of every scenario and the baseline, which share burn-in and every draw they can."""
        start = self.system
        if self.burn_in:
            start = burn_in(start, unit.parameters, seed=unit.seed, weeks=self.burn_in, threads=1)
        found = [self._run(start, None, unit), *(self._run(start, each, unit) for each in self.scenarios)]
        return pl.concat(found)

    @cached_property
    def _digest(self) -> str:
        return system_digest(self.system)

    def _run(self, start: System, scenario: Scenario | None, unit: Unit) -> pl.DataFrame:
        plan: Schedule | None = None if scenario is None else schedule(scenario, start)
        run = simulate(start, unit.parameters, weeks=self.weeks, seed=unit.seed, schedule=plan, threads=1)
        name = BASELINE if scenario is None else scenario.name
        told = run.series.filter(~pl.col("part").is_in(list(few_tiers(self.system))))
        found = outcomes(told).with_columns(words=pl.lit(None, dtype=pl.String))
        return pl.concat([found, _regimes(run, unit)]).select(pl.lit(name).alias("scenario"), pl.all())


def _regimes(run: Run, unit: Unit) -> pl.DataFrame:
    """Return the regime at the end of a run, of all systems together."""
    found = regime(run.system, unit.parameters, run.series)
    code = ",".join(run.system.systems)
    rows = [(code, REGIME, part, 1.0 if each.name == "one" else 2.0, None, str(each)) for part, each in found.items()]
    return pl.DataFrame(rows, schema={name: SCHEMA[name] for name in (*_SERIES, "words")}, orient="row")


def outcomes(series: pl.DataFrame) -> pl.DataFrame:
    """Return what came of a run: of every measure and part, its mean over the last weeks and its area from week 0.

    Parameters
    ----------
    series
        As the engine gives it. Weeks in which a value is not defined, such as a share of no openings, are passed
        over; where none is, the outcome is null.

    Returns
    -------
    pl.DataFrame
        Columns system, measure, part, ``end`` (mean over the last 13 weeks) and ``area`` (integral over weeks,
        in the measure's unit times weeks, by the trapezoidal rule), in order of the first three.
    """
    after = series.filter(pl.col("week") >= 0, pl.col("value").is_finite())
    last = int(after["week"].max() or 0) - LAST  # type: ignore[arg-type]
    rows = [
        (*names, *_ends(frame["week"].to_numpy(), frame["value"].to_numpy(), last))
        for names, frame in _parts(after.sort("system", "measure", "part", "week"))
    ]
    return pl.DataFrame(rows, schema={name: SCHEMA[name] for name in _SERIES}, orient="row")


def _parts(series: pl.DataFrame) -> Iterator[tuple[tuple[object, ...], pl.DataFrame]]:
    yield from series.partition_by("system", "measure", "part", as_dict=True, maintain_order=True).items()


def _ends(weeks: np.ndarray, values: np.ndarray, last: int) -> tuple[float | None, float | None]:
    """Return the mean of the last weeks and the area under the whole course."""
    late = values[weeks > last]
    area = float(np.trapezoid(values, weeks)) if len(values) > 1 else None
    return float(late.mean()) if len(late) else None, area
