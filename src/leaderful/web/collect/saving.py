"""Keep what people say: whole or not at all, once however often it is sent, and never after a wave was closed."""

from __future__ import annotations

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.query import RawQuerySet
from django.utils import timezone

from leaderful.web.collect.asking import Values
from leaderful.web.collect.guard import WaveClosedError
from leaderful.web.collect.models import Answer, Consent, Relation


def save_answers(consent: Consent, values: Values) -> None:
    """Keep answers to items in place of earlier ones; those left open stay as they were."""
    with transaction.atomic():
        _hold(consent)
        Answer.objects.bulk_create(
            (
                Answer(person=consent.person, wave=consent.wave, item=item, value=value)
                for item, value in values.items()
            ),
            update_conflicts=True,
            unique_fields=["person", "wave", "item"],
            update_fields=["value", "saved_at"],
        )


def save_relations(consent: Consent, about_kind: str, about: str, values: Values) -> None:
    """Keep what is said of a body or a person in place of what was said before."""
    with transaction.atomic():
        _hold(consent)
        Relation.objects.bulk_create(
            (
                Relation(
                    person=consent.person,
                    wave=consent.wave,
                    about_kind=about_kind,
                    about=about,
                    question=question,
                    value=value,
                )
                for question, value in values.items()
            ),
            update_conflicts=True,
            unique_fields=["person", "wave", "about_kind", "about", "question"],
            update_fields=["value"],
        )


def remove_relations(consent: Consent, about_kind: str, about: str) -> None:
    """Take back what was said of a body or a person in a wave."""
    with transaction.atomic():
        _hold(consent)
        Relation.objects.filter(
            person=consent.person_id, wave=consent.wave_id, about_kind=about_kind, about=about
        ).delete()


def finish(consent: Consent) -> None:
    """Note that somebody came to the end; the first time counts."""
    with transaction.atomic():
        _hold(consent)
        Consent.objects.filter(pk=consent.pk, finished_at=None).update(finished_at=timezone.now())


def _hold(consent: Consent) -> None:
    """Hold a consent and its open wave until the end of the transaction: neither is taken back or closed meanwhile.

    SQLite lets one write at a time, so nothing needs holding there.

    Raises
    ------
    WaveClosedError
        The wave was closed, or the consent taken back.
    """
    held = Consent.objects.select_for_update(of=("self",)).filter(
        pk=consent.pk, wave__opened_on__isnull=False, wave__closed_on__isnull=True
    )
    if not list(_with_wave(held) if connection.vendor == "postgresql" else held):
        raise WaveClosedError("the wave is closed; nothing was saved")


def _with_wave(held: QuerySet[Consent]) -> RawQuerySet[Consent]:
    """Return what holds the waves as well, so that who closes one waits, and who saves waits for them."""
    sql, values = held.query.sql_with_params()
    return Consent.objects.raw(f'{sql} FOR SHARE OF "studies_wave"', values)
