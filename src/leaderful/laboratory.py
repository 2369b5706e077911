"""One function for each command of the laboratory: seed a system, run it, and say what came of it."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import polars as pl

from leaderful import england, jobs
from leaderful.england.days import LAST_OF_42
from leaderful.errors import BadValuesError
from leaderful.measures.findings import SCHEMA
from leaderful.measures.findings_file import FOLDER, evidence, keep
from leaderful.measuring import protect
from leaderful.propositions import results
from leaderful.propositions.england import public_evidence
from leaderful.propositions.field import field
from leaderful.propositions.laboratory import laboratory as on_draws
from leaderful.propositions.words import sentences
from leaderful.report.files import Written
from leaderful.report.wording import counted
from leaderful.simulation import memory
from leaderful.simulation.calibration import EngineRun, fit, observed_waves
from leaderful.simulation.engine import YEAR, Progress, burn_in, printed
from leaderful.simulation.experiments import Means, read_design, scenarios_of
from leaderful.simulation.experiments import experiment as run_experiment
from leaderful.simulation.mixed import mixed_system
from leaderful.simulation.parameters import default_parameters, parameter_table
from leaderful.simulation.scenarios import Scenario, packaged, refuse_too_late, scenario_named, schedule
from leaderful.simulation.seeding import describe, from_public, from_study, summary
from leaderful.simulation.synthesis import TRUTH, read_plan, shocks_of, write
from leaderful.simulation.synthesis import Plan as SyntheticPlan
from leaderful.simulation.synthesis import synthesise as draw_study
from leaderful.simulation.system import System
from leaderful.simulation.whatif import Plan, whatif
from leaderful.study import Study
from leaderful.study.folder import refuse_full

PART: Final = 0.1
"""Part of the people that a system of public data is simulated with, when none is named."""
USUAL: Final = Plan()
SHOWN: Final = ("crisis", "crisis-with-maintenance")
SHOWN_PART: Final = 0.01
SHOWN_PLAN: Final = Plan(weeks=104, draws=8, seeds=1)
"""What the demonstration simulates: enough to show what comes of it, and no more."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """What is simulated: a study's own people, systems of public data, or all of England."""

    folder: Path | None = None
    icbs: tuple[str, ...] = ()
    england: bool = False
    as_at: date | None = None
    part: float | None = None
    """Part of the people; None for the usual one."""


@dataclass(frozen=True, kw_only=True)
class Seeded:
    """A system that stands ready to run, its name in words, and the study it was seeded from where there is one."""

    system: System
    name: str
    study: Study | None


def seeded(place: Place, *, seed: int) -> Seeded:
    """Return the system that a place names, after saying no to what does not fit into memory."""
    chosen = [place.folder is not None, bool(place.icbs), place.england]
    if sum(chosen) != 1:
        raise BadValuesError("Name one of: the folder of a study, --icb with a code, or --england.")
    if place.folder is not None:
        if place.as_at is not None or place.part is not None:
            raise BadValuesError("--as-at and --part go with --icb and --england; a study has its own date and people.")
        study = Study.open(place.folder)
        return Seeded(system=from_study(study, seed=seed), name=study.name, study=study)
    day = place.as_at or jobs.LATEST
    part = place.part if place.part is not None else (1.0 if place.england else PART)
    codes = sorted(england.icbs(day)["code"]) if place.england else [england.resolve(icb, day) for icb in place.icbs]
    studies = [jobs.public_study(code, day) for code in codes]
    system = from_public(studies, part=part, seed=seed)
    name = "England" if place.england else " and ".join(study.name for study in studies)
    return Seeded(system=system, name=name, study=studies[0] if len(studies) == 1 else None)


def demo(icb: str, *, as_at: date | None, folder: Path | None) -> Written:
    """Write the report of one system from packaged public data, with a small simulation that says what it is."""
    place = Place(icbs=(icb,), as_at=as_at, part=SHOWN_PART)
    ready = seeded(place, seed=1)
    found = whatif(ready.system, scenarios(SHOWN), name=ready.name, plan=SHOWN_PLAN)
    tested = pl.concat([on_england(), results.packaged()])
    return jobs.demo(icb, as_at=as_at, folder=folder, laboratory=pl.concat([found, tested]))


def scenarios(names: Sequence[str]) -> tuple[Scenario, ...]:
    """Return scenarios by the names of packaged ones or the files of others."""
    found = tuple(scenario_named(name) for name in names)
    again = next((each.name for each in found if [other.name for other in found].count(each.name) > 1), None)
    if again is not None:
        raise BadValuesError(f"Two scenarios are called {again}. Name each once.")
    return found


def listed() -> Iterator[str]:
    """Yield the packaged scenarios, a line each."""
    for name, scenario in packaged().items():
        yield f"{name:<28} {scenario.title}"


def steps() -> str:
    """Return the steps of a simulated week."""
    return printed()


def place_of(place: Place, chosen: Sequence[Scenario]) -> Place:
    """Return the place named, or the one that a scenario is about where none is named."""
    if place.folder is not None or place.icbs or place.england:
        return place
    settings = {each.setting for each in chosen if each.setting is not None}
    if len(settings) != 1:
        return place
    setting = settings.pop()
    return Place(icbs=setting.icbs, as_at=setting.as_at, part=place.part)


def plan_of(place: Place, *, weeks: int, draws: int | None, seeds: int | None, seed: int) -> Plan:
    """Return how often and how long to run; England, whose size makes chance small, once unless said otherwise."""
    usual = (1, 1, YEAR * 5) if place.england else (USUAL.draws, USUAL.seeds, USUAL.burn_in)
    return Plan(weeks=weeks, draws=draws or usual[0], seeds=seeds or usual[1], burn_in=usual[2], seed=seed)


@dataclass(frozen=True, kw_only=True)
class Simulated:
    """What a simulation leaves: the findings, and where they stand."""

    findings: pl.DataFrame
    file: Path
    written: Written | None
    """The report, where one was written."""


def simulate(
    ready: Seeded, chosen: Sequence[Scenario], *, plan: Plan, out: Path | None, threads: int | None, progress: Progress
) -> Simulated:
    """Run scenarios against a baseline and keep what came of it: beside the study, or with a report of the system."""
    study = ready.study
    beside = study.folder if study is not None and out is None else None
    folder = beside / FOLDER if beside is not None else out or Path(f"leaderful-laboratory-{_short(ready)}")
    file = folder / "whatif.parquet"
    keep(file, pl.DataFrame(schema=SCHEMA))  # a file that cannot be kept is told of before the runs, not after
    found = whatif(ready.system, chosen, name=ready.name, plan=plan, threads=threads, progress=progress)
    keep(file, found)
    written = jobs.report(study, folder, laboratory=found) if study is not None and beside is None else None
    return Simulated(findings=found, file=file, written=written)


def _short(ready: Seeded) -> str:
    return "england" if ready.name == "England" else "-".join(ready.system.systems)


def said(ready: Seeded, *, details: bool = False) -> Iterator[str]:
    """Yield what stands ready and how much memory a run takes, or refuse what does not fit."""
    system = ready.system
    yield f"{ready.name}, simulated; not a forecast"
    yield describe(system) if details else summary(system)
    yield memory.refuse_too_large(system.size, system.ties, free=memory.available())


TOLD: Final = {
    ("share_taken", "all"): "moments taken",
    ("share_taken", "across"): "moments taken across bodies",
    ("trust", "all"): "trust",
    ("trust", "across"): "trust across bodies",
    ("purpose", "all"): "purpose held",
    ("ties", "all"): "ties per person",
    ("ties", "across"): "ties per person across bodies",
}
"""What the command line tells of each scenario; the report has the rest."""


def told(found: pl.DataFrame) -> Iterator[str]:
    """Yield the main differences that scenarios made, a line each under the scenario's title."""
    effects = [
        row | {"detail": json.loads(row["detail"])}
        for row in found.filter(pl.col("measure") == "whatif.effect").iter_rows(named=True)
    ]
    of = {
        (row["unit"], row["detail"]["indicator"], row["detail"]["part"]): row
        for row in effects
        if row["detail"]["term"] == "end"
    }
    titles = {row["unit"]: row["detail"]["title"] for row in effects}
    for scenario, title in titles.items():
        yield f"{scenario}: {title}"
        there = [(of[scenario, *key], words) for key, words in TOLD.items() if (scenario, *key) in of]
        yield from (f"  {words:<30} {_difference(row)}" for row, words in there)
    runs = counted(max((row["n"] or 0 for row in effects), default=0), "pair", "pairs")
    bracket = (
        "; in brackets, where at least 95 % of them lie" if any(row["lower"] is not None for row in effects) else ""
    )
    yield f"Last 13 weeks with the scenario, less the same weeks without it. {runs} of runs{bracket}."


def _difference(row: dict[str, Any]) -> str:
    if row["estimate"] is None:
        return str(row["reason"])
    by, places, unit = (100, 1, " points of 100") if row["detail"]["unit"] == "share" else (1, 2, "")
    ends = [f"{by * row[end]:+.{places}f}" for end in ("lower", "upper") if row[end] is not None]
    return f"{by * row['estimate']:+.{places}f}{unit} ({' to '.join(ends) or 'no interval'})"


def synthesise(
    out: Path, place: Place, *, plan: Path | None, scenario: str | None, seed: int, progress: Progress
) -> Iterator[str]:
    """Draw a full synthetic study from a simulated system, and keep the truth beside it."""
    refuse_full(out, out)
    wanted = read_plan(plan) if plan is not None else SyntheticPlan()
    chosen = scenario_named(scenario) if scenario is not None else None
    if chosen is not None:
        refuse_too_late(chosen, wanted.weeks)
    ready = seeded(place, seed=seed)
    yield from said(ready)
    rates = default_parameters()
    start = burn_in(ready.system, rates, seed=seed)
    drawn = draw_study(
        start,
        rates,
        wanted,
        seed=seed,
        schedule=schedule(chosen, start) if chosen is not None else None,
        shocks=shocks_of(chosen) if chosen is not None else (),
        progress=progress,
    )
    study = write(drawn, out)
    yield f"{study.name}, made up, in {out}"
    for name, rows in study.tables.items():
        yield f"  {name:<12} {rows.height:>8,} rows"
    named = shlex.quote(str(out))
    yield f"The truth of it stands in {out / TRUTH}. Next: leaderful run {named}"


def propositions(folder: Path, *, draws: int | None, seed: int, progress: Progress) -> Iterator[str]:
    """Test the propositions in a study, on England's public evidence and in the laboratory, and keep the verdicts."""
    study = Study.open(folder)
    tested = protect(field(study), study)
    found = pl.concat([tested, on_england(), _in_laboratory(study, draws=draws, seed=seed, progress=progress)])
    keep(folder / FOLDER / "propositions.parquet", found, seen=evidence(study.files))
    yield from sentences(found)
    yield f"Findings: {folder / FOLDER / 'propositions.parquet'}. leaderful run writes the report with them."


def on_england() -> pl.DataFrame:
    """Return what England's public evidence says of the propositions, as at the last day of its 42 systems."""
    day = LAST_OF_42
    bodies = pl.concat([england.all_bodies(day), england.former_trusts(day)])
    tables = {"bodies": bodies, "published": england.published(bodies["id"].to_list())}
    whole = Study(name="England", system="", as_at=day, tables=tables)
    people = {row.code: row.population for row in england.systems_table(day)}
    return public_evidence(whole, england.spread(day), people)


def _in_laboratory(study: Study, *, draws: int | None, seed: int, progress: Progress) -> pl.DataFrame:
    """Return the packaged results of the laboratory, or those of so many draws on the study's own people."""
    if draws is None:
        return results.packaged()
    system, name = from_study(study, seed=seed), f"{study.name}, its own people"
    plan = results.Plan(draws=draws, seed=seed)
    return on_draws(system, plan, name=name, workers=os.cpu_count() or 1, progress=progress)


def calibrate(
    folder: Path, *, free: Sequence[str], scenario: str | None, simulations: int, seed: int, workers: int | None
) -> Iterator[str]:
    """Find which rates fit what a study saw in its waves, and say how little or much it tells of them."""
    study = Study.open(folder)
    default_parameters(**{name: parameter_table()[name].default if name in parameter_table() else 0 for name in free})
    ranges = {name: (parameter_table()[name].low, parameter_table()[name].high) for name in free}
    observed, weeks = observed_waves(study)
    chosen = scenario_named(scenario) if scenario is not None else None
    if chosen is not None:
        refuse_too_late(chosen, weeks[-1] + 1)
    run = EngineRun(from_study(study, seed=seed), weeks, burn_in=YEAR * 5, scenario=chosen)
    means = Means(workers=workers, shown=True)
    kept = folder / FOLDER / "calibration"
    found = fit(run, observed, ranges, folder=kept / "runs", simulations=simulations, seed=seed, means=means)
    yield found.text()
    yield from (str(path) for path in found.write(kept))


def experiment(file: Path, *, out: Path | None, workers: int | None, cluster: str | None) -> Iterator[str]:
    """Carry out an experiment, or what is left of it, and write its tables."""
    design = read_design(file)
    chosen = scenarios_of(design, beside=file.parent)
    seeding = design.seeding
    if seeding.small is not None:
        ready = Seeded(system=mixed_system(seeding.small, seed=1), name="a small made-up system", study=None)
    else:
        place = Place(
            folder=file.parent / seeding.study if seeding.study is not None else None,
            icbs=() if seeding.icb is None else (seeding.icb,),
            england=seeding.england,
            as_at=seeding.as_at,
            part=None if seeding.study is not None else seeding.part,
        )
        ready = seeded(place, seed=1)
    yield from said(ready)
    folder = out or file.with_suffix("")
    means = Means(workers=workers, cluster=cluster, shown=True)
    results = run_experiment(design, ready.system, chosen, folder=folder, means=means)
    yield from (str(path) for path in results.write(folder))
    yield f"{results.table.select('draw', 'seed', 'scenario').n_unique():,} runs"
