"""What a plan and a scenario ask of a synthetic study: waves, purposes, who is asked, shocks, and what stays."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import polars as pl
from small_systems import mixed

from leaderful.simulation.parameters import default_parameters
from leaderful.simulation.scenarios import read_scenario, schedule
from leaderful.simulation.synthesis import Plan, Synthetic, shocks_of, synthesise, write
from leaderful.simulation.synthesis.plan import Asked, Planted, Response, Round
from leaderful.simulation.system import System

P = default_parameters()
PLAN = Plan(weeks=4, waves=(Round(id="w1", week=3),), asked=Asked(most=1000), response=Response(rate=0.6))
EVENTS = """
name = "late"
title = "A crisis comes late, and two trusts become one"
description = "A crisis in week 4, a merger in week 2."
[[events]]
kind = "crisis"
week = 4
height = 0.8
half_life = 5
[[events]]
kind = "merge"
week = 2
who = { bodies = ["NT1-0", "NT2-0"] }
name = "Both Trusts"
"""


@cache
def base(purposes: int = 1) -> System:
    return mixed(300, purposes=purposes, trust=(0.4, 0.95), seed=3)


def made(**changed: object) -> Synthetic:
    return synthesise(base(), P, PLAN.model_copy(update=changed), seed=5, threads=1)


def test_shocks_and_a_merger_of_a_scenario_stand_with_their_dates(tmp_path: Path) -> None:
    (tmp_path / "late.toml").write_text(EVENTS, encoding="utf-8")
    scenario = read_scenario(tmp_path / "late.toml")
    plan = PLAN.model_copy(update={"weeks": 6})
    drawn = synthesise(
        base(), P, plan, seed=2, schedule=schedule(scenario, base()), shocks=shocks_of(scenario), threads=1
    )
    assert sorted(drawn.tables["shocks"].select("kind", "starts").rows()) == [
        ("crisis", date(2025, 9, 29)),
        ("reorganisation", date(2025, 9, 15)),
    ]
    crisis = drawn.tables["moments"].filter(opener="crisis")
    assert crisis.height > 0
    assert (crisis["time"].dt.date() >= date(2025, 9, 29)).all()
    (row,) = drawn.tables["successions"].iter_rows(named=True)
    assert {row["predecessor"], row["successor"]} == {"NT1-0", "NT2-0"}
    assert (row["kind"], row["effective"], row["share"]) == ("merger", date(2025, 9, 15), 1.0)
    gone = drawn.tables["bodies"].filter(id=row["predecessor"])
    assert gone["valid_to"].to_list() == [date(2025, 9, 14)]
    assert [receipt.source for receipt in write(drawn, tmp_path / "made").receipts if receipt.problems] == []


def test_several_waves_and_two_purposes(tmp_path: Path) -> None:
    plan = PLAN.model_copy(update={"weeks": 8, "waves": (Round(id="before", week=0), Round(id="after", week=6))})
    drawn = synthesise(base(2), P, plan, seed=3, threads=1)
    assert drawn.tables["waves"].select("id", "opens").rows() == [
        ("after", date(2025, 10, 13)),
        ("before", date(2025, 9, 1)),
    ]
    for table in ("responses", "relations"):
        assert set(drawn.tables[table]["wave"]) == {"before", "after"}
    assert set(drawn.truth.filter(measure="scale.score")["wave"]) == {"before", "after"}
    goals = drawn.truth.filter(measure="thread.state")["detail"].str.json_path_match("$.goal")
    assert set(goals) == {"SDG3", "SDG10"}
    assert {"SDG3", "SDG10", "SDG8"} >= set(drawn.tables["purposes"]["serves"].explode()) > {"SDG8"}
    assert [receipt.source for receipt in write(drawn, tmp_path / "made").receipts if receipt.problems] == []


def test_the_largest_bodies_are_asked_and_listed_and_no_more_than_so_many() -> None:
    tables = made(asked=Asked(most_bodies=3)).tables
    staff = base().bodies["id"].gather(base().body).value_counts(sort=True)
    inside = set(staff.filter(~pl.col("id").is_in(["MIN", "REG"]))["id"].head(3))
    assert set(tables["people"]["body"]) == inside
    assert set(tables["relations"].filter(about_kind="body")["about"]) <= {*inside, "MIN", "REG"}


def test_effects_are_planted_by_rule_where_no_body_is_named() -> None:
    effects = ("silo", "cog-jam", "thread-break", "lost-moments", "closed-at-top")
    drawn = made(planted=tuple(Planted.model_validate({"effect": each}) for each in effects))
    assert [len(each["bodies"]) for each in drawn.planted] == [1, 3, 1, 0, 2]


def test_lost_moments_leave_those_within_bodies_as_they_are() -> None:
    def taken(drawn: Synthetic, boundary: str) -> float:
        rows = drawn.truth.filter(measure="moments.taken", unit=boundary)
        return float(rows.filter(~pl.col("wave").str.contains("w1"))["estimate"].item())

    plain, lost = made(), made(planted=(Planted(effect="lost-moments"),))
    assert abs(taken(lost, "within-body") - taken(plain, "within-body")) < 0.02
    assert taken(lost, "across-bodies") < taken(plain, "across-bodies") - 0.1


def test_a_silo_leaves_other_bodies_as_they_are() -> None:
    def outside(drawn: Synthetic) -> dict[str, float]:
        rows = drawn.truth.filter(measure="ties.outside", unit_kind="body")
        return dict(rows.select("unit", "estimate").iter_rows())

    plain, cut = outside(made()), outside(made(planted=(Planted(effect="silo", bodies=("CO1-0",)),)))
    assert cut["CO1-0"] < plain["CO1-0"] - 0.3
    assert abs(cut["NT2-0"] - plain["NT2-0"]) < 0.15
