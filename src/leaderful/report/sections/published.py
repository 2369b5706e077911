"""What public evidence says about collaborative leadership, set against England's spread."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from leaderful.framework import framework
from leaderful.framework.entries import SurveyQuestion
from leaderful.measures.findings import Finding
from leaderful.report.figures.strips import (
    Axis,
    Strip,
    difference_axis,
    hidden_row,
    strip_axis,
    strip_legend,
    strip_row,
)
from leaderful.report.markup import hidden, join, tag
from leaderful.report.material import Material, middle_half
from leaderful.report.page import Figure, Grid, Section
from leaderful.report.sections.asked import Asked, asked, here, hidden_questions, latest_year, sense
from leaderful.report.wording import between, counted, listed, percent, points, whole

_LEVEL_NAMES = {
    "macro": "Macro: purpose",
    "meso": "Meso: learning and adapting",
    "micro": "Micro: trust, respect and agency",
    "": "Pressure on staff: context, not leadership",
}


def published_section(material: Material) -> Section:
    """Return the section on what staff of NHS trusts say."""
    year = latest_year(material)
    rows = asked(material, year)
    hidden_ones = hidden_questions(material, year)
    if not rows:
        return _nothing(material, hidden_ones)
    leading = [question for question in hidden_ones if question.constructs]
    pressure = [question for question in hidden_ones if not question.constructs]
    spread = (_spread(material, rows, leading, year),) if any(row.question.constructs for row in rows) else ()
    figures = (*spread, *_pressure(rows, pressure, year))
    return Section(
        id="public-evidence",
        name="What staff say",
        heading="What public evidence says about leading together",
        lead=(
            "Only one public source asks people about the ideas in this framework: the NHS Staff Survey. Its questions "
            "were written for another purpose, so each is a sign of an idea and not a measure of it.",
        ),
        figures=figures,
        body=_hidden_rows(hidden_ones) if len(figures) < 2 else Markup(""),
        questions=(
            "Where staff's answers surprise you: who in the system would not be surprised?",
            "The survey asks about a person's own employer. What would the same question sound like if it asked about "
            "partners?",
        ),
    )


def _nothing(material: Material, hidden_ones: Sequence[SurveyQuestion]) -> Section:
    of_system = [f for f in here(material, "published.percent") if f.unit_kind == "system"]
    reasons = sorted({f.reason for f in of_system if f.status != "ok"})
    if any(f.status == "ok" for f in of_system):
        reasons.append("England's findings, which a system is set against, are missing")
    why = listed(reasons) if reasons else "no trust of this system is in the published tables"
    return Section(
        id="public-evidence",
        name="What staff say",
        heading="No public survey figure can be given for this system",
        lead=(f"The reason: {why}.",),
        body=_hidden_rows(hidden_ones),
    )


def _hidden_rows(questions: Sequence[SurveyQuestion]) -> Markup:
    if not questions:
        return Markup("")
    return tag("div", *[hidden_row(question.name, question.id) for question in questions], class_="strips")


def _spread(material: Material, rows: Sequence[Asked], kept_back: Sequence[SurveyQuestion], year: str) -> Figure:
    chosen = [row for row in rows if row.question.constructs]
    body = _strips(chosen, ("macro", "meso", "micro"), kept_back)
    people = max(row.percent.n or 0 for row in chosen)
    return Figure(
        id="spread",
        title=spread_title(chosen),
        subtitle="Percentage points above or below England, that is, a typical NHS trust, small and large alike; to "
        "the right is better for leading together. Kinds of trust differ: ambulance staff answer unlike community "
        "staff wherever they work, so the open diamond compares each trust with its own kind.",
        body=body,
        caption=f"NHS Staff Survey {year}; n = up to {whole(people)} people in "
        f"{counted(_trusts(chosen), 'NHS trust', 'NHS trusts')}, against {len(chosen[0].others)} systems. "
        f"{_who_else(material, year)}Intervals are wide because trusts of one system differ from each other: they "
        "speak of what a system's trusts have in common, not of the people who happened to answer. With "
        f"{len(rows)} questions, about one would be called higher or lower by chance alone, and about three at least "
        "probably so.",
        method="published",
        cannot="Anything about councils, voluntary groups, general practice, police or care providers, whose staff are "
        "not asked. Nor what staff think of partners: each question is about their own employer or team. And not "
        "why: a difference has many possible causes.",
        grids=(_spread_grid(chosen, kept_back, f"What staff said in {year}"),),
    )


def _who_else(material: Material, year: str) -> str:
    """Return which of the answers come from trusts that have since ended, and whose answers do not count."""
    found = [f for f in here(material, "published.percent") if f.unit_kind == "body" and f.wave == year]
    ended = {f.unit for f in found if f.unit not in material.names and "outside" not in f.detail}
    own = max((f.n or 0 for f in found if f.unit == material.system), default=0)
    merged = f"{counted(len(ended), 'of these trusts has', 'of these trusts have')} since merged or closed. "
    board = f"The {whole(own)} staff of the ICB itself who answered are not in these figures. "
    return f"{merged if ended else ''}{board if own else ''}"


def _pressure(rows: Sequence[Asked], kept_back: Sequence[SurveyQuestion], year: str) -> tuple[Figure, ...]:
    chosen = [row for row in rows if not row.question.constructs]
    if not chosen:
        return ()
    return (
        Figure(
            id="pressure",
            title=_pressure_title(chosen),
            subtitle="Context for all the rest: people under pressure have less time to lead. Percentage points above "
            "or below a typical NHS trust in England, as published; for some questions more is worse, and the row "
            "says so.",
            body=_strips(chosen, ("",), kept_back),
            caption=f"NHS Staff Survey {year}; n = up to {whole(max(row.percent.n or 0 for row in chosen))} people.",
            method="published",
            cannot="Whether pressure is the reason for anything else on this page.",
            grids=(_spread_grid(chosen, kept_back, f"Pressure on staff in {year}"),),
        ),
    )


def _strips(rows: Sequence[Asked], levels: Sequence[str], kept_back: Sequence[SurveyQuestion]) -> Markup:
    drawn = {row.question.id: _strip(row) for row in rows}
    axis = difference_axis(list(drawn.values()))
    parts = [strip_legend(), tag("div", strip_axis(axis, unit="percentage points"), class_="axis")]
    for level in levels:
        inside = [row for row in rows if row.level == level]
        if not inside:
            continue
        parts.append(
            tag(
                "div",
                tag("p", _LEVEL_NAMES[level], class_="band-title"),
                tag("div", *[_row(row, drawn[row.question.id], axis) for row in inside], class_="strips"),
                class_=level or "pressure",
            )
        )
    return join([*parts, _hidden_rows(kept_back)])


def _strip(row: Asked) -> Strip:
    centre = row.mean.estimate or 0.0
    others = tuple(value - centre for value in row.others)
    difference = row.difference
    estimate, lower, upper = (float(v or 0.0) for v in (difference.estimate, difference.lower, difference.upper))
    low, high = middle_half(others)
    return Strip(
        estimate=estimate,
        lower=lower,
        upper=upper,
        england=others,
        middle_half=(low, high),
        alike=_interval(row.alike) if row.alike else None,
        spoken=f"{row.label}: {points(estimate)} percentage points against England's mean, "
        f"interval {between(lower, upper)}; {row.verdict}",
    )


def _interval(finding: Finding) -> tuple[float, float, float]:
    return float(finding.estimate or 0.0), float(finding.lower or 0.0), float(finding.upper or 0.0)


def _row(row: Asked, strip: Strip, axis: Axis) -> Markup:
    constructs = [framework().construct(id).name.lower() for id in row.question.constructs]
    about = f"{row.question.id} · {listed(constructs)}" if constructs else row.question.id
    return tag(
        "div",
        tag("div", row.label, tag("small", f"{about}{sense(row.question)}"), class_="q"),
        strip_row(strip, axis),
        tag(
            "div",
            tag("b", _verdict_words(row.verdict)),
            tag("small", f"{points(strip.estimate)} {_kept_together(strip.lower, strip.upper)}"),
            tag("small", f"like with like: {_alike_words(row.alike)}") if row.alike else Markup(""),
            tag("small", f"{percent(float(row.percent.detail['raw']))} of all who answered"),
            class_="v",
        ),
        class_="strip",
    )


def _verdict_words(verdict: str) -> str:
    if verdict == "cannot tell apart":
        return "Cannot tell apart"
    return f"{verdict.capitalize()} than England"


def spread_title(rows: Sequence[Asked]) -> str:
    """Return the sentence that says where the system's trusts stand, taken together."""
    plain = _counted_verdicts([row.verdict for row in rows])
    alike = _counted_verdicts([row.alike_verdict for row in rows])
    if plain:
        start = f"Taken together, this system's trusts stand {plain} of {len(rows)} questions about leading together"
    else:
        start = f"On none of {len(rows)} questions do this system's trusts, taken together, stand apart from England's"
    if alike == plain:
        return start
    return f"{start}; compared with trusts of their own kind, {alike or 'on none'}"


def _counted_verdicts(verdicts: Sequence[str]) -> str:
    words = (
        ("higher", "above England's on"),
        ("probably higher", "probably above England's on"),
        ("lower", "below England's on"),
        ("probably lower", "probably below England's on"),
    )
    return listed([f"{text} {verdicts.count(verdict)}" for verdict, text in words if verdict in verdicts])


def _pressure_title(rows: Sequence[Asked]) -> str:
    told = _counted_verdicts([row.verdict for row in rows])
    if not told:
        return f"On none of {len(rows)} signs does pressure on staff here stand apart from England's"
    return f"Pressure on staff: taken together, trusts here stand {told} of {len(rows)} signs"


def _q_words(q: float) -> str:
    return "<0.01" if q < 0.01 else f"{q:.2f}"


def _spread_grid(rows: Sequence[Asked], kept_back: Sequence[SurveyQuestion], caption: str) -> Grid:
    return Grid(
        caption=caption,
        columns=(
            "Question",
            "Here, all who answered",
            "England, all who answered",
            "Here, typical trust",
            "England, typical trust",
            "Difference, points",
            "95 % interval",
            "In words",
            "q",
            "Like with like",
            "n",
        ),
        rows=tuple(
            (
                f"{row.question.id} {row.label}",
                percent(float(row.percent.detail["raw"])),
                percent(float(row.mean.detail["raw"])),
                percent(row.percent.estimate or 0.0),
                percent(row.mean.estimate or 0.0),
                points(row.difference.estimate or 0.0),
                between(row.difference.lower or 0.0, row.difference.upper or 0.0),
                row.verdict,
                _q_words(float(row.difference.detail["q"])),
                _alike_words(row.alike),
                whole(row.percent.n or 0),
            )
            for row in rows
        )
        + tuple((f"{question.id} {question.name}", *[hidden()] * 10) for question in kept_back),
        numeric=frozenset({1, 2, 3, 4, 5, 8, 10}),
    )


def _alike_words(alike: Finding | None) -> str:
    if alike is None:
        return "not estimated"
    interval = _kept_together(alike.lower or 0.0, alike.upper or 0.0)
    return f"{alike.detail['verdict']}, {points(alike.estimate or 0.0)} {interval}"


def _kept_together(lower: float, upper: float) -> str:
    """Return an interval in brackets that is not broken over two lines."""
    return f"({between(lower, upper)})".replace(" ", "\u00a0")


def _trusts(rows: Sequence[Asked]) -> int:
    return max(int(row.percent.detail.get("organisations", 0)) for row in rows)
