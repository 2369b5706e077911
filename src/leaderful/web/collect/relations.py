"""The pages on which people say which bodies and people they work with, and how that goes."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from leaderful.forms.survey import about, shown
from leaderful.framework import framework
from leaderful.web.collect import asking, search
from leaderful.web.collect.guard import during_wave
from leaderful.web.collect.models import Consent, Relation
from leaderful.web.collect.saving import remove_relations, save_relations
from leaderful.web.permissions import Act, in_study
from leaderful.web.studies.models import Person, Study

TURNED_TO = "person-turned-to"
LOOKS_TO = "person-looks-to"
_MOST = framework().instrument.people_named_at_most


@require_http_methods(["GET", "HEAD", "POST"])
@in_study(Act.ANSWER)
@during_wave
def bodies(request: HttpRequest, consent: Consent) -> HttpResponse:
    """Show the bodies that somebody named, and find others; while they type, what is found and nothing else."""
    study = consent.wave.study
    found = search.find_bodies(_typed(request), search.bodies_of(study, consent.person))
    if request.method == "POST":
        return _show_found(request, study, found, "answer-relation")
    names = search.body_names(study)
    named = sorted((names.get(code, code), code) for code in _named(consent, "body"))
    step = len(asking.blocks()) + 1
    back = asking.blocks()[-1].scale.id
    context = {"study": study, "named": named, "found": found, "page": "answer-relation", "back": back}
    context["progress"] = asking.progress(step)
    return render(request, "collect/bodies.html", context)


@require_http_methods(["GET", "POST"])
@in_study(Act.ANSWER)
@during_wave
def body(request: HttpRequest, consent: Consent, code: str) -> HttpResponse:
    """Ask about one body, and keep or take back what is said of it."""
    study = consent.wave.study
    name, said = _body(consent, code)
    if "remove" in request.POST:
        remove_relations(consent, "body", code)
        return redirect("answer-relations", study.pk)
    questions = asking.relation_questions(about("body"), said)
    if request.method == "POST":
        values, questions = asking.read(questions, request.POST)
        questions = questions if said or values else _with_nothing_said(questions)
        if not asking.wrong(questions):
            save_relations(consent, "body", code, values)
            return redirect("answer-relations", study.pk)
    context = {"study": study, "name": name, "named": bool(said), "questions": questions, "round": consent.wave.code}
    return _show(request, "collect/body.html", context, asking.wrong(questions))


@require_http_methods(["GET", "HEAD", "POST"])
@in_study(Act.ANSWER)
@during_wave
def people(request: HttpRequest, consent: Consent) -> HttpResponse:
    """Show the people that somebody named, and find others; while they type, who is found and nothing else."""
    study = consent.wave.study
    found = search.find_people(_typed(request), study, consent.person)
    if request.method == "POST":
        return _show_found(request, study, found, "answer-person")
    rows = Person.objects.filter(study=study, code__in=_named(consent, "person")).select_related("account")
    names = search.body_names(study)
    named = [(_name(each), names.get(each.body, each.body), each.pk) for each in rows.order_by("account__name", "pk")]
    step = len(asking.blocks()) + 2
    context = {"study": study, "named": named, "found": found, "page": "answer-person", "most": _MOST}
    context["progress"] = asking.progress(step)
    return render(request, "collect/people.html", context)


@require_http_methods(["GET", "POST"])
@in_study(Act.ANSWER)
@during_wave
def person(request: HttpRequest, consent: Consent, other: int) -> HttpResponse:
    """Ask about one person, and keep or take back what is said of them."""
    study, whom = consent.wave.study, _whom(consent, other)
    if "remove" in request.POST:
        remove_relations(consent, "person", whom.code)
        return redirect("answer-people", study.pk)
    said = _said(consent, "person", whom.code)
    ticks = _ticks(consent, whom, {field for field, value in said.items() if value})
    questions = asking.relation_questions((each for each in about("person") if each.id not in _kinds()), said)
    if request.method == "POST":
        values, questions = asking.read(questions, request.POST)
        ticks = _checked(consent, whom, _ticks(consent, whom, set(request.POST)))
        if not asking.wrong((*ticks, *questions)):
            save_relations(
                consent, "person", whom.code, values | {tick.field: int(bool(tick.chosen)) for tick in ticks}
            )
            return redirect("answer-people", study.pk)
    context = {"study": study, "name": _name(whom), "body": search.body_names(study).get(whom.body, whom.body)}
    context |= {"ticks": ticks, "questions": questions, "named": bool(said), "round": consent.wave.code}
    return _show(request, "collect/person.html", context, asking.wrong((*ticks, *questions)))


def _typed(request: HttpRequest) -> str:
    return (request.POST if request.method == "POST" else request.GET).get("q", "")


def _show_found(request: HttpRequest, study: Study, found: search.Found, page: str) -> HttpResponse:
    return render(request, "collect/found.html", {"study": study, "found": found, "page": page})


def _show(
    request: HttpRequest, template: str, context: dict[str, object], errors: tuple[asking.Question, ...]
) -> HttpResponse:
    return render(request, template, {**context, "errors": errors}, status=400 if errors else 200)


def _kinds() -> dict[str, str]:
    return {
        TURNED_TO: _("I turned to them in the last month to solve something together"),
        LOOKS_TO: _("I look to them for leadership"),
    }


def _ticks(consent: Consent, whom: Person, ticked: set[str]) -> tuple[asking.Question, ...]:
    """Return what can be ticked of a person; turning to somebody is asked of other bodies' people alone."""
    return tuple(
        asking.Question(field=field, words=words, choices=(), chosen="yes" if field in ticked else "")
        for field, words in _kinds().items()
        if field != TURNED_TO or whom.body != consent.person.body
    )


def _named(consent: Consent, kind: str) -> list[str]:
    rows = Relation.objects.filter(person=consent.person_id, wave=consent.wave_id, about_kind=kind)
    return list(rows.values_list("about", flat=True).distinct())


def _said(consent: Consent, kind: str, code: str) -> asking.Values:
    rows = Relation.objects.filter(person=consent.person_id, wave=consent.wave_id, about_kind=kind, about=code)
    return dict(rows.values_list("question", "value"))


def _whom(consent: Consent, other: int) -> Person:
    """Return the person that a page is about: another of the study who has a name, or was named before."""
    others = Person.objects.filter(study=consent.wave.study_id).exclude(pk=consent.person_id)
    whom = others.select_related("account").filter(pk=other).first()
    if whom is None or not (whom.account.name or _said(consent, "person", whom.code)):
        raise Http404
    return whom


def _name(person: Person) -> str:
    return shown(person.account.name) or _("Somebody without a name")


def _body(consent: Consent, code: str) -> tuple[str, asking.Values]:
    """Return the name of a body that may be named, or was named before, and what was said of it."""
    if "\0" in code:  # which PostgreSQL does not take
        raise Http404
    said = _said(consent, "body", code)
    choices = search.bodies_of(consent.wave.study, consent.person)
    name = next((each.name for each in choices if each.code == code), "")
    if not said and not name:
        raise Http404
    return name or search.body_names(consent.wave.study).get(code, code), said


def _with_nothing_said(questions: tuple[asking.Question, ...]) -> tuple[asking.Question, ...]:
    """Say at the first question that something has to be answered for a body to be named."""
    if asking.wrong(questions):
        return questions
    text = _("Answer at least one question, or go back without naming this organisation.")
    return (replace(questions[0], error=text), *questions[1:])


def _checked(consent: Consent, whom: Person, ticks: tuple[asking.Question, ...]) -> tuple[asking.Question, ...]:
    """Say what is wrong when nothing is ticked, or more people would be named than may be."""
    if not any(tick.chosen for tick in ticks):
        text = _("Tick what is true, or go back without naming this person.")
        return (replace(ticks[0], error=text), *ticks[1:])
    others = Relation.objects.filter(person=consent.person_id, wave=consent.wave_id, about_kind="person", value=1)
    full = {
        tick.field
        for tick in ticks
        if tick.chosen and others.filter(question=tick.field).exclude(about=whom.code).count() >= _MOST
    }
    text = _("You named %(most)d people for this already, which is the most. Take one off the list first.")
    return tuple(replace(tick, error=text % {"most": _MOST}) if tick.field in full else tick for tick in ticks)
