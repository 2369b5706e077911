"""What several rooms' tests stand on: one system's study, findings and report material, made once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import settings

from leaderful import england, jobs
from leaderful.report.material import Material
from leaderful.study import Study

settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")

DAY = date(2026, 4, 1)


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


def make_material(study: Study, *, with_england: bool = True) -> Material:
    spread = england.spread(study.as_at) if with_england else None
    findings = jobs.protect(jobs.measure(study, england_findings=spread), study)
    return jobs.material(study, findings, spread)
