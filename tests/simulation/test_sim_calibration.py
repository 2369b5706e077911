"""Calibration finds what is known, says what it cannot know, and its intervals hold what they promise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from calibration_runs import Straight
from scipy import stats
from threadpoolctl import threadpool_limits

from leaderful.errors import BadValuesError
from leaderful.simulation.calibration import (
    Bank,
    EngineRun,
    Observed,
    Predictive,
    at_waves,
    calibrate,
    check,
    fit,
    make_bank,
)
from leaderful.simulation.calibration.inference import weighted_quantiles
from leaderful.simulation.engine import simulate
from leaderful.simulation.experiments import Means
from leaderful.simulation.mixed import mixed_system
from leaderful.simulation.parameters import default_parameters, parameter_table

FREED = ("trust_gain", "b0", "reflection", "closure")
RANGES = {name: (parameter_table()[name].low, parameter_table()[name].high) for name in FREED}
HERE = Means(workers=1)
REPEATS = 50


@pytest.fixture(scope="module", autouse=True)
def _one_thread():
    """Small matrices are solved a hundred times sooner by one thread than by several that wait for a busy machine."""
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    """600 simulations of a small system, 300 people over 60 weeks, from a start that is not its steady state."""
    run = EngineRun(mixed_system(300, seed=1), (13, 36, 60))
    folder = tmp_path_factory.mktemp("bank")
    return make_bank(run, RANGES, 600, seed=1, folder=folder, means=Means(workers=2))


def held_out(bank, row):
    """Calibrate to one simulation of the bank with all the others."""
    seen = {name: Observed(value) for name, value in zip(bank.names, bank.summaries[row], strict=True)}
    return calibrate(bank.without(row), seen)


@pytest.fixture(scope="module")
def repeats(bank):
    """Every second simulation as a truth: whether each parameter lies in its interval, and how much was learnt."""
    rows = np.arange(0, 600, 2)
    tables = [held_out(bank, row).table() for row in rows]
    lower, upper, learnt = (
        np.array([table[name].to_list() for table in tables]) for name in ("lower", "upper", "learnt")
    )
    return (lower <= bank.parameters[rows]) & (bank.parameters[rows] <= upper), learnt


def test_known_parameters_lie_in_their_intervals_in_85_of_100_repeats(repeats):
    """50 truths drawn from the prior, each left out of the bank that it is calibrated with."""
    inside, _ = repeats
    some = np.random.default_rng(1).choice(len(inside), REPEATS, replace=False)
    assert inside[some].mean() >= 0.85


def test_intervals_of_each_parameter_are_neither_too_short_nor_too_long(repeats):
    """300 truths: 90 % within three standard errors."""
    inside, _ = repeats
    assert (np.abs(inside.mean(axis=0) - 0.9) < 3 * np.sqrt(0.09 / 300)).all(), inside.mean(axis=0)


def test_much_is_learnt_of_what_the_waves_speak_of(repeats):
    _, learnt = repeats
    assert (learnt.mean(axis=0) > 0.5).all()


def test_a_parameter_that_nothing_speaks_of_is_said_not_to_be_learnt(tmp_path):
    ranges = {"closure": (0.01, 0.15), "own_interest": (0.003, 0.04)}
    bank = make_bank(Straight(), ranges, 600, seed=3, folder=tmp_path, means=HERE)
    seen = {"trust.across@1": Observed(0.5), "trust.across@2": Observed(0.5 + 50 * 0.002)}
    table = calibrate(bank, seen).table()
    closure, interest = table.rows(named=True)
    assert closure["lower"] < 0.1 < closure["upper"]
    assert closure["learnt"] > 0.9
    assert closure["words"] == "much was learnt"
    assert interest["learnt"] < 0.1
    assert interest["words"].startswith("nothing was learnt")
    assert interest["upper"] - interest["lower"] > 0.8 * (0.04 - 0.003)


def test_the_posterior_is_the_exact_one_where_that_is_known(tmp_path):
    """A normal observation of a uniform parameter far from its bounds: mean and spread are those of the normal law."""
    ranges = {"closure": (0.01, 0.15)}
    bank = make_bank(Straight(error=0.03), ranges, 3000, seed=5, folder=tmp_path, means=HERE)
    row = calibrate(bank, {"trust.across@1": Observed(0.4, error=0.04)}).table().row(0, named=True)
    spread = 0.05 / 5  # error of the simulator and of the observation together, on the scale of the parameter
    assert row["mean"] == pytest.approx(0.08, abs=0.0015)
    half = stats.norm.ppf(0.95) * spread
    assert (row["lower"], row["upper"]) == pytest.approx((0.08 - half, 0.08 + half), abs=0.003)


def test_a_larger_error_of_observation_teaches_less(bank):
    learnt = {
        error: np.mean(
            [
                calibrate(bank, {name: Observed(value, error) for name, value in zip(bank.names, row, strict=True)})
                .table()["learnt"]
                .to_list()
                for row in bank.summaries[:12]
            ],
            axis=0,
        )
        for error in (0.0, 0.05, 0.5)
    }
    assert (learnt[0.0] > learnt[0.05]).all()
    assert (learnt[0.05] > learnt[0.5]).all()


def test_summaries_that_cannot_serve_are_named(tmp_path):
    bank = make_bank(Straight(), {"closure": (0.01, 0.15)}, 200, seed=3, folder=tmp_path, means=HERE)
    seen = {
        "trust.across@1": Observed(0.5),
        "trust.across@2": Observed(float("nan")),
        "ties.across@2": Observed(1.0),
        "purpose.all@1": Observed(0.5),
        "reach.all@1": Observed(0.5),
    }
    found = calibrate(bank, seen)
    assert found.used == ("trust.across@1",)
    assert set(found.left_out) == {
        "trust.across@2",
        "ties.across@1",
        "ties.across@2",
        "purpose.all@1",
        "reach.all@1",
    }


def test_changes_between_waves_are_summaries_too(bank):
    found = held_out(bank, 0)
    assert "change of trust.across from wave 1 to 2" in found.used
    assert len(found.used) == 30 + 20


def test_what_cannot_be_compared_is_refused(bank):
    with pytest.raises(BadValuesError, match="Name the summaries"):
        calibrate(bank, {"trust": Observed(0.5)})
    few = Bank(ranges=bank.ranges, parameters=bank.parameters[:50], names=bank.names, summaries=bank.summaries[:50])
    with pytest.raises(BadValuesError, match="200 are the fewest"):
        calibrate(few, {"trust.across@1": Observed(0.5)})


def test_the_same_seed_gives_the_same_table(bank):
    seen = {name: Observed(value, 0.01) for name, value in zip(bank.names, bank.summaries[7], strict=True)}
    assert calibrate(bank, seen, seed=4).table().equals(calibrate(bank, seen, seed=4).table())
    assert not calibrate(bank, seen, seed=4).table().equals(calibrate(bank, seen, seed=5).table())


def test_checks_say_where_the_observed_lies():
    seen = Predictive(
        names=("a", "b", "c"), summaries=np.column_stack([np.arange(99.0), np.arange(99.0), [np.nan] * 99])
    )
    rows = check(seen, {"a": Observed(49.0), "b": Observed(-3.0), "c": Observed(1.0)}).rows(named=True)
    assert rows[0]["p"] == 1.0
    assert rows[0]["median"] == 49
    assert rows[0]["words"] == "reproduced"
    assert rows[1]["p"] == pytest.approx(2 * 1 / 100)
    assert rows[1]["words"] == "not reproduced: lower than the fitted model gives"
    assert rows[2]["p"] is None
    assert check(seen, {}).row(0, named=True)["words"] == "not observed"


def test_a_whole_calibration_finds_the_truth_and_reproduces_it(tmp_path):
    run, ranges = Straight(), {"closure": (0.01, 0.15), "drift": (0.0, 0.01)}
    truth = default_parameters(closure=0.06, drift=0.004)
    seen = {name: Observed(value) for name, value in run(truth, 77).items()}
    found = fit(run, seen, ranges, folder=tmp_path / "runs", simulations=400, predictions=100, means=HERE)
    closure, drift = found.table.rows(named=True)
    assert closure["lower"] < 0.06 < closure["upper"]
    assert drift["lower"] < 0.004 < drift["upper"]
    checked = dict(found.checks.select("summary", "p").iter_rows())
    assert checked["trust.across@1"] > 0.05
    assert checked["trust.across@2"] > 0.05
    assert "Not a forecast" in found.text()
    found.write(tmp_path / "out")
    assert (tmp_path / "out" / "parameters.csv").read_text().startswith("parameter,prior_low")


def test_what_the_model_cannot_give_is_said(tmp_path):
    run, ranges = Straight(), {"closure": (0.01, 0.15)}
    seen = {"trust.across@1": Observed(5.0), "trust.across@2": Observed(-5.0)}
    found = fit(run, seen, ranges, folder=tmp_path, simulations=300, predictions=100, means=HERE)
    assert found.checks.filter(summary="trust.across@1")["words"].item().startswith("not reproduced: higher")
    assert "extrapolation" in found.text()


def test_summaries_of_a_run_are_means_over_the_quarter_before_each_wave():
    system = mixed_system(100, seed=2)
    found = EngineRun(system, (13, 30))(default_parameters(), 5)
    series = simulate(system, default_parameters(), weeks=31, seed=5).series
    trust = dict(series.filter(measure="trust", part="across").select("week", "value").iter_rows())
    assert found["trust.across@1"] == pytest.approx(np.mean([trust[week] for week in range(1, 14)]))
    assert found["trust.across@2"] == pytest.approx(np.mean([trust[week] for week in range(18, 31)]))
    assert at_waves(series, (13, 30)) == found


def test_waves_must_leave_a_quarter_and_rise():
    system = mixed_system(100, seed=2)
    for waves in ((), (5,), (30, 20), (20, 20)):
        with pytest.raises(BadValuesError, match="must rise"):
            EngineRun(system, waves)


def test_a_changed_system_makes_another_bank():
    run = EngineRun(mixed_system(100, seed=2), (13,))
    assert run.key == EngineRun(mixed_system(100, seed=2), (13,)).key
    assert run.key != EngineRun(mixed_system(100, seed=3), (13,)).key
    assert run.key != replace(run, burn_in=10).key


def test_weighted_quantiles_by_hand():
    values, weights = np.array([1.0, 2.0, 3.0]), np.array([1.0, 1.0, 2.0])
    # middles of the weights lie at 1/8, 3/8 and 6/8
    assert weighted_quantiles(values, weights, (0.125, 0.375, 0.75, 0.25, 0.0)) == pytest.approx((1, 2, 3, 1.5, 1))
