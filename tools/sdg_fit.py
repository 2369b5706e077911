"""The rows the SDG tagger learns from, and its fit: one ridge logistic regression for all goals."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from leaderful.text.features import matrix, read
from leaderful.text.lexicon import GOALS, Lexicon

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

RIDGE = 0.3
"""Inverse strength of the ridge on standardised features; between 0.1 and 1 it moves macro-F1 by less than 0.01."""
GOAL_SCALE = 2.0
"""Size of the column of a goal: its own intercept is shrunk to the common one, less than a feature is."""
NOISE_WEIGHT = 0.3
"""Weight of all shuffled texts together, as a share of the rows of the benchmark."""
NOISE_TEXTS = 100
INNER_FOLDS = 5


@dataclass(frozen=True)
class Rows:
    """Texts with the goal they were judged for, the experts' verdict, and the features of every goal."""

    ids: tuple[str, ...]
    texts: tuple[str, ...]
    goals: Ints
    labels: Ints
    features: Floats

    def own(self, chosen: Ints) -> Floats:
        """Return the features of chosen rows for the goal each was judged for."""
        return self.features[chosen, self.goals[chosen] - 1]


@dataclass(frozen=True)
class Extra:
    """Rows that are added to those of the benchmark, with their weights."""

    features: Floats
    goals: Ints
    labels: Ints
    weights: Floats


@dataclass(frozen=True)
class Fit:
    """A tagger: the log odds of a goal are its intercept plus the weights times the features."""

    weights: Floats
    intercepts: Floats

    def logits(self, features: Floats, goals: Ints) -> Floats:
        """Return log odds of features, of shape (rows, features), for the goal of each."""
        return np.asarray(features @ self.weights + self.intercepts[goals - 1])

    def probabilities(self, features: Floats, goals: Ints) -> Floats:
        """Return probabilities for the goal of each row."""
        return np.asarray(1.0 / (1.0 + np.exp(-self.logits(features, goals))))


def read_benchmark(path: Path, lexicon: Lexicon) -> Rows:
    """Read the benchmark: id, text, sdg, label."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    texts = tuple(row["text"] for row in rows)
    return Rows(
        tuple(row["id"] for row in rows),
        texts,
        np.array([int(row["sdg"]) for row in rows], dtype=np.int64),
        np.array([row["label"].lower() == "true" for row in rows], dtype=np.int64),
        features_of(texts, lexicon),
    )


def features_of(texts: Sequence[str], lexicon: Lexicon) -> Floats:
    """Return the features of every goal in every text."""
    return matrix([read(text, lexicon) for text in texts])


def shuffled(texts: Sequence[str], generator: np.random.Generator) -> list[str]:
    """Deal the words of all texts out again, so that each keeps its length and none its meaning."""
    words = np.array([word for text in texts for word in text.split()], dtype=object)
    dealt = list(words[generator.permutation(len(words))])
    stops = np.cumsum([len(text.split()) for text in texts])
    return [" ".join(dealt[start:stop]) for start, stop in zip([0, *stops[:-1]], stops, strict=True)]


def _noise(texts: Sequence[str], lexicon: Lexicon, generator: np.random.Generator) -> Extra:
    """Return shuffled texts as rows that speak of no goal."""
    features = features_of(shuffled(texts, generator)[:NOISE_TEXTS], lexicon)
    count = len(features) * GOALS
    return Extra(
        features.reshape(count, -1),
        np.tile(np.arange(1, GOALS + 1), len(features)),
        np.zeros(count, dtype=np.int64),
        np.full(count, NOISE_WEIGHT * len(texts) / count),
    )


def fit(rows: Rows, chosen: Ints, lexicon: Lexicon, *, seed: Sequence[int]) -> Fit:
    """Fit chosen rows and shuffled texts of them; folds within set the scale of the log odds (Platt)."""
    added = _noise([rows.texts[at] for at in chosen], lexicon, np.random.default_rng(seed))
    left_out = np.empty(len(chosen))
    strata = rows.goals[chosen] * 2 + rows.labels[chosen]
    folds = StratifiedKFold(INNER_FOLDS, shuffle=True, random_state=seed[0])
    for inside, outside in folds.split(chosen, strata):
        part = _ridge(rows, chosen[inside], added)
        left_out[outside] = part.logits(rows.own(chosen[outside]), rows.goals[chosen[outside]])
    platt = LogisticRegression(C=1e6).fit(left_out[:, None], rows.labels[chosen])
    slope, shift = float(platt.coef_[0, 0]), float(platt.intercept_[0])
    whole = _ridge(rows, chosen, added)
    return Fit(whole.weights * slope, whole.intercepts * slope + shift)


def _ridge(rows: Rows, chosen: Ints, added: Extra) -> Fit:
    features = np.vstack([rows.own(chosen), added.features])
    goals = np.concatenate([rows.goals[chosen], added.goals])
    labels = np.concatenate([rows.labels[chosen], added.labels])
    weights = np.concatenate([np.ones(len(chosen)), added.weights])
    middle, spread = features.mean(0), features.std(0)
    columns = np.hstack([(features - middle) / spread, np.eye(GOALS)[goals - 1] * GOAL_SCALE])
    model = LogisticRegression(C=RIDGE, max_iter=5000, tol=1e-8).fit(columns, labels, sample_weight=weights)
    slopes = model.coef_[0, : features.shape[1]] / spread
    own = model.coef_[0, features.shape[1] :] * GOAL_SCALE
    return Fit(slopes, own + float(model.intercept_[0]) - float(middle @ slopes))
