"""The engine: the nine steps of a week in their printed order, on any number of threads with the same result."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leaderful.simulation import passes, talk
from leaderful.simulation.connecting import connect
from leaderful.simulation.events import Events, events_of
from leaderful.simulation.kernels import ACTOR_SUMS, TIE_SUMS, cascade
from leaderful.simulation.parameters import Parameters, default_parameters
from leaderful.simulation.schedules import Forcing, Schedule
from leaderful.simulation.series import Series
from leaderful.simulation.streams import stream_key
from leaderful.simulation.system import Offsets, System

Progress = Callable[[int, int], None]
"""Told after each week how many are done, and of how many."""

YEAR: Final = 52
STEADY: Final = 0.005
"""Largest drift of a mean or share from one year to the next that counts as none."""


class Arrays(NamedTuple):
    """The arrays of a system as kernels take them; each is the system's own and not a copy."""

    system_of: Any
    sector_of: Any
    mechanisms: Any
    licence: Any
    jammed: Any
    pool: Any
    site: Any
    body: Any
    tier: Any
    place: Any
    forum: Any
    purpose: Any
    reflexivity: Any
    capacity: Any
    exposure: Any
    practice: Any
    leaving: Any
    carried: Any
    row: Any
    partner: Any
    content: Any
    mark: Any
    note_row: Any
    note_slot: Any
    note_owner: Any
    members_row: Any
    members: Any


@dataclass(frozen=True, kw_only=True)
class Run:
    """What a run leaves."""

    series: pl.DataFrame
    """Columns week, system, measure, part, value, n: see `Engine.series`."""
    system: System
    """The system at the end."""


class Engine:
    """A system under way: it holds the state of the week to come and moves it on.

    Parameters
    ----------
    system
        Where it starts; the engine works on its own copy.
    parameters
        The rates; the defaults when None.
    seed
        Seed of every draw.
    schedule
        What a scenario does; nothing when None.
    week
        Number of the week to come; weeks of burn-in are negative.
    threads
        Threads that compute; as many as the machine has, two at most, when None. The result does not depend
        on it.

    Notes
    -----
    A week is synchronous: ties read the state at its start, then each actor gathers from its own ties.
    Every block of actors writes only what is its own, so there is nothing for threads to race for.
    """

    def __init__(
        self,
        system: System,
        parameters: Parameters | None = None,
        *,
        seed: int,
        schedule: Schedule | None = None,
        week: int = 0,
        threads: int | None = None,
    ) -> None:
        self.system = system.copy()
        self.parameters = parameters or default_parameters()
        self.seed = seed
        self.week = week
        self._schedule = schedule
        self._blocks = passes.Blocks(threads or min(2, os.cpu_count() or 1))
        self._starters: Any = None
        self._forcing = Forcing()
        self._lay_out()
        self._series = Series(system.systems, self._blocks.owners)

    def advance(self, weeks: int, *, progress: Progress | None = None) -> None:
        """Move the system on by a number of weeks."""
        with self._blocks.working():
            for done in range(weeks):
                for work in PASSES:
                    work(self)
                self.week += 1
                if progress is not None:
                    progress(done + 1, weeks)

    def series(self) -> pl.DataFrame:
        """Return what was noted week by week, shape (rows, 6).

        Columns are week, system (code), measure, part, value and n. Encounters and openings are per actor;
        share_taken is a share of openings; trust and understanding are means over ties, both ways; purpose
        and reflexivity means over people; reach is the share of people who heard a conversation in 8 weeks, heard their
        number.
        Parts are all, within and across the bodies, and the four tiers. A value that has no meaning in a
        week, such as a share of no openings, is missing.
        """
        return self._series.frame()

    def year(self) -> dict[str, float]:
        """Return the mean of each measure of state over the last year noted and all systems."""
        return self._series.means(YEAR)

    def events(self) -> Events:
        """Return what the coming week holds, drawn but not carried out."""
        ahead = Engine(self.system, self.parameters, seed=self.seed, schedule=self._schedule, week=self.week, threads=1)
        ahead._shocks()
        ahead._cascade()
        ahead._prepare()
        return events_of(ahead)

    def kept(self) -> dict[str, NDArray[Any]]:
        """Return what a checkpoint keeps beside the system, by name."""
        starters = np.zeros((0, talk.AT_ONCE), dtype=np.int32) if self._starters is None else self._starters
        return self._series.kept() | {"run/starters": starters}

    def take_up(self, kept: dict[str, NDArray[Any]]) -> None:
        """Take up what a checkpoint has kept beside the system."""
        self._starters = kept["run/starters"] if len(kept["run/starters"]) else None
        self._series.take_up(kept)

    @property
    def arrays(self) -> Arrays:
        """The system's arrays as kernels take them."""
        return Arrays(*(getattr(self.system, name) for name in Arrays._fields))

    def key(self, name: str) -> np.uint64:
        """Return the key of a stream in the week to come."""
        return stream_key(self.seed, name, self.week)

    def _lay_out(self) -> None:
        """Make room for what is computed anew each week, and cut the actors into blocks within systems."""
        system = self.system
        n = system.size
        self.seen = np.zeros((n, 8), dtype=np.float32)
        self._heard = np.zeros(n, dtype=np.uint32)
        self._asks = np.full(n, -1, dtype=np.int32)
        self._told = np.zeros(len(system.partner), dtype=np.int32)
        self.load = np.zeros(n, dtype=np.float32)
        self._bounds = _bounds(system)
        self._blocks.cut(self._bounds)
        count = len(self._blocks.owners)
        self._tie_sums = np.zeros((count, 2, len(TIE_SUMS)))
        self._actor_sums = np.zeros((count, 4, len(ACTOR_SUMS)))
        self._weighed = False

    def _shocks(self) -> None:
        """Let the scenario act, let posts change hands, and start conversations anew when theirs are over."""
        if self._schedule is not None:
            before = self.system.partner
            if self._schedule.act(self.week, self.system, self.seed):
                self._weighed = False
                if self.system.partner is not before:
                    self._told = np.zeros(len(self.system.partner), dtype=np.int32)
                if not np.array_equal(self._bounds, _bounds(self.system)):
                    self._join()
            self._forcing = self._schedule.forcing(self.week)
        if self.week % talk.WEEKS == 0:
            self._starters = talk.start(self.system, self._bounds, seed=self.seed, week=self.week)
        if not self._weighed:
            self._blocks.each(passes.weigh, self.arrays, self.weights, self.load)
            self._weighed = True

    def _join(self) -> None:
        """Cut blocks anew where a scenario has made one system of two, whose conversations then begin anew."""
        self._lay_out()
        self._series.regroup(self._blocks.owners)
        self._starters = None

    def _cascade(self) -> None:
        system = self.system
        self._held_before = system.held
        system.held = cascade(
            system.held,
            system.declared,
            system.fidelity,
            system.above_row,
            system.above,
            self.parameters,
            self._forcing.purpose,
        )

    def _prepare(self) -> None:
        """Let posts change hands and write what is seen of every actor."""
        self._blocks.each(
            passes.prepare, self.arrays, self.load, self.seen, self._heard, self.parameters, self._forcing.capacity,
            self.key("turnover"), self.key("newcomer"),
        )  # fmt: skip

    def _meet(self) -> None:
        """Draw encounters, openings and responses of every tie and what they leave with it, in one pass."""
        self._prepare()
        keys = tuple(self.key(name) for name in ("encounters", "openings", "responses", "fading"))
        self._blocks.each(
            passes.meet, self.arrays, self.seen, self.weights, self.parameters, self._forcing.urgency, keys, self._told,
            self._tie_sums,
        )  # fmt: skip

    def _gather(self) -> None:
        """Let every actor gather what its ties told it, and reflect."""
        keys = tuple(self.key(name) for name in ("reflection", "introduction", "contact", "forum"))
        self._blocks.each(
            passes.gather, self.arrays, self.seen, self._heard, self._held_before, self._told, self.weights,
            self.parameters, self._forcing.capacity, keys, self.load, self._asks, self._actor_sums,
        )  # fmt: skip

    def _connect(self) -> None:
        connect(
            self.arrays, self._asks, self.weights, self.parameters, self.key("contact"), self.key("forum"), self.load
        )

    def _observe(self) -> None:
        reached: NDArray[np.float64] | None = None
        if (self.week + 1) % talk.WEEKS == 0 and self._starters is not None:
            reached = talk.reach(self.system, self._bounds, self._starters)
        self._series.note(self.week, self._tie_sums, self._actor_sums, reached)

    @property
    def weights(self) -> NDArray[np.float64]:
        """Time that a tie of each layer takes, beside others."""
        return np.array(self.parameters[:4])

    @property
    def forcing(self) -> Forcing:
        """What presses on the system in the week to come."""
        return self._forcing


class Step(NamedTuple):
    """A step of the week: its name, what happens in it, and the pass over the system that carries it out."""

    name: str
    does: str
    work: Callable[[Engine], None]


STEPS: Final = (
    Step("shocks", "what a scenario changes is changed, and posts change hands", Engine._shocks),
    Step("cascade", "bodies move towards the purposes of those they answer to", Engine._cascade),
    Step("encounters", "each tie draws how often its two people meet", Engine._meet),
    Step("openings", "an encounter opens a moment, the more so when urgent or when purposes differ", Engine._meet),
    Step("response", "a moment is taken or lost", Engine._meet),
    Step("consequence", "trust, understanding, purposes and conversations follow from it", Engine._meet),
    Step("reflection", "people take in their week and reflect, or reflexivity fades", Engine._gather),
    Step("ties", "unused ties end, and new ones are made through contacts and forums", Engine._connect),
    Step("observation", "sums are noted by system", Engine._observe),
)
"""The nine steps of a week, in their order; steps that name the same pass are computed together, tie by tie."""

PASSES: Final = tuple(dict.fromkeys(step.work for step in STEPS))


def printed() -> str:
    """Return the steps of a week as they are printed."""
    return "\n".join(f"{number} {step.name:<12} {step.does}" for number, step in enumerate(STEPS, start=1))


def _bounds(system: System) -> Offsets:
    """Return the first actor of every system, and the end of the last."""
    numbers = system.system_of[system.body]
    return np.searchsorted(numbers, np.arange(len(system.systems) + 1)).astype(np.int64)


def burn_in(
    system: System,
    parameters: Parameters | None = None,
    *,
    seed: int,
    weeks: int = 520,
    threads: int | None = None,
    progress: Progress | None = None,
) -> System:
    """Return a system at its own steady state, so that what a scenario changes is seen against a flat line.

    Parameters
    ----------
    system
        Where it starts.
    parameters, seed, threads, progress
        As for `Engine`.
    weeks
        Most weeks to run. It stops after a year whose means differ by less than `STEADY` from the year before.

    Returns
    -------
    System
        ``levers["burn_in"]`` tells the weeks run, the largest drift between its last two years, and whether
        that counts as steady. A run of less than two years has no drift to tell.
    """
    engine = Engine(system, parameters, seed=seed, week=-weeks, threads=threads)
    before: dict[str, float] = {}
    drift = float("nan")
    for done in range(0, weeks, YEAR):
        engine.advance(min(YEAR, weeks - done))
        after = engine.year()
        drift = max((abs(after[name] - before[name]) for name in before), default=drift)
        before = after
        if progress is not None:
            progress(min(done + YEAR, weeks), weeks)
        if drift < STEADY:
            break
    engine.system.levers["burn_in"] = {
        "weeks": engine.week + weeks,
        "drift": drift if drift == drift else None,
        "steady": drift < STEADY,
    }
    return engine.system


def simulate(
    system: System,
    parameters: Parameters | None = None,
    *,
    weeks: int,
    seed: int,
    schedule: Schedule | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Run:
    """Return what becomes of a system in a number of weeks."""
    engine = Engine(system, parameters, seed=seed, schedule=schedule, threads=threads)
    engine.advance(weeks, progress=progress)
    return Run(series=engine.series(), system=engine.system)
