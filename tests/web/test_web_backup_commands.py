"""`leaderful backup` and `leaderful restore`, as they are typed."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest


def typed(*words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("LEADERFUL_", "DATABASE_", "DJANGO_"))
    }
    return subprocess.run(
        [sys.executable, "-c", "from leaderful.cli import main; main()", *map(str, words)],
        env=inherited | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder as `leaderful serve` leaves it, with one account."""
    folder = tmp_path_factory.mktemp("served") / "web"
    code = (
        "import sys; from pathlib import Path; from leaderful.web import serving;"
        "print(*serving.prepare(Path(sys.argv[1]), host='127.0.0.1', port=8000));"
        "from leaderful.web.accounts.models import Account; Account.objects.make(name='Ada')"
    )
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("LEADERFUL_", "DATABASE_"))}
    inherited.pop("DJANGO_SETTINGS_MODULE", None)
    subprocess.run([sys.executable, "-c", code, str(folder)], env=inherited, check=True, capture_output=True)
    return folder


def acts(folder: Path) -> list[str]:
    with sqlite3.connect(folder / "leaderful.sqlite3") as database:
        return [did for (did,) in database.execute("SELECT did FROM audit_entry ORDER BY id")]


def test_there_and_back(served: Path, tmp_path: Path) -> None:
    out, copy = tmp_path / "backup.zip", tmp_path / "copy"
    taken = typed("backup", served, "--out", out)
    assert taken.returncode == 0, taken.stderr
    assert "It holds what people said: keep it safe" in taken.stdout
    assert str(served / "leaderful-key") in taken.stdout
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert acts(served) == ["took a backup"]
    given = typed("restore", copy, out)
    assert given.returncode == 0, given.stderr
    assert "Everybody signs in anew" in given.stdout
    assert acts(copy) == ["restored a backup"]
    again = typed("restore", copy, out)
    assert again.returncode == 4
    assert "is not empty" in again.stderr
    assert "Traceback" not in again.stderr


def test_what_is_not_there_is_said_and_not_made(tmp_path: Path) -> None:
    missing = typed("backup", tmp_path / "none", "--out", tmp_path / "backup.zip")
    assert missing.returncode == 4
    assert "holds no database of the web application" in missing.stderr
    no_file = typed("restore", tmp_path / "none", tmp_path / "backup.zip")
    assert no_file.returncode == 4
    assert "is no file" in no_file.stderr
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_there_stays(served: Path, tmp_path: Path) -> None:
    out = tmp_path / "backup.zip"
    out.write_text("mine")
    refused = typed("backup", served, "--out", out)
    assert refused.returncode == 4
    assert "is there already" in refused.stderr
    assert out.read_text() == "mine"


def test_a_database_that_does_not_answer_is_said_without_its_password(tmp_path: Path) -> None:
    address = "postgres://somebody:hush@127.0.0.1:1/nothing"
    refused = typed(
        "backup", tmp_path, "--out", tmp_path / "b.zip", DATABASE_URL=address, LEADERFUL_SECRET_KEY="k" * 60
    )
    assert refused.returncode == 4
    assert "Look at DATABASE_URL" in refused.stderr
    assert "hush" not in refused.stderr + refused.stdout
    assert not list(tmp_path.iterdir())
