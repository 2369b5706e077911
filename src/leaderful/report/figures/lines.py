"""Small panels of a few years or months: one line, its interval, and England behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from markupsafe import Markup

from leaderful.report.markup import number, tag

_WIDTH, _HEIGHT = 260, 128
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 10, 10, 24


@dataclass(frozen=True, kw_only=True)
class Point:
    """A value at a place on the axis; without an interval lower and upper equal the value."""

    at: float
    value: float
    lower: float
    upper: float


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One panel: the system's points, England's, the ticks of the axis and what is spoken."""

    points: tuple[Point, ...]
    england: tuple[tuple[float, float], ...]
    ticks: tuple[tuple[float, str], ...]
    unit: str
    spoken: str
    span: float | None = None
    """Height of the value axis, so that panels of one figure share one; None lets it fit the data."""


def line_panel(panel: Panel) -> Markup:
    """Return the drawing of a panel."""
    low, high = _limits(panel)
    first, last = panel.ticks[0][0], panel.ticks[-1][0]

    def x(at: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * (at - first) / ((last - first) or 1)

    def y(value: float) -> float:
        return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (high - value) / ((high - low) or 1)

    edge = [f"{number(x(p.at))} {number(y(p.upper))}" for p in panel.points]
    back = [f"{number(x(p.at))} {number(y(p.lower))}" for p in reversed(panel.points)]
    band = tag("path", d="M" + "L".join(edge + back) + "z", fill="var(--level, #0d6e68)", opacity=0.16)
    line = _line([(x(p.at), y(p.value)) for p in panel.points], "var(--level, #0d6e68)", 2.4)
    england = _line([(x(at), y(value)) for at, value in panel.england], "#7a838e", 1.6, dash="4 3")
    dots = (
        [tag("circle", cx=x(p.at), cy=y(p.value), r=3.2, fill="var(--level, #0d6e68)") for p in panel.points]
        if len(panel.points) <= 8
        else []
    )
    return tag(
        "svg",
        *_axes(low, high, panel, x, y),
        england,
        band,
        line,
        *dots,
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        width="100%",
        role="img",
        aria_label=panel.spoken,
    )


def needed_span(panel: Panel) -> float:
    """Return how tall a panel's value axis must be to hold its points and England's."""
    values = _values(panel)
    return max(values) - min(values)


def _values(panel: Panel) -> list[float]:
    return [v for p in panel.points for v in (p.lower, p.upper)] + [value for _, value in panel.england]


def _limits(panel: Panel) -> tuple[float, float]:
    values = _values(panel)
    low, high = min(values), max(values)
    if panel.span is not None and high - low < panel.span:
        middle = max((low + high) / 2, panel.span / 2) if low >= 0 else (low + high) / 2
        return middle - panel.span / 2, middle + panel.span / 2
    margin = (high - low) * 0.08 or 1.0
    return low - margin, high + margin


def _axes(low: float, high: float, panel: Panel, x: object, y: object) -> list[Markup]:
    assert callable(x) and callable(y)
    parts: list[Markup] = []
    values, places = _round_values(low, high)
    for value in values:
        height = y(value)
        parts.append(tag("line", x1=_LEFT, x2=_WIDTH - _RIGHT, y1=height, y2=height, stroke="#e3e6ea"))
        words = f"{number(value, places)}{panel.unit}"
        parts.append(tag("text", words, x=_LEFT - 5, y=height + 4, text_anchor="end", font_size=11, fill="#4d5866"))
    for place, (at, words) in enumerate(panel.ticks):
        anchor = "start" if place == 0 else "end" if place == len(panel.ticks) - 1 else "middle"
        parts.append(tag("text", words, x=x(at), y=_HEIGHT - 6, text_anchor=anchor, font_size=11, fill="#4d5866"))
    return parts


def _round_values(low: float, high: float) -> tuple[list[float], int]:
    """Return the values to mark, one to four of them, and the decimal places that tell them apart."""
    tenth = 10.0 ** (floor(log10(high - low)) - 1)
    step = next(tenth * part for part in (5, 10, 20, 50, 100) if (high - low) / (tenth * part) <= 3.6)
    first = ceil(low / step)
    values = [step * (first + place) for place in range(5) if step * (first + place) <= high]
    return values, max(0, -floor(log10(step) + 1e-9))


def _line(points: Sequence[tuple[float, float]], colour: str, width: float, *, dash: str = "") -> Markup:
    if not points:
        return Markup("")
    d = "M" + "L".join(f"{number(a)} {number(b)}" for a, b in points)
    return tag("path", d=d, fill="none", stroke=colour, stroke_width=width, stroke_dasharray=dash or False)
