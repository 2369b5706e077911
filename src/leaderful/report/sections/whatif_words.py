"""What a simulated difference is called, and how surely it is said."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Literal, TypeAlias

from leaderful.framework import framework
from leaderful.measures.findings import Finding
from leaderful.report.figures.strips import Axis
from leaderful.report.material import Material
from leaderful.report.wording import counted, points, sentence, share, signed, whole

EFFECT, COURSE, SEEDED = "whatif.effect", "whatif.course", "whatif.seeded"
END, YEAR, PEAK = "end", "after-a-year", "peak"
HARDLY = 0.01
"""A difference of a share, or of a count as a part of it, below which nobody would notice; ours."""
_STEPS = (0.5, 1.0, 2.0, 2.5, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)
_WHOLE = 20.0
"""Per cent from which on decimals would only look exact."""
_OFTEN = 0.9
"""Share of runs with one sign from which on a difference is called probable, as an 80 % interval would; ours."""

Apart: TypeAlias = Literal[
    "higher", "probably higher", "cannot tell apart", "hardly differs", "no difference", "probably lower", "lower"
]
_INDICATORS = {
    "share_taken": "Share of moments taken",
    "trust": "Trust",
    "understanding": "Role understanding",
    "purpose": "Purpose held",
    "reflexivity": "Reflexivity",
    "heard": "People whom a conversation reaches in eight weeks",
    "reach": "Part of all people whom a conversation reaches in eight weeks",
    "closure": "Closure of the zip",
    "ties": "Number of ties per person",
    "ties_across": "Number of ties to other bodies per person",
    "encounters": "Number of meetings per person and week",
    "openings": "Number of openings per person and week",
}
"""In the order in which they are shown."""
_PARTS = {"all": "", "within": "within bodies", "across": "across bodies", "outside": "in other bodies"}


def scenarios(material: Material) -> list[str]:
    """Return the scenarios that were run, in order."""
    return list(dict.fromkeys(finding.unit for finding in material.own.get(EFFECT, [])))


def effects(
    material: Material, scenario: str, term: str = END, *, known: bool = True
) -> dict[tuple[str, str], Finding]:
    """Return a scenario's differences by indicator and part, in the order in which they are shown.

    Those that have no value are left out unless they are asked for.
    """
    found = {
        (str(f.detail["indicator"]), str(f.detail["part"])): f
        for f in material.own.get(EFFECT, [])
        if f.unit == scenario and f.detail["term"] == term and (f.estimate is not None or not known)
    }
    return {key: found[key] for key in sorted(found, key=_place)}


def _place(key: tuple[str, str]) -> tuple[int, int, str]:
    indicators, parts = list(_INDICATORS), [*_PARTS, *(tier.id for tier in framework().tiers)]
    indicator, part = key
    return (
        indicators.index(indicator) if indicator in indicators else len(indicators),
        parts.index(part) if part in parts else len(parts),
        indicator,
    )


def indicator_name(indicator: str, part: str = "all") -> str:
    """Return the name of what was followed: Moments taken across bodies."""
    name = _INDICATORS.get(indicator, sentence(indicator.replace("_", " ")))
    return f"{name} {_part(part)}".strip()


def _part(part: str) -> str:
    tiers = {tier.id: f"at the tier “{tier.name.lower()}”" for tier in framework().tiers}
    return _PARTS.get(part, tiers.get(part, part))


def title_of(finding: Finding) -> str:
    """Return what a scenario changes, as its author put it, without a full stop."""
    return str(finding.detail["title"]).rstrip(".")


def is_share(finding: Finding) -> bool:
    """Return whether the indicator lies between nought and one."""
    return bool(finding.detail.get("unit") == "share")


def scaled(finding: Finding) -> tuple[float, float, float]:
    """Return a difference and its interval in points of 100, or for counts in per cent of the baseline."""
    estimate, lower, upper = finding.estimate or 0.0, finding.lower, finding.upper
    if not is_share(finding):
        estimate, lower, upper = finding.detail.get("relative", (0.0, None, None))
    low, high = (estimate if end is None else end for end in (lower, upper))
    return 100 * estimate, 100 * low, 100 * high


def verdict(finding: Finding) -> Apart:
    """Return in words how the scenario stands to the baseline, by its interval over all paired runs."""
    estimate, lower, upper = scaled(finding)
    if finding.lower is None:
        return "cannot tell apart"
    if lower == estimate == upper == 0:
        return "no difference"
    if max(abs(lower), abs(upper)) < 100 * HARDLY:
        return "hardly differs"
    if lower > 0 or upper < 0:
        return "higher" if estimate > 0 else "lower"
    if float(finding.detail["holds"]) >= _OFTEN:
        return "probably higher" if estimate > 0 else "probably lower"
    return "cannot tell apart"


def size(finding: Finding) -> str:
    """Return a difference with its interval: +4.2 points (2.1 to 6.0), or +3 % (1 to 5) of a count."""
    estimate, lower, upper = scaled(finding)
    unit = "points" if is_share(finding) else "per cent"
    places = 1 if is_share(finding) or max(map(abs, (estimate, lower, upper))) < _WHOLE else 0
    if finding.lower is None:
        return f"{points(estimate, places=places)} {unit} (no interval)"
    ends = f"{signed(lower, places)}\u00a0to\u00a0{signed(upper, places)}"
    return f"{points(estimate, places=places)} {unit} ({ends})"


def level(finding: Finding, value: float) -> str:
    """Return a level of an indicator as a table has it."""
    if is_share(finding):
        return share(value)
    if str(finding.detail["unit"]).startswith("share"):
        return f"{100 * value:.2g}\u00a0%"
    return whole(value) if value >= 100 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def holding(finding: Finding) -> str:
    """Return in how many of the paired runs there is a difference with the sign of the mean."""
    return f"{round(float(finding.detail['holds']) * (finding.n or 0))} of {finding.n}"


def runs(finding: Finding) -> str:
    """Return what was run: 32 pairs of runs (4 with each of 8 sets of assumed rates), 156 weeks each."""
    told = finding.detail
    return (
        f"{counted(finding.n or 0, 'pair', 'pairs')} of runs ({told['seeds']} with each of "
        f"{counted(told['draws'], 'set', 'sets')} of assumed rates), {counted(told['weeks'], 'week', 'weeks')} each"
    )


def point_axis(findings: Sequence[Finding]) -> Axis:
    """Return an axis of differences that holds every interval, no difference in its middle."""
    furthest = max((abs(end) for f in findings for end in scaled(f)), default=0.0)
    furthest = max(furthest, 100 * HARDLY)
    step = next((step for step in _STEPS if furthest <= 3 * step), furthest / 3)
    count = max(1, ceil(furthest / step - 1e-9))
    places = range(-count, count + 1)
    written = 1 if step % 1 else 0
    marks = tuple((step * k, points(step * k, places=written)) for k in places)
    return Axis(low=-count * step, high=count * step, marks=marks, reference=0.0)
