"""Refuses requests that would fail before any page could say so; no browser sends them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from django.core.exceptions import SuspiciousOperation
from django.core.handlers.wsgi import WSGIRequest

_Start = Callable[..., Any]
_Application = Callable[[dict[str, Any], _Start], Iterable[bytes]]
_SAID: Final = b"We could not understand that. Go back and try again.\n"


def wellformed_only(application: _Application) -> _Application:
    """Return an application that sees well-formed requests alone."""

    def guarded(environ: dict[str, Any], start: _Start) -> Iterable[bytes]:
        if is_wellformed(environ):
            return application(environ, start)
        start("400 Bad Request", [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(_SAID)))])
        return [_SAID]

    return guarded


def is_wellformed(environ: dict[str, Any]) -> bool:
    """Tell whether a request is in UTF-8, as all pages are, and its cookies hold no byte that PostgreSQL refuses."""
    try:
        int(environ.get("CONTENT_LENGTH") or 0)
        request = WSGIRequest(dict(environ))  # it writes into what it is given
    except (ValueError, LookupError, SuspiciousOperation):
        return False
    utf8 = (request.encoding or "utf-8").lower() in ("utf-8", "utf8")
    return utf8 and not any("\0" in value for value in request.COOKIES.values())
