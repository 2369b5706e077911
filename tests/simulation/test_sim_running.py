"""Units of work are carried out once, kept at once, and redone when a worker dies."""

from __future__ import annotations

import io
import subprocess
import sys
import time
from multiprocessing import active_children

import polars as pl
import pytest
from experiment_jobs import Dying, Noting, Refusing, Resting, carried_out, some_units

from leaderful.errors import BadValuesError, LeaderfulError
from leaderful.simulation.experiments.pool import in_processes
from leaderful.simulation.experiments.running import Means, complete
from leaderful.simulation.experiments.store import Store

UNITS = some_units(6, (1, 2))


@pytest.fixture
def notes(tmp_path):
    folder = tmp_path / "notes"
    folder.mkdir()
    return folder


def as_bytes(frame):
    held = io.BytesIO()
    frame.write_parquet(held)
    return held.getvalue()


def test_every_unit_gives_its_rows_in_order(tmp_path, notes):
    table = complete(Noting(notes), UNITS, tmp_path / "units", Means(workers=1))
    assert table.columns == ["draw", "seed", "name", "value"]
    assert table.select("draw", "seed").unique(maintain_order=True).rows() == [(u.draw, u.seed) for u in UNITS]
    assert table.filter(draw=2, seed=2, name="one")["value"].item() == pytest.approx(12 + 2 / 7)


def test_processes_give_the_same_bytes_as_one(tmp_path, notes):
    here = complete(Noting(notes), UNITS, tmp_path / "here", Means(workers=1))
    pool = complete(Noting(notes), UNITS, tmp_path / "pool", Means(workers=2))
    assert as_bytes(here) == as_bytes(pool)
    assert {each.name: each.read_bytes() for each in (tmp_path / "here").iterdir()} == {
        each.name: each.read_bytes() for each in (tmp_path / "pool").iterdir()
    }


def test_what_is_finished_is_not_done_again(tmp_path, notes):
    first = complete(Noting(notes), UNITS[:5], tmp_path / "units", Means(workers=1))
    whole = complete(Noting(notes), UNITS, tmp_path / "units", Means(workers=1))
    assert set(carried_out(notes).values()) == {1}
    assert len(carried_out(notes)) == 12
    assert whole.head(len(first)).equals(first)


def test_the_order_of_carrying_out_does_not_matter(tmp_path, notes):
    complete(Noting(notes), UNITS[::-1], tmp_path / "units", Means(workers=1))
    again = complete(Noting(notes), UNITS, tmp_path / "units", Means(workers=1))
    assert as_bytes(again) == as_bytes(complete(Noting(notes), UNITS, tmp_path / "other", Means(workers=1)))


def test_an_interrupted_experiment_keeps_what_was_finished(tmp_path, notes):
    with pytest.raises(BadValuesError, match="second draw"):
        complete(Refusing(notes), UNITS, tmp_path / "units", Means(workers=1))
    assert len(list((tmp_path / "units").iterdir())) == 4
    complete(Noting(notes), UNITS, tmp_path / "units", Means(workers=1))
    assert set(carried_out(notes).values()) == {1}


def test_an_error_of_a_unit_is_told_by_processes_too(tmp_path, notes):
    with pytest.raises(BadValuesError, match="second draw"):
        complete(Refusing(notes), UNITS, tmp_path / "units", Means(workers=2))


def test_a_changed_job_does_not_take_old_results(tmp_path, notes):
    old = complete(Noting(notes), UNITS, tmp_path / "units", Means(workers=1))
    new = complete(Noting(notes, version=2), UNITS, tmp_path / "units", Means(workers=1))
    assert not old.equals(new)
    assert complete(Noting(notes), UNITS, tmp_path / "units", Means(workers=1)).equals(old)


@pytest.mark.parametrize("spoil", ["cut", "empty", "other columns", "text"])
def test_a_file_that_is_not_whole_is_made_again(tmp_path, notes, spoil):
    whole = complete(Noting(notes), UNITS, tmp_path / "units", Means(workers=1))
    path = sorted((tmp_path / "units").iterdir())[3]
    held = path.read_bytes()
    if spoil == "other columns":
        pl.DataFrame({"name": ["one"]}).write_parquet(path)
    else:
        path.write_bytes({"cut": held[: len(held) // 2], "empty": b"", "text": b"not a table at all"}[spoil])
    assert complete(Noting(notes), UNITS, tmp_path / "units", Means(workers=1)).equals(whole)
    assert path.read_bytes() == held
    assert sorted(carried_out(notes).values()) == [1] * 11 + [2]


def test_the_parts_of_a_file_being_written_are_no_unit(tmp_path, notes):
    (tmp_path / "units").mkdir()
    key = Noting(notes).key(UNITS[0])
    (tmp_path / "units" / f".{key}.parquet.77.part").write_bytes(b"PAR1 half")
    assert Store(tmp_path / "units", Noting(notes).schema).read(key) is None


def test_the_unit_of_a_killed_process_is_begun_again(tmp_path, notes):
    table = complete(Dying(notes), UNITS, tmp_path / "units", Means(workers=2))
    assert len(list(notes.glob("death-*"))) == 1
    assert table.equals(complete(Noting(notes), UNITS, tmp_path / "other", Means(workers=1)))
    assert len(list((tmp_path / "units").iterdir())) == len(UNITS)


def test_a_unit_that_kills_every_process_ends_the_experiment_in_plain_words(notes):
    units = some_units(4)[3:]
    with pytest.raises(LeaderfulError, match="lost 3 times"):
        list(in_processes(Dying(notes, times=99), units, workers=2))
    assert len(list(notes.glob("death-*"))) == 3


def test_an_interruption_does_not_wait_for_what_the_workers_are_at(notes):
    begun = time.monotonic()
    rows = in_processes(Resting(notes), UNITS[:2], workers=2)
    next(rows)
    rows.close()
    assert time.monotonic() - begun < 60
    assert not active_children()


def test_progress_is_told_on_the_error_stream(tmp_path, notes, capfd):
    complete(Noting(notes), UNITS, tmp_path / "units", Means(workers=1, shown=True))
    printed = capfd.readouterr()
    assert "12/12" in printed.err
    assert not printed.out


BLOCKED = """
import sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("dask", "distributed"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Block())
"""


def test_nothing_needs_dask_until_a_cluster_is_asked_for(tmp_path):
    code = BLOCKED + (
        "import leaderful.simulation, leaderful.simulation.experiments as e, leaderful.simulation.calibration\n"
        "from pathlib import Path\n"
        "from leaderful.errors import LeaderfulError\n"
        "from experiment_jobs import Noting, some_units\n"
        f"job, folder = Noting(Path({str(tmp_path)!r})), Path({str(tmp_path / 'units')!r})\n"
        "assert len(e.complete(job, some_units(2), folder, e.Means(workers=1))) == 4\n"
        "try:\n"
        "    e.complete(job, some_units(3), folder, e.Means(cluster='tcp://127.0.0.1:1'))\n"
        "except LeaderfulError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": ":".join(sys.path), "PATH": ""},
    )
    assert done.returncode == 0, done.stderr
    assert 'pip install "leaderful[cluster]"' in done.stdout
