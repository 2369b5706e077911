"""Rows that set one system's estimate against the spread of England's systems.

Positions are percentages of the row's width, so a row keeps its letter size on a phone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from markupsafe import Markup

from leaderful.report.markup import hidden, number, tag

_HEIGHT = 34


@dataclass(frozen=True, kw_only=True)
class Strip:
    """One row: the system's estimate with its interval, and England's systems, on a common scale."""

    estimate: float
    lower: float
    upper: float
    england: tuple[float, ...]
    middle_half: tuple[float, float]
    spoken: str
    alike: tuple[float, float, float] | None = None
    """Estimate, lower and upper after allowing for kinds of trust; None where there are none."""


@dataclass(frozen=True, kw_only=True)
class Axis:
    """The scale that rows share: its ends, its marks with their words, and where England's mean lies."""

    low: float
    high: float
    marks: tuple[tuple[float, str], ...]
    reference: float

    def part(self, value: float) -> float:
        """Return how far along the axis a value lies, in percent."""
        return 100 * (value - self.low) / (self.high - self.low)

    def at(self, value: float) -> str:
        """Return the place of a value as a coordinate."""
        return f"{number(self.part(value))}%"


def difference_axis(strips: Sequence[Strip]) -> Axis:
    """Return an axis of differences from England's mean, in whole steps, that holds every row."""
    ends = [value for s in strips for value in (s.lower, s.upper, *s.england, *(s.alike or ()))]
    furthest = max(abs(value) for value in ends)
    step = _step(furthest)
    count = max(1, ceil(furthest / step))
    marks = [(place * step, _signed(place * step)) for place in range(-count, count + 1)]
    return Axis(low=-count * step, high=count * step, marks=tuple(marks), reference=0.0)


def count_axis(strips: Sequence[Strip], *, reference: float) -> Axis:
    """Return an axis of counts from nought that holds every row, with England's mean marked."""
    furthest = max(value for strip in strips for value in (strip.upper, *strip.england))
    tens = 10 ** max(0, floor(log10(furthest / 5))) if furthest > 0 else 1
    step = next(tens * part for part in (1, 2, 5, 10) if furthest <= 5 * tens * part)
    count = max(1, ceil(furthest / step))
    marks = [(float(place * step), f"{place * step:,}") for place in range(count + 1)]
    return Axis(low=0.0, high=float(count * step), marks=tuple(marks), reference=reference)


def strip_row(strip: Strip, axis: Axis) -> Markup:
    """Return the drawing of one row."""
    at = axis.at
    low, high = strip.middle_half
    ticks = [
        tag("line", x1=at(value), x2=at(value), y1=11, y2=23, stroke="#8b949e", stroke_width=1.1, opacity=0.75)
        for value in strip.england
    ]
    width = f"{number(axis.part(high) - axis.part(low))}%"
    middle = at(axis.reference)
    interval = tag("line", x1=at(strip.lower), x2=at(strip.upper), y1=17, y2=17, stroke="var(--level)", stroke_width=3)
    return tag(
        "svg",
        tag("line", x1="0%", x2="100%", y1=17, y2=17, stroke="#d7dce2"),
        tag("rect", x=at(low), y=7, width=width, height=20, fill="#dfe3e8", rx=2),
        tag("line", x1=middle, x2=middle, y1=2, y2=32, stroke="#6a7482", stroke_dasharray="2 2"),
        *ticks,
        interval if strip.upper > strip.lower else Markup(""),
        *_alike(strip, axis),
        tag("circle", cx=at(strip.estimate), cy=17, r=6, fill="var(--level)", stroke="#fff", stroke_width=1.5),
        width="100%",
        height=_HEIGHT + (10 if strip.alike else 0),
        role="img",
        aria_label=strip.spoken,
    )


def _alike(strip: Strip, axis: Axis) -> list[Markup]:
    """Return the open diamond, with its interval, of the estimate that allows for kinds of trust."""
    if strip.alike is None:
        return []
    middle, lower, upper = strip.alike
    diamond = tag("path", d="M0 -5L5 0L0 5L-5 0z", fill="#fff", stroke="var(--level)", stroke_width=1.8)
    return [
        tag("line", x1=axis.at(lower), x2=axis.at(upper), y1=35, y2=35, stroke="var(--level)", stroke_width=1.4),
        tag("svg", diamond, x=axis.at(middle), y=35, overflow="visible", aria_hidden="true"),
    ]


def strip_legend() -> Markup:
    """Return what the marks of the rows mean."""

    def sign(*shapes: Markup) -> Markup:
        return tag("svg", *shapes, width=18, height=14, aria_hidden="true")

    entries = (
        (sign(tag("circle", cx=9, cy=7, r=5.5, fill="#4d5866")), "this system, with its 95 % interval"),
        (
            sign(tag("path", d="M9 1.5L14.5 7L9 12.5L3.5 7z", fill="#fff", stroke="#4d5866", stroke_width=1.8)),
            "compared with trusts of their own kind",
        ),
        (sign(tag("line", x1=9, x2=9, y1=1, y2=13, stroke="#6a7482", stroke_width=1.4)), "another system"),
        (sign(tag("rect", x=1, y=1, width=16, height=12, fill="#d3d8de")), "middle half of England's systems"),
    )
    return tag("ul", *[tag("li", drawing, words) for drawing, words in entries], class_="legend")


def hidden_row(name: str, about: str) -> Markup:
    """Return the row of an estimate that is hidden to protect people."""
    return tag(
        "div",
        tag("div", name, tag("small", about), class_="q"),
        tag("div", hidden(), class_="same"),
        tag("div", tag("b", hidden()), class_="v"),
        class_="strip",
    )


def strip_axis(axis: Axis, *, unit: str) -> Markup:
    """Return the axis over a set of rows."""
    last = len(axis.marks) - 1
    marks = [
        tag(
            "text",
            words,
            x=axis.at(value),
            y=13,
            text_anchor="start" if place == 0 else "end" if place == last else "middle",
            font_size=12.5,
            fill="#4d5866",
        )
        for place, (value, words) in enumerate(axis.marks)
    ]
    return tag(
        "svg",
        *marks,
        width="100%",
        height=18,
        role="img",
        aria_label=f"Axis in {unit}, from {axis.marks[0][1]} to {axis.marks[last][1]}",
    )


@dataclass(frozen=True, kw_only=True)
class Share:
    """One bar: parts of a whole, the first with its interval."""

    parts: tuple[float, float, float]
    lower: float
    upper: float
    spoken: str


def share_row(share: Share, *, slim: bool) -> Markup:
    """Return a bar of three parts: between systems, between bodies, sampling noise."""
    between, within, noise = share.parts
    top, height = (9, 10) if slim else (6, 18)
    fills = (("#0d6e68", 0.0, between), ("#a9cfcb", between, within))
    bars = [
        tag(
            "rect",
            x=f"{number(100 * start)}%",
            width=f"{number(100 * wide)}%",
            y=top,
            height=height,
            fill=fill,
        )
        for fill, start, wide in fills
    ]
    grain = tag(
        "rect",
        x=f"{number(100 * (between + within))}%",
        width=f"{number(100 * noise)}%",
        y=top,
        height=height,
        fill="#e3e6ea",
    )
    middle = top + height / 2
    whisker = [
        tag(
            "line",
            x1=f"{number(100 * share.lower)}%",
            x2=f"{number(100 * share.upper)}%",
            y1=middle,
            y2=middle,
            stroke="#1b2430",
            stroke_width=2,
        ),
        *[
            tag(
                "line",
                x1=f"{number(100 * end)}%",
                x2=f"{number(100 * end)}%",
                y1=middle - 5,
                y2=middle + 5,
                stroke="#1b2430",
                stroke_width=2,
            )
            for end in (share.lower, share.upper)
        ],
    ]
    return tag(
        "svg",
        *bars,
        grain,
        *whisker,
        width="100%",
        height=top * 2 + height,
        role="img",
        aria_label=share.spoken,
    )


def _step(furthest: float) -> float:
    for step in (0.5, 1.0, 2.0, 2.5, 5.0, 10.0, 25.0, 50.0):
        if furthest / step <= 4:
            return step
    step = 100.0
    while furthest / step > 4:
        step *= 2
    return step


def _signed(value: float) -> str:
    if value == 0:
        return "England"
    return f"{'+' if value > 0 else '−'}{number(abs(value), 1)}"
