"""Synthetic studies: in order, answered as planned, and, without error, what a field study would find is so."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from small_systems import mixed

from leaderful import jobs
from leaderful.errors import BadValuesError, StudyNotFoundError, UnknownNameError
from leaderful.measures.cog_jam import cog_jam
from leaderful.measures.moments import moments
from leaderful.measures.network import network
from leaderful.measures.plural import plural
from leaderful.measures.scales import scales
from leaderful.measures.thread import thread
from leaderful.measures.ties import ties
from leaderful.measures.zips import zips
from leaderful.simulation.mixed import mixed_system
from leaderful.simulation.observing import observe
from leaderful.simulation.observing.census import partners_from
from leaderful.simulation.observing.ends import ends_across
from leaderful.simulation.parameters import default_parameters
from leaderful.simulation.scenarios import packaged, schedule
from leaderful.simulation.series import SCHEMA
from leaderful.simulation.synthesis import Plan, Synthetic, draw, follow, read_plan, shocks_of, synthesise, write
from leaderful.simulation.synthesis.plan import Asked, Error, Planted, Record, Response, Round
from leaderful.simulation.synthesis.planting import plant
from leaderful.simulation.system import System
from leaderful.study import Study

P = default_parameters()
WAVE = (Round(id="w1", week=3),)
PERFECT = Plan(
    weeks=8,
    waves=WAVE,
    asked=Asked(most=10_000),
    response=Response(rate=1.0, spread=0.0, tiers=(0.0, 0.0, 0.0, 0.0), unable=0.0),
    error=Error(item=0.0, person=0.0, relation=0.0, overlooked=0.0),
    record=Record(meetings=1.0, diarists=1.0, noted=1.0),
)
"""Everybody is asked and answers, without any error."""
KEYS = ("scale", "tier", "by", "direction", "goal", "reach")


@cache
def start() -> System:
    return mixed_system(400, seed=5)


@cache
def perfect() -> Synthetic:
    return synthesise(start(), P, PERFECT, seed=2, threads=1)


def by_name(rows: pl.DataFrame) -> dict[tuple[str, ...], float]:
    """Return the estimates by measure, unit and what was asked."""
    named = {}
    for row in rows.filter(pl.col("estimate").is_not_null()).iter_rows(named=True):
        detail = json.loads(row["detail"])
        asked = tuple(str(detail.get(key, "")) for key in KEYS)
        named[row["measure"], row["unit_kind"], row["unit"], *asked] = float(row["estimate"])
    return named


@pytest.mark.parametrize(
    ("measure", "least"),
    [(ties, 60), (zips, 60), (network, 3), (cog_jam, 12), (thread, 7), (plural, 6), (scales, 100), (moments, 6)],
)
def test_without_error_the_field_finds_what_is_true(measure: Callable[[Study], pl.DataFrame], least: int) -> None:
    drawn = perfect()
    found, true = by_name(measure(drawn.study())), by_name(drawn.truth)
    both = found.keys() & true.keys()
    assert len(both) >= least
    assert {key: found[key] for key in both} == pytest.approx({key: true[key] for key in both}, abs=1e-9)


def test_every_meeting_is_on_record_when_all_are_kept() -> None:
    drawn = perfect()
    encounters = follow(start(), P, PERFECT, seed=2, threads=1).met.times.sum()
    assert drawn.tables["interactions"].height == encounters
    assert drawn.tables["interactions"]["participants"].list.n_unique().eq(2).all()


def test_a_study_is_written_in_order_with_the_truth_beside_it(tmp_path: Path) -> None:
    plan = Plan(weeks=12, waves=WAVE, planted=(Planted(effect="silo"),))
    drawn = synthesise(mixed(300, seed=3), P, plan, seed=1, threads=1)
    written = write(drawn, tmp_path / "study")
    opened = Study.open(tmp_path / "study")
    assert opened.synthetic
    assert not any(receipt.problems or receipt.left_out for receipt in opened.receipts)
    assert all(opened.table(name).equals(written.table(name)) for name in drawn.tables)
    assert not any(receipt.problems for receipt in jobs.check(tmp_path / "study"))
    assert pl.read_parquet(tmp_path / "study" / "truth" / "truth.parquet").equals(drawn.truth)
    assert json.loads((tmp_path / "study" / "truth" / "planted.json").read_text())[0]["effect"] == "silo"
    with pytest.raises(StudyNotFoundError):
        write(drawn, tmp_path / "study")


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    plan = Plan(weeks=5, waves=WAVE)
    digests = []
    for place, (seed, threads) in enumerate(((7, 1), (7, 2), (8, 1))):
        write(synthesise(start(), P, plan, seed=seed, threads=threads), tmp_path / str(place))
        files = sorted(path for path in (tmp_path / str(place)).rglob("*") if path.is_file())
        digests.append({str(path.relative_to(tmp_path / str(place))): path.read_bytes() for path in files})
    assert digests[0] == digests[1]
    assert digests[0]["responses.parquet"] != digests[2]["responses.parquet"]


@pytest.mark.parametrize("rate", [0.35, 0.6, 0.85])
def test_as_many_answer_as_planned(rate: float) -> None:
    plan = PERFECT.model_copy(update={"response": Response(rate=rate)})
    run = follow(start(), P, plan, seed=4, threads=1)
    counts = [draw(run, seed=seed).tables["responses"]["person"].n_unique() for seed in range(5)]
    n = 5 * len(run.asked)
    assert abs(sum(counts) - rate * n) < 4 * np.sqrt(n * rate * (1 - rate))


def test_a_higher_rate_leaves_who_is_asked_and_what_is_true() -> None:
    few, many = (
        synthesise(start(), P, PERFECT.model_copy(update={"response": Response(rate=rate)}), seed=2, threads=1)
        for rate in (0.3, 0.9)
    )
    assert few.tables["people"].equals(many.tables["people"])
    assert few.tables["interactions"].equals(many.tables["interactions"])
    assert few.truth.equals(many.truth)


def test_some_are_asked_of_the_largest_bodies() -> None:
    plan = PERFECT.model_copy(update={"asked": Asked(bodies=0.5, most=20)})
    people = synthesise(start(), P, plan, seed=2, threads=1).tables["people"]
    assert people["body"].n_unique() == 3
    assert people.group_by("body", "tier").len()["len"].max() == 20


def test_errors_spread_answers_and_reversed_items_turn() -> None:
    noisy = PERFECT.model_copy(update={"error": Error(item=1.0, person=0.0)})
    clear, blurred = (
        synthesise(start(), P, plan, seed=2, threads=1)
        .tables["responses"]
        .filter(pl.col("item").str.starts_with("CGP"))
        for plan in (PERFECT, noisy)
    )
    assert np.var(blurred["answer"].to_numpy()) > np.var(clear["answer"].to_numpy())
    wide = clear.pivot("item", index="person", values="answer")
    assert ((wide["CGP1"] - (6 - wide["CGP4"])).is_between(0, 1)).all()  # the easiest item, and the hardest turned back


def census(system: System, pairs: Any) -> dict[tuple[str, ...], float]:
    return by_name(observe(system, pl.DataFrame(schema=SCHEMA), wave="w", parameters=P, partners=pairs))


def planted(effect: str, *bodies: str) -> tuple[dict[tuple[str, ...], float], dict[tuple[str, ...], float], list[str]]:
    """Return what is true before and after something is planted, and the bodies it concerns."""
    system = mixed(500, seed=9, trust=(0.5, 0.9))
    pairs = partners_from(system, ends_across(system, P))
    changed, facts = plant(system, (Planted(effect=effect, bodies=bodies),), pairs)  # type: ignore[arg-type]
    before = census(system, pairs)
    assert census(system.copy(), pairs) == before
    return before, census(changed, pairs), facts[0]["bodies"]


def about(measure: str, kind: str, unit: str, **asked: str) -> tuple[str, ...]:
    return (measure, kind, unit, *(asked.get(key, "") for key in KEYS))


def test_a_planted_silo_keeps_few_ties() -> None:
    before, after, (body,) = planted("silo")
    key = about("ties.outside", "body", body)
    assert after[key] < 0.5 * before[key]
    assert after[about("ties.trust", "body", body)] < 2.0


def test_a_planted_cog_alone_connects_others() -> None:
    before, after, (connector, *_) = planted("cog-jam", "NT1-0", "CO1-0", "VC1-0")
    key = about("cog_jam.sole_connector", "body", connector)
    assert (before[key], after[key]) == (0.0, 2.0)


def test_a_planted_break_drops_a_thread_at_one_scale() -> None:
    _, after, _ = planted("thread-break", "NT1-0")
    assert after[about("thread.continuity", "goal", "SDG3", reach="organisation")] == 0.0


def test_planted_lost_moments_are_fewer_across() -> None:
    shares = [
        by_name(
            synthesise(mixed(500, seed=9), P, PERFECT.model_copy(update={"planted": what}), seed=1, threads=1).truth
        )
        for what in ((), (Planted(effect="lost-moments"),))
    ]
    key = about("moments.taken", "boundary", "across-sectors")
    assert shares[1][key] < 0.6 * shares[0][key]


def test_a_zip_planted_closed_at_the_top_alone() -> None:
    _, after, (one, two) = planted("closed-at-top")
    unit = "|".join(sorted((one, two)))
    assert after[about("zip.tooth", "pair", unit, tier="board")] == 1.0
    assert after[about("zip.tooth", "pair", unit, tier="practitioner")] == 0.0


def test_scenarios_are_declared_as_shocks_and_mergers_as_successions() -> None:
    scenario = packaged()["crisis"]
    system = start()
    shocks = shocks_of(scenario)
    plan = PERFECT.model_copy(update={"weeks": shocks[0].week + 4})
    drawn = synthesise(system, P, plan, seed=1, schedule=schedule(scenario, system), shocks=shocks, threads=1)
    assert drawn.tables["shocks"].select("kind", "starts").row(0) == ("crisis", plan.day(shocks[0].week))


class Merging:
    """Moves everybody of one body to another in week 5."""

    def act(self, week: int, system: System, seed: int) -> bool:  # noqa: ARG002
        if week == 5:
            system.body[system.body == 4] = 3
        return week == 5

    def forcing(self, week: int) -> Any:  # noqa: ARG002
        from leaderful.simulation.schedules import Forcing

        return Forcing()


def test_a_merger_leaves_a_succession(tmp_path: Path) -> None:
    drawn = synthesise(start(), P, PERFECT, seed=1, schedule=Merging(), threads=1)
    row = drawn.tables["successions"].row(0, named=True)
    assert (row["predecessor"], row["successor"], row["kind"]) == ("body-4", "body-3", "merger")
    assert row["effective"] == PERFECT.day(5)
    assert "body-4" not in drawn.tables["people"]["body"].to_list()
    assert not any(receipt.problems for receipt in write(drawn, tmp_path / "study").receipts)


def test_a_plan_is_read_and_faults_are_named(tmp_path: Path) -> None:
    file = tmp_path / "plan.toml"
    file.write_text('weeks = 20\nfirst_day = 2026-01-05\n[[waves]]\nid = "a"\nweek = 2\n[response]\nrate = 0.5\n')
    plan = read_plan(file)
    assert (plan.weeks, plan.first_day, plan.response.rate) == (20, date(2026, 1, 5), 0.5)
    for text, kind, said in (
        ("[response]\nrat = 0.5\n", UnknownNameError, "Did you mean rate"),
        ("[response]\nrate = 1.5\n", BadValuesError, "response, rate"),
        ("weeks = 3\n", BadValuesError, "before week 3"),
        ("first_day = 2026-01-06\n", BadValuesError, "no Monday"),
        ('[[planted]]\neffect = "sillo"\n', BadValuesError, "planted, 1, effect"),
    ):
        file.write_text(text)
        with pytest.raises(kind, match=said):
            read_plan(file)


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(BadValuesError, match="of one system"):
        follow(mixed(200, systems=2), P, PERFECT, seed=1)
    with pytest.raises(UnknownNameError, match="no body of the system"):
        follow(start(), P, PERFECT.model_copy(update={"planted": (Planted(effect="silo", bodies=("ZZZ",)),)}), seed=1)


def test_one_run_can_be_drawn_at_several_rates() -> None:
    run = follow(start(), P, PERFECT, seed=2, threads=1)
    half = replace(run, plan=run.plan.model_copy(update={"response": Response(rate=0.5)}))
    assert draw(half, seed=2).tables["responses"].height < draw(run, seed=2).tables["responses"].height
