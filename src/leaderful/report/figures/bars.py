"""Bars on one line: a whole in its parts with how wide each could be, and ranges that lie within each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from leaderful.report.figures.profile import Reading, gridlines, interval
from leaderful.report.figures.strips import Axis
from leaderful.report.markup import number, tag

_BAR, _UNDER, _STEP = 14, 19, 5


@dataclass(frozen=True, kw_only=True)
class Block:
    """A part of a whole with its interval and colour; a whisker shows the interval unless it is the rest."""

    share: float
    lower: float | None
    upper: float | None
    fill: str
    rest: bool = False


def stack_row(blocks: Sequence[Block], *, spoken: str) -> Markup:
    """Return a bar of parts, and under it a line from the least to the most that each part could be wide."""
    drawn, start = [], 0.0
    for place, block in enumerate(blocks):
        drawn.append(
            tag("rect", x=_at(start), width=_at(block.share), y=0, height=_BAR, fill=block.fill, stroke="#fff")
        )
        if not block.rest and block.lower is not None and block.upper is not None:
            drawn.append(_whisker(start + block.lower, start + block.upper, _UNDER + _STEP * place, block.fill))
        start += block.share
    height = _UNDER + _STEP * sum(not block.rest for block in blocks)
    return tag("svg", *drawn, width="100%", height=height, role="img", aria_label=spoken)


def nested_row(mean: Reading, likely: Reading, worst: Reading, weighted: Reading, axis: Axis, *, spoken: str) -> Markup:
    """Return a mean within what is likely, within the worst case, and under it the mean weighted to all asked."""
    diamond = tag("path", d="M0 -3.6L3.6 0L0 3.6L-3.6 0z", fill="#fff", stroke="var(--level)", stroke_width=1.7)
    under = (
        (
            interval(weighted, axis, 35, stroke="var(--level)", width=1.4),
            tag("svg", diamond, x=axis.at(weighted.estimate), y=35, overflow="visible", aria_hidden="true"),
        )
        if weighted.estimate is not None
        else ()
    )
    dot = (
        (tag("circle", cx=axis.at(mean.estimate), cy=16, r=5.5, fill="var(--level)", stroke="#fff", stroke_width=1.5),)
        if mean.estimate is not None
        else ()
    )
    return tag(
        "svg",
        *gridlines(axis, 42),
        _range(worst, axis, y=7, height=18, fill="#e3e6ea"),
        _range(likely, axis, y=10, height=12, fill="#aab2bc"),
        *dot,
        *under,
        width="100%",
        height=42,
        role="img",
        aria_label=spoken,
    )


def bar_row(part: float, axis: Axis, *, spoken: str) -> Markup:
    """Return one share as a bar from nought."""
    bar = tag("rect", x="0%", y=4, width=axis.at(part), height=12, fill="#59636f")
    return tag("svg", *gridlines(axis, 20), bar, width="100%", height=20, role="img", aria_label=spoken)


def legend(entries: Sequence[tuple[Markup, str]]) -> Markup:
    """Return what signs mean."""
    drawn = [tag("li", tag("svg", sign, width=18, height=14, aria_hidden="true"), words) for sign, words in entries]
    return tag("ul", *drawn, class_="legend")


def swatch(fill: str) -> Markup:
    """Return the sign of a colour."""
    return tag("rect", x=1, y=1, width=16, height=12, fill=fill)


def _whisker(lower: float, upper: float, y: float, fill: str) -> Markup:
    ends = (_at(lower), _at(upper))
    line = tag("line", x1=ends[0], x2=ends[1], y1=y, y2=y, stroke=fill, stroke_width=1.8)
    return line + Markup("").join(
        tag("line", x1=end, x2=end, y1=y - 2, y2=y + 2, stroke=fill, stroke_width=1.8) for end in ends
    )


def _range(reading: Reading, axis: Axis, *, y: float, height: float, fill: str) -> Markup:
    if reading.lower is None or reading.upper is None:
        return Markup("")
    wide = f"{number(axis.part(reading.upper) - axis.part(reading.lower))}%"
    return tag("rect", x=axis.at(reading.lower), width=wide, y=y, height=height, fill=fill, rx=2)


def _at(part: float) -> str:
    return f"{number(100 * min(max(part, 0.0), 1.0))}%"
