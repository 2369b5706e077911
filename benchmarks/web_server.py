"""Start the command line's server and stop it without a word, as a machine that fails does."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.request import urlopen


def command(*words: str) -> list[str]:
    """Return a command of leaderful as this Python has it."""
    return [str(Path(sys.executable).parent / "leaderful"), *words]


def start(folder: Path, port: int, environment: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    """Start a server and wait until it is alive."""
    words = command("serve", str(folder), "--port", str(port))
    server = subprocess.Popen(words, stdout=subprocess.DEVNULL, start_new_session=True, env=environment)
    for _ in range(600):
        try:
            with urlopen(f"http://127.0.0.1:{port}/alive", timeout=60) as page:
                page.read()
            return server
        except OSError:
            time.sleep(0.1)
    stop(server)
    raise SystemExit("the server did not start")


def stop(server: subprocess.Popen[bytes]) -> None:
    """Kill a server and all its processes at once."""
    os.killpg(server.pid, signal.SIGKILL)
    server.wait()


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
