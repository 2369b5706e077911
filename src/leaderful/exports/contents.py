"""What an export is made from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import polars as pl

from leaderful.errors import DisclosureError, UnknownNameError
from leaderful.framework import ItemScale, framework

FIGURES = ("estimate", "lower", "upper", "n")
PUBLIC = ("published.", "outcome.", "structure.")
"""Measures of public figures and of structure, which belong to no round of asking."""


@dataclass(frozen=True, kw_only=True)
class Contents:
    """Everything an export is made from. No answer of a person is among it.

    Parameters
    ----------
    name, system, as_at, seed, synthetic
        As in the study.
    version
        Version of leaderful that writes the export.
    findings
        Findings after disclosure control.
    bodies
        All bodies of the study, and ``current``: whether each stands on the date.
    ties
        Formal ties that hold on the date.
    rounds
        Names of the rounds of asking by their codes, the earliest first.
    wave
        Code of the round in which bodies and ties are shown; empty where nobody was asked.
    minimum_people
        Fewest people of whom anything is shown.
    item_scales
        The item scales that were asked.

    Raises
    ------
    DisclosureError
        A finding is about one person, or is hidden and has figures all the same.
    """

    name: str
    system: str
    as_at: date
    findings: pl.DataFrame
    bodies: pl.DataFrame
    ties: pl.DataFrame
    version: str
    seed: int = 1
    synthetic: bool = False
    rounds: Mapping[str, str] = field(default_factory=dict)
    wave: str = ""
    minimum_people: int = 10
    item_scales: Sequence[ItemScale] = ()

    def __post_init__(self) -> None:
        hidden = self.findings.filter(pl.col("status") == "suppressed")
        if not all(hidden[figure].is_null().all() for figure in FIGURES):
            raise DisclosureError("a hidden finding still has figures; pass the findings through disclosure control")
        if (self.findings["unit_kind"] == "person").any():
            raise DisclosureError("an export holds no findings about one person; leave those out")

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of all bodies by code."""
        return dict(self.bodies.select("id", "name").iter_rows())

    def called(self, unit_kind: str, unit: str) -> str:
        """Return the name of a unit, as people read it; its code where it has no other."""
        match unit_kind:
            case "system" | "body" | "team" | "place":
                return self.names.get(unit) or unit
            case "pair" | "sector-pair":
                kind, known = ("body", self.names) if unit_kind == "pair" else ("sector", _SECTORS)
                one, sign, other = _cut(unit, known)
                return f"{self.called(kind, one)} {sign} {self.called(kind, other)}"
            case "body-tier":
                body, _, tier = unit.rpartition("/")
                return f"{self.called('body', body)}, {_TIERS.get(tier, tier)}"
            case "tier":
                return _TIERS.get(unit, unit)
            case "sector":
                return _SECTORS.get(unit, unit)
        return "England" if unit_kind == "england" else unit

    def ends(self, pair: str) -> tuple[str, str]:
        """Return the codes of the two bodies of a pair."""
        one, _, other = _cut(pair, self.names)
        return one, other


def choose_rounds(findings: pl.DataFrame, rounds: Sequence[str], wave: str | None) -> tuple[pl.DataFrame, str]:
    """Return the findings to export, and the round in which bodies and ties are shown.

    With a round named, findings of other rounds, and of changes between rounds, are left out; those of
    public figures and of structure, which belong to none, stay. With none named all are kept, and the
    round shown is the last of which there are findings.

    Raises
    ------
    UnknownNameError
        The study has no such round.
    """
    own = ~pl.any_horizontal(pl.col("measure").str.starts_with(start) for start in PUBLIC)
    if wave is None:
        present = set(findings.filter(own)["wave"].unique())
        return findings, next((each for each in reversed(rounds) if each in present), "")
    refuse_unknown(rounds, wave)
    return findings.filter(~own | (pl.col("wave") == wave)), wave


def refuse_unknown(rounds: Sequence[str], wave: str) -> None:
    """Refuse a round that the study does not have."""
    if wave not in rounds:
        known = f"Its rounds are: {', '.join(rounds)}." if rounds else "It has no rounds of asking."
        raise UnknownNameError(f"The study has no round called {wave[:60]!r}. {known}")


def _cut(pair: str, known: Collection[str]) -> tuple[str, str, str]:
    """Return the two ends of a pair and the sign between them; a code may hold such a sign itself."""
    cuts = [(pair[:at], sign, pair[at + 1 :]) for at, sign in enumerate(pair) if sign in ">|"]
    return next((cut for cut in cuts if cut[0] in known and cut[2] in known), (cuts or [(pair, "", "")])[0])


_TIERS = {tier.id: tier.name for tier in framework().tiers}
_SECTORS = {sector.id: sector.name for sector in framework().sectors}
