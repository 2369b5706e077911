"""A random intercept beside statsmodels MixedLM in the same run, and nested intercepts by themselves.

Usage: python benchmarks/variance.py; benchmarks/run.py runs it too.

100,000 values in 2,000 groups of unlike size. Our time holds the fit and the profile intervals of both
shares; the peer's holds the fit. The values are sorted by group for both.
"""

from __future__ import annotations

import time
import warnings

import numpy as np
from numpy.typing import NDArray
from statsmodels.regression.mixed_linear_model import MixedLM

from leaderful.statistics.variance_components import variance_components
from timing import timed

ROWS, GROUPS = 100_000, 2_000
LEAST_RATIO = 200.0
MOST_APART = 5e-5


def compare() -> list[str]:
    """Print both sides and their ratio, and return what was past its limit."""
    values, groups = _values(GROUPS)
    ours = timed(lambda: variance_components(values, [groups]), runs=15)
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        peer = MixedLM(values, np.ones((ROWS, 1)), groups=groups).fit(reml=True)
    theirs = time.perf_counter() - start
    found = variance_components(values, [groups])
    apart = max(
        abs(found.groupings[0].variance - float(peer.cov_re[0, 0])), abs(found.residual.variance - float(peer.scale))
    )
    nested = timed(lambda: variance_components(values, [groups, groups // 20, groups // 500]), runs=5)
    print(f"random intercept, {ROWS:,} rows      {ours * 1000:8.1f} ms")
    print(f"the same by statsmodels MixedLM     {theirs:8.2f} s    {theirs / ours:6.1f} times that")
    print(f"largest difference of a variance    {apart:8.1e}")
    print(f"three nested intercepts, same rows  {nested * 1000:8.1f} ms")
    print(f"limits: MixedLM at least {LEAST_RATIO:g} times as long, variances within {MOST_APART:g}")
    within = {"speed": theirs / ours >= LEAST_RATIO, "agreement": apart < MOST_APART}
    return [f"variance components: {name}" for name, held in within.items() if not held]


def _values(groups: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    generator = np.random.default_rng(2026)
    codes = np.sort(np.concatenate([np.arange(groups), generator.integers(0, groups, ROWS - groups)]))
    shared = generator.normal(0, 0.4, groups) + generator.normal(0, 0.2, groups)[np.arange(groups) // 20 * 20]
    return 3.4 + shared[codes] + generator.normal(0, 0.9, ROWS), codes


if __name__ == "__main__":
    raise SystemExit("; ".join(compare()) or None)
