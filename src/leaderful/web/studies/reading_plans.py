"""Read a plan that was added, in the queue, into the links it suggests."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired
from tempfile import TemporaryDirectory
from typing import Any, Final

import polars as pl
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leaderful.study import TABLES
from leaderful.study import Study as StudyTables
from leaderful.web.environment import PREFIX
from leaderful.web.studies import evidence
from leaderful.web.studies.models import Plan
from leaderful.web.studies.reading_apart import FOUND, NO_MEMORY
from leaderful.web.work.models import Job

KIND: Final = "read-plan"
SECONDS: Final = 300
"""Most time that reading one plan may take; it takes some ten seconds."""
MOST_MEMORY: Final = 2 * 2**30
"""Most memory that reading one plan may take; it takes less than half a gigabyte."""
READER: Final = (sys.executable, "-P", "-m", "leaderful.web.studies.reading_apart")
_ADVICE: Final = gettext_lazy(
    "Open it and save it as a new PDF or as text, or in parts, so that it holds less beside its words."
)
_OF_BODY: Final = ("id", "name", "kind", "scale", "sector")


class ReadingError(Exception):
    """The process that reads a plan failed by a fault of ours; the message is its kind, and no word of the plan."""


def read_plan(job: Job, tell: Callable[[float], None]) -> Callable[[], None]:
    """Read the plan a job names; one that was taken out meanwhile is left alone."""
    plan = Plan.objects.filter(study=job.study_id, code=job.asked["plan"], read_at=None).first()
    if plan is None:
        return _nothing
    tell(0.1)
    with TemporaryDirectory() as place:
        receipt, links = _suggested(plan, Path(place) / "study")
    return partial(_keep, plan.pk, receipt, links)


def _suggested(plan: Plan, folder: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Read a plan as the only one of a small study; return what became of it, and the links."""
    file = f"plan{Path(plan.file).suffix.casefold()}"
    StudyTables.new(
        folder,
        name="plan",
        system="",
        as_at=plan.study.as_at,
        tables={"bodies": _body(plan), "documents": _document(plan, file)},
    )
    (folder / file).write_bytes(bytes(plan.content))
    problem = _read_apart(folder, file)
    if problem:
        return {"problem": problem}, []
    found = json.loads((folder / FOUND).read_text(encoding="utf-8"))
    if "fault" in found:
        raise ReadingError(found["fault"])
    return found["receipt"], found["links"]


def _read_apart(folder: Path, file: str) -> str:
    """Read a plan in a process of its own; return why it could not be read to the end, or nothing."""
    command = [*READER, str(folder), file, str(SECONDS), str(MOST_MEMORY)]
    with Popen(command, stdin=PIPE, stdout=DEVNULL, stderr=DEVNULL, env=_environment()) as reader:
        try:
            code = reader.wait(SECONDS)
        except TimeoutExpired:
            return _("reading it took more than %(n)s minutes and was stopped. %(advice)s") % {
                "n": SECONDS // 60,
                "advice": _ADVICE,
            }
        finally:
            reader.kill()
    if code == 0:
        return ""
    if code == NO_MEMORY or code < 0:  # below nothing: the system ended it
        return _("reading it needed more memory or time than one plan may have, and was stopped. %(advice)s") % {
            "advice": _ADVICE
        }
    raise ReadingError(str(code))


def _environment() -> dict[str, str]:
    """Return an environment without keys and passwords, which the reading of a file has no need of."""
    usual = {name: value for name, value in os.environ.items() if not name.startswith((PREFIX, "DATABASE_"))}
    return usual | {"POLARS_MAX_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"}


def _body(plan: Plan) -> pl.DataFrame:
    """Return the body whose plan it is, without the bodies it belongs to."""
    held = evidence.table(plan.study_id, "bodies").filter(id=plan.body)
    return pl.concat([TABLES["bodies"].empty(), held.select(_OF_BODY)], how="diagonal")


def _document(plan: Plan, file: str) -> pl.DataFrame:
    cells = (plan.code, plan.body, "plan", file, plan.published)
    return pl.DataFrame([cells], schema=TABLES["documents"].schema, orient="row")


def _keep(plan: int, receipt: dict[str, Any], links: list[dict[str, Any]]) -> None:
    waiting = Plan.objects.filter(pk=plan, read_at=None)
    waiting.update(content=b"", receipt=receipt, links=links, read_at=timezone.now())


def _nothing() -> None:
    """Keep nothing."""
