"""What a report is written from: findings, England's spread, and the names of things."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import polars as pl

from leaderful.framework import ItemScale
from leaderful.measures.findings import Finding, unframe
from leaderful.report.figures.england_map import Outline


@dataclass(frozen=True, kw_only=True)
class Material:
    """Everything a report is written from.

    Parameters
    ----------
    name, system, as_at
        Name of the system, code of its ICB and the day its structure is shown at.
    findings
        Findings of the study.
    england
        England's findings for the same day: the spread a system is set against.
    bodies
        The study's bodies that stand on the day, for their names.
    outlines
        Map outlines of England's systems on the day; none for a system that is made up.
    system_names
        Names of all systems on the day, by code.
    region, population
        NHS region, and people in mid-2020.
    history
        What the system came from or went into, as sentences.
    unplaced
        Bodies that may belong to the system, by kind, where no public list says whether they do.
    gaps
        What cannot be known about its structure from public data, as sentences.
    former_names
        Names of all bodies of the study by code, those that no longer stand among them.
    wave_names
        Names of the rounds of asking, by their codes.
    item_scales
        The item scales that were asked: the framework's, and the study's own.
    synthetic
        True where the evidence is made up; the page says so first of all.
    minimum_people
        Fewest people of whom anything is shown.
    version
        Version of leaderful that wrote it.
    """

    name: str
    system: str
    as_at: date
    findings: pl.DataFrame
    england: pl.DataFrame
    bodies: pl.DataFrame
    outlines: Sequence[Outline] = ()
    system_names: Mapping[str, str] = field(default_factory=dict)
    region: str = ""
    population: int = 0
    history: Sequence[str] = ()
    unplaced: Mapping[str, int] = field(default_factory=dict)
    gaps: Sequence[str] = ()
    former_names: Mapping[str, str] = field(default_factory=dict)
    wave_names: Mapping[str, str] = field(default_factory=dict)
    item_scales: Sequence[ItemScale] = ()
    synthetic: bool = False
    minimum_people: int = 10
    version: str = ""

    @cached_property
    def own(self) -> Mapping[str, list[Finding]]:
        """The study's findings by measure."""
        return ByMeasure(self.findings)

    @cached_property
    def spread(self) -> Mapping[str, list[Finding]]:
        """England's findings by measure."""
        return ByMeasure(self.england)

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of bodies by code."""
        return dict(self.bodies.select("id", "name").iter_rows())

    @cached_property
    def sectors(self) -> dict[str, str]:
        """Sectors of bodies by code, where they are stated."""
        return dict(self.bodies.select("id", "sector").drop_nulls().iter_rows())

    def called(self, body: str) -> str:
        """Return the name of a body, also of one that no longer stands."""
        return self.names.get(body) or self.former_names.get(body, body)

    @cached_property
    def latest_wave(self) -> str:
        """The last round in which somebody answered; empty where nobody was asked."""
        asked = [f.wave for f in self.own.get("response.rate", []) if f.unit_kind == "system"]
        return asked[-1] if asked else ""

    def of_kind(self, measure: str, kind: str, wave: str) -> list[Finding]:
        """Return the findings of a measure for a kind of unit in one round; those of other kinds may be many."""
        asked = {"measure": measure, "unit_kind": kind, "wave": wave}
        return unframe(self.findings.filter(*(pl.col(name) == value for name, value in asked.items())))

    def of_system(self, measure: str) -> Finding | None:
        """Return the finding of a measure for the system as a whole, where there is one."""
        return next((f for f in self.own.get(measure, []) if f.unit_kind == "system"), None)

    def across_england(self, measure: str) -> list[float]:
        """Return the estimates of a measure for each of England's systems, in order of size."""
        found = self.spread.get(measure, [])
        return sorted(f.estimate for f in found if f.unit_kind == "system" and f.estimate is not None)


class ByMeasure(Mapping[str, list[Finding]]):
    """Findings by measure; those of a measure are read when first asked for, as most of England's never are."""

    def __init__(self, findings: pl.DataFrame) -> None:
        groups = findings.partition_by("measure", as_dict=True, maintain_order=True)
        self._rows = {str(measure): rows for (measure,), rows in groups.items()}
        self._read: dict[str, list[Finding]] = {}

    def __getitem__(self, measure: str) -> list[Finding]:
        if measure not in self._read:
            self._read[measure] = unframe(self._rows[measure])
        return self._read[measure]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def middle_half(values: Sequence[float]) -> tuple[float, float]:
    """Return the quartiles by linear interpolation; two zeros when there are no values."""
    ordered = sorted(values)

    def at(part: float) -> float:
        place = part * (len(ordered) - 1)
        below, above = int(place), min(int(place) + 1, len(ordered) - 1)
        return ordered[below] + (ordered[above] - ordered[below]) * (place - below)

    return (at(0.25), at(0.75)) if ordered else (0.0, 0.0)
