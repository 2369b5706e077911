"""The NHS Staff Survey: percentages of organisations, as a study keeps published percentages."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from leaderful.receipts import Receipt

PUBLISHED = pl.Schema(
    {
        "body": pl.String(),
        "source": pl.String(),
        "question": pl.String(),
        "year": pl.Int64(),
        "percent": pl.Float64(),
        "base": pl.Int64(),
    }
)
OUTSIDE = {
    "CCGs": "clinical commissioning groups, abolished on 1 July 2022",
    "CSUs": "commissioning support units, which serve many systems",
    "Community Surgical Services": "an independent provider whose system is not published",
}
PARTS_OF = dict.fromkeys(("R1F1", "R1F2", "R1F3", "R1F4"), "R1F")
"""Isle of Wight NHS Trust is published as its acute, ambulance, mental health and community parts."""


def survey(folder: Path) -> tuple[pl.DataFrame, Receipt]:
    """Return the survey's percentages of today's sorts of body, and what was left out."""
    source = folder / "staff_survey" / "staff_survey_2021_2024.csv"
    text = {"ods_code": pl.String, "question": pl.String}
    rows = pl.read_csv(source, schema_overrides={**text, "year": pl.Int64, "percent": pl.Float64, "base": pl.Int64})
    groups = pl.read_csv(folder / "staff_survey" / "organisations.csv", infer_schema_length=0)
    rows = rows.join(groups.select("ods_code", "benchmarking_group"), on="ods_code", how="left")
    inside = rows.filter(~pl.col("benchmarking_group").is_in(list(OUTSIDE)).fill_null(False))
    kept = _join_parts(inside)
    notes = [
        f"{rows.filter(pl.col('benchmarking_group') == group).height:,} rows left out: {why}"
        for group, why in OUTSIDE.items()
    ]
    parts = inside.filter(pl.col("ods_code").is_in(list(PARTS_OF))).height
    notes.append(f"{parts:,} rows of the parts of Isle of Wight NHS Trust joined into R1F, weighted by people")
    return kept, Receipt(source=source.name, read=rows.height, kept=kept.height, notes=tuple(notes))


def _join_parts(rows: pl.DataFrame) -> pl.DataFrame:
    """Return one row for each body, question and year; parts of a trust are weighted by their bases."""
    people = pl.col("base").sum()
    return (
        rows.group_by(body=pl.col("ods_code").replace(PARTS_OF), question="question", year="year")
        .agg(percent=((pl.col("percent") * pl.col("base")).sum() / people).round(4), base=people)
        .with_columns(source=pl.lit("nhs-staff-survey"))
        .select(pl.col(name).cast(dtype) for name, dtype in PUBLISHED.items())
        .sort("body", "question", "year")
    )
