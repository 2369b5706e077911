"""Which moments are taken more often: one logistic model of trust, understanding of roles, reflexivity and place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leaderful.framework import framework
from leaderful.measures.findings import Finding, Status
from leaderful.measures.moments_evidence import REFLEXIVITY, ROLES, ROOM, evidence
from leaderful.measures.scale_rows import number
from leaderful.statistics.logistic import Logistic, logistic, margin
from leaderful.statistics.multiple import holm
from leaderful.study import Study

STANDS_OUT = 0.005
"""Corrected p-value below which a term stands out: rarely, also where few diaries were kept. Ours."""

FEWEST_DIARISTS = 10
FEWEST_FOR_TERM = 5
"""Moments of the rarer kind, taken or lost, that are wanted for each term. Ours."""

ROBUST, PENALISED = "logistic-cluster-robust", "logistic-firth"
CONSTRUCTS = {"trust": "trust", "role_understanding": "role_understanding", "reflexivity": "reflexivity"}
"""Constructs of the terms that have one; the others speak of moments alone."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class Term:
    """One column of the model, and over which moments its low and high values are set against each other."""

    name: str
    tier: str
    evidence: str
    column: Floats
    low: float
    high: float
    shown: tuple[float, float] | None
    """Low and high in the units of the answers; None for a term that is there or not."""
    rows: NDArray[np.bool_]


def model(study: Study, when: str, rows: pl.DataFrame) -> Iterator[Finding]:
    """Yield ``moments.model`` for each term, from `moment_rows`."""
    told = evidence(study, rows)
    joined = rows.join(told.rows, on="id", how="left", maintain_order="left")
    whole = joined.drop_nulls(["trust", "role_understanding", "reflexivity"])
    if told.trust_from == ROOM:
        within = joined.filter(pl.col("others").list.len() == 0, pl.col("trust").is_null())
        within = within.drop_nulls(["role_understanding", "reflexivity"])
        whole = pl.concat([whole, within]).sort("person", "time", "id")
    terms = _terms(whole, told.trust_from)
    left_out = rows.height - whole.height
    why = _too_little(whole, len(terms))
    if why:
        yield from (_none(study.system, when, whole, left_out, term, "insufficient", why) for term in terms)
        return
    columns = np.column_stack([term.column for term in terms])
    diarists = np.unique(whole["person"].to_numpy().astype(str), return_inverse=True)[1]
    fit = logistic(whole["taken"].to_numpy().astype(float), columns, diarists)
    corrected = _corrected(fit, len(terms))
    for place, term in enumerate(terms):
        if place in fit.dropped:
            yield _none(study.system, when, whole, left_out, term, "undefined", fit.dropped[place])
        else:
            yield _finding(study.system, when, whole, left_out, fit, terms, place, corrected)


def _terms(rows: pl.DataFrame, trust_from: str) -> list[Term]:
    """Return the terms of the model; scores are counted from their mean."""
    everywhere = np.ones(rows.height, dtype=bool)
    across = rows["others"].list.len().to_numpy() > 0
    of_room = trust_from == ROOM
    lowest = (1.0, 4.0) if of_room else (1.0, 5.0)
    trust = _scored("trust", trust_from, rows["trust"], across if of_room else everywhere, lowest)
    roles = _scored("role_understanding", ROLES, rows["role_understanding"], everywhere, (1.0, 5.0))
    reflexivity = _scored("reflexivity", REFLEXIVITY, rows["reflexivity"], everywhere, (1.0, 5.0))
    crossing = _there("across", "", across, everywhere)
    return [trust, roles, reflexivity, crossing, *_tiers(rows)]


def _scored(name: str, source: str, values: pl.Series, rows: NDArray[np.bool_], ends: tuple[float, float]) -> Term:
    """Return a term of scores; where it does not apply, and where nobody has it, it stays at its mean."""
    known = values.cast(pl.Float64).fill_null(np.nan).to_numpy()
    used = known[rows]
    mean = float(used.mean()) if len(used) else 0.0
    sd = float(used.std(ddof=1)) if len(used) > 1 else 0.0
    low, high = max(mean - sd, ends[0]), min(mean + sd, ends[1])
    return Term(
        name=name,
        tier="",
        evidence=source,
        column=np.where(rows, known - mean, 0.0),
        low=low - mean,
        high=high - mean,
        shown=(low, high),
        rows=rows,
    )


def _there(name: str, tier: str, column: NDArray[np.bool_], rows: NDArray[np.bool_]) -> Term:
    return Term(
        name=name, tier=tier, evidence="moments", column=column.astype(float), low=0.0, high=1.0, shown=None, rows=rows
    )


def _tiers(rows: pl.DataFrame) -> list[Term]:
    """Return a term for each tier that is there but the one with most moments, which the others are set against."""
    counts = dict(rows.group_by("tier").len().iter_rows())
    there = [tier.id for tier in framework().tiers if tier.id in counts]
    if len(there) < 2:
        return []
    against = max(there, key=lambda tier: counts[tier])
    tiers = rows["tier"].to_numpy()
    return [
        _there("tier", tier, tiers == tier, (tiers == tier) | (tiers == against)) for tier in there if tier != against
    ]


def _too_little(rows: pl.DataFrame, terms: int) -> str:
    people = rows["person"].n_unique()
    rarer = min(int(rows["taken"].sum()), rows.height - int(rows["taken"].sum()))
    if people < FEWEST_DIARISTS or rarer < FEWEST_FOR_TERM * terms:
        return (
            f"of moments whose writers had answered before there are too few: the model needs {FEWEST_DIARISTS} "
            f"diarists, and {FEWEST_FOR_TERM * terms} moments that were taken and as many that were lost"
        )
    return ""


def _corrected(fit: Logistic, terms: int) -> list[float]:
    """Return the p-value of each term corrected for all; NaN for those left out."""
    p = fit.p[1 : terms + 1]
    found = np.full(terms, np.nan)
    known = ~np.isnan(p)
    found[known] = holm(np.clip(p[known], 0.0, 1.0))
    return found.tolist()


def _finding(
    system: str,
    when: str,
    rows: pl.DataFrame,
    left_out: int,
    fit: Logistic,
    terms: list[Term],
    place: int,
    corrected: list[float],
) -> Finding:
    term = terms[place]
    columns = [other.column for other in terms]
    if term.name == "across" and terms[0].evidence == ROOM:
        columns[0] = np.zeros_like(columns[0])  # nobody's trust is high or low where no other body is
    found = margin(fit, np.column_stack(columns), place, low=term.low, high=term.high, rows=term.rows)
    lower, upper = np.exp(fit.lower[place + 1]), np.exp(fit.upper[place + 1])
    detail = {
        **_asked(term),
        **_rests_on(term, when),
        "evidence": term.evidence,
        "people": _people(term, rows),
        "left_out": left_out,
        "low": number(term.shown[0]) if term.shown else None,
        "high": number(term.shown[1]) if term.shown else None,
        "share_low": found.low,
        "share_high": found.high,
        "points": 100 * found.difference,
        "points_lower": number(100 * found.lower),
        "points_upper": number(100 * found.upper),
        "p": number(fit.p[place + 1]),
        "p_holm": number(corrected[place]),
        "stands_out": bool(corrected[place] < STANDS_OUT) and not fit.penalised,
    }
    return Finding(
        measure="moments.model",
        construct=CONSTRUCTS.get(term.name, "moments"),
        level="micro",
        unit_kind="system",
        unit=system,
        wave=when,
        estimate=float(np.exp(fit.coefficients[place + 1])),
        lower=number(lower),
        upper=number(upper),
        n=rows.height,
        method=PENALISED if fit.penalised else ROBUST,
        detail=detail,
    )


def _none(
    system: str, when: str, rows: pl.DataFrame, left_out: int, term: Term, status: Status, reason: str
) -> Finding:
    return Finding(
        measure="moments.model",
        construct=CONSTRUCTS.get(term.name, "moments"),
        level="micro",
        unit_kind="system",
        unit=system,
        wave=when,
        n=rows.height,
        method=ROBUST,
        status=status,
        reason=reason,
        detail={**_asked(term), "people": _people(term, rows), "left_out": left_out},
    )


def _people(term: Term, rows: pl.DataFrame) -> int:
    """Return the diarists behind a term; of one that is there or not those of the side with fewer of them."""
    if term.shown is not None:
        return rows["person"].n_unique()
    there = pl.Series(term.column > 0, dtype=pl.Boolean)
    where = pl.Series(term.rows, dtype=pl.Boolean)
    sides = [rows.filter(side & where)["person"].n_unique() for side in (there, ~there)]
    return min((people for people in sides if people), default=0)


def _rests_on(term: Term, when: str) -> dict[str, Any]:
    """Return what a tier's term would tell of: the share of moments that its diarists took."""
    return {"rests_on": [["moments.taken", "tier", term.tier, when]]} if term.tier else {}


def _asked(term: Term) -> dict[str, Any]:
    return {"term": term.name} | ({"tier": term.tier} if term.tier else {})
