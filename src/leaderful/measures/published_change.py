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
    as_points,
    fit_england,
    fit_own,
    read_models,
    with_q,
)
from leaderful.measures.published_rows import Part, Question, published_parts, raw_percent
from leaderful.measures.words import compare
from leaderful.statistics.blocks import TooFewError
from leaderful.statistics.proportions import logit_percent, percent_of_logit
from leaderful.study import Study

CHANGE = "published.change"
OWN = f"{CHANGE}.own"
DIFFERENCE = f"{CHANGE}.difference"
ONE_TRUST = "one-trust"
DRAWN = "Drawn towards England's change, which has the rest of the weight; the verdict is not about this system alone."


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
        Findings, wave such as ``2021-2024``: percentage points with their 95 % interval, n people in the
        later year.

        ``published.change`` (``unit_kind`` ``england``, ``system``)
            The change. That of a system is drawn towards England's change, and where its ``weight`` is
            small it is England's change in all but name. Its verdict is against no change at all, so
            where England moved it is largely England's verdict: it does not say that this system moved
            by itself. Detail: ``start`` and ``raw`` (percentage of all people of the matched trusts in the
            earlier year, and its raw change), ``verdict``, ``q``, ``logit``, ``logit_se``, ``df``,
            ``matched``, ``unmatched``; a system set against England also has ``weight`` (of its own
            trusts against England's change, 0 to 1) and ``note``, which says this; England has ``model``.

        A study of one system has two more for its ``system``:

        ``published.change.own``
            Its own change, not drawn towards England's: the random-effects mean of its matched trusts'
            changes, with a t interval. One matched trust has its own change with the sampling
            interval only (method ``one-trust``), and ``note`` says so. Detail: as ``published.change``, and
            ``raw_first`` and ``raw_last`` (percentage of all who answered in the matched trusts, earlier and
            later year; ``raw`` is their difference). ``df`` is the matched trusts less one, and absent
            for one trust, whose interval is normal.
        ``published.change.difference``
            Only with England: how much more, or less, it moved than England did, shrunken. It is the
            effect u_j, not the total. Detail: ``verdict`` (against England's change), ``q``, ``weight``,
            ``logit``, ``logit_se``, ``start``, ``expected`` (percentage to which England's change leads from
            ``start``), ``matched``.

    Notes
    -----
    Percentage points start from ``start``, which is taken as known; those of a difference from
    ``expected``. So the estimate of ``published.change`` is ``expected`` less ``start``, plus the difference.
    Trusts that merged, closed or were not surveyed in one of the years are unmatched and left out.
    No trust in both years: ``insufficient``; without England, so is ``published.change`` of one trust. With
    two or three trusts the t interval of ``.own`` is wide, because so few can hardly show how trusts differ.
    Without England ``published.change`` and ``.own`` are the same model.

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
        model = models.get((CHANGE, matched.question.source, matched.question.id, matched.wave))
        if model is None:
            findings += [_alone(matched, study.system), _own(matched, study.system)]
        else:
            findings += [_system(matched, study.system, model), _own(matched, study.system)]
            findings.append(_difference(matched, study.system, model))
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
    """A system's change drawn towards England's: of its rows, its own trusts are all that it needs."""
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
        float(found.totals.estimate[0]),
        float(found.totals.se[0]),
        df=math.inf,
        method=model.method,
        more={"weight": float(found.group_weights[0]), "note": DRAWN},
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


def _own(matched: Matched, system: str) -> Finding:
    """A system's change by its own trusts, whatever England did."""
    rows, unmatched = matched.of(system)
    if rows.is_empty():
        return _insufficient(matched, "system", system, _reason(0), name=OWN, method=TWO_LEVEL)
    last = raw_percent(_later(rows))
    more: dict[str, Any] = {"raw_first": raw_percent(rows), "raw_last": last}
    if len(rows) == 1:
        logit, se, df, method = rows["y"].item(), rows["v"].item() ** 0.5, math.inf, ONE_TRUST
        more["note"] = f"One NHS trust has figures in both years: this speaks of {rows['body'].item()} alone."
    else:
        _, fit = fit_own(rows)
        logit, se = float(fit.components.beta[0]), float(fit.components.beta_cov[0, 0] ** 0.5)
        df, method = len(rows) - 1, TWO_LEVEL
    return _change(
        matched,
        "system",
        system,
        rows,
        unmatched,
        logit,
        se,
        df=df,
        method=method,
        more=more,
        name=OWN,
    )


def _difference(matched: Matched, system: str, model: Model) -> Finding:
    """How far a system's change is from England's, both starting where its own trusts started."""
    rows, _ = matched.of(system)
    if rows.is_empty():
        return _insufficient(matched, "system", system, _reason(0), name=DIFFERENCE, method=model.method)
    found = model.predict(rows)
    logit, se = float(found.effects.estimate[0]), float(found.effects.se[0])
    start = _start(rows)
    expected = start + float(found.totals.estimate[0]) - logit
    about = {
        "start": percent_of_logit(start),
        "expected": percent_of_logit(expected),
        "verdict": compare(logit, se),
        "weight": float(found.group_weights[0]),
        "logit": logit,
        "logit_se": se,
        "matched": len(rows),
    }
    return matched.question.finding(
        DIFFERENCE,
        wave=matched.wave,
        unit_kind="system",
        unit=system,
        method=model.method,
        n=int(rows["base_last"].sum()),
        detail=about,
        **as_points(expected, logit, se),
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
    name: str = CHANGE,
) -> Finding:
    start = _start(rows)
    last = _later(rows)
    about = {
        "start": percent_of_logit(start),
        "raw": raw_percent(last) - raw_percent(rows),
        "verdict": compare(logit, se, df=df),
        "logit": logit,
        "logit_se": se,
        "matched": len(rows),
        "unmatched": unmatched,
    }
    return matched.question.finding(
        name,
        wave=matched.wave,
        unit_kind=unit_kind,
        unit=unit,
        method=method,
        n=int(last["base"].sum()),
        detail=about | ({} if math.isinf(df) else {"df": df}) | more,
        **as_points(start, logit, se, df=df),
    )


def _start(rows: pl.DataFrame) -> float:
    """The logit of all people of the matched trusts in the earlier year."""
    start, _ = logit_percent(np.array([raw_percent(rows)]), np.array([float(rows["base"].sum())]))
    return float(start[0])


def _later(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(percent="percent_last", base="base_last")


def _reason(trusts: int) -> str:
    if trusts:
        return "one NHS trust only has figures in both years"
    return "no NHS trust has figures in both years"


def _insufficient(
    matched: Matched, unit_kind: str, unit: str, reason: str, *, name: str = CHANGE, method: str = THREE_LEVEL
) -> Finding:
    return matched.question.finding(
        name,
        wave=matched.wave,
        unit_kind=unit_kind,
        unit=unit,
        method=method,
        status="insufficient",
        reason=reason,
        detail={"matched": len(matched.rows), "unmatched": len(matched.alone)},
    )
