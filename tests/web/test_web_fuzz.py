"""Whatever is sent to whichever address by whomever: an answer in words, never a fault, and never one that tells."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.client import ClientHandler
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from test_web_every_view import ROLES
from web_addresses import ALL
from web_attacks import SELDOM, Attack, attacks
from web_cast import NAMES, Cast, account
from web_results import keep, simulate

from leaderful.web.accounts.addresses import AddressField
from leaderful.web.accounts.links import make_link
from leaderful.web.accounts.models import Purpose
from leaderful.web.collect.models import Answer, Consent, Moment, Relation
from leaderful.web.permissions import MAY
from leaderful.web.results.models import State
from leaderful.web.results.taking import FORMS
from leaderful.web.studies import evidence, suggested
from leaderful.web.studies.models import Member, Person, Upload, Wave
from leaderful.web.studies.rosters import read_roster
from leaderful.web.wellformed import is_wellformed, wellformed_only

EXAMPLES = 40
"""Requests to each address."""
MORE = ("page", "q", "next", "wave", "tier", "body", "remove", "later", "find", "csrfmiddlewaretoken", "nothing")
"""Fields that some page reads and does not always show."""
MADE_UP = {
    "uuid": (str(uuid.UUID(int=7)),),
    "int": ("0", str(2**31), str(2**63), "9" * 400),
    "slug": ("nothing", "x" * 3_000, "-", "_"),
    "str": (
        "nothing",
        "x" * 3_000,
        "%00",
        "%ED%A0%80",
        "%E2%80%AE",
        "a%00b",
        "%FF:%FE",
        "a:b:c",
        "=1+1",
        "%F0%9F%91%A9",
    ),
}
WORDS = ("None", "manager")
"""What errors may say, sent or not."""
_TOLD = re.compile(r'class="[^"]*(?:error-message|error-summary)')


@dataclass
class World:
    """A study in the middle of everything, and what to put in its addresses."""

    cast: Cast
    real: dict[str, tuple[str, ...]]
    cookies: dict[str, str]
    fields: dict[str, dict[str, tuple[str, ...]]] = field(default_factory=dict)


class Fields(HTMLParser):
    """Reads the names of a page's fields, with the values it offers."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[str]] = {}
        self._name = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        if tag in ("input", "select", "textarea", "button") and held.get("name"):
            self._name = str(held["name"])
            self.found.setdefault(self._name, []).append(held.get("value") or "")
        elif tag == "option" and self._name:
            self.found[self._name].append(held.get("value") or "")


class Errors(HTMLParser):
    """Reads what a page says under its fields and above them about what is wrong."""

    EMPTY = ("input", "br", "hr", "meta", "link", "img")

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.EMPTY and (self._depth or _TOLD.match(f'class="{dict(attrs).get("class")}')):
            self._depth += 1

    def handle_endtag(self, tag: str) -> None:
        self._depth -= bool(self._depth and tag not in self.EMPTY)

    def handle_data(self, data: str) -> None:
        if self._depth:
            self.words.append(data)


@pytest.fixture
def world(cast: Cast) -> World:
    person, study = cast.person, cast.study
    colleague = Person.objects.create(study=study, account=account("colleague"), code="P2", body="QHM", tier="manager")
    Wave.objects.create(study=study, code="w2", name="Second round")
    moment = answer(cast)
    Member.objects.filter(account=cast.researcher).update(approved_at=timezone.now())
    row = {"line": 2, "name": "Eve", "email": "", "body": "QHM", "team": "", "tier": "manager", "place": ""}
    receipt = {"read": 2, "kept": 1, "rejected": 1, "notes": [], "problems": [{"row": 2, "column": "", "message": "x"}]}
    upload = Upload.objects.create(study=study, account=cast.steward, rows=[row], receipt=receipt)
    results = [
        keep(cast, state, released_at=timezone.now()) for state in (State.RELEASED, State.DRAFT, State.WITHDRAWN)
    ]
    cookies = {name: cast.client(name).cookies.get("leaderful") for name in NAMES}
    receivers = {Purpose.OWNER: None, Purpose.ROLE: account("new"), Purpose.ANSWER: colleague.account}
    real: dict[str, tuple[object, ...]] = {
        "study": (study.pk,),
        "wave": ("w1", "w2"),
        "scale": ("CGP", "AGE"),
        "code": ("QHM", person.body),
        "other": (colleague.pk, person.pk),
        "moment": (moment.pk,),
        "upload": (upload.pk,),
        "person": (person.code, colleague.code),
        "member": tuple(Member.objects.values_list("pk", flat=True)),
        "link": tuple(suggested.links(study)["id"][:2]),
        "result": tuple(each.pk for each in results),
        "simulation": (simulate(cast).pk,),
        "part": ("opening", "zip", "methods", "what-if"),
        "form": tuple(FORMS),
        "token": tuple(make_link(purpose, whom).token for purpose, whom in receivers.items()),
    }
    return World(
        cast=cast,
        real={name: tuple(map(str, held)) for name, held in real.items()},
        cookies={name: cookie.value for name, cookie in cookies.items() if cookie is not None},
    )


def answer(cast: Cast) -> Moment:
    """Let the participant say something of everything."""
    person, wave = cast.person, cast.wave
    Consent.objects.create(person=person, wave=wave, words="seen", finished_at=timezone.now())
    Answer.objects.create(person=person, wave=wave, item="CGP1", value=4)
    for kind, about, question in (("body", "QHM", "body-contact"), ("person", "P2", "person-looks-to")):
        Relation.objects.create(person=person, wave=wave, about_kind=kind, about=about, question=question, value=1)
    return Moment.objects.create(person=person, time=timezone.now(), opener="story", taken=True, reflection="Mine.")


@st.composite
def places(draw: st.DrawFn, route: str, world: World) -> str:
    """Draw an address of a route: mostly of things that are there, at times of others."""

    def fill(found: re.Match[str]) -> str:
        kind, name = found[1], found[2]
        made_up = (*MADE_UP[kind], *((str(world.cast.other.pk),) if name == "study" else ()))
        there = world.real.get(name, ())
        return draw(st.sampled_from(made_up if not there or draw(SELDOM) else there))

    return "/" + re.sub(r"<(\w+):(\w+)>", fill, route)


def fields_of(world: World, address: str) -> dict[str, tuple[str, ...]]:
    """Return the fields of a page as the cast are shown it, each with what it may hold."""
    if address not in world.fields:
        read = Fields()
        for name in ("steward", "participant", "lead", "owner", "anonymous"):
            page = browse(world, name).get(address)
            if page["Content-Type"].startswith("text/html") and not page.streaming:
                read.feed(page.content.decode())
        world.fields[address] = {name: tuple(dict.fromkeys(values)) for name, values in read.found.items()}
    return world.fields[address]


class RefusedError(Exception):
    """A request was refused before any page saw it."""


class Guarded(ClientHandler):
    """Passes on what a server passes on."""

    def __call__(self, environ: dict[str, Any]) -> HttpResponse:
        if not is_wellformed(environ):
            raise RefusedError
        return super().__call__(environ)  # type: ignore[no-any-return]


def browse(world: World, name: str, *, checked: bool = False) -> Client:
    browser = Client()
    browser.handler = Guarded(checked)
    if name in world.cookies:
        browser.cookies["leaderful"] = world.cookies[name]
    return browser


def send(browser: Client, address: str, attack: Attack) -> HttpResponse:
    try:
        return browser.generic(  # type: ignore[return-value]
            attack.method, f"{address}?{attack.query}", attack.content, content_type=attack.kind, **attack.headers
        )
    except RefusedError:
        return HttpResponse(status=400)


def check(response: HttpResponse, attack: Attack) -> None:
    assert response.status_code < 500
    content = b"".join(response) if response.streaming else response.content
    assert b"Traceback (most recent" not in content
    if response["Content-Type"].startswith("text/html") and _TOLD.search(content.decode()):
        errors = Errors()
        errors.feed(content.decode())
        said = " ".join(errors.words)
        repeated = [value for value in attack.values if len(value.strip()) > 5 and value.strip()[:40] in said]
        assert not set(repeated) - set(WORDS), "an error repeats what was sent"


def grouped() -> dict[str, list[str]]:
    """Return all routes, in parts that can be tried beside each other."""
    groups: dict[str, list[str]] = {"studies": [], "answer": [], "results": [], "others": []}
    for route, _ in ALL:
        parts = route.split("/")
        name = parts[2] if parts[2:] and parts[2] in groups else parts[0]
        groups.get(name, groups["others"]).append(route)
    return groups


GROUPS = grouped()


@pytest.mark.parametrize("group", GROUPS)
def test_nothing_that_is_sent_brings_a_page_down(group: str, world: World) -> None:
    for route in GROUPS[group]:
        attack_all(route, world)


def senders(route: str) -> st.SearchStrategy[str]:
    """Draw who sends: as often as not somebody who may."""
    act = getattr(dict(ALL)[route].callback, "act", None)
    able = [name for name, role in ROLES.items() if act is None or role in MAY[act]]
    return st.one_of(st.sampled_from(able), st.sampled_from(NAMES))


def attack_all(route: str, world: World) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data(), name=senders(route))
    def attacked(data: st.DataObject, name: str) -> None:
        address = data.draw(places(route, world))
        with transaction.atomic():
            attack = data.draw(attacks(fields_of(world, address), MORE))
            check(send(browse(world, name, checked=attack.checked), address, attack), attack)
            transaction.set_rollback(True)

    attacked()


@pytest.mark.parametrize(
    "sent",
    [
        {"CONTENT_TYPE": "text/plain; charset=hex"},
        {"CONTENT_TYPE": "text/plain; charset=idna", "QUERY_STRING": "q=%C3"},
        {"CONTENT_TYPE": "text/plain; charset=utf-16"},
        {"CONTENT_TYPE": "text/plain; x*=nosuch''a"},
        {"CONTENT_TYPE": "text/plain; charset=utf-8", "QUERY_STRING": "q=1&" * 2_000},
        {"CONTENT_LENGTH": "many"},
        {"HTTP_COOKIE": 'leaderful="\\000"'},
    ],
)
def test_what_no_browser_sends_is_refused_in_words(sent: dict[str, str]) -> None:
    told: list[Any] = []
    plain = RequestFactory().get("/").environ
    guarded = wellformed_only(lambda environ, _start: [environ["PATH_INFO"].encode("latin-1")])
    assert b"could not understand" in b"".join(guarded(plain | sent, lambda *said: told.append(said)))
    assert told[0][0] == "400 Bad Request"
    fine = {
        "PATH_INFO": "/\xf0\x9f",
        "CONTENT_TYPE": "application/x-www-form-urlencoded; charset=UTF-8",
        "HTTP_COOKIE": "leaderful=x",
    }
    assert list(guarded(plain | fine, told.append)) == [b"/\xf0\x9f"]


@pytest.mark.parametrize("domain", ["ä" * 60 + ".org", "ab\u05d0\u0661b.org"])
def test_an_address_that_no_mail_server_can_look_up_is_refused(domain: str, cast: Cast) -> None:
    given = {"name": "Eve", "email": f"eve@{domain}", "role": "researcher"}
    page = cast.client("steward").post(reverse("roles", args=[cast.study.pk]), given)
    assert page.status_code == 400
    assert "like name@example.org" in page.content.decode()
    listed = f"name,email,body,team,tier,place\r\nEve,eve@{domain},QHM,,manager,\r\n".encode()
    rows, receipt = read_roster(listed, evidence.table(cast.study.pk, "bodies"), lambda _row: "")
    assert rows == []
    assert "no email address" in receipt.problems[0].message
    with pytest.raises(ValidationError):
        AddressField().clean(f"eve@{domain}")
    assert AddressField().clean("eve@exämple.org") == "eve@exämple.org"
