"""Files written whole or not at all, and what no cell of theirs may begin with."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from leaderful.errors import StudyNotFoundError

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A cell that begins so is taken for a formula by one spreadsheet or another."""


def write_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: an interruption leaves what was there before."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")  # two processes may write the same file at a time
    try:
        with part.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def write_new(files: Mapping[Path, bytes]) -> None:
    """Write files that are not there yet; one that is may have been filled in."""
    there = next((path for path in files if is_there(path)), None)
    if there is not None:
        raise StudyNotFoundError(f"{there} is there already and may be filled in. Choose another name for --out.")
    write_over(files)


def write_over(files: Mapping[Path, bytes]) -> None:
    """Write files, in place of those that are there."""
    for path, content in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_file(path, content)
        except OSError as error:
            raise _unwritable(path, error) from None


def is_there(path: Path) -> bool:
    """Tell whether something stands at a place where a file is to be written."""
    try:
        return path.exists()
    except OSError as error:  # the folder may not be looked into, or the name is too long
        raise _unwritable(path, error) from None


def _unwritable(path: Path, error: OSError) -> StudyNotFoundError:
    return StudyNotFoundError(
        f"{path} cannot be written: {error.strerror}. Choose a folder in which you may write, and a name that it can "
        "hold."
    )
