"""What the silent could change: scores weighted to all who were asked, and how far a score could move."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl

from leaderful.framework import ItemScale
from leaderful.measures.answers import Answers, Whole
from leaderful.measures.findings import Finding
from leaderful.measures.scale_rows import number, rows_of, scale_finding, within
from leaderful.statistics.bounds import Bounds, bounds
from leaderful.statistics.poststratify import Poststratified, poststratify

KINDS = ("system", "body")


def silence(asked: Answers) -> Iterator[Finding]:
    """Yield ``scale.poststratified`` and ``scale.bounds`` of each system and body in which somebody has a score."""
    for kind in KINDS:
        units = asked.units[kind]
        strata, populations = _strata(asked, kind)
        for scale in asked.scales:
            values = asked.scores[scale.id]
            for unit, rows in rows_of(units.of, ~np.isnan(values)):
                about = {"wave": asked.wave, "unit_kind": kind, "unit": units.labels[unit], "n": len(rows)}
                silent = int(units.invited[unit]) - len(rows)
                yield _poststratified(scale, poststratify(values[rows], strata[rows], populations[unit]), about)
                yield _bounds(scale, bounds(values[rows], silent, lowest=scale.lowest, highest=scale.highest), about)


def _strata(asked: Answers, kind: str) -> tuple[Whole, list[Whole]]:
    """Return the stratum of each person within their unit, and how many of each stratum were asked.

    Strata are the tiers of each body; people of no body are one more.
    """
    cells = (
        asked.invited.filter(pl.col(kind).is_not_null())
        .group_by(kind, "body-tier")
        .agg(pl.len().cast(pl.Int64).alias("asked"))
        .sort(kind, "body-tier")
        .with_columns(stratum=pl.int_range(pl.len()).over(kind))
    )
    asked_of = cells.group_by(kind, maintain_order=True).agg("asked")["asked"]
    of = asked.people.join(cells, on=[kind, "body-tier"], how="left", nulls_equal=True, maintain_order="left")
    return of["stratum"].fill_null(-1).to_numpy(), [population.to_numpy() for population in asked_of]


def _poststratified(scale: ItemScale, found: Poststratified, about: dict[str, Any]) -> Finding:
    why = {"no_interval": found.reason} if found.reason else {}
    return scale_finding(
        "scale.poststratified",
        scale,
        method="poststratified-by-body-and-tier",
        estimate=found.estimate,
        lower=within(found.lower, scale),
        upper=within(found.upper, scale),
        detail={"raw": found.raw, "cells_empty": len(found.empty), "covered": found.covered} | why,
        **about,
    )


def _bounds(scale: ItemScale, found: Bounds, about: dict[str, Any]) -> Finding:
    return scale_finding(
        "scale.bounds",
        scale,
        method="bounds-for-the-silent",
        estimate=found.mean,
        lower=found.lower,
        upper=found.upper,
        detail={
            "silent": found.silent,
            "likely_lower": number(found.likely_lower),
            "likely_upper": number(found.likely_upper),
        },
        **about,
    )
