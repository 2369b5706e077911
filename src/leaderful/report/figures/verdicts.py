"""Marks of a claim's verdict, told apart by shape, and the small drawings of what each rests on."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from leaderful.report.markup import number, tag

SUPPORTED, CONTRADICTED, CANNOT_SAY, HIDDEN = "supported", "contradicted", "cannot say", "hidden"
VERDICTS: Final = (SUPPORTED, CONTRADICTED, CANNOT_SAY)
_INK = "#1b2430"
_MIDDLE, _TALL = 11, 22


def verdict_mark(verdict: str) -> Markup:
    """Return the mark of a verdict: a disc with a tick, a diamond with a cross, an open ring; words stand beside it."""
    return tag("svg", *_shapes(verdict), width=22, height=22, aria_hidden="true", class_="verdict-mark")


def _shapes(verdict: str) -> tuple[Markup, ...]:
    if verdict == SUPPORTED:
        tick = tag("path", d="M6.2 11.4L9.6 14.8L15.8 7.8", fill="none", stroke="#fff", stroke_width=2.2)
        return tag("circle", cx=11, cy=11, r=9, fill=_INK), tick
    if verdict == CONTRADICTED:
        cross = tag("path", d="M7.8 7.8L14.2 14.2M14.2 7.8L7.8 14.2", fill="none", stroke="#fff", stroke_width=2.2)
        return tag("path", d="M11 .6L21.4 11L11 21.4L.6 11z", fill=_INK), cross
    if verdict == HIDDEN:
        return (tag("rect", x=3, y=3, width=16, height=16, fill="none", stroke="#8b949e", stroke_dasharray="2 2"),)
    ring = tag("circle", cx=11, cy=11, r=8, fill="#fff", stroke="#4d5866", stroke_width=1.8, stroke_dasharray="3.2 2.4")
    return (ring,)


def verdict_legend(*, effects: bool) -> Markup:
    """Return what the marks mean, and where effects are drawn the lines beside them."""
    entries = [tag("li", verdict_mark(verdict), verdict) for verdict in VERDICTS]
    if effects:
        none = tag("line", x1=9, x2=9, y1=0, y2=18, stroke="#6a7482", stroke_dasharray="2 2")
        worth = tag("path", d="M9 13L12.5 19L5.5 19z", fill="#6a7482")
        entries += [
            tag("li", tag("svg", drawn, width=18, height=20, aria_hidden="true"), words)
            for drawn, words in ((none, "no effect, or half"), (worth, "smallest effect worth speaking of"))
        ]
    return tag("ul", *entries, class_="legend")


def effect_strip(estimate: float, lower: float, upper: float, *, smallest: float, spoken: str) -> Markup:
    """Return an effect with its interval; to the right of the dashed line it goes the way that was claimed.

    The line of no effect is in the middle, the smallest effect worth speaking of has a mark, and each strip has a
    scale of its own.
    """
    furthest = max(abs(lower), abs(upper), abs(estimate), smallest) or 1.0
    places = [50 + _REACH * value / furthest for value in (estimate, lower, upper)]
    at = f"{number(50 + _REACH * smallest / furthest)}%"
    worth = tag("path", d=f"M0 {_TALL - 7}L3.5 {_TALL - 1}L-3.5 {_TALL - 1}z", fill="#6a7482")
    return _strip(places, tag("svg", worth, x=at, overflow="visible", aria_hidden="true"), spoken=spoken)


def share_strip(estimate: float, lower: float, upper: float, *, spoken: str) -> Markup:
    """Return a share with its interval between none and all, the half dashed."""
    return _strip([50 + 2 * _REACH * (value - 0.5) for value in (estimate, lower, upper)], spoken=spoken)


_REACH: Final = 46.0
"""From the middle of a strip to its ends, in percent of its width."""


def _strip(places: list[float], *marks: Markup, spoken: str) -> Markup:
    dot, low, high = (f"{number(place)}%" for place in places)
    left, right = (f"{number(50 + end)}%" for end in (-_REACH, _REACH))
    caps = [
        tag("line", x1=end, x2=end, y1=_MIDDLE - 4, y2=_MIDDLE + 4, stroke=_INK, stroke_width=1.6)
        for end in (low, high)
    ]
    return tag(
        "svg",
        tag("line", x1=left, x2=right, y1=_MIDDLE, y2=_MIDDLE, stroke="#d7dce2"),
        tag("line", x1="50%", x2="50%", y1=1, y2=_TALL - 1, stroke="#6a7482", stroke_dasharray="2 2"),
        *marks,
        tag("line", x1=low, x2=high, y1=_MIDDLE, y2=_MIDDLE, stroke=_INK, stroke_width=2.4),
        *caps,
        tag("circle", cx=dot, cy=_MIDDLE, r=4.6, fill=_INK, stroke="#fff", stroke_width=1.2),
        width="100%",
        height=_TALL,
        role="img",
        aria_label=spoken,
    )
