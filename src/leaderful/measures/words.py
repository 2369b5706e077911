"""The words that go with an estimate and its uncertainty."""

from __future__ import annotations

import math
from typing import Literal, TypeAlias

from scipy.stats import t

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
