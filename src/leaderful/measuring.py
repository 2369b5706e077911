"""Every measure in its order, and what disclosure control must know of each before anything leaves."""

from __future__ import annotations

import polars as pl

from leaderful import disclosure, england
from leaderful.measures.brokerage import brokerage
from leaderful.measures.cog_jam import cog_jam
from leaderful.measures.disagreement import disagreements
from leaderful.measures.equality import equality
from leaderful.measures.network import network
from leaderful.measures.outcomes import outcomes
from leaderful.measures.plural import plural
from leaderful.measures.published import system_percentages
from leaderful.measures.published_change import changes
from leaderful.measures.response import response
from leaderful.measures.scale_change import scale_changes
from leaderful.measures.scales import scales
from leaderful.measures.space_between import space_between
from leaderful.measures.structure import structure
from leaderful.measures.tie_parents import tie_parents
from leaderful.measures.ties import ties
from leaderful.measures.units import parents
from leaderful.measures.zips import zips
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
    asked = pl.concat([measures(study) for measures in OWN_MEASURES])
    public = pl.concat(
        [
            structure(study),
            system_percentages(study, england=england_findings),
            changes(study, england=england_findings),
            outcomes(study, england.outcome_catalogue(), england=england_findings),
        ]
    )
    return pl.concat([public, asked, disagreements(study, pl.concat([public, asked]))])


OWN_MEASURES = (
    response,
    scales,
    scale_changes,
    ties,
    space_between,
    network,
    cog_jam,
    brokerage,
    plural,
    zips,
    equality,
)
"""Measures of what a study's own people say, in the order of their findings."""


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
        parents=pl.concat([parents(study), tie_parents(study)]),
    )
    told = pl.col("measure").str.starts_with("disagreement.") & (pl.col("status") == "suppressed")
    return _cover_states(safe.filter(~told))


def _cover_states(findings: pl.DataFrame) -> pl.DataFrame:
    """Hide how many ties are confirmed where so few states are hidden that the counts would give them away."""
    states = findings.filter(pl.col("measure") == "ties.state", pl.col("status") == "suppressed")
    few = states.group_by("wave").len().filter(pl.col("len") < FEWEST_STATES)["wave"].to_list()
    hide = (pl.col("measure") == "ties.confirmed") & pl.col("wave").is_in(few) & (pl.col("status") == "ok")
    return findings.with_columns(
        *(pl.when(hide).then(None).otherwise(pl.col(name)).alias(name) for name in ("estimate", "lower", "upper", "n")),
        pl.when(hide).then(pl.lit("suppressed")).otherwise(pl.col("status")).alias("status"),
        pl.when(hide).then(pl.lit(disclosure.HIDDEN)).otherwise(pl.col("reason")).alias("reason"),
        pl.when(hide).then(pl.lit("{}")).otherwise(pl.col("detail")).alias("detail"),
    )


FEWEST_STATES = 3
"""Hidden states of pairs from which on their counts tell too little about any one of them; ours."""
