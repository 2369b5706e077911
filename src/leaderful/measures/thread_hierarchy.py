"""Who governs whom on the study's day, and who stands nearest above a body among those that have said anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from leaderful.framework import framework
from leaderful.measures.lineage import followers, standing
from leaderful.study import Study

Above = Mapping[str, frozenset[str]]
"""For each body those directly above it."""

_JUDGING = ("regulates",)
_FORMAL = ("member-of", "partners-with")


@dataclass(frozen=True, kw_only=True)
class Hierarchy:
    """The bodies of a study as they stand, and the ties between them that bear on a thread."""

    scale: Mapping[str, str]
    sector: Mapping[str, str]
    above: Above
    """Bodies with any vertical tie to it; of a team also the employer of its people."""
    steering: Above
    """The same without those that only regulate it."""
    beside: Above
    """Bodies with a formal horizontal tie to it, whichever way that is written down."""
    followers: Above
    """For each body that has ended all that came in its place, those that ended too."""

    def owners(self, body: str) -> frozenset[str]:
        """Return the body itself where it stands, else those in its place."""
        return frozenset({body}) if body in self.scale else self.followers.get(body, frozenset()) & set(self.scale)

    def all_above(self, body: str) -> frozenset[str]:
        """Return all bodies above one, directly or through others."""
        return climbed(self.above, body, stops=())


def hierarchy(study: Study) -> Hierarchy:
    """Return who governs whom among the bodies of the study's system and those above it."""
    bodies = _bodies(study)
    codes, passed_on = set(bodies["id"]), followers(study)
    kinds = {kind.id: kind.direction for kind in framework().tie_kinds}
    ties = [(s, t, k) for s, t, k in _ties(study).iter_rows() if s in codes and t in codes]
    employs = [(employer, team) for employer, team in _employers(study, passed_on) if {employer, team} <= codes]
    vertical = [(s, t, k) for s, t, k in ties if kinds[k] == "vertical"]
    across = [(s, t) for s, t, k in ties if k in _FORMAL]
    return Hierarchy(
        scale=dict(bodies.select("id", "scale").iter_rows()),
        sector=dict(bodies.select("id", "sector").iter_rows()),
        above=_grouped([*((s, t) for s, t, _ in vertical), *employs]),
        steering=_grouped([*((s, t) for s, t, k in vertical if k not in _JUDGING), *employs]),
        beside=_grouped([*across, *((t, s) for s, t in across)]),
        followers=passed_on,
    )


def climbed(above: Above, body: str, *, stops: Collection[str]) -> frozenset[str]:
    """Return the bodies above one, going no further up than those in `stops`; never the body itself."""
    seen: set[str] = set()
    waiting = [body]
    while waiting:
        for higher in above.get(waiting.pop(), ()):
            if higher != body and higher not in seen:
                seen.add(higher)
                if higher not in stops:
                    waiting.append(higher)
    return frozenset(seen)


def nearest(above: Above, body: str, spoken: Collection[str]) -> frozenset[str]:
    """Return the first bodies above one that have said anything; silent ones in between let the thread through."""
    return climbed(above, body, stops=spoken) & frozenset(spoken)


def _bodies(study: Study) -> pl.DataFrame:
    """Return the bodies of the system that stand on the day, and those that belong to no system by their nature."""
    stands = standing(study, study.as_at)
    above = pl.col("system").is_null() & (pl.col("standing").fill_null("") != "undetermined")
    inside = pl.col("system") == study.system if study.system else pl.col("system").is_not_null()
    return study.table("bodies").filter(pl.col("id").is_in(stands), inside | above)


def _ties(study: Study) -> pl.DataFrame:
    begun = pl.col("valid_from").is_null() | (pl.col("valid_from") <= study.as_at)
    lasting = pl.col("valid_to").is_null() | (pl.col("valid_to") >= study.as_at)
    return study.table("ties").filter(begun & lasting).select("source", "target", "kind")


def _employers(study: Study, passed_on: Above) -> Iterable[tuple[str, str]]:
    """Yield the employers of the people of each team; in place of one that has ended those that took over."""
    rows = study.table("people").select("body", "team").drop_nulls().unique().sort("body", "team")
    for body, team in rows.iter_rows():
        for employer in sorted(passed_on.get(body, {body})):
            if employer != team:
                yield employer, team


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for higher, lower in pairs:
        found[lower].add(higher)
    return {lower: frozenset(higher) for lower, higher in found.items()}
