"""What stands out in moments of leadership and in the weeks around a shock."""

from __future__ import annotations

from collections.abc import Iterator

from leaderful.framework import framework
from leaderful.measures.findings import Finding
from leaderful.report.markup import number
from leaderful.report.material import Material
from leaderful.report.signal import Signal
from leaderful.report.wording import counted, share

BETWEEN = "between-bodies"
_ROOM = "relations"
_WHERE = {
    "role_understanding": "people understand partners' roles better",
    "reflexivity": "people reflect more on how they work with others",
    "across": "other bodies are there than where only one's own is",
}


def conditions(material: Material) -> Iterator[Signal]:
    """Yield the conditions in which moments are taken more, or less, often, corrected for all that were tried."""
    for finding in material.own.get("moments.model", []):
        if finding.detail.get("stands_out"):
            way = "raises" if finding.detail["points"] > 0 else "lowers"
            text, kind = f"{condition(finding)}.", f"condition that {way} moments taken"
            yield Signal(kind=kind, text=text, anchor="moments", figure="moments-model")


def fading_shocks(material: Material) -> Iterator[Signal]:
    """Yield the shocks after which there were more, or fewer, meetings across bodies, where that fades or lasts."""
    halves = {f.unit: f for f in material.own.get("momentum.half_life", []) if f.detail.get("part") == BETWEEN}
    for change in material.own.get("momentum.change_at_shock", []):
        verdict = change.detail.get("verdict")
        if change.detail.get("part") != BETWEEN or not change.detail.get("stands_out") or change.detail["since"]:
            continue
        if verdict == "fading" and halves[change.unit].estimate is not None:
            text = f"{fading(change, halves[change.unit])}."
            yield Signal(kind="fading shock", text=text, anchor="momentum")
        elif verdict == "maintained":
            text = f"{lasting(change)}."
            yield Signal(kind="shock that lasts", text=text, anchor="momentum")


LOOKS = (conditions, fading_shocks)


def condition(finding: Finding) -> str:
    """Return in words in which condition moments are taken more, or less, often."""
    often = "more" if finding.detail["points"] > 0 else "less"
    high, low = share(finding.detail["share_high"]), share(finding.detail["share_low"])
    return f"Moments are taken {often} often where {where(finding)}: {high} against {low}"


def where(finding: Finding) -> str:
    """Return in words the condition that a term of the model stands for."""
    term, tier = finding.detail["term"], finding.detail.get("tier")
    if term == "trust":
        return (
            "people trust the other bodies in the room more"
            if finding.detail.get("evidence") == _ROOM
            else "people feel more shared motivation with partners"
        )
    if term == "tier":
        names = {each.id: each.name.lower() for each in framework().tiers}
        return f"the diary is kept at the tier “{names.get(str(tier), str(tier))}” than at the tier with most moments"
    return _WHERE[str(term)]


def fading(change: Finding, half: Finding) -> str:
    """Return in words that what came with a shock is fading, and how fast; not that it came of it."""
    jump = float(half.detail["jump"])
    ends = _ends(half)
    gone = f"half of the {'rise' if jump > 1 else 'fall'} was gone after {_weeks(half.estimate or 0.0)}{ends}"
    return f"After {called(change)} meetings across bodies first {moved(jump)}, and that is fading: {gone}"


def lasting(change: Finding) -> str:
    """Return in words that what came with a shock has lasted."""
    weeks = counted(int(change.detail["weeks_after"]), "week", "weeks")
    return (
        f"After {called(change)} meetings across bodies {moved(change.estimate or 1.0)} in the first eight weeks, and "
        f"that has lasted: no fading can be seen in {weeks}"
    )


def called(finding: Finding) -> str:
    """Return the name of a shock as a sentence has it: “Winter critical incident”."""
    return f"“{finding.detail.get('name') or finding.unit}”"


def moved(ratio: float) -> str:
    """Return a ratio in words: rose 1.8-fold, or fell to 60 %."""
    return f"rose {ratio:.1f}-fold" if ratio > 1 else f"fell to {share(ratio)} of what they were"


def _weeks(weeks: float) -> str:
    return "less than a week" if weeks < 1 else counted(round(weeks), "week", "weeks")


def _ends(half: Finding) -> str:
    """Return the interval of a half-life in brackets, in whole weeks."""
    if half.lower is None or half.upper is None:
        return ""
    return f" ({number(half.lower, 0)} to {number(half.upper, 0)})"
