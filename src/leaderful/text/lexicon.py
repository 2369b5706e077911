"""The words by which a passage speaks of a goal, and where they stand in it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LEXICON = Path(__file__).parent / "data" / "lexicon.toml"
GOALS = 17
WORD = re.compile(r"[^\W_]+")
SENTENCE_END = re.compile(r"(?<=[.!?;])\s+(?=[\"“(]?[A-Z0-9])|\n+")


@dataclass(frozen=True)
class Term:
    """One phrase of the lexicon; goal 0 is front matter, a last * on a word matches what begins with it."""

    goal: int
    strength: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class Hit:
    """One place where a passage uses a phrase of the lexicon."""

    goal: int
    strength: str
    start: int
    end: int
    words: tuple[str, ...]
    """As they stand in the passage, in lower case."""


class Lexicon:
    """Phrases that can be found by their first word."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self.terms = tuple(terms)
        self._whole: dict[str, list[Term]] = {}
        self._begun: dict[str, list[Term]] = {}
        for term in self.terms:
            first = term.words[0]
            (self._begun if first.endswith("*") else self._whole).setdefault(first.rstrip("*"), []).append(term)
        self._known: dict[str, tuple[Term, ...]] = {}

    def hits(self, text: str) -> Iterator[Hit]:
        """Find every phrase of the lexicon in a text, sentence by sentence."""
        for start, end in _sentences(text):
            words = [(match[0].lower(), match.start(), match.end()) for match in WORD.finditer(text, start, end)]
            yield from self._counted(self._matches(words))

    def _matches(self, words: list[tuple[str, int, int]]) -> list[Hit]:
        hits: dict[tuple[int, str, int, int], Hit] = {}
        plain = [word for word, _, _ in words]
        for at, word in enumerate(plain):
            for term in self._starting(word):
                stop = at + len(term.words)
                if stop <= len(plain) and all(map(_fits, plain[at + 1 : stop], term.words[1:])):
                    start, end = words[at][1], words[stop - 1][2]
                    hit = Hit(term.goal, term.strength, start, end, tuple(plain[at:stop]))
                    hits[(term.goal, term.strength, start, end)] = hit
        return list(hits.values())

    @staticmethod
    def _counted(hits: list[Hit]) -> Iterator[Hit]:
        """Leave out what stands in front matter, and what a phrase of another sense covers."""
        if any(hit.goal == 0 for hit in hits):
            return
        against = [hit for hit in hits if hit.strength == "against"]
        for hit in hits:
            if hit.strength == "against" or not any(_overlap(hit, other) for other in against):
                yield hit

    def _starting(self, word: str) -> tuple[Term, ...]:
        """Return the terms that a word can start; remembered, as a plan uses the same few thousand words."""
        known = self._known.get(word)
        if known is None:
            beginnings = (self._begun.get(word[:length], ()) for length in range(1, len(word) + 1))
            known = (*self._whole.get(word, ()), *(term for terms in beginnings for term in terms))
            if len(self._known) >= 200_000:  # text that never repeats a word must not fill the memory
                self._known.clear()
            self._known[word] = known
        return known


@cache
def packaged() -> Lexicon:
    """Return the lexicon of the package."""
    return Lexicon(tuple(_terms(LEXICON)))


def _terms(path: Path) -> Iterator[Term]:
    values = tomllib.loads(path.read_text(encoding="utf-8"))
    for name, strengths in values.items():
        goal = 0 if name == "front-matter" else int(name.removeprefix("goal-"))
        for strength, phrases in strengths.items():
            for phrase in phrases:
                yield Term(goal, strength, tuple(re.findall(r"[^\W_]+\*?", phrase.lower())))


def _fits(word: str, wanted: str) -> bool:
    return word.startswith(wanted[:-1]) if wanted.endswith("*") else word == wanted


def _overlap(hit: Hit, other: Hit) -> bool:
    return hit.goal == other.goal and hit.start < other.end and other.start < hit.end


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in SENTENCE_END.finditer(text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)
