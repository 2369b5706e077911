"""Every measure in its order, and what disclosure control must know of each before anything leaves."""

from __future__ import annotations

import json
from collections.abc import Callable

import polars as pl

from leaderful import disclosure, england
from leaderful.disclosure.own_evidence import cover_silent, cover_states, cover_weighted, rounded
from leaderful.measures.findings import ASKED
from leaderful.measures.outcomes import outcomes
from leaderful.measures.published import system_percentages
from leaderful.measures.published_change import changes
from leaderful.measures.structure import structure
from leaderful.measures.thread import thread
from leaderful.measures.units import PARENTS, parents
from leaderful.study import Study

PUBLIC_MEASURES = ("published.percent", "published.difference", "published.change", "published.mean")
"""Measures whose n counts people in public statistics."""

PEOPLE_MEASURES = (
    *PUBLIC_MEASURES,
    "response",
    "scale",
    "ties",
    "zip",
    "space_between",
    "equality",
    "plural",
    "cog_jam",
    "brokerage",
    "disagreement",
    "travel",
    "moments",
    "momentum",
    "proposition.field",
)
"""Measures whose n counts people or their answers."""

OTHER_MEASURES = (
    "structure",
    "outcome",
    "thread",
    "network",
    "ties.confirmed",
    "published.share_between_systems",
    "published.share_between_bodies",
    "published.share_sampling",
    "whatif",
    "proposition.england",
    "proposition.laboratory",
)
"""Measures whose n counts bodies, months, or runs of a simulation."""

EXACT = (
    "structure",
    "outcome",
    "published",
    "thread",
    "network",
    "whatif",
    "proposition.england",
    "proposition.laboratory",
)
"""Measures whose figures leave as they are: they tell of no one's answers, or of counts of ties alone."""


def measure(
    study: Study, *, england_findings: pl.DataFrame | None, tell: Callable[[float], None] = lambda _: None
) -> pl.DataFrame:
    """Return every finding that the study's evidence allows, set against England where it is given.

    `tell` is called with how far the work is, 0 to 1.
    """
    public = pl.concat(
        [
            structure(study),
            thread(study),
            system_percentages(study, england=england_findings),
            changes(study, england=england_findings),
            outcomes(study, england.outcome_catalogue(), england=england_findings),
        ]
    )
    if study.table("people").is_empty():
        return public
    from leaderful.measures.own_evidence import own_evidence  # with Numba, which public data can do without

    return pl.concat([public, own_evidence(study, public, tell=tell)])


def protect(findings: pl.DataFrame, study: Study, *, tell: Callable[[float], None] = lambda _: None) -> pl.DataFrame:
    """Hide what would let a reader learn about a small group of the study's people.

    A disagreement is found only where there is one, so a hidden one is left out: its row alone would tell.
    `tell` is called with how far the work is, 0 to 1.
    """
    safe = disclosure.protect(
        _of_few(findings, study),
        people=PEOPLE_MEASURES,
        others=OTHER_MEASURES,
        public=PUBLIC_MEASURES,
        asked=ASKED,
        parents=_parents(study),
        rule=disclosure.Rule(minimum_people=study.minimum_people),
        tell=tell,
    )
    told = pl.col("measure").str.starts_with("disagreement.") & (pl.col("status") == "suppressed")
    covered = cover_silent(cover_weighted(cover_states(safe.filter(~told))))
    return rounded(covered, exact=EXACT)


def _of_few(findings: pl.DataFrame, study: Study) -> pl.DataFrame:
    """Return the findings, those that tell of too few people though their counts are large marked as of nobody."""
    if study.table("people").is_empty():
        return findings
    from leaderful.measures.small_groups import small_groups  # with Numba, as above

    few = small_groups(study)
    named = findings.select("measure", "unit_kind", "unit", "wave").rows()
    details = [
        json.dumps(json.loads(detail) | {"people": 0}, sort_keys=True, ensure_ascii=False) if name in few else detail
        for name, detail in zip(named, findings["detail"], strict=True)
    ]
    return findings.with_columns(pl.Series("detail", details, dtype=pl.String))


def _parents(study: Study) -> pl.DataFrame:
    """Return which units of people add up to which."""
    if study.table("people").is_empty():
        return PARENTS.to_frame()
    from leaderful.measures.moments import moment_parents
    from leaderful.measures.tie_parents import tie_parents  # with Numba, as above
    from leaderful.measures.travel_record import travel_parents

    return pl.concat([parents(study), tie_parents(study), travel_parents(study), moment_parents(study)])
