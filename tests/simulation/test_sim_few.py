"""What is simulated from a study's own people tells nothing of a few of them."""

from __future__ import annotations

import json

import pytest

from leaderful.simulation.experiments.points import Unit
from leaderful.simulation.experiments.runs import Runs
from leaderful.simulation.few import few_tiers
from leaderful.simulation.mixed import mixed_system
from leaderful.simulation.parameters import default_parameters
from leaderful.simulation.scenarios import packaged
from leaderful.simulation.whatif import Plan, whatif


@pytest.fixture
def system():
    """A system of 200, two of them at the board and nine executives, as if seeded from a study."""
    made = mixed_system(200, seed=1)
    made.tier[:] = 3
    made.tier[:2], made.tier[2:11], made.tier[11:60] = 0, 1, 2
    made.levers["seeding"] = {"from": "study"}
    return made


def test_small_tiers_are_left_out_until_they_are_ten_people(system):
    assert few_tiers(system) == {"board", "executive"}
    system.tier[2:40] = 1
    assert few_tiers(system) == {"board", "manager"}
    system.tier[:10] = 0
    assert few_tiers(system) == set()


def test_more_are_left_out_where_the_study_hides_larger_groups(system):
    system.levers["seeding"]["minimum_people"] = 50
    assert few_tiers(system) == {"board", "executive", "manager"}


def test_made_up_people_are_not_hidden(system):
    system.levers["seeding"] = {"from": "public"}
    assert few_tiers(system) == set()


def test_neither_what_if_nor_experiments_tell_of_them(system):
    found = whatif(system, [packaged()["crisis"]], name="s", plan=Plan(weeks=4, burn_in=0, draws=1, seeds=1))
    parts = {json.loads(detail).get("part") for detail in found["detail"]}
    assert {"all", "manager", "practitioner"} < parts
    assert not parts & {"board", "executive"}
    rows = Runs(system, (), weeks=4, burn_in=0)(Unit(0, 1, default_parameters()))
    assert {"all", "manager", "practitioner"} < set(rows["part"])
    assert not set(rows["part"]) & {"board", "executive"}
