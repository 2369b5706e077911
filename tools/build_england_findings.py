"""Measure England as a whole and package its findings: the spread that one system is set against.

Usage: python tools/build_england_findings.py
"""

from __future__ import annotations

from pathlib import Path

from leaderful.england.spread import SPREAD_DAYS
from leaderful.jobs import measure_england

TABLES = Path(__file__).parent.parent / "src" / "leaderful" / "england" / "tables"


def main() -> None:
    """Write one file of findings for each map of systems."""
    for year, day in SPREAD_DAYS.items():
        findings = measure_england(day)
        findings.write_parquet(TABLES / f"findings_{year}.parquet", compression="zstd", compression_level=19)
        print(f"England on {day.isoformat()}: {findings.height:,} findings")


if __name__ == "__main__":
    main()
