"""Scenarios against a baseline: paired runs, hand-worked differences, and intervals over what is not known."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import polars as pl
import pytest

from leaderful import jobs
from leaderful.errors import BadValuesError
from leaderful.measures.findings import ASKED, unframe
from leaderful.measuring import protect
from leaderful.report.sections.whatif_words import verdict
from leaderful.simulation import paired
from leaderful.simulation.mixed import mixed_system
from leaderful.simulation.paired import FEWEST, _binned, _furthest
from leaderful.simulation.parameters import Parameters, default_parameters, parameter_table
from leaderful.simulation.scenarios import packaged
from leaderful.simulation.scenarios.scenario import ReflectivePractice, Who
from leaderful.simulation.whatif import (
    Plan,
    _Ran,
    _rates,
    _tipped,
    _weekly,
    whatif,
)

PLAN = Plan(weeks=30, burn_in=52, draws=4, seeds=2)
ABOUT = {"weeks": 30, "draws": 4, "seeds": 2}


@pytest.fixture(scope="module")
def system():
    return mixed_system(200, seed=3)


@pytest.fixture(scope="module")
def scenarios():
    made = packaged()
    return made["crisis"], made["distributed-licence"]


@pytest.fixture(scope="module")
def found(system, scenarios):
    return whatif(system, scenarios, name="a small system", plan=PLAN)


def effects(frame, scenario, term="end"):
    of = [f for f in unframe(frame.filter(measure="whatif.effect", unit=scenario)) if f.detail["term"] == term]
    return {(f.detail["indicator"], f.detail["part"]): f for f in of}


def test_no_two_rows_ask_the_same(found):
    asked = [
        (row["measure"], row["unit"], *(str(json.loads(row["detail"]).get(key)) for key in ASKED))
        for row in found.iter_rows(named=True)
    ]
    assert len(asked) == len(set(asked))
    assert set(found["unit_kind"]) == {"scenario", "system"}
    assert set(found["wave"]) == {""}


def test_a_crisis_raises_the_share_taken_while_it_lasts(found):
    peak = effects(found, "crisis", "peak")["share_taken", "all"]
    assert peak.n == 8
    assert peak.lower is not None
    assert 0 < peak.lower <= peak.estimate <= peak.upper
    assert peak.detail["holds"] == 1.0
    assert peak.detail["system"] == "a small system"
    assert peak.detail["actors"] == 200


def test_a_scenario_is_the_same_alone_and_beside_others_and_on_any_threads(system, scenarios, found):
    alone = whatif(system, scenarios[1:], name="a small system", plan=PLAN, threads=1)
    beside = found.filter(unit=scenarios[1].name)
    assert alone.filter(unit=scenarios[1].name).equals(beside)


def test_regimes_are_counted_run_by_run(found):
    told = effects(found, "crisis")["share_taken", "all"].detail
    for run in ("baseline", "scenario"):
        assert sum(told[f"regime_{run}"]["within"].values()) == 8
        assert set(told[f"regime_{run}"]["across"]) <= {"one", "upper", "lower"}
    assert 0 <= told["tipped"] <= 8
    assert 0 <= told["steady"] <= 8


def test_a_pair_that_ends_by_another_state_has_tipped():
    def ran(**near):
        return _Ran({}, near, True)

    assert _tipped(ran(across="lower"), ran(across="upper"))
    assert _tipped(ran(within="one", across="upper"), ran(within="one", across="lower"))
    assert not _tipped(ran(across="one"), ran(across="upper"))
    assert not _tipped(ran(across="upper"), ran(within="lower"))


def test_every_run_is_told(system, scenarios):
    told = []
    whatif(
        system, scenarios[:1], name="s", plan=Plan(weeks=2, burn_in=0, draws=2, seeds=1),
        progress=lambda done, of: told.append((done, of)),
    )  # fmt: skip
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_what_cannot_be_run_is_refused(system, scenarios):
    with pytest.raises(BadValuesError, match="0 seeds"):
        Plan(seeds=0)
    with pytest.raises(BadValuesError, match="same name"):
        whatif(system, [scenarios[0]] * 2, name="s", plan=PLAN)
    late = scenarios[0].model_copy(
        update={"events": tuple(event.model_copy(update={"week": 30}) for event in scenarios[0].events)}
    )
    with pytest.raises(BadValuesError, match="Nothing of crisis happens in 30 weeks: it begins in week 30"):
        whatif(system, [late], name="s", plan=PLAN)


def test_what_was_simulated_is_counted(found, system):
    (seeded,) = unframe(found.filter(measure="whatif.seeded"))
    assert (seeded.estimate, seeded.n, seeded.unit) == (200, 200, system.systems[0])
    assert seeded.detail["ties"] == system.ties
    assert seeded.detail["bodies"] == int((system.system_of == 0).sum())
    assert seeded.detail["synthetic"] is True


def test_courses_hold_their_bands_and_what_the_scenario_does(found):
    for finding in unframe(found.filter(measure="whatif.course")):
        told = finding.detail
        assert len(told["weeks"]) == len(told["middle"]) == len(told["low"]) == len(told["high"])
        assert all(low <= mid <= high for low, mid, high in zip(told["low"], told["middle"], told["high"], strict=True))
        assert finding.estimate == told["middle"][-1]
        assert told["changes"]
    (one,) = [
        f
        for f in unframe(found.filter(measure="whatif.course", unit="crisis"))
        if (f.detail["indicator"], f.detail["part"], f.detail["term"]) == ("share_taken", "all", "scenario")
    ]
    assert one.detail["events"] == [[0, None, "crisis"]]


def test_a_scenario_that_sets_what_is_already_so_changes_nothing(system, scenarios):
    practice = ReflectivePractice(kind="reflective-practice", week=2, who=Who(share=1.0), practice=1.0)
    same = scenarios[0].model_copy(update={"name": "as-it-is", "events": (practice,)})
    found = whatif(system, [same], name="s", plan=Plan(weeks=20, burn_in=0, draws=4, seeds=2))
    told = effects(found, "as-it-is")
    assert {(f.estimate, f.lower, f.upper, verdict(f)) for f in told.values()} == {(0.0, 0.0, 0.0, "no difference")}
    assert {f.detail["holds"] for f in told.values()} == {0.0}
    apart = [f for f in unframe(found.filter(measure="whatif.course")) if f.detail["term"] == "difference"]
    assert apart
    assert all(set(f.detail["middle"]) == {0.0} for f in apart)


def worked(one, two):
    return {f.detail["term"]: f for f in paired.effects("s", ("trust", "all"), one, two, ABOUT)}


def test_differences_are_as_worked_by_hand():
    one = np.tile(np.arange(30.0), (9, 1))
    two = one + np.arange(1.0, 10.0)[:, None]
    end = worked(one, two)["end"]
    assert end.estimate == 5.0
    assert (end.lower, end.upper) == (1.0, 9.0)
    assert end.detail["baseline"] == pytest.approx(np.arange(17, 30).mean())
    assert end.detail["holds"] == 1.0
    two[0] = one[0] - 1.0
    end = worked(one, two)["end"]
    assert end.detail["holds"] == pytest.approx(8 / 9)
    assert end.lower == -1.0


def test_one_of_a_few_pairs_that_goes_the_other_way_keeps_a_difference_from_being_sure():
    one = np.zeros((FEWEST, 30))
    two = one + np.array([-0.001, *[0.05] * (FEWEST - 1)])[:, None]
    assert verdict(worked(one, two)["end"]) == "cannot tell apart"
    many = np.zeros((100, 30)) + np.linspace(-0.01, 0.98, 100)[:, None]
    end = worked(np.zeros((100, 30)), many)["end"]
    assert ((many[:, 0] >= end.lower) & (many[:, 0] <= end.upper)).mean() >= 0.95
    assert end.lower > -0.01


def test_counts_are_told_against_the_baseline_of_their_own_pair():
    one = np.tile(np.arange(1.0, 10.0)[:, None], (1, 30))
    two = one / 2
    (end,) = [f for f in paired.effects("s", ("ties", "all"), one, two, ABOUT) if f.detail["term"] == "end"]
    assert end.detail["relative"] == (-0.5, -0.5, -0.5)
    assert end.estimate == -2.5
    none = [f for f in paired.effects("s", ("ties", "all"), 0 * one, two, ABOUT) if f.detail["term"] == "end"]
    assert "relative" not in none[0].detail


def test_weeks_without_a_value_are_passed_over():
    one, two = np.zeros((FEWEST, 30)), np.ones((FEWEST, 30))
    two[:, 20:] = np.nan
    two[0] = np.nan
    end = worked(one, two)["end"]
    assert (end.estimate, end.n) == (1.0, FEWEST - 1)
    assert end.lower is None
    assert "fewer than" in end.detail["no_interval"]
    nothing = worked(one, np.full_like(one, np.nan))["end"]
    assert (nothing.status, nothing.estimate, nothing.n) == ("undefined", None, 0)


def test_terms_need_long_enough_runs():
    def terms(weeks):
        return set(worked(np.zeros((8, weeks)), np.ones((8, weeks))))

    assert terms(10) == {"end"}
    assert terms(52) == {"end", "peak"}
    assert terms(65) == {"end", "peak", "after-a-year"}


def test_the_furthest_weeks_are_found_on_either_side():
    apart = np.zeros((3, 60))
    apart[:, 20:33] = -0.5
    apart[:, 45:50] = 0.6
    assert _furthest(apart) == (20, 33)


def test_four_weeks_are_put_together_in_long_runs():
    weeks, means = _binned(np.tile(np.arange(52.0), (2, 1)))
    assert weeks[:2] == [2, 6]
    assert means[0, :2].tolist() == [1.5, 5.5]
    seldom = np.full((2, 52), np.nan)
    seldom[:, 7::8] = 1.0
    assert _binned(seldom)[0] == [6, 14, 22, 30, 38, 46]
    assert _binned(np.zeros((2, 20)))[0] == list(range(20))


def test_systems_are_put_together_by_their_numbers():
    rows = [(-1, "A", 9.0, 1), (0, "A", 0.2, 30), (0, "B", 0.6, 10), (1, "A", 0.4, 30), (1, "B", None, 0)]
    series = pl.DataFrame(
        [{"week": w, "system": s, "measure": "trust", "part": "all", "value": v, "n": n} for w, s, v, n in rows]
    )
    values = _weekly(series, 3)["trust", "all"]
    assert values[:2] == pytest.approx([0.3, 0.4])
    assert np.isnan(values[2])


def test_rates_are_drawn_from_the_middle_half_about_those_given():
    base = default_parameters(b0=-2.5)
    rates = _rates(base, Plan(draws=16, seed=5))
    table = parameter_table()
    for place, name in enumerate(Parameters._fields):
        drawn = [each[place] for each in rates]
        low, high = ((base[place] + end) / 2 for end in (table[name].low, table[name].high))
        assert low <= min(drawn) <= max(drawn) <= high, name
        assert len(set(drawn)) == 16 or low == high
    assert _rates(base, Plan(draws=16, seed=5)) == rates
    assert _rates(base, Plan(draws=1)) == [base]


def test_disclosure_leaves_simulated_people_as_they_are(found):
    study = jobs.public_study("QHM", date(2026, 4, 1))
    assert protect(found, study).equals(found)
