"""How fragmented the steering is, and to how many masters each kind of body answers."""

from __future__ import annotations

from collections import defaultdict
from statistics import mean

from markupsafe import Markup

from leaderful.framework import framework
from leaderful.measures.findings import Finding
from leaderful.report.figures.strips import Strip, count_axis, hidden_row, strip_axis, strip_row
from leaderful.report.markup import hidden, tag
from leaderful.report.material import Material, middle_half
from leaderful.report.page import Figure, Grid
from leaderful.report.wording import counted, day, listed, sentence, whole

_METHOD = "structure"
_SIGNS = (
    ("structure.employers", "Employers", "bodies that employ their own staff"),
    ("structure.funders", "Funders and commissioners", "bodies that fund or commission a body of the system"),
    ("structure.regulators", "Regulators", "bodies that regulate a body of the system"),
    (
        "structure.accountability",
        "Accountability mechanisms",
        "pairs of a body and a way it holds others to account",
    ),
)


def fragmentation_figure(material: Material) -> Figure:
    """Return the figure of the four signs of fragmentation that the paper names."""
    rows, strips, table = [], [], []
    kept_back: list[tuple[str, str]] = []
    for measure, name, meaning in _SIGNS:
        finding = material.of_system(measure)
        if finding is not None and finding.status == "suppressed":
            kept_back.append((name, meaning))
        if finding is None or finding.estimate is None:
            continue
        others = material.across_england(measure)
        low, high = middle_half(others)
        strips.append((name, meaning, finding, others, low, high))
    for name, meaning, finding, others, low, high in strips:
        value = finding.estimate or 0
        words = _against(value, low, high) if others else "England is not known"
        drawn = Strip(
            estimate=value,
            lower=value,
            upper=value,
            england=tuple(others),
            middle_half=(low, high),
            spoken=f"{name}: {whole(value)}; half of England's systems have {whole(low)} to {whole(high)}",
        )
        rows.append((name, meaning, value, words, drawn, low, high))
        quarters = (whole(low), whole(high)) if others else ("not known", "not known")
        table.append((name, whole(value), *quarters, words))
    table.extend((name, hidden(), "", "", "") for name, _ in kept_back)
    body = tag(
        "div",
        *[_sign_row(name, meaning, value, words, drawn) for name, meaning, value, words, drawn, _, _ in rows],
        *[hidden_row(name, meaning) for name, meaning in kept_back],
        class_="strips",
    )
    n = len(material.across_england("structure.employers"))
    return Figure(
        id="fragmentation",
        title=_fragmentation_title([(name, words) for name, _, _, words, drawn, _, _ in rows if drawn.england]),
        subtitle="Four signs of fragmentation that the paper names, counted here and set against England's systems: "
        "grey ticks are systems, the grey band holds the middle half of them, the dotted line is their mean.",
        body=body,
        caption=f"n = {n} systems on {day(material.as_at)}. Counts of lists, so no interval is drawn.",
        method=_METHOD,
        cannot="Whether more bodies means harder work. Large systems have more of everything: these counts are not "
        "divided by population, because each employer is one more to agree with whatever its size.",
        grids=(
            Grid(
                caption="Signs of fragmentation",
                columns=(
                    "Sign",
                    "This system",
                    "England: quarter have fewer",
                    "England: quarter have more",
                    "In words",
                ),
                rows=tuple(table),
                numeric=frozenset({1, 2, 3}),
            ),
        ),
    )


def _sign_row(name: str, meaning: str, value: float, words: str, drawn: Strip) -> Markup:
    alike = set(drawn.england) == {drawn.estimate}
    if not drawn.england:
        drawing, words = tag("div", words, class_="same"), ""
    elif alike:
        drawing, words = tag("div", "The same in every system: the law sets it.", class_="same"), ""
    else:
        axis = count_axis([drawn], reference=mean(drawn.england))
        drawing = tag("div", strip_row(drawn, axis), strip_axis(axis, unit=name.lower()))
    return tag(
        "div",
        tag("div", name, tag("small", meaning), class_="q"),
        drawing,
        tag("div", tag("b", whole(value)), tag("small", words), class_="v"),
        class_="strip macro",
    )


def _fragmentation_title(signs: list[tuple[str, str]]) -> str:
    if not signs:
        return "Four signs of fragmentation in this system"
    above = [name.lower() for name, words in signs if words.startswith("more")]
    below = [name.lower() for name, words in signs if words.startswith("fewer")]
    if not above and not below:
        return "On every count of fragmentation this system lies within the middle half of England's"
    parts = [f"more {listed(above)}" if above else "", f"fewer {listed(below)}" if below else ""]
    told = listed([part for part in parts if part], last="but")
    return f"This system has {told} than the middle half of England's systems"


def _against(value: float, low: float, high: float) -> str:
    if value > high:
        return "more than most systems"
    return "fewer than most systems" if value < low else "within the middle half"


def masters_figure(material: Material) -> Figure:
    """Return the figure of how many bodies each kind of body answers to."""
    kinds = {kind.id: kind for kind in framework().body_kinds}
    grouped: dict[str, list[Finding]] = defaultdict(list)
    for finding in material.own.get("structure.answers_to", []):
        grouped[finding.detail["kind"]].append(finding)
    rows = []
    for kind, found in grouped.items():
        counts = [int(finding.estimate or 0) for finding in found]
        rows.append((kind, mean(counts), min(counts), max(counts), len(found), _masters_named(found, material)))
    rows.sort(key=lambda row: (-row[1], row[0]))
    rows = [row for row in rows if row[3] > 0]
    most = max((row[3] for row in rows), default=1)
    bars = [
        tag(
            "div",
            tag("div", kinds[kind].plural if n > 1 else kinds[kind].name, tag("small", who), class_="q"),
            _bar(average, lowest, highest, most),
            tag(
                "div",
                tag("b", _range(lowest, highest)),
                tag("small", counted(n, "body", "bodies")),
                class_="v",
            ),
            class_="strip meso",
        )
        for kind, average, lowest, highest, n, who in rows
    ]
    top = rows[0] if rows else None
    title = (
        f"{sentence(kinds[top[0]].plural if top[4] > 1 else kinds[top[0]].name)} answer to {_range(top[2], top[3])} "
        "bodies, more than any other kind"
        if top and (len(rows) < 2 or top[1] > rows[1][1])
        else "How many bodies each kind of body answers to"
    )
    return Figure(
        id="masters",
        title=title,
        subtitle="How many different bodies hold a vertical tie to each body (they oversee, regulate, fund or "
        "commission it, or delegate to it), by kind: the bar is the mean, the line the range.",
        body=tag("div", *bars, class_="strips"),
        caption=f"n = {whole(sum(row[4] for row in rows))} bodies on {day(material.as_at)}; a count, not a sample.",
        method=_METHOD,
        cannot="How heavily each line weighs, or whether two lines ask for opposite things. The paper's claim is that "
        "accountabilities which pull apart hold collaboration back; whether they pull apart here is a question "
        "only people in the system can answer.",
        grids=(
            Grid(
                caption="Bodies that each kind of body answers to",
                columns=("Kind of body", "Bodies", "Mean", "Fewest", "Most", "To whom"),
                rows=tuple(
                    (kinds[kind].name, whole(n), f"{average:.1f}", whole(lowest), whole(highest), who)
                    for kind, average, lowest, highest, n, who in rows
                ),
                numeric=frozenset({1, 2, 3, 4}),
            ),
        ),
    )


def _masters_named(found: list[Finding], material: Material) -> str:
    sources = sorted({source for finding in found for source in finding.detail["answers_to"]})
    return listed([material.names.get(source, source) for source in sources])


def _range(lowest: int, highest: int) -> str:
    return str(lowest) if lowest == highest else f"{lowest} to {highest}"


def _bar(average: float, lowest: int, highest: int, most: int) -> Markup:
    def at(value: float) -> str:
        return f"{100 * value / most:.1f}%"

    return tag(
        "svg",
        tag("rect", x="0%", y=9, width=at(average), height=14, fill="var(--level)", opacity=0.85),
        tag("line", x1=at(lowest), x2=at(highest), y1=16, y2=16, stroke="#1b2430", stroke_width=2),
        width="100%",
        height=32,
        role="img",
        aria_label=f"mean {average:.1f}, from {lowest} to {highest}",
    )
