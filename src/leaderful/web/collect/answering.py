"""The pages on which people agree, answer statements, come to the end, or stop for now."""

from __future__ import annotations

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from leaderful.forms.survey import Block
from leaderful.framework import framework
from leaderful.web.accounts.links import make_link
from leaderful.web.accounts.mail import TROUBLE, send_link
from leaderful.web.accounts.models import Purpose
from leaderful.web.collect import asking, words
from leaderful.web.collect.guard import asked, consent_now, during_wave, say_closed
from leaderful.web.collect.models import Answer, Consent
from leaderful.web.collect.saving import finish, save_answers
from leaderful.web.environment import address
from leaderful.web.permissions import Act, Standing, in_study
from leaderful.web.studies.models import Person, Wave


@require_http_methods(["GET", "POST"])
@in_study(Act.ANSWER)
def answer(request: HttpRequest, stands: Standing) -> HttpResponse:
    """Ask for consent; take those who gave it to the first page that is not complete."""
    wave = stands.study.open_waves.first()
    if wave is None:
        return say_closed(request, stands, status=409 if request.method == "POST" else 200)
    consent = consent_now(stands)
    if consent is None and request.method == "POST":
        return _agree(request, stands, wave)
    if consent is None:
        return _ask_consent(request, stands)
    block = asking.first_open(consent)
    if block is not None:
        return redirect("answer-scale", stands.study.pk, block.scale.id)
    return redirect("answer-relations" if consent.finished_at is None else "answer-done", stands.study.pk)


@require_http_methods(["GET", "POST"])
@in_study(Act.ANSWER)
@during_wave
def statements(request: HttpRequest, consent: Consent, scale: str) -> HttpResponse:
    """Show the statements of a page, and keep what is filled in."""
    page = asking.page_of(scale)
    if page is None:
        raise Http404
    block = asking.blocks()[page - 1]
    if request.method == "POST":
        values, questions = asking.read(asking.statements(block, {}), request.POST)
        if not asking.wrong(questions):
            save_answers(consent, values)
            return _after(request, consent, page)
    questions = asking.statements(block, _said(consent, block))
    if request.method == "POST":
        questions = asking.read(questions, request.POST)[1]
    return _show(request, consent, page, questions)


@require_http_methods(["GET", "POST"])
@in_study(Act.ANSWER)
@during_wave
def done(request: HttpRequest, consent: Consent) -> HttpResponse:
    """Thank somebody who came to the end, and say what happens next."""
    if request.method == "POST":
        finish(consent)
        return redirect("answer-done", consent.wave.study_id)
    if consent.finished_at is None:
        return redirect("answer", consent.wave.study_id)
    unsaid = asking.first_open(consent)
    return render(request, "collect/done.html", {"study": consent.wave.study, "unsaid": unsaid})


@require_http_methods(["GET", "POST"])
@in_study(Act.ANSWER)
def later(request: HttpRequest, stands: Standing) -> HttpResponse:
    """Say how to carry on later; make a link and a code for those who want one."""
    asked(stands)
    shown: dict[str, object] = {"study": stands.study, "account": stands.account}
    if request.method == "POST":
        made = make_link(Purpose.RETURN, stands.account, with_code=True)
        try:
            send_link(stands.account, made)
        except TROUBLE:
            shown["unsent"] = True
        shown |= {"link": f"{address()}{made.path}", "code": made.code, "until": made.link.expires_at}
    return render(request, "collect/later.html", shown)


def _said(consent: Consent, block: Block) -> asking.Values:
    """Return what somebody said of the statements of a page before."""
    items = [item.id for item in block.scale.items]
    answers = Answer.objects.filter(person=consent.person_id, wave=consent.wave_id, item__in=items)
    return dict(answers.values_list("item", "value"))


def _agree(request: HttpRequest, stands: Standing, wave: Wave) -> HttpResponse:
    """Keep a consent to the words that were shown; where they have changed since, show them anew."""
    shown = words.words_hash(stands.study)
    if request.POST.get("words") != shown:
        error = _("This page has changed since you opened it. Read it again, and agree if you still want to.")
        return _ask_consent(request, stands, error=error)
    with transaction.atomic():
        person = get_object_or_404(Person.objects.select_for_update(), pk=asked(stands).pk)
        Consent.objects.get_or_create(
            person=person, wave=wave, defaults={"words": shown, "network": "network" in request.POST}
        )
    return redirect("answer", stands.study.pk)


def _ask_consent(request: HttpRequest, stands: Standing, *, error: str = "") -> HttpResponse:
    shown = {
        "study": stands.study,
        "parts": words.consent_parts(stands.study),
        "network": words.network_words(),
        "words": words.words_hash(stands.study),
        "errors": [{"field": "agree", "error": error}] if error else [],
    }
    return render(request, "collect/consent.html", shown, status=400 if error else 200)


def _after(request: HttpRequest, consent: Consent, page: int) -> HttpResponse:
    study = consent.wave.study_id
    if "later" in request.POST:
        return redirect("answer-later", study)
    if page < len(asking.blocks()):
        return redirect("answer-scale", study, asking.blocks()[page].scale.id)
    return redirect("answer-relations", study)


def _show(request: HttpRequest, consent: Consent, page: int, questions: tuple[asking.Question, ...]) -> HttpResponse:
    errors = asking.wrong(questions)
    shown = {
        "study": consent.wave.study,
        "round": consent.wave.code,
        "questions": questions,
        "errors": errors,
        "progress": asking.progress(page),
        "pages": len(asking.blocks()),
        "the_system": framework().instrument.the_system,
        "back": asking.blocks()[page - 2].scale.id if page > 1 else "",
    }
    return render(request, "collect/statements.html", shown, status=400 if errors else 200)
