"""ICBs, their partnerships, and the bodies above every system."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import polars as pl

from england_model import England
from england_placing import PERIODS, Placement
from england_sources import Sources
from leaderful.england.days import BEGAN


def add_national(england: England) -> None:
    """Bodies above every system."""
    for row in england.sources.additions["national"]:
        placed = [
            Placement(
                body=row["id"],
                system=code,
                valid_from=first,
                valid_to=last,
                basis=row["basis"],
                standing=row["standing"],
                above=True,
            )
            for code, _, first, last in _spells(england.sources)
        ]
        england.add(row["id"], row["name"], row["kind"], placed=placed)


def add_regions(england: England) -> None:
    """Regions of NHS England, each above the systems in it."""
    tables = (england.sources.icbs_2022, england.sources.icbs_2026)
    both = pl.concat(table.select("ods_code", "region_ods_code", "region_name") for table in tables)
    names = both.select("region_ods_code", "region_name").unique().sort("region_ods_code")
    for code, name in names.iter_rows():
        england.add(code, f"NHS England {name}", "nhs-region")
    region_of = dict(both.select("ods_code", "region_ods_code").iter_rows())
    england.placements += [
        Placement(
            body=region_of[code],
            system=code,
            valid_from=first,
            valid_to=last,
            basis="region of the ICB in ODS; a part of NHS England without a law of its own",
            standing="published",
            above=True,
        )
        for code, _, first, last in _spells(england.sources)
    ]


def add_boards(england: England) -> None:
    """Each ICB and its integrated care partnership."""
    for code, name, first, last in _spells(england.sources):
        area = name.removeprefix("NHS ").removesuffix(" Integrated Care Board")
        laws = (
            (code, name, "integrated-care-board", "National Health Service Act 2006 s.14Z25"),
            (
                f"{code}-ICP",
                f"{area} Integrated Care Partnership",
                "integrated-care-partnership",
                "Local Government and Public Involvement in Health Act 2007 s.116ZA",
            ),
        )
        for body, title, kind, basis in laws:
            placed = Placement(body=body, system=code, valid_from=first, valid_to=last, basis=basis, standing="law")
            england.add(body, title, kind, valid_from=first, valid_to=last, placed=[placed])


def _spells(sources: Sources) -> Iterator[tuple[str, str, date, date | None]]:
    """Every ICB with its name and dates."""
    ended = set(sources.successions["predecessor_ods_code"])
    for code, name in sources.icbs_2022.select("ods_code", "name").iter_rows():
        yield code, name, BEGAN, PERIODS[0][1] if code in ended else None
    old = set(sources.icbs_2022["ods_code"])
    for code, name in sources.icbs_2026.select("ods_code", "name").iter_rows():
        if code not in old:
            yield code, name, PERIODS[1][0], None
