"""Units of work carried out by processes of this machine."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import active_children, get_context, parent_process
from typing import Final, Protocol

import polars as pl

from leaderful.errors import LeaderfulError
from leaderful.simulation.experiments.points import Unit

FRUITLESS: Final = 3
"""Times that all workers may be lost one after the other without any unit finished in between."""


class Job(Protocol):
    """What is done with every unit; it can be sent to another process."""

    @property
    def schema(self) -> Mapping[str, type[pl.DataType]]:
        """Columns of the rows that a unit gives."""

    def key(self, unit: Unit) -> str:
        """Return a hash of all that the unit's rows follow from."""

    def __call__(self, unit: Unit) -> pl.DataFrame:
        """Return the unit's rows, the same ones wherever and whenever it is carried out."""


def in_processes(job: Job, units: Sequence[Unit], *, workers: int) -> Iterator[tuple[Unit, pl.DataFrame]]:
    """Yield units with their rows as they finish; the units of a process that dies are begun again.

    Raises
    ------
    LeaderfulError
        When processes die again and again without finishing a unit.
    """
    left = dict.fromkeys(units)
    fruitless = 0
    while left:
        before = len(left)
        try:
            for unit, rows in _round(job, tuple(left), min(workers, len(left))):
                del left[unit]
                yield unit, rows
        except BrokenProcessPool:
            fruitless = 0 if len(left) < before else fruitless + 1
            if fruitless >= FRUITLESS:
                raise lost_workers(fruitless) from None


def lost_workers(times: int) -> LeaderfulError:
    """Return the error for workers that die of the work itself."""
    return LeaderfulError(
        f"The workers were lost {times} times without finishing one run. Most often memory does not suffice: take "
        "fewer workers, or a smaller part of the workforce. What was finished is kept, and the same command goes on "
        "from there."
    )


def _round(job: Job, units: Sequence[Unit], workers: int) -> Iterator[tuple[Unit, pl.DataFrame]]:
    others = active_children()
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_begin, initargs=(job,))
    try:
        waiting = {pool.submit(_carry_out, unit): unit for unit in units}
        for done in as_completed(waiting):
            yield waiting[done], done.result()
    except BaseException:  # interrupted perhaps: what the workers are at would be thrown away, and may take hours
        for process in active_children():
            if process not in others:
                process.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


_held: list[Job] = []


def _begin(job: Job) -> None:
    """Take the job, sent once for all units, and make sure that the process ends when it should."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # an interrupted experiment ends without a page of tracebacks
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _held[:] = [job]


def _end_with_parent() -> None:
    """End this process when the one that began it is gone, killed perhaps; it would wait for work for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _carry_out(unit: Unit) -> pl.DataFrame:
    return _held[0](unit)
