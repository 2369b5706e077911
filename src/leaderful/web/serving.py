"""Start the web application: bring its database up to date, let the owner in, serve pages, and do long work."""

from __future__ import annotations

import gc
import os
import signal
import socket
from collections.abc import Iterator
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import wait
from pathlib import Path
from threading import Event
from time import sleep
from types import FrameType
from typing import Any, Final

from leaderful.errors import BadValuesError
from leaderful.web import starting
from leaderful.web.environment import PREFIX, address, switched, text

STYLES: Final = Path(__file__).parent / "static" / "leaderful" / "leaderful.css"
THREADS: Final = 2
"""Pages that one process makes at a time: one waits for the database while the other is made; more only wait for each
other."""
FEWEST_PROCESSES: Final = 2
MOST_PROCESSES: Final = 4
MOST_CONNECTIONS: Final = 1_000
_BACKLOG: Final = 1_024
_PATIENCE: Final = 5.0
"""Seconds that processes have to come to an end."""
LARGEST_REQUEST: Final = 20_000_000
"""Bytes that a browser may send at once; each page that takes a file has its own, smaller, limit."""
BEHIND_A_PROXY: Final[dict[str, Any]] = {
    "trusted_proxy": "*",
    "trusted_proxy_count": 1,
    "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
}
"""With HTTPS nobody but the proxy reaches the server, and it says where people come from and how."""


def prepare(folder: Path, *, host: str, port: int) -> Iterator[str]:
    """Make the folder and the database ready, and yield what to do next."""
    _refuse_nameless(host)
    starting.make_folder(folder)
    starting.point_at(folder)
    os.environ[f"{PREFIX}PORT"] = str(port)
    starting.load()
    starting.bring_up_to_date()
    yield from _taken_up(folder)
    link = _owner_link()
    if link:
        yield "Nobody has an account yet. Open this address to make yours; it works once, for a day:"
        yield f"  {address()}{link}"
    if not STYLES.is_file():
        yield "The styles are missing, so pages look bare. In a clone of the repository, make serve makes them."
    yield f"leaderful is served at {address()} (to stop it, press Ctrl and C)"


def serve(*, host: str, port: int) -> None:
    """Serve pages, and do long work beside them, until told to stop.

    Each process answers from the same socket, and one more does what takes long. A process that ends is begun
    anew: nothing is kept in one that the database does not have.
    """
    with _listening(host, port) as listener:
        context = get_context("spawn")
        begin = [partial(context.Process, target=_pages, args=(listener,), daemon=True)] * _usual()
        begin.append(partial(context.Process, target=_long_work, daemon=True))
        running = [one() for one in begin]
        for one in running:
            one.start()
        signal.signal(signal.SIGTERM, _stop)
        try:
            while True:
                wait([one.sentinel for one in running])
                for place, one in enumerate(running):
                    if not one.is_alive():
                        sleep(1)  # not to spin where a process cannot live at all
                        running[place] = begin[place]()
                        running[place].start()
        except KeyboardInterrupt:
            pass
        finally:
            for one in running:
                one.terminate()
            for one in running:
                one.join(_PATIENCE)


def _usual() -> int:
    return max(FEWEST_PROCESSES, min(MOST_PROCESSES, os.cpu_count() or 1))


def _stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 (a signal passes them)
    raise KeyboardInterrupt


def _listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens, which all processes share.

    Raises
    ------
    BadValuesError
        Another program has the port, or it may not be used.
    """
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise BadValuesError(
            f"Port {port} of {host} cannot be used: {error.strerror}. Choose another: --port"
        ) from None


def _pages(listener: socket.socket) -> None:
    """Serve pages in a process of its own."""
    from django.urls import get_resolver
    from waitress import serve as serve_pages

    from leaderful.web.wsgi import application

    len(get_resolver().url_patterns)  # so that all pages are loaded before the first is asked for
    gc.freeze()  # what is loaded now stays; to look it through for rubbish again and again would hold up pages
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process above hears it, and ends this one
    proxy = BEHIND_A_PROXY if switched("HTTPS") else {}
    serve_pages(
        application,
        sockets=[listener],
        threads=THREADS,
        ident=None,
        max_request_body_size=LARGEST_REQUEST,
        connection_limit=MOST_CONNECTIONS,
        **proxy,
    )


def _long_work() -> None:
    """Do jobs in a process of its own."""
    starting.load()
    from leaderful.web.work.worker import run_forever

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    run_forever(Event())


def _refuse_nameless(host: str) -> None:
    """Refuse to serve others before it is said by which names they come."""
    if host not in ("127.0.0.1", "localhost", "::1") and not text("HOSTS"):
        raise BadValuesError(
            f"Others are to reach {host}, and {PREFIX}HOSTS does not say by which names. "
            "Set it, as in LEADERFUL_HOSTS=leadership.example.org; the guide to a real deployment says more."
        )


def _taken_up(folder: Path) -> Iterator[str]:
    """Take up the study of the folder, where one stands there and this is the first start; say so."""
    from django.db import Error

    from leaderful.web.folders.taking_up import take_up

    try:
        yield from take_up(folder)
    except Error as error:
        raise starting.unusable(error) from None


def _owner_link() -> str:
    """Return the path of the page where the owner's account is made; nothing where there is one."""
    from leaderful.web.accounts.links import make_link
    from leaderful.web.accounts.models import Account, Purpose, SignInLink

    if Account.objects.filter(owns_server=True).exists():
        return ""
    SignInLink.objects.filter(purpose=Purpose.OWNER).delete()
    return make_link(Purpose.OWNER, None).path
