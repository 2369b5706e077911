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
from leaderful.report.sections.asked import elsewhere, here, sense
from leaderful.report.wording import between, counted, listed, percent, points, sentence, whole

_MOVED = {
    "higher": "Up",
    "probably higher": "Probably up",
    "cannot tell apart": "Cannot tell",
    "probably lower": "Probably down",
    "lower": "Down",
}
_ROSE = {"higher": "rose", "probably higher": "probably rose", "lower": "fell", "probably lower": "probably fell"}
_AGAINST = {
    "higher": "higher than",
    "probably higher": "probably higher than",
    "cannot tell apart": "cannot be told apart from",
    "probably lower": "probably lower than",
    "lower": "lower than",
}
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
            "Much of what moves here moves in all of England. So each change is given twice: as it was in this "
            "system's own trusts, and set against England's change. Integrated Care Boards began on 1 July 2022, when "
            "the pandemic's emergency had just ended.",
        ),
        figures=(figure,) if figure else (),
        body=Markup("") if figure else tag("p", f"No change can be given for this system. {_why(material)}"),
        questions=(
            "Which of these movements did people here notice, and which are simply England's?",
            "Which answer would you most like to see move, and who would have to act together for that?",
        ),
    )


def _years(material: Material) -> tuple[str, str]:
    waves = [f.wave for f in here(material, "published.percent") if f.status == "ok"]
    return min(waves, default=""), max(waves, default="")


@dataclass(frozen=True, kw_only=True)
class _Moved:
    """One question's change over the longest span of years, in the system's own trusts and in England."""

    question: SurveyQuestion
    own: Finding
    against: Finding | None
    """How much more or less than England's change."""
    england: Finding | None


def _changes(material: Material) -> Figure | None:
    found = [moved for question in framework().crosswalk if (moved := _moved(material, question)) is not None]
    found.sort(key=lambda moved: not moved.question.constructs)
    kept_back = [moved for moved in found if moved.own.status == "suppressed"]
    panels = {moved.question.id: _panel(material, moved.question) for moved in found}
    shown = [moved for moved in found if moved.own.status == "ok" and panels[moved.question.id].points]
    if not shown and not kept_back:
        return None
    span = max([_LEAST_SPAN, *(needed_span(panels[moved.question.id]) for moved in shown)])
    return Figure(
        id="changes",
        title=_changes_title([moved for moved in shown if moved.question.constructs]),
        subtitle="Percent of all staff who answered, by year: this system in colour with the sampling noise of each "
        "year, England dashed in grey. All panels are equally tall in percentage points.",
        body=tag(
            "div",
            *[_card(moved, replace(panels[moved.question.id], span=span)) for moved in shown],
            *[_hidden_card(moved.question) for moved in kept_back],
            class_="cards",
        ),
        caption=f"NHS Staff Survey; n = {counted(_matched(shown), 'trust', 'trusts')} surveyed in both years. The "
        "words and their 95 % intervals are about the change that this system's trusts have in common, from the first "
        "year to the last; the line is about all who answered.",
        method="change",
        cannot="Whether the creation of the Integrated Care Board, or anything else, caused a change. People who "
        "answered in the last year are not the people who answered in the first.",
        grids=(_grid(shown, kept_back),),
    )


def _moved(material: Material, question: SurveyQuestion) -> _Moved | None:
    england = _of_question(elsewhere(material, "published.change"), question.id, "england")
    waves = {finding.wave for finding in england}
    own = _of_question(here(material, "published.change.own"), question.id, "system")
    chosen = max((f for f in own if not waves or f.wave in waves), key=_span, default=None)
    if chosen is None:
        return None
    against = _of_question(here(material, "published.change.difference"), question.id, "system")
    return _Moved(
        question=question,
        own=chosen,
        against=next((f for f in against if f.wave == chosen.wave and f.status == "ok"), None),
        england=next((f for f in england if f.wave == chosen.wave and f.status == "ok"), None),
    )


def _of_question(found: Sequence[Finding], question: str, kind: str) -> list[Finding]:
    """Return the findings on a question that are given or hidden."""
    return [
        f
        for f in found
        if f.unit_kind == kind and f.status in ("ok", "suppressed") and f.detail["question"] == question
    ]


def _span(finding: Finding) -> int:
    first, last = finding.wave.split("-")
    return int(last) - int(first)


def _card(moved: _Moved, panel: Panel) -> Markup:
    question, own = moved.question, moved.own
    level = framework().construct(question.constructs[0]).level if question.constructs else "pressure"
    return tag(
        "div",
        tag("h4", question.name),
        line_panel(panel),
        tag("p", tag("b", _MOVED[str(own.detail["verdict"])]), f": {_points_moved(own)}"),
        tag("p", _against_words(moved)) if moved.against and moved.england else Markup(""),
        tag("p", f"{question.id}{sense(question)}"),
        class_=f"card {level}",
    )


def _points_moved(finding: Finding) -> str:
    interval = f"({between(finding.lower or 0.0, finding.upper or 0.0)})".replace(" ", "\u00a0")
    return f"{points(finding.estimate or 0.0)} points {interval}"


def _against_words(moved: _Moved) -> str:
    if not (moved.against and moved.england):
        return "not known"
    england = points(moved.england.estimate or 0.0)
    return f"{sentence(_AGAINST[str(moved.against.detail['verdict'])])} England's {england}"


def _hidden_card(question: SurveyQuestion) -> Markup:
    return tag("div", tag("h4", question.name), tag("p", hidden()), tag("p", question.id), class_="card")


def _grid(shown: Sequence[_Moved], kept_back: Sequence[_Moved]) -> Grid:
    rows: list[tuple[str, ...]] = [
        (
            f"{moved.question.id} {moved.question.name}",
            moved.own.wave,
            points(moved.own.estimate or 0.0),
            between(moved.own.lower or 0.0, moved.own.upper or 0.0),
            str(moved.own.detail["verdict"]),
            points(float(moved.own.detail["raw"])),
            points(moved.england.estimate or 0.0) if moved.england else "not known",
            _against_words(moved),
            whole(moved.own.detail["matched"]),
        )
        for moved in shown
    ]
    rows += [(f"{moved.question.id} {moved.question.name}", moved.own.wave, *[hidden()] * 7) for moved in kept_back]
    return Grid(
        caption="Change from the first year to the last, in percentage points",
        columns=(
            "Question",
            "Years",
            "Its trusts in common",
            "95 % interval",
            "In words",
            "All who answered",
            "England",
            "Against England",
            "Trusts",
        ),
        rows=tuple(rows),
        numeric=frozenset({2, 5, 6, 8}),
    )


def _matched(shown: Sequence[_Moved]) -> int:
    return max((int(moved.own.detail["matched"]) for moved in shown), default=0)


def _why(material: Material) -> str:
    """Return why there is no change, each reason once."""
    found = here(material, "published.change.own") or here(material, "published.change")
    reasons = sorted({f.reason for f in found if f.unit_kind == "system" and f.status != "ok"})
    return f"The reason: {listed(reasons) if reasons else 'no trust of this system is in two years of the tables'}."


def _changes_title(moved: Sequence[_Moved]) -> str:
    if not moved:
        return "How answers moved"
    own = [str(m.own.detail["verdict"]) for m in moved]
    told = [f"{words} on {own.count(verdict)}" for verdict, words in _ROSE.items() if verdict in own]
    apart = [str(m.against.detail["verdict"]) for m in moved if m.against]
    different = sum(verdict != "cannot tell apart" for verdict in apart)
    start = f"Of {len(moved)} questions about leading together, answers in its own trusts {listed(told)}"
    if not told:
        start = f"On none of {len(moved)} questions about leading together can a change in its own trusts be made out"
    if not apart:
        return start
    return f"{start}; the change stands apart from England's, at least probably, on {different or 'none'}"


def _panel(material: Material, question: SurveyQuestion) -> Panel:
    own = sorted(
        (
            f
            for f in here(material, "published.percent")
            if f.unit_kind == "system" and f.status == "ok" and f.detail["question"] == question.id
        ),
        key=lambda f: f.wave,
    )
    years = [int(f.wave) for f in own]
    england = [
        f
        for f in elsewhere(material, "published.mean")
        if f.status == "ok" and f.detail["question"] == question.id and int(f.wave) in years
    ]
    told = ", ".join(f"{f.wave} {percent(float(f.detail['raw']))}" for f in own)
    return Panel(
        points=tuple(_point(f) for f in own) if len(own) > 1 else (),
        england=tuple(sorted((float(f.wave), float(f.detail["raw"])) for f in england)),
        ticks=tuple((float(year), str(year)) for year in years),
        unit="",
        spoken=f"{question.name}, of all who answered: {told}",
    )


def _point(finding: Finding) -> Point:
    """Return a year's percentage of all who answered, with the sampling noise of that many people."""
    raw, people = float(finding.detail["raw"]), max(finding.n or 1, 1)
    half = 1.96 * (raw * (100 - raw) / people) ** 0.5
    return Point(at=int(finding.wave), value=raw, lower=max(0.0, raw - half), upper=min(100.0, raw + half))
