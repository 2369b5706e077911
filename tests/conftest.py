"""What several rooms' tests stand on: one system's study, findings and report material, made once."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import settings

from leaderful import jobs
from leaderful.cli import main
from leaderful.report.material import Material
from leaderful.study import Study
from made_material import make_material

settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")

DAY = date(2026, 4, 1)


@pytest.fixture
def leaderful(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Run the command in this process; return exit code, what it printed, and what it complained of."""

    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["leaderful", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        assert "Traceback" not in printed.out + printed.err
        return int(ended.value.code or 0), printed.out, printed.err

    return run


@pytest.fixture(scope="session")
def qhm() -> Study:
    """North East and North Cumbria from packaged data."""
    return jobs.public_study("QHM", DAY)


@pytest.fixture(scope="session")
def material(qhm: Study) -> Material:
    """What the report of North East and North Cumbria is written from."""
    return make_material(qhm)


@pytest.fixture
def make() -> Callable[[Study], Material]:
    """Make report material from any study of a system."""
    return make_material
