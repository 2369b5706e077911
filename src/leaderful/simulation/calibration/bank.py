"""A bank of simulations: parameters drawn from their prior, and what a study of each simulated system would see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leaderful import __version__
from leaderful.errors import BadValuesError
from leaderful.simulation.experiments.digest import digest
from leaderful.simulation.experiments.points import Unit, drawn
from leaderful.simulation.experiments.running import Means, complete
from leaderful.simulation.parameters import Parameters, default_parameters

Vector = NDArray[np.float64]
Ranges = Mapping[str, tuple[float, float]]

SCHEMA: Final[dict[str, type[pl.DataType]]] = {"summary": pl.String, "value": pl.Float64}
_HERE = Means()


class Simulator(Protocol):
    """What gives the summaries of one simulated system; it can be sent to another process."""

    @property
    def key(self) -> str:
        """A hash of all that its summaries follow from beside parameters and seed."""

    def __call__(self, parameters: Parameters, seed: int) -> Mapping[str, float]:
        """Return the summaries by name, the same names every time; nan where one is not defined."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Bank:
    """Simulations at parameters drawn from their prior; one bank serves any number of observations."""

    ranges: Ranges
    """The prior: each parameter lies between two values, with equal density. In order of the columns."""
    parameters: Vector
    """Shape (n, k)."""
    names: tuple[str, ...]
    """Names of the m summaries; ``share_taken.across@2`` is that measure and part in the second wave."""
    summaries: Vector
    """Shape (n, m); nan where not defined."""

    def without(self, row: int) -> Bank:
        """Return the bank without one of its simulations, which then may stand for the truth."""
        return Bank(
            ranges=self.ranges,
            parameters=np.delete(self.parameters, row, axis=0),
            names=self.names,
            summaries=np.delete(self.summaries, row, axis=0),
        )


@dataclass(frozen=True)
class Drawing:
    """The simulator as the job of a pool or a cluster."""

    run: Simulator

    @property
    def schema(self) -> Mapping[str, type[pl.DataType]]:
        return SCHEMA

    def key(self, unit: Unit) -> str:
        return digest(__version__, self.run.key, unit.seed, unit.parameters)

    def __call__(self, unit: Unit) -> pl.DataFrame:
        found = self.run(unit.parameters, unit.seed)
        return pl.DataFrame({"summary": list(found), "value": list(found.values())}, schema=SCHEMA)


def make_bank(
    run: Simulator,
    ranges: Ranges,
    n: int,
    *,
    seed: int,
    folder: Path,
    fixed: Mapping[str, float] | None = None,
    means: Means = _HERE,
) -> Bank:
    """Simulate n systems at parameters drawn from between ranges.

    Parameters
    ----------
    run
        Gives the summaries of one simulated system.
    ranges
        The prior of every parameter set free: uniform between the two values.
    n
        How many are simulated; each has a seed of its own, so that chance is part of what is seen.
    seed
        Seed of the Latin hypercube; simulations have the seeds ``seed``, ``seed + 1`` and so on.
    folder
        Finished simulations are kept in it; one that was interrupted goes on from there.
    fixed
        Parameters held at other values than their defaults.
    means
        Processes of this machine, or a cluster.
    """
    if not ranges or not all(low < high for low, high in ranges.values()):
        raise BadValuesError("Name at least one parameter to set free, each with its lower value before its upper.")
    points = drawn(dict(ranges), n, seed=seed)
    units = [
        Unit(row, seed + row, default_parameters(**(fixed or {}), **dict(zip(ranges, map(float, point), strict=True))))
        for row, point in enumerate(points)
    ]
    table = complete(Drawing(run), units, folder, means)
    names, summaries = matrix(table, n)
    return Bank(ranges=dict(ranges), parameters=points, names=names, summaries=summaries)


def matrix(table: pl.DataFrame, n: int) -> tuple[tuple[str, ...], Vector]:
    """Return the names of summaries and their values, shape (n, m), from rows of draw, summary and value."""
    names: Sequence[str] = table["summary"].unique(maintain_order=True).to_list()
    values = np.full((n, len(names)), np.nan)
    column = table["summary"].replace_strict(names, range(len(names)), return_dtype=pl.Int64).to_numpy()
    values[table["draw"].to_numpy(), column] = table["value"].fill_null(float("nan")).to_numpy()
    return tuple(names), values
