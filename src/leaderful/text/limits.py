"""The largest document that is read; what is larger is refused before it fills the memory."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class PlanLimits:
    """Bounds on one document."""

    bytes: int = 200_000_000
    """Size of the file."""
    pages: int = 3_000
    characters: int = 30_000_000
    """Length of the text in it."""
    unpacked: int = 300_000_000
    """Size of a Word file once it is unpacked."""
