"""Councils and their boards, police forces, fire authorities and combined authorities."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import polars as pl

from england_model import England, Link
from england_names import area_name, council_name, fire_name, police_name, policing_name
from england_placing import PERIODS, Part, Placement

COVERS = "covers a district of a listed council in the ONS lookup of 2024"
COUNCIL_TYPES = {"E06": "unitary", "E08": "metropolitan", "E09": "london-borough", "E10": "county"}


def add_councils(england: England, parts: Iterable[Part]) -> None:
    """Upper-tier councils, their health and wellbeing boards, and a place partnership for each."""
    names = england.sources.council_shares.select("utla_ons_code", "utla_name").unique().sort("utla_ons_code")
    for code, name in names.iter_rows():
        area = area_name(name)
        england.add(code, council_name(code, name), "council", sort=COUNCIL_TYPES[code[:3]])
        england.add(f"{code}-HWB", f"{area} Health and Wellbeing Board", "health-and-wellbeing-board")
        england.add(f"{code}-PLACE", f"{area} place partnership", "place-partnership")
    fire = england.sources.additions["council_fire_authorities"]
    for part in parts:
        also = fire["reason"] if part.council in fire["council_of"].values() else ""
        england.placements += _of_part(part, also)


def _of_part(part: Part, also: str) -> list[Placement]:
    """Place a council, its board and its partnership in one system in one period."""
    source = "ONS lookup of neighbourhoods to councils and ICBs, share by population of mid-2020"
    first, last = PERIODS[part.period]
    council = Placement(
        body=part.council,
        system=part.system,
        valid_from=first,
        valid_to=last,
        share=part.of_council,
        basis="; ".join(filter(None, (source, part.reason, also))),
        standing="assumed" if part.reason else "published",
    )
    law = "Health and Social Care Act 2012 s.194: one for each upper-tier council"
    ours = "one for each upper-tier council is our assumption; systems form their own"
    board = replace(council, body=f"{part.council}-HWB", basis=law, standing="assumed" if part.reason else "law")
    return [council, board, replace(council, body=f"{part.council}-PLACE", basis=ours, standing="assumed")]


def add_police(england: England, parts: list[Part]) -> None:
    """Police forces of England, each with the local policing body that it answers to first."""
    by_hand = {row["force"]: row for row in england.sources.additions["policing_body"]}
    law = (
        "one for each police area: a police and crime commissioner (Police Reform and Social Responsibility Act "
        "2011 s.1) or a mayor who holds those functions by a combined-authority order; which of the two is not in "
        "the data"
    )
    for force, name, councils in _areas(england, england.sources.police, "pfa24"):
        england.add(force, police_name(name), "police-force")
        _place_by_councils(england, parts, {force: councils}, basis=COVERS, standing="published")
        row = by_hand.get(force, {"name": policing_name(name), "basis": law})
        body = f"{force}-LPB"
        placed = _in_systems(body, councils, parts, basis=row["basis"], standing="law")
        england.add(body, row["name"], "local-policing-body", placed=placed)
        england.links.append(Link(source=body, target=force))


def add_fire(england: England, parts: list[Part]) -> None:
    """Fire authorities of England; where one is a council, the council is tied to those above it."""
    renamed = {row["code"]: row for row in england.sources.additions["renamed"]}
    council_of = england.sources.additions["council_fire_authorities"]["council_of"]
    for code, name, councils in _areas(england, england.sources.fire, "fra24"):
        if code in council_of:
            _check_alone(code, councils, council_of[code])
            england.links += [Link(source=above, target=council_of[code]) for above in ("HMICFRS", "HO")]
            continue
        row = renamed.get(code)
        england.add(code, row["name"] if row else fire_name(name), "fire-authority")
        basis = f"{COVERS}; {row['reason']}" if row else COVERS
        _place_by_councils(england, parts, {code: councils}, basis=basis, standing="published")


def _areas(england: England, districts: pl.DataFrame, prefix: str) -> Iterator[tuple[str, str, list[str]]]:
    """Code and name of each area of a lookup, and the upper-tier councils in it."""
    upper = england.sources.districts.select("ltla23_code", "utla23_code")
    cover = districts.join(upper, left_on="ltla24_code", right_on="ltla23_code")
    areas = cover.group_by(f"{prefix}_code", f"{prefix}_name").agg(pl.col("utla23_code").unique().sort())
    yield from areas.sort(f"{prefix}_code").iter_rows()


def _check_alone(fire: str, councils: list[str], council: str) -> None:
    if councils != [council]:
        raise SystemExit(f"{fire} covers {', '.join(councils)} in the lookup; england_additions.toml has {council}")


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
        england.placements += _in_systems(body, covered, parts, basis=basis, standing=standing)


def _in_systems(body: str, covered: list[str], parts: list[Part], *, basis: str, standing: str) -> list[Placement]:
    spells = sorted({(part.system, part.period) for part in parts if part.council in covered})
    return [
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
