"""Maximising the logistic likelihood, plain or with Firth's penalty, and profiles of the latter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq, linprog
from scipy.special import expit
from scipy.stats import chi2

from leaderful.statistics.blocks import Floats

_STEPS, _HALVINGS = 60, 30
_LONGEST = 5.0
"""Longest step of a coefficient; larger ones overshoot where probabilities are near 0 or 1."""
_SURE = 12.0
"""Log odds from which it is worth asking whether the outcomes are separated."""
_FURTHEST = 1e3
"""Log odds beyond which the end of a profile interval is not looked for."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Climb:
    """The peak of a likelihood: where it is, how high, and the information there."""

    coefficients: Floats
    height: float
    information: Floats


def climb(outcome: Floats, design: Floats, *, penalised: bool, fixed: tuple[int, float] | None = None) -> Climb | None:
    """Return the peak of the likelihood, one coefficient held fixed if asked; None where there seems to be none.

    Newton's method with halved steps. With Firth's penalty the score of coefficient k is
    Σ_i (y_i - p_i + h_i (½ - p_i)) x_ik, h_i being the leverage of row i.
    """
    beta = np.zeros(design.shape[1])
    free = np.ones(len(beta), dtype=bool)
    if fixed is not None:
        beta[fixed[0]], free[fixed[0]] = fixed[1], False
    height, score, information = _at(beta, outcome, design, penalised)
    for _ in range(_STEPS):
        step = np.zeros_like(beta)
        if free.any():
            step[free] = np.linalg.solve(information[np.ix_(free, free)], score[free])
        step *= min(1.0, _LONGEST / max(float(np.abs(step).max()), 1e-300))
        if np.abs(step).max() < 1e-9:
            return Climb(coefficients=beta, height=height, information=information)
        for _ in range(_HALVINGS):
            try:
                reached = _at(beta + step, outcome, design, penalised)
            except np.linalg.LinAlgError:
                return None
            if reached[0] >= height - 1e-12 * abs(height):
                break
            step /= 2
        beta = beta + step
        height, score, information = reached
        if np.linalg.cond(information) > 1e14:
            return None
    return None


def separated(outcome: Floats, design: Floats, found: Climb) -> bool:
    """Tell whether some combination of the columns separates the outcomes, wholly or nearly.

    It does when some γ has (2 y_i - 1) x_i γ of 0 or more for every row and above 0 for one, which a linear
    programme finds.
    """
    if np.abs(design @ found.coefficients).max() < _SURE:
        return False
    signed = (2 * outcome - 1)[:, None] * design
    scale = np.abs(design).max(axis=0)
    rows = np.unique(signed / scale, axis=0)
    best = linprog(-rows.sum(axis=0), A_ub=-rows, b_ub=np.zeros(len(rows)), bounds=(-1, 1))
    return bool(-best.fun > 1e-7)


def profile_interval(
    outcome: Floats, design: Floats, found: Climb, column: int, confidence: float
) -> tuple[float, float]:
    """Return the profile interval of a coefficient under Firth's penalty; NaN for an end that is too far off."""
    drop = float(chi2.isf(1 - confidence, 1)) / 2
    reach = float(np.sqrt(np.linalg.inv(found.information)[column, column]))
    ends = []
    for side in (-1.0, 1.0):
        ends.append(
            _end(_height(outcome, design, found, column, drop), float(found.coefficients[column]), side * reach)
        )
    return ends[0], ends[1]


def profile_p(outcome: Floats, design: Floats, found: Climb, column: int) -> float:
    """Return the p-value of the penalised likelihood ratio for a coefficient of 0."""
    return float(chi2.sf(max(0.0, -2 * _height(outcome, design, found, column, 0.0)(0.0)), 1))


def _height(outcome: Floats, design: Floats, found: Climb, column: int, drop: float) -> Callable[[float], float]:
    def height(value: float) -> float:
        peak = climb(outcome, design, penalised=True, fixed=(column, value))
        return -np.inf if peak is None else peak.height - found.height + drop

    return height


def _end(height: Callable[[float], float], middle: float, step: float) -> float:
    """Return where the height falls through zero on the way from the middle; NaN where it never does."""
    near, far = middle, middle + step
    while height(far) > 0:
        near, step = far, 2 * step
        far = near + step
        if abs(far - middle) > _FURTHEST:
            return np.nan
    return float(brentq(height, *sorted((near, far)), xtol=1e-6))


def _at(beta: Floats, outcome: Floats, design: Floats, penalised: bool) -> tuple[float, Floats, Floats]:
    """Return the height of the likelihood, its slope and the information at these coefficients."""
    eta = design @ beta
    p = expit(eta)
    weight = p * (1 - p)
    information = (design * weight[:, None]).T @ design
    height = float(outcome @ eta - np.logaddexp(0, eta).sum())
    off = outcome - p
    if penalised:
        leverage = weight * np.einsum("ij,ij->i", design @ np.linalg.inv(information), design)
        off = off + leverage * (0.5 - p)
        height += float(np.linalg.slogdet(information)[1]) / 2
    return height, design.T @ off, information
