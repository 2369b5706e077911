"""Whether partners of other sectors are seen to bring as much as NHS bodies do, and are trusted as much."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
from scipy.stats import t

from leaderful.framework import framework
from leaderful.measures.findings import Finding, frame
from leaderful.measures.tie_means import FEWEST_CLUSTERS, codes_of
from leaderful.measures.ties_frame import rater_rows
from leaderful.measures.waves import waves
from leaderful.statistics.multiple import holm
from leaderful.statistics.paired_change import paired_change
from leaderful.study import Study

METHOD = "difference-of-received-means"
NHS = "nhs"
INDICATORS = {"influence": "ties.value", "involvement": "ties.value", "resources": "ties.value", "trust": "ties.trust"}
"""What is set against the NHS bodies, and the measure of ties that says the same, or nearly, of a sector."""


def equality(study: Study) -> pl.DataFrame:
    """Return how the bodies of each sector are seen by others, less how NHS bodies are.

    Parameters
    ----------
    study
        Reads ``relations`` about bodies, ``people``, ``bodies`` and ``waves``.

    Returns
    -------
    polars.DataFrame
        Findings for each wave; without relations, none.

        ``equality.gap`` (sector; asked ``indicator``: influence, involvement, resources, trust)
            Mean answer of 1 to 4 about bodies of the sector less the mean about NHS bodies, given by people
            of any other body. ``here`` and ``nhs`` are the two means, ``bodies`` the sector's bodies of
            which anybody spoke, ``here_n`` and ``nhs_n`` the answers and ``people`` the persons behind the
            smaller side. n counts the answers of both sides. ``p`` is that of no gap, ``p_holm`` with Holm's
            correction over all gaps of the wave. ``no_interval`` says why there is no interval and no p.

    Notes
    -----
    The same people speak of both sides, so the interval allows for what they have in common and, from
    five bodies on, for what colleagues have (see `paired_change`, with the raters' bodies as clusters). It
    is about these bodies and not about others of the sector. A gap says how people see what
    partners bring, not what they bring. That the three stand for an equal part is ours.

    References
    ----------
    Moore J, Elliott IC, Hesselgreaves H (2023), doi:10.1080/14697017.2023.2261126, for equal partners.

    Examples
    --------
    Two people say that the trust B has 4 and 3 of influence, and the council C 2 and 1.

    >>> from datetime import date
    >>> from leaderful.study.tables import TABLES
    >>> def full(name, rows):
    ...     return pl.DataFrame(rows, schema=TABLES[name].schema)
    >>> sectors = {"A": "nhs", "B": "nhs", "C": "local-government"}
    >>> said = [("p1", "B", 4), ("p2", "B", 3), ("p1", "C", 2), ("p2", "C", 1)]
    >>> study = Study(name="Three", system="A", as_at=date(2026, 4, 1), tables={
    ...     "bodies": full("bodies", [{"id": body, "sector": sector} for body, sector in sectors.items()]),
    ...     "people": full("people", [{"id": id, "body": "A", "tier": "manager"} for id in ("p1", "p2")]),
    ...     "waves": full("waves", [{"id": "w1", "opens": date(2026, 4, 1)}]),
    ...     "relations": full("relations", [{"person": who, "wave": "w1", "about_kind": "body", "about": about,
    ...                                      "question": "body-influence", "answer": answer}
    ...                                     for who, about, answer in said])})
    >>> equality(study).select("unit", "estimate", "n").row(0)
    ('local-government', -2.0, 4)
    """
    return frame(finding for wave in waves(study) for finding in _of_wave(study, wave.id))


def _of_wave(study: Study, wave: str) -> Iterator[Finding]:
    sectors = study.table("bodies").select(pl.col("id").alias("about"), pl.col("sector").alias("kind"))
    rows = rater_rows(study, wave).join(sectors, on="about", maintain_order="left")
    found: list[Finding] = []
    for indicator in INDICATORS:
        given = rows.filter(pl.col(indicator).is_not_null())
        nhs = given.filter(pl.col("kind") == NHS)
        for sector in given.filter(pl.col("kind") != NHS)["kind"].unique().sort():
            found.append(_gap(sector, indicator, given.filter(pl.col("kind") == sector), nhs, wave))
    yield from _corrected(found)


def _corrected(found: list[Finding]) -> Iterator[Finding]:
    """Yield the gaps of a wave with p corrected for how many there are."""
    tested = [one for one in found if "p" in one.detail]
    corrected = dict(zip(map(id, tested), holm(np.array([one.detail["p"] for one in tested])), strict=True))
    for one in found:
        more = {"p_holm": float(corrected[id(one)])} if id(one) in corrected else {}
        yield replace(one, detail=one.detail | more)


def _gap(sector: str, indicator: str, here: pl.DataFrame, nhs: pl.DataFrame, wave: str) -> Finding:
    if nhs.is_empty():
        reason = "nobody answered about an NHS body other than their own"
        return _finding(sector, wave, {"indicator": indicator}, status="insufficient", reason=reason)
    both = pl.concat([nhs, here])
    by_body = both["body"].n_unique() >= FEWEST_CLUSTERS
    codes = codes_of(both["body" if by_body else "person"])[1]
    ids, first = np.arange(len(both)), len(nhs)
    found = paired_change(
        nhs[indicator].to_numpy().astype(float),
        here[indicator].to_numpy().astype(float),
        ids[:first],
        ids[first:],
        clusters=(codes[:first], codes[first:]),
    )
    bodies = here["about"].unique()
    about = {
        "indicator": indicator,
        "here": found.after,
        "nhs": found.before,
        "bodies": len(bodies),
        "here_n": len(here),
        "nhs_n": len(nhs),
        "people": min(here["person"].n_unique(), nhs["person"].n_unique()),
        "clusters": found.clusters,
        "clustered_by": "bodies" if by_body else "persons",
    }
    about["rests_on"] = [[INDICATORS[indicator], "sector", side, wave] for side in (sector, NHS)]
    if found.reason:
        return _finding(sector, wave, about | {"no_interval": found.reason}, estimate=found.change, n=len(both))
    ends = {"estimate": found.change, "lower": found.lower, "upper": found.upper}
    p = 2 * float(t.sf(abs(found.change) / found.se, found.df))
    return _finding(sector, wave, about | {"p": p}, n=len(both), **ends)


def _finding(sector: str, wave: str, about: dict[str, Any], **figures: Any) -> Finding:
    return Finding(
        measure="equality.gap",
        construct="partner_equality",
        level=framework().construct("partner_equality").level,
        unit_kind="sector",
        unit=sector,
        wave=wave,
        method=METHOD,
        detail=about,
        **figures,
    )
