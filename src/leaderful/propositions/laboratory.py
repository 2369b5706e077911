"""The laboratory's tests: in what part of the plausible parameter space each claim holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import partial
from multiprocessing import get_context
from typing import Any, Final

import polars as pl

from leaderful.errors import BadValuesError
from leaderful.propositions.contrasts import Draw, parts
from leaderful.propositions.registry import laboratory_digest, registry
from leaderful.propositions.results import TABLE, Plan, told
from leaderful.simulation.engine import Progress, burn_in
from leaderful.simulation.experiments.points import drawn
from leaderful.simulation.mixed import mixed_system
from leaderful.simulation.parameters import Parameters, default_parameters, parameter_table
from leaderful.simulation.system import System

FEWEST: Final = 10
"""Draws below which no share is given; ours."""
PACKAGED: Final = Plan(draws=200)
PEOPLE: Final = 800


def laboratory(
    system: System, plan: Plan, *, name: str, workers: int = 1, progress: Progress | None = None
) -> pl.DataFrame:
    """Return in what share of the plausible parameter space each proposition holds, on one system.

    Parameters
    ----------
    system
        As it was seeded; at every point it first comes to its own steady state.
    plan
        How many points are drawn and how.
    name
        What is simulated, in words.
    workers
        Processes that run points side by side; the findings do not depend on it.
    progress
        Told after each point how many are done, and of how many.

    Returns
    -------
    polars.DataFrame
        Findings; see `leaderful.propositions.results.told`.

    Raises
    ------
    BadValuesError
        For fewer draws than 10, or no seed.
    """
    if plan.draws < FEWEST or plan.seeds < 1:
        raise BadValuesError(
            f"{plan.draws} draws with {plan.seeds} seeds were asked for; {FEWEST} draws and 1 seed are the fewest."
        )
    return told(contrasted(system, plan, workers=workers, progress=progress), plan, name=name)


def contrasted(system: System, plan: Plan, *, workers: int = 1, progress: Progress | None = None) -> pl.DataFrame:
    """Return what came of every part of every claim, one row for each draw, seed and part; columns of `TABLE`."""
    rows: list[tuple[Any, ...]] = []
    for done, found in enumerate(_each(partial(_point, system, plan), _points(plan), workers), start=1):
        rows.extend(found)
        if progress is not None:
            progress(done, plan.draws)
    return pl.DataFrame(rows, schema=TABLE, orient="row")


def small_system() -> System:
    """Return the small mixed system whose laboratory results are packaged."""
    return mixed_system(PEOPLE, seed=PACKAGED.seed)


def about_packaged() -> dict[str, Any]:
    """Return what is kept beside the packaged table: the plan, the system and which tests it is of."""
    name = f"a made-up system of {PEOPLE} people in six bodies"
    return {"plan": asdict(PACKAGED), "system": name, "tests": laboratory_digest()}


def _points(plan: Plan) -> list[tuple[int, Parameters]]:
    ranges = {name: (each.low, each.high) for name, each in parameter_table().items()}
    found = drawn(ranges, plan.draws, seed=plan.seed)
    return [
        (number, default_parameters(**dict(zip(ranges, map(float, point), strict=True))))
        for number, point in enumerate(found)
    ]


def _point(system: System, plan: Plan, point: tuple[int, Parameters]) -> list[tuple[Any, ...]]:
    """Return the rows of one point: every seed, claim and part."""
    number, parameters = point
    rows: list[tuple[Any, ...]] = []
    for extra in range(plan.seeds):
        seed = plan.seed + number * plan.seeds + extra
        steady = burn_in(system, parameters, seed=seed, weeks=plan.burn_in, threads=1)
        draw = Draw(steady, parameters, seed)
        for test in registry().tests:
            rows.extend((number, seed, test.id, part.says, part.effect, part.margin) for part in parts(test.id, draw))
    return rows


def _each(
    work: Callable[[tuple[int, Parameters]], list[tuple[Any, ...]]], points: list[tuple[int, Parameters]], workers: int
) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows of each point in order, from some processes side by side."""
    if workers == 1:
        yield from map(work, points)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(work, points)
