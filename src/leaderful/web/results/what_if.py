"""Ask what would come of a scenario, and find what came of those asked for before."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from leaderful.web.audit.models import note
from leaderful.web.permissions import Act, Standing, in_study
from leaderful.web.results.models import Simulation
from leaderful.web.results.releasing import REFRESH
from leaderful.web.results.simulating import scenarios
from leaderful.web.studies.evidence import is_invented
from leaderful.web.work.models import State
from leaderful.web.work.queue import ask, latest, under_way

KIND: Final = "whatif"


@require_safe
@in_study(Act.SEE_RESULTS)
def what_if(request: HttpRequest, stands: Standing) -> HttpResponse:
    """Show which scenarios there are, how far a run is, and what came of earlier ones."""
    return _page(request, stands)


@require_POST
@in_study(Act.RUN)
def run(request: HttpRequest, stands: Standing) -> HttpResponse:
    """Have a scenario run."""
    if is_invented(stands.study):
        return _page(request, stands, status=409)
    name = request.POST.get("scenario", "")
    if name not in scenarios():
        return _page(request, stands, error=_("Choose one of the scenarios in the list."), status=400)
    ask(KIND, stands.study, {"scenario": name})
    note("ran a scenario", account=stands.account.pk, study=stands.study.pk, about=name)
    return redirect("what-if", stands.study.pk)


def _page(request: HttpRequest, stands: Standing, *, error: str = "", status: int = 200) -> HttpResponse:
    job = under_way(KIND, stands.study)
    last = latest(KIND, stands.study)
    context = {
        "study": stands.study,
        "scenarios": scenarios().items(),
        "job": job,
        "running": scenarios().get(job.asked.get("scenario", ""), "") if job is not None else "",
        "percent": round(100 * job.progress) if job is not None else 0,
        "failed": job is None and last is not None and last.state == State.FAILED,
        "simulations": Simulation.objects.filter(study=stands.study).defer("page"),
        "may_run": stands.may(Act.RUN) and not is_invented(stands.study),
        "invented": is_invented(stands.study),
        "error": error,
    }
    response = render(request, "results/what_if.html", context, status=status)
    if job is not None and not error:
        response.headers["Refresh"] = str(REFRESH)
    return response
