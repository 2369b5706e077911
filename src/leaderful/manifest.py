"""What a report was made from, without anything about people."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

from leaderful import __version__, england
from leaderful.soundness import is_invented
from leaderful.study import TABLES, Study
from leaderful.study.settings import FILE

PRIVATE = "private"
"""What a manifest, which is made to be shared, says of what follows from people in place of a hash and counts."""


def about(study: Study, kept: Sequence[str]) -> dict[str, object]:
    """Return what the manifest of a report says of the study it was made from.

    `kept` are the files of findings beside the study that were read. They follow from what people answered, to the
    last digit, so they are named and no more.
    """
    return {
        "leaderful": __version__,
        "versions": versions(),
        "system": study.system,
        "as_at": study.as_at.isoformat(),
        "synthetic": study.synthetic,
        "seed": study.seed,
        "minimum_people": study.minimum_people,
        "inputs": inputs(study) | dict.fromkeys(kept, PRIVATE),
        "rows": rows(study),
    }


def versions() -> dict[str, str]:
    """Return the versions of what the bytes of a report depend on beside leaderful itself."""
    python = ".".join(platform.python_version_tuple()[:2])
    return {"python": python} | {
        name: metadata.version(name) for name in ("numba", "numpy", "polars", "rustworkx", "scipy")
    }


def inputs(study: Study) -> dict[str, str]:
    """Return the SHA-256 of England's packaged findings and of every file the study was read from, by name."""
    packaged = "" if is_invented(study) else hashlib.sha256(england.spread_file(study.as_at)).hexdigest()
    own = {name: PRIVATE if is_private(name) else study.files[name] for name in sorted(study.files)}
    return ({"england findings": packaged} if packaged else {}) | own


def rows(study: Study) -> dict[str, dict[str, int] | str]:
    """Return how many rows of every table were read and kept, by the table's name."""
    read = [receipt for receipt in study.receipts if receipt.source in study.files or receipt.source in TABLES]
    return {
        Path(receipt.source).stem: (
            PRIVATE if is_private(receipt.source) else {"read": receipt.read, "kept": receipt.kept}
        )
        for receipt in read
        if receipt.source != FILE
    }


def is_private(source: str) -> bool:
    """Tell whether a file or table holds cells about people."""
    name = Path(source).stem
    return name in TABLES and TABLES[name].private
