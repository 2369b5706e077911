"""What every command about the web application does first: find its database, load Django, look at the tables."""

from __future__ import annotations

import os
from pathlib import Path

from leaderful.errors import StudyNotFoundError
from leaderful.web.environment import DATABASE_FILE, PREFIX, keep_key, text


def point_at(folder: Path) -> None:
    """Tell the settings the folder."""
    os.environ[f"{PREFIX}FOLDER"] = str(folder.absolute())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leaderful.web.settings")


def make_folder(folder: Path) -> None:
    """Make the folder, with a key and a database in it where the environment names none; only their owner reads them.

    Raises
    ------
    StudyNotFoundError
        The folder cannot be written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not elsewhere():
            os.close(os.open(folder / DATABASE_FILE, os.O_WRONLY | os.O_CREAT, 0o600))
            if not text("SECRET_KEY"):
                keep_key(folder)
    except OSError as error:
        raise StudyNotFoundError(
            f"{folder} cannot be written: {error.strerror}. Choose a folder in which you may write."
        ) from None


def elsewhere() -> bool:
    """Tell whether the environment names a database, so that none stands in the folder."""
    return bool(os.environ.get("DATABASE_URL"))


def load() -> None:
    """Load Django."""
    import django

    django.setup()


def bring_up_to_date() -> None:
    """Make the tables that are missing, and change those that are old."""
    from django.core.management import call_command
    from django.db import Error

    try:
        call_command("migrate", verbosity=0, interactive=False)
    except Error as error:
        raise unusable(error) from None


def unusable(error: Exception) -> StudyNotFoundError:
    """Say that the database does not answer, without its words, which may hold a password."""
    return StudyNotFoundError(f"The database cannot be used: {type(error).__name__}. Look at DATABASE_URL.")
