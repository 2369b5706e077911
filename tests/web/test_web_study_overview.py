"""Starting a study, its rounds, its overview, and what those see who do not run it."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone
from web_cast import Cast, account

from leaderful.web.audit.models import Entry
from leaderful.web.collect.models import Answer, Consent
from leaderful.web.permissions import Act, standing
from leaderful.web.studies.models import Member, Person, Role, Study, Wave

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def not_invited_yet(cast: Cast) -> None:
    Person.objects.filter(pk=cast.person.pk).update(invited_at=None)
    cast.person.refresh_from_db()


def page(cast: Cast, who: str, name: str = "study") -> str:
    answer = cast.client(who).get(reverse(name, args=[cast.study.pk]))
    return " ".join(unescape(answer.content.decode()).split())


def turn(cast: Cast, name: str, wave: Wave) -> str:
    answer = cast.client("steward").post(reverse(name, args=[cast.study.pk, wave.code]), follow=True)
    wave.refresh_from_db()
    return unescape(answer.content.decode())


def test_the_maker_of_a_study_runs_it(cast: Cast) -> None:
    owner = cast.client("owner")
    form = owner.get(reverse("new-study")).content.decode()
    assert form.count("<option") == 37 + 7
    assert 'value="How we lead together"' in form
    answer = owner.post(reverse("new-study"), {"system": "QHM", "name": "Together"})
    made = Study.objects.get(name="Together")
    assert answer.headers["Location"] == reverse("study", args=[made.pk])
    stands = standing(cast.owner, made.pk)
    assert stands is not None and stands.may(Act.RUN)
    assert list(made.waves.values_list("code", "name", "opened_on")) == [("w1", "First round", None)]
    assert Entry.objects.get(study=made.pk).did == "started the study"


@pytest.mark.parametrize(
    "given", [{}, {"system": "QHM"}, {"system": "XXX", "name": "A"}, {"system": "QHM", "name": "a\0"}]
)
def test_a_study_needs_a_system_and_a_name(cast: Cast, given: dict[str, str]) -> None:
    before = Study.objects.count()
    answer = cast.client("owner").post(reverse("new-study"), given)
    assert answer.status_code == 400
    assert b"There is a problem" in answer.content
    assert Study.objects.count() == before


def test_the_overview_shows_the_next_step(cast: Cast) -> None:
    Person.objects.filter(study=cast.study).delete()
    Wave.objects.filter(study=cast.study).update(opened_on=None)

    def following() -> str:
        return re.split(r'class="nhsuk-button" [^>]*>', page(cast, "steward"))[1].split("<")[0]

    assert following() == "Name the people to ask"
    person = Person.objects.create(study=cast.study, account=cast.participant, code="P1", body="QHM", tier="manager")
    assert "The aims I work to are ones I would call serving the common good." in page(cast, "steward", "preview")
    page(cast, "steward", "preview")
    assert Entry.objects.filter(did="looked at the questions").count() == 1
    assert following() == "Open the round"
    assert "Send the invitations" in turn(cast, "open-wave", cast.wave), "with whom to invite, that comes next"
    assert following() == "Invite them"
    Person.objects.filter(pk=person.pk).update(invited_at=timezone.now())
    assert "Steps to the first answer" not in page(cast, "steward")


def test_the_steps_are_gone_once_answers_can_come_even_if_nobody_looked_at_the_questions(cast: Cast) -> None:
    assert "Steps to the first answer" in page(cast, "steward")
    Person.objects.filter(study=cast.study).update(invited_at=timezone.now())
    assert not Entry.objects.filter(did="looked at the questions").exists()
    assert "Steps to the first answer" not in page(cast, "steward")


def test_rates_are_of_those_invited_and_never_of_few(cast: Cast) -> None:
    assert "Nobody was invited yet" in page(cast, "steward")
    people = [
        Person.objects.create(
            study=cast.study,
            account=account(f"p{at}"),
            code=f"Q{at}",
            body=("QHM", "RVW")[at % 2],
            tier="manager",
            invited_at=timezone.now() if at < 40 else None,
        )
        for at in range(50)
    ]
    assert "Nobody of 40 has answered yet" in page(cast, "steward")
    assert "Nobody of 20 has answered yet" in page(cast, "steward")
    finish(cast, people[:2])
    said = page(cast, "steward")
    assert "Hidden, of 20 asked" in said
    assert "Nobody of" not in said.split("By organisation")[0]
    finish(cast, people[2:16])
    said = page(cast, "steward")
    assert "15 or more of 40" in said
    assert said.count("5 or more of 20") == 2
    Consent.objects.filter(person=people[0]).update(finished_at=None)
    assert "15 or more of 40" in page(cast, "steward")


def finish(cast: Cast, people: list[Person]) -> None:
    Consent.objects.bulk_create(
        Consent(person=person, wave=cast.wave, words="x", finished_at=timezone.now()) for person in people
    )


def test_small_bodies_are_counted_together(cast: Cast) -> None:
    for at in range(36):
        Person.objects.create(
            study=cast.study,
            account=account(f"p{at}"),
            code=f"Q{at}",
            body="QHM" if at >= 12 else ("RVW", "RTF", "RXP")[at % 3],
            tier="manager",
            invited_at=timezone.now(),
        )
    said = page(cast, "steward")
    assert "3 counted together" in said
    assert "Fewer than 10 were asked" in said
    assert "Nobody of 12 has answered yet" in said
    assert "Nobody of 4 " not in said


def test_others_see_what_the_study_is_and_what_they_can_do(cast: Cast) -> None:
    Person.objects.update(invited_at=timezone.now())
    lead, researcher, participant = (page(cast, who) for who in ("lead", "researcher", "participant"))
    for said in (lead, researcher, participant):
        assert f"/studies/{cast.study.pk}/results/" in said
        assert "First round has been open since 1 May 2026" in said
        assert "Who has answered" not in said
        assert reverse("people", args=[cast.study.pk]) not in said
    assert "You are the organisation lead of" in lead
    assert "a steward has to approve you" in researcher
    assert reverse("answer", args=[cast.study.pk]) in participant
    assert reverse("answer", args=[cast.study.pk]) not in lead
    Member.objects.update(approved_at=timezone.now())
    assert "A steward has approved you" in page(cast, "researcher")
    Wave.objects.update(closed_on=timezone.localdate())
    assert "Asking is over for now" in page(cast, "participant")
    Wave.objects.update(opened_on=None, closed_on=None)
    assert "Asking has not begun yet" in page(cast, "participant")


def test_a_steward_who_answers_too_finds_the_way_to_their_answers(cast: Cast) -> None:
    assert "Your own answers" not in page(cast, "steward")
    Member.objects.create(study=cast.study, account=cast.participant, role=Role.STEWARD)
    Person.objects.filter(pk=cast.person.pk).update(invited_at=timezone.now())
    assert "Your own answers" in page(cast, "participant")


def test_no_page_of_a_steward_changes_when_one_person_answers(cast: Cast) -> None:
    Person.objects.update(invited_at=timezone.now())
    names = ("study", "people", "invite", "codes", "log", "roles", "preview")
    page(cast, "steward", "preview")

    def seen() -> list[str]:
        return [re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page(cast, "steward", name)) for name in names]

    before = seen()
    finish(cast, [cast.person])
    Answer.objects.create(person=cast.person, wave=cast.wave, item="CGP1", value=3)
    Entry.objects.create(did="finished", account=cast.participant.pk, study=cast.study.pk)
    assert seen() == before


def test_one_round_is_open_at_a_time(cast: Cast) -> None:
    second = Wave.objects.create(study=cast.study, code="w2", name="Second round")
    assert "Only one round is open at a time" in turn(cast, "open-wave", second)
    assert not second.is_open
    assert "no answer is taken any more" in turn(cast, "close-wave", cast.wave)
    assert not cast.wave.is_open
    assert "not open, so there is nothing to close" in turn(cast, "close-wave", cast.wave)
    assert "answers are taken" in turn(cast, "open-wave", cast.wave)
    assert (cast.wave.is_open, cast.wave.opened_on) == (True, date(2026, 5, 1))
    turn(cast, "close-wave", cast.wave)
    turn(cast, "open-wave", second)
    assert (second.is_open, second.opened_on) == (True, timezone.localdate())
    turn(cast, "close-wave", second)
    assert "none is opened again after a newer one" in turn(cast, "open-wave", cast.wave)
    assert not cast.wave.is_open
    did = list(Entry.objects.filter(study=cast.study.pk).order_by("pk").values_list("did", "about"))
    assert did == [
        ("closed a round", "w1"),
        ("opened a round", "w1"),
        ("closed a round", "w1"),
        ("opened a round", "w2"),
        ("closed a round", "w2"),
    ]


def test_new_rounds_are_made_closed_and_with_a_code_of_their_own(cast: Cast) -> None:
    steward, address = cast.client("steward"), reverse("new-wave", args=[cast.study.pk])
    Wave.objects.create(study=cast.study, code="w3", name="Odd")
    for name in ("Second", "Third"):
        assert steward.post(address, {"name": name}).status_code == 302
    assert list(cast.study.waves.values_list("code", flat=True)) == ["w1", "w3", "w4", "w5"]
    assert not cast.study.waves.exclude(code="w1").filter(opened_on__isnull=False).exists()
    assert steward.post(address, {"name": " "}).status_code == 400
