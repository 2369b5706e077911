"""People answering at once, a server that is killed under them, and backups: how fast, and whether anything is lost.

Usage: python benchmarks/web.py [PEOPLE] [SECONDS] [KILLS] [BACKUPS]

The database is the one that DATABASE_URL names, or SQLite in a folder of its own:
tools/with_postgresql python benchmarks/web.py 500 60 50 20
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from urllib.parse import urlencode

import numpy as np

from web_backups import Backup, look_through, take
from web_said import Said
from web_server import free_port, start, stop

PAUSE = 5.0
"""Seconds between two pages of one person."""
P95_LIMIT = 0.4
_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')
_WORDS = re.compile(rb'name="words" value="([^"]+)"')
_ITEM_NAME = re.compile(r"[A-Z]{3}\d")
_ITEM = re.compile(rb'<input[^>]*type="radio"[^>]*name="([A-Z]{3}\d)"|<input[^>]*name="([A-Z]{3}\d)"[^>]*type="radio"')


@dataclass
class Seen:
    """What all clients saw."""

    seconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    said: Said = field(default_factory=Said)


_NO_FORM: dict[str, str] | None = None


class Browser:
    """One person's browser: cookies, one connection at a time, and the clock."""

    def __init__(self, port: int, seen: Seen) -> None:
        self._port, self._seen = port, seen
        self._cookies: dict[str, str] = {}
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str, bytes]:
        """Return status, where it leads and the page; counts how long it took."""
        body = urlencode(form).encode() if form is not None else b""
        head = [
            f"{'GET' if form is None else 'POST'} {path} HTTP/1.1",
            f"Host: 127.0.0.1:{self._port}",
            f"Cookie: {'; '.join(f'{name}={value}' for name, value in self._cookies.items())}",
            "Accept-Encoding: identity",
        ]
        if form is not None:
            head += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        begin = time.perf_counter()
        status, where, page = await self._send("\r\n".join(head).encode() + b"\r\n\r\n" + body)
        self._seen.seconds.append(time.perf_counter() - begin)
        if status >= 500:
            self._seen.faults.append(f"{status} of {path.split('/')[-1]}")
        return status, where, page

    async def _send(self, request: bytes) -> tuple[int, str, bytes]:
        if self._open is None:
            self._open = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._open
        try:
            writer.write(request)
            await writer.drain()
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            fields = [line.split(": ", 1) for line in head[1:] if ": " in line]
            for name, value in fields:
                if name.lower() == "set-cookie":
                    key, _, rest = value.strip().partition("=")
                    self._cookies[key] = rest.split(";")[0]
            named = {name.lower(): value for name, value in fields}
            page = await reader.readexactly(int(named.get("content-length", "0")))
            if named.get("connection", "").lower() == "close":
                self.close()
        except (OSError, asyncio.IncompleteReadError):
            self.close()
            raise
        return int(head[0].split()[1]), named.get("location", ""), page

    def close(self) -> None:
        """Let the connection go."""
        if self._open is not None:
            self._open[1].close()
            self._open = None


async def answering(browser: Browser, person: str, path: str, until: float, rng: Random, seen: Seen) -> None:
    """Sign in, agree, and answer page after page until the time is over; carry on when the server is gone."""
    where, form = path, _NO_FORM
    while time.perf_counter() < until:
        answers = {(person, name): value for name, value in (form or {}).items() if _ITEM_NAME.fullmatch(name)}
        sendings = seen.said.send(answers, time.perf_counter())
        try:
            status, leads, page = await browser.ask(where, form)
        except (OSError, asyncio.IncompleteReadError):
            await asyncio.sleep(0.3)  # the server is gone for now; the page is asked for anew
            form = None
            continue
        if status == 302:
            for sending in sendings:
                sending.kept_at = time.perf_counter()
        if leads:
            where, form = leads, None
            continue
        await asyncio.sleep(PAUSE * rng.uniform(0.8, 1.2))
        where, form = _next(where, page, rng)


def _next(where: str, page: bytes, rng: Random) -> tuple[str, dict[str, str] | None]:
    """Return the form that a person sends from a page, filled in by lot; from the last page back to the first."""
    token = _TOKEN.search(page.partition(b"<main")[2])
    items = sorted({(one or two).decode() for one, two in _ITEM.findall(page)})
    if items and token:
        answers = {item: str(rng.randint(1, 5)) for item in items}
        return where, {"csrfmiddlewaretoken": token.group(1).decode(), **answers}
    words = _WORDS.search(page)
    if token and (words or "/link/" in where):
        return where, {
            "csrfmiddlewaretoken": token.group(1).decode(),
            **({"words": words.group(1).decode()} if words else {}),
        }
    return re.sub(r"(/answer/).*", r"\1statements/CGP", where), None


def prepare(folder: Path, people: int) -> list[tuple[str, str]]:
    """Make a study with so many people, and return the code and the path of the link of each."""
    os.environ |= {"DJANGO_SETTINGS_MODULE": "leaderful.web.settings", "LEADERFUL_FOLDER": str(folder)}
    from leaderful.web.environment import keep_key

    if "DATABASE_URL" not in os.environ:
        keep_key(folder)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from datetime import date

    from django.utils.timezone import now

    from leaderful.web.accounts.links import make_link
    from leaderful.web.accounts.models import Account, Purpose
    from leaderful.web.studies import evidence
    from leaderful.web.studies.models import Person, Wave

    study = evidence.start("Under load", "QHM", date(2026, 4, 1))
    Wave.objects.create(study=study, code="w1", name="First round", opened_on=date(2026, 5, 1))
    body = evidence.table(study.pk, "bodies").filter(kind="nhs-trust")["id"][0]
    found = []
    for number in range(people):
        account = Account.objects.make(name=f"Person {number}")
        person = {"code": f"P{number}", "body": body, "tier": "manager", "invited_at": now()}
        Person.objects.create(study=study, account=account, **person)
        found.append((f"P{number}", make_link(Purpose.ANSWER, account).path))
    return found


async def load(
    folder: Path, people: list[tuple[str, str]], *, seconds: float, kills: int, backups: int, seen: Seen
) -> list[Backup]:
    """Let people answer for so long, kill the server so many times meanwhile, and take so many backups."""
    port = free_port()
    server = start(folder, port)
    rng, until = Random(1), time.perf_counter() + seconds

    async def one(number: int, code: str, path: str) -> None:
        await asyncio.sleep(PAUSE * 2 * number / len(people))
        browser = Browser(port, seen)
        await answering(browser, code, path, until, Random(number), seen)
        browser.close()

    tasks = [asyncio.create_task(one(number, *each)) for number, each in enumerate(people)]
    taking = asyncio.create_task(take(folder, folder.parent, many=backups, seconds=seconds))
    for _ in range(kills):
        await asyncio.sleep(seconds / kills * rng.uniform(0.5, 1.0))
        stop(server)
        server = await asyncio.to_thread(start, folder, port)
    await asyncio.gather(*tasks)
    taken = await taking
    stop(server)
    return taken


def held() -> dict[tuple[str, str], str]:
    """Return the answers that the database holds."""
    from leaderful.web.collect.models import Answer

    rows = Answer.objects.values_list("person__code", "item", "value")
    return {(code, item): str(value) for code, item, value in rows}


def main(people: int, seconds: float, kills: int, backups: int) -> None:
    """Print how fast pages came and what was lost, and fail past a limit."""
    seen = Seen()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "served"
        folder.mkdir()
        listed = prepare(folder, people)
        taken = asyncio.run(load(folder, listed, seconds=seconds, kills=kills, backups=backups, seen=seen))
        gone = seen.said.missing(held())
        looked = look_through(taken, Path(place), seen.said, {code for code, _ in listed})
    times = np.array(seen.seconds)
    p50, p95, most = np.quantile(times, (0.5, 0.95, 1.0))
    print(f"{people} people, a page each {PAUSE:g} s: {len(times) / seconds:.0f} pages a second")
    print(f"pages: half within {p50 * 1000:.0f} ms, 95 % within {p95 * 1000:.0f} ms, all within {most * 1000:.0f} ms")
    print(f"server faults: {len(seen.faults)} {sorted(set(seen.faults))[:5]}")
    kept = seen.said.acknowledged()
    print(f"{kills} kills; {kept:,} answers the server said it had kept, {gone} of them not there as they were said")
    if backups:
        print(looked)
    if not kept:
        raise SystemExit("nobody came as far as an answer, so nothing was tried: give more SECONDS (60 or more)")
    slow = p95 > P95_LIMIT and not kills
    if slow or seen.faults or gone or looked.faults:
        raise SystemExit("past its limit")


if __name__ == "__main__":
    given = [float(word) for word in sys.argv[1:]] + [500, 60, 0, 0][len(sys.argv) - 1 :]
    main(int(given[0]), given[1], int(given[2]), int(given[3]))
