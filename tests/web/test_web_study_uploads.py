"""Lists that wait to be confirmed outlive neither a day nor the withdrawal of somebody they name."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from threading import Event

import pytest
from django.utils import timezone
from web_cast import Cast, account

from leaderful.web.accounts.models import Account
from leaderful.web.collect.withdrawing import erase
from leaderful.web.studies.models import Person, Study, Upload
from leaderful.web.work import worker

pytestmark = pytest.mark.django_db


def row(name: str, email: str = "") -> dict[str, object]:
    return {"line": 2, "name": name, "email": email, "body": "QHM", "team": "", "tier": "manager", "place": ""}


def waiting(cast: Cast, *rows: dict[str, object], study: Study | None = None) -> Upload:
    return Upload.objects.create(
        study=study or cast.study, account=cast.steward, rows=list(rows), receipt={"problems": []}
    )


def names(upload: Upload) -> list[object]:
    upload.refresh_from_db()
    return [each["name"] for each in upload.rows]


def test_who_withdraws_is_taken_off_the_lists_that_wait(cast: Cast) -> None:
    by_address = row("Somebody", str(cast.participant.email))
    by_name = row(" PARTICIPANT ")
    namesake = row("Participant", "another@example.org")
    upload, further = waiting(cast, by_address, row("Ada"), by_name, namesake), waiting(cast, row("Bob"), by_address)
    erase(cast.person)
    assert names(upload) == ["Ada", "Participant"]
    assert names(further) == ["Bob"]


def test_without_an_address_the_name_tells_who_it_is(cast: Cast) -> None:
    ada, nameless = Account.objects.make(name="Ada  Lovell"), account("nobody")
    Account.objects.filter(pk=nameless.pk).update(name="")
    upload = waiting(cast, row("ada lovell", "ada@example.org"), row(""), row("Eve"))
    erase(Person.objects.create(study=cast.study, account=nameless, code="P8", body="QHM", tier="manager"))
    assert names(upload) == ["ada lovell", "", "Eve"]
    erase(Person.objects.create(study=cast.study, account=ada, code="P9", body="QHM", tier="manager"))
    assert names(upload) == ["", "Eve"]


def test_lists_of_other_studies_are_left_alone(cast: Cast) -> None:
    upload = waiting(cast, row("Participant", str(cast.participant.email)), study=cast.other)
    erase(cast.person)
    assert names(upload) == ["Participant"]


@pytest.mark.parametrize(("passed", "looks"), [(0.0, 1), (worker.TIDYING, 4)])
def test_an_idle_worker_forgets_old_lists_at_most_once_an_hour(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, passed: float, looks: int
) -> None:
    old, new = waiting(cast), waiting(cast)
    Upload.objects.filter(pk=old.pk).update(made_at=timezone.now() - timedelta(hours=25))
    stop, turns, looked, clock = Event(), iter([True, False, False, False, False]), [], count()

    def turn() -> bool:
        busy = next(turns, None)
        if busy is None:
            stop.set()
        return bool(busy) or busy is None

    forget = worker.forget_old
    monkeypatch.setattr(worker, "forget_old", lambda: looked.append(forget()))
    monkeypatch.setattr(worker, "monotonic", lambda: next(clock) * passed)
    monkeypatch.setattr(worker, "run_next", turn)
    monkeypatch.setattr(worker, "IDLE", 0.0)
    monkeypatch.setattr(worker, "connections", type("None", (), {"close_all": staticmethod(lambda: None)}))
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    worker.run_forever(stop)
    assert len(looked) == looks
    assert list(Upload.objects.all()) == [new]
