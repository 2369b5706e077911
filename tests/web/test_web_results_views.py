"""The pages of results: who sees which, what they say, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import product
from uuid import UUID, uuid4

import pytest
from django.urls import reverse
from django.utils import timezone
from web_cast import NAMES, Cast, account
from web_results import findings, keep, parquet, score, simulate

from leaderful.measures.findings import frame
from leaderful.web.audit.models import Entry
from leaderful.web.collect.models import Answer, Consent
from leaderful.web.results import releasing
from leaderful.web.results.models import Result, State
from leaderful.web.results.simulating import scenarios
from leaderful.web.studies.models import Member, Role, Study, Wave
from leaderful.web.work import models as work
from leaderful.web.work.queue import ask, claim

IN_STUDY = {"steward", "lead", "researcher", "participant"}
DOORS = {
    "results": ("GET", IN_STUDY),
    "measure": ("POST", {"steward"}),
    "results-preview": ("GET", {"participant"}),
    "results-body": ("GET", {"lead"}),
    "take-answers": ("GET", {"researcher"}),
    "results-script": ("GET", IN_STUDY),
    "what-if": ("GET", IN_STUDY),
    "run-what-if": ("POST", {"steward"}),
    "what-if-result": ("GET", IN_STUDY),
    "what-if-look": ("GET", IN_STUDY),
    "release": ("POST", {"steward"}),
    "unrelease": ("POST", {"steward"}),
    "download": ("GET", IN_STUDY),
    "results-look": ("GET", IN_STUDY),
    "results-section": ("GET", IN_STUDY),
}
PARTS = {
    "what-if-result": ("simulation", "part"),
    "what-if-look": ("simulation",),
    "release": ("draft",),
    "unrelease": ("result",),
    "download": ("result", "form"),
    "results-look": ("result",),
    "results-section": ("result", "part"),
}


def door(name: str, study: Study, held: dict[str, object]) -> str:
    parts = {part: held[part] for part in PARTS.get(name, ())}
    if "draft" in parts:
        parts["result"] = parts.pop("draft")
    return reverse(name, kwargs={"study": study.pk, **parts})


@pytest.fixture
def held(cast: Cast) -> dict[str, object]:
    Wave.objects.update(closed_on=date(2026, 6, 1))
    Member.objects.filter(role=Role.RESEARCHER).update(approved_at=timezone.now())
    return {
        "result": keep(cast, State.RELEASED, released_at=timezone.now()).pk,
        "draft": keep(cast, State.DRAFT).pk,
        "simulation": simulate(cast).pk,
        "part": "methods",
        "form": "csv",
    }


def test_each_door_opens_to_those_it_is_for(cast: Cast, held: dict[str, object]) -> None:
    for name, who in product(DOORS, NAMES):
        method, allowed = DOORS[name]
        status = getattr(cast.client(who), method.lower())(door(name, cast.study, held)).status_code
        if who in allowed:
            assert status in ((200,) if method == "GET" else (302, 400)), (name, who)
            Result.objects.filter(pk=held["draft"]).update(state=State.DRAFT)
            Result.objects.filter(pk=held["result"]).update(state=State.RELEASED)
        else:
            assert status == {"anonymous": 302, "stranger": 404, "owner": 404}.get(who, 403), (name, who)


def test_a_wrong_method_is_refused(cast: Cast, held: dict[str, object]) -> None:
    for name, (method, allowed) in DOORS.items():
        wrong = {"GET": "put" if name == "take-answers" else "post", "POST": "get"}[method]
        for who in allowed:
            assert getattr(cast.client(who), wrong)(door(name, cast.study, held)).status_code == 405, name


def test_what_is_not_there_or_not_in_this_study_is_not_found(cast: Cast, held: dict[str, object]) -> None:
    for name, parts in PARTS.items():
        method, allowed = DOORS[name][0].lower(), DOORS[name][1]
        for part in parts:
            missing = held | {part: "nothing" if part in ("part", "form") else uuid4()}
            for who in allowed:
                assert getattr(cast.client(who), method)(door(name, cast.study, missing)).status_code == 404, name
        if {"result", "draft", "simulation"} & set(parts):
            assert getattr(cast.client("stranger"), method)(door(name, cast.other, held)).status_code == 404, name


def test_a_draft_is_for_stewards_alone(cast: Cast, held: dict[str, object]) -> None:
    draft = held | {"result": held["draft"]}
    for who in IN_STUDY:
        for name in ("results-section", "results-look", "download"):
            status = cast.client(who).get(door(name, cast.study, draft)).status_code
            assert status == (200 if who == "steward" else 404), (who, name)
    assert "Not released." in cast.client("steward").get(door("results-section", cast.study, draft)).content.decode()


def test_results_of_another_study_are_not_shown_in_this_one(cast: Cast, held: dict[str, object]) -> None:
    theirs = keep(cast, State.RELEASED, study=cast.other, released_at=timezone.now())
    for name in ("results-section", "download", "results-look"):
        found = cast.client("steward").get(door(name, cast.study, held | {"result": theirs.pk}))
        assert found.status_code == 404
    assert cast.client("steward").post(reverse("unrelease", args=[cast.study.pk, theirs.pk])).status_code == 404


def test_a_steward_asks_waits_looks_and_releases(cast: Cast) -> None:
    Wave.objects.update(closed_on=date(2026, 6, 1))
    steward, page = cast.client("steward"), reverse("results", args=[cast.study.pk])
    assert "Work out the results" in steward.get(page).content.decode()
    assert "Refresh" not in steward.get(page)
    steward.post(reverse("measure", args=[cast.study.pk]))
    steward.post(reverse("measure", args=[cast.study.pk]))
    job = work.Job.objects.get()
    assert (job.kind, job.study_id, job.state) == ("measure", cast.study.pk, work.State.WAITING)
    waiting = steward.get(page)
    assert waiting["Refresh"] == str(releasing.REFRESH)
    assert "being worked out" in waiting.content.decode()
    assert "Refresh" not in cast.client("participant").get(page)
    work.Job.objects.update(state=work.State.DONE)
    draft = keep(cast, State.DRAFT)
    ready = steward.get(page).content.decode()
    assert reverse("results-section", args=[cast.study.pk, draft.pk, "opening"]) in ready
    assert "No results are released yet" in cast.client("lead").get(page).content.decode()
    assert steward.post(reverse("release", args=[cast.study.pk, draft.pk])).status_code == 302
    draft.refresh_from_db()
    assert (draft.state, draft.released_at is not None, draft.seen_at is not None) == (State.RELEASED, True, True)
    for who in IN_STUDY:
        assert "Read the results" in cast.client(who).get(page).content.decode()
    assert [entry.did for entry in Entry.objects.order_by("pk")] == ["asked for results"] * 2 + ["released results"]


def test_results_are_taken_back_and_released_again(cast: Cast, held: dict[str, object]) -> None:
    steward, page = cast.client("steward"), reverse("results", args=[cast.study.pk])
    steward.post(reverse("unrelease", args=[cast.study.pk, held["result"]]))
    assert "Read the results" not in cast.client("participant").get(page).content.decode()
    assert cast.client("participant").get(door("results-section", cast.study, held)).status_code == 404
    assert "Release them again" in steward.get(page).content.decode()
    steward.post(reverse("release", args=[cast.study.pk, held["result"]]))
    assert cast.client("participant").get(door("results-section", cast.study, held)).status_code == 200
    assert [e.did for e in Entry.objects.filter(did__contains="results").order_by("pk")][:2] == [
        "took results back",
        "released results",
    ]


def test_what_was_replaced_is_never_released(cast: Cast) -> None:
    old = keep(cast, State.REPLACED)
    assert cast.client("steward").post(reverse("release", args=[cast.study.pk, old.pk])).status_code == 404


def test_an_open_round_is_closed_first(cast: Cast) -> None:
    steward = cast.client("steward")
    answer = steward.post(reverse("measure", args=[cast.study.pk]), follow=True)
    assert "A round is still open" in answer.content.decode()
    assert not work.Job.objects.exists()
    assert "First round is still open" in steward.get(reverse("results", args=[cast.study.pk])).content.decode()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("TooAlikeError", "fewer than 10 people"),
        ("SeenMeanwhileError", "Try again"),
        ("WorkerLostError", "begun three times"),
        ("GoneMeanwhileError", "Somebody withdrew, or"),
        ("ZeroDivisionError", "on our side"),
    ],
)
def test_a_failure_is_told_in_plain_words(fault: str, words: str, cast: Cast) -> None:
    Wave.objects.update(closed_on=date(2026, 6, 1))
    ask("measure", cast.study)
    work.Job.objects.update(state=work.State.FAILED, fault=fault)
    page = reverse("results", args=[cast.study.pk])
    said = cast.client("steward").get(page).content.decode()
    assert words in said
    assert fault not in said
    assert words not in cast.client("lead").get(page).content.decode()


def test_how_far_the_work_is_is_shown(cast: Cast) -> None:
    Wave.objects.update(closed_on=date(2026, 6, 1))
    ask("measure", cast.study)
    work.Job.objects.update(state=work.State.RUNNING, progress=0.37)
    said = cast.client("steward").get(reverse("results", args=[cast.study.pk])).content.decode()
    assert '<progress class="progress" max="100" value="37"' in said
    assert "37 % is done." in said


def test_a_steward_reads_what_withdrawing_does_to_results(cast: Cast) -> None:
    Wave.objects.update(closed_on=date(2026, 6, 1))
    Study.objects.update(minimum_people=20)
    keep(cast, State.DRAFT, left_out=["w1"])
    page = reverse("results", args=[cast.study.pk])
    before = cast.client("steward").get(page).content.decode()
    assert "not worked out again until at least 20 people have changed" in before
    assert "You need not do anything." in before
    Result.objects.update(seen_at=timezone.now())
    assert "so they stay as they are, also when people withdraw" in cast.client("steward").get(page).content.decode()


def test_what_is_left_out_is_said(cast: Cast) -> None:
    keep(cast, State.RELEASED, released_at=timezone.now(), wave="", left_out=["w1", ""])
    said = cast.client("participant").get(reverse("results", args=[cast.study.pk])).content.decode()
    assert "Left out: First round, the diary." in said
    assert "Public evidence" in said


def test_sections_stand_one_a_page_with_the_list_beside_them(cast: Cast, held: dict[str, object]) -> None:
    said = cast.client("participant").get(door("results-section", cast.study, held)).content.decode()
    assert 'aria-current="page">Methods</a>' in said
    assert "The zip &amp; more</a>" in said
    assert 'id="method-zip"' in said
    assert "Teeth." not in said
    assert "Not released." not in said
    assert " style=" not in said
    assert said.count("<h1") == 1
    opening = cast.client("lead").get(door("results-section", cast.study, held | {"part": "opening"})).content.decode()
    assert "At a glance" in opening
    assert opening.count("<h1") == 1
    assert "what-if-result" not in opening


def test_looking_at_a_draft_is_noted_once_and_marks_it_as_seen(cast: Cast, held: dict[str, object]) -> None:
    draft = held | {"result": held["draft"], "part": "opening"}
    assert Result.objects.get(pk=held["draft"]).seen_at is None
    cast.client("steward").get(door("results-section", cast.study, draft))
    first = Result.objects.get(pk=held["draft"]).seen_at
    assert first is not None
    cast.client("steward").get(door("results-section", cast.study, draft | {"part": "zip"}))
    assert Result.objects.get(pk=held["draft"]).seen_at == first
    assert Entry.objects.get(did="looked at results before their release").about == str(held["draft"])


@pytest.mark.parametrize("first", ["results-section", "results-look"])
def test_a_first_look_at_a_draft_is_noted_whatever_the_section(first: str, cast: Cast, held: dict[str, object]) -> None:
    steward, draft = cast.client("steward"), held | {"result": held["draft"], "part": "zip"}
    assert steward.get(door(first, cast.study, draft)).status_code == 200
    assert steward.get(door("results-section", cast.study, draft)).status_code == 200
    look = Entry.objects.get(did="looked at results before their release")
    assert (look.account, look.study, look.about) == (cast.steward.pk, cast.study.pk, str(held["draft"]))


def test_styles_and_script_come_from_here_and_the_script_alone_may_be_kept(cast: Cast, held: dict[str, object]) -> None:
    """Styles of a report hold the lengths of its bars."""
    for name, kind, words, kept in (
        ("results-look", "text/css", "data-look", "no-store, private"),
        ("results-script", "text/javascript", "sort", "private, max-age=86400"),
    ):
        found = cast.client("lead").get(door(name, cast.study, held))
        assert found["Content-Type"].startswith(kind)
        assert found["Cache-Control"] == kept
        assert words in found.content.decode()


def answered(cast: Cast, *, named: bool) -> None:
    Consent.objects.create(person=cast.person, wave=cast.wave, words="x", network=named)
    Answer.objects.create(person=cast.person, wave=cast.wave, item="CGP1", value=2)


def test_before_release_somebody_sees_what_a_reader_could_learn_of_them(cast: Cast) -> None:
    page = reverse("results-preview", args=[cast.study.pk])
    assert "there are no results" in cast.client("participant").get(page).content.decode()
    answered(cast, named=False)
    draft = keep(cast, State.DRAFT)
    said = cast.client("participant").get(page).content.decode()
    assert "not released yet" in said
    assert "on up to 44 people with you among them" in said
    assert "on up to 23 people with you among them" in said
    assert "You did not agree to be named" in said
    for figure in ("3.46", "3.21", "2.98", "4.87"):
        assert figure not in said
    draft.refresh_from_db()
    assert draft.seen_at is not None


def test_hidden_groups_of_theirs_are_told_as_hidden(cast: Cast) -> None:
    answered(cast, named=True)
    rows = frame([score("system", cast.study.system, 3.4, 40), score("body", cast.person.body, None, None)])
    keep(cast, State.DRAFT, findings=parquet(rows))
    said = cast.client("participant").get(reverse("results-preview", args=[cast.study.pk])).content.decode()
    assert "Nothing: it is hidden" in said
    assert "on up to 40 people" in said
    assert "It appears nowhere in these" in said


def test_who_did_not_answer_is_told_so(cast: Cast) -> None:
    keep(cast, State.RELEASED, released_at=timezone.now())
    said = cast.client("participant").get(reverse("results-preview", args=[cast.study.pk])).content.decode()
    assert "You did not answer" in said
    assert "with you among them" not in said
    assert "not released yet" not in said


@pytest.mark.usefixtures("held")
def test_a_lead_sees_their_own_body_beside_the_system(cast: Cast) -> None:
    page = reverse("results-body", args=[cast.study.pk])
    said = cast.client("lead").get(page).content.decode()
    for figure in ("3.21", "3.01&nbsp;to&nbsp;3.41", "n = 44", "3.46", "88 people were asked"):
        assert figure in said
    assert "4.87" not in said
    tier = cast.client("lead").get(page, {"tier": "practitioner", "wave": "w1"}).content.decode()
    assert "2.98" in tier
    assert "3.33" in tier
    assert "3.21" not in tier
    hidden = cast.client("lead").get(page, {"tier": "board"}).content.decode()
    assert hidden.count("hidden") >= 2


@pytest.mark.parametrize("asked", [{"tier": "manager"}, {"wave": "w9"}, {"body": "RGT"}, {"tier": "x" * 999}])
@pytest.mark.usefixtures("held")
def test_only_what_there_are_findings_of_can_be_asked_for(asked: dict[str, str], cast: Cast) -> None:
    page = reverse("results-body", args=[cast.study.pk])
    assert cast.client("lead").get(page, asked).status_code == 404


def test_a_lead_sees_nothing_before_release(cast: Cast) -> None:
    keep(cast, State.DRAFT)
    said = cast.client("lead").get(reverse("results-body", args=[cast.study.pk])).content.decode()
    assert "No results are released yet" in said
    assert "3.21" not in said


@pytest.mark.usefixtures("held")
def test_a_lead_of_two_bodies_chooses(cast: Cast) -> None:
    Member.objects.create(study=cast.study, account=cast.lead, role=Role.LEAD, body="elsewhere")
    page = reverse("results-body", args=[cast.study.pk])
    assert "4.87" in cast.client("lead").get(page, {"body": "elsewhere"}).content.decode()
    assert "3.21" in cast.client("lead").get(page, {"body": cast.person.body}).content.decode()


def test_the_latest_round_is_shown_unless_another_is_chosen(cast: Cast) -> None:
    Wave.objects.create(study=cast.study, code="w2", name="Second round", opened_on=date(2026, 7, 1))
    later = score("body", cast.person.body, 4.11, 52, wave="w2")
    rows = frame([score("body", cast.person.body, 3.21, 44), later])
    keep(cast, State.RELEASED, released_at=timezone.now(), findings=parquet(rows))
    page = reverse("results-body", args=[cast.study.pk])
    assert "4.11" in cast.client("lead").get(page).content.decode()
    assert "3.21" in cast.client("lead").get(page, {"wave": "w1"}).content.decode()


def test_of_results_released_twice_the_last_count(cast: Cast) -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    keep(cast, State.RELEASED, released_at=now)
    rows = frame([score("body", cast.person.body, 4.44, 60)])
    keep(cast, State.RELEASED, released_at=now + timedelta(days=9), findings=parquet(rows))
    said = cast.client("lead").get(reverse("results-body", args=[cast.study.pk])).content.decode()
    assert "4.44" in said
    assert "3.21" not in said


def test_a_scenario_is_asked_for_and_followed(cast: Cast) -> None:
    steward, page = cast.client("steward"), reverse("what-if", args=[cast.study.pk])
    assert "Which change shall be tried?" in steward.get(page).content.decode()
    assert "Which change shall be tried?" not in cast.client("lead").get(page).content.decode()
    steward.post(reverse("run-what-if", args=[cast.study.pk]), {"scenario": "crisis"})
    assert work.Job.objects.get().asked == {"scenario": "crisis"}
    waiting = cast.client("lead").get(page)
    assert scenarios()["crisis"] in waiting.content.decode()
    assert waiting["Refresh"]
    claim()
    work.Job.objects.update(progress=0.5)
    assert 'value="50"' in steward.get(page).content.decode()
    work.Job.objects.update(state=work.State.FAILED, fault="ValueError")
    assert "failed on our side" in steward.get(page).content.decode()
    assert Entry.objects.get().did == "ran a scenario"


@pytest.mark.parametrize(
    "given", [{}, {"scenario": ""}, {"scenario": "<b>war</b>"}, {"scenario": "merger-of-two-icbs"}]
)
def test_a_scenario_that_is_none_is_refused(given: dict[str, str], cast: Cast) -> None:
    refused = cast.client("steward").post(reverse("run-what-if", args=[cast.study.pk]), given)
    assert refused.status_code == 400
    assert "Choose one of the scenarios" in refused.content.decode()
    assert "<b>" not in refused.content.decode()
    assert not work.Job.objects.exists()


def test_what_came_of_a_scenario_says_what_it_is(cast: Cast, held: dict[str, object]) -> None:
    said = cast.client("participant").get(door("what-if-result", cast.study, held | {"part": "what-if"}))
    assert "A crisis comes" in said.content.decode()
    assert "Teeth." in said.content.decode()
    assert 'href="methods#method-zip"' in said.content.decode()
    assert reverse("what-if-look", args=[cast.study.pk, held["simulation"]]) in said.content.decode()


def test_a_steward_who_answers_is_shown_both(cast: Cast) -> None:
    both = account("both")
    Member.objects.create(study=cast.study, account=both, role=Role.STEWARD)
    cast.person.account = both
    cast.person.save()
    browser = cast.client("steward")
    browser.force_login(both, backend="django.contrib.auth.backends.ModelBackend")
    said = browser.get(reverse("results", args=[cast.study.pk])).content.decode()
    assert "What a reader could learn about you" in said
    assert "is still open" in said


def test_findings_for_tests_hide_as_real_ones_do(cast: Cast) -> None:
    hidden = findings(cast).filter(status="suppressed")
    assert hidden["estimate"].is_null().all()
    assert isinstance(cast.study.pk, UUID)
