"""Signing in: by password, by a link that works once, by a printed code; and what is refused."""

from __future__ import annotations

import re
from datetime import timedelta
from smtplib import SMTPServerDisconnected
from unittest.mock import Mock

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format
from web_cast import PASSWORD, Cast, account

from leaderful.web.accounts.links import find_code, find_link, make_link, use_up
from leaderful.web.accounts.models import Account, Purpose, SignInLink
from leaderful.web.audit.models import Entry

pytestmark = pytest.mark.django_db


def signed_in(browser: Client) -> str | None:
    return browser.session.get("_auth_user_id")


def test_a_password_lets_in_however_the_address_is_written() -> None:
    who, browser = account("ada"), Client()
    page = browser.post("/sign-in", {"email": "ADA@Example.org", "password": PASSWORD})
    assert page.status_code == 302
    assert signed_in(browser) == str(who.pk)
    assert browser.post("/sign-out").status_code == 302
    assert signed_in(browser) is None


def test_what_is_wrong_of_address_and_password_is_not_said() -> None:
    account("ada")
    said = [
        Client().post("/sign-in", {"email": email, "password": "wrong"}).content.split(b"<h1")[0].split(b"</ul>")[0]
        for email in ("ada@example.org", "bob@example.org")
    ]
    assert b"do not go together" in said[0]
    assert re.sub(rb'value="[^"]*"', b"", said[0]) == re.sub(rb'value="[^"]*"', b"", said[1])


def test_too_many_wrong_passwords_lock_out() -> None:
    account("ada")
    browser = Client()
    pages = [browser.post("/sign-in", {"email": "ada@example.org", "password": "wrong"}) for _ in range(9)]
    assert pages[0].status_code == 400
    assert pages[-1].status_code == 429
    assert browser.post("/sign-in", {"email": "ada@example.org", "password": PASSWORD}).status_code == 429


def test_a_link_lets_in_once_and_opening_it_uses_nothing_up() -> None:
    who, browser = account("ada"), Client()
    made = make_link(Purpose.ANSWER, who)
    for _ in range(3):
        assert b"works once" in browser.get(made.path).content
    assert browser.post(made.path).status_code == 302
    assert signed_in(browser) == str(who.pk)
    for again in (browser.get(made.path), Client().post(made.path)):
        assert again.status_code == 410


def test_a_link_is_used_up_by_one_of_two_who_come_at_once() -> None:
    link = make_link(Purpose.ANSWER, account("ada")).link
    assert [use_up(link), use_up(link)] == [True, False]


def test_a_newer_link_takes_the_place_of_an_unused_one() -> None:
    who = account("ada")
    first, second = (make_link(Purpose.ANSWER, who) for _ in range(2))
    assert find_link(first.token) is None
    assert find_link(second.token) == second.link


def test_links_run_out_and_those_nobody_made_are_none() -> None:
    who = account("ada")
    made = make_link(Purpose.ANSWER, who, with_code=True)
    assert find_link(f"{made.token}x") is None
    assert find_link("anything") is None
    assert find_link(made.token.replace(".", ":", 1)) is None
    SignInLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert find_link(made.token) is None
    assert find_code(made.code) is None


def test_those_who_were_shut_out_have_no_link() -> None:
    who = account("ada")
    made = make_link(Purpose.ANSWER, who)
    Account.objects.filter(pk=who.pk).update(is_active=False)
    assert find_link(made.token) is None


def test_neither_link_nor_code_is_kept() -> None:
    made = make_link(Purpose.ANSWER, account("ada"), with_code=True)
    kept = " ".join(map(str, SignInLink.objects.values_list().get()))
    assert made.code not in kept
    assert made.code.replace("-", "") not in kept
    assert made.token.split(".")[1].split(":")[0] not in kept


def test_a_code_is_found_however_it_is_typed() -> None:
    made = make_link(Purpose.ANSWER, account("ada"), with_code=True)
    assert re.fullmatch(r"[A-Z2-9]{4}(-[A-Z2-9]{4}){2}", made.code)
    for typed in (made.code, made.code.lower(), made.code.replace("-", " "), f" {made.code.replace('-', '')} "):
        assert find_code(typed) == made.link
    assert find_code("") is find_code("A" * 12) is None


def test_a_code_lets_in_and_many_wrong_ones_lock_out() -> None:
    who, browser = account("ada"), Client()
    made = make_link(Purpose.ANSWER, who, with_code=True)
    assert browser.post("/code", {"code": made.code}).status_code == 302
    assert signed_in(browser) == str(who.pk)
    stranger = Client()
    pages = [stranger.post("/code", {"code": "AAAA-BBBB-CCCC"}) for _ in range(61)]
    assert [page.status_code for page in pages] == [400] * 59 + [429] * 2


def test_the_owner_makes_the_first_account() -> None:
    made, browser = make_link(Purpose.OWNER, None), Client()
    assert b"You are the first one here" in browser.get(made.path).content
    weak = browser.post(made.path, {"name": "Ada", "email": "ada@example.org", "password": "password1234"})
    assert weak.status_code == 400
    assert browser.post(made.path, {"name": "Ada", "email": "Ada@example.org", "password": PASSWORD}).status_code == 302
    owner = Account.objects.get()
    assert (owner.email, owner.owns_server, owner.check_password(PASSWORD)) == ("ada@example.org", True, True)
    assert Client().get(made.path).status_code == 410


def test_who_takes_up_a_role_chooses_a_password() -> None:
    who = Account.objects.make(email="ada@example.org")
    made, browser = make_link(Purpose.ROLE, who), Client()
    assert b"Choose a password" in browser.get(made.path).content
    assert browser.post(made.path, {"password": PASSWORD}).status_code == 302
    assert signed_in(browser) == str(who.pk)


def test_asking_for_a_link_says_the_same_of_every_address(mailoutbox: list[object]) -> None:
    account("ada")
    known, unknown = (Client().post("/forgotten", {"email": f"{name}@example.org"}) for name in ("ada", "bob"))
    assert known.content == unknown.content
    assert len(mailoutbox) == 1
    path = re.search(r"/link/\S+", mailoutbox[0].body).group()  # type: ignore[attr-defined,union-attr]
    browser = Client()
    assert browser.post(path, {"password": "nineteen blue boats"}).status_code == 302
    assert Account.objects.get().check_password("nineteen blue boats")


@pytest.mark.parametrize("error", [ConnectionRefusedError("no"), SMTPServerDisconnected("no")])
def test_asking_for_a_link_says_the_same_while_no_mail_can_be_sent(
    error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(EmailBackend, "send_messages", Mock(side_effect=error))
    account("ada")
    known, unknown = (Client().post("/forgotten", {"email": f"{name}@example.org"}) for name in ("ada", "bob"))
    assert (known.status_code, known.content) == (200, unknown.content)
    assert "could not be sent" in caplog.text
    assert "ada" not in caplog.text


def test_everybody_finds_their_own_page(cast: Cast) -> None:
    assert cast.client("anonymous").get("/account").status_code == 302
    page = cast.client("lead").get("/account").content.decode()
    assert "The study" in page
    assert "Another study" not in page


def test_opening_a_link_on_paper_does_not_tell_whether_it_was_used() -> None:
    who = account("ada")
    used = make_link(Purpose.ANSWER, who, with_code=True)
    assert use_up(used.link)
    dead = make_link(Purpose.ANSWER, who, with_code=True)
    unused = make_link(Purpose.ANSWER, account("bob"), with_code=True)
    dead.link.delete()
    pages = [Client().get(made.path) for made in (used, dead, unused)]
    assert [page.status_code for page in pages] == [200, 200, 200]
    plain = {re.sub(rb'value="[^"]*"', b"", page.content) for page in pages}
    assert len(plain) == 1
    assert [Client().post(made.path).status_code for made in (used, dead, unused)] == [410, 410, 302]
    assert Client().get(f"{unused.path}x").status_code == 410


def test_the_use_of_a_code_is_told_to_its_owner_and_noted_without_a_name() -> None:
    who, thief, browser = account("ada"), Client(), Client()
    made = make_link(Purpose.ANSWER, who, with_code=True)
    page = thief.post("/code", {"code": made.code}, follow=True)
    assert b"You were here before" not in page.content
    entry = Entry.objects.get(did="came in by a code")
    assert (entry.account, entry.study, entry.about) == (None, None, "")
    page = browser.post(make_link(Purpose.RETURN, who).path, follow=True)
    when = date_format(timezone.localtime(SignInLink.objects.get(pk=made.link.pk).used_at), "j F Y, H:i")
    assert f"You were here before, last on {when}" in page.content.decode()
    shown = browser.get("/account").content.decode()
    assert "a link or code of yours 2 times" in shown
    assert f"{when}: a code, or the picture beside it" in shown
    assert ": a link<" in shown
    assert Entry.objects.filter(did="came in by a code").count() == 1


def test_nobody_sees_how_others_came_in() -> None:
    use_up(make_link(Purpose.ANSWER, account("ada"), with_code=True).link)
    browser = Client()
    browser.force_login(account("bob"), backend="django.contrib.auth.backends.ModelBackend")
    assert "that were used" not in browser.get("/account").content.decode()
