"""What the tagger looks at: seven numbers for a passage and a goal, the same for every goal."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leaderful.text.lexicon import GOALS, Hit, Lexicon

FEATURES = (
    "strong phrases, different ones",
    "strong phrases, all",
    "fair phrases, different ones",
    "weak phrases, different ones",
    "phrases of another sense, different ones",
    "share of the points of all goals",
    "points times those of the best other goal",
)
"""Counts enter as log(1 + count), so that the tenth use of a word says less than the second. The product lets a
passage rich in other goals be tagged with this one too, and is nothing where this one has no phrase."""


@dataclass(frozen=True)
class Counts:
    """What a passage says of one goal."""

    strong: int
    uses: int
    fair: int
    weak: int
    against: int

    @property
    def points(self) -> float:
        """One number for the goal, by which goals are set against each other."""
        return (
            math.log1p(self.strong) + math.log1p(self.uses) + 0.5 * math.log1p(self.fair) + 0.1 * math.log1p(self.weak)
        )


@dataclass(frozen=True)
class Reading:
    """A passage as the tagger sees it."""

    hits: tuple[tuple[Hit, ...], ...]
    """By goal."""
    points: tuple[float, ...]
    """By goal."""


def read(text: str, lexicon: Lexicon) -> Reading:
    """Return the hits of a passage by goal."""
    by_goal: list[list[Hit]] = [[] for _ in range(GOALS)]
    for hit in lexicon.hits(text):
        by_goal[hit.goal - 1].append(hit)
    return Reading(tuple(map(tuple, by_goal)), tuple(count(found).points for found in by_goal))


def count(hits: Iterable[Hit]) -> Counts:
    """Count the hits of one goal; the same words of the same strength are one different phrase."""
    different: dict[str, set[tuple[str, ...]]] = {"strong": set(), "fair": set(), "weak": set(), "against": set()}
    uses = 0
    for hit in hits:
        different[hit.strength].add(hit.words)
        uses += hit.strength == "strong"
    strong, fair, weak, against = (len(found) for found in different.values())
    return Counts(strong, uses, fair, weak, against)


def row(counts: Counts, reading: Reading, goal: int) -> list[float]:
    """Return the features of a goal (1 to 17) when the passage said of it what is counted."""
    points = counts.points
    others = [value for number, value in enumerate(reading.points, 1) if number != goal]
    return [
        math.log1p(counts.strong),
        math.log1p(counts.uses),
        math.log1p(counts.fair),
        math.log1p(counts.weak),
        math.log1p(counts.against),
        points / (points + sum(others) + 2.0),
        points * max(others),
    ]


def matrix(readings: Sequence[Reading]) -> NDArray[np.float64]:
    """Return the features of every goal in every passage, of shape (passages, 17, 7)."""
    rows = [[row(count(reading.hits[goal - 1]), reading, goal) for goal in range(1, GOALS + 1)] for reading in readings]
    return np.array(rows, dtype=np.float64).reshape(len(readings), GOALS, len(FEATURES))
