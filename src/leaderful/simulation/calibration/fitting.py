"""One calibration from end to end: a bank, the posterior, and whether the fitted model gives what was observed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from leaderful.simulation.calibration.bank import Ranges, Simulator, make_bank
from leaderful.simulation.calibration.inference import LEARNT, Calibration, Observed, calibrate
from leaderful.simulation.calibration.predictive import DOUBT, check, predict
from leaderful.simulation.experiments.running import Means
from leaderful.writing import write_over

_HERE = Means()
FAR = 0.99
"""Part of the simulations that must lie nearer to the bank's middle than what was observed for it to be far off."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Fitted:
    """What a calibration gives."""

    calibration: Calibration
    simulations: int
    table: pl.DataFrame
    """As `Calibration.table` gives it."""
    checks: pl.DataFrame
    """As `check` gives them."""

    def write(self, folder: Path) -> tuple[Path, ...]:
        """Write both tables into a folder, as CSV."""
        files = {
            folder / "parameters.csv": self.table.write_csv().encode(),
            folder / "checks.csv": self.checks.write_csv().encode(),
        }
        write_over(files)
        return tuple(files)

    def text(self) -> str:
        """Return plain lines for the terminal."""
        lines = [
            f"{self.simulations:,} simulations, {len(self.calibration.used)} summaries "
            f"({len(self.calibration.left_out)} left out). Not a forecast: which rates of the model fit what was seen."
        ]
        for row in self.table.iter_rows(named=True):
            lines.append(
                f"  {row['parameter']}: {row['mean']:.3g} (90 % {row['lower']:.3g} to {row['upper']:.3g}; prior "
                f"{row['prior_low']:g} to {row['prior_high']:g}): {row['words']}"
            )
        if not (self.table["learnt"] >= LEARNT).any():
            lines.append("  Nothing was learnt of any parameter; do not report these figures as estimates.")
        tried = self.checks.drop_nulls("p")
        doubtful = tried.filter(pl.col("p") < DOUBT)
        lines.append(
            f"  {tried.height - doubtful.height} of {tried.height} summaries are reproduced; about "
            f"{DOUBT * tried.height:.0f} would fail by chance alone."
        )
        lines += [f"  {row['summary']}: {row['words']}" for row in doubtful.iter_rows(named=True)]
        if self.calibration.distance > FAR:
            lines.append(
                "  What was observed lies outside nearly all that the model gave within the plausible ranges. The fit "
                "is an extrapolation: do not rest anything on it."
            )
        return "\n".join(lines)


def fit(
    run: Simulator,
    observed: Mapping[str, Observed],
    ranges: Ranges,
    *,
    folder: Path,
    simulations: int = 1000,
    predictions: int = 200,
    seed: int = 1,
    fixed: Mapping[str, float] | None = None,
    means: Means = _HERE,
) -> Fitted:
    """Calibrate a simulator to what was observed, and check the fit.

    Parameters
    ----------
    run
        Gives the summaries of one simulated system, as `EngineRun` does.
    observed
        What was observed, named as the simulator names it, as `observed_waves` does.
    ranges
        The prior of every parameter set free: uniform between the two values.
    folder
        Finished simulations are kept in it; a calibration that was interrupted goes on from there.
    simulations, predictions
        How many are drawn from the prior, 200 or more, and from the posterior.
    seed
        Seed of all that is drawn.
    fixed
        Parameters held at other values than their defaults.
    means
        Processes of this machine, or a cluster.
    """
    bank = make_bank(run, ranges, simulations, seed=seed, folder=folder, fixed=fixed, means=means)
    calibration = calibrate(bank, observed, seed=seed)
    after = seed + simulations
    seen = predict(run, calibration, predictions, seed=after, folder=folder, fixed=fixed, means=means)
    return Fitted(
        calibration=calibration,
        simulations=simulations,
        table=calibration.table(),
        checks=check(seen, observed, seed=after),
    )
