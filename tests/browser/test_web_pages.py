"""Every page that anybody may see: axe finds nothing wrong with it, and it fits a phone and a desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from web_addresses import ALL, filled
from web_cast import Cast, account, make_cast
from web_visits import AXE, DESK, PHONE, faults_of

from leaderful.web.accounts.links import make_link
from leaderful.web.accounts.models import Account, Purpose
from leaderful.web.collect.models import Answer, Consent, Moment, Relation
from leaderful.web.results import simulating
from leaderful.web.results.models import Result, Simulation, State
from leaderful.web.results.reading import take_apart
from leaderful.web.studies import evidence, suggested
from leaderful.web.studies.models import Member, Person, Upload, Wave
from leaderful.web.work.queue import ask
from leaderful.web.work.worker import run_next

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NO_PAGES = {"alive", "people-template", "mine-download", "download", "results-look", "what-if-look", "results-script"}
"""Addresses that give a file, or one word to a proxy."""


@dataclass(frozen=True)
class Page:
    """A page, by the name of its address, as somebody sees it."""

    name: str
    who: str
    path: str
    status: int = 200


@pytest.fixture
def cast(monkeypatch: pytest.MonkeyPatch) -> Cast:
    """The cast, after a round that many answered and in the middle of a second one."""
    monkeypatch.setattr(simulating, "WEEKS", 12)
    monkeypatch.setattr(simulating, "DRAWS", 2)
    cast = make_cast()
    asked(cast)
    Wave.objects.filter(pk=cast.wave.pk).update(closed_on=cast.wave.opened_on)
    work_out(cast)
    second = Wave.objects.create(study=cast.study, code="w2", name="Second round", opened_on=timezone.localdate())
    Consent.objects.create(person=cast.person, wave=second, words="seen", finished_at=timezone.now())
    other = Person.objects.exclude(body=cast.person.body).filter(study=cast.study)[0]
    for kind, about, question in (("body", other.body, "body-contact"), ("person", other.code, "person-looks-to")):
        Relation.objects.create(
            person=cast.person, wave=second, about_kind=kind, about=about, question=question, value=1
        )
    words = "I could have asked first."
    Moment.objects.create(
        person=cast.person, time=timezone.now() - timedelta(days=2), opener="story", taken=True, reflection=words
    )
    Member.objects.filter(account=cast.researcher).update(approved_at=timezone.now())
    return cast


def asked(cast: Cast) -> None:
    """Let many people of two bodies answer in the first round."""
    bodies = evidence.table(cast.study.pk, "bodies").filter(kind="nhs-trust")["id"].sort()[:2]
    items = [item.id for block in evidence.survey(cast.study).blocks for item in block.scale.items]
    names = [Account.objects.make(name=f"Person {number}", email=f"p{number}@example.org") for number in range(40)]
    people = [
        Person(study=cast.study, account=each, code=f"Q{place}", body=bodies[place % 2], tier="manager")
        for place, each in enumerate(names)
    ]
    people = [cast.person, *Person.objects.bulk_create(people)]
    Person.objects.update(invited_at=timezone.now())
    Consent.objects.bulk_create(Consent(person=each, wave=cast.wave, words="seen") for each in people)
    Answer.objects.bulk_create(
        Answer(person=each, wave=cast.wave, item=item, value=1 + (number + place) % 5)
        for number, each in enumerate(people)
        for place, item in enumerate(items)
    )


def work_out(cast: Cast) -> None:
    """Have results and a scenario worked out; release the results, and keep the like of them as a draft."""
    ask("measure", cast.study)
    ask("whatif", cast.study, {"scenario": "crisis"})
    assert run_next()
    assert run_next()
    made = Result.objects.get()
    Result.objects.filter(pk=made.pk).update(state=State.RELEASED, released_at=timezone.now())
    made.pk, made._state.adding = None, True
    made.id = Result._meta.pk.get_default()
    made.save()


def pages(cast: Cast) -> list[Page]:
    """Return all pages that there are, each as those see it for whom it differs."""
    return [*of_accounts(), *of_steward(cast), *of_participant(cast), *of_results(cast), *of_faults(cast)]


def of_accounts() -> list[Page]:
    links = {
        purpose: make_link(purpose, who).path
        for purpose, who in (
            (Purpose.OWNER, None),
            (Purpose.ROLE, account("new")),
            (Purpose.ANSWER, account("asked")),
        )
    }
    return [
        *(Page("home", name, "/") for name in ("steward", "lead", "stranger", "owner")),
        *(Page("account", name, "/account") for name in ("steward", "participant", "owner")),
        *(Page(name, "anonymous", reverse(name)) for name in ("sign-in", "code", "forgotten")),
        *(Page("link", "anonymous", path) for path in links.values()),
        Page("link", "anonymous", reverse("link", args=["gone"]), 410),
        Page("new-study", "owner", reverse("new-study")),
    ]


def of_steward(cast: Cast) -> list[Page]:
    row = {"line": 2, "name": "Eve", "email": "", "body": "QHM", "team": "", "tier": "manager", "place": ""}
    problem = {"row": 3, "column": "tier", "message": "“chief” is no tier; write board, executive or manager"}
    receipt = {"read": 2, "kept": 1, "rejected": 1, "notes": ["A note."], "problems": [problem]}
    upload = Upload.objects.create(study=cast.study, account=cast.steward, rows=[row], receipt=receipt)
    plain = (
        "preview",
        "people",
        "upload-people",
        "invite",
        "codes",
        "new-wave",
        "roles",
        "log",
        "threads",
        "upload-plan",
    )
    return [
        *(Page("study", name, at(cast, "study")) for name in ("steward", "lead", "researcher", "participant")),
        Page("study", "stranger", reverse("study", args=[cast.other.pk])),
        *(Page(name, "steward", at(cast, name)) for name in plain),
        Page("people", "steward", at(cast, "people") + "?q=nobody"),
        Page("invite", "stranger", reverse("invite", args=[cast.other.pk])),
        Page("uploaded-people", "steward", at(cast, "uploaded-people", upload.pk)),
        *(Page("thread", "steward", at(cast, "thread", link)) for link in suggested.links(cast.study)["id"][:1]),
    ]


def of_participant(cast: Cast) -> list[Page]:
    other = Person.objects.exclude(body=cast.person.body).filter(study=cast.study)[0]
    plain = (
        "answer-relations",
        "answer-people",
        "answer-done",
        "answer-later",
        "diary",
        "new-moment",
        "mine",
        "withdraw",
    )
    return [
        *(Page(name, "participant", at(cast, name)) for name in plain),
        *(Page("answer-scale", "participant", at(cast, "answer-scale", scale)) for scale in ("CGP", "AGE")),
        Page("answer-relations", "participant", at(cast, "answer-relations") + "?q=council"),
        Page("answer-relation", "participant", at(cast, "answer-relation", other.body)),
        Page("answer-people", "participant", at(cast, "answer-people") + "?q=person"),
        Page("answer-person", "participant", at(cast, "answer-person", other.pk)),
        Page("answer", "colleague", at(cast, "answer")),
        Page("answer", "stranger", reverse("answer", args=[cast.other.pk])),
        Page("mine", "colleague", at(cast, "mine")),
    ]


def of_results(cast: Cast) -> list[Page]:
    released, draft = (Result.objects.get(state=state) for state in (State.RELEASED, State.DRAFT))
    tried = Simulation.objects.get()
    return [
        *(Page("results", name, at(cast, "results")) for name in ("steward", "participant")),
        Page("results", "stranger", reverse("results", args=[cast.other.pk])),
        *(
            Page("results-section", "participant", at(cast, "results-section", released.pk, part))
            for part in take_apart(released.page).parts
        ),
        Page("results-section", "steward", at(cast, "results-section", draft.pk, "opening")),
        Page("results-preview", "participant", at(cast, "results-preview")),
        Page("results-preview", "stranger", reverse("results-preview", args=[cast.other.pk])),
        Page("results-body", "lead", at(cast, "results-body")),
        Page("take-answers", "researcher", at(cast, "take-answers")),
        *(Page("what-if", name, at(cast, "what-if")) for name in ("steward", "participant")),
        *(
            Page("what-if-result", "participant", at(cast, "what-if-result", tried.pk, part))
            for part in ("what-if", "methods")
        ),
    ]


def of_faults(cast: Cast) -> list[Page]:
    return [Page("fault", "anonymous", "/nowhere", 404), Page("fault", "lead", at(cast, "people"), 403)]


def at(cast: Cast, name: str, *args: object) -> str:
    return reverse(name, args=[cast.study.pk, *args])


@pytest.fixture
def look(browser: Any, live_server: Any, cast: Cast) -> Iterator[Callable[[Page], list[str]]]:
    """Return a function that opens a page as who may see it, and says what is wrong with it."""
    opened: dict[str, Any] = {}
    colleague = Person.objects.filter(study=cast.study).exclude(pk=cast.person.pk)[0].account

    def as_one(who: str) -> Any:
        if who not in opened:
            context = browser.new_context(viewport=PHONE, base_url=live_server.url, reduced_motion="reduce")
            context.add_init_script(path=AXE)
            signed_in = Client()
            if who != "anonymous":
                signed_in.force_login(
                    colleague if who == "colleague" else getattr(cast, who),
                    backend="django.contrib.auth.backends.ModelBackend",
                )
                key = signed_in.cookies["leaderful"].value
                context.add_cookies([{"name": "leaderful", "value": key, "url": live_server.url}])
            opened[who] = context.new_page()
            opened[who].on("pageerror", lambda error: opened.setdefault("errors", []).append(str(error)))
        return opened[who]

    def judge(page: Page) -> list[str]:
        shown, wrong = as_one(page.who), []
        shown.set_viewport_size(PHONE)
        answer = shown.goto(page.path)
        if answer.status != page.status or not shown.url.endswith(page.path):
            return [f"{page}: {answer.status} at {shown.url}"]
        for size in (PHONE, DESK):
            shown.set_viewport_size(size)
            wrong += [f"{page.name} of {page.who} at {size['width']}: {said}" for said in faults_of(shown)]
        return wrong + opened.pop("errors", [])

    yield judge
    for page in opened.values():
        page.context.close()


def test_every_page_is_fit_for_everybody(cast: Cast, look: Callable[[Page], list[str]]) -> None:
    shown = pages(cast)
    wrong = [said for page in shown for said in look(page)]
    assert not wrong, "\n".join(wrong)
    asked_for = {each.name for route, each in ALL if Client().get(filled(route, cast.study.pk)).status_code != 405}
    assert asked_for - {page.name for page in shown} == NO_PAGES
