"""How far a mean could move if those who did not answer differed from those who did."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leaderful.statistics.blocks import Floats


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """What the mean of everybody could be.

    Parameters
    ----------
    mean
        Of those who answered; NaN where nobody did.
    lower, upper
        The mean of everybody if all the silent were at the lowest or the highest value; NaN where
        there is nobody at all.
    likely_lower, likely_upper
        The mean of everybody if the silent were `shift` standard deviations below or above those who
        answered; NaN with fewer than two answers and somebody silent.
    n
        Number who answered.
    silent
        Number who did not.
    reason
        Why something is NaN; empty otherwise.
    """

    mean: float
    lower: float
    upper: float
    likely_lower: float
    likely_upper: float
    n: int
    silent: int
    reason: str


def bounds(values: Floats, silent: int, *, lowest: float, highest: float, shift: float = 1.0) -> Bounds:
    r"""Return how far a mean could move if the silent differed.

    With n values of mean ȳ and standard deviation s (over n - 1), m silent and π = m / (n + m)::

        lower, upper = (1 - π) ȳ + π (lowest, highest)
        likely       = (1 - π) ȳ + π (ȳ ∓ shift s)

    where the shifted mean of the silent stays between lowest and highest. The first pair needs no
    assumption and cannot be beaten without one; the second is a pattern-mixture model, and how far the
    silent are shifted is an assumption.

    Parameters
    ----------
    values
        Of those who answered, shape (n,); n may be 0.
    silent
        Number of those who did not, 0 or more.
    lowest, highest
        The ends of what a value can be.
    shift
        How many standard deviations the silent may differ by, 0 or more.

    Returns
    -------
    Bounds
        With nobody silent all bounds are the mean. With no answer the bounds are `lowest` and
        `highest`, and nothing is likely.

    Raises
    ------
    ValueError
        When a value lies outside lowest to highest or is not finite, lowest is not below highest, or
        `silent` or `shift` is below zero.

    Notes
    -----
    These are not confidence intervals: they say nothing about chance, only about who is missing.

    References
    ----------
    Manski CF (1990) American Economic Review 80:319-323.
    Horowitz JL, Manski CF (2000) Journal of the American Statistical Association 95:77-84,
    doi:10.1080/01621459.2000.10473902.
    Little RJA (1993) Journal of the American Statistical Association 88:125-134,
    doi:10.1080/01621459.1993.10594302.

    Examples
    --------
    Three of four answered, mean 4 and sd 1. The fourth could make it (12 + 1) / 4 or (12 + 5) / 4; one
    standard deviation away, (12 + 3) / 4 or (12 + 5) / 4.

    >>> import numpy as np
    >>> found = bounds(np.array([3.0, 4.0, 5.0]), 1, lowest=1, highest=5)
    >>> found.lower, found.upper, found.likely_lower, found.likely_upper
    (3.25, 4.25, 3.75, 4.25)
    """
    _check(values, silent, lowest, highest, shift)
    n = len(values)
    mean = float(values.mean()) if n else np.nan
    sd = float(values.std(ddof=1)) if n > 1 else np.nan
    share = silent / max(n + silent, 1)

    def mixed(theirs: float) -> float:
        if silent == 0:
            return mean
        return (1 - share) * mean + share * theirs if n else theirs

    return Bounds(
        mean=mean,
        lower=mixed(lowest),
        upper=mixed(highest),
        likely_lower=mixed(float(np.maximum(mean - shift * sd, lowest))),
        likely_upper=mixed(float(np.minimum(mean + shift * sd, highest))),
        n=n,
        silent=silent,
        reason=_reason(n, silent),
    )


def _reason(n: int, silent: int) -> str:
    if n + silent == 0:
        return "there is nobody"
    if n == 0:
        return "nobody answered, so that the mean could be anything"
    return "one answer says nothing about how people differ" if n == 1 and silent else ""


def _check(values: Floats, silent: int, lowest: float, highest: float, shift: float) -> None:
    if not lowest < highest:
        raise ValueError(f"lowest is {lowest} and highest {highest}; lowest must be below highest")
    outside = int(np.count_nonzero(~((values >= lowest) & (values <= highest))))
    if outside:
        raise ValueError(f"{outside} of the values are outside {lowest} to {highest}, or no number; leave them out")
    if silent < 0:
        raise ValueError(f"silent is {silent}; 0 or more people are wanted")
    if not shift >= 0:
        raise ValueError(f"shift is {shift}; 0 or more standard deviations are wanted")
