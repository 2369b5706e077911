"""Every measure in its order, and what disclosure control must know of each before anything leaves."""

from __future__ import annotations

import polars as pl

from leaderful import disclosure, england
from leaderful.measures.outcomes import outcomes
from leaderful.measures.published import system_percentages
from leaderful.measures.published_change import changes
from leaderful.measures.structure import structure
from leaderful.study import Study

PEOPLE_MEASURES = ("published.percent", "published.difference", "published.change", "published.mean")
"""Measures whose n counts people; all of them come from public statistics."""

OTHER_MEASURES = (
    "structure",
    "outcome",
    "published.share_between_systems",
    "published.share_between_bodies",
    "published.share_sampling",
)
"""Measures whose n counts bodies or months."""


def measure(study: Study, *, england_findings: pl.DataFrame | None) -> pl.DataFrame:
    """Return every finding that the study's evidence allows, set against England where it is given."""
    return pl.concat(
        [
            structure(study),
            system_percentages(study, england=england_findings),
            changes(study, england=england_findings),
            outcomes(study, england.outcome_catalogue(), england=england_findings),
        ]
    )


def protect(findings: pl.DataFrame) -> pl.DataFrame:
    """Hide what would let a reader learn about a small group."""
    return disclosure.protect(
        findings,
        people=PEOPLE_MEASURES,
        others=OTHER_MEASURES,
        public=PEOPLE_MEASURES,
        asked=("source", "question"),
    )
