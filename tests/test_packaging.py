"""What is installed is all that is needed: data and templates travel in the wheel."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

import leaderful

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (made,) = folder.glob("*.whl")
    return made


def test_the_wheel_holds_every_file_of_the_package_and_no_other(wheel):
    with zipfile.ZipFile(wheel) as packed:
        held = {name for name in packed.namelist() if ".dist-info/" not in name}
        wanted = {
            file.relative_to(ROOT / "src").as_posix(): file
            for file in (ROOT / "src" / "leaderful").rglob("*")
            if file.is_file() and "__pycache__" not in file.parts
        }
        assert held == set(wanted)
        for name, file in wanted.items():
            assert packed.read(name) == file.read_bytes(), name
    suffixes = {Path(name).suffix for name in held}
    assert suffixes >= {".toml", ".parquet", ".j2", ".css", ".js", ".json"}
    assert {"leaderful/py.typed", "leaderful/report/templates/report.html.j2"} <= held


def test_the_wheel_says_what_it_is(wheel):
    with zipfile.ZipFile(wheel) as packed:
        names = [name for name in packed.namelist() if ".dist-info/" in name]
        told = {name.split("/", 1)[1]: packed.read(name).decode() for name in names}
    assert f"Version: {leaderful.__version__}\n" in told["METADATA"]
    assert "License-Expression: MIT" in told["METADATA"]
    assert "leaderful = leaderful.cli:main" in told["entry_points.txt"]
    assert "licenses/LICENSE" in told
    assert wheel.name == f"leaderful-{leaderful.__version__}-py3-none-any.whl"


def test_the_version_installed_is_the_version_written():
    assert metadata.version("leaderful") == leaderful.__version__


def test_the_wheel_runs_without_the_source(wheel, tmp_path):
    code = f"import sys; sys.path.insert(0, {str(wheel)!r}); import leaderful; print(leaderful.__file__)"
    done = subprocess.run([sys.executable, "-I", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.startswith(str(wheel)), done.stderr
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "installed")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'installed')!r}); sys.argv = ['leaderful', 'demo', "
        f"'--out', {str(tmp_path / 'out')!r}]; from leaderful.cli import main; main()"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "report.html").stat().st_size > 100_000


def test_the_source_archive_holds_what_building_and_checking_need(tmp_path):
    command = [sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (made,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(made) as packed:
        held = {name.split("/", 1)[1] for name in packed.getnames()}
    needed = {"Makefile", "constraints.txt", "mkdocs.yml", "CONTRIBUTING.md", "CITATION.cff", "benchmarks/run.py"}
    assert needed | {".ci/run", "pyproject.toml", "src/leaderful/cli.py", "tests/test_packaging.py"} <= held
    assert not [name for name in held if "node_modules" in name or "__pycache__" in name]


ANOTHER_NAME = {
    "allauth": "django_allauth",
    "axes": "django_axes",
    "csp": "django_csp",
    "dateutil": "python_dateutil",
    "docx": "python_docx",
}
"""Modules that their registry calls otherwise."""
NAMED_ALONE = {"psycopg", "whitenoise"}
"""What Django loads by its name in the settings."""


def test_what_is_declared_is_imported_and_what_is_imported_is_declared():
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = told["project"]["optional-dependencies"].values()
    wanted = [*told["project"]["dependencies"], *(name for extra in extras for name in extra)]
    declared = {re.split(r"[^a-z0-9_-]", name.lower())[0].replace("-", "_") for name in wanted}
    imported = set()
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            imported |= {name.split(".")[0] for name in names}
    named = {ANOTHER_NAME.get(name, name.lower()) for name in imported - sys.stdlib_module_names - {"leaderful"}}
    assert named | NAMED_ALONE == declared
