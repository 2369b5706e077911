"""Finding bodies and people as one types, and leaving no answers behind, with and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.utils.timezone import now
from web_cast import account
from web_visits import DESK, PHONE, looked_at

from leaderful.web.accounts.links import make_link
from leaderful.web.accounts.models import Account, Purpose
from leaderful.web.collect.models import Answer, Consent, Relation
from leaderful.web.studies import evidence
from leaderful.web.studies.models import Person, Wave

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def person() -> Person:
    study = evidence.start("How we lead together", "QHM", date(2026, 4, 1))
    wave = Wave.objects.create(study=study, code="w1", name="First round", opened_on=date(2026, 5, 1))
    bodies = evidence.table(study.pk, "bodies").filter(kind="nhs-trust")["id"].sort()
    for place, name in enumerate(("Ifor Bowen", "Ifan Bowen", "Mair Prys")):
        asked = Account.objects.make(name=name)
        Person.objects.create(study=study, account=asked, code=f"Q{place}", body=bodies[1], tier="manager")
    person = Person.objects.create(
        study=study, account=account("ada"), code="P1", body=bodies[0], tier="manager", invited_at=now()
    )
    Consent.objects.create(person=person, wave=wave, words="seen")
    return person


@pytest.fixture
def enter(visit: Callable[..., Any], person: Person) -> Callable[..., Any]:
    """Return a function that opens a page of answering as the one who answers."""

    def opened(name: str, *, script: bool = True, size: dict[str, int] = PHONE) -> Any:
        page = visit(size, script=script)
        page.goto(make_link(Purpose.ANSWER, person.account).path)
        page.get_by_role("button", name="Go on").click()
        page.goto(f"/studies/{person.study_id}/answer/{name}")
        return page

    return opened


def found(page: Any) -> Any:
    return page.locator("#matches a")


def test_people_are_found_as_one_types(enter: Callable[..., Any], person: Person) -> None:
    page = enter("people")
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    entries = page.evaluate("history.length")
    page.get_by_label("Part of their name").press_sequentially("bowen", delay=60)
    page.locator("#count").filter(has_text="2 found").wait_for()
    assert len(addresses) < 5, "one request for each letter"
    assert not [address for address in addresses if "?" in address]
    assert page.evaluate("history.length") == entries
    assert page.evaluate("document.activeElement.id") == "q"
    assert page.locator("[role=status]#found").count() == 1
    looked_at(page)
    page.get_by_label("Part of their name").fill("ifan bowen")
    page.locator("#count").filter(has_text="1 found").wait_for()
    found(page).click()
    assert "Ifan Bowen" in page.inner_text("h1")
    page.get_by_label("I look to them for leadership").check()
    page.get_by_role("button", name="Save").click()
    assert Relation.objects.filter(person=person, about="Q1").exists()
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]


def test_back_leads_from_a_person_to_the_search_and_from_there_to_before(enter: Callable[..., Any]) -> None:
    page = enter("relations")
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Part of their name").fill("mair")
    found(page).filter(has_text="Mair Prys").click()
    page.go_back()
    assert page.url.endswith("/answer/people")
    page.go_back()
    assert page.url.endswith("/answer/relations")


def test_what_is_cleared_shows_nothing_and_what_is_not_there_says_so(enter: Callable[..., Any]) -> None:
    page = enter("relations", size=DESK)
    page.get_by_label("Part of its name").fill("no such body")
    page.locator("#count").filter(has_text="Nothing found").wait_for()
    looked_at(page)
    page.get_by_label("Part of its name").fill("")
    page.locator("#count").wait_for(state="detached")
    assert not found(page).count()


def test_whoever_is_choosing_keeps_the_list(enter: Callable[..., Any]) -> None:
    page = enter("people")
    page.get_by_label("Part of their name").fill("bowen")
    page.locator("#count").filter(has_text="2 found").wait_for()
    page.get_by_label("Part of their name").press_sequentially("x")
    found(page).first.focus()
    page.wait_for_timeout(500)
    assert found(page).count() == 2
    assert page.evaluate("document.activeElement.tagName") == "A"


def test_the_button_finds_where_typing_fails(enter: Callable[..., Any]) -> None:
    page = enter("people")
    failed: list[str] = []
    page.route("**/answer/people", lambda route: failed.append(route.request.method) or route.abort())
    page.get_by_label("Part of their name").fill("bowen")
    page.wait_for_event("requestfailed")
    assert failed == ["POST"]
    assert not found(page).count()
    page.get_by_role("button", name="Find").click()
    assert "?q=bowen" in page.url
    assert found(page).count() == 2
    page.unroute("**/answer/people")


def test_people_are_found_without_scripts(enter: Callable[..., Any]) -> None:
    page = enter("people", script=False)
    page.get_by_label("Part of their name").fill("bowen")
    page.get_by_role("button", name="Find").click()
    assert "2 found" in page.inner_text("main")
    found(page).first.click()
    page.go_back()
    assert found(page).count() == 2


def asked_before_leaving(page: Any) -> bool:
    """Say whether the browser asks before it leaves a page, and stay there."""
    asked: list[str] = []

    def stay(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.locator(".nhsuk-back-link").click(no_wait_after=True)
    page.wait_for_timeout(300)
    page.remove_listener("dialog", stay)
    return asked == ["beforeunload"]


def test_answers_that_are_not_saved_are_not_left_behind_unasked(enter: Callable[..., Any], person: Person) -> None:
    page = enter("statements/CGP")
    page.get_by_role("radio").nth(2).check()
    assert asked_before_leaving(page)
    assert page.url.endswith("/statements/CGP")
    page.get_by_role("button", name="Save and go on").click()
    assert not page.url.endswith("/statements/CGP")
    assert Answer.objects.filter(person=person).count() == 1
    address = page.url
    assert not asked_before_leaving(page)
    assert page.url != address


def test_what_was_sent_back_as_wrong_is_not_saved_yet_either(enter: Callable[..., Any], allow: set[int]) -> None:
    allow.add(400)
    page = enter("diary/new")
    page.locator("textarea").first.fill("In my own words")
    page.get_by_role("button", name="Save this moment").click()
    assert "There is a problem" in looked_at(page).inner_text("main")
    assert asked_before_leaving(page)
    page.locator("#q").fill("council")
    page.get_by_role("button", name="Find and add").click()
    page.locator("#taken").check()
    assert asked_before_leaving(page)
