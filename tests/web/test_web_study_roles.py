"""Roles given and taken away, and the log of what was done."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from uuid import uuid4

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.urls import reverse
from django.utils.timezone import localtime, now
from web_cast import Cast

from leaderful.web.accounts.models import Account
from leaderful.web.audit.models import Entry, note
from leaderful.web.results.models import Result
from leaderful.web.studies.models import Member, Role

pytestmark = pytest.mark.django_db


def give(cast: Cast, **given: str) -> tuple[int, str]:
    fields = {"name": "Ada", "email": "ada@example.org", "role": "researcher", "body": "", **given}
    page = cast.client("steward").post(reverse("roles", args=[cast.study.pk]), fields, follow=True)
    return page.status_code, unescape(page.content.decode())


def test_a_role_makes_the_account_and_sends_a_link(cast: Cast, mailed: Callable[[], list[str]]) -> None:
    status, said = give(cast, email="Ada@Example.org")
    assert status == 200
    assert "a link is on its way" in said
    account = Account.objects.get(email="ada@example.org")
    assert not account.has_usable_password()
    assert Member.objects.get(account=account).role == Role.RESEARCHER
    assert "You have a role" in mailed()[0]
    assert Entry.objects.get(did="gave a role").about == "researcher"


def test_who_has_an_account_keeps_it(cast: Cast) -> None:
    before = Account.objects.count()
    give(cast, email="STRANGER@example.org", name="Another name", role="lead", body="QHM")
    assert Account.objects.count() == before
    assert Account.objects.get(pk=cast.stranger.pk).name == "Stranger"
    assert Member.objects.get(study=cast.study, account=cast.stranger).body == "QHM"


def test_a_role_whose_mail_fails_is_given_and_that_is_said(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_given: object) -> int:
        raise OSError("away")

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    assert "could not be sent" in give(cast)[1]
    assert Member.objects.filter(account__email="ada@example.org").exists()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"role": "lead"}, "Choose the organisation"),
        ({"role": "lead", "body": "nowhere"}, "not one of the choices"),
        ({"role": "participant"}, "not one of the choices"),
        ({"email": "nobody"}, "like name@example.org"),
        ({"email": "researcher@example.org"}, "has this role already"),
        ({"name": ""}, "required"),
    ],
)
def test_wrong_roles_are_refused(cast: Cast, given: dict[str, str], said: str) -> None:
    before = Member.objects.count()
    status, page = give(cast, **given)
    assert status == 400
    assert said in page
    assert Member.objects.count() == before


def test_only_leads_have_a_body(cast: Cast) -> None:
    give(cast, role="steward", body="QHM")
    assert Member.objects.get(account__email="ada@example.org").body == ""


def test_a_study_keeps_its_last_steward(cast: Cast) -> None:
    own = Member.objects.get(study=cast.study, role=Role.STEWARD)
    address = reverse("remove-role", args=[cast.study.pk, own.pk])
    page = cast.client("steward").post(address, follow=True)
    assert b"A study needs a steward" in page.content
    assert Member.objects.filter(pk=own.pk).exists()
    give(cast, role="steward")
    page = cast.client("steward").post(address)
    assert page.headers["Location"] == reverse("home")
    assert not Member.objects.filter(pk=own.pk).exists()
    assert cast.client("steward").get(reverse("roles", args=[cast.study.pk])).status_code == 404


def test_a_role_taken_away_is_gone(cast: Cast) -> None:
    lead = Member.objects.get(study=cast.study, role=Role.LEAD)
    cast.client("steward").post(reverse("remove-role", args=[cast.study.pk, lead.pk]))
    assert cast.client("lead").get(reverse("study", args=[cast.study.pk])).status_code == 404
    assert Entry.objects.get(did="took a role away").about == f"lead {lead.body}"


def test_a_researcher_is_approved_once(cast: Cast) -> None:
    researcher = Member.objects.get(study=cast.study, role=Role.RESEARCHER)
    address = reverse("approve-researcher", args=[cast.study.pk, researcher.pk])
    steward = cast.client("steward")
    steward.post(address)
    researcher.refresh_from_db()
    first = researcher.approved_at
    assert first is not None
    steward.post(address)
    researcher.refresh_from_db()
    assert researcher.approved_at == first
    assert Entry.objects.filter(did="approved a researcher").count() == 1
    lead = Member.objects.get(study=cast.study, role=Role.LEAD)
    assert steward.post(reverse("approve-researcher", args=[cast.study.pk, lead.pk])).status_code == 404


def test_the_log_shows_the_study_newest_first_and_nobody_who_answers(cast: Cast) -> None:
    for at in range(102):
        note(f"did {at}", account=cast.steward.pk, study=cast.study.pk)
    note("elsewhere", account=cast.stranger.pk, study=cast.other.pk)
    note("answered", account=cast.participant.pk, study=cast.study.pk)
    note("withdrew", account=None, study=cast.study.pk)
    note("gone since", account=uuid4(), study=cast.study.pk)
    address = reverse("log", args=[cast.study.pk])
    first, second = (cast.client("steward").get(address, {"page": page}).content.decode() for page in ("1", "2"))
    assert first.index("no longer here: gone since") < first.index("Steward: did 101") < first.index("did 100")
    assert "withdrew" not in first + second
    assert first.count("<dt ") == 100
    assert "Steward: did 0" in second
    assert "elsewhere" not in first + second
    assert "answered<" not in first + second


def test_the_log_tells_of_accounts_and_results_in_words_and_never_by_their_keys(cast: Cast) -> None:
    result = Result.objects.create(study=cast.study, wave="w1", page="x", findings=b"", manifest={})
    gone = uuid4()
    for did, about in (("approved a researcher", cast.stranger.pk), ("released results", result.pk), ("lost", gone)):
        note(did, account=cast.steward.pk, study=cast.study.pk, about=str(about))
    page = cast.client("steward").get(reverse("log", args=[cast.study.pk])).content.decode()
    assert f"approved a researcher ({cast.stranger.name})" in page
    assert f"released results worked out on {localtime(result.made_at):%-d %B %Y, %H:%M}" in page
    assert not any(str(key) in page for key in (cast.stranger.pk, result.pk, gone))


def test_no_steward_takes_answers_out_whichever_role_came_first(cast: Cast) -> None:
    own = Member.objects.create(study=cast.study, account=cast.steward, role=Role.RESEARCHER)
    address = reverse("approve-researcher", args=[cast.study.pk, own.pk])
    page = cast.client("steward").post(address, follow=True).content.decode()
    assert "A steward cannot take answers out" in page
    own.refresh_from_db()
    assert own.approved_at is None
    Member.objects.filter(pk=own.pk).update(approved_at=now())
    assert cast.client("steward").get(reverse("take-answers", args=[cast.study.pk])).status_code == 403
