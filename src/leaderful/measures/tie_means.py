"""How much a body is trusted, valued, respected and understood, and by how many it is reached."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leaderful.framework import framework
from leaderful.measures.findings import Finding
from leaderful.measures.ties_frame import INDICATORS
from leaderful.statistics.means import UnitMeans, unit_means
from leaderful.statistics.two_samples import score_interval
from leaderful.study import Study

CONSTRUCTS = {"trust": "trust", "value": "partner_equality", "respect": "respect", "role": "role_understanding"}
"""Construct that each indicator speaks of."""

CLUSTER_MEAN = "cluster-mean-of-raters"
SHARE = "share-with-score-interval"
LOWEST, HIGHEST = 1.0, 4.0
FEWEST_CLUSTERS = 5
"""Raters are clustered by their bodies from this many bodies on, and each stands alone below. Ours."""


def means(study: Study, wave: str, rows: pl.DataFrame) -> Iterator[Finding]:
    """Yield ``ties.trust``, ``ties.value``, ``ties.respect`` and ``ties.role`` of a wave from its `rater_rows`."""
    sectors = dict(study.table("bodies").select("id", "sector").iter_rows())
    about = pl.col("about").replace_strict(sectors, default=None, return_dtype=pl.String)
    units = rows.with_columns(
        pair=pl.col("body") + ">" + pl.col("about"),
        about_sector=about,
        sector_pair=pl.col("sector") + ">" + about,
        system=pl.lit(study.system),
    )
    kinds = (
        ("pair", "pair"),
        ("body", "about"),
        ("sector-pair", "sector_pair"),
        ("sector", "about_sector"),
        ("system", "system"),
    )
    for indicator in INDICATORS:
        given = units.filter(pl.col(indicator).is_not_null())
        for kind, column in kinds:
            yield from _means(given.filter(pl.col(column).is_not_null()), indicator, kind, column, wave)


def reach(ties: pl.DataFrame, wave: str) -> Iterator[Finding]:
    """Yield ``ties.reach`` from the `body_ties` of a wave."""
    lower, upper = score_interval(ties["working"].to_numpy().astype(float), ties["asked"].to_numpy().astype(float))
    for row, low, high in zip(ties.iter_rows(named=True), lower, upper, strict=True):
        yield Finding(
            measure="ties.reach",
            construct="connectedness",
            level="meso",
            unit_kind="pair",
            unit=f"{row['source']}>{row['target']}",
            wave=wave,
            estimate=row["working"] / row["asked"],
            lower=float(low),
            upper=float(high),
            n=row["asked"],
            method=SHARE,
            detail={"count": row["working"]},
        )


def pair_means(rows: pl.DataFrame, indicator: str) -> tuple[pl.DataFrame, UnitMeans]:
    """Return the ordered pairs (a, b) whose people of a rated b, and the means over those people."""
    given = rows.filter(pl.col(indicator).is_not_null()).select("body", "about", "person", value=indicator)
    pairs = given.select(a="body", b="about").unique().sort("a", "b").with_row_index("code")
    codes = given.join(pairs, left_on=["body", "about"], right_on=["a", "b"], maintain_order="left")["code"]
    _, persons = codes_of(given["person"])
    return pairs.select("a", "b"), unit_means(given["value"].to_numpy(), codes.cast(pl.Int64).to_numpy(), persons)


def codes_of(column: pl.Series) -> tuple[list[str], NDArray[np.int64]]:
    """Return the distinct values of a column in order, and the place of each row's value among them."""
    names, codes = np.unique(column.to_numpy().astype(str), return_inverse=True)
    return names.tolist(), codes.astype(np.int64)


def _means(given: pl.DataFrame, indicator: str, kind: str, column: str, wave: str) -> Iterator[Finding]:
    names, codes = codes_of(given[column])
    _, bodies = codes_of(given["body"])
    _, persons = codes_of(given["person"])
    apart = given.select(
        raters=pl.col("person").n_unique().over(column),
        spread=pl.col("body").n_unique().over(column) >= FEWEST_CLUSTERS,
    )
    by_body = apart["spread"].to_numpy()
    found = unit_means(given[indicator].to_numpy(), codes, np.where(by_body, bodies, len(bodies) + persons))
    first = np.unique(codes, return_index=True)[1]
    people, clustered = apart["raters"].to_numpy()[first], by_body[first]
    construct = CONSTRUCTS[indicator]
    for at, name in enumerate(names):
        reason = found.reason(at)
        yield Finding(
            measure=f"ties.{indicator}",
            construct=construct,
            level=framework().construct(construct).level,
            unit_kind=kind,
            unit=name,
            wave=wave,
            estimate=float(found.mean[at]),
            lower=None if reason else max(float(found.lower[at]), LOWEST),
            upper=None if reason else min(float(found.upper[at]), HIGHEST),
            n=int(found.n[at]),
            method=CLUSTER_MEAN,
            detail={
                "people": int(people[at]),
                "sd": float(found.sd[at]) if found.n[at] > 1 else None,
                "clusters": int(found.clusters[at]),
                "clustered_by": "bodies" if clustered[at] else "persons",
                **({"no_interval": reason} if reason else {}),
            },
        )
