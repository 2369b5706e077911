"""Rows of a list that could be one person or two: none is merged unsaid, and the receipt says what became of each."""

from __future__ import annotations

import pytest
from django.urls import reverse
from test_web_study_people import everybody, keep, lines, send
from web_cast import Cast

from leaderful.web.studies.models import Upload

pytestmark = pytest.mark.django_db
APART = "the same name in the same organisation as another row. Each is kept as a person of their own"
TAKEN = "taken to be the person of this name who is on the list for this organisation already;"


def of_row(said: str, row: int) -> str:
    return said.split(f">{row}</td>")[1].split("</tr>")[0]


def test_of_two_rows_of_one_name_without_an_address_one_is_kept_and_the_other_told(cast: Cast) -> None:
    _, said = send(cast, lines("Ada Lovell,,QHM,,manager,", "ada  LOVELL,,qhm,,board,", "Ada Lovell,,RVW,,board,"))
    assert "3 read, 2 kept, 1 left out" in said
    assert "the same name in the same organisation as in row 2, which is kept" in of_row(said, 3)
    assert "if they are two, write an address, or a middle name" in of_row(said, 3)


def test_of_two_rows_of_one_address_one_is_kept_and_the_other_told(cast: Cast) -> None:
    _, said = send(cast, lines("Ada,ada@example.org,QHM,,manager,", "Bob,Ada@example.org,RVW,,board,"))
    assert "2 read, 1 kept, 1 left out" in said
    assert "the same email address as in row 2, which is kept" in of_row(said, 3)
    assert "write the address of their own, or leave it empty and print a code" in of_row(said, 3)


@pytest.mark.parametrize("other", ["", "ada.b@example.org"])
def test_namesakes_who_can_be_told_apart_are_two_people_and_stay_two(cast: Cast, other: str) -> None:
    for rows in (
        ("Ada,ada@example.org,QHM,,manager,", f"Ada,{other},QHM,,board,"),
        (f"Ada,{other},QHM,,board,", "Ada,ada@example.org,QHM,,manager,"),
    ):
        _, said = send(cast, lines(*rows))
        assert "2 read, 2 kept" in said
        assert f"Rows 2, 3: {APART}" in said
        Upload.objects.all().delete()
        keep(cast, lines(*rows))
        assert {(email, tier) for _, email, _, tier in everybody(cast)} == {
            ("ada@example.org", "manager"),
            (other or None, "board"),
        }
        assert len(everybody(cast)) == 2


def test_two_rows_that_fit_one_person_on_the_list_do_not_both_change_them(cast: Cast) -> None:
    keep(cast, lines("Ada,ada@example.org,QHM,,manager,"))
    rows = lines("Ada,ada@example.org,QHM,,manager,", "Ada,,QHM,,board,")
    _, said = send(cast, rows)
    assert "fits the same person on the list as row 2, which is kept; if it is somebody else" in of_row(said, 3)
    Upload.objects.all().delete()
    keep(cast, rows)
    assert everybody(cast) == [("Ada", "ada@example.org", "QHM", "manager")]


def test_a_row_that_could_be_any_of_several_is_left_out(cast: Cast) -> None:
    keep(cast, lines("Ada,ada@example.org,QHM,,manager,", "Ada,ada.b@example.org,QHM,,board,"))
    _, said = send(cast, lines("Ada,,QHM,,executive,"))
    assert "1 read, 0 kept, 1 left out" in said
    assert "several people of this name are on the list for this organisation" in of_row(said, 2)


def test_a_row_taken_for_somebody_by_name_alone_says_so(cast: Cast) -> None:
    keep(cast, lines("Ada,ada@example.org,QHM,,manager,", "Bob,,QHM,,board,"))
    _, said = send(cast, lines("ADA,,QHM,,manager,", "Bob,bob@example.org,QHM,,board,", "Cy,,QHM,,board,"))
    assert "3 read, 3 kept" in said
    assert f"Rows 2, 3: {TAKEN}" in said
    _, said = send(cast, lines("Ada,ada@example.org,QHM,,manager,", "Cy,,QHM,,board,"))
    assert "taken to be" not in said


def test_an_address_under_another_name_is_told_and_the_name_stays(cast: Cast) -> None:
    keep(cast, lines("Ada,ada@example.org,QHM,,manager,"))
    rows = lines("Bob,ada@example.org,QHM,,manager,")
    _, said = send(cast, rows)
    assert "Row 2: taken to be the person with this email address who is on the list already under another name" in said
    Upload.objects.all().delete()
    keep(cast, rows)
    assert everybody(cast) == [("Ada", "ada@example.org", "QHM", "manager")]


def test_a_note_names_ten_rows_and_counts_the_rest(cast: Cast) -> None:
    people = [f"N{at},,QHM,,board," for at in range(12)]
    keep(cast, lines(*people))
    _, said = send(cast, lines(*people))
    assert f"Rows 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 more: {TAKEN}" in said


def test_a_list_sent_twice_before_it_is_confirmed_adds_and_merges_nobody(cast: Cast) -> None:
    rows = lines("Ada,ada@example.org,QHM,,manager,", "Ada,,QHM,,board,")
    browser, _ = send(cast, rows)
    send(cast, rows)
    for upload in Upload.objects.order_by("pk"):
        browser.post(reverse("uploaded-people", args=[cast.study.pk, upload.pk]))
    assert everybody(cast) == [("Ada", "ada@example.org", "QHM", "manager"), ("Ada", None, "QHM", "board")]
