"""Single sign-on with a provider that is made up; run by test_web_oidc.py in a process whose environment has it on."""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.test import Client
from django.urls import get_resolver
from web_cast import NAMES, Cast, account

from leaderful.web.accounts.models import Account

pytestmark = pytest.mark.django_db
HOME = "https://id.example.org"
CONFIGURATION = {
    "issuer": HOME,
    "authorization_endpoint": f"{HOME}/authorize",
    "token_endpoint": f"{HOME}/token",
    "userinfo_endpoint": f"{HOME}/userinfo",
    "jwks_uri": f"{HOME}/keys",
}


class Provider:
    """Answers what a provider would, and remembers what it was asked."""

    def __init__(self) -> None:
        self.person: dict[str, Any] = {"sub": "7", "email": "ada@example.org", "email_verified": True}
        self.token: dict[str, Any] = {"iss": HOME, "aud": "leaderful-here", "exp": time.time() + 60}
        self.status, self.asked = 200, []
        self.configuration: object = CONFIGURATION

    def request(self, session: object, method: str, url: str, **more: Any) -> requests.Response:  # noqa: ARG002
        self.asked.append((method, url, more))
        answers = {
            f"{HOME}/.well-known/openid-configuration": self.configuration,
            f"{HOME}/token": {
                "access_token": "abc",
                "token_type": "Bearer",
                "id_token": jwt.encode({"sub": "7"} | self.token, "k" * 40),
            },
            f"{HOME}/userinfo": self.person,
        }
        answer = requests.Response()
        answer.status_code, answer._content = self.status, json.dumps(answers[url]).encode()
        answer.headers["content-type"] = "application/json"
        return answer


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Provider:
    made = Provider()
    monkeypatch.setattr(requests.Session, "request", lambda *given, **more: made.request(*given, **more))
    return made


def state_of(browser: Client) -> dict[str, list[str]]:
    page = browser.get("/single-sign-on")
    assert page.status_code == 302
    sent = urlsplit(page["Location"])
    assert f"{sent.scheme}://{sent.netloc}{sent.path}" == f"{HOME}/authorize"
    return parse_qs(sent.query)


def come_back(browser: Client) -> Any:
    state = state_of(browser)["state"][0]
    return browser.get("/single-sign-on/back", {"state": state, "code": "xyz"})


def signed_in(browser: Client) -> str | None:
    return browser.session.get("_auth_user_id")


def test_the_page_of_signing_in_offers_it() -> None:
    assert b'href="/single-sign-on"' in Client().get("/sign-in").content


def test_people_are_sent_with_a_state_a_challenge_and_no_secret(provider: Provider) -> None:
    sent = state_of(Client())
    assert sent["client_id"] == ["leaderful-here"]
    assert sent["redirect_uri"] == ["http://testserver/single-sign-on/back"]
    assert sent["code_challenge_method"] == ["S256"]
    assert set(sent["scope"][0].split()) == {"openid", "profile", "email"}
    assert "not told" not in str(sent)
    assert provider.asked[0][2]["timeout"] <= 10


@pytest.mark.parametrize("address", ["ada@example.org", "ADA@Example.ORG"])
def test_a_verified_address_with_an_account_lets_in(provider: Provider, address: str) -> None:
    who, browser = account("ada"), Client()
    provider.person["email"] = address
    page = come_back(browser)
    assert (page.status_code, page["Location"]) == (302, "/")
    assert signed_in(browser) == str(who.pk)
    sent = next(more["data"] for method, url, more in provider.asked if url.endswith("/token"))
    assert sent["code_verifier"]
    assert sent["client_secret"] == "not told"


def test_nothing_of_what_the_provider_says_is_kept(provider: Provider) -> None:  # noqa: ARG001
    account("ada")
    come_back(Client())
    for kept in (SocialAccount, SocialToken, EmailAddress):
        assert not kept.objects.exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"email": "bob@example.org"}, b"Nobody with your email address was invited"),
        ({"email": ""}, b"did not say that it has checked"),
        ({"email_verified": False}, b"did not say that it has checked"),
        ({"email_verified": "yes, really"}, b"did not say that it has checked"),
        ({"email_verified": None}, b"did not say that it has checked"),
        ({"sub": "8"}, b"did not say that it has checked"),
    ],
)
def test_others_are_refused_and_no_account_is_made(provider: Provider, change: dict[str, Any], said: bytes) -> None:
    account("ada")
    browser = Client()
    provider.person |= change
    page = come_back(browser)
    assert page.status_code == 403
    assert said in page.content
    assert b"example.org" not in page.content
    assert signed_in(browser) is None
    assert Account.objects.count() == 1


def test_those_who_were_shut_out_stay_out(provider: Provider) -> None:  # noqa: ARG001
    account("ada", is_active=False)
    browser = Client()
    assert come_back(browser).status_code == 403
    assert signed_in(browser) is None


@pytest.mark.parametrize("change", [{"aud": "another"}, {"iss": "https://evil.example.org"}, {"exp": 1}])
def test_a_token_for_others_of_others_or_too_old_is_refused(provider: Provider, change: dict[str, Any]) -> None:
    account("ada")
    browser = Client()
    provider.token |= change
    page = come_back(browser)
    assert page.status_code == 403
    assert b"did not let you in" in page.content
    assert signed_in(browser) is None


@pytest.mark.parametrize(
    "query",
    [{}, {"code": "xyz"}, {"code": "xyz", "state": "made-up"}, {"error": "access_denied"}, {"state": "'\"<>"}],
)
def test_who_comes_back_without_having_been_sent_is_refused(provider: Provider, query: dict[str, str]) -> None:  # noqa: ARG001
    account("ada")
    browser = Client()
    page = browser.get("/single-sign-on/back", query)
    assert page.status_code == 403
    assert b"did not let you in" in page.content
    assert signed_in(browser) is None


def test_a_state_works_once_and_in_one_browser_alone(provider: Provider) -> None:  # noqa: ARG001
    account("ada")
    browser, thief = Client(), Client()
    state = state_of(browser)["state"][0]
    assert thief.get("/single-sign-on/back", {"state": state, "code": "xyz"}).status_code == 403
    assert browser.get("/single-sign-on/back", {"state": state, "code": "xyz"}).status_code == 302
    assert browser.get("/single-sign-on/back", {"state": state, "code": "xyz"}).status_code == 403


def test_who_says_no_at_the_provider_is_told_so(provider: Provider) -> None:  # noqa: ARG001
    browser = Client()
    state = state_of(browser)["state"][0]
    page = browser.get("/single-sign-on/back", {"state": state, "error": "access_denied"})
    assert page.status_code == 403
    assert b"Back to signing in" in page.content


@pytest.mark.parametrize("configuration", [{}, [], "nothing", {"issuer": HOME}])
def test_a_provider_that_answers_nonsense_or_not_at_all_is_no_fault_of_ours(
    provider: Provider, configuration: object
) -> None:
    provider.configuration = configuration
    assert Client().get("/single-sign-on").status_code == 502
    provider.configuration, provider.status = CONFIGURATION, 503
    page = Client().get("/single-sign-on")
    assert page.status_code == 502
    assert b"Try again" in page.content
    assert b"id.example.org" not in page.content


def test_another_site_cannot_begin_it(provider: Provider) -> None:
    for site in ("cross-site", "same-site"):
        page = Client(headers={"Sec-Fetch-Site": site}).get("/single-sign-on")
        assert (page.status_code, page["Location"]) == (302, "/sign-in")
    assert not provider.asked
    assert Client(headers={"Sec-Fetch-Site": "same-origin"}).get("/single-sign-on")["Location"].startswith(HOME)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("address", ["/single-sign-on", "/single-sign-on/back"])
def test_everybody_may_ask_and_nobody_may_send(cast: Cast, provider: Provider, name: str, address: str) -> None:  # noqa: ARG001
    browser = cast.client(name)
    assert browser.get(address).status_code in (302, 403)
    for method in (browser.post, browser.put, browser.delete, browser.patch):
        assert method(address).status_code == 405


def test_signing_in_as_somebody_else_ends_what_was_open(cast: Cast, provider: Provider) -> None:
    browser = cast.client("steward")
    provider.person["email"] = cast.lead.email
    assert come_back(browser).status_code == 302
    assert signed_in(browser) == str(cast.lead.pk)


@pytest.mark.parametrize(
    "address",
    [
        "accounts/",
        "accounts/login/",
        "accounts/signup/",
        "signup/",
        "login/",
        "password/reset/",
        "3rdparty/",
        "social/",
    ],
)
def test_no_other_page_of_allauth_is_there(address: str) -> None:
    assert Client().get(f"/{address}").status_code == 404
    names = {str(name) for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert not {name for name in names if name.startswith(("account_", "socialaccount_"))}
