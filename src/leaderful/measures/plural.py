"""Plural leadership: to how many, and to whom, people look for leadership."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl

from leaderful.framework import framework
from leaderful.measures.findings import Finding, frame
from leaderful.measures.units import memberships
from leaderful.measures.waves import waves
from leaderful.networks.adjacency import Floats
from leaderful.networks.whole import decentralisation, gini
from leaderful.statistics.means import cluster_mean
from leaderful.study import Study

QUESTION = "person-looks-to"
NAMED = 1
_DIRECTIONS = {"up": -1, "across": 0, "down": 1}


def plural(study: Study) -> pl.DataFrame:
    """Return how leadership is spread over those whom people look to, for each wave.

    A respondent is a person with an answer to whom they look for leadership, naming anybody or not. The
    network is that of respondents and of those they name.

    Parameters
    ----------
    study
        Reads ``relations`` (question ``person-looks-to``), ``people``, ``bodies`` and ``waves``.

    Returns
    -------
    polars.DataFrame
        Findings for each wave with such answers; of the system unless said otherwise.

        ``plural.decentralisation`` (system, body)
            1 less the indegree centralisation: 0 when all look to one person, 1 when all are named alike. Of
            a body: on namings within it. n counts respondents.
        ``plural.density``
            Namings among those possible from respondents; ``naive`` counts those of silent people as
            possible too. n counts respondents.
        ``plural.gini``
            Gini coefficient of how often each person is named, over the network. n counts respondents.
        ``plural.outside``
            Share of people named who are named by somebody of another body; n counts people named and
            ``count`` those. People who belong to no body are left out, as namer and as named.
        ``plural.direction`` (``direction`` up, across or down)
            Share of namings that go to a higher, the same or a lower tier, with a cluster-robust interval,
            cut to 0 and 1 (`cluster_mean`, namings of one person being a cluster). n counts namings, ``count``
            those, and ``people`` the namers.

        ``undefined`` where nobody is named, or there are fewer than two people. A proportion has no
        interval where it describes reported ties and no sample of people.

    Notes
    -----
    People name up to ten others, so density falls with size; compare networks of like size only. A network
    with few namings is decentralised whoever gets them: read it beside the density and Gini coefficient. How many of a
    body's people were asked shapes all of these.

    References
    ----------
    Freeman LC (1978) Social Networks 1:215-239, doi:10.1016/0378-8733(78)90021-7.

    Examples
    --------
    Four people of two bodies; three look to D, and D to C.

    >>> from datetime import date
    >>> from leaderful.study.tables import TABLES
    >>> def full(name, rows):
    ...     return pl.DataFrame(rows, schema=TABLES[name].schema)
    >>> study = Study(name="Four", system="X", as_at=date(2026, 4, 1), tables={
    ...     "bodies": full("bodies", [{"id": body, "sector": "nhs", "system": "X"} for body in "XY"]),
    ...     "people": full("people", [
    ...         {"id": who, "body": "X" if who in "AB" else "Y", "tier": "manager"} for who in "ABCD"]),
    ...     "waves": full("waves", [{"id": "w1", "opens": date(2026, 4, 1)}]),
    ...     "relations": full("relations", [
    ...         {"person": who, "wave": "w1", "about_kind": "person", "about": about,
    ...          "question": "person-looks-to", "answer": 1} for who, about in ("AD", "BD", "CD", "DC")])})
    >>> found = plural(study).filter(pl.col("unit_kind") == "system")
    >>> found.select("measure", "estimate").rows()[:3]  # doctest: +NORMALIZE_WHITESPACE
    [('plural.decentralisation', 0.11111111111111116), ('plural.density', 0.3333333333333333),
     ('plural.gini', 0.625)]
    """
    found: list[Finding] = []
    for wave in waves(study):
        asked, namings = _namings(study, wave.id)
        if not asked.is_empty():
            found += _spread(study.system, wave.id, asked, namings)
            found += _of_bodies(wave.id, asked, namings)
            found += [_outside(study.system, wave.id, namings), *_directions(study.system, wave.id, namings)]
    return frame(found)


def _namings(study: Study, wave: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the respondents of a wave, and who names whom; both with the bodies and tiers of people."""
    people = memberships(study, wave).select("person", "body", "tier").sort("person")
    rows = study.table("relations").filter(
        pl.col("wave") == wave,
        pl.col("about_kind") == "person",
        pl.col("question") == QUESTION,
        pl.col("answer").is_not_null(),
    )
    asked = people.join(rows.select("person").unique(), on="person", how="semi")
    homes = study.table("people").select(about="id", home="body", about_tier="tier")
    placed = people.select(about="person", placed="body")
    namings = (
        rows.filter(pl.col("answer") == NAMED, pl.col("person") != pl.col("about"))
        .select("person", "about")
        .join(asked, on="person")
        .join(homes, on="about", how="left")
        .join(placed, on="about", how="left")
        .with_columns(about_body=pl.coalesce("placed", "home"))
        .select("person", "body", "tier", "about", "about_body", "about_tier")
        .sort("person", "about")
    )
    return asked, namings


def _named(asked: pl.DataFrame, namings: pl.DataFrame) -> Floats:
    """Return how often each person of the network is named."""
    counts = namings.group_by("about").len().sort("about")
    silent = asked.join(counts, left_on="person", right_on="about", how="anti").height
    return np.concatenate([counts["len"].to_numpy().astype(np.float64), np.zeros(silent)])


def _spread(system: str, wave: str, asked: pl.DataFrame, namings: pl.DataFrame) -> Iterator[Finding]:
    def finding(measure: str, value: float, method: str, detail: dict[str, Any]) -> Finding:
        return _finding(measure, "system", system, wave, value, asked.height, method, detail)

    named = _named(asked, namings)
    size = len(named)
    yield _decentralised("system", system, wave, asked, namings)
    possible = asked.height * (size - 1)
    dense = namings.height / possible if possible else np.nan
    naive = namings.height / (size * (size - 1)) if possible else None
    yield finding("density", dense, "observed-dyads", {"naive": naive})
    yield finding("gini", gini(named), "gini", {})


def _of_bodies(wave: str, asked: pl.DataFrame, namings: pl.DataFrame) -> Iterator[Finding]:
    within = namings.filter(pl.col("body") == pl.col("about_body"))
    for (body,), own in asked.drop_nulls("body").group_by("body", maintain_order=True):
        yield _decentralised("body", str(body), wave, own, within.filter(pl.col("body") == body))


def _decentralised(kind: str, unit: str, wave: str, asked: pl.DataFrame, namings: pl.DataFrame) -> Finding:
    value = decentralisation(_named(asked, namings).astype(np.int64)) if namings.height else np.nan
    return _finding("decentralisation", kind, unit, wave, value, asked.height, "freeman-centralisation", {})


def _outside(system: str, wave: str, namings: pl.DataFrame) -> Finding:
    known = namings.drop_nulls(["body", "about_body"])
    crossing = known.group_by("about").agg(outside=(pl.col("body") != pl.col("about_body")).any())
    count = int(crossing["outside"].sum())
    share = count / crossing.height if crossing.height else np.nan
    return _finding("outside", "system", system, wave, share, crossing.height, "count-of-named", {"count": count})


def _directions(system: str, wave: str, namings: pl.DataFrame) -> Iterator[Finding]:
    order = {tier.id: tier.order for tier in framework().tiers}
    rank = pl.col("tier", "about_tier").replace_strict(order, return_dtype=pl.Int64)
    ranks = namings.drop_nulls(["tier", "about_tier"]).with_columns(rank)
    steps = np.sign((ranks["about_tier"] - ranks["tier"]).to_numpy())
    people = ranks["person"].n_unique()
    for direction, sign in _DIRECTIONS.items():
        found = cluster_mean((steps == sign).astype(np.float64), ranks["person"].rank("dense").to_numpy() - 1)
        one = _finding(
            "direction",
            "system",
            system,
            wave,
            found.mean,
            len(steps),
            "cluster-robust-share",
            {"direction": direction, "people": people, "count": int((steps == sign).sum())},
            lower=found.lower,
            upper=found.upper,
        )
        yield one


def _finding(
    measure: str,
    kind: str,
    unit: str,
    wave: str,
    value: float,
    n: int,
    method: str,
    detail: dict[str, Any],
    *,
    lower: float = np.nan,
    upper: float = np.nan,
) -> Finding:
    known = not np.isnan(value)
    bounded = known and not np.isnan(lower)
    return Finding(
        measure=f"plural.{measure}",
        construct="plural_leadership",
        unit_kind=kind,
        unit=unit,
        wave=wave,
        method=method,
        estimate=float(value) if known else None,
        lower=max(float(lower), 0.0) if bounded else None,
        upper=min(float(upper), 1.0) if bounded else None,
        n=n,
        status="ok" if known else "undefined",
        reason="" if known else "nobody is named",
        detail=detail,
    )
