"""A round is closed while somebody saves: what is kept is kept before, and the measuring sees all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Event, Thread

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone
from web_cast import Cast, make_cast

from leaderful.web.accounts.models import Account
from leaderful.web.collect import saving
from leaderful.web.collect.guard import WaveClosedError
from leaderful.web.collect.models import Answer, Consent
from leaderful.web.studies.models import Person, Study, Wave

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time")
_LONG, _SHORT = 10.0, 0.5


@pytest.fixture
def asked(db: None) -> Iterator[Cast]:  # noqa: ARG001
    """Let a test see what two connections do: all is committed, and taken away by hand, as the log is never emptied."""
    rolled_back = connections["default"]
    connections["default"] = rolled_back.copy()
    made = make_cast()
    Consent.objects.create(person=made.person, wave=made.wave, words="x")
    yield made
    Study.objects.all().delete()
    Account.objects.all().delete()
    connections["default"].close()
    connections["default"] = rolled_back


def beside(act: Callable[[], object]) -> Thread:
    def run() -> None:
        try:
            act()
        finally:
            connections.close_all()

    thread = Thread(target=run)
    thread.start()
    return thread


def test_closing_waits_for_a_page_that_is_being_saved(asked: Cast) -> None:
    consent, round_one = Consent.objects.select_related("person", "wave").get(), Wave.objects.filter(pk=asked.wave.pk)
    with transaction.atomic():
        saving.save_answers(consent, {"CGP1": 5})
        closing = beside(lambda: round_one.update(closed_on=timezone.localdate()))
        closing.join(_SHORT)
        assert closing.is_alive()
    closing.join(_LONG)
    assert not Wave.objects.get(pk=asked.wave.pk).is_open
    assert Answer.objects.get().value == 5


def test_a_page_saved_while_the_round_is_being_closed_waits_and_is_refused(asked: Cast) -> None:
    consent, came, refused = Consent.objects.select_related("person", "wave").get(), Event(), Event()

    def save() -> None:
        came.set()
        try:
            saving.save_answers(consent, {"CGP1": 5})
        except WaveClosedError:
            refused.set()

    with transaction.atomic():
        Wave.objects.filter(pk=asked.wave.pk).update(closed_on=timezone.localdate())
        thread = beside(save)
        assert came.wait(_LONG)
        thread.join(_SHORT)
        assert thread.is_alive()
    thread.join(_LONG)
    assert refused.is_set()
    assert not Answer.objects.exists()


def test_two_people_save_at_once(asked: Cast) -> None:
    consent = Consent.objects.select_related("person", "wave").get()
    other = Person.objects.create(
        study=asked.study, account=asked.stranger, code="P2", body=asked.person.body, tier="manager"
    )
    second = Consent.objects.create(person=other, wave=asked.wave, words="x")
    with transaction.atomic():
        saving.save_answers(consent, {"CGP1": 5})
        thread = beside(lambda: saving.save_answers(second, {"CGP1": 4}))
        thread.join(_LONG)
        assert not thread.is_alive()
    assert Answer.objects.count() == 2
