"""What a run's numbers follow from, as one short hash."""

from __future__ import annotations

import hashlib
from dataclasses import fields
from typing import Any

import numpy as np
import polars as pl

from leaderful.simulation.system import System


def digest(*parts: object) -> str:
    """Return a hash of parts that say in their repr all that they are, as numbers, texts and frozen dataclasses do."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()


def system_digest(system: System) -> str:
    """Return a hash of the whole state of a system."""
    sum = hashlib.blake2b(digest_size=16)
    for field in fields(system):
        sum.update(field.name.encode())
        _add(sum, getattr(system, field.name))
    return sum.hexdigest()


def _add(sum: Any, value: object) -> None:
    if isinstance(value, np.ndarray):
        sum.update(f"{value.dtype.str}{value.shape}".encode())
        sum.update(np.ascontiguousarray(value).data)
    elif isinstance(value, pl.DataFrame):
        sum.update(value.write_csv().encode())
    elif isinstance(value, dict):
        for key in sorted(value):
            sum.update(repr(key).encode())
            _add(sum, value[key])
    elif isinstance(value, (list, tuple)):
        sum.update(f"{len(value)}(".encode())
        for each in value:
            _add(sum, each)
    else:
        sum.update(repr(value).encode())
