"""Whether the people of a unit give like answers, or are split."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from leaderful.framework import ItemScale
from leaderful.measures.answers import Answers, Floats, Matrix, Whole
from leaderful.measures.findings import Finding
from leaderful.measures.scale_rows import scale_finding

METHOD = "outside-three-points"
SPLIT = 1 / 3
"""From this share of answers outside the three points around the median on, people are split."""

KINDS = ("system", "body")


@dataclass(frozen=True, kw_only=True, eq=False)
class Consensus:
    """How the answers of each unit lie about the median of each item."""

    answers: Whole
    outside: Whole
    people: Whole
    medians: Floats
    """Shape (units, items); NaN where nobody answered."""


def consensus(asked: Answers) -> Iterator[Finding]:
    """Yield ``scale.consensus`` of each system and body."""
    for scale in asked.scales:
        for kind in KINDS:
            units = asked.units[kind]
            found = about_medians(asked.of(scale), units.of, lowest=scale.lowest, highest=scale.highest)
            for unit in np.flatnonzero(found.answers).tolist():
                yield _finding(scale, asked.wave, kind, units.labels[unit], found, unit)


def about_medians(block: Matrix, of: Whole, *, lowest: int, highest: int) -> Consensus:
    """Count the answers of each unit that are more than one point from the median of their item.

    Where the median lies between two answers, the one that leaves fewer answers outside is taken.
    """
    counts = _counts(block, of, lowest, highest)
    total, running = counts.sum(axis=2), counts.cumsum(axis=2)
    low = np.argmax(2 * running >= total[..., None], axis=2)
    high = np.argmax(2 * running > total[..., None], axis=2)
    outside = np.minimum(*(total - _near(counts, middle) for middle in (low, high)))
    answered = (of >= 0) & ~np.isnan(block).all(axis=1)
    return Consensus(
        answers=total.sum(axis=1),
        outside=outside.sum(axis=1),
        people=np.bincount(of[answered], minlength=len(counts)),
        medians=np.where(total > 0, lowest + (low + high) / 2, np.nan),
    )


def _counts(block: Matrix, of: Whole, lowest: int, highest: int) -> Whole:
    """Return how often each answer was given, shape (units, items, answers)."""
    shape = (int(of.max(initial=-1)) + 1, block.shape[1], highest - lowest + 1)
    row, item = np.nonzero(~np.isnan(block) & (of >= 0)[:, None])
    answer = block[row, item].astype(np.int64) - lowest
    cell = np.ravel_multi_index((of[row], item, answer), shape)
    return np.bincount(cell, minlength=int(np.prod(shape))).reshape(shape)


def _near(counts: Whole, middle: Whole) -> Whole:
    """Return how many answers lie within one point of the middle."""
    padded = np.pad(counts, ((0, 0), (0, 0), (1, 1)))
    return sum(np.take_along_axis(padded, (middle + step)[..., None], axis=2)[..., 0] for step in range(3))  # type: ignore[return-value]


def _finding(scale: ItemScale, wave: str, kind: str, unit: str, found: Consensus, place: int) -> Finding:
    n, outside = int(found.answers[place]), int(found.outside[place])
    medians = found.medians[place]
    return scale_finding(
        "scale.consensus",
        scale,
        wave=wave,
        unit_kind=kind,
        unit=unit,
        method=METHOD,
        estimate=outside / n,
        n=n,
        detail={
            "median": [None if np.isnan(median) else float(median) for median in medians],
            "split": outside / n >= SPLIT,
            "count": outside,
            "people": int(found.people[place]),
            "rests_on": [["scale.score", kind, unit, wave]],
        },
    )
