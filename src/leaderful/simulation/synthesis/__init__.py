"""A full synthetic study drawn from a simulated system, with the truth beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from leaderful.simulation.engine import Progress
from leaderful.simulation.parameters import Parameters
from leaderful.simulation.schedules import Schedule
from leaderful.simulation.synthesis.asking import answering, relations, responses
from leaderful.simulation.synthesis.following import Followed, follow
from leaderful.simulation.synthesis.keeping import interactions, moments
from leaderful.simulation.synthesis.plan import Plan, read_plan
from leaderful.simulation.synthesis.shaping import shaped
from leaderful.simulation.synthesis.shocks import Shock, shock_rows, shocks_of
from leaderful.simulation.synthesis.structure import NOTE, bodies, people, purposes, successions, ties, waves
from leaderful.simulation.system import System
from leaderful.study import Study
from leaderful.study.writing import table_bytes
from leaderful.writing import write_over

__all__ = ["Plan", "Shock", "Synthetic", "draw", "follow", "read_plan", "shocks_of", "synthesise", "write"]

TRUTH = "truth"
"""Folder beside the tables of a study in which the truth is kept."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Synthetic:
    """A synthetic study and what is true of the system it was drawn from."""

    name: str
    system: str
    as_at: date
    seed: int
    tables: Mapping[str, pl.DataFrame]
    truth: pl.DataFrame
    """Findings of a census at each wave, and of all moments in the weeks on record."""
    planted: Sequence[Mapping[str, Any]]

    def study(self) -> Study:
        """Return it as a study in memory."""
        return Study(
            name=self.name,
            system=self.system,
            as_at=self.as_at,
            tables=self.tables,
            seed=self.seed,
            created_from=NOTE,
            synthetic=True,
        )


def synthesise(
    system: System,
    parameters: Parameters,
    plan: Plan,
    *,
    seed: int,
    schedule: Schedule | None = None,
    shocks: Sequence[Shock] = (),
    threads: int | None = None,
    progress: Progress | None = None,
) -> Synthetic:
    """Return a full synthetic study of a system, drawn while the engine runs it through the weeks of a plan.

    Parameters
    ----------
    system
        One system of care, with the bodies above it, where it starts.
    parameters
        The rates.
    plan
        When people are asked, how many answer, with what error, and what is planted.
    seed
        Seed of the run and of everything drawn; the same seed gives the same study, byte for byte.
    schedule
        What a scenario does, week by week; nothing when None.
    shocks
        What the study declares of it.
    threads, progress
        As for the engine.

    Raises
    ------
    BadValuesError, UnknownNameError
        More than one system, a plan that does not go together, or an effect that cannot be planted.

    Notes
    -----
    A person is a post: when it changes hands the newcomer goes on under the code. What states mean as answers is
    assumed (`leaderful.simulation.observing.answering`); errors are independent between people.
    """
    run = follow(system, parameters, plan, seed=seed, schedule=schedule, threads=threads, progress=progress)
    return draw(run, seed=seed, shocks=shocks)


def draw(run: Followed, *, seed: int, shocks: Sequence[Shock] = ()) -> Synthetic:
    """Return the study that a followed run gives; each table draws from a stream of its own."""

    def stream(number: int) -> np.random.Generator:
        return np.random.default_rng(np.random.SeedSequence([seed, number]))

    order = stream(2).permutation(len(run.asked)) + 10_000
    codes = {int(one): f"P{number}" for one, number in zip(run.asked, order, strict=True)}
    plan, answers, said = run.plan, [], []
    for place, seen in enumerate(run.seen):
        answer = answering(seen.body[run.asked], run.start.tier[run.asked], plan.response, stream(100 + place))
        who = run.asked[answer]
        answers.append(responses(run, seen, who, codes, stream(200 + place)))
        said.append(relations(run, seen, who, codes, stream(300 + place)))
    return Synthetic(
        name=plan.name,
        system=next(code for code in run.start.systems if code),
        as_at=plan.day(plan.weeks),
        seed=seed,
        tables={
            "bodies": bodies(run),
            "successions": successions(run),
            "ties": ties(run),
            "people": people(run, codes),
            "waves": waves(run),
            "responses": shaped("responses", pl.concat(answers)),
            "relations": shaped("relations", pl.concat(said)),
            "interactions": interactions(run, codes, stream(3)),
            "moments": moments(run, codes, stream(4)),
            "purposes": purposes(run, stream(5)),
            "shocks": shock_rows(plan, shocks),
        },
        truth=run.truth,
        planted=run.planted,
    )


def write(drawn: Synthetic, folder: Path) -> Study:
    """Write a synthetic study into a folder of its own, and the truth beside its tables.

    Raises
    ------
    StudyNotFoundError
        The folder holds something already, or cannot be written.
    """
    large = ("responses", "relations", "interactions", "moments")
    study = Study.new(
        folder,
        name=drawn.name,
        system=drawn.system,
        as_at=drawn.as_at,
        tables=drawn.tables,
        seed=drawn.seed,
        created_from=NOTE,
        synthetic=True,
        formats=dict.fromkeys(large, "parquet"),
    )
    planted = json.dumps([dict(each) for each in drawn.planted], indent=1, ensure_ascii=False)
    beside = folder / TRUTH
    write_over(
        {beside / "truth.parquet": table_bytes(drawn.truth, "parquet"), beside / "planted.json": planted.encode()}
    )
    return study
