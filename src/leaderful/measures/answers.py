"""The answers to the items of a wave as a matrix, and the scores of people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leaderful.framework import ItemScale
from leaderful.measures.units import KINDS, memberships
from leaderful.statistics.answers import reverse, score
from leaderful.study import Study

Matrix: TypeAlias = NDArray[np.float32]
Floats: TypeAlias = NDArray[np.float64]
Whole: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Units:
    """The units of one kind in a wave, by their code; entry u of every array is the unit `labels[u]`."""

    labels: tuple[str, ...]
    of: Whole
    """Unit of each person who answered, counted from 0; -1 where there is none."""
    invited: Whole
    """Number of people of each unit who were asked."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Answers:
    """What people answered to the items of one wave, reversed items turned round."""

    wave: str
    invited: pl.DataFrame
    """`memberships` of everybody who was asked."""
    people: pl.DataFrame
    """Those of them who answered an item, one for each row of `matrix`."""
    scales: tuple[ItemScale, ...]
    """The item scales that were asked in the wave."""
    items: tuple[str, ...]
    matrix: Matrix
    """People by items; NaN where somebody was not able to say, or left the item out."""
    scores: Mapping[str, Floats]
    """Score of each of `people` by item scale; NaN where too few items were answered."""
    units: Mapping[str, Units]
    """By kind of unit."""

    def of(self, scale: ItemScale) -> Matrix:
        """Return the answers to the items of one scale."""
        first = self.items.index(scale.items[0].id)
        return self.matrix[:, first : first + len(scale.items)]


def answers(study: Study, wave: str) -> Answers:
    """Return the answers of a wave; without scales when the wave did not ask for any."""
    rows = study.table("responses").filter(pl.col("wave") == wave)
    asked = set(rows["item"].unique())
    scales = tuple(scale for scale in study.item_scales if asked & {item.id for item in scale.items})
    items = tuple(item.id for scale in scales for item in scale.items)
    given = rows.filter(pl.col("answer").is_not_null(), pl.col("item").is_in(items))
    invited = memberships(study, wave)
    people = invited.join(given.select("person").unique(), on="person", how="semi", maintain_order="left")
    matrix = _turned(_matrix(given, people["person"], items), scales)
    return Answers(
        wave=wave,
        invited=invited,
        people=people,
        scales=scales,
        items=items,
        matrix=matrix,
        scores={scale.id: _score(scale, block) for scale, block in _blocks(matrix, scales)},
        units={kind: _units(invited[kind], people[kind]) for kind in KINDS},
    )


def person_scores(study: Study, wave: str) -> pl.DataFrame:
    """Return the score of each person on each item scale, with the units they belong to.

    For researchers who work in Python: rows are people under their pseudonyms, so the frame is evidence
    and no finding. Nothing in it is protected against disclosure.

    Parameters
    ----------
    study
        Read as by `leaderful.measures.units.memberships`, and its ``responses``.
    wave
        Code of the wave.

    Returns
    -------
    polars.DataFrame
        One row for each person who answered an item: ``person``, the columns of `memberships`, and a
        column for each item scale that was asked: the mean of the answered items, reversed where they
        are, and null where fewer were answered than the scale needs.

    Raises
    ------
    UnknownNameError
        When the study has no such wave.
    """
    asked = answers(study, wave)
    columns = [pl.Series(id, values, nan_to_null=True) for id, values in asked.scores.items()]
    return asked.people.with_columns(columns)


def _matrix(given: pl.DataFrame, people: pl.Series, items: tuple[str, ...]) -> Matrix:
    matrix = np.full((len(people), len(items)), np.nan, dtype=np.float32)
    row = given["person"].cast(pl.Enum(people)).to_physical().to_numpy()
    column = given["item"].cast(pl.Enum(items)).to_physical().to_numpy()
    matrix[row, column] = given["answer"].to_numpy()
    return matrix


def _turned(matrix: Matrix, scales: tuple[ItemScale, ...]) -> Matrix:
    for scale, block in _blocks(matrix, scales):
        turned = np.array([item.reversed for item in scale.items])
        block[:] = reverse(block, reversed=turned, lowest=scale.lowest, highest=scale.highest)
    return matrix


def _score(scale: ItemScale, block: Matrix) -> Floats:
    as_they_are = np.zeros(len(scale.items), dtype=np.bool_)
    return score(block, reversed=as_they_are, lowest=scale.lowest, highest=scale.highest, needed=scale.items_needed)


def _blocks(matrix: Matrix, scales: tuple[ItemScale, ...]) -> Iterator[tuple[ItemScale, Matrix]]:
    """Yield each scale with its columns of the matrix, which can be written to."""
    first = 0
    for scale in scales:
        yield scale, matrix[:, first : first + len(scale.items)]
        first += len(scale.items)


def _units(invited: pl.Series, answered: pl.Series) -> Units:
    labels = invited.drop_nulls().unique().sort()
    kind = pl.Enum(labels)
    everyone = coded(invited, kind)
    return Units(
        labels=tuple(labels),
        of=coded(answered, kind),
        invited=np.bincount(everyone[everyone >= 0], minlength=len(labels)),
    )


def coded(units: pl.Series, kind: pl.Enum) -> Whole:
    """Return the number of each entry among the labels of an Enum, counted from 0; -1 where there is none."""
    return units.cast(kind).to_physical().cast(pl.Int64).fill_null(-1).to_numpy()
