"""The worker: takes one job after the other, and says that it is alive while it works."""

from __future__ import annotations

import logging
from math import inf
from threading import Event, Thread
from time import monotonic
from typing import Final

from django.db import DatabaseError, close_old_connections, connections

from leaderful.web.studies.uploads import forget_old
from leaderful.web.work.kinds import KINDS, Tell
from leaderful.web.work.models import Job
from leaderful.web.work.queue import JobLostError, beat, claim, fail, finish, take_back

HEARTBEAT: Final = 5.0
"""Seconds between two signs of life."""
IDLE: Final = 1.0
"""Seconds after which to look again when nothing waits."""
TOLD: Final = 0.5
"""Fewest seconds between two words on how far a job is."""
TIDYING: Final = 3_600.0
"""Fewest seconds between two looks for lists of people that nobody confirmed."""
_log = logging.getLogger(__name__)


def run_forever(stop: Event) -> None:
    """Do jobs until told to stop; a database that is away for a while is waited for."""
    tidied = -inf
    while not stop.is_set():
        try:
            close_old_connections()
            busy = run_next()
            if not busy and monotonic() - tidied >= TIDYING:
                forget_old()
                tidied = monotonic()
        except DatabaseError:
            _log.warning("the queue is out of reach", exc_info=True)
            connections.close_all()
            busy = False
        if not busy:
            stop.wait(IDLE)
    connections.close_all()


def run_next() -> bool:
    """Do the next job; False when none waits."""
    take_back()
    job = claim()
    if job is not None:
        carry_out(job)
    return job is not None


def carry_out(job: Job) -> None:
    """Do a job and keep what it found. One that the database fails is left to be begun again."""
    ended = Event()
    beating = Thread(target=_keep_beating, args=(job, ended), daemon=True)
    beating.start()
    try:
        finish(job, KINDS[job.kind](job, _teller(job)))
    except DatabaseError:
        raise
    except JobLostError:
        _log.warning("job %s was lost to another worker", job.pk)
    except Exception as error:  # whatever goes wrong in one job, the next is done
        _log.exception("job %s failed", job.pk)
        fail(job, error)
    finally:
        ended.set()
        beating.join()


def _keep_beating(job: Job, ended: Event) -> None:
    while not ended.wait(HEARTBEAT):
        try:
            beat(job)
        except DatabaseError:
            _log.warning("no sign of life could be given", exc_info=True)
    connections.close_all()


def _teller(job: Job) -> Tell:
    """Return what says how far a job is, not too often, and stops one that is no longer ours."""
    last = 0.0

    def tell(progress: float) -> None:
        nonlocal last
        if monotonic() - last < TOLD:
            return
        last = monotonic()
        if not beat(job, progress):
            raise JobLostError

    return tell
