"""The questions that staff answered, set against England: what several sections read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from leaderful.framework import framework
from leaderful.framework.entries import SurveyQuestion
from leaderful.measures.findings import Finding
from leaderful.report.material import Material

_SURVEY = "nhs-staff-survey"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question as the system's staff answered it in one year, set against England."""

    question: SurveyQuestion
    level: str
    percent: Finding
    difference: Finding
    alike: Finding | None
    """The difference after allowing for kinds of trust."""
    mean: Finding
    others: tuple[float, ...]

    @property
    def verdict(self) -> str:
        """Higher, probably higher, cannot tell apart, probably lower or lower."""
        return str(self.difference.detail["verdict"])

    @property
    def alike_verdict(self) -> str:
        """The verdict after allowing for kinds of trust; the plain one where there is none."""
        return str(self.alike.detail["verdict"]) if self.alike else self.verdict

    @property
    def label(self) -> str:
        """What the figure calls the question; a turned one says what staff did not meet."""
        return self.question.name


def here(material: Material, measure: str) -> list[Finding]:
    """Return the study's findings of a measure from the survey; another source may reuse a question's id."""
    return [f for f in material.own.get(measure, []) if f.detail.get("source") == _SURVEY]


def elsewhere(material: Material, measure: str) -> list[Finding]:
    """Return England's findings of a measure from the survey."""
    return [f for f in material.spread.get(measure, []) if f.detail.get("source") == _SURVEY]


def latest_year(material: Material) -> str:
    """Return the last year in which both the system and England have an estimate; empty when there is none."""
    england = {(f.detail["question"], f.wave) for f in elsewhere(material, "published.mean")}
    return max(
        (
            f.wave
            for f in here(material, "published.percent")
            if f.unit_kind == "system"
            and f.status == "ok"
            and (not england or (f.detail["question"], f.wave) in england)
        ),
        default="",
    )


def asked(material: Material, year: str) -> list[Asked]:
    """Return the questions with an estimate for the system and for England, constructs first."""
    questions = framework().crosswalk
    rows = []
    for question in questions:
        own = pick(here(material, "published.percent"), question.id, year, "system")
        difference = pick(here(material, "published.difference"), question.id, year, "system")
        mean = pick(elsewhere(material, "published.mean"), question.id, year, "england")
        if not (own and difference and mean):
            continue
        others = tuple(
            sorted(
                f.estimate
                for f in elsewhere(material, "published.percent")
                if f.unit_kind == "system"
                and f.wave == year
                and f.detail["question"] == question.id
                and f.estimate is not None
            )
        )
        rows.append(
            Asked(
                question=question,
                level=own.level,
                percent=own,
                difference=difference,
                alike=pick(here(material, "published.difference.adjusted"), question.id, year, "system"),
                mean=mean,
                others=others,
            )
        )
    return rows


def hidden_questions(material: Material, year: str) -> list[SurveyQuestion]:
    """Return the questions whose figure for the system is hidden to protect people, constructs first."""
    measures = ("published.percent", "published.difference")
    found = {
        str(f.detail["question"])
        for measure in measures
        for f in here(material, measure)
        if f.unit_kind == "system" and f.status == "suppressed" and f.wave == (year or f.wave)
    }
    return [question for question in framework().crosswalk if question.id in found]


def pick(found: Sequence[Finding], question: str, year: str, kind: str) -> Finding | None:
    """Return the finding with an estimate for a question, a year and a kind of unit, where there is one."""
    return next(
        (
            f
            for f in found
            if f.unit_kind == kind and f.wave == year and f.detail["question"] == question and f.status == "ok"
        ),
        None,
    )


def sense(question: SurveyQuestion) -> str:
    """Return what a reader must know of the direction of a question; empty where it needs no word."""
    if question.turned:
        return " · percent who did not experience it"
    return " · more is worse" if question.direction == "low" else ""
