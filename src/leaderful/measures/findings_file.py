"""Findings kept in a file beside a study, to be shown with those measured anew."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import polars as pl

from leaderful.errors import BadValuesError, UnreadableFileError
from leaderful.measures.findings import SCHEMA
from leaderful.receipts import Problem, Receipt
from leaderful.study import Study
from leaderful.writing import is_there, write_over

FOLDER: Final = "laboratory"
"""Folder of a study that keeps what the laboratory found."""


_SEEN: Final = "leaderful.evidence"


def evidence(files: Mapping[str, str]) -> str:
    """Return one hash of all files of a study, from the hash of each."""
    return hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()


def keep(path: Path, findings: pl.DataFrame, *, seen: str = "") -> None:
    """Write findings to a file, in place of those of the same measure and unit that it holds.

    `seen` is the evidence they were found in, as `evidence` tells it.
    """
    if is_there(path):
        old = read_kept(path)
        findings = pl.concat([old.join(findings, on=["measure", "unit_kind", "unit"], how="anti"), findings])
    stream = io.BytesIO()
    findings.write_parquet(stream, compression="zstd", metadata={_SEEN: seen})
    write_over({path: stream.getvalue()})


def read_kept(path: Path) -> pl.DataFrame:
    """Return the findings that a file keeps."""
    try:
        findings = pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError):
        raise UnreadableFileError(f"{path} cannot be read as findings. Take it away and simulate again.") from None
    if findings.schema != SCHEMA:
        raise UnreadableFileError(f"{path} does not hold findings. Take it away and simulate again.")
    return findings


def found_in(path: Path) -> str:
    """Return the evidence that the findings of a file were found in; empty where it does not say."""
    return str(pl.read_parquet_metadata(path).get(_SEEN, ""))


def kept_beside(folder: Path, names: Sequence[str]) -> dict[str, pl.DataFrame]:
    """Return the findings kept beside a study in files of these names, by the file as seen from the study."""
    files = [f"{FOLDER}/{name}.parquet" for name in names]
    return {file: read_kept(folder / file) for file in files if is_there(folder / file)}


def of_this_evidence(file: str, findings: pl.DataFrame, study: Study) -> tuple[pl.DataFrame, Receipt]:
    """Return kept findings without verdicts on evidence that has changed since, and what became of them."""
    fresh = findings
    if study.folder is not None and found_in(study.folder / file) != evidence(study.files):
        fresh = findings.filter(pl.col("measure") != "proposition.field")
    changed = Problem(
        file=file,
        row=None,
        column=None,
        kind=BadValuesError,
        message="the study has changed since, and its verdicts on the propositions are left out. "
        "Run leaderful propositions again.",
    )
    problems = (changed,) if fresh.height < findings.height else ()
    return fresh, Receipt(source=file, read=findings.height, kept=fresh.height, problems=problems)
