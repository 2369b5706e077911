"""The answers of a round without people: one file, made once, of exactly those whom released results count.

Two such files of a round, or a file and results of other people, could be set beside each other: what differs is what
few people said. So there is one file for each round. It is made from the answers that its released results were worked
out from, and from no others, and it is gone for good once anybody withdraws.
"""

from __future__ import annotations

import io
import zipfile
from typing import Final

import polars as pl
from django.db import transaction

from leaderful.exports.safe import no_formulas
from leaderful.web.collect.tables import whole
from leaderful.web.results.counting import as_counted, count, held
from leaderful.web.results.deidentifying import deidentified
from leaderful.web.results.measuring import invited
from leaderful.web.results.models import Result, RoundFile, State
from leaderful.web.studies.models import Study, Wave

README: Final = """Answers from one round of a study, without people.

answers.csv has a row for each answer: a code made for this file alone, the round, the item and the answer (1 strongly
disagree to 5 strongly agree; empty for "I am not able to say"). people.csv has a row for each code: organisation and
tier, empty where fewer than the study's smallest group would share it. There are no words and no times. Whoever takes
this round out gets the same file. Codes of another round are others: nobody can be followed from round to round.
Do not try to find out who anybody is, do not join this to other data on people, and pass it to nobody.
"""


def to_take(study: Study) -> list[Wave]:
    """Return the rounds whose answers may be taken out: closed, in released results, and not gone."""
    shown = {entry["wave"] for result in _released(study) for entry in result.counted}
    waves = study.waves.filter(opened_on__isnull=False, closed_on__isnull=False).exclude(file__content=b"")
    return [wave for wave in waves if wave.code in shown]


def round_file(wave: Wave) -> bytes:
    """Return the file of a round, made where it is not there; nothing where it may not leave."""
    with transaction.atomic():
        study = Study.objects.select_for_update().get(pk=wave.study_id)
        found = RoundFile.objects.filter(wave=wave).first()
        if found is None and (content := _made(study, wave)):
            found = RoundFile.objects.create(wave=wave, content=content)
        return bytes(found.content) if found is not None else b""


def drop_round_files(study: Study) -> None:
    """Empty the files of a study for good, whether or not the one who withdraws is in them: that would tell."""
    RoundFile.objects.filter(wave__study=study).update(content=b"")


def _made(study: Study, wave: Wave) -> bytes:
    """Return the file of a round, if what is there now is what the last released results of it count."""
    tables = whole(study)
    now = count(tables, study.minimum_people, invited(study))
    last = next((r for r in _released(study) if any(entry["wave"] == wave.code for entry in r.counted)), None)
    if last is None or not as_counted(held(last.counted), now, wave.code):
        return b""
    people, said = deidentified(tables, wave.code, fewest=study.minimum_people)
    return _zipped(people, said) if people.height else b""


def _released(study: Study) -> list[Result]:
    found = Result.objects.filter(study=study, state=State.RELEASED).order_by("-released_at")
    return list(found.defer("page", "findings"))


def _zipped(people: pl.DataFrame, said: pl.DataFrame) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", README)
        archive.writestr("people.csv", no_formulas(people).write_csv())
        archive.writestr("answers.csv", no_formulas(said).write_csv())
    return stream.getvalue()
