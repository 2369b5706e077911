"""Outcomes beside: months of A&E, years of the Health Index and of adult social care, and their sum."""

from __future__ import annotations

import hashlib
from pathlib import Path

import polars as pl

import evidence_daily as daily
from leaderful.errors import BadValuesError
from leaderful.receipts import Problem, Receipt

OUTCOMES = pl.Schema(
    {
        "body": pl.String(),
        "measure": pl.String(),
        "period": pl.Date(),
        "period_end": pl.Date(),
        "value": pl.Float64(),
        "base": pl.Float64(),
        "source": pl.String(),
    }
)
OLDER_CODES = {"E54000052": "QXU", "E54000053": "QNX"}
"""Surrey Heartlands and Sussex, in tables made before their boundary moved in 2023."""
SAME_AREA = {"E10000002": "E06000060", "E10000023": "E06000065", "E10000027": "E06000066"}
"""Counties that became unitary authorities of the same area: Buckinghamshire, North Yorkshire, Somerset."""
INDEX = {
    "overall_score": "health_index",
    "healthy_people_domain": "health_index_people",
    "healthy_lives_domain": "health_index_lives",
    "healthy_places_domain": "health_index_places",
}
SOCIAL_CARE = {
    "ASC1": "asc_carer_quality_of_life",
    "ASC2": "asc_quality_of_life",
    "ASC3": "asc_information_users",
    "ASC4": "asc_information_carers",
    "ASC5": "asc_short_term_support",
    "ASC6": "asc_requests_served",
    "ASC7": "asc_workforce_turnover",
}
SOURCES = {
    "daily": "NHS England, Discharge delays (Acute)",
    "ae": "NHS England, A&E attendances and emergency admissions",
    "index": "ONS, Health Index",
    "care": "MHCLG, Office for Local Government",
}
SUMMED = ("ready_to_leave", "discharges")
"""Counts that add up over areas; every other figure is a mean, weighted by its base or by population."""


def outcomes(folder: Path) -> tuple[pl.DataFrame, list[Receipt]]:
    """Return all outcomes of ICBs, trusts and councils in one table, and what was left out."""
    icbs = pl.read_csv(folder / "england" / "icb_2022.csv")
    codes = dict(zip(icbs["ons_code"], icbs["ods_code"], strict=True)) | OLDER_CODES
    people = icbs.select(body="ods_code", people=pl.col("population_mid2020").cast(pl.Float64))
    hospital, hospital_receipts = _hospital(folder, codes, people)
    parts = [
        _emergency_of_icbs(folder, codes),
        _emergency_of_trusts(folder),
        _index(folder, codes),
        _social_care(folder),
    ]
    table = pl.concat([hospital, *(part for part, _ in parts)])
    unions, union_receipt = _unite(table, folder, people)
    whole = pl.concat([table, unions]).sort("body", "measure", "period")
    return whole, [*hospital_receipts, *(receipt for _, receipt in parts), union_receipt]


def _hospital(folder: Path, codes: dict[str, str], people: pl.DataFrame) -> tuple[pl.DataFrame, list[Receipt]]:
    months, receipts = daily.months(folder, codes)
    ready, left, days = pl.col(daily.READY), pl.col(daily.LEFT), pl.col("days")
    figures = {
        "ready_to_leave": (ready / days, days),
        "ready_to_leave_rate": (1e5 * ready / days / pl.col("people"), pl.col("people")),
        "discharges": (left / days, days),
        "still_in_hospital": (100 * (1 - left / ready), ready),
    }
    monthly = months.join(people, on="body").with_columns(period_end=pl.col("period").dt.month_end())
    return pl.concat(_tidy(monthly, name, *pair, "daily") for name, pair in figures.items()), receipts


def _emergency_of_icbs(folder: Path, codes: dict[str, str]) -> tuple[pl.DataFrame, Receipt]:
    """Return the share seen within four hours, without months in which trusts of the ICB sent no waits."""
    rows, copied = _emergency(folder / "outcomes" / "ae_monthly_by_icb.csv")
    rows = rows.with_columns(body=pl.col("body").replace_strict(codes))
    silent = _silent_trusts(folder)
    kept = rows.join(copied, on="period", how="anti").join(silent, on=["body", "period"], how="anti")
    unknown = rows.join(silent, on=["body", "period"], how="semi").height
    notes = (
        *_copies(copied),
        f"{unknown} months of ICBs with a trust that tried other standards and sent no four-hour waits, up to"
        " May 2023: the publication counts its patients as seen in time",
    )
    receipt = Receipt(source="ae_monthly_by_icb.csv", read=rows.height, kept=kept.height, notes=notes)
    return _within_four_hours(kept), receipt


def _emergency_of_trusts(folder: Path) -> tuple[pl.DataFrame, Receipt]:
    rows, copied = _emergency(folder / "outcomes" / "ae_monthly_by_trust.csv")
    present = rows.join(copied, on="period", how="anti")
    waits = present.filter(pl.col("over").is_not_null())
    kept = waits.filter(pl.col("seen") > 0)
    notes = (
        *_copies(copied),
        f"{present.height - waits.height} months of trusts that sent no four-hour waits",
        f"{waits.height - kept.height} months of trusts without a patient",
    )
    return _within_four_hours(kept), Receipt(
        source="ae_monthly_by_trust.csv", read=rows.height, kept=kept.height, notes=notes
    )


def _emergency(file: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return attendances and long waits by body and month, and the months that copy an earlier one."""
    raw = pl.read_csv(file, null_values=["NA"], infer_schema_length=None)
    rows = raw.select(
        body=pl.col(raw.columns[0]),
        period=pl.col("date").str.to_date("%B %Y"),
        seen=pl.col("total_attendances"),
        over=pl.col("attendances_over_4hours"),
        admitted=pl.col("total_emergency_admissions"),
    ).with_columns(period_end=pl.col("period").dt.month_end())
    prints = {
        month: hashlib.sha256(part.drop("period", "period_end").sort("body").write_csv().encode()).digest()
        for (month,), part in rows.sort("period").partition_by("period", as_dict=True).items()
    }
    first = {print_: month for month, print_ in reversed(prints.items())}
    copied = {month: first[print_] for month, print_ in prints.items() if first[print_] != month}
    return rows, pl.DataFrame(
        {"period": list(copied), "of": list(copied.values())},
        schema_overrides={"period": pl.Date, "of": pl.Date},
    )


def _copies(copied: pl.DataFrame) -> list[str]:
    return [
        f"{month:%B %Y} left out: every figure in it repeats {original:%B %Y}"
        for month, original in copied.sort("period").iter_rows()
    ]


def _silent_trusts(folder: Path) -> pl.DataFrame:
    """Return the ICBs and months with a trust that saw patients and sent no four-hour waits."""
    trusts, _ = _emergency(folder / "outcomes" / "ae_monthly_by_trust.csv")
    homes = pl.read_csv(folder / "england" / "ods" / "etr.csv", has_header=False, infer_schema_length=0)
    homes = homes.select(body=homes.columns[0], icb=homes.columns[3])
    silent = trusts.filter(pl.col("over").is_null() & (pl.col("seen") > 0)).join(homes, on="body")
    return silent.select(body="icb", period="period").unique()


def _within_four_hours(rows: pl.DataFrame) -> pl.DataFrame:
    return _tidy(rows, "ae_within_four_hours", 100 * (1 - pl.col("over") / pl.col("seen")), pl.col("seen"), "ae")


def _index(folder: Path, codes: dict[str, str]) -> tuple[pl.DataFrame, Receipt]:
    file = folder / "outcomes" / "health_index_by_icb.csv"
    rows = pl.read_csv(file, null_values=["NA"], infer_schema_length=None).with_columns(
        body=pl.col("icb22_code").replace_strict(codes),
        period=pl.date(pl.col("year"), 1, 1),
        period_end=pl.date(pl.col("year"), 12, 31),
    )
    kept = rows.drop_nulls(list(INDEX))
    table = pl.concat(_tidy(kept, name, pl.col(column), pl.lit(None), "index") for column, name in INDEX.items())
    return table, Receipt(source=file.name, read=rows.height, kept=kept.height)


def _social_care(folder: Path) -> tuple[pl.DataFrame, Receipt]:
    file = folder / "outcomes" / "adult_social_care_by_utla.csv"
    starts = pl.date(pl.col("Financial year").str.slice(0, 4).cast(pl.Int32), 4, 1)
    rows = (
        pl.read_csv(file, infer_schema_length=0)
        .with_row_index("row", offset=2)
        .with_columns(
            body=pl.col("Local authority code").replace(SAME_AREA),
            period=starts,
            period_end=starts.dt.offset_by("1y").dt.offset_by("-1d"),
            value=pl.col("Value").cast(pl.Float64, strict=False),
        )
    )
    councils = pl.read_csv(folder / "england" / "utla_to_icb_2022.csv", infer_schema_length=0)["utla_ons_code"]
    today, first = pl.col("body").is_in(councils.unique().to_list()), pl.col("period").dt.year() == 2015
    present, other_count = pl.col("value").is_not_null(), (pl.col("Code") == "ASC6") & first
    kept = rows.filter(present & today & ~other_count)
    gone = rows.filter(~today)
    moved = rows.filter(pl.col("Local authority code").is_in(list(SAME_AREA))).height
    names = ", ".join(
        f"{name} ({code})" for code, name in gone.select("body", "Local authority name").unique().sort("body").rows()
    )
    bad = rows.filter(~present & ~pl.col("Value").is_in(["", "NA"]).fill_null(True))
    notes = (
        f"{rows.filter(~present).height} rows without a figure",
        f"{gone.height} rows of councils that no longer exist and whose area was divided or joined: {names}",
        f"{moved} rows moved to the code of the council that has the same area today",
        f"{rows.filter(other_count).height} rows of requests served in 2015-16: half the level of every later"
        " year, so counted in another way",
    )
    problems = tuple(_no_number(file.name, row) for row in bad["row"])
    table = pl.concat(
        _tidy(kept.filter(pl.col("Code") == code), name, pl.col("value"), pl.lit(None), "care")
        for code, name in SOCIAL_CARE.items()
    )
    return table, Receipt(source=file.name, read=rows.height, kept=kept.height, problems=problems, notes=notes)


def _no_number(file: str, row: int) -> Problem:
    message = "the value is not a number; a number, NA or nothing is wanted"
    return Problem(file=file, row=row, column="Value", kind=BadValuesError, message=message)


def _unite(table: pl.DataFrame, folder: Path, people: pl.DataFrame) -> tuple[pl.DataFrame, Receipt]:
    """Return the series of ICBs that are unions of whole predecessors, in periods that all of them have."""
    pairs = pl.read_csv(folder / "england" / "icb_succession_2026.csv", infer_schema_length=0).select(
        body="predecessor_ods_code", new="successor_ods_code", kind="kind"
    )
    split = pairs.filter(pl.col("kind") == "split")["new"].unique().sort()
    whole = pairs.filter(~pl.col("new").is_in(split.to_list())).with_columns(parts=pl.len().over("new"))
    weight = pl.coalesce("base", "people")
    mean = (pl.col("value") * weight).sum() / weight.sum()
    rows = table.join(whole, on="body").join(people, on="body")
    joined = (
        rows.group_by("new", "measure", "period", "period_end", "source", "parts")
        .agg(
            pl.when(pl.col("measure").first().is_in(SUMMED)).then(pl.col("value").sum()).otherwise(mean).alias("value"),
            pl.when(pl.col("measure").first().is_in(SUMMED))
            .then(pl.col("base").min())
            .otherwise(pl.col("base").sum())
            .alias("base"),
            pl.col("base").null_count().alias("baseless"),
            pl.col("body").sort().str.join(" and ").alias("of"),
            pl.len().alias("present"),
        )
        .filter(pl.col("present") == pl.col("parts"))
    )
    united = joined.select(
        body="new",
        measure="measure",
        period="period",
        period_end="period_end",
        value="value",
        base=pl.when(pl.col("baseless") == 0).then(pl.col("base")),
        source=pl.format("{}; rebuilt from its predecessors {}", "source", "of"),
    )
    notes = (f"no series for {', '.join(split)} as they are since 2026: figures of areas cannot be divided",)
    return united, Receipt(source="icb_succession_2026.csv", read=pairs.height, kept=whole.height, notes=notes)


def _tidy(rows: pl.DataFrame, measure: str, value: pl.Expr, base: pl.Expr, source: str) -> pl.DataFrame:
    columns = {
        "body": pl.col("body"),
        "measure": pl.lit(measure),
        "period": pl.col("period"),
        "period_end": pl.col("period_end"),
        "value": value,
        "base": base,
        "source": pl.lit(SOURCES[source]),
    }
    return rows.select(columns[name].cast(dtype).alias(name) for name, dtype in OUTCOMES.items())
