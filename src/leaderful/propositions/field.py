"""The field tests of all propositions on the evidence of one study, with their verdicts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import polars as pl

from leaderful.framework import framework
from leaderful.measures.findings import Finding, frame
from leaderful.measures.scale_rows import number
from leaderful.propositions.answers import (
    accountability_and_capacity,
    conflict_and_purpose,
    culture_and_ties,
    equality_and_ties,
    roles_and_reach,
    thread_and_purpose,
)
from leaderful.propositions.moments import (
    moments_and_zip,
    reflection_and_moments,
    rise_at_crisis,
    trust_and_moments,
)
from leaderful.propositions.registry import FieldTest, digest, registry
from leaderful.propositions.rows import Rows, SilentError
from leaderful.propositions.verdicts import Judged, judge
from leaderful.statistics.cluster_regression import Slope
from leaderful.study import Study

METHOD: Final = "proposition-cluster-regression"
CRISIS: Final = "proposition-interrupted-weeks"
NOT_TOLD: Final = "it rose, but whether the rise fades cannot be told"
ROSE_AND_STAYED: Final = "it rose and has not faded; whether something kept it up is not known"

Made: TypeAlias = Mapping[str, Callable[[Study], Rows]]

_MADE: Made = {
    "P1": thread_and_purpose,
    "P2": culture_and_ties,
    "P3": moments_and_zip,
    "P4": trust_and_moments,
    "P5": reflection_and_moments,
    "P8": accountability_and_capacity,
    "P10": conflict_and_purpose,
    "P11": roles_and_reach,
    "P13": equality_and_ties,
}


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of one registered test: a slope, or the reason why there is none."""

    proposition: str
    test: FieldTest | None
    slope: Slope | None = None
    people: int = 0
    silent: str = ""
    course: str = ""
    """Of a crisis, what became of the rise."""


def field(study: Study) -> pl.DataFrame:
    """Return what the evidence of a study says of each proposition.

    Each registered test (``propositions/data/tests.toml``) is one regression with errors by the cluster jackknife,
    P6 an interrupted series of weeks. Verdicts allow for all propositions that could be tested, by Holm's correction.

    Parameters
    ----------
    study
        Reads what the registered tests need: ``responses``, ``relations``, ``people``, ``moments``, ``interactions``,
        ``purposes``, ``shocks``, ``waves``, ``bodies`` and declared ``ties``.

    Returns
    -------
    polars.DataFrame
        ``proposition.field``, one row for each of P1 to P13 (``unit_kind`` ``proposition``). The estimate is the
        coefficient with its 95 % interval, n the number of rows. ``detail`` has ``verdict`` (supported, contradicted,
        cannot say), ``why``, ``people`` and ``clusters``, ``p``, ``p_adjusted``, ``lower_adjusted``,
        ``upper_adjusted``, ``tested`` (how many were), and of the registered test ``test``, ``outcome``,
        ``predictor``, ``claim_direction``, ``smallest``, ``effect_unit``, ``limits``, ``registered`` and ``registry``
        (the start of the SHA-256 of its file). Without a test it is ``insufficient``, the verdict is "cannot say",
        and the reason says why.

    Notes
    -----
    An association in evidence is no proof of a cause. Supported means that what the claim leads one to expect was seen.

    References
    ----------
    MacKinnon JG, Nielsen MØ, Webb MD (2023) Journal of Econometrics 232:272-299,
    doi:10.1016/j.jeconom.2022.04.001, for the errors.
    Holm S (1979) Scandinavian Journal of Statistics 6:65-70, https://www.jstor.org/stable/4615733.
    Schuirmann DJ (1987) Journal of Pharmacokinetics and Biopharmaceutics 15:657-680, doi:10.1007/BF01068419, for
    telling that an effect is too small.

    Examples
    --------
    A study without people can say nothing.

    >>> from datetime import date
    >>> found = field(Study(name="Empty", system="QHM", as_at=date(2026, 4, 1)))
    >>> found.height, found["status"].unique().to_list()
    (13, ['insufficient'])
    """
    outcomes = [_tested(study, test.id, test.field, test.silent) for test in registry().tests]
    return findings("proposition.field", outcomes)


def findings(measure: str, outcomes: list[Outcome]) -> pl.DataFrame:
    """Return the findings on some tests that are judged together."""
    told = [(one.test, one.slope) for one in outcomes if one.test is not None and one.slope is not None]
    judged = iter(judge(told, error=registry().field_rule.error))
    return frame(
        _silent(measure, one) if one.slope is None else _told(measure, one, next(judged), len(told)) for one in outcomes
    )


def tested(proposition: str, test: FieldTest, made: Callable[[], Rows]) -> Outcome:
    """Return what comes of a registered test on the rows that are made for it."""
    try:
        rows = made()
    except SilentError as error:
        return Outcome(proposition=proposition, test=test, silent=str(error))
    held = rows.complete
    people = held["person"].n_unique() if "person" in held.columns else held.height
    clusters = held["cluster"].n_unique()
    if people < test.least_n or clusters < test.least_clusters:
        return Outcome(proposition=proposition, test=test, silent=_too_few(test))
    slope = rows.fit()
    if slope.reason:
        return Outcome(proposition=proposition, test=test, silent=slope.reason)
    return Outcome(proposition=proposition, test=test, slope=slope, people=people)


def _tested(study: Study, proposition: str, test: FieldTest | None, silent: str) -> Outcome:
    if test is None:
        return Outcome(proposition=proposition, test=None, silent=silent)
    missing = [name for name in test.needs if study.table(name).is_empty()]
    if missing:
        why = f"the study has nothing in {' and '.join(missing)}"
        return Outcome(proposition=proposition, test=test, silent=why)
    if proposition in _MADE:
        return tested(proposition, test, lambda: _MADE[proposition](study))
    try:
        slope, people, course = rise_at_crisis(study)
    except SilentError as error:
        return Outcome(proposition=proposition, test=test, silent=str(error))
    if people < test.least_n or slope.clusters < test.least_clusters:
        return Outcome(proposition=proposition, test=test, silent=_too_few(test))
    return Outcome(proposition=proposition, test=test, slope=slope, people=people, course=course)


def _too_few(test: FieldTest) -> str:
    """Say what a test needs, and not how few there are."""
    return f"too few can be used: it needs {test.least_n} people and {test.least_clusters} {test.clusters}"


def _told(measure: str, one: Outcome, judged: Judged, tests: int) -> Finding:
    assert one.slope is not None, "a test that was made has a slope"
    verdict, why = judged.verdict, judged.why
    if one.course and verdict == "supported" and one.course != "fading":
        verdict, why = "cannot say", ROSE_AND_STAYED if one.course == "maintained" else NOT_TOLD
    detail = _registered(one) | {
        "verdict": verdict,
        "why": why,
        "people": one.people,
        "clusters": one.slope.clusters,
        "p": one.slope.p,
        "p_adjusted": judged.p_adjusted,
        "lower_adjusted": number(judged.lower),
        "upper_adjusted": number(judged.upper),
        "tested": tests,
    }
    return _finding(
        measure, one, detail, estimate=one.slope.estimate, lower=one.slope.lower, upper=one.slope.upper, n=one.slope.n
    )


def _silent(measure: str, one: Outcome) -> Finding:
    detail = _registered(one) | {"verdict": "cannot say", "why": one.silent}
    return _finding(measure, one, detail, status="insufficient", reason=one.silent)


def _finding(measure: str, one: Outcome, detail: dict[str, Any], **figures: Any) -> Finding:
    return Finding(
        measure=measure,
        construct=_construct(one.proposition),
        unit_kind="proposition",
        unit=one.proposition,
        method=CRISIS if one.proposition == "P6" else METHOD,
        detail=detail,
        **figures,
    )


def _registered(one: Outcome) -> dict[str, Any]:
    """Return what was registered of a test, as every result states it."""
    said: dict[str, Any] = {"registered": registry().registered.isoformat(), "registry": digest()[:12]}
    if one.test is None:
        return said
    return said | {
        "test": one.test.sentence,
        "outcome": one.test.outcome,
        "predictor": one.test.predictor,
        "claim_direction": one.test.direction,
        "smallest": one.test.smallest,
        "effect_unit": one.test.effect_unit,
        "limits": one.test.limits,
    }


def _construct(proposition: str) -> str:
    return next(entry.constructs[0] for entry in framework().propositions if entry.id == proposition)
