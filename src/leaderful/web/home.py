"""The first page, and the one that says the server is alive."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from leaderful.web.permissions import who
from leaderful.web.studies.models import Member, Person, Role


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Show somebody their studies; straight to the questions for those who do nothing here but answer."""
    account = who(request)
    roles = list(Member.objects.filter(account=account).select_related("study").order_by("study__name", "role"))
    answering = list(Person.objects.filter(account=account).select_related("study").order_by("study__name"))
    if len(answering) == 1 and not roles and not account.owns_server:
        return redirect("answer", study=answering[0].study_id)
    steering = [member.study for member in roles if member.role == Role.STEWARD]
    return render(
        request,
        "home.html",
        {
            "steering": steering,
            "roles": [member for member in roles if member.role != Role.STEWARD],
            "answering": answering,
            "owner": account.owns_server,
        },
    )


@require_safe
def alive(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 (a view takes one)
    """Answer a proxy that asks whether pages and database are there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("alive\n", content_type="text/plain")
