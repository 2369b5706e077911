"""The command that runs a worker on its own: `python -m leaderful.web work`."""

from __future__ import annotations

import signal
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand

from leaderful.web.work.worker import run_forever


class Command(BaseCommand):
    """Work off the queue until told to stop."""

    help = "Work off the queue of long jobs until told to stop; the job under way is ended first."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Run until the process is asked to end."""
        stop = Event()
        for asked in (signal.SIGTERM, signal.SIGINT):
            signal.signal(asked, lambda *_: stop.set())
        run_forever(stop)
