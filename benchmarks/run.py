"""Speed, each figure beside a peer in the same run, as a ratio.

Usage: python benchmarks/run.py

Whole commands are timed as processes, several runs each, and the median is given. Figures depend on
the machine; ratios much less.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

import laboratory
import permutation
import scales
import tagging
import temporal
import variance
from leaderful.statistics.random_effects import three_level
from timing import timed

LEADERFUL = Path(sys.executable).with_name("leaderful")
HELP_LIMIT = 10.0
DEMO_LIMIT = 20.0


def main() -> None:
    """Print every figure beside its peer and its limit, and fail when a limit is passed."""
    bare = _processes([sys.executable, "-c", "pass"], runs=15)
    help_time = _processes([str(LEADERFUL), "--help"], runs=15)
    with tempfile.TemporaryDirectory() as folder:
        demo = _processes([str(LEADERFUL), "demo", "--out", folder], runs=5)
        polars = _processes([sys.executable, "-c", "import polars, scipy.optimize, pydantic"], runs=5)
    ours, dense, apart = _fits()
    print(f"python -c pass                      {bare * 1000:8.0f} ms")
    print(f"leaderful --help                    {help_time * 1000:8.0f} ms   {help_time / bare:6.1f} times that")
    print(f"importing polars, scipy, pydantic   {polars:8.2f} s")
    print(f"leaderful demo                      {demo:8.2f} s    {demo / polars:6.1f} times that")
    print(f"three-level REML, 210 rows          {ours * 1000:8.1f} ms")
    print(f"the same by dense matrices          {dense * 1000:8.1f} ms   {dense / ours:6.1f} times that")
    print(f"largest difference of a variance    {apart:8.1e}")
    past = scales.compare() + permutation.compare() + variance.compare() + tagging.compare() + temporal.compare()
    past += laboratory.compare()
    passed = {"leaderful --help": help_time / bare < HELP_LIMIT, "leaderful demo": demo < DEMO_LIMIT}
    slow = [name for name, within in passed.items() if not within] + past
    print(f"limits: --help under {HELP_LIMIT:g} times a bare python, demo under {DEMO_LIMIT:g} s")
    if slow:
        raise SystemExit(f"past its limit: {', '.join(slow)}")


def _processes(command: Sequence[str], *, runs: int) -> float:
    """Return the median wall time of a command in seconds, after one run to warm up."""
    return timed(lambda: subprocess.run(command, check=True, capture_output=True), runs=runs)


def _fits() -> tuple[float, float, float]:
    """Return seconds of our fit and of a dense one on the same rows, and how far their variances are apart."""
    generator = np.random.default_rng(2024)
    groups = np.repeat(np.arange(42), 5)
    v = generator.uniform(0.0005, 0.004, groups.size)
    y = (
        0.3
        + generator.normal(0, 0.12, 42)[groups]
        + generator.normal(0, 0.2, groups.size)
        + generator.normal(0, np.sqrt(v))
    )
    fit = three_level(y, v, groups)
    found = _dense(y, v, groups)
    apart = max(abs(fit.components.between - found[0]), abs(fit.components.within - found[1]))
    return (
        timed(lambda: three_level(y, v, groups), runs=9),
        timed(lambda: _dense(y, v, groups), runs=3),
        apart,
    )


def _dense(y: NDArray[np.float64], v: NDArray[np.float64], groups: NDArray[np.int64]) -> tuple[float, float]:
    """Fit the same model with whole covariance matrices, as a general package would."""
    same = (groups[:, None] == groups[None, :]).astype(float)
    ones = np.ones((y.size, 1))

    def loss(log: NDArray[np.float64]) -> float:
        between, within = np.exp(log)
        root = np.linalg.cholesky(np.diag(v + within) + between * same)
        x, z = np.linalg.solve(root, ones), np.linalg.solve(root, y)
        weight = float(x[:, 0] @ x[:, 0])
        rest = z - x[:, 0] * (x[:, 0] @ z) / weight
        return float(np.log(np.diag(root)).sum() + 0.5 * np.log(weight) + 0.5 * rest @ rest)

    best = minimize(loss, np.log([0.01, 0.01]), method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-10})
    return float(np.exp(best.x[0])), float(np.exp(best.x[1]))


if __name__ == "__main__":
    main()
