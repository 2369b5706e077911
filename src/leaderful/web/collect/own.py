"""What somebody said, in words: to read, to take away as a file, and to change."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from leaderful.forms.survey import about, shown
from leaderful.web.audit.models import note
from leaderful.web.collect import asking, search
from leaderful.web.collect.diary import in_words
from leaderful.web.collect.guard import asked
from leaderful.web.collect.models import Answer, Consent, Moment, Relation
from leaderful.web.permissions import Act, Standing, in_study
from leaderful.web.studies.models import Person, Wave


@require_safe
@in_study(Act.ANSWER)
def mine(request: HttpRequest, stands: Standing) -> HttpResponse:
    """Show somebody all they said, by wave."""
    person, wave = asked(stands), stands.study.open_waves.first()
    context = {
        "study": stands.study,
        "waves": [_wave_in_words(consent, opened=consent.wave == wave) for consent in _consents(person)],
        "moments": Moment.objects.filter(person=person).count(),
        "first": asking.blocks()[0].scale.id,
    }
    return render(request, "collect/mine.html", context)


@require_POST
@in_study(Act.ANSWER)
def network(request: HttpRequest, stands: Standing) -> HttpResponse:
    """Let somebody change whether they may be named in results on who works with whom."""
    latest = _consents(asked(stands)).last()
    if latest is not None:
        Consent.objects.filter(pk=latest.pk).update(network="network" in request.POST)
    return redirect("mine", stands.study.pk)


@require_safe
@in_study(Act.ANSWER)
def download(request: HttpRequest, stands: Standing) -> HttpResponse:  # noqa: ARG001 (a view takes one)
    """Give somebody all they said as a JSON file, without the code under which it is kept."""
    person = asked(stands)
    content = {
        "study": stands.study.name,
        "made_at": timezone.now(),
        "waves": [_wave_in_words(consent, opened=False) for consent in _consents(person)],
        "moments": [{key: held for key, held in moment.items() if key != "id"} for moment in in_words(person)],
    }
    note("took out own answers", account=None, study=stands.study.pk)
    file = f"{slugify(stands.study.name) or 'study'}-my-answers.json"
    headers = {"Content-Disposition": f'attachment; filename="{file}"'}
    return JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 2}, headers=headers)


def _consents(person: Person) -> QuerySet[Consent]:
    return Consent.objects.filter(person=person).select_related("wave", "person__study").order_by("wave__pk")


def _wave_in_words(consent: Consent, *, opened: bool) -> dict[str, Any]:
    """Return all that somebody said in a wave, with the words of questions and answers."""
    return {
        "wave": consent.wave.name,
        "open": opened,
        "agreed_at": consent.given_at,
        "finished_at": consent.finished_at,
        "network": consent.network,
        "statements": _statements(consent.person, consent.wave),
        "bodies": _relations(consent.person, consent.wave, "body"),
        "people": _relations(consent.person, consent.wave, "person"),
    }


def _statements(person: Person, wave: Wave) -> list[dict[str, str]]:
    said = dict(Answer.objects.filter(person=person, wave=wave).values_list("item", "value"))
    questions = (each for block in asking.blocks() for each in asking.statements(block, said))
    return [_said(each) for each in questions if each.chosen]


def _relations(person: Person, wave: Wave, kind: str) -> list[dict[str, Any]]:
    """Return what somebody said of bodies or people, by their names."""
    rows = Relation.objects.filter(person=person, wave=wave, about_kind=kind).order_by("pk")
    by: dict[str, asking.Values] = {}
    for code, question, value in rows.values_list("about", "question", "value"):
        by.setdefault(code, {})[question] = value
    names = _names(person, kind, set(by))
    return [
        {
            "about": names.get(code, code),
            "said": [_said(each) for each in asking.relation_questions(about(kind), said) if each.chosen],
        }
        for code, said in by.items()
    ]


def _names(person: Person, kind: str, codes: set[str]) -> dict[str, str]:
    if kind == "body":
        return search.body_names(person.study)
    named = Person.objects.filter(study=person.study_id, code__in=codes).values_list("code", "account__name")
    return {code: shown(name) or _("Somebody without a name") for code, name in named}


def _said(question: asking.Question) -> dict[str, str]:
    return {"question": question.words, "answer": asking.words_of(question)}
