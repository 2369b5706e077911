"""Placing bodies in systems before and since a merger or a split, on systems made up for it."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

from england_local import add_fire
from england_model import England
from england_names import council_name, fire_name, police_name, policing_name, readable
from england_placing import BEGAN, REDRAWN, Fate, Placement, Succession, council_parts, merged, place

EVE = date(2026, 3, 31)


@pytest.fixture
def succession() -> Succession:
    """AAA merged into NEW; BBB was divided between NEW and OLD; OLD and CCC go on."""
    practices = [
        ("P1", "NE1 1AA", "L1", None),
        ("P2", "NE1 2AA", "L1", None),
        ("P3", "OL1 1AA", "L2", None),
        ("P4", "MX1 1AA", "L1", None),
        ("P5", "MX1 1AA", "L2", None),
        ("P6", "NE1 3AA", "L2", date(2023, 1, 1)),
    ]
    shares = [("X", "AAA", 900), ("X", "BBB", 100), ("Y", "BBB", 300), ("Y", "CCC", 9_700), ("Z", "OLD", 2_000)]
    sources = SimpleNamespace(
        successions=pl.DataFrame(
            {"predecessor_ods_code": ["AAA", "BBB", "BBB"], "successor_ods_code": ["NEW", "NEW", "OLD"]}
        ),
        location_successors=pl.DataFrame({"sub_icb_ods_code": ["L1", "L2"], "successor_icb": ["NEW", "OLD"]}),
        practices=pl.DataFrame(
            practices,
            schema={"code": pl.String, "postcode": pl.String, "sub_icb": pl.String, "closed": pl.Date},
            orient="row",
        ),
        council_shares=pl.DataFrame(
            shares, schema=["utla_ons_code", "icb_ods_code", "population_mid2020"], orient="row"
        ),
        additions={
            "council_part": [
                {"icb": "BBB", "council": "X", "successor": "NEW", "reason": "X is the new county"},
                {"icb": "BBB", "council": "Y", "successor": "OLD", "reason": "Y is the old county"},
            ]
        },
    )
    return Succession(sources)


def test_fates(succession: Succession) -> None:
    assert succession.of("CCC") is None
    assert succession.of("AAA") == Fate(
        system="NEW", basis="its system AAA became part of NEW on 1 April 2026", standing="published"
    )
    divided = succession.of("BBB", location="L2")
    assert divided is not None and (divided.system, divided.standing) == ("OLD", "assumed")
    lost = succession.of("BBB", location="L3")
    assert lost is not None and (lost.system, lost.standing) == (None, "undetermined")
    assert lost.candidates == ("NEW", "OLD")


@pytest.mark.parametrize(
    ("postcode", "system"), [("NE1 9ZZ", "NEW"), ("OL1 9ZZ", "OLD"), ("MX1 9ZZ", None), ("QQ1 1QQ", None)]
)
def test_a_trust_follows_the_open_practices_of_its_district_when_they_agree(
    succession: Succession, postcode: str, system: str | None
) -> None:
    fate = succession.of_trust("BBB", postcode)
    assert fate is not None and fate.system == system


def test_a_trust_of_a_system_that_merged_whole_needs_no_postcode(succession: Succession) -> None:
    assert succession.of_trust("AAA", "MX1 9ZZ") == succession.of("AAA")
    assert succession.of_trust("CCC", "MX1 9ZZ") is None


def test_places_before_and_since(succession: Succession) -> None:
    stays = place("B", "CCC", succession.of("CCC"), basis="file", standing="published")
    assert [(p.system, p.valid_from, p.valid_to) for p in stays] == [("CCC", BEGAN, None)]
    moves = place("B", "AAA", succession.of("AAA"), basis="file", standing="published")
    assert [(p.system, p.valid_from, p.valid_to) for p in moves] == [("AAA", BEGAN, EVE), ("NEW", REDRAWN, None)]


def test_parts_of_councils(succession: Succession) -> None:
    parts = {(p.council, p.system, p.period): p for p in council_parts(succession)}
    assert parts["X", "AAA", 0].of_council == pytest.approx(0.9)
    assert parts["X", "NEW", 1].of_council == 1 and parts["X", "NEW", 1].reason == "X is the new county"
    assert parts["Y", "OLD", 1].of_council == pytest.approx(0.03)
    assert parts["Y", "OLD", 1].of_system == pytest.approx(300 / 2_300)
    assert parts["Y", "OLD", 1].listed
    assert parts["Y", "CCC", 0].listed
    assert not replace(parts["Y", "OLD", 1], of_council=0.049, of_system=0.009).listed
    people = [sum(p.population for p in parts.values() if p.period == period) for period in (0, 1)]
    assert people == [13_000, 13_000]


def test_placements_that_go_on_are_joined() -> None:
    one = Placement(body="B", system="S", valid_from=BEGAN, valid_to=EVE, basis="file", standing="published")
    two = replace(one, valid_from=REDRAWN, valid_to=None)
    assert merged([two, one]) == [replace(one, valid_to=None)]
    assert merged([replace(two, share=0.5), one]) == [one, replace(two, share=0.5)]


@pytest.mark.parametrize(
    ("official", "written"),
    [
        ("NHS STOKE-ON-TRENT ICB - 05W", "NHS Stoke-on-Trent ICB - 05W"),
        (
            "HOSPITALS OF DERBY AND BURTON NHS FOUNDATION TRUST",
            "Hospitals of Derby and Burton NHS Foundation Trust",
        ),
        ("ST JAMES'S AND O'NEILL SURGERY (THE)", "St James's and O'Neill Surgery (The)"),
        ("DR A.K. SMITH & PARTNERS", "Dr A.K. Smith & Partners"),
        ("THE DENSHAM SURGERY", "The Densham Surgery"),
    ],
)
def test_names_as_people_write_them(official: str, written: str) -> None:
    assert readable(official) == written


def test_names_of_local_bodies() -> None:
    assert council_name("E10000012", "Essex") == "Essex County Council"
    assert council_name("E06000023", "Bristol, City of") == "Bristol Council"
    assert council_name("E09000001", "City of London") == "City of London Corporation"
    assert police_name("London, City of") == "City of London Police"
    assert police_name("Metropolitan Police") == "Metropolitan Police"
    assert fire_name("Avon") == "Avon Fire and Rescue Authority"
    assert policing_name("Devon & Cornwall") == "Devon & Cornwall local policing body (commissioner or mayor)"


def test_a_council_is_a_fire_authority_only_where_it_is_alone_in_the_lookup(succession: Succession) -> None:
    rows = [("D1", "F1", "First", "X"), ("D2", "F2", "Second", "Y"), ("D3", "F2", "Second", "Z")]
    sources = succession.sources
    sources.fire = pl.DataFrame(
        [row[:3] for row in rows], schema=["ltla24_code", "fra24_code", "fra24_name"], orient="row"
    )
    sources.districts = pl.DataFrame(
        [(row[0], row[3]) for row in rows], schema=["ltla23_code", "utla23_code"], orient="row"
    )
    renamed = [{"code": "F2", "name": "Second Commissioner", "reason": "it was replaced"}]
    sources.additions |= {"renamed": renamed, "council_fire_authorities": {"council_of": {"F1": "X"}}}
    england = England(succession)
    add_fire(england, [part for part in council_parts(succession) if part.listed])
    assert [(body.id, body.name) for body in england.bodies] == [("F2", "Second Commissioner")]
    assert {placed.basis.split("; ")[1] for placed in england.placements} == {"it was replaced"}
    pairs = {(link.source, link.target) for link in england.links}
    assert pairs == {("HMICFRS", "X"), ("HO", "X"), ("F2", "Y"), ("F2", "Z")}
    sources.additions["council_fire_authorities"]["council_of"] = {"F2": "Y"}
    with pytest.raises(SystemExit, match=r"F2 covers Y, Z in the lookup; england_additions\.toml has Y"):
        add_fire(England(succession), [])
