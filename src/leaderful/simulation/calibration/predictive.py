"""Whether the model can give what was observed at all: posterior predictive checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leaderful.simulation.calibration.bank import Drawing, Simulator, matrix
from leaderful.simulation.calibration.inference import Calibration, Observed
from leaderful.simulation.experiments.points import Unit
from leaderful.simulation.experiments.running import Means, complete
from leaderful.simulation.parameters import default_parameters

Vector = NDArray[np.float64]

DOUBT: Final = 0.05
"""Two-sided p below which a summary is said not to be reproduced. Ours."""
_HERE = Means()


@dataclass(frozen=True, eq=False, kw_only=True)
class Predictive:
    """What simulations at parameters from the posterior show."""

    names: tuple[str, ...]
    summaries: Vector
    """Shape (n, m)."""


def predict(
    run: Simulator,
    calibration: Calibration,
    n: int,
    *,
    seed: int,
    folder: Path,
    fixed: Mapping[str, float] | None = None,
    means: Means = _HERE,
) -> Predictive:
    """Simulate n systems at parameters drawn from the posterior; arguments are those of `make_bank`."""
    points = calibration.draw(n, seed=seed)
    units = [
        Unit(
            row,
            seed + row,
            default_parameters(**(fixed or {}), **dict(zip(calibration.ranges, map(float, point), strict=True))),
        )
        for row, point in enumerate(points)
    ]
    names, summaries = matrix(complete(Drawing(run), units, folder, means), n)
    return Predictive(names=names, summaries=summaries)


def check(predictive: Predictive, observed: Mapping[str, Observed], *, seed: int = 1) -> pl.DataFrame:
    """Return where each observed summary lies among those that the fitted model predicts.

    Parameters
    ----------
    predictive
        Simulations at parameters from the posterior.
    observed
        What was observed; simulations are given its errors of observation.
    seed
        Seed of those errors.

    Returns
    -------
    pl.DataFrame
        Columns summary, observed, lower, median, upper (90 % of the predictions), p and words; p is twice the
        smaller of the shares of predictions at or below and at or above what was observed, counting it among
        them, so that it is never 0; null, with words, for a summary that was not observed or is never defined.

    Notes
    -----
    The same data fit and check the model, so p is conservative: a small one is a warning, a large one no proof
    (Gelman, Meng and Stern 1996, Statistica Sinica 6, 733-807). With many summaries some small ones are due
    to chance.

    Examples
    --------
    >>> seen = Predictive(names=("trust.across@1",), summaries=np.linspace(0.4, 0.6, 99)[:, None])
    >>> row = check(seen, {"trust.across@1": Observed(0.9)}).row(0, named=True)
    >>> row["p"], row["words"]
    (0.02, 'not reproduced: higher than the fitted model gives')
    """
    rng = np.random.default_rng(seed)
    rows = []
    for column, name in enumerate(predictive.names):
        given = observed.get(name, Observed(float("nan")))
        values = predictive.summaries[:, column]
        values = values[np.isfinite(values)]
        noise = rng.standard_normal(len(predictive.summaries))[: len(values)] * given.error
        rows.append((name, *_place(values + noise, given.value)))
    columns = {"summary": pl.String} | dict.fromkeys(("observed", "lower", "median", "upper", "p"), pl.Float64)
    return pl.DataFrame(rows, schema={**columns, "words": pl.String}, orient="row")


def _place(values: Vector, seen: float) -> tuple[float | str | None, ...]:
    if not len(values):
        return (seen if isfinite(seen) else None, None, None, None, None, "never defined in the simulations")
    lower, median, upper = np.quantile(values, (0.05, 0.5, 0.95)).tolist()
    if not isfinite(seen):
        return None, lower, median, upper, None, "not observed"
    below, above = ((values <= seen).sum() + 1, (values >= seen).sum() + 1)
    p = min(1.0, 2.0 * min(below, above) / (len(values) + 1))
    side = "higher" if below > above else "lower"
    words = "reproduced" if p >= DOUBT else f"not reproduced: {side} than the fitted model gives"
    return seen, lower, median, upper, float(p), words
