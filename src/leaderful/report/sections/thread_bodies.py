"""Which body carries, drops or holds which goal, one mark for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from leaderful.framework import framework
from leaderful.measures.findings import Finding
from leaderful.report.bodies import in_order, named
from leaderful.report.figures.matrix import Group, matrix
from leaderful.report.markup import join, tag
from leaderful.report.material import Material
from leaderful.report.page import Figure, Grid
from leaderful.report.sections.thread_goals import ROWS, full, of_goals, short
from leaderful.report.wording import counted, day, listed, whole

_States = Mapping[tuple[str, str], Finding]
_FEW = 4
"""So many silent bodies of a scale are named under the marks; the table names all."""


def bodies_figure(material: Material) -> Figure | None:
    """Return every body that has spoken against every goal that somebody claims."""
    goals = list(of_goals(material, "thread.continuity"))
    states = {(f.unit, f.detail["goal"]): f for f in material.own.get("thread.state", []) if "goal" in f.detail}
    silent = {f.unit: f for f in material.own.get("thread.state", []) if f.status == "insufficient"}
    if not states:
        return None
    groups = [group for group in (_group(material, row, goals, states, silent) for row in ROWS) if group.rows]
    columns = [tag("th", tag("span", full(goal), class_="up"), scope="col") for goal in goals]
    bodies = len({body for body, _ in states})
    return Figure(
        id="thread-bodies",
        title=_title(material, states),
        subtitle="A row for each body that has said which goals or purposes it serves, by scale and sector; this is "
        "no ranking. A whole thread is a goal carried, a torn one a goal dropped, a ring a goal orphaned.",
        body=join([_legend(), matrix("Bodies and goals", "Body", columns, groups, kind="of-thread")]),
        caption=f"n = {counted(bodies, 'body', 'bodies')} that have spoken and {whole(len(silent))} that are silent, "
        f"on {day(material.as_at)}. “Plan” marks what is read from a plan and confirmed; “before” what was said by a "
        "body that this one took over from.",
        method="thread",
        cannot="How much a body does for a goal, or how well. A dot is no fault: nobody right above carries that goal.",
        grids=(_grid(material, goals, states, silent), _purposes_grid(material, states)),
    )


def _title(material: Material, states: _States) -> str:
    orphans = sorted({f.unit for f in states.values() if f.detail["state"] == "orphaned"})
    bodies = {f.unit for f in states.values()}
    droppers = {f.unit for f in states.values() if f.detail["state"] == "dropped"}
    start = f"{whole(len(droppers))} of {counted(len(bodies), 'body', 'bodies')} drop a goal that is carried above them"
    if not droppers:
        start = "No body drops a goal that is carried above it"
    if not orphans:
        return start
    names = listed([material.called(body) for body in orphans[:2]])
    who = names if len(orphans) <= 2 else f"{whole(len(orphans))} bodies"
    return f"{start}; {who} {'holds' if len(orphans) == 1 else 'hold'} one with nobody above"


def _group(
    material: Material,
    row: tuple[str, tuple[str, ...]],
    goals: Sequence[str],
    states: _States,
    silent: Mapping[str, Finding],
) -> Group:
    name, reaches = row
    spoken = in_order(material, [body for (body, _), f in states.items() if f.detail["at"] in reaches])
    hushed = in_order(material, [body for body, f in silent.items() if f.detail["at"] in reaches])
    rows = [(named(material, body), tuple(_cell(states[body, goal]) for goal in goals)) for body in spoken]
    if hushed:
        cell = tag("td", tag("span", "nothing declared"), colspan=len(goals), class_="hush")
        rows.append((tag("span", _hushed(material, hushed, bool(spoken))), (cell,)))
    return Group(name=name, rows=tuple(rows))


def _hushed(material: Material, bodies: Sequence[str], others: bool) -> str:
    if len(bodies) <= _FEW:
        return listed([material.called(body) for body in bodies])
    return counted(len(bodies), "other", "others") if others else counted(len(bodies), "body", "bodies")


def _cell(finding: Finding) -> Markup:
    detail = finding.detail
    notes = ["plan"] * (detail["basis"] == ["confirmed-plan"]) + ["before"] * bool(detail["inherited"])
    state = str(detail["state"])
    return tag(
        "td",
        _mark(state),
        tag("span", state, class_="heard"),
        *([tag("small", ", ".join(notes))] if notes and state in ("carried", "orphaned") else []),
    )


def _mark(state: str) -> Markup:
    shapes = {
        "carried": (tag("path", d="M10 0V26", class_="whole"),),
        "dropped": (
            tag("path", d="M10 0V9", class_="whole"),
            tag("path", d="M7.5 9L5.5 16M10 9L9.5 14M12.5 9L14.5 15", class_="torn"),
        ),
        "orphaned": (tag("path", d="M10 12V26", class_="stray"), tag("circle", cx=10, cy=8, r=5, class_="ring")),
        "absent": (tag("circle", cx=10, cy=13, r=1.4, class_="none"),),
    }
    return tag("svg", *shapes[state], width=20, height=26, aria_hidden="true", class_="thread-mark")


def _legend() -> Markup:
    words = {
        "carried": "carried",
        "dropped": "dropped: carried above, not here",
        "orphaned": "orphaned: held here, carried by nobody above",
        "absent": "absent: neither here nor right above",
    }
    hush = tag("i", class_="hush-sign")
    signs = [tag("li", _mark(state), text) for state, text in words.items()]
    return tag("ul", *signs, tag("li", hush, "nothing declared"), class_="legend")


def _state_words(material: Material, finding: Finding) -> str:
    detail = finding.detail
    notes = []
    if detail["inherited"]:
        notes.append(f"as said before by {listed([material.called(body) for body in detail['inherited']])}")
    if detail["basis"] == ["confirmed-plan"]:
        notes.append("by its plan")
    if detail["gap"]:
        notes.append("taken up again below a break")
    if detail["state"] == "orphaned" and detail["beside"]:
        notes.append(f"carried beside it by {listed([material.called(body) for body in detail['beside']])}")
    if detail["state"] == "dropped":
        notes += ["its plan says so"] * ("drops" in detail["says"]) + ["put off in its plan"] * (
            "defers" in detail["says"]
        )
    return f"{detail['state']} ({'; '.join(notes)})" if notes else str(detail["state"])


def _grid(material: Material, goals: Sequence[str], states: _States, silent: Mapping[str, Finding]) -> Grid:
    names = {scale.id: scale.name for scale in framework().scales}
    at = {body: f.detail["at"] for (body, _), f in states.items()} | {b: f.detail["at"] for b, f in silent.items()}
    order = {scale: place for place, scale in enumerate(names)}
    bodies = sorted(in_order(material, at), key=lambda body: order[at[body]])
    return Grid(
        caption="Every body and goal in words",
        columns=("Body", "Scale", *(short(goal) for goal in goals)),
        rows=tuple(
            (
                material.called(body),
                names[at[body]],
                *(
                    "nothing declared" if body in silent else _state_words(material, states[body, goal])
                    for goal in goals
                ),
            )
            for body in bodies
        ),
        sortable=False,
    )


def _purposes_grid(material: Material, states: _States) -> Grid:
    rows = [
        (
            material.called(f.unit),
            full(f.detail["goal"]),
            statement,
            str(f.detail["state"]),
            " → ".join(material.called(body) for body in f.detail["via"]) or _no_way(f),
        )
        for f in states.values()
        for _, statement in f.detail["purposes"]
    ]
    return Grid(
        caption="The purposes behind the marks, and the way up",
        columns=("Body", "Goal", "Purpose, in the body's words", "State", "Carried above by"),
        rows=tuple(rows),
        sortable=False,
    )


def _no_way(finding: Finding) -> str:
    return "nobody" if finding.detail["state"] == "orphaned" else "the thread starts here"
