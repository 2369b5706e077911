"""The queue: a job is done once, by one worker, and again when its worker is gone; a fault has no words."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from threading import Event

import pytest
from django.db import DatabaseError, connection
from django.db.models.query import QuerySet
from django.utils import timezone
from web_cast import Cast

from leaderful.web.audit.models import Entry, note
from leaderful.web.work import worker
from leaderful.web.work.models import Job, State
from leaderful.web.work.queue import (
    LOST,
    MOST_TRIES,
    SILENT,
    JobLostError,
    ask,
    beat,
    claim,
    fail,
    finish,
    latest,
    take_back,
    under_way,
)

SECRET = "I do not trust the council at all"


def silent(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - SILENT - timedelta(seconds=1))


def kinds(monkeypatch: pytest.MonkeyPatch, kind: Callable[..., Callable[[], None]]) -> None:
    monkeypatch.setattr(worker, "KINDS", {"measure": kind})


def test_a_job_is_asked_for_once_until_it_ends(cast: Cast) -> None:
    job = ask("measure", cast.study)
    assert ask("measure", cast.study) == job == under_way("measure", cast.study)
    assert ask("measure", cast.other) != job
    assert ask("whatif", cast.study, {"scenario": "crisis"}).asked == {"scenario": "crisis"}
    taken = claim()
    assert taken == job
    assert ask("measure", cast.study) == job
    finish(taken, lambda: None)
    assert under_way("measure", cast.study) is None
    assert ask("measure", cast.study) != job
    assert latest("measure", cast.study) != job


def test_two_workers_claim_one_job_once(cast: Cast) -> None:
    job = ask("measure", cast.study)
    assert [claim(), claim()] == [job, None]
    assert Job.objects.get().tries == 1


def test_of_two_workers_who_see_one_job_the_second_goes_away(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    job = ask("measure", cast.study)
    first, seen = QuerySet.first, []

    def another_is_faster(rows: QuerySet[Job]) -> Job | None:
        found = first(rows)
        if found is not None and not seen:
            seen.append(found)
            Job.objects.filter(pk=job.pk).update(state=State.RUNNING, tries=1)
        return found

    monkeypatch.setattr(QuerySet, "first", another_is_faster)
    assert claim() is None
    assert Job.objects.get().tries == 1


def test_the_longest_waiting_is_taken_first(cast: Cast) -> None:
    late, early = ask("measure", cast.study), ask("whatif", cast.study)
    Job.objects.filter(pk=early.pk).update(asked_at=timezone.now() - timedelta(hours=1))
    assert [claim(), claim()] == [early, late]


def test_the_job_of_a_silent_worker_is_taken_up_again(cast: Cast) -> None:
    ask("measure", cast.study)
    first = claim()
    assert first is not None
    take_back()
    assert claim() is None
    silent(first)
    take_back()
    second = claim()
    assert second == first
    assert second is not None
    assert second.tries == 2
    assert not beat(first, 0.5)
    with pytest.raises(JobLostError):
        finish(first, lambda: note("doubled", account=None))
    fail(first, ValueError(SECRET))
    finish(second, lambda: note("kept", account=None))
    assert [entry.did for entry in Entry.objects.all()] == ["kept"]
    assert Job.objects.get().state == State.DONE


def test_a_job_that_loses_worker_after_worker_is_given_up(cast: Cast) -> None:
    ask("measure", cast.study)
    for _ in range(MOST_TRIES):
        job = claim()
        assert job is not None
        silent(job)
        take_back()
    assert claim() is None
    held = Job.objects.get()
    assert (held.state, held.fault) == (State.FAILED, LOST)


def test_a_beat_tells_how_far_it_is_and_no_further_than_the_end(cast: Cast) -> None:
    ask("measure", cast.study)
    job = claim()
    assert job is not None
    silent(job)
    assert beat(job, 7.0)
    held = Job.objects.get()
    assert held.progress == 1
    assert held.heartbeat_at is not None
    assert timezone.now() - held.heartbeat_at < SILENT


def test_what_a_job_found_is_kept_with_its_end_or_not_at_all(cast: Cast) -> None:
    ask("measure", cast.study)
    job = claim()
    assert job is not None

    def keep() -> None:
        note("kept", account=None)
        raise ValueError(SECRET)

    with pytest.raises(ValueError, match=SECRET):
        finish(job, keep)
    assert not Entry.objects.exists()
    assert Job.objects.get().state == State.RUNNING


def test_the_worker_does_what_waits(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def work(job: Job, tell: Callable[[float], None]) -> Callable[[], None]:
        tell(0.5)
        assert Job.objects.get(pk=job.pk).progress == 0.5
        tell(0.6)
        assert Job.objects.get(pk=job.pk).progress == 0.5
        return lambda: note("kept", account=None)

    kinds(monkeypatch, work)
    monkeypatch.setattr(worker, "monotonic", iter([10.0, 10.0, 10.1]).__next__)
    ask("measure", cast.study)
    assert worker.run_next()
    assert not worker.run_next()
    job = Job.objects.get()
    assert (job.state, job.progress, job.fault) == (State.DONE, 1, "")
    assert Entry.objects.count() == 1


def test_a_job_that_goes_wrong_says_of_what_kind_and_never_its_words(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def work(job: Job, tell: Callable[[float], None]) -> Callable[[], None]:  # noqa: ARG001
        raise ValueError(SECRET)

    kinds(monkeypatch, work)
    ask("measure", cast.study)
    with monkeypatch.context() as patch:
        patch.setattr(logging.getLogger("leaderful"), "propagate", True)
        assert worker.run_next()
    job = Job.objects.get()
    assert (job.state, job.fault) == (State.FAILED, "ValueError")
    assert SECRET not in " ".join(map(str, Job.objects.values_list().get()))
    assert SECRET not in "".join(capsys.readouterr())
    assert ask("measure", cast.study) != job


def test_a_job_that_another_has_is_left_alone(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def work(job: Job, tell: Callable[[float], None]) -> Callable[[], None]:
        Job.objects.filter(pk=job.pk).update(tries=2)
        tell(0.9)
        raise AssertionError("it should have stopped")

    kinds(monkeypatch, work)
    ask("measure", cast.study)
    worker.run_next()
    job = Job.objects.get()
    assert (job.state, job.tries, job.progress) == (State.RUNNING, 2, 0)


def test_a_job_that_the_database_fails_is_begun_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def work(job: Job, tell: Callable[[float], None]) -> Callable[[], None]:  # noqa: ARG001
        raise DatabaseError

    kinds(monkeypatch, work)
    ask("measure", cast.study)
    with pytest.raises(DatabaseError):
        worker.run_next()
    assert Job.objects.get().state == State.RUNNING


def test_a_worker_stops_when_told_and_outlives_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    stop, rounds = Event(), []

    def away() -> bool:
        rounds.append(1)
        if len(rounds) == 3:
            stop.set()
        raise DatabaseError

    monkeypatch.setattr(worker, "run_next", away)
    monkeypatch.setattr(worker, "IDLE", 0.0)
    monkeypatch.setattr(worker, "connections", type("None", (), {"close_all": staticmethod(lambda: None)}))
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    worker.run_forever(stop)
    assert len(rounds) == 3


def test_a_worker_gives_signs_of_life(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    beats: list[Job] = []
    seen = Event()

    def hear(job: Job) -> bool:
        beats.append(job)
        seen.set()
        return True

    def work(job: Job, tell: Callable[[float], None]) -> Callable[[], None]:  # noqa: ARG001
        assert seen.wait(5)
        return lambda: None

    kinds(monkeypatch, work)
    monkeypatch.setattr(worker, "HEARTBEAT", 0.01)
    monkeypatch.setattr(worker, "beat", hear)
    job = ask("measure", cast.study)
    worker.run_next()
    assert set(beats) == {job}


@pytest.mark.django_db
def test_the_database_lets_one_job_of_a_kind_be_under_way() -> None:
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, Job._meta.db_table)
    assert constraints["one_job_of_a_kind_at_a_time"]["unique"]
