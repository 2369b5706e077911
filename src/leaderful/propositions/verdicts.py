"""From a slope or a share of draws to one of three words, by the registered rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import numpy as np

from leaderful.propositions.registry import FieldTest, LaboratoryRule
from leaderful.statistics.cluster_regression import Slope
from leaderful.statistics.multiple import holm

Verdict: TypeAlias = Literal["supported", "contradicted", "cannot say"]
SUPPORTED, CONTRADICTED, CANNOT_SAY = "supported", "contradicted", "cannot say"

THE_WAY: Final = "the effect lies in the claimed direction, surely other than none"
OTHER_WAY: Final = "the effect lies the other way, surely other than none"
TOO_SMALL: Final = "the effect is surely smaller than the smallest worth speaking of"
UNSURE: Final = "the effect cannot be told from none, nor from one worth speaking of"


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What was made of one test, allowing for the others."""

    verdict: Verdict
    why: str
    p_adjusted: float
    lower: float
    upper: float
    """The interval, widened for the number of tests."""


def judge(tests: list[tuple[FieldTest, Slope]], *, error: float) -> list[Judged]:
    """Return the verdict of each test, corrected by Holm for all of them; slopes have an interval."""
    if not tests:
        return []
    corrected = holm(np.clip([slope.p for _, slope in tests], 0.0, 1.0))
    wide = 1 - error / len(tests)
    return [_judge(test, slope, float(p), wide, error) for (test, slope), p in zip(tests, corrected, strict=True)]


def _judge(test: FieldTest, slope: Slope, p: float, wide: float, error: float) -> Judged:
    lower, upper = slope.interval(wide)
    most = upper if test.direction > 0 else -lower
    verdict: Verdict
    if p <= error and slope.estimate * test.direction < 0:
        verdict, why = "contradicted", OTHER_WAY
    elif most < test.smallest:
        verdict, why = "contradicted", TOO_SMALL
    elif p <= error:
        verdict, why = "supported", THE_WAY
    else:
        verdict, why = "cannot say", UNSURE
    return Judged(verdict=verdict, why=why, p_adjusted=p, lower=lower, upper=upper)


def judge_share(lower: float, upper: float, rule: LaboratoryRule) -> tuple[Verdict, str]:
    """Return the verdict on a share of draws in which a claim holds, from its interval, and why."""
    if lower > rule.supported_above:
        return "supported", "it holds across nearly all of what is plausible"
    if upper < rule.contradicted_below:
        return "contradicted", "it fails in more of what is plausible than it holds in"
    return "cannot say", "whether it holds depends on what is assumed"
