"""The export command: where it writes, what it says, and what it refuses."""

from __future__ import annotations

import pytest
from export_samples import contents, draw_study, found
from typer.testing import CliRunner

from leaderful import jobs
from leaderful.cli import app
from leaderful.errors import StudyNotFoundError, UnknownNameError
from leaderful.exports import NAMES
from leaderful.study import Study


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return draw_study(tmp_path_factory.mktemp("command") / "study")


@pytest.fixture
def quick(monkeypatch):
    """What an export is made from, without measuring."""
    made = contents([found("scale.score", "system", "A", 3.5, scale="CGP")])
    monkeypatch.setattr(jobs, "contents", lambda *_: made)
    return made


def test_an_export_goes_into_the_study_and_says_what_it_wrote(study):
    done = CliRunner().invoke(app, ["export", str(study.folder), "--to", "csv", "--wave", "w1"])
    assert done.exit_code == 0, done.output
    folder = study.folder / "exports" / "csv"
    *files, counted = done.output.strip().split("\n")
    assert sorted(files) == sorted(str(path) for path in folder.iterdir())
    assert " of them hidden to protect people" in counted
    assert "First round" in (folder / "README.txt").read_text()
    assert not [receipt for receipt in Study.open(study.folder).receipts if receipt.problems]


@pytest.mark.usefixtures("quick")
def test_an_export_is_written_again_in_place_of_the_one_before(study, tmp_path):
    target = tmp_path / "kept.json"
    target.write_text("old")
    list(jobs.export(study.folder, "kumu", out=target, wave=None))
    assert target.read_text().startswith("{")


def test_a_format_that_there_is_not_is_refused_with_those_that_there_are(study):
    done = CliRunner().invoke(app, ["export", str(study.folder), "--to", "visio"])
    assert done.exit_code == 2
    assert all(format in done.output for format in NAMES)


def test_a_round_that_there_is_not_is_refused_before_anything_is_measured(study, monkeypatch):
    monkeypatch.setattr(jobs, "measure", lambda *_, **__: pytest.fail("measured"))
    with pytest.raises(UnknownNameError, match=r"no round called 'w7'\. Its rounds are: w1\."):
        list(jobs.export(study.folder, "csv", out=None, wave="w7"))


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("format", ["csv", "parquet", "pajek", "r"])
def test_an_export_never_overwrites_the_tables_of_a_study(study, format):
    before = (study.folder / "bodies.csv").read_bytes()
    with pytest.raises(StudyNotFoundError, match="whose tables would be lost"):
        list(jobs.export(study.folder, format, out=study.folder, wave=None))
    assert (study.folder / "bodies.csv").read_bytes() == before


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("format", ["xlsx", "graphml", "gexf", "kumu"])
def test_a_file_whose_name_says_it_is_something_else_is_refused(study, format):
    before = (study.folder / "study.toml").read_bytes()
    with pytest.raises(StudyNotFoundError, match=r"does not end with \.\w+, as a"):
        list(jobs.export(study.folder, format, out=study.folder / "study.toml", wave=None))
    assert (study.folder / "study.toml").read_bytes() == before


@pytest.mark.usefixtures("quick")
def test_a_place_that_cannot_be_written_is_said_to_be_so(study, tmp_path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(StudyNotFoundError, match="cannot be written"):
        list(jobs.export(study.folder, "csv", out=tmp_path / "taken", wave=None))


def test_a_folder_without_a_study_is_refused(tmp_path):
    with pytest.raises(StudyNotFoundError):
        list(jobs.export(tmp_path, "csv", out=None, wave=None))
