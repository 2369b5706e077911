"""Bodies that become one, and their systems with them."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leaderful.errors import BadValuesError
from leaderful.simulation.scenarios.choosing import headcount
from leaderful.simulation.system import Numbers, System

Was = dict[str, NDArray[Any]]
MERGED = ("licence", "declared", "mechanisms")
"""Levers that a merger changes."""


def refuse_merge(system: System, bodies: Numbers, *, place: str) -> None:
    """Refuse a merger that no system can carry out.

    Raises
    ------
    BadValuesError
        For one body alone, for bodies that answer to each other, and for systems that are not neighbours.
    """
    if len(bodies) < 2:
        raise BadValuesError(f"{place}, who chooses {len(bodies)} body; a merger needs two or more.")
    names = system.bodies["name"]
    for row in bodies:
        if set(_over(system, int(row))) & set(bodies.tolist()):
            raise BadValuesError(
                f"{place}: {names[int(row)]} answers to another of those merged, so they cannot be one."
            )
    joined = np.unique(system.system_of[bodies])
    if len(joined) > 1 and (joined[0] < 0 or joined[-1] - joined[0] != len(joined) - 1):
        raise BadValuesError(
            f"{place}: bodies of systems that do not follow each other in order of their codes cannot be merged in "
            "one run. Simulate the systems of the merger alone."
        )


def merge(system: System, bodies: Numbers, was: Was, *, name: str | None) -> None:
    """Make bodies one, in the row of the first.

    Levers are merged in `was`, what they are without any event; those of the system must be laid anew.
    """
    one, rest = int(bodies[0]), bodies[1:]
    people = headcount(system)[bodies].astype(np.float64)
    weights = people / people.sum() if people.sum() else np.full(len(bodies), 1 / len(bodies))
    for values in (was["licence"], was["declared"], system.held, system.fidelity):
        values[one] = weights @ values[bodies]
    (above_row, above), repeats = _redirected(system, bodies)
    _merge_mechanisms(was["mechanisms"], bodies, repeats)
    system.body[np.isin(system.body, rest)] = one
    system.above_row, system.above = above_row, above
    _join_systems(system, bodies)
    if name is not None:
        names = system.bodies["name"].to_list()
        names[one] = name
        system.bodies = system.bodies.with_columns(name=pl.Series(names))


def _merge_mechanisms(mechanisms: NDArray[Any], bodies: Numbers, repeats: NDArray[np.int64]) -> None:
    """Add up the mechanisms of merged bodies, and count once what two of them shared, there and below them."""
    one = int(bodies[0])
    summed = max(int(mechanisms[bodies].max()), int(mechanisms[bodies].sum()) - int(repeats[one]))
    mechanisms -= np.minimum(repeats, mechanisms).astype(mechanisms.dtype)
    mechanisms[one] = summed


def _redirected(system: System, bodies: Numbers) -> tuple[tuple[NDArray[np.int64], Numbers], NDArray[np.int64]]:
    """Return whom each body answers to after a merger, and how many accountabilities each had twice over."""
    height = system.bodies.height
    into = np.arange(height)
    into[bodies] = bodies[0]
    edges = into[np.stack([np.repeat(np.arange(height), np.diff(system.above_row)), system.above])]
    single = np.unique(edges, axis=1)
    counts = np.bincount(single[0], minlength=height)
    repeats = np.bincount(edges[0], minlength=height) - counts
    return (np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), single[1].astype(np.int32)), repeats


def _join_systems(system: System, bodies: Numbers) -> None:
    """Let the systems of merged bodies be one: that of the first of them in order."""
    numbers = np.unique(system.system_of[bodies])
    if len(numbers) < 2:
        return
    inside = np.isin(system.system_of, numbers)
    code = system.systems[int(numbers[0])]
    system.system_of[inside] = numbers[0]
    codes = np.where(inside, code, system.bodies["system"].to_numpy())
    system.bodies = system.bodies.with_columns(system=pl.Series(codes.tolist(), dtype=pl.String))


def _over(system: System, row: int) -> list[int]:
    """Return all that a body answers to, directly and over others."""
    found: list[int] = []
    todo = [row]
    while todo:
        here = todo.pop()
        new = [int(each) for each in system.above[system.above_row[here] : system.above_row[here + 1]]]
        todo += [each for each in new if each not in found]
        found += [each for each in new if each not in found]
    return found
