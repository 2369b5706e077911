"""The verdicts as sentences, for the terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import polars as pl

from leaderful.framework import framework
from leaderful.propositions.registry import digest, registry

MEASURES: Final = {
    "proposition.field": "Field",
    "proposition.england": "England",
    "proposition.laboratory": "Laboratory",
}
"""Where a proposition is tested, by measure, in the order in which it is told."""


def sentences(findings: pl.DataFrame) -> Iterator[str]:
    """Yield each proposition with its source and what came of its tests, and how they were registered.

    Parameters
    ----------
    findings
        Findings; those that are not of `MEASURES` are left out.
    """
    rows = {
        (row["measure"], row["unit"]): row | {"detail": json.loads(row["detail"])}
        for row in findings.filter(pl.col("measure").is_in(list(MEASURES))).iter_rows(named=True)
    }
    for claim in framework().propositions:
        yield f"{claim.id} {claim.name}: {claim.definition}"
        yield f"  Rests on: {claim.rests_on.section}, “{claim.rests_on.opening} …”"
        for measure, where in MEASURES.items():
            if (measure, claim.id) in rows:
                yield f"  {where}: {_said(rows[measure, claim.id])}"
    yield (
        f"Tests registered {registry().registered.isoformat()}, SHA-256 {digest()[:12]}. "
        "The laboratory is of simulated people and no forecast."
    )


def _said(row: dict[str, Any]) -> str:
    """Return one verdict with its effect, its interval and n, or the reason why there is none."""
    detail = row["detail"]
    verdict = str(detail.get("verdict", "cannot say"))
    if row["estimate"] is None:
        return f"cannot say; {row['reason']}" if row["status"] != "suppressed" else "hidden, to protect people"
    if row["measure"] == "proposition.laboratory":
        shares = f"{100 * row['estimate']:.0f} % ({100 * row['lower']:.0f} to {100 * row['upper']:.0f})"
        effect = f"median effect {detail['median']:+.3f} {detail['effect_unit']}"
        return f"{verdict}; it holds in {shares} of {row['n']} draws of the rates; {effect}"
    effect = f"{row['estimate']:+.3f} ({row['lower']:+.3f} to {row['upper']:+.3f}) {detail['effect_unit']}"
    return f"{verdict}; {effect}; n {row['n']:,}, corrected p {detail['p_adjusted']:.3f}"
