"""Say which system each body belongs to before and since 1 April 2026, or that it cannot be known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import polars as pl

from england_sources import Sources
from leaderful.england.days import BEGAN, REDRAWN

PERIODS: tuple[tuple[date, date | None], ...] = ((BEGAN, REDRAWN - timedelta(days=1)), (REDRAWN, None))

SMALL_OF_COUNCIL, SMALL_OF_SYSTEM = 0.05, 0.01
"""A council is listed in a system with at least this part of its own or of the system's people."""


@dataclass(frozen=True, kw_only=True)
class Placement:
    """One body in one system for some time; `system` is None when it cannot be known."""

    body: str
    system: str | None
    valid_from: date
    valid_to: date | None
    basis: str
    standing: str
    above: bool = False
    share: float | None = None
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Fate:
    """What became of a body's place on 1 April 2026."""

    system: str | None
    basis: str
    standing: str
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Succession:
    """Where the systems of 2022 went in 2026."""

    sources: Sources

    def successors(self, icb: str) -> tuple[str, ...]:
        """Codes of the systems that took over; empty when the system goes on."""
        table = self.sources.successions
        return tuple(table.filter(pl.col("predecessor_ods_code") == icb)["successor_ods_code"])

    def of(self, icb: str, *, location: str | None = None) -> Fate | None:
        """Fate of a body of `icb`; None when nothing changed. A location tells the parts of a split."""
        successors = self.successors(icb)
        if not successors:
            return None
        if len(successors) == 1:
            basis = f"its system {icb} became part of {successors[0]} on 1 April 2026"
            return Fate(system=successors[0], basis=basis, standing="published")
        moved = self._location_successors.get(location or "")
        if moved:
            basis = f"{icb} was divided on 1 April 2026; the area of location {location} went to {moved}"
            return Fate(system=moved, basis=basis, standing="assumed")
        return _unknown(icb, successors)

    def of_trust(self, icb: str, postcode: str) -> Fate | None:
        """Fate of a trust: in a split, that of all practices of its postcode district."""
        successors = self.successors(icb)
        if len(successors) < 2:
            return self.of(icb)
        district = postcode.split(" ")[0]
        near = self.sources.practices.filter(
            (pl.col("postcode").str.split(" ").list.first() == district) & pl.col("closed").is_null()
        )
        found = {self._location_successors.get(location) for location in near["sub_icb"]}
        if len(found) == 1 and (system := found.pop()) is not None:
            basis = (
                f"{icb} was divided on 1 April 2026; all {near.height} practices in its postcode district "
                f"{district} are in sub-ICB locations that went to {system}"
            )
            return Fate(system=system, basis=basis, standing="assumed")
        return _unknown(icb, successors)

    @property
    def _location_successors(self) -> Mapping[str, str]:
        table = self.sources.location_successors
        return dict(table.select("sub_icb_ods_code", "successor_icb").iter_rows())


def _unknown(icb: str, successors: tuple[str, ...]) -> Fate:
    basis = (
        f"{icb} was divided on 1 April 2026 between {', '.join(successors)}, "
        "and no file read here says where this body went"
    )
    return Fate(system=None, basis=basis, standing="undetermined", candidates=successors)


def place(body: str, icb: str, fate: Fate | None, *, basis: str, standing: str) -> list[Placement]:
    """Return the placements of a body in both periods."""
    first = Placement(body=body, system=icb, valid_from=BEGAN, valid_to=None, basis=basis, standing=standing)
    if fate is None:
        return [first]
    then = replace(
        first,
        system=fate.system,
        valid_from=REDRAWN,
        basis=f"{basis}; {fate.basis}",
        standing=fate.standing,
        candidates=fate.candidates,
    )
    return [replace(first, valid_to=PERIODS[0][1]), then]


@dataclass(frozen=True, kw_only=True)
class Part:
    """The part of a council that lies in a system in one of the two periods."""

    council: str
    system: str
    period: int
    population: int
    of_council: float
    of_system: float
    reason: str

    @property
    def listed(self) -> bool:
        """Whether the part is large enough to list the council in the system."""
        return self.of_council >= SMALL_OF_COUNCIL or self.of_system >= SMALL_OF_SYSTEM


def council_parts(succession: Succession) -> list[Part]:
    """Return the parts of councils in systems before and since 1 April 2026, by mid-2020 population."""
    shares = succession.sources.council_shares
    hand = {(row["icb"], row["council"]): row for row in succession.sources.additions["council_part"]}
    rows: list[tuple[str, str, int, int, str]] = []
    for council, icb, people in shares.select("utla_ons_code", "icb_ods_code", "population_mid2020").iter_rows():
        rows.append((council, icb, 0, people, ""))
        successors = succession.successors(icb)
        row = hand.get((icb, council)) if len(successors) > 1 else None
        system = row["successor"] if row else (*successors, icb)[0]
        rows.append((council, system, 1, people, row["reason"] if row else ""))
    return _summed(rows)


def _summed(rows: Iterable[tuple[str, str, int, int, str]]) -> list[Part]:
    columns = ("council", "system", "period", "population", "reason")
    frame = pl.DataFrame(list(rows), schema=columns, orient="row")
    parts = frame.group_by("council", "system", "period", maintain_order=True).agg(
        pl.col("population").sum(),
        pl.col("reason").filter(pl.col("reason") != "").unique(maintain_order=True),
    )
    people = pl.col("population")
    parts = parts.with_columns(
        of_council=people / people.sum().over("council", "period"),
        of_system=people / people.sum().over("system", "period"),
        reason=pl.col("reason").list.join("; "),
    )
    return [Part(**row) for row in parts.sort("council", "system", "period").iter_rows(named=True)]


def merged(placements: Iterable[Placement]) -> list[Placement]:
    """Join placements that differ only in their dates, the second beginning as the first ends."""
    result: dict[Placement, Placement] = {}
    for one in sorted(placements, key=lambda placement: placement.valid_from):
        undated = replace(one, valid_from=BEGAN, valid_to=None)
        before = result.get(undated)
        result[undated] = replace(before, valid_to=one.valid_to) if before else one
    return sorted(result.values(), key=lambda p: (p.body, p.valid_from, p.system or "", p.above))
