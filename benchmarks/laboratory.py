"""The laboratory beside the same model in Mesa, and at the size of all of England.

Usage: python benchmarks/laboratory.py
"""

from __future__ import annotations

import multiprocessing
import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import date
from typing import TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from leaderful import england, jobs
from leaderful.simulation.engine import Engine
from leaderful.simulation.parameters import default_parameters
from leaderful.simulation.seeding import from_public
from leaderful.simulation.system import System
from mesa_peer import Region

_T = TypeVar("_T")

DAY = date(2026, 4, 1)
ICB = "QHM"
ONE_SYSTEM, FEW = 70_000, 10_000
RATE_WEEKS, MESA_WEEKS = 104, 3
WEEKS = 260
RATIO_LIMIT, MINUTES_LIMIT, MEMORY_LIMIT, FLAT_LIMIT, TRUST_LIMIT = 100.0, 5.0, 8.0, 1.5, 0.01


def main() -> None:
    """Print the figures, and fail past a limit."""
    slow = compare()
    if slow:
        raise SystemExit(f"past its limit: {', '.join(slow)}")


def compare() -> list[str]:
    """Print rates, ratios and memory, and return what was past its limit."""
    ours, actors = rate(ONE_SYSTEM)
    theirs, apart = mesa()
    small, few = rate(FEW)
    print(f"laboratory, {actors:,} actors                           {ours / 1e6:8.2f} million actor-weeks a second")
    print(f"the same rules in Mesa                              {theirs:8.0f} a second, 1/{ours / theirs:.0f} of that")
    print(f"largest difference of mean trust                    {apart:8.4f}")
    print(f"laboratory, {few:,} actors                            {small / 1e6:8.2f} million actor-weeks a second")
    (minutes, memory, whole), encounters, gathers = _apart(all_of_england)
    print(f"all of England, {WEEKS} weeks                            {minutes:8.2f} minutes   {memory:6.1f} GB")
    print(f"the same in actor-weeks                             {whole / 1e6:8.2f} million a second")
    print(f"its encounters                                      {encounters / 1e6:8.1f} million a second")
    print(f"random gathers of 32 bytes, two threads             {gathers / 1e6:8.1f} million a second")
    flat = max(small, ours, whole) / min(small, ours, whole)
    print(f"cost of an actor-week, dearest beside cheapest      {flat:8.2f} times")
    print(
        f"limits: {RATIO_LIMIT:g} times Mesa, England under {MINUTES_LIMIT:g} minutes and {MEMORY_LIMIT:g} GB, "
        f"cost flat within {FLAT_LIMIT:g} times"
    )
    passed = {
        "laboratory beside Mesa": ours / theirs > RATIO_LIMIT,
        "Mesa's mean trust": apart < TRUST_LIMIT,
        "all of England": minutes < MINUTES_LIMIT,
        "memory of England": memory < MEMORY_LIMIT,
        "cost of an actor-week": flat < FLAT_LIMIT,
    }
    return [name for name, within in passed.items() if not within]


def system_of(actors: int) -> System:
    """Return one system at the part of its size that gives about so many actors."""
    study, purposes = jobs.public_study(ICB, DAY), ("common-good", "health")
    whole = from_public([study], purposes=purposes, part=1.0, seed=1).size
    return from_public([study], purposes=purposes, part=actors / whole, seed=1)


def rate(actors: int) -> tuple[float, int]:
    """Return the actor-weeks a second of one system of about so many actors, and their number."""
    system = system_of(actors)
    engine = Engine(system, seed=1)
    engine.advance(2)
    weeks = round(RATE_WEEKS * ONE_SYSTEM / system.size)
    begin = time.perf_counter()
    engine.advance(weeks)
    return system.size * weeks / (time.perf_counter() - begin), system.size


def mesa() -> tuple[float, float]:
    """Return Mesa's actor-weeks a second, and how far its mean trust is from ours after the same weeks."""
    system = system_of(ONE_SYSTEM)
    peer = Region(system, default_parameters(), seed=1)
    begin = time.perf_counter()
    for _ in range(MESA_WEEKS):
        peer.step()
    passed = time.perf_counter() - begin
    engine = Engine(system, seed=1)
    engine.advance(MESA_WEEKS)
    content = engine.system.content[engine.system.partner >= 0, :2]
    return system.size * MESA_WEEKS / passed, abs(float(content.mean()) - peer.trust())


def all_of_england() -> tuple[tuple[float, float, float], float, float]:
    """Return minutes, memory and actor-weeks a second of a run of England; its encounters and gathers a second."""
    studies = [jobs.public_study(code, DAY) for code in england.icbs(DAY)["code"].sort()]
    system = from_public(studies, purposes=("common-good", "health"), part=1.0, seed=1)
    actors = system.size
    engine = Engine(system, seed=1)
    del system
    begin = time.perf_counter()
    engine.advance(WEEKS)
    seconds = time.perf_counter() - begin
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    met = engine.series()
    met = met.filter((met["measure"] == "encounters") & (met["part"] == "all"))
    total = float((met["value"] * met["n"]).sum()) / 2
    return (seconds / 60, memory, actors * WEEKS / seconds), total / seconds, gathers(engine.system)


def _apart(work: Callable[[], _T]) -> _T:
    """Return what work returns in a process of its own, whose memory is its own."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work).result()


def gathers(system: System) -> float:
    """Return how many random reads of a row of 32 bytes, one an actor, two threads make in a second."""
    rows = np.zeros((system.size, 8), dtype=np.float32)
    where = np.random.default_rng(1).integers(0, system.size, 20_000_000)
    halves = np.array_split(where, 2)
    _read(rows, where[:10])
    begin = time.perf_counter()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda half: _read(rows, half), halves))
    return len(where) / (time.perf_counter() - begin)


@njit(nogil=True)
def _read(rows: NDArray[np.float32], where: NDArray[np.int64]) -> float:
    total = 0.0
    for place in where:
        total += rows[place, 0]
    return total


if __name__ == "__main__":
    main()
