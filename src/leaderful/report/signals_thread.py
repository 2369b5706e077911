"""What stands out of the golden thread: a goal that many drop at one scale, and purposes with nobody above them.

Both are counts of what bodies declare and not estimates, so there is no test against chance. The rules were set
beforehand: for a break that of ``thread.continuity``, for an orphan that it begins there and that a body which does
more than regulate has spoken above it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from leaderful.framework import framework
from leaderful.measures.findings import Finding
from leaderful.report.bodies import in_order
from leaderful.report.material import Material
from leaderful.report.sections.thread_goals import full, short
from leaderful.report.signal import Signal
from leaderful.report.wording import counted, listed, whole

_MOST = 3
"""Beyond so many of a kind one sentence counts them."""
_NAMED = 4


def _breaks(material: Material) -> Iterator[Signal]:
    found: dict[str, Finding] = {}
    for finding in material.own.get("thread.continuity", []):
        if finding.detail.get("stands_out") and finding.unit not in found:
            found[finding.unit] = finding
    if len(found) > _MOST:
        text = f"{whole(len(found))} goals are carried above and dropped by half or more of the bodies of a scale."
        yield Signal(kind="thread break", text=text, anchor="thread")
        return
    for finding in found.values():
        brief = f"{full(finding.unit)} {_dropped(material, finding)}."
        yield Signal(kind="thread break", brief=brief, text=broken(material, finding), anchor="thread")


def broken(material: Material, finding: Finding) -> str:
    """Return in words where a thread breaks, from the continuity of a goal at one scale."""
    dropped = _droppers(material, finding)
    above = {body for f in dropped for body in f.detail["carriers"]}
    return (
        f"{full(finding.unit)} is carried by {_names(material, above)}. It {_dropped(material, finding)}: "
        f"{_names(material, {f.unit for f in dropped})}."
    )


def _dropped(material: Material, finding: Finding) -> str:
    """Return in words by how many a goal is dropped at one scale, of those there that it reaches."""
    scale = next(scale.name for scale in framework().scales if scale.id == finding.detail["reach"]).lower()
    reached = counted(finding.n or 0, "body", "bodies")
    return f"is dropped by {whole(len(_droppers(material, finding)))} of the {reached} that it reaches at {scale} scale"


def _droppers(material: Material, finding: Finding) -> list[Finding]:
    return [f for f in _states(material, finding.unit, "dropped") if f.detail["at"] == finding.detail["reach"]]


def _orphans(material: Material) -> Iterator[Signal]:
    found = [
        f
        for goal in framework().goals
        for f in _states(material, goal.id, "orphaned")
        if f.detail["begins"] and f.detail["steered"]
    ]
    if len(found) > _MOST:
        bodies = {f.unit for f in found}
        text = (
            f"{whole(len(found))} purposes of {counted(len(bodies), 'body', 'bodies')} have nobody above who carries "
            f"their goals: {_names(material, bodies)}."
        )
        yield Signal(kind="orphaned purpose", text=text, anchor="thread")
        return
    for finding in found:
        body, goal = material.called(finding.unit), full(str(finding.detail["goal"]))
        brief = f"{body} holds a purpose for {goal} that nobody above it carries."
        yield Signal(kind="orphaned purpose", brief=brief, text=alone(material, finding), anchor="thread")


def alone(material: Material, finding: Finding) -> str:
    """Return in words what a body holds that nobody above it carries."""
    body, goal = material.called(finding.unit), str(finding.detail["goal"])
    statements = [statement for _, statement in finding.detail["purposes"]]
    if not statements:
        return f"{body} commits itself to {full(goal)} in a plan, and nobody above it who has spoken carries that goal."
    about = f"{short(goal)}, {framework().goal(goal).short}"
    return f"{body}'s purpose “{statements[0]}” ({about}) has nobody above who carries it."


def _states(material: Material, goal: str, state: str) -> list[Finding]:
    found = material.own.get("thread.state", [])
    return [f for f in found if f.detail.get("goal") == goal and f.detail["state"] == state]


def _names(material: Material, bodies: set[str]) -> str:
    names = [material.called(body) for body in in_order(material, bodies)]
    if len(names) > _NAMED:
        names = [*names[: _NAMED - 1], counted(len(names) - _NAMED + 1, "other", "others")]
    return listed(names)


LOOKS: tuple[Callable[[Material], Iterator[Signal]], ...] = (_breaks, _orphans)
