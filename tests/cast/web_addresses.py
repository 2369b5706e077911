"""Every address there is, and how to fill one in."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

FILLED = {"slug": "nothing", "int": "987654", "str": "nothing", "uuid": str(uuid.UUID(int=7))}


def addresses(patterns: list[Any], before: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from addresses(each.url_patterns, before + str(each.pattern))
        else:
            yield before + str(each.pattern), each


ALL = [found for found in addresses(get_resolver().url_patterns) if not found[0].startswith("accounts/oidc")]


def filled(route: str, study: uuid.UUID) -> str:
    """Return the address of a route in a study, with made-up things that are not there in place of others."""
    route = route.replace("<uuid:study>", str(study))
    while "<" in route:
        head, _, rest = route.partition("<")
        kind, _, tail = rest.partition(">")
        route = head + FILLED[kind.partition(":")[0]] + tail
    return f"/{route}"
