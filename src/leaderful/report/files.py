"""The files of a report: the page, the findings twice, and the manifest."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from leaderful.errors import StudyNotFoundError
from leaderful.receipts import Receipt
from leaderful.writing import FORMULA_STARTS, write_file


@dataclass(frozen=True, kw_only=True)
class Written:
    """Where the files of a report are, and the receipts of the study they were made from."""

    report: Path
    findings: Path
    manifest: Path
    receipts: tuple[Receipt, ...]


def write_files(
    folder: Path,
    *,
    page: str,
    findings: pl.DataFrame,
    about: Mapping[str, object],
    receipts: Sequence[Receipt],
) -> Written:
    """Write report.html, findings.parquet, findings.csv and, when these are there, manifest.json into a folder.

    The manifest holds what `about` says and the SHA-256 of every other file.
    """
    outputs = {
        "report.html": page.encode(),
        "findings.parquet": _parquet(findings),
        "findings.csv": _csv(findings),
    }
    outputs["manifest.json"] = _manifest(about, outputs).encode()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in outputs.items():
            write_file(folder / name, content)
    except OSError as error:
        raise StudyNotFoundError(
            f"{folder} cannot be written: {error.strerror}. Choose a folder in which you may write with --out."
        ) from None
    return Written(
        report=folder / "report.html",
        findings=folder / "findings.csv",
        manifest=folder / "manifest.json",
        receipts=tuple(receipts),
    )


def _parquet(findings: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    findings.write_parquet(buffer, compression="zstd")
    return buffer.getvalue()


def _csv(findings: pl.DataFrame) -> bytes:
    """Return the findings as CSV; text that a spreadsheet would run as a formula gets a quote before it."""
    runs = rf"^[{re.escape(''.join(FORMULA_STARTS))}]"
    texts = [name for name, dtype in findings.schema.items() if dtype == pl.String]
    safe = [pl.when(pl.col(n).str.contains(runs)).then("'" + pl.col(n)).otherwise(pl.col(n)).alias(n) for n in texts]
    return findings.with_columns(safe).write_csv().encode()


def _manifest(about: Mapping[str, object], outputs: Mapping[str, bytes]) -> str:
    """Return what the report was made from, for machines."""
    hashes = {name: hashlib.sha256(outputs[name]).hexdigest() for name in sorted(outputs)}
    return json.dumps({**about, "outputs": hashes}, indent=2, ensure_ascii=False) + "\n"
