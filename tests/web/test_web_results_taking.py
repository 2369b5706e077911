"""What is taken out: the report and its findings; and for approved researchers answers without people."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from datetime import date

import polars as pl
import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from web_cast import Cast
from web_results import PAGE, keep

from leaderful.study import TABLES
from leaderful.study import Study as StudyTables
from leaderful.web.audit.models import Entry
from leaderful.web.results import taking
from leaderful.web.results.deidentifying import deidentified
from leaderful.web.results.models import Result, State
from leaderful.web.studies.models import Member, Role, Wave

TIERS = ("board", "manager", "practitioner")


def tables(people: list[tuple[str, str]], *, answered: dict[str, set[int]] | None = None) -> StudyTables:
    waves = {"w1": set(range(len(people)))} if answered is None else answered
    roster = [{"id": f"P{n:03}", "body": body, "tier": tier} for n, (body, tier) in enumerate(people)]
    said = [
        {"person": f"P{n:03}", "wave": wave, "item": item, "answer": n % 5 + 1}
        for wave, who in waves.items()
        for n in sorted(who)
        for item in ("CGP1", "CGP2")
    ]
    held = {
        "people": pl.DataFrame(roster, schema=TABLES["people"].schema),
        "responses": pl.DataFrame(said, schema=TABLES["responses"].schema),
    }
    return StudyTables(name="S", system="QHM", as_at=date(2026, 4, 1), tables=held)


@pytest.fixture
def released(cast: Cast) -> Result:
    Wave.objects.update(closed_on=date(2026, 6, 1))
    Member.objects.filter(role=Role.RESEARCHER).update(approved_at=timezone.now())
    return keep(cast, State.RELEASED, released_at=timezone.now())


def get(cast: Cast, who: str, result: Result, form: str) -> bytes:
    found = cast.client(who).get(reverse("download", args=[cast.study.pk, result.pk, form]))
    assert found.status_code == 200
    assert found["Content-Disposition"].startswith("attachment; filename=")
    assert found["Cache-Control"] == "no-store, private"
    return bytes(found.content)


def test_the_report_is_taken_out_whole(cast: Cast, released: Result) -> None:
    assert get(cast, "lead", released, "report").decode() == PAGE
    entry = Entry.objects.get()
    assert (entry.did, entry.about, entry.account) == ("downloaded results", "report", cast.lead.pk)


def test_findings_are_taken_out_in_three_forms_that_agree(cast: Cast, released: Result) -> None:
    rows = list(csv.DictReader(io.StringIO(get(cast, "participant", released, "csv").decode())))
    frame = pl.read_parquet(io.BytesIO(get(cast, "participant", released, "parquet")))
    assert len(rows) == frame.height == 8
    assert [row["estimate"] for row in rows] == ["" if e is None else str(e) for e in frame["estimate"]]
    assert Counter(row["status"] for row in rows)["suppressed"] == 2
    with zipfile.ZipFile(io.BytesIO(get(cast, "steward", released, "xlsx"))) as book:
        assert "xl/workbook.xml" in book.namelist()


def test_no_cell_of_the_csv_runs_as_a_formula(cast: Cast, released: Result) -> None:
    frame = pl.read_parquet(io.BytesIO(bytes(released.findings)))
    stream = io.BytesIO()
    frame.with_columns(unit=pl.lit("=1+1")).write_parquet(stream)
    Result.objects.update(findings=stream.getvalue())
    rows = csv.DictReader(io.StringIO(get(cast, "lead", released, "csv").decode()))
    assert {row["unit"] for row in rows} == {"'=1+1"}


def test_a_finding_on_one_person_never_leaves(cast: Cast, released: Result) -> None:
    frame = pl.read_parquet(io.BytesIO(bytes(released.findings)))
    stream = io.BytesIO()
    frame.with_columns(unit_kind=pl.lit("person")).write_parquet(stream)
    Result.objects.update(findings=stream.getvalue())
    assert list(csv.DictReader(io.StringIO(get(cast, "lead", released, "csv").decode()))) == []


@pytest.mark.usefixtures("released")
def test_a_researcher_who_is_not_approved_takes_nothing_out(cast: Cast) -> None:
    Member.objects.update(approved_at=None)
    page = reverse("take-answers", args=[cast.study.pk])
    for method in ("get", "post"):
        assert getattr(cast.client("researcher"), method)(page).status_code == 403


@pytest.mark.usefixtures("released")
def test_answers_leave_under_codes_of_their_own(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "whole", lambda study: tables([("RGT", "board")] * 24))  # noqa: ARG005
    page = reverse("take-answers", args=[cast.study.pk])
    assert "at least 10 people" in cast.client("researcher").get(page).content.decode()
    assert not Entry.objects.exists()
    taken = []
    for _ in range(2):
        found = cast.client("researcher").post(page)
        assert found["Content-Type"] == "application/zip"
        with zipfile.ZipFile(io.BytesIO(bytes(found.content))) as archive:
            assert archive.namelist() == ["README.txt", "people.csv", "answers.csv"]
            taken.append(pl.read_csv(archive.read("answers.csv")))
            assert taken[-1].columns == ["code", "wave", "item", "answer"]
    assert taken[0].height == 48
    assert not set(taken[0]["code"]) & set(taken[1]["code"])
    assert [entry.did for entry in Entry.objects.all()] == ["took out de-identified answers"] * 2


@pytest.mark.parametrize("hindrance", ["not released", "open", "few"])
@pytest.mark.usefixtures("released")
def test_answers_stay_until_they_may_leave(hindrance: str, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    people = 9 if hindrance == "few" else 40
    monkeypatch.setattr(taking, "whole", lambda study: tables([("RGT", "board")] * people))  # noqa: ARG005
    if hindrance == "not released":
        Result.objects.update(state=State.DRAFT)
    if hindrance == "open":
        Wave.objects.update(closed_on=None)
    refused = cast.client("researcher").post(reverse("take-answers", args=[cast.study.pk]))
    assert refused.status_code == 409
    assert not Entry.objects.exists()


def test_where_few_share_it_neither_body_nor_tier_is_told() -> None:
    people, _ = deidentified(
        tables([*[("A", "board")] * 14, *[("B", "board")] * 3, *[("C", "manager")] * 30, *[("C", "board")] * 4]),
        fewest=10,
    )
    cells = Counter(people.select("body", "tier").rows())
    assert cells[("C", "manager")] + cells[("C", None)] == 34
    assert not any(body == "B" for body, _tier in cells)
    assert all(size >= 10 for size in cells.values()), cells


def test_a_round_that_few_answered_stays() -> None:
    everyone = set(range(30))
    _, said = deidentified(tables([("A", "board")] * 30, answered={"w1": everyone, "w2": {1, 2, 3}}), fewest=10)
    assert set(said["wave"]) == {"w1"}


@given(st.lists(st.tuples(st.sampled_from("ABCDE"), st.sampled_from(TIERS)), min_size=10, max_size=90))
@settings(max_examples=80, deadline=None)
def test_whatever_the_people_at_least_ten_share_what_is_told_of_each(people: list[tuple[str, str]]) -> None:
    told, said = deidentified(tables(people), fewest=10)
    assert told.height == len(people)
    assert min(Counter(told.select("body", "tier").rows()).values()) >= 10
    assert min(Counter(told["body"]).values()) >= 10
    assert sorted(said["answer"]) == sorted(n % 5 + 1 for n in range(len(people)) for _ in range(2))
    assert not told["code"].is_duplicated().any()


def test_codes_say_nothing_of_the_order_of_people() -> None:
    study = tables([("A", "board")] * 40)
    orders = {tuple(deidentified(study, fewest=10)[1]["answer"].to_list()) for _ in range(5)}
    assert len(orders) > 1
