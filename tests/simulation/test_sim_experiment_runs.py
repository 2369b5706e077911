"""One experiment from its design to its tables."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from leaderful.errors import BadValuesError
from leaderful.simulation.engine import burn_in, simulate
from leaderful.simulation.experiments import Means, Runs, experiment, make_design, scenarios_of, units
from leaderful.simulation.experiments.design import MEASURES
from leaderful.simulation.mixed import mixed_system
from leaderful.simulation.scenarios import packaged

DESIGN = make_design(
    {
        "name": "Small",
        "seeding": {"small": 150},
        "scenarios": ["crisis", "jammed-cog"],
        "weeks": 20,
        "burn_in": 15,
        "seeds": 2,
        "draws": {"method": "latin-hypercube", "n": 3, "parameters": ["trust_gain"]},
    },
    source="design.toml",
)
SYSTEM = mixed_system(150, seed=4)
HERE = Means(workers=1)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    scenarios = scenarios_of(DESIGN, beside=tmp_path_factory.mktemp("designs"))
    return experiment(DESIGN, SYSTEM, scenarios, folder=tmp_path_factory.mktemp("runs"), means=HERE)


def test_every_draw_seed_and_scenario_is_run_once(results):
    runs = results.table.select("draw", "seed", "scenario").unique(maintain_order=True)
    assert runs.height == 3 * 2 * 3
    assert runs["scenario"].head(3).to_list() == ["baseline", "crisis", "jammed-cog"]
    keys = ["draw", "seed", "scenario", "system", "measure", "part"]
    assert results.table.select(keys).is_duplicated().sum() == 0
    assert set(results.table["measure"]) == {*MEASURES, "regime"}


def test_an_outcome_is_that_of_the_engine_itself(results):
    unit = units(DESIGN)[3]
    start = burn_in(SYSTEM, unit.parameters, seed=unit.seed, weeks=15)
    series = simulate(start, unit.parameters, weeks=20, seed=unit.seed).series
    trust = series.filter(pl.col("week") >= 7, measure="trust", part="across")["value"].to_numpy()
    found = results.table.filter(draw=1, seed=2, scenario="baseline", measure="trust", part="across")["end"].item()
    assert found == pytest.approx(np.mean(trust))


def test_regimes_are_told_in_words(results):
    rows = results.table.filter(measure="regime")
    assert rows["words"].null_count() == 0
    assert set(rows["end"]) <= {1.0, 2.0}
    assert (
        results.table.filter(pl.col("measure") != "regime")["words"].null_count() == results.table.height - rows.height
    )


def test_a_crisis_changes_what_it_should(results):
    found = results.effects.filter(scenario="crisis", measure="openings", part="all", term="area").row(0, named=True)
    assert found["lower"] > 0
    assert (found["holds"], found["n"], found["draws"], found["seeds"]) == (1.0, 6, 3, 2)


def test_whatever_a_unit_follows_from_changes_its_key():
    unit, crisis = units(DESIGN)[0], packaged()["crisis"]
    job = Runs(system=SYSTEM, scenarios=(crisis,), weeks=20, burn_in=15)
    others = (
        Runs(system=SYSTEM, scenarios=(packaged()["jammed-cog"],), weeks=20, burn_in=15),
        Runs(system=SYSTEM, scenarios=(crisis,), weeks=21, burn_in=15),
        Runs(system=SYSTEM, scenarios=(crisis,), weeks=20, burn_in=16),
        Runs(system=mixed_system(150, seed=5), scenarios=(crisis,), weeks=20, burn_in=15),
    )
    keys = {each.key(unit) for each in (job, *others)} | {job.key(other) for other in units(DESIGN)[1:]}
    assert len(keys) == 5 + 5
    assert job.key(unit) == Runs(system=SYSTEM.copy(), scenarios=(crisis,), weeks=20, burn_in=15).key(unit)


def test_results_are_written_for_others_to_read(results, tmp_path):
    files = results.write(tmp_path)
    assert [file.name for file in files] == ["runs.parquet", "draws.parquet", "effects.csv", "sensitivity.csv"]
    assert pl.read_parquet(files[0]).equals(results.table)
    assert pl.read_parquet(files[1]).columns == ["draw", "trust_gain"]


def test_scenarios_must_be_those_of_the_design(tmp_path):
    with pytest.raises(BadValuesError, match="names 2 scenarios and 1"):
        experiment(DESIGN, SYSTEM, (packaged()["crisis"],), folder=tmp_path, means=HERE)
