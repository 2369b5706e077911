"""Answers to the items of a questionnaire, turned the same way round and averaged per person."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Booleans: TypeAlias = NDArray[np.bool_]
Answers: TypeAlias = NDArray[np.floating[Any]]
"""Persons in rows, items in columns, NaN where there is no answer."""


def reverse(answers: Answers, *, reversed: Booleans, lowest: float, highest: float) -> Floats:
    """Return the answers with the reversed items turned round: ``lowest + highest - answer``.

    Parameters
    ----------
    answers
        Shape (persons, items), NaN where there is no answer.
    reversed
        Shape (items,); true for an item on which a high answer says little of what the scale measures.
    lowest, highest
        The first and the last of the answers that are allowed.

    Returns
    -------
    numpy.ndarray
        A new array of the same shape. A missing answer stays missing.

    Raises
    ------
    ValueError
        When the shapes do not fit, lowest is not below highest, or an answer lies outside them.

    Examples
    --------
    >>> import numpy as np
    >>> reverse(np.array([[1.0, 5.0], [2.0, np.nan]]), reversed=np.array([False, True]), lowest=1, highest=5).tolist()
    [[1.0, 1.0], [2.0, nan]]
    """
    block = as_block(answers)
    if reversed.shape != (block.shape[1],):
        raise ValueError(f"reversed has shape {reversed.shape}; one entry for each of {block.shape[1]} items is wanted")
    if not lowest < highest:
        raise ValueError(f"lowest is {lowest} and highest {highest}; lowest must be below highest")
    turned: Floats
    turned, outside = _turn(block, np.ascontiguousarray(reversed), float(lowest), float(highest))
    if outside:
        raise ValueError(f"{outside} of the answers are outside {lowest} to {highest}; correct them or set them to NaN")
    return turned


def score(answers: Answers, *, reversed: Booleans, lowest: float, highest: float, needed: int) -> Floats:
    """Return the scale score of each person: the mean of the answered items, reversed where they are.

    With A_i the items that person i answered and y the answers after `reverse`,
    ``score_i = sum over j in A_i of y_ij / |A_i|`` where ``|A_i| >= needed``.

    Parameters
    ----------
    answers, reversed, lowest, highest
        As in `reverse`.
    needed
        How many items a person must have answered, from 1 to the number of items.

    Returns
    -------
    numpy.ndarray
        Shape (persons,), in the unit of the answers; NaN where fewer than `needed` were answered.

    Raises
    ------
    ValueError
        As in `reverse`, or when needed is not between 1 and the number of items.

    Notes
    -----
    To average the items that are there is to give each missing answer the mean of the person's
    others. Where half of the items or more are answered this differs little from better ways of filling
    gaps, as long as the items have similar means.

    References
    ----------
    Schafer JL, Graham JW (2002) Psychological Methods 7:147-177, doi:10.1037/1082-989X.7.2.147.

    Examples
    --------
    Four items of which the last is reversed: (4 + 5 + 3 + (1 + 5 - 2)) / 4 = 4; the second person
    answered two items only.

    >>> import numpy as np
    >>> answers = np.array([[4.0, 5.0, 3.0, 2.0], [4.0, np.nan, np.nan, 1.0]])
    >>> score(answers, reversed=np.array([False, False, False, True]), lowest=1, highest=5, needed=3).tolist()
    [4.0, nan]
    """
    block = reverse(answers, reversed=reversed, lowest=lowest, highest=highest)
    if not 1 <= needed <= block.shape[1]:
        raise ValueError(f"needed is {needed}; a number from 1 to the {block.shape[1]} items is wanted")
    means: Floats = _row_means(block, needed)
    return means


def as_block(answers: Answers) -> Floats:
    """Return the answers as the contiguous float64 block that kernels read."""
    if answers.ndim != 2 or answers.shape[1] == 0:
        raise ValueError(f"answers have shape {answers.shape}; persons in rows and at least one item in columns")
    if not np.issubdtype(answers.dtype, np.floating):
        raise ValueError(f"answers are of type {answers.dtype}; floating numbers are wanted, NaN for no answer")
    block = np.ascontiguousarray(answers, dtype=np.float64)
    if np.isinf(block).any():
        raise ValueError("an answer is infinite; NaN says that there is no answer")
    return block


@njit(cache=True)
def _turn(block: Floats, reversed: Booleans, lowest: float, highest: float) -> tuple[Floats, int]:
    """Return the answers with reversed items turned round, and how many are outside the ends."""
    turned = np.empty_like(block)
    outside = 0
    for i in range(block.shape[0]):
        for j in range(block.shape[1]):
            answer = block[i, j]
            if answer < lowest or answer > highest:
                outside += 1
            turned[i, j] = lowest + highest - answer if reversed[j] else answer
    return turned, outside


@njit(cache=True)
def _row_means(block: Floats, needed: int) -> Floats:
    means = np.full(block.shape[0], np.nan)
    for i in range(block.shape[0]):
        answered = 0
        total = 0.0
        for j in range(block.shape[1]):
            if not np.isnan(block[i, j]):
                answered += 1
                total += block[i, j]
        if answered >= needed:
            means[i] = total / answered
    return means
