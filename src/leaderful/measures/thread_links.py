"""Links that the reading of plans suggests: how many, and the passage behind each; they count once confirmed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import polars as pl

from leaderful.measures.findings import Finding
from leaderful.measures.thread_hierarchy import Hierarchy
from leaderful.study import Study

METHOD = "links-read-from-plans"
DECISIONS = ("open", "confirmed", "refused")


def suggestions(study: Study, governed: Hierarchy) -> Iterator[Finding]:
    """Yield ``thread.suggested``: for each body and goal the links that nobody has decided on, of n suggested.

    ``detail`` has how many are ``open``, ``confirmed`` and ``refused``, and their ``stances`` by decision.
    """
    for (body, goal), rows in _links(study, governed).group_by("body", "goal", maintain_order=True):
        decisions = Counter(rows["decision"])
        stances = {
            name: dict(sorted(Counter(rows.filter(decision=name)["stance"].drop_nulls()).items())) for name in DECISIONS
        }
        detail = {name: decisions[name] for name in DECISIONS} | {"goal": goal, "stances": stances}
        yield _finding("suggested", body, study, estimate=float(decisions["open"]), n=rows.height, detail=detail)


def passages(study: Study, governed: Hierarchy) -> Iterator[Finding]:
    """Yield ``thread.passage``: for each link how sure the reading is, from 0 to 1, with the words it rests on.

    ``part`` is the code of the link. ``undefined`` where the link has no such figure, as one from a duty.
    """
    documents = dict(study.table("documents").select("id", "title").iter_rows())
    for row in _links(study, governed).iter_rows(named=True):
        detail = {
            "goal": row["goal"],
            "part": row["id"],
            "document": documents.get(row["document"], ""),
            "page": row["page"],
            "quote": row["quote"],
            "stance": row["stance"] or "",
            "decision": row["decision"],
            "why": row["reason"] or "",
        }
        if row["confidence"] is None:
            reason = "nobody has estimated how sure this link is"
            yield _finding("passage", row["body"], study, status="undefined", reason=reason, n=1, detail=detail)
        else:
            yield _finding("passage", row["body"], study, estimate=row["confidence"], n=1, detail=detail)


def _links(study: Study, governed: Hierarchy) -> pl.DataFrame:
    """Return the links of bodies of the system, of those above it and of those that they came from."""
    bodies = {*governed.scale, *(body for body in governed.followers if governed.owners(body))}
    return (
        study.table("links")
        .filter(pl.col("body").is_in(bodies))
        .with_columns(pl.col("decision").fill_null("open"))
        .sort("body", pl.col("goal").str.strip_prefix("SDG").cast(pl.Int64), "id")
    )


def _finding(measure: str, body: Any, study: Study, **rest: Any) -> Finding:
    return Finding(
        measure=f"thread.{measure}",
        construct="golden_thread",
        unit_kind="body",
        unit=str(body),
        wave=study.as_at.isoformat(),
        method=METHOD,
        **rest,
    )
