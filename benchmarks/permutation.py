"""MRQAP on 300 nodes beside the same test as a plain loop over least squares, in one run, as a ratio.

Usage: python benchmarks/permutation.py
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from leaderful.statistics.network_regression import mrqap

Floats = NDArray[np.float64]
Result = TypeVar("Result")
NODES, PREDICTORS, PERMUTATIONS = 300, 4, 1000
LOOP_PERMUTATIONS = 10
LIMIT = 2.0


def main() -> None:
    """Print the figures, and fail past the limit."""
    slow = compare()
    if slow:
        raise SystemExit(f"past its limit: {', '.join(slow)}")


def compare() -> list[str]:
    """Print both times and their ratio, and return what was past its limit."""
    ours, loop, apart = figures()
    print(f"MRQAP, {NODES} nodes, {PREDICTORS} predictors     {ours:8.2f} s, {PERMUTATIONS:,} permutations")
    print(f"the same by numpy.linalg.lstsq      {loop:8.1f} s    {loop / ours:6.1f} times that")
    print(f"largest difference of a t           {apart:8.1e}")
    print(f"limit: MRQAP under {LIMIT:g} s")
    return ["MRQAP"] if ours >= LIMIT else []


def figures() -> tuple[float, float, float]:
    """Return seconds of ours and of the loop for as many permutations, and how far their t are apart."""
    generator = np.random.default_rng(300)
    rows = generator.normal(size=(PREDICTORS + 1, NODES, 1))
    networks = rows + generator.normal(size=(PREDICTORS + 1, NODES, NODES))
    y, xs = networks[0] + 0.05 * networks[1], networks[1:]
    mrqap(y[:6, :6], xs[:, :6, :6], permutations=2, seed=1)  # compiles the kernel, or reads it from its cache
    tries = [_timed(lambda: mrqap(y, xs, permutations=PERMUTATIONS, seed=1)) for _ in range(3)]
    ours, found = min(tries, key=lambda one: one[0])
    loop, t = _timed(lambda: _by_loop(y, xs, generator))
    return ours, loop * PERMUTATIONS / LOOP_PERMUTATIONS, float(np.abs(found.t - t).max())


def _timed(work: Callable[[], Result]) -> tuple[float, Result]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def _by_loop(y: Floats, xs: Floats, generator: np.random.Generator) -> Floats:
    """Return t of every predictor, after refitting it permuted as often as the loop is run."""
    cells = ~np.eye(len(y), dtype=bool)
    found = []
    for k in range(len(xs)):
        others = np.column_stack([np.ones(cells.sum()), *(x[cells] for x in np.delete(xs, k, axis=0))])
        left = np.zeros_like(y)
        left[cells] = xs[k][cells] - others @ np.linalg.lstsq(others, xs[k][cells], rcond=None)[0]
        found.append(_t(y[cells], left[cells], others))
        for _ in range(LOOP_PERMUTATIONS):
            order = generator.permutation(len(y))
            _t(y[cells], left[np.ix_(order, order)][cells], others)
    return np.array(found)


def _t(y: Floats, left: Floats, others: Floats) -> float:
    design = np.column_stack([left, others])
    fit, squares, *_ = np.linalg.lstsq(design, y, rcond=None)
    variance = squares[0] / (len(y) - design.shape[1])
    return float(fit[0] / np.sqrt(variance * np.linalg.inv(design.T @ design)[0, 0]))


if __name__ == "__main__":
    main()
