"""How far the items of a scale hang together: Cronbach's alpha, and the covariances it rests on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from scipy.stats import f

from leaderful.statistics.answers import Answers, Floats, as_block

_TAIL = 0.025


@dataclass(frozen=True, kw_only=True)
class Reliability:
    """A reliability with its 95 % interval.

    Parameters
    ----------
    estimate, lower, upper
        NaN where undefined.
    n
        Persons who answered every item, on whom it rests.
    left_out
        Persons with some answers missing, or all.
    reason
        Why the estimate, or the interval alone, is undefined; empty otherwise.
    """

    estimate: float
    lower: float
    upper: float
    n: int
    left_out: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class Covariance:
    """Covariances (over n - 1) and means of the items, over the persons who answered all of them."""

    matrix: Floats
    means: Floats
    n: int
    left_out: int


def alpha(answers: Answers) -> Reliability:
    """Return Cronbach's alpha with Feldt's interval.

    With J items, variances s_j² and s_T² that of the sum of the items::

        alpha = J / (J - 1) (1 - sum s_j² / s_T²)

    The interval rests on ``(1 - alpha) / (1 - estimate)`` following F with n - 1 and (n - 1)(J - 1)
    degrees of freedom.

    Parameters
    ----------
    answers
        Shape (persons, items), NaN where there is no answer, with reversed items already turned round
        (see `leaderful.statistics.answers.reverse`). Persons who left an item out do not count.

    Returns
    -------
    Reliability
        Undefined with one item, fewer than two complete persons, or a sum without variance. Negative
        when items run against each other. Where it is 1 the interval is 1 to 1.

    Raises
    ------
    ValueError
        When answers are not an array of persons by items.

    Notes
    -----
    Alpha is the reliability of the sum only where all items measure the same thing equally well, and
    a lower bound of it where their errors are not correlated; `omega` asks less. Feldt's interval
    supposes normal answers with equal covariances, and independent persons.

    References
    ----------
    Cronbach LJ (1951) Psychometrika 16:297-334, doi:10.1007/BF02310555.
    Feldt LS (1965) Psychometrika 30:357-370, doi:10.1007/BF02289499.

    Examples
    --------
    Both items have variance 1 and their covariance is 1/2, so the sum has variance 3 and
    alpha = 2 (1 - 2 / 3).

    >>> import numpy as np
    >>> round(alpha(np.array([[1.0, 2.0], [2.0, 1.0], [3.0, 3.0]])).estimate, 3)
    0.667
    """
    found = covariance(answers)
    items = len(found.matrix)
    total = float(found.matrix.sum())
    reason = _impossible(items, found.n, total)
    if reason:
        return Reliability(
            estimate=np.nan, lower=np.nan, upper=np.nan, n=found.n, left_out=found.left_out, reason=reason
        )
    estimate = items / (items - 1) * (1 - float(np.trace(found.matrix)) / total)
    df1, df2 = found.n - 1, (found.n - 1) * (items - 1)
    return Reliability(
        estimate=estimate,
        lower=1 - (1 - estimate) * float(f.isf(_TAIL, df1, df2)),
        upper=1 - (1 - estimate) * float(f.ppf(_TAIL, df1, df2)),
        n=found.n,
        left_out=found.left_out,
        reason="",
    )


def _impossible(items: int, n: int, total: float) -> str:
    if items < 2:
        return "there is one item; two or more are wanted"
    if n < 2:
        return "fewer than two persons answered every item"
    if total <= 1e-12:
        return "the sum of the items does not vary"
    return ""


def covariance(answers: Answers) -> Covariance:
    """Return the covariances of the items over the persons who answered all of them.

    Parameters
    ----------
    answers
        Shape (persons, items), NaN where there is no answer.

    Returns
    -------
    Covariance
        NaN with fewer than two complete persons. An item whose answers are all alike has variance 0.

    Raises
    ------
    ValueError
        When answers are not an array of persons by items.

    Examples
    --------
    >>> import numpy as np
    >>> found = covariance(np.array([[1.0, 2.0], [3.0, 6.0], [np.nan, 4.0]]))
    >>> found.matrix.tolist(), found.n, found.left_out
    ([[2.0, 4.0], [4.0, 8.0]], 2, 1)
    """
    block = as_block(answers)
    n, means, sums = _products(block)
    matrix = sums / (n - 1) if n > 1 else np.full(sums.shape, np.nan)
    return Covariance(matrix=matrix, means=means, n=n, left_out=len(block) - n)


@njit(cache=True)
def _products(block: Floats) -> tuple[int, Floats, Floats]:
    """Return how many rows are complete, their means and their sums of products about the means."""
    people, items = block.shape
    complete = np.ones(people, np.bool_)
    n = 0
    first = np.full(items, np.nan)
    sums = np.zeros(items)
    for i in range(people):
        for j in range(items):
            if np.isnan(block[i, j]):
                complete[i] = False
        if complete[i]:
            if n == 0:
                first[:] = block[i]
            n += 1
            for j in range(items):
                sums[j] += block[i, j] - first[j]
    means = first + sums / max(n, 1)
    products = np.zeros((items, items))
    away = np.zeros(items)
    for i in range(people):
        if complete[i]:
            for j in range(items):
                away[j] = block[i, j] - means[j]
                for k in range(j + 1):
                    products[j, k] += away[j] * away[k]
    for j in range(items):
        for k in range(j):
            products[k, j] = products[j, k]
    return n, means, products
