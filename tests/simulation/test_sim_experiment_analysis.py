"""What an experiment shows: effects by hand, indices against published answers."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy import stats

from leaderful.simulation.experiments.analysis import effects, partial_rank_correlations, sensitivity
from leaderful.simulation.experiments.design import make_design
from leaderful.simulation.experiments.points import points
from leaderful.simulation.experiments.runs import outcomes

NAMES = ["closure", "drift", "tie_fade"]


def table(rows):
    return pl.DataFrame(
        [(draw, seed, scenario, "S", "trust", "across", end, area) for draw, seed, scenario, end, area in rows],
        schema={
            "draw": pl.Int32,
            "seed": pl.Int64,
            "scenario": pl.String,
            "system": pl.String,
            "measure": pl.String,
            "part": pl.String,
            "end": pl.Float64,
            "area": pl.Float64,
        },
        orient="row",
    )


def test_an_effect_is_paired_and_its_interval_stands_on_draws():
    found = effects(
        table(
            [
                (0, 1, "baseline", 0.50, 1.0),
                (0, 1, "crisis", 0.60, 2.0),
                (0, 2, "baseline", 0.40, 1.0),
                (0, 2, "crisis", 0.60, None),
                (1, 1, "baseline", 0.30, 1.0),
                (1, 1, "crisis", 0.25, 4.0),
                (1, 2, "baseline", 0.30, 1.0),
                (1, 2, "crisis", 0.40, 3.0),
            ]
        )
    )
    end = found.row(0, named=True)
    assert (end["scenario"], end["term"], end["n"], end["draws"], end["seeds"]) == ("crisis", "end", 4, 2, 2)
    # by draw: (0.10 + 0.20) / 2 = 0.15 and (-0.05 + 0.10) / 2 = 0.025
    assert end["estimate"] == pytest.approx(0.0875)
    half = 12.7062 * np.std([0.15, 0.025], ddof=1) / np.sqrt(2)
    assert end["upper"] - end["estimate"] == pytest.approx(half, rel=1e-4)
    assert end["median"] == pytest.approx(0.10)
    assert end["holds"] == 0.75
    area = found.row(1, named=True)
    assert (area["estimate"], area["n"]) == (pytest.approx(1.75), 3)  # (1 + (3 + 2) / 2) / 2: draw 0 has one pair


def test_one_draw_takes_seeds_as_units_and_one_run_has_no_interval():
    rows = [(0, seed, name, value, 0.0) for seed in (1, 2, 3) for name, value in (("baseline", 0.1), ("b", 0.1 * seed))]
    found = effects(table(rows)).row(0, named=True)
    half = stats.t.ppf(0.975, 2) * 0.1 / np.sqrt(3)
    assert found["lower"] == pytest.approx(0.1 - half)
    assert effects(table(rows[:2])).row(0, named=True)["lower"] is None


def test_an_effect_without_any_outcome_is_null():
    rows = [(0, 1, "baseline", None, None), (0, 1, "b", 0.4, None)]
    assert effects(table(rows))["estimate"].to_list() == [None, None]


def test_outcomes_of_a_run_by_hand():
    weeks = list(range(-3, 20))
    series = pl.DataFrame(
        {
            "week": pl.Series(weeks, dtype=pl.Int32),
            "system": "S",
            "measure": "trust",
            "part": "all",
            "value": [9.0] * 3 + [float(week) if week != 10 else float("nan") for week in range(20)],
            "n": 1,
        }
    )
    found = outcomes(series).row(0, named=True)
    assert found["end"] == pytest.approx((sum(range(7, 20)) - 10) / 12)
    assert found["area"] == pytest.approx(19**2 / 2)  # a straight line; the gap is bridged


def design(method, n, **changes):
    values = {
        "name": "Known answers",
        "seeding": {"small": 300},
        "seeds": 1,
        "outcomes": ["trust.across"],
        "draws": {
            "method": method,
            "n": n,
            "parameters": NAMES,
            "ranges": {name: [0.0, 1.0] for name in NAMES},
        },
    }
    return make_design(values | changes, source="design.toml")


def answered(plan, function):
    return table([(draw, 1, "baseline", function(point), 0.0) for draw, point in enumerate(points(plan))])


def ishigami(point):
    x = (2 * point - 1) * np.pi
    return float(np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0]))


def test_sobol_indices_of_ishigami_s_function_are_the_published_ones():
    plan = design("saltelli", 2048)
    found = sensitivity(answered(plan, ishigami), plan)
    published = {"first": [0.3139, 0.4424, 0.0], "total": [0.5576, 0.4424, 0.2437]}
    for index, wanted in published.items():
        rows = found.filter(pl.col("index") == index)
        assert rows["parameter"].to_list() == list(plan.drawn)
        assert rows["estimate"].to_list() == pytest.approx(wanted, abs=0.03)
        inside = (rows["lower"] <= pl.Series(wanted)) & (pl.Series(wanted) <= rows["upper"])
        assert inside.sum() >= 2


def test_rank_correlations_say_which_way_and_how_steadily():
    plan = design("latin-hypercube", 200)
    rng = np.random.default_rng(3)
    found = sensitivity(answered(plan, lambda x: float(np.exp(3 * x[0]) - 2 * x[1] + rng.normal(0, 0.3))), plan)
    by = {row["parameter"]: row for row in found.iter_rows(named=True)}
    first, second, third = list(plan.drawn)
    assert by[first]["estimate"] > 0.9
    assert by[second]["upper"] < -0.3
    assert by[third]["lower"] < 0 < by[third]["upper"]
    assert set(found["index"]) == {"prcc"}


def test_partial_rank_correlations_are_those_of_the_precision_matrix():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(60, 3))
    x[:, 2] += x[:, 0]
    y = x[:, 0] - 0.5 * x[:, 1] + rng.normal(size=60)
    estimate, lower, upper = partial_rank_correlations(x, y)
    precision = np.linalg.inv(stats.spearmanr(np.column_stack([x, y])).statistic)
    wanted = -precision[:3, 3] / np.sqrt(np.diag(precision)[:3] * precision[3, 3])
    assert estimate == pytest.approx(wanted)
    z = 1.959964 / np.sqrt(55)
    assert np.arctanh(upper) - np.arctanh(estimate) == pytest.approx(z)
    assert np.arctanh(estimate) - np.arctanh(lower) == pytest.approx(z)


def test_intervals_of_rank_correlations_cover_nothing_where_there_is_nothing():
    rng = np.random.default_rng(2)
    inside = 0
    for _ in range(200):
        _, lower, upper = partial_rank_correlations(rng.normal(size=(40, 4)), rng.normal(size=40))
        inside += int(((lower < 0) & (upper > 0)).sum())
    assert 0.93 <= inside / 800 <= 0.97


def test_what_is_not_defined_says_why():
    plan = design("latin-hypercube", 6)
    assert set(sensitivity(answered(plan, lambda x: float(x[0])), plan)["reason"]) == {
        "6 draws are too few for 3 parameters; 7 are the fewest"
    }
    plan = design("latin-hypercube", 20)
    flat = sensitivity(answered(plan, lambda _: 0.5), plan)
    assert set(flat["reason"]) == {"the outcome is the same in all runs"}
    assert flat["estimate"].null_count() == 3
    plan = design("saltelli", 8)
    holed = sensitivity(answered(plan, lambda x: float(x[0]) if x[0] < 0.9 else None), plan)
    assert set(holed["reason"]) == {"some runs have no outcome, and Saltelli's design needs all of them"}


def test_without_draws_there_is_nothing_to_depend_on():
    plan = make_design({"name": "No draws", "seeding": {"small": 300}, "seeds": 2}, source="design.toml")
    assert sensitivity(table([(0, 1, "baseline", 0.1, 0.2)]), plan).height == 0
