"""Memory is stated before a run, and what does not fit is refused with what to do."""

from __future__ import annotations

import numpy as np
import pytest
from small_systems import mixed

from leaderful.errors import BadValuesError
from leaderful.simulation import memory
from leaderful.simulation.engine import Engine


def test_the_memory_stated_covers_the_arrays_of_a_run() -> None:
    system = mixed(1000)
    engine = Engine(system, seed=1)
    held = system.nbytes + engine.system.nbytes
    held += sum(each.nbytes for each in vars(engine).values() if isinstance(each, np.ndarray))
    assert held < memory.needed(system.size, system.ties) < 4 * held


def test_what_fits_is_stated() -> None:
    said = memory.refuse_too_large(70_000, 400_000, free=8_000_000_000)
    assert said.startswith("70,000 people with 400,000 ties take about ")
    assert said.endswith("8.0 GB is free.")


def test_what_does_not_fit_is_refused_with_a_part_that_does() -> None:
    with pytest.raises(
        BadValuesError, match=r"1\.0 GB is free. Simulate a part of the people, as with --part 0\."
    ) as told:
        memory.refuse_too_large(3_000_000, 18_000_000, free=1_000_000_000)
    part = float(str(told.value).split("--part ")[1].split(",")[0])
    assert memory.needed(int(3_000_000 * part), int(18_000_000 * part)) < 900_000_000


def test_unknown_memory_refuses_nothing() -> None:
    assert memory.refuse_too_large(10**9, 10**10, free=None).endswith("of memory.")


def test_this_machine_tells_what_it_has() -> None:
    free = memory.available()
    assert free is None or free > 10_000_000
