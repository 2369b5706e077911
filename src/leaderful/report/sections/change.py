"""How answers moved over the years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from leaderful.framework import framework
from leaderful.framework.entries import SurveyQuestion
from leaderful.measures.findings import Finding
from leaderful.report.figures.lines import Panel, Point, line_panel, needed_span
from leaderful.report.markup import hidden, tag
from leaderful.report.material import Material
from leaderful.report.page import Figure, Grid, Section
from leaderful.report.sections.asked import sense
from leaderful.report.wording import between, counted, listed, percent, points, whole

_LEAST_SPAN = 12.0
"""Panels are at least this tall in percentage points, so that small changes look small."""


def change_section(material: Material) -> Section:
    """Return the section on how it moved."""
    figure = _changes(material)
    first, last = _years(material)
    return Section(
        id="change",
        name="How it moved",
        heading=f"How it moved from {first} to {last}" if first != last else "How it moved",
        lead=(
            "Change is taken from trusts that answered in both years. Integrated Care Boards began on 1 July 2022, "
            "when the pandemic's emergency had just ended.",
        ),
        figures=(figure,) if figure else (),
        body=Markup("") if figure else tag("p", f"No change can be given for this system. {_why(material)}"),
        questions=(
            "What happened here in these years that did not happen elsewhere?",
            "Which gain would you most like to keep, and what is keeping it going?",
        ),
    )


def _years(material: Material) -> tuple[str, str]:
    waves = [f.wave for f in material.own.get("published.percent", []) if f.status == "ok"]
    return min(waves, default=""), max(waves, default="")


@dataclass(frozen=True, kw_only=True)
class _Moved:
    """One question's change over the longest span of years, here and in England."""

    question: SurveyQuestion
    change: Finding
    england: Finding | None


def _changes(material: Material) -> Figure | None:
    found = [moved for question in framework().crosswalk if (moved := _moved(material, question)) is not None]
    found.sort(key=lambda moved: not moved.question.constructs)
    shown = [moved for moved in found if moved.change.status == "ok"]
    kept_back = [moved for moved in found if moved.change.status == "suppressed"]
    panels = {moved.question.id: _panel(material, moved.question) for moved in shown}
    shown = [moved for moved in shown if panels[moved.question.id].points]
    if not shown and not kept_back:
        return None
    span = max([_LEAST_SPAN, *(needed_span(panels[moved.question.id]) for moved in shown)])
    return Figure(
        id="changes",
        title=_changes_title([moved.change for moved in shown if moved.question.constructs]),
        subtitle="Percent of staff by year: this system in colour with its 95 % interval, England's mean dashed in "
        "grey. All panels are equally tall in percentage points.",
        body=tag(
            "div",
            *[_card(moved, replace(panels[moved.question.id], span=span)) for moved in shown],
            *[_hidden_card(moved.question) for moved in kept_back],
            class_="cards",
        ),
        caption=f"NHS Staff Survey; n = {counted(_matched(shown), 'trust', 'trusts')} surveyed in both years. The "
        "words compare the last year with the first.",
        method="change",
        cannot="Whether the creation of the Integrated Care Board, or anything else, caused a change. People who "
        "answered in the last year are not the people who answered in the first.",
        grids=(_grid(shown, kept_back),),
    )


def _moved(material: Material, question: SurveyQuestion) -> _Moved | None:
    change = _longest(material.own.get("published.change", []), question.id, "system")
    if change is None:
        return None
    england = _longest(material.spread.get("published.change", []), question.id, "england")
    return _Moved(question=question, change=change, england=england)


def _card(moved: _Moved, panel: Panel) -> Markup:
    question, change = moved.question, moved.change
    level = framework().construct(question.constructs[0]).level if question.constructs else "pressure"
    points_moved = f"{points(change.estimate or 0.0)} points ({between(change.lower or 0.0, change.upper or 0.0)})"
    elsewhere = f"England {points(moved.england.estimate or 0.0)}" if moved.england else ""
    return tag(
        "div",
        tag("h4", question.name),
        line_panel(panel),
        tag("p", tag("b", _moved_words(str(change.detail["verdict"]))), f": {points_moved}. {elsewhere}"),
        tag("p", f"{question.id}{sense(question)}"),
        class_=f"card {level}",
    )


def _hidden_card(question: SurveyQuestion) -> Markup:
    return tag("div", tag("h4", question.name), tag("p", hidden()), tag("p", question.id), class_="card")


def _grid(shown: Sequence[_Moved], kept_back: Sequence[_Moved]) -> Grid:
    rows: list[tuple[str, ...]] = [
        (
            f"{moved.question.id} {moved.question.name}",
            moved.change.wave,
            points(moved.change.estimate or 0.0),
            between(moved.change.lower or 0.0, moved.change.upper or 0.0),
            str(moved.change.detail["verdict"]),
            points(moved.england.estimate or 0.0) if moved.england else "",
            whole(moved.change.detail["matched"]),
        )
        for moved in shown
    ]
    rows += [(f"{moved.question.id} {moved.question.name}", moved.change.wave, *[hidden()] * 5) for moved in kept_back]
    return Grid(
        caption="Change from the first year to the last",
        columns=("Question", "Years", "Change, points", "95 % interval", "In words", "England", "Trusts"),
        rows=tuple(rows),
        numeric=frozenset({2, 5, 6}),
    )


def _matched(shown: Sequence[_Moved]) -> int:
    return max((int(moved.change.detail["matched"]) for moved in shown), default=0)


def _why(material: Material) -> str:
    """Return why there is no change, each reason once."""
    found = material.own.get("published.change", [])
    reasons = sorted({f.reason for f in found if f.unit_kind == "system" and f.status != "ok"})
    return f"The reason: {listed(reasons) if reasons else 'no trust of this system is in two years of the tables'}."


def _longest(found: Sequence[Finding], question: str, kind: str) -> Finding | None:
    """Return the change over the longest span of years, hidden or not."""
    chosen = [
        f
        for f in found
        if f.unit_kind == kind and f.status in ("ok", "suppressed") and f.detail["question"] == question
    ]

    def span(finding: Finding) -> int:
        first, last = finding.wave.split("-")
        return int(last) - int(first)

    return max(chosen, key=span, default=None)


def _moved_words(verdict: str) -> str:
    return {
        "higher": "Up",
        "probably higher": "Probably up",
        "cannot tell apart": "Cannot tell",
        "probably lower": "Probably down",
        "lower": "Down",
    }[verdict]


def _changes_title(changes: Sequence[Finding]) -> str:
    if not changes:
        return "How answers moved"
    up = sum(str(change.detail["verdict"]).endswith("higher") for change in changes)
    down = sum(str(change.detail["verdict"]).endswith("lower") for change in changes)
    if not up and not down:
        return f"On none of {len(changes)} questions about leading together can a change be told from chance"
    still = len(changes) - up - down
    parts = [
        f"{counted(up, 'answer', 'answers')} went up or probably did" if up else "",
        f"{counted(down, 'answer', 'answers')} went down or probably did" if down else "",
        f"{counted(still, 'answer', 'answers')} cannot be told from chance" if still else "",
    ]
    return f"Of {len(changes)} questions about leading together: {listed([part for part in parts if part])}"


def _panel(material: Material, question: SurveyQuestion) -> Panel:
    own = [
        f
        for f in material.own.get("published.percent", [])
        if f.unit_kind == "system" and f.status == "ok" and f.detail["question"] == question.id
    ]
    england = [
        f for f in material.spread.get("published.mean", []) if f.status == "ok" and f.detail["question"] == question.id
    ]
    own.sort(key=lambda f: f.wave)
    years = [int(f.wave) for f in own]
    return Panel(
        points=()
        if len(own) < 2
        else tuple(
            Point(at=int(f.wave), value=f.estimate or 0.0, lower=f.lower or 0.0, upper=f.upper or 0.0) for f in own
        ),
        england=tuple(sorted((float(f.wave), f.estimate or 0.0) for f in england if int(f.wave) in years)),
        ticks=tuple((float(year), str(year)) for year in years),
        unit="",
        spoken=f"{question.name}: "
        + ", ".join(f"{f.wave} {percent(f.estimate or 0.0)} ({between(f.lower or 0.0, f.upper or 0.0)})" for f in own),
    )
