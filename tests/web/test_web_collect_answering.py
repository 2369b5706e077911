"""Answering: who may, what is asked for first, what is kept, and what a closed wave takes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from unittest.mock import Mock, patch

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone
from web_cast import NAMES, Cast
from web_collect import agree, at, consent_page

from leaderful.forms.survey import UNABLE
from leaderful.web.accounts.links import find_code, find_link
from leaderful.web.accounts.models import Account
from leaderful.web.audit.models import Entry
from leaderful.web.collect import asking, words
from leaderful.web.collect.models import Answer, Consent, Relation
from leaderful.web.collect.saving import save_answers
from leaderful.web.collect.urls import urlpatterns
from leaderful.web.studies.models import Person, Wave

pytestmark = pytest.mark.django_db

PAGES = (
    ("answer", (), "GET POST"),
    ("answer-scale", ("CGP",), "GET POST"),
    ("answer-relations", (), "GET POST"),
    ("answer-relation", ("QHM",), "GET POST"),
    ("answer-people", (), "GET POST"),
    ("answer-person", (1,), "GET POST"),
    ("answer-done", (), "GET POST"),
    ("answer-later", (), "GET POST"),
    ("diary", (), "GET"),
    ("new-moment", (), "GET POST"),
    ("remove-moment", (1,), "POST"),
    ("mine", (), "GET"),
    ("mine-network", (), "POST"),
    ("mine-download", (), "GET"),
    ("withdraw", (), "GET POST"),
)
STATUS = {"anonymous": 302, "stranger": 404, "owner": 404, "steward": 403, "lead": 403, "researcher": 403}


def answers(cast: Cast) -> dict[str, int | None]:
    return dict(Answer.objects.filter(person=cast.person).values_list("item", "value"))


def fill(page: int, *codes: str) -> dict[str, str]:
    items = [item.id for item in asking.blocks()[page - 1].scale.items]
    return dict(zip(items, codes, strict=False))


@pytest.mark.parametrize(("page", "args", "methods"), PAGES, ids=[page for page, *_ in PAGES])
def test_nobody_but_a_participant_of_the_study_comes_in(
    cast: Cast, page: str, args: tuple[object, ...], methods: str
) -> None:
    address = at(cast, page, *args)
    method = methods.split()[0].lower()
    for name in NAMES:
        if name != "participant":
            answered = getattr(cast.client(name), method)(address)
            assert answered.status_code == STATUS[name], name
            assert name != "anonymous" or answered["Location"].startswith("/sign-in?next=")


@pytest.mark.parametrize(("page", "args", "methods"), PAGES, ids=[page for page, *_ in PAGES])
def test_pages_take_the_methods_they_are_for_alone(
    cast: Cast, page: str, args: tuple[object, ...], methods: str
) -> None:
    browser = cast.client("participant")
    for method in ("get", "post", "put", "delete", "patch"):
        status = getattr(browser, method)(at(cast, page, *args)).status_code
        assert (status == 405) == (method.upper() not in methods), method


def test_every_address_of_answering_is_in_the_list() -> None:
    assert sorted(str(each.name) for each in urlpatterns) == sorted(page for page, *_ in PAGES)


@pytest.mark.parametrize(("page", "args", "methods"), PAGES, ids=[page for page, *_ in PAGES])
def test_a_study_that_is_not_there_is_not_found(page: str, args: tuple[object, ...], methods: str, cast: Cast) -> None:
    address = at(cast, page, *args).replace(str(cast.study.pk), "00000000-0000-4000-8000-000000000000")
    assert getattr(cast.client("participant"), methods.split()[0].lower())(address).status_code == 404


def test_pages_of_questions_send_those_who_did_not_agree_to_where_they_can(cast: Cast) -> None:
    browser = cast.client("participant")
    for page, args in (("answer-scale", ("CGP",)), ("answer-relations", ()), ("diary", ()), ("new-moment", ())):
        assert browser.get(at(cast, page, *args))["Location"] == at(cast, "answer")
    assert browser.post(at(cast, "answer-scale", "CGP"), {"CGP1": "4"})["Location"] == at(cast, "answer")
    assert not Answer.objects.exists()


def test_consent_says_who_sees_what_and_leaves_the_box_empty(cast: Cast) -> None:
    page = consent_page(cast).content.decode()
    for said in ("fewer than 10 people is hidden", "Small numbers are hidden", "withdraw", "52 short statements"):
        assert said in re.sub(r"\s+", " ", page)
    assert "checked" not in page
    assert not Consent.objects.exists()


def test_the_words_of_consent_follow_the_fewest_people_of_the_study(cast: Cast) -> None:
    before = words.words_hash(cast.study)
    cast.study.minimum_people = 15
    cast.study.save()
    assert "fewer than 15 people" in consent_page(cast).content.decode()
    assert words.words_hash(cast.study) != before


@pytest.mark.parametrize("named", [True, False])
def test_consent_keeps_the_hash_of_its_words_and_what_else_was_agreed(cast: Cast, named: bool) -> None:
    assert agree(cast, network=named)["Location"] == at(cast, "answer")
    consent = Consent.objects.get()
    assert (consent.person, consent.wave, consent.network) == (cast.person, cast.wave, named)
    assert re.fullmatch("[0-9a-f]{64}", consent.words)
    assert consent.words == words.words_hash(cast.study)
    assert not Entry.objects.exists()


def test_consent_to_words_that_have_changed_is_asked_for_anew(cast: Cast) -> None:
    page = cast.client("participant").post(at(cast, "answer"), {"words": "0" * 64})
    assert page.status_code == 400
    assert "has changed since you opened it" in page.content.decode()
    assert not Consent.objects.exists()


def test_agreeing_twice_is_one_consent(cast: Cast) -> None:
    browser = cast.client("participant")
    for _ in range(2):
        agree(cast, browser)
    browser.post(at(cast, "answer"), {"words": "0" * 64, "network": "yes"})
    assert Consent.objects.get().network is False


def test_a_page_shows_its_statements_and_how_far_it_is(cast: Cast) -> None:
    agree(cast)
    browser = cast.client("participant")
    page = browser.get(at(cast, "answer-scale", "SHP")).content.decode()
    assert "Page 2 of 15" in page
    assert re.search(r'<progress [^>]*max="15" value="2"', page)
    assert page.count("<fieldset") == 4
    assert page.count('type="radio"') == 24
    assert page.count('autocomplete="off"') == 1
    assert "Shared purpose" not in page.split("<h1")[1]
    assert at(cast, "answer-scale", "CGP") in page


def test_a_scale_that_is_not_there_is_not_found(cast: Cast) -> None:
    agree(cast)
    browser = cast.client("participant")
    for scale in ("XXX", "cgp"):
        assert browser.get(at(cast, "answer-scale", scale)).status_code == 404
        assert browser.post(at(cast, "answer-scale", scale), {"CGP1": "1"}).status_code == 404


def test_what_is_filled_in_is_kept_and_shown_on_another_device(cast: Cast) -> None:
    agree(cast)
    went = cast.client("participant").post(at(cast, "answer-scale", "CGP"), fill(1, "4", UNABLE, "1"))
    assert went["Location"] == at(cast, "answer-scale", "SHP")
    assert answers(cast) == {"CGP1": 4, "CGP2": None, "CGP3": 1}
    page = cast.client("participant").get(at(cast, "answer-scale", "CGP")).content.decode()
    checked = re.findall(r'name="(\w+)" type="radio" value="(\w+)" checked', page)
    assert checked == [("CGP1", "4"), ("CGP2", UNABLE), ("CGP3", "1")]


def test_sending_twice_doubles_nothing_and_a_change_takes_its_place(cast: Cast) -> None:
    agree(cast)
    browser, address = cast.client("participant"), at(cast, "answer-scale", "CGP")
    for _ in range(2):
        browser.post(address, fill(1, "4", "4", "4", "4"))
    browser.post(address, fill(1, UNABLE, "2"))
    assert answers(cast) == {"CGP1": None, "CGP2": 2, "CGP3": 4, "CGP4": 4}
    assert Answer.objects.count() == 4


def test_items_of_other_pages_are_not_taken(cast: Cast) -> None:
    agree(cast)
    cast.client("participant").post(at(cast, "answer-scale", "CGP"), {"SHP1": "1", "CGP1": "1", "ZZZ": "1"})
    assert answers(cast) == {"CGP1": 1}


@pytest.mark.parametrize("given", ["6", "0", "-1", "4.0", " 4", "=1+1", "x" * 5000, "\0", "٣"])
def test_what_an_item_does_not_allow_is_refused_and_not_repeated(cast: Cast, given: str) -> None:
    agree(cast)
    page = cast.client("participant").post(at(cast, "answer-scale", "CGP"), {"CGP1": "3", "CGP2": given})
    assert page.status_code == 400
    shown = page.content.decode()
    assert '<a href="#CGP2">This is not one of the answers' in shown
    assert 'id="CGP2"' in shown
    assert 'aria-describedby="CGP2-error"' in shown
    assert f'value="{given}"' not in shown
    assert re.findall(r'name="(\w+)" type="radio" value="(\w+)" checked', shown) == [("CGP1", "3")]
    assert not answers(cast)


def test_nothing_of_a_page_is_kept_when_saving_breaks_off(cast: Cast) -> None:
    agree(cast)
    consent = Consent.objects.get()
    with pytest.raises(IntegrityError):
        save_answers(consent, {"CGP1": 1, "CGP2": None, None: 3})  # type: ignore[dict-item]
    assert not answers(cast)


def test_a_study_leads_to_the_first_page_that_is_not_complete(cast: Cast) -> None:
    agree(cast)
    browser = cast.client("participant")
    assert browser.get(at(cast, "answer"))["Location"] == at(cast, "answer-scale", "CGP")
    browser.post(at(cast, "answer-scale", "SHP"), fill(2, "1", "1", "1", "1"))
    browser.post(at(cast, "answer-scale", "CGP"), fill(1, "1", "1", "1"))
    assert browser.get(at(cast, "answer"))["Location"] == at(cast, "answer-scale", "CGP")
    browser.post(at(cast, "answer-scale", "CGP"), fill(1, "1", "1", "1", UNABLE))
    assert browser.get(at(cast, "answer"))["Location"] == at(cast, "answer-scale", "PEN")


def test_after_all_pages_come_bodies_people_and_thanks(cast: Cast) -> None:
    agree(cast)
    browser, where = cast.client("participant"), ""
    for number, block in enumerate(asking.blocks(), 1):
        address = at(cast, "answer-scale", block.scale.id)
        assert where in ("", address)
        where = browser.post(address, fill(number, "3", "3", "3", "3"))["Location"]
    assert where == browser.get(at(cast, "answer"))["Location"] == at(cast, "answer-relations")
    assert browser.get(at(cast, "answer-done"))["Location"] == at(cast, "answer")
    assert browser.post(at(cast, "answer-done"))["Location"] == at(cast, "answer-done")
    first = Consent.objects.get().finished_at
    assert first is not None
    page = browser.get(at(cast, "answer-done")).content.decode()
    assert at(cast, "mine") in page
    assert at(cast, "diary") in page
    assert "left some statements open" not in page
    browser.post(at(cast, "answer-done"))
    assert Consent.objects.get().finished_at == first
    assert browser.get(at(cast, "answer"))["Location"] == at(cast, "answer-done")


def test_saving_for_later_keeps_what_is_filled_in(cast: Cast) -> None:
    agree(cast)
    went = cast.client("participant").post(at(cast, "answer-scale", "CGP"), {"CGP1": "2", "later": "yes"})
    assert went["Location"] == at(cast, "answer-later")
    assert answers(cast) == {"CGP1": 2}


def test_a_link_and_a_code_for_later_work_once(cast: Cast, mailed: Callable[[], list[str]]) -> None:
    browser = cast.client("participant")
    assert b"/link/" not in browser.get(at(cast, "answer-later")).content
    page = browser.post(at(cast, "answer-later")).content.decode()
    code = re.search(r'class="code">([A-Z0-9-]{14})<', page)[1]  # type: ignore[index]
    path = re.search(r"/link/([^\"<]+)", page)[1]  # type: ignore[index]
    assert path in mailed()[0]
    assert "7 days" in browser.get(at(cast, "answer-later")).content.decode()
    assert find_code(code) == find_link(path) is not None
    other = Client()
    assert other.post("/code", {"code": code}).status_code == 302
    assert other.get(at(cast, "answer-later")).status_code == 200
    assert find_link(path) is None


def test_a_link_and_a_code_for_later_are_shown_also_where_no_mail_can_be_sent(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    Person.objects.update(invited_at=timezone.now())
    monkeypatch.setattr(EmailBackend, "send_messages", Mock(side_effect=ConnectionRefusedError))
    page = cast.client("participant").post(at(cast, "answer-later")).content.decode()
    code = re.search(r'class="code">([A-Z0-9-]{14})<', page)[1]  # type: ignore[index]
    assert find_code(code) == find_link(re.search(r"/link/([^\"<]+)", page)[1]) is not None  # type: ignore[index]
    assert "could not send the link" in page
    assert "We have sent" not in page


def test_those_without_an_address_get_no_mail(cast: Cast, mailed: Callable[[], list[str]]) -> None:
    Account.objects.filter(pk=cast.participant.pk).update(email=None)
    page = cast.client("participant").post(at(cast, "answer-later")).content.decode()
    assert 'class="code"' in page
    assert "email" not in page
    assert not mailed()


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        ({"opened_on": None}, "Asking has not begun"),
        ({"closed_on": date(2026, 6, 1)}, "Answers were taken until 1 June 2026"),
    ],
)
def test_a_study_that_does_not_ask_now_says_so(cast: Cast, dates: dict[str, date | None], said: str) -> None:
    Wave.objects.filter(pk=cast.wave.pk).update(**dates)
    page = cast.client("participant").get(at(cast, "answer"))
    assert page.status_code == 200
    assert said in page.content.decode()
    assert at(cast, "mine") not in page.content.decode()
    assert cast.client("participant").post(at(cast, "answer")).status_code == 409


def test_a_closed_wave_takes_nothing(cast: Cast) -> None:
    agree(cast)
    browser = cast.client("participant")
    browser.post(at(cast, "answer-scale", "CGP"), {"CGP1": "2"})
    Wave.objects.filter(pk=cast.wave.pk).update(closed_on=date(2026, 6, 1))
    page = browser.post(at(cast, "answer-scale", "CGP"), {"CGP1": "5"})
    assert page.status_code == 409
    assert "was not saved" in page.content.decode()
    assert at(cast, "mine") in page.content.decode()
    assert answers(cast) == {"CGP1": 2}
    for address in (at(cast, "answer-relation", "QHM"), at(cast, "answer-done")):
        assert browser.post(address, {"remove": "yes"}).status_code == 409
    assert browser.get(at(cast, "answer-scale", "CGP"))["Location"] == at(cast, "answer")


def test_a_wave_closed_while_a_page_is_saved_takes_nothing(cast: Cast) -> None:
    agree(cast)
    before = Consent.objects.select_related("wave__study", "person").get()
    Wave.objects.update(closed_on=date(2026, 6, 1))
    with patch("leaderful.web.collect.guard.consent_now", return_value=before):
        page = cast.client("participant").post(at(cast, "answer-scale", "CGP"), {"CGP1": "5"})
    assert page.status_code == 409
    assert not answers(cast)


def test_a_new_wave_asks_for_consent_anew_and_starts_empty(cast: Cast) -> None:
    agree(cast)
    browser = cast.client("participant")
    browser.post(at(cast, "answer-scale", "CGP"), {"CGP1": "2"})
    Wave.objects.update(closed_on=date(2026, 6, 1))
    second = Wave.objects.create(study=cast.study, code="w2", name="Second round", opened_on=date(2026, 9, 1))
    assert browser.get(at(cast, "answer")).status_code == 200
    agree(cast, browser)
    assert "checked" not in browser.get(at(cast, "answer-scale", "CGP")).content.decode()
    browser.post(at(cast, "answer-scale", "CGP"), {"CGP1": "5"})
    assert set(Answer.objects.values_list("wave__code", "value")) == {("w1", 2), (second.code, 5)}


@pytest.mark.parametrize(("page", "args"), [("answer-scale", ("CGP",)), ("answer-relation", ("RVW",))])
def test_a_page_left_open_since_an_earlier_round_is_not_saved_in_the_next(
    cast: Cast, page: str, args: tuple[object, ...]
) -> None:
    agree(cast)
    browser = cast.client("participant")
    assert 'name="round" value="w1"' in browser.get(at(cast, page, *args)).content.decode()
    Wave.objects.update(closed_on=date(2026, 6, 1))
    Wave.objects.create(study=cast.study, code="w2", name="Second round", opened_on=date(2026, 9, 1))
    agree(cast, browser)
    sent = {"round": "w1", "CGP1": "5", "body-contact": "3"}
    assert "was not saved" in browser.post(at(cast, page, *args), sent, follow=True).content.decode()
    assert not Answer.objects.exists() and not Relation.objects.exists()
    assert browser.post(at(cast, page, *args), sent | {"round": "w2"}).status_code == 302
    assert Answer.objects.exists() or Relation.objects.exists()


def test_a_page_of_statements_asks_the_database_little(
    cast: Cast, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    agree(cast)
    browser = cast.client("participant")
    with django_assert_max_num_queries(8):  # type: ignore[attr-defined]
        assert browser.post(at(cast, "answer-scale", "CGP"), fill(1, "1", "2", "3", "4")).status_code == 302
