"""Where sentences end, and how many words there are."""

from __future__ import annotations

import re
from collections.abc import Iterator

SENTENCE_END = re.compile(
    r"(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bDr\.)(?<!\bSt\.)(?<!\bNo\.)(?<!\bMr\.)"
    r"(?<=[.!?])[\"'”’)\]]*\d{0,3}\s+(?=[\"'“‘(\[]?[A-Z0-9])"
)


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of each sentence; lines and bullets are parted too."""
    for line in re.finditer(r"[^\n]+", text):
        start = line.start()
        for found in SENTENCE_END.finditer(line[0]):
            yield start, line.start() + found.start() + len(found[0].rstrip())
            start = line.start() + found.end()
        yield start, line.end()


def count_words(text: str) -> int:
    """Count what stands between spaces and holds a letter or a figure."""
    return sum(1 for word in text.split() if any(letter.isalnum() for letter in word))
