"""How often somebody may get it wrong before they have to wait."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.http import HttpRequest

CODES: Final = "printed codes"
"""Name under which wrong codes are counted, by where they come from: a whole hospital may share one address."""
PASSWORD_TRIES: Final = 8
CODE_TRIES: Final = 60


def most_failures(request: HttpRequest, credentials: Mapping[str, str] | None) -> int:  # noqa: ARG001 (axes passes it)
    """Return how many failures are too many."""
    return CODE_TRIES if (credentials or {}).get("username") == CODES else PASSWORD_TRIES
