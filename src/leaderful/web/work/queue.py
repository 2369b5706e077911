"""Ask for a job, take one, say how far it is, and end it: each a single step that either happens or does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from leaderful.web.studies.models import Study
from leaderful.web.work.models import UNDER_WAY, Job, State

SILENT: Final = timedelta(seconds=60)
"""How long a worker may not be heard of before its job is given to another."""
MOST_TRIES: Final = 3
LOST: Final = "WorkerLostError"
"""Fault of a job whose workers all went away."""


class JobLostError(Exception):
    """Another worker has the job now, or its study is gone."""


def ask(kind: str, study: Study, asked: Mapping[str, str] | None = None) -> Job:
    """Queue a job; where one of the kind waits or runs for the study, return that one."""
    try:
        with transaction.atomic():
            return Job.objects.create(kind=kind, study=study, asked=dict(asked or {}))
    except IntegrityError:
        return under_way(kind, study) or ask(kind, study, asked)


def under_way(kind: str, study: Study) -> Job | None:
    """Return the job of a kind that waits or runs for a study."""
    return Job.objects.filter(kind=kind, study=study, state__in=UNDER_WAY).first()


def latest(kind: str, study: Study) -> Job | None:
    """Return the job of a kind that was asked for last."""
    return Job.objects.filter(kind=kind, study=study).order_by("-asked_at").first()


def claim() -> Job | None:
    """Take the job that waits longest; of two workers who reach for it the database lets one have it."""
    while True:
        job = Job.objects.filter(state=State.WAITING).order_by("asked_at", "pk").first()
        if job is None:
            return None
        now = timezone.now()
        taken = Job.objects.filter(pk=job.pk, state=State.WAITING, tries=job.tries).update(
            state=State.RUNNING, tries=F("tries") + 1, started_at=now, heartbeat_at=now, progress=0
        )
        if taken:
            job.state, job.tries, job.started_at, job.heartbeat_at = State.RUNNING, job.tries + 1, now, now
            return job


def beat(job: Job, progress: float | None = None) -> bool:
    """Say that a job's worker is alive, and how far it is; False when the job is no longer its."""
    told = {} if progress is None else {"progress": min(max(progress, 0.0), 1.0)}
    return bool(_held(job).update(heartbeat_at=timezone.now(), **told))


def finish(job: Job, keep: Callable[[], None]) -> None:
    """Keep what a job found and end it, both or neither.

    Raises
    ------
    JobLostError
        The job is no longer this worker's.
    """
    with transaction.atomic():
        if not _held(job).update(state=State.DONE, progress=1, finished_at=timezone.now()):
            raise JobLostError
        keep()


def fail(job: Job, error: Exception) -> None:
    """End a job that went wrong, saying of what kind the error was."""
    _held(job).update(state=State.FAILED, fault=type(error).__name__[:60], finished_at=timezone.now())


def take_back() -> None:
    """Let jobs whose worker is silent wait again; give up those that were begun too often."""
    now = timezone.now()
    silent = Job.objects.filter(state=State.RUNNING, heartbeat_at__lt=now - SILENT)
    silent.filter(tries__lt=MOST_TRIES).update(state=State.WAITING)
    silent.update(state=State.FAILED, fault=LOST, finished_at=now)


def _held(job: Job) -> QuerySet[Job]:
    return Job.objects.filter(pk=job.pk, state=State.RUNNING, tries=job.tries)
