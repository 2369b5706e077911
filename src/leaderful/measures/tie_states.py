"""Whether both ends of a tie say that it is there. A silent partner never counts as disagreement."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from leaderful.measures.findings import Finding
from leaderful.measures.ties_frame import LEAST_PEOPLE, reports_tie

BOTH_ENDS = "tie-said-by-both-ends"
UNHEARD = "fewer than two people at one end answered about other bodies, so that the tie cannot be confirmed"
CONFIRMED, ONE_SIDED, SILENT, ABSENT = "confirmed", "one-sided", "partner-silent", "absent"


def pair_states(ties: pl.DataFrame, asked: dict[str, int], declared: set[tuple[str, str]]) -> pl.DataFrame:
    """Return the state of each pair of bodies of which somebody spoke, or that is declared.

    Columns: a, b (a before b), a_asked, b_asked, a_reports, b_reports, state. An end with too few
    respondents to report any tie is silent. A pair with a silent end whose other end reports no tie
    has no state and is left out: nothing is known of it.
    """
    ends = {(a, b): reports for a, b, reports in ties.select("source", "target", reports_tie()).iter_rows()}
    spoken = {(min(pair), max(pair)) for pair in ends}
    rows = []
    for a, b in sorted(spoken | declared):
        row = {
            "a": a,
            "b": b,
            "a_asked": _heard(asked.get(a, 0)),
            "b_asked": _heard(asked.get(b, 0)),
            "a_reports": ends.get((a, b), False),
            "b_reports": ends.get((b, a), False),
        }
        rows.append(row | {"state": _state(row)})
    schema = {"a": pl.String, "b": pl.String, "a_asked": pl.Int64, "b_asked": pl.Int64}
    said = {"a_reports": pl.Boolean, "b_reports": pl.Boolean, "state": pl.String}
    return pl.DataFrame(rows, schema=schema | said).filter(pl.col("state") != "")


def states(pairs: pl.DataFrame, wave: str) -> Iterator[Finding]:
    """Yield ``ties.state`` of each pair in `pair_states`."""
    for row in pairs.iter_rows(named=True):
        answering = [n for n in (row["a_asked"], row["b_asked"]) if n]
        silent = row["state"] == SILENT
        yield Finding(
            measure="ties.state",
            construct="connectedness",
            level="meso",
            unit_kind="pair",
            unit=f"{row['a']}|{row['b']}",
            wave=wave,
            estimate=None if silent else float(row["state"] == CONFIRMED),
            n=sum(answering),
            status="insufficient" if silent else "ok",
            reason=UNHEARD if silent else "",
            method=BOTH_ENDS,
            detail={
                "a": row["a"],
                "b": row["b"],
                "state": row["state"],
                "reported": _direction(row),
                "a_n": row["a_asked"],
                "b_n": row["b_asked"],
                "people": min(answering),
            },
        )


def confirmed(pairs: pl.DataFrame, asked: dict[str, int], system: str, wave: str) -> Finding:
    """Return ``ties.confirmed`` of the system from `pair_states`."""
    counts = dict(pairs["state"].value_counts().iter_rows())
    both, one, silent = (counts.get(state, 0) for state in (CONFIRMED, ONE_SIDED, SILENT))
    about: dict[str, Any] = {
        "confirmable": both + one,
        "confirmed": both,
        "one_sided": one,
        "partner_silent": silent,
        "union": both + one + silent,
        "intersection": both,
    }
    return Finding(
        measure="ties.confirmed",
        construct="connectedness",
        level="meso",
        unit_kind="system",
        unit=system,
        wave=wave,
        estimate=both / (both + one) if both + one else None,
        n=sum(people >= LEAST_PEOPLE for people in asked.values()),
        status="ok" if both + one else "insufficient",
        reason="" if both + one else "no reported tie has people who answered at both of its ends",
        method=BOTH_ENDS,
        detail=about,
    )


def _heard(asked: int) -> int:
    """Return how many respondents an end has, none when they are too few to report any tie."""
    return asked if asked >= LEAST_PEOPLE else 0


def _state(row: dict[str, Any]) -> str:
    said = int(row["a_reports"]) + int(row["b_reports"])
    if row["a_asked"] and row["b_asked"]:
        return (ABSENT, ONE_SIDED, CONFIRMED)[said]
    return SILENT if said else ""


def _direction(row: dict[str, Any]) -> str:
    """Return who reports the tie of whom; empty where both or neither do."""
    if row["a_reports"] == row["b_reports"]:
        return ""
    return f"{row['a']}>{row['b']}" if row["a_reports"] else f"{row['b']}>{row['a']}"
