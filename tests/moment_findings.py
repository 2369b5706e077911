"""Findings on moments and momentum, made by hand, for tests of the report."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from leaderful.measures.findings import Finding

MONTHS, DAY = "2025-09/2026-03", "2025-11-10"
HIDDEN = "hidden so that no small group of people can be made out"


def finding(measure: str, kind: str, unit: str, wave: str, estimate: float | None, **rest: Any) -> Finding:
    """Return a finding on moments or momentum."""
    return Finding(measure=measure, unit_kind=kind, unit=unit, wave=wave, method="m", estimate=estimate, **rest)


def share(kind: str, unit: str, count: int, n: int) -> Finding:
    """Return a share of moments taken, a tenth either way."""
    part = count / n
    detail = {"count": count, "people": n // 2}
    return finding(
        "moments.taken", kind, unit, MONTHS, part, lower=part - 0.1, upper=part + 0.1, n=n, level="micro", detail=detail
    )


def taken() -> list[Finding]:
    """Return shares: 53 % of all, more where sectors meet; body B has 40 %."""
    return [
        share("system", "XX1", 106, 200),
        share("opener", "disagreement", 30, 60),
        share("opener", "crisis", 76, 140),
        share("boundary", "within-body", 40, 100),
        share("boundary", "across-sectors", 66, 100),
        share("tier", "board", 46, 100),
        share("tier", "practitioner", 60, 100),
        share("level", "meso", 106, 200),
        share("body", "A", 66, 100),
        share("body", "B", 40, 100),
        share("reflections", "0", 50, 100),
        share("reflections", "1-2", 56, 100),
    ]


def term(name: str, points: float, p_holm: float, **more: Any) -> Finding:
    """Return a term of the model; its odds ratio is 1.5 or its inverse, its interval five points either way."""
    detail = {
        "term": name,
        "evidence": "ROL",
        "people": 90,
        "left_out": 80,
        "low": 2.0,
        "high": 4.0,
        "share_low": 0.5,
        "share_high": 0.5 + points / 100,
        "points": points,
        "points_lower": points - 5,
        "points_upper": points + 5,
        "p": p_holm / 7,
        "p_holm": p_holm,
        "stands_out": p_holm < 0.01,
    } | more
    ratio = 1.5 if points > 0 else 1 / 1.5
    return finding(
        "moments.model", "system", "XX1", MONTHS, ratio, lower=ratio - 0.2, upper=ratio + 0.2, n=120, detail=detail
    )


def model() -> list[Finding]:
    """Return a model in which role understanding stands out and nothing else does."""
    return [
        term("trust", 4.0, 0.9, evidence="relations"),
        term("role_understanding", 22.0, 0.0004),
        term("reflexivity", -3.0, 0.9),
        term("across", 2.0, 0.9),
        term("tier", -6.0, 0.9, tier="board"),
    ]


def behaviours(p_holm: float = 0.9) -> list[Finding]:
    """Return two behaviours: one in 30 of 100 taken and 10 of 100 lost moments, one alike in both."""
    made = []
    for unit, a, b, p in (("supporting", 30, 10, p_holm), ("planning", 20, 20, 1.0)):
        verdict = "higher" if p < 0.05 else "cannot tell apart"
        detail = {
            "people": 90,
            "a_count": a,
            "a_n": 100,
            "b_count": b,
            "b_n": 100,
            "p": p,
            "p_holm": p,
            "verdict": verdict,
        }
        gap = (a - b) / 100
        made.append(
            finding(
                "moments.behaviours",
                "behaviour",
                unit,
                MONTHS,
                gap,
                lower=gap - 0.05,
                upper=gap + 0.05,
                n=200,
                detail=detail,
            )
        )
    return made


def learning(ratio: float = 1.4) -> Finding:
    """Return an odds ratio with an interval of 0.2 either way."""
    return finding(
        "moments.learning",
        "system",
        "XX1",
        MONTHS,
        ratio,
        lower=ratio - 0.2,
        upper=ratio + 0.2,
        n=200,
        detail={"p": 0.01, "people": 90},
    )


def everything() -> list[Finding]:
    """Return what diaries tell, none of it hidden."""
    return [*taken(), *model(), *behaviours(), learning()]


def change(verdict: str, ratio: float, part: str = "between-bodies", **more: Any) -> Finding:
    """Return a change at the shock, with a series of single weeks and one stretch of two."""
    series = [[week, 1, 100.0, 100.0, 95.0, 105.0] for week in range(-10, 0)]
    series += [[week, 1, 180.0 - 5 * week, 178.0 - 5 * week, 170.0 - 5 * week, 186.0 - 5 * week] for week in range(10)]
    series.append([10, 2, 120.0, 121.0, 110.0, 132.0])
    detail = {
        "part": part,
        "name": "Winter incident",
        "people": 300,
        "weeks_before": 10,
        "weeks_after": 12,
        "since": "",
        "verdict": verdict,
        "p": 0.0001,
        "p_holm": 0.0002,
        "stands_out": verdict != "no change",
        "trend": 1.0,
        "series": series,
    } | more
    return finding(
        "momentum.change_at_shock",
        "shock",
        "winter",
        DAY,
        ratio,
        lower=ratio - 0.2,
        upper=ratio + 0.2,
        n=2500,
        detail=detail,
    )


def half(
    weeks: float | None = 6.0, *, upper: float | None = 9.0, jump: float = 1.8, part: str = "between-bodies"
) -> Finding:
    """Return a half-life from four weeks on, or the reason for having none."""
    detail = {"part": part, "name": "Winter incident", "people": 300, "jump": jump, "unbounded": upper is None}
    if weeks is None:
        return finding(
            "momentum.half_life",
            "shock",
            "winter",
            DAY,
            None,
            n=2500,
            status="undefined",
            reason="no fading can be seen in the weeks that were observed",
            detail=detail,
        )
    return finding("momentum.half_life", "shock", "winter", DAY, weeks, lower=4.0, upper=upper, n=2500, detail=detail)


def scale_change(scale: str, by: float, se: float = 0.02) -> Finding:
    """Return the change of an item scale over the shock."""
    detail = {
        "scale": scale,
        "name": "Winter incident",
        "before": 3.0,
        "after": 3.0 + by,
        "se": se,
        "df": 60.0,
        "people": 80,
        "waves": "w1>w2",
    }
    return finding(
        "momentum.scale_change", "shock", "winter", DAY, by, lower=by - 2 * se, upper=by + 2 * se, n=160, detail=detail
    )


def hide(one: Finding) -> Finding:
    """Return a finding as disclosure control leaves it."""
    asked = {key: value for key, value in one.detail.items() if key in ("term", "tier", "part", "scale")}
    return replace(one, estimate=None, lower=None, upper=None, n=None, status="suppressed", reason=HIDDEN, detail=asked)
