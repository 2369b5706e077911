"""The command that runs a worker: it works until the process is asked to end."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from threading import Event

import pytest
from django.core.management import call_command

from leaderful.web.work.management.commands import work


@pytest.fixture(autouse=True)
def signals() -> Iterator[None]:
    before = {asked: signal.getsignal(asked) for asked in (signal.SIGTERM, signal.SIGINT)}
    yield
    for asked, handler in before.items():
        signal.signal(asked, handler)


@pytest.mark.parametrize("asked", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_ends_when_its_process_is_asked_to(asked: signal.Signals, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = []

    def run(stop: Event) -> None:
        assert not stop.is_set()
        os.kill(os.getpid(), asked)
        ended.append(stop.wait(5))

    monkeypatch.setattr(work, "run_forever", run)
    call_command("work")
    assert ended == [True]
