"""Rows of table links as they are suggested: from the passages of a plan, and from what the law asks of a board."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import polars as pl

from leaderful.framework import framework
from leaderful.study.tables import LINKS
from leaderful.text.documents import ReadPlan
from leaderful.text.passages import Passage
from leaderful.text.sentences import sentences
from leaderful.text.stance import stance
from leaderful.text.tagger import Tag, tag_passages
from leaderful.writing import FORMULA_STARTS

LONGEST_QUOTE = 60
"""Words of a plan that a link repeats at most: enough to judge it by."""
_LONGEST_SPAN = 80
_LONGEST_CELL = 1_000
"""Characters, for texts that a broken conversion left without spaces or full stops."""
_BOARD = "integrated-care-board"


def from_plan(document: str, body: str, plan: ReadPlan) -> Iterator[dict[str, Any]]:
    """Yield a link for each passage and goal that the tagger finds together."""
    tagged = tag_passages([passage.text for passage in plan.passages])
    for passage, tags in zip(plan.passages, tagged, strict=True):
        for tag in sorted(tags, key=lambda tag: tag.goal):
            yield _from_passage(document, body, passage, tag)


def duties(bodies: pl.DataFrame, system: str, as_at: date) -> pl.DataFrame:
    """Return a link for each core purpose of each Integrated Care Board and each goal it may serve."""
    return linked(list(_from_duties(bodies, system, as_at)))


def linked(rows: Sequence[dict[str, Any]]) -> pl.DataFrame:
    """Return rows as a frame of table links."""
    return pl.DataFrame(rows, schema=LINKS.schema, orient="row")


def _from_duties(bodies: pl.DataFrame, system: str, as_at: date) -> Iterator[dict[str, Any]]:
    for board in _boards(bodies, system, as_at):
        for purpose in framework().macro_purposes:
            for served in purpose.serves:
                yield {
                    "id": f"{board}-{purpose.id}-{served.goal}",
                    "body": board,
                    "document": None,
                    "page": None,
                    "passage": purpose.id,
                    "quote": purpose.definition,
                    "goal": served.goal,
                    "confidence": None,
                    "stance": "commits",
                    "decision": None,
                    "reason": f"{served.reason} {purpose.law}",
                }


def _boards(bodies: pl.DataFrame, system: str, as_at: date) -> list[str]:
    """Return the boards that stand on the day: that of the system, or all where there is no one system."""
    begun = pl.col("valid_from").is_null() | (pl.col("valid_from") <= as_at)
    lasting = pl.col("valid_to").is_null() | (pl.col("valid_to") >= as_at)
    wanted = pl.lit(value=True) if not system else (pl.col("id") == system) | (pl.col("system") == system)
    return bodies.filter((pl.col("kind") == _BOARD) & begun & lasting & wanted)["id"].sort().to_list()


def _from_passage(document: str, body: str, passage: Passage, tag: Tag) -> dict[str, Any]:
    said = stance(passage.text, spans=tag.evidence)
    return {
        "id": f"{document}-{passage.id}-SDG{tag.goal}",
        "body": body,
        "document": document,
        "page": passage.page,
        "passage": passage.id,
        "quote": quote(passage.text, said.sentence),
        "goal": f"SDG{tag.goal}",
        "confidence": round(tag.probability, 3),
        "stance": said.kind,
        "decision": None,
        "reason": _reason(passage, tag),
    }


def _reason(passage: Passage, tag: Tag) -> str:
    """Say which words led to the suggestion, and under which heading they stand."""
    spans = (" ".join(passage.text[start:end].split()) for start, end in tag.evidence)
    words = dict.fromkeys(_short(span, _LONGEST_SPAN) for span in spans)
    told = f"Words that point to it: {'; '.join(words)}." if words else "The passage as a whole points to it."
    return f"{told} Heading: {passage.heading[:120]}." if passage.heading else told


def quote(text: str, sentence: tuple[int, int]) -> str:
    """Return a sentence of a passage with those beside it, in at most 60 words; cuts are shown as …

    What a spreadsheet would take for a formula loses its sign: people open table links in one, and the
    words are not ours.
    """
    parts = [(start, end) for start, end in sentences(text) if end > start]
    at = next((number for number, part in enumerate(parts) if part[0] == sentence[0]), 0)
    first = last = at
    for number in (at - 1, at + 1):
        lowest, highest = min(first, number), max(last, number)
        fits = 0 <= number < len(parts) and _words(text[parts[lowest][0] : parts[highest][1]]) <= LONGEST_QUOTE
        first, last = (lowest, highest) if fits else (first, last)
    shown = text[parts[first][0] : parts[last][1]].split() if parts else text.split()
    cut = " …" if len(shown) > LONGEST_QUOTE else ""
    whole = _short(" ".join(shown[:LONGEST_QUOTE]) + cut, _LONGEST_CELL)
    return whole.lstrip("".join(FORMULA_STARTS) + " ")


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most].rstrip()} …"


def _words(text: str) -> int:
    return len(text.split())
