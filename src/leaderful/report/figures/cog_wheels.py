"""One cog between many and a few: what stands still if it jams."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from textwrap import wrap

from markupsafe import Markup

from leaderful.report.figures.marks import SECTORS
from leaderful.report.markup import number, tag

_HEIGHT, _ROW = 196, 62
_BIG, _MIDDLE, _SMALL = 66.0, 40.0, 21.0
_LETTERS, _LINE = 18, 19


@dataclass(frozen=True, kw_only=True)
class Wheel:
    """A body as a cog: its name, which may be short of room, and its sector."""

    name: str
    sector: str


def cog_wheels(connector: Wheel, rest: str, cut_off: Sequence[Wheel], *, label: str) -> Markup:
    """Return the drawing: the rest as one large cog, the connector, and the cogs that turn with it alone."""
    height = max(_HEIGHT, len(cut_off) * _ROW + 20)
    middle = height / 2
    hub_x = 20 + 2 * _BIG + _MIDDLE - 4
    parts = [
        gear(20 + _BIG, middle, _BIG, 18, "cog rest"),
        *_words(rest, 20 + _BIG, middle, 14, "middle"),
        gear(hub_x, middle, _MIDDLE, 11, "cog", fill=_colour(connector)),
        *_words(connector.name, hub_x, middle + _BIG + 22, 2 * _LETTERS, "middle", bold=True),
    ]
    far = hub_x + _MIDDLE + 90
    for place, wheel in enumerate(cut_off):
        y = middle + (place - (len(cut_off) - 1) / 2) * _ROW
        edge = hub_x + _MIDDLE
        parts.append(tag("path", d=_belt(edge, middle, far - _SMALL, y), class_="belt"))
        parts.append(gear(far, y, _SMALL, 8, "cog", fill=_colour(wheel)))
        parts += _words(wheel.name, far + _SMALL + 12, y, _LETTERS, "start")
    return tag("svg", *parts, viewBox=f"0 0 560 {number(height)}", role="img", aria_label=label, class_="cogs")


def gear(x: float, y: float, radius: float, teeth: int, kind: str, fill: str = "") -> Markup:
    """Return a cog wheel with its hole."""
    points = []
    for tooth in range(teeth):
        for turn, far in ((-0.32, 0.86), (-0.2, 1.0), (0.2, 1.0), (0.32, 0.86)):
            angle = 2 * pi * (tooth + turn) / teeth
            points.append(f"{number(x + radius * far * cos(angle))} {number(y + radius * far * sin(angle))}")
    style = f"fill:{fill}" if fill else False
    wheel = tag("path", d=f"M{'L'.join(points)}z", class_=kind, style=style)
    if not fill:
        return wheel
    return tag("g", wheel, tag("circle", cx=x, cy=y, r=radius * 0.3, fill="#fff"))


def _belt(x1: float, y1: float, x2: float, y2: float) -> str:
    bend = (x1 + x2) / 2
    return (
        f"M{number(x1)} {number(y1)}C{number(bend)} {number(y1)} {number(bend)} {number(y2)} {number(x2)} {number(y2)}"
    )


def _words(text: str, x: float, y: float, letters: int, anchor: str, *, bold: bool = False) -> list[Markup]:
    lines = wrap(text, letters)
    first = y - (len(lines) - 1) * _LINE / 2 + 4.5
    return [
        tag(
            "text",
            line,
            x=x,
            y=first + place * _LINE,
            text_anchor=anchor,
            font_size=13.5,
            class_="strong" if bold else False,
        )
        for place, line in enumerate(lines)
    ]


def _colour(wheel: Wheel) -> str:
    return SECTORS.get(wheel.sector, ("#3c4653", ""))[0]
