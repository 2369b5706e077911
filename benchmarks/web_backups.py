"""Backups taken while people answer and the server is killed: each is restored, and looked through."""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from web_said import Key, Said
from web_server import command, free_port, start, stop


@dataclass(frozen=True)
class Backup:
    """A backup, and when it was begun and ended; its own moment lies between the two."""

    file: Path
    begun: float
    ended: float


@dataclass
class Looked:
    """What was found in backups that were restored; all but the first two and the last should be nothing."""

    backups: int = 0
    answers: int = 0
    """In the last one."""
    missing: int = 0
    """Acknowledged before it was begun, and not in it."""
    early: int = 0
    """Sent only after it had ended, or by nobody."""
    without_consent: int = 0
    twice: int = 0
    not_whole: int = 0
    """Backups with other people, rounds, studies or accounts than there are."""
    dead: int = 0
    """Backups from which no server could be started that works with what they hold."""
    seconds: float = 0.0
    """Longest restore."""

    @property
    def faults(self) -> int:
        """How much is wrong in all."""
        return self.missing + self.early + self.without_consent + self.twice + self.not_whole + self.dead

    def __str__(self) -> str:
        return (
            f"{self.backups} backups under load, each restored within {self.seconds:.1f} s, the last with "
            f"{self.answers:,} answers: {self.missing} missing, {self.early} from after its end, "
            f"{self.without_consent} without consent, {self.twice} twice, {self.not_whole} not whole, "
            f"{self.dead} from which no server runs"
        )


async def take(folder: Path, place: Path, *, many: int, seconds: float) -> list[Backup]:
    """Take so many backups one after the other, at moments that nobody chose."""
    rng, taken = Random(2), []
    for number in range(many):
        await asyncio.sleep(seconds / many * rng.uniform(0.3, 0.9))
        file, begun = place / f"{number}.zip", time.perf_counter()
        running = await asyncio.create_subprocess_exec(
            *command("backup", str(folder), "--out", str(file)), stdout=asyncio.subprocess.DEVNULL
        )
        if await running.wait():
            raise SystemExit(f"backup {number} failed")
        taken.append(Backup(file, begun, time.perf_counter()))
    return taken


def look_through(backups: list[Backup], place: Path, said: Said, people: set[str]) -> Looked:
    """Restore each backup into an empty database, and count what is wrong with it."""
    looked = Looked()
    for number, backup in enumerate(backups):
        with empty(place / f"restored{number}") as (folder, environment):
            begin = time.perf_counter()
            asyncio.run(_restore(folder, backup.file, environment))
            looked.seconds = max(looked.seconds, time.perf_counter() - begin)
            with _connected(folder, environment) as alias:
                _count(looked, alias, backup, said, people)
            looked.dead += not _serves(folder, environment)
        looked.backups += 1
    return looked


async def _restore(folder: Path, file: Path, environment: dict[str, str]) -> None:
    running = await asyncio.create_subprocess_exec(
        *command("restore", str(folder), str(file)), stdout=asyncio.subprocess.DEVNULL, env=environment
    )
    if await running.wait():
        raise SystemExit(f"{file.name} could not be restored")


def _count(looked: Looked, alias: str, backup: Backup, said: Said, people: set[str]) -> None:
    """Add what is wrong in one restored database to what was found so far."""
    from leaderful.web.accounts.models import Account
    from leaderful.web.collect.models import Answer, Consent
    from leaderful.web.studies.models import Person, Study, Wave

    rows = list(Answer.objects.using(alias).values_list("person__code", "item", "value", "wave__code"))
    answers: dict[Key, str] = {(code, item): str(value) for code, item, value, _ in rows}
    agreed = set(Consent.objects.using(alias).values_list("person__code", "wave__code"))
    looked.answers = len(rows)
    looked.missing += said.missing(answers, backup.begun)
    looked.early += said.early(answers, backup.ended)
    looked.without_consent += sum((code, wave) not in agreed for code, _, _, wave in rows)
    looked.twice += sum(many - 1 for many in Counter((code, item, wave) for code, item, _, wave in rows).values())
    held = sorted(Person.objects.using(alias).values_list("code", flat=True))
    kept = [model.objects.using(alias).count() for model in (Account, Study, Wave)]
    looked.not_whole += held != sorted(people) or kept != [len(people), 1, 1]


def _serves(folder: Path, environment: dict[str, str]) -> bool:
    """Tell whether a server starts on a restored database and says that it is alive."""
    try:
        server = start(folder, free_port(), environment)
    except SystemExit:
        return False
    stop(server)
    return True


@contextmanager
def empty(folder: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    """Lend an empty database of the kind that is tried: a folder, and the environment that names it."""
    environment, url = dict(os.environ), os.environ.get("DATABASE_URL", "")
    if not url:
        yield folder, environment
        return
    name = f"leaderful_{folder.name}"
    with _connected(folder, environment | {"DATABASE_URL": _named(url, "postgres")}) as alias:
        _execute(alias, f"CREATE DATABASE {name}")
        try:
            yield folder, environment | {"DATABASE_URL": _named(url, name)}
        finally:
            _execute(alias, f"DROP DATABASE {name} WITH (FORCE)")


def _named(url: str, database: str) -> str:
    """Return the address of another database on the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def _execute(alias: str, statement: str) -> None:
    from django.db import connections

    with connections[alias].cursor() as cursor:
        cursor.execute(statement)


@contextmanager
def _connected(folder: Path, environment: dict[str, str]) -> Iterator[str]:
    """Connect to a database that an environment names, and yield the alias."""
    from django.db import connections

    from leaderful.web.environment import DATABASE_FILE

    settings: dict[str, Any] = deepcopy(connections["default"].settings_dict)
    url = environment.get("DATABASE_URL", "")
    settings["NAME"] = urlsplit(url).path.lstrip("/") if url else str(folder / DATABASE_FILE)
    alias = f"{folder.name}-{settings['NAME']}"
    connections.databases[alias] = settings
    try:
        yield alias
    finally:
        connections[alias].close()
        del connections[alias], connections.databases[alias]
