"""Build the packaged tables of England from a folder of published files.

    python tools/build_england.py FOLDER

FOLDER holds england/, staff_survey/ and outcomes/. The same files give the same bytes.
"""

from __future__ import annotations

import sys
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

import build_england_evidence
from england_bodies import england_bodies
from england_model import Body, Link
from england_placing import PERIODS, Part, Placement, Succession, council_parts
from england_sources import Sources, read_sources
from leaderful.england.days import REDRAWN
from leaderful.errors import LeaderfulError
from leaderful.receipts import Receipt

TABLES = Path(__file__).parents[1] / "src" / "leaderful" / "england" / "tables"


def build(folder: Path, tables: Path) -> list[Receipt]:
    """Read the folder, write the structure tables, return the receipts."""
    sources = read_sources(folder)
    succession = Succession(sources)
    parts = council_parts(succession)
    bodies, placements, links = england_bodies(succession, parts)
    _write(systems_table(sources, parts), tables / "systems.parquet")
    _write(successions_table(sources), tables / "successions.parquet")
    _write(_frame(bodies, Body), tables / "bodies.parquet")
    _write(_frame(placements, Placement), tables / "placements.parquet")
    _write(_frame(links, Link), tables / "links.parquet")
    return [*sources.receipts, _differences(sources, bodies, placements)]


def systems_table(sources: Sources, parts: list[Part]) -> pl.DataFrame:
    """ICBs of both dates, one row for each spell with the same codes and area."""
    before = sources.icbs_2022.rename({"region_ods_code": "region", "population_mid2020": "population"})
    successors = set(sources.successions["successor_ods_code"])
    ended = set(sources.successions["predecessor_ods_code"]) | successors
    rows: list[dict[str, Any]] = []
    for row in before.iter_rows(named=True):
        last = PERIODS[0][1] if row["ods_code"] in ended else None
        basis = "population of mid-2020 by ONS"
        rows.append(
            {
                **row,
                "established": PERIODS[0][0],
                "valid_from": PERIODS[0][0],
                "valid_to": last,
                "basis": basis,
            }
        )
    for row in sources.icbs_2026.rename({"region_ods_code": "region"}).iter_rows(named=True):
        if row["ods_code"] in successors:
            people = sum(p.population for p in parts if p.system == row["ods_code"] and p.period == 1)
            basis = "population of mid-2020, summed over the parts of councils that make its area"
            rows.append({**row, "population": people, "valid_from": REDRAWN, "valid_to": None, "basis": basis})
    schema = {
        "ods_code": pl.String(),
        "ons_code": pl.String(),
        "name": pl.String(),
        "region": pl.String(),
        "region_name": pl.String(),
        "population": pl.Int64(),
        "established": pl.Date(),
        "valid_from": pl.Date(),
        "valid_to": pl.Date(),
        "basis": pl.String(),
    }
    notes = pl.DataFrame(
        [
            {"code": code, "valid_from": first, "small_parts": text}
            for (code, first), text in _small(sources, parts).items()
        ],
        schema={"code": pl.String(), "valid_from": pl.Date(), "small_parts": pl.String()},
    )
    frame = pl.DataFrame(rows, schema=schema).rename({"ods_code": "code"})
    frame = frame.join(notes, on=["code", "valid_from"], how="left")
    return frame.sort("code", "valid_from")


def _small(sources: Sources, parts: list[Part]) -> dict[tuple[str, date], str]:
    """Councils too small in a system to be listed there, as text by system and first day."""
    found: dict[tuple[str, date], list[str]] = {}
    names = dict(sources.council_shares.select("utla_ons_code", "utla_name").iter_rows())
    for part in parts:
        if not part.listed:
            shares = f"{part.of_council:.1%} of its people, {part.of_system:.1%} of the system's"
            text = f"{names[part.council]} ({shares})"
            found.setdefault((part.system, PERIODS[part.period][0]), []).append(text)
    return {key: "; ".join(texts) for key, texts in found.items()}


def successions_table(sources: Sources) -> pl.DataFrame:
    """Successions of ICBs as published, and of trusts as kept by hand."""
    icbs = sources.successions.select(
        predecessor="predecessor_ods_code",
        successor="successor_ods_code",
        kind="kind",
        effective="effective",
        share=pl.col("population_share").cast(pl.Float64),
        basis=pl.lit("ODS succession of integrated care boards; shares by NHS England where given"),
        standing=pl.lit("published"),
    )
    closed = "closing date from the ODS trusts file; the successor is not in it and is ours to vouch for"
    trusts = pl.DataFrame(sources.additions["trust_succession"]).with_columns(
        share=pl.lit(1.0), basis=pl.lit(closed), standing=pl.lit("assumed")
    )
    return pl.concat([icbs, trusts.select(icbs.columns)]).sort("predecessor", "successor")


def _frame(rows: list[Any], of: type) -> pl.DataFrame:
    schema = {field.name: _POLARS[str(field.type)] for field in fields(of)}
    return pl.DataFrame([asdict(row) for row in rows], schema=schema)


_POLARS: dict[str, pl.DataType] = {
    "str": pl.String(),
    "str | None": pl.String(),
    "date": pl.Date(),
    "date | None": pl.Date(),
    "bool": pl.Boolean(),
    "float | None": pl.Float64(),
    "tuple[str, ...]": pl.List(pl.String()),
}


def _write(frame: pl.DataFrame, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(path, compression="zstd", compression_level=19, statistics=False)


def _differences(sources: Sources, bodies: list[Body], placements: list[Placement]) -> Receipt:
    """What the two publications of practices say differently, and what could not be placed."""
    active = sources.practices.filter(pl.col("closed").is_null())
    members = sources.partners.filter(pl.col("ended").is_null())
    only_members = members.join(sources.practices, left_on="practice", right_on="code", how="anti")
    only_active = active.join(members, left_on="code", right_on="practice", how="anti")
    both = members.join(active.select("code", location="sub_icb"), left_on="practice", right_on="code")
    moved = both.filter(pl.col("sub_icb") != pl.col("location"))
    lost = [p.body for p in placements if p.standing == "undetermined"]
    notes = (
        f"{only_members.height} practices are in a network in October 2024 but not active practices of "
        f"December 2023: {', '.join(only_members['practice'])}",
        f"{only_active.height} active practices of December 2023 are in no network in October 2024",
        f"{moved.height} practices are under another sub-ICB location in October 2024; the later one is used",
        f"{len(lost)} bodies cannot be placed since {REDRAWN:%-d %B %Y}",
    )
    return Receipt(source="all together", read=len(bodies), kept=len(bodies), notes=notes)


def main() -> int:
    """Build from the folder named on the command line and print the receipts."""
    if len(sys.argv) != 2:
        print("usage: python tools/build_england.py FOLDER, which holds england/ and staff_survey/")
        return 2
    try:
        folder = Path(sys.argv[1])
        receipts = [*build(folder, TABLES), *build_england_evidence.build(folder, TABLES)]
    except LeaderfulError as error:
        print(error)
        return error.exit_code
    for receipt in receipts:
        print(receipt.text(limit=20))
    return 0


if __name__ == "__main__":
    sys.exit(main())
