"""Invitations, reminders and codes: who gets one, and what the steward does not learn by sending them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from web_cast import Cast

from leaderful.web.accounts.links import find_code, find_link, make_link
from leaderful.web.accounts.models import Account, Purpose, SignInLink
from leaderful.web.audit.models import Entry
from leaderful.web.collect.models import Consent
from leaderful.web.studies import invitations
from leaderful.web.studies.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def not_invited_yet(cast: Cast) -> None:
    Person.objects.filter(pk=cast.person.pk).update(invited_at=None)
    cast.person.refresh_from_db()


def add(cast: Cast, *names: str, email: bool = True, body: str = "QHM") -> list[Person]:
    return [
        Person.objects.create(
            study=cast.study,
            account=Account.objects.make(name=name.title(), email=f"{name}@example.org" if email else ""),
            code=f"P{name.upper()}",
            body=body,
            tier="manager",
        )
        for name in names
    ]


def post(cast: Cast, name: str, **data: object) -> str:
    page = cast.client("steward").post(reverse(name, args=[cast.study.pk]), data, follow=True)
    return " ".join(unescape(page.content.decode()).split())


def test_all_with_an_address_get_a_link_once(cast: Cast, mailed: Callable[[], list[str]]) -> None:
    add(cast, "ada", "bob")
    (cy,) = add(cast, "cy", email=False)
    page = cast.client("steward").get(reverse("invite", args=[cast.study.pk])).content.decode()
    assert "3 people will get an email" in page
    assert "1 person has no email address" in page
    assert "3 invitations were sent." in post(cast, "invite")
    assert len(mailed()) == 3
    assert all("“The study”" in mail for mail in mailed()), "each says what it is about"
    assert "invited already" in post(cast, "invite")
    assert len(mailed()) == 3
    invited = Person.objects.filter(study=cast.study, invited_at__isnull=False)
    assert invited.count() == 3
    assert cy not in invited
    assert Entry.objects.get(did="invited people").about == "3 by mail"
    path = re.search(r"/link/\S+", mailed()[1]).group()  # type: ignore[union-attr]
    browser = Client()
    assert browser.post(path).status_code == 302
    assert browser.session["_auth_user_id"] == str(Account.objects.get(email="ada@example.org").pk)


def test_mail_that_fails_is_told_and_can_be_sent_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, mailed: Callable[[], list[str]]
) -> None:
    add(cast, "ada", "bob")
    real = EmailBackend.send_messages

    def refuse(self: EmailBackend, messages: list[object]) -> int:
        if any("bob@example.org" in message.to for message in messages):  # type: ignore[attr-defined]
            raise OSError("refused")
        return real(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    said = post(cast, "invite")
    assert "2 invitations were sent." in said
    assert "could not be sent: Bob." in said
    assert list(Person.objects.filter(study=cast.study, invited_at=None).values_list("account__name", flat=True)) == [
        "Bob"
    ]
    monkeypatch.setattr(EmailBackend, "send_messages", real)
    assert "1 invitation was sent." in post(cast, "invite")
    assert len(mailed()) == 3


def test_sending_stops_when_the_mail_server_is_away(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    add(cast, *(f"a{at}" for at in range(20)))
    tried: list[object] = []

    def refuse(*given: object, study: str) -> None:
        tried.append((*given, study))
        raise OSError("away")

    monkeypatch.setattr(invitations, "send_link", refuse)
    assert "could not be sent" in post(cast, "invite")
    assert len(tried) == 5


def test_many_are_invited_in_several_goes(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invitations, "AT_ONCE", 2)
    add(cast, "ada", "bob", "cy")
    assert "2 are left: press the button again." in post(cast, "invite")
    assert "2 invitations were sent." in post(cast, "invite")


def test_only_those_who_have_not_finished_are_reminded_and_not_twice_in_three_days(
    cast: Cast, mailoutbox: list[object]
) -> None:
    ada, bob, _cy = add(cast, "ada", "bob", "cy")
    add(cast, "new")
    Person.objects.filter(study=cast.study).exclude(code="PNEW").update(invited_at=timezone.now())
    Consent.objects.create(person=ada, wave=cast.wave, words="x", finished_at=timezone.now())
    Consent.objects.create(person=bob, wave=cast.wave, words="x")
    post(cast, "remind")
    reached = sorted(mail.to[0] for mail in mailoutbox)  # type: ignore[attr-defined]
    assert reached == ["bob@example.org", "cy@example.org", "participant@example.org"]
    post(cast, "remind")
    assert len(mailoutbox) == 3
    Person.objects.filter(pk=bob.pk).update(reminded_at=timezone.now() - timedelta(days=3))
    post(cast, "remind")
    assert [mail.to for mail in mailoutbox[3:]] == [["bob@example.org"]]  # type: ignore[attr-defined]
    assert "/link/" in mailoutbox[3].body  # type: ignore[attr-defined]


@pytest.mark.parametrize("act", ["invite", "remind"])
@pytest.mark.parametrize("when", ["before the mail", "after the mail"])
def test_who_withdraws_while_mail_goes_out_stops_nobody_elses(
    cast: Cast, act: str, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ada, bob, cy = add(cast, "ada", "bob", "cy")
    Person.objects.exclude(code__in=["PADA", "PBOB", "PCY"]).delete()
    if act == "remind":
        Person.objects.update(invited_at=timezone.now())
    reached: list[str] = []

    def withdraw_meanwhile(_self: EmailBackend, messages: list[object]) -> int:
        (to,) = messages[0].to  # type: ignore[attr-defined]
        reached.append(to)
        gone = {"before the mail": ("ada", bob), "after the mail": ("bob", bob)}[when]
        if to.startswith(gone[0]):
            Account.objects.get(pk=gone[1].account_id).delete()
        return 1

    monkeypatch.setattr(EmailBackend, "send_messages", withdraw_meanwhile)
    post(cast, act)
    names = ["ada", "cy"] if when == "before the mail" else ["ada", "bob", "cy"]
    assert reached == [f"{name}@example.org" for name in names]
    cy.refresh_from_db()
    assert (cy.invited_at if act == "invite" else cy.reminded_at) is not None
    assert not Person.objects.filter(code="PBOB").exists()
    assert not SignInLink.objects.filter(account=bob.account_id).exists()


def test_names_in_a_reminder_are_as_they_were_written(cast: Cast, mailed: Callable[[], list[str]]) -> None:
    Account.objects.filter(pk=cast.participant.pk).update(name="Siân O'Neil & Co")
    Person.objects.update(invited_at=timezone.now())
    post(cast, "remind")
    assert mailed()[0].startswith("Hello Siân O'Neil & Co,\n")


def test_a_reminder_says_the_same_whoever_has_answered(cast: Cast) -> None:
    people = add(cast, *(f"a{at}" for at in range(12)))
    Person.objects.filter(study=cast.study).update(invited_at=timezone.now())

    def said() -> str:
        words = post(cast, "remind")
        Person.objects.update(reminded_at=None)
        return re.sub(r'value="[^"]*"', "", words)

    before = said()
    assert "all who have not finished" in before
    for person in people:
        Consent.objects.create(person=person, wave=cast.wave, words="x", finished_at=timezone.now())
    assert said() == before


def test_a_reminder_that_fails_tells_on_nobody(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    Person.objects.filter(pk=cast.person.pk).update(invited_at=timezone.now())

    def refuse(*_given: object) -> int:
        raise OSError("refused")

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    assert "A reminder goes to all" in post(cast, "remind")
    assert Person.objects.get(pk=cast.person.pk).reminded_at is None
    monkeypatch.setattr(EmailBackend, "open", refuse)
    assert "cannot be reached" in post(cast, "remind")


def test_nobody_is_reminded_when_no_round_is_open(cast: Cast, mailoutbox: list[object]) -> None:
    cast.wave.closed_on = timezone.localdate()
    cast.wave.save()
    Person.objects.update(invited_at=timezone.now())
    assert "No round is open" in post(cast, "remind")
    assert mailoutbox == []


def codes_on(page: str) -> list[str]:
    return re.findall(r'class="code">([A-Z2-9-]+)<', page)


def test_codes_are_printed_for_those_chosen_and_let_in_once(cast: Cast) -> None:
    add(cast, "ada", "bob", email=False)
    add(cast, "cy", body="RVW")
    page = post(cast, "codes", whom=["without-address"])
    assert len(codes_on(page)) == 2
    assert "<strong>Ada<" in page
    assert "<strong>Cy<" not in page
    assert page.count('src="data:image/svg+xml') == 2
    assert "style=" not in page
    assert Person.objects.filter(invited_at__isnull=False).count() == 2
    browser = Client()
    assert browser.post("/code", {"code": codes_on(page)[0]}).status_code == 302
    assert browser.session["_auth_user_id"] == str(Account.objects.get(name="Ada").pk)
    assert len(codes_on(post(cast, "codes", whom=["RVW"]))) == 1
    assert len(codes_on(post(cast, "codes", whom=["RVW", "without-address"]))) == 3
    assert Entry.objects.filter(did="printed codes").count() == 3


def test_new_codes_take_the_place_of_unused_ones(cast: Cast) -> None:
    add(cast, "ada", email=False)
    (first,) = codes_on(post(cast, "codes", whom=["without-address"]))
    (second,) = codes_on(post(cast, "codes", whom=["without-address"]))
    assert find_code(first) is None
    assert find_code(second) is not None


def test_no_code_opens_what_somebody_said_already(cast: Cast) -> None:
    (ada,) = add(cast, "ada", email=False)
    (first,) = codes_on(post(cast, "codes", whom=["without-address"]))
    assert Client().post("/code", {"code": first}).status_code == 302
    ada.account.refresh_from_db()
    assert ada.account.last_login is not None
    (second,) = codes_on(post(cast, "codes", whom=["without-address"]))
    assert find_code(second) is None


def test_a_printed_code_dies_when_its_owner_comes_in_another_way(cast: Cast) -> None:
    (ada,) = add(cast, "ada")
    (code,) = codes_on(post(cast, "codes", whom=["QHM"]))
    assert Client().post(make_link(Purpose.RETURN, ada.account).path).status_code == 302
    assert find_code(code) is None
    assert not SignInLink.objects.filter(account=ada.account, used_at=None).exists()


def test_no_code_opens_somebodys_role(cast: Cast) -> None:
    for account in (cast.owner, cast.lead):
        Person.objects.create(study=cast.study, account=account, code=f"P{account.name}", body="QHM", tier="board")
    codes = codes_on(post(cast, "codes", whom=["QHM"]))
    assert len(codes) == 2
    assert [find_code(code) for code in codes] == [None, None]


@pytest.mark.parametrize("whom", [[], ["nowhere"]])
def test_codes_are_made_only_for_somebody(cast: Cast, whom: list[str]) -> None:
    page = cast.client("steward").post(reverse("codes", args=[cast.study.pk]), {"whom": whom})
    assert page.status_code == 400
    assert b"There is a problem" in page.content
    assert not SignInLink.objects.exists()


def test_a_code_opens_no_study_but_its_own_and_takes_no_invitation_away(cast: Cast) -> None:
    """Otherwise the steward of one study could come in as somebody who is asked in another."""
    (ada,) = add(cast, "ada")
    elsewhere = make_link(Purpose.ANSWER, ada.account)
    Person.objects.create(
        study=cast.other, account=ada.account, code="P8", body="QHM", tier="manager", invited_at=timezone.now()
    )
    (code,) = codes_on(post(cast, "codes", whom=["QHM"]))
    assert find_code(code) is None
    assert find_link(elsewhere.token) is not None


def test_who_is_listed_and_not_invited_is_nobody_in_a_study_yet(cast: Cast) -> None:
    browser, page = cast.client("participant"), reverse("answer", args=[cast.study.pk])
    assert browser.get(page).status_code == 404
    Person.objects.filter(pk=cast.person.pk).update(invited_at=timezone.now())
    assert browser.get(page).status_code == 200
