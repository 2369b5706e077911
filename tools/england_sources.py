"""Read everything that the structure tables of England are built from, with receipts."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from leaderful.england import networks, ods
from leaderful.errors import UnreadableFileError
from leaderful.receipts import LeftOut, Receipt

ADDITIONS = Path(__file__).with_name("england_additions.toml")


@dataclass(frozen=True, kw_only=True)
class Sources:
    """The published files as frames, and what is kept by hand."""

    icbs_2022: pl.DataFrame
    icbs_2026: pl.DataFrame
    successions: pl.DataFrame
    location_successors: pl.DataFrame
    council_shares: pl.DataFrame
    police: pl.DataFrame
    fire: pl.DataFrame
    combined: pl.DataFrame
    districts: pl.DataFrame
    survey_names: pl.DataFrame
    trusts: pl.DataFrame
    locations: pl.DataFrame
    practices: pl.DataFrame
    networks: pl.DataFrame
    partners: pl.DataFrame
    additions: dict[str, Any]
    receipts: tuple[Receipt, ...]


def read_sources(folder: Path) -> Sources:
    """Read the folder that holds england/ and staff_survey/."""
    england = folder / "england"
    plain = {
        "icbs_2022": "icb_2022.csv",
        "icbs_2026": "icb_2026.csv",
        "successions": "icb_succession_2026.csv",
        "location_successors": "sub_icb_successor_2026.csv",
        "council_shares": "utla_to_icb_2022.csv",
        "police": "ltla_to_police_force_2024.csv",
        "fire": "ltla_to_fire_authority_2024.csv",
        "combined": "ltla_to_combined_authority_2023.csv",
        "districts": "ltla_to_utla_2023.csv",
    }
    frames: dict[str, pl.DataFrame] = {}
    receipts: list[Receipt] = []
    for name, file in plain.items():
        frames[name], receipt = _without_wales(_read(england / file), file)
        receipts.append(receipt)
    frames["survey_names"] = _read(folder / "staff_survey" / "organisations.csv")
    icbs = {*frames["icbs_2022"]["ods_code"], *frames["icbs_2026"]["ods_code"]}
    trusts, receipt = ods.read_trusts(england / "ods" / "etr.csv", icbs=icbs)
    receipts.append(receipt)
    locations, receipt = ods.read_sub_icb_locations(england / "ods" / "eccg.csv", icbs=icbs)
    receipts.append(receipt)
    known = frozenset(locations["code"])
    practices, receipt = ods.read_practices(england / "ods" / "epraccur.csv", locations=known)
    receipts.append(receipt)
    pcns, receipt = networks.read_networks(england / "ods" / "ePCN.xlsx", locations=known)
    receipts.append(receipt)
    partners, receipt = networks.read_partners(england / "ods" / "ePCN.xlsx", networks=frozenset(pcns["code"]))
    receipts.append(receipt)
    return Sources(
        **frames,
        trusts=trusts,
        locations=locations,
        practices=practices,
        networks=pcns,
        partners=partners,
        additions=tomllib.loads(ADDITIONS.read_text(encoding="utf-8")),
        receipts=tuple(receipts),
    )


def _read(path: Path) -> pl.DataFrame:
    if not path.is_file():
        raise UnreadableFileError(f"{path.name} is not in {path.parent}; give the folder that holds england/")
    return pl.read_csv(path, try_parse_dates=True)


def _without_wales(frame: pl.DataFrame, file: str) -> tuple[pl.DataFrame, Receipt]:
    """Leave out the rows about Welsh areas, which some lookups hold."""
    numbered = frame.with_row_index("row", offset=2)
    codes = [name for name in frame.columns if name.startswith("ltla") and name.endswith("_code")]
    welsh = pl.any_horizontal(pl.lit(False), *(pl.col(name).str.starts_with("W") for name in codes))
    rows = tuple(numbered.filter(welsh)["row"])
    groups = (LeftOut(reason="a Welsh area", rows=rows),) if rows else ()
    kept = frame.filter(~welsh)
    return kept, Receipt(source=file, read=frame.height, kept=kept.height, left_out=groups)
