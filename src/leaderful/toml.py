"""TOML files that people write by hand: small, UTF-8, and refused with what is wrong in them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leaderful.errors import UnreadableFileError

LARGEST = 5_000_000
"""Bytes that are read of one; a file people write is a few pages, and anything larger is some other file."""


@dataclass(frozen=True, kw_only=True)
class Toml:
    """What a file holds."""

    content: bytes
    values: dict[str, Any]


def read_toml(path: Path, *, what: str, otherwise: str, example: str) -> Toml:
    """Read a file that should be `what`, or raise an error that says what to do `otherwise`, or shows an `example`."""
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except OSError as error:
        raise UnreadableFileError(f"{path} cannot be read: {error.strerror}. {otherwise}") from None
    if len(content) > LARGEST:
        raise UnreadableFileError(f"{path} is too large to be {what}. {otherwise}")
    try:
        return Toml(content=content, values=tomllib.loads(content.decode("utf-8-sig")))
    except UnicodeDecodeError:
        raise UnreadableFileError(f"{path} is not UTF-8 text. Save it again as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise UnreadableFileError(f"{path} is not in order: {error}. {example}") from None
    except (ValueError, RecursionError):  # a number of thousands of digits, or lists a thousand deep
        raise UnreadableFileError(f"{path} is not in order: a value is too large to read. {example}") from None


def with_tuples(value: object) -> Any:
    """Return the value with tuples for lists, as strict checking wants them."""
    if isinstance(value, dict):
        return {key: with_tuples(each) for key, each in value.items()}
    return tuple(with_tuples(each) for each in value) if isinstance(value, list) else value
