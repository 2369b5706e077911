"""Carrying an experiment out: what is finished already is taken from the store, the rest is done and kept at once."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from leaderful.errors import LeaderfulError
from leaderful.simulation.experiments.points import Unit
from leaderful.simulation.experiments.pool import Job, in_processes
from leaderful.simulation.experiments.store import Store

CLUSTER_MISSING = (
    "A cluster is reached through Dask, which is not installed. Install it with: "
    'pip install "leaderful[cluster]". Without --cluster the processes of this machine are used.'
)


@dataclass(frozen=True, kw_only=True)
class Means:
    """What units are carried out with.

    Parameters
    ----------
    workers
        Processes of this machine; one for each of its cores when None. With 1 no other process is begun.
        A cluster has its own.
    cluster
        Address of the scheduler of a Dask cluster; the processes of this machine when None.
    shown
        Whether progress and the time left are shown on the terminal.
    """

    workers: int | None = None
    cluster: str | None = None
    shown: bool = False


def complete(job: Job, units: Sequence[Unit], folder: Path, means: Means) -> pl.DataFrame:
    """Carry out every unit that is not finished yet, and return the rows of all.

    Parameters
    ----------
    job
        What is done with a unit.
    units
        In the order in which their rows are returned.
    folder
        Where finished units are kept, one file each; made when it is not there.
    means
        Processes of this machine, or a cluster. The rows are the same, bit for bit.

    Returns
    -------
    pl.DataFrame
        Columns draw and seed, and those of the job.
    """
    store = Store(folder, job.schema)
    keys = {unit: job.key(unit) for unit in units}
    found = {unit: rows for unit in units if (rows := store.read(keys[unit])) is not None}
    left = [unit for unit in units if unit not in found]
    with _progress(means.shown) as bar:
        task = bar.add_task("runs", total=len(units), completed=len(found))
        for unit, rows in _carried_out(job, left, means):
            store.write(keys[unit], rows)
            found[unit] = rows
            bar.advance(task)
    return pl.concat(_named(unit, found[unit]) for unit in units)


def _carried_out(job: Job, units: Sequence[Unit], means: Means) -> Iterator[tuple[Unit, pl.DataFrame]]:
    if not units:
        return iter(())
    if means.cluster is None:
        workers = means.workers or os.cpu_count() or 1
        return in_processes(job, units, workers=workers) if workers > 1 else ((unit, job(unit)) for unit in units)
    try:
        from leaderful.simulation.experiments.cluster import on_cluster
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("distributed", "dask"):
            raise
        raise LeaderfulError(CLUSTER_MISSING) from None
    return on_cluster(job, units, address=means.cluster)


def _named(unit: Unit, rows: pl.DataFrame) -> pl.DataFrame:
    whose = (pl.lit(unit.draw, dtype=pl.Int32).alias("draw"), pl.lit(unit.seed, dtype=pl.Int64).alias("seed"))
    return rows.select(*whose, pl.all())


def _progress(shown: bool) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=not shown,
    )
