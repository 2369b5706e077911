"""The bodies of a seeding: which there are, what they answer to, and how strongly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
import polars as pl

from leaderful.framework import framework
from leaderful.simulation.seeding.assumptions import by_scale, by_tier
from leaderful.simulation.system import Bodies, Numbers
from leaderful.study import Study

COLUMNS = ("id", "name", "kind", "sector", "scale", "system", "place")
_SCALES = ("person", "team", "organisation", "neighbourhood", "place", "system", "region", "national", "global")


class Accountability(NamedTuple):
    """What reaches bodies from above."""

    mechanisms: Numbers
    """Shape (b,): distinct vertical ties that reach each body."""
    answers_to: Numbers
    """Shape (k, 2): body and one that it answers to, without cycles."""
    dropped: tuple[str, ...]
    """Ties left out of answers_to because they would close a circle, in words."""


def valid(table: pl.DataFrame, as_at: date | None) -> pl.DataFrame:
    """Return the rows of a table that hold on a day, or all where no day is given."""
    if as_at is None:
        return table
    begun = pl.col("valid_from").is_null() | (pl.col("valid_from") <= as_at)
    lasts = pl.col("valid_to").is_null() | (pl.col("valid_to") >= as_at)
    return table.filter(begun & lasts)


def vertical_ties(study: Study) -> pl.DataFrame:
    """Return the vertical ties of a study that hold on its day: source, target and kind, in order."""
    kinds = [kind.id for kind in framework().tie_kinds if kind.direction == "vertical"]
    rows = valid(study.table("ties"), study.as_at).filter(pl.col("kind").is_in(kinds))
    return rows.select("source", "target", "kind").unique().sort("source", "target", "kind")


def accountability(frame: pl.DataFrame, ties: Iterable[tuple[int, int, str]]) -> Accountability:
    """Return what reaches each body of the frame, from vertical ties named by rows: source, target and kind."""
    known = sorted(set(ties))
    mechanisms = np.zeros(frame.height, dtype=np.int32)
    for _, target, _ in known:
        mechanisms[target] += 1
    ranks = [_SCALES.index(scale) for scale in frame["scale"]]
    pairs = sorted({(target, source) for source, target, _ in known})
    kept, dropped = without_circles(pairs, ranks)
    names = frame["name"]
    words = tuple(f"{names[body]} answers to {names[above]}" for body, above in dropped)
    return Accountability(mechanisms, np.array(kept, dtype=np.int32).reshape(-1, 2), words)


def without_circles(
    pairs: Sequence[tuple[int, int]], ranks: Sequence[int]
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Split pairs of a body and one above it into those kept and those dropped, so that nobody answers to itself.

    Of the pairs that stand in circles, the one whose upper end reaches least far goes first.
    """
    dropped = [pair for pair in pairs if pair[0] == pair[1]]
    left = [pair for pair in pairs if pair[0] != pair[1]]
    gone = set(dropped)
    while left:
        lower, upper = {body for body, _ in left}, {above for _, above in left}
        inner = [(body, above) for body, above in left if above in lower and body in upper]
        if len(inner) == len(left):
            worst = min(inner, key=lambda pair: (ranks[pair[1]] - ranks[pair[0]], pair))
            gone.add(worst)
            inner.remove(worst)
        left = inner
    return [pair for pair in pairs if pair not in gone], sorted(gone)


def as_bodies(frame: pl.DataFrame, reached: Accountability, purposes: int) -> Bodies:
    """Return the bodies of a seeding, with what is assumed by scale and by tier."""
    declared, fidelity = by_scale("declared"), by_scale("fidelity")
    held = np.array([declared[scale] for scale in frame["scale"]], dtype=np.float32)
    return Bodies(
        frame=frame.select(COLUMNS),
        declared=np.repeat(held[:, None], purposes, axis=1),
        fidelity=np.array([fidelity[scale] for scale in frame["scale"]], dtype=np.float32),
        mechanisms=reached.mechanisms,
        licence=np.tile(by_tier("licence"), (frame.height, 1)),
        answers_to=reached.answers_to,
    )
