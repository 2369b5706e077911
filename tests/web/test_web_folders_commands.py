"""`leaderful serve` in a study folder, and `leaderful fetch`, as they are typed."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from web_folders import part_of_example

from leaderful import jobs
from leaderful.study import Study

PEOPLE = 40
PREPARE = (
    "import sys; from pathlib import Path; from leaderful.web import serving;"
    "print(*serving.prepare(Path(sys.argv[1]), host='127.0.0.1', port=8000), sep='\\n')"
)
TYPED = "from leaderful.cli import main; main()"


def run(code: str, *words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("LEADERFUL_", "DATABASE_", "DJANGO_"))
    }
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, words)],
        env=inherited | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return part_of_example(tmp_path_factory.mktemp("example") / "larkwater", people=PEOPLE)


def test_an_example_is_served_and_fetched_again(folder: Path, tmp_path: Path) -> None:
    began = run(PREPARE, folder)
    assert began.returncode == 0, began.stderr
    assert (
        f"Taken up from {folder}: Larkwater, drawn from the laboratory, with {PEOPLE} people, 2 rounds" in began.stdout
    )
    assert "Open this address to make yours" in began.stdout
    again = run(PREPARE, folder)
    assert again.returncode == 0, again.stderr
    assert "Taken up" not in again.stdout
    out = tmp_path / "study"
    fetched = run(TYPED, "fetch", folder, "--out", out)
    assert fetched.returncode == 0, fetched.stderr
    assert "It holds what each person said" in fetched.stdout
    assert f"Next: leaderful run {out}" in fetched.stdout
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    with sqlite3.connect(folder / "leaderful.sqlite3") as database:
        acts = [did for (did,) in database.execute("SELECT did FROM audit_entry ORDER BY id")]
    assert acts == ["took up a study folder", "wrote the study as a folder"]
    assert not any(receipt.problems for receipt in jobs.check(out))
    ours, theirs = Study.open(out), Study.open(folder)
    assert ours.minimum_people == theirs.minimum_people == 12
    for name in ("people", "waves", "responses", "interactions", "purposes"):
        key = ours.table(name).columns[:3]
        assert ours.table(name).sort(key).equals(theirs.table(name).sort(key)), name


def test_a_folder_that_cannot_be_taken_up_is_not_served(folder: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(folder, broken, ignore=shutil.ignore_patterns("leaderful*"))
    people = broken / "people.csv"
    people.write_text(people.read_text(encoding="utf-8").replace(",XLC,", ",XXX,", 1), encoding="utf-8")
    refused = run(TYPED, "serve", broken, "--port", "1")
    assert refused.returncode == 8
    assert "people.csv, row 3, column body" in refused.stderr
    assert "Put this right, and start again" in refused.stderr
    assert "Traceback" not in refused.stderr
    with sqlite3.connect(broken / "leaderful.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM studies_study").fetchone() == (0,)


def test_a_database_that_is_not_there_is_said(tmp_path: Path) -> None:
    missing = run(TYPED, "fetch", tmp_path / "none", "--out", tmp_path / "study")
    assert missing.returncode == 4
    assert "holds no database of the web application" in missing.stderr
    elsewhere = {"DATABASE_URL": "postgres://somebody:hush@127.0.0.1:1/nothing", "LEADERFUL_SECRET_KEY": "k" * 60}
    refused = run(TYPED, "fetch", tmp_path, "--out", tmp_path / "study", **elsewhere)
    assert refused.returncode == 4
    assert "Look at DATABASE_URL" in refused.stderr
    assert "hush" not in refused.stderr + refused.stdout
    assert not list(tmp_path.iterdir())
