"""What a study of a simulated system would see in each of its waves, as a census."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import polars as pl

from leaderful.errors import BadValuesError
from leaderful.simulation.engine import burn_in, simulate
from leaderful.simulation.experiments.digest import digest, system_digest
from leaderful.simulation.parameters import Parameters
from leaderful.simulation.scenarios import Scenario, schedule
from leaderful.simulation.system import System

CHOSEN: Final = (
    "share_taken.within",
    "share_taken.across",
    "trust.within",
    "trust.across",
    "understanding.within",
    "understanding.across",
    "reflexivity.all",
    "purpose.all",
    "ties.within",
    "ties.across",
)
"""Measures and parts that calibration looks at, chosen before any data was seen."""
WINDOW: Final = 13
"""Weeks before a wave over whose mean it is taken, as a diary and a memory of a quarter are."""


@dataclass(frozen=True)
class EngineRun:
    """The summaries of a simulated system at the weeks of a study's waves.

    Parameters
    ----------
    system
        Where it starts.
    waves
        Week of every wave, rising; the first is 13 or more.
    burn_in
        Weeks of burn-in before week 0; none lets what the system starts from speak of how fast it moves.
    scenario
        What is known to have happened between the waves.
    """

    system: System
    waves: tuple[int, ...]
    burn_in: int = 0
    scenario: Scenario | None = None

    def __post_init__(self) -> None:
        if not self.waves or min(self.waves) < WINDOW or list(self.waves) != sorted(set(self.waves)):
            raise BadValuesError(f"The weeks of waves must rise from {WINDOW} or more; {self.waves} were given.")

    @cached_property
    def key(self) -> str:
        """A hash of the system, the waves and the scenario."""
        return digest(system_digest(self.system), self.waves, self.burn_in, self.scenario)

    def __call__(self, parameters: Parameters, seed: int) -> dict[str, float]:
        """Return the summaries, each named as in ``share_taken.across@2`` for the second wave."""
        start = self.system
        if self.burn_in:
            start = burn_in(start, parameters, seed=seed, weeks=self.burn_in, threads=1)
        plan = None if self.scenario is None else schedule(self.scenario, start)
        run = simulate(start, parameters, weeks=self.waves[-1] + 1, seed=seed, schedule=plan, threads=1)
        return at_waves(run.series, self.waves)


def at_waves(series: pl.DataFrame, waves: tuple[int, ...]) -> dict[str, float]:
    """Return the mean of every chosen measure over the quarter before each wave; nan where it is not defined."""
    named = series.with_columns(name=pl.col("measure") + "." + pl.col("part")).filter(
        pl.col("name").is_in(CHOSEN), pl.col("value").is_finite()
    )
    found: dict[str, float] = {}
    for number, wave in enumerate(waves, start=1):
        late = named.filter(pl.col("week") <= wave, pl.col("week") > wave - WINDOW)
        for name in CHOSEN:
            values = late.filter(pl.col("name") == name).sort("system", "week")["value"].to_numpy()
            found[f"{name}@{number}"] = float(values.mean()) if len(values) else float("nan")
    return found
