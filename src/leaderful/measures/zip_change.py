"""How far the zip between partner bodies closed or opened between waves, merged bodies pooled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import norm

from leaderful.measures.findings import Finding, frame
from leaderful.measures.tie_followed import TieSides, tie_sides
from leaderful.measures.ties_frame import declared_pairs
from leaderful.measures.waves import Wave, joined, pairs
from leaderful.measures.words import compare
from leaderful.measures.zip_ranges import closure, ends
from leaderful.measures.zip_teeth import (
    TIERS,
    Teeth,
    basis_of,
    engaging,
    resampled,
    resampled_together,
    teeth,
    teeth_of,
)
from leaderful.measures.zips import persons
from leaderful.statistics.blocks import Floats
from leaderful.study import Study

METHOD = "difference-of-resampled-closures"
FEW_TIERS = "fewer than two tiers have people at both ends who answered in both waves"
Used: TypeAlias = dict[tuple[str, str], tuple[bool, ...]]


def zip_changes(study: Study) -> pl.DataFrame:
    """Return how far the zip between declared partners closed or opened from each wave to the next.

    Parameters
    ----------
    study
        Reads ``relations`` about bodies, ``people``, ``bodies``, ``successions``, ``waves`` and declared
        ``ties``, and its seed.

    Returns
    -------
    polars.DataFrame
        Findings ``zip.change`` under the wave ``w1>w2``; none for a study with fewer than two waves or
        without declared partners. The closure of the later wave less that of the earlier, see
        `leaderful.measures.zips.zips`:

        pair "A|B"
            Declared partners that have respondents in both waves, neither of them redrawn in between. With
            fewer than two tiers in common the change is ``insufficient``.
        system
            Mean over all such pairs, each weighing the same, and over those of which an end was redrawn.

        ``detail`` has the closures ``before`` and ``after``, the ``verdict`` in words, a ``se`` that the side of the
        interval towards zero would have if it were normal, and the ``tiers`` of a pair; of
        the system the number of ``pairs`` and the bodies of the earlier wave that were pooled
        (``footprint``). n counts the respondents of the tiers used at both ends in the later wave, once for each
        pair. ``people`` is the fewest that any part of the comparison rests on, and ``rests_on`` names the
        closures that would give a hidden change away.

    Notes
    -----
    Both waves have the same pairs and, in each, the same tiers: those with respondents at both ends in both
    waves. Bodies that were redrawn between the waves are taken together in both. Somebody who is engaged
    with any of them is engaged with what they became, so that ``before`` is not the mean of their own zips.

    Intervals are from 1,000 samples of respondents in each wave, as those of the closures. The samples of the
    two waves are drawn independently, although some people answered both times: as these mostly answer
    alike, intervals are rather too wide. Each closure comes out too low by an amount that is known only in
    its largest size; the interval is widened upwards by that of the later wave and downwards by that of the
    earlier, as if they did not cancel. "Higher" and "lower" mean that the interval leaves out zero,
    "probably" that zero is beyond the 80 % interval which ``se`` gives.

    Examples
    --------
    >>> from datetime import date
    >>> zip_changes(Study(name="Empty", system="QHM", as_at=date(2026, 4, 1))).height
    0
    """
    return frame(finding for waves in pairs(study) for finding in _between(study, *waves))


@dataclass(frozen=True, kw_only=True, eq=False)
class _Sides:
    """The teeth of the same pairs in two waves, and which of them both waves have (pairs, tiers)."""

    teeth: tuple[Teeth, Teeth]
    both: NDArray[np.bool_]

    def of(self, kept: NDArray[np.bool_]) -> _Sides:
        earlier, later = (side.of(kept) for side in self.teeth)
        return _Sides(teeth=(earlier, later), both=self.both[kept])

    def closures(self, drawn: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
        """Return what is made of the teeth of both waves, the last axes pairs and tiers, over those in both."""
        earlier, later = (closure(np.where(self.both, part, np.nan)) for part in drawn)
        return earlier, later

    @property
    def seen(self) -> tuple[Floats, Floats]:
        return self.closures((self.teeth[0].teeth, self.teeth[1].teeth))

    @property
    def centre(self) -> Floats:
        earlier, later = self.closures((self.teeth[0].centre, self.teeth[1].centre))
        return later - earlier

    @property
    def slack(self) -> tuple[Floats, Floats]:
        return self.closures((self.teeth[0].slack, self.teeth[1].slack))

    @property
    def cells(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Which cells of pair, end and tier have respondents who are in the comparison, in each wave."""
        earlier, later = ((side.asked > 0) & self.both[:, None, :] for side in self.teeth)
        return earlier, later


def _between(study: Study, earlier: Wave, later: Wave) -> Iterator[Finding]:
    ties = tie_sides(study, earlier, later)
    wave = joined(earlier, later)
    sides = _declared(study, ties)
    closes = ~np.isnan(sides.seen[0])
    own = np.array([not {a, b} & set(ties.footprints) for a, b in _named(sides)], dtype=np.bool_)
    for a, b in _named(sides.of(own & ~closes)):
        yield Finding(
            measure="zip.change",
            construct="zip",
            unit_kind="pair",
            unit=f"{a}|{b}",
            wave=wave,
            status="insufficient",
            reason=FEW_TIERS,
            method=METHOD,
        )
    if (own & closes).any():
        yield from _of_pairs(sides.of(own & closes), study, (earlier, later))
    if closes.any():
        yield _of_system(sides.of(closes), ties, study, (earlier, later))


def _declared(study: Study, ties: TieSides) -> _Sides:
    """Return the teeth of declared partners, by footprint, that have respondents at both ends in both waves."""
    answering = set(ties.asked.filter("like")["body"])
    named = [sorted((ties.label(a), ties.label(b))) for a, b in declared_pairs(study)]
    both = sorted({(a, b) for a, b in named if a != b and {a, b} <= answering})
    schema = {"a": pl.String, "b": pl.String, "declared": pl.Boolean}
    partners = pl.DataFrame([(a, b, True) for a, b in both], schema=schema, orient="row")
    earlier, later = (_teeth(partners, ties, after) for after in (False, True))
    return _Sides(teeth=(earlier, later), both=~np.isnan(earlier.teeth) & ~np.isnan(later.teeth))


def _teeth(partners: pl.DataFrame, ties: TieSides, after: bool) -> Teeth:
    said = ties.rows.filter("kept", later=after).group_by("person", "body", "about").agg(engaged=engaging().any())
    return teeth_of(partners, ties.asked.filter(later=after).select("person", "body", "tier"), said)


def _named(sides: _Sides) -> list[tuple[str, str]]:
    return sides.teeth[0].pairs.select("a", "b").rows()


def _of_pairs(sides: _Sides, study: Study, waves: tuple[Wave, Wave]) -> Iterator[Finding]:
    before, after = sides.seen
    limits = _pair_limits(sides, seed=study.seed)
    asked = [np.where(sides.both[:, None, :], side.asked, 0) for side in sides.teeth]
    for at, (a, b) in enumerate(_named(sides)):
        unit = f"{a}|{b}"
        about = {
            "people": int(min(part[at].sum(axis=1).min() for part in asked)),
            "tiers": [tier for tier, used in zip(TIERS, sides.both[at], strict=True) if used],
            "rests_on": [["zip.closure", "pair", unit, wave.id] for wave in waves],
        }
        yield _change("pair", unit, waves, (before[at], after[at]), limits[:, at], int(asked[1][at].sum()), about)


def _of_system(sides: _Sides, ties: TieSides, study: Study, waves: tuple[Wave, Wave]) -> Finding:
    """Return the mean change over pairs, each pair weighing the same."""
    before, after = (float(part.mean()) for part in sides.seen)
    mine: Used = {pair: tuple(used) for pair, used in zip(_named(sides), sides.both.tolist(), strict=True)}
    people, rests = [], [["zip.closure", "system", study.system, wave.id] for wave in waves]
    for side, cells, wave in zip(sides.teeth, sides.cells, waves, strict=True):
        others, theirs = _of_wave(study, wave)
        people += [persons(side, cells), *_apart(side, cells, mine, theirs), *_apart(*others, theirs, mine)]
        rests += [["zip.closure", "pair", f"{a}|{b}", wave.id] for a, b in _unlike(theirs, mine)]
    about = {
        "people": min(people),
        "pairs": len(mine),
        "footprint": ties.pooled({body for pair in mine for body in pair}),
        "rests_on": rests,
    }
    n = int(sides.teeth[1].asked[sides.cells[1]].sum())
    limits = _system_limits(sides, seed=study.seed)
    return _change("system", study.system, waves, (before, after), limits, n, about)


def _of_wave(study: Study, wave: Wave) -> tuple[tuple[Teeth, NDArray[np.bool_]], Used]:
    """Return the pairs of a wave's own closure of the system with their cells, and the tiers used in each."""
    found = teeth(study, wave.id)
    found = found.of(basis_of(found)[0] & ~np.isnan(closure(found.teeth)))
    used = ~np.isnan(found.teeth)
    pairs_ = found.pairs.select("a", "b").rows()
    return (found, (found.asked > 0) & used[:, None, :]), {
        pair: tuple(row) for pair, row in zip(pairs_, used.tolist(), strict=True)
    }


def _unlike(one: Used, other: Used) -> list[tuple[str, str]]:
    """Return the pairs of one mean that are not in the other, or with other tiers."""
    return [pair for pair, tiers in one.items() if other.get(pair) != tiers]


def _apart(found: Teeth, cells: NDArray[np.bool_], one: Used, other: Used) -> list[int]:
    """Return how many people would come out if two means of a wave were set against each other."""
    unlike = set(_unlike(one, other))
    rows = np.array([pair in unlike for pair in found.pairs.select("a", "b").rows()], dtype=np.bool_)
    return [persons(found, cells & rows[:, None, None])] if unlike else []


def _pair_limits(sides: _Sides, *, seed: int) -> Floats:
    """Return the intervals of pairs, (2, pairs); each wave has a stream of its own."""
    drawn = []
    earlier, later = (resampled(side, seed=seed + k) for k, side in enumerate(sides.teeth))
    for (part, before), (_, after) in zip(earlier, later, strict=True):
        was, now = replace(sides, both=sides.both[part]).closures((before, after))
        drawn.append(now - was)
    below, above = sides.slack
    return ends(np.concatenate(drawn, axis=1), sides.centre, above=above, below=below, lowest=-1.0)


def _system_limits(sides: _Sides, *, seed: int) -> Floats:
    """Return the interval of the mean over pairs; people are drawn once for all their pairs."""
    earlier, later = (resampled_together(side, seed=seed + k) for k, side in enumerate(sides.teeth))
    closures = (sides.closures(drawn) for drawn in zip(earlier, later, strict=True))
    drawn = np.array([(now - was).mean() for was, now in closures])
    below, above = (part.mean() for part in sides.slack)
    return ends(drawn, sides.centre.mean(), above=above, below=below, lowest=-1.0)


def _change(
    kind: str,
    unit: str,
    waves: tuple[Wave, Wave],
    closures: tuple[float, float],
    limits: Floats,
    n: int,
    about: dict[str, Any],
) -> Finding:
    before, after = (float(part) for part in closures)
    estimate = after - before
    lower, upper = min(float(limits[0]), estimate), max(float(limits[1]), estimate)
    se = (estimate - lower if estimate > 0 else upper - estimate) / float(norm.isf(0.025))
    return Finding(
        measure="zip.change",
        construct="zip",
        unit_kind=kind,
        unit=unit,
        wave=joined(*waves),
        estimate=estimate,
        lower=lower,
        upper=upper,
        n=n,
        method=METHOD,
        detail={"before": before, "after": after, "verdict": compare(estimate, se), "se": se} | about,
    )
