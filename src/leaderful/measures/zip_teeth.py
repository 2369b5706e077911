"""The teeth of a zip: who of each tier is engaged at both ends, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import norm

from leaderful.framework import framework
from leaderful.measures.ties_frame import TRUSTED, declared_pairs, rater_rows, respondents
from leaderful.statistics.blocks import Floats
from leaderful.study import Study

TIERS = tuple(tier.id for tier in sorted(framework().tiers, key=lambda tier: tier.order))
FOUND_FROM = 10
"""Bodies that nobody declared partners are taken for partners when both have this many respondents. Ours."""
DRAWS = 1000
SHUFFLES = 399
_AT_ONCE = 2_000_000
"""Numbers held at once while drawing; it bounds memory and changes no result."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Teeth:
    """Pairs of partner bodies, and how many of each end and tier answered and are engaged.

    Arrays have shape (pairs, 2, tiers): end 0 is what people of `a` say of `b`. Respondents stand in
    order of body and tier; a row of `edges` is an end and a respondent engaged with its other end.
    """

    pairs: pl.DataFrame
    """a, b, declared."""
    asked: NDArray[np.int64]
    engaged: NDArray[np.int64]
    body: NDArray[np.int64]
    tier: NDArray[np.int64]
    edges: NDArray[np.int64]

    def of(self, kept: NDArray[np.bool_]) -> Teeth:
        """Return the teeth of some of the pairs."""
        place = np.where(kept, np.cumsum(kept) - 1, -1)
        ends = 2 * place[self.edges[:, 0] // 2] + self.edges[:, 0] % 2
        edges = np.column_stack([ends, self.edges[:, 1]])[ends >= 0]
        return replace(
            self, pairs=self.pairs.filter(kept), asked=self.asked[kept], engaged=self.engaged[kept], edges=edges
        )

    @cached_property
    def shares(self) -> Floats:
        """Share of each end and tier that is engaged; not a number where nobody answered."""
        return _shares(self.engaged, self.asked)

    @cached_property
    def teeth(self) -> Floats:
        """Engagement of the less engaged end, (pairs, tiers)."""
        return np.asarray(self.shares.min(axis=1))

    @cached_property
    def centre(self) -> Floats:
        """Teeth of the shares that samples are drawn with, (pairs, tiers)."""
        return np.asarray(self._drawn_with.min(axis=1))

    @cached_property
    def slack(self) -> Floats:
        """How far a tooth may come out too low because it is the smaller of two uncertain shares, (pairs, tiers).

        With standard error s of the difference of the ends it is on average s φ(0) where both are alike,
        and less the more they differ; how much they truly differ is not known.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            variance = (self._drawn_with * (1 - self._drawn_with) / self.asked).sum(axis=1)
        return np.asarray(np.sqrt(variance) * norm.pdf(0.0))

    @cached_property
    def _drawn_with(self) -> Floats:
        return np.where(self.asked > 0, _drawn_share(self.engaged, self.asked), np.nan)


def teeth(study: Study, wave: str) -> Teeth:
    """Return the teeth between partner bodies in a wave.

    Partners are declared (see `declared_pairs`), or both have at least ten relation respondents (more,
    where the study's smallest group is larger) and somebody at each end spoke of the other. Pairs with a silent end
    are left out.
    """
    people = respondents(study, wave)
    rows = rater_rows(study, wave).select("person", "body", "about", engaged=engaging())
    return teeth_of(_partners(study, people, rows), people, rows)


def engaging() -> pl.Expr:
    """Whether a row of `rater_rows` is a working tie of trust."""
    return pl.col("works") & (pl.col("trust") >= TRUSTED)


def teeth_of(pairs: pl.DataFrame, people: pl.DataFrame, rows: pl.DataFrame) -> Teeth:
    """Return the teeth of pairs (a, b, declared) with people (person, body, tier) at both ends.

    A row (person, body, about, engaged) says whether one of them is engaged with a body, once for each.
    """
    people = people.with_columns(pl.col("tier").replace_strict(TIERS, range(len(TIERS)), return_dtype=pl.Int64))
    people = people.sort("body", "tier", "person").with_row_index("place")
    ends = _ends(pairs)
    bodies = people.select(pl.col("body").rank("dense").cast(pl.Int64))["body"].to_numpy()
    edges = (
        rows.filter("engaged")
        .join(ends, on=["body", "about"])
        .join(people.select("person", "place", "tier"), on="person")
        .sort("end", "place")
    )
    asked = np.zeros((2 * len(pairs), len(TIERS)), dtype=np.int64)
    counts = ends.join(people.group_by("body", "tier").len(), on="body").select("end", "tier", "len").to_numpy()
    asked[counts[:, 0], counts[:, 1]] = counts[:, 2]
    found = edges.select(pl.col("end", "place").cast(pl.Int64)).to_numpy()
    tiers = people["tier"].to_numpy()
    engaged = _count(found, tiers, len(asked))
    shape = (len(pairs), 2, len(TIERS))
    return Teeth(
        pairs=pairs, asked=asked.reshape(shape), engaged=engaged.reshape(shape), body=bodies, tier=tiers, edges=found
    )


def basis_of(found: Teeth) -> tuple[NDArray[np.bool_], str]:
    """Return which pairs the system's zip is the mean of, and how they were found: declared, if there are any."""
    declared = found.pairs["declared"].to_numpy().astype(bool)
    return (declared, "declared") if declared.any() else (~declared, "found")


def resampled(found: Teeth, *, seed: int) -> Iterator[tuple[slice, Floats]]:
    """Yield, for some pairs at a time, their teeth in samples of the respondents: (draws, pairs, tiers).

    A sample of n people of a tier with replacement has Binomial(n, share) engaged people, so that is
    what is drawn. Where nobody or everybody is engaged all samples would be the same; they are then
    drawn with the share (x + 1/2) / (n + 1).
    """
    rng = np.random.default_rng(seed)
    step = max(1, _AT_ONCE // (DRAWS * 2 * len(TIERS)))
    for start in range(0, len(found.pairs), step):
        part = slice(start, start + step)
        asked, share = found.asked[part], _drawn_share(found.engaged[part], found.asked[part])
        drawn = rng.binomial(asked, share, size=(DRAWS, *asked.shape))
        yield part, _shares(drawn, asked).min(axis=2)


def resampled_together(found: Teeth, *, seed: int) -> Iterator[Floats]:
    """Yield the teeth of all pairs in one sample of the respondents after another, (pairs, tiers).

    Each sample takes the people of a body and tier with replacement, once for all their pairs, because
    whoever works with one partner often works with others too.
    """
    rng = np.random.default_rng(seed)
    n = len(found.tier)
    strata = found.body * len(TIERS) + found.tier
    starts = np.searchsorted(strata, strata)
    sizes = np.searchsorted(strata, strata, side="right") - starts
    sure = (found.engaged == 0) | (found.engaged == found.asked)
    asked, share = found.asked[sure], _drawn_share(found.engaged, found.asked)[sure]
    for _ in range(DRAWS):
        taken = np.bincount(starts + (rng.random(n) * sizes).astype(np.int64), minlength=n)
        drawn = _count(found.edges, found.tier, 2 * len(found.pairs), taken).reshape(found.asked.shape)
        drawn[sure] = rng.binomial(asked, share)
        yield _shares(drawn, found.asked).min(axis=1)


def shuffled(found: Teeth, *, seed: int) -> Iterator[Floats]:
    """Yield the teeth of all pairs with tiers shuffled among the respondents of each body, (pairs, tiers)."""
    rng = np.random.default_rng(seed)
    for _ in range(SHUFFLES):
        order = np.lexsort((rng.random(len(found.tier)), found.body))
        drawn = _count(found.edges, found.tier[order], 2 * len(found.pairs))
        yield _shares(drawn.reshape(found.asked.shape), found.asked).min(axis=1)


def _partners(study: Study, people: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs of partner bodies that both have respondents: a, b, declared."""
    answering = dict(people.group_by("body").len().iter_rows())
    spoken = set(rows.select("body", "about").unique().iter_rows())
    declared = declared_pairs(study)
    mutual = {(a, b) for a, b in spoken if a < b and (b, a) in spoken}
    fewest = max(FOUND_FROM, study.minimum_people)
    found = {(a, b) for a, b in mutual if min(answering.get(a, 0), answering.get(b, 0)) >= fewest}
    both = sorted((a, b) for a, b in declared | found if a in answering and b in answering)
    schema = {"a": pl.String, "b": pl.String, "declared": pl.Boolean}
    return pl.DataFrame([(a, b, (a, b) in declared) for a, b in both], schema=schema, orient="row")


def _ends(pairs: pl.DataFrame) -> pl.DataFrame:
    """Return the ends of the pairs, two for each: end, body, about."""
    numbered = pairs.with_row_index("pair").with_columns(pl.col("pair").cast(pl.Int64))
    return pl.concat(
        numbered.select(end=pl.col("pair") * 2 + side, body=one, about=other)
        for side, one, other in ((0, "a", "b"), (1, "b", "a"))
    )


def _count(
    edges: NDArray[np.int64], tier: NDArray[np.int64], ends: int, taken: NDArray[np.int64] | None = None
) -> NDArray[np.int64]:
    """Count the engaged of each end and tier, (ends, tiers); each person as often as taken."""
    cells = edges[:, 0] * len(TIERS) + tier[edges[:, 1]]
    weights = None if taken is None else taken[edges[:, 1]]
    counts = np.bincount(cells, weights, minlength=ends * len(TIERS))
    return counts.astype(np.int64).reshape(ends, len(TIERS))


def _shares(engaged: NDArray[np.int64], asked: NDArray[np.int64]) -> Floats:
    with np.errstate(invalid="ignore"):
        return np.asarray(engaged / asked)


def _drawn_share(engaged: NDArray[np.int64], asked: NDArray[np.int64]) -> Floats:
    """Return the share to draw with: the seen one, moved off 0 and 1."""
    sure = (engaged == 0) | (engaged == asked)
    return np.asarray(np.where(sure, (engaged + 0.5) / (asked + 1), engaged / np.maximum(asked, 1)))
