"""The laboratory's tests: what they look at, what they change, and how a verdict comes of many draws."""

import json

import numpy as np
import polars as pl
import pytest

from leaderful.errors import BadValuesError
from leaderful.propositions import changes
from leaderful.propositions.contrasts import Draw, parts
from leaderful.propositions.laboratory import Plan, contrasted, laboratory
from leaderful.propositions.registry import registry
from leaderful.propositions.results import TABLE, packaged, told
from leaderful.propositions.seen import (
    agreement,
    below_executive,
    closure,
    crossing,
    in_common,
    over_weeks,
    reach_among,
    tied,
)
from leaderful.simulation.building import build
from leaderful.simulation.engine import Engine, burn_in
from leaderful.simulation.mixed import mixed_system
from leaderful.simulation.parameters import default_parameters
from leaderful.simulation.system import ACROSS_SECTORS, Actors, Bodies, System, Ties

ALL = [f"P{number}" for number in range(1, 14)]


def small() -> System:
    """Two NHS bodies and a council: a and b in the first, c in the second, d in the council.

    Ties a-b, a-c, b-d and c-d, with trust 0.9, 0.8, 0.6 and 0.2; purposes 0.1, 0.4, 0.6 and 1.
    """
    f32 = np.float32
    bodies = Bodies(
        frame=pl.DataFrame(
            {"id": ["A", "B", "C"], "name": ["A", "B", "C"], "kind": ["nhs-trust", "nhs-trust", "council"],
             "sector": ["nhs", "nhs", "local-government"], "scale": ["organisation", "system", "place"],
             "system": ["S"] * 3, "place": [""] * 3}
        ),
        declared=np.full((3, 1), 0.5, f32),
        fidelity=np.full(3, 0.5, f32),
        mechanisms=np.array([1, 2, 3], np.int32),
        licence=np.array([[0.8] * 4, [0.6] * 4, [0.4] * 4], f32),
        answers_to=np.array([[0, 1], [2, 1]], np.int32),
    )  # fmt: skip
    actors = Actors(
        body=np.array([0, 0, 1, 2], np.int32),
        team=np.array([0, 1, 2, 3], np.int32),
        tier=np.array([0, 2, 3, 3], np.uint8),
        place=np.zeros(4, np.int32),
        forum=np.full(4, -1, np.int32),
        purpose=np.array([[0.1], [0.4], [0.6], [1.0]], f32),
        reflexivity=np.full(4, 0.5, f32),
        capacity=np.full(4, 5.0, f32),
        exposure=np.ones(4, f32),
    )
    trust = np.array([0.9, 0.8, 0.6, 0.2], f32)
    ties = Ties(
        a=np.array([0, 0, 1, 2], np.int32),
        b=np.array([1, 2, 3, 3], np.int32),
        layer=np.array([0, 3, 3, 3], np.uint8),
        trust=np.column_stack([trust, trust]),
        understanding=np.full((4, 2), 0.3, f32),
    )
    return build(bodies, actors, ties)


def test_what_is_seen_of_a_system_by_hand():
    system = small()
    across = crossing(system)
    assert len(across) == 3
    assert in_common(system, across) == pytest.approx((0.1 + 0.4 + 0.6) / 3)
    assert agreement(system, across) == pytest.approx(1 - (0.5 + 0.6 + 0.4) / 3)
    assert in_common(system, below_executive(system, across)) == pytest.approx((0.4 + 0.6) / 2)
    assert tied(system).tolist() == [True, True, True, True]
    assert tied(system, ACROSS_SECTORS).tolist() == [False, True, False, True]
    # board 0 of 1, manager 1 of 1, practitioner 1 of 2; nobody is an executive
    assert closure(system, ACROSS_SECTORS) == pytest.approx((0 + 1 + 0.5) / 3)


def test_weeks_count_by_what_they_are_means_of():
    rows = [(0, "S", "trust", "all", 0.2, 10), (1, "S", "trust", "all", 0.6, 30), (1, "S", "trust", "within", 0.9, 5)]
    rows.append((2, "S", "trust", "all", None, 0))
    series = pl.DataFrame(rows, schema=["week", "system", "measure", "part", "value", "n"], orient="row")
    assert over_weeks(series, "trust", "all", 0, 3) == pytest.approx((2 + 18) / 40)
    assert over_weeks(series, "trust", "all", 1, 3) == pytest.approx(0.6)
    assert over_weeks(series, "trust", "all", 2, 3) == 0.0


def test_reach_among_some_leaves_the_others_out():
    system = mixed_system(200, seed=3)
    everybody = np.ones(system.size, dtype=bool)
    some = system.body != 2
    whole = reach_among(Engine(system, seed=1, threads=1), everybody, 1)
    part = reach_among(Engine(system, seed=1, threads=1), some, 1)
    assert 0 < whole < 1
    assert 0 < part < 1
    assert part != whole
    assert reach_among(Engine(system, seed=1, threads=1), ~everybody, 1) == 0.0


def test_changes_change_what_they_say():
    system = small()
    changes.cut_thread(system)
    assert system.fidelity.tolist() == [0.5, 0.0, 0.5]
    assert system.declared[:, 0].tolist() == pytest.approx([0.5, 0.1, 0.5])
    changes.raise_trust(system, 0.3)
    assert sorted(system.tie_list().trust[:, 0].tolist()) == pytest.approx([0.5, 0.9, 0.9, 1.0])
    changes.raise_understanding(system, 0.8)
    assert sorted(system.tie_list().understanding[:, 0].tolist()) == pytest.approx([0.3, 0.8, 0.8, 0.8])
    changes.uphold(system)
    assert system.practice.tolist() == [2.0] * 4
    assert system.declared[:, 0].tolist() == pytest.approx([0.75, 0.55, 0.75])


def test_unequal_licence_takes_from_some_what_it_gives_to_others():
    system = mixed_system(400, seed=2)
    changes.same_licence(system)
    assert np.ptp(system.licence, axis=0).max() < 1e-6
    before = _mean_licence(system)
    changes.unequal_licence(system)
    assert _mean_licence(system) == pytest.approx(before, abs=1e-5)
    home = (system.bodies["sector"] == "nhs").to_numpy()
    assert system.licence[home].min(axis=0) == pytest.approx(system.licence[home].max(axis=0))
    assert (system.licence[home][0] > system.licence[~home][0]).all()


def _mean_licence(system):
    return float(system.licence[system.body, system.tier].astype(float).mean())


def test_the_cog_is_the_best_tied_of_the_small_bodies():
    system = mixed_system(400, seed=2)
    sizes = np.bincount(system.body, minlength=7)
    chosen = changes.cog(system)
    assert sizes[chosen] <= 40
    assert changes.cog(small()) == 1  # none is a tenth; B is as small as C and stands first


def test_thinning_cuts_about_half_of_the_informal_ties_across_and_nothing_else():
    system = mixed_system(800, seed=2)
    before, across = system.ties, len(crossing(system))
    other = system.copy()
    changes.thin_out(system, seed=5)
    changes.thin_out(other, seed=5)
    gone = before - system.ties
    assert 0.35 * across < gone < 0.6 * across
    assert gone == across - len(crossing(system))
    assert (system.note_slot[system.note_slot >= 0].size) == system.ties
    assert np.array_equal(system.partner, other.partner)


def test_dividing_bodies_moves_whole_teams_and_adds_a_mechanism():
    system = mixed_system(400, seed=2)
    whole = system.copy()
    changes.divide_bodies(system)
    assert system.bodies.height == whole.bodies.height + 6
    teams = pl.DataFrame({"team": system.team, "body": system.body}).group_by("team").agg(pl.col("body").n_unique())
    assert teams["body"].max() == 1
    assert (system.mechanisms[1:7] == whole.mechanisms[1:] + 1).all()
    assert (system.mechanisms[7:] == whole.mechanisms[1:] + 1).all()
    for old, new in enumerate(range(7, 13), start=1):
        both = [system.above[system.above_row[b] : system.above_row[b + 1]].tolist() for b in (old, new)]
        assert both[0] == both[1]
    assert len(crossing(system)) > len(crossing(whole))
    assert system.ties == whole.ties
    Engine(system, seed=1, threads=1).advance(9)


@pytest.mark.parametrize("proposition", ALL)
def test_a_contrast_without_its_mechanism_comes_to_nothing(proposition):
    if proposition not in ("P4", "P5", "P8", "P10"):
        assert parts_of(proposition, {})
        return
    off = {
        "P4": {"b_trust": 0.0},
        "P5": {"b_reflexivity": 0.0, "bound_reflexivity": 0.0},
        "P8": {"pull_mechanism": 0.0},
        "P10": {"opening_difference": 0.0},
    }[proposition]
    effect = parts_of(proposition, off)[0].effect
    assert abs(effect) < (1e-12 if proposition in ("P8", "P10", "P5") else 0.02)
    assert parts_of(proposition, off)[0].margin <= 0


def parts_of(proposition, changed):
    parameters = default_parameters(**changed)
    steady = burn_in(mixed_system(200, seed=4), parameters, seed=4, weeks=52, threads=1)
    return parts(proposition, Draw(steady, parameters, 4))


def test_the_same_plan_gives_the_same_table_in_one_process_and_in_two():
    plan = Plan(draws=2, seeds=1, burn_in=26, seed=3)
    system = mixed_system(80, seed=1)
    one = contrasted(system, plan)
    assert one.schema == TABLE
    assert one["proposition"].unique(maintain_order=True).to_list() == ALL
    assert one.equals(contrasted(system, plan, workers=2))
    assert told(one, plan, name="a few people")["n"].unique().to_list() == [2]


def test_too_few_draws_are_refused():
    with pytest.raises(BadValuesError, match="10 draws"):
        laboratory(mixed_system(80, seed=1), Plan(draws=9), name="x")


def _table(margins, *, part="it is so", effects=None):
    return [
        (draw, seed, id, part, (effects or margins)[draw][seed], margins[draw][seed])
        for id in ALL
        for draw in range(len(margins))
        for seed in range(2)
    ]


def test_a_claim_holds_in_a_draw_when_every_part_does_in_the_mean_of_seeds():
    always = [[0.3, -0.1]] * 10  # 0.1 in the mean
    sometimes = [[0.1, 0.1]] * 4 + [[0.1, -0.3]] * 6
    rows = _table(always) + _table(sometimes, part="and so is this")
    found = told(pl.DataFrame(rows, schema=TABLE, orient="row"), Plan(draws=10), name="x")
    row = found.row(0, named=True)
    detail = json.loads(row["detail"])
    assert (row["estimate"], row["n"]) == (0.4, 10)
    # Wilson's interval of 4 of 10
    assert (row["lower"], row["upper"]) == pytest.approx((0.168, 0.687), abs=0.001)
    assert detail["verdict"] == "cannot say"
    assert [(each["says"], each["holds"]) for each in detail["parts"]] == [("it is so", 1.0), ("and so is this", 0.4)]
    assert detail["median"] == pytest.approx(0.1)


def test_effects_are_told_by_their_spread_over_draws():
    effects = [[k / 100, k / 100] for k in range(101)]
    rows = _table([[1.0, 1.0]] * 101, effects=effects)
    found = told(pl.DataFrame(rows, schema=TABLE, orient="row"), Plan(draws=101), name="x")
    detail = json.loads(found["detail"][0])
    assert (detail["low5"], detail["median"], detail["high95"]) == pytest.approx((0.05, 0.5, 0.95))
    assert detail["verdict"] == "supported"


def test_the_packaged_results_cover_all_claims_and_say_what_was_simulated():
    found = packaged()
    assert found["unit"].to_list() == ALL
    assert found["status"].unique().to_list() == ["ok"]
    assert found["n"].min() >= 100
    for row in found.iter_rows(named=True):
        detail = json.loads(row["detail"])
        assert detail["verdict"] in ("supported", "contradicted", "cannot say")
        assert "made-up" in detail["system"]
        assert detail["mechanism"] == registry().test(row["unit"]).laboratory.mechanism
        assert row["lower"] <= row["estimate"] <= row["upper"]
