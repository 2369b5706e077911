"""How long work takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median


def timed(work: Callable[[], object], *, runs: int) -> float:
    """Return the median wall time of work in seconds, after one run to warm up."""
    work()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return median(times)
