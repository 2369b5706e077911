"""Rounds of asking: make them, open them, close them."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from leaderful.web.audit.models import note
from leaderful.web.permissions import Act, Standing, in_study
from leaderful.web.results.measuring import drop_unseen
from leaderful.web.results.models import Result
from leaderful.web.results.releasing import MEASURE
from leaderful.web.studies.forms import WaveForm, posted
from leaderful.web.studies.models import Study, Wave
from leaderful.web.work.models import Job, State


def may_open(wave: Wave, waves: Iterable[Wave]) -> bool:
    """Tell whether a round may be opened: no other is open, none newer ever was, nobody has looked at its results."""
    others = [other for other in waves if other.pk != wave.pk and other.opened_on is not None]
    newer = any(other.pk > wave.pk for other in others)
    alone = not wave.is_open and not newer and not any(other.is_open for other in others)
    return alone and not asks_nobody(wave.study) and not was_looked_at(wave)


def was_looked_at(wave: Wave) -> bool:
    """Tell whether somebody has seen results that end with a round.

    Opened again, it would take answers of single people; new results beside those that were seen would tell of them.
    """
    return Result.objects.filter(study=wave.study_id, wave=wave.code, seen_at__isnull=False).exists()


def asks_nobody(study: Study) -> bool:
    """Tell whether people of a study came from a folder: nobody here knows who they are, and none can sign in."""
    return study.people.filter(account__is_active=False).exists()


@require_http_methods(["GET", "POST"])
@in_study(Act.RUN)
def new_wave(request: HttpRequest, stands: Standing) -> HttpResponse:
    """Make a further round; it is opened by itself."""
    if asks_nobody(stands.study):
        messages.error(request, _from_a_folder())
        return redirect("study", study=stands.study.pk)
    form = WaveForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            locked = _locked(stands.study)
            code = _next_code(locked)
            Wave.objects.create(study=locked, code=code, name=form.cleaned_data["name"])
            note("made a round", account=stands.account.pk, study=locked.pk, about=code)
        messages.success(request, _("The round is there. Open it when you want to take answers."))
        return redirect("study", study=stands.study.pk)
    status = 400 if form.errors else 200
    return render(request, "studies/new_wave.html", {"study": stands.study, "form": form}, status=status)


@require_POST
@in_study(Act.RUN)
def open_wave(request: HttpRequest, stands: Standing, wave: str) -> HttpResponse:
    """Open a round, where no other is open and none that is newer ever was; the first one leads on to inviting."""
    with transaction.atomic():
        waves = list(_locked(stands.study).waves.all())
        found = get_object_or_404(Wave, study=stands.study, code=wave)
        allowed = may_open(found, waves) and _leaves_results(found)
        if allowed:
            found.opened_on, found.closed_on = found.opened_on or timezone.localdate(), None
            found.save(update_fields=["opened_on", "closed_on"])
            note("opened a round", account=stands.account.pk, study=stands.study.pk, about=found.code)
    if allowed:
        messages.success(request, _("The round is open: answers are taken."))
    elif not found.is_open:
        messages.error(request, _why_not(found, waves))
    people = stands.study.people
    first = allowed and people.exists() and not people.filter(invited_at__isnull=False).exists()
    return redirect("invite" if first else "study", study=stands.study.pk)


@require_POST
@in_study(Act.RUN)
def close_wave(request: HttpRequest, stands: Standing, wave: str) -> HttpResponse:
    """Close a round: no answer is taken any more."""
    with transaction.atomic():
        _locked(stands.study)
        found = get_object_or_404(Wave, study=stands.study, code=wave)
        was_open = found.is_open
        if was_open:
            found.closed_on = timezone.localdate()
            found.save(update_fields=["closed_on"])
            note("closed a round", account=stands.account.pk, study=stands.study.pk, about=found.code)
    if was_open:
        messages.success(request, _("The round is closed: no answer is taken any more."))
    else:
        messages.error(request, _("This round is not open, so there is nothing to close."))
    return redirect("study", study=stands.study.pk)


def _leaves_results(wave: Wave) -> bool:
    """Throw away results nobody has looked at where a round opens again; False where such are there to stay."""
    if wave.opened_on is None:
        return True
    if _is_measured(wave):
        return False
    drop_unseen(wave.study)
    return not was_looked_at(wave)


def _is_measured(wave: Wave) -> bool:
    return Job.objects.filter(kind=MEASURE, study=wave.study_id, state=State.RUNNING).exists()


def _why_not(wave: Wave, waves: Iterable[Wave]) -> str:
    """Say why a round stays closed, and what to do."""
    if asks_nobody(wave.study):
        return _from_a_folder()
    if was_looked_at(wave):
        return _("Results of this round were looked at, so it stays closed. Make a new round.")
    if may_open(wave, waves):
        return _("Results are being worked out. Open the round again once they are there.")
    return _(
        "Only one round is open at a time, and none is opened again after a newer one. Close the open round first, or "
        "make a new one."
    )


def _from_a_folder() -> str:
    return _(
        "The people of this study came from a folder, under codes alone, and nobody can be asked here. To ask people, "
        "start another study and put them on its list."
    )


def _locked(study: Study) -> Study:
    """Return the study, held so that nobody else opens or makes a round meanwhile."""
    return Study.objects.select_for_update().get(pk=study.pk)


def _next_code(study: Study) -> str:
    used = set(study.waves.values_list("code", flat=True))
    number = max((int(code[1:]) for code in used if code[:1] == "w" and code[1:].isdecimal()), default=0)
    return f"w{number + 1}"
