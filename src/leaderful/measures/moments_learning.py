"""Whether moments are taken more often the more of them their writer has reflected on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import polars as pl

from leaderful.measures.findings import Finding, Status
from leaderful.measures.scale_rows import number
from leaderful.statistics.logistic import logistic

FEWEST_DIARISTS = 10
FEWEST_OF_EACH = 20
"""Moments that are wanted of those taken, and of those lost. Ours."""

_DAYS_A_MONTH = 30.44


def learning(system: str, when: str, rows: pl.DataFrame) -> Iterator[Finding]:
    """Yield ``moments.learning`` from `moment_rows`; nothing where no entry has a reflection before it."""
    doublings = np.log2(1 + rows["earlier"].to_numpy())
    if not doublings.any():
        return
    people, diarists = np.unique(rows["person"].to_numpy().astype(str), return_inverse=True)
    own = (np.bincount(diarists, doublings) / np.bincount(diarists))[diarists]
    days = (rows["time"] - rows["time"].min()).dt.total_seconds().to_numpy() / 86_400
    taken = rows["taken"].to_numpy().astype(float)
    common: dict[str, object] = {"people": len(people)}
    if len(people) < FEWEST_DIARISTS or min(taken.sum(), len(taken) - taken.sum()) < FEWEST_OF_EACH:
        why = f"{FEWEST_DIARISTS} diarists, {FEWEST_OF_EACH} moments taken and as many lost are wanted"
        yield _finding(system, when, len(taken), common, status="insufficient", reason=why)
        return
    fit = logistic(taken, np.column_stack([doublings, own, days / _DAYS_A_MONTH]), diarists)
    if 0 in fit.dropped or fit.penalised:
        why = fit.dropped.get(0, "it tells moments taken and lost apart wholly, so that no odds can be given")
        yield _finding(system, when, len(taken), common, status="undefined", reason=why)
        return
    yield _finding(
        system,
        when,
        len(taken),
        common | {"p": number(fit.p[1])},
        estimate=float(np.exp(fit.coefficients[1])),
        lower=number(np.exp(fit.lower[1])),
        upper=number(np.exp(fit.upper[1])),
    )


def _finding(
    system: str,
    when: str,
    n: int,
    detail: Mapping[str, object],
    *,
    estimate: float | None = None,
    lower: float | None = None,
    upper: float | None = None,
    status: Status = "ok",
    reason: str = "",
) -> Finding:
    return Finding(
        measure="moments.learning",
        construct="reflexivity",
        level="micro",
        unit_kind="system",
        unit=system,
        wave=when,
        estimate=estimate,
        lower=lower,
        upper=upper,
        n=n,
        method="logistic-within-diary",
        status=status,
        reason=reason,
        detail=dict(detail),
    )
