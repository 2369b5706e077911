"""Results are worked out from what was collected, protected, and kept in place of those nobody saw."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from django.urls import reverse
from django.utils import timezone
from web_cast import Cast, account
from web_results import PAGE

from leaderful.framework import framework
from leaderful.report.files import Written
from leaderful.study import Study as StudyTables
from leaderful.web.accounts.models import Account
from leaderful.web.collect.models import Answer, Consent
from leaderful.web.collect.tables import whole
from leaderful.web.collect.withdrawing import erase
from leaderful.web.results import measuring, simulating
from leaderful.web.results.models import Result, Simulation, State
from leaderful.web.studies import evidence
from leaderful.web.studies.models import Person, Study, Wave
from leaderful.web.work.models import Job
from leaderful.web.work.models import State as JobState
from leaderful.web.work.queue import ask
from leaderful.web.work.worker import run_next

SHUT = date(2026, 6, 1)


@pytest.fixture(autouse=True)
def not_invited_yet(cast: Cast) -> None:
    Person.objects.filter(pk=cast.person.pk).update(invited_at=None)
    cast.person.refresh_from_db()


def answering(cast: Cast, people: int, *, wave: Wave | None = None, items: list[str] | None = None) -> list[Person]:
    chance = random.Random(1)
    asked = items or ["CGP1", "CGP2"]
    made = []
    for number in range(people):
        code = f"Q{number:03}"
        person = Person.objects.filter(study=cast.study, code=code).first() or Person.objects.create(
            study=cast.study, account=account(code), code=code, body=cast.person.body, tier="practitioner"
        )
        Consent.objects.create(person=person, wave=wave or cast.wave, words="x")
        Answer.objects.bulk_create(
            Answer(person=person, wave=wave or cast.wave, item=item, value=chance.randint(1, 5)) for item in asked
        )
        made.append(person)
    return made


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[StudyTables]:
    """Stand in for the report, and gather what it was asked to be written from."""
    asked: list[StudyTables] = []

    def report(study: StudyTables, out: Path, *, tell: Callable[[float], None]) -> Written:
        tell(0.5)
        asked.append(study)
        (out / "report.html").write_text(PAGE)
        (out / "manifest.json").write_text('{"leaderful": "1"}')
        pl.DataFrame({"measure": ["m"]}).write_parquet(out / "findings.parquet")
        return Written(
            report=out / "report.html", findings=out / "findings.csv", manifest=out / "manifest.json", receipts=()
        )

    monkeypatch.setattr(measuring.jobs, "report", report)
    return asked


def measured(cast: Cast) -> Job:
    job = ask("measure", cast.study)
    run_next()
    job.refresh_from_db()
    return job


def close() -> None:
    Wave.objects.update(closed_on=SHUT)


def seen() -> None:
    Result.objects.update(seen_at=timezone.now())


def test_results_are_kept_as_a_draft(cast: Cast, quick: list[StudyTables]) -> None:
    answering(cast, 12)
    close()
    assert measured(cast).state == JobState.DONE
    result = Result.objects.get()
    assert (result.state, result.wave, result.left_out, result.page) == (State.DRAFT, "w1", [], PAGE)
    assert result.manifest == {"leaderful": "1"}
    assert pl.read_parquet(io.BytesIO(bytes(result.findings))).columns == ["measure"]
    assert len(result.counted) == 12
    assert quick[0].table("responses").height == 24
    assert all(person.code not in str(result.counted) for person in Person.objects.all())


def test_an_open_round_is_not_measured(cast: Cast, quick: list[StudyTables]) -> None:
    job = measured(cast)
    assert (job.state, job.fault) == (JobState.FAILED, "RoundOpenError")
    assert not quick
    assert not Result.objects.exists()


def test_a_draft_nobody_saw_is_replaced_without_a_trace(cast: Cast, quick: list[StudyTables]) -> None:
    people = answering(cast, 12)
    close()
    measured(cast)
    first = Result.objects.get()
    people[0].delete()
    measured(cast)
    assert len(quick) == 2
    assert Result.objects.get() != first
    assert len(Result.objects.get().counted) == 11


def test_of_a_draft_that_was_seen_only_the_ledger_stays(cast: Cast, quick: list[StudyTables]) -> None:
    answering(cast, 12)
    close()
    measured(cast)
    seen()
    assert measured(cast).state == JobState.DONE
    assert len(quick) == 2
    assert Result.objects.get(state=State.REPLACED).page == PAGE, "until the new ones are seen, these may be needed"
    new = Result.objects.get(state=State.DRAFT)
    assert cast.client("steward").get(reverse("results-section", args=[cast.study.pk, new.pk, "opening"])).content
    old = Result.objects.get(state=State.REPLACED)
    assert (old.page, bytes(old.findings), old.manifest, len(old.counted)) == ("", b"", {}, 12)
    assert Result.objects.get(state=State.DRAFT).page == PAGE


@pytest.mark.parametrize("state", [State.DRAFT, State.RELEASED, State.WITHDRAWN])
def test_one_who_took_their_answers_back_is_not_given_away(state: State, cast: Cast, quick: list[StudyTables]) -> None:
    people = answering(cast, 30)
    close()
    measured(cast)
    Result.objects.update(state=state, seen_at=timezone.now())
    people[3].delete()
    job = measured(cast)
    assert (job.state, job.fault) == (JobState.FAILED, "TooAlikeError")
    assert len(quick) == 1
    assert Result.objects.get().state == state


def test_an_earlier_round_that_changed_little_is_left_out_of_the_next_results(
    cast: Cast, quick: list[StudyTables]
) -> None:
    people = answering(cast, 30)
    close()
    measured(cast)
    seen()
    people[3].delete()
    Account.objects.filter(name="Q003").delete()
    second = Wave.objects.create(study=cast.study, code="w2", name="Second", opened_on=date(2026, 7, 1))
    answering(cast, 30, wave=second)
    close()
    assert measured(cast).state == JobState.DONE
    result = Result.objects.get(state=State.DRAFT)
    assert (result.wave, result.left_out) == ("w2", ["w1"])
    assert {row["wave"] for row in result.counted} == {"w2"}
    assert quick[1].table("waves")["id"].to_list() == ["w2"]
    assert set(quick[1].table("responses")["wave"]) == {"w2"}


@pytest.mark.usefixtures("quick")
def test_results_that_were_seen_meanwhile_are_not_written_over(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(cast, 12)
    close()
    measured(cast)

    def look_meanwhile(study: object) -> StudyTables:
        found = whole(study)  # type: ignore[arg-type]
        monkeypatch.setattr(measuring, "_last_wave", lambda *_: seen() or "w1")
        return found

    monkeypatch.setattr(measuring, "whole", look_meanwhile)
    job = measured(cast)
    assert (job.state, job.fault) == (JobState.FAILED, "SeenMeanwhileError")
    assert Result.objects.get().page == PAGE


def reopened(cast: Cast) -> str:
    said = cast.client("steward").post(reverse("open-wave", args=[cast.study.pk, "w1"]), follow=True).content.decode()
    cast.wave.refresh_from_db()
    return said


@pytest.mark.parametrize("state", State.values)
@pytest.mark.usefixtures("quick")
def test_a_round_whose_results_were_looked_at_is_never_opened_again(state: str, cast: Cast) -> None:
    answering(cast, 30)
    close()
    measured(cast)
    Result.objects.update(state=state, seen_at=timezone.now())
    overview = cast.client("steward").get(reverse("study", args=[cast.study.pk])).content.decode()
    assert "were looked at, so it stays closed" in overview
    assert "Open again" not in overview
    assert "Results of this round were looked at, so it stays closed. Make a new round." in reopened(cast)
    assert not cast.wave.is_open
    second = Wave.objects.create(study=cast.study, code="w2", name="Second")
    steward = cast.client("steward")
    assert b"answers are taken" in steward.post(reverse("open-wave", args=[cast.study.pk, "w2"]), follow=True).content
    second.refresh_from_db()
    assert second.is_open


@pytest.mark.usefixtures("quick")
def test_results_nobody_looked_at_go_when_their_round_is_opened_again(cast: Cast) -> None:
    answering(cast, 30)
    close()
    measured(cast)
    assert "answers are taken" in reopened(cast)
    assert cast.wave.is_open
    assert not Result.objects.exists()
    page = cast.client("steward").get(reverse("results", args=[cast.study.pk])).content.decode()
    assert "a round was opened again" in page


@pytest.mark.usefixtures("quick")
def test_a_new_round_leaves_results_that_nobody_looked_at(cast: Cast) -> None:
    answering(cast, 30)
    close()
    measured(cast)
    Wave.objects.create(study=cast.study, code="w2", name="Second")
    cast.client("steward").post(reverse("open-wave", args=[cast.study.pk, "w2"]))
    assert cast.study.open_waves.exists()
    assert Result.objects.get().wave == "w1"


@pytest.mark.parametrize(("state", "opens"), [(JobState.RUNNING, False), (JobState.WAITING, True)])
def test_a_round_is_not_opened_again_while_its_results_are_worked_out(state: str, opens: bool, cast: Cast) -> None:
    close()
    ask("measure", cast.study)
    Job.objects.update(state=state)
    assert ("Results are being worked out" in reopened(cast)) is not opens
    assert cast.wave.is_open is opens


@pytest.mark.usefixtures("quick")
def test_without_answers_public_evidence_is_measured(cast: Cast) -> None:
    close()
    assert measured(cast).state == JobState.DONE
    assert Result.objects.get().wave == ""
    assert measured(cast).state == JobState.DONE


def test_what_is_kept_of_a_real_study_is_protected_and_whole(cast: Cast) -> None:
    items = [item.id for scale in framework().item_scales[:2] for item in scale.items]
    people = answering(cast, 45, items=items)
    bodies = evidence.table(cast.study.pk, "bodies").filter(kind="nhs-trust")["id"].sort()
    for number, person in enumerate(people):
        person.body = bodies[0 if number < 30 else 1 if number < 42 else 2]
        person.save()
    close()
    job = measured(cast)
    assert (job.state, job.fault) == (JobState.DONE, "")
    result = Result.objects.get()
    found = pl.read_parquet(io.BytesIO(bytes(result.findings)))
    scores = found.filter(measure="scale.score")
    assert scores.filter(unit_kind="system", status="ok").height == 2
    assert scores.filter(unit_kind="body", unit=bodies[0], status="ok").height == 2
    assert scores.filter(unit_kind="body", unit=bodies[2])["estimate"].null_count() == 2
    assert found.filter(pl.col("n") < 10, measure="scale.score").is_empty()
    assert '<section id="levels"' in result.page
    assert not any(person.code in result.page for person in people)


def test_how_far_the_work_is_is_told_as_it_goes(cast: Cast) -> None:
    answering(cast, 30)
    close()
    told: list[float] = []
    measuring.measure(ask("measure", cast.study), told.append)
    assert told == sorted(told)
    assert len(set(told)) > 10
    assert told[0] < 0.05
    assert 0.8 < told[-1] <= 1


def test_results_nobody_looked_at_go_when_somebody_withdraws(cast: Cast, quick: list[StudyTables]) -> None:
    people = answering(cast, 30)
    close()
    measured(cast)
    erase(people[3])
    assert not Result.objects.exists()
    page = cast.client("steward").get(reverse("results", args=[cast.study.pk])).content.decode()
    assert "before anybody had looked" in page
    assert measured(cast).state == JobState.DONE
    assert len(Result.objects.get().counted) == 29
    assert len(quick) == 2


@pytest.mark.usefixtures("quick")
def test_results_that_were_seen_are_back_when_those_in_their_place_go(cast: Cast) -> None:
    people = answering(cast, 30)
    close()
    measured(cast)
    seen()
    first = Result.objects.get()
    for _ in range(2):
        measured(cast)
    erase(people[3])
    back = Result.objects.get()
    assert (back.pk, back.state, back.page) == (first.pk, State.DRAFT, PAGE)
    assert len(back.counted) == 30


@pytest.mark.parametrize("state", [State.DRAFT, State.RELEASED])
@pytest.mark.usefixtures("quick")
def test_results_somebody_looked_at_stay_when_somebody_withdraws(state: State, cast: Cast) -> None:
    people = answering(cast, 30)
    close()
    measured(cast)
    Result.objects.update(state=state, seen_at=timezone.now())
    erase(people[3])
    assert Result.objects.get().page == PAGE


@pytest.mark.usefixtures("quick")
def test_results_are_not_kept_that_count_somebody_who_withdrew_meanwhile(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = answering(cast, 30)
    close()
    monkeypatch.setattr(measuring, "_last_wave", lambda *_: erase(people[3]) and "w1")
    job = measured(cast)
    assert (job.state, job.fault) == (JobState.FAILED, "GoneMeanwhileError")
    assert not Result.objects.exists()


@pytest.mark.usefixtures("quick")
def test_one_who_was_silent_and_withdraws_is_as_one_who_answered(cast: Cast) -> None:
    people = answering(cast, 30)
    silent = people[3]
    Answer.objects.filter(person=silent).delete()
    Consent.objects.filter(person=silent).delete()
    Person.objects.update(invited_at=timezone.now())
    close()
    measured(cast)
    seen()
    erase(silent)
    assert measured(cast).fault == "TooAlikeError"


def test_a_larger_smallest_group_is_kept_to_everywhere(cast: Cast) -> None:
    Study.objects.update(minimum_people=20)
    items = [item.id for item in framework().item_scales[0].items]
    people = answering(cast, 62, items=items)
    bodies = evidence.table(cast.study.pk, "bodies").filter(kind="nhs-trust")["id"].sort()
    for number, person in enumerate(people):
        person.body = bodies[0 if number < 30 else 1 if number < 50 else 2]
        person.save()
    close()
    assert measured(cast).state == JobState.DONE
    result = Result.objects.get()
    scores = pl.read_parquet(io.BytesIO(bytes(result.findings))).filter(measure="scale.score", unit_kind="body")
    assert {row["unit"]: row["status"] for row in scores.iter_rows(named=True)} == {
        bodies[0]: "ok",
        bodies[1]: "suppressed",
        bodies[2]: "suppressed",
    }
    assert "fewer than 20 people" in result.page
    assert not any(words in result.page for words in ("fewer than ten", "groups of ten people", "where ten people"))


def test_a_scenario_is_run_on_invented_people(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulating, "PART", 0.001)
    monkeypatch.setattr(simulating, "WEEKS", 30)
    monkeypatch.setattr(simulating, "DRAWS", 1)
    told: list[float] = []
    job = ask("whatif", cast.study, {"scenario": "crisis"})
    keeps: Callable[[], None] = simulating.simulate(job, told.append)
    assert not Simulation.objects.exists()
    keeps()
    simulation = Simulation.objects.get()
    assert told[-1] == 1
    assert simulation.title == simulating.scenarios()["crisis"]
    assert '<section id="what-if"' in simulation.page
    assert "not a forecast" in simulation.page


def test_scenarios_about_certain_systems_are_not_offered() -> None:
    assert "merger-of-two-icbs" not in simulating.scenarios()
    assert "crisis" in simulating.scenarios()
