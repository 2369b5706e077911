"""McDonald's omega total: the reliability of a sum under one factor."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numba import njit
from scipy.stats import norm

from leaderful.statistics.answers import Answers, Floats, as_block
from leaderful.statistics.reliability import Covariance, Reliability, covariance

_FLOOR = 0.005
"""Least share of an item's variance that is left to itself; a fit that ends here is a Heywood case."""
_AT_FLOOR = 0.006
_REPEATS = 1e-8
_FLAT = 1e-4
_LOWEST = float(np.log(_FLOOR))
_SLOPE = 1e-8
_NEAR_FLAT = 1e-6
"""Below this slope rounding may hide that the misfit still falls: what cannot be lowered is the top."""
_LEAST_BEND = 1e-6
_STEPS = 60


@dataclass(frozen=True, kw_only=True)
class Omega(Reliability):
    """Omega with the factor model behind it.

    Parameters
    ----------
    loadings, uniquenesses
        Of the items, in the unit of the answers and its square; shape (items,), NaN where undefined.
        The sign of the loadings makes their sum positive.
    heywood
        Whether the fit left an item with no variance of its own, which no real item can have.
    converged
        Whether the fit found the top of the likelihood.
    """

    loadings: Floats = field(repr=False)
    uniquenesses: Floats = field(repr=False)
    heywood: bool
    converged: bool


def omega(answers: Answers) -> Omega:
    """Return McDonald's omega total from a one-factor model fitted by maximum likelihood.

    With loadings l_j and uniquenesses u_j of the items, covariances ``l l' + diag(u)``::

        omega = (sum l_j)**2 / ((sum l_j)**2 + sum u_j)

    Parameters
    ----------
    answers
        Shape (persons, items), NaN where there is no answer, with reversed items already turned round
        (see `leaderful.statistics.answers.reverse`). Persons who left an item out do not count.

    Returns
    -------
    Omega
        Undefined with fewer than three items, not more complete persons than items, an item without
        variance, items that follow from one another, or items that hang together so little that many
        factors fit alike. In a Heywood case and without convergence the estimate stands without
        interval, and `reason` says so. The lower end of a wide interval may be below 0.

    Raises
    ------
    ValueError
        When answers are not an array of persons by items.

    Notes
    -----
    The fit takes only the covariances, so its cost does not grow with persons. The interval is the
    delta method on log(1 - omega), from how much each person moves the estimate. It supposes
    independent persons, not normal answers, and stays right where one factor is not the whole truth
    (of the omega that the fit would then have among all people).

    References
    ----------
    McDonald RP (1999) Test Theory: A Unified Treatment, Lawrence Erlbaum.
    Jöreskog KG (1967) Psychometrika 32:443-482, doi:10.1007/BF02289658.
    Yuan K-H, Bentler PM (2002) Psychometrika 67:251-259, doi:10.1007/BF02294845.

    Examples
    --------
    Every two of four items have covariance 1/2 and each has variance 1: loadings are the root of 1/2,
    so omega = 8 / (8 + 2) = 0.8.

    >>> import numpy as np
    >>> root = np.linalg.cholesky(np.full((4, 4), 0.5) + np.eye(4) / 2)
    >>> patterns = np.vstack([np.eye(4), -np.eye(4)]) * 2
    >>> round(omega(patterns @ root.T).estimate, 3)
    0.8
    """
    found = covariance(answers)
    reason = _impossible(found)
    if reason:
        return _undefined(found, reason)
    deviations = np.sqrt(np.diag(found.matrix))
    loadings, uniquenesses, converged = _fit(found.matrix / np.outer(deviations, deviations))
    heywood = bool((uniquenesses < _AT_FLOOR).any())
    loadings, uniquenesses = loadings * deviations, uniquenesses * deviations**2
    pull = _pull(found.matrix, loadings, uniquenesses)
    reason = _HEYWOOD if heywood else "" if converged else _STOPPED
    if pull is None and not reason:
        return _undefined(found, _LOOSE)
    estimate = _omega(loadings, uniquenesses)
    error = np.nan if pull is None or reason else _error(answers, found, pull)
    factor = np.exp(float(norm.isf(0.025)) * error / (1 - estimate))
    return Omega(
        estimate=estimate,
        lower=float(1 - (1 - estimate) * factor),
        upper=float(1 - (1 - estimate) / factor),
        n=found.n,
        left_out=found.left_out,
        reason=reason,
        loadings=loadings,
        uniquenesses=uniquenesses,
        heywood=heywood,
        converged=converged,
    )


_HEYWOOD = "no interval: the fit left an item with no variance of its own"
_STOPPED = "no interval: the fit did not converge"
_LOOSE = "the items hang together too little to tell one factor"


def _impossible(found: Covariance) -> str:
    items = len(found.matrix)
    if items < 3:
        return f"there are too few items for a factor model ({items}); three or more are wanted"
    if found.n <= items:
        return f"too few persons answered every item; more than the {items} items are wanted"
    variances = np.diag(found.matrix)
    if variances.min() == 0:
        return "an item does not vary"
    correlations = found.matrix / np.sqrt(np.outer(variances, variances))
    if np.linalg.eigvalsh(correlations)[0] < _REPEATS:
        return "an item follows from the others"
    return ""


def _undefined(found: Covariance, reason: str) -> Omega:
    none = np.full(len(found.matrix), np.nan)
    return Omega(
        estimate=np.nan,
        lower=np.nan,
        upper=np.nan,
        n=found.n,
        left_out=found.left_out,
        reason=reason,
        loadings=none,
        uniquenesses=none,
        heywood=False,
        converged=False,
    )


def _omega(loadings: Floats, uniquenesses: Floats) -> float:
    common = float(loadings.sum()) ** 2
    return common / (common + float(uniquenesses.sum()))


def _fit(correlations: Floats) -> tuple[Floats, Floats, bool]:
    """Return loadings, uniquenesses and whether the likelihood is at its top.

    A likelihood of few people may have several tops. So the search starts from the usual place
    and from near each of the corners in which one item has no variance of its own.
    """
    items = len(correlations)
    usual = np.clip((1 - 0.5 / items) / np.diag(np.linalg.inv(correlations)), 2 * _FLOOR, 1 - _FLOOR)
    starts = [usual, *np.where(np.eye(items, dtype=np.bool_), 4 * _FLOOR, 0.8)]
    runs = [_descend(_at(np.log(start), correlations)) for start in starts]
    # Among tops that only rounding sets apart the usual one is taken, whatever the order of people.
    best, converged = min(runs, key=lambda run: round(run[0].misfit, 9))
    return best.loadings, np.exp(best.logs), converged


@dataclass(frozen=True, kw_only=True)
class _Point:
    """The best model with given logarithms of the uniquenesses.

    `misfit` is what its likelihood falls short of the most possible, times -2 / n, with its slope and
    second derivatives in those logarithms.
    """

    correlations: Floats
    logs: Floats
    loadings: Floats
    misfit: float
    slope: Floats
    bend: Floats


def _at(logs: Floats, correlations: Floats) -> _Point:
    roots = np.exp(logs / 2)
    values, vectors = np.linalg.eigh(correlations / np.outer(roots, roots))
    loadings = roots * vectors[:, -1] * np.sqrt(max(values[-1] - 1, 0.0))
    rest, own, top = values[:-1], vectors[:, :-1], vectors[:, -1]
    across = (rest - 1) * (rest + values[-1]) / np.minimum(rest - values[-1], -_SLOPE)
    return _Point(
        correlations=correlations,
        logs=logs,
        loadings=-loadings if loadings.sum() < 0 else loadings,
        misfit=float(np.sum(rest - np.log(rest) - 1)),
        slope=own**2 @ (1 - rest),
        bend=(own * rest @ own.T) * (own @ own.T) + (own * across @ own.T) * np.outer(top, top),
    )


def _descend(point: _Point) -> tuple[_Point, bool]:
    """Return the lowest point that is reached by Newton's steps within the bounds, and whether it is flat."""
    for _ in range(_STEPS):
        held = ((point.logs <= _LOWEST) & (point.slope > 0)) | ((point.logs >= 0) & (point.slope < 0))
        steepest = np.abs(point.slope[~held]).max(initial=0.0)
        if steepest < _SLOPE:
            return point, True
        step = -np.where(held, 0.0, point.slope)
        newton = np.zeros_like(step)
        values, vectors = np.linalg.eigh(point.bend[np.ix_(~held, ~held)])
        newton[~held] = vectors @ (vectors.T @ step[~held] / np.maximum(np.abs(values), _LEAST_BEND))
        lower = _lower(point, newton) or _lower(point, step)
        if lower is None:
            return point, bool(steepest < _NEAR_FLAT)
        point = lower
    return point, False


def _lower(point: _Point, step: Floats) -> _Point | None:
    """Return a lower point along the step, halved until there is one."""
    for halvings in range(_STEPS):
        logs = np.clip(point.logs + step / 2**halvings, _LOWEST, 0.0)
        trial = _at(logs, point.correlations)
        if trial.misfit < point.misfit:
            return trial
    return None


def _error(answers: Answers, found: Covariance, pull: Floats) -> float:
    """Return the standard error of omega from how much each person moves it."""
    middle = float(np.sum(pull * found.matrix)) * (found.n - 1) / found.n
    total: float = _squared_moves(as_block(answers), found.means, pull, middle)
    return float(np.sqrt(total)) / found.n


def _pull(matrix: Floats, loadings: Floats, uniquenesses: Floats) -> Floats | None:
    """Return the slope of omega in the covariances, through the condition that the fit is at its top; None if flat.

    With W the inverse of the fitted covariances and D_k their slope in parameter k, the top is where
    tr(W (fitted - observed) W D_k) is 0 for all k; H is the slope of that in the parameters.
    """
    items = len(loadings)
    W = np.linalg.inv(np.outer(loadings, loadings) + np.diag(uniquenesses))
    D = _slopes(loadings)
    WD = W @ D
    off = W - W @ matrix @ W
    mixed = WD @ (W @ matrix @ W)
    H = np.einsum("kab,jba->kj", -(WD @ W) + mixed + mixed.transpose(0, 2, 1), D)
    H[:items, :items] += 2 * off
    scale = np.sqrt(np.abs(np.diag(H)))
    if scale.min() == 0 or np.abs(np.linalg.eigvalsh(H / np.outer(scale, scale))).min() < _FLAT:
        return None
    weights = np.linalg.solve(H, _omega_slopes(loadings, uniquenesses))
    return np.asarray(np.einsum("k,kab->ab", weights, WD @ W))


def _slopes(loadings: Floats) -> Floats:
    """Return the slopes of the fitted covariances in the loadings and then in the uniquenesses."""
    items = len(loadings)
    slopes: Floats = np.zeros((2 * items, items, items))
    for j in range(items):
        slopes[j, j] += loadings
        slopes[j, :, j] += loadings
        slopes[items + j, j, j] = 1.0
    return slopes


def _omega_slopes(loadings: Floats, uniquenesses: Floats) -> Floats:
    total, own = float(loadings.sum()), float(uniquenesses.sum())
    both: Floats = np.repeat(np.array([2 * total * own, -(total**2)]), len(loadings))
    return both / (total**2 + own) ** 2


@njit(cache=True)
def _squared_moves(block: Floats, means: Floats, pull: Floats, middle: float) -> float:
    """Return the sum of squares, over complete rows z about the means, of z' pull z - middle."""
    people, items = block.shape
    total = 0.0
    away = np.zeros(items)
    for i in range(people):
        complete = True
        for j in range(items):
            away[j] = block[i, j] - means[j]
            if np.isnan(away[j]):
                complete = False
        if complete:
            move = -middle
            for j in range(items):
                for k in range(items):
                    move += pull[j, k] * away[j] * away[k]
            total += move * move
    return total
