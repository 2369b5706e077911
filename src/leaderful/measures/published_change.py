"""How published percentages moved, from the same organisations in both years."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl

from leaderful.measures.findings import Finding, frame
from leaderful.measures.published import ENGLAND, systems_of
from leaderful.measures.published_model import (
    THREE_LEVEL,
    TWO_LEVEL,
    Model,
    as_percent,
    as_points,
    fit_england,
    fit_own,
    read_models,
    with_q,
)
from leaderful.measures.published_rows import Part, Question, published_parts, raw_percent
from leaderful.measures.words import compare
from leaderful.statistics.blocks import TooFewError
from leaderful.statistics.proportions import logit_percent
from leaderful.study import Study


@dataclass(frozen=True, kw_only=True)
class Matched:
    """One question in two years: the trusts with figures in both, and those with figures in one only."""

    question: Question
    wave: str
    rows: pl.DataFrame
    """y is the later logit less the earlier one, v the sum of their variances."""
    alone: pl.DataFrame

    def of(self, system: str) -> tuple[pl.DataFrame, int]:
        """Return a system's matched rows, and how many of its trusts have no match."""
        mine = pl.col("system") == system
        return self.rows.filter(mine), len(self.alone.filter(mine))


def changes(study: Study, *, england: pl.DataFrame | None = None) -> pl.DataFrame:
    """Return how each question moved in England or a system: year on year, and first to last year.

    The same trust answers in both years and keeps what is particular to it, so years are not
    independent. The model is therefore of the change within each trust, ``d = y_later - y_earlier``
    with variance ``v_later + v_earlier``: ``d_ij = delta + u_j + w_ij + e_ij``, as in `system_percentages`.

    Parameters
    ----------
    study, england
        As in `system_percentages`; `england` must hold England's changes.

    Returns
    -------
    polars.DataFrame
        Findings ``published.change`` for England (``unit_kind`` ``england``) and each ``system``, wave such
        as ``2021-2024``: change in percentage points with its 95 % interval, n people in the later year.
        A system is shrunken towards England's change. Detail: ``start`` and ``raw`` (percentage of all
        people of the matched trusts, in the earlier year, and its raw change), ``verdict``, ``q``, ``logit``,
        ``logit_se``, ``df``, ``matched``, ``unmatched``; a system also has ``weight``, England ``model``.

    Notes
    -----
    Percentage points start from ``start``, which is taken as known. Trusts that merged, closed or were
    not surveyed in one of the years are unmatched and left out. No trust in both years, or one trust
    without England: ``insufficient``.

    References
    ----------
    Konstantopoulos S (2011) Research Synthesis Methods 2:61-76, doi:10.1002/jrsm.35.

    Examples
    --------
    >>> from datetime import date
    >>> from leaderful.study.tables import TABLES
    >>> percents = {"R01": (50, 54), "R02": (55, 58), "R03": (60, 65)}
    >>> bodies = [{"id": code, "kind": "nhs-trust", "system": "QHM"} for code in percents]
    >>> rows = [{"body": code, "source": "nhs-staff-survey", "question": "Q3f", "year": year,
    ...          "percent": x, "base": 3000} for code, pair in percents.items()
    ...         for year, x in zip((2021, 2024), pair)]
    >>> study = Study(name="One system", system="QHM", as_at=date(2024, 12, 1), tables={
    ...     "bodies": pl.DataFrame(bodies, schema=TABLES["bodies"].schema),
    ...     "published": pl.DataFrame(rows, schema=TABLES["published"].schema)})
    >>> change = changes(study).row(0, named=True)
    >>> change["wave"], round(change["estimate"], 1), round(change["lower"], 1), round(change["upper"], 1)
    ('2021-2024', 4.0, 0.8, 7.1)
    """
    models = read_models(england)
    findings: list[Finding] = []
    for matched in _pairs(study):
        if not study.system:
            findings += _england(matched, systems_of(study))
            continue
        model = models.get(("published.change", matched.question.source, matched.question.id, matched.wave))
        if model is None:
            findings.append(_alone(matched, study.system))
        else:
            findings.append(_system(matched, study.system, model))
    return frame(with_q(findings))


def _pairs(study: Study) -> Iterator[Matched]:
    by_question: dict[Question, list[Part]] = {}
    for part in published_parts(study):
        by_question.setdefault(part.question, []).append(part)
    for question, parts in by_question.items():
        whole_run = [(parts[0], parts[-1])] if len(parts) > 2 else []
        for earlier, later in [*pairwise(parts), *whole_run]:
            yield _match(question, earlier, later)


def _match(question: Question, earlier: Part, later: Part) -> Matched:
    first, last = earlier.model_rows, later.model_rows
    both = first.join(last.select("body", "percent", "base", "y", "v"), on="body", suffix="_last")
    alone = pl.concat([first.join(last, on="body", how="anti"), last.join(first, on="body", how="anti")])
    rows = both.with_columns(y=pl.col("y_last") - pl.col("y"), v=pl.col("v_last") + pl.col("v"))
    return Matched(question=question, wave=f"{earlier.year}-{later.year}", rows=rows.sort("body"), alone=alone)


def _england(matched: Matched, systems: list[str]) -> Iterator[Finding]:
    try:
        model, fit = fit_england(matched.rows, adjusted=False)
    except TooFewError as error:
        yield from (
            _insufficient(matched, kind, unit, str(error))
            for kind, unit in [(ENGLAND, ENGLAND), *(("system", system) for system in systems)]
        )
        return
    logit, se = float(fit.components.beta[0]), float(fit.components.beta_cov[0, 0] ** 0.5)
    yield _change(
        matched,
        ENGLAND,
        ENGLAND,
        matched.rows,
        len(matched.alone),
        logit,
        se,
        df=fit.groups - 1,
        method=THREE_LEVEL,
        more={"systems": fit.groups, "model": model.as_detail()},
    )
    yield from (_system(matched, system, model) for system in systems)


def _system(matched: Matched, system: str, model: Model) -> Finding:
    """A system's change with England's model: its own trusts are all that it needs."""
    rows, unmatched = matched.of(system)
    if rows.is_empty():
        return _insufficient(matched, "system", system, _reason(0))
    found = model.predict(rows)
    return _change(
        matched,
        "system",
        system,
        rows,
        unmatched,
        float(found.levels.estimate[0]),
        float(found.levels.se[0]),
        df=math.inf,
        method=model.method,
        more={"weight": float(found.group_weights[0])},
    )


def _alone(matched: Matched, system: str) -> Finding:
    rows, unmatched = matched.of(system)
    if len(rows) < 2:
        return _insufficient(matched, "system", system, _reason(len(rows)))
    _, fit = fit_own(rows)
    return _change(
        matched,
        "system",
        system,
        rows,
        unmatched,
        float(fit.components.beta[0]),
        float(fit.components.beta_cov[0, 0] ** 0.5),
        df=len(rows) - 1,
        method=TWO_LEVEL,
        more={},
    )


def _change(
    matched: Matched,
    unit_kind: str,
    unit: str,
    rows: pl.DataFrame,
    unmatched: int,
    logit: float,
    se: float,
    *,
    df: float,
    method: str,
    more: dict[str, Any],
) -> Finding:
    raw = raw_percent(rows)
    start, _ = logit_percent(np.array([raw]), np.array([float(rows["base"].sum())]))
    last = rows.select(percent="percent_last", base="base_last")
    about = {
        "start": as_percent(float(start[0]), 0.0)["estimate"],
        "raw": raw_percent(last) - raw,
        "verdict": compare(logit, se, df=df),
        "logit": logit,
        "logit_se": se,
        "matched": len(rows),
        "unmatched": unmatched,
    }
    return matched.question.finding(
        "published.change",
        wave=matched.wave,
        unit_kind=unit_kind,
        unit=unit,
        method=method,
        n=int(last["base"].sum()),
        detail=about | ({} if math.isinf(df) else {"df": df}) | more,
        **as_points(float(start[0]), logit, se, df=df),
    )


def _reason(trusts: int) -> str:
    if trusts:
        return "one NHS trust only has figures in both years"
    return "no NHS trust has figures in both years"


def _insufficient(matched: Matched, unit_kind: str, unit: str, reason: str) -> Finding:
    return matched.question.finding(
        "published.change",
        wave=matched.wave,
        unit_kind=unit_kind,
        unit=unit,
        method=THREE_LEVEL,
        status="insufficient",
        reason=reason,
        detail={"matched": len(matched.rows), "unmatched": len(matched.alone)},
    )
