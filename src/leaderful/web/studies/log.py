"""What was done in a study, for its stewards to see."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from leaderful.web.accounts.models import Account
from leaderful.web.audit.models import Entry
from leaderful.web.permissions import Act, Standing, in_study
from leaderful.web.studies.models import Member, Person, Study

_A_PAGE: Final = 100


@require_safe
@in_study(Act.RUN)
def log(request: HttpRequest, stands: Standing) -> HttpResponse:
    """Show what those with a role did, newest first; what those who answer do is nobody's business."""
    entries = Entry.objects.filter(study=stands.study.pk, account__isnull=False)
    entries = entries.exclude(account__in=_answering_only(stands.study))
    page = Paginator(entries.order_by("-pk"), _A_PAGE).get_page(request.GET.get("page"))
    names = _names([entry.account for entry in page if entry.account is not None])
    shown = [{"entry": entry, "name": names.get(entry.account) if entry.account else ""} for entry in page]
    return render(request, "studies/log.html", {"study": stands.study, "page": page, "shown": shown})


def _answering_only(study: Study) -> list[UUID]:
    people = Person.objects.filter(study=study)
    members = Member.objects.filter(study=study).values("account")
    return list(people.exclude(account__in=members).values_list("account", flat=True))


def _names(accounts: list[UUID]) -> dict[UUID, str]:
    found = Account.objects.filter(pk__in=accounts).values_list("pk", "name", "email")
    return {key: name or str(email) for key, name, email in found}
