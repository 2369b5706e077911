"""The diary of moments of leadership; it is open between waves too."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leaderful.forms.survey import Choice
from leaderful.framework import framework
from leaderful.web.collect import search
from leaderful.web.collect.forms import LONGEST, REFLECTIVE, MomentForm
from leaderful.web.collect.guard import asked
from leaderful.web.collect.models import Consent, Moment, Relation
from leaderful.web.permissions import Act, Standing, in_study
from leaderful.web.studies.models import Person, Study


@require_safe
@in_study(Act.ANSWER)
def diary(request: HttpRequest, stands: Standing) -> HttpResponse:
    """Show somebody the moments they noted."""
    person = asked(stands)
    if not _agreed(person):
        return redirect("answer", stands.study.pk)
    shown = {"study": stands.study, "moments": in_words(person), "note": framework().instrument.diary_note}
    return render(request, "collect/diary.html", shown)


@require_http_methods(["GET", "POST"])
@in_study(Act.ANSWER)
def new_moment(request: HttpRequest, stands: Standing) -> HttpResponse:
    """Note a moment; looking for a body on the way keeps what is filled in."""
    person = asked(stands)
    if not _agreed(person):
        return redirect("answer", stands.study.pk)
    if request.method != "POST":
        form = MomentForm((), initial={"time": timezone.localtime().strftime("%Y-%m-%dT%H:%M")})
        return _show(request, stands, form, search.find("", ()))
    bodies = _all_bodies(stands.study)
    form = MomentForm(bodies, request.POST)
    if "find" in request.POST:
        return _show(request, stands, form, search.find_bodies(request.POST.get("q", ""), bodies), checked=False)
    if not form.is_valid():
        return _show(request, stands, form, search.find("", ()))
    _save(person, form)
    messages.success(request, _("Your moment is saved."))
    return redirect("diary", stands.study.pk)


@require_POST
@in_study(Act.ANSWER)
def remove_moment(request: HttpRequest, stands: Standing, moment: int) -> HttpResponse:
    """Remove a moment from somebody's own diary."""
    get_object_or_404(Moment, pk=moment, person=asked(stands)).delete()
    messages.success(request, _("The moment is removed."))
    return redirect("diary", stands.study.pk)


def in_words(person: Person) -> list[dict[str, Any]]:
    """Return the moments of somebody in words, the latest first."""
    names = search.body_names(person.study)
    tiers, openers, behaviours = (
        {entry.id: entry.name for entry in entries}
        for entries in (framework().tiers, framework().openers, framework().behaviours)
    )
    return [
        {
            "id": moment.pk,
            "time": moment.time,
            "opener": openers[moment.opener],
            "taken": moment.taken,
            "bodies": [names.get(code, code) for code in moment.with_bodies],
            "tiers": [tiers[code] for code in moment.with_tiers],
            "behaviours": [behaviours[code] for code in moment.behaviours],
            "went_on_to": [names.get(code, code) for code in moment.went_on_to],
            "reflection": moment.reflection,
            "consent_text": moment.consent_text,
        }
        for moment in Moment.objects.filter(person=person).order_by("-time", "-pk")
    ]


def _agreed(person: Person) -> bool:
    return Consent.objects.filter(person=person).exists()


def _all_bodies(study: Study) -> tuple[Choice, ...]:
    return tuple(Choice(code=code, name=name) for code, name in sorted(search.body_names(study).items()))


@transaction.atomic
def _save(person: Person, form: MomentForm) -> None:
    """Keep a moment of somebody who is still there."""
    held = form.cleaned_data
    get_object_or_404(Person.objects.select_for_update(), pk=person.pk)
    Moment.objects.create(
        person=person,
        time=held["time"],
        with_bodies=held["with_bodies"],
        with_tiers=held["with_tiers"],
        opener=held["opener"],
        behaviours=held["behaviours"],
        taken=held["taken"] == "yes",
        went_on_to=held["went_on_to"],
        reflection=form.reflection,
        consent_text=held["consent_text"] and bool(form.reflection),
    )


def _show(
    request: HttpRequest, stands: Standing, form: MomentForm, found: search.Found, *, checked: bool = True
) -> HttpResponse:
    """Show the form as it was filled in, with the bodies known to the writer and those just found."""
    bound = form.is_bound
    picked = {name: set(request.POST.getlist(name)) for name in _LISTS}
    faults = form.errors if bound and checked else {}
    shown = {
        "study": stands.study,
        "found": found,
        "searched": bool(found.query),
        "value": request.POST if bound else form.initial,
        "picked": picked,
        "faults": {name: texts[0] for name, texts in faults.items()},
        "errors": [{"field": name, "error": texts[0]} for name, texts in faults.items()],
        "bodies": _near(asked(stands), picked["with_bodies"] | picked["went_on_to"], found),
        "tiers": framework().tiers,
        "openers": framework().openers,
        "families": [
            (family, [each for each in framework().behaviours if each.family == family.id])
            for family in framework().behaviour_families
        ],
        "reflective": [(each, request.POST.get(each.id, ""), faults.get(each.id)) for each in REFLECTIVE],
        "asked": {each.id.replace("-", "_"): each.definition for each in framework().diary_questions},
        "longest": LONGEST,
    }
    return render(request, "collect/new_moment.html", shown, status=400 if faults else 200)


_LISTS = ("with_bodies", "with_tiers", "behaviours", "went_on_to")


def _near(person: Person, picked: set[str], found: search.Found) -> list[Choice]:
    """Return the bodies to pick from: one's own, those named before, those picked, and those just found."""
    names = search.body_names(person.study)
    named = set(Relation.objects.filter(person=person, about_kind="body").values_list("about", flat=True))
    codes = {person.body, *named, *picked, *(choice.code for choice in found.matches)} & names.keys()
    return sorted((Choice(code=code, name=names[code]) for code in codes), key=lambda body: body.name.casefold())
