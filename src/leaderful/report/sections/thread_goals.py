"""Goals as the thread section shows them: their names, and how many bodies of each scale carry or drop them."""

from __future__ import annotations

from leaderful.framework import framework
from leaderful.measures.findings import Finding
from leaderful.report.figures.thread_loom import (
    NARROW,
    WIDE,
    Knot,
    Scale,
    Strand,
    thread_legend,
    thread_loom,
    thread_patterns,
)
from leaderful.report.markup import join
from leaderful.report.material import Material
from leaderful.report.page import Figure, Grid
from leaderful.report.wording import counted, day, listed, share, whole

ROWS = (
    ("Global and national", ("global", "national")),
    ("Region and system", ("region", "system")),
    ("Place and organisation", ("place", "organisation")),
    ("Neighbourhood", ("neighbourhood",)),
    ("Team", ("team", "person")),
)
"""Rows of the figures. Places and organisations lie side by side: neither governs the other."""
_NAMED = 3
_COUNTS = ("carried", "dropped", "orphaned", "silent")


def of_goals(material: Material, measure: str) -> dict[str, Finding]:
    """Return the findings of a measure on goals over all scales, by goal, in the goals' order."""
    found = {f.unit: f for f in material.own.get(measure, []) if f.unit_kind == "goal" and "reach" not in f.detail}
    return {goal.id: found[goal.id] for goal in framework().goals if goal.id in found}


def short(goal: str) -> str:
    """Return a goal as people write it: SDG 3."""
    return f"SDG {framework().goal(goal).number}"


def full(goal: str) -> str:
    """Return a goal with its short name: SDG 3 (Good Health and Well-being)."""
    return f"{short(goal)} ({framework().goal(goal).short})"


def loom_figure(material: Material) -> Figure | None:
    """Return the threads of all goals that some body claims, down the scales."""
    found = of_goals(material, "thread.continuity")
    if not found:
        return None
    knots = {goal: _knots(material, goal) for goal in found}
    rows = [place for place in range(len(ROWS)) if any(knot != Knot() for of in knots.values() for knot in [of[place]])]
    scales = [Scale(name=ROWS[place][0], level=_level(ROWS[place][1])) for place in rows]
    strands = [
        Strand(code=short(goal), name=framework().goal(goal).short, knots=tuple(knots[goal][place] for place in rows))
        for goal in found
    ]
    title = _title(material, found)
    label = f"Threads of {counted(len(found), 'goal', 'goals')} down the scales. {title}. The table has every number"
    return Figure(
        id="thread-loom",
        title=title,
        subtitle="Each golden thread hangs from a Sustainable Development Goal (SDG) and runs down the scales, from "
        "the nation to teams. It thins where bodies drop the goal, and breaks where all do.",
        body=join(
            [
                thread_patterns(),
                thread_legend(),
                *(thread_loom(scales, strands, loom=loom, label=label) for loom in (WIDE, NARROW)),
            ]
        ),
        caption=f"n = {_spoken(material)}, as they stand on {day(material.as_at)}. A count of what is declared, and "
        "not a sample, so it has no interval. The table says how far the silent could change it.",
        method="thread",
        cannot="Whether a goal that is written down is worked for, or one that is not written down is neglected. A "
        "body that drops a goal may have good reasons, or may not have been asked to write it down. That the words "
        "run through does not show that one body moved another.",
        grids=(_grid(material, found), _scale_grid(material, found)),
    )


def _knots(material: Material, goal: str) -> list[Knot]:
    there = [f for f in material.own["thread.continuity"] if f.unit == goal and "reach" in f.detail]
    return [
        Knot(**{name: sum(int(f.detail[name]) for f in there if f.detail["reach"] in reaches) for name in _COUNTS})
        for _, reaches in ROWS
    ]


def _level(reaches: tuple[str, ...]) -> str:
    return next(scale.level for scale in framework().scales if scale.id == reaches[0])


def _title(material: Material, found: dict[str, Finding]) -> str:
    reached = [goal for goal, f in found.items() if f.n]
    breaks = {goal: f for goal, f in of_goals(material, "thread.first_break").items() if f.estimate is not None}
    if not any(f.detail["carried"] for f in found.values()):
        return "No goal is carried from above here"
    if not breaks:
        goals = counted(len(reached), "goal is", "goals are")
        return f"{goals} carried here, and no body that has spoken drops {'it' if len(reached) == 1 else 'any'}"
    told = [f"{short(goal)} most often at {_scale_word(f)}" for goal, f in breaks.items()]
    named = listed(told) if len(told) <= _NAMED else f"{', '.join(told[:_NAMED])} and others"
    if len(reached) == 1:
        return f"The one goal carried here is dropped by some: {named}"
    if len(breaks) == 1:
        return f"One of {len(reached)} goals carried here is dropped by some: {named}"
    return f"Of {len(reached)} goals carried here, {len(breaks)} are dropped by some: {named}"


def _scale_word(finding: Finding) -> str:
    name = next(scale.name for scale in framework().scales if scale.id == finding.detail["at"])
    return f"{name.lower()} scale (by {whole(finding.estimate or 0)})"


def _spoken(material: Material) -> str:
    """Return how many bodies have spoken, of how many."""
    declared = material.of_system("thread.declared")
    if declared is None or declared.n is None:
        return "the bodies of the study"
    count = whole(declared.detail["count"])
    return f"{count} of {counted(declared.n, 'body', 'bodies')} that have said which goals or purposes they serve"


def _grid(material: Material, found: dict[str, Finding]) -> Grid:
    breaks, breadth = of_goals(material, "thread.first_break"), of_goals(material, "thread.breadth")
    sectors = {sector.id: sector.name for sector in framework().sectors}
    rows = [
        (
            full(goal),
            *_counts(f),
            continuity(f),
            bounds(f),
            "nowhere" if breaks[goal].estimate is None else _scale_word(breaks[goal]),
            listed([sectors[each] for each in breadth[goal].detail["sectors"]]) or "none",
        )
        for goal, f in found.items()
    ]
    columns = ("Carried by", "Dropped by", "Orphaned", "Silent, would be reached", "Continuity", "If the silent spoke")
    return Grid(
        caption="Each goal: how far its thread runs",
        columns=("Goal", *columns, "Most dropped at", "Sectors that carry it"),
        rows=tuple(rows),
        numeric=frozenset(range(1, 7)),
    )


def _scale_grid(material: Material, found: dict[str, Finding]) -> Grid:
    names = {scale.id: scale.name for scale in framework().scales}
    there = [f for f in material.own["thread.continuity"] if f.unit in found and "reach" in f.detail]
    rows = [
        (
            full(f.unit),
            names[f.detail["reach"]],
            *_counts(f),
            continuity(f),
            bounds(f),
            listed([material.called(body) for body in f.detail["drop"]]) or "nobody",
        )
        for f in there
    ]
    columns = ("Carried by", "Dropped by", "Orphaned", "Silent, would be reached", "Continuity", "If the silent spoke")
    return Grid(
        caption="Each goal at each scale",
        columns=("Goal", "Scale", *columns, "Who drops it"),
        rows=tuple(rows),
        numeric=frozenset(range(2, 8)),
    )


def _counts(finding: Finding) -> tuple[str, ...]:
    return tuple(whole(finding.detail[name]) for name in _COUNTS)


def continuity(finding: Finding) -> str:
    """Return the share that carry, or that nobody who could has spoken."""
    return "nobody has spoken" if finding.estimate is None else share(finding.estimate)


def bounds(finding: Finding) -> str:
    """Return how low and how high it could be if the silent spoke."""
    if finding.lower is None or finding.upper is None:
        return "not known"
    if finding.lower == finding.upper:
        return "nobody is silent"
    return f"{100 * finding.lower:.0f} to {share(finding.upper)}"
