"""Whoever withdraws stays counted without a name, so that no response rate tells whether they had answered."""

from __future__ import annotations

import uuid
from datetime import date
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone
from web_cast import Cast, account

from leaderful.web.collect.models import Consent
from leaderful.web.collect.withdrawing import erase
from leaderful.web.collect.words import consent_parts
from leaderful.web.studies.models import Gone, Person, Wave
from leaderful.web.studies.overview import response_rates

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def not_invited_yet(cast: Cast) -> None:
    Person.objects.filter(pk=cast.person.pk).update(invited_at=None)
    cast.person.refresh_from_db()


def invite(cast: Cast, many: int, finished: int) -> list[Person]:
    """Invite people of one body and tier, the first of whom have answered and the next of whom have begun."""
    people = [
        Person.objects.create(
            study=cast.study,
            account=account(f"p{at}"),
            code=f"Q{at}",
            body="QHM",
            tier="manager",
            invited_at=timezone.now(),
        )
        for at in range(many)
    ]
    for at, person in enumerate(people[: finished + 1]):
        done = timezone.now() if at < finished else None
        Consent.objects.create(person=person, wave=cast.wave, words="w", finished_at=done)
    return people


def figures(cast: Cast) -> str:
    """Return the part of the steward's page that says who has answered, as it is read."""
    page = cast.client("steward").get(reverse("study", args=[cast.study.pk])).content.decode()
    return " ".join(unescape(page).split("Who has answered")[1].rpartition("</table>")[0].split())


@pytest.mark.parametrize(("who", "had"), [(0, "answered"), (15, "begun"), (19, "said nothing")])
def test_a_withdrawal_changes_no_figure_on_the_page(cast: Cast, who: int, had: str) -> None:
    people = invite(cast, 20, 15)
    before = figures(cast)
    assert "15 or more of 20" in before
    erase(people[who])
    assert figures(cast) == before, had
    assert Gone.objects.get().answered == (had == "answered")


def test_figures_stay_when_all_withdraw_one_by_one(cast: Cast) -> None:
    people = invite(cast, 20, 15)
    before = figures(cast)
    for person in people:
        erase(person)
        assert figures(cast) == before
    assert not Person.objects.filter(study=cast.study, invited_at__isnull=False).exists()


def test_who_answers_later_counts_beside_those_who_are_gone(cast: Cast) -> None:
    people = invite(cast, 25, 15)
    erase(people[0])
    for person in people[20:]:
        Consent.objects.create(person=person, wave=cast.wave, words="w", finished_at=timezone.now())
    shown = response_rates(cast.study, cast.wave)
    assert shown is not None
    assert (shown.total.asked, shown.total.answered) == (25, 20)


def test_what_stays_says_round_body_tier_and_whether_answered_and_no_more(cast: Cast) -> None:
    erase(invite(cast, 20, 15)[0])
    assert {field.name for field in Gone._meta.get_fields()} == {"id", "wave", "body", "tier", "answered"}
    left = Gone.objects.values("wave", "body", "tier", "answered").get()
    assert left == {"wave": cast.wave.pk, "body": "QHM", "tier": "manager", "answered": True}
    assert Gone.objects.get().pk.version == uuid.uuid4().version, "a number by chance, which tells no order and no time"


def test_those_never_invited_are_in_no_figure_and_leave_nothing(cast: Cast) -> None:
    person = invite(cast, 20, 15)[0]
    Person.objects.filter(pk=person.pk).update(invited_at=None)
    person.refresh_from_db()
    erase(person)
    assert not Gone.objects.exists()


def test_an_invitation_sent_meanwhile_counts(cast: Cast) -> None:
    person = invite(cast, 20, 15)[0]
    person.invited_at = None
    erase(person)
    assert Gone.objects.get().answered


def test_they_stay_counted_in_rounds_opened_before_and_in_no_other(cast: Cast) -> None:
    people = invite(cast, 30, 15)
    erase(people[29])
    second = Wave.objects.create(study=cast.study, code="w2", name="Second round")
    erase(people[0])
    assert set(Gone.objects.values_list("wave__code", flat=True)) == {"w1"}
    Wave.objects.filter(pk=second.pk).update(opened_on=date(2026, 9, 1))
    second.refresh_from_db()
    rates = response_rates(cast.study, second)
    assert rates is not None and (rates.total.asked, rates.total.answered) == (28, 0)
    erase(people[1])
    assert sorted(Gone.objects.values_list("wave__code", "answered")) == [
        ("w1", False),
        ("w1", True),
        ("w1", True),
        ("w2", False),
    ]
    for wave, figure in ((cast.wave, (30, 15)), (second, (28, 0))):
        rates = response_rates(cast.study, wave)
        assert rates is not None and (rates.total.asked, rates.total.answered) == figure


def test_other_studies_count_nobody_who_withdrew_here(cast: Cast) -> None:
    elsewhere = Wave.objects.create(study=cast.other, code="w1", name="First", opened_on=date(2026, 5, 1))
    erase(invite(cast, 20, 15)[0])
    assert not elsewhere.gone.exists()


def test_people_are_told_that_they_stay_counted(cast: Cast) -> None:
    Person.objects.update(invited_at=timezone.now())
    page = cast.client("participant").get(reverse("withdraw", args=[cast.study.pk])).content.decode()
    assert "In the numbers of how many answered you stay counted, without a name." in page
    said = [sentence for part in consent_parts(cast.study) for sentence in part.sentences]
    assert any("you stay counted, without a name" in sentence for sentence in said)
