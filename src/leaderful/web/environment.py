"""What the environment says of where and how the pages are served."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

from leaderful.errors import BadValuesError

PREFIX: Final = "LEADERFUL_"
DATABASE_FILE: Final = "leaderful.sqlite3"
KEY_FILE: Final = "leaderful-key"
"""File beside a local database with the key that signs sessions and links, where the environment gives none."""
_SHORTEST: Final = 50
_ON, _OFF = ("1", "yes", "true", "on"), ("", "0", "no", "false", "off")


def text(name: str, otherwise: str = "") -> str:
    """Return what the environment says under a name, or what stands for nothing said."""
    return os.environ.get(f"{PREFIX}{name}", "").strip() or otherwise


def switched(name: str, *, otherwise: bool = False) -> bool:
    """Tell whether something is switched on."""
    said = text(name).lower()
    if not said:
        return otherwise
    if said not in (*_ON, *_OFF):
        raise BadValuesError(f"{PREFIX}{name} is {said!r}; write yes or no.")
    return said in _ON


def number(name: str, otherwise: int) -> int:
    """Return a whole number."""
    said = text(name)
    if said and not said.isdecimal():
        raise BadValuesError(f"{PREFIX}{name} is {said!r}; write a whole number.")
    return int(said) if said else otherwise


def choice(name: str, allowed: tuple[str, ...]) -> str:
    """Return one of the words that are allowed, the first where none is given."""
    said = text(name, allowed[0]).upper()
    if said not in allowed:
        raise BadValuesError(f"{PREFIX}{name} is {said!r}; write one of {', '.join(allowed)}.")
    return said


def hosts() -> list[str]:
    """Return the names under which the pages may be asked for; those of this machine where none is given."""
    given = [host.strip() for host in text("HOSTS").split(",")]
    return [host for host in given if host] or ["localhost", "127.0.0.1", "[::1]"]


def secret_key(folder: Path) -> str:
    """Return the key that signs sessions and links: the environment's, or that of a database on this machine.

    Without either it is one that is forgotten when the program ends.

    Raises
    ------
    BadValuesError
        The pages are reached by HTTPS or stand on another database, and the environment gives no key, or a short one.
    """
    given = text("SECRET_KEY")
    if given:
        if len(given) < _SHORTEST:
            raise BadValuesError(f"{PREFIX}SECRET_KEY is shorter than {_SHORTEST} characters. Make a longer one.")
        return given
    if switched("HTTPS") or os.environ.get("DATABASE_URL"):
        raise BadValuesError(
            f"{PREFIX}SECRET_KEY is not set. Pages that others reach need a key of their own: "
            "set it to 50 random characters or more, and keep it."
        )
    file = folder / KEY_FILE
    return file.read_text(encoding="ascii").strip() if file.is_file() else secrets.token_urlsafe(64)


def single_sign_on() -> dict[str, str]:
    """Return address, client and secret of the provider by which an organisation's own accounts sign in; or nothing.

    Raises
    ------
    BadValuesError
        Some are missing, or the address is not one of HTTPS.
    """
    said = {name: text(f"OIDC_{name}") for name in ("URL", "CLIENT", "SECRET")}
    missing = [f"{PREFIX}OIDC_{name}" for name, value in said.items() if not value]
    if len(missing) == len(said):
        return {}
    if missing:
        raise BadValuesError(
            f"For single sign-on {' and '.join(missing)} must be set as well; without it, none of the three."
        )
    if not said["URL"].startswith("https://"):
        raise BadValuesError(f"{PREFIX}OIDC_URL must begin with https://, so that nobody reads what it answers.")
    return said


def keep_key(folder: Path) -> None:
    """Write a key beside a database on this machine, which only its owner can read, where there is none."""
    with suppress(FileExistsError):
        handle = os.open(folder / KEY_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(secrets.token_urlsafe(64))


def address() -> str:
    """Return the address of the pages as people know it, without a slash at its end."""
    host = hosts()[0]
    usual = f"https://{host}" if switched("HTTPS") else f"http://{host}:{number('PORT', 8000)}"
    return text("ADDRESS", usual).rstrip("/")
