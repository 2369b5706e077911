"""What stands out in how conversations travel: where they stop."""

from __future__ import annotations

from collections.abc import Iterator

from leaderful.measures.findings import Finding
from leaderful.report.material import Material
from leaderful.report.signal import Signal
from leaderful.report.wording import share


def _stops(material: Material) -> Iterator[Signal]:
    for finding in material.own.get("travel.crossing", []):
        if finding.estimate is not None and finding.detail.get("stops"):
            text = f"{stopping(material, finding)}."
            kind = "boundary where conversations stop"
            yield Signal(kind=kind, text=text, anchor="travel", figure="travel-boundaries")


LOOKS = (_stops,)


def stopping(material: Material, finding: Finding) -> str:
    """Return in words where conversations stop, and how much gets across beside what chance would bring."""
    a, b = sorted((material.called(code) for code in finding.unit.split("|")), key=str.casefold)
    ratio = float(finding.detail["ratio"])
    few = f"only {share(ratio)} as many as by chance" if ratio >= 0.005 else "hardly any"
    return f"Conversations stop between {a} and {b}: {few} could get across directly"
