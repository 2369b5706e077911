"""Two samples set against each other, for many pairs of samples at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import hypergeom, norm, t

from leaderful.statistics.blocks import Floats


@dataclass(frozen=True, eq=False, kw_only=True)
class Differences:
    """First less second, for each pair of samples; not a number where it is undefined."""

    estimate: Floats
    lower: Floats
    upper: Floats
    p: Floats
    """Two-sided, for no difference at all."""


def score_interval(count: Floats, n: Floats, *, confidence: float = 0.95) -> tuple[Floats, Floats]:
    """Return Wilson's score intervals of many shares, between 0 and 1.

    With p = count / n and z the normal quantile, the ends are
    ``(p + z²/2n ± z sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n)``.

    Parameters
    ----------
    count, n
        How many of how many, shape (m,), n of 1 or more.
    confidence
        Between 0 and 1.

    Returns
    -------
    lower, upper
        Shape (m,).

    Raises
    ------
    ValueError
        When a count is not between 0 and its n, or an n is below 1.

    References
    ----------
    Wilson EB (1927) Journal of the American Statistical Association 22:209-212,
    doi:10.1080/01621459.1927.10502953.

    Examples
    --------
    >>> import numpy as np
    >>> [end.round(3).tolist() for end in score_interval(np.array([0.0, 50.0]), np.array([10.0, 100.0]))]
    [[0.0, 0.404], [0.278, 0.596]]
    """
    if not ((n >= 1) & (count >= 0) & (count <= n)).all():
        raise ValueError("a count is not between 0 and the number it is out of, or that number is below 1")
    p, z2 = count / n, float(norm.isf((1 - confidence) / 2)) ** 2
    half = np.sqrt(z2 * (p * (1 - p) / n + z2 / (4 * n**2)))
    middle = p + z2 / (2 * n)
    return np.maximum((middle - half) / (1 + z2 / n), 0.0), np.minimum((middle + half) / (1 + z2 / n), 1.0)


def share_difference(
    count_a: Floats, n_a: Floats, count_b: Floats, n_b: Floats, *, confidence: float = 0.95
) -> Differences:
    """Return how far the share in one sample is from that in another, for each pair of samples.

    With p the shares and l, u the ends of their score intervals, the interval of ``p_a - p_b`` goes from
    ``d - sqrt((p_a - l_a)² + (u_b - p_b)²)`` to ``d + sqrt((u_a - p_a)² + (p_b - l_b)²)``. p is twice
    the smaller tail of the hypergeometric distribution of the first count given all margins, at most 1.

    Parameters
    ----------
    count_a, n_a, count_b, n_b
        How many of how many, shape (m,), n of 1 or more; the two samples of a pair share nobody.
    confidence
        Between 0 and 1.

    Returns
    -------
    Differences
        Shape (m,); nothing in it is undefined.

    Raises
    ------
    ValueError
        As in `score_interval`.

    References
    ----------
    Newcombe RG (1998) Statistics in Medicine 17:873-890,
    doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I.

    Examples
    --------
    Newcombe's first example, 56 of 70 against 48 of 80:

    >>> import numpy as np
    >>> found = share_difference(*(np.array([x]) for x in (56.0, 70.0, 48.0, 80.0)))
    >>> [round(float(x[0]), 4) for x in (found.estimate, found.lower, found.upper, found.p)]
    [0.2, 0.0524, 0.3339, 0.0126]
    """
    a, b = count_a / n_a, count_b / n_b
    low_a, high_a = score_interval(count_a, n_a, confidence=confidence)
    low_b, high_b = score_interval(count_b, n_b, confidence=confidence)
    margins = (n_a + n_b, count_a + count_b, n_a)
    tail = np.minimum(hypergeom.cdf(count_a, *margins), hypergeom.sf(count_a - 1, *margins))
    return Differences(
        estimate=a - b,
        lower=a - b - np.sqrt((a - low_a) ** 2 + (high_b - b) ** 2),
        upper=a - b + np.sqrt((high_a - a) ** 2 + (b - low_b) ** 2),
        p=np.minimum(2 * tail, 1.0),
    )


def welch(
    mean_a: Floats, sd_a: Floats, n_a: Floats, mean_b: Floats, sd_b: Floats, n_b: Floats, *, confidence: float = 0.95
) -> Differences:
    """Return how far the mean of one sample is from that of another, for each pair of samples.

    With ``v = sd² / n`` of each sample, the difference has standard error ``sqrt(v_a + v_b)`` and
    ``(v_a + v_b)² / (v_a² / (n_a - 1) + v_b² / (n_b - 1))`` degrees of freedom.

    Parameters
    ----------
    mean_a, sd_a, n_a, mean_b, sd_b, n_b
        Means, standard deviations (with n - 1) and sizes, shape (m,).
    confidence
        Between 0 and 1.

    Returns
    -------
    Differences
        Interval and p are not a number where a sample is smaller than 2 or neither has any spread.

    References
    ----------
    Welch BL (1947) Biometrika 34:28-35, doi:10.1093/biomet/34.1-2.28.

    Examples
    --------
    >>> import numpy as np
    >>> found = welch(*(np.array([x]) for x in (3.0, 1.0, 16.0, 2.0, 1.0, 16.0)))
    >>> [round(float(x[0]), 4) for x in (found.estimate, found.lower, found.upper, found.p)]
    [1.0, 0.2779, 1.7221, 0.0083]
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        v_a, v_b = sd_a**2 / n_a, sd_b**2 / n_b
        known = (n_a >= 2) & (n_b >= 2) & (v_a + v_b > 0)
        se = np.where(known, np.sqrt(v_a + v_b), np.nan)
        df = np.where(known, (v_a + v_b) ** 2 / (v_a**2 / (n_a - 1) + v_b**2 / (n_b - 1)), np.nan)
    d = mean_a - mean_b
    half = t.isf((1 - confidence) / 2, df) * se
    return Differences(estimate=d, lower=d - half, upper=d + half, p=2 * t.sf(np.abs(d) / se, df))
