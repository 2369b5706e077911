"""Profile-likelihood intervals for the shares of variance of a random-effects model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

import numpy as np
from scipy.optimize import brentq
from scipy.stats import chi2

from leaderful.statistics.blocks import Blocks, Floats, restricted_loglik, standardise
from leaderful.statistics.confidence import check_confidence
from leaderful.statistics.random_effects import Fit

Share: TypeAlias = Literal["between", "within", "sampling"]

_CELLS = 17
_ZOOMS = 6
_EDGE = 1e-6


def share_interval(fit: Fit, share: Share, *, confidence: float = 0.95) -> tuple[float, float]:
    """Return the profile-likelihood interval of one share of variance.

    The share itself is the parameter: at each of its values the restricted likelihood is maximised
    over what remains free (the total and the split of the rest), and the interval holds the values with
    ``2 (l_max - l_profile) <= chi2(confidence; 1)``. An end is exactly 0 (or 1) where the likelihood
    does not fall that far before the edge.

    Parameters
    ----------
    fit
        From `three_level` or `two_level`.
    share
        ``between``, ``within`` or ``sampling``; see `Shares`.
    confidence
        Between 0 and 1.

    Returns
    -------
    tuple of float
        Lower and upper end.

    Raises
    ------
    ValueError
        When `between` is asked of a two-level fit, or confidence is not between 0 and 1.

    Notes
    -----
    The mean sampling variance is taken as known, as the sampling variances are. Where the true share
    is 0 or close to it the interval covers more often than stated, because the likelihood ratio is
    then a mixture with a point at zero.

    References
    ----------
    Viechtbauer W (2007) Statistics in Medicine 26:37-52, doi:10.1002/sim.2514.
    Cheung MW-L (2014) Psychological Methods 19:211-229, doi:10.1037/a0032968.

    Examples
    --------
    >>> import numpy as np
    >>> from leaderful.statistics.random_effects import three_level
    >>> y = np.array([0.1, 0.3, 0.2, 0.9, 1.1, 0.8, 0.5, 0.4, 0.7])
    >>> fit = three_level(y, np.full(9, 0.01), np.repeat(["a", "b", "c"], 3))
    >>> [round(end, 2) for end in share_interval(fit, "between")]
    [0.37, 0.99]
    """
    check_confidence(confidence)
    if fit.depth == 2 and share == "between":
        raise ValueError("a two-level fit has no share between groups; use three_level")
    rows = standardise(fit.rows)
    drop = float(chi2.isf(1 - confidence, 1)) / 2
    top = fit.loglik
    estimate = getattr(fit.shares, share)

    def height(value: float) -> float:
        return _profile(rows, fit, share, value) - top + drop

    return _end(height, estimate, 0.0), _end(height, estimate, 1.0)


def _end(height: Callable[[float], float], estimate: float, edge: float) -> float:
    """Return where `height` falls through zero on the way from the estimate to the edge, or the edge."""
    near = abs(edge - _EDGE)
    if abs(edge - estimate) <= _EDGE or height(near) >= 0:
        return edge
    return float(brentq(height, *sorted((near, estimate)), xtol=1e-7))


def _profile(rows: Blocks, fit: Fit, share: Share, value: float) -> float:
    """Return the highest restricted log-likelihood among variances with this share."""
    if fit.depth == 2:
        return float(restricted_loglik(rows, *_variances(fit, share, value, np.zeros(1)))[0])
    low, high = 0.0, 1.0
    best = -np.inf
    for _ in range(_ZOOMS):
        free = np.linspace(low, high, _CELLS)
        heights = restricted_loglik(rows, *_variances(fit, share, value, free))
        peak = int(np.argmax(heights))
        best = max(best, float(heights[peak]))
        low, high = free[max(peak - 1, 0)], free[min(peak + 1, _CELLS - 1)]
    return best


def _variances(fit: Fit, share: Share, value: float, free: Floats) -> tuple[Floats, Floats]:
    """Return both variances for a share and a free number from 0 to 1."""
    if share == "sampling":
        rest = fit.sampling * (1 - value) / value
        return rest * free, rest * (1 - free)
    model = fit.components
    scale = model.between + model.within + fit.sampling
    other = scale * free / np.maximum(1 - free, _EDGE)
    this = value * (other + fit.sampling) / (1 - value)
    return (this, other) if share == "between" else (other, this)
