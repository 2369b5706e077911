"""Patients ready to leave hospital and discharges: daily counts to months that can be compared.

The publication writes 0 where a hospital sent nothing, and leaves whole hospitals out of some
months, so a month is kept only when its days look reported. The rules are ours; every month that
they leave out is counted in the receipt.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from leaderful.receipts import Receipt

READY, LEFT = "do_not_meet_criteria_to_reside", "discharged_total"
FILES = {
    "not_meeting_criteria_to_reside_daily_by_icb.csv": READY,
    "discharges_daily_by_icb.csv": LEFT,
}
DAY_RANGE = (0.2, 2.5)
"""A day counts as reported when it lies between these multiples of its month's median."""
ENOUGH_DAYS = 0.8
"""Share of a month's days that must be reported."""
LOW_MONTH = 0.5
"""A month under this share of the ICB's middle month lacks a hospital."""

DAY = ("body", "date")
MONTH = ("body", "period")


def months(folder: Path, codes: dict[str, str]) -> tuple[pl.DataFrame, list[Receipt]]:
    """Return body, period, days and the sums of `READY` and `LEFT` for each month that can be used."""
    days, read = _read(folder, codes)
    counted = days.filter(pl.col("reported"))
    sums = counted.group_by(MONTH).agg(pl.len().alias("days"), pl.col(READY, LEFT).sum()).sort(MONTH)
    whole = sums.filter(pl.col("days") >= ENOUGH_DAYS * pl.col("period").dt.month_end().dt.day())
    middle = [_daily(column) >= LOW_MONTH * _daily(column).median().over("body") for column in (READY, LEFT)]
    kept = whole.filter(pl.all_horizontal(middle))
    used = counted.join(kept, on=MONTH, how="semi").height
    last = days.group_by("body").agg(pl.col("period").max()).sort("body")
    notes = (
        f"{len(days) - len(counted):,} days look unreported: nothing sent, or far from the month's usual",
        f"{sums.height - whole.height} months with under {ENOUGH_DAYS:.0%} of their days reported",
        f"{whole.height - kept.height} months under half of the ICB's middle month, as when a hospital is not"
        " in the count",
        *(
            f"{body}: the publication stops at {end:%B %Y}"
            for body, end in last.iter_rows()
            if end < days["period"].max()
        ),
    )
    return kept, [Receipt(source=name, read=count, kept=used, notes=notes) for name, count in read.items()]


def _read(folder: Path, codes: dict[str, str]) -> tuple[pl.DataFrame, dict[str, int]]:
    """Return both counts by body and day, with whether the day looks reported."""
    tables = [
        pl.read_csv(folder / "outcomes" / name, null_values=["NA"], try_parse_dates=True).select(
            pl.col("icb22_code").replace_strict(codes).alias("body"), "date", pl.col(column)
        )
        for name, column in FILES.items()
    ]
    days = tables[0].join(tables[1], on=DAY, how="inner").with_columns(period=pl.col("date").dt.month_start())
    reported = pl.all_horizontal(_looks_reported(column) for column in FILES.values()) & (pl.col(LEFT) <= pl.col(READY))
    read = dict(zip(FILES, (table.height for table in tables), strict=True))
    return days.with_columns(reported=reported).sort(DAY), read


def _looks_reported(column: str) -> pl.Expr:
    sent = pl.when(pl.col(column) > 0).then(pl.col(column))
    usual = sent.median().over(MONTH)
    return sent.is_between(DAY_RANGE[0] * usual, DAY_RANGE[1] * usual).fill_null(False)


def _daily(column: str) -> pl.Expr:
    return pl.col(column) / pl.col("days")
