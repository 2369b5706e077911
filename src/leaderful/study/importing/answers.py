"""What a cell says: the number of an answer, that somebody cannot say, or nothing that is allowed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from leaderful.errors import BadValuesError
from leaderful.framework import ItemScale, framework
from leaderful.framework.entries import Answer
from leaderful.study.importing.grids import Grid
from leaderful.study.importing.mapping import Source
from leaderful.study.log import MOST_NAMED
from leaderful.study.store import Study

_NUMBER = re.compile(r"[+-]?\d{1,6}(?:\.0*)?")
_NUMBERED = (
    re.compile(r"(?P<number>\d+)\s*[-–:.=)]\s*(?P<label>.+)"),
    re.compile(r"(?P<label>.+?)\s*\((?P<number>\d+)\)"),
)
UNABLE = ("unable", "not able to say", "i am not able to say", "not-able-to-say", "cannot say", "don't know")
"""Words for not being able to say, beside those of the questionnaire and the mapping."""


@dataclass(frozen=True, kw_only=True)
class Key:
    """The answers one group of items or one question allows."""

    allowed: frozenset[int]
    labels: Mapping[str, int]
    unable: frozenset[str]

    def read(self, cell: str) -> tuple[int | None, bool]:
        """Return the answer's number, None for not being able to say; and whether the cell is allowed at all."""
        text = " ".join(cell.split()).lower()
        if text in self.unable:
            return None, True
        number = self.labels.get(text)
        if number is None and _NUMBER.fullmatch(text):
            number = int(text.split(".")[0])
        if number is None:
            number = next((n for pattern in _NUMBERED if (n := self._numbered(pattern, text)) is not None), None)
        return number, number in self.allowed

    def _numbered(self, pattern: re.Pattern[str], text: str) -> int | None:
        """Read a label with its number beside it, such as 4 - agree; they must say the same."""
        match = pattern.fullmatch(text)
        number = int(match["number"]) if match and len(match["number"]) < 4 else None
        return number if match and number is not None and self.labels.get(match["label"]) == number else None

    @property
    def text(self) -> str:
        """What is allowed, in words."""
        return f"{min(self.allowed)} to {max(self.allowed)}, or the words for them"


def item_keys(study: Study, source: Source) -> dict[str, Key]:
    """Return what each item allows, by the item's id."""
    packaged = framework()
    labels = {scale.id: packaged.instrument.answers for scale in packaged.item_scales}
    labels |= {scale.id: each.answers for each in study.instruments for scale in each.item_scales}
    return {
        item.id: key
        for scale in study.item_scales
        for key in [_scale_key(scale, labels, source)]
        for item in scale.items
    }


def _scale_key(scale: ItemScale, labels: Mapping[str, Sequence[Answer]], source: Source) -> Key:
    return _key(range(scale.lowest, scale.highest + 1), labels.get(scale.id, ()), source)


def question_keys(source: Source) -> dict[str, Key]:
    """Return what each question about a body or a person allows, by the question's id."""
    return {
        each.id: _key((answer.value for answer in each.answers), each.answers, source)
        for each in framework().relation_questions
    }


def _key(allowed: Iterable[int], answers: Sequence[Answer], source: Source) -> Key:
    labels = {answer.label.lower(): answer.value for answer in answers}
    short = {label.split(":")[0]: value for label, value in labels.items()}
    own = {" ".join(word.split()).lower(): number for word, number in source.answers.items()}
    unable = {
        *UNABLE,
        framework().instrument.unable.lower(),
        *(" ".join(word.split()).lower() for word in source.unable),
    }
    return Key(allowed=frozenset(allowed), labels={**short, **labels, **own}, unable=frozenset(unable))


def read_answers(cells: pl.DataFrame, keys: Mapping[str, Key], grid: Grid) -> pl.DataFrame:
    """Return rows with a column ``answer`` for their ``cell``; those whose cell is not allowed are left out and noted.

    `cells` has columns ``line``, ``asked`` (item or question), ``column`` (its name, for messages)
    and ``cell``. An empty cell is an empty answer.
    """
    pairs = cells.select("asked", "cell").drop_nulls("cell").unique()
    groups = {asked: keys[asked] for asked in pairs["asked"].unique()}
    read = [groups[asked].read(cell) for asked, cell in pairs.iter_rows()]
    answers = pairs.with_columns(
        pl.Series("answer", [number if sound else None for number, sound in read], dtype=pl.Int64),
        pl.Series("sound", [sound for _, sound in read], dtype=pl.Boolean),
    )
    told = cells.join(answers, on=["asked", "cell"], how="left", maintain_order="left")
    wrong = told.filter(~pl.col("sound").fill_null(value=True))
    for line, column, asked in wrong.head(MOST_NAMED).select("line", "column", "asked").iter_rows():
        message = (
            f"no answer to {asked}, which allows {keys[asked].text}; or say what it means in the mapping, under answers"
        )
        grid.log.add(BadValuesError, message, row=line, column=column[:60])
    if wrong.height > MOST_NAMED:
        grid.log.add(BadValuesError, f"the same in {wrong.height - MOST_NAMED:,} further cells")
    return told.filter(pl.col("sound").fill_null(value=True)).drop("sound")
