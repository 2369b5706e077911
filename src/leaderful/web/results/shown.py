"""Which results somebody may see, and what of them is read from where."""

from __future__ import annotations

import io
from uuid import UUID

import polars as pl
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone

from leaderful.web.permissions import Act, Standing
from leaderful.web.results.models import Result, State
from leaderful.web.studies.models import Study


def visible(stands: Standing) -> QuerySet[Result]:
    """Return the results that somebody may see, the latest first: what is released, and for stewards drafts."""
    states = [State.RELEASED, State.DRAFT] if stands.may(Act.RELEASE) else [State.RELEASED]
    return Result.objects.filter(study=stands.study, state__in=states)


def visible_one(stands: Standing, result: UUID) -> Result:
    """Return results that somebody may see, marked as seen.

    Raises
    ------
    Http404
        There are none such for them.
    """
    found = visible(stands).filter(pk=result).first()
    if found is None:
        raise Http404
    mark_seen(found)
    return found


def released(study: Study) -> Result | None:
    """Return the results released last."""
    return Result.objects.filter(study=study, state=State.RELEASED).order_by("-released_at").first()


def draft(study: Study) -> Result | None:
    """Return the results that wait for their release."""
    return Result.objects.filter(study=study, state=State.DRAFT).first()


def mark_seen(result: Result) -> None:
    """Note when somebody first looked; what these results came in place of is then needed for the ledger alone."""
    if Result.objects.filter(pk=result.pk, seen_at=None).update(seen_at=timezone.now()):
        empty_replaced(result.study_id)


def empty_replaced(study: UUID) -> None:
    """Remove what was found from results that others took the place of, and leave what the ledger needs."""
    Result.objects.filter(study=study, state=State.REPLACED).update(findings=b"", page="", manifest={})


def findings_of(result: Result) -> pl.DataFrame:
    """Return the protected findings."""
    return pl.read_parquet(io.BytesIO(result.findings))
