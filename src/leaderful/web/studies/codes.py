"""Codes on paper, for people without an email address or wherever a letter is better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import segno
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from leaderful.web.accounts.links import Made, blank_link, make_link
from leaderful.web.accounts.models import Purpose
from leaderful.web.audit.models import note
from leaderful.web.environment import address
from leaderful.web.permissions import Act, Standing, in_study
from leaderful.web.studies.bodies import body_names
from leaderful.web.studies.forms import CodesForm, posted
from leaderful.web.studies.models import Person, Study

WITHOUT: Final = "without-address"
AT_ONCE: Final = 1_000


@dataclass(frozen=True)
class Slip:
    """What is printed for one person."""

    name: str
    body: str
    code: str
    picture: str
    """The link as a QR code, in a data address."""


@require_http_methods(["GET", "POST"])
@in_study(Act.RUN)
def codes(request: HttpRequest, stands: Standing) -> HttpResponse:
    """Make codes for those chosen and show them once, to be printed."""
    form = CodesForm(_choices(stands.study), posted(request))
    if request.method == "POST" and form.is_valid():
        slips = _slips(stands.study, _chosen(stands.study, form.cleaned_data["whom"]))
        note("printed codes", account=stands.account.pk, study=stands.study.pk, about=f"{len(slips)}")
        context = {"study": stands.study, "slips": slips, "address": address()}
        return render(request, "studies/slips.html", context)
    status = 400 if form.errors else 200
    return render(request, "studies/codes.html", {"study": stands.study, "form": form}, status=status)


def _choices(study: Study) -> list[tuple[str, str]]:
    people, names = Person.objects.filter(study=study, account__is_active=True), body_names(study.pk)
    bodies = people.order_by().values_list("body", flat=True).distinct()
    listed = sorted(((body, names.get(body, body)) for body in bodies), key=lambda pair: pair[1].casefold())
    return [(WITHOUT, _("Everybody without an email address")), *listed]


def _chosen(study: Study, whom: list[str]) -> QuerySet[Person]:
    people = Person.objects.filter(study=study, account__is_active=True).select_related("account")
    by_body = people.filter(body__in=whom)
    found = by_body | people.filter(account__email__isnull=True) if WITHOUT in whom else by_body
    return found.order_by("body", "account__name", "pk")[:AT_ONCE]


def _slips(study: Study, people: QuerySet[Person]) -> list[Slip]:
    names, slips = body_names(study.pk), []
    for person in people:
        made = _make(person)
        if person.invited_at is None:
            person.invited_at = timezone.now()
            person.save(update_fields=["invited_at"])
        link = f"{address()}{made.path}"
        picture = segno.make(link, error="m", micro=False).svg_data_uri(scale=4)
        account = person.account
        slips.append(Slip(account.name or str(account.email), names.get(person.body, person.body), made.code, picture))
    return slips


def _make(person: Person) -> Made:
    """Make a code; one that opens nothing for those who were in before, or who can do more here than answer.

    Whoever prints a code could use it. It must open nobody's answers, nobody's role, and no study but this one, which
    is all its steward has a say in; and that it opens nothing must not be seen on it, or the page would tell who has
    begun.
    """
    account = person.account
    elsewhere = account.answering.exclude(pk=person.pk).exists()
    more = elsewhere or account.owns_server or account.has_usable_password() or account.roles.exists()
    if more or account.last_login is not None:
        return blank_link(Purpose.ANSWER, account, with_code=True)
    return make_link(Purpose.ANSWER, account, with_code=True)
