"""Draw tagged passages of the national policy texts to be read and judged, spread over the goals.

Usage: python tools/draw_tagged_passages.py DATA_FOLDER

Prints 60 passages with a goal and their place. Goals take turns until each has no more; within a goal the
order is random by a fixed seed. Judgements are kept in tests/text/data/judged_passages.csv.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from leaderful.text.documents import read_plan
from leaderful.text.lexicon import GOALS
from leaderful.text.tagger import tag_passages
from train_sdg_tagger import policy_texts

DRAWN = 60
SEED = 20261125


def draw(folder: Path) -> list[tuple[str, str, int, str, str]]:
    """Return document, passage id, goal, evidence and text of the drawn pairs."""
    by_goal: dict[int, list[tuple[str, str, int, str, str]]] = {goal: [] for goal in range(1, GOALS + 1)}
    for path in policy_texts(folder):
        found = read_plan(path).passages
        for passage, tags in zip(found, tag_passages([passage.text for passage in found]), strict=True):
            for tag in tags:
                words = " / ".join(passage.text[start:end] for start, end in tag.evidence)
                by_goal[tag.goal].append((path.name, passage.id, tag.goal, words, passage.text))
    generator = np.random.default_rng(SEED)
    waiting = {goal: [pairs[at] for at in generator.permutation(len(pairs))] for goal, pairs in by_goal.items()}
    drawn: list[tuple[str, str, int, str, str]] = []
    while len(drawn) < DRAWN and any(waiting.values()):
        drawn.extend(pairs.pop(0) for pairs in waiting.values() if pairs)
    return sorted(drawn[:DRAWN], key=lambda pair: (pair[2], pair[0], pair[1]))


if __name__ == "__main__":
    for document, passage, goal, words, text in draw(Path(sys.argv[1])):
        print(f"{goal}\t{document}\t{passage}\n  {words}\n  {text}\n")
