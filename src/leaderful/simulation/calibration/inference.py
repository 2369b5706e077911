"""Which parameters fit what was observed: approximate Bayesian computation with regression adjustment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Final, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leaderful.errors import BadValuesError
from leaderful.simulation.calibration.bank import Bank, Ranges

Vector = NDArray[np.float64]

FEWEST: Final = 200
"""Simulations below which a bank says too little."""
ACCEPTED: Final = 0.2
"""Part of the bank that is accepted."""
LEARNT: Final = 0.1
"""Part by which the spread must fall from prior to posterior for anything to have been learnt. Ours."""
_LOST = 0.1
_RIDGE = 1e-3
_FOLDS = 5
_TINY, _MOST = 1e-12, 4.0


class Observed(NamedTuple):
    """A summary as it was observed."""

    value: float
    error: float = 0.0
    """Its standard error; 0 for a census of a simulated system."""
    n: int = 0
    """Answers or people it rests on."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Calibration:
    """What was learnt of the parameters of a bank from one observation."""

    ranges: Ranges
    used: tuple[str, ...]
    """Summaries that the parameters were fitted to, changes between waves among them."""
    left_out: tuple[str, ...]
    """Summaries that the observation or the bank does not have, or that do not vary."""
    sample: Vector
    """Shape (a, k): accepted parameters after adjustment."""
    weights: Vector
    """Shape (a,), sum 1."""
    distance: float
    """Part of the bank's own simulations that lie nearer to the middle of the bank than the observation does."""

    def table(self) -> pl.DataFrame:
        """Return one row for each parameter: prior, posterior, and how much was learnt.

        Columns parameter, prior_low, prior_high, mean, lower and upper (90 % interval), learnt (1 less the
        ratio of the posterior's standard deviation to the prior's; 0 when nothing was learnt) and words.
        """
        rows = []
        for j, (name, (low, high)) in enumerate(self.ranges.items()):
            values = self.sample[:, j]
            mean = float(self.weights @ values)
            spread = float(np.sqrt(self.weights @ (values - mean) ** 2))
            lower, upper = weighted_quantiles(values, self.weights, (0.05, 0.95))
            learnt = max(0.0, 1.0 - spread / ((high - low) / np.sqrt(12.0)))
            rows.append((name, low, high, mean, lower, upper, learnt, _words(learnt)))
        columns = ["parameter", "prior_low", "prior_high", "mean", "lower", "upper", "learnt", "words"]
        return pl.DataFrame(rows, schema=columns, orient="row")

    def draw(self, n: int, *, seed: int) -> Vector:
        """Return n parameters drawn from the posterior, shape (n, k)."""
        rows = np.random.default_rng(seed).choice(len(self.weights), size=n, p=self.weights)
        return self.sample[rows]


def _words(learnt: float) -> str:
    if learnt < LEARNT:
        return "nothing was learnt: what was observed fits the whole plausible range as well"
    return "little was learnt" if learnt < 0.3 else "something was learnt" if learnt < 0.6 else "much was learnt"


def calibrate(bank: Bank, observed: Mapping[str, Observed], *, seed: int = 1) -> Calibration:
    """Return which parameters of a bank fit what was observed.

    Parameters
    ----------
    bank
        Simulations at parameters drawn from the prior, 200 or more.
    observed
        What was observed, by the names of the bank's summaries. Those that only one of the two has are left
        out, and named.
    seed
        Seed of the errors of observation that the simulations are given.

    Returns
    -------
    Calibration

    Raises
    ------
    BadValuesError
        When the bank is too small, or nothing observed can be compared with it.

    Notes
    -----
    Rejection with local-linear regression adjustment (Beaumont, Zhang and Balding 2002) on projected summaries:

    1. every simulated summary gets an error of observation, normal with the standard error of the one observed,
       so that the posterior is exact for a model that includes it (Wilkinson 2013);
    2. changes of each measure from wave to wave join the summaries; each is centred at the bank's median and
       scaled by its median absolute deviation;
    3. parameters, on the logit scale of their ranges, are regressed on summaries and their squares over the
       whole bank; the predictions are the statistics, one a parameter (Fearnhead and Prangle 2012);
    4. the nearest fifth of the bank is accepted, weighted by the Epanechnikov kernel, and drawn to the
       observation by a weighted linear regression, and its spread by one of the log squared residuals (Blum
       and François 2010); the logit keeps it within the prior.

    Chosen over sequential Monte Carlo because one bank serves any number of observations, each simulation can
    be held out as a truth of its own, and whether intervals hold what they promise can be tested cheaply.

    References
    ----------
    Beaumont, M. A., Zhang, W. and Balding, D. J. (2002). Approximate Bayesian computation in population
    genetics. Genetics 162, 2025-2035. doi:10.1093/genetics/162.4.2025

    Blum, M. G. B. and François, O. (2010). Non-linear regression models for approximate Bayesian computation.
    Statistics and Computing 20, 63-73. doi:10.1007/s11222-009-9116-0

    Fearnhead, P. and Prangle, D. (2012). Constructing summary statistics for approximate Bayesian computation.
    Journal of the Royal Statistical Society B 74, 419-474. doi:10.1111/j.1467-9868.2011.01010.x

    Wilkinson, R. D. (2013). Approximate Bayesian computation (ABC) gives exact results under the assumption of
    model error. Statistical Applications in Genetics and Molecular Biology 12, 129-141.
    doi:10.1515/sagmb-2013-0010

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> truth = rng.uniform(0, 1, (400, 1))
    >>> bank = Bank(ranges={"closure": (0, 1)}, parameters=truth, names=("s",), summaries=3 * truth)
    >>> row = calibrate(bank, {"s": Observed(1.5, error=0.01)}).table().row(0, named=True)
    >>> bool(row["lower"] < 0.5 < row["upper"]), round(row["mean"], 1)
    (True, 0.5)
    """
    if len(bank.parameters) < FEWEST:
        raise BadValuesError(f"The bank holds {len(bank.parameters)} simulations; {FEWEST} are the fewest.")
    asked = {name: each for name, each in observed.items() if isfinite(each.value) and isfinite(each.error)}
    kept, lost = _comparable(bank, asked)
    whole = np.isfinite(bank.summaries[:, kept]).all(axis=1)
    theta = _logit(bank.parameters[whole], bank.ranges)
    names = [bank.names[column] for column in kept]
    errors = np.array([asked[name].error for name in names])
    noise = np.random.default_rng(seed).standard_normal((int(whole.sum()), len(kept))) * errors
    simulated, labels = _with_changes(bank.summaries[whole][:, kept] + noise, names)
    seen, _ = _with_changes(np.array([[asked[name].value for name in names]]), names)
    centre, scale, varying = _scale(simulated)
    if not varying.any():
        raise BadValuesError(_NOTHING)
    x, point = ((each - centre) / scale for each in (simulated[:, varying], seen[:, varying]))
    statistics, target = _project(x, point, theta)
    adjusted, weights = _adjust(statistics, target, theta)
    constant = [label for label, there in zip(labels, varying, strict=True) if not there]
    return Calibration(
        ranges=bank.ranges,
        used=tuple(label for label, there in zip(labels, varying, strict=True) if there),
        left_out=(*lost, *(name for name in observed if name not in bank.names), *constant),
        sample=_from_logit(adjusted, bank.ranges),
        weights=weights,
        distance=float((np.abs(x).mean(axis=1) <= np.abs(point).mean()).mean()),
    )


_NOTHING = (
    "Nothing that was observed can be compared with the simulations. Name the summaries of both alike, as in "
    "share_taken.across@1."
)


def _comparable(bank: Bank, observed: Mapping[str, Observed]) -> tuple[list[int], list[str]]:
    """Return the columns that were observed and that nearly all simulations have, and the names of the others."""
    there = np.isfinite(bank.summaries).mean(axis=0) >= 1 - _LOST
    kept = [column for column, name in enumerate(bank.names) if name in observed and there[column]]
    if not kept:
        raise BadValuesError(_NOTHING)
    return kept, [name for column, name in enumerate(bank.names) if column not in kept]


def _with_changes(values: Vector, names: list[str]) -> tuple[Vector, list[str]]:
    """Return summaries of waves with their changes from one wave to the next beside them."""
    waves: dict[str, list[tuple[int, int]]] = {}
    for column, name in enumerate(names):
        what, _, wave = name.partition("@")
        if wave.isdecimal():
            waves.setdefault(what, []).append((int(wave), column))
    pairs = [
        (f"change of {what} from wave {first} to {second}", before, after)
        for what, each in waves.items()
        for (first, before), (second, after) in zip(sorted(each), sorted(each)[1:], strict=False)
    ]
    changes = [values[:, after] - values[:, before] for _, before, after in pairs]
    return np.column_stack([values, *changes]), [*names, *(label for label, _, _ in pairs)]


def _scale(values: Vector) -> tuple[Vector, Vector, NDArray[np.bool_]]:
    """Return median and median absolute deviation of the columns that vary, and which those are."""
    centre = np.median(values, axis=0)
    scale = np.median(np.abs(values - centre), axis=0)
    varying = scale > 1e-12
    return centre[varying], scale[varying], varying


def _project(x: Vector, point: Vector, theta: Vector) -> tuple[Vector, Vector]:
    """Return what ridge regressions on summaries and their squares make of simulations and observation.

    Each simulation is predicted by a regression that has not seen it, as the observation is: otherwise the
    simulations would lie nearer to their parameters than the observation does, and intervals would be too short.
    """
    features, target = (np.column_stack([each, np.clip(each, -5, 5) ** 2]) for each in (x, point))
    mean, spread = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-12)
    features, target = (features - mean) / spread, (target - mean) / spread
    predicted = np.empty_like(theta)
    fold = np.arange(len(theta)) % _FOLDS
    for each in range(_FOLDS):
        inside = fold == each
        predicted[inside] = _predict(features[~inside], theta[~inside], features[inside])
    aimed = _predict(features, theta, target)
    scale = np.maximum(predicted.std(axis=0), 1e-12)
    return predicted / scale, aimed / scale


def _predict(features: Vector, theta: Vector, at: Vector) -> Vector:
    """Return what a ridge regression of parameters on features predicts at others."""
    middle, level = features.mean(axis=0), theta.mean(axis=0)
    centred = features - middle
    gram = centred.T @ centred + _RIDGE * len(features) * np.eye(features.shape[1])
    return np.asarray(level + (at - middle) @ np.linalg.solve(gram, centred.T @ (theta - level)))


def _adjust(statistics: Vector, target: Vector, theta: Vector) -> tuple[Vector, Vector]:
    """Accept the nearest part of the bank and draw it to the observation, in place and in spread."""
    gap = statistics - target
    distance = np.sqrt((gap**2).sum(axis=1))
    accepted = np.argsort(distance, kind="stable")[: max(int(ACCEPTED * len(distance)), 5 * (gap.shape[1] + 1))]
    reach = distance[accepted].max() * (1 + 1e-9) + 1e-300
    weights = 1 - (distance[accepted] / reach) ** 2
    weights /= weights.sum()
    design = np.column_stack([np.ones(len(accepted)), gap[accepted]])
    root = np.sqrt(weights)[:, None]
    fitted = np.linalg.lstsq(root * design, root * theta[accepted], rcond=None)[0]
    left = theta[accepted] - design @ fitted
    widths = np.linalg.lstsq(root * design, root * np.log(left**2 + _TINY), rcond=None)[0]
    wider = np.clip(gap[accepted] @ widths[1:], -_MOST, _MOST)
    return fitted[0] + left * np.exp(-wider / 2), weights


def _logit(values: Vector, ranges: Ranges) -> Vector:
    low, high = np.array(list(ranges.values()), dtype=float).T
    share = np.clip((values - low) / (high - low), 1e-6, 1 - 1e-6)
    return np.asarray(np.log(share / (1 - share)))


def _from_logit(values: Vector, ranges: Ranges) -> Vector:
    low, high = np.array(list(ranges.values()), dtype=float).T
    return np.asarray(low + (high - low) / (1 + np.exp(-np.clip(values, -50, 50))))


def weighted_quantiles(values: Vector, weights: Vector, shares: tuple[float, ...]) -> tuple[float, ...]:
    """Return quantiles of weighted values, interpolated between the middles of their weights.

    Examples
    --------
    >>> weighted_quantiles(np.array([3.0, 1.0, 2.0]), np.array([1.0, 1.0, 1.0]), (0.5,))
    (2.0,)
    """
    order = np.argsort(values, kind="stable")
    heights = np.cumsum(weights[order])
    middles = (heights - weights[order] / 2) / heights[-1]
    return tuple(float(each) for each in np.interp(shares, middles, values[order]))
