"""A run followed for a study: what everybody would say at each wave, and what the record and diaries could hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leaderful.errors import BadValuesError
from leaderful.measures.findings import frame
from leaderful.simulation.engine import Engine, Progress
from leaderful.simulation.events import Events
from leaderful.simulation.observing import observe
from leaderful.simulation.observing.census import (
    Reals,
    Spoken,
    Whole,
    cared_for,
    named_systems,
    namings,
    partners_from,
    spoken_from,
    views,
)
from leaderful.simulation.observing.ends import Ends, ends_across
from leaderful.simulation.observing.flows import LATEST
from leaderful.simulation.observing.rows import counted
from leaderful.simulation.parameters import Parameters
from leaderful.simulation.schedules import Forcing, Schedule
from leaderful.simulation.synthesis.plan import Plan, Round, refuse_faults
from leaderful.simulation.synthesis.planting import plant
from leaderful.simulation.system import TIERS, Numbers, System


@dataclass(frozen=True, eq=False, kw_only=True)
class Seen:
    """What everybody would say at one wave."""

    wave: Round
    body: Numbers
    """Shape (n,): body of each actor then."""
    said: Spoken
    states: dict[str, Reals]
    """By item scale, shape (n,)."""
    named: tuple[Whole, Whole]
    across: Ends


@dataclass(frozen=True, eq=False, kw_only=True)
class Met:
    """Encounters of the record, e rows."""

    week: Whole
    a: Whole
    b: Whole
    times: Whole


@dataclass(frozen=True, eq=False, kw_only=True)
class Opened:
    """Moments that diaries could note, m rows."""

    week: Whole
    a: Whole
    b: Whole
    body_a: Whole
    body_b: Whole
    taken: NDArray[np.bool_]
    reflexivity: Reals
    difference: Reals
    urgency: Reals


@dataclass(frozen=True, eq=False, kw_only=True)
class Followed:
    """A run as a study could see it if everybody were asked and nobody erred."""

    plan: Plan
    start: System
    """The system at week 0, with what was planted."""
    end: System
    moved: tuple[tuple[int, Numbers], ...]
    """Weeks in which people came to work for another body, and the body of everybody from then on."""
    asked: Whole
    """Actors who are asked, in order."""
    partners: Numbers
    seen: tuple[Seen, ...]
    met: Met
    opened: Opened
    truth: pl.DataFrame
    planted: tuple[dict[str, Any], ...]


def follow(
    system: System,
    parameters: Parameters,
    plan: Plan,
    *,
    seed: int,
    schedule: Schedule | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Followed:
    """Run a system through the weeks of a plan and note what a study could see.

    Raises
    ------
    BadValuesError
        The system holds more than one system of care, or nobody; or the plan does not go together.
    """
    refuse_faults(plan, "the plan")
    _refuse_many(system)
    pairs = partners_from(system, ends_across(system, parameters))
    start, planted = plant(system, plan.planted, pairs)
    asked = sampled(start, plan, seed=seed)
    engine = Engine(start, parameters, seed=seed, schedule=schedule, threads=threads)
    notes = _Notes(asked, start)
    waves = {wave.week: wave for wave in plan.waves}
    seen, truth = [], []
    for week in range(plan.weeks):
        forcing = schedule.forcing(week) if schedule is not None else Forcing()
        if week in waves:
            seen.append(_see(engine.system, parameters, waves[week]))
            series = engine.series().filter(pl.col("week") >= week - LATEST)
            found = observe(engine.system, series, wave=waves[week].id, parameters=parameters, partners=pairs)
            truth.append(found)
        if week >= plan.record.first_week:
            notes.keep(week, engine.events(), engine.system, forcing.urgency)
        engine.advance(1)
        notes.moves(week, engine.system)
        if progress is not None:
            progress(week + 1, plan.weeks)
    return Followed(
        plan=plan,
        start=start,
        end=engine.system,
        moved=tuple(notes.moved),
        asked=asked,
        partners=pairs,
        seen=tuple(seen),
        met=notes.met(),
        opened=notes.opened(),
        truth=pl.concat([*truth, moments_taken(start, plan, notes.opened())]),
        planted=tuple(planted),
    )


def sampled(system: System, plan: Plan, *, seed: int) -> Whole:
    """Return the actors who are asked: of the largest bodies of the system, some of each tier."""
    rng = np.random.default_rng(np.random.SeedSequence([seed, 1]))
    inside = np.flatnonzero(named_systems(system) >= 0)
    staff = np.bincount(system.body, minlength=len(system.held))[inside]
    count = min(plan.asked.most_bodies, max(1, round(plan.asked.bodies * int((staff > 0).sum()))))
    chosen = np.isin(system.body, inside[np.argsort(-staff, kind="stable")[:count]])
    order = np.lexsort((rng.random(system.size), system.tier, system.body))
    cell = system.body[order].astype(np.int64) * len(TIERS) + system.tier[order]
    rank = np.arange(len(order)) - np.searchsorted(cell, cell)
    kept = order[(rank < plan.asked.most) & chosen[order]]
    return np.sort(kept).astype(np.int64)


def moments_taken(system: System, plan: Plan, opened: Opened) -> pl.DataFrame:
    """Return ``moments.taken`` of all moments of the record's weeks, as all people of the system would note them."""
    own, taken = np.concatenate([opened.a, opened.b]), np.tile(opened.taken, 2)
    there, other = (np.concatenate(ends) for ends in ((opened.body_a, opened.body_b), (opened.body_b, opened.body_a)))
    noted = cared_for(system)[own]
    own, taken, there, other = own[noted], taken[noted], there[noted], other[noted]
    if not len(own):
        return frame([])
    first, last = (plan.day(week) for week in (plan.record.first_week, plan.weeks - 1))
    months = sorted({f"{first:%Y-%m}", f"{last:%Y-%m}"})
    wave, code = "/".join(months), next(code for code in system.systems if code)
    sector = system.sector_of
    across, sectors = there != other, sector[there] != sector[other]
    parts = {
        ("system", code): np.ones(len(across), dtype=bool),
        ("boundary", "within-body"): ~across,
        ("boundary", "across-bodies"): across & ~sectors,
        ("boundary", "across-sectors"): sectors,
    }
    parts |= {("tier", name): system.tier[own] == tier for tier, name in enumerate(TIERS)}
    of_moments = ("moments.taken", "moments", "micro")
    return frame(
        counted(*of_moments, unit, wave, float(some.mean()), len(some), {"count": int(some.sum())})
        for unit, part in parts.items()
        if len(some := taken[part])
    )


def _refuse_many(system: System) -> None:
    codes = [code for code in system.systems if code]
    if len(codes) != 1:
        raise BadValuesError(
            f"A synthetic study is of one system; this one holds {len(codes)}. Seed a single ICS and synthesise that."
        )


def _see(system: System, parameters: Parameters, wave: Round) -> Seen:
    across = ends_across(system, parameters)
    return Seen(
        wave=wave,
        body=system.body.copy(),
        said=spoken_from(system, across),
        states=views(system, parameters, across),
        named=namings(system, parameters),
        across=across,
    )


class _Notes:
    """What is kept week by week."""

    def __init__(self, asked: Whole, system: System) -> None:
        self._asked = np.zeros(system.size, dtype=bool)
        self._asked[asked] = True
        self._body = system.body.copy()
        self._met: list[tuple[Whole, ...]] = []
        self._opened: list[tuple[NDArray[np.generic], ...]] = []
        self.moved: list[tuple[int, Numbers]] = []

    def keep(self, week: int, events: Events, system: System, urgency: float) -> None:
        """Keep the meetings of those asked and all moments of a week."""
        both = self._asked[events.encounters_a] & self._asked[events.encounters_b]
        self._met.append(
            (
                np.full(int(both.sum()), week),
                events.encounters_a[both].astype(np.int64),
                events.encounters_b[both].astype(np.int64),
                events.encounters_n[both].astype(np.int64),
            )
        )
        a, b = events.a.astype(np.int64), events.b.astype(np.int64)
        own = system.body.astype(np.int64)
        self._opened.append(
            (
                *(np.full(len(a), week), a, b, own[a], own[b]),
                *(events.taken, events.reflexivity, events.difference, np.full(len(a), urgency)),
            )
        )

    def moves(self, week: int, system: System) -> None:
        """Note that people came to work for another body."""
        if (system.body != self._body).any():
            self._body = system.body.copy()
            self.moved.append((week, self._body))

    def met(self) -> Met:
        """Return all meetings kept."""
        return Met(
            **{name: np.concatenate(part) for name, part in zip(_MET, zip(*self._met, strict=True), strict=True)}
        )

    def opened(self) -> Opened:
        """Return all moments kept."""
        parts = zip(_OPENED, zip(*self._opened, strict=True), strict=True)
        return Opened(**{name: np.concatenate(part) for name, part in parts})


_MET = ("week", "a", "b", "times")
_OPENED = ("week", "a", "b", "body_a", "body_b", "taken", "reflexivity", "difference", "urgency")
