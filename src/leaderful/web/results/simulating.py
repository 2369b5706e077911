"""Put a scenario to invented people of a study's system. What people answered is not read."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from leaderful import laboratory
from leaderful.web.results.models import Simulation
from leaderful.web.work.models import Job

PART: Final = 0.02
"""Part of the system's people; small, so that it takes less than a minute."""
WEEKS: Final = 104
DRAWS: Final = 8


@cache
def scenarios() -> dict[str, str]:
    """Return the titles of the packaged scenarios that can be put to any system, by their names."""
    titles = dict(line.split(maxsplit=1) for line in laboratory.listed())
    return {name: title for name, title in titles.items() if laboratory.scenarios((name,))[0].setting is None}


def simulate(job: Job, tell: Callable[[float], None]) -> Callable[[], None]:
    """Run a scenario against the same people without it, and write the report with what came of it."""
    name, study = job.asked["scenario"], job.study
    place = laboratory.Place(icbs=(study.system,), as_at=study.as_at, part=PART)
    ready = laboratory.seeded(place, seed=study.seed)
    plan = laboratory.plan_of(place, weeks=WEEKS, draws=DRAWS, seeds=1, seed=study.seed)
    with TemporaryDirectory() as folder:
        ran = laboratory.simulate(
            ready,
            laboratory.scenarios((name,)),
            plan=plan,
            out=Path(folder),
            threads=1,
            progress=lambda done, of: tell(done / of),
        )
        page = ran.written.report.read_text(encoding="utf-8") if ran.written is not None else ""
    simulation = Simulation(study=study, scenario=name, title=scenarios()[name], page=page)
    return partial(simulation.save, force_insert=True)
