"""What one said, in words and as a file; and withdrawing, which removes it everywhere."""

from __future__ import annotations

import json
import re

import pytest
from axes.models import AccessAttempt, AccessLog
from django.apps import apps
from django.db import models
from django.http import Http404
from django.utils import timezone
from web_cast import PASSWORD, Cast, account
from web_collect import agree, at

from leaderful.forms.survey import UNABLE
from leaderful.web.accounts.links import make_link
from leaderful.web.accounts.models import Account, Purpose, SignInLink
from leaderful.web.audit.models import Entry
from leaderful.web.collect.models import Answer, Consent, Moment, Relation
from leaderful.web.collect.withdrawing import erase
from leaderful.web.studies import evidence
from leaderful.web.studies.models import Member, Person, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(cast: Cast) -> Cast:
    """The cast, once the participant and a colleague said something of everything."""
    agree(cast)
    browser = cast.client("participant")
    body = evidence.table(cast.study.pk, "bodies").filter(kind="council").sort("id")["id"][0]
    colleague = Person.objects.create(
        study=cast.study, account=account("colleague"), code="P2", body=body, tier="manager"
    )
    browser.post(at(cast, "answer-scale", "CGP"), {"CGP1": "5", "CGP2": UNABLE})
    browser.post(at(cast, "answer-relation", body), {"body-contact": "2"})
    browser.post(at(cast, "answer-person", colleague.pk), {"person-looks-to": "yes"})
    moment = {"time": timezone.localtime().strftime("%Y-%m-%dT%H:%M"), "opener": "story", "taken": "no"}
    browser.post(at(cast, "new-moment"), moment | {"diary-language": "Too many words."})
    Consent.objects.create(person=colleague, wave=cast.wave, words="0" * 64)
    Answer.objects.create(person=colleague, wave=cast.wave, item="CGP1", value=1)
    Relation.objects.create(
        person=colleague, wave=cast.wave, about_kind="person", about="P1", question="person-trust", value=2
    )
    Relation.objects.create(
        person=colleague, wave=cast.wave, about_kind="body", about="P1", question="body-role", value=2
    )
    return cast


def everything() -> str:
    """Return all that the database holds, as text."""
    rows = [
        value
        for model in apps.get_models()
        for row in model._default_manager.values_list(
            *(field.attname for field in model._meta.fields if not isinstance(field, models.BinaryField))
        )
        for value in row
    ]
    return "\n".join(map(str, rows))


def test_one_reads_all_one_said_in_words(full: Cast) -> None:
    page = full.client("participant").get(at(full, "mine")).content.decode()
    for shown in (
        "First round",
        "Strongly agree",
        "I am not able to say",
        "Monthly",
        "Colleague",
        "Named",
        "Your diary: 1 moment",
    ):
        assert shown in page, shown
    assert "2 statements" in page
    assert "Your name does not appear in results" in page
    assert at(full, "answer-scale", "CGP") in page


def test_those_who_said_nothing_read_so(cast: Cast) -> None:
    page = cast.client("participant").get(at(cast, "mine")).content.decode()
    assert "You have said nothing yet" in page


def test_a_closed_wave_is_read_and_not_changed(full: Cast) -> None:
    full.wave.closed_on = full.wave.opened_on
    full.wave.save()
    page = full.client("participant").get(at(full, "mine")).content.decode()
    assert "Strongly agree" in page
    assert at(full, "answer-scale", "CGP") not in page


def test_one_changes_whether_one_may_be_named(full: Cast) -> None:
    browser = full.client("participant")
    for given, kept in (({"network": "yes"}, True), ({}, False)):
        assert browser.post(at(full, "mine-network"), given)["Location"] == at(full, "mine")
        assert Consent.objects.get(person=full.person).network is kept
    assert Consent.objects.get(person__code="P2").network is False


def test_one_takes_all_one_said_away_as_a_file_without_codes_of_people(full: Cast) -> None:
    answered = full.client("participant").get(at(full, "mine-download"))
    assert answered["Content-Disposition"] == 'attachment; filename="the-study-my-answers.json"'
    assert answered["Content-Type"] == "application/json"
    held = json.loads(answered.content)
    wave = held["waves"][0]
    assert [each["answer"] for each in wave["statements"]] == ["strongly agree", "I am not able to say"]
    assert wave["people"][0]["about"] == "Colleague"
    assert held["moments"][0]["reflection"].endswith("Too many words.")
    assert "id" not in held["moments"][0]
    assert not re.search(r'"P[12]"', answered.content.decode())
    assert list(Entry.objects.values_list("did", "account", "study")) == [("took out own answers", None, full.study.pk)]


def test_withdrawing_is_explained_first(full: Cast) -> None:
    browser = full.client("participant")
    before = everything()
    page = browser.get(at(full, "withdraw")).content.decode()
    assert "your account and your links" in page
    assert everything() == before


def test_withdrawing_removes_all_and_gives_a_receipt(full: Cast) -> None:
    browser = full.client("participant")
    make_link(Purpose.ANSWER, full.participant)
    key, email, code = full.participant.pk, full.participant.email, full.person.pk
    AccessLog.objects.create(username=email)
    AccessAttempt.objects.create(username=email, failures_since_start=1)
    page = browser.post(at(full, "withdraw"))
    assert page.status_code == 200
    shown = page.content.decode()
    number = re.search(r'class="code">([A-Z0-9]{4}-[A-Z0-9]{4})<', shown)[1]  # type: ignore[index]
    counts = re.findall(r'nhsuk-summary-list__value">(\d+)</dd>', shown)
    assert counts == ["2", "3", "1"]
    assert "Sign out" not in shown
    assert browser.get(at(full, "mine")).status_code == 302
    assert not Person.objects.filter(pk=code).exists()
    left = everything()
    for gone in (str(key), key.hex, email, "Too many words"):
        assert str(gone) not in left, gone
    assert not SignInLink.objects.exists()
    assert list(Answer.objects.values_list("person__code", "value")) == [("P2", 1)]
    assert list(Relation.objects.values_list("about_kind", "about")) == [("body", "P1")]
    assert not Moment.objects.exists()
    noted = Entry.objects.get()
    assert (noted.did, noted.account, noted.study, noted.about) == ("withdrew", None, full.study.pk, number)


def test_what_others_said_of_somebody_is_not_counted_for_them(full: Cast) -> None:
    Relation.objects.filter(person=full.person).delete()
    shown = full.client("participant").post(at(full, "withdraw")).content.decode()
    assert re.findall(r'nhsuk-summary-list__value">(\d+)</dd>', shown) == ["2", "0", "1"]


def test_like_codes_in_other_studies_are_left_alone(full: Cast) -> None:
    stranger = Person.objects.get(study=full.other)
    Relation.objects.create(
        person=stranger, wave=full.wave, about_kind="person", about="P1", question="person-trust", value=2
    )
    full.client("participant").post(at(full, "withdraw"))
    assert Relation.objects.filter(person=stranger, about="P1").exists()


@pytest.mark.parametrize("why", ["role", "answers", "owner"])
def test_an_account_that_is_needed_stays(full: Cast, why: str) -> None:
    if why == "role":
        Member.objects.create(study=full.other, account=full.participant, role=Role.STEWARD)
    elif why == "answers":
        Person.objects.create(study=full.other, account=full.participant, code="P9", body="QHM", tier="board")
    else:
        Account.objects.filter(pk=full.participant.pk).update(owns_server=True)
    browser = full.client("participant")
    make_link(Purpose.ANSWER, full.participant)
    assert "your account and your links" not in browser.get(at(full, "withdraw")).content.decode()
    assert "Your account stays" in browser.post(at(full, "withdraw")).content.decode()
    assert Account.objects.filter(pk=full.participant.pk).exists()
    assert SignInLink.objects.exists() == (why == "answers")
    assert not Person.objects.filter(study=full.study, account=full.participant).exists()
    again = browser.post("/sign-in", {"email": full.participant.email, "password": PASSWORD})
    assert again.status_code == 302
    assert browser.get(at(full, "answer")).status_code == 404


def test_withdrawing_twice_finds_nothing(full: Cast) -> None:
    browser, other = full.client("participant"), full.client("participant")
    browser.post(at(full, "withdraw"))
    assert other.post(at(full, "withdraw")).status_code == 302
    assert Entry.objects.count() == 1


def test_two_who_withdraw_the_same_person_at_once_leave_one_receipt(full: Cast) -> None:
    again = Person.objects.get(pk=full.person.pk)
    erase(full.person)
    with pytest.raises(Http404):
        erase(again)
    assert Entry.objects.count() == 1
