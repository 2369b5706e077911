"""What the policy texts of national bodies speak of: the macro end of the golden thread, in words alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from leaderful.measures.findings import Finding, frame
from leaderful.measures.thread_hierarchy import hierarchy
from leaderful.measures.thread_links import METHOD, passages, suggestions
from leaderful.statistics.proportions import wilson
from leaderful.study import Study

SHOWN = 3
"""So many passages of each goal are kept to be shown: those of which the reading is surest."""
EVERYWHERE = "england"


def national(study: Study, *, reading: pl.DataFrame, judged: Mapping[str, tuple[int, int]]) -> pl.DataFrame:
    """Return how many passages of national policy texts speak of each goal, and how far such tags can be trusted.

    A count of tags made by a machine. It is no count of purposes: nobody has confirmed a link, and none enters the
    thread.

    Parameters
    ----------
    study
        England; reads ``documents``, ``links`` and ``bodies``.
    reading
        One row for each ``document``: how many ``passages`` it has, how many are ``tagged`` with a goal, whether its
        columns ran together (``joined``), what it says of its date (``dated``), and ``whole``, the codes of the links
        whose quote is a whole sentence.
    judged
        Of tagged passages that a person read, how many were right and how many there were, by goal; over all goals
        under an empty name. At least 1 was read of each.

    Returns
    -------
    polars.DataFrame
        Findings.

        ``thread.read`` (``body``)
            Passages tagged with a goal; n counts the passages read. ``detail`` has the ``documents``.
        ``thread.suggested`` (``body``, by ``goal``)
            As `leaderful.measures.thread_links` has it. Stances sum to less than n where columns ran together.
        ``thread.passage`` (``body``, by ``goal`` and ``part``)
            The three whole sentences of a goal of which the reading is surest; fewer where there are fewer.
        ``thread.precision`` (``england``; ``goal``)
            Share of tags that are right, as a person judged; n counts the tags judged, ``detail`` the right ones
            (``count``). ``lower`` and ``upper`` are Wilson's score interval (doi:10.1080/01621459.1927.10502953).
            Over all, goals weigh as they were drawn and not as often as they are tagged.

    Examples
    --------
    >>> from datetime import date
    >>> from leaderful.study.tables import TABLES
    >>> def full(name, rows):
    ...     return pl.DataFrame(rows, schema=TABLES[name].schema)
    >>> link = {"id": "l", "body": "X24", "document": "d", "quote": "Health for all.", "goal": "SDG3"}
    >>> study = Study(name="England", system="", as_at=date(2026, 4, 1), tables={
    ...     "bodies": full("bodies", [{"id": "X24", "scale": "national", "sector": "nhs"}]),
    ...     "documents": full("documents", [{"id": "d", "body": "X24", "title": "Plan", "file": "plan.md"}]),
    ...     "links": full("links", [link])})
    >>> read = {"document": "d", "passages": 8, "tagged": 1, "joined": False, "dated": "", "whole": []}
    >>> found = national(study, reading=pl.DataFrame([read]), judged={"": (6, 10)})
    >>> found.select("measure", "estimate", "n").rows()
    [('thread.read', 1.0, 8), ('thread.suggested', 1.0, 1), ('thread.precision', 0.6, 10)]
    """
    governed = hierarchy(study)
    chosen = study.table("links").filter(pl.col("id").is_in(_shown(study, reading).implode()))
    few = Study(name=study.name, system=study.system, as_at=study.as_at, tables={**study.tables, "links": chosen})
    return frame(
        [
            *_read(study, reading),
            *suggestions(study, governed),
            *passages(few, governed),
            *_precision(study, judged),
        ]
    )


def _shown(study: Study, reading: pl.DataFrame) -> pl.Series:
    """Return the codes of the links to show: whole sentences, no sentence twice, the surest of each goal."""
    whole = reading.explode("whole", empty_as_null=True)["whole"].drop_nulls().cast(pl.String)
    return (
        study.table("links")
        .filter(pl.col("id").is_in(whole.implode()))
        .sort("confidence", "id", descending=[True, False])
        .unique(["goal", "quote"], keep="first", maintain_order=True)
        .group_by("goal", maintain_order=True)
        .head(SHOWN)
        .unique("quote", keep="first", maintain_order=True)["id"]
    )


def _read(study: Study, reading: pl.DataFrame) -> Iterator[Finding]:
    documents = study.table("documents").join(reading, left_on="id", right_on="document").sort("body", "id")
    for (body,), rows in documents.group_by("body", maintain_order=True):
        told = rows.select("title", "dated", "passages", "tagged", "joined").to_dicts()
        yield Finding(
            measure="thread.read",
            construct="golden_thread",
            unit_kind="body",
            unit=str(body),
            wave=study.as_at.isoformat(),
            method=METHOD,
            estimate=float(rows["tagged"].sum()),
            n=int(rows["passages"].sum()),
            detail={"documents": told},
        )


def _precision(study: Study, judged: Mapping[str, tuple[int, int]]) -> Iterator[Finding]:
    for goal, (right, n) in judged.items():
        lower, upper = wilson(100 * right / n, n)
        yield Finding(
            measure="thread.precision",
            construct="golden_thread",
            unit_kind="goal" if goal else EVERYWHERE,
            unit=goal or EVERYWHERE,
            wave=study.as_at.isoformat(),
            method="tags-judged-by-hand",
            estimate=right / n,
            lower=lower / 100,
            upper=upper / 100,
            n=n,
            detail={"count": right},
        )
