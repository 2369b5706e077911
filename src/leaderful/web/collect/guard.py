"""What a page of questions needs: a wave that is open, and somebody who agreed to answer in it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from leaderful.web.collect.models import Consent
from leaderful.web.permissions import Standing
from leaderful.web.studies.models import Person, Wave

_P = ParamSpec("_P")


class WaveClosedError(Exception):
    """A wave was closed, or a consent taken back, while somebody answered."""


def asked(stands: Standing) -> Person:
    """Return who answers.

    Raises
    ------
    Http404
        They were taken off the list of people while they looked.
    """
    if stands.person is None:
        raise Http404
    return stands.person


def consent_now(stands: Standing) -> Consent | None:
    """Return the consent that somebody gave in the wave in which a study asks now, with wave, study and person."""
    person, wave = asked(stands), stands.study.open_waves.values("pk")[:1]
    consent = Consent.objects.select_related("wave").filter(person=person, wave=wave).first()
    if consent is not None:
        consent.person, consent.wave.study = person, stands.study
    return consent


def say_closed(request: HttpRequest, stands: Standing, *, status: int = 200) -> HttpResponse:
    """Say that nobody is asked now, and whether that is over or has not begun."""
    last = Wave.objects.filter(study=stands.study, closed_on__isnull=False).order_by("closed_on").last()
    said = Consent.objects.filter(person=asked(stands)).exists()
    shown = {"study": stands.study, "last": last, "said": said, "refused": status != 200}
    return render(request, "collect/closed.html", shown, status=status)


def during_wave(
    view: Callable[Concatenate[HttpRequest, Consent, _P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Let a view be seen while a wave is open by those who agreed; others are sent to where they can.

    A form left open since an earlier wave says so, and is not saved as an answer in this one.
    """

    @wraps(view)
    def guarded(request: HttpRequest, stands: Standing, *args: Any, **kwargs: Any) -> HttpResponse:
        consent = consent_now(stands)
        if consent is None and request.method == "POST" and not stands.study.open_waves.exists():
            return say_closed(request, stands, status=409)
        if consent is None:
            return redirect("answer", stands.study.pk)
        if request.POST.get("round", consent.wave.code) != consent.wave.code:
            messages.error(request, _("The page you sent was of an earlier round, and was not saved."))
            return redirect("answer", stands.study.pk)
        try:
            return view(request, consent, *args, **kwargs)
        except WaveClosedError:
            return say_closed(request, stands, status=409)

    return guarded
