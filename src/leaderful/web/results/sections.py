"""The report's sections, one a page, over the same findings and figures."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from leaderful.web.audit.models import Entry, note
from leaderful.web.permissions import Act, Standing, in_study
from leaderful.web.results.models import Result, Simulation, State
from leaderful.web.results.reading import Part, Report, script, take_apart
from leaderful.web.results.shown import visible_one

LOOKED: Final = "looked at results before their release"
_A_DAY = "private, max-age=86400"


@require_safe
@in_study(Act.SEE_RESULTS)
def section(request: HttpRequest, stands: Standing, result: UUID, part: str) -> HttpResponse:
    """Show one section of a report, with the list of all beside it."""
    found = visible_one(stands, result)
    report = take_apart(found.page)
    if part not in report.parts:
        raise Http404
    if found.state == State.DRAFT:
        _note_first_look(stands, found)
    context = {
        "study": stands.study,
        "part": report.parts[part],
        "result": found.pk,
        "draft": found.state == State.DRAFT,
        "look": reverse("results-look", args=[stands.study.pk, found.pk]),
        **_around(report, part),
    }
    return render(request, "results/section.html", context)


@require_safe
@in_study(Act.SEE_RESULTS)
def look(request: HttpRequest, stands: Standing, result: UUID) -> HttpResponse:  # noqa: ARG001 (a view takes one)
    """Return the styles of a report's pages."""
    return _styles(take_apart(visible_one(stands, result).page))


@require_safe
@in_study(Act.SEE_RESULTS)
def simulation(request: HttpRequest, stands: Standing, simulation: UUID, part: str) -> HttpResponse:
    """Show what came of a scenario, or what is said of its method; nothing that people answered is in it."""
    found = _simulation(stands, simulation)
    report = take_apart(found.page)
    if part not in report.parts:
        raise Http404
    context = {
        "study": stands.study,
        "part": report.parts[part],
        "simulation": found,
        "look": reverse("what-if-look", args=[stands.study.pk, found.pk]),
    }
    return render(request, "results/section.html", context)


@require_safe
@in_study(Act.SEE_RESULTS)
def simulation_look(request: HttpRequest, stands: Standing, simulation: UUID) -> HttpResponse:  # noqa: ARG001
    """Return the styles of a simulation's page."""
    return _styles(take_apart(_simulation(stands, simulation).page))


@require_safe
@in_study(Act.SEE_RESULTS)
def reading_script(request: HttpRequest, stands: Standing) -> HttpResponse:  # noqa: ARG001
    """Return the script by which tables are sorted and ties followed."""
    return HttpResponse(script(), content_type="text/javascript", headers={"Cache-Control": _A_DAY})


def _note_first_look(stands: Standing, result: Result) -> None:
    """Write down who looks at results before their release, once for each, whatever section they begin with."""
    about = str(result.pk)
    looks = Entry.objects.filter(did=LOOKED, account=stands.account.pk, about=about)
    if not looks.exists():
        note(LOOKED, account=stands.account.pk, study=stands.study.pk, about=about)


def _styles(report: Report) -> HttpResponse:
    return HttpResponse(report.look, content_type="text/css")


def _simulation(stands: Standing, simulation: UUID) -> Simulation:
    found = Simulation.objects.filter(study=stands.study, pk=simulation).first()
    if found is None:
        raise Http404
    return found


def _around(report: Report, part: str) -> dict[str, Any]:
    """Return the list of pages with their names, and the ones before and after."""
    listed = [(each, _name(each)) for each in report.parts.values()]
    places = list(report.parts)
    at = places.index(part)
    return {
        "listed": listed,
        "name": _name(report.parts[part]),
        "before": listed[at - 1] if at else None,
        "after": listed[at + 1] if at + 1 < len(listed) else None,
    }


def _name(part: Part) -> str:
    return part.name or _("At a glance")
