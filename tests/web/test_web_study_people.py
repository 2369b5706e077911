"""The people of a study: lists that are sent, receipts, and who can be taken off."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from html import unescape

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from web_cast import Cast

from leaderful.web.accounts.links import LETTERS
from leaderful.web.accounts.models import Account
from leaderful.web.audit.models import Entry
from leaderful.web.collect.models import Consent
from leaderful.web.studies import evidence
from leaderful.web.studies.models import Person, Upload

pytestmark = pytest.mark.django_db
HEADER = "name,email,body,team,tier,place"


@pytest.fixture(autouse=True)
def not_invited_yet(cast: Cast) -> None:
    Person.objects.filter(pk=cast.person.pk).update(invited_at=None)
    cast.person.refresh_from_db()


def send(cast: Cast, content: str | bytes, name: str = "list.csv") -> tuple[Client, str]:
    """Send a list; return the steward's browser and the words of the page that follows."""
    browser = cast.client("steward")
    data = content.encode() if isinstance(content, str) else content
    address = reverse("upload-people", args=[cast.study.pk])
    page = browser.post(address, {"people": SimpleUploadedFile(name, data)}, follow=True)
    return browser, " ".join(unescape(page.content.decode()).split())


def keep(cast: Cast, content: str | bytes) -> str:
    browser, _ = send(cast, content)
    upload = Upload.objects.get()
    page = browser.post(reverse("uploaded-people", args=[cast.study.pk, upload.pk]), follow=True)
    return " ".join(unescape(page.content.decode()).split())


def lines(*rows: str) -> str:
    return "\r\n".join([HEADER, *rows]) + "\r\n"


def workbook(*rows: tuple[str, ...]) -> bytes:
    book, stream = openpyxl.Workbook(), io.BytesIO()
    for row in (tuple(HEADER.split(",")), *rows):
        book.active.append(row)
    book.save(stream)
    return stream.getvalue()


def everybody(cast: Cast) -> list[tuple[str, str | None, str, str]]:
    people = Person.objects.filter(study=cast.study).exclude(pk=cast.person.pk).order_by("pk")
    return list(people.values_list("account__name", "account__email", "body", "tier"))


def test_a_list_is_kept_only_when_its_receipt_is_confirmed(cast: Cast) -> None:
    _, said = send(cast, lines("Ada,ada@example.org,QHM,,manager,", "Bob,,qhm,,Board,"))
    assert "2 read, 2 kept" in said
    assert everybody(cast) == []
    upload = Upload.objects.get()
    browser = cast.client("steward")
    browser.post(reverse("uploaded-people", args=[cast.study.pk, upload.pk]))
    assert everybody(cast) == [("Ada", "ada@example.org", "QHM", "manager"), ("Bob", None, "QHM", "board")]
    assert not Upload.objects.exists()
    assert browser.post(reverse("uploaded-people", args=[cast.study.pk, upload.pk])).status_code == 404
    assert Entry.objects.get(did="added people from a list").about == "2 new, 0 changed, 0 the same"


def test_a_list_can_be_thrown_away(cast: Cast) -> None:
    browser, _ = send(cast, lines("Ada,ada@example.org,QHM,,manager,"))
    browser.post(reverse("drop-upload", args=[cast.study.pk, Upload.objects.get().pk]))
    assert not Upload.objects.exists()
    assert everybody(cast) == []


def test_a_list_that_is_not_confirmed_is_forgotten_after_a_day(cast: Cast) -> None:
    browser, _ = send(cast, lines("Ada,ada@example.org,QHM,,manager,"))
    upload = Upload.objects.get()
    Upload.objects.update(made_at=timezone.now() - timedelta(hours=25))
    assert browser.post(reverse("uploaded-people", args=[cast.study.pk, upload.pk])).status_code == 404
    assert everybody(cast) == []


def test_codes_of_people_say_nothing(cast: Cast) -> None:
    keep(cast, lines("Ada,ada@example.org,QHM,,manager,", "Bob,,QHM,,board,"))
    codes = set(Person.objects.filter(study=cast.study).exclude(pk=cast.person.pk).values_list("code", flat=True))
    assert len(codes) == 2
    assert all(code[0] == "P" and len(code) == 9 and set(code[1:]) <= set(LETTERS) for code in codes)


def test_a_body_may_be_named_in_full_and_a_tier_by_its_name(cast: Cast) -> None:
    body = evidence.table(cast.study.pk, "bodies").filter(kind="nhs-trust").row(0, named=True)
    keep(cast, lines(f'Ada,,"{body["name"].upper()}",,EXECUTIVE,'))
    assert everybody(cast) == [("Ada", None, body["id"], "executive")]


def test_the_receipt_says_where_what_and_what_would_be_right(cast: Cast) -> None:
    _, said = send(
        cast,
        lines(
            "Ada,ada@example.org,QHX,,manager,",
            "Bob,bob at example,QHM,,board,",
            ",,QHM,,board,",
            "Cy,cy@example.org,QHM,,chief,",
            "Di,di@example.org,,,board,",
            "Ed,ed@example.org,QHM,,board,",
            "Ed again,ED@example.org,QHM,,board,",
            "Flo,,QHM,no team,board,",
            "Gus,,Gateshead Helth,,board,",
        ),
    )
    assert "9 read, 1 kept, 8 left out" in said
    for row, words in {
        2: "“QHX” is no body of this study; did you mean QHM?",
        3: "no email address; write it as name@example.org",
        4: "neither a name nor an email address",
        5: "“chief” is no tier; write board, executive, manager, practitioner",
        6: "the cell is empty; body is needed in every row",
        8: "the same email address as in row 7, which is kept. If they are one person",
        9: "“no team” is no team of this study, which has none; leave the cell empty",
        10: "did you mean Gateshead Health and Wellbeing Board or Gateshead Health NHS Foundation Trust?",
    }.items():
        assert words in said.split(f">{row}</td>")[1].split("</tr>")[0], row


def test_a_list_with_other_columns_is_not_read(cast: Cast) -> None:
    _, said = send(cast, "first,last\r\nAda,Lovell\r\n")
    assert "0 read, 0 kept" in said
    assert HEADER in said
    assert "Lovell" not in said


def test_a_workbook_is_known_by_what_is_in_it(cast: Cast) -> None:
    for name in ("list.csv", "list.xlsx", "list"):
        _, said = send(
            cast, workbook(("Ada", "ada@example.org", "QHM", "", "manager", ""), ("", "", "", "", "", "")), name
        )
        assert "1 read, 1 kept" in said


def test_rows_of_a_workbook_keep_their_numbers(cast: Cast) -> None:
    empty = ("",) * 6
    content = workbook(("Ada", "", "QHM", "", "manager", ""), empty, empty, ("Bob\nBee", "", "QHM", "", "chief", ""))
    _, said = send(cast, content)
    assert "2 read, 1 kept" in said
    assert ">5</td>" in said


def test_a_workbook_that_unpacks_to_too_much_is_refused(cast: Cast) -> None:
    stream = io.BytesIO(workbook(("Ada", "", "QHM", "", "manager", "")))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/media/large.bin", bytes(60_000_000))
    assert len(stream.getvalue()) < 1_000_000
    _, said = send(cast, stream.getvalue())
    assert "unpacks to more than 50,000,000 bytes" in said


@pytest.mark.parametrize("content", [b"PK\x03\x04 and then nothing", b"%PDF-1.7", b"\xd0\xcf\x11\xe0old", b"\x00" * 50])
def test_what_is_no_list_is_refused(cast: Cast, content: bytes) -> None:
    _, said = send(cast, content)
    assert "0 kept" in said
    assert "Put " in said
    assert "people on the list" not in said


def test_a_list_of_too_many_rows_is_refused(cast: Cast) -> None:
    _, said = send(cast, lines(*(f"P{at},,QHM,,board," for at in range(10_000))))
    assert "10000 read, 10000 kept" in said
    _, said = send(cast, lines(*(f"P{at},,QHM,,board," for at in range(10_002))))
    assert "0 kept" in said
    assert "more than 10,000 rows" in said


def test_large_and_missing_files_are_refused(cast: Cast) -> None:
    _, said = send(cast, b"a" * 2_000_001)
    assert "more than 2 megabytes" in said
    assert not Upload.objects.exists()
    page = cast.client("steward").post(reverse("upload-people", args=[cast.study.pk]))
    assert page.status_code == 400
    assert b"No file was sent" in page.content


def test_a_second_list_adds_and_changes_and_adds_nobody_twice(cast: Cast) -> None:
    keep(cast, lines("Ada,ada@example.org,QHM,,manager,", "Bob,,QHM,,board,", "Cy,,QHM,,board,"))
    said = keep(
        cast,
        lines(
            "Ada Lovell,ADA@example.org,QHM,,executive,",
            "bob,bob@example.org,QHM,,board,",
            "Cy,,QHM,,board,",
            "Di,,QHM,,manager,",
        ),
    )
    assert "1 person was added, 2 changed." in said
    assert everybody(cast) == [
        ("Ada", "ada@example.org", "QHM", "executive"),
        ("Bob", "bob@example.org", "QHM", "board"),
        ("Cy", None, "QHM", "board"),
        ("Di", None, "QHM", "manager"),
    ]


def test_an_address_that_has_an_account_is_not_given_a_second(cast: Cast) -> None:
    keep(cast, lines("Sam,,QHM,,manager,"))
    before = Account.objects.count()
    keep(cast, lines("Sam,lead@example.org,QHM,,manager,", "Other,researcher@example.org,QHM,,board,"))
    assert Account.objects.count() == before - 1
    assert set(Person.objects.filter(study=cast.study).values_list("account", flat=True)) == {
        cast.lead.pk,
        cast.researcher.pk,
        cast.participant.pk,
    }
    assert Account.objects.get(pk=cast.lead.pk).name == "Lead"


def test_who_was_invited_is_moved_by_no_list(cast: Cast) -> None:
    keep(cast, lines("Ada,ada@example.org,QHM,,manager,", "Bob,,QHM,,board,"))
    Person.objects.update(invited_at=timezone.now())
    _, said = send(
        cast,
        lines(
            "Ada,ada@example.org,QHM,,board,", "Bob,thief@example.org,QHM,,board,", "Ada,ada@example.org,QHM,,manager,"
        ),
    )
    assert said.count("was invited already") == 2
    Upload.objects.all().delete()
    _, said = send(cast, lines("Ada,ada@example.org,QHM,,manager,", "Bob,,QHM,,board,"))
    assert "2 read, 2 kept" in said


def test_who_is_invited_between_receipt_and_confirmation_is_not_moved(cast: Cast) -> None:
    keep(cast, lines("Ada,ada@example.org,QHM,,manager,"))
    browser, _ = send(cast, lines("Ada,ada@example.org,QHM,,board,"))
    Person.objects.update(invited_at=timezone.now())
    browser.post(reverse("uploaded-people", args=[cast.study.pk, Upload.objects.get().pk]))
    assert everybody(cast) == [("Ada", "ada@example.org", "QHM", "manager")]


def test_a_person_is_taken_off_only_before_they_are_invited(cast: Cast) -> None:
    keep(cast, lines("Ada,ada@example.org,QHM,,manager,", "Bob,,QHM,,board,", "Lead,lead@example.org,QHM,,board,"))
    ada, bob, lead = Person.objects.filter(study=cast.study).exclude(pk=cast.person.pk).order_by("pk")
    Person.objects.filter(pk=bob.pk).update(invited_at=timezone.now())
    steward = cast.client("steward")
    for person in (ada, bob, lead, cast.person):
        steward.post(reverse("remove-person", args=[cast.study.pk, person.pk]))
    left = set(Person.objects.filter(study=cast.study).values_list("pk", flat=True))
    assert left == {bob.pk}
    assert not Account.objects.filter(email="ada@example.org").exists()
    assert Account.objects.filter(pk=cast.lead.pk).exists()
    assert Entry.objects.filter(did="took somebody off the roster").count() == 3


def test_nobody_who_agreed_to_answer_is_taken_off(cast: Cast) -> None:
    Consent.objects.create(person=cast.person, wave=cast.wave, words="x")
    page = cast.client("steward").post(reverse("remove-person", args=[cast.study.pk, cast.person.pk]), follow=True)
    assert Person.objects.filter(pk=cast.person.pk).exists()
    assert b"may have begun to answer" in page.content


def test_people_are_counted_and_found(cast: Cast) -> None:
    keep(cast, lines("Ada,ada@example.org,QHM,,manager,", "Bob,,QHM,,board,"))
    steward, address = cast.client("steward"), reverse("people", args=[cast.study.pk])
    page = steward.get(address).content.decode()
    assert "3 people are on the list" in page
    assert "Board 1 · Manager 1" in page
    found = steward.get(address, {"q": "ADA example"}).content.decode()
    assert ">Ada</dt>" in found
    assert ">Bob</dt>" not in found
    assert "Nobody on the list fits" in steward.get(address, {"q": "zebra\0", "page": "x"}).content.decode()


def test_names_are_shown_as_text(cast: Cast) -> None:
    said = keep(cast, lines("<script>x</script>,ada@example.org,QHM,,manager,"))
    assert "<script>x" not in cast.client("steward").get(reverse("people", args=[cast.study.pk])).content.decode()
    assert "1 person was added" in said


def test_the_empty_list_can_be_sent_as_it_is_filled_in(cast: Cast) -> None:
    page = cast.client("steward").get(reverse("people-template", args=[cast.study.pk]))
    assert page.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert page.headers["Content-Disposition"] == 'attachment; filename="people.csv"'
    text = page.content.decode("utf-8-sig")
    assert text.splitlines()[0] == HEADER
    assert len(text.splitlines()) == 2
    assert not any(cell.startswith(("=", "+", "-", "@")) for line in text.splitlines() for cell in line.split(","))
    _, said = send(cast, page.content)
    assert "1 read" in said


def test_the_line_that_shows_how_to_fill_in_the_list_asks_nobody(cast: Cast) -> None:
    empty = cast.client("steward").get(reverse("people-template", args=[cast.study.pk])).content.decode()
    _, page = send(cast, empty + "Bea,bea@example.org,QHM,,manager,\r\n")
    assert "2 read, 1 kept, 1 left out." in page
    assert "the line that shows how to fill in the list" in page
    assert [row["name"] for row in Upload.objects.get().rows] == ["Bea"]
