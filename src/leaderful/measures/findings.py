"""The Finding: one tidy row, and the only thing that leaves a measure."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Literal

import polars as pl

Status = Literal["ok", "suppressed", "undefined", "insufficient"]
STATUSES: tuple[Status, ...] = ("ok", "suppressed", "undefined", "insufficient")

SCHEMA = pl.Schema(
    {
        "measure": pl.String(),
        "construct": pl.String(),
        "level": pl.String(),
        "unit_kind": pl.String(),
        "unit": pl.String(),
        "wave": pl.String(),
        "estimate": pl.Float64(),
        "lower": pl.Float64(),
        "upper": pl.Float64(),
        "n": pl.Int64(),
        "status": pl.String(),
        "reason": pl.String(),
        "method": pl.String(),
        "detail": pl.String(),
    }
)

ASKED = (
    "source",
    "question",
    "scale",
    "item",
    "part",
    "between",
    "tier",
    "by",
    "direction",
    "role",
    "indicator",
    "days",
    "goal",
    "reach",
    "term",
)
"""Keys of a finding's detail that say what was asked, and nothing of who answered."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One estimate of one construct for one unit in one wave, or the reason why there is none.

    Parameters
    ----------
    measure
        What was measured: a dotted name such as ``published.percent`` or ``structure.bodies``.
    construct
        Construct of the framework it speaks about; empty for context that is no construct.
    level
        ``macro``, ``meso`` or ``micro``; empty where none applies.
    unit_kind, unit
        Kind of the unit (``system``, ``body``, ``england``, ``tie-kind`` ...) and its code.
    wave
        The wave, year or date it speaks of, as text (``2024``, ``2026-04-01``, ``2021-2024``).
    estimate, lower, upper
        The estimate and its 95 % interval. A count of a complete list has no interval: lower and
        upper stay None and `method` says that it is a count.
    n
        Number of observations behind it: people, bodies, months; `method` says which.
    status
        ``ok``, ``suppressed`` (hidden to protect people), ``undefined`` (the formula has no value
        here) or ``insufficient`` (too little evidence). All but ``ok`` carry a `reason` and no estimate.
    method
        Id of the method, as in the methods page.
    detail
        What else the reader of this measure needs, JSON-able, keys as the measure documents.
    """

    measure: str
    unit_kind: str
    unit: str
    method: str
    construct: str = ""
    level: str = ""
    wave: str = ""
    estimate: float | None = None
    lower: float | None = None
    upper: float | None = None
    n: int | None = None
    status: Status = "ok"
    reason: str = ""
    detail: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.status not in STATUSES:
            raise ValueError(f"status is {self.status!r}; one of {', '.join(STATUSES)} is wanted")
        if (self.status == "ok") != (self.estimate is not None):
            raise ValueError(f"{self.measure} for {self.unit}: a finding has an estimate exactly when it is ok")
        if any(value is not None and not isfinite(value) for value in (self.estimate, self.lower, self.upper)):
            raise ValueError(f"{self.measure} for {self.unit}: an estimate and its interval are finite numbers")
        if self.status != "ok" and not self.reason:
            raise ValueError(f"{self.measure} for {self.unit}: say why it is {self.status}")

    def row(self) -> dict[str, Any]:
        """Return the finding as a row of the findings frame."""
        values = {name: getattr(self, name) for name in SCHEMA}
        values["detail"] = json.dumps(self.detail, sort_keys=True, ensure_ascii=False, allow_nan=False)
        return values


def frame(findings: Iterable[Finding]) -> pl.DataFrame:
    """Return findings as a frame with the columns of `SCHEMA`, in the order given."""
    return pl.DataFrame([finding.row() for finding in findings], schema=SCHEMA)


def unframe(findings: pl.DataFrame) -> list[Finding]:
    """Return the rows of a findings frame as findings."""
    return [Finding(**{**row, "detail": detail(row)}) for row in findings.iter_rows(named=True)]


def detail(row: dict[str, Any]) -> dict[str, Any]:
    """Return the `detail` of a row of a findings frame."""
    loaded: dict[str, Any] = json.loads(row["detail"])
    return loaded
