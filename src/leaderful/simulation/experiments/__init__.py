"""Experiments: scenarios, draws of parameters and seeds, run on all processes at hand and never run twice."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from leaderful.errors import BadValuesError
from leaderful.simulation.experiments.analysis import effects, partial_rank_correlations, sensitivity
from leaderful.simulation.experiments.design import BASELINE, Design, Draws, Seeding, make_design, read_design
from leaderful.simulation.experiments.points import Unit, points, units
from leaderful.simulation.experiments.running import Means, complete
from leaderful.simulation.experiments.runs import Runs, outcomes
from leaderful.simulation.scenarios import Scenario, refuse_too_late, scenario_named
from leaderful.simulation.system import System
from leaderful.writing import write_over

__all__ = [
    "BASELINE",
    "Design",
    "Draws",
    "Means",
    "Results",
    "Runs",
    "Seeding",
    "Unit",
    "complete",
    "effects",
    "experiment",
    "make_design",
    "outcomes",
    "partial_rank_correlations",
    "points",
    "read_design",
    "scenarios_of",
    "sensitivity",
    "units",
]

_HERE = Means()


@dataclass(frozen=True, kw_only=True)
class Results:
    """What an experiment gives."""

    table: pl.DataFrame
    """Outcomes of every run: draw, seed, scenario, system, measure, part, end, area, words."""
    draws: pl.DataFrame
    """The parameters of every draw that differ between draws: draw and one column each."""
    effects: pl.DataFrame
    """As `effects` gives them."""
    sensitivity: pl.DataFrame
    """As `sensitivity` gives it."""

    def write(self, folder: Path) -> tuple[Path, ...]:
        """Write the four tables into a folder: runs and draws as Parquet, the short ones as CSV."""
        files = {
            folder / "runs.parquet": _parquet(self.table),
            folder / "draws.parquet": _parquet(self.draws),
            folder / "effects.csv": self.effects.write_csv().encode(),
            folder / "sensitivity.csv": self.sensitivity.write_csv().encode(),
        }
        write_over(files)
        return tuple(files)


def experiment(
    design: Design, system: System, scenarios: Sequence[Scenario], *, folder: Path, means: Means = _HERE
) -> Results:
    """Carry an experiment out, or what is left of it.

    Parameters
    ----------
    design
        What is run.
    system
        The system as seeded, before burn-in.
    scenarios
        Those the design names: see `scenarios_of`.
    folder
        Finished runs are kept in its folder ``units``; an experiment that was interrupted goes on from there.
    means
        Processes of this machine, or a cluster.

    Raises
    ------
    BadValuesError
        When the scenarios are not as many as the design names.
    LeaderfulError
        When workers die again and again, or the cluster is not to be reached.
    """
    if len(scenarios) != len(design.scenarios):
        raise BadValuesError(
            f"The design names {len(design.scenarios)} scenarios and {len(scenarios)} were given; give each of them."
        )
    job = Runs(system=system, scenarios=tuple(scenarios), weeks=design.weeks, burn_in=design.burn_in)
    table = complete(job, units(design), folder / "units", means)
    drawn = points(design)
    columns = {name: drawn[:, number] for number, name in enumerate(design.drawn)}
    draws = pl.DataFrame({"draw": pl.int_range(len(drawn), dtype=pl.Int32, eager=True), **columns})
    return Results(table=table, draws=draws, effects=effects(table), sensitivity=sensitivity(table, design))


def scenarios_of(design: Design, *, beside: Path) -> tuple[Scenario, ...]:
    """Return the scenarios that a design names: packaged ones by name, others as files beside the design file."""
    found = [scenario_named(name, beside=beside) for name in design.scenarios]
    for scenario in found:
        refuse_too_late(scenario, design.weeks)
    names = [each.name for each in found]
    again = next((name for name in names if names.count(name) > 1 or name == BASELINE), None)
    if again is not None:
        raise BadValuesError(f"Two scenarios of the experiment are called {again}; give each a name of its own.")
    return tuple(found)


def _parquet(frame: pl.DataFrame) -> bytes:
    held = io.BytesIO()
    frame.write_parquet(held)
    return held.getvalue()
