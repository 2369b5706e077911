"""The same bits whatever computes them; and an intervention changes nothing but what follows from it."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from small_systems import actors_of, bodies_of, mixed, regular, ties_of

from leaderful.errors import UnreadableFileError
from leaderful.simulation import checkpoints
from leaderful.simulation.building import build
from leaderful.simulation.engine import Engine
from leaderful.simulation.parameters import default_parameters
from leaderful.simulation.schedules import Forcing
from leaderful.simulation.system import System

LIVELY = default_parameters(turnover=0.01, tie_fade=0.05, closure=0.2, forum_contact=0.1, opening=0.2)


class Jam:
    """One body stops from a week on, with a crisis about it."""

    def __init__(self, *, week: int, body: int, urgency: float = 0.0) -> None:
        self._week, self._body, self._urgency = week, body, urgency

    def act(self, week: int, system: System, seed: int) -> bool:  # noqa: ARG002 (the protocol's own words)
        if week == self._week:
            system.jammed[self._body] = True
        return week == self._week

    def forcing(self, week: int) -> Forcing:
        return Forcing(urgency=self._urgency) if week >= self._week else Forcing()


def bits(system: System) -> dict[str, bytes]:
    return {name: each.tobytes() for name, each in vars(system).items() if isinstance(each, np.ndarray)}


def test_one_thread_and_two_give_the_same_bits() -> None:
    start = mixed(3000, systems=2, purposes=2, seed=2)
    ends = []
    for threads in (1, 2):
        engine = Engine(start, LIVELY, seed=3, schedule=Jam(week=4, body=3, urgency=0.5), threads=threads)
        engine.advance(12)
        ends.append((bits(engine.system), engine.series()))
    assert ends[0][0] == ends[1][0]
    assert ends[0][1].equals(ends[1][1])
    assert ends[0][0]["content"] != bits(start)["content"]


@pytest.mark.parametrize("stop", [1, 6, 8, 11])
def test_a_run_resumed_from_a_checkpoint_gives_the_same_bits(stop: int, tmp_path: Path) -> None:
    start, weeks = mixed(400, systems=2, seed=2), 20
    whole = Engine(start, LIVELY, seed=3, schedule=Jam(week=6, body=3))
    whole.advance(weeks)
    part = Engine(start, LIVELY, seed=3, schedule=Jam(week=6, body=3))
    part.advance(stop)
    checkpoints.save(part, tmp_path / "run.npz")
    resumed = checkpoints.resume(tmp_path / "run.npz", schedule=Jam(week=6, body=3))
    assert resumed.week == stop
    resumed.advance(weeks - stop)
    assert bits(resumed.system) == bits(whole.system)
    assert resumed.series().equals(whole.series())


@pytest.mark.parametrize("spoil", ["cut", "empty", "a bit", "an array", "text"])
def test_a_damaged_checkpoint_never_reaches_the_engine(spoil: str, tmp_path: Path) -> None:
    path = tmp_path / "run.npz"
    checkpoints.save(Engine(mixed(60, seed=2), LIVELY, seed=3), path)
    held = path.read_bytes()
    middle = len(held) // 2
    other = io.BytesIO()
    np.savez(other, **{"system/partner": np.full(9, 10**6, dtype=np.int32)})
    spoilt = {
        "cut": held[:middle],
        "empty": b"",
        "a bit": held[:middle] + bytes([held[middle] ^ 1]) + held[middle + 1 :],
        "an array": other.getvalue(),
        "text": b"not a checkpoint",
    }
    path.write_bytes(spoilt[spoil])
    with pytest.raises(UnreadableFileError, match=r"run\.npz is no checkpoint of the laboratory, or is damaged"):
        checkpoints.resume(path)


def test_weeks_at_once_or_one_by_one_give_the_same_bits() -> None:
    start = mixed(300, seed=2)
    once, by_one = Engine(start, LIVELY, seed=3), Engine(start, LIVELY, seed=3)
    once.advance(10)
    for _ in range(10):
        by_one.events()
        by_one.advance(1)
    assert bits(once.system) == bits(by_one.system)


def test_a_run_leaves_the_system_it_was_given_alone() -> None:
    start = mixed(300, seed=2)
    before = bits(start)
    Engine(start, LIVELY, seed=3, schedule=Jam(week=0, body=3)).advance(5)
    assert bits(start) == before


def test_an_intervention_leaves_every_bit_before_it_unchanged() -> None:
    start, week = mixed(400, systems=2, seed=4), 9
    plain = Engine(start, LIVELY, seed=3)
    changed = Engine(start, LIVELY, seed=3, schedule=Jam(week=week, body=3, urgency=0.8))
    for engine in (plain, changed):
        engine.advance(week)
    assert bits(plain.system) == bits(changed.system)
    assert plain.series().equals(changed.series())
    for engine in (plain, changed):
        engine.advance(1)
    assert bits(plain.system)["content"] != bits(changed.system)["content"]


def test_what_a_jam_does_not_touch_draws_the_same_encounters() -> None:
    start = mixed(600, seed=4)
    plain = Engine(start, LIVELY, seed=3).events()
    jammed = Engine(start, LIVELY, seed=3, schedule=Jam(week=0, body=3)).events()
    away = (start.body[plain.encounters_a] != 3) & (start.body[plain.encounters_b] != 3)
    assert 0 < away.sum() < len(away)
    np.testing.assert_array_equal(plain.encounters_a[away], jammed.encounters_a)
    np.testing.assert_array_equal(plain.encounters_b[away], jammed.encounters_b)
    np.testing.assert_array_equal(plain.encounters_n[away], jammed.encounters_n)


def test_systems_without_ties_between_them_do_not_touch_each_other() -> None:
    """A jam in one of two systems leaves every bit of the other's people and ties as it was, for 40 weeks."""
    pairs = regular(200, 8, seed=1)
    rows = [(code, "nhs-trust", "nhs", "organisation", code) for code in ("S01", "S02")]
    start = build(
        bodies_of(rows),
        actors_of(np.repeat([0, 1], 200), forum=np.repeat([0, 1], 200).astype(np.int32)),
        ties_of(np.concatenate([pairs, pairs + 200]), layer=3),
    )
    plain = Engine(start, LIVELY, seed=3)
    jammed = Engine(start, LIVELY, seed=3, schedule=Jam(week=5, body=0))
    for engine in (plain, jammed):
        engine.advance(40)
    one, two = plain.system, jammed.system
    slots = slice(int(start.row[200]), None)
    for name in ("purpose", "reflexivity", "carried"):
        np.testing.assert_array_equal(getattr(one, name)[200:], getattr(two, name)[200:])
        assert (getattr(one, name)[:200] != getattr(two, name)[:200]).any()
    np.testing.assert_array_equal(one.partner[slots], two.partner[slots])
    np.testing.assert_array_equal(one.content[slots], two.content[slots])
    other = plain.series().filter(system="S02")
    assert other.equals(jammed.series().filter(system="S02"))


def test_another_seed_gives_other_bits() -> None:
    start = mixed(300, seed=2)
    ends = []
    for seed in (3, 4):
        engine = Engine(start, LIVELY, seed=seed)
        engine.advance(3)
        ends.append(bits(engine.system)["content"])
    assert ends[0] != ends[1]
