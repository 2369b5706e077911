"""The time it takes to tag a thousand pages with the Sustainable Development Goals.

Usage: python benchmarks/tagging.py

The pages are made of the sentences of tests/text/data/plan_sentences.csv, drawn with replacement, 450 words
a page in passages of about 100 words. The time holds probabilities and evidence, on one core.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from leaderful.text.tagger import tag_passages
from timing import timed

SENTENCES = Path(__file__).parent.parent / "tests" / "text" / "data" / "plan_sentences.csv"
PAGES, WORDS_A_PAGE, WORDS_A_PASSAGE = 1_000, 450, 100
MOST_SECONDS = 60.0


def compare() -> list[str]:
    """Print the time for a thousand pages, and return what was past its limit."""
    passages = _passages()
    words = sum(len(passage.split()) for passage in passages)
    seconds = timed(lambda: tag_passages(passages), runs=1)
    tags = sum(len(tags) for tags in tag_passages(passages))
    print(f"tagging {PAGES:,} pages              {seconds:8.2f} s     {words:,} words, {tags:,} tags with evidence")
    print(f"limit: under {MOST_SECONDS:g} s")
    return [] if seconds < MOST_SECONDS else ["tagging a thousand pages"]


def _passages() -> list[str]:
    with SENTENCES.open(encoding="utf-8", newline="") as stream:
        sentences = [row["text"] for row in csv.DictReader(stream)]
    generator = np.random.default_rng(2026)
    passages: list[str] = []
    words = 0
    while words < PAGES * WORDS_A_PAGE:
        passage: list[str] = []
        while sum(len(sentence.split()) for sentence in passage) < WORDS_A_PASSAGE:
            passage.append(sentences[int(generator.integers(len(sentences)))])
        passages.append(" ".join(passage))
        words += len(passages[-1].split())
    return passages


if __name__ == "__main__":
    if late := compare():
        raise SystemExit(f"past its limit: {', '.join(late)}")
