"""Take a study folder up into the database: once, and whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from leaderful.errors import StudyNotFoundError
from leaderful.study import Study as StudyTables
from leaderful.study.settings import FILE
from leaderful.web import starting
from leaderful.web.accounts.models import Account
from leaderful.web.audit.models import note
from leaderful.web.folders import TAKEN_UP
from leaderful.web.folders.fitting import refuse_unfit
from leaderful.web.folders.people import keep_people
from leaderful.web.folders.said import keep_said
from leaderful.web.studies import evidence
from leaderful.web.studies.models import Member, Role, Study, Wave

COLLECTED: Final = ("people", "waves", "responses", "relations", "moments")
"""Tables that stand in the database row by row; the others are kept as they are."""


def take_up(folder: Path) -> Iterator[str]:
    """Take up the study that stands in a folder, where there is one and it was not taken up before.

    Yields
    ------
    str
        What is taken up, in words.
    """
    mark = _mark(folder)
    if not mark or _is_held(mark):
        return
    yield f"A study stands in {folder} and is taken up now. This may take a minute."
    study = StudyTables.open(folder)
    refuse_unfit(study, folder)
    with transaction.atomic():
        held = _keep(study, mark)
        note(TAKEN_UP, account=None, study=held.pk)
        for owner in Account.objects.filter(owns_server=True):
            hand_over(owner)
    yield from _said(study, folder)


def hand_over(owner: Account) -> None:
    """Make an owner of the server the steward of studies that were taken up and are nobody's yet."""
    for study in Study.objects.filter(taken_up__isnull=False, members=None):
        Member.objects.create(study=study, account=owner, role=Role.STEWARD)


def _mark(folder: Path) -> str:
    """Return what the study of a folder is known by; nothing where it holds none."""
    try:
        return hashlib.sha256((folder / FILE).read_bytes()).hexdigest()
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise StudyNotFoundError(
            f"{folder / FILE} cannot be read: {error.strerror}. Let whoever starts the web application read it."
        ) from None


def _is_held(mark: str) -> bool:
    """Tell whether a study was taken up before; a database that stands in the folder takes up that folder alone."""
    held = Study.objects.filter(taken_up__isnull=False)
    return (held.filter(taken_up=mark) if starting.elsewhere() else held).exists()


def _keep(study: StudyTables, mark: str) -> Study:
    held = Study.objects.create(
        name=study.name,
        system=study.system,
        as_at=study.as_at,
        seed=study.seed,
        minimum_people=study.minimum_people,
        created_from=study.created_from,
        synthetic=study.synthetic,
        taken_up=mark,
    )
    evidence.keep(held, {name: rows for name, rows in study.tables.items() if name not in COLLECTED})
    waves = _keep_waves(held, study)
    keep_said(study, keep_people(held, study), waves)
    return held


def _keep_waves(held: Study, study: StudyTables) -> dict[str, Wave]:
    """Keep the waves, the earliest first, as rounds are opened here; one to be opened where there is none."""
    rows = study.table("waves").sort("opens", "id").iter_rows(named=True)
    made = [
        Wave(
            study=held,
            code=row["id"],
            name=row["name"] or row["id"],
            opened_on=row["opens"],
            closed_on=row["closes"],
        )
        for row in rows
    ]
    kept = Wave.objects.bulk_create(made or [Wave(study=held, code="w1", name=_("First round"))])
    return {wave.code: wave for wave in kept}


def _said(study: StudyTables, folder: Path) -> Iterator[str]:
    people, waves = study.table("people").height, study.table("waves").height
    answers = sum(study.table(name).height for name in ("responses", "relations", "moments"))
    yield (
        f"Taken up from {folder}: {study.name}, with {people:,} people, {waves:,} rounds and {answers:,} rows of what "
        "they said. The files stay as they are; what is changed in them from now on is not seen here."
    )
    if not Account.objects.filter(owns_server=True).exists():
        yield "Its steward is whoever makes the owner's account."
