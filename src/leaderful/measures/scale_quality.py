"""Whether a scale hangs together, whether people of a unit agree, and whether averaging them is justified.

The cut-offs are conventions (LeBreton and Senter 2008, doi:10.1177/1094428106296642). They say when most
researchers would average people into a unit, not when it is right to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leaderful.framework import ItemScale
from leaderful.measures.answers import Answers, Floats, Whole
from leaderful.measures.findings import Finding
from leaderful.measures.scale_rows import number, scale_finding, systems
from leaderful.statistics.agreement import GroupAgreement, agreement_by_group
from leaderful.statistics.icc import Icc, icc
from leaderful.statistics.omega import omega
from leaderful.statistics.reliability import Reliability, alpha

AGREED = 0.70
"""From this median of r_wg(j) on, the people of units agree enough to be averaged: a convention."""

RELIABLE = 0.60
"""From this ICC(2) on, the means of units can be told apart: a convention."""

LIKELY = 0.05
"""Below this p of the F test, units differ: a convention."""

SKEW_OPTIONS = 5
"""The slight-skew null is known for scales with as many answers as this."""

BETWEEN = ("team", "body")
MANY = {"team": "teams", "body": "bodies", "place": "places"}


@dataclass(frozen=True, kw_only=True, eq=False)
class Justification:
    """Whether people may be averaged into their units, and what speaks against it."""

    agreed: GroupAgreement
    median: float
    """Of r_wg(j) over units; NaN where no unit has it."""
    icc: Icc
    reasons: list[str]
    """Empty where nothing speaks against it."""


def reliabilities(asked: Answers) -> Iterator[Finding]:
    """Yield ``scale.alpha`` and ``scale.omega`` of each system."""
    for scale in asked.scales:
        for unit, system in systems(asked):
            block = asked.of(scale)[asked.units["system"].of == unit]
            for name, method, found in (
                ("alpha", "cronbach-alpha", alpha(block)),
                ("omega", "mcdonald-omega", omega(block)),
            ):
                yield _reliability(f"scale.{name}", method, scale, asked.wave, system, found)


def agreements(asked: Answers) -> Iterator[Finding]:
    """Yield ``scale.agreement`` and ``scale.icc`` of each system, between its teams and between its bodies."""
    for scale in asked.scales:
        for between in BETWEEN:
            units = asked.units[between]
            for unit, system in systems(asked):
                of = np.where(asked.units["system"].of == unit, units.of, -1)
                if (of >= 0).any():
                    yield from _between(asked, scale, system, between, of)


def _reliability(measure: str, method: str, scale: ItemScale, wave: str, system: str, found: Reliability) -> Finding:
    estimate = number(found.estimate)
    detail: dict[str, Any] = {"complete": found.n, "incomplete": found.left_out}
    figures: dict[str, Any] = {"status": "undefined", "reason": found.reason}
    if estimate is not None:
        figures = {"estimate": estimate, "lower": number(found.lower), "upper": number(found.upper)}
        detail |= {"no_interval": found.reason} if found.reason else {}
    return scale_finding(
        measure,
        scale,
        wave=wave,
        unit_kind="system",
        unit=system,
        method=method,
        n=found.n,
        detail=detail,
        **figures,
    )


def _between(asked: Answers, scale: ItemScale, system: str, between: str, of: Whole) -> Iterator[Finding]:
    found = justify(asked, scale, between, of)
    about: dict[str, Any] = {"wave": asked.wave, "unit_kind": "system", "unit": system}
    yield _agreement(scale, between, found, about)
    yield _icc(scale, between, found, about)


def justify(asked: Answers, scale: ItemScale, kind: str, of: Whole) -> Justification:
    """Return whether people may be averaged into units of a kind, given the unit of each person."""
    agreed = agreement_by_group(asked.of(scale), of, options=scale.highest - scale.lowest + 1)
    median, found = _median(agreed), icc(asked.scores[scale.id], of)
    return Justification(agreed=agreed, median=median, icc=found, reasons=_against(kind, found, median))


def _median(agreed: GroupAgreement) -> float:
    known = _counted(agreed)[_known(agreed)]
    return float(np.median(known)) if len(known) else float("nan")


def _counted(agreed: GroupAgreement) -> Floats:
    """Return r_wg(j) as it enters a median: a value out of range says that there is no agreement, so 0."""
    return np.where(agreed.out_of_range, 0.0, agreed.rwg_j)


def _known(agreed: GroupAgreement) -> NDArray[np.bool_]:
    """Tell which units have two answers to every item."""
    return ~np.isnan(agreed.mean_variances)


def _agreement(scale: ItemScale, between: str, found: Justification, about: dict[str, Any]) -> Finding:
    agreed = found.agreed
    known = _known(agreed)
    detail: dict[str, Any] = {"between": between, "units": int(known.sum())}
    figures: dict[str, Any] = {"status": "undefined", "reason": f"no {between} has two answers to every item"}
    if known.any():
        skewed = _median(agreed.against("slight-skew")) if agreed.options == SKEW_OPTIONS else float("nan")
        figures = {"estimate": found.median}
        detail |= {
            "share_070": float((_counted(agreed)[known] >= AGREED).mean()),
            "skewed_median": number(skewed),
            "ad_m_median": float(np.median(agreed.ad_m[known])),
            "out_of_range": int(agreed.out_of_range[known].sum()),
        }
    n = int(agreed.n[known].sum())
    return scale_finding("scale.agreement", scale, method="rwg-j-median", n=n, detail=detail, **about, **figures)


def _icc(scale: ItemScale, between: str, justification: Justification, about: dict[str, Any]) -> Finding:
    found, reasons = justification.icc, justification.reasons
    estimate = number(found.icc1)
    detail: dict[str, Any] = {
        "between": between,
        "icc2": number(found.icc2),
        "F": number(found.F),
        "p": number(found.p),
        "df1": found.df1,
        "df2": found.df2,
        "k_mean": number(found.k_mean),
        "k_unbalanced": number(found.k_unbalanced),
        "groups": found.groups,
        "rwg_j_median": number(justification.median),
        "justified": not reasons,
        "reasons": reasons,
    }
    figures: dict[str, Any] = {"status": "undefined", "reason": found.reason}
    if estimate is not None:
        figures = {"estimate": estimate, "lower": number(found.lower), "upper": number(found.upper)}
        detail |= {"no_interval": found.reason} if np.isnan(found.lower) else {}
    return scale_finding("scale.icc", scale, method="icc-one-way", n=found.n, detail=detail, **about, **figures)


def _against(between: str, found: Icc, median: float) -> list[str]:
    """Return what speaks against averaging people into their team or body."""
    many = MANY[between]
    if np.isnan(found.icc1):
        return [found.reason]
    reasons = []
    if not median >= AGREED:
        figure = "cannot be computed" if np.isnan(median) else f"is {median:.2f}, below {AGREED:.2f}"
        reasons.append(f"agreement within {many} {figure}")
    if not found.p < LIKELY:
        reasons.append(f"{many} differ no more than chance would have them (p = {found.p:.2f})")
    if not found.icc2 >= RELIABLE:
        figure = "cannot be computed" if np.isnan(found.icc2) else f"is {found.icc2:.2f}, below {RELIABLE:.2f}"
        reasons.append(f"the reliability of the means of {many} {figure}")
    return reasons
