"""What the command line says of the systems of England, and of one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from leaderful.england.packaged import packaged
from leaderful.england.structure import bodies, ties, undetermined
from leaderful.england.systems import icbs, predecessors, resolve, successors
from leaderful.framework import framework


@dataclass(frozen=True, kw_only=True)
class SystemRow:
    """One line of the list of systems."""

    code: str
    name: str
    region: str
    population: int
    since: date


@dataclass(frozen=True, kw_only=True)
class Description:
    """One system in figures, with what cannot be known of it."""

    code: str
    name: str
    as_at: date
    region: str
    population: int
    kinds: tuple[tuple[str, int], ...]
    """Kinds of body with how many, in the framework's order."""
    scales: tuple[tuple[str, int], ...]
    above: tuple[str, ...]
    tie_kinds: tuple[tuple[str, int], ...]
    assumed: tuple[int, int]
    """How many of the bodies, and of the ties, are assumed."""
    succession: tuple[str, ...]
    caveats: tuple[str, ...]

    def text(self) -> str:
        """Return plain lines for the terminal."""
        lines = [
            f"{self.name} ({self.code}) on {self.as_at}",
            f"  {self.region}; {self.population:,} people in mid-2020",
            "  Bodies of the system",
            *(f"    {count:>5}  {name}" for name, count in self.kinds),
            "  By scale: " + ", ".join(f"{name} {count}" for name, count in self.scales),
            "  Above it: " + ", ".join(self.above),
            "  Ties: " + ", ".join(f"{name} {count}" for name, count in self.tie_kinds),
            f"  Assumed, not published or law: {self.assumed[0]} bodies and {self.assumed[1]} ties",
            *(f"  {sentence}" for sentence in (*self.succession, *self.caveats)),
        ]
        return "\n".join(lines)


def systems_table(as_at: date) -> tuple[SystemRow, ...]:
    """Return the systems on a date in order of name."""
    rows = icbs(as_at).sort("name").iter_rows(named=True)
    return tuple(
        SystemRow(
            code=row["code"],
            name=row["name"],
            region=row["region_name"],
            population=row["population"],
            since=row["established"],
        )
        for row in rows
    )


def describe(icb: str, as_at: date) -> Description:
    """Return what there is to say of one system on a date; `icb` is a code or a name."""
    code = resolve(icb, as_at)
    row = icbs(as_at).row(by_predicate=pl.col("code") == code, named=True)
    everyone = bodies(code, as_at)
    inside = everyone.filter(pl.col("system") == code)
    between = ties(code, as_at)
    words = framework()
    return Description(
        code=code,
        name=row["name"],
        as_at=as_at,
        region=row["region_name"],
        population=row["population"],
        kinds=_kinds(inside["kind"]),
        scales=_counted(inside["scale"], {scale.id: scale.name.lower() for scale in words.scales}),
        above=tuple(everyone.filter(pl.col("system").is_null()).sort("id")["name"]),
        tie_kinds=_counted(between["kind"], {kind.id: kind.name.lower() for kind in words.tie_kinds}),
        assumed=(_assumed(inside), _assumed(between)),
        succession=_succession(code),
        caveats=_caveats(code, as_at, row["small_parts"]),
    )


def _assumed(table: pl.DataFrame) -> int:
    return table.filter(pl.col("standing") == "assumed").height


def _kinds(values: pl.Series) -> tuple[tuple[str, int], ...]:
    """How often each kind of body occurs, named in the singular or plural as fits."""
    counts = dict(values.value_counts().iter_rows())
    kinds = [kind for kind in framework().body_kinds if kind.id in counts]
    return tuple((kind.name if counts[kind.id] == 1 else kind.plural, counts[kind.id]) for kind in kinds)


def _counted(values: pl.Series, names: dict[str, str]) -> tuple[tuple[str, int], ...]:
    """How often each value occurs, in the framework's order, under the framework's name."""
    counts = dict(values.value_counts().iter_rows())
    return tuple((name, counts[id_]) for id_, name in names.items() if id_ in counts)


def _succession(code: str) -> tuple[str, ...]:
    """What the system was made from and what became of it, a sentence each."""
    before = [
        f"Took over {_part(row)}{_named(row['predecessor'])} on {_day(row['effective'])}."
        for row in predecessors(code).iter_rows(named=True)
    ]
    after = [
        f"{_fate(row)} {_named(row['successor'])} on {_day(row['effective'])}{_share(row)}."
        for row in successors(code).iter_rows(named=True)
    ]
    return (*before, *after)


def _part(row: dict[str, Any]) -> str:
    return "part of " if row["kind"] == "split" else ""


def _fate(row: dict[str, Any]) -> str:
    return "Part of it went to" if row["kind"] == "split" else "Went to"


def _share(row: dict[str, Any]) -> str:
    return "" if row["share"] is None else f", with {row['share']:.0%} of its people"


def _named(code: str) -> str:
    """An ICB as people say it, with its code."""
    names = dict(packaged("systems").select("code", "name").iter_rows())
    short = names[code].removeprefix("NHS ").removesuffix(" Integrated Care Board")
    return f"{short} ({code})"


def _day(value: date) -> str:
    return f"{value.day} {value:%B %Y}"


def _caveats(code: str, as_at: date, small_parts: str | None) -> tuple[str, ...]:
    """What the list leaves out, and why."""
    lost = undetermined(as_at).filter(pl.col("candidates").list.contains(code))
    sentences = []
    for (former,), group in lost.group_by("candidates", maintain_order=True):
        counted = [f"{count} {name}" for name, count in _kinds(group["kind"])]
        between = _and([_named(candidate) for candidate in former])
        sentences.append(
            f"{group.height} bodies may belong here and are not listed: {_and(counted)}. Their area was divided "
            f"between {between} on 1 April 2026, and no published file says which of them went where."
        )
    if small_parts:
        sentences.append(f"Councils with too small a part here to be listed: {small_parts}.")
    return tuple(sentences)


def _and(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
