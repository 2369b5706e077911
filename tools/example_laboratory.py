"""The example study that is drawn from a simulated system: Larkwater, made up, with a silo and a crisis in it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl

from leaderful.simulation.engine import burn_in
from leaderful.simulation.mixed import mixed_system
from leaderful.simulation.parameters import default_parameters
from leaderful.simulation.scenarios import read_scenario, schedule
from leaderful.simulation.synthesis import Plan, shocks_of, synthesise, write
from leaderful.simulation.synthesis.plan import Planted, Record, Response
from leaderful.simulation.system import System

CRISIS = Path(__file__).parent / "example_crisis.toml"
SEED, PEOPLE = 20260403, 600
SYSTEM = "XLW"
BODIES = (
    ("XLN", "Example National Board"),
    (SYSTEM, "Larkwater Integrated Care Board"),
    ("XLH", "Larkwater Hospitals"),
    ("XLM", "Larkwater Mental Health"),
    ("XLP", "Mill Lane Primary Care Network"),
    ("XLC", "Larkwater Council"),
    ("XLV", "Larkwater Voluntary Alliance"),
)
SILO = "XLP"
PLAN = Plan(
    name="Larkwater, drawn from the laboratory",
    planted=(Planted(effect="silo", bodies=(SILO,)),),
    response=Response(rate=0.7),
    record=Record(meetings=0.3),
)


def write_synthetic(folder: Path) -> None:
    """Write the study into a folder of its own, with its truth beside it."""
    rates = default_parameters()
    start = burn_in(_named(mixed_system(PEOPLE, seed=SEED)), rates, seed=SEED)
    scenario = read_scenario(CRISIS)
    drawn = synthesise(start, rates, PLAN, seed=SEED, schedule=schedule(scenario, start), shocks=shocks_of(scenario))
    write(drawn, folder)


def _named(system: System) -> System:
    codes, names = zip(*BODIES, strict=True)
    inside = pl.when(pl.col("system") != "").then(pl.lit(SYSTEM)).otherwise(pl.lit(""))
    bodies = system.bodies.with_columns(id=pl.Series(codes), name=pl.Series(names), system=inside)
    return replace(system, bodies=bodies, systems=tuple(SYSTEM if code else "" for code in system.systems))
