"""Blocks cut into passages that keep their name when other parts of the document change."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from leaderful.text.blocks import Block
from leaderful.text.sentences import count_words, sentences

FEWEST_WORDS = 40
"""Paragraphs with fewer words are put together with those beside them."""
MOST_WORDS = 150
"""No passage grows beyond it, unless one sentence alone does."""
_USUAL_WORDS = 100
LEAST_WORDS = 5
"""What has fewer words and stands alone is a label and no passage."""


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A stretch of a document that speaks of one thing, with where it stands."""

    id: str
    """Made from its words alone, and from how often they stood before in the document."""
    page: int | None
    """Page on which it begins; None where the document has no pages."""
    start: int
    """First character in the cleaned text of the document."""
    end: int
    """The character after the last."""
    text: str
    heading: str
    """The heading it stands under; empty before the first."""


@dataclass(frozen=True)
class _Piece:
    """A block, or a part of one, with its place in the cleaned text."""

    start: int
    end: int
    page: int | None
    words: int
    bullet: bool = False
    leads: bool = False


def cut(blocks: Sequence[Block]) -> tuple[str, tuple[Passage, ...], int]:
    """Return the cleaned text of blocks, its passages, and how many labels were too short to be one."""
    parts: list[str] = []
    groups: list[tuple[str, list[_Piece]]] = [("", [])]
    at = 0
    for number, block in enumerate(blocks):
        text = f"• {block.text}" if block.kind == "bullet" else block.text
        if block.kind == "heading":
            groups.append((text, []))
        else:
            leads = number + 1 < len(blocks) and blocks[number + 1].kind == "bullet" and block.kind == "paragraph"
            groups[-1][1].extend(_pieces(text, at, block, leads))
        parts.append(text)
        at += len(text) + 1
    whole = "\n".join(parts)
    runs = [(heading, run) for heading, pieces in groups for run in _runs(pieces)]
    long_enough = [(heading, run) for heading, run in runs if sum(piece.words for piece in run) >= LEAST_WORDS]
    return whole, tuple(_passages(whole, long_enough)), len(runs) - len(long_enough)


def _pieces(text: str, at: int, block: Block, leads: bool) -> Iterator[_Piece]:
    """Yield a block whole, or in parts of whole sentences where it is longer than a passage may be."""
    bullet = block.kind == "bullet"
    left = count_words(text)
    if left <= MOST_WORDS:
        yield _Piece(at, at + len(text), block.page, left, bullet, leads)
        return
    run: list[tuple[int, int, int]] = []
    held = 0
    for start, end in sentences(text):
        words = count_words(text[start:end])
        share = left / max(1, round(left / _USUAL_WORDS))
        if run and (held + words > MOST_WORDS or held + words / 2 > share):
            yield _Piece(at + run[0][0], at + run[-1][1], block.page, held, bullet)
            left, run, held = left - held, [], 0
        run.append((start, end, words))
        held += words
    yield _Piece(at + run[0][0], at + run[-1][1], block.page, held, bullet, leads)


def _runs(pieces: Iterable[_Piece]) -> Iterator[list[_Piece]]:
    """Put short pieces together, and bullets with what leads up to them.

    A long paragraph always begins a passage of its own, so that a change before it does not shift
    every cut after it.
    """
    run: list[_Piece] = []
    for piece in pieces:
        if run and not _joins(run, piece):
            yield run
            run = []
        run.append(piece)
    if run:
        yield run


def _joins(run: list[_Piece], piece: _Piece) -> bool:
    words = sum(each.words for each in run)
    if words + piece.words > MOST_WORDS:
        return False
    if piece.bullet and (run[-1].bullet or run[-1].leads):
        return True
    return words < FEWEST_WORDS and (piece.words < FEWEST_WORDS or run[-1].leads or words < LEAST_WORDS)


def _passages(whole: str, runs: Iterable[tuple[str, list[_Piece]]]) -> Iterator[Passage]:
    seen: Counter[str] = Counter()
    for heading, run in runs:
        start, end = run[0].start, run[-1].end
        text = whole[start:end]
        name = _name(text)
        seen[name] += 1
        times = f"-{seen[name]}" if seen[name] > 1 else ""
        yield Passage(id=name + times, page=run[0].page, start=start, end=end, text=text, heading=heading)


def _name(text: str) -> str:
    """Return a code made from the letters and figures of a text; case, marks and line breaks do not count."""
    words = " ".join(re.findall(r"[^\W_]+", text.casefold()))
    return f"p{hashlib.sha256(words.encode()).hexdigest()[:12]}"
