"""How well the SDG tagger does on texts it was not fitted to: repeated cross-validation, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedKFold

from leaderful.text.lexicon import GOALS, Lexicon
from sdg_fit import Floats, Ints, Rows, features_of, fit, shuffled

FOLDS = 10
REPEATS = 5
DRAWS = 2000
BINS = 10
THRESHOLD = 0.5
"""A passage is tagged when the goal is at least as likely as not; the same for every goal, and not tuned."""
READ_WHOLE = (1, 2, 3, 11)
"""Goals of which every row was read while the lexicon was written; of the others, half."""


def cross_validate(rows: Rows, lexicon: Lexicon) -> tuple[Floats, float]:
    """Return probabilities of each row by repeats, from folds without it, and the rate on its shuffled words.

    Every text stands once in the benchmark, so folds of rows are folds of texts.
    """
    found = np.empty((REPEATS, len(rows.ids)))
    tagged = []
    for repeat in range(REPEATS):
        folds = StratifiedKFold(FOLDS, shuffle=True, random_state=repeat)
        for number, (inside, outside) in enumerate(folds.split(rows.texts, rows.goals * 2 + rows.labels)):
            model = fit(rows, inside, lexicon, seed=(repeat, number))
            found[repeat, outside] = model.probabilities(rows.own(outside), rows.goals[outside])
            mixed = shuffled([rows.texts[at] for at in outside], np.random.default_rng((repeat, number, 1)))
            features = features_of(mixed, lexicon)
            goals = np.tile(np.arange(1, GOALS + 1), len(mixed))
            likely = model.probabilities(features.reshape(len(goals), -1), goals)
            tagged.append(float(np.mean(likely >= THRESHOLD)))
    return found, float(np.mean(tagged))


def goal_figures(rows: Rows, found: Floats) -> dict[str, Any]:
    """Return precision, recall and F1 of each goal with their intervals, and the macro-F1."""
    generator = np.random.default_rng(0)
    figures: dict[str, Any] = {}
    draws, means, repeats = [], [], []
    for goal in range(1, GOALS + 1):
        here = rows.goals == goal
        labels, said = rows.labels[here], (found[:, here] >= THRESHOLD).astype(np.int64)
        weights = generator.multinomial(len(labels), np.full(len(labels), 1 / len(labels)), size=DRAWS)
        drawn = _scores(labels, said, weights)
        once = _scores(labels, said, np.ones((1, len(labels)), dtype=np.int64))[:, :, 0]
        figures[str(goal)] = {"rows": len(labels), "positive": int(labels.sum())} | {
            name: with_interval(once[at].mean(), drawn[at].mean(0))
            for at, name in enumerate(("precision", "recall", "f1"))
        }
        figures[str(goal)]["f1_repeats"] = [round(float(value), 4) for value in once[2]]
        draws.append(drawn[2].mean(0))
        means.append(once[2].mean())
        repeats.append(once[2])
    return {
        "goals": figures,
        "macro_f1": with_interval(float(np.mean(means)), np.mean(draws, axis=0)),
        "macro_f1_repeats": [round(float(value), 4) for value in np.mean(repeats, axis=0)],
        "macro_f1_unread": round(_unread(rows, found), 4),
        "unread_rows": int(unread(rows).sum()),
    }


def unread(rows: Rows) -> NDArray[np.bool_]:
    """Return which rows nobody read while the lexicon was written: by the last hexadecimal digit of their id."""
    odd = np.array([int(name[-1], 16) % 2 == 1 for name in rows.ids])
    return np.asarray(odd & ~np.isin(rows.goals, READ_WHOLE))


def calibration(rows: Rows, found: Floats) -> dict[str, Any]:
    """Return the Brier score, the expected calibration error, and what was true in each tenth."""
    likely, labels = found.ravel(), np.tile(rows.labels, REPEATS)
    bins = np.minimum((likely * BINS).astype(np.int64), BINS - 1)
    table = [
        {
            "from": number / BINS,
            "rows": round(int((bins == number).sum()) / REPEATS, 1),
            "said": round(float(likely[bins == number].mean()), 4),
            "true": round(float(labels[bins == number].mean()), 4),
        }
        for number in range(BINS)
        if (bins == number).any()
    ]
    error = sum(abs(entry["said"] - entry["true"]) * entry["rows"] for entry in table) / len(rows.ids)
    return {
        "brier": round(float(np.mean((likely - labels) ** 2)), 4),
        "brier_of_the_base_rate": round(float(np.mean((labels.mean() - labels) ** 2)), 4),
        "ece": round(float(error), 4),
        "bins": table,
    }


def _scores(labels: Ints, said: Ints, weights: Ints) -> Floats:
    """Return precision, recall and F1 by repeat and draw; what would divide by nothing is 0."""
    right, false, missed = (weights @ part.T for part in (said * labels, said * (1 - labels), (1 - said) * labels))
    with np.errstate(invalid="ignore"):
        scores = (right / (right + false), right / (right + missed), 2 * right / (2 * right + false + missed))
    return np.asarray(np.nan_to_num(np.array([score.T for score in scores]), nan=0.0), dtype=np.float64)


def _unread(rows: Rows, found: Floats) -> float:
    """Return the macro-F1 over the goals that have unread rows, on those rows."""
    goals = [goal for goal in range(1, GOALS + 1) if goal not in READ_WHOLE]
    values = []
    for goal in goals:
        here = unread(rows) & (rows.goals == goal)
        said = (found[:, here] >= THRESHOLD).astype(np.int64)
        values.append(_scores(rows.labels[here], said, np.ones((1, int(here.sum())), dtype=np.int64))[2].mean())
    return float(np.mean(values))


def with_interval(value: float, drawn: Floats) -> dict[str, float]:
    """Return an estimate with the middle 95 percent of what was drawn."""
    lower, upper = np.quantile(drawn, [0.025, 0.975])
    return {"estimate": round(float(value), 4), "lower": round(float(lower), 4), "upper": round(float(upper), 4)}


def shuffled_rate(texts: Sequence[str], likely: Floats) -> dict[str, Any]:
    """Return how often shuffled texts are tagged: of pairs of text and goal, and of texts."""
    tagged = likely >= THRESHOLD
    return {
        "texts": len(texts),
        "of_pairs": round(float(tagged.mean()), 4),
        "of_texts": round(float(tagged.any(axis=1).mean()), 4),
    }
