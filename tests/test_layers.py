"""Imports point downwards only."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "leaderful"

BASE = {"errors", "receipts", "toml", "writing"}
ALLOWED: dict[str, set[str]] = {
    "errors": set(),
    "receipts": {"errors"},
    "toml": {"errors"},
    "writing": {"errors"},
    "framework": BASE,
    "statistics": BASE,
    "england": BASE | {"framework"},
    "study": BASE | {"framework"},
    "disclosure": BASE | {"measures.findings"},
    "networks": BASE,
    "text": BASE,
    "plans": BASE | {"framework", "study", "text"},
    "measures": BASE | {"study", "statistics", "networks", "framework"},
    "measuring": BASE | {"framework", "england", "study", "disclosure", "measures"},
    "report": BASE | {"measures.findings", "measures.words", "framework"},
    "forms": BASE | {"framework", "study.description", "study.tables"},
    "exports": BASE | {"measures.findings", "framework"},
    "soundness": BASE | {"england", "study"},
    "manifest": BASE | {"england", "study", "soundness"},
    "jobs": BASE
    | {
        "framework",
        "england",
        "study",
        "disclosure",
        "statistics",
        "measures",
        "measuring",
        "plans",
        "report",
        "forms",
        "exports",
        "soundness",
        "manifest",
    },
    "simulation": BASE | {"framework", "study", "statistics", "networks", "measures.findings"},
    "propositions": BASE | {"framework", "study", "statistics", "measures", "simulation"},
    "laboratory": BASE | {"england", "study", "measures", "measuring", "report", "simulation", "propositions", "jobs"},
    "cli_laboratory": BASE | {"laboratory", "simulation"},
    "web": BASE
    | {"framework", "england", "study", "disclosure", "forms", "report", "exports", "text", "soundness", "jobs"}
    | {"laboratory"},
    "cli_web": BASE | {"web"},
    "cli": BASE | {"jobs", "laboratory", "cli_laboratory", "cli_web"},
}


def _room(path: Path) -> str:
    return path.relative_to(SOURCE).with_suffix("").parts[0]


def _imports(source: str) -> list[str]:
    """Return the modules of ours that a source imports; one dot or more where it says so by its own place."""
    found: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.level:
            found.append("." * node.level + (node.module or ""))
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("leaderful."):
            found.append(node.module.removeprefix("leaderful."))
        elif isinstance(node, ast.ImportFrom) and node.module == "leaderful":
            found.extend(alias.name for alias in node.names)
        elif isinstance(node, ast.Import):
            found.extend(
                alias.name.removeprefix("leaderful.") for alias in node.names if alias.name.startswith("leaderful.")
            )
    return found


def _may(room: str, module: str) -> bool:
    if module == "__version__" or module.split(".")[0] == room:
        return True
    return any(module == allowed or module.startswith(f"{allowed}.") for allowed in ALLOWED[room])


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_point_downwards(path: Path) -> None:
    if path == SOURCE / "__init__.py":
        assert not _imports(path.read_text(encoding="utf-8"))
        return
    room = _room(path)
    assert room in ALLOWED, f"{room} is not in the layering; say here what it may import"
    upwards = [module for module in _imports(path.read_text(encoding="utf-8")) if not _may(room, module)]
    assert not upwards, f"{path.relative_to(SOURCE)} may not import {upwards}"


@pytest.mark.parametrize("line", ["from . import jobs", "from .. import jobs", "from ..jobs import run"])
def test_a_relative_import_is_refused(line: str) -> None:
    (module,) = _imports(line)
    assert not any(_may(room, module) for room in ALLOWED)


def test_no_room_imports_two_ways_round() -> None:
    for room, allowed in ALLOWED.items():
        for other in {module.split(".")[0] for module in allowed}:
            assert room not in {module.split(".")[0] for module in ALLOWED[other]}, (
                f"{room} and {other} import each other"
            )


def test_importing_the_package_and_its_help_stays_light() -> None:
    code = (
        "import sys, leaderful, leaderful.cli;"
        "heavy = {'polars', 'numpy', 'scipy', 'pydantic', 'jinja2', 'django', 'plotly', 'sklearn'} & set(sys.modules);"
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"loaded at import: {done.stderr}"


def test_public_data_alone_loads_no_kernels() -> None:
    code = (
        "import sys; from leaderful import jobs; study = jobs.public_study('QHM', jobs.LATEST);"
        "jobs.protect(jobs.measure(study, england_findings=None), study);"
        "heavy = {'numba', 'llvmlite', 'rustworkx', 'graspologic_native'} & set(sys.modules);"
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"loaded without need: {done.stderr}"
