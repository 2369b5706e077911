"""A mean weighted to a population whose strata are known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leaderful.statistics.blocks import Floats
from leaderful.statistics.cluster_variance import Codes, Whole, margin, whole_codes


@dataclass(frozen=True, kw_only=True)
class Poststratified:
    """A post-stratified mean.

    Parameters
    ----------
    estimate
        NaN where nobody answered.
    lower, upper
        95 % interval unless another confidence was asked for; NaN where undefined, and `reason` says why.
    se, df
        Standard error and its degrees of freedom.
    raw
        The unweighted mean.
    n
        Number who answered.
    covered
        Share of the population in strata from which somebody answered. The estimate speaks of these only.
    empty
        Strata with people, none of whom answered.
    reason
        Why the estimate or its interval is NaN; empty otherwise.
    """

    estimate: float
    lower: float
    upper: float
    se: float
    df: float
    raw: float
    n: int
    covered: float
    empty: tuple[int, ...]
    reason: str


def poststratify(values: Floats, strata: Codes, population: Whole, *, confidence: float = 0.95) -> Poststratified:
    r"""Return the mean that would have been seen if each stratum had answered as often as the others.

    With N_h people in stratum h, of whom n_h answered with mean ȳ_h and variance s_h² (over n_h - 1), and
    W_h = N_h / Σ N_h over the strata from which somebody answered::

        estimate = Σ W_h ȳ_h
        se²      = Σ W_h² s_h² / n_h
        ν        = se⁴ / Σ ( k_h² s_h⁴ / (n_h - 1) )

    The standard error is that of the linearised estimator, given the numbers that answered. A stratum
    with one answer takes the pooled variance s_p² = Σ (n_h - 1) s_h² / Σ (n_h - 1); k_h is the weight that
    s_h² has in se² after that. The interval is the estimate ± t(ν) se.

    Parameters
    ----------
    values
        Of those who answered, shape (n,), finite.
    strata
        Code of the stratum of each, shape (n,), counted from 0.
    population
        Number of people in each stratum, answered or not, shape (strata,).
    confidence
        Between 0 and 1.

    Returns
    -------
    Poststratified
        A stratum with people but no answer has no mean to weight; it is left out and named in `empty`,
        and `covered` says how much of the population is left. The interval is undefined where no stratum has two
        answers, or the answers within strata do not differ.

    Raises
    ------
    ValueError
        When shapes do not fit, a value is not finite, a code has no stratum, or more people answered in a
        stratum than it has.

    Notes
    -----
    It corrects for strata that answered less, and for nothing else: within a stratum the silent are
    taken to be like those who answered. Strata are fixed, and people within them independent; there is
    no correction for a finite population, so the interval is of people like these.

    References
    ----------
    Holt D, Smith TMF (1979) Journal of the Royal Statistical Society A 142:33-46, doi:10.2307/2344652.
    Valliant R (1993) Journal of the American Statistical Association 88:89-96,
    doi:10.1080/01621459.1993.10594298.

    Examples
    --------
    Managers are 20 of 100 and gave half of the answers. 0.2 * 4 + 0.8 * 2 = 2.4, where the plain mean is 3.

    >>> import numpy as np
    >>> values, strata = np.array([3.5, 4.5, 1.0, 3.0]), np.array([0, 0, 1, 1])
    >>> found = poststratify(values, strata, np.array([20, 80]))
    >>> round(found.estimate, 6), found.raw, found.covered, found.empty
    (2.4, 3.0, 1.0, ())
    """
    counted = _count(values, strata, population)
    n = len(values)
    if n == 0:
        return _undefined(tuple(np.flatnonzero(population).tolist()), 0.0, "nobody answered")
    answered = counted > 0
    weights = np.where(answered, population, 0) / population[answered].sum()
    means = np.bincount(strata, values, minlength=len(counted)) / np.maximum(counted, 1)
    squares = np.asarray(np.bincount(strata, (values - means[strata]) ** 2, minlength=len(counted)), dtype=np.float64)
    se, df = _error(weights, counted, squares)
    estimate = float(weights @ means)
    half = float(margin(np.array(se), np.array(df), np.array(np.abs(values).max()), confidence))
    return Poststratified(
        estimate=estimate,
        lower=estimate - half,
        upper=estimate + half,
        se=se,
        df=df,
        raw=float(values.mean()),
        n=n,
        covered=float(population[answered].sum() / population.sum()),
        empty=tuple(np.flatnonzero(~answered & (population > 0)).tolist()),
        reason=_reason(counted, half),
    )


def _error(weights: Floats, counted: Whole, squares: Floats) -> tuple[float, float]:
    """Return the standard error and its degrees of freedom; NaN where no stratum has two answers."""
    several = counted > 1
    freedom = (counted - 1)[several]
    if not several.any():
        return np.nan, np.nan
    variances = squares[several] / freedom
    lone = float(np.sum(weights[counted == 1] ** 2))
    parts = weights[several] ** 2 / counted[several] + lone * freedom / freedom.sum()
    variance = float(parts @ variances)
    spread = float(np.sum((parts * variances) ** 2 / freedom))
    return float(np.sqrt(variance)), variance**2 / spread if spread > 0 else np.nan


def _reason(counted: Whole, half: float) -> str:
    if not np.isnan(half):
        return ""
    if counted.max() < 2:
        return "no stratum has two answers, so that nothing is known of how people in one differ"
    return "the answers within each stratum do not differ, so that they say nothing about their uncertainty"


def _undefined(empty: tuple[int, ...], covered: float, reason: str) -> Poststratified:
    nan = float("nan")
    return Poststratified(
        estimate=nan, lower=nan, upper=nan, se=nan, df=nan, raw=nan, n=0, covered=covered, empty=empty, reason=reason
    )


def _count(values: Floats, strata: Codes, population: Whole) -> Whole:
    """Check the arguments and return the number who answered in each stratum."""
    codes = whole_codes(strata, "strata", len(values))
    whole_codes(population, "population", len(population))
    if not np.isfinite(values).all():
        raise ValueError("values must be finite numbers; leave people without an answer out")
    if codes.size and codes.max() >= len(population):
        raise ValueError(f"strata go up to {codes.max()} and population has {len(population)} entries, counted from 0")
    counted = np.bincount(codes, minlength=len(population))
    over = np.flatnonzero(counted > population)
    if over.size:
        first = int(over[0])
        raise ValueError(f"{counted[first]} answered in stratum {first}, which has {population[first]} people")
    return counted
