"""Sign in by an organisation's own accounts (OpenID Connect), where the environment names its provider."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import callback
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from requests import RequestException

from leaderful.web.accounts.models import Account

PROVIDER: Final = "work"
_BACKEND: Final = "django.contrib.auth.backends.ModelBackend"
_View = Callable[..., HttpResponse]


class KnownPeopleOnly(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Lets in who has an account already, and keeps nothing of what the provider says."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> NoReturn:
        """Sign in the account of the address that the provider has verified, or say why not; allauth does no more."""
        address = verified_address(sociallogin.account.extra_data)
        if not address:
            raise ImmediateHttpResponse(_refused(request, _no_address(), status=403))
        account = Account.objects.filter(email=address, is_active=True).first()
        if account is None:
            raise ImmediateHttpResponse(_refused(request, _no_account(), status=403))
        login(request, account, backend=_BACKEND)
        raise ImmediateHttpResponse(redirect("home"))

    def on_authentication_error(self, request: HttpRequest, provider: object, **_more: Any) -> NoReturn:  # noqa: ARG002
        """Say that signing in failed; of why, the provider's own page has told."""
        raise ImmediateHttpResponse(_refused(request, _failed(), status=403))


def verified_address(said: dict[str, Any]) -> str:
    """Return the mail address that a provider says it has verified; nothing where it says no such thing."""
    token, profile = said.get("id_token") or {}, said.get("userinfo") or {}
    if not token.get("sub") or profile.get("sub", token["sub"]) != token["sub"]:
        return ""
    told = profile if profile.get("email") else token
    verified = told.get("email_verified") in (True, "true")
    return str(told.get("email") or "").strip().lower() if verified else ""


def _failing_in_words(view: _View) -> _View:
    """Let a page say that the provider does not answer, or not as the standard has it."""

    @wraps(view)
    def guarded(request: HttpRequest, **named: str) -> HttpResponse:
        try:
            return view(request, **named)
        except ImmediateHttpResponse as raised:
            answer: HttpResponse = raised.response
            return answer
        except (RequestException, OAuth2Error, ValueError, KeyError, TypeError, AttributeError):
            return _refused(request, _failed(), status=502)

    return guarded


@require_safe
@_failing_in_words
def begin(request: HttpRequest) -> HttpResponse:
    """Send somebody to the provider; another site may not do so in their name."""
    if request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        return redirect("sign-in")
    provider = get_adapter().get_provider(request, PROVIDER)
    answer: HttpResponse = provider.redirect(request, process=AuthProcess.LOGIN)
    return answer


@require_safe
@_failing_in_words
def end(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take somebody back from the provider."""
    answer: HttpResponse = callback(request, provider_id)
    return answer


def _refused(request: HttpRequest, advice: str, *, status: int) -> HttpResponse:
    words = {"title": _("You are not signed in"), "advice": advice}
    return render(request, "accounts/not_signed_in.html", words, status=status)


def _no_address() -> str:
    return _(
        "Your organisation did not say that it has checked your email address. Use another way to sign in, and "
        "tell the people who look after this site."
    )


def _no_account() -> str:
    return _("Nobody with your email address was invited here. Ask the steward of your study to invite this address.")


def _failed() -> str:
    return _("Your organisation did not let you in, or took too long. Try again, or use another way to sign in.")


urlpatterns: list[URLPattern] = [
    path("single-sign-on", begin, name="single-sign-on"),
    path("single-sign-on/back", end, {"provider_id": PROVIDER}, name="openid_connect_callback"),
]
