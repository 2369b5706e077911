"""Councils and their boards, police forces, fire authorities and combined authorities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import polars as pl

from england_model import England, Link
from england_names import area_name, council_name, fire_name, police_name
from england_placing import PERIODS, Part, Placement

COUNCIL_TYPES = {"E06": "unitary", "E08": "metropolitan", "E09": "london-borough", "E10": "county"}


def add_councils(england: England, parts: Iterable[Part]) -> None:
    """Upper-tier councils, their health and wellbeing boards, and a place partnership for each."""
    names = england.sources.council_shares.select("utla_ons_code", "utla_name").unique().sort("utla_ons_code")
    for code, name in names.iter_rows():
        area = area_name(name)
        england.add(code, council_name(code, name), "council", sort=COUNCIL_TYPES[code[:3]])
        england.add(f"{code}-HWB", f"{area} Health and Wellbeing Board", "health-and-wellbeing-board")
        england.add(f"{code}-PLACE", f"{area} place partnership", "place-partnership")
    for part in parts:
        england.placements += _of_part(part)


def _of_part(part: Part) -> list[Placement]:
    """Place a council, its board and its partnership in one system in one period."""
    source = "ONS lookup of neighbourhoods to councils and ICBs, share by population of mid-2020"
    first, last = PERIODS[part.period]
    council = Placement(
        body=part.council,
        system=part.system,
        valid_from=first,
        valid_to=last,
        share=part.of_council,
        basis=f"{source}; {part.reason}" if part.reason else source,
        standing="assumed" if part.reason else "published",
    )
    law = "Health and Social Care Act 2012 s.194: one for each upper-tier council"
    ours = "one for each upper-tier council is our assumption; systems form their own"
    board = replace(council, body=f"{part.council}-HWB", basis=law, standing="assumed" if part.reason else "law")
    return [council, board, replace(council, body=f"{part.council}-PLACE", basis=ours, standing="assumed")]


def add_forces(england: England, parts: list[Part]) -> None:
    """Police forces and fire authorities of England, with the councils they cover."""
    police, fire = england.sources.police, england.sources.fire
    _add_forces(england, parts, police, ("pfa24", "police-force"), police_name)
    _add_forces(england, parts, fire, ("fra24", "fire-authority"), fire_name)


def _add_forces(
    england: England,
    parts: list[Part],
    districts: pl.DataFrame,
    prefix_and_kind: tuple[str, str],
    name_of: Callable[[str], str],
) -> None:
    prefix, kind = prefix_and_kind
    code, name = f"{prefix}_code", f"{prefix}_name"
    upper = england.sources.districts.select("ltla23_code", "utla23_code")
    cover = districts.join(upper, left_on="ltla24_code", right_on="ltla23_code")
    for force, area in cover.select(code, name).unique().sort(code).iter_rows():
        england.add(force, name_of(area), kind)
    councils: dict[str, list[str]] = defaultdict(list)
    for force, council in cover.select(code, "utla23_code").unique().sort(code, "utla23_code").iter_rows():
        councils[force].append(council)
    basis = "covers a district of a listed council in the ONS lookup of 2024"
    _place_by_councils(england, parts, councils, basis=basis, standing="published")


def add_combined_authorities(england: England, parts: list[Part]) -> None:
    """Combined authorities of the 2023 lookup, corrected for those of 2024."""
    sources = england.sources
    closed = {row["code"]: row["closed"] for row in sources.additions["combined_authority_closed"]}
    cover = sources.combined.join(sources.districts, on="ltla23_code")
    pairs = cover.select("cauth23_code", "cauth23_name").unique().sort("cauth23_code")
    councils: dict[str, list[str]] = {}
    for code, name in pairs.iter_rows():
        england.add(code, _combined(name), "combined-authority", valid_to=closed.get(code))
        councils[code] = sorted(set(cover.filter(pl.col("cauth23_code") == code)["utla23_code"]))
    basis = "ONS lookup of districts to combined authorities, 2023"
    _place_by_councils(england, parts, councils, basis=basis, standing="published")
    later = sources.additions["combined_authority"]
    for row in later:
        england.add(row["code"], _combined(row["name"]), "combined-authority", valid_from=row["opened"])
    added = {row["code"]: row["councils"] for row in later}
    basis = "formed in 2024, after the lookup of 2023; members kept by hand"
    _place_by_councils(england, parts, added, basis=basis, standing="assumed")


def _combined(name: str) -> str:
    return f"{name} Combined Authority"


def _place_by_councils(
    england: England, parts: list[Part], councils: Mapping[str, list[str]], *, basis: str, standing: str
) -> None:
    """Place a body in every system in which a council it covers is listed, and link it to them."""
    for body, covered in councils.items():
        england.links += [Link(source=body, target=council) for council in covered]
        spells = sorted({(part.system, part.period) for part in parts if part.council in covered})
        england.placements += [
            Placement(
                body=body,
                system=system,
                valid_from=PERIODS[period][0],
                valid_to=PERIODS[period][1],
                basis=basis,
                standing=standing,
            )
            for system, period in spells
        ]
