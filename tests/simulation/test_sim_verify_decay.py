"""Without openings everything follows decays that can be written down."""

from __future__ import annotations

import numpy as np
import pytest
from small_systems import mixed, well_mixed

from leaderful.simulation.engine import Engine
from leaderful.simulation.parameters import default_parameters
from leaderful.simulation.system import INFORMAL, LAYER, System

CLOSE = 1e-5
QUIET = default_parameters(opening=0.0, opening_urgency=0.0, opening_difference=0.0, turnover=0.0, forum_contact=0.0)


def advanced(system: System, weeks: int, **rates: float) -> System:
    engine = Engine(system, QUIET._replace(**rates), seed=3)
    engine.advance(weeks)
    return engine.system


@pytest.mark.parametrize("weeks", [1, 52, 260])
def test_trust_understanding_and_reflexivity_decay_geometrically(weeks: int) -> None:
    start = mixed(300, systems=2)
    end = advanced(start, weeks, tie_fade=0.0)
    wanted = start.content * np.repeat([(1 - QUIET.trust_fade) ** weeks, (1 - QUIET.understanding_fade) ** weeks], 2)
    np.testing.assert_allclose(end.content[start.partner >= 0], wanted[start.partner >= 0], rtol=0, atol=CLOSE)
    left = start.reflexivity * (1 - QUIET.reflexivity_decay) ** weeks
    np.testing.assert_allclose(end.reflexivity, left, rtol=0, atol=CLOSE)
    np.testing.assert_array_equal(end.partner, start.partner)


def test_purpose_of_people_comes_to_that_of_their_body_by_tier() -> None:
    start, weeks = mixed(300), 100
    end = advanced(start, weeks, drift=0.0, cascade=0.0)
    draw = QUIET.membership * (1 - QUIET.distance) ** start.tier.astype(float)
    own = start.held[start.body]
    wanted = own + (start.purpose - own) * ((1 - draw) ** weeks)[:, None]
    np.testing.assert_allclose(end.purpose, wanted, rtol=0, atol=CLOSE)


def test_purpose_of_a_body_comes_to_rest_between_its_own_and_that_above() -> None:
    start = mixed(300)
    end = advanced(start, 3000)
    pull = QUIET.cascade * start.fidelity
    ministry, region = 0, 1
    weight = pull[region] / (pull[region] + QUIET.own_interest)
    wanted = weight * start.declared[ministry] + (1 - weight) * start.declared[region]
    np.testing.assert_allclose(end.held[ministry], start.declared[ministry], atol=CLOSE)
    np.testing.assert_allclose(end.held[region], wanted, atol=CLOSE)


@pytest.mark.parametrize(("fade", "weeks"), [(0.01, 100), (0.03, 20)])
def test_informal_ties_without_encounters_survive_as_a_power_and_structure_stays(fade: float, weeks: int) -> None:
    start = mixed(1000)
    start.capacity[:] = 0.0
    end = advanced(start, weeks, tie_fade=fade)
    informal = (start.partner >= 0) & (start.mark & LAYER == INFORMAL)
    m, chance = int(informal.sum()), (1 - fade) ** weeks
    survived = int((end.partner[informal] >= 0).sum())
    assert abs(survived - m * chance) <= 4 * np.sqrt(m * chance * (1 - chance))
    structure = (start.partner >= 0) & ~informal
    np.testing.assert_array_equal(end.partner[structure], start.partner[structure])
    noted = end.note_slot[end.note_slot >= 0]
    assert sorted(noted.tolist()) == np.flatnonzero(end.partner >= 0).tolist()


def test_posts_change_hands_at_the_rate_of_turnover() -> None:
    weeks, turnover = 50, 0.01
    start = well_mixed(2000, reflexivity=0.9)
    end = advanced(start, weeks, turnover=turnover, reflexivity_decay=0.0, newcomer_reflexivity=0.1)
    new = int((end.reflexivity < 0.5).sum())
    chance = 1 - (1 - turnover) ** weeks
    assert abs(new - 2000 * chance) <= 4 * np.sqrt(2000 * chance * (1 - chance))
