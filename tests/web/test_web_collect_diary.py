"""The diary of moments: noting one, finding bodies on the way, and removing one's own."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from django.utils import timezone as clock
from web_cast import Cast
from web_collect import agree, at

from leaderful.web.collect.models import Moment
from leaderful.web.studies import evidence
from leaderful.web.studies.models import Person, Wave

pytestmark = pytest.mark.django_db


def entry(**more: Any) -> dict[str, Any]:
    yesterday = clock.localtime() - timedelta(days=1)
    return {"time": yesterday.strftime("%Y-%m-%dT%H:%M"), "opener": "surprise", "taken": "yes"} | more


def new(cast: Cast, **more: Any) -> Any:
    return cast.client("participant").post(at(cast, "new-moment"), entry(**more))


@pytest.fixture
def agreed(cast: Cast) -> Cast:
    agree(cast)
    return cast


def test_a_moment_is_kept_whole(agreed: Cast) -> None:
    body = evidence.table(agreed.study.pk, "bodies").filter(kind="council")["id"][0]
    more = {
        "with_bodies": [agreed.person.body, body],
        "with_tiers": ["board", "manager"],
        "behaviours": ["planning", "sharing-power"],
        "went_on_to": [body],
        "diary-actions": " I asked. ",
        "diary-conflict": "I named it.",
        "consent_text": "yes",
    }
    assert new(agreed, **more)["Location"] == at(agreed, "diary")
    moment = Moment.objects.get()
    assert (moment.person, moment.opener, moment.taken) == (agreed.person, "surprise", True)
    assert (moment.with_bodies, moment.went_on_to) == ([agreed.person.body, body], [body])
    assert (moment.with_tiers, moment.behaviours) == (["board", "manager"], ["planning", "sharing-power"])
    assert moment.reflection == (
        "How did my actions contribute to what came of it?\nI asked.\n\nHow did I use conflict?\nI named it."
    )
    assert moment.consent_text
    page = agreed.client("participant").get(at(agreed, "diary")).content.decode()
    for shown in ("Surprise, taken", "I named it.", "Sharing power", "Board, Manager"):
        assert shown in page


def test_times_are_those_of_clocks_where_the_study_is(agreed: Cast) -> None:
    summer = clock.now().replace(month=7, day=1, hour=0, minute=0)
    summer = summer if summer < clock.now() else summer.replace(year=summer.year - 1)
    new(agreed, time=f"{summer:%Y}-07-01T09:30")
    assert Moment.objects.get().time == datetime(summer.year, 7, 1, 8, 30, tzinfo=timezone.utc)  # noqa: UP017


def test_words_without_consent_stay_and_consent_without_words_is_none(agreed: Cast) -> None:
    new(agreed, **{"diary-actions": "I asked."})
    new(agreed, consent_text="yes", taken="no")
    assert list(Moment.objects.order_by("pk").values_list("consent_text", "taken")) == [(False, True), (False, False)]


@pytest.mark.parametrize(
    ("field", "given", "said"),
    [
        ("time", "", "Give the day and time"),
        ("time", "yesterday!", "Give the day and time"),
        ("time", "0001-01-01T00:00", ""),
        ("time", "9999-12-31T23:59", ""),
        ("time", "0001-01-01T00:00+14:00", ""),
        ("time", "9999-12-31T23:59-12:00", ""),
        ("time", "2026-03-29T01:30", ""),
        ("opener", "", "Pick what opened the moment"),
        ("opener", "secret-word", "This is not one of the answers"),
        ("taken", "", "Say whether the conversation moved on"),
        ("taken", "maybe-word", "This is not one of the answers"),
        ("with_tiers", "secret-word", "Pick from those shown"),
        ("with_bodies", "secret-word", "Pick from those shown"),
        ("went_on_to", "secret-word", "Pick from those shown"),
        ("behaviours", "secret-word", "Pick from those shown"),
        ("diary-actions", "x" * 2001, "at most 2000 letters; you used 2001"),
    ],
)
def test_what_is_not_allowed_is_refused_and_not_repeated(agreed: Cast, field: str, given: str, said: str) -> None:
    page = new(agreed, **{field: given})
    assert page.status_code == 400
    shown = page.content.decode()
    summary = shown.split("nhsuk-error-summary__body")[1].split("</ul>")[0]
    assert f'<a href="#{field}">' in summary
    assert f'id="{field}"' in shown
    assert said in summary
    assert not given or given not in summary
    assert not Moment.objects.exists()


@pytest.mark.parametrize(("ago", "status"), [(400, 400), (300, 302), (-1, 400)])
def test_moments_are_of_the_last_year(agreed: Cast, ago: int, status: int) -> None:
    when = clock.localtime() - timedelta(days=ago)
    assert new(agreed, time=when.strftime("%Y-%m-%dT%H:%M")).status_code == status


def test_finding_a_body_keeps_what_is_filled_in_and_saves_nothing(agreed: Cast) -> None:
    row = evidence.table(agreed.study.pk, "bodies").filter(kind="council").row(0, named=True)
    more = {"q": row["name"], "find": "yes", "behaviours": ["planning"], "diary-actions": "I asked.", "opener": ""}
    page = new(agreed, **more, with_bodies=[agreed.person.body])
    assert page.status_code == 200
    shown = page.content.decode()
    assert f'id="with_bodies-{row["id"]}"' in shown
    assert f'id="went_on_to-{row["id"]}"' in shown
    assert "I asked." in shown
    assert shown.count(" checked") == 3
    assert "There is a problem" not in shown
    assert not Moment.objects.exists()


def test_bodies_named_before_are_there_to_pick(agreed: Cast) -> None:
    browser = agreed.client("participant")
    code = evidence.table(agreed.study.pk, "bodies").filter(kind="council")["id"][0]
    assert f"with_bodies-{code}" not in browser.get(at(agreed, "new-moment")).content.decode()
    browser.post(at(agreed, "answer-relation", code), {"body-role": "3"})
    page = browser.get(at(agreed, "new-moment")).content.decode()
    assert f"with_bodies-{code}" in page
    assert f"with_bodies-{agreed.person.body}" in page


def test_the_diary_stays_open_between_waves(agreed: Cast) -> None:
    Wave.objects.update(closed_on=date(2026, 6, 1))
    assert new(agreed).status_code == 302
    assert agreed.client("participant").get(at(agreed, "diary")).status_code == 200


def test_without_any_consent_nothing_is_noted(cast: Cast) -> None:
    assert new(cast)["Location"] == at(cast, "answer")
    assert not Moment.objects.exists()


def test_a_moment_is_removed_by_its_writer_alone(agreed: Cast) -> None:
    new(agreed)
    stranger = Person.objects.get(study=agreed.other)
    theirs = Moment.objects.create(person=stranger, time=clock.now(), opener="story", taken=True)
    own = Moment.objects.get(person=agreed.person)
    browser = agreed.client("participant")
    for key in (theirs.pk, own.pk + 99, 10**30):
        assert browser.post(at(agreed, "remove-moment", key)).status_code == 404
    assert browser.post(at(agreed, "remove-moment", own.pk))["Location"] == at(agreed, "diary")
    assert list(Moment.objects.all()) == [theirs]
