"""A whole split into its parts: one bar, and under it each part with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from leaderful.report.markup import Attribute, join, number, tag
from leaderful.report.wording import share

_TALL = 40
_NARROW = 0.08
"""Parts smaller than this have no room for a number inside the bar."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of the whole, with its interval, its colour and that of letters on it."""

    name: str
    about: str
    share: float
    lower: float | None
    upper: float | None
    fill: str
    ink: str = "#1b2430"


def split_bar(parts: Sequence[Part]) -> Markup:
    """Return the bar over the rows of its parts."""
    return join([_bar(parts), tag("div", *[_row(part) for part in parts], class_="strips")])


def _bar(parts: Sequence[Part]) -> Markup:
    drawn, start = [], 0.0
    for part in parts:
        drawn.append(_block(part, start))
        start += part.share
    spoken = "; ".join(f"{part.name} {share(part.share)}" for part in parts)
    return tag("svg", *drawn, width="100%", height=_TALL, role="img", aria_label=spoken, class_="split")


def _block(part: Part, start: float) -> Markup:
    rect = tag(
        "rect", x=_at(start), width=_at(part.share), y=0, height=_TALL, fill=part.fill, stroke="#fff", stroke_width=1.5
    )
    if part.share < _NARROW:
        return rect
    middle = _at(start + part.share / 2)
    number_ = tag("text", share(part.share), x=middle, y=26, text_anchor="middle", style=f"fill:{part.ink}")
    return join([rect, number_])


def _row(part: Part) -> Markup:
    swatch = tag("i", style=f"background:{part.fill}", class_="swatch")
    known = part.lower is not None and part.upper is not None
    interval = f"{100 * (part.lower or 0.0):.0f} to {share(part.upper or 0.0)}" if known else "no interval"
    return tag(
        "div",
        tag("div", swatch, part.name, tag("small", part.about), class_="q"),
        _whisker(part, f"{part.name}: {share(part.share)}, {interval}"),
        tag("div", tag("b", share(part.share)), tag("small", interval), class_="v"),
        class_="strip",
    )


def _whisker(part: Part, spoken: str) -> Markup:
    known = part.lower is not None and part.upper is not None
    ends: dict[str, Attribute] = {"y1": 13, "y2": 13, "stroke": "var(--level)", "stroke_width": 3}
    line = tag("line", x1=_at(part.lower or 0.0), x2=_at(part.upper or 0.0), **ends) if known else Markup("")
    return tag(
        "svg",
        tag("line", x1="0%", x2="100%", y1=13, y2=13, stroke="#d7dce2"),
        *[tag("line", x1=_at(at), x2=_at(at), y1=9, y2=17, stroke="#aab2bc") for at in (0.0, 0.25, 0.5, 0.75, 1.0)],
        line,
        tag("circle", cx=_at(part.share), cy=13, r=6, fill="var(--level)", stroke="#fff", stroke_width=1.5),
        width="100%",
        height=26,
        role="img",
        aria_label=spoken,
    )


def _at(part: float) -> str:
    return f"{number(100 * min(max(part, 0.0), 1.0))}%"
