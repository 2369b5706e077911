"""Which Sustainable Development Goals a passage speaks of, how likely that is, and which words say so."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from leaderful.errors import LeaderfulError
from leaderful.text.features import FEATURES, Reading, count, matrix, read, row
from leaderful.text.lexicon import GOALS, Hit, packaged

MODEL = Path(__file__).parent / "data" / "sdg_tagger.json"
MOST_SPANS = 5
GAP = 1
"""Characters between two spans that are one phrase to a reader: a space or a hyphen."""


@dataclass(frozen=True, kw_only=True)
class Tag:
    """A goal that a passage speaks of."""

    goal: int
    """1 to 17."""
    probability: float
    evidence: tuple[tuple[int, int], ...]
    """Start and end of what says so in the passage, most telling first, at most five."""


@dataclass(frozen=True)
class _Model:
    """Log odds of a goal: its intercept plus weights times features."""

    weights: NDArray[np.float64]
    intercepts: NDArray[np.float64]
    thresholds: NDArray[np.float64]


def tag_passages(texts: Sequence[str], *, threshold: float | None = None) -> list[tuple[Tag, ...]]:
    """Tag passages with the Sustainable Development Goals they speak of.

    A passage is tagged with a goal when its probability reaches the threshold. The evidence is found by
    leaving phrases out: a phrase tells by as much as the log odds of the goal fall without it, and phrases
    that stand next to each other are one span.

    Parameters
    ----------
    texts
        Passages, best of 30 to 150 words; longer ones are read as one passage.
    threshold
        Least probability, between 0 and 1; by default that of the model for each goal.

    Returns
    -------
    list of tuple of Tag
        One tuple for each passage, by goal; empty where the passage speaks of none.

    Raises
    ------
    LeaderfulError
        The threshold is not between 0 and 1.

    Examples
    --------
    >>> from leaderful.text.tagger import tag_passages
    >>> text = "More homes will be insulated, and waiting lists for surgery cut."
    >>> [tag.goal for tag in tag_passages([text])[0]]
    [3]
    >>> [text[start:end] for start, end in tag_passages([text])[0][0].evidence]
    ['waiting lists', 'surgery']
    """
    if threshold is not None and not 0.0 <= threshold <= 1.0:
        raise LeaderfulError(f"the threshold is {threshold:g}; it is a probability. Give a number from 0 to 1.")
    model = _model()
    least = model.thresholds if threshold is None else np.full(GOALS, threshold)
    readings = [read(text, packaged()) for text in texts]
    likely = _probabilities(readings)
    return [_tags(reading, found, least) for reading, found in zip(readings, likely, strict=True)]


def probabilities(texts: Sequence[str]) -> NDArray[np.float64]:
    r"""Return how likely it is that each passage speaks of each goal.

    .. math:: p_{tg} = \frac{1}{1 + \exp(-(a_g + \sum_k w_k x_{tgk}))}

    with seven features :math:`x` that count phrases of the goal in the passage and set them against those of
    the other goals, weights :math:`w` shared by all goals and an intercept :math:`a_g` for each. The
    probabilities are calibrated on texts of which about half speak of the goal they were judged for.

    Parameters
    ----------
    texts
        Passages.

    Returns
    -------
    ndarray of float64, shape (passages, 17)
        Probabilities; never missing. A passage without any phrase of a goal gets a low one.

    Examples
    --------
    >>> from leaderful.text.tagger import probabilities
    >>> probabilities(["The committee met on 3 May."]).max() < 0.5
    np.True_
    """
    return _probabilities([read(text, packaged()) for text in texts])


@cache
def _model() -> _Model:
    values = json.loads(MODEL.read_text(encoding="utf-8"))
    return _Model(
        np.array([values["weights"][name] for name in FEATURES]),
        np.array([values["goals"][str(goal)]["intercept"] for goal in range(1, GOALS + 1)]),
        np.array([values["goals"][str(goal)]["threshold"] for goal in range(1, GOALS + 1)]),
    )


def _probabilities(readings: Sequence[Reading]) -> NDArray[np.float64]:
    model = _model()
    return np.asarray(1.0 / (1.0 + np.exp(-(matrix(readings) @ model.weights + model.intercepts))))


def _tags(reading: Reading, likely: NDArray[np.float64], least: NDArray[np.float64]) -> tuple[Tag, ...]:
    goals = [int(at) + 1 for at in np.flatnonzero(likely >= least)]
    return tuple(
        Tag(goal=goal, probability=float(likely[goal - 1]), evidence=_evidence(reading, goal)) for goal in goals
    )


def _evidence(reading: Reading, goal: int) -> tuple[tuple[int, int], ...]:
    """Return the spans whose phrases, left out, lower the log odds most."""
    hits = reading.hits[goal - 1]
    whole = _logit(hits, reading, goal)
    telling: dict[tuple[int, int], float] = {}
    for words in dict.fromkeys(hit.words for hit in hits):
        without = whole - _logit([hit for hit in hits if hit.words != words], reading, goal)
        for hit in hits:
            if hit.words == words and hit.strength != "against" and without > 0.0:
                telling[(hit.start, hit.end)] = without
    joined = _joined(telling)
    return tuple(sorted(joined, key=lambda span: (-joined[span], span)))[:MOST_SPANS]


def _logit(hits: Sequence[Hit], reading: Reading, goal: int) -> float:
    weights = _model().weights
    return math.fsum(w * x for w, x in zip(weights, row(count(hits), reading, goal), strict=True))


def _joined(telling: dict[tuple[int, int], float]) -> dict[tuple[int, int], float]:
    """Join spans that overlap or stand next to each other; a joined span tells as much as its parts together."""
    joined: list[tuple[int, int, float]] = []
    for (start, end), value in sorted(telling.items()):
        if joined and start <= joined[-1][1] + GAP:
            first, last, sofar = joined[-1]
            joined[-1] = (first, max(last, end), sofar + value)
        else:
            joined.append((start, end, value))
    return {(start, end): value for start, end, value in joined}
