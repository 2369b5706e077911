"""Who answered, who did not, and which questions people were not able to answer.

Everybody in the table of people whose body stands when a wave opens was asked. The rates are counts of
that list and have no interval; they are as right as the list is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from leaderful.framework import ItemScale
from leaderful.measures.findings import Finding, frame
from leaderful.measures.scale_rows import scale_finding
from leaderful.measures.units import KINDS, memberships
from leaderful.measures.waves import waves
from leaderful.study import Study

METHOD = "count-of-the-invited"
UNABLE = "share-of-answers"
PARTS = {"items": "responses", "relations": "relations"}
"""Parts of the questionnaire, and the tables that hold their answers."""


def response(study: Study) -> pl.DataFrame:
    """Return who answered in each wave, and how often people were not able to say.

    Parameters
    ----------
    study
        Reads ``people``, ``bodies``, ``successions``, ``waves``, ``responses`` and ``relations``.

    Returns
    -------
    polars.DataFrame
        Findings, without rows for a study that asked nobody. For each system, place, body, team, tier,
        sector and tier of a body:

        ``response.rate``
            People who answered, as a share of those who were asked (n). ``detail`` has the ``part`` of the
            questionnaire and the ``count`` of people who answered it. The part ``items`` is answered by
            whoever gave one answer to one item, ``relations`` by whoever said something of one body
            or person. A part that nobody answered in a wave was not asked in it and has no rows.

        For each system and item scale (``detail`` ``scale``):

        ``response.unable``
            Share of the answers that were "I am not able to say" or left empty. n counts answers,
            ``count`` those without, and ``people`` the people who gave them.

    Notes
    -----
    Rates have no interval: everybody on the list is counted. Who was asked in which wave follows
    `leaderful.measures.units.memberships`.

    Examples
    --------
    >>> from datetime import date
    >>> response(Study(name="Empty", system="QHM", as_at=date(2026, 4, 1))).height
    0
    """
    found = [
        one
        for wave in waves(study)
        for asked in [memberships(study, wave.id)]
        for one in [*_rates(study, wave.id, asked), *_unable(study, wave.id, asked)]
    ]
    return frame(found)


def _rates(study: Study, wave: str, asked: pl.DataFrame) -> Iterator[Finding]:
    for part, answered in _answered(study, wave).items():
        if answered.is_empty():
            continue
        told = asked.with_columns(answered=pl.col("person").is_in(answered.implode()))
        for kind in KINDS:
            units = told.filter(pl.col(kind).is_not_null()).group_by(kind)
            counts = units.agg(pl.len().alias("n"), pl.col("answered").sum().alias("count")).sort(kind)
            for unit, n, count in counts.iter_rows():
                yield Finding(
                    measure="response.rate",
                    unit_kind=kind,
                    unit=unit,
                    wave=wave,
                    method=METHOD,
                    estimate=count / n,
                    n=n,
                    detail={"part": part, "count": count},
                )


def _answered(study: Study, wave: str) -> dict[str, pl.Series]:
    """Return who answered each part of the questionnaire."""
    items = study.table("responses").filter(pl.col("wave") == wave, pl.col("answer").is_not_null())
    relations = study.table("relations").filter(pl.col("wave") == wave)
    return {"items": items["person"].unique(), "relations": relations["person"].unique()}


def _unable(study: Study, wave: str, asked: pl.DataFrame) -> Iterator[Finding]:
    scales = {item.id: scale.id for scale in study.item_scales for item in scale.items}
    rows = (
        study.table("responses")
        .filter(pl.col("wave") == wave)
        .join(asked.select("person", "system"), on="person")
        .with_columns(scale=pl.col("item").replace_strict(scales, default=None))
        .drop_nulls(["scale", "system"])
    )
    figures = {"n": pl.len(), "count": pl.col("answer").null_count(), "people": pl.col("person").n_unique()}
    counts = rows.group_by("system", "scale").agg(**figures)
    for scale in study.item_scales:
        for row in counts.filter(scale=scale.id).sort("system").iter_rows(named=True):
            yield _unable_to_say(scale, wave, row)


def _unable_to_say(scale: ItemScale, wave: str, row: dict[str, Any]) -> Finding:
    return scale_finding(
        "response.unable",
        scale,
        wave=wave,
        unit_kind="system",
        unit=row["system"],
        method=UNABLE,
        estimate=row["count"] / row["n"],
        n=row["n"],
        detail={"count": row["count"], "people": row["people"]},
    )
