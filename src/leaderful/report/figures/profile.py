"""Rows that show one figure with its interval, and under it the same figure of each tier, on one axis.

Positions are percentages of the row's width, so a row keeps its letter size on a phone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from markupsafe import Markup

from leaderful.report.figures.strips import Axis
from leaderful.report.markup import number, tag

TIERS = ("board", "executive", "manager", "practitioner")
"""Tiers that have a mark of their own, from the top of a row down."""

_INK = "#3c4653"
_FIRST, _UNDER, _STEP = 13, 31, 12


@dataclass(frozen=True, kw_only=True)
class Reading:
    """An estimate with its interval, or the word for having none."""

    estimate: float | None = None
    lower: float | None = None
    upper: float | None = None
    word: str = ""


def score_axis(low: float, high: float) -> Axis:
    """Return the axis of an item scale from its lowest to its highest answer, the middle one marked."""
    step = max(1, ceil((high - low) / 10))
    places = [low + step * k for k in range(ceil((high - low) / step))]
    return Axis(
        low=low, high=high, marks=tuple((place, number(place)) for place in (*places, high)), reference=(low + high) / 2
    )


def change_axis(readings: Sequence[Reading]) -> Axis:
    """Return an axis of differences that holds every row, no change in its middle."""
    ends = [abs(end) for r in readings for end in (r.estimate, r.lower, r.upper) if end is not None]
    furthest = max(ends, default=0.0)
    step = next((step for step in (0.1, 0.2, 0.25, 0.5, 1.0, 2.0) if furthest <= 3 * step), furthest / 3)
    count = max(1, ceil(furthest / step - 1e-9))
    marks = tuple((step * k, _signed(step * k)) for k in range(-count, count + 1))
    return Axis(low=-count * step, high=count * step, marks=marks, reference=0.0)


def share_axis(furthest: float) -> Axis:
    """Return an axis of shares from nought that holds the furthest."""
    step = next(step for step in (0.02, 0.05, 0.1, 0.25) if furthest <= 4 * step)
    count = max(1, ceil(furthest / step - 1e-9))
    marks = tuple((step * k, f"{number(100 * step * k)}\u00a0%") for k in range(count + 1))
    return Axis(low=0.0, high=step * count, marks=marks, reference=0.0)


def profile_row(main: Reading, tiers: Sequence[tuple[str, Reading]], axis: Axis, *, spoken: str) -> Markup:
    """Return the drawing of one row: the figure itself, and a line for each tier under it."""
    height = _UNDER + _STEP * len(tiers) - 3 if tiers else 2 * _FIRST
    lines = [_line(reading, axis, _UNDER + _STEP * k, tier) for k, (tier, reading) in enumerate(tiers)]
    return tag(
        "svg",
        *gridlines(axis, height),
        _main(main, axis),
        *lines,
        width="100%",
        height=height,
        role="img",
        aria_label=spoken,
    )


def gridlines(axis: Axis, height: int) -> list[Markup]:
    """Return the lines of the axis behind a row, the one of reference dashed."""
    return [
        tag(
            "line",
            x1=axis.at(value),
            x2=axis.at(value),
            y1=0,
            y2=height,
            **{"stroke": "#6a7482", "stroke_dasharray": "2 2"} if value == axis.reference else {"stroke": "#e3e6ea"},
        )
        for value in dict.fromkeys((*(value for value, _ in axis.marks), axis.reference))
    ]


def interval(reading: Reading, axis: Axis, y: float, *, stroke: str, width: float) -> Markup:
    """Return the line of an interval; nothing where there is none."""
    if reading.lower is None or reading.upper is None:
        return Markup("")
    return tag(
        "line", x1=axis.at(reading.lower), x2=axis.at(reading.upper), y1=y, y2=y, stroke=stroke, stroke_width=width
    )


def _main(reading: Reading, axis: Axis) -> Markup:
    if reading.estimate is None:
        return _word(reading.word, 0, _FIRST)
    dot = tag("circle", cx=axis.at(reading.estimate), cy=_FIRST, r=5, fill="var(--level)")
    caps = [
        tag(
            "line",
            x1=axis.at(end),
            x2=axis.at(end),
            y1=_FIRST - 5,
            y2=_FIRST + 5,
            stroke="var(--level)",
            stroke_width=2,
        )
        for end in (reading.lower, reading.upper)
        if end is not None
    ]
    return Markup("").join([interval(reading, axis, _FIRST, stroke="var(--level)", width=3), *caps, dot])


def _line(reading: Reading, axis: Axis, y: float, tier: str) -> Markup:
    if reading.estimate is None:
        return tag("svg", _shape(tier), x=6, y=y, overflow="visible", aria_hidden="true") + _word(reading.word, 16, y)
    placed = tag("svg", _shape(tier), x=axis.at(reading.estimate), y=y, overflow="visible", aria_hidden="true")
    return interval(reading, axis, y, stroke="#8b949e", width=1.4) + placed


def _shape(tier: str) -> Markup:
    """Return the mark of a tier about the point (0, 0)."""
    if tier == "board":
        return tag("path", d="M0 -4.8L4.6 3.6H-4.6z", fill=_INK)
    if tier == "executive":
        return tag("path", d="M0 -4.8L4.8 0L0 4.8L-4.8 0z", fill=_INK)
    if tier == "manager":
        return tag("rect", x=-3.7, y=-3.7, width=7.4, height=7.4, fill="#fff", stroke=_INK, stroke_width=1.6)
    return tag("circle", cx=0, cy=0, r=3.8, fill="#fff", stroke=_INK, stroke_width=1.6)


def _word(word: str, x: float, y: float) -> Markup:
    """Return the word that stands for a missing figure, on hatching where it is hidden."""
    wide = 42
    hatch = "".join(f"M{k} 11L{k + 6} 0" for k in range(0, wide - 4, 6))
    ground = (
        (
            tag("rect", x=0, y=0, width=wide, height=11, fill="#fff"),
            tag("path", d=hatch, stroke="#d3d8de", stroke_width=2, fill="none"),
        )
        if word == "hidden"
        else ()
    )
    text = tag("text", word, x=3, y=9, font_size=10.5, fill=_INK)
    return tag("svg", *ground, text, x=x, y=y - 5.5, width=80, height=12, overflow="visible")


def profile_legend(tiers: Sequence[str], names: dict[str, str], *, everyone: str, reference: str) -> Markup:
    """Return what the marks of the rows mean."""

    def sign(*shapes: Markup) -> Markup:
        return tag("svg", *shapes, width=18, height=14, aria_hidden="true")

    whole = sign(
        tag("line", x1=0, x2=18, y1=7, y2=7, stroke="#4d5866", stroke_width=3),
        tag("circle", cx=9, cy=7, r=5, fill="#4d5866", stroke="#fff"),
    )
    entries = [(whole, everyone)]
    entries += [(sign(tag("svg", _shape(tier), x=9, y=7, overflow="visible")), names[tier]) for tier in tiers]
    dashed = tag("line", x1=9, x2=9, y1=0, y2=14, stroke="#6a7482", stroke_dasharray="2 2")
    entries.append((sign(dashed), reference))
    return tag("ul", *[tag("li", drawing, words) for drawing, words in entries], class_="legend")


def _signed(value: float) -> str:
    if abs(value) < 1e-9:
        return "no change"
    return f"{'+' if value > 0 else '−'}{number(abs(value))}"
