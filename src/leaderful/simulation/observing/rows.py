"""How figures of a census are written as findings: everybody is known, so there is nothing to estimate."""

from __future__ import annotations

from typing import Any, Final

from leaderful.measures.findings import Finding

METHOD: Final = "census-of-a-simulation"


def counted(
    measure: str,
    construct: str,
    level: str,
    unit: tuple[str, str],
    wave: str,
    value: float,
    n: int,
    detail: dict[str, Any] | None = None,
) -> Finding:
    """Return a figure of a census; not a number is undefined. The unit is its kind and its code."""
    known = value == value
    return Finding(
        measure=measure,
        construct=construct,
        level=level,
        unit_kind=unit[0],
        unit=unit[1],
        wave=wave,
        estimate=float(value) if known else None,
        lower=float(value) if known else None,
        upper=float(value) if known else None,
        n=n,
        status="ok" if known else "undefined",
        reason="" if known else "there is nobody, or nothing, of which it could be said",
        method=METHOD,
        detail=detail or {},
    )
