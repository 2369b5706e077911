"""The words that go with an estimate and its uncertainty."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np
from scipy.stats import t

from leaderful.statistics.multiple import holm

Verdict: TypeAlias = Literal["higher", "probably higher", "cannot tell apart", "probably lower", "lower"]


def compare(estimate: float, se: float, *, df: float = math.inf) -> Verdict:
    """Return in words how an estimated difference stands to none.

    "higher" or "lower" when the 95 % interval leaves out zero, "probably higher" or "probably lower"
    when only the 80 % interval does, else "cannot tell apart". The rule is ours.

    Parameters
    ----------
    estimate
        A difference on a scale where 0 means none.
    se
        Its standard error, on the same scale; not negative.
    df
        Degrees of freedom of the standard error; infinite where the normal distribution is used.

    Returns
    -------
    str
        One of the five verdicts.

    Raises
    ------
    ValueError
        When a number is missing or the standard error is negative.

    Examples
    --------
    >>> compare(0.3, 0.1), compare(0.15, 0.1), compare(0.1, 0.1), compare(-0.3, 0.1)
    ('higher', 'probably higher', 'cannot tell apart', 'lower')
    >>> compare(0.3, 0.1, df=2)
    'probably higher'
    """
    if not (math.isfinite(estimate) and math.isfinite(se) and se >= 0):
        raise ValueError(f"estimate {estimate} and standard error {se}: two numbers, the second not negative")
    if abs(estimate) > t.isf(0.025, df) * se:
        return "higher" if estimate > 0 else "lower"
    if abs(estimate) > t.isf(0.10, df) * se:
        return "probably higher" if estimate > 0 else "probably lower"
    return "cannot tell apart"


def compare_several(differences: Sequence[tuple[float, float, float]]) -> list[Verdict]:
    """Return in words how each of several estimated differences stands to none, allowing for there being several.

    As `compare`, with p-values by Holm's correction: "higher" or "lower" below 0.05, "probably higher" or
    "probably lower" below 0.20. An interval of one alone may leave out zero and the words still be
    "cannot tell apart". The rule is ours.

    Parameters
    ----------
    differences
        For each its estimate, its standard error, which is above zero, and the degrees of freedom.

    Returns
    -------
    list of str
        One of the five verdicts for each, in order.

    Raises
    ------
    ValueError
        When a number is missing or a standard error is not above zero.

    Notes
    -----
    Holm, S. (1979), A simple sequentially rejective multiple test procedure, Scandinavian Journal of
    Statistics 6, 65-70.

    Examples
    --------
    The first alone would be "higher", p = 0.0455; beside another it is not.

    >>> compare_several([(0.2, 0.1, math.inf), (0.05, 0.1, math.inf)])
    ['probably higher', 'cannot tell apart']
    >>> compare_several([(0.3, 0.1, math.inf), (-0.3, 0.1, math.inf)])
    ['higher', 'lower']
    """
    if not all(math.isfinite(estimate) and math.isfinite(se) and se > 0 for estimate, se, _ in differences):
        raise ValueError("each difference needs an estimate and a standard error above zero")
    p = holm(np.array([2 * t.sf(abs(estimate) / se, df) for estimate, se, df in differences]))
    return [_words(estimate, float(each)) for (estimate, _, _), each in zip(differences, p, strict=True)]


def _words(estimate: float, p: float) -> Verdict:
    if p < 0.05:
        return "higher" if estimate > 0 else "lower"
    if p < 0.20:
        return "probably higher" if estimate > 0 else "probably lower"
    return "cannot tell apart"
