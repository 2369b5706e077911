"""The people of two waves side by side, each with the bodies that theirs was redrawn with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leaderful.measures.answers import Answers, Whole, coded
from leaderful.measures.lineage import footprints, standing
from leaderful.measures.waves import Wave, joined
from leaderful.study import Study

Side: TypeAlias = tuple[Wave, Answers]
CODED = ("person", "system", "tier", "sector", "body", "team", "footprint")


@dataclass(frozen=True, kw_only=True)
class Footprint:
    """A body, or all the bodies that were redrawn together between two waves."""

    heirs: tuple[str, ...]
    """Those that stand in the later wave."""
    pooled: tuple[str, ...]
    """Those that stood in the earlier wave; empty for a body that was not redrawn."""
    sector: str | None
    """Sector of the heirs, where they have one in common."""

    @property
    def label(self) -> str:
        """A name that no other footprint of the two waves has: the heir's where there is one."""
        return "+".join(self.heirs or self.pooled)


@dataclass(frozen=True, kw_only=True, eq=False)
class Followed:
    """Those who answered in either of two waves: the rows of the earlier wave, then those of the later."""

    wave: str
    later: NDArray[np.bool_]
    """Whether a row is of the later wave."""
    codes: Mapping[str, Whole]
    """For each of `CODED` the number of the row's entry in `labels`; -1 for none."""
    labels: Mapping[str, tuple[str, ...]]
    footprints: tuple[Footprint, ...]
    """In the order of their labels."""
    in_both: NDArray[np.bool_]
    """Whether people of each footprint were asked in both waves."""


def follow(study: Study, earlier: Side, later: Side) -> Followed:
    """Return the people of two waves; somebody whose body cannot be told has a footprint all the same."""
    changed = redrawn(study, earlier[0], later[0])
    rows = pl.concat([_placed(study, side[1].people, changed) for side in (earlier, later)])
    asked = [set(_placed(study, side[1].invited, changed)["footprint"]) for side in (earlier, later)]
    labels = {name: rows[name].drop_nulls().unique().sort() for name in CODED}
    marks = {mark.label: mark for mark in changed.values()}
    return Followed(
        wave=joined(earlier[0], later[0]),
        later=np.repeat([False, True], [side[1].people.height for side in (earlier, later)]),
        codes={name: coded(rows[name], pl.Enum(labels[name])) for name in CODED},
        labels={name: tuple(labels[name]) for name in CODED},
        footprints=tuple(marks.get(label, _unchanged(label)) for label in labels["footprint"]),
        in_both=np.array([label in asked[0] & asked[1] for label in labels["footprint"]], dtype=np.bool_),
    )


def _placed(study: Study, people: pl.DataFrame, changed: Mapping[str, Footprint]) -> pl.DataFrame:
    """Return people with their footprint, and with the sector that the redrawn bodies have in common."""
    homes = study.table("people").select(person="id", home="body")
    return (
        people.join(homes, on="person", how="left", maintain_order="left")
        .with_columns(at=pl.coalesce("body", "home"))
        .join(_as_frame(changed), on="at", how="left", maintain_order="left")
        .with_columns(
            footprint=pl.coalesce("label", "at"),
            sector=pl.when(pl.col("label").is_null()).then("sector").otherwise("heirs_sector"),
        )
    )


def _unchanged(body: str) -> Footprint:
    return Footprint(heirs=(body,), pooled=(), sector=None)


def redrawn(study: Study, earlier: Wave, later: Wave) -> dict[str, Footprint]:
    """Return the footprint of each body that was redrawn between two waves."""
    before, after = standing(study, earlier.opens), standing(study, later.opens)
    sectors = dict(study.table("bodies").select("id", "sector").iter_rows())
    found = {}
    for body, together in footprints(study, earlier.opens, later.opens).items():
        heirs = tuple(sorted(together & after))
        shared = {sectors[heir] for heir in heirs}
        pooled = tuple(sorted(together & before))
        found[body] = Footprint(heirs=heirs, pooled=pooled, sector=shared.pop() if len(shared) == 1 else None)
    return found


def _as_frame(changed: Mapping[str, Footprint]) -> pl.DataFrame:
    rows = [(body, mark.label, mark.sector) for body, mark in changed.items()]
    schema = {"at": pl.String, "label": pl.String, "heirs_sector": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")
