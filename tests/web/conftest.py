"""The cast of every view's test: a steward, a lead, a researcher, a participant, a stranger, and nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from web_cast import Cast, make_cast

from leaderful.web.studies import evidence


@pytest.fixture
def cast(db: None) -> Cast:  # noqa: ARG001
    return make_cast()


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    yield
    cache.clear()
    evidence.table.cache_clear()


@pytest.fixture
def mailed(mailoutbox: list[object]) -> Callable[[], list[str]]:
    """Return a function that gives the words of all mail sent so far."""
    return lambda: [mail.body for mail in mailoutbox]  # type: ignore[attr-defined]
