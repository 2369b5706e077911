"""What is taken out: the report and its findings; and for approved researchers answers without people."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from dataclasses import replace
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
from leaderful.web.collect.withdrawing import erase
from leaderful.web.results import round_files
from leaderful.web.results.counting import count, kept
from leaderful.web.results.deidentifying import deidentified
from leaderful.web.results.models import Result, RoundFile, State
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


def hold(monkeypatch: pytest.MonkeyPatch, study: StudyTables) -> None:
    """Let a study hold these tables."""
    monkeypatch.setattr(round_files, "whole", lambda _: study)


def count_in(result: Result, study: StudyTables) -> None:
    result.counted = kept(count(study, 10))
    result.save()


def take(cast: Cast, wave: str = "w1") -> tuple[int, bytes]:
    found = cast.client("researcher").post(reverse("take-answers", args=[cast.study.pk]), {"wave": wave})
    return found.status_code, bytes(found.content)


def test_answers_leave_in_one_file_that_stays_the_same(
    cast: Cast, released: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = tables([("RGT", "board")] * 24)
    hold(monkeypatch, study)
    count_in(released, study)
    page = cast.client("researcher").get(reverse("take-answers", args=[cast.study.pk])).content.decode()
    assert "at least 10 people" in page
    assert not Entry.objects.exists()
    assert not RoundFile.objects.exists(), "a file is made when somebody takes it"
    first, second = take(cast), take(cast)
    assert first == second
    assert first[0] == 200
    with zipfile.ZipFile(io.BytesIO(first[1])) as archive:
        assert archive.namelist() == ["README.txt", "people.csv", "answers.csv"]
        said = pl.read_csv(archive.read("answers.csv"))
    assert said.columns == ["code", "wave", "item", "answer"]
    assert said.height == 48
    assert [(entry.did, entry.about) for entry in Entry.objects.all()] == [("took out de-identified answers", "w1")] * 2


def test_a_file_that_was_made_does_not_follow_later_answers(
    cast: Cast, released: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = tables([("RGT", "board")] * 24)
    hold(monkeypatch, study)
    count_in(released, study)
    first = take(cast)
    more = tables([("RGT", "board")] * 44)
    hold(monkeypatch, more)
    count_in(keep(cast, State.RELEASED, released_at=timezone.now()), more)
    assert take(cast) == first


@pytest.mark.parametrize("people", [23, 25, 13], ids=["one less", "one more", "eleven less"])
def test_only_the_answers_that_released_results_count_may_leave(
    people: int, cast: Cast, released: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    count_in(released, tables([("RGT", "board")] * 24))
    now = tables([("RGT", "board")] * people)
    hold(monkeypatch, now)
    status, page = take(cast)
    assert status == 409
    assert b"cannot be taken out" in page
    assert not RoundFile.objects.exists()
    count_in(keep(cast, State.RELEASED, released_at=timezone.now()), now)
    assert take(cast)[0] == 200, "new results, which are held against earlier ones, count these answers"


def test_a_file_is_gone_for_good_once_anybody_withdraws(
    cast: Cast, released: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = tables([("RGT", "board")] * 24)
    hold(monkeypatch, study)
    count_in(released, study)
    assert take(cast)[0] == 200
    erase(cast.person)
    assert bytes(RoundFile.objects.get().content) == b""
    status, page = take(cast)
    assert status == 409
    assert b"the file is gone" in page
    count_in(keep(cast, State.RELEASED, released_at=timezone.now()), study)
    assert take(cast)[0] == 409


def test_a_silent_person_who_withdraws_stops_a_file_as_one_who_answered(
    cast: Cast, released: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    waves = pl.concat([TABLES["waves"].empty(), pl.DataFrame({"id": ["w1"]})], how="diagonal")
    held = tables([("RGT", "board")] * 30, answered={"w1": set(range(24))})
    study = replace(held, tables={**held.tables, "waves": waves})
    everybody = study.table("people")["id"].to_list()
    released.counted = kept(count(study, 10, everybody))
    released.save()
    hold(monkeypatch, study)
    monkeypatch.setattr(round_files, "invited", lambda _: everybody[:-1])
    assert take(cast)[0] == 409
    monkeypatch.setattr(round_files, "invited", lambda _: everybody)
    assert take(cast)[0] == 200


@pytest.mark.parametrize("hindrance", ["not released", "open", "few", "no round", "unknown round"])
def test_answers_stay_until_they_may_leave(
    hindrance: str, cast: Cast, released: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = tables([("RGT", "board")] * (9 if hindrance == "few" else 40))
    hold(monkeypatch, study)
    count_in(released, study)
    if hindrance == "not released":
        Result.objects.update(state=State.DRAFT)
    if hindrance == "open":
        Wave.objects.update(closed_on=None)
    wave = {"no round": "", "unknown round": "w9"}.get(hindrance, "w1")
    assert take(cast, wave)[0] == 409
    assert not Entry.objects.exists()
    assert not RoundFile.objects.exists()


def test_where_few_share_it_neither_body_nor_tier_is_told() -> None:
    people, _ = deidentified(
        tables([*[("A", "board")] * 14, *[("B", "board")] * 3, *[("C", "manager")] * 30, *[("C", "board")] * 4]),
        "w1",
        fewest=10,
    )
    cells = Counter(people.select("body", "tier").rows())
    assert cells[("C", "manager")] + cells[("C", None)] == 34
    assert not any(body == "B" for body, _tier in cells)
    assert all(size >= 10 for size in cells.values()), cells


def test_a_round_that_few_answered_stays() -> None:
    everyone = set(range(30))
    study = tables([("A", "board")] * 30, answered={"w1": everyone, "w2": {1, 2, 3}})
    assert set(deidentified(study, "w1", fewest=10)[1]["wave"]) == {"w1"}
    assert [frame.height for frame in deidentified(study, "w2", fewest=10)] == [0, 0]


@given(st.lists(st.tuples(st.sampled_from("ABCDE"), st.sampled_from(TIERS)), min_size=10, max_size=90))
@settings(max_examples=80, deadline=None)
def test_whatever_the_people_at_least_ten_share_what_is_told_of_each(people: list[tuple[str, str]]) -> None:
    told, said = deidentified(tables(people), "w1", fewest=10)
    assert told.height == len(people)
    assert min(Counter(told.select("body", "tier").rows()).values()) >= 10
    assert min(Counter(told["body"]).values()) >= 10
    assert sorted(said["answer"]) == sorted(n % 5 + 1 for n in range(len(people)) for _ in range(2))
    assert not told["code"].is_duplicated().any()


def test_codes_say_nothing_of_the_order_of_people() -> None:
    study = tables([("A", "board")] * 40)
    orders = {tuple(deidentified(study, "w1", fewest=10)[1]["answer"].to_list()) for _ in range(5)}
    assert len(orders) > 1
