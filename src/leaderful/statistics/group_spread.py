"""How answers spread within groups: the one pass that agreement and intraclass correlation share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numba import njit
from numpy.typing import NDArray

from leaderful.statistics.answers import Answers, Floats, as_block

Whole: TypeAlias = NDArray[np.int64]
Codes: TypeAlias = NDArray[np.integer]
"""Number of the group of each person, counted from 0; -1 for a person in no group."""


@dataclass(frozen=True, kw_only=True)
class GroupSpread:
    """Sums over the answers of each group (row) to each item (column); group g is the one of code g.

    Parameters
    ----------
    counts
        Number of answers.
    means
        Mean answer; NaN where nobody answered.
    squares
        Sum of squared deviations from the mean; 0 where fewer than two answered.
    distances
        Sum of absolute deviations from the mean; 0 where fewer than two answered.
    people
        Number of persons with at least one answer, shape (groups,).
    """

    counts: Whole
    means: Floats
    squares: Floats
    distances: Floats
    people: Whole


def group_spread(answers: Answers, groups: Codes) -> GroupSpread:
    """Return the spread of the answers within each group, item by item.

    Parameters
    ----------
    answers
        Shape (persons, items), NaN where there is no answer.
    groups
        Shape (persons,), whole numbers counted from 0; -1 leaves a person out.

    Returns
    -------
    GroupSpread
        For the groups 0 to the highest code. A code that nobody has is a group of nobody.

    Raises
    ------
    ValueError
        When there are not as many codes as persons, or codes are not whole numbers from -1.

    Notes
    -----
    Means come first and deviations from them second, with the correction of Chan, Golub and LeVeque
    (1983). Answers that are all alike have a spread of exactly 0.

    References
    ----------
    Chan TF, Golub GH, LeVeque RJ (1983) The American Statistician 37:242-247,
    doi:10.1080/00031305.1983.10483115.

    Examples
    --------
    >>> import numpy as np
    >>> found = group_spread(np.array([[1.0], [3.0], [5.0], [5.0]]), np.array([0, 0, 1, 1]))
    >>> found.means.ravel().tolist(), found.squares.ravel().tolist(), found.distances.ravel().tolist()
    ([2.0, 5.0], [2.0, 0.0], [2.0, 0.0])
    """
    block = as_block(answers)
    if groups.shape != (len(block),):
        raise ValueError(f"groups have shape {groups.shape}; one code for each of {len(block)} persons is wanted")
    if not np.issubdtype(groups.dtype, np.integer) or (groups.size and groups.min() < -1):
        raise ValueError("groups must be whole numbers counted from 0, or -1 for a person in no group")
    codes = np.ascontiguousarray(groups, dtype=np.int64)
    counts, means, squares, distances, people = _spread(block, codes, int(codes.max(initial=-1)) + 1)
    return GroupSpread(counts=counts, means=means, squares=squares, distances=distances, people=people)


@njit(cache=True)
def _spread(block: Floats, codes: Whole, groups: int) -> tuple[Whole, Floats, Floats, Floats, Whole]:
    items = block.shape[1]
    counts = np.zeros((groups, items), np.int64)
    people = np.zeros(groups, np.int64)
    first = np.full((groups, items), np.nan)
    sums = np.zeros((groups, items))
    for i in range(block.shape[0]):
        g = codes[i]
        if g < 0:
            continue
        answered = False
        for j in range(items):
            value = block[i, j]
            if np.isnan(value):
                continue
            answered = True
            if counts[g, j] == 0:
                first[g, j] = value
            counts[g, j] += 1
            # Counting from the first answer keeps a group of one mind at exactly no spread.
            sums[g, j] += value - first[g, j]
        if answered:
            people[g] += 1
    means = first + sums / np.maximum(counts, 1)
    rest = np.zeros((groups, items))
    squares = np.zeros((groups, items))
    distances = np.zeros((groups, items))
    for i in range(block.shape[0]):
        g = codes[i]
        if g < 0:
            continue
        for j in range(items):
            if np.isnan(block[i, j]):
                continue
            away = block[i, j] - means[g, j]
            rest[g, j] += away
            squares[g, j] += away * away
            distances[g, j] += abs(away)
    squares -= rest * rest / np.maximum(counts, 1)
    return counts, means, np.maximum(squares, 0.0), distances, people
