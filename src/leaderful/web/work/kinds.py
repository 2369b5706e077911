"""Which kinds of jobs there are, and what does each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from leaderful.web.results.measuring import measure
from leaderful.web.results.simulating import simulate
from leaderful.web.studies import reading_plans
from leaderful.web.work.models import Job

Tell = Callable[[float], None]
"""Takes how far the work is, 0 to 1."""
Keep = Callable[[], None]
"""Writes what was found; called in the transaction that ends the job."""

KINDS: Final[Mapping[str, Callable[[Job, Tell], Keep]]] = {
    "measure": measure,
    "whatif": simulate,
    reading_plans.KIND: reading_plans.read_plan,
}
