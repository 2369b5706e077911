"""The material of a report, made from a study as the command makes it."""

from __future__ import annotations

from leaderful import england, jobs
from leaderful.report.material import Material
from leaderful.study import Study


def make_material(study: Study, *, with_england: bool = True) -> Material:
    spread = england.spread(study.as_at) if with_england else None
    findings = jobs.protect(jobs.measure(study, england_findings=spread), study)
    return jobs.material(study, findings, spread)
