"""Write a study that the web application keeps as a study folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from leaderful.errors import BadValuesError, StudyNotFoundError, UnknownNameError
from leaderful.study import Study as StudyTables
from leaderful.study.folder import refuse_full
from leaderful.web.audit.models import note
from leaderful.web.backups import changes_made
from leaderful.web.collect.tables import whole
from leaderful.web.folders import FETCHED
from leaderful.web.folders.cleaning import cleaned
from leaderful.web.results.counting import DIARY
from leaderful.web.results.guard import RoundOpenError, refuse_unready
from leaderful.web.results.models import Result
from leaderful.web.studies.models import Study


@dataclass(frozen=True)
class Fetched:
    """A study that was written."""

    study: StudyTables
    left_out: tuple[str, ...]
    """Names of the rounds, and of the diary, that results seen last had to leave out."""


def fetch(out: Path, named: str | None) -> Fetched:
    """Write a study, the only one where none is named, to a folder that only its owner can read.

    Raises
    ------
    LeaderfulError
        There is no such study, a round of it is open, or the folder holds files or cannot be written.
    """
    changes_made(connections[DEFAULT_DB_ALIAS])
    place = Path(os.path.realpath(out))
    _refuse_full(out, place)
    with transaction.atomic():
        study = Study.objects.select_for_update().get(pk=_chosen(named).pk)
        _refuse_open(study)
        tables = cleaned(whole(study))
        note(FETCHED, account=None, study=study.pk)
    with _for_their_owner_alone(out, place):
        written = StudyTables.new(
            out,
            name=tables.name,
            system=tables.system,
            as_at=tables.as_at,
            tables=tables.tables,
            seed=tables.seed,
            created_from=tables.created_from,
            synthetic=tables.synthetic,
            minimum_people=tables.minimum_people,
        )
    return Fetched(study=written, left_out=tuple(_left_out(study)))


def _refuse_full(out: Path, place: Path) -> None:
    try:
        refuse_full(out, place)
    except OSError as error:
        raise _unwritable(out, error) from None


def _chosen(named: str | None) -> Study:
    """Return the study of a name or an id."""
    held = list(Study.objects.order_by("name", "pk"))
    found = held if named is None else [each for each in held if _is_named(each, named)]
    if len(found) == 1:
        return found[0]
    if not held:
        raise StudyNotFoundError("The web application holds no study yet. Start one there first.")
    listed = "\n".join(f"  {each.pk}  {each.name}" for each in (found or held))
    said = "No study is called so" if not found else "There are several studies"
    raise UnknownNameError(f"{said}. Name one by its id, with --study:\n{listed}")


def _is_named(study: Study, named: str) -> bool:
    try:
        return study.pk == UUID(named)
    except ValueError:
        return study.name.casefold() == named.strip().casefold()


def _refuse_open(study: Study) -> None:
    try:
        refuse_unready(study)
    except RoundOpenError:
        names = ", ".join(study.open_waves.values_list("name", flat=True))
        raise BadValuesError(
            f"{study.name}: people are still answering ({names}), and what they say may still change. "
            "Let a steward close the round on the study's page, then try again."
        ) from None


def _left_out(study: Study) -> Iterator[str]:
    """Yield what results seen last had to leave out."""
    seen = Result.objects.filter(study=study, seen_at__isnull=False).defer("page", "findings").order_by("-made_at")
    latest = seen.first()
    names = dict(study.waves.values_list("code", "name")) | {DIARY: "the diary"}
    yield from (names.get(code, code) for code in (latest.left_out if latest is not None else ()))


@contextmanager
def _for_their_owner_alone(out: Path, place: Path) -> Iterator[None]:
    """Let what is written be read by its owner alone."""
    before = os.umask(0o077)
    try:
        if place.is_dir():
            place.chmod(0o700)
        yield
    except OSError as error:
        raise _unwritable(out, error) from None
    finally:
        os.umask(before)


def _unwritable(out: Path, error: OSError) -> StudyNotFoundError:
    return StudyNotFoundError(
        f"{out} cannot be written: {error.strerror}. Choose a folder in which you may write, with --out."
    )
