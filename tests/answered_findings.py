"""Findings of a small system whose people were asked twice, made by hand, for tests of the report."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import polars as pl
from markupsafe import Markup

from leaderful.framework import framework
from leaderful.measures.findings import Finding, frame
from leaderful.report.material import Material
from leaderful.report.page import Page, Section, render
from leaderful.report.sections.methods import methods_section
from page_reader import Element, read_report

NOW, BEFORE = "w2", "w1"
CHANGE = f"{BEFORE}>{NOW}"
BODIES = {
    "A": ("Zeta Trust", "nhs"),
    "B": ("Alpha Council", "local-government"),
    "C": ("Beta Trust", "nhs"),
}
FORMER = {"D": "Old Beta", "E": "Older Beta"}
TIERS = ("board", "executive", "manager", "practitioner")
SCALES = {"CGP": 3.8, "SHP": 3.05, "ACC": 3.6, "REF": 3.4}
"""Mean of each item scale; intervals are 0.1 either way, and the statements of REF do not hang together."""


def material(findings: Iterable[Finding], **changed: Any) -> Material:
    """Return what a report on these findings is written from."""
    bodies = pl.DataFrame(
        [{"id": id, "name": name, "kind": "nhs-trust", "sector": sector} for id, (name, sector) in BODIES.items()]
    )
    about: dict[str, Any] = {
        "name": "Testshire",
        "system": "XX1",
        "as_at": date(2026, 4, 1),
        "findings": frame(findings),
        "england": frame([]),
        "bodies": bodies,
        "former_names": {id: name for id, (name, _) in BODIES.items()} | FORMER,
        "wave_names": {BEFORE: "Autumn", NOW: "Spring"},
        "item_scales": tuple(scale for scale in framework().item_scales if scale.id in SCALES),
    }
    return Material(**about | changed)


def everything() -> list[Finding]:
    """Return findings of all that the sections on people's answers show, none of them hidden."""
    return [*rates(), *scores(), *quality(), *changes(), *silence()]


def finding(measure: str, kind: str, unit: str, estimate: float | None, **rest: Any) -> Finding:
    """Return a finding of the later round with an interval of a tenth either way."""
    detail = rest.pop("detail", {})
    scale = next((one for one in framework().item_scales if one.id == detail.get("scale")), None)
    construct = framework().construct(scale.constructs[0]) if scale else None
    ends = {} if estimate is None else {"lower": estimate - 0.1, "upper": estimate + 0.1}
    return Finding(
        measure=measure,
        unit_kind=kind,
        unit=unit,
        estimate=estimate,
        method="m",
        construct=construct.id if construct else "",
        level=construct.level if construct else "",
        detail=detail,
        **{"wave": NOW, "n": 40} | ends | rest,
    )


def rates() -> list[Finding]:
    """Return response rates: 80 of 100 answered, 20 of 25 of each tier, 15 of 20 of each body."""
    units = [("system", "XX1", 80, 100), *(("tier", tier, 20, 25) for tier in TIERS)]
    units += [("body", body, 15, 20) for body in BODIES]
    units += [("body-tier", f"{body}/{tier}", 10, 12) for body in BODIES for tier in TIERS if body != "C"]
    return [
        finding(
            "response.rate",
            kind,
            unit,
            count / n,
            n=n,
            lower=None,
            upper=None,
            detail={"part": part, "count": count},
        )
        for part in ("items", "relations")
        for kind, unit, count, n in units
    ]


def scores() -> list[Finding]:
    """Return scores, drawn means, consensus and unable shares; body B stands a point above everyone."""
    made = []
    for scale, mean in SCALES.items():
        own = {"scale": scale}
        more = {"sd": 0.8, "unable": 3, "clusters": 3, "clustered_by": "bodies"}
        drawn = {"raw": mean, "justified": True, "weight": 0.9}
        made += [
            finding("scale.score", "system", "XX1", mean, detail=own | more),
            *(finding("scale.score", "tier", tier, mean, detail=own | more) for tier in TIERS),
            *(finding("scale.score", "body", body, mean, detail=own | more) for body in BODIES),
            *(finding("scale.shrunken", "body", b, mean + (b == "B"), detail=own | drawn) for b in BODIES),
            _consensus(scale, "system", "XX1", 0.2),
            *(_consensus(scale, "body", body, 0.2) for body in BODIES),
            finding(
                "response.unable",
                "system",
                "XX1",
                0.05,
                n=320,
                lower=None,
                upper=None,
                detail=own | {"count": 16, "people": 80},
            ),
        ]
    return made


def _consensus(scale: str, kind: str, unit: str, outside: float) -> Finding:
    detail = {"scale": scale, "split": outside >= 1 / 3, "count": 8, "people": 40, "median": [4.0]}
    return finding("scale.consensus", kind, unit, outside, n=160, lower=None, upper=None, detail=detail)


def quality() -> list[Finding]:
    """Return reliability, agreement and shares of variance."""
    made = []
    for scale in SCALES:
        alpha = 0.05 if scale == "REF" else 0.85
        own = {"scale": scale}
        made += [
            finding("scale.alpha", "system", "XX1", alpha, detail=own | {"complete": 40}),
            finding("scale.omega", "system", "XX1", alpha, detail=own | {"complete": 40}),
        ]
        for between in ("body", "team"):
            fits = between == "body" and scale != "SHP"
            reasons = [] if fits else ["agreement within them is 0.52, below 0.70", "they are too alike"]
            at = own | {"between": between}
            made += [
                finding("scale.agreement", "system", "XX1", 0.8, detail=at | {"share_070": 0.9, "units": 3}),
                finding(
                    "scale.icc",
                    "system",
                    "XX1",
                    0.1,
                    detail=at | {"icc2": 0.7, "groups": 3, "justified": fits, "reasons": reasons},
                ),
            ]
        made += [
            finding("scale.variance_share", "system", "XX1", share, detail=own | {"part": part, "groups": 12})
            for part, share in (("person", 0.78), ("team", 0.12), ("body", 0.1))
        ]
    return made


def changes() -> list[Finding]:
    """Return changes: CGP higher, the others not to be told apart; D and E became C."""
    made = []
    for scale, mean in SCALES.items():
        by = 0.3 if scale == "CGP" else 0.0
        detail = {
            "scale": scale,
            "before": mean - by,
            "after": mean,
            "paired": 30,
            "footprint": ["D", "E"],
            "verdict": "higher" if by else "cannot tell apart",
            "se": 0.05,
            "df": 30.0,
        }
        units = [("system", "XX1"), *(("tier", tier) for tier in TIERS), ("sector", "nhs"), ("body", "C")]
        made += [finding("scale.change", kind, unit, by, wave=CHANGE, detail=detail) for kind, unit in units]
        made += [
            finding(
                "scale.redrawn",
                "body",
                body,
                0.2,
                wave=CHANGE,
                detail={"scale": scale, "successor": "C", "own": 3.0, "pooled": 3.2},
            )
            for body in FORMER
        ]
    return made


def silence() -> list[Finding]:
    """Return bounds: likely 0.2 either way, possible 0.7 either way."""
    return [
        made
        for scale, mean in SCALES.items()
        for made in (
            finding(
                "scale.bounds",
                "system",
                "XX1",
                mean,
                lower=mean - 0.7,
                upper=mean + 0.7,
                detail={"scale": scale, "silent": 20, "likely_lower": mean - 0.2, "likely_upper": mean + 0.2},
            ),
            finding(
                "scale.poststratified",
                "system",
                "XX1",
                mean - 0.02,
                detail={"scale": scale, "raw": mean, "cells_empty": 0},
            ),
        )
    ]


def hide(finding: Finding) -> Finding:
    """Return a finding as disclosure control leaves it."""
    return without(finding, "suppressed", "hidden so that no small group of people can be made out")


def without(finding: Finding, status: Any, reason: str) -> Finding:
    """Return a finding without an estimate, keeping what was asked."""
    asked = {key: value for key, value in finding.detail.items() if key in ("scale", "part", "between")}
    kept = {name: getattr(finding, name) for name in ("measure", "construct", "level", "unit_kind", "unit", "wave")}
    return Finding(**kept, method="m", status=status, reason=reason, detail=asked)


def page_of(own: Material, *sections: Section | None) -> Element:
    """Return the page that holds these sections and the methods they point at."""
    there = [section for section in sections if section is not None]
    return read_report(
        render(
            Page(
                title="Testshire",
                kicker="",
                known="",
                sure="",
                unknown="",
                facts=(),
                map=Markup(),
                map_note="",
                sections=(*there, methods_section(own)),
            )
        )
    )


def title(root: Element, figure: str) -> str:
    """Return the title of a figure."""
    return root.under(figure).all("h3")[0].text


def strip_of(root: Element, figure: str, name: str) -> Element:
    """Return the row of a figure that starts with a name."""
    (found,) = [s for s in root.under(figure).having("strip") if s.having("q")[0].text.startswith(name)]
    return found


def changed(
    findings: Iterable[Finding], measure: str, change: Callable[[Finding], Finding], **asked: str
) -> list[Finding]:
    """Return findings with those of a measure, and of what was asked, changed."""
    return [
        change(f)
        if f.measure == measure and all(f.detail.get(k, getattr(f, k, None)) == v for k, v in asked.items())
        else f
        for f in findings
    ]


def rows(root: Element, caption: str) -> list[list[str]]:
    """Return the cells of the one table of a page with this caption."""
    (found,) = [table for table in root.all("table") if [each.text for each in table.all("caption")] == [caption]]
    return [[cell.text for cell in row.children] for row in found.all("tbody")[0].all("tr")]
