"""Naming bodies and people: finding them, saying how it goes, taking them off, and who is never shown."""

from __future__ import annotations

import re

import pytest
from web_cast import Cast, account
from web_collect import agree, at

from leaderful.forms.survey import UNABLE, about
from leaderful.web.accounts.models import Account
from leaderful.web.collect import search
from leaderful.web.collect.models import Relation
from leaderful.web.studies import evidence
from leaderful.web.studies.models import Person

pytestmark = pytest.mark.django_db


def said(cast: Cast) -> dict[tuple[str, str, str], int | None]:
    rows = Relation.objects.filter(person=cast.person).values_list("about_kind", "about", "question", "value")
    return {(kind, code, question): value for kind, code, question, value in rows}


def other(cast: Cast, name: str = "Ifor Bowen", *, same_body: bool = False, code: str = "P2") -> Person:
    made = account(f"other-{code}".lower())
    Account.objects.filter(pk=made.pk).update(name=name)
    body = cast.person.body if same_body else evidence.table(cast.study.pk, "bodies").filter(kind="council")["id"][0]
    return Person.objects.create(study=cast.study, account=made, code=code, body=body, tier="board")


@pytest.fixture
def agreed(cast: Cast) -> Cast:
    agree(cast)
    return cast


def council(cast: Cast) -> tuple[str, str]:
    row = evidence.table(cast.study.pk, "bodies").filter(kind="council").sort("id").row(0, named=True)
    return row["id"], row["name"]


def test_bodies_are_found_by_every_word_of_name_or_code(agreed: Cast) -> None:
    browser, (code, name) = agreed.client("participant"), council(agreed)
    for query in (name.upper(), " ".join(reversed(name.split())), code.lower(), f"  {name[:5]}  {code} "):
        assert (
            at(agreed, "answer-relation", code)
            in browser.get(at(agreed, "answer-relations"), {"q": query}).content.decode()
        )
    page = browser.get(at(agreed, "answer-relations"), {"q": f"{name} zzz"}).content.decode()
    assert "Nothing found" in page
    assert at(agreed, "answer-relation", code) not in page


def test_twelve_are_shown_at_most_and_nothing_for_nothing(agreed: Cast) -> None:
    browser = agreed.client("participant")
    page = browser.get(at(agreed, "answer-relations"), {"q": "e"}).content.decode()
    assert len(re.findall(r"/answer/relations/", page)) == search.MOST_SHOWN
    assert "The first 12 found" in page
    for query in ("", "   ", "\0"):
        assert "/answer/relations/" not in browser.get(at(agreed, "answer-relations"), {"q": query}).content.decode()


def test_what_was_typed_is_shown_as_text(agreed: Cast) -> None:
    page = agreed.client("participant").get(at(agreed, "answer-relations"), {"q": '"><script>x'}).content.decode()
    assert "<script>x" not in page
    assert "&quot;&gt;&lt;script&gt;x" in page


def test_ones_own_body_and_those_that_are_not_there_cannot_be_named(agreed: Cast) -> None:
    browser = agreed.client("participant")
    for code in (agreed.person.body, "NO-SUCH-BODY", "\0", "x" * 300):
        address = at(agreed, "answer-relation", code)
        assert browser.get(address).status_code == 404
        assert browser.post(address, {"body-contact": "3"}).status_code == 404
    own = evidence.table(agreed.study.pk, "bodies").filter(id=agreed.person.body)["name"][0]
    found = browser.get(at(agreed, "answer-relations"), {"q": own}).content.decode()
    assert at(agreed, "answer-relation", agreed.person.body) not in found


def test_a_body_is_named_by_saying_something_of_it(agreed: Cast) -> None:
    browser, (code, name) = agreed.client("participant"), council(agreed)
    page = browser.get(at(agreed, "answer-relation", code)).content.decode()
    assert page.count("<fieldset") == len(about("body")) == 10
    assert not said(agreed)
    given = {"body-contact": "0", "body-reliable": "4", "body-open": UNABLE, "person-trust": "1"}
    assert browser.post(at(agreed, "answer-relation", code), given)["Location"] == at(agreed, "answer-relations")
    kept = {("body", code, "body-contact"): 0, ("body", code, "body-reliable"): 4, ("body", code, "body-open"): None}
    assert said(agreed) == kept
    assert name in browser.get(at(agreed, "answer-relations")).content.decode().replace("&amp;", "&").replace(
        "&#x27;", "'"
    )
    browser.post(at(agreed, "answer-relation", code), {"body-contact": "3"})
    assert said(agreed) == kept | {("body", code, "body-contact"): 3}
    again = agreed.client("participant").get(at(agreed, "answer-relation", code)).content.decode()
    checked = re.findall(r'name="([\w-]+)" type="radio" value="(\w+)" checked', again)
    assert checked == [("body-contact", "3"), ("body-reliable", "4"), ("body-open", UNABLE)]


def test_a_body_of_which_nothing_is_said_is_not_named(agreed: Cast) -> None:
    code, _ = council(agreed)
    page = agreed.client("participant").post(at(agreed, "answer-relation", code), {})
    assert page.status_code == 400
    assert '<a href="#body-contact">Answer at least one question' in page.content.decode()
    assert not said(agreed)


@pytest.mark.parametrize(("question", "given"), [("body-closeness", "0"), ("body-contact", "5"), ("body-open", "x")])
def test_each_question_takes_its_own_answers(agreed: Cast, question: str, given: str) -> None:
    code, _ = council(agreed)
    page = agreed.client("participant").post(at(agreed, "answer-relation", code), {question: given, "body-role": "1"})
    assert page.status_code == 400
    assert f'<a href="#{question}">' in page.content.decode()
    assert not said(agreed)


def test_a_body_is_taken_off_alone(agreed: Cast) -> None:
    browser = agreed.client("participant")
    codes = evidence.table(agreed.study.pk, "bodies").filter(kind="council")["id"].sort()[:2]
    for code in codes:
        browser.post(at(agreed, "answer-relation", code), {"body-contact": "3"})
    browser.post(at(agreed, "answer-relation", codes[0]), {"remove": "yes", "body-contact": "3"})
    assert said(agreed) == {("body", codes[1], "body-contact"): 3}


def test_people_are_found_by_name_and_never_by_code(agreed: Cast) -> None:
    browser, found = agreed.client("participant"), other(agreed, code="PQ77")
    address = at(agreed, "answer-person", found.pk)
    page = browser.get(at(agreed, "answer-people"), {"q": "bowen"}).content.decode()
    assert address in page
    assert "Ifor Bowen, " in page
    assert "PQ77" not in page
    assert "PQ77" not in browser.get(address).content.decode()
    assert address not in browser.get(at(agreed, "answer-people"), {"q": "PQ77"}).content.decode()


def test_oneself_those_without_a_name_and_those_of_other_studies_are_not_there(agreed: Cast) -> None:
    browser, nameless = agreed.client("participant"), other(agreed, name="")
    strange = Person.objects.get(study=agreed.other)
    page = browser.get(at(agreed, "answer-people"), {"q": "r"}).content.decode()
    assert "/answer/people/" not in page
    for key in (agreed.person.pk, nameless.pk, strange.pk, 10**30, 0):
        address = at(agreed, "answer-person", key)
        assert browser.get(address).status_code == 404
        assert browser.post(address, {"person-looks-to": "yes"}).status_code == 404


def test_a_person_is_named_and_trusted(agreed: Cast) -> None:
    browser, found = agreed.client("participant"), other(agreed)
    address = at(agreed, "answer-person", found.pk)
    assert browser.post(address, {"person-looks-to": "yes", "person-trust": "4"})["Location"] == at(
        agreed, "answer-people"
    )
    kept = {("person", "P2", "person-turned-to"): 0, ("person", "P2", "person-looks-to"): 1}
    assert said(agreed) == kept | {("person", "P2", "person-trust"): 4}
    assert "Ifor Bowen" in browser.get(at(agreed, "answer-people")).content.decode()
    assert browser.get(address).content.decode().count(" checked") == 2
    browser.post(address, {"remove": "yes"})
    assert not said(agreed)


def test_people_of_ones_own_body_can_be_looked_to_alone(agreed: Cast) -> None:
    browser, found = agreed.client("participant"), other(agreed, same_body=True)
    address = at(agreed, "answer-person", found.pk)
    assert "person-turned-to" not in browser.get(address).content.decode()
    assert browser.post(address, {"person-turned-to": "yes"}).status_code == 400
    browser.post(address, {"person-turned-to": "yes", "person-looks-to": "yes"})
    assert said(agreed) == {("person", "P2", "person-looks-to"): 1}


def test_a_person_of_whom_nothing_is_true_is_not_named(agreed: Cast) -> None:
    page = agreed.client("participant").post(at(agreed, "answer-person", other(agreed).pk), {"person-trust": "3"})
    assert page.status_code == 400
    assert '<a href="#person-turned-to">Tick what is true' in page.content.decode()
    assert not said(agreed)


def test_ten_of_each_are_named_at_most(agreed: Cast) -> None:
    browser = agreed.client("participant")
    people = [other(agreed, name=f"Ann {number}", code=f"P{number}") for number in range(2, 13)]
    for found in people[:10]:
        assert browser.post(at(agreed, "answer-person", found.pk), {"person-looks-to": "yes"}).status_code == 302
    last, address = people[10], at(agreed, "answer-person", people[10].pk)
    page = browser.post(address, {"person-looks-to": "yes", "person-turned-to": "yes"})
    assert page.status_code == 400
    assert '<a href="#person-looks-to">You named 10 people for this already' in page.content.decode()
    assert browser.post(at(agreed, "answer-person", people[0].pk), {"person-looks-to": "yes"}).status_code == 302
    assert browser.post(address, {"person-turned-to": "yes"}).status_code == 302
    assert said(agreed)["person", last.code, "person-looks-to"] == 0


def test_what_others_say_is_not_shown(agreed: Cast) -> None:
    found = other(agreed)
    Relation.objects.create(
        person=found, wave=agreed.wave, about_kind="person", about="P1", question="person-trust", value=1
    )
    browser = agreed.client("participant")
    for page in ("answer-people", "mine", "mine-download"):
        assert "Ifor" not in browser.get(at(agreed, page)).content.decode()


@pytest.mark.parametrize(
    ("page", "query", "one"), [("answer-relations", "council", "relations"), ("answer-people", "bowen", "people")]
)
def test_a_script_gets_what_is_found_and_nothing_else(agreed: Cast, page: str, query: str, one: str) -> None:
    other(agreed)
    browser = agreed.client("participant")
    whole = browser.get(at(agreed, page), {"q": query}).content.decode()
    found = browser.post(at(agreed, page), {"q": query}).content.decode()
    assert found.strip() in whole
    assert f"/answer/{one}/" in found
    assert "<html" not in found
    assert "<form" not in found
    assert "/answer/" not in browser.post(at(agreed, page), {"q": " "}).content.decode()
    assert "&lt;script" not in browser.post(at(agreed, page), {"q": "<script>"}).content.decode()
    assert not said(agreed)
