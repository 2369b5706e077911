"""What is noted of every week: sums of blocks, added in their order, as means and shares by system."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leaderful.simulation.kernels import ACTOR_SUMS, TIE_SUMS
from leaderful.simulation.system import TIERS

_Sums = NDArray[np.float64]
SCHEMA = pl.Schema(
    {
        "week": pl.Int32(),
        "system": pl.String(),
        "measure": pl.String(),
        "part": pl.String(),
        "value": pl.Float64(),
        "n": pl.Int64(),
    }
)
SIDES = ("within", "across")


class Series:
    """The weeks noted of a run."""

    def __init__(self, systems: tuple[str, ...], owner_of_block: NDArray[np.int64]) -> None:
        self._systems = systems
        self._owner = owner_of_block
        self._weeks: list[tuple[int, _Sums, _Sums, _Sums | None]] = []

    def regroup(self, owner_of_block: NDArray[np.int64]) -> None:
        """Take blocks that have been cut anew."""
        self._owner = owner_of_block

    def note(self, week: int, ties: _Sums, actors: _Sums, reached: _Sums | None) -> None:
        """Note a week, from the sums of blocks over ties and over actors."""
        self._weeks.append((week, self._by_system(ties), self._by_system(actors), reached))

    def frame(self) -> pl.DataFrame:
        """Return the weeks as rows."""
        rows = [row for week in self._weeks for row in self._rows(*week)]
        return pl.DataFrame(rows, schema=SCHEMA, orient="row").with_columns(pl.col("value").fill_nan(None))

    def means(self, weeks: int) -> dict[str, float]:
        """Return the mean of each measure of state over the last weeks noted, all systems together."""
        ties = sum(each.sum(axis=0) for _, each, _, _ in self._weeks[-weeks:])
        actors = sum(each.sum(axis=0) for _, _, each, _ in self._weeks[-weeks:])
        followed = ("share_taken", "trust", "understanding", "purpose", "reflexivity")
        return {
            f"{measure}/{part}": total / count
            for measure, part, total, count in _measures(np.asarray(ties), np.asarray(actors))
            if measure in followed and part in ("all", *SIDES) and count > 0
        }

    def kept(self) -> dict[str, _Sums | NDArray[np.int64]]:
        """Return the weeks noted as arrays, by name."""
        blank = np.full((len(self._systems), 3), np.nan)
        systems = len(self._systems)
        return {
            "run/weeks": np.array([week for week, _, _, _ in self._weeks], dtype=np.int64),
            "run/ties": np.array([ties for _, ties, _, _ in self._weeks]).reshape(-1, systems, 2, len(TIE_SUMS)),
            "run/actors": np.array([each for _, _, each, _ in self._weeks]).reshape(-1, systems, 4, len(ACTOR_SUMS)),
            "run/read": np.array([reached is not None for _, _, _, reached in self._weeks], dtype=np.int64),
            "run/reached": np.array([blank if r is None else r for _, _, _, r in self._weeks]).reshape(-1, systems, 3),
        }

    def take_up(self, kept: Mapping[str, NDArray[Any]]) -> None:
        """Take up the weeks that `kept` has given."""
        self._weeks = [
            (int(week), ties, actors, reached if read else None)
            for week, ties, actors, read, reached in zip(
                *(kept[f"run/{name}"] for name in ("weeks", "ties", "actors", "read", "reached")), strict=True
            )
        ]

    def _by_system(self, sums: _Sums) -> _Sums:
        total = np.zeros((len(self._systems), *sums.shape[1:]))
        np.add.at(total, self._owner, sums)
        return total

    def _rows(self, week: int, ties: _Sums, actors: _Sums, reached: _Sums | None) -> Iterator[tuple[object, ...]]:
        for number, system in enumerate(self._systems):
            for measure, part, total, count in _measures(ties[number], actors[number]):
                value = total / count if count > 0 else None
                yield week, system, measure, part, value, round(count)
            if reached is not None:
                people = round(actors[number, :, 0].sum())
                yield week, system, "reach", "all", reached[number, 0], people
                yield week, system, "reach", "outside", reached[number, 1], people
                yield week, system, "heard", "all", reached[number, 2], people


def _measures(ties: _Sums, actors: _Sums) -> Iterator[tuple[str, str, float, float]]:
    """Yield every measure and part of one system in one week: its total, and what it is divided by."""
    people = float(actors[:, 0].sum())
    for place, measure in ((1, "encounters"), (2, "openings")):
        yield measure, "all", float(actors[:, place].sum()), people
        for side, of_ties in zip(SIDES, ties, strict=True):
            yield measure, side, 2.0 * float(of_ties[place + 2]), people
        for tier, of_tier in zip(TIERS, actors, strict=True):
            yield measure, tier, float(of_tier[place]), float(of_tier[0])
    yield "share_taken", "all", float(ties[:, 5].sum()), float(ties[:, 4].sum())
    for side, of_ties in zip(SIDES, ties, strict=True):
        yield "share_taken", side, float(of_ties[5]), float(of_ties[4])
    for tier, of_tier in zip(TIERS, actors, strict=True):
        yield "share_taken", tier, float(of_tier[3]), float(of_tier[2])
    for place, measure in ((1, "trust"), (2, "understanding")):
        yield measure, "all", float(ties[:, place].sum()), float(ties[:, 0].sum())
        for side, of_ties in zip(SIDES, ties, strict=True):
            yield measure, side, float(of_ties[place]), float(of_ties[0])
    for place, measure in ((4, "purpose"), (5, "reflexivity")):
        yield measure, "all", float(actors[:, place].sum()), people
        for tier, of_tier in zip(TIERS, actors, strict=True):
            yield measure, tier, float(of_tier[place]), float(of_tier[0])
    joined, across = float(actors[:, 6].sum()), float(actors[:, 7].sum())
    yield "ties", "all", joined, people
    yield "ties", "within", joined - across, people
    yield "ties", "across", across, people
    for tier, of_tier in zip(TIERS, actors, strict=True):
        yield "ties_across", tier, float(of_tier[7]), float(of_tier[0])
