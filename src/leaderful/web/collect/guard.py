"""What a page of questions needs: a wave that is open, and somebody who agreed to answer in it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from leaderful.web.collect.models import Consent
from leaderful.web.permissions import Standing
from leaderful.web.studies.models import Person, Study, Wave

_P = ParamSpec("_P")


class WaveClosedError(Exception):
    """A wave was closed, or a consent taken back, while somebody answered."""


def open_wave(study: Study) -> Wave | None:
    """Return the wave in which a study asks now; the last one opened where there are several."""
    return Wave.objects.filter(study=study, opened_on__isnull=False, closed_on__isnull=True).order_by("pk").last()


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


def consent_of(stands: Standing, wave: Wave) -> Consent | None:
    """Return the consent that somebody gave in a wave, together with wave, study and person."""
    wave.study = stands.study
    consent = Consent.objects.filter(person=asked(stands), wave=wave).first()
    if consent is not None:
        consent.person, consent.wave = asked(stands), wave
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
    """Let a view be seen while a wave is open by those who agreed; others are sent to where they can."""

    @wraps(view)
    def guarded(request: HttpRequest, stands: Standing, *args: Any, **kwargs: Any) -> HttpResponse:
        wave = open_wave(stands.study)
        if wave is None and request.method == "POST":
            return say_closed(request, stands, status=409)
        consent = consent_of(stands, wave) if wave is not None else None
        if consent is None:
            return redirect("answer", stands.study.pk)
        try:
            return view(request, consent, *args, **kwargs)
        except WaveClosedError:
            return say_closed(request, stands, status=409)

    return guarded
