"""Folders of tables: CSV for everything, Parquet for programs."""

from __future__ import annotations

import io

from leaderful.exports.about import about, as_text
from leaderful.exports.contents import Contents
from leaderful.exports.safe import no_formulas
from leaderful.exports.tables import tables

README = "README.txt"


def csv_folder(contents: Contents) -> dict[str, bytes]:
    """Return each table as CSV, beside what the export is."""
    written = {f"{name}.csv": no_formulas(table).write_csv().encode() for name, table in tables(contents).items()}
    return {README: readme(about(contents))} | written


def parquet_folder(contents: Contents) -> dict[str, bytes]:
    """Return each table as Parquet, beside what the export is."""
    files = {README: readme(about(contents))}
    for name, table in tables(contents).items():
        buffer = io.BytesIO()
        table.write_parquet(buffer, compression="zstd")
        files[f"{name}.parquet"] = buffer.getvalue()
    return files


def readme(lines: dict[str, str]) -> bytes:
    """Return what an export is as a text file."""
    return f"{as_text(lines)}\n".encode()
