"""A study collected through the pages, written as a folder: same findings, for its owner alone, and not too early."""

from __future__ import annotations

import io
import stat
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import now
from web_cast import Cast, account
from web_collect import agree, answer_all, at

from leaderful import jobs
from leaderful.errors import BadValuesError, LeaderfulError, StudyNotFoundError, UnknownNameError
from leaderful.study import Study as StudyTables
from leaderful.study.own_tables import WITHHELD
from leaderful.web.audit.models import Entry
from leaderful.web.collect.models import Moment
from leaderful.web.folders import FETCHED
from leaderful.web.folders.fetching import fetch
from leaderful.web.results.models import Result
from leaderful.web.studies import evidence
from leaderful.web.studies.models import Evidence, Person, Plan, Study, Wave
from leaderful.web.work.worker import run_next

TIERS = ("board", "executive", "manager", "practitioner")


def close(cast: Cast) -> None:
    Wave.objects.filter(study=cast.study).update(closed_on=date(2026, 6, 1))


def without_much(cast: Cast) -> None:
    """Leave the study less public evidence, so that it is measured in a moment."""
    Evidence.objects.filter(study=cast.study, table__in=["published", "outcomes"]).delete()
    evidence.table.cache_clear()


def invite(cast: Cast, people: int) -> None:
    bodies = evidence.table(cast.study.pk, "bodies").filter(kind="nhs-trust").sort("id")["id"]
    for number in range(2, people + 1):
        fields = {"code": f"P{number}", "body": bodies[number % 3], "tier": TIERS[number % 4], "invited_at": now()}
        Person.objects.create(study=cast.study, account=account(f"person{number}"), **fields)


def measured_here(cast: Cast) -> pl.DataFrame:
    """Have results worked out as a steward does, and return the findings that are kept."""
    assert cast.client("steward").post(reverse("measure", args=[cast.study.pk])).status_code == 302
    run_next()
    return pl.read_parquet(io.BytesIO(bytes(Result.objects.get(study=cast.study).findings)))


def steer(cast: Cast, page: str, *args: object) -> None:
    assert cast.client("steward").post(reverse(page, args=[cast.study.pk, *args])).status_code == 302


@pytest.mark.usefixtures("db")
def test_what_is_collected_through_pages_in_two_rounds_is_measured_in_a_folder_to_the_last_digit(
    cast: Cast, tmp_path: Path
) -> None:
    invite(cast, 12)
    for number in range(1, 13):
        answer_all(cast, number)
    steer(cast, "close-wave", "w1")
    cast.client("steward").post(reverse("new-wave", args=[cast.study.pk]), {"name": "Second round"})
    steer(cast, "open-wave", "w2")
    for number in range(1, 12):
        answer_all(cast, number)
    steer(cast, "close-wave", "w2")
    here = measured_here(cast)
    fetched = fetch(tmp_path / "study", str(cast.study.pk))
    assert fetched.left_out == ()
    written = jobs.run(tmp_path / "study", out=tmp_path / "results")
    there = pl.read_parquet(written.findings.with_suffix(".parquet"))
    assert here.equals(there, null_equal=True)
    shown = here.filter(status="ok").select("measure", "wave").unique().rows()
    for seen in (("scale.score", "w1"), ("scale.change", "w1>w2"), ("ties.confirmed", "w2"), ("plural.density", "w2")):
        assert seen in shown
    assert here.filter(measure="moments.taken", status="ok").height > 0
    assert here.filter(status="suppressed").height > 100
    assert not any(receipt.problems for receipt in jobs.check(tmp_path / "study"))


@pytest.fixture
def small(cast: Cast) -> Cast:
    without_much(cast)
    return cast


def test_names_addresses_and_words_kept_by_their_writer_stay_here(small: Cast, tmp_path: Path) -> None:
    agree(small)
    given = {"time": timezone.localtime().strftime("%Y-%m-%dT%H:%M"), "opener": "story", "taken": "yes"}
    browser = small.client("participant")
    browser.post(at(small, "new-moment"), given | {"diary-actions": "The secret of the heron"})
    shared = {"diary-actions": 'Two lines, "quoted":\r\n=1+1; a bell \x07 and all', "consent_text": "on"}
    browser.post(at(small, "new-moment"), given | shared)
    close(small)
    fetch(tmp_path / "study", str(small.study.pk))
    held = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "study").iterdir())
    for secret in (small.participant.name, str(small.participant.email), "heron", small.steward.name):
        assert secret not in held
    opened = StudyTables.open(tmp_path / "study")
    assert not any(receipt.problems for receipt in opened.receipts)
    words = opened.table("moments").sort("consent_text")["reflection"].to_list()
    assert words[0] == WITHHELD
    assert 'Two lines, "quoted":' in words[1]
    assert "=1+1; a bell" in words[1]
    assert opened.table("people")["id"].to_list() == ["P1"]


def test_only_its_owner_can_read_the_folder(small: Cast, tmp_path: Path) -> None:
    close(small)
    empty = tmp_path / "empty"
    empty.mkdir(mode=0o755)
    for out in (tmp_path / "new" / "study", empty):
        fetch(out, str(small.study.pk))
        assert stat.S_IMODE(out.stat().st_mode) == 0o700
        assert {stat.S_IMODE(path.stat().st_mode) for path in out.iterdir()} == {0o600}


def test_fetching_is_in_the_log_and_stewards_see_it(small: Cast, tmp_path: Path) -> None:
    close(small)
    fetch(tmp_path / "study", str(small.study.pk))
    entry = Entry.objects.get(did=FETCHED)
    assert (entry.study, entry.account) == (small.study.pk, None)
    page = small.client("steward").get(reverse("log", args=[small.study.pk])).content.decode()
    assert f"Whoever runs this server: {FETCHED}" in page


def test_a_study_is_not_written_while_people_answer(small: Cast, tmp_path: Path) -> None:
    with pytest.raises(BadValuesError, match=r"still answering \(First round\).*close the round on the study's page"):
        fetch(tmp_path / "study", str(small.study.pk))
    assert not list(tmp_path.iterdir())
    assert not Entry.objects.filter(did=FETCHED).exists()


def test_a_folder_that_holds_something_stays_as_it_is(small: Cast, tmp_path: Path) -> None:
    close(small)
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(StudyNotFoundError, match="holds files already"):
        fetch(tmp_path, str(small.study.pk))
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    assert not Entry.objects.filter(did=FETCHED).exists()


@pytest.mark.parametrize(
    ("named", "said"),
    [(None, "There are several studies"), ("Nothing", "No study is called so"), ("0" * 32, "No study is called so")],
)
def test_which_study_is_meant_must_be_plain(named: str | None, said: str, small: Cast, tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match=said) as refused:
        fetch(tmp_path / "study", named)
    assert f"{small.study.pk}  The study" in str(refused.value)
    assert f"{small.other.pk}  Another study" in str(refused.value)


def test_a_study_is_named_by_its_name_or_its_id(small: Cast, tmp_path: Path) -> None:
    close(small)
    for place, named in enumerate(("The study", " the STUDY ", str(small.study.pk), small.study.pk.hex)):
        assert fetch(tmp_path / str(place), named).study.name == "The study"
    Study.objects.filter(pk=small.other.pk).update(name="The study")
    with pytest.raises(UnknownNameError, match="There are several studies"):
        fetch(tmp_path / "more", "The study")


@pytest.mark.usefixtures("db")
def test_without_a_study_there_is_nothing_to_write(tmp_path: Path) -> None:
    with pytest.raises(StudyNotFoundError, match="holds no study yet"):
        fetch(tmp_path / "study", None)


def test_what_seen_results_left_out_is_said(small: Cast, tmp_path: Path) -> None:
    close(small)
    Result.objects.create(study=small.study, left_out=["w1", ""], seen_at=timezone.now())
    assert fetch(tmp_path / "study", str(small.study.pk)).left_out == ("First round", "the diary")


@pytest.mark.parametrize("file", ["~plan.txt", "..\\..\\plan.txt", "C:plan.txt", "plan.txt"])
def test_a_plan_by_any_name_is_written(file: str, small: Cast, tmp_path: Path) -> None:
    close(small)
    fields = {"code": "plan-1", "body": small.person.body, "title": "Plan\u200b #N/A", "published": date(2026, 1, 1)}
    Plan.objects.create(study=small.study, file=file, content=b"", read_at=timezone.now(), **fields)
    Study.objects.filter(pk=small.study.pk).update(name="The\u200b study")
    assert fetch(tmp_path / "study", str(small.study.pk)).study.table("documents").height == 1
    assert not any(receipt.problems for receipt in StudyTables.open(tmp_path / "study").receipts)


def test_one_who_withdrew_is_in_no_folder_written_later(small: Cast, tmp_path: Path) -> None:
    agree(small)
    small.client("participant").post(at(small, "withdraw"))
    close(small)
    assert fetch(tmp_path / "study", str(small.study.pk)).study.table("people").height == 0


def test_who_is_taken_off_the_roster_is_named_by_nobody_in_the_folder(small: Cast, tmp_path: Path) -> None:
    invite(small, 2)
    agree(small)
    other = Person.objects.get(study=small.study, code="P2")
    small.client("participant").post(at(small, "answer-person", other.pk), {"person-looks-to": "yes"})
    Person.objects.filter(pk=other.pk).update(invited_at=None)
    steer(small, "remove-person", other.pk)
    close(small)
    tables = fetch(tmp_path / "study", str(small.study.pk)).study
    assert (tables.table("people").height, tables.table("relations").height) == (1, 0)


def test_no_error_repeats_what_somebody_said(small: Cast, tmp_path: Path) -> None:
    agree(small)
    close(small)
    Moment.objects.create(
        person=small.person, time=timezone.now(), opener="no-such-opener-of-mine", taken=True, reflection="Hush"
    )
    with pytest.raises(LeaderfulError) as refused:
        fetch(tmp_path / "study", str(small.study.pk))
    assert "Hush" not in str(refused.value)
    assert "no-such-opener-of-mine" not in str(refused.value)
    assert not (tmp_path / "study").exists()
