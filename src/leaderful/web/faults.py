"""Pages that say what went wrong, and nothing about anybody."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 (Django passes it)
    """Say that what was sent could not be understood."""
    return _page(request, 400, _("We could not understand that"), _("Go back and try again."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Say that somebody may not see this."""
    return _page(
        request, 403, _("This page is not for you"), _("If you think it should be, ask the steward of the study.")
    )


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Say that there is nothing here."""
    return _page(request, 404, _("There is nothing here"), _("Check the address, or start again from the first page."))


def server_error(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Say that the server failed, without looking who asks: the database may be what failed."""
    words = {
        "title": _("Something went wrong on our side"),
        "advice": _("What you saved before is kept. Try again in a few minutes."),
    }
    return HttpResponse(render_to_string("fault.html", words), status=500)


def form_expired(request: HttpRequest, reason: str = "", **_more: Any) -> HttpResponse:  # noqa: ARG001
    """Say that a form was too old, or came from another page."""
    return _page(
        request, 403, _("This page was open for too long"), _("Go back, load it again, and send it once more.")
    )


def _page(request: HttpRequest, status: int, title: str, advice: str) -> HttpResponse:
    return render(request, "fault.html", {"title": title, "advice": advice}, status=status)
