"""Building a system: order, slots and notes, what ties cross, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leaderful.errors import BadValuesError
from leaderful.simulation.building import build, mark_ties
from leaderful.simulation.system import (
    ACROSS_BODIES,
    ACROSS_PLACES,
    ACROSS_SECTORS,
    INFORMAL,
    ONE_SITE,
    ONE_SYSTEM,
    POOLED,
    Actors,
    Bodies,
    System,
    Ties,
)


def parts(pairs: list[tuple[int, int]], n: int = 6) -> tuple[Bodies, Actors, Ties]:
    """Return three bodies of two systems, and n actors who work for them in turn."""
    frame = pl.DataFrame(
        {
            "id": ["A", "B", "C"],
            "name": ["A", "B", "C"],
            "kind": ["nhs-trust", "council", "nhs-trust"],
            "sector": ["nhs", "local-government", "nhs"],
            "scale": ["organisation"] * 3,
            "system": ["S1", "S1", "S2"],
            "place": [""] * 3,
        }
    )
    half = np.full(3, 0.5, dtype=np.float32)
    bodies = Bodies(
        frame=frame,
        declared=half[:, None],
        fidelity=half,
        mechanisms=np.zeros(3, dtype=np.int32),
        licence=np.full((3, 4), 0.5, dtype=np.float32),
        answers_to=np.array([[1, 0]], dtype=np.int32),
    )
    body = np.arange(n, dtype=np.int32)[::-1] % 3
    each = np.full(n, 0.5, dtype=np.float32)
    actors = Actors(
        body=body,
        team=np.zeros(n, dtype=np.int32),
        tier=np.full(n, 3, dtype=np.uint8),
        place=(np.arange(n) % 2).astype(np.int32),
        forum=np.full(n, -1, dtype=np.int32),
        purpose=each[:, None],
        reflexivity=each,
        capacity=np.full(n, 10, dtype=np.float32),
        exposure=each,
    )
    ends = np.array(pairs, dtype=np.int32).reshape(-1, 2)
    steps = np.arange(len(ends))
    contents = np.stack([0.01 * steps, 0.01 * steps + 0.5], axis=1).astype(np.float32)
    ties = Ties(
        a=ends[:, 0],
        b=ends[:, 1],
        layer=np.full(len(ends), INFORMAL, dtype=np.uint8),
        trust=contents,
        understanding=contents / 2,
    )
    return bodies, actors, ties


def by_pair(system: System) -> dict[tuple[int, int], tuple[float, ...]]:
    """Return the contents of every tie by its ends as they were seeded, the lower first."""
    found = {}
    listed = system.tie_list()
    for a, b, trust, roles in zip(listed.a, listed.b, listed.trust, listed.understanding, strict=True):
        one, two = int(system.seeded_as[a]), int(system.seeded_as[b])
        both = [*trust.tolist(), *roles.tolist()]
        found[min(one, two), max(one, two)] = tuple(both if one < two else [both[1], both[0], both[3], both[2]])
    return found


@settings(max_examples=40, deadline=None)
@given(st.sets(st.tuples(st.integers(0, 8), st.integers(0, 8)).filter(lambda p: p[0] < p[1]), max_size=20))
def test_every_tie_is_laid_once_with_its_contents_the_right_way_round(pairs: set[tuple[int, int]]) -> None:
    order = sorted(pairs)
    bodies, actors, ties = parts(order, n=9)
    system = build(bodies, actors, ties)
    found = by_pair(system)
    assert set(found) == pairs
    for number, pair in enumerate(order):
        wanted = (*ties.trust[number].tolist(), *ties.understanding[number].tolist())
        assert found[pair] == pytest.approx(wanted)
    for i in range(system.size):
        for note in range(system.note_row[i], system.note_row[i + 1]):
            if system.note_slot[note] >= 0:
                assert system.partner[system.note_slot[note]] == i
                assert system.owners()[system.note_slot[note]] == system.note_owner[note]


def test_actors_stand_in_order_of_system_and_body() -> None:
    bodies, actors, ties = parts([(0, 1)])
    system = build(bodies, actors, ties)
    assert system.body.tolist() == [0, 0, 1, 1, 2, 2]
    assert actors.body[system.seeded_as].tolist() == system.body.tolist()
    assert system.systems == ("S1", "S2")


def test_marks_say_what_a_tie_crosses_and_shares() -> None:
    bodies, actors, ties = parts([(0, 3), (0, 1), (1, 2)])  # bodies C-C, C-B, B-A
    system = build(bodies, actors, ties)
    marks = {}
    listed = system.tie_list()
    slots = np.flatnonzero(system.partner >= 0)
    for a, b, slot in zip(listed.a, listed.b, slots, strict=True):
        pair = tuple(sorted((int(system.seeded_as[a]), int(system.seeded_as[b]))))
        marks[pair] = int(system.mark[slot])
    assert marks[0, 3] == INFORMAL | ACROSS_PLACES | ONE_SYSTEM
    assert marks[0, 1] == INFORMAL | ACROSS_BODIES | ACROSS_PLACES | ACROSS_SECTORS
    assert marks[1, 2] == INFORMAL | ACROSS_BODIES | ACROSS_PLACES | ACROSS_SECTORS | ONE_SYSTEM
    system.pool[:2] = 0
    system.site[1:] = 7
    mark_ties(system)
    marks_now = {int(each) for each in system.mark[slots]}
    assert any(each & POOLED for each in marks_now) and any(each & ONE_SITE for each in marks_now)


def test_actors_of_a_body_above_systems_stand_in_a_system_without_a_code() -> None:
    bodies, actors, ties = parts([(0, 1)])
    frame = bodies.frame.with_columns(system=pl.Series(["S1", "", "S2"]))
    system = build(replace(bodies, frame=frame), actors, ties)
    assert system.systems == ("", "S1", "S2")
    assert system.body.tolist() == [1, 1, 0, 0, 2, 2]


def changed(what: str, **changes: Any) -> tuple[Bodies, Actors, Ties]:
    bodies, actors, ties = parts([(0, 1), (1, 2)])
    if what == "bodies":
        return replace(bodies, **changes), actors, ties
    if what == "actors":
        return bodies, replace(actors, **changes), ties
    return bodies, actors, replace(ties, **changes)


@pytest.mark.parametrize(
    ("what", "changes", "message"),
    [
        ("ties", {"b": np.array([0, 2], dtype=np.int32)}, "joins an actor to itself"),
        ("ties", {"a": np.array([0, 1], dtype=np.int32), "b": np.array([1, 0], dtype=np.int32)}, "named twice"),
        ("ties", {"b": np.array([1, 99], dtype=np.int32)}, "names an actor that is not"),
        ("ties", {"trust": np.full((2, 2), 1.5, dtype=np.float32)}, "lie in 0 to 1"),
        ("ties", {"trust": np.full((2, 3), 0.5, dtype=np.float32)}, r"shape \(2, 3\); \(2, 2\) is wanted"),
        ("actors", {"body": np.full(6, 9, dtype=np.int32)}, "a body that is not among"),
        ("actors", {"capacity": np.full(6, np.nan, dtype=np.float32)}, "0 or more"),
        ("bodies", {"answers_to": np.array([[0, 1], [1, 0]], dtype=np.int32)}, "answers to itself over other bodies"),
    ],
)
def test_what_no_system_can_be_built_from_is_refused(what: str, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(BadValuesError, match=message):
        build(*changed(what, **changes))


def test_more_than_four_purposes_are_refused() -> None:
    with pytest.raises(BadValuesError, match="5 purposes were named"):
        build(*parts([(0, 1)]), purposes=tuple("abcde"))
