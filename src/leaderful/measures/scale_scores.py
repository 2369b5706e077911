"""Mean scores of units, as they are and drawn towards one another."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan

import numpy as np

from leaderful.framework import ItemScale
from leaderful.measures.answers import Answers, Units, Whole
from leaderful.measures.clustering import cluster
from leaderful.measures.findings import Finding
from leaderful.measures.scale_rows import number, scale_finding, within
from leaderful.measures.units import KINDS
from leaderful.statistics.means import UnitMeans, unit_means

SCORE = "scale.score"
METHOD = "mean-of-person-scores"
NAMED_WHEN_SILENT = ("body", "sector", "tier")
"""Kinds of unit of which it is said that nobody answered."""


def scores(asked: Answers) -> Iterator[Finding]:
    """Yield ``scale.score`` of every unit in which somebody has a score."""
    clusters = {kind: _clusters(asked, kind) for kind in KINDS}
    for scale in asked.scales:
        missing = np.isnan(asked.of(scale)).sum(axis=1)
        for kind in KINDS:
            units = asked.units[kind]
            codes, names = clusters[kind]
            found = unit_means(asked.scores[scale.id], units.of, codes)
            there = units.of >= 0
            unable = np.bincount(units.of[there], missing[there], minlength=len(found.n)).astype(np.int64)
            yield from _scores(asked.wave, scale, kind, units.labels, found, unable.tolist(), names)
            if kind in NAMED_WHEN_SILENT:
                yield from _silent(asked.wave, scale, kind, units, found)


def _clusters(asked: Answers, kind: str) -> tuple[Whole, list[str]]:
    units, body, team = (asked.units[one] for one in (kind, "body", "team"))
    persons = np.arange(len(units.of))
    return cluster(kind, units.of, bodies=body.of, teams=team.of, persons=persons, size=len(units.labels))


def _scores(
    wave: str,
    scale: ItemScale,
    kind: str,
    labels: tuple[str, ...],
    found: UnitMeans,
    unable: list[int],
    names: list[str],
) -> Iterator[Finding]:
    figures = (found.mean, found.lower, found.upper, found.se, found.df, found.sd, found.n, found.clusters)
    rows = zip(labels, names, unable, *(figure.tolist() for figure in figures), strict=False)
    for unit, (label, clustered_by, missing, mean, lower, upper, se, df, sd, n, clusters) in enumerate(rows):
        if n:
            detail = {
                "sd": number(sd),
                "se": number(se),
                "df": number(df),
                "unable": missing,
                "clusters": clusters,
                "clustered_by": clustered_by,
            }
            yield scale_finding(
                SCORE,
                scale,
                wave=wave,
                unit_kind=kind,
                unit=label,
                method=METHOD,
                estimate=mean,
                lower=within(lower, scale),
                upper=within(upper, scale),
                n=n,
                detail=detail | ({"no_interval": found.reason(unit)} if isnan(lower) else {}),
            )


def _silent(wave: str, scale: ItemScale, kind: str, units: Units, found: UnitMeans) -> Iterator[Finding]:
    """Yield a finding for each unit that was asked and has no score."""
    scored = set(np.flatnonzero(found.n).tolist())
    answered = set(units.of.tolist())
    for unit, label in enumerate(units.labels):
        if unit not in scored:
            yield scale_finding(
                SCORE,
                scale,
                wave=wave,
                unit_kind=kind,
                unit=label,
                method=METHOD,
                status="insufficient",
                reason="nobody answered enough of its items" if unit in answered else "nobody answered",
                detail={"people": int(units.invited[unit])},
            )
