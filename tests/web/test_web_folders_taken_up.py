"""A study folder is taken up once, whole or not at all, and measured here as it is there."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from django.test import Client
from django.urls import reverse
from web_cast import Cast, account
from web_folders import EXAMPLE, part_of_example
from web_results import PAGE

from leaderful import jobs
from leaderful.errors import BadValuesError, BrokenKeysError, LeaderfulError, StudyNotFoundError, UnknownNameError
from leaderful.exports import export_files
from leaderful.study import TABLES
from leaderful.study import Study as StudyTables
from leaderful.study.own_tables import WITHHELD
from leaderful.web import starting
from leaderful.web.accounts.links import find_code, find_link, make_link
from leaderful.web.accounts.models import Account, Purpose
from leaderful.web.audit.models import Entry
from leaderful.web.collect.models import Consent, Moment
from leaderful.web.collect.tables import whole
from leaderful.web.folders import TAKEN_UP
from leaderful.web.folders.taking_up import take_up
from leaderful.web.results.models import Result, State
from leaderful.web.results.taking import _contents
from leaderful.web.studies.models import Member, Person, Role, Study, Wave
from leaderful.web.work.models import Job

PEOPLE = 40

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def part(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return part_of_example(tmp_path_factory.mktemp("part") / "study", people=PEOPLE)


@pytest.fixture
def folder(part: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(part, tmp_path / "study"))


def held() -> Study:
    return Study.objects.get(taken_up__isnull=False)


def nothing_is_held() -> bool:
    models = (Study, Person, Account, Wave, Member, Consent, Entry)
    return not any(model._default_manager.exists() for model in models)


def rewrite(folder: Path, table: str, change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
    """Change a table in its file, as somebody does by hand."""
    rows = change(StudyTables.open(folder).table(table))
    lists = [pl.col(name).list.join(";") for name, kind in rows.schema.items() if kind == pl.List]
    rows.with_columns(lists).write_csv(folder / f"{table}.csv")


def test_the_study_here_is_the_study_of_the_folder(folder: Path) -> None:
    lines = list(take_up(folder))
    there, here = StudyTables.open(folder), whole(held())
    assert lines[1].startswith(f"Taken up from {folder}: {there.name}, with {PEOPLE} people, 2 rounds and ")
    for field in ("name", "system", "as_at", "seed", "created_from", "synthetic", "minimum_people"):
        assert getattr(here, field) == getattr(there, field), field
    assert there.minimum_people == 12
    for name, table in TABLES.items():
        ours, theirs = (each.table(name).sort(table.key) for each in (here, there))
        if name == "moments":
            theirs = theirs.with_columns(pl.col("consent_text").fill_null(value=False))
        assert ours.equals(theirs, null_equal=True), name
    assert there.table("moments").height > 0 < there.table("interactions").height


def test_it_is_measured_here_as_in_the_folder_to_the_last_digit(folder: Path) -> None:
    list(take_up(folder))
    ours, _ = jobs.protected(whole(held()))
    theirs, _ = jobs.protected(StudyTables.open(folder))
    assert ours.equals(theirs, null_equal=True)
    assert ours.filter(measure="scale.score", status="ok").height > 0
    assert ours.filter(pl.col("measure").str.starts_with("moment")).height > 0


def test_it_is_taken_up_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "elsewhere", lambda: False)
    assert list(take_up(folder))
    assert list(take_up(folder)) == []
    (folder / "study.toml").write_text("not even TOML [")
    assert list(take_up(folder)) == []
    assert Entry.objects.filter(did=TAKEN_UP).count() == 1


def test_a_database_elsewhere_takes_each_folder_up_once(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "elsewhere", lambda: True)
    study = StudyTables.open(folder)
    bodies = {"bodies": study.table("bodies")}
    StudyTables.new(tmp_path / "two", name="Two", system="XLW", as_at=study.as_at, tables=bodies, synthetic=True)
    for _ in range(2):
        for place in (folder, tmp_path / "two"):
            list(take_up(place))
    assert sorted(Study.objects.values_list("name", flat=True)) == [study.name, "Two"]


def test_a_folder_without_a_study_is_left_alone(tmp_path: Path) -> None:
    assert list(take_up(tmp_path)) == []
    assert nothing_is_held()


def test_the_owner_there_is_becomes_its_steward(folder: Path) -> None:
    owner = account("owner", owns_server=True)
    assert len(list(take_up(folder))) == 2
    assert list(Member.objects.values_list("account", "role")) == [(owner.pk, Role.STEWARD)]


def test_the_owner_who_comes_later_becomes_its_steward(folder: Path) -> None:
    assert list(take_up(folder))[2] == "Its steward is whoever makes the owner's account."
    browser, link = Client(), make_link(Purpose.OWNER, None)
    given = {"name": "Ada", "email": "ada@example.org", "password": "eleven grey herons"}
    assert browser.post(link.path, given).status_code == 302
    assert [member.account.email for member in Member.objects.filter(study=held())] == ["ada@example.org"]
    page = browser.get(reverse("study", args=[held().pk])).content.decode()
    assert "Larkwater" in page
    assert "Everything in this study is made up" in page
    for name in ("people", "results", "threads", "codes", "invite", "preview", "roles", "log", "what-if"):
        assert browser.get(reverse(name, args=[held().pk])).status_code == 200, name


def test_studies_started_here_are_not_handed_over(cast: Cast) -> None:
    given = {"name": "Eve", "email": "eve@example.org", "password": "eleven grey herons"}
    assert Client().post(make_link(Purpose.OWNER, None).path, given).status_code == 302
    assert not Member.objects.filter(account__email="eve@example.org").exists()
    assert Member.objects.filter(study=cast.study).count() == 3


# People


def test_nobody_can_come_in_as_somebody_of_the_folder(folder: Path, mailoutbox: list[object]) -> None:
    list(take_up(folder))
    assert not Account.objects.exclude(email=None, name="").exists()
    one = Person.objects.order_by("pk")[0].account
    made = make_link(Purpose.ANSWER, one, with_code=True)
    assert find_link(made.token) is None
    assert find_code(made.code) is None
    browser = Client()
    browser.force_login(one, backend="django.contrib.auth.backends.ModelBackend")
    assert browser.get(reverse("mine", args=[held().pk])).status_code == 302
    assert not mailoutbox


@pytest.fixture
def steward(folder: Path) -> Client:
    owner = account("owner", owns_server=True)
    list(take_up(folder))
    browser = Client()
    browser.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def test_no_code_is_printed_for_somebody_of_the_folder(steward: Client) -> None:
    answer = steward.post(reverse("codes", args=[held().pk]), {"whom": "without-address"})
    assert answer.status_code == 200
    assert "data:image" not in answer.content.decode()
    assert not Account.objects.filter(links__isnull=False).exists()


def test_people_of_the_folder_are_counted_and_not_listed(steward: Client) -> None:
    page = steward.get(reverse("people", args=[held().pk])).content.decode()
    assert f"{PEOPLE} people are on the list" in page
    assert "They came from a folder" in page
    assert "Find somebody" not in page
    assert Person.objects.order_by("pk")[0].code not in page
    assert ">None<" not in page


def test_no_round_is_opened_where_people_cannot_be_asked(steward: Client) -> None:
    study, last = held(), held().waves.last()
    assert last is not None
    for answer in (
        steward.post(reverse("open-wave", args=[study.pk, last.code]), follow=True),
        steward.post(reverse("new-wave", args=[study.pk]), {"name": "Third"}, follow=True),
        steward.get(reverse("new-wave", args=[study.pk]), follow=True),
    ):
        assert "came from a folder, under codes alone" in answer.content.decode()
    assert study.waves.count() == 2
    assert not study.waves.filter(closed_on=None).exists()
    overview = steward.get(reverse("study", args=[study.pk])).content.decode()
    assert "Open again" not in overview
    assert "Make a new round" not in overview


def test_a_folder_without_people_is_collected_for_as_any_study(tmp_path: Path) -> None:
    public = jobs.public_study("QHM", date(2026, 4, 1))
    kept = {name: public.table(name) for name in ("bodies", "ties", "links")}
    StudyTables.new(tmp_path / "study", name="New", system="QHM", as_at=public.as_at, tables=kept)
    owner = account("owner", owns_server=True)
    list(take_up(tmp_path / "study"))
    browser = Client()
    browser.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    assert browser.post(reverse("open-wave", args=[held().pk, "w1"])).status_code == 302
    assert held().waves.get().is_open


def test_words_that_are_their_writers_alone_stay_in_the_folder(folder: Path) -> None:
    texts = {"reflection": pl.lit("My own words"), "consent_text": pl.int_range(pl.len()) % 2 == 0}
    rewrite(folder, "moments", lambda rows: rows.with_columns(**texts))
    (folder / "moments.parquet").unlink(missing_ok=True)
    list(take_up(folder))
    kept = dict(Moment.objects.values_list("consent_text", "reflection").distinct())
    assert kept == {True: "My own words", False: WITHHELD}


# What is not whole


@pytest.mark.parametrize(
    ("table", "column", "value", "kind", "said"),
    [
        ("people", "body", "nowhere", BrokenKeysError, r"people\.csv, row 2, column body"),
        ("people", "tier", "king", BadValuesError, r"people\.csv, row 2, column tier"),
        ("waves", "id", "first round", LeaderfulError, r"waves, row 1, column id: .* letters from A to Z"),
        ("people", "id", "P 1/2", LeaderfulError, r"people, row 1, column id"),
        ("bodies", "id", "B" * 41, LeaderfulError, r"bodies, row 1, column id: .* at most 40"),
        ("waves", "name", "N" * 201, BadValuesError, r"waves, row 1, column name: .* at most 200"),
    ],
)
def test_what_cannot_be_taken_up_is_said_by_its_row_and_nothing_is_kept(
    table: str, column: str, value: str, kind: type[LeaderfulError], said: str, tmp_path: Path
) -> None:
    study = StudyTables.open(EXAMPLE)
    first = {"bodies": study.table("bodies"), "waves": study.table("waves"), "people": study.table("people").head(20)}
    place = tmp_path / "study"
    StudyTables.new(place, name="X", system="XLW", as_at=study.as_at, tables=first, synthetic=True)
    if table == "bodies":
        extra = first["bodies"].filter(id="XLV").with_columns(id=pl.lit(value), parent=pl.lit(None, dtype=pl.String))
        rewrite(place, table, lambda rows: pl.concat([extra.select(rows.columns), rows]))
    else:
        change = pl.when(pl.int_range(pl.len()) == 0).then(pl.lit(value)).otherwise(pl.col(column)).alias(column)
        rewrite(place, table, lambda rows: rows.with_columns(change))
    with pytest.raises(kind, match=said) as refused:
        list(take_up(place))
    assert "Put this right, and start again" in str(refused.value)
    if table == "people":
        assert value not in str(refused.value)
    assert nothing_is_held()


def test_a_folder_with_an_instrument_of_its_own_is_refused(folder: Path) -> None:
    guide = Path(__file__).parents[2] / "docs" / "how-to" / "add-an-instrument.md"
    (folder / "instruments").mkdir()
    (folder / "instruments" / "own.toml").write_text(guide.read_text(encoding="utf-8").split("```")[1][len("toml") :])
    with pytest.raises(UnknownNameError, match=r"the folder adds instruments/own\.toml.*leaderful run"):
        list(take_up(folder))
    assert nothing_is_held()


def test_a_study_whose_report_would_be_false_is_refused(folder: Path) -> None:
    settings = (folder / "study.toml").read_text().replace('"XLW"', '"XXX"')
    (folder / "study.toml").write_text(settings)
    with pytest.raises(LeaderfulError, match=r"study\.toml"):
        list(take_up(folder))
    assert nothing_is_held()


def test_what_fails_half_way_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **_more: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("leaderful.web.folders.taking_up.note", fail)
    with pytest.raises(RuntimeError):
        list(take_up(folder))
    assert nothing_is_held()


def test_settings_that_cannot_be_read_are_said(tmp_path: Path) -> None:
    (tmp_path / "study.toml").mkdir()
    with pytest.raises(StudyNotFoundError, match="cannot be read"):
        list(take_up(tmp_path))


# What is made up says so


def test_exports_of_a_made_up_study_say_so(folder: Path) -> None:
    list(take_up(folder))
    found, _ = jobs.protected(replace(whole(held()), tables={"bodies": whole(held()).table("bodies")}))
    stream = io.BytesIO()
    found.write_parquet(stream)
    result = Result(study=held(), state=State.RELEASED, findings=stream.getvalue())
    files = export_files("csv", _contents(result))
    assert any(b"Made-up evidence" in content for content in files.values())


def test_every_page_of_results_of_a_made_up_study_says_so(steward: Client) -> None:
    result = Result.objects.create(study=held(), state=State.RELEASED, page=PAGE)
    for part in ("zip", "methods"):
        page = steward.get(reverse("results-section", args=[held().pk, result.pk, part])).content.decode()
        assert "Everything in this study is made up" in page


def test_no_scenario_is_put_to_a_made_up_system(steward: Client) -> None:
    answer = steward.post(reverse("run-what-if", args=[held().pk]), {"scenario": "crisis"})
    assert answer.status_code == 409
    assert "The system of this study is made up" in answer.content.decode()
    assert not Job.objects.exists()
