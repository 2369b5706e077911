"""The space between: how much of trust belongs to two bodies together, and not to who gives or gets it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leaderful.framework import framework
from leaderful.measures.findings import Finding, frame
from leaderful.measures.tie_means import codes_of
from leaderful.measures.ties_frame import rater_rows
from leaderful.measures.waves import waves
from leaderful.statistics.blocks import Floats
from leaderful.statistics.social_relations import SocialRelations, VariancePart, social_relations
from leaderful.study import Study

METHOD = "social-relations-of-halves"
PARTS = ("actor", "partner", "relationship", "error")
RECIPROCITIES = ("generalised", "dyadic")
SPLITS = 20
"""Random splits that estimates are the mean of."""
SPLITS_WITH_INTERVAL = 4
"""Of those, the first ones whose interval ends are averaged; an interval takes fifty times as long."""
MANY_BODIES = 60
"""From this many bodies on one split's interval is enough: splits differ little, and each takes long."""
FEWEST_BODIES = 5
FEWEST_PARTNERS = 3
FEW = (
    f"fewer than {FEWEST_BODIES} bodies have {FEWEST_PARTNERS} partners or more with whom at least two people "
    "said how far they trust"
)


def space_between(study: Study) -> pl.DataFrame:
    """Return how the variance of trust between bodies splits into who trusts, who is trusted, and the two together.

    A body's people who rated the same partner are split at random into two halves. The mean of half k of
    A's raters of B is ``mean + actor_A + partner_B + relationship_AB + error_ABk``: actor and partner are what
    A gives and B gets everywhere, the relationship is what both halves of A's raters share about B beyond
    that, and the error is what raters of one body differ by (see `social_relations`).

    Parameters
    ----------
    study
        Reads ``relations`` about bodies, ``people``, ``bodies`` and ``waves``, and its seed.

    Returns
    -------
    polars.DataFrame
        Findings of the system for each wave; without relations, none.

        ``space_between.share`` (asked ``part``: actor, partner, relationship, error)
            Part of the variance of the trust of half of a body's raters, 0 to 1; the four add to 1. ``variance``
            is as estimated and below zero (``negative``) where error exceeds it; it then counts as zero.
        ``space_between.reciprocity`` (asked ``part``: generalised, dyadic)
            Correlation: generalised, of what a body gives with what it gets; dyadic, of what is special to A
            about B with what is special to B about A. ``out_of_range`` where it is outside -1 to 1.

        ``bodies`` and ``dyads`` (ordered pairs) are what it rests on; n counts answers, ``people`` persons.

    Notes
    -----
    Dyads with one rater are left out, and so are bodies with fewer than three partners, again until none is
    left; fewer than five bodies are ``insufficient``. Estimates are means over 20 random splits, and ends
    of intervals means over the first 4 of them (the first one from 60 bodies on), so that no single
    split decides much. The error, and so every share, depends on how many raters a dyad has: with more
    raters the halves are surer and the error is smaller. Compare shares of systems with like numbers
    of raters only.

    References
    ----------
    Kenny DA, La Voie L (1984) Advances in Experimental Social Psychology 18:141-182,
    doi:10.1016/S0065-2601(08)60144-6.

    Examples
    --------
    >>> from datetime import date
    >>> space_between(Study(name="Empty", system="QHM", as_at=date(2026, 4, 1))).height
    0
    """
    return frame(finding for wave in waves(study) for finding in _of_wave(study, wave.id))


def _of_wave(study: Study, wave: str) -> Iterator[Finding]:
    given = rater_rows(study, wave).filter(pl.col("trust").is_not_null())
    if given.is_empty():
        return
    kept = connected(given)
    about = {
        "bodies": len(set(kept["body"]) | set(kept["about"])),
        "dyads": kept.select("body", "about").unique().height,
        "people": kept["person"].n_unique(),
    }
    found: list[SocialRelations] = []
    if about["bodies"] >= FEWEST_BODIES:
        found = list(_fits(kept, seed=study.seed))
    reason = next((one.reason for one in found if one.reason), "") if found else FEW

    def finding(measure: str, part: str, **figures: Any) -> Finding:
        return Finding(
            measure=f"space_between.{measure}",
            construct="trust",
            level=framework().construct("trust").level,
            unit_kind="system",
            unit=study.system,
            wave=wave,
            method=METHOD,
            **figures | {"detail": {"part": part} | figures.get("detail", {})},
        )

    if reason:
        for measure, parts in (("share", PARTS), ("reciprocity", RECIPROCITIES)):
            for part in parts:
                yield finding(measure, part, status="insufficient", reason=reason)
        return
    for part, figures in (*_shares(found), *_reciprocities(found)):
        measure = "share" if part in PARTS else "reciprocity"
        known = {"n": len(kept)} if "estimate" in figures else {}
        yield finding(measure, part, **known, **figures | {"detail": figures["detail"] | about})


def connected(given: pl.DataFrame) -> pl.DataFrame:
    """Return the ratings of dyads with two raters or more, between bodies with three partners or more."""
    kept = given.filter(pl.len().over("body", "about") >= 2)
    while True:
        dyads = kept.select("body", "about").unique()
        both = pl.concat([dyads, dyads.select(body="about", about="body")]).unique()
        enough = both.group_by("body").len().filter(pl.col("len") >= FEWEST_PARTNERS)["body"].implode()
        fewer = kept.filter(pl.col("body").is_in(enough), pl.col("about").is_in(enough))
        if len(fewer) == len(kept):
            return kept
        kept = fewer


def _fits(kept: pl.DataFrame, *, seed: int) -> Iterator[SocialRelations]:
    """Yield the model of each random split into halves; the first ones with intervals."""
    rng = np.random.default_rng(seed)
    _, codes = codes_of(pl.concat([kept["body"], kept["about"]]))
    source, target = codes[: len(kept)], codes[len(kept) :]
    values = kept["trust"].to_numpy()
    with_interval = 1 if len(np.unique(codes)) >= MANY_BODIES else SPLITS_WITH_INTERVAL
    for split in range(SPLITS):
        ratings = _halves(source, target, values, rng)
        yield social_relations(ratings, confidence=0.95 if split < with_interval else None)


def _halves(source: NDArray[np.int64], target: NDArray[np.int64], values: Floats, rng: np.random.Generator) -> Floats:
    """Return the mean ratings of two random halves of the raters of each dyad, (2, n, n)."""
    n = int(max(source.max(), target.max())) + 1
    order = np.lexsort((rng.random(len(values)), source * n + target))
    dyad = (source * n + target)[order]
    half = (np.arange(len(dyad)) - np.searchsorted(dyad, dyad)) % 2
    cell = half * n * n + dyad
    counts = np.bincount(cell, minlength=2 * n * n)
    sums = np.bincount(cell, values[order], minlength=2 * n * n)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan).reshape(2, n, n)


def _shares(found: list[SocialRelations]) -> Iterator[tuple[str, dict[str, Any]]]:
    variances = {part: float(np.mean([_part(one, part).variance for one in found])) for part in PARTS}
    total = sum(max(variance, 0.0) for variance in variances.values())
    for part, variance in variances.items():
        share = max(variance, 0.0) / total
        lower, upper = np.nanmean([(_part(one, part).lower, _part(one, part).upper) for one in found], axis=0).tolist()
        yield (
            part,
            {
                "estimate": share,
                "lower": min(lower, share),
                "upper": max(upper, share),
                "detail": {"variance": variance, "negative": variance < 0},
            },
        )


def _reciprocities(found: list[SocialRelations]) -> Iterator[tuple[str, dict[str, Any]]]:
    for part in RECIPROCITIES:
        every = [getattr(one, part) for one in found]
        known = [one for one in every if not one.reason]
        ends = [(one.lower, one.upper) for one in known if not np.isnan(one.lower)]
        if len(known) < len(every) / 2 or not ends:
            reason = next(one.reason for one in every if one.reason)
            yield part, {"status": "undefined", "reason": reason, "detail": {}}
            continue
        correlation = float(np.median([one.correlation for one in known]))
        lower, upper = np.mean(ends, axis=0).tolist()
        yield (
            part,
            {
                "estimate": correlation,
                "lower": min(lower, correlation),
                "upper": max(upper, correlation),
                "detail": {"out_of_range": abs(correlation) > 1},
            },
        )


def _part(found: SocialRelations, part: str) -> VariancePart:
    """Return a part of the variance; two halves that always agree have no error."""
    held: VariancePart | None = getattr(found, part)
    return held or VariancePart(variance=0.0, share=0.0, lower=0.0, upper=0.0, negative=False)
