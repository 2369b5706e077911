"""What tests of answering do over and over: agree, and find addresses."""

from __future__ import annotations

import re

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from web_cast import Cast


def at(cast: Cast, page: str, *args: object) -> str:
    return reverse(page, args=[cast.study.pk, *args])


def consent_page(cast: Cast, browser: Client | None = None) -> HttpResponse:
    return (browser or cast.client("participant")).get(at(cast, "answer"))  # type: ignore[return-value]


def agree(cast: Cast, browser: Client | None = None, *, network: bool = False) -> HttpResponse:
    """Open the page of consent and agree to the words on it."""
    browser = browser or cast.client("participant")
    shown = re.search(r'name="words" value="(\w+)"', consent_page(cast, browser).content.decode())
    given = {"words": shown[1] if shown else ""} | ({"network": "yes"} if network else {})
    return browser.post(at(cast, "answer"), given)  # type: ignore[return-value]
