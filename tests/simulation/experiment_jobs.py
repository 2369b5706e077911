"""Jobs that tests give to pools: small, and able to die."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from leaderful.errors import BadValuesError
from leaderful.simulation.experiments.digest import digest
from leaderful.simulation.experiments.points import Unit
from leaderful.simulation.parameters import default_parameters

SCHEMA = {"name": pl.String, "value": pl.Float64}


@dataclass(frozen=True)
class Noting:
    """Gives a number for each unit, and notes in a folder each time it is carried out."""

    notes: Path
    version: int = 1

    @property
    def schema(self):
        return SCHEMA

    def key(self, unit):
        return digest(self.version, unit.seed, unit.parameters)

    def __call__(self, unit):
        (self.notes / f"{unit.draw}-{unit.seed}-{len(list(self.notes.glob(f'{unit.draw}-{unit.seed}-*')))}").touch()
        value = self.version * unit.parameters.closure * 1000 + unit.seed / 7
        return pl.DataFrame({"name": ["one", "two"], "value": [value, value**2]}, schema=SCHEMA)


@dataclass(frozen=True)
class Dying(Noting):
    """Dies by SIGKILL, as when memory runs out, the first times that one unit is carried out."""

    times: int = 1

    def __call__(self, unit):
        begun = len(list(self.notes.glob("death-*")))
        if unit.draw == 3 and begun < self.times:
            (self.notes / f"death-{begun}").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return super().__call__(unit)


@dataclass(frozen=True)
class Resting(Noting):
    """Takes two minutes for every unit of the second seed."""

    def __call__(self, unit):
        if unit.seed == 2:
            time.sleep(120)
        return super().__call__(unit)


@dataclass(frozen=True)
class Refusing(Noting):
    """Finds one unit impossible."""

    def __call__(self, unit):
        if unit.draw == 2:
            raise BadValuesError("The second draw cannot be run.")
        return super().__call__(unit)


def some_units(draws: int, seeds: tuple[int, ...] = (1,)) -> tuple[Unit, ...]:
    """Return units of that many draws, which differ in one parameter."""
    return tuple(
        Unit(draw, seed, default_parameters(closure=0.01 + draw / 1000)) for draw in range(draws) for seed in seeds
    )


def carried_out(notes: Path) -> dict[str, int]:
    """Return how often each unit was carried out."""
    counts: dict[str, int] = {}
    for each in notes.glob("*-*-*"):
        name = each.name.rpartition("-")[0]
        counts[name] = counts.get(name, 0) + 1
    return counts
