"""What was done in a study, for its stewards to see."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from leaderful.web.accounts.models import Account
from leaderful.web.audit.models import Entry
from leaderful.web.folders import FETCHED, TAKEN_UP
from leaderful.web.permissions import Act, Standing, in_study
from leaderful.web.results.models import Result
from leaderful.web.studies.models import Member, Person, Study

_A_PAGE: Final = 100
BY_OPERATORS: Final = (TAKEN_UP, FETCHED)
"""What is done by commands on the machine, where nobody is signed in."""


@require_safe
@in_study(Act.RUN)
def log(request: HttpRequest, stands: Standing) -> HttpResponse:
    """Show what those with a role did, newest first; what those who answer do is nobody's business."""
    entries = Entry.objects.filter(Q(account__isnull=False) | Q(did__in=BY_OPERATORS), study=stands.study.pk)
    entries = entries.exclude(account__isnull=False, account__in=_answering_only(stands.study))
    page = Paginator(entries.order_by("-pk"), _A_PAGE).get_page(request.GET.get("page"))
    names = _names(UUID(text) for entry in page for text in (str(entry.account), entry.about) if _is_id(text))
    results = {str(key): made for key, made in Result.objects.filter(study=stands.study).values_list("pk", "made_at")}
    operator = _("Whoever runs this server")
    shown = [
        {
            "did": entry.did,
            "at": entry.at,
            "name": names.get(str(entry.account)) if entry.account else operator,
            "about": names.get(entry.about, "") if _is_id(entry.about) else entry.about,
            "made_at": results.get(entry.about),
        }
        for entry in page
    ]
    return render(request, "studies/log.html", {"study": stands.study, "page": page, "shown": shown})


def _answering_only(study: Study) -> list[UUID]:
    people = Person.objects.filter(study=study)
    members = Member.objects.filter(study=study).values("account")
    return list(people.exclude(account__in=members).values_list("account", flat=True))


def _names(accounts: Iterable[UUID]) -> dict[str, str]:
    found = Account.objects.filter(pk__in=list(accounts)).values_list("pk", "name", "email")
    return {str(key): name or str(email) for key, name, email in found}


def _is_id(text: str) -> bool:
    """Tell whether what an entry is about is a key, which tells people nothing."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True
