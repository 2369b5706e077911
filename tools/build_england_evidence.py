"""Build the packaged public evidence: Staff Survey, outcomes and outlines.

    python tools/build_england_evidence.py FOLDER

FOLDER holds `england/`, `outcomes/` and `staff_survey/` as they were published.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import polars as pl

from evidence_boundaries import boundaries
from evidence_outcomes import outcomes
from evidence_survey import survey
from leaderful.receipts import Receipt

TABLES = Path(__file__).parents[1] / "src" / "leaderful" / "england" / "tables"


def build(folder: Path, tables: Path) -> list[Receipt]:
    """Write the three tables of evidence into `tables` and return what was read, kept and left out."""
    tables.mkdir(parents=True, exist_ok=True)
    percentages, survey_receipt = survey(folder)
    _write(percentages, tables / "staff_survey.parquet")
    figures, outcome_receipts = outcomes(folder)
    _write(figures, tables / "outcomes.parquet")
    shapes, shape_receipt = boundaries(folder)
    text = json.dumps(shapes, separators=(",", ":"), sort_keys=True)
    (tables / "boundaries.json").write_text(text + "\n", encoding="utf-8")
    return [survey_receipt, *outcome_receipts, shape_receipt]


def _write(table: pl.DataFrame, file: Path) -> None:
    table.write_parquet(file, compression="zstd", compression_level=19)


if __name__ == "__main__":
    for receipt in build(Path(sys.argv[1]), TABLES):
        print(receipt.text())
