"""The record of who spoke with whom and when, as a temporal network of the study's people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from leaderful.measures.lineage import kin
from leaderful.measures.units import PARENTS
from leaderful.networks.temporal import TemporalNetwork
from leaderful.study import Study

Whole: TypeAlias = NDArray[np.int64]

DAY = 86_400
"""Seconds, the unit of time of the network."""
WINDOW = 28
"""Days within which a conversation is followed: T. Ours."""
WAITING = 7
"""Days within which somebody who has heard of something passes it on: the waiting limit. Ours."""
MOST_WINDOWS = 12
"""Windows of the record that are followed; more would tell the same again."""
LABELLED = ("body", "tier", "sector")


@dataclass(frozen=True, eq=False, kw_only=True)
class Record:
    """Interactions among the people of a study; a person's row in `people` is their node in `network`."""

    system: str
    seed: int
    fewest: int
    """Fewest people of whom anything is told."""
    people: pl.DataFrame
    """person, body, tier and sector, on the study's date."""
    network: TemporalNetwork
    """Times in seconds since 1970."""
    interactions: int
    """All that the table holds, those that could not be used among them."""
    unknown: int
    """Participants who are not among the study's people."""
    labels: Mapping[str, Whole]
    """Number of each person's body, tier and sector among `names`; -1 where there is none."""
    names: Mapping[str, tuple[str, ...]]

    @property
    def size(self) -> int:
        """Number of people."""
        return self.people.height

    @cached_property
    def seen(self) -> NDArray[np.bool_]:
        """Whether each person takes part in an interaction that could be used."""
        return np.bincount(self.network.members, minlength=self.size) > 0

    @property
    def first(self) -> date:
        """Day of the first interaction that could be used."""
        return _day(int(self.network.times[0]))

    @property
    def last(self) -> date:
        """Day of the last."""
        return _day(int(self.network.times[-1]))

    @property
    def days(self) -> int:
        """Length of the record, its first and last day included."""
        return (self.last - self.first).days + 1

    @property
    def wave(self) -> str:
        """The days it covers, as findings name them; empty where no interaction could be used."""
        if not self.network.events:
            return ""
        return f"{self.first.isoformat()}/{self.last.isoformat()}"

    def of(self, kind: str, name: str) -> NDArray[np.bool_]:
        """Return whether each person is of a body, tier or sector."""
        return np.asarray(self.labels[kind] == self.names[kind].index(name))

    def starts(self, most: int = MOST_WINDOWS, *, places: int = 3_000_000) -> Whole:
        """Return when the windows of `WINDOW` days start, in seconds: as many as do not overlap, evenly spread.

        No more than hold about so many places in interactions between them, but one at least. None lies in a gap
        of the record, so that a year mistyped in one interaction does not fill the windows with silence.
        """
        stretches = self._stretches()
        lengths = [last - first + 1 for first, last in stretches]
        of_one = max(len(self.network.members) * WINDOW // max(sum(lengths), 1), 1)
        count = min(most, max(places // of_one, 1))
        if len(stretches) == 1:
            days = _spread_over(*stretches[0], count)
        else:
            every = [_spread_over(first, last, last - first + 1) for first, last in stretches]
            days = np.concatenate(every)
            days = days[np.linspace(0, len(days) - 1, min(count, len(days))).astype(np.int64)]
        return days * DAY

    def _stretches(self) -> list[tuple[int, int]]:
        """Return first and last day, counted from 1970, of each part of the record without a gap of a window."""
        days = np.unique(self.network.times // DAY)
        parts = np.split(days, np.flatnonzero(np.diff(days) > WINDOW) + 1)
        return [(int(part[0]), int(part[-1])) for part in parts]


def record(study: Study) -> Record:
    """Return the interactions of a study among its people.

    People who are in no list of the study are left out, and with them what then has fewer than two known people
    or a sender who is not known. Bodies are those that stand on the study's date; a person whose body does not is
    taken to be of the one that stands in its place.
    """
    people = _people(study)
    held = study.table("interactions")
    long = _taking_part(held, people)
    labels = {kind: _coded(people[kind]) for kind in LABELLED}
    return Record(
        system=study.system,
        seed=study.seed,
        fewest=study.minimum_people,
        people=people,
        network=_network(long, people.height),
        interactions=held.height,
        unknown=long.filter(pl.col("node").is_null())["person"].n_unique(),
        labels={kind: codes for kind, (codes, _) in labels.items()},
        names={kind: names for kind, (_, names) in labels.items()},
    )


def travel_parents(study: Study) -> pl.DataFrame:
    """Return which bodies and tiers add up to the system in findings on the record of interactions.

    Columns are those of `leaderful.measures.units.parents`.
    """
    if study.table("interactions").is_empty():
        return PARENTS.to_frame()
    found = record(study)
    if not found.network.events:
        return PARENTS.to_frame()
    rows = [(found.wave, kind, name, "system", study.system) for kind in ("body", "tier") for name in found.names[kind]]
    return pl.DataFrame(rows, schema=PARENTS, orient="row")


def _people(study: Study) -> pl.DataFrame:
    people = study.table("people").select("tier", person="id", home="body").sort("person")
    homes = people["home"].unique().sort()
    moved = kin(study, homes.to_list(), study.as_at)
    placed = pl.DataFrame(
        {"home": homes, "body": pl.Series([moved.get(home, home) for home in homes], dtype=pl.String)}
    )
    sectors = study.table("bodies").select("id", "sector")
    return (
        people.join(placed, on="home", how="left", maintain_order="left")
        .join(sectors, left_on="body", right_on="id", how="left", maintain_order="left")
        .select("person", "body", "tier", "sector")
    )


def _taking_part(held: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Return a row for each interaction and participant, the sender first: event, time, directed, person, node."""
    nodes = people.select("person").with_row_index("node")
    rows = held.sort("time", "id").with_row_index("event")
    sender = pl.concat_list("sender").list.drop_nulls()
    everyone = sender.list.concat(pl.col("participants").fill_null([])).list.unique(maintain_order=True)
    return (
        rows.select("event", "time", directed=pl.col("sender").is_not_null(), person=everyone)
        .explode("person")
        .drop_nulls("person")
        .join(nodes, on="person", how="left", maintain_order="left")
    )


def _network(long: pl.DataFrame, size: int) -> TemporalNetwork:
    known = long.with_columns(lead=pl.col("node").first().over("event")).filter(
        pl.col("node").is_not_null(), ~pl.col("directed") | pl.col("lead").is_not_null()
    )
    used = known.filter(pl.len().over("event") >= 2)
    events = used.group_by("event", maintain_order=True).agg(
        pl.col("time").first().dt.epoch("s"), pl.col("directed").first(), pl.len().alias("size")
    )
    return TemporalNetwork(
        nodes=size,
        times=events["time"].to_numpy().astype(np.int64),
        offsets=np.concatenate([[0], np.cumsum(events["size"].to_numpy())]).astype(np.int64),
        members=used["node"].to_numpy().astype(np.int32),
        directed=events["directed"].to_numpy().astype(np.bool_),
    )


def _coded(values: pl.Series) -> tuple[Whole, tuple[str, ...]]:
    names = values.drop_nulls().unique().sort()
    codes = values.cast(pl.Enum(names)).to_physical().cast(pl.Int64).fill_null(-1)
    return codes.to_numpy(), tuple(names)


def _spread_over(first: int, last: int, most: int) -> Whole:
    """Return the first days of at most so many windows, evenly spread from day to day and not overlapping."""
    length = last - first + 1
    count = min(most, length // WINDOW)
    offsets = np.floor(np.linspace(0, length - WINDOW, count)) if count else np.zeros(0)
    return first + np.asarray(offsets.astype(np.int64))


def _day(seconds: int) -> date:
    return date(1970, 1, 1) + timedelta(days=seconds // DAY)
