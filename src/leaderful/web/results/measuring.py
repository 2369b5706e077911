"""Work out the results of a study and keep what everybody may see of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from uuid import UUID

import polars as pl
from django.db import transaction

from leaderful import jobs
from leaderful.study import Study as StudyTables
from leaderful.web.collect.tables import whole
from leaderful.web.results import counting
from leaderful.web.results.guard import leave_out, refuse_unready
from leaderful.web.results.models import Result, State
from leaderful.web.results.shown import empty_replaced
from leaderful.web.studies.models import Person, Study
from leaderful.web.work.models import Job

_READY: Final = 0.02
"""Part of the work that is done once it is known what is measured."""


class SeenMeanwhileError(Exception):
    """Somebody looked at other results while these were worked out."""


class GoneMeanwhileError(Exception):
    """Somebody withdrew while these results were worked out, and is counted in them."""


def measure(job: Job, tell: Callable[[float], None]) -> Callable[[], None]:
    """Measure a study and write its report; only protected findings leave this function."""
    study = job.study
    with transaction.atomic():
        refuse_unready(Study.objects.select_for_update().get(pk=study.pk))
    people, seen = _people(study), _seen(study)
    tables = whole(study)
    counted = counting.count(tables, study.minimum_people, invited(study))
    left_out = leave_out([counting.held(result.counted) for result in seen], counted, study.minimum_people)
    tell(_READY)
    result = Result(
        study=study,
        wave=_last_wave(tables, left_out),
        left_out=sorted(left_out),
        counted=counting.kept([entry for entry in counted if entry.wave not in left_out]),
        **_report(without(tables, left_out), lambda part: tell(_READY + (1 - _READY) * part)),
    )
    return partial(_keep, result, seen={each.pk for each in seen}, people=people)


def without(tables: StudyTables, left_out: Collection[str]) -> StudyTables:
    """Return a study without what was said in some waves, or in the diary."""
    out = list(left_out)
    fewer = {name: tables.table(name).filter(~pl.col("wave").is_in(out)) for name in ("responses", "relations")}
    fewer["waves"] = tables.table("waves").filter(~pl.col("id").is_in(out))
    if counting.DIARY in left_out:
        fewer["moments"] = tables.table("moments").clear()
    return replace(tables, tables={**tables.tables, **fewer})


def _report(tables: StudyTables, tell: Callable[[float], None]) -> dict[str, Any]:
    with TemporaryDirectory() as place:
        written = jobs.report(tables, Path(place), tell=tell)
        return {
            "page": written.report.read_text(encoding="utf-8"),
            "findings": written.findings.with_suffix(".parquet").read_bytes(),
            "manifest": json.loads(written.manifest.read_text(encoding="utf-8")),
        }


def _last_wave(tables: StudyTables, left_out: Collection[str]) -> str:
    """Return the last wave in which somebody said something."""
    said = {str(wave) for name in ("responses", "relations") for wave in tables.table(name)["wave"].unique()}
    waves = [str(wave) for wave in tables.table("waves")["id"]]
    return next((wave for wave in reversed(waves) if wave in said - set(left_out)), "")


def _seen(study: Study) -> list[Result]:
    return list(Result.objects.filter(study=study, seen_at__isnull=False).defer("page", "findings"))


def invited(study: Study) -> list[str]:
    """Return the codes of all who were invited."""
    return list(Person.objects.filter(study=study, invited_at__isnull=False).values_list("code", flat=True))


def _people(study: Study) -> set[int]:
    return set(Person.objects.filter(study=study).values_list("pk", flat=True))


def drop_unseen(study: Study) -> None:
    """Forget results that nobody has looked at, since somebody withdraws; those they took the place of are back."""
    gone, _each = Result.objects.filter(study=study, state=State.DRAFT, seen_at=None).delete()
    if gone:
        Result.objects.filter(study=study, state=State.REPLACED).exclude(page="").update(state=State.DRAFT)


def _keep(result: Result, *, seen: set[UUID], people: set[int]) -> None:
    """Keep results in place of a draft; one that was looked at stays, and is emptied once the new ones are seen."""
    Study.objects.select_for_update().get(pk=result.study_id)
    if not people <= _people(result.study):
        raise GoneMeanwhileError
    drafts = Result.objects.filter(study=result.study, state=State.DRAFT)
    list(drafts.select_for_update().values_list("pk"))
    if {each.pk for each in _seen(result.study)} != seen:
        raise SeenMeanwhileError
    if drafts.filter(seen_at=None).delete()[0] == 0:
        empty_replaced(result.study_id)
    drafts.update(state=State.REPLACED)
    result.save(force_insert=True)
