"""Every measure in its order, and what disclosure control must know of each before anything leaves."""

from __future__ import annotations

import polars as pl

from leaderful import disclosure, england
from leaderful.disclosure.own_evidence import cover_silent, cover_states, cover_weighted, rounded
from leaderful.measures.outcomes import outcomes
from leaderful.measures.published import system_percentages
from leaderful.measures.published_change import changes
from leaderful.measures.structure import structure
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
)
"""Measures whose n counts people or their answers."""

OTHER_MEASURES = (
    "structure",
    "outcome",
    "network",
    "ties.confirmed",
    "published.share_between_systems",
    "published.share_between_bodies",
    "published.share_sampling",
)
"""Measures whose n counts bodies or months."""

EXACT = ("structure", "outcome", "published", "network")
"""Measures whose figures leave as they are: they tell of no one's answers, or of counts of ties alone."""

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
)
"""Keys of a finding's detail that say what was asked, and nothing of who answered."""


def measure(study: Study, *, england_findings: pl.DataFrame | None) -> pl.DataFrame:
    """Return every finding that the study's evidence allows, set against England where it is given."""
    public = pl.concat(
        [
            structure(study),
            system_percentages(study, england=england_findings),
            changes(study, england=england_findings),
            outcomes(study, england.outcome_catalogue(), england=england_findings),
        ]
    )
    if study.table("people").is_empty():
        return public
    from leaderful.measures.own_evidence import own_evidence  # with Numba, which public data can do without

    return pl.concat([public, own_evidence(study, public)])


def protect(findings: pl.DataFrame, study: Study) -> pl.DataFrame:
    """Hide what would let a reader learn about a small group of the study's people.

    A disagreement is found only where there is one, so a hidden one is left out: its row alone would tell.
    """
    safe = disclosure.protect(
        findings,
        people=PEOPLE_MEASURES,
        others=OTHER_MEASURES,
        public=PUBLIC_MEASURES,
        asked=ASKED,
        parents=_parents(study),
    )
    told = pl.col("measure").str.starts_with("disagreement.") & (pl.col("status") == "suppressed")
    covered = cover_silent(cover_weighted(cover_states(safe.filter(~told))))
    return rounded(covered, exact=EXACT)


def _parents(study: Study) -> pl.DataFrame:
    """Return which units of people add up to which."""
    if study.table("people").is_empty():
        return PARENTS.to_frame()
    from leaderful.measures.tie_parents import tie_parents  # with Numba, as above

    return pl.concat([parents(study), tie_parents(study)])
