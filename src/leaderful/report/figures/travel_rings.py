"""Rings of days around a sender: each disc is as large as the number of people a conversation could have reached.

What chance would bring by the last day is dashed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from markupsafe import Markup

from leaderful.report.markup import number, tag

_CENTRE, _RADIUS, _TOP = 160.0, 138.0, 18.0
_WIDTH, _HEIGHT = 440, 320
_COLUMN = 318
_FONT = 16.5
_GAP = 40.0
"""Least distance between the words of two rings."""


@dataclass(frozen=True, kw_only=True)
class Ring:
    """One ring: the people reached by a day, with the interval and what chance would bring; words where it has some."""

    people: float
    lower: float
    upper: float
    expected: float
    words: str = ""
    small: str = ""


def travel_rings(rings: Sequence[Ring], *, label: str) -> Markup:
    """Return the rings, the first day innermost; areas are in proportion to people."""
    largest = max(max(ring.people, ring.upper, ring.expected) for ring in rings)

    def radius(people: float) -> float:
        return _RADIUS * sqrt(max(people, 0.0) / largest) if largest > 0 else 0.0

    middle = _TOP + _RADIUS
    discs = [_disc(radius(ring.people), middle, place, len(rings)) for place, ring in enumerate(reversed(rings))]
    last = rings[-1]
    dashed = tag(
        "circle", cx=_CENTRE, cy=middle, r=radius(last.expected), fill="none", stroke="#1b2430",
        stroke_width=1.6, stroke_dasharray="5 4",
    )  # fmt: skip
    told = [ring for ring in rings if ring.words]
    heights = _heights([middle - radius(ring.people) for ring in told])
    return tag(
        "svg",
        *discs,
        dashed,
        _whisker(radius(last.lower), radius(last.upper), middle),
        tag("circle", cx=_CENTRE, cy=middle, r=3.2, fill="#1b2430"),
        *[_words(ring, radius(ring.people), middle, y) for ring, y in zip(told, heights, strict=True)],
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        role="img",
        aria_label=label,
        width="100%",
        style="max-width:30rem",
    )


def rings_legend() -> Markup:
    """Return what the marks mean."""

    def sign(*shapes: Markup) -> Markup:
        return tag("svg", *shapes, width=30, height=14, aria_hidden="true")

    dashed = tag("path", d="M1 7H29", stroke="#1b2430", stroke_width=1.6, stroke_dasharray="5 4")
    interval = tag("path", d="M4 7H26M4 3V11M26 3V11", fill="none", stroke="#1b2430", stroke_width=2)
    entries = (
        (sign(tag("circle", cx=15, cy=7, r=3.2, fill="#1b2430")), "somebody who says something"),
        (sign(tag("circle", cx=15, cy=7, r=6.5, fill="var(--level)", opacity=0.35)), "people it could have reached"),
        (sign(dashed), "by chance, on the last day"),
        (sign(interval), "95 % interval, on the last day"),
    )
    return tag("ul", *[tag("li", drawing, words) for drawing, words in entries], class_="legend")


def _disc(radius: float, middle: float, place: int, rings: int) -> Markup:
    """Return one disc; the outermost comes first and is the palest, as all that lie in it are laid over it."""
    return tag(
        "circle", cx=_CENTRE, cy=middle, r=radius, fill="var(--level)", fill_opacity=0.1 + 0.05 * place / max(rings, 1),
        stroke="var(--level)", stroke_width=1.1,
    )  # fmt: skip


def _whisker(low: float, high: float, middle: float) -> Markup:
    """Return the interval of the outermost ring, along its radius to the left."""
    ends = [_CENTRE - low, _CENTRE - high]
    caps = "".join(f"M{number(x)} {number(middle - 5)}V{number(middle + 5)}" for x in ends)
    line = f"M{number(ends[0])} {number(middle)}H{number(ends[1])}{caps}"
    return tag("path", d=line, fill="none", stroke="#1b2430", stroke_width=2)


def _words(ring: Ring, radius: float, middle: float, y: float) -> Markup:
    top = middle - radius
    lead = f"M{number(_CENTRE)} {number(top)}L{number(_CENTRE + 150)} {number(y)}H{_COLUMN - 6}"
    return tag(
        "g",
        tag("path", d=lead, fill="none", stroke="#6a7482", stroke_width=0.8),
        tag("text", ring.words, x=_COLUMN, y=y + 1, font_size=_FONT, font_weight=640),
        tag("text", ring.small, x=_COLUMN, y=y + 17, font_size=_FONT * 0.85, fill="#4d5866"),
    )


def _heights(wanted: Sequence[float]) -> list[float]:
    """Return the heights of the words, the innermost ring's first and lowest, as near as can be to their rings."""
    placed: list[float] = []
    for height in reversed(wanted):
        placed.append(max(height + 4, placed[-1] + _GAP) if placed else max(height + 4, _TOP))
    return placed[::-1]
