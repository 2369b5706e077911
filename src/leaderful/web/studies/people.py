"""The people of a study: see them, add them from a list, take one out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leaderful.receipts import Receipt
from leaderful.web.audit.models import note
from leaderful.web.collect.models import Relation
from leaderful.web.permissions import Act, Standing, in_study
from leaderful.web.studies import evidence
from leaderful.web.studies.bodies import body_names, tier_names
from leaderful.web.studies.filing import Filed, Roster, drop_account, file_people
from leaderful.web.studies.forms import UploadForm, posted
from leaderful.web.studies.models import Person, Study, Upload
from leaderful.web.studies.rosters import Row, read_roster
from leaderful.web.studies.rosters import template as roster_template
from leaderful.web.studies.rounds import asks_nobody
from leaderful.web.studies.uploads import forget_old

_A_PAGE: Final = 50
_SHOWN: Final = 100
"""Rows left out that a receipt names one by one."""


@dataclass(frozen=True)
class BodyCount:
    """How many people of a body stand on the roster, in all and by tier."""

    name: str
    parts: list[str]
    total: int


@require_safe
@in_study(Act.RUN)
def people(request: HttpRequest, stands: Standing) -> HttpResponse:
    """Show who is on the roster; whether somebody has answered is not to be seen."""
    names, words = body_names(stands.study.pk), request.GET.get("q", "").replace("\0", "").strip()[:100]
    everybody = Person.objects.filter(study=stands.study).select_related("account")
    known = everybody.filter(account__is_active=True)
    page = Paginator(_found(known, words, names), _A_PAGE).get_page(request.GET.get("page"))
    context = {
        "study": stands.study,
        "page": page,
        "shown": [
            {"person": person, "body": names.get(person.body, person.body), "tier": tier_names()[person.tier]}
            for person in page
        ],
        "q": words,
        "total": everybody.count(),
        "from_folder": asks_nobody(stands.study),
        "counts": _counts(everybody, names),
    }
    return render(request, "studies/people.html", context)


@require_safe
@in_study(Act.RUN)
def people_template(request: HttpRequest, stands: Standing) -> HttpResponse:  # noqa: ARG001 (a view takes both)
    """Give the list that stewards fill in."""
    headers = {"Content-Disposition": 'attachment; filename="people.csv"'}
    return HttpResponse("\ufeff" + roster_template(), content_type="text/csv; charset=utf-8", headers=headers)


@require_http_methods(["GET", "POST"])
@in_study(Act.RUN)
def upload_people(request: HttpRequest, stands: Standing) -> HttpResponse:
    """Read a list of people; nothing is kept of it until the receipt is confirmed."""
    form = UploadForm(posted(request), request.FILES if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        forget_old()
        bodies, roster = evidence.table(stands.study.pk, "bodies"), Roster(stands.study)
        rows, receipt = read_roster(form.cleaned_data["people"].read(), bodies, roster.fault)
        held = Upload.objects.create(
            study=stands.study,
            account=stands.account,
            rows=[row.plain for row in rows],
            receipt=_plain(receipt) | {"notes": [*receipt.notes, *roster.notes(rows)]},
        )
        return redirect("uploaded-people", study=stands.study.pk, upload=held.pk)
    status = 400 if form.errors else 200
    return render(request, "studies/upload.html", {"study": stands.study, "form": form}, status=status)


@require_http_methods(["GET", "POST"])
@in_study(Act.RUN)
def uploaded_people(request: HttpRequest, stands: Standing, upload: int) -> HttpResponse:
    """Show the receipt of a list, and keep its people when the steward says so."""
    forget_old()
    if request.method == "POST":
        return _keep(request, stands, upload)
    held = get_object_or_404(Upload, pk=upload, study=stands.study, account=stands.account)
    problems = held.receipt["problems"]
    context = {
        "study": stands.study,
        "receipt": held.receipt,
        "problems": problems[:_SHOWN],
        "further": max(len(problems) - _SHOWN, 0),
        "upload": held,
    }
    return render(request, "studies/receipt.html", context)


@require_POST
@in_study(Act.RUN)
def drop_upload(request: HttpRequest, stands: Standing, upload: int) -> HttpResponse:
    """Forget a list that was read."""
    get_object_or_404(Upload, pk=upload, study=stands.study, account=stands.account).delete()
    messages.success(request, _("Nothing of that list was kept."))
    return redirect("upload-people", study=stands.study.pk)


@require_POST
@in_study(Act.RUN)
def remove_person(request: HttpRequest, stands: Standing, person: int) -> HttpResponse:
    """Take somebody off the roster who was not invited yet.

    Whoever was invited stays, answered or not: if only those who have not could be taken out, trying would tell.
    """
    with transaction.atomic():
        found = get_object_or_404(Person.objects.select_for_update(), study=stands.study, pk=person)
        removable = found.invited_at is None and not found.consents.exists()
        if removable:
            account = found.account
            Relation.objects.filter(person__study=stands.study, about_kind="person", about=found.code).delete()
            found.delete()
            drop_account(account)
            note("took somebody off the roster", account=stands.account.pk, study=stands.study.pk)
    if removable:
        messages.success(request, _("One person was taken off the list."))
    else:
        messages.error(
            request,
            _("Whoever may have begun to answer stays on the list. They can take everything back themselves."),
        )
    return redirect("people", study=stands.study.pk)


def _found(everybody: QuerySet[Person], words: str, names: dict[str, str]) -> QuerySet[Person]:
    """Return the people each of the words fits, by name, address or body."""
    for word in words.split():
        bodies = [code for code, name in names.items() if word.casefold() in f"{name} {code}".casefold()]
        fits = Q(account__name__icontains=word) | Q(account__email__icontains=word) | Q(body__in=bodies)
        everybody = everybody.filter(fits)
    return everybody.order_by("account__name", "account__email", "pk")


def _counts(everybody: QuerySet[Person], names: dict[str, str]) -> list[BodyCount]:
    found: dict[str, dict[str, int]] = {}
    for body, tier, many in everybody.values_list("body", "tier").annotate(Count("pk")).order_by("body"):
        found.setdefault(body, {})[tier] = many
    lines = [
        BodyCount(
            names.get(body, body),
            [f"{name} {tiers[tier]}" for tier, name in tier_names().items() if tier in tiers],
            sum(tiers.values()),
        )
        for body, tiers in found.items()
    ]
    return sorted(lines, key=lambda line: line.name.casefold())


def _plain(receipt: Receipt) -> dict[str, Any]:
    """Return a receipt as it is kept with the upload."""
    return {
        "read": receipt.read,
        "kept": receipt.kept,
        "rejected": receipt.rejected,
        "problems": [
            {"row": problem.row, "column": problem.column, "message": problem.message} for problem in receipt.problems
        ],
        "notes": list(receipt.notes),
    }


def _keep(request: HttpRequest, stands: Standing, upload: int) -> HttpResponse:
    with transaction.atomic():
        held = get_object_or_404(
            Upload.objects.select_for_update(), pk=upload, study=stands.study, account=stands.account
        )
        filed = file_people(stands.study, [Row(**cells) for cells in held.rows])
        held.delete()
        note("added people from a list", account=stands.account.pk, study=stands.study.pk, about=_many(filed))
    said = ngettext("%(new)s person was added", "%(new)s people were added", filed.new) % {"new": filed.new}
    if filed.changed:
        said += _(", %(changed)s changed") % {"changed": filed.changed}
    messages.success(request, f"{said}.")
    return redirect("study" if _is_first(stands.study, filed) else "people", study=stands.study.pk)


def _many(filed: Filed) -> str:
    return f"{filed.new} new, {filed.changed} changed, {filed.same} the same"


def _is_first(study: Study, filed: Filed) -> bool:
    """Tell whether these are the first people of a study; then the next step is on the overview."""
    return filed.new > 0 and Person.objects.filter(study=study).count() == filed.new
