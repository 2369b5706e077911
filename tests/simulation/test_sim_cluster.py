"""An experiment on a Dask cluster: the same table as from processes, also when a worker is killed half-way."""

from __future__ import annotations

import gc
import io
import os
import signal
import threading
import time

import pytest
from distributed import LocalCluster

from leaderful.errors import UnknownNameError
from leaderful.simulation.experiments import Means, experiment, make_design
from leaderful.simulation.experiments import cluster as cluster_module
from leaderful.simulation.mixed import mixed_system
from leaderful.simulation.scenarios import packaged

DESIGN = make_design(
    {
        "name": "Two hundred runs",
        "seeding": {"small": 200},
        "scenarios": ["crisis"],
        "weeks": 26,
        "burn_in": 26,
        "seeds": 4,
        "draws": {"method": "latin-hypercube", "n": 25, "parameters": ["trust_gain", "closure"]},
    },
    source="design.toml",
)
UNITS = 100


def carry_out(folder, means):
    """Return the table of the experiment as bytes."""
    results = experiment(DESIGN, mixed_system(200, seed=1), (packaged()["crisis"],), folder=folder, means=means)
    held = io.BytesIO()
    results.table.write_parquet(held)
    assert results.table.select("draw", "seed", "scenario").n_unique() == 200
    return held.getvalue()


@pytest.fixture(scope="module")
def from_processes(tmp_path_factory):
    return carry_out(tmp_path_factory.mktemp("processes"), Means(workers=2))


@pytest.fixture
def two_workers():
    """A cluster of two processes on this machine, without any port that others can reach."""
    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address=None,
    ) as cluster:
        yield cluster


def pids(cluster):
    return [worker.process.pid for worker in cluster.workers.values()]


def test_a_cluster_gives_the_same_table_as_processes(tmp_path, two_workers, from_processes):
    assert carry_out(tmp_path, Means(cluster=two_workers.scheduler_address)) == from_processes
    assert len(list((tmp_path / "units").iterdir())) == UNITS


def test_nothing_is_lost_or_doubled_when_a_worker_is_killed_half_way(tmp_path, two_workers, from_processes):
    killed: list[int] = []
    victim = pids(two_workers)[0]

    def kill():
        units = tmp_path / "units"
        while not units.is_dir() or len(list(units.glob("*.parquet"))) < UNITS // 2:
            time.sleep(0.002)
        os.kill(victim, signal.SIGKILL)
        killed.append(len(list(units.glob("*.parquet"))))

    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    assert carry_out(tmp_path, Means(cluster=two_workers.scheduler_address)) == from_processes
    killer.join(10)
    assert UNITS // 2 <= killed[0] < UNITS, "the worker was killed too late to matter"
    assert victim not in pids(two_workers)
    assert len(list((tmp_path / "units").iterdir())) == UNITS


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense", "tcp://host", "other://host:1"])
def test_an_address_where_no_cluster_answers_is_refused(tmp_path, monkeypatch, address):
    monkeypatch.setattr(cluster_module, "PATIENCE", 1)
    with pytest.raises(UnknownNameError, match="No Dask cluster answers at"):
        carry_out(tmp_path, Means(cluster=address))
    gc.collect()  # where a half-made client would hang
