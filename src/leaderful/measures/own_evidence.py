"""Every measure of what a study's own people say, in its order."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from leaderful.measures.brokerage import brokerage
from leaderful.measures.cog_jam import cog_jam
from leaderful.measures.disagreement import disagreements
from leaderful.measures.equality import equality
from leaderful.measures.moments import moments
from leaderful.measures.momentum import momentum
from leaderful.measures.network import network
from leaderful.measures.plural import plural
from leaderful.measures.response import response
from leaderful.measures.scale_change import scale_changes
from leaderful.measures.scales import scales
from leaderful.measures.space_between import space_between
from leaderful.measures.tie_change import tie_changes
from leaderful.measures.ties import ties
from leaderful.measures.travel import travel
from leaderful.measures.zip_change import zip_changes
from leaderful.measures.zips import zips
from leaderful.study import Study

OWN_MEASURES = (
    response,
    scales,
    scale_changes,
    ties,
    tie_changes,
    space_between,
    network,
    cog_jam,
    brokerage,
    plural,
    zips,
    zip_changes,
    equality,
    travel,
    moments,
    momentum,
)
"""In the order of their findings."""


EFFORT = {scales: 3, space_between: 20, travel: 10}
"""How much longer than the others some take, roughly, so that it can be told how far the work is."""


def own_evidence(study: Study, public: pl.DataFrame, *, tell: Callable[[float], None] = lambda _: None) -> pl.DataFrame:
    """Return what the study's own people say, and where that disagrees with itself or with the public findings.

    `tell` is called with how far the work is, 0 to 1.
    """
    efforts = [EFFORT.get(measures, 1) for measures in OWN_MEASURES]
    found = []
    for place, measures in enumerate(OWN_MEASURES, start=1):
        found.append(measures(study))
        tell(sum(efforts[:place]) / sum(efforts))
    asked = pl.concat(found)
    return pl.concat([asked, disagreements(study, pl.concat([public, asked]))])
