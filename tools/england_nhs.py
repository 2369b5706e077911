"""Trusts, social enterprises, sub-ICB locations, primary care networks and GP practices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from england_model import England, Link
from england_names import readable
from england_placing import Placement, place
from england_sources import Sources
from leaderful.england.days import BEGAN


def add_trusts(england: England) -> None:
    """NHS trusts of the trusts file, and those it leaves out."""
    sources, succession = england.sources, england.succession
    types, names = _survey(sources)
    basis = "ICB column of the ODS trusts file of late 2025"
    for row in sources.trusts.iter_rows(named=True):
        code, closed, placed = row["code"], row["closed"], list[Placement]()
        if closed is None or closed >= BEGAN:
            fate = succession.of_trust(row["icb"], row["postcode"])
            placed = place(code, row["icb"], fate, basis=basis, standing="published")
        england.add(
            code,
            readable(row["name"]),
            "nhs-trust",
            sort=types.get(code),
            valid_from=row["opened"],
            valid_to=closed,
            placed=placed,
        )
    for row in sources.additions["trust"]:
        placed = _place_assumed(england, row["code"], row["icb"], row["basis"])
        england.add(
            row["code"],
            names[row["code"]],
            "nhs-trust",
            sort=types.get(row["code"]),
            valid_to=row.get("closed"),
            placed=placed,
        )


def add_social_enterprises(england: England) -> None:
    """Social enterprises that answer the NHS Staff Survey."""
    types, names = _survey(england.sources)
    basis = "answers the NHS Staff Survey; its ICB is from the area it serves"
    for row in england.sources.additions["social_enterprise"]:
        code = row["code"]
        placed = _place_assumed(england, code, row["icb"], basis)
        england.add(code, names[code], "social-enterprise", sort=types.get(code), placed=placed)


def _survey(sources: Sources) -> tuple[dict[str, str], dict[str, str]]:
    """Kinds of trust and names by code, from the NHS Staff Survey."""
    groups = sources.additions["types"]
    rows = sources.survey_names.select("ods_code", "benchmarking_group").iter_rows()
    types = {code: groups[group] for code, group in rows if group in groups}
    names = dict(sources.survey_names.select("ods_code", "name").iter_rows())
    return types | sources.additions["types_by_code"], names


def _place_assumed(england: England, body: str, icb: str, basis: str) -> list[Placement]:
    """Place by hand: assumed, and still so after a merger that is published."""
    placed = place(body, icb, england.succession.of(icb), basis=basis, standing="assumed")
    return [one if one.system is None else replace(one, standing="assumed") for one in placed]


def add_locations(england: England) -> None:
    """Sub-ICB locations."""
    basis = "ICB column of the ODS file of sub-ICB locations, 2025"
    for row in england.sources.locations.iter_rows(named=True):
        fate = england.succession.of(row["icb"], location=row["code"])
        placed = place(row["code"], row["icb"], fate, basis=basis, standing="published")
        name = readable(row["name"])
        england.add(row["code"], name, "sub-icb-location", valid_from=row["opened"], placed=placed)


def add_networks(england: England) -> None:
    """Primary care networks that stood at some time since ICBs began."""
    icb_of = _icb_of(england.sources)
    since = england.sources.networks.filter(pl.col("closed").is_null() | (pl.col("closed") >= BEGAN))
    for row in since.iter_rows(named=True):
        basis = "ODS list of networks, October 2024"
        england.add(
            row["code"],
            readable(row["name"]),
            "primary-care-network",
            valid_from=row["opened"],
            valid_to=row["closed"],
            placed=_place_by_location(england, row["code"], row["sub_icb"], icb_of, basis),
        )
        england.links.append(Link(source=row["code"], target=row["sub_icb"]))


def add_practices(england: England) -> None:
    """GP practices: those of the practice file, and partners of networks that it lacks."""
    icb_of = _icb_of(england.sources)
    members = england.sources.partners.filter(pl.col("ended").is_null())
    later = {row["practice"]: row for row in members.iter_rows(named=True)}
    for row in england.sources.practices.iter_rows(named=True):
        member = later.pop(row["code"], None)
        location = member["sub_icb"] if member else row["sub_icb"]
        basis = "ODS practice file, December 2023" + ("" if member else "; in no network in October 2024")
        england.add(
            row["code"],
            readable(row["name"]),
            "gp-practice",
            valid_from=row["opened"],
            valid_to=row["closed"],
            placed=_place_by_location(england, row["code"], location, icb_of, basis),
        )
    for code, member in later.items():
        basis = "ODS list of networks, October 2024; not an active practice in the file of December 2023"
        placed = _place_by_location(england, code, member["sub_icb"], icb_of, basis)
        name = readable(member["name"])
        england.add(code, name, "gp-practice", valid_from=member["started"], placed=placed)
    _link_members(england)


def _link_members(england: England) -> None:
    """Practices and their networks, with dates, since ICBs began."""
    known = {body.id for body in england.bodies}
    for row in england.sources.partners.iter_rows(named=True):
        over = row["ended"] is not None and row["ended"] < BEGAN
        if not over and row["practice"] in known and row["pcn"] in known:
            dates = {"valid_from": row["started"], "valid_to": row["ended"]}
            england.links.append(Link(source=row["practice"], target=row["pcn"], **dates))


def _icb_of(sources: Sources) -> Mapping[str, str]:
    return dict(sources.locations.select("code", "icb").iter_rows())


def _place_by_location(
    england: England, body: str, location: str, icb_of: Mapping[str, str], basis: str
) -> list[Placement]:
    icb = icb_of[location]
    fate = england.succession.of(icb, location=location)
    return place(body, icb, fate, basis=f"{basis}: sub-ICB location {location}", standing="published")
