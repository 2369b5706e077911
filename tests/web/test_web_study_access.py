"""Who may see and do what in a study: the whole cast at every door."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse
from web_cast import NAMES, Cast

from leaderful.web.studies.models import Member, Person, Role, Upload, Wave

pytestmark = pytest.mark.django_db

GET, POST = ("GET",), ("POST",)
BOTH = ("GET", "POST")
STEWARDS_DOORS = {
    "preview": GET,
    "people": GET,
    "people-template": GET,
    "upload-people": BOTH,
    "uploaded-people": BOTH,
    "drop-upload": POST,
    "remove-person": POST,
    "invite": BOTH,
    "remind": POST,
    "codes": BOTH,
    "new-wave": BOTH,
    "open-wave": POST,
    "close-wave": POST,
    "roles": BOTH,
    "remove-role": POST,
    "approve-researcher": POST,
    "log": GET,
}
PARTS = {
    "uploaded-people": "upload",
    "drop-upload": "upload",
    "remove-person": "person",
    "open-wave": "wave",
    "close-wave": "wave",
    "remove-role": "member",
    "approve-researcher": "member",
}
MISSING = {"upload": 999_999, "person": 999_999, "wave": "w999", "member": 10**30}


@pytest.fixture
def parts(cast: Cast) -> dict[str, object]:
    upload = Upload.objects.create(study=cast.study, account=cast.steward, rows=[], receipt={"problems": []})
    researcher = Member.objects.get(study=cast.study, role=Role.RESEARCHER)
    return {"upload": upload.pk, "person": cast.person.pk, "wave": cast.wave.code, "member": researcher.pk}


def door(name: str, study: object, parts: dict[str, object]) -> str:
    part = PARTS.get(name)
    return reverse(name, kwargs={"study": study, **({part: parts[part]} if part else {})})


@pytest.mark.parametrize("name", STEWARDS_DOORS)
def test_only_the_steward_of_a_study_gets_in(cast: Cast, parts: dict[str, object], name: str) -> None:
    expected = {"stranger": {404}, "owner": {404}, "anonymous": {302}}
    address = door(name, cast.study.pk, parts)
    for method in STEWARDS_DOORS[name]:
        expected["steward"] = {200} if method == "GET" else {302, 400}
        for who in (*(each for each in NAMES if each != "steward"), "steward"):
            answer = cast.client(who).generic(method, address)
            assert answer.status_code in expected.get(who, {403}), (name, method, who)
            if who == "anonymous":
                assert answer.headers["Location"].startswith("/sign-in")


@pytest.mark.parametrize("name", STEWARDS_DOORS)
def test_wrong_methods_and_missing_things_are_refused(cast: Cast, parts: dict[str, object], name: str) -> None:
    steward, allowed = cast.client("steward"), STEWARDS_DOORS[name]
    address = door(name, cast.study.pk, parts)
    for method in {"GET", "POST", "PUT", "DELETE"} - set(allowed):
        assert steward.generic(method, address).status_code == 405
    assert steward.generic(allowed[-1], door(name, uuid4(), parts)).status_code == 404
    assert steward.generic(allowed[-1], door(name, cast.other.pk, parts)).status_code == 404
    if name in PARTS:
        assert steward.generic(allowed[-1], door(name, cast.study.pk, MISSING)).status_code == 404


def test_things_of_another_study_are_not_there(cast: Cast) -> None:
    steward = cast.client("steward")
    member = Member.objects.get(study=cast.other)
    upload = Upload.objects.create(study=cast.other, account=cast.stranger, rows=[], receipt={"problems": []})
    wave = Wave.objects.create(study=cast.other, code="w9", name="Theirs")
    person = Person.objects.create(study=cast.other, account=cast.lead, code="P9", body="QHM", tier="board")
    for name, part in (
        ("remove-role", {"member": member.pk}),
        ("uploaded-people", {"upload": upload.pk}),
        ("drop-upload", {"upload": upload.pk}),
        ("open-wave", {"wave": wave.code}),
        ("remove-person", {"person": person.pk}),
    ):
        assert steward.post(reverse(name, kwargs={"study": cast.study.pk, **part})).status_code == 404


def test_all_who_are_something_in_a_study_see_that_it_is_there(cast: Cast) -> None:
    expected = {"stranger": 404, "owner": 404, "anonymous": 302}
    for who in NAMES:
        answer = cast.client(who).get(reverse("study", args=[cast.study.pk]))
        assert answer.status_code == expected.get(who, 200), who
    assert cast.client("steward").get(reverse("study", args=[uuid4()])).status_code == 404
    assert cast.client("steward").post(reverse("study", args=[cast.study.pk])).status_code == 405


def test_only_owners_start_studies(cast: Cast) -> None:
    for who in NAMES:
        for method in ("get", "post"):
            answer = getattr(cast.client(who), method)(reverse("new-study"))
            allowed = 200 if method == "get" else 400
            assert answer.status_code == {"owner": allowed, "anonymous": 302}.get(who, 403), who
    assert cast.client("owner").put(reverse("new-study")).status_code == 405


def test_one_steward_does_not_see_the_upload_of_another(cast: Cast, parts: dict[str, object]) -> None:
    Member.objects.create(study=cast.study, account=cast.owner, role=Role.STEWARD)
    assert cast.client("owner").get(door("uploaded-people", cast.study.pk, parts)).status_code == 404
