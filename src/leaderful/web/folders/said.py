"""What people of a study folder said: their consents, answers, relations and moments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any, Final

from leaderful.study import Study as StudyTables
from leaderful.study.own_tables import WITHHELD
from leaderful.web.collect.models import Answer, Consent, Moment, Relation
from leaderful.web.folders.people import AT_ONCE
from leaderful.web.studies.models import Person, Wave

WORDS: Final = "those of the folder"
"""Stands in a consent where the hash of the page's words does: people of a folder agreed to words not known here."""


def keep_said(study: StudyTables, people: Mapping[str, Person], waves: Mapping[str, Wave]) -> None:
    """Keep what people said, each with the consent without which it would not be read."""
    _keep_consents(study, people, waves)
    Answer.objects.bulk_create(
        (
            Answer(person=people[row["person"]], wave=waves[row["wave"]], item=row["item"], value=row["answer"])
            for row in study.table("responses").iter_rows(named=True)
        ),
        batch_size=AT_ONCE,
    )
    Relation.objects.bulk_create(
        (
            Relation(
                person=people[row["person"]],
                wave=waves[row["wave"]],
                about_kind=row["about_kind"],
                about=row["about"],
                question=row["question"],
                value=row["answer"],
            )
            for row in study.table("relations").iter_rows(named=True)
        ),
        batch_size=AT_ONCE,
    )
    moments = (_moment(row, people[row["person"]]) for row in study.table("moments").iter_rows(named=True))
    Moment.objects.bulk_create(moments, batch_size=AT_ONCE)


def _keep_consents(study: StudyTables, people: Mapping[str, Person], waves: Mapping[str, Wave]) -> None:
    """Keep that people agreed: in each wave in which they said something, and else in the last."""
    network = dict(study.table("people").select("id", "consent_network").iter_rows())
    said = {
        row for name in ("responses", "relations") for row in study.table(name).select("person", "wave").iter_rows()
    }
    spoke = {person for person, _ in said}
    elsewhere = {*study.table("moments")["person"], *(code for code, named in network.items() if named is not None)}
    begun = {(person, list(waves)[-1]) for person in elsewhere - spoke}
    Consent.objects.bulk_create(
        (
            Consent(
                person=people[person],
                wave=waves[wave],
                words=WORDS,
                network=bool(network[person]),
                finished_at=_end(waves[wave]) if (person, wave) in said else None,
            )
            for person, wave in sorted(said | begun)
        ),
        batch_size=AT_ONCE,
    )


def _end(wave: Wave) -> datetime | None:
    day = wave.closed_on or wave.opened_on
    return datetime.combine(day, time(), tzinfo=UTC) if day is not None else None


def _moment(row: dict[str, Any], person: Person) -> Moment:
    """Return a moment; words that are their writer's alone stay in the folder."""
    shared = bool(row["consent_text"])
    return Moment(
        person=person,
        code=row["id"],
        time=row["time"].replace(tzinfo=UTC),
        with_bodies=row["with_bodies"] or [],
        with_tiers=row["with_tiers"] or [],
        opener=row["opener"],
        behaviours=row["behaviours"] or [],
        taken=row["taken"],
        went_on_to=row["went_on_to"] or [],
        reflection=(row["reflection"] if shared else WITHHELD) if row["reflection"] else "",
        consent_text=shared,
    )
