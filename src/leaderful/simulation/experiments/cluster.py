"""Units of work carried out by a Dask cluster; only this module needs Dask, and it is loaded when asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl
from distributed import Client, Future, KilledWorker, as_completed
from distributed.client import FutureCancelledError
from distributed.comm.addressing import get_address_host_port

from leaderful.errors import LeaderfulError, UnknownNameError
from leaderful.simulation.experiments.points import Unit
from leaderful.simulation.experiments.pool import FRUITLESS, Job, lost_workers

PATIENCE = 30
"""Seconds within which the cluster has to answer."""


def on_cluster(job: Job, units: Sequence[Unit], *, address: str) -> Iterator[tuple[Unit, pl.DataFrame]]:
    """Yield units with their rows as they finish; the units of a worker that dies are begun again elsewhere.

    Raises
    ------
    UnknownNameError
        When no cluster answers at the address.
    LeaderfulError
        When workers die again and again without finishing a unit.
    """
    left = dict.fromkeys(units)
    fruitless = 0
    with _client(address) as client:
        while left:
            before = len(left)
            for unit, rows in _round(client, job, tuple(left)):
                del left[unit]
                yield unit, rows
            fruitless = 0 if len(left) < before else fruitless + 1
            if fruitless >= FRUITLESS:
                raise lost_workers(fruitless)


def _client(address: str) -> Client:
    try:
        get_address_host_port(address)  # a client of no address hangs as it goes
        return Client(address, timeout=PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise UnknownNameError(
            f"No Dask cluster answers at {address}: {error}. Start one with `dask scheduler` and `dask worker`, and "
            "give the address that the scheduler prints, as in tcp://127.0.0.1:8786."
        ) from None


def _round(client: Client, job: Job, units: Sequence[Unit]) -> Iterator[tuple[Unit, pl.DataFrame]]:
    """Send out units and yield those that come back; what was lost with its workers is left for another round."""
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        raise LeaderfulError("The cluster has no workers. Start some with `dask worker ADDRESS`.") from None
    held = client.scatter(job, broadcast=True, hash=False)  # type: ignore[no-untyped-call]
    waiting: dict[Future[Any], Unit] = {client.submit(_carry_out, held, unit, pure=False): unit for unit in units}
    for done in as_completed(waiting, loop=client.loop):  # type: ignore[no-untyped-call]
        try:
            rows = done.result()
        except (KilledWorker, FutureCancelledError):
            continue
        yield waiting[done], rows


def _carry_out(job: Job, unit: Unit) -> pl.DataFrame:
    return job(unit)
