"""What was collected, as the tables of a study that all measures read."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import polars as pl
from django.db.models import F, QuerySet
from django.utils.crypto import salted_hmac

from leaderful.study import TABLES
from leaderful.study import Study as StudyTables
from leaderful.study.own_tables import WITHHELD
from leaderful.web.collect.models import Answer, Consent, Moment, Relation
from leaderful.web.studies import evidence, suggested
from leaderful.web.studies.models import Evidence, Study


def collected(study: Study) -> dict[str, pl.DataFrame]:
    """Return what was collected in a study, under codes.

    People are all who are asked, so that measures see who is silent; what is said is of those who agreed.
    """
    return {
        "people": _people(study),
        "waves": evidence.rounds(study),
        "responses": _responses(study),
        "relations": _relations(study),
        "moments": _moments(study),
    }


def whole(study: Study) -> StudyTables:
    """Return a study with the tables kept with it and those collected, in memory."""
    kept = Evidence.objects.filter(study=study).values_list("table", flat=True)
    held = {name: evidence.table(study.pk, name) for name in kept} | suggested.tables(study) | collected(study)
    return StudyTables(
        name=study.name,
        system=study.system,
        as_at=study.as_at,
        tables={name: held[name] for name in TABLES if name in held},
        seed=study.seed,
        created_from=study.created_from,
        synthetic=study.synthetic,
        minimum_people=study.minimum_people,
    )


def _people(study: Study) -> pl.DataFrame:
    """Return who is asked, with whether they may be named as they said it last; empty where they said nothing."""
    consents = Consent.objects.filter(person__study=study).order_by("wave__pk")
    latest = dict(consents.values_list("person__code", "network"))
    people = evidence.roster(study)
    said = pl.Series("consent_network", [latest.get(code) for code in people["id"]], dtype=pl.Boolean)
    return people.with_columns(said)


def _responses(study: Study) -> pl.DataFrame:
    rows = _agreed(Answer.objects.filter(person__study=study)).order_by("person__code", "wave__pk", "item")
    return _frame("responses", rows.values_list("person__code", "wave__code", "item", "value"))


def _relations(study: Study) -> pl.DataFrame:
    rows = _agreed(Relation.objects.filter(person__study=study))
    rows = rows.order_by("person__code", "wave__pk", "about_kind", "about", "question")
    return _frame(
        "relations", rows.values_list("person__code", "wave__code", "about_kind", "about", "question", "value")
    )


def _moments(study: Study) -> pl.DataFrame:
    """Return moments by their codes, of which those made here tell no order; own words only where they may leave."""
    rows = Moment.objects.filter(person__study=study, person__consents__isnull=False).distinct()
    cells = [_moment(moment) for moment in rows.select_related("person")]
    return _frame("moments", sorted(cells, key=lambda row: str(row[0])))


def _moment(moment: Moment) -> tuple[object, ...]:
    shared = moment.reflection if moment.consent_text else WITHHELD
    return (
        moment.code or f"M{salted_hmac('leaderful.moment', str(moment.pk), algorithm='sha256').hexdigest()[:16]}",
        moment.person.code,
        moment.time.astimezone(UTC).replace(tzinfo=None),
        moment.with_bodies or None,
        moment.with_tiers or None,
        moment.opener,
        moment.behaviours or None,
        moment.taken,
        moment.went_on_to or None,
        shared if moment.reflection else None,
        moment.consent_text,
    )


def _agreed(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Keep what was said in waves in which its writer agreed to answer."""
    return rows.filter(person__consents__wave=F("wave"))


def _frame(name: str, rows: Any) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=TABLES[name].schema, orient="row")
