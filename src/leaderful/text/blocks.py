"""Lines put together to headings, paragraphs and bullets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from leaderful.text.cleaning import is_debris, join_lines, tidy_spaces, words_of
from leaderful.text.sentences import SENTENCE_END

Kind = Literal["heading", "paragraph", "bullet"]
_BULLET = re.compile(r"\s*(?:[•➢–—*+-]|\(?[a-z0-9]{1,2}[.)])\s+(?=\S)", re.IGNORECASE)
_ENDED = re.compile(r"[.!?:;][\"'”’)\]*]*\d{0,3}\s*$")
_NUMBERED = re.compile(r"(?:chapter|section|part|annex|appendix|\d+(?:\.\d+)+)\b", re.IGNORECASE)
_LINK = re.compile(r"\s?[(\[<]?\s?https?://\S+[)\]>]?(?=[\s.,;)]|$)|\s?\S+-\S+/\)")
_OPEN = "a an the of for in on at to by with from and or as that which our their its is are be"
_OPEN_WORDS = frozenset(_OPEN.split())
_LONGEST_HEADING = 12
_TAIL = 200


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line as it was read: its page, whether it follows a gap, and what the file marks it as."""

    text: str
    page: int | None = None
    after_gap: bool = False
    marked: Kind | None = None
    """What the file itself says it is; None where that is to be found out."""


@dataclass(frozen=True, kw_only=True)
class Block:
    """A heading, a paragraph or a bullet, with the page on which it begins."""

    kind: Kind
    text: str
    page: int | None = None


class _Builder:
    """The block that is being put together, and those that are finished."""

    def __init__(self, known: Counter[str]) -> None:
        self.blocks: list[Block] = []
        self.dropped = 0
        self.page: int | None = None
        self.last_length = 0
        self._known = known
        self._kind: Kind | None = None
        self._written: list[str] = []
        self._tail = ""
        """The end of the block; apart, so that adding a line to a long block costs no more than to a short one."""

    @property
    def open(self) -> Kind | None:
        """Kind of the block that further lines may join; None between blocks and after a heading."""
        return self._kind

    @property
    def ended(self) -> bool:
        """True where the block so far ends as a sentence does."""
        return _ENDED.search(self._tail) is not None

    @property
    def broken(self) -> bool:
        """True where the block so far ends within a word or before a word that must follow."""
        return self._tail.endswith(("-", "\u00ad", ",")) or self._tail.rsplit(" ", 1)[-1].casefold() in _OPEN_WORDS

    def begin(self, kind: Kind, line: Line, text: str) -> None:
        self.close()
        self._kind, self._written, self._tail, self.page = kind, [], text, line.page
        self.last_length = len(line.text)

    def add(self, text: str) -> None:
        joined = join_lines(self._tail, text, known=self._known)
        cut = max(0, len(joined) - _TAIL)
        self._written.append(joined[:cut])
        self._tail = joined[cut:]
        self.last_length = len(text)

    def close(self) -> None:
        if self._kind is None:
            return
        whole = "".join(self._written) + self._tail
        text = tidy_spaces(_LINK.sub("", whole)).replace("\u00ad", "")
        before = self.blocks[-1] if self.blocks else None
        if self._kind == "heading" and before and before.kind == "heading" and _is_rest(before.text, text):
            self.blocks[-1] = Block(kind="heading", text=f"{before.text} {text}", page=before.page)
        elif text and not is_debris(text):
            self.blocks.append(Block(kind=self._kind, text=text, page=self.page))
        elif text:
            self.dropped += 1
        self._kind = None


def build_blocks(lines: Sequence[Line]) -> tuple[list[Block], int]:
    """Return the blocks that lines make up, and how many were left out as debris of tables and charts.

    A paragraph goes on over a gap, or a page, while its sentence has not ended: conversion puts gaps
    where pages and columns break. Without gaps it ends where a sentence ends in a short line.
    """
    builder = _Builder(words_of(line.text for line in lines))
    width = _width(lines)
    for at, line in enumerate(lines):
        following = lines[at + 1] if at + 1 < len(lines) else None
        bullet = _BULLET.match(line.text)
        if line.marked == "heading" or (line.marked is None and _is_heading(line, following, builder, bullet)):
            builder.begin("heading", line, line.text)
            builder.close()
        elif line.marked == "bullet" or (bullet and not _is_dash_within(builder, line)):
            builder.begin("bullet", line, line.text[bullet.end() :] if bullet else line.text)
        elif line.marked == "paragraph" or not _goes_on(builder, line, width):
            builder.begin("paragraph", line, line.text)
        else:
            _carry_on(builder, line)
    builder.close()
    return builder.blocks, builder.dropped


def _carry_on(builder: _Builder, line: Line) -> None:
    """Add a line to the open block; on a new page only up to where its sentence ends, so that pages stay true."""
    end = SENTENCE_END.search(line.text) if line.page != builder.page else None
    if end is None:
        builder.add(line.text)
        return
    builder.add(line.text[: end.start() + len(end[0].rstrip())])
    builder.begin("paragraph", line, line.text[end.end() :])


def _is_rest(heading: str, text: str) -> bool:
    """Tell whether a heading only goes on with the one before it, which a line broke."""
    return text[:1].islower() or heading.rsplit(" ", 1)[-1].casefold() in _OPEN_WORDS


def _goes_on(builder: _Builder, line: Line, width: float) -> bool:
    if builder.open is None:
        return False
    if line.page != builder.page and builder.ended:
        return False
    if not line.after_gap:
        return not (builder.ended and builder.last_length < 0.75 * width)
    if builder.ended:
        return False
    if line.text.lstrip()[:1].islower() or builder.broken:
        return True
    return builder.open == "paragraph" and builder.last_length > 40  # bullets often end without a full stop


def _is_dash_within(builder: _Builder, line: Line) -> bool:
    """Tell whether a line begins with a dash that only goes on with its sentence."""
    return line.text.lstrip()[:1] in "–—" and not line.after_gap and builder.open == "paragraph" and not builder.ended


def _is_heading(line: Line, following: Line | None, builder: _Builder, bullet: re.Match[str] | None) -> bool:
    text = line.text.strip()
    words = text.split()
    if not words or len(words) > _LONGEST_HEADING or text[-1] in ".,;:?!-\u00ad" or words[-1].casefold() in _OPEN_WORDS:
        return False
    if builder.open is not None and (builder.broken or not builder.ended):
        return False
    numbered = _NUMBERED.match(text) is not None
    if (bullet and not numbered) or not (text[0].isupper() or numbered) or is_debris(text):
        return False
    return following is not None and (
        following.text.lstrip()[:1].isupper() or _BULLET.match(following.text) is not None
    )


def _width(lines: Sequence[Line]) -> float:
    """Return the length that a full line has: nine lines in ten are no longer."""
    lengths = sorted(len(line.text) for line in lines)
    return lengths[int(0.9 * (len(lengths) - 1))] if lengths else 0
