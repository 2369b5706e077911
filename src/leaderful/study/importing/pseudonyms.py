"""People under codes that say nothing about them: a keyed hash of a name, mail address or number."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import unicodedata
from pathlib import Path

import polars as pl

from leaderful.errors import BadValuesError, StudyNotFoundError, UnreadableFileError

VARIABLE = "LEADERFUL_KEY"
"""Environment variable that may hold the key in place of a file."""
_SHORTEST = 16
_LENGTH = 16  # 64 bits: among 100,000 people, two share a code about once in four thousand million studies


_LONGER = 20  # 80 bits: among a hundred million messages, two share a code in one of 240 million studies


def read_key(file: Path | None) -> bytes | None:
    """Return the key for pseudonyms from a file, else from the environment; None when there is none."""
    if file is None:
        held = os.environ.get(VARIABLE, "").strip().encode()
        source = f"The environment variable {VARIABLE}"
    else:
        try:
            held, source = file.read_bytes().strip(), str(file)
        except OSError as error:
            raise UnreadableFileError(
                f"{file} cannot be read: {error.strerror}. Make a key once with --new-key {file}, and keep it."
            ) from None
    if held and len(held) < _SHORTEST:
        raise BadValuesError(
            f"{source} holds a key of fewer than {_SHORTEST} characters. Make one with --new-key FILE."
        )
    return held or None


def new_key(file: Path) -> bytes:
    """Write a new random key to a file that only its owner can read, and return it; never over another file."""
    key = secrets.token_hex(32).encode()
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(key + b"\n")
    except FileExistsError:
        raise StudyNotFoundError(f"{file} is there already. To use the key it holds, name it with --key.") from None
    except OSError as error:
        raise StudyNotFoundError(f"{file} cannot be written: {error.strerror}. Choose another place.") from None
    return key


def hashed(people: pl.Series, key: bytes) -> pl.Series:
    """Return the pseudonym of each person; case and spaces make no difference."""
    distinct = people.drop_nulls().unique()
    codes = pl.Series("code", [_pseudonym(person, key) for person in distinct], dtype=pl.String)
    return people.replace_strict(distinct, codes, default=None, return_dtype=pl.String)


def sealed(texts: pl.Series, key: bytes, *, begins: str) -> pl.Series:
    """Return a code for each text that is the same for the same text, and from which nobody reads the text."""
    distinct = texts.drop_nulls().unique()
    digests = (hmac.digest(key, text.encode("utf-8", "replace"), "sha256").hex() for text in distinct)
    codes = pl.Series("code", [f"{begins}{digest[:_LONGER]}" for digest in digests], dtype=pl.String)
    return texts.replace_strict(distinct, codes, default=None, return_dtype=pl.String)


def _pseudonym(person: str, key: bytes) -> str:
    plain = " ".join(unicodedata.normalize("NFKC", person).casefold().split())
    return f"p{hmac.new(key, plain.encode(), hashlib.sha256).hexdigest()[:_LENGTH]}"
