"""Read a plan that was added, in the queue, into the links it suggests."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import polars as pl
from django.utils import timezone

from leaderful import jobs
from leaderful.study import TABLES
from leaderful.study import Study as StudyTables
from leaderful.web.studies import evidence
from leaderful.web.studies.models import Plan
from leaderful.web.work.models import Job

KIND: Final = "read-plan"
_OF_BODY: Final = ("id", "name", "kind", "scale", "sector")


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
    receipt = next(each for each in jobs.plans(folder, again=False).receipts if each.source == file)
    if receipt.problem is not None:
        return {"problem": receipt.problem.message}, []
    told = {"pages": receipt.pages, "passages": receipt.passages, "notes": list(receipt.notes)}
    links = StudyTables.open(folder).table("links")
    return told, links.filter(document=plan.code).to_dicts()


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
