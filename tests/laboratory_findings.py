"""Findings of simulated scenarios and of tested propositions, made by hand, for tests of the report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import exp
from typing import Any

import polars as pl

from answered_findings import everything, material
from leaderful.measures.findings import Finding
from leaderful.report.report import write_report
from page_reader import Element, read_report

TITLES = {
    "distributed-licence": "Every tier is free to lead",
    "crisis": "A crisis strikes and passes",
    "jammed-cog": "The largest trust stops talking to anybody.",
}
WEEKS = tuple(range(0, 157, 4))
TIERS = ("board", "executive", "manager", "practitioner")


def effect(
    scenario: str,
    indicator: str,
    estimate: float,
    *,
    half: float = 0.01,
    part: str = "all",
    term: str = "end",
    **more: Any,
) -> Finding:
    """Return a paired difference with an interval of `half` either way."""
    detail = {
        "indicator": indicator,
        "part": part,
        "term": term,
        "title": TITLES[scenario],
        "baseline": 0.5,
        "weeks": 156,
        "actors": 7000,
        "draws": 8,
        "seeds": 4,
        "system": "Testshire",
        "unit": "share",
        "holds": 1.0 if abs(estimate) > half else 0.7,
        "week": 12,
        "regime_baseline": {"within": {"one": 32}, "across": {"one": 27, "lower": 3, "upper": 2}},
        "regime_scenario": {"within": {"one": 32}, "across": {"one": 28, "lower": 1, "upper": 3}},
        "tipped": 2,
    }
    told = detail | more
    if told["unit"] != "share":
        told["relative"] = [value / told["baseline"] for value in (estimate, estimate - half, estimate + half)]
    return Finding(
        measure="whatif.effect",
        unit_kind="scenario",
        unit=scenario,
        method="paired-runs",
        estimate=estimate,
        lower=estimate - half,
        upper=estimate + half,
        n=32,
        detail=told,
    )


def effects(scenario: str, size: float, *, first: float | None = None) -> list[Finding]:
    """Return the differences of one scenario: of size in the end, and at its furthest where that is told."""
    made = [
        effect(scenario, "share_taken", size),
        effect(scenario, "share_taken", 1.2 * size, part="across"),
        *(effect(scenario, "share_taken", size * (k + 1) / 3, part=tier) for k, tier in enumerate(TIERS)),
        effect(scenario, "trust", size / 2, part="across"),
        effect(scenario, "purpose", size / 10),
        effect(scenario, "heard", 100 * size, half=3.0, baseline=60.0, unit="people who hear a conversation"),
        effect(scenario, "ties", 12 * size, half=0.3, baseline=12.0, unit="ties per person"),
    ]
    peak = size if first is None else first
    return [
        *made,
        effect(scenario, "share_taken", peak, term="peak"),
        effect(scenario, "share_taken", size, term="after-a-year"),
    ]


def courses(
    scenario: str, size: float, *, fading: float = 0.0, indicator: str = "share_taken", part: str = "all"
) -> list[Finding]:
    """Return both courses and the difference; it grows to size, after a rise that fades."""
    apart = [size * (1 - exp(-w / 40)) + fading * exp(-w / 12) * (w > 3) for w in WEEKS]
    base = [0.5 + 0.004 * ((w // 4) % 3 - 1) for w in WEEKS]
    lines = {
        "baseline": (base, 0.08),
        "scenario": ([b + a for b, a in zip(base, apart, strict=True)], 0.08),
        "difference": (apart, 0.012),
    }
    return [
        Finding(
            measure="whatif.course",
            unit_kind="scenario",
            unit=scenario,
            method="paired-runs",
            estimate=middle[-1],
            n=32,
            detail={
                "indicator": indicator,
                "part": part,
                "term": term,
                "weeks": list(WEEKS),
                "middle": middle,
                "low": [value - half for value in middle],
                "high": [value + half for value in middle],
                "events": [[4, 30, "crisis"]] if fading else [[0, None, "licence"]],
                "changes": ["From week 0 every tier has licence 0.7 in every body of the system"],
            },
        )
        for term, (middle, half) in lines.items()
    ]


def seeded() -> Finding:
    """Return what the simulated system was made from."""
    return Finding(
        measure="whatif.seeded",
        unit_kind="system",
        unit="XX1",
        method="seeding",
        estimate=7000,
        n=7000,
        detail={
            "system": "Testshire",
            "ties": 42000,
            "bodies": 61,
            "sources": ["Workforce of trusts: NHS Staff Survey 2024, respondents over the response rate."],
            "assumed": ["A team has eight people.", "A councillor feels all of a council's accountability."],
            "synthetic": True,
        },
    )


def what_if() -> list[Finding]:
    """Return three scenarios: one surely higher, one that fades, one lower."""
    return [
        *effects("distributed-licence", 0.042),
        *courses("distributed-licence", 0.042),
        *courses("distributed-licence", 0.021, indicator="trust", part="across"),
        *effects("crisis", 0.004, first=0.09),
        *courses("crisis", 0.004, fading=0.12),
        *effects("jammed-cog", -0.03),
        *courses("jammed-cog", -0.03),
        seeded(),
    ]


def claim(side: str, unit: str, verdict: str, estimate: float | None, half: float = 0.1, **more: Any) -> Finding:
    """Return what the field, England's public evidence or the laboratory says of a claim."""
    told = {
        "verdict": verdict,
        "why": "the effect lies in the claimed direction, surely other than none",
        "test": "score on shared purpose (SHP), by share of goals carried; clusters: bodies; claimed: more with more",
        "outcome": "score on shared purpose (SHP)",
        "claim_direction": 1,
        "smallest": 0.2,
        "effect_unit": "points of SHP",
        "registered": "2026-11-23",
    }
    if side == "laboratory":
        told |= {
            "why": "it holds across nearly all of what is plausible",
            "draws": 120,
            "seeds": 2,
            "median": 0.031,
            "low5": 0.004,
            "high95": 0.084,
            "mechanism": "The cascade takes bodies along.",
            "could_fail": "Turnover may drown it.",
            "parts": [
                {"says": "purpose falls", "holds": 0.9, "median": 0.031},
                {"says": "more below", "holds": 0.8, "median": 0.02},
            ],
            "system": "a small made-up system",
        }
    else:
        told["limits"] = "Bodies differ in other ways too."
        told |= (
            {} if estimate is None else {"p": 0.004, "p_adjusted": 0.031, "tested": 4, "people": 240, "clusters": 12}
        )
    ends = {} if estimate is None else {"lower": estimate - half, "upper": estimate + half, "n": 240}
    poor = {} if estimate is not None else {"status": "insufficient", "reason": "the study has nothing in moments"}
    return Finding(
        measure=f"proposition.{side}",
        unit_kind="proposition",
        unit=unit,
        method="m",
        estimate=estimate,
        detail=told | more,
        **ends,
        **poor,
    )


def propositions() -> list[Finding]:
    """Return all thirteen: in the field one supported, one contradicted, one with a claim of less, the rest silent."""
    field = [
        claim("field", "P1", "supported", 0.31),
        claim("field", "P4", "supported", 0.42),
        claim("field", "P8", "contradicted", 0.22, claim_direction=-1, why="the effect lies the other way"),
        claim("field", "P12", "cannot say", -0.02, effect_unit="percentage points for each employer more"),
        *(claim("field", f"P{k}", "cannot say", None) for k in (2, 3, 5, 6, 7, 9, 10, 11, 13)),
    ]
    shares = dict.fromkeys(range(1, 14), 0.9) | {10: 0.3, 13: 0.6, 5: 0.55}
    says = {10: "contradicted", 13: "cannot say", 5: "cannot say"}
    laboratory = [claim("laboratory", f"P{k}", says.get(k, "supported"), part, 0.06) for k, part in shares.items()]
    return [*field, *laboratory]


def whole_page(findings: Iterable[Finding]) -> Element:
    """Return the whole report on these findings and on those of a small system that was asked."""
    own = material([*everything(), *findings])
    standing = {"scale": "team", "standing": "", "basis": "", "valid_from": None, "system": "XX1"}
    bodies = own.bodies.with_columns(*(pl.lit(value).alias(name) for name, value in standing.items()))
    return read_report(write_report(replace(own, bodies=bodies)))
