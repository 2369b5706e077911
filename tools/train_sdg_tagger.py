"""Fit the SDG tagger and measure it, or check that the packaged model and figures come from this data.

Usage: python tools/train_sdg_tagger.py DATA_FOLDER [--check]

DATA_FOLDER holds sdg/sdg_benchmark_dev.csv, sdg/targets.csv, sdg/indicators.csv and policy/*.md. The same
data gives the same bytes. Judgements are read from tests/text/data/judged_passages.csv.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

import leaderful.text.tagger
from leaderful.statistics.proportions import wilson
from leaderful.text.features import FEATURES
from leaderful.text.lexicon import GOALS, packaged
from leaderful.text.tagger import probabilities
from sdg_evaluation import (
    DRAWS,
    THRESHOLD,
    calibration,
    cross_validate,
    goal_figures,
    shuffled_rate,
    with_interval,
)
from sdg_fit import Ints, Rows, fit, read_benchmark, shuffled

DATA = Path(leaderful.text.tagger.__file__).parent / "data"
MODEL, FIGURES = DATA / "sdg_tagger.json", DATA / "sdg_evaluation.json"
JUDGED = Path(__file__).parent.parent / "tests" / "text" / "data" / "judged_passages.csv"
PIECE = 100
NOT_OGL = "Defining_the_integrated_neighbourhood.md"
"""A review under another licence, left out of the policy texts that are judged."""


def main(arguments: list[str]) -> None:
    """Write or check the model, then its figures."""
    folder, check = Path(arguments[0]), "--check" in arguments[1:]
    with threadpool_limits(limits=1):  # sums in another order would be other bytes, and small fits gain nothing
        rows = read_benchmark(folder / "sdg" / "sdg_benchmark_dev.csv", packaged())
        _put(MODEL, _model(rows), check=check)
        _put(FIGURES, _figures(rows, folder), check=check)
    print("checked: the packaged model and figures come from this data" if check else f"written: {MODEL}, {FIGURES}")


def _model(rows: Rows) -> dict[str, Any]:
    fitted = fit(rows, np.arange(len(rows.ids)), packaged(), seed=(0,))
    return {
        "weights": {name: round(float(weight), 6) for name, weight in zip(FEATURES, fitted.weights, strict=True)},
        "goals": {
            str(goal): {"intercept": round(float(fitted.intercepts[goal - 1]), 6), "threshold": THRESHOLD}
            for goal in range(1, GOALS + 1)
        },
    }


def _figures(rows: Rows, folder: Path) -> dict[str, Any]:
    found, mixed = cross_validate(rows, packaged())
    pieces = _pieces(folder)
    tags = (probabilities(pieces) >= THRESHOLD).sum(axis=0)
    policy = shuffled(pieces, np.random.default_rng(0))
    return {
        "rows": len(rows.ids),
        "cross_validation": goal_figures(rows, found),
        "calibration": calibration(rows, found),
        "shuffled": {"benchmark_of_pairs": round(mixed, 4), "policy": shuffled_rate(policy, probabilities(policy))},
        "policy": {"pieces": len(pieces), "tags": {str(goal): int(tags[goal - 1]) for goal in range(1, GOALS + 1)}},
        "united_nations": {
            "targets": _recall(folder / "sdg" / "targets.csv", "title"),
            "indicators": _recall(folder / "sdg" / "indicators.csv", "indicator"),
        },
        "judged": _judged(tags),
    }


def policy_texts(folder: Path) -> list[Path]:
    """Return the national policy texts under the Open Government Licence."""
    return [path for path in sorted((folder / "policy").glob("*.md")) if path.name != NOT_OGL]


def _pieces(folder: Path) -> list[str]:
    """Return the policy texts in pieces of a hundred words, wherever that cuts them."""
    words = [path.read_text(encoding="utf-8").split() for path in policy_texts(folder)]
    return [" ".join(text[at : at + PIECE]) for text in words for at in range(0, len(text), PIECE)]


def _recall(path: Path, column: str) -> dict[str, Any]:
    """Return how many texts of the United Nations are tagged with their own goal."""
    with path.open(encoding="utf-8", newline="") as stream:
        entries = list(csv.DictReader(stream))
    goals = np.array([int(entry["goal"]) for entry in entries])
    likely = probabilities([entry[column] for entry in entries])[np.arange(len(goals)), goals - 1]
    return {"texts": len(entries), "tagged": int((likely >= THRESHOLD).sum())}


def _judged(tags: Ints) -> dict[str, Any]:
    """Return how many of the judged passages were rightly tagged, in all, by goal, and by how common goals are."""
    with JUDGED.open(encoding="utf-8", newline="") as stream:
        verdicts = [(int(entry["goal"]), entry["judgement"] == "yes") for entry in csv.DictReader(stream)]
    goals = sorted({goal for goal, _ in verdicts})
    right = [[said for found, said in verdicts if found == goal] for goal in goals]
    total = sum(map(sum, right))
    lower, upper = wilson(100 * total / len(verdicts), len(verdicts))
    generator = np.random.default_rng(0)
    drawn = [generator.binomial(len(said), np.mean(said), size=DRAWS) / len(said) for said in right]
    weights = tags[np.array(goals) - 1] / tags[np.array(goals) - 1].sum()
    return {
        "passages": len(verdicts),
        "right": total,
        "interval": [round(lower, 1), round(upper, 1)],
        "by_goal": {str(goal): [sum(said), len(said)] for goal, said in zip(goals, right, strict=True)},
        "weighted": with_interval(float(weights @ [np.mean(said) for said in right]), weights @ np.array(drawn)),
    }


def _put(path: Path, values: dict[str, Any], *, check: bool) -> None:
    text = json.dumps(values, indent=1) + "\n"
    if not check:
        path.write_text(text, encoding="utf-8")
    elif not path.exists() or path.read_text(encoding="utf-8") != text:
        raise SystemExit(f"{path.name} does not come from this data and lexicon; run without --check")


if __name__ == "__main__":
    main(sys.argv[1:])
