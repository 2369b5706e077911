"""Many comparisons at once."""

from __future__ import annotations

import numpy as np

from leaderful.statistics.blocks import Floats


def benjamini_hochberg(p: Floats) -> Floats:
    """Return the false discovery rate at which each comparison would be called a difference.

    With p sorted from small to large, ``q_(k) = min over l >= k of m p_(l) / l``, at most 1.

    Parameters
    ----------
    p
        P-values, shape (m,), from 0 to 1; m may be 0.

    Returns
    -------
    numpy.ndarray
        q-values in the order of p.

    Raises
    ------
    ValueError
        When a p-value is not between 0 and 1.

    Notes
    -----
    Holds for independent comparisons and for positively dependent ones, as answers of the same people
    to questions that hang together are.

    References
    ----------
    Benjamini Y, Hochberg Y (1995) Journal of the Royal Statistical Society B 57:289-300,
    doi:10.1111/j.2517-6161.1995.tb02031.x.

    Examples
    --------
    >>> import numpy as np
    >>> benjamini_hochberg(np.array([0.01, 0.04, 0.03, 0.5])).round(4).tolist()
    [0.04, 0.0533, 0.0533, 0.5]
    """
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError("p-values must be between 0 and 1")
    order = np.argsort(p)[::-1]
    ranks = np.arange(len(p), 0, -1)
    q = np.empty(len(p))
    q[order] = np.minimum(np.minimum.accumulate(p[order] * len(p) / ranks), 1.0)
    return q


def holm(p: Floats) -> Floats:
    """Return p-values corrected so that one false call among all comparisons is as rare as stated.

    With p sorted from small to large, ``p'_(k) = max over l <= k of (m - l + 1) p_(l)``, at most 1.

    Parameters
    ----------
    p
        P-values, shape (m,), from 0 to 1; m may be 0.

    Returns
    -------
    numpy.ndarray
        Corrected p-values in the order of p.

    Raises
    ------
    ValueError
        When a p-value is not between 0 and 1.

    Notes
    -----
    Holds however the comparisons depend on one another.

    References
    ----------
    Holm S (1979) Scandinavian Journal of Statistics 6:65-70, https://www.jstor.org/stable/4615733.

    Examples
    --------
    >>> import numpy as np
    >>> holm(np.array([0.01, 0.04, 0.03, 0.5])).round(4).tolist()
    [0.04, 0.09, 0.09, 0.5]
    """
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError("p-values must be between 0 and 1")
    order = np.argsort(p)
    corrected = np.empty(len(p))
    corrected[order] = np.minimum(np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)), 1.0)
    return corrected
