"""Sign in and out: by password, by personal link, by printed code."""

from __future__ import annotations

import logging

from axes.handlers.proxy import AxesProxyHandler
from axes.utils import reset_request
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from leaderful.web.accounts.forms import CodeForm, MailForm, OwnerForm, PasswordForm, SignInForm
from leaderful.web.accounts.limits import CODES
from leaderful.web.accounts.links import find_code, find_link, is_on_paper, make_link, use_up
from leaderful.web.accounts.mail import TROUBLE, send_link
from leaderful.web.accounts.models import Account, Purpose, SignInLink
from leaderful.web.audit.models import note
from leaderful.web.folders.taking_up import hand_over
from leaderful.web.permissions import who

_CODE_IS_NONE = gettext_lazy(
    "This code is not right, was used already, or is too old. Look at your letter. If it is right and you have not "
    "used it, somebody else may have: tell whoever runs the study."
)
_log = logging.getLogger(__name__)
_BACKEND = "django.contrib.auth.backends.ModelBackend"


@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Let somebody in by mail address and password."""
    form = SignInForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid() and form.account is not None:
        login(request, form.account, backend=_BACKEND)
        return redirect("home")
    return render(request, "accounts/sign_in.html", {"form": form}, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Say what a link is for, and let its receiver in when they go on.

    Opening the page uses nothing up: programs that look at mail open every link in it. And the page of a link on paper
    looks the same once it was used, or whoever printed it could look who has begun.
    """
    found = find_link(token)
    if found is None and request.method == "GET" and is_on_paper(token):
        return render(request, "accounts/link.html")
    if found is None:
        return render(request, "accounts/link_gone.html", {"form": MailForm()}, status=410)
    if found.purpose in (Purpose.OWNER, Purpose.PASSWORD) or _needs_password(found):
        return _set_password(request, found)
    if request.method == "POST":
        return _let_in(request, found)
    return render(request, "accounts/link.html")


@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Let somebody in by a printed code; too many wrong ones and nobody from there may try for a while."""
    form = CodeForm(request.POST or None)
    if request.method == "POST":
        if not AxesProxyHandler.is_allowed(request, {"username": CODES}):
            return render(request, "accounts/locked.html", status=429)
        if form.is_valid():
            found = find_code(form.cleaned_data["code"])
            if found is not None:
                return _let_in(request, found)
            user_login_failed.send(__name__, credentials={"username": CODES}, request=request)
            form.add_error("code", _CODE_IS_NONE)
    return render(request, "accounts/code.html", {"form": form}, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Send a new link to an address; whether it has an account is not said."""
    form = MailForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        account = Account.objects.filter(email=form.cleaned_data["email"].lower(), is_active=True).first()
        if account is not None:
            purpose = Purpose.PASSWORD if account.has_usable_password() else Purpose.RETURN
            try:
                send_link(account, make_link(purpose, account))
            except TROUBLE:  # the page says the same, or it would tell who has an account
                _log.warning("a link could not be sent by mail")
        return render(request, "accounts/sent.html")
    return render(request, "accounts/forgotten.html", {"form": form}, status=400 if form.errors else 200)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Let somebody out."""
    logout(request)
    messages.success(request, _("You are signed out."))
    return redirect("sign-in")


@require_safe
@login_required
def own(request: HttpRequest) -> HttpResponse:
    """Show somebody what they are here."""
    account = who(request)
    roles = account.roles.select_related("study").order_by("study__name")
    answering = account.answering.select_related("study").order_by("study__name")
    used = account.links.filter(used_at__isnull=False).order_by("-used_at")
    context = {"account": account, "roles": roles, "answering": answering, "used": used}
    return render(request, "accounts/own.html", context)


def _needs_password(found: SignInLink) -> bool:
    return found.purpose == Purpose.ROLE and found.account is not None and not found.account.has_usable_password()


def _set_password(request: HttpRequest, found: SignInLink) -> HttpResponse:
    """Let the receiver of a link choose a password, and make the owner's account where that is what it is for."""
    owner = found.purpose == Purpose.OWNER
    form = (OwnerForm if owner else PasswordForm)(found.account, request.POST or None)
    if request.method == "POST" and form.is_valid() and use_up(found):
        account = found.account
        if account is None:
            account = Account.objects.make(email=form.cleaned_data["email"], name=form.cleaned_data["name"])
            account.owns_server = True
        account.set_password(form.cleaned_data["password"])
        account.save()
        if owner:
            hand_over(account)
        note("made the owner's account" if owner else "set a password", account=account.pk)
        login(request, account, backend=_BACKEND)
        return redirect("new-study" if owner and not account.roles.exists() else "home")
    status = 400 if form.errors else 200
    return render(request, "accounts/password.html", {"form": form, "owner": owner}, status=status)


def _let_in(request: HttpRequest, found: SignInLink) -> HttpResponse:
    if found.account is None or not use_up(found):
        return render(request, "accounts/link_gone.html", {"form": MailForm()}, status=410)
    reset_request(request)
    before = found.account.last_login
    login(request, found.account, backend=_BACKEND)
    if found.code_hash is not None:
        note("came in by a code", account=None)  # neither who nor in which study: that would tell who has begun
    if before is not None:
        said = _("You were here before, last on %(day)s. If that was not you, open “Your account” and see what to do.")
        messages.info(request, said % {"day": date_format(timezone.localtime(before), "j F Y, H:i")})
    return redirect("home")
