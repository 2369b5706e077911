"""The variance of a mean, or of a difference of two means, when people come in clusters.

One home of the formula for `means` and `paired_change`. Column k is one mean; for cluster g, n_gk is
the number of its rows in column k, f_gk = n_gk / n_k, and S_gk the sum of their deviations from the
mean of the column, with the sign of the column in the difference.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from leaderful.statistics.blocks import Floats
from leaderful.statistics.confidence import check_confidence

Whole: TypeAlias = NDArray[np.int64]
Codes: TypeAlias = NDArray[np.integer[Any]]
"""Whole numbers counted from 0, one for each row; -1 for a row that belongs nowhere."""

_NOTHING = 1e-9
"""A standard error smaller than this, next to what it comes from, is rounding."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Cells:
    """Clusters within units: what is left of the rows of each cluster."""

    unit: Whole
    """The unit that a cluster belongs to, shape (cells,)."""
    rows: Floats
    """n_gk, shape (cells, columns)."""
    sums: Floats
    """S_gk, shape (cells, columns)."""


def cluster_variance(cells: Cells, totals: Floats) -> tuple[Floats, Floats]:
    r"""Return the variance of each unit's figure, CR2, and its Bell-McCaffrey degrees of freedom.

    .. math::
        V = \sum_g \Bigl(\sum_k \frac{S_{gk}}{n_k \sqrt{1 - f_{gk}}}\Bigr)^2, \qquad
        \nu = \frac{(\operatorname{tr} P)^2}{\operatorname{tr} P^2}

    with P the covariance of the terms of V if all rows were independent: :math:`P_{gg} = \sum_k f_{gk} / n_k`,
    :math:`P_{gh} = -\sum_k u_{gk} u_{hk}`, :math:`u_{gk}^2 = f_{gk}^2 / (n_k (1 - f_{gk}))`. Both are NaN
    where a column has no rows or one cluster holds all of them.
    """
    units = len(totals)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = cells.rows / totals[cells.unit]
        rest = np.sqrt(1 - shares)
        terms = (cells.sums / (totals[cells.unit] * rest)).sum(axis=1)
        own = (shares / totals[cells.unit]).sum(axis=1)
        u = shares / rest / np.sqrt(totals[cells.unit])
        variance = np.bincount(cells.unit, terms**2, minlength=units)
        crossed = np.bincount(cells.unit, own**2 - (u**2).sum(axis=1) ** 2, minlength=units)
        for k in range(u.shape[1]):
            for m in range(u.shape[1]):
                crossed += np.bincount(cells.unit, u[:, k] * u[:, m], minlength=units) ** 2
        df = np.bincount(cells.unit, own, minlength=units) ** 2 / crossed
    undefined = ~np.isfinite(df) | (totals == 0).any(axis=1)
    return np.where(undefined, np.nan, variance), np.where(undefined, np.nan, df)


def margin(se: Floats, df: Floats, size: Floats, confidence: float) -> Floats:
    """Return half the width of the interval; NaN where the error is rounding, next to the size of the values."""
    check_confidence(confidence)
    half = np.asarray(t.isf((1 - confidence) / 2, df) * se)
    return np.where(se > _NOTHING * size, half, np.nan)


def gather(unit: Whole, clusters: Whole, column: Whole, deviations: Floats, *, columns: int) -> Cells:
    """Return the cells of rows with their deviations; a cluster that occurs in two units is two cells."""
    width = int(clusters.max(initial=0)) + 1
    keys, cell = np.unique(unit * width + clusters, return_inverse=True)
    place = cell * columns + column
    size = len(keys) * columns
    rows = np.bincount(place, minlength=size).astype(float)
    sums = np.asarray(np.bincount(place, deviations, minlength=size), dtype=np.float64)
    return Cells(unit=keys // width, rows=rows.reshape(-1, columns), sums=sums.reshape(-1, columns))


def whole_codes(codes: Codes, name: str, rows: int, *, lowest: int = 0) -> Whole:
    """Return codes as int64, refusing other types, lengths that do not fit and codes below the lowest."""
    if codes.shape != (rows,) or codes.dtype.kind not in "iu":
        raise ValueError(f"{name} have shape {codes.shape} and type {codes.dtype}; {rows} whole numbers are wanted")
    if rows and codes.min() < lowest:
        raise ValueError(f"{name} hold the code {codes.min()}; the lowest that is allowed is {lowest}")
    return codes.astype(np.int64)


def kept_rows(values: Floats, units: Codes, name: str) -> NDArray[np.bool_]:
    """Return which rows have a value and a unit, refusing what is neither a number nor missing."""
    if values.ndim != 1 or np.isinf(values).any():
        raise ValueError("values must be finite numbers in one row, NaN where a person has none")
    return ~np.isnan(values) & (whole_codes(units, name, len(values), lowest=-1) >= 0)
