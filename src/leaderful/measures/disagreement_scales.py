"""Where item scales disagree: boards with practitioners, and the study's own survey with published ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from leaderful.framework import framework
from leaderful.measures.findings import Finding
from leaderful.statistics.multiple import holm

BOARD, PRACTICE = "board", "practitioner"
WIDE = 0.75
"""Boards and practitioners are called apart from this difference on, on answers of 1 to 5. Ours."""
CERTAIN = 0.01
LIKELY_FALSE = 0.05
"""A published difference counts from a false discovery rate below this on."""
MIDDLE = 3.0
HIGH = 3.5
GAP = "difference-of-two-tiers-holm"
YARDSTICKS = "own-mean-against-published-difference"


@dataclass(frozen=True, kw_only=True)
class Gap:
    """The board's and the practitioners' mean of one scale in one unit."""

    kind: str
    unit: str
    board: Finding
    practice: Finding

    @property
    def difference(self) -> float:
        return float(self.board.estimate or 0.0) - float(self.practice.estimate or 0.0)

    @property
    def se(self) -> float:
        return float(np.hypot(_se(self.board), _se(self.practice)))

    @property
    def better(self) -> float:
        """How much better the board sees it, whichever way round is good."""
        low_is_good = self.board.construct and framework().construct(self.board.construct).direction == "low"
        return -self.difference if low_is_good else self.difference


def board_and_practice(found: Mapping[tuple[str, str], list[Finding]]) -> Iterator[Finding]:
    """Yield ``disagreement.board_and_practice`` from the ``scale.score`` of tiers, and of tiers of bodies."""
    gaps = [
        *_gaps(found.get(("scale.score", "tier"), []), found),
        *_body_gaps(found.get(("scale.score", "body-tier"), [])),
    ]
    p = np.array([2 * norm.sf(abs(gap.difference) / gap.se) for gap in gaps])
    for gap, single, corrected in zip(gaps, p, holm(p), strict=True):
        if gap.better >= WIDE and corrected < CERTAIN:
            half = float(norm.isf(0.025)) * gap.se
            scale = gap.board.detail["scale"]
            ends = (gap.board, gap.practice)
            yield Finding(
                measure="disagreement.board_and_practice",
                construct=gap.board.construct,
                level=gap.board.level,
                unit_kind=gap.kind,
                unit=gap.unit,
                wave=gap.board.wave,
                estimate=gap.difference,
                lower=gap.difference - half,
                upper=gap.difference + half,
                n=sum(end.n or 0 for end in ends),
                method=GAP,
                detail={
                    "scale": scale,
                    "board": gap.board.estimate,
                    "practitioner": gap.practice.estimate,
                    "more": BOARD if gap.difference > 0 else PRACTICE,
                    "p": float(single),
                    "p_holm": float(corrected),
                    "people": min(end.n or 0 for end in ends),
                    "rests_on": [[end.measure, end.unit_kind, end.unit, end.wave] for end in ends],
                },
            )


def survey_and_public(found: Mapping[tuple[str, str], list[Finding]]) -> Iterator[Finding]:
    """Yield ``disagreement.survey_and_public`` from ``scale.score`` and the latest ``published.difference``."""
    public = found.get(("published.difference", "system"), [])
    latest = max((one.wave for one in public), default="")
    for own in found.get(("scale.score", "system"), []):
        for other in public:
            speaks_of = own.construct and own.construct in other.detail["constructs"]
            if other.wave == latest and other.unit == own.unit and speaks_of and _opposed(own, other):
                yield Finding(
                    measure="disagreement.survey_and_public",
                    construct=own.construct,
                    level=own.level,
                    unit_kind="system",
                    unit=own.unit,
                    wave=own.wave,
                    estimate=own.estimate,
                    lower=own.lower,
                    upper=own.upper,
                    n=own.n,
                    method=YARDSTICKS,
                    detail={
                        "scale": own.detail["scale"],
                        "question": other.detail["question"],
                        "published": other.estimate,
                        "verdict": other.detail["verdict"],
                        "q": other.detail["q"],
                        "year": other.wave,
                        "rests_on": [[own.measure, own.unit_kind, own.unit, own.wave]],
                    },
                )


def _gaps(tiers: list[Finding], found: Mapping[tuple[str, str], list[Finding]]) -> Iterator[Gap]:
    """Yield the gaps of the system, whose unit is that of its own scores."""
    systems = {one.unit for one in found.get(("scale.score", "system"), [])}
    if len(systems) == 1:
        (system,) = systems
        yield from _paired([(one, system, one.unit) for one in tiers], "system")


def _body_gaps(tiers: list[Finding]) -> Iterator[Gap]:
    placed = []
    for one in tiers:
        body, tier = one.unit.rsplit("/", 1)
        placed.append((one, body, tier))
    yield from _paired(placed, "body")


def _paired(tiers: list[tuple[Finding, str, str]], kind: str) -> Iterator[Gap]:
    """Yield each unit and scale of which both the board and practitioners have a mean with an interval."""
    known = {
        (unit, one.detail["scale"], tier): one
        for one, unit, tier in tiers
        if tier in (BOARD, PRACTICE) and one.lower is not None and one.upper is not None and one.lower < one.upper
    }
    for (unit, scale, tier), board in known.items():
        practice = known.get((unit, scale, PRACTICE))
        if tier == BOARD and practice is not None:
            yield Gap(kind=kind, unit=unit, board=board, practice=practice)


def _se(one: Finding) -> float:
    """Return a standard error from the longer half of an interval; too large where that is a t interval."""
    ends = (one.estimate or 0.0, one.lower or 0.0, one.upper or 0.0)
    return max(ends[0] - ends[1], ends[2] - ends[0]) / float(norm.isf(0.025))


def _opposed(own: Finding, other: Finding) -> bool:
    """Tell whether one is surely good and the other surely not."""
    verdict, q = other.detail["verdict"], other.detail["q"]
    if own.lower is None or own.upper is None or own.estimate is None or q >= LIKELY_FALSE:
        return False
    low_is_good = framework().construct(own.construct).direction == "low"
    mean, lower, upper = (own.estimate, own.lower, own.upper)
    if low_is_good:
        mean, lower, upper = (2 * MIDDLE - end for end in (mean, upper, lower))
    bad, good = upper < MIDDLE, mean >= HIGH and lower > MIDDLE
    return bool((bad and verdict == "higher") or (good and verdict == "lower"))
