"""The tables of an export: findings as they are, and laid out by unit, body and tie."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import polars as pl

from leaderful.exports import columns
from leaderful.exports.columns import Shown
from leaderful.exports.contents import Contents
from leaderful.exports.dictionary import dictionary, methods
from leaderful.exports.safe import legible_table
from leaderful.measures.findings import ASKED, detail

Row = dict[str, Any]


def tables(contents: Contents) -> dict[str, pl.DataFrame]:
    """Return every table of an export by its name, in the order in which they are read."""
    made = {
        "findings": findings_table(contents),
        "scales": scales_table(contents),
        "bodies": bodies_table(contents),
        "ties": ties_table(contents),
        "pairs": pairs_table(contents),
        "formal_ties": formal_ties_table(contents),
        "methods": methods(contents.findings["method"]),
        "dictionary": dictionary(contents),
    }
    return {name: legible_table(table) for name, table in made.items()}


def findings_table(contents: Contents) -> pl.DataFrame:
    """Return the findings with the names of their units, and what was asked in columns of its own."""
    named = {
        (kind, unit): contents.called(kind, unit)
        for kind, unit in contents.findings.select("unit_kind", "unit").unique().iter_rows()
    }
    keys = contents.findings.select("unit_kind", "unit").rows()
    asked = (pl.col("detail").str.json_path_match(f"$.{key}").alias(key) for key in ASKED)
    full = contents.findings.with_columns(pl.Series("unit_name", [named[key] for key in keys], pl.String), *asked)
    return full.select(*columns.FINDINGS)


def scales_table(contents: Contents) -> pl.DataFrame:
    """Return a row for each unit and round, with its score on every item scale."""
    rows: dict[tuple[str, str, str], Row] = {}
    shown: dict[str, type[pl.DataType]] = {}
    for finding in contents.findings.filter(pl.col("measure") == "scale.score").iter_rows(named=True):
        scale = detail(finding)["scale"]
        kinds = (pl.Float64, pl.Float64, pl.Float64, pl.Int64, pl.String)
        names = [scale, *(f"{scale}_{end}" for end in ("lower", "upper", "n", "status"))]
        shown |= dict(zip(names, kinds, strict=True))
        unit = (finding["unit_kind"], finding["unit"], finding["wave"])
        about = {"unit_kind": unit[0], "unit": unit[1], "unit_name": contents.called(*unit[:2]), "wave": unit[2]}
        figures = [finding[key] for key in ("estimate", "lower", "upper", "n", "status")]
        rows.setdefault(unit, about).update(zip(names, figures, strict=True))
    schema = dict.fromkeys(("unit_kind", "unit", "unit_name", "wave"), pl.String) | shown
    return pl.DataFrame(list(rows.values()), schema=schema)


def bodies_table(contents: Contents) -> pl.DataFrame:
    """Return all bodies with what was found of each in the round shown."""
    bodies = contents.bodies.rename({"id": "code"}).select(*columns.BODIES)
    found = _laid_out(contents, columns.ABOUT_BODIES, "body", ("code",))
    return bodies.join(found, on="code", how="left", maintain_order="left")


def ties_table(contents: Contents) -> pl.DataFrame:
    """Return what people of one body say of another, a row for each direction, with the state of the pair."""
    found = _laid_out(contents, columns.ABOUT_TIES, "pair", ("source", "target"))
    states = _states(contents)
    said = states.rename({"a": "source", "b": "target"})
    turned = states.rename({"a": "target", "b": "source"}).select(said.columns)
    full = found.join(pl.concat([said, turned]), on=("source", "target"), how="left", maintain_order="left")
    shown = [name for each in columns.ABOUT_TIES for name in each.schema]
    return _named(contents, full, "source", "target").select(*columns.TIES, *columns.STATE, *shown)


def pairs_table(contents: Contents) -> pl.DataFrame:
    """Return what was found of two bodies together, a row for each pair."""
    found = _laid_out(contents, columns.ABOUT_PAIRS, "pair", ("a", "b"))
    both = found.join(_states(contents), on=("a", "b"), how="full", coalesce=True).sort("a", "b")
    shown = [name for each in columns.ABOUT_PAIRS for name in each.schema]
    return _named(contents, both, "a", "b").select(*columns.PAIRS, *shown)


def formal_ties_table(contents: Contents) -> pl.DataFrame:
    """Return the formal ties that hold on the date."""
    return _named(contents, contents.ties, "source", "target").select(*columns.FORMAL)


def _laid_out(contents: Contents, measures: Iterable[Shown], unit_kind: str, names: Sequence[str]) -> pl.DataFrame:
    """Return a row for each unit of a kind, with the columns of each measure in the round shown."""
    rows: dict[str, Row] = {}
    schema: dict[str, type[pl.DataType]] = dict.fromkeys(names, pl.String)
    for shown in measures:
        schema |= shown.schema
        for finding in _of_round(contents, shown.measure, unit_kind):
            if any(detail(finding).get(key) != value for key, value in shown.asked.items()):
                continue
            unit = finding["unit"]
            ends = contents.ends(unit) if unit_kind == "pair" else (unit,)
            figures = [*(finding[key] for key in ("estimate", "lower", "upper", "n", "status")), _reason(finding)]
            rows.setdefault(unit, dict(zip(names, ends, strict=True))).update(zip(shown.schema, figures, strict=True))
    return pl.DataFrame(list(rows.values()), schema=schema)


def _states(contents: Contents) -> pl.DataFrame:
    """Return the state of each pair; that of a pair with a silent partner is known, though it has no figure."""
    rows = []
    for finding in _of_round(contents, "ties.state", "pair"):
        a, b = contents.ends(finding["unit"])
        told = detail(finding)
        rows.append((a, b, told.get("state"), told.get("reported") or None, finding["status"], _reason(finding)))
    return pl.DataFrame(rows, schema=dict.fromkeys(("a", "b", *columns.STATE), pl.String), orient="row")


def _reason(finding: Row) -> str | None:
    return finding["reason"] or None


def _of_round(contents: Contents, measure: str, unit_kind: str) -> Iterator[Row]:
    wanted = {"measure": measure, "unit_kind": unit_kind, "wave": contents.wave}
    return contents.findings.filter(**wanted).iter_rows(named=True)


def _named(contents: Contents, table: pl.DataFrame, *ends: str) -> pl.DataFrame:
    """Add the names of the bodies at both ends, and the round shown."""
    names = contents.names
    called = (
        pl.col(end).replace_strict(names, default=pl.col(end), return_dtype=pl.String).alias(f"{end}_name")
        for end in ends
    )
    return table.with_columns(*called, pl.lit(contents.wave).alias("wave"))
