"""Percentages with a known base: to the logit scale and back, and the interval of a single one."""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from leaderful.statistics.blocks import Floats
from leaderful.statistics.two_samples import score_interval


def logit_percent(percent: Floats, base: Floats) -> tuple[Floats, Floats]:
    """Return the empirical logits of percentages and their sampling variances.

    With x = percent / 100 * base, ``y = log((x + 1/2) / (base - x + 1/2))`` and
    ``v = 1 / (x + 1/2) + 1 / (base - x + 1/2)``.

    Parameters
    ----------
    percent
        Percentages from 0 to 100, shape (n,). x need not be whole: published figures are rounded or
        weighted.
    base
        Number of people behind each, shape (n,), 1 or more.

    Returns
    -------
    y, v
        Logits and their variances, shape (n,). Both are finite at 0 and 100 percent.

    Raises
    ------
    ValueError
        When a percentage is outside 0 to 100 or a base is below 1.

    Notes
    -----
    The halves make y almost free of bias (Haldane 1956, Anscombe 1956); v is its usual estimate for
    independent answers (Gart and Zweifel 1967).

    References
    ----------
    Haldane JBS (1956) Annals of Human Genetics 20:309-311, doi:10.1111/j.1469-1809.1955.tb01285.x.
    Gart JJ, Zweifel JR (1967) Biometrika 54:181-187, doi:10.1093/biomet/54.1-2.181.

    Examples
    --------
    >>> import numpy as np
    >>> y, v = logit_percent(np.array([50.0]), np.array([99.0]))
    >>> float(y[0]), float(v[0])
    (0.0, 0.04)
    """
    if not ((percent >= 0) & (percent <= 100)).all():
        raise ValueError("a percentage is outside 0 to 100")
    if not (base >= 1).all():
        raise ValueError("a base is below 1")
    yes = percent / 100 * base + 0.5
    no = base - percent / 100 * base + 0.5
    return np.log(yes / no), 1 / yes + 1 / no


def percent_of_logit(y: float) -> float:
    """Return 100 / (1 + exp(-y)), the percentage whose logit is y.

    Examples
    --------
    >>> percent_of_logit(0.0)
    50.0
    """
    return float(100 * expit(y))


def wilson(percent: float, base: float, *, confidence: float = 0.95) -> tuple[float, float]:
    """Return Wilson's score interval of a percentage, as `score_interval` has it for counts.

    Parameters
    ----------
    percent
        From 0 to 100.
    base
        Number of people, 1 or more.
    confidence
        Between 0 and 1.

    Returns
    -------
    tuple of float
        Lower and upper end, percent, within 0 to 100.

    Raises
    ------
    ValueError
        When the percentage is not between 0 and 100, or the base is below 1.

    References
    ----------
    Wilson EB (1927) Journal of the American Statistical Association 22:209-212,
    doi:10.1080/01621459.1927.10502953.

    Examples
    --------
    >>> [round(end, 1) for end in wilson(50.0, 100.0)]
    [40.4, 59.6]
    """
    count, n = np.array([percent * base / 100]), np.array([base])
    lower, upper = score_interval(count, n, confidence=confidence)
    return float(100 * lower[0]), float(100 * upper[0])
