"""Take a backup of the web application, restore one, and write one of its studies as a folder."""

from __future__ import annotations

import shlex
from pathlib import Path

from leaderful.errors import StudyNotFoundError
from leaderful.web import starting
from leaderful.web.environment import DATABASE_FILE, KEY_FILE, PREFIX, text


def back_up(folder: Path, out: Path) -> list[str]:
    """Write all that the database holds to one file, and say what was written."""
    _open(folder)
    from django.db import Error

    from leaderful.web.audit.models import note
    from leaderful.web.backups import write_backup

    try:
        written = write_backup(out)
        note("took a backup", account=None)
    except Error as error:
        raise starting.unusable(error) from None
    rows = sum(table.rows for table in written.values())
    return [
        f"Written: {out} ({rows:,} rows of {len(written)} tables). It holds what people said: keep it safe.",
        f"The key is not in it. Keep {_key(folder)} in another place.",
    ]


def restore(folder: Path, file: Path) -> list[str]:
    """Bring a backup into a database without rows, made where there is none, and say what was restored."""
    if not file.is_file():
        raise StudyNotFoundError(f"{file} is no file. Name the file of a backup.")
    starting.make_folder(folder)
    starting.point_at(folder)
    starting.load()
    starting.bring_up_to_date()
    from django.db import Error, transaction

    from leaderful.web.audit.models import note
    from leaderful.web.restoring import read_backup

    try:
        with transaction.atomic():
            held = read_backup(file)
            note("restored a backup", account=None)
    except Error as error:
        raise starting.unusable(error) from None
    rows = sum(table.rows for table in held.values())
    return [
        f"Restored: {rows:,} rows of {len(held)} tables. Everybody signs in anew.",
        f"Links and codes sent before work only with the key that made them: put it into {_key(folder)}.",
    ]


def fetch(folder: Path, out: Path, *, study: str | None) -> list[str]:
    """Write a study as a folder for `leaderful run`, and say what it holds and who may hold it."""
    _open(folder)
    from django.db import Error

    from leaderful.web.folders import fetching

    try:
        fetched = fetching.fetch(out, study)
    except Error as error:
        raise starting.unusable(error) from None
    people, waves = (fetched.study.table(name).height for name in ("people", "waves"))
    lines = [
        f"Written: {out} ({fetched.study.name}, {people:,} people, {waves:,} rounds). It holds what each person said, "
        "under a code: only those may have it who were promised to the people, and it goes when no longer needed.",
    ]
    if fetched.left_out:
        lines.append(
            f"Results seen in the web application leave out {', '.join(fetched.left_out)}, lest the change since then "
            "tells what a few people said. The folder holds that too: publish no findings of it beside those results."
        )
    return [*lines, f"Next: leaderful run {shlex.quote(str(out))}"]


def _open(folder: Path) -> None:
    """Load Django with a database that is there.

    Raises
    ------
    StudyNotFoundError
        There is none.
    """
    if not starting.elsewhere() and not (folder / DATABASE_FILE).is_file():
        raise StudyNotFoundError(
            f"{folder} holds no database of the web application. Name the folder that `leaderful serve` was given, or "
            "set DATABASE_URL as it was then."
        )
    starting.point_at(folder)
    starting.load()


def _key(folder: Path) -> str:
    """Return where the key is that signs links."""
    return f"{PREFIX}SECRET_KEY" if starting.elsewhere() or text("SECRET_KEY") else str(folder / KEY_FILE)
