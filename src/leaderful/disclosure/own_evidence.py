"""What a reader could work out from a study's own findings although no sum of people gives it away."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

import polars as pl

from leaderful.disclosure.rule import HIDDEN, SMALLEST_CELL

FEWEST_STATES = 3
"""Hidden states of pairs from which on their counts tell too little about any one of them; ours."""

FEWEST_TIERS = 3
"""Hidden tiers of a body from which on two means of it, weighted differently, leave each of them open; ours."""

STATE_COUNTS = ("ties.confirmed", "network.reciprocity", "network.density")
"""Measures that hold how many ties are confirmed, returned or reported."""

MEANS = (
    "scale.score",
    "scale.shrunken",
    "scale.change",
    "scale.redrawn",
    "scale.bounds",
    "scale.poststratified",
    "ties.trust",
    "ties.value",
    "ties.respect",
    "ties.role",
    "ties.asymmetry",
    "ties.change",
    "equality.gap",
    "momentum.scale_change",
    "disagreement",
)
"""Measures of answers of 1 to 4 or 5, and those that repeat them, which leave with two decimals."""

COARSE = ("cog_jam", "brokerage")
"""Measures whose n adds up what many bodies said of one; it leaves in tens."""

DECIMALS, DECIMALS_OF_MEANS, DIGITS_OF_P = 3, 2, 2
_EXACT_OF_MEANS = ("se", "df", "weight")
_P = ("p", "p_holm", "q")
_FIGURES = ("estimate", "lower", "upper")


def cover_states(findings: pl.DataFrame) -> pl.DataFrame:
    """Hide counts of ties where so few states of pairs are hidden that the counts would give them away."""
    states = findings.filter(pl.col("measure") == "ties.state", pl.col("status") == "suppressed")
    few = states.group_by("wave").len().filter(pl.col("len") < FEWEST_STATES)["wave"].to_list()
    return hide(findings, pl.col("measure").is_in(STATE_COUNTS) & pl.col("wave").is_in(few))


def cover_weighted(findings: pl.DataFrame) -> pl.DataFrame:
    """Hide the weighted mean of a body that, beside its plain mean, would settle its hidden tiers.

    The plain mean weighs tiers by who answered, the weighted one by who was asked. That is two equations: with two
    tiers hidden both follow. From three on they do not.
    """
    about = ("wave", "scale", "body")
    rows = findings.with_row_index("row").with_columns(scale=_told("scale"), body=pl.col("unit"))
    tiers = rows.filter(
        pl.col("measure") == "scale.score", pl.col("unit_kind") == "body-tier", pl.col("status") == "suppressed"
    ).with_columns(body=pl.col("unit").str.replace(r"/[^/]*$", ""))
    few = tiers.group_by(about).len().filter(pl.col("len") < FEWEST_TIERS)
    weighted = rows.filter(pl.col("measure") == "scale.poststratified", pl.col("unit_kind") == "body")
    found = weighted.join(few, on=about, how="semi")["row"]
    return hide(findings, pl.int_range(pl.len()).is_in(found.implode()))


def cover_silent(findings: pl.DataFrame) -> pl.DataFrame:
    """Hide how many were asked, in either part of the questionnaire, and bounds that tell of one to four silent."""
    rates = pl.col("measure") == "response.rate"
    hidden = findings.filter(rates, pl.col("status") == "suppressed").select("unit_kind", "unit", "wave").unique()
    known = findings.with_row_index("row").filter(rates).join(hidden, on=["unit_kind", "unit", "wave"], how="semi")
    few = _told("silent").cast(pl.Int64, strict=False).is_between(1, SMALLEST_CELL - 1).fill_null(False)
    bounds = (pl.col("measure") == "scale.bounds") & few
    return hide(findings, pl.int_range(pl.len()).is_in(known["row"].implode()) | bounds)


def hide(findings: pl.DataFrame, which: pl.Expr) -> pl.DataFrame:
    """Return the findings with some of those that have a figure hidden, their scale, part and the like kept."""
    chosen = findings.select(which.fill_null(False) & (pl.col("status") == "ok")).to_series()
    details = [
        json.dumps({key: value for key, value in json.loads(detail).items() if key in ("scale", "part")})
        if hidden
        else detail
        for detail, hidden in zip(findings["detail"], chosen, strict=True)
    ]
    return findings.with_columns(
        *(pl.when(chosen).then(None).otherwise(pl.col(name)).alias(name) for name in (*_FIGURES, "n")),
        pl.when(chosen).then(pl.lit("suppressed")).otherwise(pl.col("status")).alias("status"),
        pl.when(chosen).then(pl.lit(HIDDEN)).otherwise(pl.col("reason")).alias("reason"),
        pl.Series("detail", details, dtype=pl.String),
    )


def rounded(findings: pl.DataFrame, *, exact: Collection[str]) -> pl.DataFrame:
    """Return the findings with no more decimals than they are good for, but for the measures named as exact.

    A spread between units holds the mean of a hidden one: with every other mean to sixteen digits a reader solves
    for it, and knows by its being a whole number of answers that the number of people was guessed right.
    """
    kept, means, coarse = (_under(names) for names in (exact, MEANS, COARSE))
    marks = findings.select(kept=kept, means=means, coarse=coarse)
    details = [
        detail if row["kept"] else _rounded(detail, means=row["means"], coarse=row["coarse"])
        for detail, row in zip(findings["detail"], marks.iter_rows(named=True), strict=True)
    ]
    two, three = (pl.col(_FIGURES).round(decimals).replace(-0.0, 0.0) for decimals in (DECIMALS_OF_MEANS, DECIMALS))
    return findings.with_columns(
        pl.when(kept).then(pl.col(_FIGURES)).otherwise(pl.when(means).then(two).otherwise(three)),
        n=pl.when(coarse).then(pl.col("n") // 10 * 10).otherwise(pl.col("n")),
        detail=pl.Series(details, dtype=pl.String),
    )


def _rounded(detail: str, *, means: bool, coarse: bool) -> str:
    values = {key: _figure(key, value, means=means) for key, value in json.loads(detail).items()}
    if coarse and values.get("people") is not None:
        values["people"] = values["people"] // 10 * 10
    return json.dumps(values, sort_keys=True, ensure_ascii=False, allow_nan=False)


def _figure(key: str, value: Any, *, means: bool) -> Any:
    if not isinstance(value, float):
        return value
    if key in _P:
        return float(f"{value:.{DIGITS_OF_P - 1}e}")
    return round(value, DECIMALS_OF_MEANS if means and key not in _EXACT_OF_MEANS else DECIMALS) + 0.0


def _under(names: Collection[str]) -> pl.Expr:
    """Whether a measure is one of these, or begins with one and a dot."""
    return pl.any_horizontal(pl.concat_str("measure", pl.lit(".")).str.starts_with(f"{name}.") for name in names)


def _told(key: str) -> pl.Expr:
    return pl.col("detail").str.json_path_match(f"$.{key}")
