"""What was collected, as tables: of whom, with which columns, and with the findings of the same data in a folder."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
from django.utils import timezone
from django.utils.timezone import now
from web_cast import Cast, account
from web_collect import agree, answer_all

from leaderful.measures.moments import moments
from leaderful.measures.plural import plural
from leaderful.measures.scales import scales
from leaderful.measures.ties import ties
from leaderful.study import TABLES
from leaderful.study import Study as StudyTables
from leaderful.study.own_tables import WITHHELD
from leaderful.web.collect.models import Answer, Consent, Moment
from leaderful.web.collect.tables import collected, whole
from leaderful.web.studies import evidence
from leaderful.web.studies.models import Person, Wave

pytestmark = pytest.mark.django_db

TIERS = ("board", "executive", "manager", "practitioner")


def test_tables_without_answers_have_the_columns_of_a_study(cast: Cast) -> None:
    held = collected(cast.study)
    assert list(held) == ["people", "waves", "responses", "relations", "moments"]
    for name, frame in held.items():
        assert frame.schema == TABLES[name].schema, name
    assert held["people"].to_dicts()[0]["id"] == "P1"
    assert [held[name].height for name in held] == [1, 1, 0, 0, 0]
    assert held["waves"].row(0) == ("w1", "First round", date(2026, 5, 1), None)


def test_what_was_said_without_consent_in_that_wave_is_left_out(cast: Cast) -> None:
    agree(cast)
    second = Wave.objects.create(study=cast.study, code="w2", name="Second", opened_on=date(2026, 9, 1))
    stranger = Person.objects.get(study=cast.other)
    silent = Person.objects.create(study=cast.study, account=cast.lead, code="P2", body="QHM", tier="board")
    for person, wave in ((cast.person, cast.wave), (cast.person, second), (silent, cast.wave), (stranger, cast.wave)):
        Answer.objects.create(person=person, wave=wave, item="CGP1", value=2)
        Moment.objects.create(person=person, time=timezone.now(), opener="story", taken=True)
    held = collected(cast.study)
    assert held["responses"].rows() == [("P1", "w1", "CGP1", 2)]
    assert set(held["moments"]["person"]) == {"P1"}
    assert held["moments"].height == 2
    assert held["people"]["id"].to_list() == ["P1", "P2"]


def test_consent_to_be_named_is_what_was_said_last(cast: Cast) -> None:
    assert collected(cast.study)["people"]["consent_network"].to_list() == [None]
    agree(cast, network=True)
    assert collected(cast.study)["people"]["consent_network"].to_list() == [True]
    second = Wave.objects.create(study=cast.study, code="w2", name="Second", opened_on=date(2026, 9, 1))
    Consent.objects.create(person=cast.person, wave=second, words="0" * 64, network=False)
    assert collected(cast.study)["people"]["consent_network"].to_list() == [False]


def test_moments_have_codes_that_stay_and_tell_nothing(cast: Cast) -> None:
    agree(cast)
    more = {"opener": "story", "taken": True, "time": timezone.make_aware(datetime(2026, 7, 1, 9, 30))}
    for text, consent in (("My words", True), ("My secret", False), ("", False)):
        Moment.objects.create(person=cast.person, reflection=text, consent_text=consent, **more)
    first, again = (collected(cast.study)["moments"] for _ in range(2))
    assert first.equals(again)
    assert first["id"].n_unique() == 3
    assert first["id"].str.contains("^M[0-9a-f]{16}$").all()
    assert set(first.select("reflection", "consent_text").iter_rows()) == {
        ("My words", True),
        (WITHHELD, False),
        (None, False),
    }
    assert first["time"][0] == datetime(2026, 7, 1, 8, 30)
    assert first["with_bodies"].to_list() == [None] * 3


def test_findings_are_those_of_the_same_data_in_a_folder_to_the_last_digit(cast: Cast, tmp_path: Path) -> None:
    bodies = evidence.table(cast.study.pk, "bodies").filter(kind="nhs-trust").sort("id")["id"]
    for number in range(2, 13):
        Person.objects.create(
            study=cast.study,
            account=account(f"person{number}"),
            code=f"P{number}",
            body=bodies[number % 3],
            tier=TIERS[number % 4],
            invited_at=now(),
        )
    for number in range(1, 13):
        answer_all(cast, number)
    study = whole(cast.study)
    assert (study.seed, study.created_from) == (cast.study.seed, cast.study.created_from)
    assert study.table("responses").height == 12 * 52
    asked_of = {name: frame for name, frame in study.tables.items() if name not in ("published", "outcomes", "links")}
    StudyTables.new(
        tmp_path / "study",
        name=study.name,
        system=study.system,
        as_at=study.as_at,
        tables=asked_of,
        seed=study.seed,
        formats=dict.fromkeys(asked_of, "csv"),
    )
    opened = StudyTables.open(tmp_path / "study")
    assert not any(receipt.problems for receipt in opened.receipts)
    for name in ("people", "waves", "responses", "relations", "moments"):
        order = list(TABLES[name].key)
        assert opened.table(name).sort(order).equals(study.table(name).sort(order)), name
    for measure in (scales, ties, plural, moments):
        ours, theirs = measure(study), measure(opened)
        assert ours.height > 0, measure.__name__
        assert ours.equals(theirs, null_equal=True), measure.__name__
    assert pl.DataFrame(scales(study)).filter(measure="scale.score").height > 0
