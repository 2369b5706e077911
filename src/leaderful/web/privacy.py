"""What keeps answers out of logs, caches and other people's screens."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

_Next = Callable[[HttpRequest], HttpResponse]
STATIC: Final = "/static/"


class QuietFormatter(logging.Formatter):
    """Says where something went wrong and of what kind, and never the words of an error, which may quote an answer."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record, with the place of an error in place of its text."""
        shown = logging.makeLogRecord(record.__dict__)
        if record.exc_info and record.exc_info[0] is not None:
            shown.exc_info, shown.exc_text = None, None
            kind, _, trace = record.exc_info
            last = traceback.extract_tb(trace)[-1:]
            where = f" at {last[0].filename}:{last[0].lineno}" if last else ""
            shown.msg, shown.args = f"{kind.__name__}{where}", ()
        return super().format(shown)


class KeepToYourself:
    """Keeps pages out of shared caches and of browser history on a shared machine."""

    def __init__(self, get_response: _Next) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, and mark what comes back."""
        response = self._next(request)
        if not request.path.startswith(STATIC):
            response.headers.setdefault("Cache-Control", "no-store, private")
        return response
