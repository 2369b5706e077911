"""Scenarios against a baseline: the same people, the same chances, with something changed and without it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import polars as pl

from leaderful.errors import BadValuesError
from leaderful.measures.findings import Finding, frame
from leaderful.simulation.engine import Progress, Run, burn_in, simulate
from leaderful.simulation.experiments.points import drawn
from leaderful.simulation.few import few_tiers
from leaderful.simulation.paired import Key, Values, courses, effects
from leaderful.simulation.parameters import Parameters, default_parameters, parameter_table
from leaderful.simulation.regimes import regime
from leaderful.simulation.scenarios import Scenario, refuse_too_late, schedule
from leaderful.simulation.schedules import Schedule
from leaderful.simulation.system import System

COURSES: Final = (
    ("share_taken", "all"),
    ("share_taken", "across"),
    ("trust", "across"),
    ("purpose", "all"),
    ("reflexivity", "all"),
    ("heard", "all"),
    ("ties", "across"),
)
"""What is told week by week; everything else at its end, after a year and at its furthest."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How often and how long scenarios are run.

    Parameters
    ----------
    weeks
        Weeks of every run.
    burn_in
        Most weeks before them, in which the people come to a state that does not drift.
    draws
        Draws of the rates, by Latin hypercube.
    seeds
        Seeds for each draw; a pair of runs is one draw with one seed.
    seed
        First of the seeds, and that of the draws.
    """

    weeks: int = 156
    burn_in: int = 520
    draws: int = 8
    seeds: int = 4
    seed: int = 1

    def __post_init__(self) -> None:
        if min(self.weeks, self.draws, self.seeds) < 1 or self.burn_in < 0:
            raise BadValuesError(
                f"{self.weeks} weeks, {self.draws} draws, {self.seeds} seeds and {self.burn_in} weeks of burn-in were "
                "asked for; at least 1, 1, 1 and 0 are wanted."
            )


@dataclass(frozen=True)
class _Ran:
    """What came of one run: its weekly values by measure and part, its steady states, and whether it began in one."""

    series: dict[Key, Values]
    regimes: Mapping[str, str]
    """By ties within and across bodies: one, or two and near the upper or the lower."""
    steady: bool


def whatif(
    system: System,
    scenarios: Sequence[Scenario],
    parameters: Parameters | None = None,
    *,
    name: str,
    plan: Plan = Plan(),
    threads: int | None = None,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Return what scenarios change in a simulated system, as findings.

    Parameters
    ----------
    system
        As it was seeded; it is burnt in here.
    scenarios
        What is changed, one after the other, each against the baseline of the same draw and seed.
    parameters
        Rates about which others are drawn; the defaults when None.
    name
        What is simulated, in words for people.
    plan
        How often and how long.
    threads
        As for `Engine`; the findings do not depend on it.
    progress
        Told after each run, burn-in among them, how many are done, and of how many.

    Returns
    -------
    polars.DataFrame
        Findings. ``whatif.effect``: the mean paired difference of an
        ``indicator`` and ``part`` in a ``term`` (``end``: last 13 weeks; ``after-a-year``: the 13 weeks up to it,
        in runs that are longer; ``peak``: the 13 weeks in which the mean difference is furthest from nought),
        with an interval that holds at least 95 % of the pairs: all of them where there are 40 or fewer.
        ``holds`` is the share of pairs that differ with the sign of the mean. ``whatif.course``: median and 5 to 95 %
        of runs, week by week. ``whatif.seeded``: what was simulated. Nothing is told of a tier of fewer than ten of a
        study's own people: see `leaderful.simulation.few.few_tiers`.

    Raises
    ------
    BadValuesError
        When two scenarios have one name, or nothing of one happens in the weeks of the plan.

    Notes
    -----
    Every draw takes its rates from the middle half of what is plausible about the parameters given, so that
    the interval holds what is not known about the rates beside chance. It is of runs and not of their mean:
    more runs do not narrow it. With fewer than 8 pairs of runs there is none.

    References
    ----------
    McKay, M. D., Beckman, R. J. and Conover, W. J. (1979), Technometrics 21, 239-245,
    doi:10.1080/00401706.1979.10489755, for the draws.

    Examples
    --------
    >>> from leaderful.simulation.mixed import mixed_system
    >>> from leaderful.simulation.scenarios import packaged
    >>> plan = Plan(weeks=30, burn_in=0, draws=1, seeds=2)
    >>> found = whatif(mixed_system(60, seed=1), [packaged()["crisis"]], name="a made-up system", plan=plan)
    >>> found["measure"].unique().sort().to_list()
    ['whatif.course', 'whatif.effect', 'whatif.seeded']
    """
    if len({each.name for each in scenarios}) < len(scenarios):
        raise BadValuesError("Two scenarios have the same name; give each a name of its own.")
    for scenario in scenarios:
        refuse_too_late(scenario, plan.weeks)
    drawn_rates = _rates(parameters or default_parameters(), plan)
    units = [(rates, plan.seed + k) for rates in drawn_rates for k in range(plan.seeds)]
    before: list[_Ran] = []
    after: dict[str, list[_Ran]] = {each.name: [] for each in scenarios}
    told = _Told(progress, len(units) * (len(scenarios) + 1 + bool(plan.burn_in)))
    for rates, seed in units:
        start = system
        if plan.burn_in:
            start = burn_in(system, rates, seed=seed, weeks=plan.burn_in, threads=threads)
            told.one_more()
        for each in (None, *scenarios):
            acts: Schedule | None = None if each is None else schedule(each, start)
            run = simulate(start, rates, weeks=plan.weeks, seed=seed, schedule=acts, threads=threads)
            (before if each is None else after[each.name]).append(_ran(run, rates, start, plan.weeks))
            told.one_more()
    about = {"system": name, "actors": system.size, "weeks": plan.weeks, "draws": plan.draws, "seeds": plan.seeds}
    found = [f for each in scenarios for f in _of_scenario(each, before, after[each.name], about)]
    return frame([*found, *_seeded(system, name)])


class _Told:
    """Whoever wants to know how many runs are done."""

    def __init__(self, progress: Progress | None, of: int) -> None:
        self._progress, self._of, self._done = progress, of, 0

    def one_more(self) -> None:
        """Say that one more is done."""
        self._done += 1
        if self._progress is not None:
            self._progress(self._done, self._of)


def _ran(run: Run, rates: Parameters, start: System, weeks: int) -> _Ran:
    near = {side: each.name for side, each in regime(run.system, rates, run.series).items()}
    steady = bool(start.levers.get("burn_in", {}).get("steady"))
    shown = run.series.filter(~pl.col("part").is_in(list(few_tiers(start))))
    return _Ran(_weekly(shown, weeks), near, steady)


def _rates(base: Parameters, plan: Plan) -> list[Parameters]:
    """Return draws from the middle half of what is plausible about the base; the base itself for a single draw."""
    if plan.draws == 1:
        return [base]
    table = parameter_table()
    ranges = {}
    for name, value in zip(Parameters._fields, base, strict=True):
        low, high = (value + (end - value) / 2 for end in (table[name].low, table[name].high))
        if low < high:
            ranges[name] = (low, high)
    points = drawn(ranges, plan.draws, seed=plan.seed)
    return [base._replace(**dict(zip(ranges, map(float, point), strict=True))) for point in points]


def _weekly(series: pl.DataFrame, weeks: int) -> dict[Key, Values]:
    """Return the weekly values of every measure and part over all systems, by weight of numbers; NaN where none."""
    whole = (
        series.filter(pl.col("week") >= 0, pl.col("value").is_finite(), pl.col("n") > 0)
        .group_by("measure", "part", "week")
        .agg(value=(pl.col("value") * pl.col("n")).sum() / pl.col("n").sum())
    )
    found: dict[Key, Values] = {}
    for (measure, part), rows in whole.partition_by("measure", "part", as_dict=True).items():
        values = np.full(weeks, np.nan)
        values[rows["week"].to_numpy()] = rows["value"].to_numpy()
        found[str(measure), str(part)] = values
    return found


def _of_scenario(
    scenario: Scenario, before: Sequence[_Ran], after: Sequence[_Ran], about: dict[str, Any]
) -> Iterator[Finding]:
    """Yield the differences and the courses of one scenario."""
    told = about | {
        "title": scenario.title,
        "steady": sum(ran.steady for ran in before),
        "regime_baseline": _tally(before),
        "regime_scenario": _tally(after),
        "tipped": sum(_tipped(*pair) for pair in zip(before, after, strict=True)),
    }
    keys = sorted({key for ran in (*before, *after) for key in ran.series})
    for key in keys:
        one, two = (_stacked(runs, key, about["weeks"]) for runs in (before, after))
        yield from effects(scenario.name, key, one, two, told)
        if key in COURSES:
            yield from courses(scenario, key, one, two)


def _tally(runs: Sequence[_Ran]) -> dict[str, dict[str, int]]:
    """Return by ties within and across bodies in how many runs there is one steady state, or which of two is near."""
    tallies = {}
    for side in ("within", "across"):
        found = [ran.regimes[side] for ran in runs if side in ran.regimes]
        tallies[side] = {name: found.count(name) for name in sorted(set(found))}
    return tallies


def _tipped(before: _Ran, after: _Ran) -> bool:
    """Return whether a pair of runs ends near different ones of two steady states."""
    pairs = [{before.regimes[side], after.regimes[side]} for side in before.regimes if side in after.regimes]
    return {"upper", "lower"} in pairs


def _stacked(runs: Sequence[_Ran], key: Key, weeks: int) -> Values:
    """Return weekly values by run, shape (runs, weeks)."""
    nothing = np.full(weeks, np.nan)
    return np.stack([ran.series.get(key, nothing) for ran in runs])


def _seeded(system: System, name: str) -> Iterator[Finding]:
    """Yield what was simulated, for each of the systems that it holds."""
    told = system.levers.get("seeding", {})
    number = system.system_of[system.body]
    owner = number[system.owners()[system.partner >= 0]]
    for place, code in enumerate(system.systems):
        people = int((number == place).sum())
        detail = {
            "system": name if len(system.systems) == 1 else code,
            "bodies": int((system.system_of == place).sum()),
            "ties": int((owner == place).sum()),
            "part": float(told.get("part", 1.0)),
            "sources": list(told.get("sources", [])),
            "assumed": list(told.get("assumed", [])),
            "synthetic": True,
        }
        yield Finding(
            measure="whatif.seeded",
            unit_kind="system",
            unit=code,
            method="seeded-system",
            estimate=people,
            n=people,
            detail=detail,
        )
