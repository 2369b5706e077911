"""Findings of a simulated system, each figure worked out by hand, and rates against what the engine draws."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_systems import actors_of, bodies_of, mixed, ties_of

from leaderful.measures import ties_frame, zip_ranges
from leaderful.simulation.building import build
from leaderful.simulation.engine import Engine
from leaderful.simulation.observing import bodies as network_of_bodies
from leaderful.simulation.observing import observe
from leaderful.simulation.observing.answering import CONTACT_FROM, agreed, contact, rated
from leaderful.simulation.observing.census import partners_from
from leaderful.simulation.observing.ends import ends, ends_across
from leaderful.simulation.observing.relations import HOLDS_FROM, MONTHLY, TRUSTED
from leaderful.simulation.parameters import default_parameters
from leaderful.simulation.series import SCHEMA
from leaderful.simulation.system import FORUM, System, Ties

P = default_parameters()
NO_WEEKS = pl.DataFrame(schema=SCHEMA)
ROWS = [
    ("MIN", "ministry", "national-government", "national", ""),
    ("AAA", "nhs-trust", "nhs", "organisation", "SYS"),
    ("BBB", "council", "local-government", "place", "SYS"),
    ("CCC", "voluntary-organisation", "voluntary", "organisation", "SYS"),
]


def three() -> System:
    """Three bodies of two people each, a board member and a practitioner; A and B are tied, and so are B and C."""
    bodies = bodies_of(
        ROWS,
        declared=np.array([[0.8, 0.2], [0.6, 0.6], [0.3, 0.2], [0.7, 0.9]]),
        answers_to=np.array([(1, 0), (2, 0), (3, 2)], dtype=np.int32),
    )
    body = np.array([1, 1, 2, 2, 3, 3])
    actors = actors_of(
        body, tier=np.array([0, 3, 0, 3, 0, 3], dtype=np.uint8), purpose=np.full((6, 2), 0.5), exposure=np.zeros(6)
    )
    pairs = np.array([(0, 2), (1, 3), (2, 4), (3, 5)])
    trust = np.array([(0.9, 0.75), (0.5, 0.9), (0.9, 0.9), (0.9, 0.3)])
    made = replace(ties_of(pairs, layer=FORUM), trust=trust, understanding=np.full((4, 2), 0.5))
    return build(bodies, actors, made, purposes=("common-good", "fair-shares"))


def found(system: System, series: pl.DataFrame = NO_WEEKS) -> pl.DataFrame:
    return observe(system, series, wave="w", parameters=P)


def value(rows: pl.DataFrame, measure: str, unit: str, **detail: Any) -> float:
    """Return the one estimate of a measure for a unit, and by keys of its detail."""
    own = [
        row
        for row in rows.filter(measure=measure, unit=unit).iter_rows(named=True)
        if all(json.loads(row["detail"]).get(key) == wanted for key, wanted in detail.items())
    ]
    assert len(own) == 1
    assert own[0]["lower"] == own[0]["upper"] == own[0]["estimate"]
    assert own[0]["method"] == "census-of-a-simulation"
    return float(own[0]["estimate"])


def test_answers_are_steps_of_equal_width() -> None:
    assert rated(np.array([0.0, 0.24, 0.25, 0.5, 0.74, 0.75, 1.0])).tolist() == [1, 1, 2, 3, 3, 4, 4]
    assert agreed(np.array([0.0, 0.19, 0.21, 0.5, 0.81, 1.0])).tolist() == [1, 1, 2, 3, 5, 5]
    assert contact(np.array([0.0, 0.005, 1 / 52, 12 / 52, 1.0, 5.0])).tolist() == [0, 0, 1, 2, 3, 4]
    assert list(CONTACT_FROM) == sorted(CONTACT_FROM)


def test_cut_offs_are_those_of_the_field() -> None:
    assert TRUSTED == ties_frame.TRUSTED
    assert MONTHLY == ties_frame.MONTHLY
    assert HOLDS_FROM == zip_ranges.CLOSED_FROM
    assert network_of_bodies.LEAST_SHARE == ties_frame.LEAST_SHARE
    assert network_of_bodies.LEAST_PEOPLE == ties_frame.LEAST_PEOPLE


def test_trust_is_the_mean_of_three_answers() -> None:
    rows = found(three())
    # 0.9 gives 4, 4, 4; 0.75 gives 4, 4, 3; 0.5 gives 3, 3, 2; 0.3 gives 2, 2, 1
    assert value(rows, "ties.trust", "AAA>BBB") == pytest.approx((4 + 8 / 3) / 2)
    assert value(rows, "ties.trust", "BBB>AAA") == pytest.approx((11 / 3 + 4) / 2)
    assert value(rows, "ties.trust", "CCC>BBB") == pytest.approx((4 + 5 / 3) / 2)
    assert value(rows, "ties.trust", "BBB") == pytest.approx((4 + 8 / 3 + 4 + 5 / 3) / 4)
    assert value(rows, "ties.trust", "nhs>local-government") == pytest.approx(10 / 3)
    assert value(rows, "ties.role", "SYS") == pytest.approx(3.0)


def test_a_zip_closed_at_the_board_alone() -> None:
    rows = found(three())
    assert value(rows, "zip.tooth", "AAA|BBB", tier="board") == 1.0
    assert value(rows, "zip.tooth", "AAA|BBB", tier="practitioner") == 0.0
    assert value(rows, "zip.closure", "AAA|BBB") == 0.5
    assert value(rows, "zip.depth", "AAA|BBB") == 1.0
    assert value(rows, "zip.top_heaviness", "AAA|BBB") == 1.0
    assert value(rows, "zip.closure", "SYS") == 0.5
    assert rows.filter(pl.col("unit") == "AAA|CCC").is_empty()


def test_the_network_of_a_chain() -> None:
    rows = found(three())
    assert value(rows, "network.density", "SYS") == pytest.approx(2 / 3)
    assert value(rows, "network.ei", "SYS", by="sector") == 1.0
    assert value(rows, "cog_jam.fragmentation", "BBB") == 1.0
    assert value(rows, "cog_jam.fragmentation", "AAA") == 0.0
    assert value(rows, "cog_jam.sole_connector", "BBB") == 1.0
    assert value(rows, "ties.outside", "SYS") == 1.0


def test_a_jammed_body_works_with_nobody() -> None:
    system = three()
    system.jammed[2] = True
    rows = found(system)
    assert rows.filter(measure="ties.trust").is_empty()
    assert value(rows, "ties.outside", "SYS") == 0.0
    assert value(rows, "network.density", "SYS") == 0.0


def test_threads_are_carried_dropped_and_orphaned() -> None:
    rows = found(three())
    states = {
        (row["unit"], detail["goal"]): detail["state"]
        for row in rows.filter(measure="thread.state").iter_rows(named=True)
        if (detail := json.loads(row["detail"]))
    }
    assert {body: states[body, "SDG3"] for body in ("MIN", "AAA", "BBB", "CCC")} == {
        "MIN": "carried", "AAA": "carried", "BBB": "dropped", "CCC": "carried",
    }  # fmt: skip
    assert {body: states[body, "SDG10"] for body in ("MIN", "AAA", "BBB", "CCC")} == {
        "MIN": "absent", "AAA": "orphaned", "BBB": "absent", "CCC": "orphaned",
    }  # fmt: skip
    assert value(rows, "thread.continuity", "SDG3", reach=None) == pytest.approx(3 / 4)
    assert value(rows, "thread.continuity", "SDG3", reach="place") == 0.0
    assert rows.filter(measure="thread.continuity", unit="SDG10").is_empty()


def test_whom_people_look_to() -> None:
    rows = found(three())
    # everybody with trust of a half or more in their contact across: a0>b0, b0>a0, a1>b1, b1>a1, b0>c0, c0>b0, b1>c1
    assert value(rows, "plural.direction", "SYS", direction="across") == 1.0
    assert value(rows, "plural.outside", "SYS") == 1.0
    assert rows.filter(measure="plural.gini")["n"].item() == 6
    # named: a0 1, a1 1, b0 2, b1 1, c0 1, c1 1; Gini of (1, 1, 1, 1, 1, 2)
    assert value(rows, "plural.gini", "SYS") == pytest.approx(2 * (1 + 2 + 3 + 4 + 5 + 12) / (6 * 7) - 7 / 6)


def test_scores_of_states_set_by_hand() -> None:
    rows = found(three())
    # purpose of one half: 3.5 with steps of an eighth and three eighths, all within one answer
    assert value(rows, "scale.score", "SYS", scale="CGP") == 3.0
    # nobody is exposed to accountability: nought gives the lowest answer, whatever the step
    assert value(rows, "scale.score", "SYS", scale="ACC") == 1.0


def test_moments_and_travel_are_those_of_the_latest_weeks() -> None:
    weeks = [
        (0, "SYS", "share_taken", "all", 1.0, 100),
        (10, "SYS", "share_taken", "all", 0.5, 10),
        (20, "SYS", "share_taken", "all", 0.2, 30),
        (20, "SYS", "share_taken", "within", 0.25, 20),
        (20, "SYS", "share_taken", "across", 0.1, 10),
        (20, "SYS", "share_taken", "board", None, 0),
        (7, "SYS", "reach", "all", 0.1, 6),
        (15, "SYS", "reach", "all", 0.3, 6),
    ]
    rows = found(three(), pl.DataFrame(weeks, schema=SCHEMA, orient="row"))
    assert value(rows, "moments.taken", "SYS") == pytest.approx((5 + 6) / 40)
    assert value(rows, "moments.taken", "within-body") == 0.25
    assert value(rows, "moments.taken", "across") == pytest.approx(0.1)
    assert rows.filter(measure="moments.taken", unit="board").is_empty()
    assert value(rows, "travel.reach", "SYS", days=56) == 0.3


def test_rates_are_those_the_engine_draws() -> None:
    system = mixed(300, seed=4)
    expected = sum(float(part.rate.sum()) for part in ends(system, P)) / 2
    drawn = [int(Engine(system, P, seed=seed, threads=1).events().encounters_n.sum()) for seed in range(30)]
    assert abs(np.mean(drawn) - expected) < 4 * np.sqrt(expected / 30)


def test_partners_are_those_with_most_ties() -> None:
    system = three()
    pairs = partners_from(system, ends_across(system, P))
    assert [tuple(system.bodies["id"].gather(pair)) for pair in pairs] == [("AAA", "BBB"), ("BBB", "CCC")]
    larger = mixed(200, seed=2)
    first = partners_from(larger, ends_across(larger, P), each=1)
    assert 1 <= len(first) <= larger.bodies.height


def test_people_above_systems_make_no_findings_of_a_system() -> None:
    rows = found(mixed(200, systems=2, seed=3))
    assert set(rows.filter(unit_kind="system")["unit"]) == {"S01", "S02"}


def test_only_people_of_systems_of_care_are_asked() -> None:
    system = mixed(200, seed=3)
    inside = int((system.bodies["system"].gather(system.body) != "").sum())
    rows = found(system)
    assert inside < system.size
    outside = rows.filter(measure="ties.outside", unit_kind="body")
    assert set(outside["unit"]) == set(system.bodies.filter(pl.col("system") != "")["id"])
    held = rows.filter(pl.col("detail").str.json_path_match("$.scale") == "CGP", measure="scale.score")
    assert held.group_by("unit_kind").agg(pl.col("n").sum()).sort("unit_kind")["n"].to_list() == [inside] * 3


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_shares_are_shares_and_the_order_of_seeding_says_nothing(seed: int) -> None:
    system = mixed(120, seed=seed)
    rows = found(system)
    shares = rows.filter(pl.col("measure").is_in(["zip.tooth", "zip.closure", "ties.outside", "thread.continuity"]))
    assert shares["estimate"].is_between(0, 1).all()
    ties = system.tie_list()
    turned = Ties(
        a=ties.b, b=ties.a, layer=ties.layer, trust=ties.trust[:, ::-1], understanding=ties.understanding[:, ::-1]
    )
    order = np.random.default_rng(seed).permutation(len(turned.a))
    shuffled = Ties(**{name: getattr(turned, name)[order] for name in ("a", "b", "layer", "trust", "understanding")})
    assert found(_with(system, shuffled)).equals(rows)


def _with(system: System, ties: Ties) -> System:
    """Return the same people with ties named in another way."""
    actors = actors_of(
        system.body,
        **{name: getattr(system, name) for name in ("team", "tier", "place", "forum")},
        **{name: getattr(system, name) for name in ("purpose", "reflexivity", "capacity", "exposure")},
    )
    edges = np.stack([np.repeat(np.arange(len(system.held)), np.diff(system.above_row)), system.above], axis=1)
    bodies = bodies_of(
        list(system.bodies.select("id", "kind", "sector", "scale", "system").iter_rows()),
        declared=system.declared,
        mechanisms=system.mechanisms,
        answers_to=edges.astype(np.int32),
    )
    return build(bodies, actors, ties, purposes=system.purposes)
