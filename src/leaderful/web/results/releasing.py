"""The pages on which results are worked out, released and taken back, and from which everybody finds them."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from leaderful.web.audit.models import note
from leaderful.web.permissions import Act, Standing, in_study, may_take_out
from leaderful.web.results.counting import DIARY
from leaderful.web.results.guard import RoundOpenError, refuse_unready
from leaderful.web.results.models import Result, State
from leaderful.web.results.shown import draft, mark_seen, visible
from leaderful.web.studies.models import Study
from leaderful.web.work import models as work
from leaderful.web.work.queue import ask, latest, under_way

REFRESH: Final = 4
"""Seconds after which a page that waits for a job loads itself again."""
MEASURE: Final = "measure"


@require_safe
@in_study(Act.SEE_RESULTS)
def results(request: HttpRequest, stands: Standing) -> HttpResponse:
    """Show which results there are, and to stewards what to do next."""
    stewards = stands.may(Act.RELEASE)
    running = under_way(MEASURE, stands.study) if stewards else None
    context = {
        "study": stands.study,
        "released": [_line(result) for result in visible(stands).filter(state=State.RELEASED)],
        "steward": _for_steward(stands.study, running) if stewards else None,
        "job": running,
        "may_see_body": stands.may(Act.SEE_OWN_BODY),
        "may_take_out": may_take_out(stands),
        "answers": stands.may(Act.PREVIEW),
    }
    response = render(request, "results/results.html", context)
    if running is not None:
        response.headers["Refresh"] = str(REFRESH)
    return response


@require_POST
@in_study(Act.RELEASE)
def measure(request: HttpRequest, stands: Standing) -> HttpResponse:
    """Ask for the results to be worked out."""
    try:
        refuse_unready(stands.study)
    except RoundOpenError as error:
        messages.error(request, why(type(error).__name__, stands.study))
        return redirect("results", stands.study.pk)
    ask(MEASURE, stands.study)
    note("asked for results", account=stands.account.pk, study=stands.study.pk)
    return redirect("results", stands.study.pk)


@require_POST
@in_study(Act.RELEASE)
def release(request: HttpRequest, stands: Standing, result: UUID) -> HttpResponse:
    """Let everybody in the study see results."""
    with transaction.atomic():
        found = _of(stands.study, result, State.DRAFT, State.WITHDRAWN)
        mark_seen(found.get())
        found.update(state=State.RELEASED, released_at=timezone.now())
        note("released results", account=stands.account.pk, study=stands.study.pk, about=str(result))
    messages.success(request, _("The results are released. Everybody in the study can see them now."))
    return redirect("results", stands.study.pk)


@require_POST
@in_study(Act.RELEASE)
def unrelease(request: HttpRequest, stands: Standing, result: UUID) -> HttpResponse:
    """Take released results back: nobody is shown them from then on, but who saw them has seen them."""
    with transaction.atomic():
        _of(stands.study, result, State.RELEASED).update(state=State.WITHDRAWN)
        note("took results back", account=stands.account.pk, study=stands.study.pk, about=str(result))
    messages.success(request, _("The results are taken back. What people saw or saved before, they still know."))
    return redirect("results", stands.study.pk)


def why(fault: str, study: Study) -> str:
    """Say in plain words why results could not be worked out, and what to do."""
    return {
        "RoundOpenError": _("A round is still open. Close it first: answers may not change while results are shown."),
        "TooAlikeError": _(
            "Since results were last looked at, fewer than %(fewest)s people have answered, changed or taken back "
            "something, or withdrawn. Beside the earlier results, new ones would let a reader work out what these few "
            "said. The earlier ones stay as they are and can be released. A further round can be worked out at any "
            "time; this one again once at least %(fewest)s people have changed."
        )
        % {"fewest": study.minimum_people},
        "GoneMeanwhileError": _(
            "Somebody withdrew, or was taken off the list, while the results were worked out. They counted that "
            "person, so they were thrown away. Work them out again."
        ),
        "SeenMeanwhileError": _("Somebody looked at the last results while new ones were worked out. Try again."),
        "WorkerLostError": _("The work was begun three times and never ended. Ask whoever runs this server to look."),
    }.get(fault, _("Something went wrong on our side. Try again; if it happens again, tell whoever runs this server."))


def _for_steward(study: Study, running: work.Job | None) -> dict[str, Any]:
    last = latest(MEASURE, study)
    waiting = draft(study)
    failed = last is not None and running is None and last.state == work.State.FAILED
    return {
        "draft": _line(waiting) if waiting is not None else None,
        "withdrawn": [_line(result) for result in Result.objects.filter(study=study, state=State.WITHDRAWN)],
        "open": study.open_waves.first(),
        "answered": study.waves.filter(opened_on__isnull=False).exists(),
        "fault": why(last.fault, study) if failed and last is not None else "",
        "dropped": last is not None and running is None and _is_dropped(last),
        "percent": round(100 * running.progress) if running is not None else 0,
    }


def _is_dropped(job: work.Job) -> bool:
    """Tell whether the results that a job worked out are gone: thrown away before anybody had looked."""
    since = job.started_at or job.asked_at
    found = Result.objects.filter(study=job.study, made_at__gte=since)
    return job.state == work.State.DONE and not found.exists()


def _line(result: Result) -> dict[str, Any]:
    """Return results as the page has them, with the names of what is in them and what is not."""
    names = dict(result.study.waves.values_list("code", "name")) | {DIARY: _("the diary")}
    return {
        "result": result,
        "wave": names.get(result.wave, result.wave) if result.wave else _("Public evidence"),
        "left_out": [names.get(code, code) for code in result.left_out],
    }


def _of(study: Study, result: UUID, *states: State) -> QuerySet[Result]:
    """Return the results of a study in some state, locked.

    Raises
    ------
    Http404
        There are none.
    """
    found = Result.objects.select_for_update().filter(study=study, pk=result, state__in=states)
    if not found:
        raise Http404
    return Result.objects.filter(pk=result)
