"""How much memory a run takes, said before it starts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from leaderful.errors import BadValuesError

BYTES_PER_ACTOR: Final = 330
"""State and workings of an actor with two purposes, twice over where a run works on a copy."""
BYTES_PER_SLOT: Final = 33
"""Partner, contents, mark, note and what is told of a slot."""
SLOTS_BEYOND: Final = 3
AT_ONCE: Final = 2
"""Copies of a system that stand at a time: where a run starts, and where it is."""


def needed(actors: int, ties: int) -> int:
    """Return the bytes that a run takes, from its numbers of actors and ties."""
    slots = ties + SLOTS_BEYOND * actors
    return AT_ONCE * (actors * BYTES_PER_ACTOR + slots * BYTES_PER_SLOT)


def available() -> int | None:
    """Return the bytes that this machine can still give, the limit of a container included; None when unknown."""
    found = [each for each in (_free(), _left_in_container()) if each is not None]
    return min(found, default=None)


def refuse_too_large(actors: int, ties: int, *, free: int | None) -> str:
    """Return the memory a run takes in words, or refuse it when that is more than there is.

    Raises
    ------
    BadValuesError
        When the run would take more than nine tenths of the memory that is free.
    """
    wanted = needed(actors, ties)
    words = f"{actors:,} people with {ties:,} ties take about {_words(wanted)} of memory"
    if free is not None and wanted > 0.9 * free:
        part = max(0.001, 0.8 * free / wanted)
        raise BadValuesError(
            f"{words}, and {_words(free)} is free. Simulate a part of the people, as with --part {part:.2g}, "
            "or one system rather than all of England."
        )
    return words + (f"; {_words(free)} is free." if free is not None else ".")


def _words(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"


def _free() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return _all_of_it()
    kilobytes = {line.split(":")[0]: line.split()[1] for line in lines if len(line.split()) > 1}
    return int(kilobytes["MemAvailable"]) * 1024 if "MemAvailable" in kilobytes else _all_of_it()


def _all_of_it() -> int | None:
    """Return the size of memory where what is free is not told."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None


def _left_in_container() -> int | None:
    group = Path("/sys/fs/cgroup")
    try:
        limit = (group / "memory.max").read_text(encoding="ascii").strip()
        used = (group / "memory.current").read_text(encoding="ascii").strip()
        return None if limit == "max" else max(0, int(limit) - int(used))
    except (OSError, ValueError):
        return None
