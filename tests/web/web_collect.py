"""What tests of answering do over and over: agree, and find addresses."""

from __future__ import annotations

import re

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from web_cast import Cast

from leaderful.forms.survey import UNABLE
from leaderful.web.collect import asking
from leaderful.web.studies import evidence
from leaderful.web.studies.models import Person


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


def answer_all(cast: Cast, seed: int) -> None:
    """Let one person of four answer all pages, name two bodies and a person, and note a moment, through the pages."""
    browser = cast.client("participant")
    browser.force_login(
        Person.objects.get(study=cast.study, code=f"P{seed}").account,
        backend="django.contrib.auth.backends.ModelBackend",
    )
    agree(cast, browser, network=seed % 2 == 0)
    for number, block in enumerate(asking.blocks()):
        codes = [str(1 + (seed * 7 + number * 3 + place) % 5) for place in range(4)]
        codes[number % 4] = UNABLE if (seed + number) % 9 == 0 else codes[number % 4]
        given = dict(zip((item.id for item in block.scale.items), codes, strict=True))
        assert browser.post(at(cast, "answer-scale", block.scale.id), given).status_code == 302
    bodies = evidence.table(cast.study.pk, "bodies").filter(kind="nhs-trust").sort("id")["id"][:3].to_list()
    own = Person.objects.get(study=cast.study, code=f"P{seed}").body
    for place, body in enumerate(code for code in bodies if code != own):
        given = {"body-contact": str((seed + place) % 5), "body-reliable": str(1 + seed % 4), "body-open": UNABLE}
        assert browser.post(at(cast, "answer-relation", body), given).status_code == 302
    other = Person.objects.get(study=cast.study, code=f"P{1 + seed % 12}")
    assert browser.post(at(cast, "answer-person", other.pk), {"person-looks-to": "yes"}).status_code == 302
    moment = {
        "time": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
        "opener": "story",
        "taken": ["no", "yes"][seed % 2],
    }
    assert browser.post(at(cast, "new-moment"), moment | {"diary-actions": "; =1+1"}).status_code == 302
