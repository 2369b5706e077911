"""What an experiment shows: what each scenario changes, and on which parameters outcomes depend."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from math import nan

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import stats

from leaderful.simulation.experiments.design import BASELINE, Design
from leaderful.simulation.experiments.points import points, problem

Vector = NDArray[np.float64]

_WHAT = ("scenario", "system", "measure", "part")
_RESAMPLES = 200
FEWEST_PAIRS = 2
_SPREAD = (0.05, 0.5, 0.95)


def effects(table: pl.DataFrame) -> pl.DataFrame:
    """Return what each scenario changes: scenario minus baseline, paired by draw and seed.

    Parameters
    ----------
    table
        Rows of an experiment, as `complete` gives them for `Runs`.

    Returns
    -------
    pl.DataFrame
        One row for each scenario, system, measure, part and term (``end``, ``area``), with

        - estimate: mean of the paired differences, in the measure's unit (for ``area`` times weeks);
        - lower, upper: 95 % interval of that mean by Student's t. With more than one draw, differences are
          averaged over the seeds of a draw and draws are the units; with one draw, seeds are. Null below two;
        - low5, median, high95: spread of single differences over draws and seeds;
        - holds: share of differences with the sign of the mean, those of nought not among them;
        - n, draws, seeds, and null where either run has no outcome.

    Notes
    -----
    The interval is about the mean over the parameter space drawn from, all runs sharing one seeded system. It says
    nothing of whether the model is right.
    """
    rows = [
        (*names, term, *_effect(pairs, term))
        for names, pairs in _pairs(table).partition_by(*_WHAT, as_dict=True, maintain_order=True).items()
        for term in ("end", "area")
    ]
    figures = ("estimate", "lower", "upper", "low5", "median", "high95", "holds")
    schema: dict[str, type[pl.DataType]] = dict.fromkeys((*_WHAT, "term"), pl.String)
    schema |= dict.fromkeys(figures, pl.Float64) | dict.fromkeys(("n", "draws", "seeds"), pl.Int64)
    return pl.DataFrame(rows, schema=schema, orient="row")


def _pairs(table: pl.DataFrame) -> pl.DataFrame:
    keys = ["draw", "seed", "system", "measure", "part"]
    base = table.filter(pl.col("scenario") == BASELINE).drop("scenario")
    return table.filter(pl.col("scenario") != BASELINE).join(base, on=keys, suffix="_base", maintain_order="left")


def _effect(pairs: pl.DataFrame, term: str) -> tuple[float | int | None, ...]:
    given = pairs.select("draw", "seed", difference=pl.col(term) - pl.col(f"{term}_base")).drop_nulls()
    values = given["difference"].to_numpy()
    draws, seeds = given["draw"].n_unique(), given["seed"].n_unique()
    if not len(values):
        return (None,) * 7 + (0, 0, 0)
    by_draw = _means(given["draw"].to_numpy(), values)[1]
    mean, lower, upper = _interval(by_draw if draws > 1 else values)
    low, middle, high = np.quantile(values, _SPREAD).tolist()
    holds = float((values * mean > 0).mean())
    return mean, lower, upper, low, middle, high, holds, len(values), draws, seeds


def _means(draws: NDArray[np.int32], values: Vector) -> tuple[NDArray[np.int32], Vector]:
    """Return the draws and the mean of the values of each, over seeds."""
    numbers, of = np.unique(draws, return_inverse=True)
    return numbers, np.bincount(of, values) / np.bincount(of)


def _interval(values: Vector) -> tuple[float, float | None, float | None]:
    mean, n = float(values.mean()), len(values)
    if n < FEWEST_PAIRS:
        return mean, None, None
    half = float(stats.t.ppf(0.975, n - 1) * values.std(ddof=1) / np.sqrt(n))
    return mean, mean - half, mean + half


def sensitivity(table: pl.DataFrame, design: Design) -> pl.DataFrame:
    """Return on which drawn parameters the outcomes of a design depend.

    Parameters
    ----------
    table
        Rows of an experiment, as `complete` gives them for `Runs`.
    design
        The design they come from. Its outcomes are looked at, averaged over seeds, at the run's end: as the
        ``value`` they have in the baseline, and as the ``effect`` of every scenario on them (column ``of``).

    Returns
    -------
    pl.DataFrame
        Columns scenario, of, system, measure, part, parameter, index, estimate, lower, upper, n (draws) and
        reason. Index is ``first`` and ``total`` for Saltelli's design, ``prcc`` for a Latin hypercube. Estimate
        is null, with the reason, where it is not defined. No rows for a design without draws.
    """
    schema: dict[str, type[pl.DataType]] = dict.fromkeys(
        ("scenario", "of", "system", "measure", "part", "parameter", "index"), pl.String
    )
    schema |= dict.fromkeys(("estimate", "lower", "upper"), pl.Float64) | {"n": pl.Int64, "reason": pl.String}
    return pl.DataFrame(list(_sensitivity(table, design)), schema=schema, orient="row")


def _sensitivity(table: pl.DataFrame, design: Design) -> Iterator[tuple[object, ...]]:
    names = list(design.drawn)
    if not names:
        return
    drawn = points(design)
    asked = table.filter(_asked(design.outcomes))
    sources = [(asked.filter(pl.col("scenario") == BASELINE), "value", "end")]
    if design.scenarios:
        changed = _pairs(asked).with_columns(change=pl.col("end") - pl.col("end_base"))
        sources.append((changed, "effect", "change"))
    for frame, of, column in sources:
        for what, rows in frame.partition_by(*_WHAT, as_dict=True, maintain_order=True).items():
            there = rows.drop_nulls(column)
            numbers, means = _means(there["draw"].to_numpy(), there[column].to_numpy())
            values = np.full(len(drawn), nan)
            values[numbers] = means
            for name, index, *figures in _indices(drawn, values, names, design):
                yield what[0], of, *what[1:], name, index, *figures


def _asked(outcomes: Sequence[str]) -> pl.Expr:
    wanted = [outcome.partition(".") for outcome in outcomes]
    return pl.any_horizontal(
        *((pl.col("measure") == measure) & (pl.col("part") == (part or "all")) for measure, _, part in wanted)
    )


def _indices(drawn: Vector, values: Vector, names: list[str], design: Design) -> Iterator[tuple[object, ...]]:
    n = int(np.isfinite(values).sum())
    saltelli = design.draws.method == "saltelli"
    reason = _why_not(values, len(names), saltelli=saltelli)
    if reason:
        for name in names:
            for index in ("first", "total") if saltelli else ("prcc",):
                yield name, index, None, None, None, n, reason
    elif saltelli:
        yield from _sobol(values, design, n)
    else:
        there = np.isfinite(values)
        estimate, lower, upper = partial_rank_correlations(drawn[there], values[there])
        for name, *figures in zip(names, estimate.tolist(), lower.tolist(), upper.tolist(), strict=True):
            yield name, "prcc", *figures, n, ""


def _why_not(values: Vector, k: int, *, saltelli: bool) -> str:
    """Return why indices are not defined, empty where they are."""
    there = values[np.isfinite(values)]
    if saltelli and len(there) < len(values):
        return "some runs have no outcome, and Saltelli's design needs all of them"
    if len(there) < 2 or np.ptp(there) == 0:
        return "the outcome is the same in all runs"
    if not saltelli and len(there) < k + 4:
        return f"{len(there)} draws are too few for {k} parameters; {k + 4} are the fewest"
    return ""


def _sobol(values: Vector, design: Design, n: int) -> Iterator[tuple[object, ...]]:
    from SALib.analyze import sobol  # it loads Pandas, which nothing else here needs

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a resample of equal values; its interval is nan and so null
        found = sobol.analyze(
            problem(design.drawn),
            values,
            calc_second_order=False,
            num_resamples=_RESAMPLES,
            seed=design.draws.seed,
        )
    for index, short in (("first", "S1"), ("total", "ST")):
        for name, estimate, half in zip(design.drawn, found[short], found[f"{short}_conf"], strict=True):
            if np.isfinite(estimate) and np.isfinite(half):
                yield name, index, float(estimate), float(estimate - half), float(estimate + half), n, ""
            else:
                yield name, index, None, None, None, n, "too few runs differ"


def partial_rank_correlations(x: Vector, y: Vector) -> tuple[Vector, Vector, Vector]:
    """Return the partial rank correlation of every column with an outcome, given the other columns.

    Ranks of x and y are correlated after what the ranks of the other columns explain of both by linear
    regression is taken away. It says how steadily the outcome rises or falls with a parameter, whatever the
    others are; it does not see a dependence that rises and falls again.

    Parameters
    ----------
    x
        Shape (n, k): draws of k parameters.
    y
        Shape (n,): the outcome.

    Returns
    -------
    tuple of ndarray of shape (k,)
        Estimate, and the 95 % interval by Fisher's z with standard error 1 / sqrt(n - k - 2).

    Raises
    ------
    ValueError
        When n is below k + 4: too few draws for an interval.

    References
    ----------
    Marino, S., Hogue, I. B., Ray, C. J. and Kirschner, D. E. (2008). A methodology for performing global
    uncertainty and sensitivity analysis in systems biology. Journal of Theoretical Biology 254, 178-196.
    doi:10.1016/j.jtbi.2008.04.011

    Examples
    --------
    >>> x = np.array([[1, 2], [2, 5], [3, 1], [4, 6], [5, 3], [6, 4]], dtype=float)
    >>> estimate, lower, upper = partial_rank_correlations(x, x[:, 0] ** 3)
    >>> bool(estimate[0] > 0.999)
    True
    """
    n, k = x.shape
    if n < k + 4:
        raise ValueError(f"{n} draws are too few for {k} parameters; {k + 4} are the fewest")
    ranks, outcome = stats.rankdata(x, axis=0), stats.rankdata(y)
    estimate = np.array([_partial(np.delete(ranks, j, axis=1), ranks[:, j], outcome) for j in range(k)])
    half = stats.norm.ppf(0.975) / np.sqrt(n - k - 2)
    centre = np.arctanh(np.clip(estimate, -1 + 1e-15, 1 - 1e-15))
    return estimate, np.tanh(centre - half), np.tanh(centre + half)


def _partial(others: Vector, one: Vector, outcome: Vector) -> float:
    """Return the correlation of what the others leave unexplained of both; 0 where they leave nothing."""
    design = np.column_stack([np.ones(len(one)), others])
    both = np.column_stack([one, outcome])
    left = both - design @ np.linalg.lstsq(design, both, rcond=None)[0]
    scale = np.sqrt((left**2).sum(axis=0))
    if (scale <= 1e-9 * np.sqrt((both**2).sum(axis=0))).any():
        return 0.0
    return float(np.clip(left[:, 0] @ left[:, 1] / scale.prod(), -1.0, 1.0))
