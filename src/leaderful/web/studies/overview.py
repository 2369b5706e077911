"""The first pages of a study: start one, see where it stands, see what people will be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import polars as pl
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from leaderful import jobs
from leaderful.web.audit.models import Entry, note
from leaderful.web.collect.models import Consent
from leaderful.web.permissions import PARTICIPANT, Act, Standing, in_study, owner_only, who
from leaderful.web.studies import evidence
from leaderful.web.studies.bodies import body_names, named, tier_names
from leaderful.web.studies.forms import NewStudyForm, posted
from leaderful.web.studies.models import Member, Person, Role, Study, Wave
from leaderful.web.studies.rates import Rate, Rates, reckon
from leaderful.web.studies.rounds import asks_nobody, may_open, was_looked_at

LOOKED: Final = "looked at the questions"


@dataclass(frozen=True)
class Task:
    """One thing a steward does before the first answer comes."""

    name: str
    hint: str
    address: str
    done: bool
    opens: str = ""
    """Where the round is opened, for the task that does so."""
    needed: bool = True
    """Whether no answer comes without it."""


@dataclass(frozen=True)
class Line:
    """A rate as it stands on the page."""

    names: list[str]
    rate: Rate


@require_http_methods(["GET", "POST"])
@owner_only
def new_study(request: HttpRequest) -> HttpResponse:
    """Start a study of a system, with its maker as steward and a first round."""
    form = NewStudyForm(posted(request), initial={"name": _("How we lead together")})
    if request.method == "POST" and form.is_valid():
        study = _start(request, form.cleaned_data)
        return redirect("study", study=study.pk)
    return render(request, "studies/new.html", {"form": form}, status=400 if form.errors else 200)


@require_safe
@in_study(Act.SEE_STUDY)
def study(request: HttpRequest, stands: Standing) -> HttpResponse:
    """Show a steward where the study stands, and everybody else what it is and what they can do here."""
    if stands.may(Act.RUN):
        return render(request, "studies/overview.html", _overview(stands))
    wave = _latest(stands.study)
    context = {
        "study": stands.study,
        "state": wave if wave and wave.is_open else None,
        "closed": wave is not None and not wave.is_open,
        "roles": [
            {"role": member, "body": body_names(stands.study.pk).get(member.body, member.body)}
            for member in stands.roles
        ],
        "answers": PARTICIPANT in stands.names,
    }
    return render(request, "studies/study.html", context)


@require_safe
@in_study(Act.RUN)
def preview(request: HttpRequest, stands: Standing) -> HttpResponse:
    """Show a steward all that people will be asked."""
    if not _has_looked(stands.study):
        note(LOOKED, account=stands.account.pk, study=stands.study.pk)
    blocks = evidence.survey(stands.study).blocks
    items = sum(len(block.scale.items) for block in blocks)
    return render(request, "studies/preview.html", {"study": stands.study, "blocks": blocks, "items": items})


def _start(request: HttpRequest, given: dict[str, Any]) -> Study:
    with transaction.atomic():
        made = evidence.start(given["name"], given["system"], jobs.LATEST, given["minimum_people"])
        Member.objects.create(study=made, account=who(request), role=Role.STEWARD)
        Wave.objects.create(study=made, code="w1", name=_("First round"))
        note("started the study", account=who(request).pk, study=made.pk, about=given["system"])
    return made


def _overview(stands: Standing) -> dict[str, Any]:
    waves = list(stands.study.waves.all())
    latest = _latest(stands.study)
    tasks = _tasks(stands.study, waves)
    return {
        "study": stands.study,
        "system": body_names(stands.study.pk).get(stands.study.system, stands.study.system),
        "tasks": tasks,
        "next": _next(tasks),
        "waves": [
            {"wave": wave, "may_open": may_open(wave, waves), "looked_at": was_looked_at(wave)}
            for wave in reversed(waves)
        ],
        "latest": latest,
        "from_folder": asks_nobody(stands.study),
        "answers": PARTICIPANT in stands.names,
        **_lines(stands.study, response_rates(stands.study, latest)),
    }


def response_rates(held: Study, wave: Wave | None) -> Rates | None:
    """Return what may be seen of who has answered in a round, of those invited; none before the first round.

    Whoever withdrew since the round was opened stays counted. All is read at once, so that nobody who withdraws
    meanwhile is counted twice or not at all.
    """
    if wave is None:
        return None
    finished = Consent.objects.filter(wave=wave, person=OuterRef("pk"), finished_at__isnull=False)
    invited = Person.objects.filter(study=held, invited_at__isnull=False).annotate(finished=Exists(finished))
    gone = wave.gone.values_list("body", "tier", "answered")
    cells = list(invited.values_list("body", "tier", "finished").union(gone, all=True))
    schema = {"body": pl.String, "tier": pl.String, "answered": pl.Boolean}
    return reckon(pl.DataFrame(cells, schema=schema, orient="row"), fewest=held.minimum_people)


def _lines(held: Study, rates: Rates | None) -> dict[str, Any]:
    """Return the rates as the page has them: silent bodies first, then in order of name."""
    if rates is None:
        return {"total": None, "bodies": [], "tiers": []}
    names, order = body_names(held.pk), list(tier_names())
    bodies = [Line(named(rate.units, names), rate) for rate in rates.bodies]
    ranked = sorted(rates.tiers, key=lambda rate: order.index(rate.units[0]))
    return {
        "total": rates.total,
        "bodies": sorted(bodies, key=_place),
        "tiers": [Line([tier_names()[unit] for unit in order if unit in rate.units], rate) for rate in ranked],
    }


def _place(line: Line) -> tuple[bool, bool, str]:
    return (len(line.names) > 1, not line.rate.silent, line.names[0].casefold())


def _tasks(held: Study, waves: list[Wave]) -> list[Task]:
    people = Person.objects.filter(study=held)
    named, looked = people.exists(), _has_looked(held)
    list_page = _to("people" if named else "upload-people", held)
    return [
        Task(_("Name the people to ask"), _("From a spreadsheet"), list_page, named),
        Task(_("Look at what they will see"), _("All questions"), _to("preview", held), looked, needed=False),
        Task(
            _("Open the round"),
            _("From then on answers are taken"),
            "#rounds",
            any(wave.opened_on is not None for wave in waves),
            reverse("open-wave", args=[held.pk, waves[0].code]) if waves else "",
        ),
        Task(
            _("Invite them"),
            _("By email, or with printed codes"),
            _to("invite", held),
            people.filter(invited_at__isnull=False).exists(),
        ),
    ]


def _next(tasks: list[Task]) -> Task | None:
    """Return the first thing left to do without which no answer comes; none once there is nothing of the kind."""
    return next((task for task in tasks if task.needed and not task.done), None)


def _to(name: str, held: Study) -> str:
    return reverse(name, args=[held.pk])


def _has_looked(held: Study) -> bool:
    return Entry.objects.filter(study=held.pk, did=LOOKED).exists()


def _latest(held: Study) -> Wave | None:
    """Return the open round, or else the one opened last."""
    opened = held.waves.filter(opened_on__isnull=False)
    return opened.filter(closed_on__isnull=True).last() or opened.last()
